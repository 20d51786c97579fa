# SPDX-License-Identifier: BSD-3-Clause
"""What every comparison has: a name, a label, a unit, points, and an error to hold against a tolerance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.rubric import metrics

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One comparison between what was handed in and the reference.

    Attributes:
        name: the item, or item and feature (``"v.peak"``).
        item: the item of the hand-in that is compared.
        label: what it is, in words.
        unit: unit of the item.
        points: what it is worth.
        relative: whether the difference is a fraction of the reference, not in `unit`.
        finest: the smallest tolerance that makes sense, such as the last digit that is handed in.
        near: a check that fails by less than this many tolerances still earns half of its points.
        most: the largest tolerance that makes sense; correct ways must lie within it.
        how: for what is no single figure, how its difference is counted ("root mean square").
    """

    name: str
    item: str
    label: str
    unit: str
    points: float
    relative: bool = False
    finest: float = 0.0
    near: float = 2.0
    most: float = field(default=math.inf, kw_only=True)
    how: str = field(default="", kw_only=True)

    def value(self, answers: Answers) -> float | None:
        """The figure of `answers` that this check compares; NaN where the answers do not show it."""
        raise NotImplementedError

    def error(self, handed: Answers, reference: Answers) -> float:
        """Difference between the two, two-sided; infinity where they cannot be compared."""
        return metrics.difference(self.value(handed), self.value(reference), self.relative)

    def lack(self, handed: Answers, reference: Answers) -> str:
        """Why the two cannot be compared, as a clause; empty where the judge's own words will do."""
        return ""

    def size(self, value: float) -> str:
        """A difference with its unit, in per cent where it is relative."""
        shown, unit = (100 * value, "%") if self.relative else (value, self.unit)
        digits = f"{shown:.2g}" if shown < 99.5 else f"{shown:.0f}"
        return f"{digits} {unit}".rstrip()

    @property
    def error_unit(self) -> str:
        """The unit of `error` and of the tolerance; "1" where they are relative."""
        return "1" if self.relative else self.unit

    def scaled(self, answers: Answers, factor: float) -> Answers:
        """`answers` as they would be with this check's item in another unit."""
        value = answers.get(self.item)
        return answers if value is None else {**answers, self.item: np.multiply(value, factor)}


def trace_of(answers: Answers, time: str, item: str) -> tuple[np.ndarray, np.ndarray]:
    """Time and trace of `answers`, one sample per instant; empty arrays where there is none."""
    if answers.get(time) is None or answers.get(item) is None:
        return np.empty(0), np.empty(0)
    t, values = np.asarray(answers[time], dtype=float), np.asarray(answers[item], dtype=float)
    return metrics.without_repeats(t, values)
