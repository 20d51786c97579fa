# SPDX-License-Identifier: BSD-3-Clause
"""The passive cable simulated twice: with NEURON, and with finite differences of our own.

Finite differences put nodes on the cable, both ends among them. Each node owns the membrane halfway to its
neighbors, and exchanges current with them through the core between:

    C_i dV_i/dt = I_i - G_i V_i - sum_j A_ij (V_i - V_j)

with V from rest: one row of a matrix with three diagonals for each node. A step in time is implicit Euler's:
what flows is taken at the new potential. A sinusoid of frequency f needs no steps, only 2 pi i f C beside G.

NEURON puts its nodes in the middle of segments instead, and has ends without membrane. Both methods are of
second order in space and of first order in time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from neuron import h
from scipy.linalg import eigh_tridiagonal, solve_banded

from neuroscales.cable.cable_theory import PassiveCable, reflection
from neuroscales.cable.section import CurrentClamp
from neuroscales.core import engine
from neuroscales.core.recording import Recording, Signal
from neuroscales.core.units import convert
from neuroscales.membrane.patch import Leak, capacitance_pF, cylinder_area_um2, insert_membrane
from neuroscales.membrane.protocols import CurrentPulse

_ENDLESS = 8.0
"""Length constants of cable that stand for one without end: e^(-16) of a steady potential comes back."""

_BEYOND = 401
"""Segments of what lies beyond the place where an endless cable is looked at: 50 for each length constant."""

_SHORT_Mohm = 1e-6
"""Resistance through which a killed end is held at rest."""


class CableSections:
    """A passive cable as NEURON knows it; its sections live as long as this object.

    Attributes:
        section: the cable.
        end: what makes its end: nothing, a voltage clamp, or more cable.
        electrodes: NEURON's current clamps.
    """

    def __init__(self, cable: PassiveCable, end: str, clamps: Iterable[CurrentClamp] = ()) -> None:
        reflection(end)
        self.section = _section("cable", cable, cable.L_um, int(cable.nseg))
        self.end: object = None
        if end == "killed":
            self.end = h.SEClamp(self.section(1))
            self.end.rs, self.end.dur1, self.end.amp1 = _SHORT_Mohm, 1e9, cable.e_mV
        if end == "infinite":
            self.end = _section("beyond", cable, _ENDLESS * cable.lambda_um, _BEYOND)
            self.end.connect(self.section(1))
        self.electrodes = [clamp.into(self.section) for clamp in clamps]


def simulate_cable(
    cable: PassiveCable,
    clamps: Iterable[CurrentClamp] = (),
    *,
    end: str = "sealed",
    tstop_ms: float = 100.0,
    places: Sequence[float] = (0.0, 0.5, 1.0),
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-6,
) -> Recording:
    """Simulate a passive cable with NEURON and return what was recorded.

    NEURON's global state is afterwards as it was before.

    Args:
        cable: the parameters; the cable starts from its rest, `e_mV`.
        clamps: any number of current clamps.
        end: what is at x = 1: "sealed", "killed" (held at rest), or "infinite" (more of the same).
        tstop_ms: when the simulation ends.
        places: fractions of the length at which v is recorded; each is read at the nearest node.
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the one that follows.
        absolute_tolerance: of the variable step.

    Returns:
        A Recording in ms with v (mV) at each place, and v as a profile over all nodes.

    Raises:
        ValueError: an unknown end, a place outside 0 to 1, or a time that is not positive.
    """
    method = engine.Method(dt_ms, secondorder, absolute_tolerance)
    _check_times(tstop_ms, dt_ms)
    _check_places(places)
    with engine.neuron_as_found():
        sections = CableSections(cable, end, clamps)
        tapes = engine.Tapes()
        for place in places:
            tapes.record("v", "mV", place, sections.section(place)._ref_v)
        nodes = cable.nodes()
        tapes.record_profile("v", "mV", nodes, [sections.section(x)._ref_v for x in nodes])
        engine.run(method, tstop_ms, cable.e_mV)
        return tapes.recording()


def neuron_impedances_Mohm(
    cable: PassiveCable, end: str = "sealed", frequency_Hz: float | np.ndarray = 0.0, place: float = 0.0
) -> np.ndarray:
    """Potential at every node per current into one place, computed by NEURON's ``Impedance``.

    Args:
        cable: the parameters.
        end: "sealed", "killed" or "infinite".
        frequency_Hz: frequency of the current; one number, or several, shape (n_frequencies,).
        place: fraction of the length at which the current enters.

    Returns:
        Complex impedances in Mohm at `cable.nodes()`, shape (nseg + 2,): the input impedance at `place`. For
        several frequencies a row for each, shape (n_frequencies, nseg + 2).

    Raises:
        ValueError: an unknown end, or a place outside 0 to 1.
    """
    _check_places([place])
    with engine.neuron_as_found():
        sections = CableSections(cable, end)
        h.finitialize(cable.e_mV)
        probe = h.Impedance()
        probe.loc(place, sec=sections.section)
        frequencies_Hz, nodes = np.atleast_1d(frequency_Hz), cable.nodes()
        rows = [_transfer(probe, sections.section, nodes, float(f)) for f in frequencies_Hz]
    return np.array(rows) if np.ndim(frequency_Hz) else rows[0]


def _transfer(probe: object, section: object, places: np.ndarray, frequency_Hz: float) -> np.ndarray:
    """Complex transfer impedances from the probe's place to others, at one frequency."""
    probe.compute(frequency_Hz)
    polar = [(probe.transfer(x, sec=section), probe.transfer_phase(x, sec=section)) for x in places]
    amplitude, phase = np.array(polar).T
    return amplitude * np.exp(1j * phase)


