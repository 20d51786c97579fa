# SPDX-License-Identifier: BSD-3-Clause
"""Short-term plasticity, from spike to spike: the exact map of Tsodyks and Markram's terminal.

Throughout, u is the part of the available resources that a spike releases, taken just after its rise, and R
the part of all resources that is available, taken just before the release.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.synapse.nmda import SMALL_CELL, simulate_ampa_nmda
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.synapse_simulation import Soma

DEPRESSING = TsodyksMarkram(0.5, 800.0, 50.0)
"""Empties fast and refills slowly, as between two pyramidal cells (Tsodyks and Markram 1997)."""
FACILITATING = TsodyksMarkram(0.15, 50.0, 750.0)
"""Releases little at first, and more from spike to spike."""
MIXED = TsodyksMarkram(0.2, 200.0, 200.0)
"""Facilitates first, then depresses. Its two times are equal, so that nothing shows if they are swapped."""


@dataclass(frozen=True, eq=False)
class Releases:
    """What a terminal releases, spike by spike, or in the steady state at each of several rates.

    Attributes, of shape (n_spikes,) or that of the rates:
        use: part of the resources that are there that the spike releases (u just after its rise).
        available: part of the resources that is there when the spike comes (R just before the release).
    """

    use: np.ndarray
    available: np.ndarray

    @property
    def released(self) -> np.ndarray:
        """Part of all resources that each spike releases, use times available."""
        return self.use * self.available


def releases(terminal: TsodyksMarkram, spikes_ms: Sequence[float]) -> Releases:
    """Follow a terminal from spike to spike; nothing is integrated.

        u <- u e^(-dt/tau_facil)             R <- 1 - (1 - R) e^(-dt/tau_rec)     since the last spike
        u <- u + U1 (1 - u);  release u R;   R <- R - u R                         at the spike

    Tsodyks and Markram 1997, https://doi.org/10.1073/pnas.94.2.719; Tsodyks, Pawelzik and Markram 1998,
    https://doi.org/10.1162/089976698300017502.

    Args:
        terminal: the parameters. Before the first spike the terminal is rested, R = 1 and u = 0.
        spikes_ms: times of its spikes, increasing.

    Raises:
        ValueError: times that are not finite or do not increase.

    >>> releases(TsodyksMarkram(0.5, 800, 50), [0, 50, 100]).released.round(4).tolist()
    [0.5, 0.3139, 0.1607]
    """
    spikes_ms = _checked(spikes_ms)
    use, available = np.empty_like(spikes_ms), np.empty_like(spikes_ms)
    u, R = 0.0, 1.0
    for k, interval_ms in enumerate(np.diff(spikes_ms, prepend=spikes_ms[:1])):
        u = u * left(interval_ms, terminal.tau_facil_ms)
        u = u + terminal.U1 * (1 - u)
        R = 1 - (1 - R) * left(interval_ms, terminal.tau_rec_ms)
        use[k], available[k] = u, R
        R = R - u * R
    return Releases(use, available)


def utilization(terminal: TsodyksMarkram, spikes_ms: Sequence[float], time_ms: np.ndarray) -> np.ndarray:
    """u over time: what is left of the part that the last spike released.

    A spike of a terminal without facilitation leaves nothing, and every one releases the part U1: as the
    mechanism does, u is then said to be U1 all the time.

    Args:
        terminal: the parameters.
        spikes_ms: times of its spikes, increasing.
        time_ms: any shape.

    Returns:
        A pure number from 0 to 1, of the shape of `time_ms`; at the instant of a spike that after its rise.

    Raises:
        ValueError: times of spikes that are not finite or do not increase.
    """
    spikes_ms, time_ms = _checked(spikes_ms), np.asarray(time_ms, dtype=float)
    if terminal.tau_facil_ms == 0:
        return np.full_like(time_ms, terminal.U1)
    if not spikes_ms.size:
        return np.zeros_like(time_ms)
    last = np.searchsorted(spikes_ms, time_ms, side="right") - 1
    faded = left(time_ms - spikes_ms[last], terminal.tau_facil_ms)
    return np.where(last < 0, 0.0, releases(terminal, spikes_ms).use[last] * faded)


def resources(terminal: TsodyksMarkram, spikes_ms: Sequence[float], time_ms: np.ndarray) -> np.ndarray:
    """R over time: the part of the resources that is there, the spikes' releases taken off.

    Args:
        terminal: the parameters.
        spikes_ms: times of its spikes, increasing.
        time_ms: any shape.

    Returns:
        A pure number from 0 to 1, of the shape of `time_ms`; at the instant of a spike that after it.

    Raises:
        ValueError: times of spikes that are not finite or do not increase.
    """
    spikes_ms, time_ms = _checked(spikes_ms), np.asarray(time_ms, dtype=float)
    if not spikes_ms.size:
        return np.ones_like(time_ms)
    of = releases(terminal, spikes_ms)
    after = of.available - of.released
    last = np.searchsorted(spikes_ms, time_ms, side="right") - 1
    faded = left(time_ms - spikes_ms[last], terminal.tau_rec_ms)
    return np.where(last < 0, 1.0, 1 - (1 - after[last]) * faded)


def simulate_terminal(
    terminal: TsodyksMarkram,
    spikes_ms: Sequence[float],
    cell: Soma = SMALL_CELL,
    *,
    tstop_ms: float = 1000.0,
    dt_ms: float | None = 0.025,
) -> Recording:
    """Simulate a terminal and the cell behind it with NEURON.

    Args:
        terminal: its parameters and receptors.
        spikes_ms: times of its spikes, increasing.
        cell: geometry, membrane and initial potential of the cell.
        tstop_ms: when the simulation ends.
        dt_ms: fixed time step; None for a variable step.

    Returns:
        The Recording of `neuroscales.synapse.nmda.simulate_ampa_nmda`, and R and Use over time (pure numbers;
        the closed forms that the mechanism computes, too).

    Raises:
        ValueError: times that are not finite or do not increase, or a time that is not positive.
    """
    run = simulate_ampa_nmda(terminal, _checked(spikes_ms), cell, tstop_ms=tstop_ms, dt_ms=dt_ms)
    R, use = (over_time(terminal, spikes_ms, run.time) for over_time in (resources, utilization))
    return Recording(run.time, [*run.signals, Signal("R", R, "1"), Signal("Use", use, "1")])


def paired_pulse_ratio(terminal: TsodyksMarkram, interval_ms: float | np.ndarray) -> float | np.ndarray:
    """Second release per first, of two spikes of a rested terminal.

        (1 + (1 - U1) e^(-T/tau_facil)) (1 - U1 e^(-T/tau_rec))

    Args:
        terminal: the parameters.
        interval_ms: T, from the first to the second spike; any shape.

    Raises:
        ValueError: an interval that is not positive.

    >>> [round(paired_pulse_ratio(terminal, 50.0), 3) for terminal in (DEPRESSING, FACILITATING)]
    [0.628, 1.696]
    """
    _check_all_positive("the pair", interval_ms=interval_ms)
    risen = 1 + (1 - terminal.U1) * left(interval_ms, terminal.tau_facil_ms)
    return risen * (1 - terminal.U1 * left(interval_ms, terminal.tau_rec_ms))


def steady(terminal: TsodyksMarkram, rate_Hz: float | np.ndarray) -> Releases:
    """Where a long regular train settles: the fixed point of the map.

        u = U1 / (1 - (1 - U1) e^(-T/tau_facil)),   R = (1 - f) / (1 - (1 - u) f),   f = e^(-T/tau_rec)

    Args:
        terminal: the parameters.
        rate_Hz: 1/T, any shape.

    Raises:
        ValueError: a rate that is not positive.

    >>> round(float(steady(DEPRESSING, 20.0).released), 5)
    0.05835
    """
    _check_all_positive("the train", rate_Hz=rate_Hz)
    interval_ms = 1000 / np.asarray(rate_Hz, dtype=float)
    use = terminal.U1 / (1 - (1 - terminal.U1) * left(interval_ms, terminal.tau_facil_ms))
    faded = left(interval_ms, terminal.tau_rec_ms)
    return Releases(use, (1 - faded) / (1 - (1 - use) * faded))


def vesicle_counts(
    terminal: TsodyksMarkram,
    n_sites: int,
    spikes_ms: Sequence[float],
    n_runs: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Release whole vesicles from a terminal, again and again.

    Every place holds one vesicle or none. At a spike each vesicle is released with the probability u; each
    empty place is filled again after an exponentially distributed time of mean tau_rec. So the numbers
    released by one spike are binomial, `n_sites` trials with the probability u R of the map.

    Fuhrmann, Segev, Markram and Tsodyks 2002, https://doi.org/10.1152/jn.00258.2001.

    Args:
        terminal: the parameters.
        n_sites: places for one vesicle each.
        spikes_ms: times of its spikes, increasing; before the first every place is filled.
        n_runs: how often the train is repeated.
        rng: where the randomness comes from.

    Returns:
        Numbers of vesicles, shape (n_runs, n_spikes).

    Raises:
        ValueError: fewer than one place or run, or times that are not finite or do not increase.
    """
    check_positive("the vesicles", n_sites=n_sites, n_runs=n_runs)
    spikes_ms = _checked(spikes_ms)
    there, counts = np.full(n_runs, n_sites), np.empty((n_runs, spikes_ms.size), dtype=int)
    use = releases(terminal, spikes_ms).use
    for k, interval_ms in enumerate(np.diff(spikes_ms, prepend=spikes_ms[:1])):
        there = there + rng.binomial(n_sites - there, 1 - left(interval_ms, terminal.tau_rec_ms))
        counts[:, k] = rng.binomial(there, use[k])
        there = there - counts[:, k]
    return counts


def left(time_ms: float | np.ndarray, tau_ms: float) -> float | np.ndarray:
    """What is left of 1 after a time, e^(-t/tau); nothing where tau is 0.

    >>> left(1.0, 0.0), left(0.0, 5.0)
    (0.0, 1.0)
    """
    time_ms = np.asarray(time_ms, dtype=float)
    faded = np.exp(-time_ms / tau_ms) if tau_ms > 0 else np.zeros_like(time_ms)
    return faded if faded.ndim else float(faded)


def _check_all_positive(what: str, **values: float | np.ndarray) -> None:
    check_positive(what, **{name: np.min(value) for name, value in values.items()})


def _checked(spikes_ms: Sequence[float]) -> np.ndarray:
    spikes_ms = np.asarray(spikes_ms, dtype=float)
    if not np.all(np.isfinite(spikes_ms)) or np.any(np.diff(spikes_ms) <= 0):
        raise ValueError("the times of a terminal's spikes, in ms, must be finite and increase")
    return spikes_ms
