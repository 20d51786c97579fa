# SPDX-License-Identifier: BSD-3-Clause
"""Estimates from noisy runs, by their confidence interval."""

import math
from dataclasses import dataclass, field

from autograder.rubric import metrics
from autograder.rubric.check import Answers, Check


@dataclass(frozen=True)
class Statistic(Check):
    """An estimate from noisy runs, judged by its confidence interval.

    The reference gives the expectation under the item's name, and under ``ITEM_se`` the standard error of an
    estimate with the number of runs that is asked for. The difference is counted in these standard errors.
    The tolerance is 3.3 of them, whatever the derivation's own estimates happen to be: 999 of 1000 correct
    ones pass. A mistake is seen where it moves the estimate by more than 1.25 times as much.
    """

    finest: float = 6.6  # the derivation takes half of it for the worst correct error
    most: float = field(default=3.3, kw_only=True)

    def value(self, answers: Answers) -> float | None:
        """The estimate itself; None for "there is none"."""
        return answers.get(self.item, math.nan)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Distance from the expectation in standard errors."""
        expected, spread = self.value(reference), reference.get(f"{self.item}_se")
        return metrics.standard_errors_apart(self.value(handed), expected, spread or 0.0)

    def lack(self, handed: Answers, reference: Answers) -> str:
        """That one of the two is no number, and which."""
        mine, true = self.value(handed), self.value(reference)
        if mine is None:
            return "you handed in that there is none"
        return "there is none" if true is None else ""

    def size(self, value: float) -> str:
        """A difference in words."""
        return f"{value:.2g} {self.error_unit}"

    @property
    def error_unit(self) -> str:
        """Differences are counted in these."""
        return "standard errors"
