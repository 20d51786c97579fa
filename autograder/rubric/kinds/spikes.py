# SPDX-License-Identifier: BSD-3-Clause
"""Spiking traces, by their features and the shape of their first spike."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from autograder.rubric import metrics
from autograder.rubric.check import Answers, Check, trace_of


@dataclass(frozen=True)
class Feature(Check):
    """One feature of a spiking trace: count, arrival, peak, trough or end.

    Attributes:
        time: the item that holds the time base.
        end: the time up to which the trace is looked at, in ms.
        plot: what the trace is, in words, for the feedback's picture.
        over: what the trace runs over, with its unit, for the picture's axis.
    """

    time: str = "t"
    end: float = math.inf
    plot: str = ""
    over: str = field(default="time (ms)", kw_only=True)

    def value(self, answers: Answers) -> float:
        """The feature; NaN where the trace does not show it."""
        time, trace = trace_of(answers, self.time, self.item)
        if len(time) < 3:
            return math.nan
        return metrics.spiking_features(time, trace, self.end)[self.name.rpartition(".")[2]]


@dataclass(frozen=True)
class Shape(Feature):
    """Shape of the first spike, aligned on its upward crossing; RMS in the trace's unit."""

    distance: Callable[..., float] = metrics.shape_difference
    how: str = field(default="root mean square", kw_only=True)

    def value(self, answers: Answers) -> float:
        """A shape is no single figure."""
        return math.nan

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two traces, aligned or as they are."""
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return self.distance(*mine, *true, self.end) if len(mine[0]) > 2 and len(true[0]) > 2 else math.inf


@dataclass(frozen=True)
class Guided(Shape):
    """A trace beside the potential, around its first spike: RMS in the trace's own unit.

    Attributes:
        guide: the item that holds the potential, on whose upward crossing both are aligned.
    """

    guide: str = "v"

    def error(self, handed: Answers, reference: Answers) -> float:
        """RMS difference of the two traces, each aligned on its own spike."""
        mine, true = (self._traces(answers) for answers in (handed, reference))
        return metrics.guided_difference(*mine, *true, self.end) if mine and true else math.inf

    def _traces(self, answers: Answers) -> tuple[np.ndarray, ...]:
        """Time, trace and potential; nothing where one of them is missing."""
        time, trace = trace_of(answers, self.time, self.item)
        _, guide = trace_of(answers, self.time, self.guide)
        return (time, trace, guide) if len(time) > 2 and len(guide) > 2 else ()


_LABELS = {
    "count": "Number of spikes",
    "arrival": "Arrival of the spike",
    "peak": "Peak",
    "trough": "Undershoot",
    "end": "Value at the end",
    "shape": "Shape of the spike",
}
_UNITS = {"count": "spikes", "arrival": "ms"}
_FINEST = {"count": 0.5, "arrival": 0.01, "peak": 0.1, "trough": 0.1, "end": 0.1, "shape": 0.1}


def spiking(
    item: str, time: str, end: float, plot: str, points: Mapping[str, float], where: str = ""
) -> tuple[Check, ...]:
    """Checks of a spiking trace in mV by its features; never by the RMS of the whole trace.

    Two correct runs differ by several mV RMS through a jitter of the spike's time; many mistakes differ less.

    Args:
        item: the item that holds the trace.
        time: the item that holds its time base, in ms.
        end: time up to which the trace is looked at, in ms; leave some slack to the end of the window.
        plot: what the trace is, in words.
        points: points of each feature that is judged: count, arrival, peak, trough, end, shape.
        where: what is added to the labels (", your own axon").
    """
    made = []
    for feature, worth in points.items():
        kind = Shape if feature == "shape" else Feature
        near = 1.0 if feature == "count" else 2.0  # one spike too many is not nearly right
        name, unit = f"{item}.{feature}", _UNITS.get(feature, "mV")
        label = _LABELS[feature] + where
        made.append(kind(name, item, label, unit, worth, False, _FINEST[feature], near, time, end, plot))
    return tuple(made)
