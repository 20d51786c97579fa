# SPDX-License-Identifier: BSD-3-Clause
"""Two populations, one excitatory and one inhibitory: Wilson and Cowan's equations in both forms in use.

    tau_e dE/dt = -E + (k_e - E) S_e(w_ee E - w_ei I + P)     original form
    tau_i dI/dt = -I + (k_i - I) S_i(w_ie E - w_ii I + Q)
    tau_e dE/dt = -E + S_e(w_ee E - w_ei I + P)               simple form, and the same for I
    S(x) = 1 / (1 + exp(-a (x - theta))) - 1 / (1 + exp(a theta)),   k = 1 - 1 / (1 + exp(a theta))

after Wilson and Cowan (1972, https://doi.org/10.1016/S0006-3495(72)86068-5). S(0) = 0, and k is the highest
value of S. The first letter of a weight is the population that receives. A set of constants belongs to one
form of the equations: the published ones to the original form.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal

FORMS = ("original", "simple")
"""With the refractory factor (k - E) as published, or without it."""

Drive = float | np.ndarray | Callable[[np.ndarray], np.ndarray]
"""Drive to E: one number, one for each run, or a function of time in ms (one run)."""


@dataclass(frozen=True)
class WilsonCowan:
    """Parameters of the two populations; the defaults are the set that oscillates.

    Attributes:
        w_ee: weight from E to E.
        w_ei: weight from I to E; it inhibits.
        w_ie: weight from E to I.
        w_ii: weight from I to I; it inhibits.
        a_e: steepness of E's sigmoid.
        theta_e: its threshold.
        a_i: steepness of I's sigmoid.
        theta_i: its threshold.
        tau_e_ms: time constant of E.
        tau_i_ms: time constant of I.
        drive_i: Q, the drive to I.
        form: one of `FORMS`.

    Raises:
        ValueError: a steepness, a time constant or w_ie that is not positive, another negative weight, an
            unknown form, or a value that is not finite.
    """

    w_ee: float = 16.0
    w_ei: float = 12.0
    w_ie: float = 15.0
    w_ii: float = 3.0
    a_e: float = 1.3
    theta_e: float = 4.0
    a_i: float = 2.0
    theta_i: float = 3.7
    tau_e_ms: float = 8.0
    tau_i_ms: float = 8.0
    drive_i: float = 0.0
    form: str = "original"

    def __post_init__(self) -> None:
        check_finite(self, "form")
        positive = ("w_ie", "a_e", "a_i", "tau_e_ms", "tau_i_ms")
        check_positive("the populations", **{name: getattr(self, name) for name in positive})
        check_not_negative("the populations", w_ee=self.w_ee, w_ei=self.w_ei, w_ii=self.w_ii)
        if self.form not in FORMS:
            raise ValueError(f"form is one of {', '.join(FORMS)}, not {self.form!r}")

    @property
    def room(self) -> float:
        """How much activity its own activity takes away: 1 in the original form, 0 in the simple one."""
        return 1.0 if self.form == "original" else 0.0

    @property
    def k_e(self) -> float:
        """What multiplies E's sigmoid at rest: its highest value in the original form, 1 in the simple one.

        >>> round(WilsonCowan().k_e, 5)
        0.99451
        """
        return highest(self.a_e, self.theta_e) if self.room else 1.0

    @property
    def k_i(self) -> float:
        """The same for I."""
        return highest(self.a_i, self.theta_i) if self.room else 1.0


RHYTHM = WilsonCowan()
"""Oscillates for a drive between about 1.1 and 1.9 (original form)."""

MEMORY = WilsonCowan(w_ee=12.0, w_ei=4.0, w_ie=13.0, w_ii=11.0, a_e=1.2, theta_e=2.8, a_i=1.0, theta_i=4.0)
"""Has two stable states for a drive between -0.400 and 0.305 (original form)."""


def highest(a: float, theta: float) -> float:
    """Highest value of the sigmoid, 1 - 1/(1 + exp(a theta))."""
    return float(0.5 * (1 + np.tanh(0.5 * a * theta)))


def sigmoid(x: float | np.ndarray, a: float, theta: float) -> np.ndarray:
    """The sigmoid S, which is 0 at 0; takes complex numbers, and overflows nowhere.

    >>> float(sigmoid(0.0, 1.3, 4.0))
    0.0
    """
    return 0.5 * (np.tanh(0.5 * a * (x - theta)) + np.tanh(0.5 * a * theta))


def sigmoid_slope(x: float | np.ndarray, a: float, theta: float) -> np.ndarray:
    """Its derivative with respect to x."""
    return 0.25 * a * (1 - np.tanh(0.5 * a * (np.asarray(x) - theta)) ** 2)


def sigmoid_inverse(y: float | np.ndarray, a: float, theta: float) -> np.ndarray:
    """The x at which S(x) = y; NaN outside of the range of S.

    >>> round(float(sigmoid_inverse(sigmoid(1.5, 1.3, 4.0), 1.3, 4.0)), 12)
    1.5
    """
    part = np.asarray(y, dtype=float) + 1 - highest(a, theta)
    inside = (part > 0) & (part < 1)
    part = np.where(inside, part, 0.5)
    return np.where(inside, theta + np.log(part / (1 - part)) / a, np.nan)


def derivatives(pools: WilsonCowan, drive: float | np.ndarray, state: np.ndarray) -> np.ndarray:
    """Right-hand side.

    Args:
        pools: the parameters.
        drive: P, one number or shape (...).
        state: E and I, shape (2, ...); complex numbers too.

    Returns:
        Their rates of change per ms, shape (2, ...).
    """
    e, i = state
    s_e = sigmoid(pools.w_ee * e - pools.w_ei * i + drive, pools.a_e, pools.theta_e)
    s_i = sigmoid(pools.w_ie * e - pools.w_ii * i + pools.drive_i, pools.a_i, pools.theta_i)
    de = (-e + (pools.k_e - pools.room * e) * s_e) / pools.tau_e_ms
    di = (-i + (pools.k_i - pools.room * i) * s_i) / pools.tau_i_ms
    return np.stack([de, di])


def e_nullcline(pools: WilsonCowan, drive: float, e: np.ndarray) -> np.ndarray:
    """The I at which E stands still, for each E; NaN where no I holds it, or where w_ei is zero."""
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = sigmoid_inverse(e / (pools.k_e - pools.room * e), pools.a_e, pools.theta_e)
        return (pools.w_ee * e + drive - needed) / pools.w_ei if pools.w_ei else np.full_like(e, np.nan)


def i_nullcline(pools: WilsonCowan, i: np.ndarray) -> np.ndarray:
    """The E at which I stands still, for each I; NaN where no E holds it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = sigmoid_inverse(i / (pools.k_i - pools.room * i), pools.a_i, pools.theta_i)
        return (needed + pools.w_ii * i - pools.drive_i) / pools.w_ie


