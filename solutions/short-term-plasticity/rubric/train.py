# SPDX-License-Identifier: BSD-3-Clause
"""Nine spikes."""

import numpy as np

from autograder.rubric import Members, Task, mistake, variant
from autograder.rubric.ways import digits

from .shared import IN_SECONDS, INTERVALS, SWAPPED, slips_of
from .terminal import eight_ms, follow

LATER_ms = 500.0


def train(p, *, ninth="after the eighth", reported="before the release", by="map", **slips):
    """u, R and release of eight spikes at the student's rate and of one 500 ms later."""
    eight = eight_ms(p)
    ninth_ms = {
        "after the eighth": eight[-1] + LATER_ms,
        "after the first": LATER_ms,
        "at the rate": eight[-1] + eight[1],
    }[ninth]
    spikes_ms = np.append(eight, ninth_ms)
    u, R, released, _ = (_by_ode if by == "ode" else follow)(p, spikes_ms, **slips)
    if reported == "after the release":
        R = R - released
    elif reported == "released after":  # u and R stand as they should; the product is that of what is left
        released = u * (R - released)
    return {"u": u, "R": R, "released": released}


def _by_ode(p, spikes_ms, *, step_ms=0.01):
    """The same, with Euler's steps between the spikes."""
    u, R, found = 0.0, 1.0, []
    for passed_ms in np.diff(spikes_ms, prepend=spikes_ms[0]):
        steps = round(passed_ms / step_ms)
        kept_u, kept_R = (1 - step_ms / p["tau_facil"]) ** steps, (1 - step_ms / p["tau_rec"]) ** steps
        u, R = u * kept_u, 1 - (1 - R) * kept_R
        u += p["U1"] * (1 - u)
        found.append((u, R, u * R))
        R -= u * R
    return (*np.transpose(found), None)


TRAIN = Task("train", train,
    checks=(
        Members("u", "u", "Part that is used", "", 2, relative=True, finest=0.005),
        Members("R", "R", "Part that is ready", "", 2, relative=True, finest=0.005),
        Members("released", "released", "Part that is released", "", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("map"),
        variant("three digits", then=digits(3, "u", "R", "released")),
        variant("four digits", then=digits(4, "u", "R", "released")),
        variant("Euler's steps of 0.01 ms", by="ode"),
        variant("Euler's steps of 0.025 ms", by="ode", step_ms=0.025),
    ),
    mistakes=(
        *slips_of(inside=False),
        SWAPPED,
        IN_SECONDS,
        INTERVALS,
        mistake("ninth-at-the-rate", "the ninth spike comes one interval after the eighth, not 500 ms", ninth="at the rate", credit=0.5),
        mistake("ninth-after-the-first", "the ninth spike comes 500 ms after the first, not after the eighth", ninth="after the first", credit=0.5),
        mistake("R-after", "R is that after the release, not the one that the spike finds", reported="after the release", credit=0.5),
        mistake("released-of-what-is-left", "the release is u times the R that is left after it", reported="released after", credit=0.5),
    ),
)  # fmt: skip
