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
    high, low = _peak(t, x), -_peak(t, -x)
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


def norm_difference(values: np.ndarray, reference: np.ndarray) -> float:
    """Difference of two fields as a fraction: the norm of the difference over the norm of the reference."""
    if values.shape != reference.shape:
        return math.inf
    size = float(np.linalg.norm(reference))
    off = float(np.linalg.norm(values - reference))
    return off / size if size else (0.0 if off == 0 else math.inf)


def spectrum_difference(
    frequency: np.ndarray, power: np.ndarray, reference_frequency: np.ndarray, reference: np.ndarray
) -> float:
    """`norm_difference` of two spectra at the reference's frequencies; infinite where some are missing."""
    slack = 1e-9 * float(reference_frequency[-1])
    if frequency[0] > reference_frequency[0] + slack or frequency[-1] < reference_frequency[-1] - slack:
        return math.inf
    return norm_difference(np.interp(reference_frequency, frequency, power), reference)


def standard_errors_apart(handed: float | None, expected: float | None, standard_error: float) -> float:
    """Distance of an estimate from its expectation, in standard errors of such an estimate."""
    apart = difference(handed, expected, relative=False)
    return apart / standard_error if standard_error > 0 else (0.0 if apart == 0 else math.inf)


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
