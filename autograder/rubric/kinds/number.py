# SPDX-License-Identifier: BSD-3-Clause
"""Numbers, and thresholds to two digits."""

import math
from dataclasses import dataclass

from autograder.rubric import metrics
from autograder.rubric.check import Answers, Check


@dataclass(frozen=True)
class Number(Check):
    """A number with its unit."""

    def value(self, answers: Answers) -> float | None:
        """The number itself; None for "there is none"."""
        return answers.get(self.item, math.nan)

    def window(self, reference: float, tolerance: float) -> tuple[float, float]:
        """The numbers that pass."""
        slack = tolerance * abs(reference) if self.relative else tolerance
        return reference - slack, reference + slack


@dataclass(frozen=True)
class Threshold(Number):
    """A threshold to two digits (three where the first is 1): rounded up, to nearest, or not at all."""

    relative: bool = True

    def error(self, handed: Answers, reference: Answers) -> float:
        """Distance from the reference to the nearest threshold that is compatible with the number."""
        return metrics.rounded_threshold(self.value(handed), self.value(reference), self.relative)

    def window(self, reference: float, tolerance: float) -> tuple[float, float]:
        """The numbers that pass, from the lowest that is rounded to the highest."""
        low, high = super().window(reference, tolerance)
        return min(low, metrics.round_to_nearest(low)), metrics.round_up(high)
