# SPDX-License-Identifier: BSD-3-Clause
"""Calcium below a membrane: what enters, what is bound, what is pumped out, and how it spreads.

In a cell so thin that calcium is everywhere the same, with the surface S and the volume V = S d / 4,

    d(free + bound)/dt = (4 / d) [entry / 2F - J(free) + J(rest)],   J(c) = v_pump c / (1 + c / K_pump)

and the bound calcium follows the free one. Where the cell is not thin, the mechanism CalciumPool resolves
its depth in shells and its length in segments; its equations stand at the top of its file in ``mechanisms/``.

Concentrations are in mM throughout; so are amounts, which are given as if they were spread over the volume.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from neuron import h
from scipy.constants import value as physical_constant

import mechanisms
from neuroscales.cable.dendrite import Dendrite
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import clamp, insert_membrane
from neuroscales.membrane.protocols import CurrentPulse

SHELLS = 8
"""Shells into which the mechanism cuts the depth; number 0 lies below the membrane."""
THIN = Dendrite(L_um=10.0, diam_um=1.0, nseg=1)
"""A stretch of a thin dendrite, in one segment."""
BALANCE = ("free", "bound", "entered", "pumped")
"""The four amounts of the mass balance, as signals of a recording."""


@dataclass(frozen=True)
class Buffer:
    """A substance that binds one calcium ion per molecule. The default is fixed, plentiful, fast and weak.

    Attributes:
        total_mM: concentration of all of it, bound or not; 0 for none.
        on_per_mM_ms: rate constant of binding.
        off_per_ms: rate constant of letting go.
        D_um2_ms: its diffusion coefficient; 0 where it is fixed.

    Raises:
        ValueError: a negative concentration or diffusion coefficient, a rate constant that is not positive,
            or a value that is not finite.
    """

    total_mM: float = 0.5
    on_per_mM_ms: float = 100.0
    off_per_ms: float = 1.0
    D_um2_ms: float = 0.0

    def __post_init__(self) -> None:
        rates = ["on_per_mM_ms", "off_per_ms"]
        check_fields(self, "the buffer", positive=rates, not_negative=["total_mM", "D_um2_ms"])

    @property
    def K_mM(self) -> float:
        """Free calcium at which half of it is bound: the dissociation constant.

        >>> Buffer().K_mM
        0.01
        """
        return self.off_per_ms / self.on_per_mM_ms

    def bound_mM(self, free_mM: float | np.ndarray) -> float | np.ndarray:
        """Calcium bound in equilibrium with free calcium of any shape, B c / (c + K)."""
        return self.total_mM * free_mM / (free_mM + self.K_mM)

    def capacity(self, free_mM: float | np.ndarray) -> float | np.ndarray:
        """Calcium bound for each ion more that is free: kappa = d bound / d free = B K / (c + K)^2.

        Neher 1995, https://doi.org/10.1016/0028-3908(95)00144-U.

        >>> round(Buffer().capacity(5e-5), 1)
        49.5
        """
        return self.total_mM * self.K_mM / (free_mM + self.K_mM) ** 2


DYE = Buffer(total_mM=0.1, on_per_mM_ms=500.0, off_per_ms=0.1, D_um2_ms=0.05)
"""An indicator, with which one fills a cell to see its calcium: mobile, and far stronger than the default."""
NONE = Buffer(total_mM=0.0)
"""No buffer."""


@dataclass(frozen=True)
class CalciumPool:
    """The mechanism CalciumPool: buffers, pump and diffusion of calcium.

    Attributes:
        fixed: the buffer that stays where it is.
        mobile: the buffer that diffuses.
        v_pump_um_ms: velocity at which the pump clears the membrane of little calcium; 0 for no pump.
        K_pump_mM: free calcium at which half of the pumps are busy.
        D_um2_ms: diffusion coefficient of free calcium.
        rest_mM: free calcium at rest, where a simulation begins.

    Raises:
        ValueError: a fixed buffer that diffuses, a negative velocity, diffusion coefficient or concentration,
            a K_pump that is not positive, or a value that is not finite.
    """

    fixed: Buffer = field(default_factory=Buffer)
    mobile: Buffer = NONE
    v_pump_um_ms: float = 0.1
    K_pump_mM: float = 0.001
    D_um2_ms: float = 0.22
    rest_mM: float = 5e-5

    def __post_init__(self) -> None:
        check_fields(
            self,
            "the pool",
            positive=["K_pump_mM"],
            not_negative=["v_pump_um_ms", "D_um2_ms", "rest_mM"],
            but=["fixed", "mobile"],
        )
        if self.fixed.D_um2_ms:
            raise ValueError(
                f"the fixed buffer of the pool cannot diffuse ({self.fixed.D_um2_ms} um2/ms): make it mobile"
            )

    def bound_mM(self, free_mM: float | np.ndarray) -> float | np.ndarray:
        """Calcium on both buffers in equilibrium with free calcium."""
        return self.fixed.bound_mM(free_mM) + self.mobile.bound_mM(free_mM)

    def capacity(self, free_mM: float | np.ndarray | None = None) -> float | np.ndarray:
        """Binding capacity kappa of both buffers together; without a concentration, at rest."""
        at_mM = self.rest_mM if free_mM is None else free_mM
        return self.fixed.capacity(at_mM) + self.mobile.capacity(at_mM)

    def pumped_mM_um_ms(self, free_mM: float | np.ndarray) -> float | np.ndarray:
        """Net flux out through the membrane, v_pump c / (1 + c / K_pump) less the same at rest."""

        def out(c: float | np.ndarray) -> float | np.ndarray:
            return self.v_pump_um_ms * c / (1 + c / self.K_pump_mM)

        return out(free_mM) - out(self.rest_mM)

    def into(self, section: object) -> None:
        """Insert it into every segment of a section of NEURON's."""
        mechanisms.load()
        section.insert("CalciumPool")
        fixed, mobile = self.fixed, self.mobile
        numbers = {
            "rest": self.rest_mM, "DCa": self.D_um2_ms, "v_pump": self.v_pump_um_ms, "K_pump": self.K_pump_mM,
            "TotalFixed": fixed.total_mM, "k1fix": fixed.on_per_mM_ms, "k2fix": fixed.off_per_ms,
            "TotalMobile": mobile.total_mM, "k1mob": mobile.on_per_mM_ms, "k2mob": mobile.off_per_ms,
            "Dmob": mobile.D_um2_ms,
        }  # fmt: skip
        for segment in section:
            for name, number in numbers.items():
                setattr(segment.CalciumPool, name, number)


