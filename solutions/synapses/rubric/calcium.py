# SPDX-License-Identifier: BSD-3-Clause
"""Calcium."""

import numpy as np
from scipy.integrate import solve_ivp

from autograder.handin.form import MAX_SAMPLES
from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits, every

FARADAY_C_mol = 96485.33212
CALCIUM_ms, CALCIUM_END_ms, ENTERS_ms = 150.0, 149.0, (10.0, 11.0)
ENTRY_mA_cm2, PUMP_um_ms, CA_REST_uM, ON_per_uM_ms, OFF_per_ms = 0.05, 0.1, 0.05, 0.1, 1.0


def calcium(
    p, *, valence=2, surface=4.0, sign=1.0, equilibrium=True, leaks=True, binds=True, lets_go=True, counted="net",
    capacity="at rest", above=1.0, by="solver", dt_ms=0.01,
):  # fmt: skip
    """Free calcium after a pulse, what entered and what was carried out, and how fast it returns."""
    per_um, buffer_uM = surface / p["thick"], p["buffer"] if binds else 0.0
    # mA/cm2 over C/mol is 1e-3 mol/(cm2 s): 1e4 um/cm, 1e-3 s/ms and 1e9 uM cm3/mol make it uM um/ms.
    influx = sign * 1e-3 * ENTRY_mA_cm2 / (valence * FARADAY_C_mol) * 1e10
    half_uM = OFF_per_ms / ON_per_uM_ms
    leak_uM = CA_REST_uM if leaks else 0.0
    off_per_ms = OFF_per_ms if lets_go else 0.0

    def slope(entering, state):
        free, bound, _, _ = state
        binding = ON_per_uM_ms * free * (buffer_uM - bound) - off_per_ms * bound
        goes, back = (per_um * PUMP_um_ms * c for c in (free, leak_uM))
        return np.array([per_um * influx * entering - goes + back - binding, binding, goes, back])

    bound = buffer_uM * CA_REST_uM / (CA_REST_uM + half_uM) if equilibrium else 0.0
    t, (free, _, gone, back) = _SOLVERS[by](slope, np.array([CA_REST_uM, bound, 0.0, 0.0]), dt_ms)
    kappa = buffer_uM / half_uM if capacity == "B/K" else buffer_uM * half_uM / (CA_REST_uM + half_uM) ** 2
    return {
        "entered": per_um * influx * (ENTERS_ms[1] - ENTERS_ms[0]), "t": t, "ca": free,
        "out": float(gone[-1] - (back[-1] if counted == "net" else 0.0)),
        "tau": p["thick"] / (4 * PUMP_um_ms) * (above + kappa),
    }  # fmt: skip


def _by_solver(slope, state, _):
    """Times and states by scipy's solver, which begins anew where the current does."""
    times, states = [np.zeros(1)], [state[:, None]]
    for start, end, entering in ((0.0, 10.0, 0), (*ENTERS_ms, 1), (11.0, CALCIUM_ms, 0)):
        grid = np.linspace(start, end, round((end - start) / 0.05) + 1)
        run = solve_ivp(
            lambda t, y, entering=entering: slope(entering, y), (start, end), states[-1][:, -1], t_eval=grid,
            method="LSODA", rtol=1e-8, atol=1e-10,
        )  # fmt: skip
        times.append(grid[1:])
        states.append(run.y[:, 1:])
    return np.concatenate(times), np.concatenate(states, axis=1)


def _by_steps(increment):
    """A solver that goes ahead by fixed steps; as many samples are kept as are taken."""

    def solve(slope, state, dt_ms):
        count = round(CALCIUM_ms / dt_ms)
        states = np.empty((4, count + 1))
        states[:, 0] = state
        for k in range(count):
            entering = float(ENTERS_ms[0] <= (k + 0.5) * dt_ms < ENTERS_ms[1])
            states[:, k + 1] = states[:, k] + dt_ms * increment(
                lambda y, entering=entering: slope(entering, y), states[:, k], dt_ms
            )
        few = slice(None, None, -(-(count + 1) // MAX_SAMPLES))
        return dt_ms * np.arange(count + 1)[few], states[:, few]

    return solve


_SOLVERS = {
    "solver": _by_solver,
    "Euler": _by_steps(lambda slope, y, dt_ms: slope(y)),
    "Heun": _by_steps(lambda slope, y, dt_ms: (slope(y) + slope(y + dt_ms * slope(y))) / 2),
}


CALCIUM = Task("calcium", calcium,
    checks=(
        Number("entered", "entered", "What enters", "uM", 1.5, relative=True, finest=0.005),
        driven("ca", "t", CALCIUM_END_ms, "Free calcium", 2, "Free calcium", unit="uM", finest=0.002),
        Number("out", "out", "What is carried out", "uM", 1, relative=True, finest=0.01),
        Number("tau", "tau", "Time constant of the return", "ms", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("scipy's solver"),
        variant("forward steps of 0.01 ms", by="Euler"),
        variant("forward steps of 0.005 ms", by="Euler", dt_ms=0.005),
        variant("Heun's steps of 0.01 ms", by="Heun"),
        variant("binding capacity as B/K", capacity="B/K"),
        variant("one sample per 0.1 ms", then=every(0.1, "ca")),
        variant("three digits", then=digits(3, "entered", "out", "tau")),
    ),
    mistakes=(
        mistake("valence", "calcium has two charges: an ion is 2e, and the current goes over 2F", valence=1, credit=0.5),
        mistake("half-the-surface", "surface over volume is 2 over the diameter, not 4", surface=2.0, credit=0.5),
        mistake("calcium-leaves", "the current that flows in takes calcium out", sign=-1.0, credit=0.3),
        mistake("buffer-empty", "at the beginning nothing is bound: the buffer is not in equilibrium", equilibrium=False, credit=0.5),
        mistake("no-leak", "the pump takes out v c, and nothing leaks back", leaks=False, credit=0.5),
        mistake("no-buffer", "the free calcium has no buffer", binds=False, credit=0.3),
        mistake("never-lets-go", "the buffer binds and never lets go", lets_go=False, credit=0.3),
        mistake("gross", "what leaks back is not taken off what is carried out", counted="gross", credit=0.5),
        mistake("kappa-alone", "the time constant has kappa in the place of 1 + kappa", above=0.0, credit=0.5),
    ),
)  # fmt: skip
