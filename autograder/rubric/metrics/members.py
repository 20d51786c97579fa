# SPDX-License-Identifier: BSD-3-Clause
"""The difference of two sequences or sets."""

import math

import numpy as np

from autograder.rubric.metrics.number import difference


def sequence_difference(values: np.ndarray, reference: np.ndarray, relative: bool, ordered: bool) -> float:
    """Largest difference of the members of two sequences, or of two sets; infinite where the counts differ.

    Sets are compared in ascending order, which pairs their members so that the largest difference is least.
    """
    if len(values) != len(reference):
        return math.inf
    pairs = (
        zip(values, reference, strict=True)
        if ordered
        else zip(*map(sorted, (values, reference)), strict=True)
    )
    return max((difference(float(one), float(other), relative) for one, other in pairs), default=0.0)
