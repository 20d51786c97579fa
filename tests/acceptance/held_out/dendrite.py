# SPDX-License-Identifier: BSD-3-Clause
"""The dendrite's correct ways that its tolerances were not derived from; `autograder derive` reads none."""

import functools
from pathlib import Path

import numpy as np
from neuron import n
from scipy.linalg import solve

from autograder.authoring.measurement import HeldOut
from autograder.rubric import Way, variant
from autograder.rubric.ways import digits, every
from neuroscales.core.engine import neuron_as_found

_CELL = Path(__file__).resolve().parents[3] / "solutions" / "dendrite" / "cell.swc"
SOURCES = (_CELL,)


def _at(*places: float):
    """Changes a profile to these places alone."""
    return lambda found: found | {"x": np.array(places), "v": np.interp(places, found["x"], found["v"])}


def _matrix(p: dict[str, float], soma_um: float = 0.0, pieces: int = 600) -> np.ndarray:
    """Resistances from every piece of the dendrite to every other (Mohm), the soma, if any, at the first.

    Another engine: equal pieces with their nodes in the middle, one dense matrix, nothing of the library.
    """
    step_cm, d_cm = 1e-4 * p["L"] / pieces, 1e-4 * p["diam"]
    leak_uS = 1e6 * np.pi * d_cm * step_cm / (1000 * p["rm"])
    core_uS = 1e6 * np.pi * d_cm**2 / (4 * p["Ra"] * step_cm)
    own = np.full(pieces, leak_uS)
    conductance = np.diag(own)
    for i in range(pieces - 1):
        conductance[[i, i + 1], [i, i + 1]] += core_uS
        conductance[[i, i + 1], [i + 1, i]] -= core_uS
    if soma_um:
        conductance[0, 0] += 1e6 * np.pi * (1e-4 * soma_um) ** 2 / (1000 * p["rm"])
    return solve(conductance, np.eye(pieces), assume_a="sym")


def _other_engine(own: dict[str, float], task: str):
    """Changes the answers of a task to those of the matrix."""

    def change(found):
        r = _matrix(own, 30.0 if task == "directions" else 0.0)
        if task == "cable":
            return found | {"r_in": r[0, 0]}
        if task == "profile":
            x = (np.arange(len(r)) + 0.5) / len(r)
            return {"x": x[::10], "v": -65 + 0.02 * r[::10, 0], "ratio": r[-1, 0] / r[0, 0]}
        return {"out": r[-1, 0] / r[0, 0], "back": r[0, -1] / r[-1, -1], "transfer": r[-1, 0]}

    return variant("a dense matrix", then=change)


def _sine(own: dict[str, float]) -> Way:
    """The ratio of the amplitudes from a run with a sinusoidal current, by fits over the last period."""

    def change(found):
        period_ms = 1000 / own["freq"]
        time = np.arange(0, 12 * period_ms + 20 * own["rm"], 0.025)
        with neuron_as_found():
            dendrite = n.Section(name="dendrite")
            dendrite.L, dendrite.diam, dendrite.nseg, dendrite.Ra = own["L"], own["diam"], 61, own["Ra"]
            dendrite.insert("pas")
            dendrite.g_pas, dendrite.e_pas = 0.001 / own["rm"], -65
            clamp = n.IClamp(dendrite(0))
            clamp.delay, clamp.dur = 0, 1e9
            wave, times = n.Vector(0.02 * np.sin(2 * np.pi * time / period_ms)), n.Vector(time)
            wave.play(clamp._ref_amp, times, True)
            ends = [n.Vector().record(dendrite(x)._ref_v) for x in (0, 1)]
            n.CVode().active(False)
            n.dt, n.secondorder = 0.025, 2
            n.finitialize(-65)
            n.ParallelContext().set_maxstep(10)
            n.ParallelContext().psolve(time[-1])
            traces = [np.array(end) for end in ends]
        return found | {"ratio_ac": _amplitude(traces[1], period_ms) / _amplitude(traces[0], period_ms)}

    return variant("a run with a sinusoid", then=change)


def _amplitude(v: np.ndarray, period_ms: float) -> float:
    """Amplitude of a sinusoid, fitted over the last two periods of a trace with steps of 0.025 ms."""
    last = v[-int(2 * period_ms / 0.025) :]
    phase = 2 * np.pi * 0.025 * np.arange(len(last)) / period_ms
    waves = np.stack([np.sin(phase), np.cos(phase), np.ones_like(phase)], axis=1)
    return float(np.hypot(*np.linalg.lstsq(waves, last, rcond=None)[0][:2]))


def _loop(p: dict[str, float], nseg: int, points: bool = False) -> n.Section:
    """The dendrite with its membrane set by NEURON's loop over a section, its geometry perhaps by points."""
    dendrite = n.Section(name="dendrite")
    if points:
        for x_um in (0, p["L"] / 3, p["L"]):
            dendrite.pt3dadd(x_um, 0, 0, p["diam"])
    else:
        dendrite.L, dendrite.diam = p["L"], p["diam"]
    dendrite.nseg, dendrite.Ra = nseg, p["Ra"]
    dendrite.insert("pas")
    dendrite.g_pas, dendrite.e_pas = 0.001 / p["rm"], -65
    return dendrite


