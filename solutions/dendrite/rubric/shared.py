# SPDX-License-Identifier: BSD-3-Clause
"""Mistakes that several tasks share."""

from autograder.rubric import mistake

NEURONS = {"diam": 500.0, "L": 100.0, "Ra": 35.4, "rm": 1.0}  # NEURON's own diameter, length, Ra and pas.g
RA_LEFT = mistake("Ra-left", "Ra is still NEURON's own 35.4 ohm cm", p={"Ra": NEURONS["Ra"]}, credit=0.3)


RM_LEFT = mistake(
    "g-left", "the leak is still that of pas itself, 0.001 S/cm2", p={"rm": NEURONS["rm"]}, credit=0.3
)


RADIUS = mistake(
    "radius-for-diameter",
    "the radius stands where the diameter belongs",
    p=lambda p, own: {"diam": p["diam"] / 2},
    credit=0.3,
)


TWICE = mistake(
    "diameter-twice",
    "the diameter is twice what is asked",
    p=lambda p, own: {"diam": 2 * p["diam"]},
    credit=0.3,
)


GEOMETRY = (RA_LEFT, RM_LEFT, RADIUS, TWICE)
