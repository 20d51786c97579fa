# SPDX-License-Identifier: BSD-3-Clause
"""Before or after."""

import numpy as np

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.synapse.plasticity import protocol_change
from neuroscales.synapse.plasticity import window as pair_window

from .pairing import A_MINUS, A_PLUS, NUMBER, DELAY_ms, pair_rule

DELAYS_ms = np.array([-40.0, -20, -10, -5, 5, 10, 20, 40])


def window(
    p, *, by="library", sign=1.0, absolute=False, count="all", per_cent=True, compounded=False, rule=None
):  # fmt: skip
    """Change by one pair at eight delays, and by sixty pairings."""
    made = pair_rule(p, **(rule or {}))
    change = pair_window(made, sign * DELAYS_ms)
    if count == "pairs alone":
        sixty = NUMBER * pair_window(made, sign * DELAY_ms)
    elif by == "sums":
        sixty = _by_sums(p)
    else:
        sixty = protocol_change(made, p["rate"], sign * DELAY_ms, NUMBER)
    if compounded:
        sixty = np.expm1(NUMBER * np.log1p(sixty / NUMBER))
    unit = 100.0 if per_cent else 1.0
    return {"change": unit * (np.abs(change) if absolute else change), "sixty": unit * float(sixty)}


def _by_sums(p):
    """The sum over all pairs of a presynaptic and a postsynaptic spike."""
    pre_ms = 1000 / p["rate"] * np.arange(NUMBER)
    apart = np.subtract.outer(pre_ms + DELAY_ms, pre_ms)
    grows = A_PLUS * np.exp(-np.abs(apart) / p["tau_plus"])
    return np.where(apart > 0, grows, -A_MINUS * np.exp(-np.abs(apart) / p["tau_minus"])).sum()


WINDOW = Task("window", window,
    checks=(
        Members("change", "change", "Change by one pair, in per cent of the first weight", "%", 4, finest=0.002),
        Number("sixty", "sixty", "Change by sixty pairings", "%", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("traces"),
        variant("sums over all pairs", by="sums"),
        variant("three digits", then=digits(3, "change", "sixty")),
        variant("four digits", then=digits(4, "change", "sixty")),
        variant("three digits after the point", then=lambda found: {"change": np.round(found["change"], 3), "sixty": round(found["sixty"], 1)}),
    ),
    mistakes=(
        mistake("sides-swapped", "before and after are swapped: the window is mirrored", sign=-1.0, credit=0.3),
        mistake("taus-swapped", "tau_plus and tau_minus are swapped", rule={"taus_swapped": True}, credit=0.3),
        mistake("amplitudes-swapped", "the two amplitudes are swapped", rule={"amplitudes_swapped": True}, credit=0.3),
        mistake("one-tau", "depression falls with tau_plus, too", rule={"one_tau": True}, credit=0.3),
        mistake("no-depression", "depression counts as a growth: its sign is missing", absolute=True, credit=0.3),
        mistake("nearest", "sixty pairings are counted with the nearest spikes alone, not with all", rule={"nearest": True}, credit=0.5),
        mistake("pairs-alone", "sixty pairings are sixty times one pair: the spikes of different pairings do not meet", count="pairs alone", credit=0.5),
        mistake("compounded", "each pairing changes the weight that the last has left, not the first one", compounded=True, credit=0.5, partly="where sixty pairings change little, both come to the same"),
        mistake("as-a-part", "the changes are parts of the weight, not per cent", per_cent=False, credit=0.5),
    ),
)  # fmt: skip
