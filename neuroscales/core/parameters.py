# SPDX-License-Identifier: BSD-3-Clause
"""What every frozen set of parameters checks of itself."""

from dataclasses import fields
from typing import Any

import numpy as np


def check_finite(parameters: Any, *but: str) -> None:
    """Check that every field of a dataclass of numbers is a finite number; `but` names what is no number.

    Raises:
        ValueError: one is not; the message names it.
    """
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if field.name not in but and (
            isinstance(value, bool)
            or not isinstance(value, int | float | np.number)
            or not np.isfinite(value)
        ):
            raise ValueError(f"{field.name} must be a finite number, not {value!r}")


def check_positive(what: str, **values: float) -> None:
    """Check that each value is above zero; `what` names whose they are.

    Raises:
        ValueError: one is not; the message names it.
    """
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} of {what} must be positive, not {value}")


def check_not_negative(what: str, **values: float) -> None:
    """Check that each value is zero or above; `what` names whose they are.

    Raises:
        ValueError: one is not; the message names it.
    """
    for name, value in values.items():
        if not value >= 0:
            raise ValueError(f"{name} of {what} cannot be negative ({value})")
