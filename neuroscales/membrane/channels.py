# SPDX-License-Identifier: BSD-3-Clause
"""Single channels: gates as Markov schemes, simulated exactly, one channel or ten thousand.

A channel jumps between a few states with rates that depend on the potential alone. While the potential is
held, the time it stays in a state is exponential, and what it does next does not depend on how long it has
been there. Two simulations follow from this, both exact and both over all channels at once:

- `simulate_channel_openings` draws every jump of every channel (Gillespie 1977,
  https://doi.org/10.1021/j100540a008), for dwell times;
- `simulate_open_channels` draws, from sample to sample, how many channels go from each state to each other,
  with the probabilities P = e^(Q dt), for ensembles.

Hodgkin and Huxley's potassium channel has four equal gates, so five states; sodium's, three and one, so
eight (Hille 2001; reviewed with these schemes by Goldwyn and Shea-Brown 2011,
https://doi.org/10.1371/journal.pcbi.1002247).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import expm

from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.hodgkin_huxley import rates


@dataclass(frozen=True)
class Scheme:
    """A channel: its states, and how it jumps between them.

    Attributes:
        name: what it is.
        states: a name for each state.
        open_states: numbers of those that conduct.
        rates_per_ms: from a potential in mV to the matrix of rates Q, shape (n_states, n_states): entry
            [i, j] is the rate from i to j, and each row sums to zero.
    """

    name: str
    states: tuple[str, ...]
    open_states: tuple[int, ...]
    rates_per_ms: Callable[[float], np.ndarray]

    @property
    def is_open(self) -> np.ndarray:
        """Whether each state conducts, shape (n_states,)."""
        return np.isin(np.arange(len(self.states)), self.open_states)


@dataclass(frozen=True)
class VoltageStep:
    """A stretch of a voltage clamp.

    Attributes:
        v_mV: the potential that is held.
        dur_ms: for how long.

    Raises:
        ValueError: a duration that is not positive.
    """

    v_mV: float
    dur_ms: float

    def __post_init__(self) -> None:
        if not self.dur_ms > 0:
            raise ValueError(f"a voltage step's duration must be positive, not {self.dur_ms} ms")


def two_state(alpha_per_ms: float = 0.1, beta_per_ms: float = 0.4) -> Scheme:
    """Closed and open, at rates that do not depend on the potential.

    >>> two_state().rates_per_ms(0.0)
    array([[-0.1,  0.1],
           [ 0.4, -0.4]])
    """
    matrix = np.array([[-alpha_per_ms, alpha_per_ms], [beta_per_ms, -beta_per_ms]])
    return Scheme("two-state channel", ("closed", "open"), (1,), lambda v_mV: matrix)


def potassium() -> Scheme:
    """Hodgkin and Huxley's potassium channel: 0 to 4 of its gates open, conducting with all four.

    0 --4 alpha--> 1 --3 alpha--> 2 --2 alpha--> 3 --alpha--> 4,  back with k beta from k
    """
    return Scheme(
        "potassium", tuple(f"n{k}" for k in range(5)), (4,), lambda v_mV: _equal_gates(4, *_of(2, v_mV))
    )


def sodium() -> Scheme:
    """Hodgkin and Huxley's sodium channel: 0 to 3 gates m open, h closed or open; conducting with all four.

    State number 4 h + m.
    """
    names = tuple(f"m{m}h{h}" for h in range(2) for m in range(4))
    return Scheme(
        "sodium",
        names,
        (7,),
        lambda v_mV: _both(_equal_gates(1, *_of(1, v_mV)), _equal_gates(3, *_of(0, v_mV))),
    )


def steady_occupancy(scheme: Scheme, v_mV: float) -> np.ndarray:
    """Probability of each state once the potential has been held, shape (n_states,): p Q = 0, sum p = 1."""
    rate = scheme.rates_per_ms(v_mV)
    equations = np.vstack([rate.T, np.ones(len(rate))])
    target = np.append(np.zeros(len(rate)), 1.0)
    return np.linalg.lstsq(equations, target, rcond=None)[0]


def open_probability(scheme: Scheme, protocol: Sequence[VoltageStep], time_ms: np.ndarray) -> np.ndarray:
    """Probability to be open during a voltage clamp, in closed form, p(t) = p(0) e^(Q t) step by step.

    Args:
        scheme: the channel; settled at the first step's potential when the clamp begins.
        protocol: the voltage steps, one after the other.
        time_ms: increasing, from 0, shape (n_time,).

    Returns:
        Shape (n_time,).
    """
    p, found, end_ms = steady_occupancy(scheme, protocol[0].v_mV), [], 0.0
    time_ms = np.asarray(time_ms, dtype=float)
    for step in protocol:
        begin_ms, end_ms = end_ms, end_ms + step.dur_ms
        rate = scheme.rates_per_ms(step.v_mV)
        last = step is protocol[-1]
        inside = time_ms[(time_ms >= begin_ms) & ((time_ms < end_ms) | last)]
        found += [(p @ expm(rate * (t - begin_ms)))[scheme.is_open].sum() for t in inside]
        p = p @ expm(rate * step.dur_ms)
    return np.array(found)


def simulate_channel_openings(
    scheme: Scheme, protocol: Sequence[VoltageStep], n_channels: int, rng: np.random.Generator
) -> list[np.ndarray]:
    """Every opening of every channel during a voltage clamp, exactly.

    All channels draw their next jump together. Where the potential changes, the jump not yet made is drawn
    anew, which is exact because a channel does not remember how long it has waited.

    Args:
        scheme: the channel; settled at the first step's potential when the clamp begins.
        protocol: the voltage steps, one after the other.
        n_channels: how many.
        rng: source of randomness.

    Returns:
        For each channel its openings, shape (n_openings, 2): begin and end in ms. One that began before the
        clamp, or outlasts it, ends at the edge.
    """
    state = rng.choice(len(scheme.states), n_channels, p=steady_occupancy(scheme, protocol[0].v_mV))
    flips: list[list[float]] = [[0.0] if is_open else [] for is_open in scheme.is_open[state]]
    end_ms = 0.0
    for step in protocol:
        begin_ms, end_ms = end_ms, end_ms + step.dur_ms
        for cell, t in _jumps(scheme, step.v_mV, state, begin_ms, end_ms, rng):
            flips[cell].append(t)
    return [np.array(f + [end_ms] * (len(f) % 2)).reshape(-1, 2) for f in flips]


def simulate_open_channels(
    scheme: Scheme,
    protocol: Sequence[VoltageStep],
    n_channels: int,
    rng: np.random.Generator,
    *,
    n_sweeps: int = 1,
    dt_ms: float = 0.05,
) -> Recording:
    """Number of open channels at each sample of a voltage clamp, sweep after sweep, exactly.

    From one sample to the next, the channels in each state are dealt out among all states with the
    probabilities e^(Q dt): the samples have the distribution of the process itself, whatever dt.

    Args:
        scheme: the channel; settled at the first step's potential when each sweep begins.
        protocol: the voltage steps, each a whole number of samples long.
        n_channels: how many in the patch.
        rng: source of randomness.
        n_sweeps: how often the clamp is repeated.
        dt_ms: time between samples.

    Returns:
        A Recording in ms of n_open (a pure number) and v (mV); n_open is a profile of shape
        (n_time, n_sweeps) whose places are the sweeps' numbers.

    Raises:
        ValueError: a step that is not a whole number of samples long.
    """
    first = steady_occupancy(scheme, protocol[0].v_mV)
    counts = rng.multinomial(n_channels, _probabilities(first), size=n_sweeps)
    n_open, v = [counts[:, scheme.is_open].sum(axis=1)], [protocol[0].v_mV]
    for step in protocol:
        n_samples = round(step.dur_ms / dt_ms)
        if abs(n_samples * dt_ms - step.dur_ms) > 1e-6 * step.dur_ms:
            raise ValueError(f"a step of {step.dur_ms} ms is not a whole number of samples of {dt_ms} ms")
        move = _probabilities(expm(scheme.rates_per_ms(step.v_mV) * dt_ms))
        for _ in range(n_samples):
            counts = rng.multinomial(counts, move).sum(axis=-2)
            n_open.append(counts[:, scheme.is_open].sum(axis=1))
            v.append(step.v_mV)
    time = np.arange(len(v)) * dt_ms
    return Recording(
        time, [Signal("n_open", np.stack(n_open), "1", np.arange(n_sweeps)), Signal("v", v, "mV")]
    )


def dwell_times_ms(
    openings: Sequence[np.ndarray], tstop_ms: float, shortest_ms: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """How long channels stayed open, and closed; only stays whose begin and end were seen.

    Args:
        openings: for each channel its openings, as from `simulate_channel_openings`.
        tstop_ms: when the record ends.
        shortest_ms: stays shorter than this are not counted, as with a slow amplifier. The mean of what is
            left is longer by just this time, for an exponential forgets how long it has lasted.

    Returns:
        Open and closed times in ms.
    """
    whole = [channel[(channel[:, 0] > 0) & (channel[:, 1] < tstop_ms)] for channel in openings]
    open_ms = np.concatenate([channel[:, 1] - channel[:, 0] for channel in whole])
    closed_ms = np.concatenate([channel[1:, 0] - channel[:-1, 1] for channel in openings])
    return open_ms[open_ms >= shortest_ms], closed_ms[closed_ms >= shortest_ms]


def mean_and_variance(recording: Recording) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of the number of open channels over the sweeps, each of shape (n_time,)."""
    n_open = recording.profile("n_open").values
    return n_open.mean(axis=1), n_open.var(axis=1, ddof=1)


