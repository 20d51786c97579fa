# SPDX-License-Identifier: BSD-3-Clause
"""By how much two answers differ: pure numpy, without tolerances and without words.

Every difference is two-sided and never negative; infinity means that the two cannot be compared, because one
of them lacks what the other has.
"""

import math

import numpy as np

from neuroscales.core import measure

#: Stretch around the first spike in which shapes are compared, in ms before and after its upward crossing.
SHAPE_ms = (0.5, 3.0)
#: A record may begin a little late.
START_SLACK_ms = 0.5


def difference(handed: float | None, reference: float | None, relative: bool) -> float:
    """Absolute or relative difference of two numbers; None (there is no such thing) equals None alone.

    >>> difference(99.0, 100.0, relative=True)
    0.01
    >>> difference(None, 100.0, relative=True)
    inf
    """
    if handed is None or reference is None:
        return 0.0 if handed is reference else math.inf
    if not (math.isfinite(handed) and math.isfinite(reference)):
        return 0.0 if math.isnan(handed) and math.isnan(reference) else math.inf
    scale = abs(reference) if relative else 1.0
    return abs(handed - reference) / scale if scale else (0.0 if handed == reference else math.inf)


def rounded_threshold(handed: float | None, reference: float | None, relative: bool = True) -> float:
    """Distance from the true threshold to the nearest one that is compatible with the number handed in.

    A threshold to two significant digits (three where the first is 1) may be rounded up, so that it still
    excites, or rounded to nearest, or not rounded at all. All thresholds that give the same number form one
    interval; a number with more digits stands for itself.

    >>> rounded_threshold(860.0, 851.0)
    0.0
    >>> round(rounded_threshold(860.0, 840.0), 4)
    0.0119
    >>> round(rounded_threshold(861.0, 840.0), 4)
    0.025
    """
    if handed is None or reference is None or not handed > 0:
        return difference(handed, reference, relative)
    low, high = _compatible(handed)
    return difference(min(max(reference, low), high), reference, relative)


def round_up(value: float) -> float:
    """`value` rounded up to two significant digits, three where the first is 1.

    >>> round_up(851.0), round_up(1643.8)
    (860.0, 1650.0)
    """
    unit = _last_digit(value)
    return unit * math.ceil(value / unit - 1e-9)


def round_to_nearest(value: float) -> float:
    """`value` rounded to two significant digits, three where the first is 1.

    >>> round_to_nearest(856.0), round_to_nearest(1643.8)
    (860.0, 1640.0)
    """
    unit = _last_digit(value)
    return unit * round(value / unit)


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
        "peak": _peak(time_ms, v_mV),
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
    return _rms(mine - np.interp(grid + first[1][0], reference_ms, reference))


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
    return _rms(np.interp(reference_x[inside], x, values) - reference[inside])


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


def driven_difference(
    time_ms: np.ndarray, v_mV: np.ndarray, reference_ms: np.ndarray, reference_mV: np.ndarray, end_ms: float
) -> float:
    """RMS difference of two driven or relaxing traces up to `end_ms`; infinite if one ends earlier."""
    low = max(time_ms[0], reference_ms[0])
    if min(time_ms[-1], reference_ms[-1]) < end_ms or low > reference_ms[0] + START_SLACK_ms:
        return math.inf
    grid = np.linspace(low, end_ms, 1001)
    return _rms(np.interp(grid, time_ms, v_mV) - np.interp(grid, reference_ms, reference_mV))


def without_repeats(time_ms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One sample per instant: a variable-step record holds two where a pulse begins or ends."""
    keep = np.append(np.diff(time_ms) > 0, True)
    return time_ms[keep], values[keep]


def _compatible(handed: float) -> tuple[float, float]:
    """The thresholds that round to `handed`; `handed` itself where it has more digits."""
    below, unit = _last_digit(handed * (1 - 1e-9)), _last_digit(handed)
    low = handed - below if _is_multiple(handed, below) else handed
    high = handed + unit / 2 if _is_multiple(handed, unit) else handed
    return low, high


def _last_digit(value: float) -> float:
    """Size of the last significant digit: the second, or the third where the first is 1."""
    decade = 10.0 ** math.floor(math.log10(value))
    return decade / 100 if value < 2 * decade else decade / 10


def _is_multiple(value: float, unit: float) -> bool:
    return abs(value / unit - round(value / unit)) < 1e-6


def _peak(time: np.ndarray, v: np.ndarray) -> float:
    """Highest value, from the parabola through the highest sample and its neighbors: sampling cuts peaks."""
    top = int(np.argmax(v))
    if not 0 < top < len(v) - 1:
        return float(v[top])
    before, after = time[top] - time[top - 1], time[top + 1] - time[top]
    rise, fall = (v[top] - v[top - 1]) / before, (v[top + 1] - v[top]) / after
    slope = (rise * after + fall * before) / (before + after)
    curvature = (fall - rise) / (before + after)
    return float(v[top] - (slope**2 / (4 * curvature) if curvature < 0 else 0.0))


def _rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))
