# SPDX-License-Identifier: BSD-3-Clause
"""Correct ways to a synapse's history that no tolerance was derived from; `autograder derive` reads none.

The mechanisms here are compiled and run, as those of students are; the rubric has none.
"""

import functools
import json
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import bisect

from autograder.authoring.measurement import HeldOut
from autograder.handin import protocol
from autograder.rubric import Way, variant
from autograder.rubric.ways import digits, every, farthest
from mechanisms.workbench import write
from neuroscales.membrane.patch import Leak, Patch
from neuroscales.synapse.receptors import AmpaNmda, TsodyksMarkram
from neuroscales.synapse.short_term import simulate_terminal
from neuroscales.synapse.synapse_simulation import Soma

_FOLDER = Path(__file__).resolve().parents[3] / "solutions" / "short-term-plasticity"
_PROTOCOL, _SPEC = _FOLDER / "protocol_mechanism.py", _FOLDER / "spec.json"
SOURCES = (_PROTOCOL, _SPEC)

# --- mechanisms ----------------------------------------

_HEAD = """
NEURON {
    POINT_PROCESS Remembering
    NONSPECIFIC_CURRENT i
    RANGE U1, tau_rec, tau_facil, tau, e, g, i
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}
PARAMETER {
    U1 = 0.5 (1)
    tau_rec = 800 (ms)
    tau_facil = 50 (ms)
    tau = 2 (ms)
    e = 0 (mV)
}
"""

IN_THE_EVENT = (
    _HEAD
    + """
ASSIGNED {
    v (mV)
    i (nA)
}
STATE { g (uS) }
INITIAL { g = 0 }
BREAKPOINT {
    SOLVE closing METHOD cnexp
    i = g * (v - e)
}
DERIVATIVE closing { g' = -g / tau }
NET_RECEIVE(weight (uS), u (1), R (1), before (ms)) {
    INITIAL {
        u = 0
        R = 1
        before = t
    }
    u = u * exp(-(t - before) / tau_facil)
    R = 1 - (1 - R) * exp(-(t - before) / tau_rec)
    u = u + U1 * (1 - u)
    g = g + weight * u * R
    R = R - u * R
    before = t
}
"""
)

AS_STATES = (
    _HEAD
    + """
ASSIGNED {
    v (mV)
    i (nA)
    g (uS)
}
STATE {
    open (uS)
    u (1)
    R (1)
}
INITIAL {
    open = 0
    u = 0
    R = 1
}
BREAKPOINT {
    SOLVE relaxing METHOD cnexp
    g = open
    i = g * (v - e)
}
DERIVATIVE relaxing {
    open' = -open / tau
    u' = -u / tau_facil
    R' = (1 - R) / tau_rec
}
NET_RECEIVE(weight (uS)) {
    u = u + U1 * (1 - u)
    open = open + weight * u * R
    R = R * (1 - u)
}
"""
)

RELEASE_FIRST = (
    _HEAD
    + """
ASSIGNED {
    v (mV)
    i (nA)
    u (1)
    spent (1)
    since (ms)
}
STATE { g (uS) }
INITIAL {
    g = 0
    u = U1
    spent = 0
    since = 0
}
BREAKPOINT {
    SOLVE closing METHOD derivimplicit
    i = g * (v - e)
}
DERIVATIVE closing { g' = -g / tau }
NET_RECEIVE(weight (uS)) {
    u = U1 + (u - U1) * exp(-(t - since) / tau_facil)
    spent = spent * exp(-(t - since) / tau_rec)
    g = g + weight * u * (1 - spent)
    spent = spent + u * (1 - spent)
    u = u + U1 * (1 - u)
    since = t
}
"""
)


def compiled(text: str, sets: dict[str, dict[str, float]], units: dict[str, str]) -> dict[str, np.ndarray]:
    """What a mechanism gives under the grader's protocol, for each set of parameters."""
    mechanism, found = write(text), {}
    for name, p in sets.items():
        source = _PROTOCOL.read_text(encoding="utf-8")
        made = mechanism.run(protocol.attempt, source, mechanism.names, p, units)
        found |= {f"{name}.{key}": np.array(values) for key, values in made["values"].items()}
    return found


