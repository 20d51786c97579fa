# SPDX-License-Identifier: BSD-3-Clause
"""The threshold."""

from autograder.rubric import Task, Threshold, metrics, mistake, variant

from .axon import threshold
from .shared import HABITS, RUNS, SETUP, SYMMETRY

THRESHOLD = Task(
    "threshold",
    threshold,
    checks=(Threshold("amp", "amp", "Threshold amplitude", "nA", 5),),
    habits=HABITS,
    variants=(
        *RUNS,
        variant("rounded up", then=lambda found: {"amp": metrics.round_up(found["amp"])}),
        variant("rounded to nearest", then=lambda found: {"amp": metrics.round_to_nearest(found["amp"])}),
        variant("spike counted above 20 mV", level_mV=20.0),
        variant("spike counted above -20 mV", level_mV=-20.0),
    ),
    mistakes=(
        *SETUP,
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1", place=1.0, unseen=SYMMETRY),
        mistake(
            "recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0,
            unseen="at threshold the pulse alone does not reach 0 mV: the spike at x = 0 decides, and it propagates",
        ),
        mistake(
            "recorded-at-the-far-end", "v is read at x = 1", record_at=1.0,
            unseen="a spike that passes the middle reaches the end",
        ),
        mistake(
            "step-of-0.02-ms", "the step of time, 0.02 ms, does not divide your pulse, so that another charge is delivered",
            dt_ms=0.02, credit=0.5, partly="a step of 0.02 ms divides pulses of 0.1 and 0.2 ms: for these it is a correct way",
        ),
        mistake("run-of-5-ms", "the run ends at 5 ms, before a spike near threshold arrives", tstop_ms=5.0, credit=0.5),
        mistake("ten-times", "the amplitude is ten times too high", then=lambda found: {"amp": 10 * found["amp"]}),
        mistake("twice", "this is twice the threshold", then=lambda found: {"amp": 2 * found["amp"]}, credit=0.5),
    ),
)  # fmt: skip
