# SPDX-License-Identifier: BSD-3-Clause
"""The difference of two driven traces."""

import math

import numpy as np

from autograder.rubric.metrics.trace import rms

#: A record may begin a little late.
START_SLACK_ms = 0.5


def driven_difference(
    time_ms: np.ndarray, v_mV: np.ndarray, reference_ms: np.ndarray, reference_mV: np.ndarray, end_ms: float
) -> float:
    """RMS difference of two driven or relaxing traces up to `end_ms`; infinite if one ends earlier."""
    low = max(time_ms[0], reference_ms[0])
    if min(time_ms[-1], reference_ms[-1]) < end_ms or low > reference_ms[0] + START_SLACK_ms:
        return math.inf
    grid = np.linspace(low, end_ms, 1001)
    return rms(np.interp(grid, time_ms, v_mV) - np.interp(grid, reference_ms, reference_mV))