@dataclass(frozen=True)
class Grid:
    """A cable cut for finite differences.

    Attributes:
        x_um: the nodes, shape (n,), from end to end.
        capacitance_nF: of the membrane that each node owns, shape (n,).
        leak_uS: its conductance, shape (n,).
        core_uS: conductance of the core between neighbors, shape (n - 1,).
    """

    x_um: np.ndarray
    capacitance_nF: np.ndarray
    leak_uS: np.ndarray
    core_uS: np.ndarray

    def coupling_uS(self) -> np.ndarray:
        """What leaves each node through the core per mV of its own, shape (n,)."""
        return np.append(self.core_uS, 0) + np.insert(self.core_uS, 0, 0)

    def solve(self, own_uS: np.ndarray, current_nA: np.ndarray) -> np.ndarray:
        """Potentials at which what enters each node leaves through `own_uS` and to its neighbors, in mV."""
        bands = np.zeros((3, len(self.x_um)), dtype=np.result_type(own_uS))
        bands[0, 1:] = bands[2, :-1] = -self.core_uS
        bands[1] = own_uS + self.coupling_uS()
        return solve_banded((1, 1), bands, current_nA)


def grid(cable: PassiveCable, end: str = "sealed") -> Grid:
    """Cut a cable into `nseg` equal pieces with a node at either end of each.

    Sealed is what a grid's end is by itself. A killed one gets a leak beside which all others are nothing,
    and behind an infinite one the grid goes on.

    Raises:
        ValueError: an unknown end.
    """
    reflection(end)
    x_um = np.linspace(0, cable.L_um, int(cable.nseg) + 1)
    if end == "infinite":
        beyond_um = np.linspace(0, _ENDLESS * cable.lambda_um, _BEYOND + 1)[1:]
        x_um = np.append(x_um, cable.L_um + beyond_um)
    step_um = np.diff(x_um)
    owned_um = 0.5 * (np.append(step_um, 0) + np.insert(step_um, 0, 0))
    area_um2 = cylinder_area_um2(owned_um, cable.diam_um)
    leak_uS = convert(cable.g_S_cm2 * convert(area_um2, "um2", "cm2"), "S", "uS")
    if end == "killed":
        leak_uS[-1] = 1 / _SHORT_Mohm
    cross_section_cm2 = 0.25 * np.pi * convert(cable.diam_um, "um", "cm") ** 2
    core_S = cross_section_cm2 / (cable.Ra_ohm_cm * convert(step_um, "um", "cm"))
    capacitance_nF = convert(capacitance_pF(area_um2, cable.cm_uF_cm2), "pF", "nF")
    return Grid(x_um, capacitance_nF, leak_uS, convert(core_S, "S", "uS"))


