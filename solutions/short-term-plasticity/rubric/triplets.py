# SPDX-License-Identifier: BSD-3-Clause
"""The third spike."""

import numpy as np

from autograder.rubric import Members, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.synapse.plasticity import PairRule, TripletRule, protocol_change

from .pairing import A_MINUS, A_PLUS, NUMBER, DELAY_ms, pair_rule

FREQUENCIES_Hz = np.array([1.0, 10, 20, 40, 50])
A3_PLUS, A2_MINUS, TAU_Y_ms = 0.0065, 0.0071, 114.0


def triplets(
    p, *, sign=1.0, nearest=False, taus_swapped=False, tau_y_ms=TAU_Y_ms, itself=False, depresses=True,
    per_cent=True, exchanged=False, by="library",
):  # fmt: skip
    """Change by sixty pairings at five frequencies, by the pair rule and by the triplet rule."""
    taus = (p["tau_plus"], p["tau_minus"])[:: -1 if taus_swapped else 1]
    tau_y_ms = p["tau_minus"] if tau_y_ms == "tau_minus" else tau_y_ms
    pair = pair_rule(p, nearest=nearest, taus_swapped=taus_swapped)
    # a third spike that also counts itself finds y larger by 1: a pair then potentiates by A3
    triplet = TripletRule(A3_PLUS if itself else 0.0, A3_PLUS, A2_MINUS, *taus, tau_y_ms, nearest)
    if not depresses:
        pair, triplet = (
            PairRule(A_PLUS, 0.0, *taus, nearest=nearest),
            TripletRule(triplet.A2_plus, A3_PLUS, 0.0, *taus, tau_y_ms, nearest),
        )
    unit = 100.0 if per_cent else 1.0
    if by == "loops":
        found = [
            unit * np.array([_by_loops(p, f_Hz, rule) for f_Hz in FREQUENCIES_Hz])
            for rule in ("pair", "triplet")
        ]
    else:
        found = [
            unit * protocol_change(rule, FREQUENCIES_Hz, sign * DELAY_ms, NUMBER) for rule in (pair, triplet)
        ]
    return dict(zip(("pair", "triplet"), found[:: -1 if exchanged else 1], strict=True))


def _by_loops(p, f_Hz, rule):
    """One protocol, spike by spike."""
    r = o = y = change = 0.0
    events = sorted((1000 * k / f_Hz + late, late > 0) for k in range(NUMBER) for late in (0, DELAY_ms))
    last_ms = 0.0
    for at_ms, is_post in events:
        passed_ms, last_ms = at_ms - last_ms, at_ms
        r, o, y = (
            trace * np.exp(-passed_ms / tau)
            for trace, tau in ((r, p["tau_plus"]), (o, p["tau_minus"]), (y, TAU_Y_ms))
        )
        if is_post:
            change += r * (A_PLUS if rule == "pair" else A3_PLUS * y)
            o, y = o + 1, y + 1
        else:
            change -= o * (A_MINUS if rule == "pair" else A2_MINUS)
            r += 1
    return change


TRIPLETS = Task("triplets", triplets,
    checks=(
        Members("pair", "pair", "Pair rule at five frequencies", "%", 2, finest=0.1),
        Members("triplet", "triplet", "Triplet rule at five frequencies", "%", 3, finest=0.1),
    ),
    variants=(
        variant("traces"),
        variant("spike by spike", by="loops"),
        variant("three digits", then=digits(3, "pair", "triplet")),
        variant("two digits after the point", then=lambda found: {name: np.round(row, 2) for name, row in found.items()}),
    ),
    mistakes=(
        mistake("sides-swapped", "before and after are swapped", sign=-1.0, credit=0.3),
        mistake("taus-swapped", "tau_plus and tau_minus are swapped", taus_swapped=True, credit=0.3),
        mistake("nearest", "only the nearest spikes are counted, not all", nearest=True, credit=0.5),
        mistake("counts-itself", "a postsynaptic spike finds its own trace: y is raised before it is read", itself=True, credit=0.5),
        mistake("no-depression", "depression is left out", depresses=False, credit=0.3),
        mistake("o-for-y", "the third spike is remembered with tau_minus, not for 114 ms", tau_y_ms="tau_minus", credit=0.5),
        mistake("rules-exchanged", "the two rules stand in each other's place", exchanged=True, credit=0.5),
        mistake("as-a-part", "the changes are parts of the weight, not per cent", per_cent=False, credit=0.5),
    ),
)  # fmt: skip
