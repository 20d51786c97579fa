# SPDX-License-Identifier: BSD-3-Clause
"""Detailed NEURON cells inside a rate population: spikes one way, rates the other, in blocks.

The population's rate becomes Poisson spikes onto conductances of the cells; the cells' spikes, filtered,
become the rate that the population feels. Both sides exchange values every block and hold them in between.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.core.engine import Method, neuron_as_found
from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal


@dataclass(frozen=True)
class Synapses:
    """A population of independent Poisson neurons onto one conductance of a cell.

    Attributes:
        count: neurons.
        g_nS: conductance that a spike opens.
        tau_ms: its decay.
        e_mV: reversal potential.

    Raises:
        ValueError: a number, conductance or time that is not positive.
    """

    count: int
    g_nS: float
    tau_ms: float
    e_mV: float

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the synapses", count=self.count, g_nS=self.g_nS, tau_ms=self.tau_ms)

    def mean_nS(self, rate_Hz: float) -> float:
        """Mean conductance when each neuron fires with `rate_Hz`, g r tau."""
        return self.g_nS * self.count * rate_Hz / 1000 * self.tau_ms

    def sd_nS(self, rate_Hz: float) -> float:
        """Sd of the conductance, g sqrt(r tau / 2)."""
        return float(self.g_nS * np.sqrt(self.count * rate_Hz / 1000 * self.tau_ms / 2))


EXCITATION = Synapses(count=400, g_nS=0.3, tau_ms=2.0, e_mV=0.0)
"""400 excitatory neurons."""

INHIBITION = Synapses(count=100, g_nS=1.0, tau_ms=6.0, e_mV=-80.0)
"""100 inhibitory neurons."""


class _Cell:
    """A soma of 20 x 20 um with the squid's channels (6.3 degC) and two synaptic conductances."""

    def __init__(self, trains: bool) -> None:
        self.soma = h.Section(name="soma")
        self.soma.L = self.soma.diam = 20
        self.soma.insert("hh")
        self.synapses = []
        for kind in (EXCITATION, INHIBITION):
            synapse = h.ExpSyn(self.soma(0.5))
            synapse.tau, synapse.e = kind.tau_ms if trains else 1e12, kind.e_mV
            connection = h.NetCon(None, synapse)
            connection.delay = 0
            self.synapses.append((synapse, connection))
        self.spikes = h.Vector()
        self._detector = h.NetCon(self.soma(0.5)._ref_v, None, sec=self.soma)
        self._detector.threshold = 0
        self._detector.record(self.spikes)


def simulate_cell(
    excite_Hz: float,
    inhibit_Hz: float,
    *,
    tstop_ms: float,
    excitation: Synapses = EXCITATION,
    inhibition: Synapses = INHIBITION,
    trains: bool = True,
    rng: np.random.Generator | None = None,
    dt_ms: float = 0.025,
) -> np.ndarray:
    """Spike times (ms) of a cell, driven by trains or by constant conductances of the same mean.

    Args:
        excite_Hz: rate of each excitatory neuron.
        inhibit_Hz: rate of each inhibitory neuron.
        tstop_ms: how long.
        excitation: the excitatory synapses; their tau and reversal are fixed.
        inhibition: the inhibitory ones.
        trains: Poisson trains, or their mean conductances from time 0 on.
        rng: where the trains come from.
        dt_ms: time step.

    Raises:
        ValueError: a time that is not positive, a negative rate, or trains without a generator.
    """
    check_positive("the simulation", tstop_ms=tstop_ms, dt_ms=dt_ms)
    check_not_negative("the populations", excite_Hz=excite_Hz, inhibit_Hz=inhibit_Hz)
    if trains and rng is None:
        raise ValueError("random trains need rng, a numpy.random.Generator")
    inputs = []
    for kind, rate_Hz in ((excitation, excite_Hz), (inhibition, inhibit_Hz)):
        if trains:
            times = rng.uniform(0, tstop_ms, rng.poisson(kind.count * rate_Hz / 1000 * tstop_ms))
            inputs.append((kind.g_nS, np.sort(times)))
        else:
            inputs.append((kind.mean_nS(rate_Hz), np.zeros(1)))
    with neuron_as_found():
        return _spikes_of_one(inputs, trains, dt_ms, tstop_ms)


