# SPDX-License-Identifier: BSD-3-Clause
"""Norms of differences: of fields, and of spectra on a base of their own."""

import math

import numpy as np


def norm_difference(values: np.ndarray, reference: np.ndarray) -> float:
    """Difference of two fields as a fraction: the norm of the difference over the norm of the reference."""
    if values.shape != reference.shape:
        return math.inf
    size = float(np.linalg.norm(reference))
    off = float(np.linalg.norm(values - reference))
    return off / size if size else (0.0 if off == 0 else math.inf)


def spectrum_difference(
    frequency: np.ndarray, power: np.ndarray, reference_frequency: np.ndarray, reference: np.ndarray
) -> float:
    """`norm_difference` of two spectra at the reference's frequencies; infinite where some are missing."""
    slack = 1e-9 * float(reference_frequency[-1])
    if frequency[0] > reference_frequency[0] + slack or frequency[-1] < reference_frequency[-1] - slack:
        return math.inf
    return norm_difference(np.interp(reference_frequency, frequency, power), reference)
