# SPDX-License-Identifier: BSD-3-Clause
"""A step of the rate."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.synapse.short_term_rates import mean_field_step

from .shared import SLIPS, SWAPPED
from .terminal import terminal

BEFORE_Hz, TIMES, STEP_ms, STEP_END_ms = 5.0, 2.0, 600.0, 599.0


def step(
    p, *, dt_ms=0.5, by="library", times=TIMES, per="second", jumps=True, before="before", released="risen",
    depletes=True, facilitates=True,
):  # fmt: skip
    """Mean release per second while the rate of Poisson trains steps from 5 Hz to twice the student's rate."""
    t = np.linspace(0, STEP_ms, round(STEP_ms / dt_ms) + 1)
    after_Hz = times * p["rate"]
    if by == "library" and released == "risen" and depletes and facilitates and jumps:
        part = mean_field_step(terminal(p), BEFORE_Hz, after_Hz, t).released
        first = mean_field_step(terminal(p), BEFORE_Hz, BEFORE_Hz, t[:2]).released[0]
    else:
        part, first = _mean_field(p, t, dt_ms, after_Hz, jumps, released, depletes, facilitates)
    r, level = (part, first) if per == "spike" else (after_Hz * part, BEFORE_Hz * first)
    return {"t": t, "r": r, "before": float(r[0] if before == "after" else level)}


def _mean_field(p, t, dt_ms, after_Hz, jumps, released, depletes, facilitates):
    """The same by Euler's steps, for u before its rise; the release of a spike at each time, and before."""
    U, tau_rec, tau_facil = p["U1"], p["tau_rec"], p["tau_facil"]
    per_ms = BEFORE_Hz / 1000

    def used(u):
        return (u + U * (1 - u) if facilitates else U) if released == "risen" else u

    u = U * per_ms * tau_facil / (1 + U * per_ms * tau_facil)
    R = 1 / (1 + used(u) * per_ms * tau_rec) if depletes else 1.0
    first, part = used(u) * R, []
    if not jumps:
        u, R = 0.0, 1.0  # the run begins with a rested terminal
    per_ms = after_Hz / 1000
    for _ in t:
        part.append(used(u) * R)
        taken = per_ms * used(u) * R if depletes else 0.0
        u, R = (
            u + dt_ms * (-u / tau_facil + per_ms * U * (1 - u)),
            R + dt_ms * ((1 - R) / tau_rec - taken),
        )
    return np.array(part), first


STEP = Task("step", step,
    checks=(
        driven("r", "t", STEP_END_ms, "Release per second", 3.5, "Release per second", unit="1/s", finest=0.1),
        Number("before", "before", "Before the step", "1/s", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("solved"),
        variant("Euler's steps of 0.5 ms", by="Euler"),
        variant("Euler's steps of 0.1 ms", by="Euler", dt_ms=0.1),
        variant("one sample per 2 ms", dt_ms=2.0),
        variant("three digits", then=digits(3, "before", "r")),
    ),
    mistakes=(
        mistake("depletion-forgotten", SLIPS["depletion-forgotten"][0], depletes=False, credit=0.3),
        mistake("facilitation-forgotten", SLIPS["facilitation-forgotten"][0], facilitates=False, credit=0.3),
        SWAPPED,
        mistake("u-before-its-rise", "a spike releases by the u from before its rise", released="before the rise", credit=0.3),
        mistake("per-spike", "the release is that of a spike, not that of a second", per="spike", credit=0.5),
        mistake("from-rest", "at the step the terminal is rested: the rate before it is forgotten", jumps=False, credit=0.5),
        mistake("single-rate", "the rate steps to yours, not to twice yours", times=1.0, credit=0.5),
        mistake("before-is-after", "the value before the step is the first one after it", before="after", credit=0.5),
    ),
)  # fmt: skip
