# SPDX-License-Identifier: BSD-3-Clause
"""The squid giant axon: one unbranched cable with the Hodgkin-Huxley membrane."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.cable.section import CurrentClamp, Segmented
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording

# name of a signal -> (NEURON's range variable, unit)
_RANGE_VARIABLES = {
    "v": ("v", "mV"),
    "m": ("m_hh", "1"),
    "h": ("h_hh", "1"),
    "n": ("n_hh", "1"),
    "gna": ("gna_hh", "S/cm2"),
    "gk": ("gk_hh", "S/cm2"),
}


@dataclass(frozen=True)
class SquidAxon(Segmented):
    """Parameters of the axon; the defaults are those of the classic NEURON course.

    Attributes:
        L_um: length.
        diam_um: diameter.
        nseg: number of segments.
        gnabar_S_cm2: sodium conductance density with all gates open.
        celsius_degC: temperature; Hodgkin and Huxley's rates were measured at 6.3.
        v_init_mV: potential from which a simulation starts.

    Raises:
        ValueError: a length, a diameter or nseg that is not positive, a negative density, or a value that
            is not finite.
    """

    L_um: float = 20_000.0
    diam_um: float = 100.0
    nseg: int = 43
    gnabar_S_cm2: float = 0.12
    celsius_degC: float = 6.3
    v_init_mV: float = -65.0

    def __post_init__(self) -> None:
        sizes = ["L_um", "diam_um", "nseg"]
        check_fields(self, "the axon", positive=sizes, not_negative=["gnabar_S_cm2"], whole=["nseg"])


class _Cell:
    """The axon as NEURON knows it; its section lives as long as this object."""

    def __init__(self, axon: SquidAxon) -> None:
        self.nodes = axon.nodes()
        self.section = h.Section(name="axon")
        self.section.L = axon.L_um
        self.section.diam = axon.diam_um
        self.section.nseg = int(axon.nseg)
        self.section.insert("hh")
        for segment in self.section:
            segment.hh.gnabar = axon.gnabar_S_cm2

    def pointer(self, name: str, place: float) -> object:
        """Pointer to a range variable; a gate at an end is read in the segment next to it."""
        variable = _RANGE_VARIABLES[name][0]
        if variable != "v" and place in (0.0, 1.0):
            half_segment = 0.5 / self.section.nseg
            place = half_segment if place == 0 else 1 - half_segment
        return getattr(self.section(place), f"_ref_{variable}")

    def profile_nodes(self, name: str) -> np.ndarray:
        """All nodes for the potential; the zero-area nodes at the ends have no membrane, so no gates."""
        return self.nodes if name == "v" else self.nodes[1:-1]


def simulate_squid_axon(
    axon: SquidAxon,
    clamps: Iterable[CurrentClamp] = (),
    *,
    tstop_ms: float = 20.0,
    record: Mapping[str, Sequence[float]] | None = None,
    profiles: Sequence[str] = (),
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-6,
    rate_table: bool = True,
) -> Recording:
    """Simulate the axon with NEURON and return what was recorded.

    The Hodgkin-Huxley cable equation (Hodgkin and Huxley 1952, https://doi.org/10.1113/jphysiol.1952.sp004764)

        cm dv/dt = (d / 4 Ra) d2v/dx2 - gnabar m^3 h (v - ena) - gkbar n^4 (v - ek) - gl (v - el) + stimulus

    with NEURON's ``hh``: gkbar = 0.036, gl = 0.0003 S/cm2, ena = 50, ek = -77, el = -54.3 mV,
    Ra = 35.4 ohm cm, cm = 1 uF/cm2. NEURON's global state is afterwards as it was before.

    Args:
        axon: the parameters.
        clamps: any number of current clamps.
        tstop_ms: when the simulation ends.
        record: for each signal the places at which it is recorded; v at the middle where nothing is said.
            Signals are v (mV), m, h, n (pure numbers), gna, gk (S/cm2) and i_stim (nA, by number of clamp).
            A fixed-step conductance lags the gates by one step, as NEURON records it.
        profiles: signals recorded at every node (v: both ends and all centers; others: centers).
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the two that follow.
        absolute_tolerance: of the variable step.
        rate_table: rates from NEURON 9's 1 mV table, or computed exactly.

    Returns:
        A Recording on the time base in ms; places are those asked for.

    Raises:
        ValueError: an unknown signal, a place outside 0 to 1, or a time that is not positive.
    """
    clamps = list(clamps)
    record = {"v": (0.5,)} if record is None else record
    method = engine.Method(dt_ms, secondorder, absolute_tolerance, rate_table)
    _check_signals(record, profiles, len(clamps))
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    with engine.neuron_as_found():
        h.celsius = axon.celsius_degC
        cell = _Cell(axon)
        points = [clamp.into(cell.section) for clamp in clamps]
        tapes = _tapes(cell, points, record, profiles)
        engine.run(method, tstop_ms, axon.v_init_mV)
        return tapes.recording()


def _tapes(
    cell: _Cell, points: list, record: Mapping[str, Sequence[float]], profiles: Sequence[str]
) -> engine.Tapes:
    """What NEURON is to record while it runs."""
    tapes = engine.Tapes()
    for name, places in record.items():
        for place in places:
            tapes.record(name, _unit(name), place, _source(cell, points, name, place))
    for name in profiles:
        places = cell.profile_nodes(name)
        tapes.record_profile(name, _unit(name), places, [cell.pointer(name, x) for x in places])
    return tapes


def _source(cell: _Cell, points: list, name: str, place: float) -> object:
    return points[int(place)]._ref_i if name == "i_stim" else cell.pointer(name, place)


def _unit(name: str) -> str:
    return "nA" if name == "i_stim" else _RANGE_VARIABLES[name][1]


def _check_signals(record: Mapping[str, Sequence[float]], profiles: Sequence[str], n_clamps: int) -> None:
    for name in [*record, *profiles]:
        if name not in _RANGE_VARIABLES and not (name == "i_stim" and name in record):
            known = ", ".join([*_RANGE_VARIABLES, "i_stim (by number of the clamp)"])
            raise ValueError(f"unknown signal {name!r}; the axon records {known}")
    for name, places in record.items():
        top = n_clamps - 1 if name == "i_stim" else 1
        for place in places:
            if not 0 <= place <= top:
                what = "the number of a clamp" if name == "i_stim" else "a fraction of the length"
                raise ValueError(f"{name} is recorded at {what} from 0 to {top}, not at {place}")
