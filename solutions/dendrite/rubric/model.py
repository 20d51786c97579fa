# SPDX-License-Identifier: BSD-3-Clause
"""A model."""

from pathlib import Path

import numpy as np
from neuron import n

from autograder.rubric import Task, driven, load_module, mistake, variant
from autograder.rubric.ways import farthest
from neuroscales.core.engine import neuron_as_found
from neuroscales.core.units import convert

from .cell import REST_mV
from .shared import RA_LEFT, RADIUS, TWICE

PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_model.py"))


def model(
    p,
    *,
    nseg=101,
    Ra=None,
    g_S_cm2=None,
    e_mV=REST_mV,
    cm_uF_cm2=1.0,
    in_every_segment=True,
    pas=True,
    build=None,
):
    """What the grader's protocol finds on a dendrite that is built in NEURON's own words."""

    def usual(q):
        dendrite = n.Section(name="dendrite")
        dendrite.L, dendrite.diam, dendrite.nseg = q["L"], q["diam"], nseg
        dendrite.Ra, dendrite.cm = q["Ra"] if Ra is None else Ra, cm_uF_cm2
        if pas:
            dendrite.insert("pas")
            for segment in dendrite if in_every_segment else [dendrite(0.5)]:
                segment.pas.g = convert(1 / q["rm"], "mS", "S") if g_S_cm2 is None else g_S_cm2(q)
                segment.pas.e = e_mV
        return dendrite

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build or usual, p).items()}


_DENDRITES = {"own": ", your own dendrite", "other": ", another dendrite"}


MODEL = Task(
    "model",
    model,
    checks=tuple(
        check
        for name, where in _DENDRITES.items()
        for check in (
            driven(f"{name}.v_start", f"{name}.t", 59.0, f"A long current, x = 0{where}", 1, f"Response at x = 0{where}"),
            driven(f"{name}.v_tip", f"{name}.t", 59.0, f"A long current, x = 1{where}", 1, f"Response at x = 1{where}"),
            driven(f"{name}.v_short", f"{name}.t", 19.0, f"A short current, x = 1{where}", 1, f"Response to a short current{where}", finest=0.05),
        )
    ),
    protocol="protocol_model.py",
    sets=farthest,
    variants=(
        variant("nseg 101"),
        variant("nseg 21", nseg=21),
        variant("nseg 27", nseg=27),
        variant("nseg 51", nseg=51),
        variant("nseg 81", nseg=81),
        variant("nseg 129", nseg=129),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("g-left", "the leak is still that of pas itself, 0.001 S/cm2", g_S_cm2=lambda q: 0.001),
        mistake("g-in-mS", "g is 1 / rm as it stands, in mS/cm2: a thousand times too much", g_S_cm2=lambda q: 1 / q["rm"]),
        mistake("g-is-rm", "g is rm, not its inverse", g_S_cm2=lambda q: q["rm"]),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", e_mV=-70.0),
        mistake("one-segment", "nseg is still 1", nseg=1),
        mistake("three-segments", "there are 3 segments, too few for a short current", nseg=3),
        mistake("leak-in-the-middle", "the leak is set in the middle segment alone", in_every_segment=False),
        mistake("no-leak", "pas is not inserted", pas=False),
        mistake("practice-values", "build ignores p and makes the dendrite of the practice", p=lambda p, own: {"diam": 1.8, "L": 550, "Ra": 100, "rm": 10}),
        mistake("own-values", "build ignores p and always makes your own dendrite", p=lambda p, own: own),
    ),
)  # fmt: skip
