# SPDX-License-Identifier: BSD-3-Clause
"""Time step and segments."""

from autograder.rubric import Number, Task, mistake, spiking, variant
from autograder.rubric.ways import digits, scaled

from .axon import END_ms, arrival, excite
from .shared import CARRIED, HABITS, LEFT, RUNS, SEED, STRENGTH


def resolution(
    p,
    *,
    amp_nA,
    factor=2.0,
    coarse=15,
    fine=43,
    shown=None,
    dt_coarse_ms=None,
    mark="crossing",
    sign=1.0,
    **settings,
):
    """The spike on an axon of few segments, and by how much later it arrives than on the usual one."""
    arrivals = {}
    for nseg in (fine, coarse):
        step = {"dt_ms": dt_coarse_ms} if nseg == coarse and dt_coarse_ms else {}
        t, v = excite(p, factor * amp_nA, nseg=nseg, **{**settings, **step})
        arrivals[nseg] = arrival(t, v, mark)
    if shown:
        t, v = excite(p, factor * amp_nA, nseg=shown, **settings)
    shift = None if None in arrivals.values() else sign * (arrivals[coarse] - arrivals[fine])
    return {"t": t, "v": v, "shift": shift}


RESOLUTION = Task("resolution", resolution,
    checks=(
        *spiking("v", "t", END_ms, "Membrane potential at x = 0.5 with 15 segments", {"count": 0.25, "arrival": 1, "peak": 0.25, "shape": 0.5}, ", 15 segments"),
        # it is halved in a thick axon, and every error with it; the shift of the peaks is another one by 5 % or more
        Number("shift", "shift", "Shift of the arrival", "ms", 3, relative=True, finest=0.03, most=0.04),
    ),
    habits=HABITS,
    builds_on=CARRIED,
    variants=(
        *(way for way in RUNS if "nseg" not in way.name),
        variant("three digits", then=digits(3, "shift")),
    ),
    mistakes=(
        *(way for way in LEFT if way.name != "nseg-left"),
        *STRENGTH,
        mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
        mistake("recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0),
        mistake("shift-sign", "the shift is counted the other way round: 43 segments against 15", sign=-1.0, credit=0.5),
        mistake("segments-left", "both runs have 43 segments: the number was not changed", coarse=43, credit=0.3),
        mistake("trace-of-43", "v is the trace with 43 segments, not with 15", shown=43, credit=0.5),
        mistake("five-segments", "the coarse axon has 5 segments, not 15", coarse=5, credit=0.3),
        mistake("against-129", "the shift is counted against 129 segments, not against 43", fine=129, credit=0.3, partly="the front of a thick axon is long: 43 segments are as good as 129"),
        mistake("step-changed-too", "the step of time was changed together with the segments", dt_coarse_ms=0.1, credit=0.3),
        mistake("shift-of-the-peaks", "the shift is that of the peaks, not of the upward crossings of 0 mV", mark="peak", credit=0.5),
        mistake("shift-in-us", "the shift is given in us", then=scaled("shift", 1e3)),
    ),
)  # fmt: skip
