# SPDX-License-Identifier: BSD-3-Clause
"""How exact the synapses' mechanisms are: their largest errors beside solutions that owe nothing to them.

Three kinds of truth: a closed form, a general ODE solver, and the exact map from spike to spike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

from neuroscales.core import engine
from neuroscales.membrane.patch import section_of
from neuroscales.synapse.conductance import Exp2Synapse, conductance_uS
from neuroscales.synapse.nmda import SMALL_CELL, play_events, simulate_ampa_nmda
from neuroscales.synapse.receptors import AmpaNmda, GabaA, TsodyksMarkram, magnesium_block
from neuroscales.synapse.short_term import MIXED, resources

STEPS_ms = (1 / 32, 1 / 64, 1 / 128)
"""Steps that add up without rounding, so that every event falls on one."""

TOLERANCES = (1e-3, 1e-6, 1e-9)
"""Absolute tolerances of the variable step, NEURON's default first."""

ARRIVALS_ms = (10.0, 20.0, 23.0, 40.0)
TSTOP_ms = 80.0
OPEN = AmpaNmda(tau_r_NMDA_ms=2.0, tau_d_NMDA_ms=30.0, mg_mM=0.0)
"""Receptors whose conductances have closed forms: no magnesium, and a rise of NMDA that a step can follow."""


@dataclass(frozen=True, eq=False)
class Accuracy:
    """The largest errors of one quantity over one run, at several steps or tolerances.

    Attributes:
        mechanism: NEURON's name of it.
        quantity: what was compared.
        truth: with what.
        of: the steps in ms, or the tolerances.
        errors: the largest error at each, in parts of the largest true value; of potentials in mV.
        unit: "1" or "mV".
    """

    mechanism: str
    quantity: str
    truth: str
    of: tuple[float, ...]
    errors: tuple[float, ...]
    unit: str = "1"

    @property
    def order(self) -> float:
        """How the error falls with the step: its exponent, from the two smallest steps."""
        (coarse, fine), (more, less) = self.of[-2:], self.errors[-2:]
        return float(np.log(more / less) / np.log(coarse / fine))


def conductance_errors(*, lag: bool, of: Sequence[float] = STEPS_ms) -> list[Accuracy]:
    """Conductances of AMPA, NMDA (without magnesium) and GABA_A beside their closed forms.

    Args:
        lag: compare with the closed form one step earlier, which is what NEURON records with a fixed step.
        of: fixed steps in ms.
    """
    truth = "closed form, one step earlier" if lag else "closed form"
    gaba = GabaA()
    courses = {
        ("SimpleAMPA_NMDA", "g_AMPA"): (OPEN, OPEN.ampa, OPEN.gmax_AMPA_uS),
        ("SimpleAMPA_NMDA", "g_NMDA"): (OPEN, OPEN.nmda, OPEN.gmax_NMDA_uS),
        ("GABA_A", "g"): (gaba, Exp2Synapse(gaba.tau_r_ms, gaba.tau_d_ms), gaba.gmax_uS),
    }
    return [
        Accuracy(*names, truth, tuple(of), tuple(
            _largest(*_played(synapse, names[1], dt_ms), course, gmax_uS, lag) for dt_ms in of
        ))
        for names, (synapse, course, gmax_uS) in courses.items()
    ]  # fmt: skip


def tolerance_errors(of: Sequence[float] = TOLERANCES) -> list[Accuracy]:
    """Conductances of AMPA and NMDA beside their closed forms, with the variable step at each tolerance."""
    courses = {"g_AMPA": (OPEN.ampa, OPEN.gmax_AMPA_uS), "g_NMDA": (OPEN.nmda, OPEN.gmax_NMDA_uS)}
    return [
        Accuracy("SimpleAMPA_NMDA", name, "closed form, variable step", tuple(of), tuple(
            _largest(*_played(OPEN, name, None, tolerance), *course, False) for tolerance in of
        ))
        for name, course in courses.items()
    ]  # fmt: skip


def resource_errors(terminal: TsodyksMarkram = MIXED, of: Sequence[float] = STEPS_ms) -> Accuracy:
    """R of TsodyksMarkram_AMPA_NMDA beside the exact map, at every time that is no event."""

    def error(dt_ms: float) -> float:
        time_ms, R = _played(terminal, "R", dt_ms)
        clear = np.abs(time_ms[:, None] - ARRIVALS_ms).min(axis=1) > dt_ms
        return float(np.abs(R - resources(terminal, ARRIVALS_ms, time_ms))[clear].max())

    errors = tuple(error(dt_ms) for dt_ms in of)
    return Accuracy("TsodyksMarkram_AMPA_NMDA", "R", "exact map of the spikes", tuple(of), errors)


