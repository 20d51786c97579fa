# SPDX-License-Identifier: BSD-3-Clause
"""The compiled march of Wilson and Cowan's equations; its twin is in `tests/population/twins.py`."""

import math

import numpy as np

from neuroscales.core.compiled import compiled


@compiled
def _slopes(c: np.ndarray, drive: float, e: float, i: float) -> tuple[float, float]:
    """Right-hand side of one run; `c` as `wilson_cowan.constants` orders them."""
    to_e, to_i = c[0] * e - c[1] * i + drive, c[2] * e - c[3] * i + c[10]
    s_e = 0.5 * (math.tanh(0.5 * c[4] * (to_e - c[5])) + math.tanh(0.5 * c[4] * c[5]))
    s_i = 0.5 * (math.tanh(0.5 * c[6] * (to_i - c[7])) + math.tanh(0.5 * c[6] * c[7]))
    return (-e + (c[12] - c[11] * e) * s_e) / c[8], (-i + (c[13] - c[11] * i) * s_i) / c[9]


@compiled
def march(
    c: np.ndarray,
    drives: np.ndarray,
    start: np.ndarray,
    n_steps: int,
    dt_ms: float,
    every: int,
    kick: float,
    rng: np.random.Generator,
) -> np.ndarray:
    """Runge and Kutta's steps of every run.

    Args:
        c: the constants.
        drives: at every half step, or in one row for all times, shape (2 n_steps + 1 or 1, n_runs).
        start: shape (2, n_runs).
        n_steps: how many steps.
        dt_ms: the step.
        every: keep one of so many.
        kick: standard deviation of the noise of one step.
        rng: where it comes from.

    Returns:
        The states kept, the start among them, shape (n_kept, 2, n_runs).
    """
    n_runs, last = start.shape[1], len(drives) - 1
    kept = np.empty((n_steps // every + 1, 2, n_runs))
    kept[0] = start
    state = start.copy()
    for step in range(n_steps):
        rows = min(2 * step, last), min(2 * step + 1, last), min(2 * step + 2, last)
        for run in range(n_runs):
            e, i = state[0, run], state[1, run]
            half = drives[rows[1], run]
            e1, i1 = _slopes(c, drives[rows[0], run], e, i)
            e2, i2 = _slopes(c, half, e + 0.5 * dt_ms * e1, i + 0.5 * dt_ms * i1)
            e3, i3 = _slopes(c, half, e + 0.5 * dt_ms * e2, i + 0.5 * dt_ms * i2)
            e4, i4 = _slopes(c, drives[rows[2], run], e + dt_ms * e3, i + dt_ms * i3)
            state[0, run] = e + dt_ms / 6 * (e1 + 2 * e2 + 2 * e3 + e4)
            state[1, run] = i + dt_ms / 6 * (i1 + 2 * i2 + 2 * i3 + i4)
            if kick > 0:
                state[0, run] += kick * rng.standard_normal()
                state[1, run] += kick * rng.standard_normal()
        if (step + 1) % every == 0:
            kept[(step + 1) // every] = state
    return kept
