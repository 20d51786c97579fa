# SPDX-License-Identifier: BSD-3-Clause
"""What all measures of traces share."""

import numpy as np


def without_repeats(time_ms: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One sample per instant: a variable-step record holds two where a pulse begins or ends."""
    keep = np.append(np.diff(time_ms) > 0, True)
    return time_ms[keep], values[keep]


def rms(values: np.ndarray) -> float:
    """Root mean square."""
    return float(np.sqrt(np.mean(values**2)))
