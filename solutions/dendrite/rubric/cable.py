# SPDX-License-Identifier: BSD-3-Clause
"""The cable's constants and its end."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.patch import input_resistance_Mohm

from .cell import LONG_nA, REST_mV, STEADY_ms, cable_of, impedances, steady
from .shared import RA_LEFT, RADIUS, TWICE


def cable(
    p,
    *,
    end="sealed",
    by="formula",
    factor=4.0,
    throughout=False,
    whole_membrane=False,
    rm_scale=1.0,
    at_ms=None,
    nseg=101,
):
    """Time constant, length constant and input resistance."""
    one = cable_of(p | {"rm": rm_scale * p["rm"]}, nseg)
    if whole_membrane:
        area_um2 = np.pi * one.diam_um * one.L_um
        r_in = input_resistance_Mohm(area_um2, one.g_S_cm2)
    elif at_ms:
        r_in = (steady(one, end=end, at_ms=at_ms)[1][0] - REST_mV) / LONG_nA
    else:
        r_in = impedances(one, end, 0.0, by)[0].real
    lam = one.lambda_um * float(np.sqrt(4 / factor))
    if throughout:  # the wrong length constant also stands in the input resistance
        r_in = one.endless_resistance_Mohm * (lam / one.lambda_um) / np.tanh(one.L_um / lam)
    return {"tau": one.tau_ms, "lam": lam, "r_in": float(r_in)}


CABLE = Task("cable", cable,
    checks=(
        Number("tau", "tau", "Time constant", "ms", 1.5, relative=True, finest=0.005),
        Number("lam", "lam", "Length constant", "um", 2, relative=True, finest=0.005),
        Number("r_in", "r_in", "Input resistance", "Mohm", 2.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("formulas"),
        variant("three digits", then=digits(3, "tau", "lam", "r_in")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, nseg 27", by="NEURON", nseg=27),
        variant("finite differences", by="finite differences"),
        variant("a long run in NEURON", at_ms=STEADY_ms),
        variant("a run of 150 ms, nseg 51", at_ms=150.0, nseg=51),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("two-for-four", "the length constant has 2 Ra in it where 4 Ra belongs: that is the formula for the radius", factor=2.0, credit=0.5),
        mistake("two-for-four-throughout", "the length constant has 2 Ra in it where 4 Ra belongs, and the input resistance follows from it", factor=2.0, throughout=True, credit=0.7),
        mistake("killed-end", "the input resistance is that of a dendrite whose far end is cut open", end="killed", credit=0.5),
        mistake("no-end", "the input resistance is that of a dendrite without end", end="infinite", credit=0.5),
        mistake("all-at-one-potential", "the input resistance is rm over the whole membrane, as if all of it had one potential", whole_membrane=True, credit=0.5),
        mistake("rm-in-ohm", "rm is taken in ohm cm2", rm_scale=1e-3),
        mistake("read-after-5-ms", "the input resistance is read 5 ms after the current began, before it is steady", at_ms=5.0, credit=0.5),
    ),
)  # fmt: skip
