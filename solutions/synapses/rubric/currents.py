# SPDX-License-Identifier: BSD-3-Clause
"""Two currents of one receptor."""

import functools
import math
from pathlib import Path

import numpy as np

from autograder.rubric import Task, driven, load_module, mistake, variant
from autograder.rubric.ways import farthest
from neuroscales.synapse.receptors import BLOCK_PER_mV, half_block_mV

from .shared import norm, part

PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_currents.py"))
CURRENTS_END_ms = PROTOCOL.TSTOP_ms - 1
SMALL_ms = {"AMPA": (0.2, 1.7), "NMDA": (0.29, None)}  # rise and decay; that of NMDA is the student's


def currents(
    p, *, slip=None, mg_used=None, normalized=True, block_of=("NMDA",), reversal=0.0, ampa=1.0, nmda=1.0,
    count=None, tau_nmda=None, exchanged=False, before="closed", rise=True, current=True, decimals=15, function=None,
):  # fmt: skip
    """What the grader's protocol finds on the receptors, or on receptors that differ from them."""

    def of_the_student(q, v, since, mg):
        times = {"AMPA": SMALL_ms["AMPA"], "NMDA": (SMALL_ms["NMDA"][0], tau_nmda or q["tau_nmda"])}
        if exchanged:
            times = {"AMPA": times["NMDA"], "NMDA": times["AMPA"]}
        mg = mg if mg_used is None else mg_used(q)
        found = []
        for name, gmax in (("AMPA", ampa), ("NMDA", nmda * 0.7)):
            g = (
                gmax
                * (q["count"] if count is None else count)
                * _course(since, *times[name], normalized, before, rise)
            )
            if name in block_of:
                g *= part(v, mg, **(slip or {}))
            found.append(round(float(g) * (v - reversal if current else 1.0), decimals))
        return found

    chosen = function or of_the_student
    with np.errstate(all="ignore"):
        return {name: np.array(values) for name, values in PROTOCOL.run(chosen, p).items()}


def _from_a_grid(p, v, since, mg):
    """The same receptors as one might write them otherwise: the peak by sampling, the block as a logistic."""
    found = []
    for gmax, rise_ms, decay_ms in ((1.0, *SMALL_ms["AMPA"]), (0.7, SMALL_ms["NMDA"][0], p["tau_nmda"])):
        course = max(math.exp(-since / decay_ms) - math.exp(-since / rise_ms), 0) if since > 0 else 0.0
        found.append(gmax * p["count"] * course / _sampled_peak(rise_ms, decay_ms) * v)
    if mg > 0:
        found[1] /= 1 + math.exp(BLOCK_PER_mV * (half_block_mV(mg) - v))
    return found


@functools.cache
def _sampled_peak(rise_ms, decay_ms):
    grid_ms = np.arange(0, 20, 0.01)
    return float((np.exp(-grid_ms / decay_ms) - np.exp(-grid_ms / rise_ms)).max())


def _course(since, rise_ms, decay_ms, normalized, before, rise):
    """Course of a conductance after one event."""
    if since < 0 and before == "closed":
        return 0.0
    if not rise:
        return math.exp(-since / decay_ms)
    difference = math.exp(-since / decay_ms) - math.exp(-since / rise_ms)
    return difference * (norm(rise_ms, decay_ms) if normalized else 1.0)


_SETS = {"own": ", your own receptors", "other": ", other receptors"}


CURRENTS = Task(
    "currents",
    currents,
    checks=tuple(
        driven(f"{name}.{item}", f"{name}.t", CURRENTS_END_ms, plot + where, points, label + where, unit=unit, finest=finest)
        for name, where in _SETS.items()
        for item, plot, label, unit, points, finest in (
            ("held_ampa", "AMPA current, held", "AMPA current, held", "pA", 0.5, 0.1),
            ("held_nmda", "NMDA current, held", "NMDA current, held", "pA", 1, 0.1),
            ("sweep_ampa", "AMPA current over a sweep", "AMPA current over a sweep", "pA", 0.5, 0.1),
            ("sweep_free", "NMDA current over a sweep, no magnesium", "NMDA current without magnesium", "pA", 0.5, 0.1),
            ("sweep_low", "NMDA current over a sweep, 0.3 mM", "NMDA current, 0.3 mM", "pA", 0.5, 0.1),
            ("sweep_high", "NMDA current over a sweep, 3 mM", "NMDA current, 3 mM", "pA", 0.5, 0.1),
            ("v", "Potential of a free cell", "Potential of a free cell", "mV", 0.5, 0.02),
        )
    ),
    protocol="protocol_currents.py",
    sets=farthest,
    variants=(
        variant("as it is written"),
        variant("rounded to 0.01 pA", decimals=2),
        variant("the normalization read from a fine grid", function=_from_a_grid),
    ),
    mistakes=(
        mistake("sign-of-the-exponent", "the exponent has the wrong sign: the block falls with the potential", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57", "magnesium is not divided by 3.57 mM", slip={"base": 1.0}, credit=0.3),
        mistake("no-block", "magnesium blocks nothing", block_of=(), credit=0.3),
        mistake("AMPA-blocked", "magnesium blocks AMPA, too", block_of=("AMPA", "NMDA"), credit=0.3),
        mistake("own-magnesium", "the function takes magnesium from p, not the mg that it is given", mg_used=lambda q: q["mg"], credit=0.5),
        mistake("not-normalized", "the difference of the exponentials is not normalized to a peak of 1", normalized=False, credit=0.5),
        mistake("exchanged", "the time constants of the two receptors stand in each other's place", exchanged=True, credit=0.3),
        mistake("no-rise", "the conductances jump and decay: the rise is missing", rise=False, credit=0.5),
        mistake("before-the-event", "before the event the conductances are not zero", before="open", credit=0.5),
        mistake("conductances", "the conductances are returned, not the currents", current=False, credit=0.3),
        mistake("from-minus-70", "the currents reverse at -70 mV, not at 0 mV", reversal=-70.0, credit=0.3),
        mistake("ratio-forgotten", "NMDA has 1 nS a synapse, not 0.7 nS", nmda=1 / 0.7, credit=0.5),
        mistake("outward-is-inward", "inward current is counted positive, not outward", ampa=-1.0, nmda=-1.0, credit=0.5),
        mistake("in-nA", "the currents are in nA, not in pA", ampa=1e-3, nmda=1e-3, credit=0.5),
        mistake("one-synapse", "a single synapse is active, not p.count of them", count=1.0, credit=0.5),
        mistake("decay-left", "NMDA closes with the mechanism's own 43 ms", tau_nmda=43.0, credit=0.5),
        mistake("practice-values", "currents ignores p and has the values of the practice", p=lambda p, own: {"count": 5, "tau_nmda": 50, "mg": 1}),
        mistake("own-values", "currents ignores p and always has your own values", p=lambda p, own: own),
    ),
)  # fmt: skip
