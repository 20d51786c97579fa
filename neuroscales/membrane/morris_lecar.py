# SPDX-License-Identifier: BSD-3-Clause
"""The Morris-Lecar membrane: a spike in two variables, so that all of it can be seen in a plane.

    C dV/dt = I - gca m_inf(V) (V - eca) - gk w (V - ek) - gl (V - el)
    dw/dt = phi cosh((V - v3) / (2 v4)) (w_inf(V) - w)
    m_inf = (1 + tanh((V - v1) / v2)) / 2,   w_inf = (1 + tanh((V - v3) / v4)) / 2

after Morris and Lecar (1981, https://doi.org/10.1016/S0006-3495(81)84782-0), with calcium at once at its
steady state. The parameter sets, which begin to fire in three different ways, are those of Rinzel and
Ermentrout's analysis as tabulated by Ermentrout and Terman (2010, https://doi.org/10.1007/978-0-387-87708-2,
table 3.1).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.protocols import Numbers
from neuroscales.membrane.stability import classify, eigenvalues, jacobian


@dataclass(frozen=True)
class MorrisLecar:
    """Parameters of the membrane; the defaults are the set that begins to fire at a Hopf point.

    Attributes:
        gca_mS_cm2: calcium conductance density with all channels open.
        gk_mS_cm2: the same of potassium.
        gl_mS_cm2: leak conductance density.
        eca_mV: calcium's reversal potential.
        ek_mV: potassium's.
        el_mV: the leak's.
        v1_mV: potential at which half of the calcium channels are open.
        v2_mV: width of their curve.
        v3_mV: potential at which half of the potassium channels are open.
        v4_mV: width of theirs.
        phi_per_ms: how fast potassium channels follow.
        cm_uF_cm2: specific capacitance; 20 as published, which only slows the calcium spike down.

    Raises:
        ValueError: a width, a rate or a capacitance that is not positive, a negative conductance, or a value
            that is not finite.
    """

    gca_mS_cm2: float = 4.4
    gk_mS_cm2: float = 8.0
    gl_mS_cm2: float = 2.0
    eca_mV: float = 120.0
    ek_mV: float = -84.0
    el_mV: float = -60.0
    v1_mV: float = -1.2
    v2_mV: float = 18.0
    v3_mV: float = 2.0
    v4_mV: float = 30.0
    phi_per_ms: float = 0.04
    cm_uF_cm2: float = 20.0

    def __post_init__(self) -> None:
        positive = ["v2_mV", "v4_mV", "phi_per_ms", "cm_uF_cm2"]
        conductances = ["gca_mS_cm2", "gk_mS_cm2", "gl_mS_cm2"]
        check_fields(self, "the membrane", positive=positive, not_negative=conductances)


HOPF = MorrisLecar()
"""Begins to fire at a Hopf point: with a jump of the rate (Type II)."""

SADDLE_NODE = MorrisLecar(gca_mS_cm2=4.0, v3_mV=12.0, v4_mV=17.4, phi_per_ms=0.067)
"""Begins where a saddle and a node meet on the cycle: from rate zero (Type I)."""

HOMOCLINIC = MorrisLecar(gca_mS_cm2=4.0, v3_mV=12.0, v4_mV=17.4, phi_per_ms=0.23)
"""Begins where the cycle meets a saddle: bistable, and from rate zero."""


def open_calcium(membrane: MorrisLecar, v_mV: Numbers) -> np.ndarray:
    """Fraction of calcium channels open at this potential, m_inf."""
    return 0.5 * (1 + np.tanh((v_mV - membrane.v1_mV) / membrane.v2_mV))


def open_potassium(membrane: MorrisLecar, v_mV: Numbers) -> np.ndarray:
    """Fraction of potassium channels open once this potential has been held, w_inf: the w nullcline."""
    return 0.5 * (1 + np.tanh((v_mV - membrane.v3_mV) / membrane.v4_mV))


def v_nullcline(membrane: MorrisLecar, amp_uA_cm2: float, v_mV: Numbers) -> np.ndarray:
    """The w at which the potential stands still; of any size at potassium's reversal potential."""
    return _other_currents(membrane, amp_uA_cm2, v_mV) / (membrane.gk_mS_cm2 * (v_mV - membrane.ek_mV))


