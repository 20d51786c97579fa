# SPDX-License-Identifier: BSD-3-Clause
"""Features of spiking traces, and differences of spikes."""

import math

import numpy as np

from autograder.rubric.metrics.driven import driven_difference
from autograder.rubric.metrics.trace import rms
from neuroscales.core import measure

#: Stretch around the first spike in which shapes are compared, in ms before and after its upward crossing.
SHAPE_ms = (0.5, 3.0)


def spiking_features(time_ms: np.ndarray, v_mV: np.ndarray, end_ms: float) -> dict[str, float]:
    """What describes a spiking trace whatever its time step.

    Args:
        time_ms: shape (n_time,), increasing; at least three samples.
        v_mV: shape (n_time,).
        end_ms: the time up to which the trough is sought and at which the end value is read.

    Returns:
        ``count`` (upward crossings of 0 mV), ``arrival`` (the first of them, ms), ``peak``, ``trough`` (after
        the arrival) and ``end`` (mV); NaN for what the trace does not show.
    """
    arrivals = measure.spike_times(time_ms, v_mV)
    arrival = float(arrivals[0]) if arrivals.size else math.nan
    covers = time_ms[-1] >= end_ms
    after = (time_ms >= (arrival if arrivals.size else time_ms[0])) & (time_ms <= end_ms)
    return {
        "count": float(arrivals.size),
        "arrival": arrival,
        "peak": peak(time_ms, v_mV),
        "trough": float(v_mV[after].min()) if covers and after.any() else math.nan,
        "end": float(np.interp(end_ms, time_ms, v_mV)) if covers else math.nan,
    }


def shape_difference(
    time_ms: np.ndarray, v_mV: np.ndarray, reference_ms: np.ndarray, reference_mV: np.ndarray, end_ms: float
) -> float:
    """RMS difference in mV of two traces around their first spikes, each aligned on its own upward crossing.

    Where neither trace has a spike, both are compared as they are, over the time they share.
    """
    mine, true = (time_ms, v_mV), (reference_ms, reference_mV)
    return guided_difference(*mine, v_mV, *true, reference_mV, end_ms)


def guided_difference(
    time_ms: np.ndarray,
    values: np.ndarray,
    v_mV: np.ndarray,
    reference_ms: np.ndarray,
    reference: np.ndarray,
    reference_mV: np.ndarray,
    end_ms: float,
) -> float:
    """RMS difference of two traces (a gate, say) around the first spikes of the potentials beside them.

    Each trace is aligned on the upward crossing of its own potential. Where neither potential has a spike,
    both traces are compared as they are.

    Args:
        time_ms: shape (n_time,).
        values: the trace, shape (n_time,).
        v_mV: the potential that was recorded with it, shape (n_time,).
        reference_ms: time of the reference.
        reference: its trace.
        reference_mV: its potential.
        end_ms: how far traces without a spike are compared.
    """
    first = [measure.spike_times(time_ms, v_mV), measure.spike_times(reference_ms, reference_mV)]
    if not first[0].size and not first[1].size:
        return driven_difference(time_ms, values, reference_ms, reference, end_ms)
    if not first[0].size or not first[1].size:
        return math.inf
    grid = np.linspace(-SHAPE_ms[0], SHAPE_ms[1], 351)
    if time_ms[0] > first[0][0] + grid[0] or time_ms[-1] < first[0][0] + grid[-1]:
        return math.inf
    mine = np.interp(grid + first[0][0], time_ms, values)
    return rms(mine - np.interp(grid + first[1][0], reference_ms, reference))


def train_difference(times: np.ndarray, reference: np.ndarray) -> float:
    """How far the spikes of two trains lie apart when the k-th may be off by k times as much as the first.

    The largest ``|t_k - r_k| / k`` (k = 1, 2, ...), in the unit of the times: a correct run with another step
    has a slightly other period, and so drifts along the train. Infinite where the counts differ.

    >>> train_difference(np.array([5.1, 15.2, 25.3]), np.array([5.0, 15.0, 25.0]))  # doctest: +ELLIPSIS
    0.1...
    """
    if len(times) != len(reference):
        return math.inf
    shift = np.abs(np.asarray(times) - reference) / np.arange(1, len(reference) + 1)
    return float(shift.max(initial=0.0))


def peak(time: np.ndarray, v: np.ndarray) -> float:
    """Highest value, from the parabola through the highest sample and its neighbors: sampling cuts peaks."""
    top = int(np.argmax(v))
    if not 0 < top < len(v) - 1:
        return float(v[top])
    before, after = time[top] - time[top - 1], time[top + 1] - time[top]
    rise, fall = (v[top] - v[top - 1]) / before, (v[top + 1] - v[top]) / after
    slope = (rise * after + fall * before) / (before + after)
    curvature = (fall - rise) / (before + after)
    return float(v[top] - (slope**2 / (4 * curvature) if curvature < 0 else 0.0))
