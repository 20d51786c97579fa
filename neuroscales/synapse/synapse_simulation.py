# SPDX-License-Identifier: BSD-3-Clause
"""Cells with synapses on them, simulated by NEURON: the inputs, what drives them, and the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from neuron import h

from neuroscales.cable.dendrite import FIRING, BallAndStick, BallAndStickSections, Site
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Leak, Patch, clamp, section_of
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse


@dataclass(frozen=True)
class Train:
    """NEURON's NetStim: a source of events without a cell.

    The time from one event to the next is `interval (1 - noise)`, and on top of it a random time with the
    mean `interval noise`, drawn from an exponential. So the mean interval stays, and `noise` is the standard
    deviation of the intervals per their mean. The first event comes a random time after `start`, whose mean
    is `interval noise`.

    Attributes:
        start_ms: when it begins.
        interval_ms: mean time from one event to the next.
        number: how many events.
        noise: 0 for a regular train, 1 for a Poisson process.
        stream: number of the train's own random stream; trains of equal streams are equal.

    Raises:
        ValueError: a negative start, an interval that is not positive, a number or stream that is no whole
            number, noise outside 0 to 1, or a value that is not finite.
    """

    start_ms: float = 20.0
    interval_ms: float = 5.0
    number: int = 5
    noise: float = 0.0
    stream: int = 1

    def __post_init__(self) -> None:
        check_fields(self, "the train", positive=["interval_ms"], whole=["number", "stream"])
        if self.start_ms < 0:
            raise ValueError(f"the train cannot start before the run, at {self.start_ms} ms")
        if not 0 <= self.noise <= 1:
            raise ValueError(f"noise of the train is from 0 (regular) to 1 (Poisson), not {self.noise}")

    def netstim(self) -> object:
        """NEURON's NetStim; it lives as long as what is returned."""
        source = h.NetStim()
        source.start, source.interval = self.start_ms, self.interval_ms
        source.number, source.noise = int(self.number), self.noise
        source.noiseFromRandom123(int(self.stream), 0, 0)
        return source


@dataclass(frozen=True)
class Soma:
    """A cell of one compartment.

    Attributes:
        patch: geometry, capacitance and initial potential.
        membrane: its channels.

    Raises:
        ValueError: two capacitances, or a membrane with parameters of many cells.
    """

    patch: Patch = field(default_factory=Patch)
    membrane: Leak | HodgkinHuxley = FIRING

    def __post_init__(self) -> None:
        if not isinstance(self.membrane, HodgkinHuxley):
            return
        if self.membrane.n_cells is not None:
            raise ValueError("a soma is one cell: give its membrane one number for each parameter")
        if self.membrane.cm_uF_cm2 != self.patch.cm_uF_cm2:
            raise ValueError(
                f"the patch has {self.patch.cm_uF_cm2} uF/cm2, its membrane {self.membrane.cm_uF_cm2}: "
                "make them equal"
            )


@dataclass(frozen=True)
class Presynaptic:
    """A soma whose spikes are the events.

    Attributes:
        soma: the cell; by default with the channels of the squid.
        pulse: the current that makes it fire.
        threshold_mV: an event leaves whenever its potential rises through this.

    Raises:
        ValueError: a threshold that is not finite.
    """

    soma: Soma = field(default_factory=lambda: Soma(membrane=HodgkinHuxley()))
    pulse: CurrentPulse = field(default_factory=lambda: CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=1.0))
    threshold_mV: float = 10.0

    def __post_init__(self) -> None:
        if not np.isfinite(self.threshold_mV):
            raise ValueError(f"threshold_mV must be a finite number, not {self.threshold_mV}")


