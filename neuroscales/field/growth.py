# SPDX-License-Identifier: BSD-3-Clause
"""How a small disturbance grows, and which fields the closed forms of this room are for."""

import numpy as np

from neuroscales.field.gains import Heaviside
from neuroscales.field.simulation import NeuralField


def adapted_growth(field: NeuralField, feedback: np.ndarray) -> np.ndarray:
    """Growth rates of a mode whose activity returns to it as `feedback` times itself.

    Args:
        field: the tissue, without delays.
        feedback: mu, shape (n,): without adaptation the mode grows with (mu - 1) / tau.

    Returns:
        Shape (n, 1) without adaptation and (n, 2) with it, complex, in 1/ms, the fastest first.
    """
    net = np.asarray(feedback, dtype=complex) - 1
    if not field.adaptation:
        return net[..., None] / field.tau_ms
    rate = field.adaptation_rate
    middle = (net - rate) / 2
    root = np.sqrt(middle**2 + rate * (net - field.adaptation))
    root = np.where(root.real < 0, -root, root)
    return np.stack([middle + root, middle - root], axis=-1) / field.tau_ms


def step_threshold(field: NeuralField) -> float:
    """The threshold of a field with a step gain.

    Raises:
        ValueError: the gain is no step.
    """
    if not isinstance(field.gain, Heaviside):
        raise ValueError(f"edges need a step gain (Heaviside), not {type(field.gain).__name__}")
    return field.gain.threshold


def check_no_delay(field: NeuralField) -> None:
    """Check that the conduction velocity is infinite.

    Raises:
        ValueError: it is not.
    """
    if np.isfinite(field.velocity_mm_per_ms):
        raise ValueError("growth rates are for fields without delays: leave velocity_mm_per_ms infinite")