def potential_errors(
    of: Sequence[float] = STEPS_ms, secondorder: int = 0, late_steps: float = 0.0
) -> Accuracy:
    """The potential of a cell under both receptors, magnesium and all, beside scipy's eighth-order solver.

    Args:
        of: fixed steps in ms.
        secondorder: NEURON's method; 0 is implicit Euler, 2 Crank-Nicolson.
        late_steps: so many steps later the simulated potential is read.
    """
    receptors, weight = AmpaNmda(gmax_NMDA_uS=0.004), 4.0
    times_ms, true_mV = solved_mV(receptors, weight)

    def error(dt_ms: float) -> float:
        run = simulate_ampa_nmda(
            receptors, ARRIVALS_ms, weight=weight, tstop_ms=TSTOP_ms, dt_ms=dt_ms, secondorder=secondorder
        )
        read_mV = np.interp(times_ms + late_steps * dt_ms, run.time, run.values("v"))
        return float(np.abs(read_mV - true_mV).max())

    truth = f"DOP853 of scipy; secondorder {secondorder}"
    if late_steps:
        truth += f", read {late_steps:g} steps later"
    return Accuracy("SimpleAMPA_NMDA", "v", truth, tuple(of), tuple(map(error, of)), "mV")


def solved_mV(receptors: AmpaNmda, weight: float) -> tuple[np.ndarray, np.ndarray]:
    """The potential of `SMALL_CELL` under events of `weight`, without NEURON: solved from event to event.

    Returns:
        Times in ms, a quarter apart, and potentials in mV.
    """
    patch, leak = SMALL_CELL.patch, SMALL_CELL.membrane
    c_nF, g_leak_uS = 1e-3 * patch.capacitance_pF, 1e-2 * leak.g_S_cm2 * patch.area_um2

    def slope(t_ms: float, state: np.ndarray, arrived: Sequence[float]) -> list[float]:
        v_mV = state[0]
        ampa = conductance_uS(t_ms, receptors.ampa, arrived, receptors.gmax_AMPA_uS)
        nmda = conductance_uS(t_ms, receptors.nmda, arrived, receptors.gmax_NMDA_uS)
        g_uS = weight * (ampa + nmda * magnesium_block(v_mV, receptors.mg_mM))
        return [(-g_leak_uS * (v_mV - leak.e_mV) - g_uS * (v_mV - receptors.e_mV)) / c_nF]

    times_ms, potentials_mV, v_mV = [], [], patch.v_init_mV
    for k, (start, end) in enumerate(pairwise([0.0, *ARRIVALS_ms, TSTOP_ms])):
        at = np.arange(start, end, 0.25)
        solved = solve_ivp(
            slope, (start, end), [v_mV], "DOP853", t_eval=[*at, end], args=(ARRIVALS_ms[:k],),
            rtol=1e-11, atol=1e-10,
        )  # fmt: skip
        times_ms, potentials_mV = [*times_ms, *at], [*potentials_mV, *solved.y[0, :-1]]
        v_mV = solved.y[0, -1]
    return np.array(times_ms), np.array(potentials_mV)


def _largest(time_ms: np.ndarray, g_uS: np.ndarray, course: Exp2Synapse, gmax_uS: float, lag: bool) -> float:
    """Largest difference from the closed form, in parts of its largest value."""
    true_uS = conductance_uS(time_ms, course, ARRIVALS_ms, gmax_uS)
    g_uS, true_uS = (g_uS[1:], true_uS[:-1]) if lag else (g_uS, true_uS)
    return float(np.abs(g_uS - true_uS).max() / true_uS.max())


def _played(
    synapse: AmpaNmda | GabaA | TsodyksMarkram, name: str, dt_ms: float | None, tolerance: float = 1e-9
) -> tuple[np.ndarray, np.ndarray]:
    """One run on a passive cell: times in ms, and what the mechanism shows under `name`."""
    with engine.neuron_as_found():
        section = section_of(SMALL_CELL.patch, SMALL_CELL.membrane)
        made = synapse.into(section(0.5))
        playing = play_events(ARRIVALS_ms, made, 1.0)
        tapes = engine.Tapes()
        tapes.record("value", "1", None, getattr(made, f"_ref_{name}"))
        engine.run(engine.Method(dt_ms, absolute_tolerance=tolerance), TSTOP_ms, SMALL_CELL.patch.v_init_mV)
        del playing
        run = tapes.recording()
    return run.time, run.values("value")