def noise_analysis(mean_pA: np.ndarray, variance_pA2: np.ndarray) -> tuple[float, float]:
    """Current of one channel and number of channels, from variance against mean.

        variance = i mean - mean^2 / N

    fitted by least squares, after Sigworth (1980, Journal of Physiology 307:97-129).

    Args:
        mean_pA: mean current at each time, shape (n_time,).
        variance_pA2: its variance over the sweeps, shape (n_time,).

    Returns:
        i in pA and N.
    """
    design = np.stack([mean_pA, -(np.asarray(mean_pA) ** 2)], axis=1)
    i_pA, one_over_n = np.linalg.lstsq(design, variance_pA2, rcond=None)[0]
    return float(i_pA), float(1 / one_over_n)


def lorentzian_per_Hz(
    frequency_Hz: np.ndarray, n_channels: int, alpha_per_ms: float, beta_per_ms: float
) -> np.ndarray:
    """One-sided spectrum of the number of open two-state channels.

        S(f) = 4 N p (1 - p) tau / (1 + (2 pi f tau)^2),  p = alpha tau,  tau = 1 / (alpha + beta)

    Args:
        frequency_Hz: any shape.
        n_channels: N.
        alpha_per_ms: opening rate.
        beta_per_ms: closing rate.

    Returns:
        Channels squared per Hz; its integral over all frequencies is the variance N p (1 - p).

    >>> round(float(lorentzian_per_Hz(0.0, 100, 0.1, 0.4)), 6)
    0.128
    """
    tau_ms = 1 / (alpha_per_ms + beta_per_ms)
    p = alpha_per_ms * tau_ms
    tau_s = 1e-3 * tau_ms
    turn = 2 * np.pi * np.asarray(frequency_Hz) * tau_s
    return 4 * n_channels * p * (1 - p) * tau_s / (1 + turn**2)


