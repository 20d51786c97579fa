# SPDX-License-Identifier: BSD-3-Clause
"""Differences and extrema of profiles along a cable."""

import math

import numpy as np

from autograder.rubric.metrics.trace import rms


def profile_difference(
    x: np.ndarray, values: np.ndarray, reference_x: np.ndarray, reference: np.ndarray
) -> float:
    """RMS difference of two profiles along a cable, at the places of the reference.

    The profile handed in may stand on other nodes: between them it is interpolated linearly. At each end it
    may lack one place of the reference, no more; then it cannot be compared.

    Args:
        x: places handed in, increasing, shape (n_places,).
        values: the profile there.
        reference_x: places of the reference, shape (n_reference,).
        reference: the reference's profile.
    """
    inside = (reference_x >= x[0] - 1e-9) & (reference_x <= x[-1] + 1e-9)
    if not inside[1:-1].all():
        return math.inf
    return rms(np.interp(reference_x[inside], x, values) - reference[inside])


def extremum_place(x: np.ndarray, values: np.ndarray, highest: bool) -> float:
    """Place of the highest (or lowest) value in the middle half of a cable, by a parabola between nodes.

    NaN where the middle half holds fewer than three nodes, or its extremum lies at its edge.
    """
    middle = (x >= 0.25) & (x <= 0.75)
    place, profile = x[middle], values[middle] if highest else -values[middle]
    top = int(np.argmax(profile)) if len(place) else 0
    if not 0 < top < len(place) - 1:
        return math.nan
    near = slice(top - 1, top + 2)
    curvature, slope, _ = np.polyfit(place[near] - place[top], profile[near], 2)
    return float(place[top] - (slope / (2 * curvature) if curvature else 0.0))
