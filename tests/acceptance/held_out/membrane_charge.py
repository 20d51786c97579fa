# SPDX-License-Identifier: BSD-3-Clause
"""The example's correct ways that its tolerances were not derived from; `autograder derive` reads none."""

from autograder.authoring.measurement import HeldOut
from autograder.rubric import variant
from autograder.rubric.ways import digits, every

SOURCES = ()


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student; every pulse of this assignment lasts a whole number of these steps."""
    return HeldOut(
        variants={
            "capacitance": (*(variant(f"{count} digits", then=digits(count, "c")) for count in (4, 5, 8)),),
            "charge": (
                variant("NEURON, step 0.0125 ms", by="NEURON", dt_ms=0.0125),
                variant("NEURON, step 0.1 ms", by="NEURON", dt_ms=0.1),
                variant("formula, step 0.05 ms", dt_ms=0.05),
                variant("one sample per 0.08 ms", then=every(0.08, "v")),
                variant("four digits", then=digits(4, "rise")),
            ),
        },
    )
