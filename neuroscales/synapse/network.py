# SPDX-License-Identifier: BSD-3-Clause
"""Small networks of detailed cells: every cell a ball and stick, every connection a NetCon.

Every cell has a number, its gid, by which the others know it wherever it is computed. What is drawn by lot
for a cell (who its sources are, when its background arrives) comes from random streams of its own, so that
nothing depends on the order in which cells are made, or on how many threads or processes share them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from neuron import h

from neuroscales.cable.dendrite import BallAndStick, BallAndStickSections
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse
from neuroscales.synapse.spikes import Spikes
from neuroscales.synapse.synapse_simulation import Train

_BACKGROUND = 1
"""Which of a cell's NEURON streams drives its background."""


@dataclass(frozen=True)
class NetworkCell:
    """A ball and stick with one synapse for all that excites it and one for all that inhibits it.

    Attributes:
        cell: the cell.
        excitatory: the synapse in the middle of its dendrite.
        inhibitory: the synapse on its soma.
        threshold_mV: a spike leaves whenever the soma rises through this.
    """

    cell: BallAndStick = field(default_factory=BallAndStick)
    excitatory: ExpSynapse = field(default_factory=ExpSynapse)
    inhibitory: Exp2Synapse = field(default_factory=Exp2Synapse)
    threshold_mV: float = 10.0


@dataclass(frozen=True)
class Connection:
    """From the spikes of one cell to a synapse of another.

    Attributes:
        source: gid of the cell that sends.
        weight_uS: conductance that a spike opens.
        delay_ms: from the spike to its arrival.
        inhibitory: whether it ends on the inhibitory synapse of the target.
    """

    source: int
    weight_uS: float
    delay_ms: float
    inhibitory: bool = False


class Network(Protocol):
    """What `simulate_network` asks of a network.

    Attributes:
        n_cells: how many cells; their gids are 0 to n_cells - 1.
        cell: what each of them is.
        delay_ms: the shortest delay of a connection.
    """

    n_cells: int
    cell: NetworkCell
    delay_ms: float

    def connections_onto(self, gid: int) -> list[Connection]:
        """The connections that end on a cell."""

    def background_of(self, gid: int) -> object:
        """NEURON's NetStim, which drives the cell from outside."""

    def background_uS(self) -> float:
        """Conductance that each event of the background opens."""


@dataclass(frozen=True)
class Ring:
    """Cells of which each excites the next, and the last the first.

    Attributes:
        n_cells: how many.
        weight_uS: conductance that a spike, or the event from outside, opens.
        delay_ms: of every connection.
        start_ms: when the event from outside leaves for the first cell; it takes 1 ms.
        cell: what each cell is.

    Raises:
        ValueError: a number of cells, a weight or a delay that is not positive, a negative start, cells that
            are no whole number, or a value that is not finite.
    """

    n_cells: int = 5
    weight_uS: float = 0.05
    delay_ms: float = 5.0
    start_ms: float = 4.0
    cell: NetworkCell = NetworkCell()

    def __post_init__(self) -> None:
        positive, whole = ["n_cells", "weight_uS", "delay_ms"], ["n_cells"]
        check_fields(
            self, "the ring", positive=positive, not_negative=["start_ms"], whole=whole, but=["cell"]
        )

    def connections_onto(self, gid: int) -> list[Connection]:
        """The one connection that ends on a cell."""
        return [Connection((gid - 1) % self.n_cells, self.weight_uS, self.delay_ms)]

    def background_of(self, gid: int) -> object:
        """One event for the first cell, none for the others."""
        return Train(self.start_ms, number=int(gid == 0)).netstim()

    def background_uS(self) -> float:
        """Conductance that the event opens."""
        return self.weight_uS


