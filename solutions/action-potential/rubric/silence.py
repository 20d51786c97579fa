# SPDX-License-Identifier: BSD-3-Clause
"""A pulse that stops the firing."""

import functools

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from neuroscales.membrane.protocols import Pulse

from .shared import HABITS, MEMBRANE, RUNS, exchanged
from .soma import STEP_AT_ms, find, nA, of, per_nA, trains

HOLD, KICK_uA_cm2, FOURTH, SCAN_ms = 1.15, 10.0, 3, (3.0, 12.0)
QUIET_ms, SILENCE_ms, SCAN_STEP_ms = 60.0, 220.0, 0.75


@of("diam", "gnabar", "ek")
def silence(
    p, *, onset_nA, hold=HOLD, kick=KICK_uA_cm2, dur_ms=1.0, area=1.0, spike=FOURTH, at_hold_start=False, by="NEURON",
    dt_ms=0.025, secondorder=2, **settings,
):  # fmt: skip
    """The delays after a spike at which a pulse of 10 uA/cm2 and 1 ms stops the firing."""
    held = Pulse(STEP_AT_ms, np.inf, hold * onset_nA * per_nA(p))
    ask = functools.partial(trains, p, by=by, dt_ms=dt_ms, secondorder=secondorder, **settings)
    (train,) = ask([held], tstop_ms=150.0)
    if len(train) <= spike:
        return {"first": None, "last": None}
    since_ms, size = STEP_AT_ms if at_hold_start else train[spike], nA(p, kick, area) * per_nA(p)

    def goes_on(delays):
        found = ask([held, Pulse(since_ms + delays, dur_ms, size)], tstop_ms=SILENCE_ms)
        return np.array([one.size > 0 and one[-1] >= SILENCE_ms - QUIET_ms for one in found])

    scan = np.arange(SCAN_ms[0], SCAN_ms[1] + 1e-9, SCAN_STEP_ms)
    inside = scan[~goes_on(scan)]
    if not inside.size:
        return {"first": None, "last": None}
    first = find(lambda delays: ~goes_on(delays), inside[0] - SCAN_STEP_ms, inside[0], by=by, resolution=0.02)
    last = find(goes_on, inside[-1], inside[-1] + SCAN_STEP_ms, by=by, resolution=0.02)
    return {"first": first, "last": SCAN_ms[1] if last is None else min(last, SCAN_ms[1])}


SILENCE = Task("silence", silence,
    checks=(
        Number("first", "first", "Shortest delay that silences", "ms", 2.5, finest=0.1),
        Number("last", "last", "Longest delay that silences", "ms", 2.5, finest=0.1),
    ),
    habits=HABITS,
    builds_on={"onset_nA": "firing.onset"},
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and "variable" not in way.name),
        variant("own equations, half a step each, step 0.1 ms", by="library", dt_ms=0.1, rate_table=False),
        variant("after another spike", spike=4),
        variant("scanned in steps of 0.1 ms", then=lambda found: {item: None if value is None else round(value, 1) for item, value in found.items()}),
    ),
    mistakes=(
        *(one for one in MEMBRANE if one.name not in ("leak-left", "eighteen-degrees")),
        mistake("negative-pulse", "the pulse is negative", kick=-KICK_uA_cm2, credit=0.3),
        mistake("half-the-pulse", "the pulse is 5 uA/cm2, not 10", kick=KICK_uA_cm2 / 2, credit=0.5),
        mistake("pulse-of-2-ms", "the pulse lasts 2 ms, not 1 ms", dur_ms=2.0, credit=0.5),
        mistake("held-at-the-onset", "the current is held at the onset itself, not 1.15 times as high", hold=1.0, credit=0.5),
        mistake("from-the-step", "the delay is counted from the start of the current, not from a spike", at_hold_start=True),
        mistake("ends-exchanged", "the shortest and the longest delay stand in each other's place", then=exchanged("first", "last"), credit=0.5),
    ),
)  # fmt: skip
