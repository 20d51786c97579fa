# SPDX-License-Identifier: BSD-3-Clause
"""Fields, their values in a row."""

import math
from dataclasses import dataclass, field

from autograder.rubric import metrics
from autograder.rubric.check import Answers
from autograder.rubric.kinds.row import Listed


@dataclass(frozen=True)
class Field(Listed):
    """A field, its values in a row, by the norm of its difference from the reference."""

    relative: bool = True
    how: str = field(default="norm of the difference over that of the reference", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Norm of the difference, relative to the norm of the reference."""
        mine, true = self._row(handed), self._row(reference)
        return math.inf if mine is None or true is None else metrics.norm_difference(mine, true)
