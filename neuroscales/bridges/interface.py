# SPDX-License-Identifier: BSD-3-Clause
"""Two scales in one model: from rates to spikes and currents, and back.

Poisson spikes of the rate r that add w to a current decaying with tau make a mean of w r tau and a variance
of w^2 r tau / 2 (Campbell). Matching the mean across the interface is needed, and not enough: variance and
correlation pass it, too.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm, solve_continuous_lyapunov
from scipy.optimize import brentq

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal


@dataclass(frozen=True)
class Afferents:
    """Independent Poisson neurons whose spikes each add a jump to one current.

    Attributes:
        count: how many.
        rate_Hz: of each.
        weight_pA: jump of the current at a spike.
        decay_ms: time constant of its decay.

    Raises:
        ValueError: a number or time that is not positive, or a negative rate.
    """

    count: int = 100
    rate_Hz: float = 10.0
    weight_pA: float = 30.0
    decay_ms: float = 5.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the afferents", count=self.count, decay_ms=self.decay_ms)
        check_not_negative("the afferents", rate_Hz=self.rate_Hz)

    @property
    def total_per_ms(self) -> float:
        """Spikes of all of them per ms."""
        return self.count * self.rate_Hz / 1000


def mean_pA(afferents: Afferents) -> float:
    """Mean current, w r tau.

    >>> mean_pA(Afferents(count=100, rate_Hz=10.0, weight_pA=30.0, decay_ms=5.0))
    150.0
    """
    return afferents.weight_pA * afferents.total_per_ms * afferents.decay_ms


def sd_pA(afferents: Afferents, shared: bool = False) -> float:
    """Sd of the current, w sqrt(r tau / 2); sqrt(count) times as large if all share one train."""
    independent = afferents.weight_pA * np.sqrt(afferents.total_per_ms * afferents.decay_ms / 2)
    return float(independent * (np.sqrt(afferents.count) if shared else 1.0))


def step_mean_pA(afferents: Afferents, before_Hz: float, after_Hz: float, time_ms: np.ndarray) -> np.ndarray:
    """Mean current over trials when the rate steps at time 0; it follows with the decay's time constant."""
    per_Hz = mean_pA(afferents) / afferents.rate_Hz
    faded = np.exp(-np.asarray(time_ms, dtype=float) / afferents.decay_ms)
    return per_Hz * (after_Hz + (before_Hz - after_Hz) * faded)


def simulate_current(
    afferents: Afferents,
    *,
    tstop_ms: float,
    dt_ms: float = 0.05,
    shared: bool = False,
    rng: np.random.Generator,
) -> Recording:
    """The current of the afferents, from its mean on; a spike counts as spread over its step.

    Args:
        afferents: the neurons.
        tstop_ms: how long.
        dt_ms: time step; spikes are counted in it, not cut to one.
        shared: whether all fire one and the same train.
        rng: where the randomness comes from.

    Raises:
        ValueError: a time that is not positive.
    """
    check_positive("the simulation", tstop_ms=tstop_ms, dt_ms=dt_ms)
    n_steps = round(tstop_ms / dt_ms)
    trains = 1 if shared else afferents.count
    counts = rng.poisson(afferents.rate_Hz / 1000 * trains * dt_ms, n_steps)
    # A spike anywhere in a step has on average decayed to this by the end of the step.
    kept = np.exp(-dt_ms / afferents.decay_ms)
    arrived = afferents.weight_pA * (afferents.count / trains) * (1 - kept) * afferents.decay_ms / dt_ms
    current = np.empty(n_steps + 1)
    current[0] = mean_pA(afferents)
    for k, count in enumerate(counts):
        current[k + 1] = current[k] * kept + count * arrived
    return Recording(np.arange(n_steps + 1) * dt_ms, [Signal("i", current, "pA")])


def readout_sd_Hz(rate_Hz: float, count: int, window_ms: float) -> float:
    """Sd of a rate that is read from `count` neurons through an exponential filter, sqrt(r / (2 N tau)).

    >>> round(readout_sd_Hz(10.0, 100, 50.0), 3)
    1.0
    """
    check_positive("the readout", rate_Hz=rate_Hz, count=count, window_ms=window_ms)
    return float(np.sqrt(rate_Hz / (2 * count * window_ms / 1000)))


def neurons_needed(rate_Hz: float, window_ms: float, relative_sd: float) -> float:
    """How many neurons make the readout's sd this part of the rate, 1 / (2 r tau part^2), as a real number.

    >>> round(neurons_needed(10.0, 50.0, 0.05), 6)
    400.0
    """
    check_positive("the readout", rate_Hz=rate_Hz, window_ms=window_ms, relative_sd=relative_sd)
    return 1 / (2 * rate_Hz * window_ms / 1000 * relative_sd**2)


def bernoulli_loss(rate_Hz: float, dt_ms: float) -> float:
    """Part of a Poisson neuron's spikes that is lost by allowing one per step with probability 1 - e^(-r dt).

    >>> [round(bernoulli_loss(*case), 3) for case in ((20.0, 0.1), (200.0, 1.0), (200.0, 5.0))]
    [0.001, 0.094, 0.368]
    """
    check_positive("the train", rate_Hz=rate_Hz, dt_ms=dt_ms)
    expected = rate_Hz * dt_ms / 1000
    return float(1 + np.expm1(-expected) / expected)


