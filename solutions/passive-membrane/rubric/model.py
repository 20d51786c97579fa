# SPDX-License-Identifier: BSD-3-Clause
"""A model."""

import json
from pathlib import Path

import numpy as np

from autograder.rubric import Task, driven, load_module, mistake, variant
from neuroscales.core.engine import neuron_as_found
from neuroscales.membrane.patch import Patch, section_of

from .cell import MEMBRANES
from .shared import OF_E, OF_G, OF_SIZE

PRACTICE = {
    one["name"]: one["practice"]
    for one in json.loads(Path(__file__).parents[1].joinpath("spec.json").read_text(encoding="utf-8"))[
        "parameters"
    ]
}


PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_model.py"))


def model(p, *, membrane="pas", nseg=1):
    """What the grader's protocol finds on the soma."""

    def build(q):
        section = section_of(Patch(q["L"], q["diam"]), MEMBRANES[membrane](q))
        section.nseg = nseg  # each with the membrane of the one that was there
        return section

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build, p).items()}


_SOMAS = {"own": ", your own soma", "other": ", another soma"}


MODEL = Task(
    "model",
    model,
    checks=tuple(
        driven(f"{one}.{item}", f"{one}.t", 59.5, f"{words}{where}", 1.5, f"{words}{where}", finest=0.05)
        for one, where in _SOMAS.items()
        for item, words in (("v_alone", "From -65 mV, left alone"), ("v_step", "From -65 mV, under a current step"))
    ),
    protocol="protocol_model.py",
    sets=lambda own, spec: {"own": own, "other": PRACTICE},
    variants=(
        variant("as asked"),
        variant("nseg 5", nseg=5),
        variant("hh without gates", membrane="hh without gates"),
        variant("length and diameter exchanged", p=lambda p, own: {"L": p["diam"], "diam": p["L"]}),
        variant("another cylinder of the same area", p=lambda p, own: {"L": 2 * p["L"], "diam": p["diam"] / 2}),
        variant("nseg 3, hh without gates", nseg=3, membrane="hh without gates"),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_E,
        mistake("practice-values", "build ignores p and makes the practice soma", p=PRACTICE, credit=0.3),
        mistake("own-values", "build ignores p and always makes your own soma", p=lambda p, own: own),
        mistake("no-leak", "no leak is inserted", membrane="none"),
        mistake("hh-left", "the membrane is hh with all of its channels, not a leak alone", membrane="hh as it is"),
        mistake("ball", "length and diameter are both p.diam: a ball", p=lambda p, own: {"L": p["diam"]}),
        mistake("length-left", "the length is NEURON's own, 100 um", p={"L": 100}),
        mistake("sign-of-e", "the leak reverses at a positive potential", p=lambda p, own: {"e": -p["e"]}),
    ),
)  # fmt: skip
