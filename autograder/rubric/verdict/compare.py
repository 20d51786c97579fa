# SPDX-License-Identifier: BSD-3-Clause
"""Comparing: the hand-in beside each reference, check by check."""

from collections.abc import Iterable, Iterator, Mapping

from autograder.rubric.check import Answers, Check
from autograder.rubric.task import Task
from autograder.rubric.verdict import references
from autograder.rubric.verdict.bench import SIMULATION_ERRORS, Bench
from autograder.rubric.verdict.judged import Comparison, Judged
from autograder.rubric.verdict.word import sentence


def compare(
    task: Task,
    handed: Answers,
    references: Iterable[Answers],
    tolerances: Mapping[str, float],
) -> Comparison:
    """The hand-in beside each reference; the kindest comparison counts."""
    comparisons = []
    for reference in references:
        checks = [_check(check, handed, reference, tolerances) for check in task.checks]
        comparisons.append(Comparison(reference, checks))
        if comparisons[-1].is_right:
            break
    return max(comparisons, key=lambda one: (one.points, -one.distance))


def _check(check: Check, handed: Answers, reference: Answers, tolerances: Mapping[str, float]) -> Judged:
    """One check, with full, half or no points, and its sentence."""
    tolerance = tolerances[check.name]
    error = float(check.error(handed, reference))
    part = 1.0 if error <= tolerance else 0.5 if error <= check.near * tolerance else 0.0
    judged = Judged(check, error, tolerance, part * check.points)
    judged.sentence = sentence(judged, handed, reference)
    return judged


def signature(
    checks: Iterable[Check], answers: Answers, reference: Answers, tolerances: Mapping[str, float]
) -> frozenset[str]:
    """The names of the checks that tell `answers` from the reference."""
    return frozenset(
        check.name for check in checks if check.error(answers, reference) > tolerances[check.name]
    )


def candidates(
    bench: Bench,
    task: Task,
    own: Mapping[str, float],
    earlier: Mapping[str, Answers],
    handed: Answers,
) -> Iterator[Answers]:
    """References of a task: for the true numbers, and for those handed in.

    Args:
        bench: simulates.
        task: the task.
        own: the student's parameters.
        earlier: what was handed in, by task.
        handed: what was handed in for this task.
    """
    for number, settings in enumerate(references.settings(bench, task, own, earlier, handed)):
        try:
            yield bench.answers(task, own, drives=settings)
        except SIMULATION_ERRORS:
            if number == 0:
                raise
