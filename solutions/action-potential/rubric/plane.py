# SPDX-License-Identifier: BSD-3-Clause
"""A spike in two variables."""

import functools
from dataclasses import replace

import numpy as np
from scipy.integrate import solve_ivp

from autograder.rubric import Number, Task, mistake, oscillating, variant
from autograder.rubric.ways import digits, every
from neuroscales.core import measure
from neuroscales.membrane import morris_lecar
from neuroscales.membrane.excitability import smallest
from neuroscales.membrane.stability import jacobian

from .shared import exchanged
from .soma import of

PLANE_ms, SETTLED_ms, PLANE_END_ms, BEGINNING_ms = 500.0, 100.0, 495.0, 40.0
START = (0.0, 0.0)


@of("phi", "drive")
def plane(
    p, *, by="Runge and Kutta", dt_ms=0.1, start=START, with_cosh=True, tstop_ms=PLANE_ms, at_rest=False, onset="first Hopf point",
    derived="exactly", scaled_rows=(1.0, 1.0), **membrane,
):  # fmt: skip
    """The fixed point of the plane, what its linear part says, where it lets go, and a trace."""
    one = replace(morris_lecar.HOPF, phi_per_ms=p["phi"], **membrane)
    slopes = functools.partial(_slopes, one, with_cosh)
    amp = 0.0 if at_rest else p["drive"]
    v, w, _ = morris_lecar.fixed_points(one, amp)[0]
    linear = (
        _linear(functools.partial(slopes, amp), np.array([v, w]), derived) * np.array(scaled_rows)[:, None]
    )
    t, trace = _trace(one, with_cosh, p["drive"], start, by, dt_ms, tstop_ms)
    return {
        "v_fixed": v, "w_fixed": w, "tr": np.trace(linear), "det": np.linalg.det(linear), "onset": ONSETS[onset](one, slopes),
        "t": t, "v": trace,
    }  # fmt: skip


def _slopes(membrane, with_cosh, amp, state):
    """The right-hand side, or one whose w is as fast at every potential."""
    dv, dw = morris_lecar.derivatives(membrane, amp, state)
    if not with_cosh:
        dw = membrane.phi_per_ms * (morris_lecar.open_potassium(membrane, state[0]) - state[1])
    return np.stack([dv, dw])


def _linear(slopes, state, derived, step=1e-4):
    """The matrix of derivatives, exactly or by differences."""
    if derived == "exactly":
        return jacobian(slopes, state)
    aside = step * np.eye(2)
    return np.stack([(slopes(state + one) - slopes(state - one)) / (2 * step) for one in aside], axis=1)


@functools.lru_cache(maxsize=64)
def _trace(membrane, with_cosh, amp, start, by, dt_ms, tstop_ms):
    """Time and potential from a start in the plane."""
    slopes = functools.partial(_slopes, membrane, with_cosh, amp)
    t = np.arange(round(tstop_ms / dt_ms) + 1) * dt_ms
    if by in SOLVERS:
        run = solve_ivp(lambda _, x: slopes(x), (0, t[-1]), start, t_eval=t, **SOLVERS[by])
        return t, run.y[0]
    x, found = np.array(start), [start[0]]
    for _ in t[1:]:
        x = x + dt_ms * slopes(x) if by == "Euler" else _runge_kutta(slopes, x, dt_ms)
        found.append(x[0])
    return t, np.array(found)


SOLVERS = {"solver": {}, "exact solver": {"method": "LSODA", "rtol": 1e-7, "atol": 1e-9}}


def _runge_kutta(slopes, x, dt_ms):
    """One step with four looks ahead."""
    one = slopes(x)
    two = slopes(x + dt_ms / 2 * one)
    three = slopes(x + dt_ms / 2 * two)
    return x + dt_ms / 6 * (one + 2 * two + 2 * three + slopes(x + dt_ms * three))


def _trace_changes_sign(membrane, slopes):
    """The smallest current at which the trace of the linear part is positive."""

    def grows(amp):
        v, w, _ = morris_lecar.fixed_points(membrane, amp)[0]
        return np.trace(_linear(functools.partial(slopes, amp), np.array([v, w]), "by differences")) > 0

    return measure.bisect(grows, 60.0, 130.0, 1e-3)


