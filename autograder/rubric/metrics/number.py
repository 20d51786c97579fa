# SPDX-License-Identifier: BSD-3-Clause
"""Differences of two numbers, and of thresholds that may have been rounded."""

import math


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
