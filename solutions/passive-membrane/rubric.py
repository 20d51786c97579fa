# SPDX-License-Identifier: BSD-3-Clause
"""A bilayer, a soma with a leak, and a soma with one process: references, correct ways, and named mistakes."""

import json
from pathlib import Path

import numpy as np

from autograder.rubric import Number, Task, driven, load_module, mistake, variant
from autograder.rubric.ways import digits, every
from neuroscales.cable.dendrite import BallAndStick, Dendrite, simulate_ball_and_stick
from neuroscales.core import measure
from neuroscales.core.engine import neuron_as_found
from neuroscales.core.units import convert
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import (
    Leak,
    Patch,
    capacitance_pF,
    charging_mV,
    delivered_ms,
    input_resistance_Mohm,
    leak_response_mV,
    section_of,
    simulate_patch,
    sphere_area_um2,
    step_of_run_ms,
)
from neuroscales.membrane.protocols import CurrentPulse

V_INIT_mV = -65.0
LIFT_mV = 10.0
TSTOP_ms = 10.0
SHORT_nA = 1.0
DELAY_ms, DUR_ms, LONG_TSTOP_ms, LONG_END_ms = 10.0, 75.0, 95.0, 94.5
STEADY_ms = DELAY_ms + DUR_ms - 0.1
REACHED = 1 - np.exp(-1)
NEVER_ms = 1e9

PRACTICE = {
    one["name"]: one["practice"]
    for one in json.loads(Path(__file__).with_name("spec.json").read_text(encoding="utf-8"))["parameters"]
}
PROTOCOL = load_module(Path(__file__).with_name("protocol_model.py"))

# --- references ----------------------------------------


def bilayer(
    p, *, at_pA=None, area_scale=1.0, c_pF=None, scale=1.0, divisions=1, lift_mV=LIFT_mV, v_init_mV=V_INIT_mV,
    exchanged=False, ends=True, by="formula", dt_ms=0.025, secondorder=0, tstop_ms=TSTOP_ms,
):  # fmt: skip
    """The amplitude that lifts the patch by 10 mV, I = C dV / t, and the potential that it gives."""
    patch = Patch.of_area(area_scale * p["area"], v_init_mV=v_init_mV)
    per_pC = charging_mV(1.0, c_pF or patch.capacitance_pF)
    solved_pA = scale * convert(lift_mV / per_pC / p["dur"] ** divisions, "nA", "pA")
    delay_ms, dur_ms = (p["dur"], 1.0) if exchanged else (1.0, p["dur"])
    pulse = CurrentPulse(delay_ms, dur_ms if ends else NEVER_ms, convert(at_pA or solved_pA, "pA", "nA"))
    if by == "NEURON":
        t, v = _run(patch, None, pulse, tstop_ms=tstop_ms, dt_ms=dt_ms, secondorder=secondorder)
    else:
        t = np.arange(0, tstop_ms + dt_ms / 2, dt_ms)
        v = v_init_mV + charging_mV(pulse.charge_pC(t), patch.capacitance_pF)
    return {"amp": solved_pA, "t": t, "v": v}


def _neurons_area_um2(soma):
    """What NEURON says when it is asked."""
    with neuron_as_found():
        return section_of(soma, None)(0.5).area()


AREAS = {
    "side": lambda soma: soma.area_um2,
    "NEURON's": _neurons_area_um2,
    "ball": lambda soma: sphere_area_um2(soma.diam_um),
    "long ball": lambda soma: sphere_area_um2(soma.L_um),
    "with ends": lambda soma: soma.area_um2 + sphere_area_um2(soma.diam_um) / 2,
}  # fmt: skip


def soma(p, *, area="side", counted_um2=None, per_um2=1.0, digits=17):
    """What the soma's size and its leak say before anything is run; with `digits`, each from rounded ones."""
    area_um2 = _to(digits, AREAS[area](Patch(p["L"], p["diam"])))
    membrane_um2 = per_um2 * (counted_um2 or area_um2)
    c_pF = _to(digits, capacitance_pF(membrane_um2))
    resistance_Mohm = _to(digits, input_resistance_Mohm(membrane_um2, p["g"]))
    tau_ms = _to(digits, convert(resistance_Mohm * c_pF, "us", "ms"))
    return {"area": area_um2, "c": c_pF, "resistance": resistance_Mohm, "tau": tau_ms}


def _to(digits, value):
    """A number to so many significant digits."""
    return float(f"{value:.{digits}g}")


