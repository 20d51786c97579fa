# SPDX-License-Identifier: BSD-3-Clause
"""Tracts as an integrator sees them: how many steps back it looks, where, and with which weight."""

from dataclasses import dataclass

import numpy as np

ORDER = {"euler": 1, "heun": 2, "rk4": 4}
"""Order of each method without noise."""

_OFFSETS = {"euler": (0.0,), "heun": (0.0, 1.0), "rk4": (0.0, 0.5, 1.0)}
_ALMOST_A_STEP = 1e-9


@dataclass(frozen=True, eq=False)
class Stage:
    """What one stage of a step reads from the past, a row for each value read.

    Attributes:
        offset: when the stage is, as a fraction of the step.
        receivers: region that receives, in ascending order.
        senders: region whose output is read.
        lags: how many steps before the beginning of the step.
        weights: what the value is multiplied by.
    """

    offset: float
    receivers: np.ndarray
    senders: np.ndarray
    lags: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Tracts:
    """The stages of a method, the tracts without delay, and each region's total weight."""

    stages: tuple[Stage, ...]
    instant: np.ndarray
    totals: np.ndarray

    @property
    def longest_lag(self) -> int:
        """How many steps back the longest tract reaches."""
        return max((int(stage.lags.max()) for stage in self.stages if stage.lags.size), default=0)

    def together(self) -> tuple[np.ndarray, ...]:
        """All stages one after the other: where each begins, receivers, senders, lags and weights."""
        starts = np.cumsum([0, *(stage.lags.size for stage in self.stages)])
        names = ("receivers", "senders", "lags", "weights")
        rows = (np.concatenate([getattr(stage, name) for stage in self.stages]) for name in names)
        return (starts, *rows)

    @property
    def shortest_lag(self) -> int:
        """How many steps back the shortest delayed tract reaches; large where there is none."""
        return min((int(stage.lags.min()) for stage in self.stages if stage.lags.size), default=10**6)


def lay_tracts(weights: np.ndarray, delays_ms: np.ndarray, dt_ms: float, method: str) -> Tracts:
    """Turn weights and delays into what each stage of a method reads.

    A delay of 0 (or, for Euler's method, below half a step) is no delay.

    Args:
        weights: gain included, shape (n_regions, n_regions).
        delays_ms: same shape.
        dt_ms: time step.
        method: one of `ORDER`.

    Raises:
        ValueError: a delay that is shorter than a step but not 0.
    """
    steps = delays_ms / dt_ms
    if method == "euler":
        steps = np.floor(steps + 0.5)
    whole = np.abs(steps - np.round(steps)) < _ALMOST_A_STEP
    steps = np.where(whole, np.round(steps), steps)
    tract = weights != 0
    delayed = tract & (steps > 0)
    if np.any(steps[delayed] < 1):
        shortest_ms = delays_ms[delayed].min()
        raise ValueError(f"dt_ms = {dt_ms} exceeds the delay of {shortest_ms:.4g} ms: take a shorter step")
    receivers, senders = np.nonzero(delayed)
    stages = [
        _stage(offset, receivers, senders, steps[delayed], weights[delayed], method)
        for offset in _OFFSETS[method]
    ]
    return Tracts(tuple(stages), np.where(tract & (steps == 0), weights, 0.0), weights.sum(axis=1))


def _stage(
    offset: float,
    receivers: np.ndarray,
    senders: np.ndarray,
    steps: np.ndarray,
    weights: np.ndarray,
    method: str,
) -> Stage:
    back = steps - offset
    whole = np.floor(back + _ALMOST_A_STEP)
    fraction = np.where(back - whole < _ALMOST_A_STEP, 0.0, back - whole)
    lags, shares = (_cubic if method == "rk4" else _linear)(whole, fraction)
    keep = np.abs(shares) > 0
    n_points = lags.shape[1]
    wide = [np.repeat(array[:, None], n_points, axis=1) for array in (receivers, senders, weights)]
    order = np.argsort(wide[0][keep], kind="stable")
    receiver, sender, weight = (array[keep][order] for array in wide)
    return Stage(offset, receiver, sender, lags[keep].astype(np.int64)[order], weight * shares[keep][order])


def _linear(whole: np.ndarray, fraction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The two steps around a time and their shares."""
    return np.stack([whole, whole + 1], axis=1), np.stack([1 - fraction, fraction], axis=1)


def _cubic(whole: np.ndarray, fraction: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Four steps around a time and Lagrange's shares; none of them lies in the future."""
    first = np.maximum(whole - 1, 0)
    points = first[:, None] + np.arange(4)
    at = (whole + fraction)[:, None] - points
    shares = np.ones_like(points)
    for k in range(4):
        for other in range(4):
            if other != k:
                shares[:, k] *= at[:, other] / (k - other)
    exact = fraction == 0
    shares[exact] = (points[exact] == whole[exact, None]).astype(float)
    return points, shares
