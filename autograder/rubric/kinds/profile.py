# SPDX-License-Identifier: BSD-3-Clause
"""Profiles along a cable, and where they are highest or lowest."""

import math
from dataclasses import dataclass, field

from autograder.rubric import metrics
from autograder.rubric.check import Answers, trace_of
from autograder.rubric.kinds.spikes import Feature, Shape


@dataclass(frozen=True)
class Profile(Shape):
    """A profile along the cable: RMS in its own unit, at the nodes of the reference."""

    over: str = field(default="place (fraction of the length)", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two profiles; two that are not there agree."""
        if handed.get(self.item, math.nan) is None and reference.get(self.item) is None:
            return 0.0
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return metrics.profile_difference(*mine, *true) if len(mine[0]) > 2 and len(true[0]) > 2 else math.inf


@dataclass(frozen=True)
class Place(Feature):
    """Where in the middle half of the cable a profile is highest or lowest, as a fraction of the length.

    Attributes:
        highest: whether the highest value is sought, or the lowest.
    """

    highest: bool = True

    def value(self, answers: Answers) -> float | None:
        """The place; None where there is no profile because nothing happened, NaN where it does not show."""
        if answers.get(self.item, math.nan) is None:
            return None
        x, profile = trace_of(answers, self.time, self.item)
        return metrics.extremum_place(x, profile, self.highest) if len(x) > 2 else math.nan