def simulate_wilson_cowan(
    pools: WilsonCowan,
    drive: Drive,
    *,
    tstop_ms: float = 500.0,
    dt_ms: float = 0.1,
    e_init: float | np.ndarray = 0.1,
    i_init: float | np.ndarray = 0.05,
    every: int = 1,
    noise: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Recording:
    """Simulate one run or many at once, by Runge and Kutta's method of fourth order.

    Args:
        pools: the parameters.
        drive: P; a function of time gets an array of times in ms, and gives one value for each.
        tstop_ms: when to end.
        dt_ms: the time step.
        e_init: E at the start, one number or shape (n_runs,).
        i_init: I at the start, the same.
        every: keep one of so many steps.
        noise: standard deviation of what is added to each activity, per root of a ms. It is added after each
            step, an error of first order in the step for means and variances.
        rng: where the noise comes from.

    Returns:
        A Recording of E, I and drive (pure numbers) in ms. For many runs E and I are profiles of shape
        (n_time, n_runs) whose places are the runs' numbers, and so is the drive.

    Raises:
        ValueError: times that are not positive, drives and starts of different shapes, a drive or a start
            that is not finite, a negative noise, or noise without a generator.
    """
    from neuroscales.population.wilson_cowan_kernels import march

    n_steps = _steps(tstop_ms, dt_ms, every)
    if not noise >= 0 or (noise and rng is None):
        raise ValueError(f"noise is 0 or more, and needs a generator rng; it is {noise}")
    half_times = 0.5 * dt_ms * np.arange(2 * n_steps + 1)
    values = drive(half_times) if callable(drive) else drive
    drives = np.reshape(values, (-1, 1)) if callable(drive) else np.atleast_1d(drive)[None, :]
    single = callable(drive) or (np.ndim(drive) == np.ndim(e_init) == np.ndim(i_init) == 0)
    start = np.stack([x.ravel() for x in np.broadcast_arrays(e_init, i_init, drives[0])[:2]]).astype(float)
    if callable(drive) and len(drives) != len(half_times):
        raise ValueError(f"the drive gives {len(drives)} values for {len(half_times)} times: one for each")
    if not (np.isfinite(start).all() and np.isfinite(drives).all()):
        raise ValueError("drive, e_init and i_init must be finite numbers")
    drives = np.ascontiguousarray(np.broadcast_to(drives, (len(drives), start.shape[1])), dtype=float)
    # A generator must be handed to the kernel even where it draws nothing.
    dice = np.random.default_rng(0) if rng is None else rng
    states = march(constants(pools), drives, start, n_steps, dt_ms, every, noise * np.sqrt(dt_ms), dice)
    return _recording(states, drives, dt_ms * every, every, single)


def constants(pools: WilsonCowan) -> np.ndarray:
    """The parameters in the order in which the kernel reads them."""
    names = ("w_ee", "w_ei", "w_ie", "w_ii", "a_e", "theta_e", "a_i", "theta_i", "tau_e_ms", "tau_i_ms")
    return np.array([*(getattr(pools, name) for name in (*names, "drive_i", "room", "k_e", "k_i"))])


def _steps(tstop_ms: float, dt_ms: float, every: int) -> int:
    if not tstop_ms > dt_ms > 0 or not np.isfinite(tstop_ms):
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    if int(every) != every or every < 1:
        raise ValueError(f"every is a whole number from 1 on, not {every}")
    return round(tstop_ms / dt_ms)


def _recording(states: np.ndarray, drives: np.ndarray, step_ms: float, every: int, single: bool) -> Recording:
    n_kept = len(states)
    index = np.minimum(2 * every * np.arange(n_kept), len(drives) - 1)
    columns = {"E": states[:, 0], "I": states[:, 1], "drive": drives[index]}
    place = None if single else np.arange(states.shape[2])
    signals = [Signal(name, x[:, 0] if single else x, "1", place) for name, x in columns.items()]
    return Recording(step_ms * np.arange(n_kept), signals)
