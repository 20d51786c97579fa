# SPDX-License-Identifier: BSD-3-Clause
"""Differences in standard errors."""

import math

from autograder.rubric.metrics.number import difference


def standard_errors_apart(handed: float | None, expected: float | None, standard_error: float) -> float:
    """Distance of an estimate from its expectation, in standard errors of such an estimate."""
    apart = difference(handed, expected, relative=False)
    return apart / standard_error if standard_error > 0 else (0.0 if apart == 0 else math.inf)
