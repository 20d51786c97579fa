# SPDX-License-Identifier: BSD-3-Clause
"""The synapses' correct ways that their tolerances were not derived from, other engines among them."""

import functools
import itertools
import math

import numpy as np
from neuron import n
from scipy.integrate import solve_ivp
from scipy.linalg import lu_factor, lu_solve
from scipy.optimize import brentq, minimize_scalar

from autograder.authoring.measurement import HeldOut
from autograder.rubric import Way, variant
from autograder.rubric.ways import digits, every
from neuroscales.core.engine import neuron_as_found

SOURCES = ()

_FINER = (
    variant("step 0.02 ms", dt_ms=0.02),
    variant("Crank-Nicolson, step 0.0125 ms", dt_ms=0.0125, secondorder=2),
)


def _four_digits(*items: str) -> Way:
    return variant("four digits", then=digits(4, *items))


def _course(since_ms: float, rise_ms: float, decay_ms: float) -> float:
    """Conductance after one event in parts of its peak, which is found by a search."""
    if since_ms <= 0:
        return 0.0
    return _two_exponentials(since_ms, rise_ms, decay_ms) / _highest(rise_ms, decay_ms)


def _two_exponentials(since_ms: float, rise_ms: float, decay_ms: float) -> float:
    return math.exp(-since_ms / decay_ms) - math.exp(-since_ms / rise_ms)


