# SPDX-License-Identifier: BSD-3-Clause
"""A mechanism."""

import numpy as np

from autograder.rubric import Task, driven, mistake, variant
from autograder.rubric.ways import farthest
from neuroscales.core.units import convert

from .potential import conductance, potential
from .shared import PRACTICE, SWAPPED, slips_of
from .terminal import PROTOCOL, follow


def mechanism(
    p, *, seen="a state", euler=False, weight_uS=PROTOCOL.WEIGHT_uS, sign=1.0, begins="rested", spent_first=False,
    defaults=False, **slips,
):  # fmt: skip
    """What the grader's protocol finds on the mechanism, or on one with a slip, without compiling it."""
    spikes_ms = PROTOCOL.spikes_ms(p["rate"])
    q = {**p, **PRACTICE} if defaults else p
    start = {"rested": (0.0, 1.0, None), "empty": (0.0, 0.0, 0.0)}.get(begins)
    if begins == "as it ended":
        start = follow(q, spikes_ms[:3], **slips)[3]
    elif begins == "with the R that was left":
        (_, left, _) = follow(q, spikes_ms[:3], start=(0.0, 0.0, 0.0), **slips)[3]
        start = (0.0, left, 0.0)
    use, available, released, _ = follow(q, spikes_ms, start=start, **slips)
    if spent_first:
        released = use * (available - released)
    t = PROTOCOL.DT_ms * np.arange(round(PROTOCOL.TSTOP_ms / PROTOCOL.DT_ms) + 1)
    tau_ms = q["tau"]
    if euler:
        tau_ms = -PROTOCOL.DT_ms / np.log1p(-PROTOCOL.DT_ms / tau_ms)
    acts = conductance(t, spikes_ms, released, tau_ms) * weight_uS
    v = potential(t, acts, PROTOCOL.DT_ms, sign=sign)
    # what BREAKPOINT assigns is what the step began with; a state has taken the step
    state = conductance(t, spikes_ms, released, tau_ms, at_spike=False) * weight_uS
    g = state if seen == "a state" else np.append(0.0, acts[:-1])
    return {"t": t[::4], "g": convert(g[::4], "uS", "nS"), "v": v[::4]}


_TERMINALS = {"own": ", your own terminal", "other": ", another terminal"}


MECHANISM = Task(
    "mechanism",
    mechanism,
    checks=tuple(
        check
        for name, where in _TERMINALS.items()
        for check in (
            driven(f"{name}.g", f"{name}.t", PROTOCOL.TSTOP_ms - 1, f"Conductance{where}", 2.5, f"Conductance{where}", unit="nS", finest=0.002),
            driven(f"{name}.v", f"{name}.t", PROTOCOL.TSTOP_ms - 1, f"Membrane potential{where}", 1.5, f"Membrane potential{where}", finest=0.02),
        )
    ),
    protocol="protocol_mechanism.py",
    sets=farthest,
    variants=(
        variant("as a state"),
        variant("assigned in BREAKPOINT", seen="assigned"),
        variant("METHOD euler", euler=True),
        variant("both", seen="assigned", euler=True),
    ),
    mistakes=(
        *slips_of(inside=False, credit=0.3),
        SWAPPED,
        mistake("begins-empty", "R begins at 0: NET_RECEIVE has no INITIAL block that sets it to 1", begins="empty", credit=0.5),
        mistake("R-not-reset", "R begins a second run with what the first has left: the INITIAL block does not set it", begins="with the R that was left", credit=0.5),
        mistake("not-reset", "a second run begins with what the first has left: nothing is set in an INITIAL block", begins="as it ended", credit=0.5),
        mistake("never-updated", "the time of the last spike is never set: every spike looks back to the first", since="first", credit=0.3),
        mistake("spent-first", "the release takes the R that is left after it", spent_first=True, credit=0.3),
        mistake("weight-forgotten", "what is released is not multiplied by the weight", weight_uS=1.0, credit=0.3),
        mistake("sign-of-the-current", "the current has the wrong sign: what opens at a synapse of 0 mV drives the cell away from it", sign=-1.0, credit=0.5),
        mistake("practice-values", "the values of the practice stand in it as numbers: what RANGE offers is not used", defaults=True, credit=0.3),
    ),
)  # fmt: skip