@dataclass(frozen=True)
class Input:
    """A synapse at one place, and the connection through which its events come.

    Attributes:
        synapse: how its conductance runs.
        source: where the events come from: a `Train`, a `Presynaptic` cell, or the times in ms themselves.
        weight_uS: the conductance that an event opens; of a real synapse about a thousandth of this unit.
        delay_ms: from an event at the source to its arrival.
        site: ``"soma"``, or a fraction of the dendrite's length.

    Raises:
        ValueError: a negative weight or delay, a time that is negative, or a value that is not finite.
    """

    synapse: ExpSynapse | Exp2Synapse = field(default_factory=ExpSynapse)
    source: Train | Presynaptic | Sequence[float] = Train()
    weight_uS: float = 0.001
    delay_ms: float = 1.0
    site: Site = "soma"

    def __post_init__(self) -> None:
        for name in ("weight_uS", "delay_ms"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0):
                raise ValueError(f"{name} of an input must be a number from 0 on, not {value}")
        if not isinstance(self.source, Train | Presynaptic):
            times = tuple(float(time) for time in self.source)
            if not all(np.isfinite(time) and time >= 0 for time in times):
                raise ValueError(f"event times are in ms from 0 on, not {times}")
            object.__setattr__(self, "source", times)


def simulate_synapses(
    cell: BallAndStick | Soma,
    inputs: Mapping[str, Input],
    pulses: Mapping[Site, CurrentPulse] | None = None,
    *,
    tstop_ms: float = 80.0,
    record: Sequence[Site] = ("soma",),
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-9,
    rate_table: bool = True,
) -> Recording:
    """Simulate a cell with synapses on it with NEURON.

        C dv/dt = stimulus - membrane - sum of g (v - e)

    NEURON's global state is afterwards as it was before.

    Args:
        cell: the cell on which the synapses are.
        inputs: by name, each synapse with what drives it.
        pulses: for each site with an electrode the pulse that it delivers.
        tstop_ms: when the simulation ends.
        record: sites at which the potential is recorded.
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the two that follow.
        absolute_tolerance: of the variable step; a synapse's conductance in uS is a small number.
        rate_table: rates from NEURON 9's 1 mV table, or computed exactly.

    Returns:
        A Recording on the time base in ms with v (mV) at the sites as they were asked for; for each input,
        with its name for a place, g (uS) and i (nA, outward positive), and v where it comes from a
        presynaptic cell. With a fixed step, i and the g of an `Exp2Synapse` are one step late: they hold
        what was there when the step began. The g of an `ExpSynapse` is a state, and is not.

    Raises:
        ValueError: a site that there is not, a time that is not positive, or cells of different temperature
            or initial potential.
    """
    method = engine.Method(dt_ms, secondorder, absolute_tolerance, rate_table)
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    _check_together(cell, inputs)
    with engine.neuron_as_found():
        sections = BallAndStickSections(cell) if isinstance(cell, BallAndStick) else _SomaSection(cell)
        electrodes = [clamp(sections.segment(site), pulse) for site, pulse in (pulses or {}).items()]
        wired = {name: _Wired(one, sections.segment(one.site)) for name, one in inputs.items()}
        tapes = engine.Tapes()
        for site in record:
            tapes.record("v", "mV", site, sections.segment(site)._ref_v)
        for name, wire in wired.items():
            wire.record(tapes, name)
        engine.run(method, tstop_ms, _patch_of(cell).v_init_mV)
        del electrodes
        return tapes.recording()


def train_times_ms(train: Train, tstop_ms: float = 1000.0) -> np.ndarray:
    """Times at which a train sends its events, as NEURON's NetStim does.

    Args:
        train: the train.
        tstop_ms: when the simulation ends; later events are not seen.

    Returns:
        Times in ms, shape (n_events,).

    >>> train_times_ms(Train()).tolist()
    [20.0, 25.0, 30.0, 35.0, 40.0]
    """
    with engine.neuron_as_found():
        source, times = train.netstim(), h.Vector()
        listener = h.NetCon(source, None)
        listener.record(times)
        engine.run(engine.Method(), tstop_ms, -65.0)
        return np.array(times)


