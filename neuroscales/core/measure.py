# SPDX-License-Identifier: BSD-3-Clause
"""Measures that serve every scale: crossings, spikes, widths, velocity, and bisection on any question."""

from collections.abc import Callable

import numpy as np

# The rate of rise at which a spike is said to begin differs between laboratories.
_ONSET_mV_per_ms = {"onset at 10 mV/ms": 10.0, "onset at 20 mV/ms": 20.0}
_EFEL = {"eFEL spike_half_width": "spike_half_width", "eFEL AP_duration_half_width": "AP_duration_half_width"}

HALF_WIDTH_DEFINITIONS = ("rest to peak", "trough to peak", *_ONSET_mV_per_ms, *_EFEL)
"""Names of the half-widths in use; they differ by more than ten per cent for one and the same spike."""


def crossings(
    time_ms: np.ndarray, values: np.ndarray, level: float = 0.0, direction: str = "up"
) -> np.ndarray:
    """Times at which a trace crosses `level`, by linear interpolation between samples.

    Args:
        time_ms: shape (n_time,).
        values: shape (n_time,), in the unit of `level`.
        level: the level to cross.
        direction: ``"up"`` or ``"down"``.

    Returns:
        Times in ms, shape (n_crossings,).

    Raises:
        ValueError: another direction, or arrays of unequal length.

    >>> crossings([0.0, 1.0, 2.0], [-1.0, 1.0, -1.0], 0.0, "down")
    array([1.5])
    """
    time, trace = _pair(time_ms, values)
    if direction not in ("up", "down"):
        raise ValueError(f"direction is 'up' or 'down', not {direction!r}")
    above = trace >= level
    before, after = (~above[:-1], above[1:]) if direction == "up" else (above[:-1], ~above[1:])
    i = np.flatnonzero(before & after)
    fraction = (level - trace[i]) / (trace[i + 1] - trace[i])
    return time[i] + fraction * (time[i + 1] - time[i])


def spike_times(time_ms: np.ndarray, v_mV: np.ndarray, level_mV: float = 0.0) -> np.ndarray:
    """Times of the spikes: the upward crossings of `level_mV`.

    Returns:
        Times in ms, shape (n_spikes,).
    """
    return crossings(time_ms, v_mV, level_mV, "up")


def amplitude(v_mV: np.ndarray, rest_mV: float) -> float:
    """Height of the highest point of a trace above rest, in mV.

    >>> amplitude([-65.0, 40.0, -70.0], rest_mV=-65.0)
    105.0
    """
    return float(np.max(v_mV) - rest_mV)


def half_width(
    time_ms: np.ndarray, v_mV: np.ndarray, rest_mV: float | None = None, definition: str = "rest to peak"
) -> float:
    """Width of the first spike at half its height, in ms, by one of the definitions in use.

    What differs is the base from which the height is measured: the resting potential ("rest to peak"), the
    trough that follows ("trough to peak"), or the potential at which the rate of rise reaches 10 or 20 mV/ms.
    The two definitions of eFEL come from eFEL (Blue Brain Project, https://doi.org/10.5281/zenodo.593869).

    Args:
        time_ms: shape (n_time,), any step.
        v_mV: shape (n_time,).
        rest_mV: the resting potential, for "rest to peak".
        definition: one of `HALF_WIDTH_DEFINITIONS`.

    Raises:
        ValueError: an unknown definition, no rest where one is needed, or a trace without a whole spike.
    """
    time, v = _pair(time_ms, v_mV)
    if definition in _EFEL:
        return _efel_feature(time, v, _EFEL[definition])
    base = _base_mV(time, v, rest_mV, definition)
    peak = _first_peak(v, base)
    level = 0.5 * (base + v[peak])
    rise = crossings(time[: peak + 1], v[: peak + 1], level, "up")
    fall = crossings(time[peak:], v[peak:], level, "down")
    if not rise.size or not fall.size:
        raise ValueError(
            f"the trace holds no whole spike: it does not cross {level:.1f} mV, half its height, twice"
        )
    return float(fall[0] - rise[-1])


