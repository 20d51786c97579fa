# SPDX-License-Identifier: BSD-3-Clause
"""Numbers in a row: what fields, sequences and sets share."""

import math
from dataclasses import dataclass

import numpy as np

from autograder.rubric.check import Answers, Check


@dataclass(frozen=True)
class Listed(Check):
    """Numbers in a row, which are no single figure."""

    def value(self, answers: Answers) -> float:
        """A row is no single figure."""
        return math.nan

    def lack(self, handed: Answers, reference: Answers) -> str:
        """How many numbers there are, and how many there should be."""
        mine, true = self._row(handed), self._row(reference)
        same = mine is None or true is None or len(mine) == len(true)
        return "" if same else f"{len(mine)} values, the reference has {len(true)}"

    def _row(self, answers: Answers) -> np.ndarray | None:
        """The numbers; None where nothing was handed in."""
        given = answers.get(self.item)
        return None if given is None else np.ravel(np.asarray(given, dtype=float))
