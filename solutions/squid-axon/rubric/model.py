# SPDX-License-Identifier: BSD-3-Clause
"""A model."""

from pathlib import Path

import numpy as np
from neuron import n

from autograder.rubric import Task, driven, load_module, mistake, spiking, variant
from autograder.rubric.ways import farthest
from neuroscales.core.engine import neuron_as_found

from .axon import END_ms
from .shared import LEFT, SEED

PROTOCOL = load_module(Path(__file__).parents[1].joinpath("protocol_model.py"))


def model(p, *, L_um=20_000.0, nseg=43, hh=True, in_every_segment=True, Ra_ohm_cm=35.4, build=None):
    """What the grader's protocol finds on an axon that is built in NEURON's own words, or by another `build(p)`."""

    def as_asked(q):
        axon = n.Section(name="axon")
        axon.L, axon.diam, axon.nseg, axon.Ra = L_um, q["diam"], nseg, Ra_ohm_cm
        if hh:
            axon.insert("hh")
            for segment in axon if in_every_segment else [axon(0.5)]:
                segment.hh.gnabar = q["gnabar"]
        return axon

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build or as_asked, p).items()}


_AXONS = {"own": ", your own axon", "other": ", another axon"}


MODEL = Task(
    "model",
    model,
    checks=tuple(
        check
        for axon, where in _AXONS.items()
        for check in (
            *spiking(
                f"{axon}.v", f"{axon}.t", END_ms, f"Spike at x = 0.75{where}",
                {"count": 0.5, "arrival": 1, "shape": 0.5}, where,
            ),
            driven(
                f"{axon}.v_small", f"{axon}.t", END_ms, f"Small hyperpolarizing current, x = 0{where}", 1,
                f"Response to a small current{where}",
            ),
        )
    ),
    protocol="protocol_model.py",
    sets=farthest,
    variants=(
        variant("as asked"),
        variant("nseg 129", nseg=129),
    ),
    mistakes=(
        *LEFT,
        mistake("practice-values", "build ignores p and makes the seed's axon", p=SEED),
        mistake("own-values", "build ignores p and always makes your own axon", p=lambda p, own: own),
        mistake("length-in-mm", "the length is 20 um: it was given in mm", L_um=20.0),
        mistake("length-2-mm", "the length is 2000 um, a tenth of what is asked", L_um=2000.0),
        mistake("no-hh", "hh is not inserted", hh=False),
        mistake("sodium-in-the-middle", "the sodium density is set in the middle segment alone", in_every_segment=False),
    ),
)  # fmt: skip