@dataclass(frozen=True)
class ExcitatoryInhibitory:
    """Excitatory and inhibitory cells, connected by lot, each with a background of its own.

    Attributes:
        n_excitatory: number of excitatory cells; their gids come first.
        n_inhibitory: number of inhibitory cells.
        from_excitatory: to how many excitatory cells each cell listens; never to itself.
        from_inhibitory: to how many inhibitory ones.
        excitation_uS: conductance that a spike of an excitatory cell opens.
        inhibition_uS: the largest one that a spike of an inhibitory cell opens.
        mutual: the part of `inhibition_uS` that inhibitory cells have for each other.
        event_uS: conductance that an event of the background opens.
        background_Hz: mean rate of these events on each cell, a Poisson process.
        delay_ms: of every connection.
        seed: first number of all random streams.
        cell: what each cell is.

    Raises:
        ValueError: more sources than there are other cells, a number that is not whole, a rate or delay that
            is not positive, a negative number, or a value that is not finite.
    """

    n_excitatory: int = 32
    n_inhibitory: int = 8
    from_excitatory: int = 8
    from_inhibitory: int = 4
    excitation_uS: float = 0.002
    inhibition_uS: float = 0.01
    mutual: float = 1.0
    event_uS: float = 0.004
    background_Hz: float = 1000.0
    delay_ms: float = 1.5
    seed: int = 1
    cell: NetworkCell = NetworkCell()

    def __post_init__(self) -> None:
        check_fields(
            self,
            "the network",
            positive=["background_Hz", "delay_ms"],
            not_negative=["excitation_uS", "inhibition_uS", "mutual", "event_uS"],
            whole=["n_excitatory", "n_inhibitory", "from_excitatory", "from_inhibitory", "seed"],
            but=["cell"],
        )
        for kind in ("excitatory", "inhibitory"):
            sources, cells = getattr(self, f"from_{kind}"), getattr(self, f"n_{kind}")
            if sources and sources >= cells:
                raise ValueError(
                    f"from_{kind} is {sources}, but a cell has only {cells - 1} others to listen to"
                )

    @property
    def n_cells(self) -> int:
        """Number of all cells."""
        return self.n_excitatory + self.n_inhibitory

    @property
    def groups(self) -> dict[str, range]:
        """Gids by kind."""
        first, end = self.n_excitatory, self.n_cells
        return {"excitatory": range(first), "inhibitory": range(first, end)}

    def connections_onto(self, gid: int) -> list[Connection]:
        """The connections that end on a cell: their sources are drawn from a stream of its own."""
        rng = np.random.default_rng([self.seed, gid])
        numbers = {"excitatory": self.from_excitatory, "inhibitory": self.from_inhibitory}
        connections = []
        for kind, gids in self.groups.items():
            others = [other for other in gids if other != gid]
            weight_uS = self._weight_uS(kind, gid)
            for source in rng.choice(others, numbers[kind], replace=False):
                connections.append(Connection(int(source), weight_uS, self.delay_ms, kind == "inhibitory"))
        return connections

    def _weight_uS(self, kind: str, target: int) -> float:
        if kind == "excitatory":
            return self.excitation_uS
        return self.inhibition_uS * (self.mutual if target >= self.n_excitatory else 1.0)

    def background_of(self, gid: int) -> object:
        """An endless Poisson train on the cell's own stream."""
        source = Train(0.0, 1e3 / self.background_Hz, number=10**9, noise=1.0).netstim()
        source.noiseFromRandom123(gid, int(self.seed), _BACKGROUND)
        return source

    def background_uS(self) -> float:
        """Conductance that each event of it opens."""
        return self.event_uS


@dataclass(frozen=True, eq=False)
class NetworkRun:
    """What a network did.

    Attributes:
        spikes: of all cells.
        potentials: v (mV) of the somata that were to be recorded, with ``"cell 3"`` for a place; none where
            no cell was.
        n_netcons: how many connections between cells NEURON made.
    """

    spikes: Spikes
    potentials: Recording
    n_netcons: int


def simulate_network(
    network: Network,
    *,
    tstop_ms: float = 300.0,
    threads: int = 1,
    order: Iterable[int] | None = None,
    record: Sequence[int] = (),
    dt_ms: float = 0.025,
    rate_table: bool = True,
) -> NetworkRun:
    """Simulate a network with NEURON, on one thread or several, in one process or several.

    Under MPI (NEURON started by ``mpiexec``, `h.nrnmpi_init` called) every process makes the cells whose gid
    falls to it, and each gets the spikes of all. The spikes are the same to the last bit however cells are
    shared out: events that reach a synapse at one and the same instant open equal conductances here, so
    their order makes no difference.

    NEURON's global state is afterwards as it was before.

    Args:
        network: the cells and their connections, such as a `Ring` or `ExcitatoryInhibitory`.
        tstop_ms: when the simulation ends.
        threads: among how many threads NEURON shares the cells of this process.
        order: gids in the order in which cells are made; by default ascending.
        record: gids of the cells whose potential is recorded (by the process that has them).
        dt_ms: fixed time step.
        rate_table: see `neuroscales.core.engine.Method`.

    Returns:
        The spikes of all cells, the potentials that were asked for, and the number of connections.

    Raises:
        ValueError: a time that is not positive, a delay shorter than a step, no thread, an order that does
            not hold every gid once, a cell to record that there is not, or gids that NEURON has given away.
    """
    method = engine.Method(dt_ms, rate_table=rate_table)
    order = list(range(network.n_cells)) if order is None else list(order)
    _check_run(network, tstop_ms, threads, order, record, dt_ms)
    with engine.neuron_as_found(), _threads(threads):
        wired = _Wired(network, order)
        tapes = engine.Tapes()
        for cell in wired.cells:
            if cell.gid in record:
                tapes.record("v", "mV", f"cell {cell.gid}", cell.sections.soma(0.5)._ref_v)
        engine.run(method, tstop_ms, network.cell.cell.soma.v_init_mV)
        spikes, n_netcons = wired.gather(network, tstop_ms)
        return NetworkRun(spikes, tapes.recording(), n_netcons)


