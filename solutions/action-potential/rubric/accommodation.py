# SPDX-License-Identifier: BSD-3-Clause
"""A ramp that is too slow."""

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.protocols import Ramp

from .shared import MEMBRANE
from .soma import STEP_AT_ms, find, of, per_nA, trains


@of("diam", "gnabar", "ek")
def accommodation(p, *, rheobase_nA, factor=2.0, by="library", dt_ms=0.05, tstop_ms=60.0, **settings):
    """The longest ramp to twice the rheobase that still draws a spike."""
    goal = factor * rheobase_nA * per_nA(p)

    def silent(durations):
        found = trains(
            p, [Ramp(STEP_AT_ms, durations, goal)], by=by, dt_ms=dt_ms, tstop_ms=tstop_ms, **settings
        )
        return [train.size == 0 for train in found]

    return {"longest": find(silent, 0.1, 40.0, by=by, fine=5e-3, resolution=0.03)}


ACCOMMODATION = Task(
    "accommodation",
    accommodation,
    checks=(Number("longest", "longest", "Longest ramp with a spike", "ms", 3, relative=True, finest=0.01),),
    habits={"by": "library", "dt_ms": 0.05},
    builds_on={"rheobase_nA": "firing.rheobase"},
    variants=(
        variant("own equations, half a step each"),
        variant("own equations, half a step each, step 0.025 ms", dt_ms=0.025),
        variant("own equations, Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025),
        variant("own equations, Euler's method, step 0.01 ms", by="Euler", dt_ms=0.01),
        variant("a staircase in NEURON", by="NEURON", dt_ms=0.025, rate_table=True),
        variant("a staircase in NEURON, exact rates", by="NEURON", dt_ms=0.025),
        variant("three digits", then=digits(3, "longest")),
    ),
    mistakes=(
        *MEMBRANE,
        mistake("to-the-rheobase", "the ramp goes to 1.2 times the rheobase, not to twice it", factor=1.2),
        mistake("to-three-times", "the ramp goes to three times the rheobase", factor=3.0),
        mistake("v-init", "the runs start from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("delay-counted", "the 5 ms before the ramp are counted, too", then=lambda found: {"longest": found["longest"] and found["longest"] + STEP_AT_ms}, credit=0.5),
        mistake("slope-for-length", "the slope of the ramp is given, in uA/cm2 per ms", then=lambda found: {"longest": found["longest"] and 10 / found["longest"]}),
    ),
)  # fmt: skip
