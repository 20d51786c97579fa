# SPDX-License-Identifier: BSD-3-Clause
"""Where a field lives: a ring or an open line, a torus or an open square; and convolution on it by FFT."""

from dataclasses import dataclass

import numpy as np
import scipy.fft

from neuroscales.core.parameters import check_finite, check_positive
from neuroscales.field.kernels import Kernel, check_dimensions
from neuroscales.field.loader import kernels


@dataclass(frozen=True)
class Grid:
    """Evenly spaced points, the same along both axes of a sheet, with zero at or beside the middle.

    Attributes:
        points: number of points along an axis.
        length_mm: length of an axis.
        dimensions: 1 for a line, 2 for a sheet.
        periodic: whether the ends are joined, so that distance is the shorter way round. On an open grid
            nothing fires outside.

    Raises:
        ValueError: fewer than four points, a length that is not positive, or other dimensions than 1 and 2.
    """

    points: int = 512
    length_mm: float = 40.0
    dimensions: int = 1
    periodic: bool = True

    def __post_init__(self) -> None:
        check_finite(self, "points", "periodic")
        check_positive("the grid", length_mm=self.length_mm)
        check_dimensions(self.dimensions)
        if not isinstance(self.points, int | np.integer) or self.points < 4:
            raise ValueError(f"points of the grid must be a whole number of at least 4, not {self.points!r}")

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of a field on this grid."""
        return (int(self.points),) * self.dimensions

    @property
    def step_mm(self) -> float:
        """Distance of neighboring points."""
        return self.length_mm / self.points

    @property
    def x_mm(self) -> np.ndarray:
        """Positions along an axis, shape (points,)."""
        return (np.arange(self.points) - self.points // 2) * self.step_mm

    def from_middle_mm(self) -> np.ndarray:
        """Distance of every point from zero, of the grid's shape."""
        return _norm(self.x_mm, self.dimensions)

    def wave_numbers_per_mm(self) -> np.ndarray:
        """The wave numbers that fit the ring, one per frequency of `scipy.fft.rfft`, in radians per mm."""
        return 2 * np.pi * np.arange(self.points // 2 + 1) / self.length_mm


class Convolution:
    """The integral of w(x - y) f(y) over a grid, by FFT; call it with f.

    The kernel is sampled at the distances between the points. An open grid is padded with zeros, so that
    nothing is carried round the end.

    Args:
        kernel: the kernel.
        grid: the grid.

    Raises:
        ValueError: a kernel that does not give finite numbers on this grid.
    """

    def __init__(self, kernel: Kernel, grid: Grid) -> None:
        distance = distances_mm(grid)
        weights = kernel.cell_weights(distance, grid.step_mm**grid.dimensions, grid.dimensions)
        if not np.all(np.isfinite(weights)):
            raise ValueError("the kernel must be finite at every distance on the grid: check its density")
        self.spectrum = scipy.fft.rfftn(weights).real  # an even kernel has a real transform
        self._flat = self.spectrum.flatten()
        self._inside = None if grid.periodic else tuple(slice(n) for n in grid.shape)
        self._forth, self._back, self._size = scipy.fft.rfftn, scipy.fft.irfftn, weights.shape
        if grid.dimensions == 1:  # the call for one dimension costs 5 us less
            self._forth, self._back, self._size = scipy.fft.rfft, scipy.fft.irfft, len(weights)

    def __call__(self, rate: np.ndarray) -> np.ndarray:
        """Convolve.

        Args:
            rate: f at every point, of the grid's shape.

        Returns:
            The input that each point receives; a fresh array of the grid's shape.
        """
        waves = self._forth(rate, self._size)
        kernels().multiply(waves.ravel(), self._flat)
        back = self._back(waves, self._size, overwrite_x=True)
        return back if self._inside is None else back[self._inside].copy()


def padded_shape(grid: Grid) -> tuple[int, ...]:
    """Shape on which to transform: the grid's own, or one so long that an open grid does not meet itself."""
    if grid.periodic:
        return grid.shape
    return (scipy.fft.next_fast_len(2 * grid.points - 1, real=True),) * grid.dimensions


def distances_mm(grid: Grid) -> np.ndarray:
    """Distance from the first point, the shorter way round, of the padded shape."""
    n = padded_shape(grid)[0]
    steps = np.arange(n)
    return _norm(np.minimum(steps, n - steps) * grid.step_mm, grid.dimensions)


def _norm(along_mm: np.ndarray, dimensions: int) -> np.ndarray:
    return np.abs(along_mm) if dimensions == 1 else np.hypot(along_mm[:, None], along_mm)