@functools.cache
def _highest(rise_ms: float, decay_ms: float) -> float:
    found = minimize_scalar(
        lambda t: -_two_exponentials(t, rise_ms, decay_ms),
        bounds=(0, 5 * decay_ms), method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    return -float(found.fun)


def _free(v: float, mg: float) -> float:
    """The part of the receptors that magnesium leaves free."""
    return 1 / (1 + mg * math.exp(-0.062 * v) / 3.57)


# --- a train ----------------------------------------


def _kinetic_train(own: dict[str, float]) -> Way:
    """Two states that decay, stepped exactly from one sample to the next; events on the grid."""

    def change(found):
        step_ms = 0.05
        rise, decay, weight = own["rise"], own["decay"], own["weight"]
        events = {round((at + own["delay"]) / step_ms) for at in (*range(50, 401, 50), 900)}
        a = b = 0.0
        g = np.empty(round(950 / step_ms) + 1)
        for i in range(len(g)):
            jump = weight / _highest(rise, decay) if i in events else 0.0
            a, b = a + jump, b + jump
            g[i] = b - a
            a, b = a * math.exp(-step_ms / rise), b * math.exp(-step_ms / decay)
        t = step_ms * np.arange(len(g))
        first_at = 50 + own["delay"]
        first = int(np.argmax(np.where(t < first_at + 50, g, 0)))
        eighth = float(g[(t >= 400 + own["delay"]) & (t < 500)].max())
        return {"t": t, "g": g, "first": g[first], "eighth": eighth, "t_peak": t[first] - first_at}

    return variant("two states, stepped", then=change)


# --- the soma under any synapses ----------------------------------------

_SIDE_cm, _LEAK_S_cm2 = 60e-4, 2e-4
_AREA_cm2 = math.pi * _SIDE_cm**2


def _potential(own: dict[str, float], current_nA, end_ms: float, breaks: tuple[float, ...]) -> tuple:
    """Potential of the soma by scipy's solver: ``current_nA(t, v)`` leaves it beside the leak.

    The solver begins anew at every break, where a synapse or a pulse begins or ends.
    """
    capacitance_nF, leak_uS = 1e3 * _AREA_cm2, 1e6 * _LEAK_S_cm2 * _AREA_cm2

    def slope(t, v):
        return -(leak_uS * (v - own["rest"]) + current_nA(t, v[0])) / capacitance_nF

    ends, t, v = [0.0, *breaks, end_ms], [0.0], [own["rest"]]
    for start, end in itertools.pairwise(ends):
        grid = np.linspace(start, end, max(round((end - start) / 0.1), 2) + 1)
        inside = np.nextafter(grid[-1], grid[0])  # a pulse that ends here is still on
        run = solve_ivp(
            slope, (start, inside), [v[-1]], method="LSODA", rtol=1e-8, atol=1e-9, max_step=1.0,
            t_eval=np.minimum(grid, inside),
        )  # fmt: skip
        t, v = [*t, *grid[1:]], [*v, *run.y[0][1:]]
    return np.array(t), np.array(v)


def _solved_inhibition(own: dict[str, float]) -> Way:
    """Chloride's potential by Nernst's equation in other units; every run by scipy's solver."""
    e_cl = -8.31446 * 310.15 / 96.4853 * math.log(130 / own["cli"])

    def run(glutamate_nS, gaba_nS, e_mV):
        def leaves(t, v):
            g_e = glutamate_nS * math.exp(-(t - 50) / 2) if t >= 50 else 0.0
            return 1e-3 * (g_e * v + gaba_nS * _course(t - 46, 0.5, 10) * (v - e_mV))

        return _potential(own, leaves, 120.0, (46.0, 50.0))

    def change(found):
        rest = own["rest"]
        t, both = run(10, own["g_gaba"], e_cl)
        alone = run(0, own["g_gaba"], e_cl)[1] - rest
        epsp = run(10, 0, e_cl)[1].max() - rest
        shunted = run(10, own["g_gaba"], rest)[1].max() - rest
        gaba = alone[np.argmax(np.abs(alone))]
        return {"e_cl": e_cl, "gaba": gaba, "epsp": epsp, "t": t, "v": both, "shunt": shunted / epsp}

    return variant("scipy's solver", then=change)


def _searched(own: dict[str, float]) -> Way:
    """The block's numbers by a search on its formula."""

    def change(found):
        mg = own["mg"]
        half = brentq(lambda v: _free(v, mg) - 0.5, -150, 150)
        turn = minimize_scalar(lambda v: _free(v, mg) * v, bounds=(-90, 0), method="bounded").x
        g = [own["count"] * 0.7 * _free(v, mg) for v in range(-80, 41, 20)]
        return {"g": g, "half": half, "turn": float(turn)}

    return variant("by a search", then=change)


def _solved_charges(own: dict[str, float]) -> Way:
    """Charges from potentials by scipy's solver and an integral over its samples."""

    def charge(mg, amp_nA):
        def receptors(t, v):
            ampa = own["count"] * 1e-3 * _course(t - 50, 0.2, 1.7) * v
            nmda = own["count"] * 0.7e-3 * _course(t - 50, 0.29, own["tau_nmda"]) * _free(v, mg) * v
            return ampa, nmda

        t, v = _potential(
            own,
            lambda t, v: sum(receptors(t, v)) - (amp_nA if 30 <= t < 80 else 0.0),
            500.0,
            (30.0, 50.0, 53.0, 80.0),
        )
        return -np.trapezoid([receptors(*at)[1] for at in zip(t, v, strict=True)], t)

    def change(found):
        alone, paired = charge(own["mg"], 0.0), charge(own["mg"], 0.5)
        free = charge(0.0, 0.5) / charge(0.0, 0.0)
        return {"alone": alone, "paired": paired, "ratio": paired / alone, "ratio_free": free}

    return variant("scipy's solver", then=change)


# --- receptors as functions ----------------------------------------


def _in_siemens(p, v, since, mg):
    """In volts, seconds, and siemens; what is returned is turned into pA at the end."""
    if since <= 0:
        return np.zeros(2)
    volts, seconds = 1e-3 * v, 1e-3 * since
    found = []
    for peak_S, rise_s, decay_s, free in (
        (1e-9, 0.2e-3, 1.7e-3, 1.0),
        (0.7e-9, 0.29e-3, 1e-3 * p["tau_nmda"], _free(v, mg)),
    ):
        course = _two_exponentials(seconds, rise_s, decay_s) / _highest(1e3 * rise_s, 1e3 * decay_s)
        found.append(1e12 * p["count"] * peak_S * course * free * volts)
    return np.array(found)


def _by_hand(p, v, since, mg):
    """The factor that normalizes written out; the block with its fraction turned upside down."""
    if since < 0:
        return 0, 0
    ampa, nmda = p["count"] * np.array([1.0, 0.7])
    for rise, decay, name in ((0.2, 1.7, "ampa"), (0.29, p["tau_nmda"], "nmda")):
        part = rise / decay
        factor = part ** (part / (1 - part)) - part ** (1 / (1 - part))
        course = (np.exp(-since / decay) - np.exp(-since / rise)) / factor
        if name == "ampa":
            ampa = ampa * course
        else:
            nmda = nmda * course
    return ampa * v, nmda * v * 3.57 / (3.57 + mg * np.exp(-0.062 * v))


def _single(p, v, since, mg):
    """In single precision, as one who writes for a graphics card would have it."""
    f = np.float32
    if since < 0:
        return f(0), f(0)
    courses = [
        f(_two_exponentials(since, rise, decay)) / f(_highest(rise, decay))
        for rise, decay in ((0.2, 1.7), (0.29, p["tau_nmda"]))
    ]
    block = f(1) / (f(1) + f(mg) / f(3.57) * np.exp(f(-0.062) * f(v)))
    return f(p["count"]) * courses[0] * f(v), f(0.7 * p["count"]) * courses[1] * block * f(v)


# --- a dendrite as a matrix ----------------------------------------


def _matrix_summation(own: dict[str, float], pieces: int = 75, dt_ms: float = 0.02) -> Way:
    """Another engine: equal pieces, one dense matrix, implicit midpoint steps, nothing of NEURON."""

    def run(number):
        d_cm, step_cm = 2e-4, 400e-4 / pieces
        at = 1 + int(own["place"] * pieces)
        area = np.full(pieces + 1, math.pi * d_cm * step_cm)
        area[0] = math.pi * 40e-4**2
        core_uS = 1e6 * math.pi * d_cm**2 / (4 * 150 * step_cm)
        matrix = np.diag(1e6 * 5e-4 * area)
        for i in range(pieces):
            g = 2 * core_uS if i == 0 else core_uS  # from the soma to the first node is half a piece
            matrix[[i, i + 1], [i, i + 1]] += g
            matrix[[i, i + 1], [i + 1, i]] -= g
        capacitance_nF = 1e3 * area
        steady = np.diag(2 * capacitance_nF / dt_ms) + matrix
        factors = lu_factor(steady)
        answer = lu_solve(factors, np.eye(pieces + 1)[at])  # to a current where the synapse is
        arrivals = [21 + i * own["interval"] for i in range(number)]
        v = np.zeros(pieces + 1)
        soma, there = [0.0], [0.0]
        for k in range(round(80 / dt_ms)):
            middle = (k + 0.5) * dt_ms
            g_uS = 5e-3 * own["weight"] * sum(math.exp(-(middle - a) / 2) for a in arrivals if a <= middle)
            passive = lu_solve(factors, 2 * capacitance_nF / dt_ms * v)
            # The potential at the middle with the synapse in it: one rank more, in closed form.
            at_synapse = (passive[at] + 65 * g_uS * answer[at]) / (1 + g_uS * answer[at])
            half = passive + answer * g_uS * (65 - at_synapse)
            v = 2 * half - v
            soma.append(v[0])
            there.append(v[at])
        return np.array(soma), np.array(there)

    def change(found):
        (one, _), (soma, there) = run(1), run(5)
        t = dt_ms * np.arange(len(soma))
        return {"t": t, "v": soma - 65, "one": one.max(), "five": soma.max(), "there": there.max()}

    return variant("a dense matrix", then=change)


# --- a network without NEURON's cells ----------------------------------------


def _background(own: dict[str, float]) -> list[np.ndarray]:
    """Arrivals of each excitatory cell's background."""
    with neuron_as_found():
        tapes, alive = [], []
        for k in range(12):
            source = n.NetStim()
            source.start, source.number, source.interval, source.noise = 0, 1e9, 1, 1
            source.noiseFromRandom123(k, int(own["seed"]), 0)
            tape, ear = n.Vector(), n.NetCon(source, None)
            ear.record(tape)
            tapes.append(tape)
            alive.append((source, ear))
        n.CVode().active(False)
        n.dt = 0.025
        n.ParallelContext().set_maxstep(10)
        n.finitialize(-65)
        n.ParallelContext().psolve(500)
        return [np.array(tape) + 1 for tape in tapes]


def _rates(v: np.ndarray) -> tuple[np.ndarray, ...]:
    """Hodgkin and Huxley's opening and closing rates at 6.3 degC, as steady values and time constants."""

    def linear(x, y):
        near = np.abs(x / y) < 1e-6
        return np.where(near, y * (1 - x / y / 2), x / np.expm1(np.where(near, 1.0, x / y)))

    pairs = (
        (0.1 * linear(-(v + 40), 10), 4 * np.exp(-(v + 65) / 18)),
        (0.07 * np.exp(-(v + 65) / 20), 1 / (np.exp(-(v + 35) / 10) + 1)),
        (0.01 * linear(-(v + 55), 10), 0.125 * np.exp(-(v + 65) / 80)),
    )
    return tuple((a / (a + b), a + b) for a, b in pairs)


def _network(own: dict[str, float], inhibition_nS: float, dt_ms: float = 0.025) -> list[list[float]]:
    """Spikes of the fifteen cells: all at once in numpy, gates by exact steps, the potential implicitly."""
    arrivals = [[] for _ in range(round(500 / dt_ms) + 200)]
    for k, times in enumerate(_background(own)):
        for at in times[times < 500]:
            arrivals[round(at / dt_ms)].append((0, k, 0.003))
    onto = {k: [(k + j) % 12 for j in (1, 2, 3, 4)] + [12, 13, 14] for k in range(12)}
    factor = 1e-3 * inhibition_nS / _highest(0.5, 10)
    v, g_e, rising, falling = np.full(15, -65.0), *np.zeros((3, 15))
    gates = [steady for steady, _ in _rates(v)]
    area = math.pi * 40e-4**2
    capacitance, na, k_, leak = 1e3 * area, 1e5 * area, 1e4 * area, 5e2 * area  # nF and uS
    spikes = [[] for _ in range(15)]
    for step in range(round(500 / dt_ms)):
        for kind, cell, weight in arrivals[step]:
            if kind == 0:
                g_e[cell] += weight
            else:
                rising[cell] += weight
                falling[cell] += weight
        m, h, n4 = gates
        g_na, g_k, g_i = na * m**3 * h, k_ * n4**4, falling - rising
        total = capacitance / dt_ms + g_na + g_k + leak + g_e + g_i
        new = (capacitance / dt_ms * v + 50 * g_na - 77 * g_k - 65 * leak - 80 * g_i) / total
        for cell in np.flatnonzero((v < 0) & (new >= 0)):
            spikes[cell].append(dt_ms * (step + 1))
            later = step + 1 + round(1.5 / dt_ms)
            if cell < 12:
                arrivals[later] += [(0, target, 0.003) for target in onto[int(cell)]]
            else:
                arrivals[later] += [(1, target, factor) for target in range(12)]
        v = new
        gates = [
            steady + (gate - steady) * np.exp(-dt_ms * rate)
            for gate, (steady, rate) in zip(gates, _rates(v), strict=True)
        ]
        g_e, rising, falling = (
            g_e * math.exp(-dt_ms / 2),
            rising * math.exp(-dt_ms / 0.5),
            falling * math.exp(-dt_ms / 10),
        )
    return spikes


def _own_network(own: dict[str, float]) -> Way:
    """The network in numpy."""

    def change(found):
        with_it, without = _network(own, own["inhibition"]), _network(own, 0.0)
        rate, inhibitory, free = (
            2 * np.mean([len(train) for train in cells])
            for cells in (with_it[:12], with_it[12:], without[:12])
        )
        first = min(train[0] for train in with_it if train)
        return {"first": first, "rate": rate, "rate_inhibitory": inhibitory, "rate_free": free}

    return variant("numpy's own network", then=change)


# --- calcium ----------------------------------------


def _runge_kutta(own: dict[str, float], dt_ms: float = 0.02) -> Way:
    """Free and all calcium as the two unknowns, in mM and cm, by the classic Runge-Kutta steps."""
    inward = 0.05e-3 / (2 * 96485.33) * 1e3  # mmol/(cm2 s) from A/cm2
    per_cm, buffer_mM = 4 / (1e-4 * own["thick"]), 1e-3 * own["buffer"]
    pump_cm_s, rest_mM = 0.01, 5e-5

    def slope(state, entering):
        free, total = state
        bound = total - free
        # mmol/cm3 is 1000 mM
        net = 1e3 * per_cm * inward * entering - per_cm * pump_cm_s * (free - rest_mM)
        return 1e-3 * np.array([net - (1e5 * free * (buffer_mM - bound) - 1e3 * bound), net])

    def change(found):
        state = np.array([rest_mM, rest_mM + buffer_mM * rest_mM / (rest_mM + 0.01)])
        rows = [state]
        for k in range(round(150 / dt_ms)):
            entering = float(10 <= (k + 0.5) * dt_ms < 11)
            a = slope(state, entering)
            b = slope(state + dt_ms / 2 * a, entering)
            c = slope(state + dt_ms / 2 * b, entering)
            d = slope(state + dt_ms * c, entering)
            state = state + dt_ms / 6 * (a + 2 * b + 2 * c + d)
            rows.append(state)
        free, total = 1e3 * np.array(rows).T
        entered = 1e6 * per_cm * inward * 1e-3
        out = entered - (total[-1] - total[0])
        return found | {"entered": entered, "t": dt_ms * np.arange(len(free)), "ca": free, "out": out}

    return variant("Runge and Kutta, in mM", then=change)


def _implicit(own: dict[str, float], dt_ms: float = 0.05) -> Way:
    """Backward steps, each a quadratic equation for the free calcium; the pump's work from the balance."""

    def change(found):
        per_um, buffer = 4 / own["thick"], own["buffer"]
        influx = 0.05 / (2 * 96485.33212) * 1e7
        out, free = 0.0, 0.05
        bound = buffer * 0.1 * free / (0.1 * free + 1)
        ca = [free]
        for k in range(round(150 / dt_ms)):
            entry = influx if 10 <= (k + 0.5) * dt_ms < 11 else 0.0
            fixed = free + dt_ms * per_um * (entry + 0.1 * 0.05)
            decay = 1 + dt_ms * per_um * 0.1

            # free of the end of the step, with the bound part of the same time
            def rest(c, fixed=fixed, decay=decay, bound=bound):
                new = (bound + dt_ms * 0.1 * c * buffer) / (1 + dt_ms * (0.1 * c + 1))
                return decay * c - fixed + new - bound

            free = brentq(rest, 0.0, 100.0, xtol=1e-13)
            bound = (bound + dt_ms * 0.1 * free * buffer) / (1 + dt_ms * (0.1 * free + 1))
            out += dt_ms * per_um * 0.1 * (free - 0.05)
            ca.append(free)
        return found | {"t": dt_ms * np.arange(len(ca)), "ca": np.array(ca), "out": out}

    return variant("backward steps", then=change)


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student."""
    return HeldOut(
        variants={
            "train": (
                _four_digits("first", "eighth", "t_peak"),
                variant("closed form, once per 0.05 ms", step_ms=0.05),
                variant("closed form, once per 0.16 ms", step_ms=0.16),
                variant("recorded in NEURON, step 0.02 ms", by="NEURON", dt_ms=0.02),
                variant("recorded in NEURON, one sample per 0.2 ms", by="NEURON", then=every(0.2, "g")),
                _kinetic_train(own),
            ),
            "inhibition": (
                *_FINER,
                variant("variable step, tolerance 1e-8", dt_ms=None, absolute_tolerance=1e-8),
                variant("one sample per 0.4 ms", then=every(0.4, "v")),
                _four_digits("e_cl", "gaba", "epsp", "shunt"),
                _solved_inhibition(own),
            ),
            "block": (
                *_FINER,
                variant("clamp of 0.1 kohm", clamp_Mohm=1e-4),
                variant("clamp of 5 kohm, step 0.05 ms", clamp_Mohm=5e-3, dt_ms=0.05),
                _four_digits("g", "half", "turn"),
                _searched(own),
            ),
            "currents": (
                variant("in siemens", function=_in_siemens),
                variant("factor written out", function=_by_hand),
                variant("in single precision", function=_single),
                variant("rounded to 0.001 pA", decimals=3),
            ),
            "coincidence": (
                *_FINER,
                variant("variable step, tolerance 1e-8", dt_ms=None, absolute_tolerance=1e-8),
                variant("run of 600 ms", tstop_ms=600.0),
                _four_digits("alone", "paired", "ratio", "ratio_free"),
                _solved_charges(own),
            ),
            "summation": (
                *_FINER,
                variant("nseg 35", dendrite={"nseg": 35}),
                variant("nseg 75, step 0.05 ms", dendrite={"nseg": 75}, dt_ms=0.05),
                variant("variable step, tolerance 1e-8", dt_ms=None, absolute_tolerance=1e-8),
                _four_digits("one", "five", "there"),
                _matrix_summation(own),
            ),
            "network": (
                variant("step 0.02 ms", dt_ms=0.02),
                variant("step 0.0125 ms, exact rates", dt_ms=0.0125, rate_table=False),
                variant("exact rates, step 0.05 ms", dt_ms=0.05, rate_table=False),
                _own_network(own),
            ),
            "calcium": (
                variant("forward steps of 0.004 ms", by="Euler", dt_ms=0.004),
                variant("one sample per 0.08 ms", then=every(0.08, "ca")),
                _four_digits("entered", "out", "tau"),
                _runge_kutta(own),
                _implicit(own),
            ),
        },
    )
