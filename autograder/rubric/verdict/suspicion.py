# SPDX-License-Identifier: BSD-3-Clause
"""Whether one mistake explains a hand-in: the mistake is made, and its answers are compared."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.rubric.check import Answers, Check
from autograder.rubric.kinds.number import Number
from autograder.rubric.task import Task, Way
from autograder.rubric.verdict.bench import SIMULATION_ERRORS
from autograder.rubric.verdict.judged import Comparison
from autograder.rubric.verdict.read import Student
from autograder.rubric.verdict.word import is_number

# How often an interval is halved to find the drive of an answer at its threshold: to a millionth of it.
_EDGE_STEPS = 20


@dataclass(frozen=True)
class _Run:
    """A mistake's answers, and how many tolerances they lie off the reference and apart from the hand-in."""

    answers: Answers
    off: Mapping[str, float]
    apart: Mapping[str, float]

    @property
    def seen(self) -> frozenset[str]:
        """The checks that tell the mistake from the reference."""
        return frozenset(name for name, error in self.off.items() if error > 1.0)

    @property
    def incomparable(self) -> int:
        """In how many checks the one shows what the other does not, because only one of the two fires."""
        return sum(map(math.isinf, self.apart.values()))


@dataclass(frozen=True)
class Suspicion:
    """A mistake that a student may have made, starting from some settings."""

    student: Student
    task: Task
    own: Mapping[str, float]
    way: Way
    settings: Mapping[str, Any]
    comparison: Comparison

    def run(self, habitual: bool, drive: float = 1.0) -> _Run | None:
        """The mistake, made; None where no simulation starts from these settings.

        Args:
            habitual: whether it starts from common settings, else from the reference's.
            drive: factor on the earlier answers that drive this task.
        """
        carried = {} if drive == 1.0 else {name: self.settings[name] for name in self.task.builds_on}
        settings = {**self.settings, **{name: drive * value for name, value in carried.items() if value}}
        try:
            made = self.student.bench.answers(self.task, self.own, self.way, settings, habitual)
        except SIMULATION_ERRORS:
            return None
        off = {
            judged.check.name: judged.check.error(made, self.comparison.reference) / judged.tolerance
            for judged in self.comparison.checks
        }
        return _Run(made, off, self.apart(self.handed, made))

    def apart(self, one: Answers, wrong: Answers) -> dict[str, float]:
        """By how many tolerances answers differ from a mistake's, by check.

        A relative tolerance is a part of the reference, and no smaller where the mistake's figure is.
        """
        found = {}
        for judged in self.comparison.checks:
            error = judged.check.error(one, wrong) / judged.tolerance
            figures = [judged.check.value(answers) for answers in (wrong, self.comparison.reference)]
            if (
                judged.check.relative
                and all(map(is_number, figures))
                and 0 < abs(figures[0]) < abs(figures[1])
            ):
                error *= abs(figures[0] / figures[1])
            found[judged.check.name] = error
        return found

    @property
    def handed(self) -> Answers:
        """The hand-in."""
        return self.student.values[self.task.name]

    @property
    def slack(self) -> float:
        """The part by which an earlier answer that drives this task may be off and still pass."""
        found = [0.0]
        for keyword, source in self.task.builds_on.items():
            earlier, _, item = source.partition(".")
            for check in self.student.bench.rubric.tasks[earlier].checks:
                if check.item == item and isinstance(check, Number) and self.settings[keyword]:
                    scale = 1.0 if check.relative else abs(self.settings[keyword])
                    found.append(self.student.tolerances.by_task[earlier][check.name] / scale)
        return max(found)


def explains(suspicion: Suspicion) -> frozenset[str]:
    """The failed checks that a mistake explains; none where it does not fit.

    What is wrong depends on the step of time as what is right does, and more where it is faster. So the
    mistake is made with common settings, and where its answers then resemble the hand-in a second time, with
    the settings of the reference. The hand-in may agree with either, or lie between the two.
    """
    common = suspicion.run(habitual=True)
    if common is None or (explained := _explained(suspicion, common)):
        return frozenset() if common is None else explained
    if not suspicion.task.habits or not (
        _resembles(suspicion, common) or _is_near_its_edge(suspicion, common)
    ):
        return frozenset()
    exact = suspicion.run(habitual=False)
    if exact is None or (explained := _explained(suspicion, exact)):
        return frozenset() if exact is None else explained
    if not any(map(math.isinf, suspicion.apart(common.answers, exact.answers).values())):
        return _explained(suspicion, common, exact)
    edge = _at_its_edge(suspicion, exact)  # one of the two fires, and the other does not
    return _explained(suspicion, edge) if edge else frozenset()


