# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes that several tasks share."""

from autograder.rubric import mistake

PRACTICE = {"U1": 0.22, "tau_rec": 350, "tau_facil": 100, "tau": 5}


def _swapped(p, own):
    return {"tau_rec": p["tau_facil"], "tau_facil": p["tau_rec"]}


def _scaled(factor):
    return lambda p, own: {name: factor * p[name] for name in ("tau_rec", "tau_facil")}


SLIPS = {
    "depletion-forgotten": ("the resources are never used up: R stays 1", {"depletes": False}),
    "facilitation-forgotten": ("every spike takes the part U1: u does not add up", {"facilitates": False}),
    "no-room": ("u rises by U1, not by U1 (1 - u)", {"room": False}),
    "orders-mixed": (
        "two published forms are mixed: u relaxes to U1, and rises before the release as well",
        {"relaxes_to_U": True},
    ),
    "released-before-the-rise": (
        "the release takes u from before its rise, and u relaxes to 0",
        {"rises_first": False},
    ),
    "old-use": ("R falls by the u from before its rise", {"old_use": True}),
}


SWAPPED = mistake("swapped", "tau_rec and tau_facil are swapped", p=_swapped, credit=0.3)


IN_SECONDS = mistake(
    "tau-in-seconds", "the time constants are taken in s, the intervals in ms", p=_scaled(1e-3)
)


INTERVALS = mistake(
    "intervals-in-seconds", "the intervals are taken in s, the time constants in ms", p=_scaled(1e3)
)


def slips_of(*names, credit=0.3, inside=True):
    """The shared slips as mistakes of one task; inside a keyword `slips`, or as keywords themselves."""
    return tuple(
        mistake(
            name, SLIPS[name][0], credit=credit, **({"slips": SLIPS[name][1]} if inside else SLIPS[name][1])
        )
        for name in names or SLIPS
    )