def derivatives(membrane: MorrisLecar, amp_uA_cm2: Numbers, state: np.ndarray) -> np.ndarray:
    """Right-hand side under a steady current.

    Args:
        membrane: the parameters.
        amp_uA_cm2: current density, one number or shape (...).
        state: V (mV) and w, shape (2, ...); complex numbers too.

    Returns:
        Their rates of change per ms, shape (2, ...).
    """
    v, w = state
    potassium = membrane.gk_mS_cm2 * w * (v - membrane.ek_mV)
    dv = (_other_currents(membrane, amp_uA_cm2, v) - potassium) / membrane.cm_uF_cm2
    rate = membrane.phi_per_ms * np.cosh((v - membrane.v3_mV) / (2 * membrane.v4_mV))
    return np.stack([dv, rate * (open_potassium(membrane, v) - w)])


def steady_current_uA_cm2(membrane: MorrisLecar, v_mV: Numbers) -> np.ndarray:
    """Current that holds the membrane at this potential: fixed points lie where it is the current applied."""
    state = np.stack(np.broadcast_arrays(v_mV, open_potassium(membrane, v_mV)))
    return -membrane.cm_uF_cm2 * derivatives(membrane, 0.0, state)[0]


def fixed_points(membrane: MorrisLecar, amp_uA_cm2: float) -> list[tuple[float, float, str]]:
    """All fixed points under a steady current.

    Args:
        membrane: the parameters.
        amp_uA_cm2: current density.

    Returns:
        V (mV), w and kind of each, in the order of V; see `neuroscales.membrane.stability.classify`.
    """
    v = np.linspace(-150, 150, 30_001)
    balance = steady_current_uA_cm2(membrane, v) - amp_uA_cm2
    found = []
    for i in np.flatnonzero((balance[:-1] < 0) != (balance[1:] < 0)):
        v_mV = _root(membrane, amp_uA_cm2, v[i], v[i + 1])
        state = np.array([v_mV, open_potassium(membrane, v_mV)])
        kind = classify(eigenvalues(lambda x: derivatives(membrane, amp_uA_cm2, x), state))
        found.append((v_mV, float(state[1]), kind))
    return found


def saddle_node_currents_uA_cm2(membrane: MorrisLecar) -> np.ndarray:
    """Currents at which two fixed points meet: the extremes of the steady current, in the order of V."""
    v = np.linspace(membrane.ek_mV, membrane.eca_mV, 20_001)
    steady = steady_current_uA_cm2(membrane, v)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(steady))) != 0) + 1
    return np.array([_vertex(steady[i - 1 : i + 2]) for i in turns])


def hopf_currents_uA_cm2(membrane: MorrisLecar) -> np.ndarray:
    """Currents at which a pair of complex eigenvalues crosses the imaginary axis, in the order of V."""
    v = np.linspace(membrane.ek_mV, membrane.eca_mV, 20_001)
    state = np.stack([v, open_potassium(membrane, v)])
    values = eigenvalues(lambda x: derivatives(membrane, 0.0, x), state)
    growth = values.real.sum(axis=1)  # the trace, twice the real part of a pair
    crossing = np.flatnonzero((growth[:-1] < 0) != (growth[1:] < 0))
    crossing = crossing[(values[crossing].imag != 0).any(axis=1)]
    part = growth[crossing] / (growth[crossing] - growth[crossing + 1])
    return steady_current_uA_cm2(membrane, v[crossing] + part * (v[1] - v[0]))


def simulate_morris_lecar(
    membrane: MorrisLecar,
    amp_uA_cm2: Numbers,
    *,
    tstop_ms: float = 500.0,
    dt_ms: float = 0.1,
    v_init_mV: Numbers = -60.0,
    w_init: Numbers | None = None,
) -> Recording:
    """Simulate one cell or many under a steady current, by Runge and Kutta's method of fourth order.

    Args:
        membrane: the parameters.
        amp_uA_cm2: current density, one number or shape (n_cells,).
        tstop_ms: when to end.
        dt_ms: the time step; the fastest rate of the published sets leaves 0.1 ms with room.
        v_init_mV: potential at the start, one number or shape (n_cells,).
        w_init: w at the start, the same; settled at `v_init_mV` where nothing is said.

    Returns:
        A Recording of v (mV) and w (a pure number) in ms; for many cells each is a profile of shape
        (n_time, n_cells) whose places are the cells' numbers.

    Raises:
        ValueError: times that are not positive.
    """
    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    w_init = open_potassium(membrane, np.asarray(v_init_mV, dtype=float)) if w_init is None else w_init
    state = np.stack([x.astype(float) for x in np.broadcast_arrays(v_init_mV, w_init, amp_uA_cm2)[:2]])
    states = [state]
    for _ in range(round(tstop_ms / dt_ms)):
        state = _runge_kutta(membrane, amp_uA_cm2, state, dt_ms)
        states.append(state)
    v, w = np.stack(states, axis=1)
    place = None if v.ndim == 1 else np.arange(v.shape[1])
    return Recording(np.arange(len(v)) * dt_ms, [Signal("v", v, "mV", place), Signal("w", w, "1", place)])


