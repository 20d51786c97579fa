# SPDX-License-Identifier: BSD-3-Clause
"""More words for rubrics: spike trains, oscillations, spectra, fields, statistics, sequences and sets.

============================  ==============================================================================
what is handed in             how it is compared
============================  ==============================================================================
a train of spikes             `Train`: the k-th spike may be off by k times as much as the first; beside it
                              `autograder.rubric.spiking` for count, peak, trough, end and shape
an oscillation                `oscillating`: period, amplitude, mean, phase lag, and an early window pointwise
a spectrum                    `Spectrum`: norm of the difference over the norm of the reference
a field (its values in a row) `Field`: the same, value by value
an estimate from noisy runs   `Statistic`: in standard errors of such an estimate
a sequence, a set             `Members`: the largest difference of any member, in order or without order
============================  ==============================================================================

Tolerances are derived as for every other check. A field, a sequence or a set is an item of the kind "list";
a spectrum is a "trace" on a base of the kind "frequency".
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from autograder import metrics
from autograder.rubric import Answers, Check, Feature, Shape, driven, trace_of
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


@dataclass(frozen=True)
class Spectrum(Shape):
    """A spectrum, or any profile on a base of its own, by the norm of its difference from the reference."""

    relative: bool = True
    how: str = field(default="norm of the difference over that of the reference", kw_only=True)
    over: str = field(default="frequency (Hz)", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Norm of the difference, relative to the norm of the reference."""
        mine, true = (trace_of(answers, self.time, self.item) for answers in (handed, reference))
        return metrics.spectrum_difference(*mine, *true) if len(mine[0]) and len(true[0]) else math.inf

    def lack(self, handed: Answers, reference: Answers) -> str:
        """Up to where each of the two goes."""
        mine, true = (trace_of(answers, self.time, self.item)[0] for answers in (handed, reference))
        if not (len(mine) and len(true)):
            return ""
        return f"it covers {mine[0]:g} to {mine[-1]:g}, the reference {true[0]:g} to {true[-1]:g}"


@dataclass(frozen=True)
class _Listed(Check):
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


@dataclass(frozen=True)
class Field(_Listed):
    """A field, its values in a row, by the norm of its difference from the reference."""

    relative: bool = True
    how: str = field(default="norm of the difference over that of the reference", kw_only=True)

    def error(self, handed: Answers, reference: Answers) -> float:
        """Norm of the difference, relative to the norm of the reference."""
        mine, true = self._row(handed), self._row(reference)
        return math.inf if mine is None or true is None else metrics.norm_difference(mine, true)


@dataclass(frozen=True)
class Members(_Listed):
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
