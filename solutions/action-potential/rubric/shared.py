# SPDX-License-Identifier: BSD-3-Clause
"""Correct ways and mistakes that several tasks share."""

import numpy as np

from autograder.rubric import mistake, variant

HABITS = {
    "by": "NEURON",
    "dt_ms": 0.025,
    "secondorder": 0,
    "rate_table": True,
}  # NEURON's own defaults, which most students keep


RUNS = (
    variant("NEURON's defaults"),
    variant("exact rates", rate_table=False),
    variant("step 0.01 ms", dt_ms=0.01),
    variant("step 0.005 ms, exact rates", dt_ms=0.005, rate_table=False),
    variant("variable step", dt_ms=None),
    variant("variable step, exact rates", dt_ms=None, rate_table=False),
    variant("Crank-Nicolson", secondorder=2),
    variant("own equations, half a step each", by="library", dt_ms=0.05, rate_table=False),
)


EULER = (
    variant("own equations, Euler's method, step 0.01 ms", by="Euler", dt_ms=0.01, rate_table=False),
    variant("own equations, Euler's method, step 0.005 ms", by="Euler", dt_ms=0.005, rate_table=False),
)


SEED = {"gnabar": 0.12, "ek": -77}


MEMBRANE = (
    mistake("sodium-left", "the sodium density is still hh's own 0.12 S/cm2", p={"gnabar": SEED["gnabar"]}),
    mistake(
        "potassium-left", "potassium's reversal potential is still NEURON's own -77 mV", p={"ek": SEED["ek"]}
    ),
    mistake("leak-left", "the leak's reversal potential is still hh's own -54.3 mV, not -60 mV", el_mV=-54.3),
    mistake("twenty-degrees", "the temperature is 20 degC", celsius_degC=20.0),
)


SIZE = (
    mistake(
        "radius-for-diameter",
        "length and diameter are half of what was asked",
        p=lambda p, own: {"diam": p["diam"] / 2},
    ),
    mistake(
        "length-left",
        "the length is still NEURON's own 100 um",
        p=lambda p, own: {"diam": np.sqrt(100 * p["diam"])},
    ),
)


AREA = (
    mistake(
        "area-forgotten", "the current density is used as a current in nA, without the area", area="no area"
    ),
    mistake(
        "area-in-um2",
        "the area was not converted from um2 to cm2 as it should be: the current is 10,000 times too large",
        area=1e4,
    ),
    mistake(
        "ends-counted",
        "the area counts both ends of the cylinder, which NEURON's does not",
        area=1.5,
        credit=0.5,
    ),
)


def exchanged(one, other):
    """Puts two answers in each other's place."""
    return lambda found: {**found, one: found[other], other: found[one]}
