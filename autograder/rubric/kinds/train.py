# SPDX-License-Identifier: BSD-3-Clause
"""Trains of spikes, with a tolerance that grows along the train."""

import math
from dataclasses import dataclass, field

import numpy as np

from autograder.rubric import metrics
from autograder.rubric.check import Answers, trace_of
from autograder.rubric.kinds.spikes import Feature
from neuroscales.core import measure


@dataclass(frozen=True)
class Train(Feature):
    """The times of all spikes of a trace, with a tolerance that grows along the train.

    The tolerance is that of the first spike; the k-th may be off by k times as much, because a slightly other
    period adds up. Two trains of other counts cannot be compared.

    Attributes:
        level: upward crossing that counts as a spike, in the trace's unit.
    """

    level: float = 0.0
    how: str = field(default="per spike, the k-th counted as a k-th", kw_only=True)

    def value(self, answers: Answers) -> float:
        """A train is no single figure."""
        return math.nan

    def error(self, handed: Answers, reference: Answers) -> float:
        """Largest shift of a spike over its number in the train."""
        mine, true = self._times(handed), self._times(reference)
        return math.inf if mine is None or true is None else metrics.train_difference(mine, true)

    def lack(self, handed: Answers, reference: Answers) -> str:
        """How many spikes there are, and how many there should be."""
        mine, true = self._times(handed), self._times(reference)
        return "" if mine is None or true is None else f"{len(mine)} spikes, the reference has {len(true)}"

    def _times(self, answers: Answers) -> np.ndarray | None:
        """Times of the spikes up to the end; None where the record does not reach it."""
        time, trace = trace_of(answers, self.time, self.item)
        if len(time) < 3 or (math.isfinite(self.end) and time[-1] < self.end):
            return None
        found = measure.crossings(time, trace, self.level)
        return found[found <= self.end]
