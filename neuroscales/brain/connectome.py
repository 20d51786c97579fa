# SPDX-License-Identifier: BSD-3-Clause
"""The wiring diagram: how strongly regions are connected, and how long the tracts between them are."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import cdist

from neuroscales.core.parameters import check_positive


@dataclass(frozen=True, eq=False)
class Connectome:
    """Weights and lengths of the tracts between the regions of one brain.

    Entry [i, j] of both matrices belongs to the tract from region j to region i: the receiver comes first.
    Regions count from 0.

    Attributes:
        weights: strength of each tract, shape (n_regions, n_regions); 0 where there is none.
        lengths_mm: length of each tract, same shape.
        names: name of each region; all different.
        positions_mm: center of each region (right, front, up), shape (n_regions, 3).
        source: where the numbers come from; every figure says so.

    Raises:
        ValueError: a matrix that is not square, sizes that do not match, a value that is negative or not
            finite, or a name that occurs twice.

    >>> pair = Connectome([[0, 1], [2, 0]], [[0, 30], [30, 0]], ["a", "b"], [[0, 0, 0], [30, 0, 0]])
    >>> pair.delays_ms(speed_m_s=6.0)[0, 1]
    np.float64(5.0)
    """

    weights: np.ndarray
    lengths_mm: np.ndarray
    names: tuple[str, ...]
    positions_mm: np.ndarray
    source: str = "not named"

    def __post_init__(self) -> None:
        for name in ("weights", "lengths_mm", "positions_mm"):
            array = np.array(getattr(self, name), dtype=float)
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        object.__setattr__(self, "names", tuple(str(name) for name in self.names))
        self._check()

    @property
    def n_regions(self) -> int:
        """Number of regions."""
        return len(self.names)

    @property
    def density(self) -> float:
        """Fraction of the ordered pairs of different regions that a tract connects."""
        off = ~np.eye(self.n_regions, dtype=bool)
        return float(np.mean(self.weights[off] > 0)) if self.n_regions > 1 else 0.0

    def delays_ms(self, speed_m_s: float) -> np.ndarray:
        """Conduction delay of each tract, length / speed; mm / (m/s) is ms, so no factor is needed.

        Args:
            speed_m_s: conduction speed, the same in all tracts.

        Returns:
            Delays in ms, shape (n_regions, n_regions).

        Raises:
            ValueError: a speed that is not positive.
        """
        check_positive("the tracts", speed_m_s=speed_m_s)
        return self.lengths_mm / speed_m_s

    def row_normalized(self) -> np.ndarray:
        """Weights divided by their row sums, so that each region receives 1 in total.

        The result is not symmetric, even where the weights are.

        Raises:
            ValueError: a region that receives nothing.
        """
        totals = self.weights.sum(axis=1)
        if np.any(totals == 0):
            raise ValueError(f"region {self.names[int(np.argmin(totals))]!r} receives no tract: remove it")
        return self.weights / totals[:, None]

    def index(self, name: str) -> int:
        """Index of the region `name`.

        Raises:
            ValueError: there is no such region.
        """
        if name not in self.names:
            raise ValueError(f"there is no region {name!r}; the first ones are {', '.join(self.names[:5])}")
        return self.names.index(name)

    def subset(self, regions: Sequence[int]) -> "Connectome":
        """The same brain with only some of its regions, in the order given."""
        regions = list(regions)
        inside = np.ix_(regions, regions)
        names = [self.names[region] for region in regions]
        positions_mm = self.positions_mm[regions]
        return Connectome(self.weights[inside], self.lengths_mm[inside], names, positions_mm, self.source)

    def _check(self) -> None:
        _check_matrix("weights", self.weights, "")
        _check_matrix("lengths_mm", self.lengths_mm, " mm")
        n = len(self.weights)
        if self.lengths_mm.shape != self.weights.shape:
            raise ValueError(f"weights are {n} x {n}, but lengths_mm are {self.lengths_mm.shape}")
        if len(self.names) != n or len(set(self.names)) != n:
            raise ValueError(f"{n} regions need {n} different names, not {len(set(self.names))}")
        if self.positions_mm.shape != (n, 3):
            raise ValueError(f"positions_mm must have shape ({n}, 3), not {self.positions_mm.shape}")
        if not np.all(np.isfinite(self.positions_mm)):
            raise ValueError("positions_mm must be finite numbers of mm")


def _check_matrix(name: str, values: np.ndarray, unit: str) -> None:
    if values.ndim != 2 or values.shape[0] != values.shape[1] or values.size == 0:
        raise ValueError(f"{name} must be a square matrix, not an array of shape {values.shape}")
    for bad, problem in ((~np.isfinite(values), "is not a finite number"), (values < 0, "is negative")):
        if bad.any():
            i, j = np.argwhere(bad)[0]
            raise ValueError(f"{name}[{i}, {j}] = {values[i, j]}{unit} {problem}: replace it by 0 or more")


def synthetic() -> Connectome:
    """A brain of 66 regions made by a formula, the same everywhere; the course's default.

    Each hemisphere holds 33 regions on a Fibonacci lattice over half an ellipsoid with semi-axes of 52, 86
    and 55 mm, 2 mm from the midline. Regions at the distance d are connected with the weight e^(-d / 18 mm),
    across the midline with 0.05 of that, and each region with its twin on the other side with 0.06 more. A
    factor exp(sin 1.7i sin 1.7j) breaks the mirror symmetry: without it all modes come in even and odd
    pairs, and no region could be told from its twin. Tracts are straight.

    >>> brain = synthetic()
    >>> brain.n_regions, float(brain.lengths_mm.max().round(1))
    (66, 165.0)
    """
    right = _half_ellipsoid(33, (52.0, 86.0, 55.0), gap_mm=2.0)
    positions_mm = np.concatenate([right * [-1, 1, 1], right])
    n, side = len(positions_mm), np.repeat([0, 1], len(right))
    distance_mm = cdist(positions_mm, positions_mm)
    weights = np.exp(-distance_mm / 18.0) * np.where(side[:, None] == side, 1.0, 0.05)
    weights += 0.06 * (np.abs(np.subtract.outer(np.arange(n), np.arange(n))) == len(right))
    wave = np.sin(1.7 * np.arange(n))
    weights *= np.exp(np.outer(wave, wave))
    np.fill_diagonal(weights, 0.0)
    names = [f"{letter}{k:02d}" for letter in "LR" for k in range(len(right))]
    return Connectome(weights, distance_mm, names, positions_mm, "synthetic, 66 regions")


def _half_ellipsoid(n: int, axes_mm: tuple[float, float, float], gap_mm: float) -> np.ndarray:
    """Points on the right half of an ellipsoid, evenly spread, shape (n, 3)."""
    k = np.arange(n)
    x = 1 - (k + 0.5) / n
    angle = np.pi * (3 - np.sqrt(5)) * k
    around = np.sqrt(1 - x**2)
    unit = np.stack([x, around * np.cos(angle), around * np.sin(angle)], axis=1)
    return unit * axes_mm + [gap_mm, 0.0, 0.0]


def ring(n_regions: int, length_mm: float = 20.0) -> Connectome:
    """Regions on a circle, each connected with its two neighbors by tracts of the same length.

    Raises:
        ValueError: fewer than three regions, or a length that is not positive.
    """
    check_positive("the ring", length_mm=length_mm)
    if n_regions < 3:
        raise ValueError(f"a ring needs at least 3 regions, not {n_regions}")
    weights = np.roll(np.eye(n_regions), 1, axis=0) + np.roll(np.eye(n_regions), -1, axis=0)
    angle = 2 * np.pi * np.arange(n_regions) / n_regions
    radius_mm = length_mm / (2 * np.sin(np.pi / n_regions))
    positions_mm = radius_mm * np.stack([np.sin(angle), np.cos(angle), 0 * angle], axis=1)
    names = [f"ring{k}" for k in range(n_regions)]
    return Connectome(weights, length_mm * weights, names, positions_mm, f"ring of {n_regions} regions")
