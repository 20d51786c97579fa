# SPDX-License-Identifier: BSD-3-Clause
"""Correct ways and mistakes that several tasks share."""

from autograder.rubric import mistake, variant

from .cell import V_INIT_mV

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
