# SPDX-License-Identifier: BSD-3-Clause
"""Oscillations, by period, amplitude, mean and phase lag."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from autograder.rubric import metrics
from autograder.rubric.check import Answers, Check, trace_of
from autograder.rubric.kinds.driven import driven
from autograder.rubric.kinds.spikes import Feature


@dataclass(frozen=True)
class Oscillation(Feature):
    """Period, amplitude or mean of an oscillation, after the transient.

    Attributes:
        start: where the transient is over, on the trace's base.
    """

    start: float = 0.0

    def value(self, answers: Answers) -> float:
        """The feature that the check's name ends with; NaN where the trace shows less than two periods."""
        time, trace = trace_of(answers, self.time, self.item)
        if len(time) < 3:
            return math.nan
        features = metrics.oscillation_features(time, trace, self.start, self.end)
        return features[self.name.rpartition(".")[2]]


@dataclass(frozen=True)
class PhaseLag(Oscillation):
    """By which part of a period one oscillation comes after another; the difference goes round the circle.

    Attributes:
        leader: the item that holds the oscillation from which the lag is counted.
    """

    leader: str = ""

    def value(self, answers: Answers) -> float:
        """The lag, from 0 to 1; NaN where one of the two does not show."""
        time, trace = trace_of(answers, self.time, self.item)
        _, leader = trace_of(answers, self.time, self.leader)
        if len(time) < 3 or len(leader) != len(time):
            return math.nan
        return metrics.phase_lag(time, trace, leader, self.start, self.end)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Distance of the two lags, at most half a period."""
        return metrics.circular_difference(self.value(handed), self.value(reference))


_LABELS = {"period": "Period", "amplitude": "Amplitude", "mean": "Mean", "lag": "Phase lag"}


def oscillating(
    item: str,
    time: str,
    window: tuple[float, float],
    plot: str,
    points: Mapping[str, float],
    *,
    unit: str,
    time_unit: str = "ms",
    leader: str = "",
    early: float = 0.0,
    where: str = "",
) -> tuple[Check, ...]:
    """Checks of an oscillation by its features; never by the RMS of the whole trace, which measures drift.

    Args:
        item: the item that holds the trace.
        time: the item that holds its time base.
        window: from the end of the transient to the end of the record, with some slack.
        plot: what the trace is, in words.
        points: points of each feature that is judged: period, amplitude, mean, lag, early.
        unit: of the trace.
        time_unit: of its base.
        leader: for the lag, the item from which it is counted.
        early: for early, the time up to which the two traces are compared pointwise, before phases drift.
        where: what is added to the labels (", first cell").
    """
    units = {"period": time_unit, "lag": "periods"}
    made: list[Check] = []
    for feature, worth in points.items():
        if feature == "early":
            words = {"name": f"{item}.early", "unit": unit}
            made.append(driven(item, time, early, plot, worth, f"Beginning{where}", **words))
            continue
        kind = PhaseLag if feature == "lag" else Oscillation
        extra = {"leader": leader} if feature == "lag" else {}
        made.append(
            kind(
                f"{item}.{feature}", item, _LABELS[feature] + where, units.get(feature, unit), worth,
                relative=feature in ("period", "amplitude"), finest=1e-3, time=time, end=window[1],
                plot=plot, start=window[0], **extra,
            )
        )  # fmt: skip
    return tuple(made)