def velocity(
    time_ms: np.ndarray,
    first_mV: np.ndarray,
    second_mV: np.ndarray,
    distance_um: float,
    level_mV: float = 0.0,
) -> float:
    """Conduction velocity in m/s from the first upward crossings at two places.

    Args:
        time_ms: shape (n_time,).
        first_mV: potential at the place reached first, shape (n_time,).
        second_mV: potential at the other place, shape (n_time,).
        distance_um: distance between the nodes that were really read (places snap to nodes).
        level_mV: the level that marks the arrival.

    Raises:
        ValueError: no crossing at one of the places, or the same arrival at both.
    """
    arrivals = [spike_times(time_ms, trace, level_mV) for trace in (first_mV, second_mV)]
    if not arrivals[0].size or not arrivals[1].size:
        raise ValueError(f"no spike at the {'second' if arrivals[0].size else 'first'} place")
    delay_ms = arrivals[1][0] - arrivals[0][0]
    if delay_ms == 0:
        raise ValueError("the spike arrives at both places at the same time")
    return float(1e-3 * distance_um / delay_ms)


def bisect(
    question: Callable[[float], bool], low: float, high: float, relative_tolerance: float = 1e-3
) -> float:
    """Smallest value at which a yes-or-no question turns to yes, to within `relative_tolerance`.

    Args:
        question: answers False at `low`, True at `high`, and changes once between them.
        low: a value with the answer no.
        high: a value with the answer yes.
        relative_tolerance: width of the last interval, as a fraction of the value.

    Returns:
        The upper end of the last interval: a value whose answer is yes.

    Raises:
        ValueError: the answers at the ends are not no and yes.

    >>> round(bisect(lambda x: x * x > 2, 0.0, 2.0, 1e-6), 5)
    1.41421
    """
    if not low < high:
        raise ValueError(f"bisection needs low < high, not {low:g} and {high:g}")
    if question(low):
        raise ValueError(f"the answer is already yes at the low end, {low:g}: start lower")
    if not question(high):
        raise ValueError(f"the answer is still no at the high end, {high:g}: go higher")
    while high - low > relative_tolerance * abs(high):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if question(middle) else (middle, high)
    return high


def _pair(time_ms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    time, trace = np.asarray(time_ms, dtype=float), np.asarray(values, dtype=float)
    if time.ndim != 1 or time.shape != trace.shape:
        raise ValueError(
            f"time has shape {time.shape}, the trace {trace.shape}: they must be equal, one dimension"
        )
    return time, trace


def _base_mV(time: np.ndarray, v: np.ndarray, rest_mV: float | None, definition: str) -> float:
    """The potential from which the height of the spike is measured."""
    if definition == "rest to peak":
        if rest_mV is None:
            raise ValueError("the half-width from rest to peak needs rest_mV")
        return rest_mV
    if definition == "trough to peak":
        return float(v[_first_peak(v, v[0]) :].min())
    if definition in _ONSET_mV_per_ms:
        steep = np.flatnonzero(np.gradient(v, time) >= _ONSET_mV_per_ms[definition])
        if not steep.size:
            raise ValueError(f"the trace never rises at {_ONSET_mV_per_ms[definition]:g} mV/ms")
        return float(v[steep[0]])
    raise ValueError(f"unknown half-width {definition!r}; known are {', '.join(HALF_WIDTH_DEFINITIONS)}")


def _first_peak(v: np.ndarray, base_mV: float) -> int:
    """Index of the top of the first excursion that goes above half of the highest one."""
    level = 0.5 * (base_mV + v.max())
    start = int(np.argmax(v > level))
    below = np.flatnonzero(v[start:] <= level)
    stop = start + (int(below[0]) if below.size else len(v) - start)
    return start + int(np.argmax(v[start:stop])) if stop > start else start


def _efel_feature(time: np.ndarray, v: np.ndarray, feature: str) -> float:
    """First value of an eFEL feature; its own default grid of 0.1 ms is too coarse for a spike."""
    import efel

    trace = {"T": time, "V": v, "stim_start": [float(time[0])], "stim_end": [float(time[-1])]}
    efel.reset()
    efel.set_setting("interp_step", 0.01)
    try:
        values = efel.get_feature_values([trace], [feature])[0][feature]
    finally:
        efel.reset()
    if values is None or not len(values):
        raise ValueError(f"eFEL finds no {feature} in this trace")
    return float(values[0])