def _compiled(own: dict[str, float], name: str, text: str) -> Way:
    spec = json.loads(_SPEC.read_text(encoding="utf-8"))
    units = {one["name"]: one["unit"] for one in spec["parameters"]}
    return variant(name, then=lambda found: compiled(text, farthest(own, spec), units))


# --- the terminal, written otherwise ----------------------------------------


def release_first(p: dict[str, float], spikes_ms: np.ndarray) -> np.ndarray:
    """u, R and release in the other published form: u relaxes to U1, releases, and then rises."""
    u, spent, last_ms, rows = p["U1"], 0.0, spikes_ms[0], []
    for at_ms in spikes_ms:
        u = p["U1"] + (u - p["U1"]) * np.exp((last_ms - at_ms) / p["tau_facil"])
        spent *= np.exp((last_ms - at_ms) / p["tau_rec"])
        rows.append((u, 1 - spent, u * (1 - spent)))
        spent += u * (1 - spent)
        u += p["U1"] * (1 - u)
        last_ms = at_ms
    return np.array(rows).T


def _eight_ms(own: dict[str, float]) -> np.ndarray:
    return 1000 / own["rate"] * np.arange(8)


def _train(own: dict[str, float]) -> Way:
    spikes_ms = np.append(_eight_ms(own), 7000 / own["rate"] + 500)
    return variant(
        "the other form",
        then=lambda found: dict(zip(found, release_first(own, spikes_ms), strict=True)),
    )


def _by_solver(own: dict[str, float]) -> Way:
    """The same, with a solver between the spikes."""

    def change(found):
        u, R, rows = 0.0, 1.0, []
        gaps_ms = [0.0, *[1000 / own["rate"]] * 7, 500.0]
        for gap_ms in gaps_ms:
            if gap_ms:
                run = solve_ivp(
                    lambda t, y: [-y[0] / own["tau_facil"], (1 - y[1]) / own["tau_rec"]], (0, gap_ms), [u, R],
                    rtol=1e-6,
                )  # fmt: skip
                u, R = run.y[:, -1]
            u += own["U1"] * (1 - u)
            rows.append((u, R, u * R))
            R -= u * R
        return dict(zip(found, np.transpose(rows), strict=True))

    return variant("a solver between the spikes", then=change)


def _long(own: dict[str, float], rate_Hz: float) -> float:
    """Release of the last spike of a train of ten seconds."""
    return float(release_first(own, np.arange(0, 1e4, 1000 / rate_Hz))[2][-1])


def _steady(own: dict[str, float]) -> Way:
    def change(found):
        half_Hz = bisect(
            lambda rate: rate * _long(own, rate) - 500 / own["tau_rec"], 0.3, 60, xtol=1e-4, rtol=1e-5
        )
        return {
            "released": np.array([_long(own, rate) for rate in (2, 5, 10, 20, 30)]),
            "most": 1000 / own["tau_rec"],
            "half_rate": half_Hz,
        }

    return variant("trains of ten seconds", then=change)


# --- the cell ----------------------------------------