def threshold_curve(
    membrane: MorrisLecar, amp_uA_cm2: float, *, back_ms: float = 500.0, dt_ms: float = 0.1
) -> tuple[np.ndarray, np.ndarray]:
    """The states that end in the saddle: on one side of them is a spike, on the other there is none.

    It is followed backward in time from the saddle, both ways along the direction that is attracted to it.

    Args:
        membrane: the parameters.
        amp_uA_cm2: current density.
        back_ms: how far back; the default reaches the edge of the plane or another fixed point.
        dt_ms: the step back.

    Returns:
        V (mV) and w from one end of the curve to the other, w between 0 and 1; each of shape (n,).

    Raises:
        ValueError: there is no saddle at this current, so that no curve separates spike from no spike.
    """
    saddles = [point for point in fixed_points(membrane, amp_uA_cm2) if point[2] == "saddle"]
    if not saddles:
        raise ValueError(f"the membrane has no saddle at {amp_uA_cm2:g} uA/cm2, and so no sharp threshold")
    saddle = np.array(saddles[0][:2])
    values, vectors = np.linalg.eig(jacobian(lambda x: derivatives(membrane, amp_uA_cm2, x), saddle))
    attracted = vectors[:, np.argmin(values.real)].real
    step = 0.05 * attracted / attracted[1] * np.abs(attracted[1] / attracted[0])  # 0.05 mV, toward higher w
    up, down = (_backward(membrane, amp_uA_cm2, saddle + side * step, back_ms, dt_ms) for side in (1, -1))
    v, w = np.array([*down[::-1], saddle, *up]).T
    return v, w


def _backward(
    membrane: MorrisLecar, amp_uA_cm2: float, state: np.ndarray, back_ms: float, dt_ms: float
) -> list[np.ndarray]:
    """States from which this one is reached, as long as they lie in the plane."""
    states = []
    for _ in range(round(back_ms / dt_ms)):
        if not (0 <= state[1] <= 1 and membrane.ek_mV < state[0] < membrane.eca_mV):
            break
        states.append(state)
        state = _runge_kutta(membrane, amp_uA_cm2, state, -dt_ms)
    return states


def _runge_kutta(membrane: MorrisLecar, amp_uA_cm2: Numbers, state: np.ndarray, dt_ms: float) -> np.ndarray:
    one = derivatives(membrane, amp_uA_cm2, state)
    two = derivatives(membrane, amp_uA_cm2, state + 0.5 * dt_ms * one)
    three = derivatives(membrane, amp_uA_cm2, state + 0.5 * dt_ms * two)
    four = derivatives(membrane, amp_uA_cm2, state + dt_ms * three)
    return state + dt_ms / 6 * (one + 2 * two + 2 * three + four)


def _other_currents(membrane: MorrisLecar, amp_uA_cm2: Numbers, v_mV: Numbers) -> np.ndarray:
    """Stimulus, calcium and leak, inward positive: all but potassium."""
    calcium = membrane.gca_mS_cm2 * open_calcium(membrane, v_mV) * (v_mV - membrane.eca_mV)
    return amp_uA_cm2 - calcium - membrane.gl_mS_cm2 * (v_mV - membrane.el_mV)


def _root(membrane: MorrisLecar, amp_uA_cm2: float, low_mV: float, high_mV: float) -> float:
    """The potential in this interval at which the membrane is held by the current."""
    return float(
        brentq(lambda v: steady_current_uA_cm2(membrane, v) - amp_uA_cm2, low_mV, high_mV, xtol=1e-12)
    )


def _vertex(three: np.ndarray) -> float:
    """Extreme value of the parabola through three equidistant values."""
    left, middle, right = three
    return float(middle - (right - left) ** 2 / (8 * (left - 2 * middle + right)))
