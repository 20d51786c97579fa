# SPDX-License-Identifier: BSD-3-Clause
"""Fixed points and their stability, for any model whose right-hand side takes complex numbers."""

from collections.abc import Callable, Iterable

import numpy as np

RightHandSide = Callable[[np.ndarray], np.ndarray]
"""From a state, shape (n_variables, ...), to its rate of change, the same shape."""


def jacobian(slope: RightHandSide, state: np.ndarray) -> np.ndarray:
    """Derivatives of the right-hand side with respect to the state, exact to rounding.

    Each column is the imaginary part of the right-hand side a tiny imaginary step away (Squire and Trapp
    1998, https://doi.org/10.1137/S003614459631241X). Nothing is subtracted, so nothing is lost.

    Args:
        slope: the right-hand side; analytic in the state.
        state: shape (n_variables, ...).

    Returns:
        Entry [i, j] is d slope_i / d state_j, shape (n_variables, n_variables, ...).

    >>> jacobian(lambda x: np.stack([x[0] * x[1], x[1] ** 2]), np.array([2.0, 3.0]))
    array([[3., 2.],
           [0., 6.]])
    """
    state, columns, step = np.asarray(state, dtype=complex), [], 1e-30
    for j in range(len(state)):
        moved = state.copy()
        moved[j] += 1j * step
        columns.append(slope(moved).imag / step)
    return np.stack(columns, axis=1)


def eigenvalues(slope: RightHandSide, state: np.ndarray) -> np.ndarray:
    """Eigenvalues of the jacobian in 1/ms, the largest real part first, shape (..., n_variables)."""
    matrices = np.moveaxis(jacobian(slope, state), (0, 1), (-2, -1))
    values = np.linalg.eigvals(matrices)
    order = np.argsort(-values.real, axis=-1, kind="stable")
    return np.take_along_axis(values, order, axis=-1)


def classify(values: Iterable[complex]) -> str:
    """Name a fixed point by its eigenvalues.

    >>> [classify(pair) for pair in ([-1, -2], [1, -2], [-1 + 2j, -1 - 2j], [1 + 2j, 1 - 2j])]
    ['stable node', 'saddle', 'stable focus', 'unstable focus']
    """
    values = np.array(list(values), dtype=complex)
    growing = values.real > 0
    if growing.any() and not growing.all():
        # Two that grow while they turn, and others that shrink, are a focus that repels in a plane only.
        return "unstable focus" if np.any(values[growing].imag) else "saddle"
    kind = "focus" if np.any(values[np.argmax(values.real)].imag) else "node"
    return f"{'unstable' if growing.any() else 'stable'} {kind}"
