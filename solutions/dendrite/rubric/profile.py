# SPDX-License-Identifier: BSD-3-Clause
"""The potential along the cable."""

import numpy as np

from autograder.rubric import Number, Profile, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable import cable_theory as theory

from .cell import LONG_nA, REST_mV, STEADY_ms, cable_of, steady
from .shared import GEOMETRY


def profile(
    p, *, end="sealed", by="formula", place=0.0, at_ms=STEADY_ms, dt_ms=0.1, nseg=101, e_mV=REST_mV, height_from_mV=REST_mV,
    centers=False, rm=None, absolute_tolerance=1e-6,
):  # fmt: skip
    """The steady potential along the dendrite while a current enters at one end, and how much of it arrives."""
    one = cable_of(p | ({} if rm is None else {"rm": rm}), nseg, e_mV)
    if by == "NEURON":
        x, v = steady(
            one, place=place, end=end, at_ms=at_ms, dt_ms=dt_ms, absolute_tolerance=absolute_tolerance
        )
    else:
        x = np.linspace(0, 1, 21)  # no closer than the centers of the fewest segments that are allowed
        v = e_mV + LONG_nA * theory.input_resistance_Mohm(one, end) * theory.steady_profile(one, x, end)
    ratio = (v[-1] - height_from_mV) / (v[0] - height_from_mV)
    if centers:
        x, v = x[1:-1], v[1:-1]
    return {"x": x, "v": v, "ratio": float(ratio)}


PROFILE = Task("profile", profile,
    checks=(
        Profile("v", "v", "Potential along the dendrite", "mV", 4, False, 0.02, time="x", plot="Steady membrane potential"),
        Number("ratio", "ratio", "Part that arrives", "", 2, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("NEURON's defaults", by="NEURON", dt_ms=0.025),
        variant("step 0.1 ms", by="NEURON"),
        variant("variable step", by="NEURON", dt_ms=None),
        variant("nseg 27", by="NEURON", nseg=27),
        variant("nseg 51, centers alone", by="NEURON", nseg=51, centers=True),
        variant("nseg 21, centers alone", by="NEURON", nseg=21, centers=True),
        variant("read after 150 ms", by="NEURON", at_ms=150.0),
        variant("three digits", then=digits(3, "ratio")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("killed-end", "the far end is cut open, not sealed", end="killed"),
        mistake("no-end", "the dendrite goes on without end", end="infinite"),
        mistake("read-after-5-ms", "v is read 5 ms after the current began, before it is steady", by="NEURON", at_ms=5.0, credit=0.5),
        mistake("clamp-in-the-middle", "the current enters at x = 0.5, not at x = 0", by="NEURON", place=0.5),
        mistake("clamp-at-the-far-end", "the current enters at x = 1, not at x = 0", by="NEURON", place=1.0),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", by="NEURON", e_mV=-70.0, height_from_mV=-65.0),
        mistake("one-segment", "nseg is still 1", by="NEURON", nseg=1),
        mistake("ratio-from-0-mV", "the ratio is that of the potentials themselves, not of their heights above rest", height_from_mV=0.0, credit=0.5),
        mistake("ratio-upside-down", "the ratio is upside down", then=lambda found: found | {"ratio": 1 / found["ratio"]}, credit=0.5),
    ),
)  # fmt: skip