def _of(gate: int, v_mV: float) -> tuple[float, float]:
    """Opening and closing rate of one of Hodgkin and Huxley's gates."""
    alpha, beta = rates(v_mV)
    return float(alpha[gate]), float(beta[gate])


def _equal_gates(n_gates: int, alpha: float, beta: float) -> np.ndarray:
    """Rates between the states with 0 to n of n equal gates open."""
    k = np.arange(n_gates)
    rate = np.diag((n_gates - k) * alpha, 1) + np.diag((k + 1) * beta, -1)
    return rate - np.diag(rate.sum(axis=1))


def _both(slow: np.ndarray, fast: np.ndarray) -> np.ndarray:
    """Rates of two independent parts as one: their Kronecker sum."""
    return np.kron(slow, np.eye(len(fast))) + np.kron(np.eye(len(slow)), fast)


def _jumps(
    scheme: Scheme, v_mV: float, state: np.ndarray, begin_ms: float, end_ms: float, rng: np.random.Generator
) -> list[tuple[int, float]]:
    """Jumps between closed and open while the potential is held: channel and time. Changes `state`."""
    rate = scheme.rates_per_ms(v_mV)
    leaving = -np.diag(rate)
    where = np.cumsum(np.clip(rate, 0, None) / leaving[:, None], axis=1)
    where[:, -1] = 1.0
    alive, t, found = np.arange(len(state)), np.full(len(state), begin_ms), []
    while alive.size:
        t = t + rng.exponential(size=alive.size) / leaving[state[alive]]
        inside = t < end_ms
        alive, t = alive[inside], t[inside]
        before = state[alive]
        state[alive] = (rng.random(alive.size)[:, None] >= where[before]).sum(axis=1)
        flipped = scheme.is_open[before] != scheme.is_open[state[alive]]
        found += zip(alive[flipped].tolist(), t[flipped].tolist(), strict=True)
    return found


def _probabilities(values: np.ndarray) -> np.ndarray:
    """Probabilities freed of rounding: not negative, and a sum of 1 along the last axis."""
    values = np.clip(values, 0, None)
    return values / values.sum(axis=-1, keepdims=True)
