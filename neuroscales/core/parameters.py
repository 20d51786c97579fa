# SPDX-License-Identifier: BSD-3-Clause
"""What every frozen set of parameters checks of itself."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np


def check_fields(
    parameters: Any,
    what: str,
    *,
    positive: Iterable[str] = (),
    not_negative: Iterable[str] = (),
    whole: Iterable[str] = (),
    but: Iterable[str] = (),
) -> None:
    """Check all fields of a dataclass of numbers: each is finite, and lies where it may.

    Args:
        parameters: the dataclass.
        what: whose parameters they are, for the message.
        positive: names of the fields that must be above zero.
        not_negative: of those that must be zero or above.
        whole: of those that must be whole numbers from 0 on.
        but: of those that are no numbers, and are not checked.

    Raises:
        ValueError: a field is not as it must be; the message names it.
    """
    check_finite(parameters, *but)

    def of(names: Iterable[str]) -> dict[str, float]:
        return {name: getattr(parameters, name) for name in names}

    check_positive(what, **of(positive))
    check_not_negative(what, **of(not_negative))
    check_whole(what, **of(whole))


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


def check_whole(what: str, **values: float) -> None:
    """Check that each value is a whole number from 0 on; `what` names whose they are.

    Raises:
        ValueError: one is not; the message names it.
    """
    for name, value in values.items():
        if int(value) != value or value < 0:
            raise ValueError(f"{name} of {what} is a whole number from 0 on, not {value}")