@dataclass(frozen=True)
class CalciumEntry:
    """A rectangular pulse of calcium current through the membrane.

    Attributes:
        delay_ms: when it starts. A fixed time step moves both of its edges to steps.
        dur_ms: how long it lasts.
        amp_mA_cm2: current density, inward positive.
        place: fraction of the dendrite's length; it enters the segment around it. None for all segments.

    Raises:
        ValueError: a negative time, a place outside 0 to 1, or a value that is not finite.
    """

    delay_ms: float = 10.0
    dur_ms: float = 1.0
    amp_mA_cm2: float = 0.05
    place: float | None = None

    def __post_init__(self) -> None:
        check_fields(self, "the entry", not_negative=["delay_ms", "dur_ms"], but=["place"])
        if self.place is not None and not 0 <= self.place <= 1:
            raise ValueError(
                f"place of the entry is a fraction of the length from 0 to 1, or None, not {self.place}"
            )

    def total_mM(self, diam_um: float) -> float:
        """What it brings into a cylinder, spread over its volume: 4 amp dur / (2 F d).

        >>> round(1e3 * CalciumEntry().total_mM(1.0), 2)  # uM
        10.36
        """
        return influx_mM_um_ms(self.amp_mA_cm2) * self.dur_ms * 4 / diam_um


@dataclass(frozen=True)
class CalciumChannel:
    """The mechanism CalciumChannel: a permeability that high potentials open.

    Attributes:
        pbar_cm_s: permeability with all channels open.
        v_half_mV: potential at which half of the gates are open.
        k_mV: how steeply they open.
        tau_m_ms: how fast they follow the potential.

    Raises:
        ValueError: a negative permeability, a slope or a time that is not positive, or a value that is not
            finite.
    """

    pbar_cm_s: float = 1e-4
    v_half_mV: float = -10.0
    k_mV: float = 6.0
    tau_m_ms: float = 1.0

    def __post_init__(self) -> None:
        what = "the calcium channel"
        check_fields(self, what, positive=["k_mV", "tau_m_ms"], not_negative=["pbar_cm_s"])

    def into(self, section: object) -> None:
        """Insert it into every segment of a section of NEURON's."""
        mechanisms.load()
        section.insert("CalciumChannel")
        for segment in section:
            channel = segment.CalciumChannel
            channel.pbar, channel.v_half = self.pbar_cm_s, self.v_half_mV
            channel.k, channel.tau_m = self.k_mV, self.tau_m_ms


CLOSED = CalciumChannel(pbar_cm_s=0.0)
"""No channel that the potential opens: only prescribed entries."""


def influx_mM_um_ms(amp_mA_cm2: float | np.ndarray) -> float | np.ndarray:
    """Calcium that a current density carries through the membrane, amp / 2F: 1 mA/cm2 is 0.05 mM um/ms.

    >>> round(influx_mM_um_ms(1.0), 4)
    0.0518
    """
    return 1e4 * amp_mA_cm2 / (2 * physical_constant("Faraday constant"))