def _from_the_tips(own: dict[str, float]) -> Way:
    """The cell of the file by Rall's way: conductances from the tips to the soma, then heights outward."""
    points = np.loadtxt(_CELL)
    points[:, 2:6] *= own["swell"]
    parent = points[:, 6].astype(int) - 1
    tip = int(own["tip"]) - 1

    def change(found):
        area, length, outward = np.pi * (2 * points[0, 5]) ** 2, np.zeros(len(points)), np.ones(len(points))
        load = np.zeros(len(points))  # uS behind each point
        for i in range(len(points) - 1, 0, -1):
            if parent[i] == 0:
                load[0] += load[i]
                continue
            l_um, r, r0 = (
                np.linalg.norm(points[i, 2:5] - points[parent[i], 2:5]),
                points[i, 5],
                points[parent[i], 5],
            )
            cone_um2 = np.pi * (r + r0) * np.hypot(l_um, r - r0)
            leak_uS = 0.01 * cone_um2 / (1000 * own["rm"])  # 1 um2 over 1 kohm cm2 is 1e-8 / 1e3 S
            core_uS = 100 * np.pi * r * r0 / (own["Ra"] * l_um)  # um2 over um over ohm cm: 1e-4 S
            q, endless = np.sqrt(leak_uS / core_uS), np.sqrt(leak_uS * core_uS)
            relative = load[i] / endless
            load[parent[i]] += endless * (relative + np.tanh(q)) / (1 + relative * np.tanh(q))
            outward[i] = 1 / (np.cosh(q) + relative * np.sinh(q))
            area, length[i] = area + cone_um2, l_um
        r_soma = 1 / (load[0] + 0.01 * np.pi * (2 * points[0, 5]) ** 2 / (1000 * own["rm"]))
        transfer, path_um, i = r_soma, 0.0, tip
        while i > 0:
            transfer, path_um, i = transfer * outward[i], path_um + length[i], parent[i]
        return found | {"area": area, "path": path_um, "r_soma": r_soma, "transfer": transfer}

    return variant("from the tips to the soma", then=change)


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student."""
    return HeldOut(
        variants={
            "cable": (
                variant("four digits", then=digits(4, "tau", "lam", "r_in")),
                variant("finite differences, nseg 61", by="finite differences", nseg=61),
                variant("a run of 200 ms, nseg 41", at_ms=200.0, nseg=41),
                _other_engine(own, "cable"),
            ),
            "profile": (
                variant("step 0.05 ms, nseg 41", by="NEURON", dt_ms=0.05, nseg=41),
                variant("read after 220 ms", by="NEURON", at_ms=220.0),
                variant("forty places", by="NEURON", then=_at(*np.linspace(0, 1, 41))),
                variant("four digits", then=digits(4, "ratio")),
                _other_engine(own, "profile"),
            ),
            "directions": (
                variant("step 0.05 ms, nseg 41", by="NEURON", dt_ms=0.05, nseg=41),
                variant("variable step, tolerance 1e-8", by="NEURON", dt_ms=None, absolute_tolerance=1e-8),
                variant("four digits", then=digits(4, "out", "back", "transfer")),
                _other_engine(own, "directions"),
            ),
            "spike": (
                variant("step 0.02 ms", dt_ms=0.02),
                variant("step 0.0125 ms, nseg 41", dt_ms=0.0125, nseg=41),
                variant("step 0.00625 ms, exact rates", dt_ms=0.00625, rate_table=False),
                variant("Crank-Nicolson, exact rates", secondorder=2, rate_table=False),
                variant("run of 30 ms", tstop_ms=30.0),
                *(
                    variant(f"one sample per {step} ms", then=every(step, "v_soma", "v_tip"))
                    for step in (0.05, 0.08)
                ),
            ),
            "model": (
                variant("nseg 35", nseg=35),
                variant("nseg 61", nseg=61),
                variant("nseg 201", nseg=201),
                variant("membrane of the whole section", build=functools.partial(_loop, nseg=41)),
                variant("geometry from points", build=functools.partial(_loop, nseg=41, points=True)),
            ),
            "frequency": (
                variant("four digits", then=digits(4, "lam_ac", "ratio_ac")),
                variant("finite differences, nseg 61", by="finite differences", nseg=61),
                _sine(own),
            ),
            "tree": (
                variant("five digits", then=digits(5, "d_daughter", "L_daughter", "r_tree", "r_thick")),
                variant("impedance in NEURON, nseg 35", by="NEURON", nseg=35),
                variant("impedance in NEURON, nseg 21", by="NEURON", nseg=21),
            ),
            "convergence": (
                variant("four digits", then=digits(4, "error3", "error9", "order")),
                variant("a run of 300 ms, step 0.05 ms", by="run", dt_ms=0.05),
                variant("a run of 400 ms", by="run", at_ms=400.0),
            ),
            "morphology": (
                variant("four digits", then=digits(4, "area", "path", "r_soma", "r_tip", "transfer")),
                variant("impedance in NEURON, segments of 8 um", by="NEURON", longest_um=8.0),
                variant("a run of 250 ms, step 0.05 ms", by="run", steady_ms=250.0, dt_ms=0.05),
                _from_the_tips(own),
            ),
        },
        habits={"dt_ms": 0.02},
        exact={"dt_ms": 0.00625, "rate_table": False},
    )
