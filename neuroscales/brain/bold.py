# SPDX-License-Identifier: BSD-3-Clause
"""From activity to the BOLD signal: the balloon that blood vessels are.

    s' = u - kappa s - gamma (f - 1),   f' = s
    tau v' = f - v^(1/alpha)
    tau q' = f E(f) / rho - v^(1/alpha) q / v,   E(f) = 1 - (1 - rho)^(1/f)
    y = 100 V0 [k1 (1 - q) + k2 (1 - q / v) + k3 (1 - v)]   (per cent)

Buxton, Wong and Frank 1998, https://doi.org/10.1002/mrm.1910390602; Friston, Mechelli, Turner and Price 2000,
https://doi.org/10.1006/nimg.2000.0630. The parameter sets in use differ; each is named by its paper.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.stats import gamma as gamma_distribution

from neuroscales.core.parameters import check_finite, check_positive
from neuroscales.core.recording import Recording, Signal


@dataclass(frozen=True)
class Balloon:
    """Parameters of the vessels and of the scanner; the defaults are Friston's of 2000 and 2003.

    Attributes:
        kappa_per_s: decay of the signal that dilates the vessels.
        gamma_per_s2: pull of the flow back to rest.
        tau_s: mean transit time of the blood.
        alpha: stiffness of the vessels (Grubb's exponent).
        rho: oxygen extraction at rest.
        v0: fraction of the volume that is blood at rest.
        k1: weight of deoxyhemoglobin; None for 7 rho.
        k2: weight of its concentration.
        k3: weight of the volume; None for 2 rho - 0.2.

    Raises:
        ValueError: a value that is not positive, or an extraction of 1 or more.
    """

    kappa_per_s: float = 0.65
    gamma_per_s2: float = 0.41
    tau_s: float = 0.98
    alpha: float = 0.32
    rho: float = 0.34
    v0: float = 0.02
    k1: float | None = None
    k2: float = 2.0
    k3: float | None = None

    def __post_init__(self) -> None:
        check_finite(self, *(name for name in ("k1", "k3") if getattr(self, name) is None))
        names = ("kappa_per_s", "gamma_per_s2", "tau_s", "alpha", "rho", "v0")
        check_positive("the balloon", **{name: getattr(self, name) for name in names})
        if self.rho >= 1:
            raise ValueError(f"rho of the balloon is a fraction below 1, not {self.rho}")

    @property
    def weights(self) -> tuple[float, float, float]:
        """k1, k2 and k3 as they enter the signal."""
        k1 = 7 * self.rho if self.k1 is None else self.k1
        k3 = 2 * self.rho - 0.2 if self.k3 is None else self.k3
        return k1, self.k2, k3


FRISTON = Balloon()
"""Friston et al. 2000 and 2003 (10.1016/S1053-8119(03)00202-7)."""

STEPHAN = Balloon(k1=2.357, k2=0.17, k3=0.5)
"""Friston's vessels with weights revised for a scanner of 1.5 T, after Stephan et al. 2007
(10.1016/j.neuroimage.2007.07.040)."""

TVB = Balloon(
    kappa_per_s=1 / 1.54,
    gamma_per_s2=1 / 1.44,
    rho=0.4,
    v0=0.04,
    k1=4.3 * 40.3 * 0.4 * 0.04,
    k2=0.5 * 25 * 0.4 * 0.04,
    k3=0.5,
)
"""Constants of The Virtual Brain's balloon, with its revised weights: a faster flow and twice the blood."""

AT_REST = np.array([0.0, 1.0, 1.0, 1.0])
"""Signal, flow, volume and deoxyhemoglobin at rest."""


def slope(balloon: Balloon, u: float | np.ndarray, state: np.ndarray) -> np.ndarray:
    """Rates of change of (s, f, v, q) in 1/s, shape (4, ...).

    Args:
        balloon: the parameters.
        u: neural activity.
        state: (s, f, v, q), shape (4, ...); f and v positive.
    """
    s, f, v, q = state
    outflow = v ** (1 / balloon.alpha)
    extraction = 1 - (1 - balloon.rho) ** (1 / f)
    return np.stack(
        [
            u - balloon.kappa_per_s * s - balloon.gamma_per_s2 * (f - 1),
            s + 0 * f,
            (f - outflow) / balloon.tau_s,
            (f * extraction / balloon.rho - outflow * q / v) / balloon.tau_s,
        ]
    )


def signal_percent(balloon: Balloon, state: np.ndarray) -> np.ndarray:
    """The BOLD signal y in per cent, of the shape of one component of `state`.

    >>> float(signal_percent(FRISTON, AT_REST))
    0.0
    """
    _, _, v, q = state
    k1, k2, k3 = balloon.weights
    return 100 * balloon.v0 * (k1 * (1 - q) + k2 * (1 - q / v) + k3 * (1 - v))


def steady_state(balloon: Balloon, u: float | np.ndarray) -> np.ndarray:
    """Where (s, f, v, q) settle under constant activity, in closed form.

        f = 1 + u / gamma,   v = f^alpha,   q = v E(f) / rho

    Raises:
        ValueError: an activity so far below 0 that the flow would stop.

    >>> steady_state(FRISTON, 0.2).round(4).tolist()
    [0.0, 1.4878, 1.1356, 0.8138]
    """
    f = 1 + np.asarray(u, dtype=float) / balloon.gamma_per_s2
    if np.any(f <= 0):
        raise ValueError(
            f"activity must stay above -gamma = {-balloon.gamma_per_s2}, or the blood stands still"
        )
    v = f**balloon.alpha
    return np.stack([0 * f, f, v, v * (1 - (1 - balloon.rho) ** (1 / f)) / balloon.rho])


def flow_eigenvalues_per_s(balloon: Balloon) -> tuple[complex, complex]:
    """Eigenvalues of signal and flow, the damped oscillator f'' = u - kappa f' - gamma (f - 1).

    >>> value, _ = flow_eigenvalues_per_s(FRISTON)
    >>> round(value.real, 3), round(value.imag / (2 * np.pi), 4)
    (-0.325, 0.0878)
    """
    half = balloon.kappa_per_s / 2
    root = complex(np.emath.sqrt(half**2 - balloon.gamma_per_s2))
    return -half + root, -half - root


def gain_peak_Hz(balloon: Balloon) -> float:
    """Frequency at which the flow answers a small oscillation of the activity most strongly; 0 if at rest.

    >>> round(gain_peak_Hz(FRISTON), 4)
    0.071
    """
    squared = balloon.gamma_per_s2 - balloon.kappa_per_s**2 / 2
    return float(np.sqrt(max(0.0, squared)) / (2 * np.pi))


def pulses(*onsets_s: float, duration_s: float = 1.0, amplitude: float = 1.0) -> Callable[[float], float]:
    """Activity that is on for `duration_s` from each onset; pulses that overlap add up.

    >>> on = pulses(0.0, 4.0)
    >>> [on(t) for t in (0.5, 2.0, 4.5)]
    [1.0, 0.0, 1.0]
    """
    starts = np.array(onsets_s, dtype=float)

    def activity(t_s: float) -> float:
        # Half a billionth of slack: a step that should begin on an edge begins on it.
        return amplitude * float(np.sum((t_s >= starts - 1e-9) & (t_s < starts + duration_s - 1e-9)))

    return activity


def simulate_bold(
    balloon: Balloon,
    activity: Callable[[float], float | np.ndarray] | np.ndarray,
    *,
    tstop_s: float = 30.0,
    dt_s: float = 0.05,
    n_regions: int = 1,
) -> Recording:
    """The signal that activity makes, from rest, by Runge and Kutta's fourth order.

    Activity is held for each step at its value in the middle of the step, so edges on steps are exact.

    Args:
        balloon: the parameters.
        activity: a function of the time in s, or samples, one per step, shape (n_steps, n_regions).
        tstop_s: how long.
        dt_s: time step.
        n_regions: how many regions; each has vessels of its own.

    Returns:
        A Recording in s with the profiles bold (%), flow, volume and deoxyhemoglobin (both 1 at rest).

    Raises:
        ValueError: a time that is not positive, samples of another shape, or activity so far below 0 that
            the flow stops.
    """
    check_positive("the simulation", tstop_s=tstop_s, dt_s=dt_s, n_regions=n_regions)
    n_steps = round(tstop_s / dt_s)
    if not callable(activity):
        activity_steps = np.asarray(activity, dtype=float).reshape(len(activity), -1)
        if activity_steps.shape != (n_steps, n_regions) or not np.all(np.isfinite(activity_steps)):
            raise ValueError(
                f"activity needs {n_steps} x {n_regions} finite samples, not {activity_steps.shape}"
            )
    else:
        activity_steps = np.stack(
            [np.broadcast_to(activity((k + 0.5) * dt_s), n_regions) for k in range(n_steps)]
        )
    state = np.repeat(AT_REST[:, None], n_regions, axis=1)
    kept = np.empty((n_steps + 1, 4, n_regions))
    kept[0] = state
    for k, u in enumerate(activity_steps):
        state = kept[k + 1] = _rk4(balloon, u, state, dt_s)
        if not np.all(state[1:] > 0):
            raise ValueError("the flow stopped: activity must not stay so far below 0")
    return _recording(balloon, kept, dt_s)


def _rk4(balloon: Balloon, u: np.ndarray, x: np.ndarray, dt_s: float) -> np.ndarray:
    k1 = slope(balloon, u, x)
    k2 = slope(balloon, u, x + dt_s / 2 * k1)
    k3 = slope(balloon, u, x + dt_s / 2 * k2)
    k4 = slope(balloon, u, x + dt_s * k3)
    return x + dt_s / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def _recording(balloon: Balloon, kept: np.ndarray, dt_s: float) -> Recording:
    states = np.moveaxis(kept, 1, 0)
    places = np.arange(kept.shape[2], dtype=float)
    signals = [Signal("bold", signal_percent(balloon, states), "%", places)]
    for name, values in zip(("flow", "volume", "deoxyhemoglobin"), states[1:], strict=True):
        signals.append(Signal(name, values, "1", places))
    return Recording(np.arange(len(kept)) * dt_s, signals, time_unit="s")


@dataclass(frozen=True)
class Response:
    """What is read off a response: highest and lowest point (%) and when (s), width at half height (s)."""

    peak_percent: float
    t_peak_s: float
    undershoot_percent: float
    t_undershoot_s: float
    fwhm_s: float


def response(recording: Recording, region: int = 0) -> Response:
    """Measure a single response; extrema are read from a parabola through the three samples around them."""
    y, t = recording.profile("bold").values[:, region], recording.time
    high = int(np.argmax(y))
    low = high + int(np.argmin(y[high:]))
    t_peak, peak = _vertex(t, y, high)
    t_low, lowest = _vertex(t, y, low)
    above = np.flatnonzero(y >= peak / 2)
    first, last = above[0], above[-1]
    left = np.interp(peak / 2, y[first - 1 : first + 1], t[first - 1 : first + 1])
    right = np.interp(-peak / 2, -y[last : last + 2], t[last : last + 2])
    return Response(peak, t_peak, lowest, t_low, float(right - left))


def _vertex(t: np.ndarray, y: np.ndarray, k: int) -> tuple[float, float]:
    if k in (0, len(y) - 1):
        return float(t[k]), float(y[k])
    before, here, after = y[k - 1 : k + 2]
    bend = before - 2 * here + after
    shift = 0.0 if bend == 0 else 0.5 * (before - after) / bend
    return float(t[k] + shift * (t[1] - t[0])), float(here - 0.25 * (before - after) * shift)


def second_response(balloon: Balloon, duration_s: float, gap_s: float, dt_s: float = 0.025) -> float:
    """Height of the second of two responses per the first: how far from additive the vessels are.

    The second response is what both stimuli make, less what the first makes alone.

    Args:
        balloon: the parameters.
        duration_s: length of each stimulus.
        gap_s: from the start of the first to the start of the second.
        dt_s: time step.
    """
    runs = [
        simulate_bold(balloon, pulses(*starts, duration_s=duration_s), tstop_s=30 + gap_s, dt_s=dt_s)
        for starts in ((0.0,), (0.0, gap_s))
    ]
    one, both = (run.profile("bold").values[:, 0] for run in runs)
    return float((both - one).max() / one.max())


def double_gamma(t_s: np.ndarray) -> np.ndarray:
    """The response that linear models assume: gamma(6) - gamma(16) / 6, its highest value 1.

    >>> t = np.arange(0, 30, 0.01)
    >>> round(float(t[np.argmax(double_gamma(t))]), 2), round(float(t[np.argmin(double_gamma(t))]), 2)
    (5.0, 15.75)
    """

    def raw(t: np.ndarray) -> np.ndarray:
        return gamma_distribution.pdf(t, 6) - gamma_distribution.pdf(t, 16) / 6

    # The second gamma shifts the peak of the first by less than a millisecond.
    return raw(np.asarray(t_s, dtype=float)) / raw(np.linspace(4.99, 5.01, 2001)).max()
