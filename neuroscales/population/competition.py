# SPDX-License-Identifier: BSD-3-Clause
"""Two pools that excite themselves, inhibit each other, and so decide between two inputs.

    tau dA/dt = -A + S(w_self A - w_cross B + input + bias)
    tau dB/dt = -B + S(w_self B - w_cross A + input)

with the S of `wilson_cowan` (simple form). A rate version of Wang (2002,
https://doi.org/10.1016/S0896-6273(02)01092-9) and Wong and Wang (2006,
https://doi.org/10.1523/JNEUROSCI.3733-05.2006).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.population.wilson_cowan import sigmoid, sigmoid_slope


@dataclass(frozen=True)
class CompetingPools:
    """Parameters of the two pools.

    Attributes:
        w_self: weight of a pool's own activity.
        w_cross: weight with which each inhibits the other.
        a: steepness of the sigmoid.
        theta: its threshold.
        tau_ms: time constant of both.

    Raises:
        ValueError: a steepness or time constant that is not positive, a negative weight, or a value that is
            not finite.
    """

    w_self: float = 4.0
    w_cross: float = 6.0
    a: float = 1.2
    theta: float = 2.8
    tau_ms: float = 20.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the pools", a=self.a, tau_ms=self.tau_ms)
        check_not_negative("the pools", w_self=self.w_self, w_cross=self.w_cross)


def pool_derivatives(pools: CompetingPools, inputs: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Right-hand side: rates of change of A and B per ms, shape (2, ...).

    Args:
        pools: the parameters.
        inputs: to A and to B, a shape that broadcasts to the state's.
        state: A and B, shape (2, ...); complex numbers too.
    """
    drive = pools.w_self * state - pools.w_cross * state[::-1] + inputs
    return (-state + sigmoid(drive, pools.a, pools.theta)) / pools.tau_ms


def even_states(pools: CompetingPools, common: float) -> list[float]:
    """Activities at which both pools, equal and under an equal input, stand still; in rising order."""
    x = np.linspace(-1.0, 1.0, 4001)

    def excess(value: float | np.ndarray) -> np.ndarray:
        return sigmoid((pools.w_self - pools.w_cross) * value + common, pools.a, pools.theta) - value

    y = excess(x)
    at = np.flatnonzero((y[:-1] < 0) != (y[1:] < 0))
    return [float(brentq(excess, x[k], x[k + 1], xtol=1e-14)) for k in at]


def difference_growth_per_ms(pools: CompetingPools, common: float, even: float) -> float:
    """How fast a small difference between two equal pools grows; negative where it dies out.

    The difference A - B excites itself through w_self and, since inhibition of the other helps the one,
    through w_cross: (-1 + (w_self + w_cross) S') / tau.
    """
    drive = (pools.w_self - pools.w_cross) * even + common
    slope = sigmoid_slope(drive, pools.a, pools.theta)
    return float((-1 + (pools.w_self + pools.w_cross) * slope) / pools.tau_ms)


def simulate_competition(
    pools: CompetingPools,
    common: float,
    bias: float,
    rng: np.random.Generator,
    *,
    n_trials: int = 200,
    noise: float = 0.012,
    tstop_ms: float = 300.0,
    dt_ms: float = 0.5,
    start: tuple[float, float] = (0.0, 0.0),
) -> Recording:
    """Simulate many trials at once, by Euler and Maruyama's method.

    Args:
        pools: the parameters.
        common: input to both pools.
        bias: what A receives beside it.
        rng: source of randomness.
        n_trials: how many trials.
        noise: standard deviation of what is added to each activity per root of a ms, independent for both.
        tstop_ms: when a trial ends.
        dt_ms: the time step.
        start: A and B at the start.

    Returns:
        A Recording of A and B (pure numbers) in ms, profiles of shape (n_time, n_trials).

    Raises:
        ValueError: times or a number of trials that are not positive, or a negative noise.
    """
    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    if n_trials < 1 or not noise >= 0:
        raise ValueError(f"there are {n_trials} trials with a noise of {noise}: take 1 or more, 0 or more")
    inputs = np.array([[common + bias], [common]])
    states = [np.tile(np.array(start, dtype=float)[:, None], n_trials)]
    for _ in range(round(tstop_ms / dt_ms)):
        kick = noise * np.sqrt(dt_ms) * rng.standard_normal((2, n_trials))
        states.append(states[-1] + dt_ms * pool_derivatives(pools, inputs, states[-1]) + kick)
    a, b = np.stack(states, axis=1)
    place = np.arange(n_trials)
    return Recording(np.arange(len(a)) * dt_ms, [Signal("A", a, "1", place), Signal("B", b, "1", place)])


def chose_a(recording: Recording) -> np.ndarray:
    """For each trial whether A is above B at the end, shape (n_trials,)."""
    return recording.profile("A").values[-1] > recording.profile("B").values[-1]


def decision_times_ms(recording: Recording, difference: float = 0.3) -> np.ndarray:
    """When A and B first differ by so much; NaN for a trial that stays undecided, shape (n_trials,)."""
    apart = np.abs(recording.profile("A").values - recording.profile("B").values) >= difference
    return np.where(apart.any(axis=0), recording.time[apart.argmax(axis=0)], np.nan)
