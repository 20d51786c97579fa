# SPDX-License-Identifier: BSD-3-Clause
"""NMDA and its block."""

import numpy as np

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.core.units import convert
from neuroscales.synapse.nmda import CLAMP_Mohm, simulate_ampa_nmda
from neuroscales.synapse.receptors import BLOCK_PER_mV, half_block_mV, most_inward_mV

from .shared import MG_LEFT, ONE_SYNAPSE, AMPA_uS, NMDA_uS, part, receptors, soma

HOLDS_mV = np.arange(-80.0, 41.0, 20.0)
EVENT_ms, SEEN_ms = 5.0, 15.0


def block(
    p, *, by="clamp", slip=None, mg=None, seen="NMDA", clamp_Mohm=CLAMP_Mohm, count=None, turn="formula", fraction=False,
    dt_ms=0.025, window_ms=SEEN_ms, **settings,
):  # fmt: skip
    """Peak of the NMDA conductance at seven potentials, the half of the block, and where the current turns."""
    mg = p["mg"] if mg is None else mg
    weight = p["count"] if count is None else count
    if by == "formula":
        g = convert(NMDA_uS, "uS", "nS") * weight * part(HOLDS_mV, mg, **(slip or {}))
    else:
        made = receptors(p, mg=mg, ampa_uS=0.0 if seen == "NMDA" else AMPA_uS)
        g = np.array([
            _held_nS(p, made, hold_mV, weight, seen, window_ms, clamp_Mohm=clamp_Mohm, dt_ms=dt_ms, **settings)
            for hold_mV in HOLDS_mV
        ])  # fmt: skip
    if fraction:
        g = g / (convert(NMDA_uS, "uS", "nS") * weight)
    half, bottom = half_block_mV(mg), most_inward_mV(mg)
    if slip or turn != "formula":
        v = HOLDS_mV if turn == "the seven" else np.arange(-80, 40.005, 0.01)
        free = part(v, mg, **(slip or {}))
        bottom = float(v[np.argmin(free * v)])
    if slip:
        half = _half_mV(mg, **slip)
    return {"g": g, "half": float(half), "turn": float(bottom)}


def _held_nS(p, made, hold_mV, weight, seen, window_ms, **settings):
    """Peak conductance after one event while the cell is held."""
    run = simulate_ampa_nmda(
        made, [EVENT_ms], soma(p), weight=weight, hold_mV=hold_mV, tstop_ms=EVENT_ms + window_ms, **settings
    )
    return float(convert(run.values("g", seen).max(), "uS", "nS"))


def _half_mV(mg, *, sign=1.0, base=3.57, per_mV=BLOCK_PER_mV):
    return sign * np.log(mg / base) / per_mV


BLOCK = Task("block", block,
    checks=(
        Members("g", "g", "Conductance at seven potentials", "nS", 4, finest=0.01),
        Number("half", "half", "Potential of the half", "mV", 2, finest=0.3),
        Number("turn", "turn", "Potential of the largest inward current", "mV", 2, finest=0.5),
    ),
    variants=(
        variant("clamp of 1 kohm"),
        variant("clamp of 10 kohm", clamp_Mohm=0.01),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("step 0.0125 ms", dt_ms=0.0125),
        variant("from the formula", by="formula"),
        variant("both receptors there, NMDA recorded", window_ms=30.0),
        variant("three digits", then=digits(3, "g", "half", "turn")),
    ),
    mistakes=(
        mistake("sign-of-the-exponent", "the exponent has the wrong sign: the block falls with the potential", by="formula", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57", "magnesium is not divided by 3.57 mM", by="formula", slip={"base": 1.0}, credit=0.3),
        mistake("sign-in-the-numbers", "the two potentials come from the formula with the wrong sign of the exponent", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57-in-the-numbers", "the two potentials come from the formula without 3.57 mM", slip={"base": 1.0}, credit=0.3),
        mistake("AMPA-not-silenced", "AMPA is in it: g is both receptors' conductance, and gmax_AMPA was not set to 0", seen="both", credit=0.3),
        mistake("clamp-of-1-Mohm", "the clamp has NEURON's own 1 Mohm between it and the cell, and does not hold", clamp_Mohm=1.0, credit=0.5),
        mistake("given-as-a-part", "g is the part of the receptors that is free, not their conductance", fraction=True, credit=0.5),
        mistake("turn-of-the-seven", "the largest inward current is sought among the seven potentials alone", turn="the seven", credit=0.5),
        mistake("half-for-turn", "the two potentials stand in each other's place", then=lambda found: found | {"half": found["turn"], "turn": found["half"]}, credit=0.5),
        MG_LEFT, ONE_SYNAPSE,
    ),
)  # fmt: skip
