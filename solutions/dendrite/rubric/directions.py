# SPDX-License-Identifier: BSD-3-Clause
"""From the soma to the tip, and back."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable import cable_theory as theory
from neuroscales.cable import simulate_ball_and_stick
from neuroscales.membrane import CurrentPulse, Patch
from neuroscales.membrane.patch import Leak, input_resistance_Mohm

from .cell import LONG_nA, REST_mV, SOMA_um, STEADY_ms, cable_of
from .cell import cell as ball_and_stick
from .shared import GEOMETRY


def directions(
    p, *, by="formula", nseg=101, attached=True, soma_leaks=True, at_ms=STEADY_ms, dt_ms=0.1, height_from_mV=REST_mV,
    into="both", soma_um=SOMA_um, **settings,
):  # fmt: skip
    """Steady current into the soma, then into the tip: what arrives at the other one."""
    one = cable_of(p, nseg)
    if by == "formula":
        load_uS = 1 / input_resistance_Mohm(Patch(soma_um, soma_um).area_um2, one.g_S_cm2)
        both = [_there(one, load_uS), _back(one, load_uS)]
    else:
        cell = ball_and_stick(p, Leak(one.g_S_cm2, REST_mV) if soma_leaks else None, nseg, attached, soma_um)
        both = [_answers_of(cell, site, at_ms, dt_ms, height_from_mV, **settings) for site in ("soma", 1.0)]
    (soma, tip), (soma_back, tip_back) = both
    return {
        "out": tip / soma,
        "back": float(soma_back / tip_back),
        "transfer": (tip if into == "both" else soma) / LONG_nA,
    }


def _there(one, load_uS):
    """Heights in soma and tip while the current enters the soma, in closed form."""
    soma_mV = LONG_nA / (load_uS + theory.input_admittance_uS(one).real)
    return soma_mV, soma_mV * float(theory.steady_profile(one, 1.0))


def _back(one, load_uS):
    """Heights in soma and tip while the current enters the tip: seen from there, the soma is the load at the end."""
    length = one.electrotonic_length
    relative = load_uS * one.endless_resistance_Mohm
    tip_mV = LONG_nA / theory.input_admittance_uS(one, load_uS).real
    return tip_mV / (np.cosh(length) + relative * np.sinh(length)), tip_mV


def _answers_of(cell, site, at_ms, dt_ms, height_from_mV, **settings):
    """Heights in soma and tip some time after a current into one of them began, in NEURON."""
    recording = simulate_ball_and_stick(
        cell, {site: CurrentPulse(0.0, 1e9, LONG_nA)}, tstop_ms=at_ms, dt_ms=dt_ms, **settings
    )
    return tuple(float(recording.values("v", where)[-1] - height_from_mV) for where in ("soma", 1.0))


DIRECTIONS = Task("directions", directions,
    checks=(
        Number("out", "out", "From the soma to the tip", "", 2, relative=True, finest=0.005),
        Number("back", "back", "From the tip to the soma", "", 2, relative=True, finest=0.005),
        Number("transfer", "transfer", "Transfer resistance", "Mohm", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("NEURON's defaults", by="NEURON", dt_ms=0.025),
        variant("step 0.1 ms", by="NEURON"),
        variant("variable step", by="NEURON", dt_ms=None),
        variant("nseg 27", by="NEURON", nseg=27),
        variant("nseg 51, 150 ms", by="NEURON", nseg=51, at_ms=150.0),
        variant("three digits", then=digits(3, "out", "back", "transfer")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("not-attached", "the dendrite is not attached to the soma", by="NEURON", attached=False),
        mistake("soma-without-leak", "the soma has no leak", by="NEURON", soma_leaks=False),
        mistake("soma-of-20-um", "the soma is 20 um long and thick, not 30 um", soma_um=20.0),
        mistake("soma-as-NEURON-makes-it", "the soma still has NEURON's own length and diameter", soma_um=223.6068),
        mistake("one-segment", "nseg is still 1", by="NEURON", nseg=1),
        mistake("read-after-5-ms", "the heights are read 5 ms after the current began, before they are steady", by="NEURON", at_ms=5.0, credit=0.5),
        mistake("exchanged", "the two directions are exchanged", then=lambda found: found | {"out": found["back"], "back": found["out"]}, credit=0.5),
        mistake("ratio-from-0-mV", "heights are counted from 0 mV, not from rest", by="NEURON", height_from_mV=0.0, credit=0.5),
        mistake("input-for-transfer", "the resistance is that of the soma itself, its input resistance", into="soma", credit=0.5),
    ),
)  # fmt: skip