def potential(own: dict[str, float], times_ms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Conductance (nS) and potential (mV) by a solver, from spike to spike; nothing of the library."""
    spikes_ms = 5 + _eight_ms(own)
    released = release_first(own, spikes_ms)[2]
    capacitance_pF, leak_nS = 0.01 * np.pi * 900, 0.05 * 0.01 * np.pi * 900  # 1 uF/cm2 and 0.05 mS/cm2
    v, g, now_ms, at = -65.0, 0.0, 0.0, {}
    for end_ms, part in zip([*spikes_ms, 495.0], [*released, 0.0], strict=True):

        def slope(t, y, g=g, now_ms=now_ms):
            opened = g * np.exp(-(t - now_ms) / own["tau"])
            return -(leak_nS * (y + 65) + opened * y) / capacitance_pF

        inside = times_ms[(times_ms >= now_ms) & (times_ms < end_ms)]
        run = solve_ivp(slope, (now_ms, end_ms), [v], t_eval=np.append(inside, end_ms), rtol=1e-8, atol=1e-8)
        at |= dict(zip(inside, run.y[0], strict=False))
        g, v, now_ms = g * np.exp(-(end_ms - now_ms) / own["tau"]) + 2 * part, run.y[0][-1], end_ms
    at[495.0] = v
    return np.array(list(at)), np.array(list(at.values()))


def _rises(own: dict[str, float], t: np.ndarray, v: np.ndarray) -> dict[str, float]:
    spikes_ms = 5 + _eight_ms(own)[[0, 7]]
    tops = [v[(t >= at) & (t <= at + 1000 / own["rate"])].max() for at in spikes_ms]
    first, eighth = tops - np.interp(spikes_ms, t, v)
    return {"rise1": float(first), "rise8": float(eighth)}


def _solved(own: dict[str, float]) -> Way:
    def change(found):
        t, v = potential(own, np.arange(0, 495, 0.05))
        return {"t": t, "v": v, **_rises(own, t, v)}

    return variant("a solver from spike to spike", then=change)


def _by_the_course(own: dict[str, float]) -> Way:
    """The course's own mechanism, whose rise is made as short as nothing."""
    receptors = AmpaNmda(0.002, 0.0, tau_r_AMPA_ms=0.005, tau_d_AMPA_ms=own["tau"])
    synapse = TsodyksMarkram(own["U1"], own["tau_rec"], own["tau_facil"], receptors)
    cell = Soma(Patch(30, 30, v_init_mV=-65), Leak(5e-5, -65))

    def change(found):
        run = simulate_terminal(synapse, 5 + _eight_ms(own), cell, tstop_ms=495)
        t, v = run.time, run.values("v")
        return {"t": t, "v": v, **_rises(own, t, v)}

    return variant("the course's mechanism", then=change)


# --- learning ----------------------------------------


def by_pairs(own: dict[str, float], frequency_Hz: float, late_ms: float = 10.0) -> tuple[float, float]:
    """Per cent by the pair rule and by the triplet rule, as sums over all pairs and all triplets."""
    pre = [1000 * k / frequency_Hz for k in range(60)]
    post = [at + late_ms for at in pre]
    pair = triplet = 0.0
    for k, at in enumerate(post):
        before = sum(np.exp((one - at) / own["tau_plus"]) for one in pre if one < at)
        earlier = sum(np.exp((one - at) / 114) for one in post[:k])
        pair += 1.0 * before
        triplet += 0.65 * before * earlier
    for at in pre:
        after = sum(np.exp((one - at) / own["tau_minus"]) for one in post if one < at)
        pair -= 0.4 * after
        triplet -= 0.71 * after
    return pair, triplet


def _window(own: dict[str, float]) -> Way:
    def change(found):
        delays = np.array([-40, -20, -10, -5, 5, 10, 20, 40])
        row = [np.exp(-d / own["tau_plus"]) if d > 0 else -0.4 * np.exp(d / own["tau_minus"]) for d in delays]
        return {"change": np.array(row), "sixty": by_pairs(own, own["rate"])[0]}

    return variant("sums in two loops", then=change)


def _geometric(own: dict[str, float]) -> Way:
    """The sums over pairs by their distance in periods: of 60 trains, 60 - k pairs are k periods apart."""

    def change(found):
        k, period_ms = np.arange(60), 1000 / own["rate"]
        up = (60 - k) @ np.exp(-(10 + k * period_ms) / own["tau_plus"])
        down = (60 - k[1:]) @ np.exp(-(k[1:] * period_ms - 10) / own["tau_minus"])
        return found | {"sixty": up - 0.4 * down}

    return variant("pairs by their distance", then=change)


def _triplets(own: dict[str, float]) -> Way:
    def change(found):
        rows = np.transpose([by_pairs(own, f_Hz) for f_Hz in (1, 10, 20, 40, 50)])
        return dict(zip(("pair", "triplet"), rows, strict=True))

    return variant("sums over pairs and triplets", then=change)


# --- the rest ----------------------------------------


def _pairs(own: dict[str, float], grid_ms: float) -> Way:
    def change(found):
        def ratio(interval_ms):
            first, second = release_first(own, np.array([0, interval_ms]))[2]
            return second / first

        lowest = min(ratio(at) for at in np.arange(10, 2000, grid_ms))
        return {"ratios": np.array([ratio(at) for at in (20, 50, 100, 200, 500, 1000)]), "lowest": lowest}

    return variant(f"the other form, every {grid_ms:g} ms", then=change)


def mean_field(own: dict[str, float], times_ms: np.ndarray) -> tuple[np.ndarray, float]:
    """Release per second after the step and before it, for u just before its rise, by a solver."""
    before, after = 0.005, 2e-3 * own["rate"]  # per ms
    U = own["U1"]

    def slope(t, y, rate):
        u, R = y
        return [
            -u / own["tau_facil"] + rate * U * (1 - u),
            (1 - R) / own["tau_rec"] - rate * (u + U * (1 - u)) * R,
        ]

    def settled(rate):
        return solve_ivp(slope, (0, 2e4), [0, 1], args=(rate,), rtol=1e-8, atol=1e-10).y[:, -1]

    start = settled(before)
    run = solve_ivp(slope, (0, 600), start, args=(after,), t_eval=times_ms, rtol=1e-8, atol=1e-10)
    u, R = run.y
    return 1000 * after * (u + U * (1 - u)) * R, 1000 * before * (start[0] + U * (1 - start[0])) * start[1]


def _step(own: dict[str, float], sample_ms: float) -> Way:
    def change(found):
        t = np.append(np.arange(0, 600, sample_ms), 600.0)
        r, before = mean_field(own, t)
        return {"t": t, "r": r, "before": before}

    return variant(f"a solver from rest, every {sample_ms:g} ms", then=change)


def _places(own: dict[str, float], seed: int, runs: int = 2000) -> Way:
    """Every place by itself, filled or empty."""

    def change(found):
        rng = np.random.default_rng([seed, *(int(1000 * value) for value in own.values())])
        use = release_first(own, _eight_ms(own))[0]
        filled = np.ones((runs, int(own["places"])), dtype=bool)
        refilled, counts = -np.expm1(-1000 / own["rate"] / own["tau_rec"]), []
        for k in range(8):
            if k:
                filled |= rng.random(filled.shape) < refilled
            gone = filled & (rng.random(filled.shape) < use[k])
            counts.append(gone.sum(axis=1))
            filled &= ~gone
        counts = np.array(counts)
        return found | {
            "mean8": float(counts[7].mean()),
            "failures8": float((counts[7] == 0).mean()),
            "var_sum": float(counts.sum(axis=0).var()),
        }

    return variant(f"every place by itself, seed {seed}", then=change)


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student."""
    mechanism = functools.partial(_compiled, own)
    return HeldOut(
        variants={
            "train": (
                variant("five digits", then=digits(5, "u", "R", "released")),
                _train(own),
                _by_solver(own),
            ),
            "steady": (
                variant("five digits", then=digits(5, "released", "most", "half_rate")),
                _steady(own),
                variant(
                    "four digits after the point",
                    then=lambda found: found | {"released": np.round(found["released"], 4)},
                ),
            ),
            "simulation": (
                variant("step 0.02 ms", dt_ms=0.02),
                variant("step 0.0125 ms, Crank-Nicolson", dt_ms=0.0125, secondorder=2),
                variant("one sample per 0.1 ms", then=every(0.1, "v")),
                _solved(own),
                _by_the_course(own),
            ),
            "mechanism": (
                mechanism("compiled: all in the event", IN_THE_EVENT),
                mechanism("compiled: u and R as states", AS_STATES),
                mechanism("compiled: release first, then rise", RELEASE_FIRST),
            ),
            "window": (
                variant("five digits", then=digits(5, "change", "sixty")),
                _window(own),
                _geometric(own),
            ),
            "pairs": (
                variant("four digits", then=digits(4, "ratios", "lowest")),
                _pairs(own, 2.0),
                _pairs(own, 10.0),
            ),
            "step": (
                variant("Euler's steps of 0.25 ms", by="Euler", dt_ms=0.25),
                _step(own, 1.0),
                _step(own, 3.0),
            ),
            "triplets": (
                variant("four digits", then=digits(4, "pair", "triplet")),
                _triplets(own),
                variant(
                    "one digit after the point",
                    then=lambda found: {name: np.round(row, 1) for name, row in found.items()},
                ),
            ),
            "vesicles": tuple(_places(own, seed) for seed in (11, 12, 13)),
        },
        habits={"dt_ms": 0.02},
        exact={"dt_ms": 0.0125},
    )
