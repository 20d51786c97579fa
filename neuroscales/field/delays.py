# SPDX-License-Identifier: BSD-3-Clause
"""Convolution with finite conduction velocity: what comes from farther away left earlier."""

import numpy as np
import scipy.fft

from neuroscales.field.grid import Grid, distances_mm, padded_shape
from neuroscales.field.kernels import Kernel

_MOST_BYTES = 500_000_000
_NEGLIGIBLE = 1e-15


class DelayedConvolution:
    """The integral of w(x - y) f(y, t - |x - y| / velocity) over a grid, by FFT, step by step.

    The kernel is split into one ring of distances per time step of delay; what lies between two steps is
    shared between them in proportion. The transforms of past rates are kept in a buffer of twice the length,
    written twice, so that the window on the past never wraps.

    Args:
        kernel: the kernel.
        grid: the grid.
        velocity_mm_per_ms: the conduction velocity.
        dt_ms: the time step.
        before: f at every point, for all times before the start.

    Raises:
        ValueError: so many steps of delay that they do not fit into memory.
    """

    def __init__(
        self, kernel: Kernel, grid: Grid, velocity_mm_per_ms: float, dt_ms: float, before: np.ndarray
    ) -> None:
        self._grid, self._shape = grid, padded_shape(grid)
        rings = _rings(kernel, grid, velocity_mm_per_ms * dt_ms)
        spectra = scipy.fft.rfftn(rings, axes=range(1, rings.ndim)).real.reshape(len(rings), -1)
        self._now_weights, self._weights = spectra[0], np.repeat(spectra[1:], 2, axis=1)
        self._n = len(self._weights)
        self._now = self._transform(before)
        self._past = np.tile(self._now, (2 * self._n, 1))
        self._newest = 0

    def __call__(self, rate: np.ndarray) -> np.ndarray:
        """Convolve the present rate, of the grid's shape, together with the remembered ones."""
        self._now = self._transform(rate)
        total = self._now_weights * self._now
        if self._n:
            window = self._past[self._newest : self._newest + self._n].view(np.float64)
            total = total + np.einsum("mk,mk->k", self._weights, window).view(np.complex128)
        half = (*self._shape[:-1], self._shape[-1] // 2 + 1)
        back = scipy.fft.irfftn(total.reshape(half), self._shape)
        return back[tuple(slice(n) for n in self._grid.shape)].copy()

    def remember(self) -> None:
        """Make the rate of the last call the newest one of the past: time goes on by one step."""
        if self._n:
            self._newest = (self._newest - 1) % self._n
            self._past[self._newest] = self._past[self._newest + self._n] = self._now

    def _transform(self, rate: np.ndarray) -> np.ndarray:
        return scipy.fft.rfftn(rate, self._shape).ravel()


def _rings(kernel: Kernel, grid: Grid, step_mm: float) -> np.ndarray:
    """Cell weights by steps of delay, shape (n_delays, *padded shape); `step_mm` is the way of one step."""
    distance = distances_mm(grid)
    weights = kernel.cell_weights(distance, grid.step_mm**grid.dimensions, grid.dimensions)
    if not np.all(np.isfinite(weights)):
        raise ValueError("the kernel must be finite at every distance on the grid: check its density")
    weights = np.where(np.abs(weights) < _NEGLIGIBLE * np.abs(weights).max(), 0.0, weights)
    whole = np.floor(distance / step_mm).astype(int)
    later = weights * (distance / step_mm - whole)
    n = int(whole[weights != 0].max(initial=0)) + 2
    if 4 * n * weights.nbytes > _MOST_BYTES:
        raise ValueError(f"{n} steps of delay do not fit into memory: take a longer dt_ms or fewer points")
    rings, where = np.zeros((n, *distance.shape)), np.indices(distance.shape)
    near = whole < n - 1  # farther places have no weight
    at = tuple(index[near] for index in where)
    np.add.at(rings, (whole[near], *at), (weights - later)[near])
    np.add.at(rings, (whole[near] + 1, *at), later[near])
    return rings
