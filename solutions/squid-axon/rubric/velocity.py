# SPDX-License-Identifier: BSD-3-Clause
"""The velocity."""

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits, scaled
from neuroscales.cable import CurrentClamp, SquidAxon

from .axon import arrival, run
from .shared import CARRIED, HABITS, LEFT, RUNS, SEED


def velocity(
    p, *, amp_nA, factor=2.0, near=0.25, far=0.75, distance_um=None, mark="crossing", place=0.0, delay_ms=1.0,
    nseg=43, L_um=20_000.0, **settings,
):  # fmt: skip
    """Speed of the spike at twice the threshold between two places, or rather the nodes that are read there."""
    clamp = CurrentClamp(place, delay_ms, p["dur"], factor * amp_nA)
    recording = run(p, [clamp], record={"v": [near, far]}, nseg=nseg, L_um=L_um, **settings)
    arrivals = [arrival(recording.time, recording.values("v", x), mark) for x in (near, far)]
    if distance_um is None:
        axon = SquidAxon(L_um=L_um, nseg=nseg)
        distance_um = L_um * (axon.node(far) - axon.node(near))
    if None in arrivals or arrivals[0] == arrivals[1]:
        return {"velocity": None}
    return {"velocity": float(1e-3 * distance_um / (arrivals[1] - arrivals[0]))}


SAME_SPEED = (
    "the spike of a thin axon has found its speed before the first node: what started it has no part in it"
)


VELOCITY = Task(
    "velocity",
    velocity,
    checks=(Number("velocity", "velocity", "Conduction velocity", "m/s", 4, relative=True),),
    habits=HABITS,
    builds_on=CARRIED,
    variants=(
        *RUNS,
        variant("three digits", then=digits(3, "velocity")),
        variant("between the peaks", mark="peak"),
        variant("between other nodes of the middle half", near=0.3, far=0.7),
    ),
    mistakes=(
        *LEFT,
        mistake("nominal-10-mm", "the distance is taken as 10 mm, half of the length: the nodes that are read lie farther apart",
                distance_um=10_000.0, credit=0.5),
        mistake("whole-length", "the distance is the whole length, 20 mm, for the time between the quarters", distance_um=20_000.0),
        mistake("end-to-end", "the time is counted from one end to the other: the start and the sealed end have a share in it", near=0.0, far=1.0, credit=0.5),
        mistake("from-the-clamp", "the time is counted from x = 0, where the spike starts, to the middle", near=0.0, far=0.5),
        mistake("um-per-ms", "it is given in um/ms", then=scaled("velocity", 1e3)),
        mistake("cm-per-ms", "it is given in cm/ms", then=scaled("velocity", 0.1)),
        mistake("time-over-distance", "time is divided by distance", then=lambda found: found if not found["velocity"] else {"velocity": 1 / found["velocity"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1: the spike runs the other way", place=1.0),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 1 ms", delay_ms=0.0, unseen="the time between two arrivals does not know when the pulse came"),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, partly=SAME_SPEED),
        mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}, unseen=SAME_SPEED),
    ),
)  # fmt: skip