def _explained(suspicion: Suspicion, *runs: _Run) -> frozenset[str]:
    """The failed checks in which a hand-in is what a mistake gives, in one run or between two; else none.

    It is so where it agrees, better than the reference does, in all that tells it from the reference.
    """
    failed, checks = suspicion.comparison.failed, suspicion.comparison.checks
    seen = frozenset.intersection(*(run.seen for run in runs))
    nearest = {name: min(run.apart[name] for run in runs) for name in runs[0].apart}
    allowed = _allowed(suspicion, *runs)
    right = sum(judged.error / judged.tolerance for judged in checks if judged.check.name in seen)
    agrees = all(nearest[name] <= allowed[name] for name in seen)
    if not (seen & failed and agrees and sum(nearest[name] for name in seen) < right):
        return frozenset()
    return failed & (seen | {name for name, error in nearest.items() if error <= 1.0})


def _allowed(suspicion: Suspicion, *runs: _Run) -> dict[str, float]:
    """By how many tolerances a hand-in may differ from a mistake: one, or the mistake's own spread.

    The spread counts up to a quarter of the distance to the reference: beyond, nothing is certain.
    """
    spread = suspicion.apart(runs[0].answers, runs[-1].answers) if len(runs) > 1 else {}
    return {
        name: max(1.0, min(spread.get(name, 0.0), judged.error / judged.tolerance / 4))
        for judged in suspicion.comparison.checks
        for name in [judged.check.name]
    }


def _resembles(suspicion: Suspicion, run: _Run) -> bool:
    """Whether a hand-in lies, all in all, clearly nearer to a mistake than to the reference."""
    to_right = {
        judged.check.name: judged.error / judged.tolerance
        for judged in suspicion.comparison.checks
        if not judged.passed or judged.check.name in run.seen
    }
    near = sum(min(run.apart[name], 100.0) for name in to_right)
    return near < sum(min(error, 100.0) for error in to_right.values()) / 2


def _is_near_its_edge(suspicion: Suspicion, run: _Run) -> bool:
    """Whether a mistake fires, or does not, as the hand-in when what drives it is off by its tolerance."""
    if not run.incomparable or not suspicion.slack:
        return False
    ends = [suspicion.run(habitual=True, drive=1.0 + sign * suspicion.slack) for sign in (1, -1)]
    return any(end is not None and end.incomparable < run.incomparable for end in ends)


def _at_its_edge(suspicion: Suspicion, exact: _Run) -> _Run | None:
    """A mistake made at the edge between firing and not, so that it shows what was handed in; else None.

    At a threshold the spike moves by milliseconds with the last digit of what drives it. The number that
    drives it may be off by its own tolerance; within this, the drive is sought at which one figure of the
    hand-in (when the spike arrives, say) comes out as it stands. Whether all others do then, too, is another
    matter.
    """
    slack = suspicion.slack
    figure = next((one for one in _figures(suspicion) if is_number(one.value(exact.answers))), None)
    if figure is None or not slack:
        return None

    def beyond(run: _Run | None) -> float:
        """By how much the figure lies beyond the one sought; it never comes where nothing fires."""
        value = figure.value(run.answers) if run else None
        return value - figure.value(suspicion.handed) if is_number(value) else math.inf

    fires, fails = 1.0 + slack, 1.0 - slack
    side, other = (beyond(suspicion.run(False, drive)) for drive in (fires, fails))
    if math.isinf(side) or not side * other <= 0:
        return None
    for _ in range(_EDGE_STEPS):
        middle = (fires + fails) / 2
        run = suspicion.run(False, middle)
        if run is not None and run.apart[figure.name] <= 0.5:
            return run
        fires, fails = (middle, fails) if beyond(run) * side > 0 else (fires, middle)
    return None


def _figures(suspicion: Suspicion) -> list[Check]:
    """The failed checks of which the hand-in shows a figure, a spike's time before all others."""
    failed = [judged.check for judged in suspicion.comparison.checks if not judged.passed]
    shown = [check for check in failed if is_number(check.value(suspicion.handed))]
    return sorted(shown, key=lambda check: not check.name.endswith(".arrival"))
