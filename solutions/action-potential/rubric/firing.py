# SPDX-License-Identifier: BSD-3-Clause
"""From one spike to many."""

import functools

import numpy as np

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.protocols import Pulse, Ramp

from .shared import AREA, HABITS, MEMBRANE, RUNS, SIZE, exchanged
from .soma import STEP_AT_ms, find, nA, of, per_nA, trains

CURVE_uA_cm2 = (20.0, 30.0, 40.0)
ONE_ms, MANY_ms, SINCE_ms, LATE_ms = 60.0, 300.0, 100.0, 100.0
HIGHEST_uA_cm2 = 40.0


@of("diam", "gnabar", "ek")
def firing(
    p, *, area=1.0, told=1.0, ramp_ms=None, many_ms=MANY_ms, first_interval=False, count_one=False, by="NEURON",
    dt_ms=0.0125,
    secondorder=2, **settings,
):  # fmt: skip
    """The smallest step that draws a spike, the smallest that draws them for good, and rates."""
    ask = functools.partial(trains, p, by=by, dt_ms=dt_ms, secondorder=secondorder, **settings)

    def steps(amps):
        return [Ramp(STEP_AT_ms, ramp_ms, amps)] if ramp_ms else [Pulse(STEP_AT_ms, np.inf, amps)]

    def fires(amps):
        return [train.size > 0 for train in ask(steps(amps), tstop_ms=(ramp_ms or 0.0) + ONE_ms)]

    def lasts(amps):
        return [
            train.size > 2 and train[-1] > many_ms - LATE_ms
            for train in ask([Pulse(STEP_AT_ms, np.inf, amps)], tstop_ms=many_ms)
        ]

    rheobase = find(fires, 0.0, HIGHEST_uA_cm2, by=by, fine=4e-3, resolution=0.02)
    onset = rheobase if count_one else find(lasts, 0.0, HIGHEST_uA_cm2, by=by, fine=4e-3, resolution=0.05)
    amps = np.array([onset or 0.0, *(nA(p, density, area) * per_nA(p) for density in CURVE_uA_cm2)])
    curve = [
        _rate_Hz(train, first_interval) for train in ask([Pulse(STEP_AT_ms, np.inf, amps)], tstop_ms=MANY_ms)
    ]
    return {
        "rheobase": nA(p, rheobase, told),
        "onset": nA(p, onset, told),
        "onset_rate": 1e3 / MANY_ms if count_one else curve[0],
        "rates": np.array(curve[1:]),
    }


def _rate_Hz(train, first_interval):
    """Rate from the mean interval after the beginning, or from the first one; zero where there is none."""
    intervals = np.diff(train[:2] if first_interval else train[train > SINCE_ms])
    return float(1e3 / intervals.mean()) if intervals.size else 0.0


FIRING = Task("firing", firing,
    checks=(
        Number("rheobase", "rheobase", "Rheobase", "nA", 2, relative=True, finest=0.005),
        Number("onset", "onset", "Onset of lasting firing", "nA", 2, relative=True, finest=0.005),
        Number("onset_rate", "onset_rate", "Rate at the onset", "Hz", 2, relative=True, finest=0.01),
        Members("rates", "rates", "Rates at 20, 30 and 40 uA/cm2", "Hz", 2, relative=True, finest=0.005),
    ),
    habits=HABITS,
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and way.name != "variable step"),
        variant("three digits", then=digits(3, "rheobase", "onset", "onset_rate", "rates")),
        variant("spike counted above -10 mV", level_mV=-10.0),
        variant("step 0.0125 ms, exact rates", dt_ms=0.0125, rate_table=False),
    ),
    mistakes=(
        *MEMBRANE,
        SIZE[0],
        AREA[0],
        AREA[-1],
        mistake("v-init", "the runs start from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("ramp-for-step", "the rheobase is sought with a current that grows slowly, not with a step", ramp_ms=300.0, by="library", dt_ms=0.05, credit=0.5),
        mistake("one-spike-is-firing", "a single spike is counted as lasting firing: the onset is the rheobase", count_one=True, credit=0.3),
        mistake("short-runs", "the firing was watched for 120 ms, and dies out later", many_ms=120.0, credit=0.5,
                partly="in some somata what lasts 120 ms lasts for good"),
        mistake("first-interval", "the rates are those of the first interval, before the firing is even", first_interval=True, credit=0.5),
        mistake("step-too-coarse", "the time step is 0.1 ms, too coarse for a spike", dt_ms=0.1, credit=0.3),
        mistake("rheobase-onset-exchanged", "rheobase and onset stand in each other's place", then=exchanged("rheobase", "onset"), credit=0.3),
        mistake("given-as-density", "rheobase and onset are given in uA/cm2, not in nA", told="no area"),
    ),
)  # fmt: skip
