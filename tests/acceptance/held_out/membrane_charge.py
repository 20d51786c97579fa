# SPDX-License-Identifier: BSD-3-Clause
"""The example's correct ways that its tolerances were not derived from; `autograder derive` reads none."""

import numpy as np

from autograder.fairness import HeldOut
from autograder.rubric import variant

SOURCES = ()


def _digits(item: str, digits: int):
    """Changes a number to so many significant digits."""
    return lambda found: found | {item: float(f"{found[item]:.{digits}g}")}


def _every(step_ms: float):
    """Changes the trace to one sample per step."""

    def change(found):
        grid = np.arange(0, found["t"][-1] + 1e-9, step_ms)
        return found | {"t": grid, "v": np.interp(grid, found["t"], found["v"])}

    return change


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student; every pulse of this assignment lasts a whole number of these steps."""
    return HeldOut(
        variants={
            "capacitance": (
                *(variant(f"{digits} digits", then=_digits("c", digits)) for digits in (4, 5, 8)),
            ),
            "charge": (
                variant("NEURON, step 0.0125 ms", by="NEURON", dt_ms=0.0125),
                variant("NEURON, step 0.1 ms", by="NEURON", dt_ms=0.1),
                variant("formula, step 0.05 ms", dt_ms=0.05),
                variant("one sample per 0.08 ms", then=_every(0.08)),
                variant("four digits", then=_digits("rise", 4)),
            ),
        },
    )