MEMBRANES = {
    "none": lambda p: None,
    "pas": lambda p: Leak(p["g"], p["e"]),
    "hh without gates": lambda p: HodgkinHuxley(0.0, 0.0, p["g"], el_mV=p["e"]),
    "hh as it is": lambda p: HodgkinHuxley(),
}


def leak(
    p, *, membrane="pas", v_init_mV=None, delay_ms=DELAY_ms, dur_ms=DUR_ms, per_nA=1e-3, by="formula",
    base_mV=None, read_at_ms=STEADY_ms, reached=REACHED, at_samples=False, from_ms=DELAY_ms, **settings,
):  # fmt: skip
    """A long pulse into the soma, and what is read from it: where it leads, resistance and time constant."""
    patch = Patch(p["L"], p["diam"], v_init_mV=_start_mV(p) if v_init_mV is None else v_init_mV)
    pulse = CurrentPulse(delay_ms, dur_ms, per_nA * p["amp"])
    in_neuron = by == "NEURON" or membrane != "pas"
    t, v = (_run if in_neuron else _formula)(patch, MEMBRANES[membrane](p), pulse, **settings)
    rest_mV, v_steady = _before_mV(p, t, v), float(np.interp(read_at_ms, t, v))
    level_mV = rest_mV + reached * (v_steady - rest_mV)
    arrivals = t[(t > delay_ms) & (v > level_mV)] if at_samples else measure.crossings(t, v, level_mV)
    return {
        "t": t,
        "v": v,
        "v_steady": v_steady,
        "resistance": (v_steady - (rest_mV if base_mV is None else base_mV)) / (1e-3 * p["amp"]),
        "tau": float(arrivals[0] - from_ms) if arrivals.size else None,
    }


def _start_mV(p):
    """Where a run starts: at the leak's reversal potential, or where a student takes it to be."""
    return p.get("start", p["e"])


def _before_mV(p, t, v):
    """The potential from which a rise is counted: that before the pulse, or the one that a student takes for it."""
    return p.get("rest", float(np.interp(DELAY_ms - 0.01, t, v)))


def _run(patch, membrane, pulse, *, tstop_ms=LONG_TSTOP_ms, dt_ms=0.005, **settings):
    """One compartment in NEURON, with a step that is fine where no other is asked for."""
    recording = simulate_patch(patch, membrane, [pulse], tstop_ms=tstop_ms, dt_ms=dt_ms, **settings)
    return recording.time, recording.values("v")


def _formula(patch, membrane, pulse, *, dt_ms=0.025):
    """One compartment in closed form."""
    t = np.arange(0, LONG_TSTOP_ms + dt_ms / 2, dt_ms)
    return t, leak_response_mV(t, patch, membrane, [pulse])


def model(p, *, membrane="pas", nseg=1):
    """What the grader's protocol finds on the soma."""

    def build(q):
        section = section_of(Patch(q["L"], q["diam"]), MEMBRANES[membrane](q))
        section.nseg = nseg  # each with the membrane of the one that was there
        return section

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build, p).items()}


def neurite(
    p, *, site="soma", read="soma", attached=True, g_process=None, diam_um=1.5, Ra_ohm_cm=150.0, nseg=51,
    v_init_mV=None, dur_ms=DUR_ms, per_nA=1e-3, read_at_ms=STEADY_ms, counted="both", tstop_ms=LONG_TSTOP_ms,
    dt_ms=None, **settings,
):  # fmt: skip
    """The same pulse into a soma with one process, and two resistances: measured, and from all of the area."""
    v_init_mV = _start_mV(p) if v_init_mV is None else v_init_mV
    process = Dendrite(p["neurite"], diam_um, nseg, Ra_ohm_cm)
    membrane = MEMBRANES["hh without gates"]
    cell = BallAndStick(
        Patch(p["L"], p["diam"], v_init_mV=v_init_mV), process, membrane(p),
        membrane(p if g_process is None else p | {"g": g_process}), attached,
    )  # fmt: skip
    pulse = CurrentPulse(DELAY_ms, dur_ms, per_nA * p["amp"])
    recording = simulate_ball_and_stick(
        cell, {site: pulse}, record=[read], tstop_ms=tstop_ms, dt_ms=dt_ms, **settings
    )
    t, v = recording.time, recording.values("v")
    areas_um2 = {"soma": cell.soma.area_um2, "process": process.area_um2}
    area_um2 = areas_um2.get(counted) or sum(areas_um2.values())
    return {
        "t": t,
        "v": v,
        "resistance": (float(np.interp(read_at_ms, t, v)) - _before_mV(p, t, v)) / (1e-3 * p["amp"]),
        "resistance_area": input_resistance_Mohm(area_um2, p["g"]),
    }


