# SPDX-License-Identifier: BSD-3-Clause
"""The passive membrane's correct ways that its tolerances were not derived from."""

from autograder.authoring.measurement import HeldOut
from autograder.rubric import variant
from autograder.rubric.ways import digits, every

SOURCES = ()


_SAMPLED = tuple(variant(f"one sample per {step} ms", then=every(step, "v")) for step in (0.05, 0.08))
_STEPS = (
    variant("step 0.02 ms", dt_ms=0.02),
    variant("step 0.0125 ms", dt_ms=0.0125),
    variant("step 0.00625 ms", dt_ms=0.00625),
    variant("Crank-Nicolson with currents, step 0.0125 ms", secondorder=1, dt_ms=0.0125),
)
_VARIABLE = tuple(
    variant(f"variable step, tolerance {size:g}", dt_ms=None, absolute_tolerance=size)
    for size in (1e-3, 1e-4, 1e-8)  # 1e-3 is NEURON's own
)


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student; the long pulses last a whole number of these steps."""
    return HeldOut(
        variants={
            "bilayer": (
                variant("step 0.0125 ms", dt_ms=0.0125),
                variant("step 0.1 ms", dt_ms=0.1),
                variant("Crank-Nicolson with currents, step 0.0125 ms", secondorder=1, dt_ms=0.0125),
                variant("four digits", then=digits(4, "amp")),
                *_SAMPLED,
            ),
            "soma": (
                variant("five digits", then=digits(5, "area", "c", "resistance", "tau")),
                variant("each from five digits of the one before", digits=5),
                variant("area asked of NEURON, to four digits", area="NEURON's", digits=4),
            ),
            "leak": (
                *_STEPS,
                *_VARIABLE,
                *_SAMPLED,
                variant("plateau read 3 ms before its end", read_at_ms=82.0),
                variant("hh without gates, step 0.0125 ms", membrane="hh without gates", dt_ms=0.0125),
                variant("first sample above the level, step 0.02 ms", at_samples=True, dt_ms=0.02),
                variant("four digits", then=digits(4, "v_steady", "resistance", "tau")),
                variant("run of 200 ms", tstop_ms=200.0),
            ),
            "model": (
                variant("nseg 3", nseg=3),
                variant("nseg 9", nseg=9),
                variant("nseg 5, hh without gates", nseg=5, membrane="hh without gates"),
            ),
            "neurite": (
                *_STEPS,
                *_VARIABLE,
                *_SAMPLED,
                variant("75 segments", nseg=75),
                variant("201 segments, step 0.0125 ms", nseg=201, dt_ms=0.0125),
                variant("plateau read 3 ms before its end", read_at_ms=82.0),
                variant("four digits", then=digits(4, "resistance", "resistance_area")),
            ),
            "short": (
                variant("five digits", then=digits(5, "moved_coarse", "moved_fine", "step_taken")),
                variant("in NEURON, from -80 mV", by="NEURON", v_init_mV=-80.0),
                variant("in NEURON, Crank-Nicolson with currents", by="NEURON", secondorder=1),
            ),
        },
        habits={"dt_ms": 0.0125},
        exact={"dt_ms": None},
    )
