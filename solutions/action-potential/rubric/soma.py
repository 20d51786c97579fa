# SPDX-License-Identifier: BSD-3-Clause
"""The soma that most tasks share, and the ways to simulate it."""

import functools

import numpy as np

from neuroscales.core import measure
from neuroscales.membrane.excitability import equilibrium_mV, smallest, spike_trains
from neuroscales.membrane.hodgkin_huxley import (
    HodgkinHuxley,
    derivatives,
    ionic_currents_uA_cm2,
    simulate_hodgkin_huxley,
    steady_gates,
)
from neuroscales.membrane.patch import Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse, Pulse

EL_mV = -60.0
DENSITY_uA_cm2, DUR_ms, DELAY_ms = 20.0, 1.0, 2.0
STEP_AT_ms = 5.0
FOREVER_ms = 1e9


def soma(p, celsius_degC=6.3, el_mV=EL_mV) -> HodgkinHuxley:
    """The student's own membrane."""
    return HodgkinHuxley(p["gnabar"], ek_mV=p["ek"], el_mV=el_mV, celsius_degC=celsius_degC)


def nA(p, density_uA_cm2, times=1.0):
    """A current density as a current into the student's soma; `times` is an area that is too large."""
    if density_uA_cm2 is None:
        return None
    if times == "no area":
        return density_uA_cm2
    return times * density_uA_cm2 / per_nA(p)


def per_nA(p):
    """Current density of 1 nA."""
    return Patch(L_um=p["diam"], diam_um=p["diam"]).density_uA_cm2(1.0)


def states(
    p, pulses, *, tstop_ms, names=("v",), from_mV=None, gates=None, celsius_degC=6.3, el_mV=EL_mV, by="library",
    dt_ms=0.01, rate_table=False, secondorder=0,
):  # fmt: skip
    """Time, and signals by name, of one soma under pulses of current density."""
    membrane = soma(p, celsius_degC, el_mV)
    from_mV = equilibrium_mV(0.0, membrane) if from_mV is None else from_mV
    if by == "NEURON":
        patch = Patch(L_um=p["diam"], diam_um=p["diam"], v_init_mV=from_mV)
        clamps = [
            CurrentPulse(one.delay_ms, min(one.dur_ms, FOREVER_ms), nA(p, one.amp_uA_cm2)) for one in pulses
        ]
        found = simulate_patch(
            patch, membrane, clamps, tstop_ms=tstop_ms, record=names, dt_ms=dt_ms, rate_table=rate_table,
            secondorder=secondorder,
        )  # fmt: skip
    elif by == "Euler":
        return _by_euler(membrane, pulses, tstop_ms, dt_ms, from_mV, gates, names)
    else:
        found = simulate_hodgkin_huxley(
            membrane, pulses, tstop_ms=tstop_ms, dt_ms=dt_ms, v_init_mV=from_mV, gates=gates, record=names
        )
    return found.time, {name: found.values(name) for name in names}


def _by_euler(membrane, pulses, tstop_ms, dt_ms, from_mV, gates, names):
    """The same by Euler's method, which students write themselves; the cells of one run stand in columns."""
    gates = steady_gates(from_mV) if gates is None else np.asarray(gates, dtype=float)
    cells = [gates.reshape(3, -1)[0], *(np.ravel(one.charge_nC_cm2(1e3)) for one in pulses)]
    n_cells = max(len(values) for values in cells)
    state = np.vstack([np.full((1, n_cells), from_mV), np.broadcast_to(gates.reshape(3, -1), (3, n_cells))])
    charge, found = 0.0, [state]
    with np.errstate(over="ignore", invalid="ignore"):  # a search asks currents that throw Euler's method off
        for i in range(1, round(tstop_ms / dt_ms) + 1):
            before, charge = charge, sum((one.charge_nC_cm2(i * dt_ms) for one in pulses), 0.0)
            state = state + dt_ms * derivatives(membrane, (charge - before) / dt_ms, state)
            found.append(state)
    time, all_states = np.arange(len(found)) * dt_ms, np.stack(found, axis=1)
    v, *gates = (values[:, 0] if n_cells == 1 else values for values in all_states)
    with np.errstate(over="ignore", invalid="ignore"):
        ina, ik, _ = 1e-3 * ionic_currents_uA_cm2(membrane, v, np.array(gates))
    known = {"v": v, "ina": ina, "ik": ik, **dict(zip("mhn", gates, strict=True))}
    return time, {name: known[name] for name in names}


def of(*names):
    """Makes an answer depend on these parameters alone, and remembers it; its numbers are Python's own."""

    def decorate(simulate):
        @functools.lru_cache(maxsize=64)
        def remembered(own, settings):
            found = simulate(dict(own), **dict(settings))
            return {
                name: float(value) if isinstance(value, np.generic) else value
                for name, value in found.items()
            }

        @functools.wraps(simulate)
        def made(p, **settings):
            return dict(remembered(tuple((name, p[name]) for name in names), tuple(settings.items())))

        return made

    return decorate


def trains(p, stimuli, *, tstop_ms, by="library", dt_ms=0.05, level_mV=0.0, **settings):
    """Spike times of many somata under stimuli of current density, one after the other in NEURON."""
    if by == "library":
        celsius_degC, el_mV = settings.get("celsius_degC", 6.3), settings.get("el_mV", EL_mV)
        return spike_trains(
            stimuli, soma(p, celsius_degC, el_mV), tstop_ms=tstop_ms, dt_ms=dt_ms, level_mV=level_mV,
            v_init_mV=settings.get("from_mV"), gates=settings.get("gates"),
        )  # fmt: skip
    if by == "Euler":
        time, found = states(p, stimuli, tstop_ms=tstop_ms, by=by, dt_ms=dt_ms, **settings)
        return [measure.spike_times(time, v, level_mV) for v in np.atleast_2d(found["v"].T)]
    n_cells = max(np.size(value) for one in stimuli for value in (one.delay_ms, one.amp_uA_cm2))
    found = []
    for i in range(n_cells):
        pulses = [piece for one in stimuli for piece in _pieces(one, i)]
        time, of = states(p, pulses, tstop_ms=tstop_ms, by=by, dt_ms=dt_ms, **settings)
        found.append(measure.spike_times(time, of["v"], level_mV))
    return found


def _pieces(stimulus, i, stair_ms=0.25):
    """A stimulus of one cell as pulses: a ramp becomes a staircase, which NEURON's clamps can play."""
    delay_ms, dur_ms, amp = (
        float(np.ravel(value)[i if np.size(value) > 1 else 0])
        for value in (stimulus.delay_ms, stimulus.dur_ms, stimulus.amp_uA_cm2)
    )
    if isinstance(stimulus, Pulse):
        return [Pulse(delay_ms, dur_ms, amp)]
    stairs = max(round(dur_ms / stair_ms), 1)
    rise_ms = dur_ms / stairs
    return [Pulse(delay_ms + (k + 0.5) * rise_ms, np.inf, amp / stairs) for k in range(stairs)]


def find(answers, low, high, *, by="library", fine=2e-3, resolution=None):
    """Smallest value with the answer yes, by bisection or many at once; None where there is none."""
    try:
        if by == "NEURON":
            return measure.bisect(lambda x: answers(np.array([x]))[0], low, high, fine)
        return smallest(answers, low, high, resolution or 3e-4 * (high - low), n_cells=61)
    except ValueError:
        return None


SPIKE_ms, SPIKE_END_ms = 25.0, 24.5