def simulate_calcium(
    pool: CalciumPool,
    entries: Iterable[CalciumEntry] = (),
    dendrite: Dendrite = THIN,
    *,
    channel: CalciumChannel = CLOSED,
    membrane: HodgkinHuxley | None = None,
    pulses: Iterable[CurrentPulse] = (),
    place: float = 0.5,
    tstop_ms: float = 300.0,
    dt_ms: float | None = 0.025,
    absolute_tolerance: float = 1e-6,
) -> Recording:
    """Simulate calcium in a dendrite with NEURON and the course's mechanism.

    NEURON's global state is afterwards as it was before.

    Args:
        pool: buffers, pump and diffusion.
        entries: any number of prescribed calcium currents.
        dendrite: geometry; its segments are where calcium may differ along it.
        channel: a calcium channel in every segment.
        membrane: the other channels; by default those of Hodgkin and Huxley.
        pulses: any number of current pulses into the beginning of the dendrite, to make it fire.
        place: of what is recorded at one place, as a fraction of the length.
        tstop_ms: when the simulation ends.
        dt_ms: fixed time step; None for a variable step.
        absolute_tolerance: of the variable step, in parts of 1 uM for calcium.

    Returns:
        A Recording on the time base in ms. At `place`: v (mV), ica (mA/cm2, outward positive), ca (mM, free)
        at the places "membrane" (the outermost shell) and "center" (the innermost), and the profile "shells"
        (all of them; places are depths as parts of the radius). Along the dendrite: the profile "along" (mM,
        free calcium in the mean of each segment; places are fractions of the length). Of all of it: "free",
        "bound", "entered" and "pumped" (mM of its volume). With a fixed step ica is one step late.

    Raises:
        ValueError: a place outside 0 to 1, a time that is not positive, or NEURON's membrane with parameters
            of many cells.
    """
    method = engine.Method(dt_ms, absolute_tolerance=absolute_tolerance)
    if not 0 <= place <= 1:
        raise ValueError(f"place is a fraction of the length from 0 to 1, not {place}")
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    with engine.neuron_as_found():
        section = _section_of(dendrite, HodgkinHuxley() if membrane is None else membrane)
        pool.into(section)
        channel.into(section)
        playing = [_play(list(entries), dendrite, segment) for segment in section]
        electrodes = [clamp(section(0), pulse) for pulse in pulses]
        tapes = _Tapes(section, _center(dendrite, place))
        engine.run(method, tstop_ms, _V_INIT_mV)
        del playing, electrodes
        return tapes.recording()


def imbalance_mM(recording: Recording) -> np.ndarray:
    """What the mass balance lacks: free + bound + pumped - entered, less the same at the beginning.

    Args:
        recording: with the signals of `BALANCE`.

    Returns:
        mM of the volume, shape (n_time,); zero but for rounding where no calcium is lost or made.
    """
    free, bound, entered, pumped = (recording.values(name) for name in BALANCE)
    kept = free + bound + pumped - entered
    return kept - kept[0]


_V_INIT_mV = -65.0


def _section_of(dendrite: Dendrite, membrane: HodgkinHuxley) -> object:
    """The dendrite as NEURON knows it; it lives as long as what is returned."""
    if membrane.n_cells is not None:
        raise ValueError("the dendrite is one cell: give its membrane one number for each parameter")
    section = h.Section(name="dendrite")
    section.L, section.diam, section.nseg = dendrite.L_um, dendrite.diam_um, int(dendrite.nseg)
    section.Ra, section.cm = dendrite.Ra_ohm_cm, membrane.cm_uF_cm2
    insert_membrane(section, membrane)
    return section


def _play(entries: list[CalciumEntry], dendrite: Dendrite, segment: object) -> tuple[object, ...]:
    """Let the entries into a segment; they go on as long as what is returned lives."""
    here = [each for each in entries if each.place is None or _center(dendrite, each.place) == segment.x]
    edges = sorted({0.0, *(t for each in here for t in (each.delay_ms, each.delay_ms + each.dur_ms))})
    amps = [
        sum(each.amp_mA_cm2 for each in here if each.delay_ms <= t < each.delay_ms + each.dur_ms)
        for t in edges
    ]
    times, values = h.Vector(edges), h.Vector(amps)
    values.play(segment._ref_entry_CalciumChannel, times)
    return times, values


def _center(dendrite: Dendrite, place: float) -> float:
    """Center of the segment around a place; the ends lie in the first and in the last segment."""
    half = 0.5 / dendrite.nseg
    return dendrite.node(min(max(place, half), 1 - half))


class _Tapes(engine.Tapes):
    """What NEURON is to record while it runs."""

    def __init__(self, section: object, place: float) -> None:
        super().__init__()
        segment, segments = section(place), list(section)
        self.record("v", "mV", None, segment._ref_v)
        self.record("ica", "mA/cm2", None, segment._ref_ica)
        shells = [segment.CalciumPool._ref_ca[number] for number in range(SHELLS)]
        self.record("ca", "mM", "membrane", shells[0])
        self.record("ca", "mM", "center", shells[-1])
        self.record_profile("shells", "mM", (np.arange(SHELLS) + 0.5) / SHELLS, shells)
        for name in BALANCE:
            pointers = [getattr(each.CalciumPool, f"_ref_{name}") for each in segments]
            self.record_profile(name, "mM", [each.x for each in segments], pointers)

    def recording(self) -> Recording:
        """What has been recorded, with the amounts as means over the segments, which are equally large."""
        found = super().recording()
        free = found.profile("free")
        means = [Signal(name, found.profile(name).values.mean(axis=1), "mM") for name in BALANCE]
        others = [signal for signal in found.signals if signal.name not in BALANCE]
        return Recording(found.time, [*others, Signal("along", free.values, "mM", free.place), *means])