def finite_difference_impedances_Mohm(
    cable: PassiveCable, end: str = "sealed", frequency_Hz: float = 0.0, place: float = 0.0
) -> np.ndarray:
    """Potential at every node of the grid per current into one place, by finite differences.

    Args and errors: those of `neuron_impedances_Mohm`.

    Returns:
        Complex impedances in Mohm at nseg + 1 evenly spaced places from end to end.
    """
    _check_places([place])
    cut = grid(cable, end)
    per_ms = convert(2j * np.pi * frequency_Hz, "Hz", "kHz")
    current_nA = np.zeros(len(cut.x_um))
    current_nA[_index(cable, place)] = 1.0
    return cut.solve(cut.leak_uS + per_ms * cut.capacitance_nF, current_nA)[: int(cable.nseg) + 1]


def simulate_finite_differences(
    cable: PassiveCable,
    clamps: Iterable[CurrentClamp] = (),
    *,
    end: str = "sealed",
    tstop_ms: float = 100.0,
    dt_ms: float = 0.025,
) -> Recording:
    """Simulate a passive cable with finite differences and implicit Euler steps.

    A step delivers just the charge that the clamps bring in it, at the node nearest to each.

    Args:
        cable: the parameters; the cable starts from its rest, `e_mV`.
        clamps: any number of current clamps.
        end: "sealed", "killed" or "infinite".
        tstop_ms: when the simulation ends.
        dt_ms: the time step.

    Returns:
        A Recording in ms with v (mV) as a profile over nseg + 1 evenly spaced places from end to end.

    Raises:
        ValueError: an unknown end, or a time that is not positive.
    """
    _check_times(tstop_ms, dt_ms)
    clamps, cut = list(clamps), grid(cable, end)
    time_ms = dt_ms * np.arange(round(tstop_ms / dt_ms) + 1)
    pulses = [CurrentPulse(clamp.delay_ms, clamp.dur_ms, clamp.amp_nA) for clamp in clamps]
    brought_pC = [pulse.charge_pC(time_ms) for pulse in pulses]
    per_step_uS = cut.capacitance_nF / dt_ms
    v = np.zeros((len(time_ms), len(cut.x_um)))
    for i in range(1, len(time_ms)):
        current_nA = per_step_uS * v[i - 1]
        for clamp, charge in zip(clamps, brought_pC, strict=True):
            current_nA[_index(cable, clamp.place)] += (charge[i] - charge[i - 1]) / dt_ms
        v[i] = cut.solve(per_step_uS + cut.leak_uS, current_nA)
    shown = int(cable.nseg) + 1
    profile = Signal("v", cable.e_mV + v[:, :shown], "mV", np.linspace(0, 1, shown))
    return Recording(time_ms, [profile])


def finite_difference_time_constants_ms(cable: PassiveCable, n: int, end: str = "sealed") -> np.ndarray:
    """The first n time constants of the grid, the slowest first, from the eigenvalues of its matrix.

    Raises:
        ValueError: a cable without an end, or an unknown end.
    """
    if end == "infinite":
        raise ValueError("a cable without an end has no discrete time constants: choose sealed or killed")
    cut = grid(cable, end)
    root = np.sqrt(cut.capacitance_nF)
    per_ms = (cut.leak_uS + cut.coupling_uS()) / cut.capacitance_nF
    between = -cut.core_uS / (root[1:] * root[:-1])
    slowest = eigh_tridiagonal(per_ms, between, select="i", select_range=(0, n - 1), eigvals_only=True)
    return 1 / slowest


def _section(name: str, cable: PassiveCable, L_um: float, nseg: int) -> object:
    section = h.Section(name=name)
    section.L, section.diam, section.nseg = L_um, cable.diam_um, nseg
    section.Ra, section.cm = cable.Ra_ohm_cm, cable.cm_uF_cm2
    insert_membrane(section, Leak(cable.g_S_cm2, cable.e_mV))
    return section


def _index(cable: PassiveCable, place: float) -> int:
    """Number of the grid's node nearest to a place."""
    return round(place * cable.nseg)


def _check_places(places: Iterable[float]) -> None:
    for place in places:
        if not 0 <= place <= 1:
            raise ValueError(f"a place is a fraction of the cable's length from 0 to 1, not {place}")


def _check_times(tstop_ms: float, dt_ms: float | None) -> None:
    if dt_ms is not None and not dt_ms > 0:
        raise ValueError(f"dt_ms must be positive, not {dt_ms}")
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms} ms with steps of {dt_ms} ms")
