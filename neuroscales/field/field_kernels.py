# SPDX-License-Identifier: BSD-3-Clause
"""Compiled loops of the field: one pass where numpy makes six, so that a step costs little beside its FFT.

The plain versions are `Sigmoid.rate` and `part_above`, which a test holds equal to these.
"""

import numpy as np

from neuroscales.core.compiled import compiled

_PER_LN2 = 1 / np.log(2)
_LN2 = np.log(2)


@compiled
def sigmoid(u: np.ndarray, steepness: float, threshold: float, out: np.ndarray) -> None:
    """1 / (1 + exp(steepness (threshold - u))) of a flat array, to 1e-13.

    The exponential is 2^k, written into the exponent bits, times a Taylor polynomial on half an octave:
    unlike a call of exp, it runs on several numbers at once.
    """
    power = np.empty(u.size, np.int64)
    scale = power.view(np.float64)
    for i in range(u.size):
        x = min(max(steepness * (threshold - u[i]), -700.0), 700.0)
        k = np.floor(x * _PER_LN2 + 0.5)
        r = x - k * _LN2
        tail = 1 / 720 + r * (1 / 5040 + r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800))))
        tail = 1 / 6 + r * (1 / 24 + r * (1 / 120 + r * tail))
        out[i] = 1 + r * (1 + r * (1 / 2 + r * tail))
        power[i] = (np.int64(k) + 1023) << 52
    for i in range(u.size):  # np.divide does not ask for a zero, which cannot occur
        out[i] = np.divide(1.0, 1.0 + out[i] * scale[i])


@compiled
def _part_of_step(left: float, right: float) -> float:
    """Part above zero of a straight line between two values."""
    return min(max(np.divide(max(left, right), max(abs(right - left), 1e-12)), 0.0), 1.0)


@compiled
def _part_of_cell(here: float, left: float, right: float, low: float, high: float, level: float) -> float:
    """Part above zero of a plane over a cell; `here` is above the level, its neighbors are not yet."""
    above = (4 * here + (left - level) + (right - level) + (low - level) + (high - level)) / 8
    rise, run = abs(high - low) / 2, abs(right - left) / 2
    half = (rise + run) / 2
    steep = max(rise, run)
    flat = max(min(rise, run), 1e-6 * steep)
    mid = min(max(above, -half), half)
    corner, edge = (steep + flat) / 2, (steep - flat) / 2
    area = max(mid + corner, 0.0) ** 2 + max(mid - corner, 0.0) ** 2
    area -= max(mid + edge, 0.0) ** 2 + max(mid - edge, 0.0) ** 2
    part = min(max(np.divide(area, max(2 * steep * flat, 1e-300)), 0.0), 1.0)
    whole = 1.0 if above > 0 else 0.0
    return part if abs(above) < half else whole


@compiled
def line_above(u: np.ndarray, level: float, periodic: bool, out: np.ndarray) -> None:
    """Part of each cell of a line in which u lies above the level."""
    n = u.size
    for i in range(1, n - 1):
        out[i] = _part_of_step((u[i - 1] + u[i]) / 2 - level, (u[i] + u[i + 1]) / 2 - level)
    first = (u[0] + u[n - 1]) / 2 if periodic else u[0]
    last = first if periodic else u[n - 1]
    out[0] = _part_of_step(first - level, (u[0] + u[1]) / 2 - level)
    out[n - 1] = _part_of_step((u[n - 2] + u[n - 1]) / 2 - level, last - level)


@compiled
def sheet_above(u: np.ndarray, level: float, periodic: bool, out: np.ndarray) -> None:
    """Part of each cell of a sheet in which u lies above the level."""
    n, m = u.shape
    left, right = (m - 1, 0) if periodic else (0, m - 1)
    for i in range(n):
        here, low = u[i], u[i - 1 if i > 0 else (n - 1 if periodic else 0)]
        high, row = u[i + 1 if i < n - 1 else (0 if periodic else n - 1)], out[i]
        for j in range(
            1, m - 1
        ):  # without a question about the ends, so that it runs on several cells at once
            row[j] = _part_of_cell(here[j] - level, here[j - 1], here[j + 1], low[j], high[j], level)
        row[0] = _part_of_cell(here[0] - level, here[left], here[1], low[0], high[0], level)
        row[m - 1] = _part_of_cell(
            here[m - 1] - level, here[m - 2], here[right], low[m - 1], high[m - 1], level
        )


@compiled
def relax(
    arriving: np.ndarray, u: np.ndarray, ratio: float, drive: np.ndarray, strength: float, v: np.ndarray
) -> None:
    """Turn the input into Euler's next u, u + ratio (input + drive - u - strength v); flat arrays."""
    for i in range(u.size):
        arriving[i] = u[i] + ratio * (arriving[i] + drive[i] - u[i] - strength * v[i])


@compiled
def mean(u: np.ndarray, end: np.ndarray) -> None:
    """Turn `end` into the mean of u and `end`; flat arrays."""
    for i in range(u.size):
        end[i] = (u[i] + end[i]) / 2


@compiled
def multiply(waves: np.ndarray, spectrum: np.ndarray) -> None:
    """Multiply complex waves by a real spectrum; flat arrays."""
    for i in range(waves.size):
        waves[i] = complex(waves[i].real * spectrum[i], waves[i].imag * spectrum[i])