@dataclass(frozen=True)
class Loop:
    """A rate unit and Poisson neurons that drive each other.

        tau r' = -r + S(g y + I0),   S(x) = 50 / (1 + e^(-(x - 10) / 3)) Hz

    Each neuron fires with S(g r + I0); y is the neurons' mean spike train through an exponential filter.

    Attributes:
        count: number of neurons.
        tau_ms: time constant of the rate unit.
        filter_ms: of the filter.
        gain: g, per Hz.
        current: I0.

    Raises:
        ValueError: a number or time that is not positive.
    """

    count: int = 50
    tau_ms: float = 20.0
    filter_ms: float = 20.0
    gain: float = 0.15
    current: float = 5.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the loop", count=self.count, tau_ms=self.tau_ms, filter_ms=self.filter_ms)

    def response_Hz(self, rate_Hz: float | np.ndarray) -> float | np.ndarray:
        """S(g rate + I0)."""
        return 50 / (1 + np.exp(-(self.gain * rate_Hz + self.current - 10) / 3))

    def slope(self, rate_Hz: float) -> float:
        """Derivative of the response with respect to the rate; a pure number."""
        s = self.response_Hz(rate_Hz)
        return self.gain / 3 * s * (1 - s / 50)


def fixed_rate_Hz(loop: Loop) -> float:
    """The rate without noise, r = S(g r + I0), from below.

    >>> round(fixed_rate_Hz(Loop()), 2)
    13.56
    """
    grid = np.linspace(0, 50, 5001)
    k = int(np.flatnonzero(loop.response_Hz(grid) - grid <= 0)[0])
    return brentq(lambda r: loop.response_Hz(r) - r, grid[k - 1], grid[k], xtol=1e-13)


def loop_sd_Hz(loop: Loop) -> float:
    """Sd of r for many neurons: the loop linearized, its covariance from Lyapunov's equation.

    >>> [round(loop_sd_Hz(Loop(count=n)), 4) for n in (10, 100, 1000)]
    [2.3394, 0.7398, 0.2339]
    """
    rate_Hz = fixed_rate_Hz(loop)
    slope = loop.slope(rate_Hz)
    rates = np.array([[-1.0, slope], [slope, -1.0]]) / np.array([[loop.tau_ms], [loop.filter_ms]])
    noise = 1000 * rate_Hz / (loop.count * loop.filter_ms**2)
    covariance = solve_continuous_lyapunov(rates, -np.diag([0.0, noise]))
    return float(np.sqrt(covariance[0, 0]))


def simulate_loop(loop: Loop, *, tstop_ms: float, dt_ms: float = 1.0, rng: np.random.Generator) -> Recording:
    """Simulate the closed loop from its fixed point.

    Returns:
        A Recording in ms of r and y in Hz.

    Raises:
        ValueError: a time that is not positive.
    """
    check_positive("the simulation", tstop_ms=tstop_ms, dt_ms=dt_ms)
    n_steps = round(tstop_ms / dt_ms)
    r = np.full(n_steps + 1, fixed_rate_Hz(loop))
    y = r.copy()
    kept_r, kept_y = np.exp(-dt_ms / loop.tau_ms), np.exp(-dt_ms / loop.filter_ms)
    for k in range(n_steps):
        spikes = rng.poisson(loop.count * loop.response_Hz(r[k]) * dt_ms / 1000)
        target = loop.response_Hz(y[k])
        r[k + 1] = target + (r[k] - target) * kept_r
        y[k + 1] = y[k] * kept_y + (1 - kept_y) * 1000 * spikes / (loop.count * dt_ms)
    return Recording(np.arange(n_steps + 1) * dt_ms, [Signal("r", r, "Hz"), Signal("y", y, "Hz")])


def exchange_errors(
    tau_ms: float, coupling: float, steps_ms: np.ndarray, tstop_ms: float = 100.0
) -> tuple[np.ndarray, float]:
    """What it costs that two simulators learn each other's value only every h.

    tau a' = -a + c b, tau b' = -b - c a, a = 1 and b = 0 at 0. At 0, h, 2h, ... each learns the other's value
    of that moment and holds it for h; inside h both are exact.

    Args:
        tau_ms: time constant.
        coupling: c.
        steps_ms: the exchange steps h, multiples of 0.1 ms.
        tstop_ms: how long.

    Returns:
        Largest error of a, read every 0.1 ms, for each h; and the slope of log error against log h.

    Raises:
        ValueError: a time that is not positive.
    """
    check_positive("the exchange", tau_ms=tau_ms, tstop_ms=tstop_ms, shortest_step_ms=np.min(steps_ms))
    matrix = np.array([[-1.0, coupling], [-coupling, -1.0]]) / tau_ms
    one = expm(0.1 * matrix)
    n = round(tstop_ms / 0.1)
    exact = np.empty((n + 1, 2))
    exact[0] = 1.0, 0.0
    for k in range(n):
        exact[k + 1] = one @ exact[k]
    errors = []
    for h_ms in steps_ms:
        every, state, held = round(h_ms / 0.1), np.array([1.0, 0.0]), np.zeros(2)
        worst, kept = 0.0, np.exp(-0.1 / tau_ms)
        for k in range(n):
            if k % every == 0:
                held = coupling * np.array([state[1], -state[0]])
            state = held + (state - held) * kept
            worst = max(worst, abs(state[0] - exact[k + 1, 0]))
        errors.append(worst)
    order = np.polyfit(np.log(steps_ms), np.log(errors), 1)[0]
    return np.array(errors), float(order)