def charge_pC(recording: Recording, name: str) -> float:
    """Charge that left the cell through one synapse; negative where it entered.

    What is recorded at the end of a step is the current with which the step began, so the charge is the sum
    of every recorded current times its step.

    Args:
        recording: of `simulate_synapses` with a fixed step, long enough for the synapse to have closed.
        name: of the input.

    Returns:
        Charge in pC (1 nA for 1 ms).

    Raises:
        ValueError: a recording with a variable step, in which a jump of the current has no sample before it.
    """
    steps_ms = np.diff(recording.time)
    if not np.allclose(steps_ms, steps_ms[0], rtol=1e-6):
        raise ValueError("a charge needs a recording with a fixed step: give simulate_synapses a dt_ms")
    return float(recording.values("i", name)[1:] @ steps_ms)


class _SomaSection:
    """A cell of one compartment as NEURON knows it."""

    def __init__(self, soma: Soma) -> None:
        self.soma = section_of(soma.patch, soma.membrane)

    def segment(self, site: Site) -> object:
        """Its only segment."""
        if site != "soma":
            raise ValueError(f'a cell of one compartment has one site, "soma", not {site!r}')
        return self.soma(0.5)


class _Wired:
    """One input in NEURON: the synapse, the connection, and what sends the events."""

    def __init__(self, one: Input, segment: object) -> None:
        self.synapse = one.synapse.into(segment)
        self.soma = None
        if isinstance(one.source, Train):
            self.source = one.source.netstim()
            self.connection = h.NetCon(self.source, self.synapse)
        elif isinstance(one.source, Presynaptic):
            self._listen_to(one.source)
        else:
            self.connection = h.NetCon(None, self.synapse)
            self.source = _player(self.connection, [time + one.delay_ms for time in one.source])
        self.connection.delay, self.connection.weight[0] = one.delay_ms, one.weight_uS

    def _listen_to(self, cell: Presynaptic) -> None:
        self.soma = section_of(cell.soma.patch, cell.soma.membrane)
        self.source = clamp(self.soma(0.5), cell.pulse)
        self.connection = h.NetCon(self.soma(0.5)._ref_v, self.synapse, sec=self.soma)
        self.connection.threshold = cell.threshold_mV

    def record(self, tapes: engine.Tapes, name: str) -> None:
        """Record the synapse's conductance and current, and the presynaptic potential."""
        tapes.record("g", "uS", name, self.synapse._ref_g)
        tapes.record("i", "nA", name, self.synapse._ref_i)
        if self.soma is not None:
            tapes.record("v", "mV", name, self.soma(0.5)._ref_v)


def _player(connection: object, arrivals_ms: Sequence[float]) -> object:
    """Put the events into NEURON's queue whenever a run begins; it does so as long as it lives."""

    def play() -> None:
        for arrival_ms in arrivals_ms:
            connection.event(arrival_ms)

    return h.FInitializeHandler(play)


def _patch_of(cell: BallAndStick | Soma) -> Patch:
    return cell.soma if isinstance(cell, BallAndStick) else cell.patch


def _check_together(cell: BallAndStick | Soma, inputs: Mapping[str, Input]) -> None:
    """NEURON has one temperature for all cells, and a run one initial potential."""
    others = [one.source.soma for one in inputs.values() if isinstance(one.source, Presynaptic)]
    starts = {_patch_of(each).v_init_mV for each in (cell, *others)}
    if len(starts) > 1:
        raise ValueError(f"the cells start at different potentials, {sorted(starts)} mV: make them equal")
    membranes = [cell.soma_membrane if isinstance(cell, BallAndStick) else cell.membrane]
    membranes += [soma.membrane for soma in others]
    warmth = {m.celsius_degC for m in membranes if isinstance(m, HodgkinHuxley)}
    if len(warmth) > 1:
        raise ValueError(f"the cells have different temperatures, {sorted(warmth)} degC: make them equal")
