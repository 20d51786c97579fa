# SPDX-License-Identifier: BSD-3-Clause
"""Gain functions: which part of its highest rate a place fires at, given its activity u.

A gain needs one formula, its `rate`. A sharp threshold needs more on a grid: what counts there is the part
of each cell that lies above it. With cells that are only on or off, a bump sticks to the grid.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_finite, check_positive
from neuroscales.field.loader import kernels

Numbers = float | np.ndarray


@dataclass(frozen=True)
class Gain(ABC):
    """A gain function f(u); subclasses give at least `rate`."""

    @abstractmethod
    def rate(self, u: Numbers) -> Numbers:
        """Firing rate as a part of the highest one, for an activity u of any shape."""

    def slope(self, u: Numbers) -> Numbers:
        """f'(u), here by a central difference."""
        step = 1e-5 * np.maximum(1.0, np.abs(u))
        return (self.rate(u + step) - self.rate(u - step)) / (2 * step)

    def over_cells(self, u: np.ndarray, periodic: bool = True) -> np.ndarray:
        """Mean rate over each cell of a grid; for a smooth gain the rate in the middle of the cell."""
        return self.rate(u)


@dataclass(frozen=True)
class Sigmoid(Gain):
    """f(u) = 1 / (1 + exp(-steepness (u - threshold))).

    Attributes:
        steepness: beta; at the threshold the slope is a quarter of it.
        threshold: the u of half the highest rate.

    Raises:
        ValueError: a steepness that is not positive, or a value that is not finite.
    """

    steepness: float = 3.0
    threshold: float = 0.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the sigmoid", steepness=self.steepness)

    def rate(self, u: Numbers) -> Numbers:
        """Firing rate as a part of the highest one.

        >>> float(Sigmoid(threshold=0.5).rate(0.5))
        0.5
        """
        part = np.asarray(np.subtract(self.threshold, u))
        # In place: fresh arrays cost as much as the arithmetic. An overflow gives the right zero in the end.
        with np.errstate(over="ignore"):
            part *= self.steepness
            np.exp(part, out=part)
        part += 1
        return np.divide(1.0, part, out=part)[()]

    def slope(self, u: Numbers) -> Numbers:
        """f'(u) = steepness f (1 - f)."""
        rate = self.rate(u)
        return self.steepness * rate * (1 - rate)

    def over_cells(self, u: np.ndarray, periodic: bool = True) -> np.ndarray:
        """The rate in the middle of each cell: `rate` in compiled code, to 1e-13."""
        rate = np.empty(u.shape)
        kernels().sigmoid(u.ravel(), self.steepness, self.threshold, rate.ravel())
        return rate


@dataclass(frozen=True)
class Heaviside(Gain):
    """f(u) is 0 below the threshold and 1 above it.

    Attributes:
        threshold: the level h.

    Raises:
        ValueError: a threshold that is not finite.
    """

    threshold: float = 0.3

    def __post_init__(self) -> None:
        check_finite(self)

    def rate(self, u: Numbers) -> Numbers:
        """1 where u is above the threshold, 0 elsewhere."""
        return np.where(np.asarray(u) > self.threshold, 1.0, 0.0)

    def slope(self, u: Numbers) -> Numbers:
        """Zero away from the threshold.

        Raises:
            ValueError: u is the threshold, where a step has no slope.
        """
        if np.any(np.asarray(u) == self.threshold):
            raise ValueError(f"a step has no slope at its threshold, {self.threshold}")
        return np.zeros(np.shape(u))

    def over_cells(self, u: np.ndarray, periodic: bool = True) -> np.ndarray:
        """Part of each cell in which u lies above the threshold: `part_above` in compiled code."""
        part = np.empty(u.shape)
        above = kernels().line_above if u.ndim == 1 else kernels().sheet_above
        above(u, self.threshold, periodic, part)
        return part


def part_above(u: np.ndarray, level: float, periodic: bool = True) -> np.ndarray:
    """Part of each grid cell in which u lies above `level`, with u taken as straight within the cell.

    Args:
        u: shape (n,) for a line or (n, n) for a sheet.
        level: the level.
        periodic: whether the first cell is the neighbor of the last one.

    Returns:
        Numbers from 0 to 1, of the shape of u.

    >>> part_above(np.array([0.0, 0.0, 0.4, 1.0, 1.0]), 0.5, periodic=False)
    array([0. , 0. , 0.4, 1. , 1. ])
    """
    return _part_of_line(u, level, periodic) if u.ndim == 1 else _part_of_sheet(u, level, periodic)


def _part_of_line(u: np.ndarray, level: float, periodic: bool) -> np.ndarray:
    faces = _faces(u, periodic)
    left, right = faces[:-1], faces[1:]
    part = np.maximum(left, right)
    part -= level
    span = np.subtract(right, left)
    np.abs(span, out=span)
    part /= np.maximum(span, 1e-12, out=span)
    return np.minimum(np.maximum(part, 0, out=part), 1, out=part)


def _part_of_sheet(u: np.ndarray, level: float, periodic: bool) -> np.ndarray:
    """Area of a unit square above a plane's contour line: exact for a plane at any angle."""
    across, along = _faces(u, periodic), _faces(u.T, periodic).T
    above = (across[:-1] + across[1:] + along[:, :-1] + along[:, 1:]) / 4 - level
    rise, run = np.abs(np.diff(across, axis=0)), np.abs(np.diff(along, axis=1))
    part = (above > 0).astype(float)
    cut = np.flatnonzero(2 * np.abs(above) < rise + run)
    part.ravel()[cut] = _cut_square(above.ravel()[cut], rise.ravel()[cut], run.ravel()[cut])
    return part


def _cut_square(above: np.ndarray, rise: np.ndarray, run: np.ndarray) -> np.ndarray:
    """Part of a square in which a plane is positive, from its middle height and its changes across."""
    steep, flat = np.maximum(rise, run), np.minimum(rise, run)
    flat = np.maximum(flat, 1e-6 * steep)  # below that the difference quotient loses its digits
    return np.clip(
        sum(
            sign * (np.maximum(above + (a * steep + b * flat) / 2, 0)) ** 2 / (2 * steep * flat)
            for sign, a, b in ((1, 1, 1), (-1, 1, -1), (-1, -1, 1), (1, -1, -1))
        ),
        0,
        1,
    )


def _faces(u: np.ndarray, periodic: bool) -> np.ndarray:
    """u at the n + 1 faces of the n cells along the first axis; an open end goes on level."""
    faces = np.empty((len(u) + 1, *u.shape[1:]))
    np.add(u[1:], u[:-1], out=faces[1:-1])
    faces[0], faces[-1] = (u[0] + u[-1], u[0] + u[-1]) if periodic else (2 * u[0], 2 * u[-1])
    faces /= 2
    return faces