def short(
    p, *, area_scale=1.0, dur_ms=None, coarse_ms=0.025, fine_ms=0.01, asked_ms=None, taken=True,
    by="formula", secondorder=0, v_init_mV=V_INIT_mV,
):  # fmt: skip
    """What NEURON's fixed steps make of a pulse that is no whole number of them; a step of 0: all of it."""
    patch = Patch.of_area(area_scale * p["area"], v_init_mV=v_init_mV)
    pulse = CurrentPulse(1.0, dur_ms or p["short"], SHORT_nA)

    def moved_mV(dt_ms):
        if by == "NEURON":
            _, v = _run(patch, None, pulse, tstop_ms=3.0, dt_ms=dt_ms, secondorder=secondorder)
            return float(v[-1] - v[0])
        flows_ms = delivered_ms(pulse, dt_ms) if dt_ms else pulse.dur_ms
        return charging_mV(pulse.amp_nA * flows_ms, patch.capacitance_pF)

    asked_ms = asked_ms or p["step"]
    return {
        "moved_coarse": moved_mV(coarse_ms),
        "moved_fine": moved_mV(fine_ms),
        "step_taken": step_of_run_ms(asked_ms) if taken else asked_ms,
    }


# --- correct ways and mistakes that several tasks share ----------------------------------------


HABITS = {"by": "NEURON", "dt_ms": 0.025}  # NEURON's own step, which most students keep
RUNS = (
    variant("NEURON's defaults"),
    variant("step 0.01 ms", dt_ms=0.01),
    variant("step 0.005 ms", dt_ms=0.005),
    variant("variable step", dt_ms=None),
    variant("Crank-Nicolson", secondorder=2),
)

SEED = {"L": 40, "diam": 40}
SYMMETRY = "pi d L is the same number: the side of a cylinder does not know which of the two is which"
EXCHANGED = mistake(
    "length-and-diameter-exchanged", "length and diameter are exchanged",
    p=lambda p, own: {"L": p["diam"], "diam": p["L"]}, unseen=SYMMETRY,
)  # fmt: skip
OF_SIZE = (
    mistake("size-left", "the soma is 40 um long and 40 um thick, as in the book", p=SEED, credit=0.3),
    mistake(
        "radius-for-diameter", "the radius stands where the diameter belongs",
        p=lambda p, own: {"diam": p["diam"] / 2}, credit=0.3,
    ),
)  # fmt: skip
OF_G = (
    mistake("g-left", "the leak still has pas's own conductance, 0.001 S/cm2", p={"g": 0.001}, credit=0.3),
    mistake("gl-left", "the leak has hh's own conductance, 0.0003 S/cm2", p={"g": 0.0003}, credit=0.3),
)
_REVERSALS = {
    "e-left": ("the leak still reverses at pas's own -70 mV", -70.0),
    "el-left": ("the leak reverses at hh's own -54.3 mV", -54.3),
}
OF_E = tuple(
    mistake(name, words, p=lambda p, own, e=e: {"e": e, "start": own["e"]}, credit=0.3)
    for name, (words, e) in _REVERSALS.items()
)  # fmt: skip
_STARTS = {
    "v-init": ("the run starts from -65 mV", V_INIT_mV),
    "v-init-70": ("the run starts from -70 mV, at which pas rests by itself", -70.0),
}
FROM_E = ", and the rise is counted from your e"
OF_REST = (
    *OF_E,
    *(
        mistake(f"{name}-rise-from-e", words + FROM_E, p=lambda p, own, e=e: {"e": e, "start": own["e"], "rest": own["e"]}, credit=0.3)
        for name, (words, e) in _REVERSALS.items()
    ),
    *(
        mistake(name, words + ", not from rest", v_init_mV=v_init_mV, credit=0.3)
        for name, (words, v_init_mV) in _STARTS.items()
    ),
    *(
        mistake(f"{name}-rise-from-e", words + FROM_E, v_init_mV=v_init_mV, p=lambda p, own: {"rest": own["e"]}, credit=0.3)
        for name, (words, v_init_mV) in _STARTS.items()
    ),
)  # fmt: skip

# --- tasks ----------------------------------------

