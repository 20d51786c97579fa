# SPDX-License-Identifier: BSD-3-Clause
"""A capacitance from its area, and the ramp of potential while a pulse charges it: V = I t / C, in closed form."""

import math

import numpy as np
from neuron import n

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.core.engine import Method, neuron_as_found, run

CM_uF_cm2, REST_mV, START_ms, TSTOP_ms = 1.0, -65.0, 1.0, 10.0
AREAS = {
    "sphere": math.pi,
    "disc": math.pi / 4,
    "sphere of twice the size": 4 * math.pi,
}  # in units of diam^2


def capacitance(p, *, area="sphere"):
    """The capacitance in pF; 1 uF/cm2 is 0.01 pF/um2."""
    return {"c": 0.01 * CM_uF_cm2 * AREAS[area] * p["diam"] ** 2}


def charge(p, *, area="sphere", rest_mV=REST_mV, ends=True, by="formula", dt_ms=0.025):
    """The potential during and after the pulse, and its rise: a current I raises it by I t / C, 1 pA ms / pF = 1 mV."""
    c_pF = capacitance(p, area=area)["c"]
    if by == "NEURON":
        t, v = _in_neuron(p, dt_ms)
    else:
        t = np.arange(0, TSTOP_ms + dt_ms / 2, dt_ms)
        v = rest_mV + p["amp"] * np.clip(t - START_ms, 0, p["dur"] if ends else None) / c_pF
    return {"t": t, "v": v, "rise": p["amp"] * p["dur"] / c_pF}


def _in_neuron(p, dt_ms):
    """The run that the notebook asks for: a cylinder as long as wide has the sphere's area; None: variable step."""
    with neuron_as_found():
        cell = n.Section(name="cell")
        cell.L = cell.diam = p["diam"]
        clamp = n.IClamp(cell(0.5))
        clamp.delay, clamp.dur, clamp.amp = START_ms, p["dur"], p["amp"] / 1000
        t, v = n.Vector().record(n._ref_t), n.Vector().record(cell(0.5)._ref_v)
        run(Method(dt_ms), TSTOP_ms, REST_mV)
        return np.array(t), np.array(v)


DISC = mistake("disc-for-sphere", "the area is that of a disc, a quarter of the sphere's", area="disc")
TWICE = mistake(
    "diameter-for-radius", "the diameter stands where the radius belongs: four times the area",
    area="sphere of twice the size",
)  # fmt: skip

TASKS = (
    Task(
        "capacitance",
        capacitance,
        checks=(Number("c", "c", "Capacitance", "pF", 3, relative=True, finest=0.005),),
        variants=(variant("as it is"), variant("three digits", then=digits(3, "c"))),
        mistakes=(DISC, TWICE),
    ),
    Task(
        "charge",
        charge,
        checks=(
            driven("v", "t", 9.5, "Membrane potential", 3, "Membrane potential", finest=0.05),
            Number("rise", "rise", "Rise of the potential", "mV", 2, relative=True, finest=0.01),
        ),
        variants=(
            variant("NEURON's defaults", by="NEURON"),
            variant("step 0.005 ms", by="NEURON", dt_ms=0.005),
            variant("variable step", by="NEURON", dt_ms=None),
            variant("formula, one sample per 0.1 ms", dt_ms=0.1),
            variant("three digits", then=digits(3, "rise")),
        ),
        mistakes=(
            DISC,
            TWICE,
            mistake("pulse-never-ends", "the current stays on after its pulse should have ended", ends=False),
        ),
    ),
)
