# SPDX-License-Identifier: BSD-3-Clause
"""One compartment: a patch of bilayer or a soma, in closed form and in NEURON.

All of the membrane is at one potential. What enters through an electrode either leaves through the membrane
or stays on it:

    C dV/dt = I - G (V - E)

Without channels (G = 0) a current pulse leaves V = V0 + I t / C behind; with a leak the potential relaxes to
E + I / G with the time constant C / G, in which the area cancels.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording, Signal
from neuroscales.core.units import convert
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.protocols import CurrentPulse

# name of a signal -> (NEURON's range variable, unit), by mechanism
_ALWAYS = {"v": ("v", "mV"), "i_cap": ("i_cap", "mA/cm2")}
_OF_PAS = {"il": ("i_pas", "mA/cm2")}
_OF_HH = {
    "m": ("m_hh", "1"),
    "h": ("h_hh", "1"),
    "n": ("n_hh", "1"),
    "gna": ("gna_hh", "S/cm2"),
    "gk": ("gk_hh", "S/cm2"),
    "ina": ("ina", "mA/cm2"),
    "ik": ("ik", "mA/cm2"),
    "il": ("il_hh", "mA/cm2"),
}


@dataclass(frozen=True)
class Patch:
    """One compartment: a cylinder without its end faces, as NEURON computes areas. The default is a soma.

    Attributes:
        L_um: length.
        diam_um: diameter.
        cm_uF_cm2: specific capacitance; about 1 for every biological membrane.
        v_init_mV: potential from which a simulation starts.

    Raises:
        ValueError: a length, a diameter or a capacitance that is not positive, or a value that is not finite.

    >>> round(Patch().area_um2, 1), round(Patch().capacitance_pF, 2)
    (5026.5, 50.27)
    """

    L_um: float = 40.0
    diam_um: float = 40.0
    cm_uF_cm2: float = 1.0
    v_init_mV: float = -65.0

    def __post_init__(self) -> None:
        check_fields(self, "the patch", positive=["L_um", "diam_um", "cm_uF_cm2"])

    @classmethod
    def of_area(cls, area_um2: float, **others: float) -> "Patch":
        """A patch as long as thick with this area; what is not said stays at its default.

        >>> round(Patch.of_area(100).area_um2, 9)
        100.0
        """
        side_um = float(np.sqrt(area_um2 / np.pi))
        return cls(L_um=side_um, diam_um=side_um, **others)

    @property
    def area_um2(self) -> float:
        """Membrane area."""
        return cylinder_area_um2(self.L_um, self.diam_um)

    @property
    def capacitance_pF(self) -> float:
        """Capacitance of all of the membrane."""
        return capacitance_pF(self.area_um2, self.cm_uF_cm2)

    def density_uA_cm2(self, amp_nA: float) -> float:
        """A current into the whole patch as a density per membrane area.

        >>> round(Patch.of_area(100).density_uA_cm2(0.01), 9)
        10.0
        """
        return convert(amp_nA, "nA", "uA") / convert(self.area_um2, "um2", "cm2")


@dataclass(frozen=True)
class Leak:
    """A conductance that is always open: NEURON's ``pas``, with its defaults.

    Attributes:
        g_S_cm2: conductance density.
        e_mV: reversal potential, at which the patch rests.

    Raises:
        ValueError: a conductance that is not positive, or a value that is not finite.
    """

    g_S_cm2: float = 0.001
    e_mV: float = -70.0

    def __post_init__(self) -> None:
        check_fields(self, "the leak", positive=["g_S_cm2"])


def cylinder_area_um2(L_um: float, diam_um: float) -> float:
    """Area of a cylinder's side, pi d L.

    >>> round(cylinder_area_um2(40, 40), 3)
    5026.548
    """
    return np.pi * diam_um * L_um


def sphere_area_um2(diam_um: float) -> float:
    """Area of a sphere, pi d^2: that of the cylinder's side that is as long as thick.

    >>> sphere_area_um2(40) == cylinder_area_um2(40, 40)
    True
    """
    return np.pi * diam_um**2


def capacitance_pF(area_um2: float, cm_uF_cm2: float = 1.0) -> float:
    """Capacitance of a membrane, C = cm A.

    >>> capacitance_pF(100)
    1.0
    """
    return convert(cm_uF_cm2, "uF", "pF") * convert(area_um2, "um2", "cm2")


def charging_mV(charge_pC: float | np.ndarray, capacitance_pF: float) -> float | np.ndarray:
    """Potential that a charge leaves on a membrane without channels, dV = Q / C = I t / C.

    >>> charging_mV(1.0, 1.0)
    1000.0
    """
    return convert(charge_pC / capacitance_pF, "V", "mV")


def input_resistance_Mohm(area_um2: float, g_S_cm2: float) -> float:
    """Resistance of a leaky patch to a steady current, R = 1 / (g A).

    >>> round(input_resistance_Mohm(100, 0.001), 6)
    1000.0
    """
    return convert(1 / (g_S_cm2 * convert(area_um2, "um2", "cm2")), "ohm", "Mohm")


def time_constant_ms(g_S_cm2: float, cm_uF_cm2: float = 1.0) -> float:
    """Time constant of a leaky membrane, tau = cm / g, whatever its area.

    >>> round(time_constant_ms(5e-4), 12)
    2.0
    """
    return convert(convert(cm_uF_cm2, "uF", "F") / g_S_cm2, "s", "ms")


def steady_state_mV(patch: Patch, leak: Leak, amp_nA: float) -> float:
    """Potential at which the leak carries all of a steady current, V = E + I R.

    >>> round(steady_state_mV(Patch.of_area(100), Leak(), 0.01), 6)
    -60.0
    """
    return leak.e_mV + amp_nA * input_resistance_Mohm(patch.area_um2, leak.g_S_cm2)


def leak_response_mV(
    time_ms: np.ndarray, patch: Patch, leak: Leak, pulses: Iterable[CurrentPulse] = ()
) -> np.ndarray:
    """Potential of a leaky patch over time, in closed form.

    From `v_init_mV` the potential relaxes to E, and each pulse adds the relaxation to its own steady state
    and, when it is over, the way back:

        V = E + (V0 - E) e^(-t/tau) + R sum_k I_k [rise(t - start_k) - rise(t - end_k)]
        rise(t) = 1 - e^(-t/tau), from t = 0 on

    Args:
        time_ms: shape (n_time,), from 0.
        patch: geometry, capacitance and initial potential.
        leak: conductance and reversal potential.
        pulses: any number of current pulses.

    Returns:
        Potential in mV, shape (n_time,).
    """
    time_ms = np.asarray(time_ms, dtype=float)
    tau_ms = time_constant_ms(leak.g_S_cm2, patch.cm_uF_cm2)
    resistance_Mohm = input_resistance_Mohm(patch.area_um2, leak.g_S_cm2)
    v_mV = leak.e_mV + (patch.v_init_mV - leak.e_mV) * np.exp(-time_ms / tau_ms)
    for pulse in pulses:
        for edge_ms, sign in ((pulse.delay_ms, 1), (pulse.delay_ms + pulse.dur_ms, -1)):
            rise = -np.expm1(-np.maximum(time_ms - edge_ms, 0) / tau_ms)
            v_mV = v_mV + sign * pulse.amp_nA * resistance_Mohm * rise
    return v_mV


def delivered_ms(pulse: CurrentPulse, dt_ms: float) -> float:
    """For how long NEURON's fixed step of `dt_ms` lets a pulse flow: whole steps, 0 or too many.

    NEURON asks in the middle of each step whether the current flows, and lets it flow for the whole step or
    not at all. What counts is how many of these middles lie inside the pulse.

    >>> delivered_ms(CurrentPulse(delay_ms=1, dur_ms=0.01, amp_nA=1), dt_ms=0.025)
    0.0
    >>> delivered_ms(CurrentPulse(delay_ms=1, dur_ms=0.013, amp_nA=1), dt_ms=0.025)
    0.025
    """
    first, beyond = (
        np.ceil(edge_ms / dt_ms - 0.5 - 1e-9) for edge_ms in (pulse.delay_ms, pulse.delay_ms + pulse.dur_ms)
    )
    return float(dt_ms * (beyond - first))


def step_of_run_ms(dt_ms: float, steps_per_ms: float = 40.0) -> float:
    """The time step that NEURON's `run()` really takes when `dt_ms` is asked for.

    `run()` wants a whole number of steps between two of the `steps_per_ms` points that it would draw in a
    millisecond. It changes `dt` to fit, with no more than a message.

    >>> [step_of_run_ms(dt) for dt in (0.1, 0.05, 0.02, 0.0125, 0.01, 0.005)]
    [0.025, 0.025, 0.025, 0.0125, 0.0125, 0.005]
    """
    between_points_ms = 1 / steps_per_ms
    n_steps = max(int(between_points_ms / dt_ms), 1)
    fits = abs(dt_ms * n_steps * steps_per_ms - 1) <= 1e-6
    return dt_ms if fits else between_points_ms / n_steps


def simulate_patch(
    patch: Patch,
    membrane: Leak | HodgkinHuxley | None = None,
    pulses: Iterable[CurrentPulse] = (),
    *,
    tstop_ms: float = 20.0,
    record: Iterable[str] = ("v",),
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-6,
    rate_table: bool = True,
) -> Recording:
    """Simulate one compartment with NEURON and return what was recorded.

        cm dv/dt = stimulus / area - i_membrane

    NEURON's global state is afterwards as it was before.

    Args:
        patch: geometry, capacitance and initial potential.
        membrane: None for a bilayer without channels, a `Leak` (``pas``), or a `HodgkinHuxley` (``hh``; its
            capacitance and temperature count too, and the patch's capacitance must be the same).
        pulses: any number of current pulses.
        tstop_ms: when the simulation ends.
        record: names of signals: v (mV), i_stim (nA, of all pulses), i_cap (mA/cm2); with a leak il (mA/cm2);
            with ``hh`` also m, h, n (pure numbers), gna, gk (S/cm2), ina, ik (mA/cm2). A fixed-step current
            or conductance lags the potential by one step, as NEURON records it.
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the two that follow.
        absolute_tolerance: of the variable step.
        rate_table: rates from NEURON 9's 1 mV table, or computed exactly.

    Returns:
        A Recording on the time base in ms; there is one place, so no signal names one.

    Raises:
        ValueError: an unknown signal, a time that is not positive, two capacitances, or a membrane with
            parameters of many cells.
    """
    pulses, record = list(pulses), list(record)
    method = engine.Method(dt_ms, secondorder, absolute_tolerance, rate_table)
    sources = _sources(membrane)
    _check(patch, membrane, record, sources)
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    with engine.neuron_as_found():
        section = section_of(patch, membrane)
        points = [clamp(section(0.5), pulse) for pulse in pulses]
        time = h.Vector().record(h._ref_t)
        tapes = {
            n: h.Vector().record(getattr(section(0.5), f"_ref_{sources[n][0]}"))
            for n in record
            if n in sources
        }
        currents = [h.Vector().record(point._ref_i) for point in points]
        engine.run(method, tstop_ms, patch.v_init_mV)
        t_ms = np.array(time)
        keep = np.append(np.diff(t_ms) > 0, True)  # of two states at one instant the later one
        values = {name: np.array(tape) for name, tape in tapes.items()}
        values["i_stim"] = np.sum([np.array(c) for c in currents], axis=0) if points else np.zeros_like(t_ms)
        units = {name: unit for name, (_, unit) in sources.items()} | {"i_stim": "nA"}
        return Recording(t_ms[keep], [Signal(name, values[name][keep], units[name]) for name in record])


def _sources(membrane: Leak | HodgkinHuxley | None) -> dict[str, tuple[str, str]]:
    """What can be recorded of this membrane."""
    more = {Leak: _OF_PAS, HodgkinHuxley: _OF_HH}.get(type(membrane), {})
    return _ALWAYS | more


def _check(patch: Patch, membrane: object, record: list[str], sources: dict[str, tuple[str, str]]) -> None:
    for name in record:
        if name not in sources and name != "i_stim":
            raise ValueError(f"unknown signal {name!r}; this membrane has {', '.join(sources)} and i_stim")
    if isinstance(membrane, HodgkinHuxley):
        if membrane.n_cells is not None:
            raise ValueError("NEURON's patch is one cell: give the membrane one number for each parameter")
        if membrane.cm_uF_cm2 != patch.cm_uF_cm2:
            raise ValueError(
                f"the patch has {patch.cm_uF_cm2} uF/cm2, its membrane {membrane.cm_uF_cm2}: make them equal"
            )


def section_of(patch: Patch, membrane: Leak | HodgkinHuxley | None) -> object:
    """The patch as NEURON knows it; it lives as long as what is returned."""
    section = h.Section(name="patch")
    section.L, section.diam, section.cm = patch.L_um, patch.diam_um, patch.cm_uF_cm2
    if membrane is not None:
        insert_membrane(section, membrane)
    return section


def insert_membrane(section: object, membrane: Leak | HodgkinHuxley) -> None:
    """Insert a leak as ``pas``, Hodgkin and Huxley's channels as ``hh``, the same in every segment.

    With the channels comes their temperature, which in NEURON is one for all sections.
    """
    if isinstance(membrane, Leak):
        section.insert("pas")
        for segment in section:
            segment.pas.g, segment.pas.e = membrane.g_S_cm2, membrane.e_mV
        return
    h.celsius = membrane.celsius_degC
    section.insert("hh")
    section.ena, section.ek = membrane.ena_mV, membrane.ek_mV
    for segment in section:
        for name in ("gnabar", "gkbar", "gl"):
            setattr(segment.hh, name, getattr(membrane, f"{name}_S_cm2"))
        segment.hh.el = membrane.el_mV


def clamp(segment: object, pulse: CurrentPulse) -> object:
    """Attach a current clamp to a segment; it lives as long as what is returned."""
    point = h.IClamp(segment)
    point.delay, point.dur, point.amp = pulse.delay_ms, pulse.dur_ms, pulse.amp_nA
    return point
