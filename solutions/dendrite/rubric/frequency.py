# SPDX-License-Identifier: BSD-3-Clause
"""Attenuation by frequency."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable import cable_theory as theory
from neuroscales.core.units import convert

from .cell import cable_of, impedances
from .shared import RA_LEFT, RADIUS, TWICE


def frequency(p, *, by="formula", end="sealed", nseg=101, per_Hz=1.0, constant="exact"):
    """Length constant and attenuation under a current that goes up and down."""
    one, f_Hz = cable_of(p, nseg), per_Hz * p["freq"]
    q = complex(theory.slowness(one, f_Hz))
    divide_by = {
        "exact": q.real,
        "absolute value": abs(q),
        "high frequencies": np.sqrt(convert(np.pi * f_Hz * one.tau_ms, "Hz", "kHz")),
    }[constant]
    start, tip = impedances(one, end, f_Hz, by)
    return {"lam_ac": float(one.lambda_um / divide_by), "ratio_ac": abs(tip / start)}


FREQUENCY = Task("frequency", frequency,
    checks=(
        Number("lam_ac", "lam_ac", "Length constant at your frequency", "um", 2.5, relative=True, finest=0.005),
        Number("ratio_ac", "ratio_ac", "Part of the amplitude that arrives", "", 2.5, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("three digits", then=digits(3, "lam_ac", "ratio_ac")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, nseg 51", by="NEURON", nseg=51),
        variant("impedance in NEURON, nseg 27", by="NEURON", nseg=27),
        variant("finite differences", by="finite differences"),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("steady", "these are the values of a steady current", per_Hz=0.0, credit=0.3),
        mistake("no-2-pi", "the frequency in Hz stands where 2 pi f belongs", per_Hz=1 / (2 * np.pi), credit=0.3),
        mistake("high-frequencies", "the length constant is NEURON's, which leaves the leak out: it holds for high frequencies", constant="high frequencies", credit=0.5),
        mistake("absolute-value", "the length constant is divided by the absolute value of q, not by its real part", constant="absolute value", credit=0.5),
        mistake("no-end", "the part that arrives is that of a dendrite without end", end="infinite", credit=0.5),
        mistake("killed-end", "the part that arrives is that of a dendrite whose end is cut open", end="killed", credit=0.5),
    ),
)  # fmt: skip