@functools.lru_cache(maxsize=64)
def _from_far_away(membrane):
    """The smallest current at which a large oscillation lasts, beside a fixed point that is still stable."""

    def fires(amps):
        run = morris_lecar.simulate_morris_lecar(
            membrane, amps, tstop_ms=1500.0, dt_ms=0.4, v_init_mV=0.0, w_init=0.0
        )
        return np.ptp(run.profile("v").values[run.time > 1000], axis=0) > 20

    return smallest(fires, 75.0, 110.0, 0.1)


ONSETS = {
    "first Hopf point": lambda membrane, _: morris_lecar.hopf_currents_uA_cm2(membrane)[0],
    "second Hopf point": lambda membrane, _: morris_lecar.hopf_currents_uA_cm2(membrane)[-1],
    "trace": _trace_changes_sign,
    "firing": lambda membrane, _: _from_far_away(membrane),
}


PLANE = Task("plane", plane,
    checks=(
        Number("v_fixed", "v_fixed", "Potential of the fixed point", "mV", 1, finest=0.05),
        Number("w_fixed", "w_fixed", "w of the fixed point", "", 1, finest=0.002),
        Number("tr", "tr", "Trace", "1/ms", 1, relative=True, finest=0.005),
        Number("det", "det", "Determinant", "1/ms2", 1, relative=True, finest=0.005),
        Number("onset", "onset", "Current at which it lets go", "uA/cm2", 1, relative=True, finest=0.005),
        *oscillating("v", "t", (SETTLED_ms, PLANE_END_ms), "Membrane potential", {"period": 1, "amplitude": 0.5, "early": 0.5}, unit="mV", early=BEGINNING_ms),
    ),
    variants=(
        variant("exactly"),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("step 0.2 ms, derivatives by differences", dt_ms=0.2, derived="by differences"),
        variant("Euler's method, step 0.02 ms, every fifth handed in", by="Euler", dt_ms=0.02, then=every(0.1, "v")),
        variant("Euler's method, step 0.05 ms", by="Euler", dt_ms=0.05),
        variant("a solver with its own tolerances", by="solver", dt_ms=0.25),
        variant("a solver with fine tolerances", by="exact solver", dt_ms=0.25),
        variant("the current at which the trace is zero", onset="trace"),
        variant("one sample per 0.5 ms", then=every(0.5, "v")),
        variant("longer run", tstop_ms=800.0),
        variant("three digits", then=digits(3, "v_fixed", "w_fixed", "tr", "det", "onset")),
    ),
    mistakes=(
        mistake("speed-of-the-book", "phi is still the book's 0.04 per ms", p={"phi": 0.04}, credit=0.3),
        mistake("current-of-the-book", "the current is 90 uA/cm2, as in the book", p={"drive": 90.0}, credit=0.3),
        mistake("second-set", "V3, V4 and the calcium conductance are those of the book's second set", v3_mV=12.0, v4_mV=17.4, gca_mS_cm2=4.0),
        mistake("capacitance-one", "the capacitance is 1 uF/cm2, not 20 uF/cm2", cm_uF_cm2=1.0),
        mistake("cosh-forgotten", "w follows with the rate phi alone, without the cosh", with_cosh=False, onset="trace", credit=0.3),
        mistake("negative-current", "the current has the other sign", p=lambda p, own: {"drive": -p["drive"]}),
        mistake("fixed-point-of-rest", "the fixed point is that without a current", at_rest=True, credit=0.5),
        mistake("not-per-capacitance", "the first row of the matrix is not divided by the capacitance", scaled_rows=(20.0, 1.0), credit=0.5),
        mistake("exchanged", "trace and determinant stand in each other's place", then=exchanged("tr", "det"), credit=0.5),
        mistake("upper-end", "the current is that at which the firing ends, the upper of the two", onset="second Hopf point", credit=0.5),
        mistake("from-far-away", "the current is that from which it fires when it is pushed; the fixed point is still stable there", onset="firing", credit=0.5),
        mistake("from-minus-60", "the trace starts at -60 mV, not at 0 mV", start=(-60.0, 0.0), credit=0.7),
    ),
)  # fmt: skip
