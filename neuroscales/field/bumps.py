# SPDX-License-Identifier: BSD-3-Clause
"""Bumps: stationary islands of firing on a line, with a sharp threshold; their edges tell everything.

Where f is a step, only the edges of the regions above threshold matter: a bump is stationary when u is the
threshold at each edge, and it is stable when each small shift of the edges dies out (Amari 1977,
https://doi.org/10.1007/BF00337259). Edges are listed from left to right: a region begins, it ends, the next
begins, and so on.
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.optimize import brentq, least_squares

from neuroscales.field.growth import adapted_growth, check_no_delay, step_threshold
from neuroscales.field.kernels import Kernel
from neuroscales.field.simulation import NeuralField

Input = Callable[[np.ndarray], np.ndarray]
"""A constant input I(x), from positions in mm, shape (n,), to numbers of the same shape."""


def _no_input(x_mm: np.ndarray) -> np.ndarray:
    return np.zeros(np.shape(x_mm))


def recurrent_input(kernel: Kernel, x_mm: np.ndarray, edges_mm: Iterable[float]) -> np.ndarray:
    """What the places above threshold send to x: W(x - beginning) - W(x - end), summed over the regions.

    Args:
        kernel: the connections.
        x_mm: positions, any shape.
        edges_mm: beginnings and ends of the regions above threshold, from left to right.

    Returns:
        An array of the shape of `x_mm`. Without input and adaptation this is the profile u(x) of a bump.

    Raises:
        ValueError: edges that are not finite, do not increase, or are not even in number.
    """
    edges = _edges(edges_mm)
    parts = kernel.integral(np.asarray(x_mm, dtype=float)[..., None] - edges)
    return (parts * _signs(edges)).sum(axis=-1)


def bump_widths_mm(kernel: Kernel, threshold: float, longest_mm: float | None = None) -> np.ndarray:
    """Widths of the single bumps that can stand without input: the roots a of W(a) = threshold.

    Args:
        kernel: the connections.
        threshold: the threshold h of the step gain.
        longest_mm: how far to look; without it, over the kernel's whole extent.

    Returns:
        The whole widths of the region above threshold, from the narrowest to the widest; empty for none.

    Raises:
        ValueError: a threshold that is not finite, or a range that is not positive.
    """
    longest = kernel.extent_mm if longest_mm is None else longest_mm
    if not (np.isfinite(threshold) and longest > 0):
        raise ValueError(f"the threshold must be finite and longest_mm positive, not {threshold}, {longest}")
    width = np.linspace(0, longest, 8001)
    width[0] = 1e-9 * longest  # a region of no width is no bump
    excess = kernel.integral(width) - threshold
    crossed = np.flatnonzero((excess[:-1] < 0) != (excess[1:] < 0))
    roots = [
        brentq(lambda a: float(kernel.integral(a)) - threshold, width[i], width[i + 1], xtol=1e-13)
        for i in crossed
    ]
    return np.array(roots)


def stationary_edges_mm(
    field: NeuralField, guess_mm: Iterable[float], drive: Input = _no_input
) -> np.ndarray:
    """The edges near a guess at which nothing changes: one bump, several, or bumps under an input.

    Args:
        field: the tissue, with a step gain.
        guess_mm: edges to start the search from, from left to right.
        drive: the input I(x).

    Returns:
        The edges in mm. Without input all edges can be shifted together; the nearest state is found.

    Raises:
        ValueError: a gain that is no step, edges that are no edges, or no such state near the guess.
    """
    level, guess = step_threshold(field) * (1 + field.adaptation), _edges(guess_mm)

    def excess(edges: np.ndarray) -> np.ndarray:
        ordered = np.sort(edges)
        parts = field.kernel.integral(edges[:, None] - ordered) * _signs(ordered)
        return parts.sum(axis=1) + drive(edges) - level

    found = least_squares(excess, guess, xtol=1e-15, ftol=1e-15, gtol=1e-15)
    if np.abs(found.fun).max() > 1e-9 or np.any(np.diff(found.x) <= 0):
        raise ValueError(f"no state stands still near the edges {np.round(guess, 3).tolist()} mm")
    return found.x


def edge_modes(
    field: NeuralField, edges_mm: Iterable[float], drive_slope: Input = _no_input
) -> tuple[np.ndarray, np.ndarray]:
    """How small shifts of a stationary state's edges grow.

    With M_ij = w(x_i - x_j) / |u'(x_j)| and mu one of its eigenvalues, the growth g of that mode solves
    (tau g + 1 - mu)(tau g + epsilon) + b epsilon = 0. A single bump of width a without input and adaptation
    has the modes g tau = 0, a shift, and 2 w(a) / (w(0) - w(a)), a change of the width.

    Args:
        field: the tissue, with a step gain and without delays.
        edges_mm: the edges of a stationary state, from left to right.
        drive_slope: dI/dx, for a state under an input.

    Returns:
        The growth in 1/ms, complex, shape (n_modes,), the fastest first; and what each mode does to the
        activity at the edges, shape (n_modes, n_edges).

    Raises:
        ValueError: a gain that is no step, delays, or edges at which u does not cross the threshold.
    """
    step_threshold(field)
    check_no_delay(field)
    edges = _edges(edges_mm)
    weights = field.kernel.density(np.abs(edges[:, None] - edges))
    slope = ((weights * _signs(edges)).sum(axis=1) + drive_slope(edges)) / (1 + field.adaptation)
    if np.any(slope * _signs(edges) <= 0):
        raise ValueError("u does not cross the threshold at every edge in its direction: these are no edges")
    mu, vectors = np.linalg.eig(weights / np.abs(slope))
    growth = adapted_growth(field, mu)
    modes = np.repeat(vectors.T[:, None], growth.shape[-1], axis=1).reshape(-1, len(edges))
    order = np.argsort(-growth.ravel().real, kind="stable")
    return growth.ravel()[order], modes[order]


def regions_above_mm(
    x_mm: np.ndarray, u: np.ndarray, level: float, length_mm: float | None = None
) -> np.ndarray:
    """Beginnings and ends of the regions in which u lies above a level, by linear interpolation.

    Args:
        x_mm: positions, shape (n,), increasing.
        u: shape (n,).
        level: the level.
        length_mm: length of the ring; without it the line is open and a region may end where the line does.

    Returns:
        Shape (n_regions, 2), in the order of their beginnings; on a ring an end may lie beyond the last
        position. Where u is above the level all round the ring, one region as long as the ring.

    Raises:
        ValueError: arrays of other shapes.

    >>> regions_above_mm(np.arange(5.0), np.array([0, 1, 1, 0, 0]), 0.5).tolist()
    [[0.5, 2.5]]
    """
    x, u = np.asarray(x_mm, dtype=float), np.asarray(u, dtype=float)
    if x.ndim != 1 or x.shape != u.shape:
        raise ValueError(f"x_mm has shape {x.shape}, u {u.shape}: they must be equal, one dimension")
    if length_mm is not None:
        x, u = np.append(x, x[0] + length_mm), np.append(u, u[0])
    above = u > level
    i = np.flatnonzero(above[:-1] != above[1:])
    place = x[i] + (level - u[i]) / (u[i + 1] - u[i]) * (x[i + 1] - x[i])
    starts, ends = place[~above[i]], place[above[i]]
    if length_mm is None:
        starts, ends = np.append(x[:1][above[:1]], starts), np.append(ends, x[-1:][above[-1:]])
    elif not len(place):
        starts, ends = (x[:1], x[-1:]) if above[0] else (starts, ends)
    elif above[0]:  # the region at the seam ends where the first crossing is, once round
        ends = np.append(ends[1:], ends[0] + length_mm)
    return np.stack([starts, ends], axis=1)


def width_above_mm(x_mm: np.ndarray, u: np.ndarray, level: float, length_mm: float | None = None) -> float:
    """Whole width of all regions in which u lies above a level; zero for none. See `regions_above_mm`."""
    return float(np.diff(regions_above_mm(x_mm, u, level, length_mm), axis=1).sum())


def _edges(edges_mm: Iterable[float]) -> np.ndarray:
    edges = np.asarray(list(edges_mm), dtype=float)
    if edges.ndim != 1 or not edges.size or edges.size % 2 or not np.all(np.isfinite(edges)):
        raise ValueError("edges_mm must be finite and even in number: the beginning and end of each region")
    if np.any(np.diff(edges) <= 0):
        raise ValueError("edges_mm must increase from left to right")
    return edges


def _signs(edges: np.ndarray) -> np.ndarray:
    """1 where a region begins, -1 where it ends."""
    return np.where(np.arange(len(edges)) % 2, -1.0, 1.0)
