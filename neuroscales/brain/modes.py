# SPDX-License-Identifier: BSD-3-Clause
"""The modes of a network: eigenvectors of its Laplacian, and any activity as a sum of them.

Harmonics of a connectome: Atasoy, Donnelly and Pearson 2016, https://doi.org/10.1038/ncomms10340.
"""

from dataclasses import dataclass

import numpy as np


def laplacian(weights: np.ndarray, normalized: bool = True) -> np.ndarray:
    """The graph Laplacian, L = 1 - D^-1/2 W D^-1/2, or D - W without normalization.

    D holds the row sums of W on its diagonal.

    Args:
        weights: W, symmetric and not negative, shape (n, n).
        normalized: which of the two.

    Raises:
        ValueError: weights that are not symmetric or negative, or, if normalized, a region without tracts.

    >>> laplacian(np.array([[0.0, 2.0], [2.0, 0.0]]), normalized=False)
    array([[ 2., -2.],
           [-2.,  2.]])
    """
    weights = np.asarray(weights, dtype=float)
    if weights.ndim != 2 or weights.shape[0] != weights.shape[1] or not np.all(np.isfinite(weights)):
        raise ValueError(f"weights must be a square matrix of finite numbers, not of shape {weights.shape}")
    if not np.allclose(weights, weights.T, rtol=1e-12, atol=0) or np.any(weights < 0):
        raise ValueError("a Laplacian with real modes needs weights that are symmetric and not negative")
    totals = weights.sum(axis=1)
    if not normalized:
        return np.diag(totals) - weights
    if np.any(totals == 0):
        raise ValueError(f"region {int(np.argmin(totals))} has no tract: remove it before normalizing")
    return np.eye(len(weights)) - weights / np.sqrt(np.outer(totals, totals))


@dataclass(frozen=True, eq=False)
class Modes:
    """Eigenvalues in ascending order, and eigenvectors of length 1 as columns.

    Attributes:
        values: shape (n_modes,).
        vectors: shape (n_regions, n_modes).
    """

    values: np.ndarray
    vectors: np.ndarray

    def coefficients(self, activity: np.ndarray) -> np.ndarray:
        """How much of each mode is in an activity, (..., n_regions) to (..., n_modes)."""
        return np.asarray(activity, dtype=float) @ self.vectors

    def shares(self, activity: np.ndarray) -> np.ndarray:
        """Squares of the coefficients; over all modes they add up to the activity's squared length."""
        return self.coefficients(activity) ** 2

    def activity(self, coefficients: np.ndarray) -> np.ndarray:
        """The activity with these coefficients; what is missing at the end counts as 0."""
        coefficients = np.asarray(coefficients, dtype=float)
        return coefficients @ self.vectors[:, : coefficients.shape[-1]].T

    def spread(self, activity: np.ndarray, time: float) -> np.ndarray:
        """What x' = -L x makes of an activity: each mode decays with its own eigenvalue.

        Args:
            activity: at time 0, shape (..., n_regions).
            time: how long it spreads, in units in which L is the rate.

        Raises:
            ValueError: a negative time: patterns do not unspread.
        """
        if not time >= 0:
            raise ValueError(f"the time of spreading cannot be negative ({time})")
        return self.activity(self.coefficients(activity) * np.exp(-self.values * time))


def modes(weights: np.ndarray, normalized: bool = True) -> Modes:
    """All modes of a network's Laplacian.

    The sign of an eigenvector is arbitrary; here the entry that is largest in size is positive.

    Args:
        weights: symmetric, shape (n, n).
        normalized: which Laplacian.

    >>> square = np.roll(np.eye(4), 1, axis=0) + np.roll(np.eye(4), -1, axis=0)
    >>> modes(square, normalized=False).values.round(12) + 0.0
    array([0., 2., 2., 4.])
    """
    values, vectors = np.linalg.eigh(laplacian(weights, normalized))
    largest = np.abs(vectors).argmax(axis=0)
    return Modes(values, vectors * np.sign(vectors[largest, np.arange(len(values))]))