class _CellOfNetwork:
    """One cell as NEURON knows it, its synapses, its background, and what listens to its spikes."""

    def __init__(self, network: Network, gid: int) -> None:
        kind, self.gid = network.cell, gid
        self.sections = BallAndStickSections(kind.cell)
        soma = self.sections.soma
        excitatory = kind.excitatory.into(self.sections.segment(0.5))
        self.synapses = {False: excitatory, True: kind.inhibitory.into(soma(0.5))}
        self.detector = h.NetCon(soma(0.5)._ref_v, None, sec=soma)
        self.detector.threshold = kind.threshold_mV
        self.spikes = h.Vector()
        self.detector.record(self.spikes)
        self.source = network.background_of(gid)
        self.background = h.NetCon(self.source, excitatory)
        self.background.delay, self.background.weight[0] = 1.0, network.background_uS()
        self.incoming: list[object] = []

    def name(self, context: object) -> None:
        """Make its spikes known under its gid; the name ends with the cell."""
        context.set_gid2node(self.gid, context.id())
        context.cell(self.gid, self.detector)

    def listen(self, context: object, connections: Iterable[Connection]) -> None:
        """Connect it to its sources, by gid."""
        for each in connections:
            netcon = context.gid_connect(each.source, self.synapses[each.inhibitory])
            netcon.delay, netcon.weight[0] = each.delay_ms, each.weight_uS
            self.incoming.append(netcon)


class _Wired:
    """The cells of this process, connected."""

    def __init__(self, network: Network, order: Sequence[int]) -> None:
        self._context = context = h.ParallelContext()
        mine = [gid for gid in order if gid % int(context.nhost()) == int(context.id())]
        self.cells = [_CellOfNetwork(network, gid) for gid in mine]
        for cell in self.cells:
            cell.name(context)
        # Only now does every source of this process have its name.
        for cell in self.cells:
            cell.listen(context, network.connections_onto(cell.gid))

    def gather(self, network: Network, tstop_ms: float) -> tuple[Spikes, int]:
        """The spikes and the number of connections of all processes."""
        trains = [(cell.gid, np.array(cell.spikes)) for cell in self.cells]
        here = (trains, sum(len(cell.incoming) for cell in self.cells))
        several = int(self._context.nhost()) > 1
        parts = self._context.py_allgather(here) if several else [here]
        trains = [train for part, _ in parts for train in part]
        times_ms = np.concatenate([times for _, times in trains])
        gids = np.repeat([gid for gid, _ in trains], [len(times) for _, times in trains])
        return Spikes(times_ms, gids, network.n_cells, tstop_ms), sum(number for _, number in parts)


@contextmanager
def _threads(number: int) -> Iterator[None]:
    """NEURON with so many threads inside, and with as many as before afterwards."""
    context = h.ParallelContext()
    before = int(context.nthread())
    context.nthread(number)
    try:
        yield
    finally:
        context.nthread(before)


def _check_run(
    network: Network, tstop_ms: float, threads: int, order: list[int], record: Sequence[int], dt_ms: float
) -> None:
    """Say what is wrong before NEURON, which would end the process for some of it."""
    if not tstop_ms > dt_ms:
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    if network.delay_ms < dt_ms:
        raise ValueError(f"delay_ms is {network.delay_ms}: between cells it is a step, {dt_ms} ms, or more")
    if int(threads) != threads or threads < 1:
        raise ValueError(f"threads is a whole number from 1 on, not {threads}")
    if sorted(order) != list(range(network.n_cells)):
        raise ValueError(f"order must hold every gid from 0 to {network.n_cells - 1} once")
    if not set(record) <= set(order):
        raise ValueError(f"cells to record are gids from 0 to {network.n_cells - 1}, not {list(record)}")
    context = h.ParallelContext()
    taken = [gid for gid in order if context.gid_exists(gid)]
    if taken:
        raise ValueError(
            f"NEURON has a cell with gid {taken[0]} already: delete your cells, or call "
            "ParallelContext().gid_clear() first"
        )
