# SPDX-License-Identifier: BSD-3-Clause
"""CANARY-RUBRIC An assignment that needs no simulation: a number, a trace and a function."""

import math

import numpy as np
from autograder.rubric import Number, Task, driven, mistake


def area(p, *, factor=1.0):
    return {"area": factor * math.pi * p["radius"] ** 2}


def wave(p, *, tau_per_um=1.0):
    t = np.linspace(0, 10, 201)
    return {"t": t, "v": 10 * np.exp(-t / (tau_per_um * p["radius"]))}


def model(p, *, lengths=10.0):
    t = np.linspace(0, 10, 21)
    return {"t": t, "v": 0.2 * math.pi * lengths * p["radius"] ** 2 * np.exp(-t)}


def two_rods(own, spec):
    return {"thin": {"radius": 2.0}, "own": own}


TASKS = (
    Task(
        "area",
        area,
        (Number("area", "area", "Area", "um2", 4.0, relative=True),),
        mistakes=(mistake("diameter", "you took the diameter for the radius", factor=4.0),),
    ),
    Task(
        "wave",
        wave,
        (driven("v", "t", 9.5, "Potential", 3.0, "The decay"),),
        mistakes=(mistake("diameter", "you took the diameter for the radius", tau_per_um=2.0),),
    ),
    Task(
        "model",
        model,
        (
            driven("thin.v", "thin.t", 9.5, "Potential", 1.5, "Area of a thin rod"),
            driven("own.v", "own.t", 9.5, "Potential", 1.5, "Area of your rod"),
        ),
        protocol="protocol_model.py",
        sets=two_rods,
        mistakes=(mistake("shorter", "the rod is half as long", lengths=5.0),),
    ),
)
