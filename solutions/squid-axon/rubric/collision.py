# SPDX-License-Identifier: BSD-3-Clause
"""A collision."""

import numpy as np

from autograder.rubric import Number, Place, Profile, Task, mistake, spiking, variant
from autograder.rubric.ways import digits, scaled
from neuroscales.cable import CurrentClamp

from .axon import END_ms, arrival, run
from .shared import CARRIED, HABITS, LEFT, RUNS, SEED, STRENGTH

NODE = 1 / 43  # distance of two nodes, as a fraction of the length


def collision(
    p, *, amp_nA, factor=2.0, place2=1.0, delay2_ms=None, from_ms=1.0, factor2=None, places=(0.25, 0.5, 0.75),
    after_ms=0.3, meeting="last", site="between nodes", nearest_sample=False, gk_from_n=False, **settings,
):  # fmt: skip
    """Two spikes from the two ends: three traces, where they meet, and what they leave behind."""
    delay2_ms = from_ms + (p["delay2"] if delay2_ms is None else delay2_ms)
    strength = factor if factor2 is None else factor2
    clamps = [
        CurrentClamp(0.0, 1.0, p["dur"], factor * amp_nA),
        CurrentClamp(place2, delay2_ms, p["dur"], strength * amp_nA),
    ]
    conductance = "n" if gk_from_n else "gk"
    recording = run(p, clamps, record={"v": list(places)}, profiles=["v", "h", conductance], **settings)
    t, traces = recording.time, (recording.values("v", place) for place in places)
    found = {"t": t, **dict(zip(("v25", "v50", "v75"), traces, strict=True))}
    profile = recording.profile("v")
    x, v = profile.place[1:-1], profile.values[:, 1:-1]
    arrivals = [arrival(t, trace, "crossing") for trace in v.T]
    if None in arrivals:
        return found | dict.fromkeys(("site", "x", "h", "gk"))
    order = np.argsort(arrivals)
    last = int(order[0] if meeting == "first" else order[-1])
    moment = arrivals[last if meeting != "middle" else len(x) // 2] + after_ms
    if nearest_sample:
        moment = t[np.argmin(np.abs(t - moment))]
    h, gk = (
        np.array([np.interp(moment, t, values) for values in recording.profile(name).values.T])
        for name in ("h", conductance)
    )
    where = _apex(x, np.array(arrivals), last) if site == "between nodes" else x[last]
    return found | {"site": float(where), "x": x, "h": h, "gk": 0.036 * gk**4 if gk_from_n else gk}


def _apex(x, arrivals, last):
    """Where two fronts meet between the nodes: the straight courses on either side, drawn on."""
    left, right = (slice(last - 7, last - 2), slice(last + 3, last + 8))
    if last < 7 or last + 8 > len(x):
        return x[last]
    (a, b), (c, d) = (np.polyfit(x[side], arrivals[side], 1) for side in (left, right))
    return (d - b) / (a - c)


_PLACES = {"v25": "x = 0.25", "v50": "x = 0.5", "v75": "x = 0.75"}


COLLISION = Task("collision", collision,
    checks=(
        *(
            check
            for item, where in _PLACES.items()
            for check in spiking(
                item, "t", END_ms, f"Membrane potential at {where}",
                {"count": 0.25, "arrival": 0.75, "shape": 0.5}, f", {where}",
            )
        ),
        Number("site", "site", "Where they meet", "of the length", 2.5, finest=NODE / 2, most=0.9 * NODE),
        Profile("h", "h", "h along the axon", "", 0.75, finest=0.002, time="x", plot="h along the axon, 0.3 ms after the meeting"),
        Place("h.place", "h", "Place where h is highest", "of the length", 0.25, finest=NODE / 2, time="x", most=0.9 * NODE),
        Profile("gk", "gk", "gk along the axon", "S/cm2", 0.75, finest=5e-5, time="x", plot="gk along the axon, 0.3 ms after the meeting"),
        Place("gk.place", "gk", "Place where gk is lowest", "of the length", 0.25, finest=NODE / 2, time="x", most=0.9 * NODE, highest=False),
    ),
    habits={**HABITS, "site": "at a node"},
    builds_on=CARRIED,
    variants=(
        *RUNS,
        variant("site between the nodes", site="between nodes"),
        variant("site to three digits", then=digits(3, "site")),
        variant("profiles at the nearest sample", nearest_sample=True),
        variant("gk computed from n", gk_from_n=True),
    ),
    mistakes=(
        *LEFT,
        *STRENGTH,
        mistake("pulse-left", "the pulses still last the seed's 0.1 ms", p={"dur": SEED["dur"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("second-clamp-at-the-same-end", "both clamps sit at x = 0", place2=0.0, credit=0.3),
        mistake("second-clamp-silent", "no spike starts at the far end: the second clamp gives no current, or sits at x = 0 as well", factor2=0.0, credit=0.3),
        mistake("both-at-the-same-time", "both pulses come at the same time", delay2_ms=0.0, credit=0.5),
        mistake("delay-from-0", "the delay is counted from 0 ms, not from the first pulse", from_ms=0.0, credit=0.5),
        mistake("practice-delay", "the delay is the practice value, 0.8 ms", delay2_ms=0.8, credit=0.5),
        mistake("second-at-the-threshold", "the second pulse is at the threshold itself", factor2=1.0, credit=0.5),
        mistake("site-from-the-other-end", "the site is counted from the other end", then=lambda found: found if found["site"] is None else found | {"site": 1 - found["site"]}, credit=0.5),
        mistake("site-in-mm", "the site is given in mm, not as a fraction of the length", then=scaled("site", 20.0), credit=0.5),
        mistake("first-crossing", "the meeting is taken to be the first of the crossings, not the last", meeting="first", credit=0.5),
        mistake("meeting-in-the-middle", "the moment is counted from the arrival at x = 0.5, not from the meeting", meeting="middle", credit=0.5),
        mistake("at-the-meeting", "h and gk are read at the meeting itself, not 0.3 ms after it", after_ms=0.0, credit=0.5),
        mistake("three-ms-after", "h and gk are read 3 ms after the meeting, not 0.3 ms", after_ms=3.0, credit=0.5),
        mistake("gk-in-mS", "gk is given in mS/cm2", then=lambda found: found if found["gk"] is None else found | {"gk": 1e3 * found["gk"]}),
        mistake("quarters-exchanged", "the traces at x = 0.25 and x = 0.75 are exchanged", places=(0.75, 0.5, 0.25), credit=0.5),
    ),
)  # fmt: skip