BILAYER = Task(
    "bilayer",
    bilayer,
    checks=(
        Number("amp", "amp", "Amplitude of the pulse", "pA", 3, relative=True, finest=0.005),
        driven("v", "t", 9.5, "Membrane potential of the patch", 3, "Membrane potential", finest=0.05),
    ),
    habits=HABITS,
    judged_at={"at_pA": "amp"},
    variants=(
        *RUNS,
        variant("by formula alone", by="formula"),
        variant("formula, one sample per 0.1 ms", by="formula", dt_ms=0.1),
        variant("three digits", then=digits(3, "amp")),
        variant("longer run", tstop_ms=20.0),
    ),
    mistakes=(
        mistake("area-forgotten", "the capacitance is 1 uF, that of a whole cm2", c_pF=1e6),
        mistake("area-times-1e4", "um2 are turned into cm2 with 1e-4 in place of 1e-8", scale=1e4),
        mistake("density-for-current", "it is the current of 1 cm2 in uA: the area of the patch is left out", c_pF=1.0, credit=0.3),
        mistake("square-for-cylinder", "length and diameter are both the root of the area: pi is missing", area_scale=np.pi, credit=0.5),
        mistake("ends-counted", "the end faces of the cylinder are counted as membrane", scale=1.5, credit=0.3),
        mistake("to-10-mV", "the pulse leads to +10 mV: it lifts the patch by 75 mV, not by 10", lift_mV=75.0, credit=0.3),
        mistake("charge-for-current", "it is the charge: what is left to do is to divide it by the duration", divisions=0, credit=0.5),
        mistake("duration-multiplied", "the charge is multiplied by the duration, not divided by it", divisions=-1, credit=0.3),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", ends=False, credit=0.3),
        mistake("delay-and-duration-exchanged", "delay and duration of the clamp are exchanged", exchanged=True, credit=0.3),
        mistake("v-init", "the run starts from -70 mV, not from -65 mV", v_init_mV=-70.0, credit=0.5),
    ),
)  # fmt: skip

