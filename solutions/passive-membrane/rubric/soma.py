# SPDX-License-Identifier: BSD-3-Clause
"""A soma's capacitance."""

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.core.engine import neuron_as_found
from neuroscales.core.units import convert
from neuroscales.membrane.patch import (
    Patch,
    capacitance_pF,
    input_resistance_Mohm,
    section_of,
    sphere_area_um2,
)

from .shared import EXCHANGED, OF_G, OF_SIZE


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


SOMA = Task("soma", soma,
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
