# SPDX-License-Identifier: BSD-3-Clause
"""Sequences and sets of numbers."""

import math
from dataclasses import dataclass, field

from autograder.rubric import metrics
from autograder.rubric.check import Answers
from autograder.rubric.kinds.row import Listed


@dataclass(frozen=True)
class Members(Listed):
    """A sequence or a set of numbers, by the member that is farthest off.

    Attributes:
        ordered: whether the order counts: a sequence; otherwise a set.
    """

    ordered: bool = True
    how: str = field(default="the member that is farthest off", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Largest difference of two members that belong together."""
        mine, true = self._row(handed), self._row(reference)
        if mine is None or true is None:
            return 0.0 if self.item in handed and mine is true else math.inf
        return metrics.sequence_difference(mine, true, self.relative, self.ordered)
