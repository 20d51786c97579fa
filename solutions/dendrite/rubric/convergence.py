# SPDX-License-Identifier: BSD-3-Clause
"""How many segments are enough."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable import cable_theory as theory
from neuroscales.cable.cable_simulation import neuron_impedances_Mohm
from neuroscales.core.units import convert

from .cell import REST_mV, STEADY_ms, cable_of, steady
from .shared import RA_LEFT, RADIUS


def convergence(
    p, *, by="Impedance", coarse=3, fine=9, start_node=True, unit=100.0, base=3.0, part=0.1, f_Hz=100.0, at_ms=STEADY_ms, dt_ms=0.1,
    exact_end="sealed", as_neuron=False, factor=4.0,
):  # fmt: skip
    """Error of the steady ratio on two grids, the order in which it falls, and the number that d_lambda gives."""
    errors = [
        _ratio_error(p, nseg, by, start_node, at_ms, dt_ms, exact_end, factor) for nseg in (coarse, fine)
    ]
    length_um = convert(
        np.sqrt(convert(p["diam"], "um", "cm") / (4 * np.pi * f_Hz * p["Ra"] * 1e-6)), "cm", "um"
    )
    return {
        "error3": unit * errors[0],
        "error9": unit * errors[1],
        "order": float(np.log(errors[0] / errors[1]) / np.log(base)),
        "nseg_rule": _odd(p["L"] / (part * length_um), as_neuron),
    }


def _odd(least, as_neuron):
    """The smallest odd number that is not below `least`; NEURON's own formula lets it be below by 0.1."""
    return int((least + 0.9) / 2) * 2 + 1 if as_neuron else 2 * int(np.ceil((least - 1) / 2)) + 1


def _ratio_error(p, nseg, by, start_node, at_ms, dt_ms, exact_end, factor):
    """How far the steady ratio on a grid is from the closed form, as a fraction of it."""
    one = cable_of(p, nseg)
    exact = cable_of(
        p | {"L": p["L"] * np.sqrt(factor / 4)}, nseg
    )  # a wrong length constant changes L / lambda
    heights = (
        np.abs(neuron_impedances_Mohm(one))
        if by == "Impedance"
        else steady(one, at_ms=at_ms, dt_ms=dt_ms)[1] - REST_mV
    )
    ratio = heights[-1] / heights[0 if start_node else 1]
    return float(abs(ratio / theory.steady_profile(exact, 1.0, exact_end) - 1))


CONVERGENCE = Task("convergence", convergence,
    checks=(
        Number("error3", "error3", "Error with 3 segments", "%", 1.5, relative=True, finest=0.01),
        Number("error9", "error9", "Error with 9 segments", "%", 1.5, relative=True, finest=0.01),
        Number("order", "order", "Order", "", 1, finest=0.02),
        Number("nseg_rule", "nseg_rule", "Segments by the rule", "", 1, finest=0.5, near=1.0),
    ),
    alternatives=({}, {"as_neuron": True}),
    variants=(
        variant("impedance"),
        variant("a run of 300 ms", by="run"),
        variant("a run of 300 ms, NEURON's own step", by="run", dt_ms=0.025),
        variant("a run of 500 ms", by="run", at_ms=500.0),
        variant("the rule as NEURON writes it", as_neuron=True),
        variant("three digits", then=digits(3, "error3", "error9", "order")),
        variant("two decimals of the order", then=lambda found: found | {"order": round(found["order"], 2)}),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        mistake("first-segment",
            "the potential at x = 0 is read in the middle of the first segment, not at the end",
            start_node=False,
            credit=0.3),
        mistake("as-a-fraction", "the errors are given as fractions, not in per cent", unit=1.0, credit=0.5),
        mistake("order-to-base-ten", "the order is the logarithm to base 10 of the errors' quotient: divide by that of 3", base=10.0, credit=0.5),
        mistake("no-end", "the exact ratio is that of a dendrite without end", exact_end="infinite"),
        mistake("two-for-four", "the length constant in the exact ratio has 2 Ra in it where 4 Ra belongs", factor=2.0, credit=0.3),
        mistake("other-grids", "the grids have 1 and 3 segments, not 3 and 9", coarse=1, fine=3, credit=0.3),
        mistake("rule-of-a-third", "the rule is used with 0.3 of the length constant, not with a tenth", part=0.3, credit=0.5),
    ),
)  # fmt: skip
