# SPDX-License-Identifier: BSD-3-Clause
"""Features of oscillations, and differences of phases."""

import math

import numpy as np

from autograder.rubric.metrics.spikes import peak
from neuroscales.core import measure


def oscillation_features(time: np.ndarray, values: np.ndarray, start: float, end: float) -> dict[str, float]:
    """What describes an oscillation whatever its phase: pointwise errors mostly measure the drift of phase.

    Args:
        time: shape (n_time,), increasing.
        values: shape (n_time,).
        start: beginning of the stretch that is looked at, past the transient.
        end: end of that stretch.

    Returns:
        ``period`` (mean distance of upward crossings of the middle between the extremes), ``amplitude`` (half
        of the distance of the extremes), ``mean`` (over whole periods) and ``first`` (time of the first
        crossing); NaN for what fewer than two whole periods do not show.
    """
    inside = (time >= start) & (time <= end)
    t, x = time[inside], values[inside]
    missing = dict.fromkeys(("period", "amplitude", "mean", "first"), math.nan)
    if time[0] > start or time[-1] < end or len(t) < 3:
        return missing
    high, low = peak(t, x), -peak(t, -x)
    arrivals = measure.crossings(t, x, (high + low) / 2)
    if len(arrivals) < 3 or high == low:
        return missing
    first, last = float(arrivals[0]), float(arrivals[-1])
    grid = np.linspace(first, last, 200 * (len(arrivals) - 1), endpoint=False)
    return {
        "period": (last - first) / (len(arrivals) - 1),
        "amplitude": (high - low) / 2,
        "mean": float(np.interp(grid, t, x).mean()),
        "first": first,
    }


def phase_lag(time: np.ndarray, values: np.ndarray, leader: np.ndarray, start: float, end: float) -> float:
    """By which part of a period (0 to 1) an oscillation comes after another; NaN where one does not show."""
    lagging, leading = (oscillation_features(time, one, start, end) for one in (values, leader))
    return float((lagging["first"] - leading["first"]) / leading["period"] % 1.0)


def circular_difference(one: float, other: float) -> float:
    """Distance of two phases in periods, at most one half; infinite where one does not show.

    >>> round(circular_difference(0.95, 0.05), 12)
    0.1
    """
    if math.isnan(one) or math.isnan(other):
        return 0.0 if math.isnan(one) and math.isnan(other) else math.inf
    return abs((one - other + 0.5) % 1.0 - 0.5)