def _spikes_of_one(
    inputs: list[tuple[float, np.ndarray]], trains: bool, dt_ms: float, tstop_ms: float
) -> np.ndarray:
    """Spike times of one cell, given conductance and event times of each kind of input."""
    cell = _Cell(trains)
    for (_, connection), (g_nS, _times) in zip(cell.synapses, inputs, strict=True):
        connection.weight[0] = 1e-3 * g_nS

    def deliver() -> None:
        for (_, connection), (_g, times_ms) in zip(cell.synapses, inputs, strict=True):
            for t in times_ms:
                connection.event(t)

    _solve(dt_ms, tstop_ms, deliver)
    return np.array(cell.spikes)


def _solve(dt_ms: float, tstop_ms: float, deliver: Callable[[], None]) -> None:
    """Initialize, deliver the events, integrate."""
    Method(dt_ms=dt_ms, rate_table=False).apply()
    h.celsius = 6.3
    handler = h.FInitializeHandler(deliver)
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.finitialize(-65)
    context.psolve(tstop_ms)
    del handler


def simulate_hybrid_loop(
    n_cells: int,
    *,
    tstop_ms: float,
    rng: np.random.Generator,
    block_ms: float = 1.0,
    filter_ms: float = 20.0,
    tau_ms: float = 20.0,
    gain: float = 0.1,
    drive_Hz: float = 4.0,
    inhibit_Hz: float = 6.0,
    dt_ms: float = 0.025,
) -> Recording:
    """Close the loop: NEURON cells drive a rate population that drives them.

        tau r' = -r + drive + gain y,   y = the cells' mean filtered rate

    Each cell receives 400 excitatory Poisson trains of the rate r of their own, and 100 inhibitory ones.

    Args:
        n_cells: NEURON cells.
        tstop_ms: how long.
        rng: where the trains come from.
        block_ms: how often the two sides exchange values; a multiple of `dt_ms`.
        filter_ms: of the filter that turns spikes into a rate.
        tau_ms: of the rate population.
        gain: how strongly the population feels the cells; a pure number.
        drive_Hz: what the population does without them.
        inhibit_Hz: rate of the inhibitory neurons.
        dt_ms: NEURON's time step.

    Returns:
        A Recording in ms, one sample a block, of r and y in Hz.

    Raises:
        ValueError: a number or time that is not positive.
    """
    check_positive("the loop", n_cells=n_cells, tstop_ms=tstop_ms, block_ms=block_ms, filter_ms=filter_ms)
    check_positive("the loop", tau_ms=tau_ms, dt_ms=dt_ms)
    n_blocks = round(tstop_ms / block_ms)
    r, y = np.full(n_blocks + 1, drive_Hz), np.zeros(n_blocks + 1)
    kept_r, kept_y = np.exp(-block_ms / tau_ms), np.exp(-block_ms / filter_ms)
    with neuron_as_found():
        population = _Population(n_cells, dt_ms)
        for k in range(n_blocks):
            rate_Hz = population.rate_Hz((r[k], inhibit_Hz), k * block_ms, block_ms, rng)
            target = drive_Hz + gain * y[k]
            r[k + 1] = target + (r[k] - target) * kept_r
            y[k + 1] = y[k] * kept_y + (1 - kept_y) * rate_Hz
        del population
    time_ms = np.arange(n_blocks + 1) * block_ms
    return Recording(time_ms, [Signal("r", r, "Hz"), Signal("y", y, "Hz")])


class _Population:
    """NEURON cells that take one block after the other."""

    def __init__(self, n_cells: int, dt_ms: float) -> None:
        self.cells, self.seen = [_Cell(trains=True) for _ in range(n_cells)], 0
        for cell in self.cells:
            for (_, connection), kind in zip(cell.synapses, (EXCITATION, INHIBITION), strict=True):
                connection.weight[0] = 1e-3 * kind.g_nS
        _solve(dt_ms, 0.0, lambda: None)

    def rate_Hz(
        self, rates_Hz: tuple[float, float], start_ms: float, block_ms: float, rng: np.random.Generator
    ) -> float:
        """Mean rate of the cells in a block in which each gets Poisson trains of its own."""
        for cell in self.cells:
            for (_, connection), kind, rate in zip(
                cell.synapses, (EXCITATION, INHIBITION), rates_Hz, strict=True
            ):
                spikes = rng.poisson(kind.count * rate / 1000 * block_ms)
                for t in start_ms + block_ms * rng.uniform(0, 1, spikes):
                    connection.event(t)
        h.ParallelContext().psolve(start_ms + block_ms)
        before, self.seen = self.seen, sum(len(cell.spikes) for cell in self.cells)
        return 1000 * (self.seen - before) / (len(self.cells) * block_ms)