SOMA = Task(
    "soma",
    soma,
    checks=(
        Number("area", "area", "Area", "um2", 1, relative=True, finest=0.005),
        Number("c", "c", "Capacitance", "pF", 1.5, relative=True, finest=0.005),
        Number("resistance", "resistance", "Input resistance", "Mohm", 2, relative=True, finest=0.005),
        Number("tau", "tau", "Time constant", "ms", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("as it is"),
        variant("three digits", then=digits(3, "area", "c", "resistance", "tau")),
        variant("four digits", then=digits(4, "area", "c", "resistance", "tau")),
        variant("each from three digits of the one before", digits=3),
        variant("each from four digits of the one before", digits=4),
        variant("area asked of NEURON", area="NEURON's"),
    ),
    mistakes=(
        mistake("ball", "the area is that of a ball as thick as the soma: it is a cylinder", area="ball", credit=0.5),
        mistake("long-ball", "the area is that of a ball as thick as the soma is long", area="long ball", credit=0.3),
        mistake("ends-counted", "the end faces of the cylinder are counted as membrane", area="with ends", credit=0.5),
        mistake("area-times-1e4", "um2 are turned into cm2 with 1e-4 in place of 1e-8", per_um2=1e4, credit=0.3),
        mistake("area-forgotten", "capacitance and resistance are those of a whole cm2", counted_um2=1e8),
        mistake("tau-of-the-whole-cell", "the capacitance of the whole cell is divided by the conductance of one cm2", then=lambda found: found | {"tau": 1e-8 * found["area"] * found["tau"]}),
        mistake("rate-for-time", "it is the inverse of the time constant", then=lambda found: found | {"tau": 1 / found["tau"]}),
        mistake("conductance-for-resistance", "it is the input conductance in uS", then=lambda found: found | {"resistance": 1 / found["resistance"]}, credit=0.3),
        *OF_SIZE,
        *OF_G,
        EXCHANGED,
    ),
)  # fmt: skip

LEAK = Task(
    "leak",
    leak,
    checks=(
        driven("v", "t", LONG_END_ms, "Membrane potential of the soma", 3, "Membrane potential", finest=0.05),
        Number("v_steady", "v_steady", "Steady potential", "mV", 1.5, finest=0.05),
        Number("resistance", "resistance", "Measured input resistance", "Mohm", 2.5, relative=True, finest=0.005),
        Number("tau", "tau", "Measured time constant", "ms", 2, relative=True, finest=0.005),
    ),
    habits=HABITS,
    variants=(
        *RUNS,
        variant("hh without gates", membrane="hh without gates"),
        variant("by formula alone", by="formula"),
        variant("highest value as the plateau", read_at_ms=DELAY_ms + DUR_ms),
        variant("plateau read 10 ms before its end", read_at_ms=DELAY_ms + DUR_ms - 10),
        variant("first sample above the level", at_samples=True),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("three digits", then=digits(3, "v_steady", "resistance", "tau")),
        variant("longer run", tstop_ms=150.0),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_REST,
        EXCHANGED,
        mistake("hh-left", "the membrane is hh with all of its channels, not a leak alone", membrane="hh as it is"),
        mistake("first-sample-as-base", "the run starts from -65 mV, and the rise is counted from there", v_init_mV=V_INIT_mV, base_mV=V_INIT_mV),
        mistake("rise-from-65", "the rise is counted from -65 mV, not from rest", base_mV=V_INIT_mV, credit=0.5),
        mistake("potential-over-current", "the potential itself is divided by the current, not its rise", base_mV=0.0, credit=0.5),
        mistake("read-too-early", "the steady potential is read 10 ms after the pulse began: it still rises", read_at_ms=DELAY_ms + 10, credit=0.5),
        mistake("half-time", "it is the time to half of the rise", reached=0.5, credit=0.5),
        mistake("time-to-37", "it is the time to 36.8 % of the rise, not to 63.2 %", reached=1 - REACHED, credit=0.5),
        mistake("time-to-plateau", "it is the time until the plateau is reached, to 99 %", reached=0.99, credit=0.3),
        mistake("time-from-0", "the time is counted from the start of the run, not of the pulse", from_ms=0.0, credit=0.5),
        mistake("amplitude-in-pA", "the clamp is given the number of pA: NEURON counts nA", per_nA=1.0, credit=0.3),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", dur_ms=NEVER_ms, credit=0.5),
        mistake("delay-and-duration-exchanged", "delay and duration of the clamp are exchanged", delay_ms=DUR_ms, dur_ms=DELAY_ms, credit=0.3),
        mistake("coarse-step", "the time step is 1 ms", by="NEURON", dt_ms=1.0, credit=0.3),
    ),
)  # fmt: skip

_SOMAS = {"own": ", your own soma", "other": ", another soma"}
MODEL = Task(
    "model",
    model,
    checks=tuple(
        driven(f"{one}.{item}", f"{one}.t", 59.5, f"{words}{where}", 1.5, f"{words}{where}", finest=0.05)
        for one, where in _SOMAS.items()
        for item, words in (("v_alone", "From -65 mV, left alone"), ("v_step", "From -65 mV, under a current step"))
    ),
    protocol="protocol_model.py",
    sets=lambda own, spec: {"own": own, "other": PRACTICE},
    variants=(
        variant("as asked"),
        variant("nseg 5", nseg=5),
        variant("hh without gates", membrane="hh without gates"),
        variant("length and diameter exchanged", p=lambda p, own: {"L": p["diam"], "diam": p["L"]}),
        variant("another cylinder of the same area", p=lambda p, own: {"L": 2 * p["L"], "diam": p["diam"] / 2}),
        variant("nseg 3, hh without gates", nseg=3, membrane="hh without gates"),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_E,
        mistake("practice-values", "build ignores p and makes the practice soma", p=PRACTICE, credit=0.3),
        mistake("own-values", "build ignores p and always makes your own soma", p=lambda p, own: own),
        mistake("no-leak", "no leak is inserted", membrane="none"),
        mistake("hh-left", "the membrane is hh with all of its channels, not a leak alone", membrane="hh as it is"),
        mistake("ball", "length and diameter are both p.diam: a ball", p=lambda p, own: {"L": p["diam"]}),
        mistake("length-left", "the length is NEURON's own, 100 um", p={"L": 100}),
        mistake("sign-of-e", "the leak reverses at a positive potential", p=lambda p, own: {"e": -p["e"]}),
    ),
)  # fmt: skip

NEURITE = Task(
    "neurite",
    neurite,
    checks=(
        driven("v", "t", LONG_END_ms, "Membrane potential of the soma", 2, "Membrane potential", finest=0.05),
        Number("resistance", "resistance", "Input resistance at the soma", "Mohm", 2.5, relative=True, finest=0.005),
        Number("resistance_area", "resistance_area", "Resistance if all were at one potential", "Mohm", 1.5, relative=True, finest=0.005),
    ),
    habits={"dt_ms": 0.025},
    variants=(
        *(way for way in RUNS),
        variant("101 segments", nseg=101),
        variant("153 segments, variable step", nseg=153, dt_ms=None),
        variant("three digits", then=digits(3, "resistance", "resistance_area")),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("longer run", tstop_ms=150.0),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_REST,
        mistake("Ra-left", "the resistivity inside is NEURON's own, 35.4 ohm cm", Ra_ohm_cm=35.4, credit=0.3),
        mistake("process-of-3-um", "the process is 3 um thick: twice what is asked", diam_um=3.0, credit=0.3),
        mistake("process-of-0.75-um", "the process is 0.75 um thick: the radius stands where the diameter belongs", diam_um=0.75, credit=0.3),
        mistake("nseg-left", "the process has one segment", nseg=1, credit=0.5),
        mistake("not-connected", "the process is not connected to the soma", attached=False, credit=0.3),
        mistake("no-leak-in-the-process", "the process has no leak", g_process=0.0, credit=0.3),
        mistake("leak-left-in-the-process", "the process has pas's own conductance, 0.001 S/cm2", g_process=0.001, credit=0.3),
        mistake("clamp-in-the-process", "the clamp sits at the far end of the process", site=1.0, credit=0.3),
        mistake("recorded-in-the-process", "v is read at the far end of the process", read=1.0, credit=0.3),
        mistake("both-in-the-process", "current and v are those of the far end", site=1.0, read=1.0, credit=0.3),
        mistake("area-of-the-soma", "the area is that of the soma alone", counted="soma", credit=0.5),
        mistake("area-of-the-process", "the area is that of the process alone", counted="process", credit=0.5),
        mistake("same-resistance", "the measured resistance is handed in twice", then=lambda found: found | {"resistance_area": found["resistance"]}),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", dur_ms=NEVER_ms, credit=0.5),
        mistake("read-too-early", "the rise is read 10 ms after the pulse began", read_at_ms=DELAY_ms + 10, credit=0.5),
        mistake("amplitude-in-pA", "the clamp is given the number of pA: NEURON counts nA", per_nA=1.0, credit=0.3),
    ),
)  # fmt: skip

SHORT = Task(
    "short",
    short,
    checks=(
        Number("moved_coarse", "moved_coarse", "Moved with steps of 0.025 ms", "mV", 2, relative=True, finest=0.005),
        Number("moved_fine", "moved_fine", "Moved with steps of 0.01 ms", "mV", 1, relative=True, finest=0.005),
        Number("step_taken", "step_taken", "Step that run() took", "ms", 1, relative=True, finest=0.005),
    ),
    variants=(
        variant("by formula"),
        variant("three digits", then=digits(3, "moved_coarse", "moved_fine", "step_taken")),
        variant("four digits", then=digits(4, "moved_coarse", "moved_fine", "step_taken")),
        variant("in NEURON", by="NEURON"),
        variant("in NEURON, from -70 mV", by="NEURON", v_init_mV=-70.0),
        variant("in NEURON, Crank-Nicolson", by="NEURON", secondorder=2),
    ),
    mistakes=(
        mistake("charge-over-capacitance", "all are what the charge says: nothing was run", coarse_ms=0, fine_ms=0, taken=False, credit=0.3),
        mistake("fine-for-coarse", "both runs had steps of 0.01 ms", coarse_ms=0.01, credit=0.3),
        mistake("coarse-for-fine", "both runs had steps of 0.025 ms", fine_ms=0.025, credit=0.3),
        mistake("changed-by-run", "run() changed the step of 0.01 ms to 0.0125 ms", fine_ms=0.0125, credit=0.3),
        mistake("step-asked-for", "it is the step that you asked for, not the one that was taken", taken=False, credit=0.3),
        mistake("practice-step", "run() was asked for a step of 0.01 ms, not for your own", asked_ms=0.01, credit=0.3),
        mistake("short-left", "the pulse lasts 0.01 ms, as in the book", dur_ms=0.01),
        mistake("square-for-cylinder", "length and diameter are both the root of the area: pi is missing", area_scale=np.pi, credit=0.3),
        mistake("ends-counted", "the end faces of the cylinder are counted as membrane", area_scale=1.5, credit=0.3),
    ),
)  # fmt: skip

TASKS = (BILAYER, SOMA, LEAK, MODEL, NEURITE, SHORT)
