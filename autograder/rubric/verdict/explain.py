# SPDX-License-Identifier: BSD-3-Clause
"""Explaining: which mistakes certainly lead to what was handed in, and which points they give back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from autograder.rubric.task import Task, Way
from autograder.rubric.verdict import references
from autograder.rubric.verdict.judged import Comparison
from autograder.rubric.verdict.read import Student
from autograder.rubric.verdict.slips import unit_slips
from autograder.rubric.verdict.suspicion import Suspicion, explains

_UNIT_SLIP_CREDIT = 0.5


def explain(
    student: Student, task: Task, own: Mapping[str, float], comparison: Comparison
) -> list[dict[str, Any]]:
    """The mistakes that certainly explain what was handed in; gives back their part of the points."""
    slips = dict(unit_slips(student, task, comparison))
    matches = dict(_matches(student, task, own, comparison))
    groups = _weighty(comparison, _grouped(matches), matches, frozenset().union(*slips))
    for checks in slips:
        _credit(comparison, checks, _UNIT_SLIP_CREDIT)
    for group in groups:
        _credit(comparison, matches[group[0].name][1], min(way.credit for way in group))
    return [*slips.values(), *(_named(group) for group in groups)]


def _matches(
    student: Student, task: Task, own: Mapping[str, float], comparison: Comparison
) -> Iterator[tuple[str, tuple[Way, frozenset[str]]]]:
    """Mistakes whose own simulation agrees with the hand-in, and the failed checks that each explains."""
    handed = student.values[task.name]
    sets = list(task.parameter_sets(own, student.bench.public).values())
    for way in task.mistakes:
        if way.unseen or way.is_idle(sets, own):
            continue
        for settings in references.settings(student.bench, task, own, student.values, handed):
            if explained := explains(Suspicion(student, task, own, way, settings, comparison)):
                yield way.name, (way, explained)
                break


def _grouped(matches: Mapping[str, tuple[Way, frozenset[str]]]) -> list[list[Way]]:
    """Mistakes that cannot be told apart stand together; one that explains less than another is left out.

    Args:
        matches: each mistake with the failed checks that it explains.
    """
    best = [
        (way, seen)
        for way, seen in matches.values()
        if not any(seen < other for _, other in matches.values())
    ]
    groups: list[tuple[list[Way], frozenset[str]]] = []
    for way, seen in best:
        group = next((group for group, shared in groups if shared & seen), None)
        if group is None:
            groups.append(([way], seen))
        else:
            group.append(way)
    return [group for group, _ in groups]


def _weighty(
    comparison: Comparison,
    groups: list[list[Way]],
    matches: Mapping[str, tuple[Way, frozenset[str]]],
    slipped: frozenset[str],
) -> list[list[Way]]:
    """The mistakes that explain more points than are lost without any reason.

    One that agrees in a small check while the large ones fail for another reason agrees by chance.

    Args:
        comparison: the hand-in beside the reference.
        groups: mistakes, those together that cannot be told apart.
        matches: each mistake with the failed checks that it explains.
        slipped: the checks that a slip of unit or sign explains.
    """
    explained = [matches[group[0].name][1] for group in groups]
    worth = {judged.check.name: judged.check.points for judged in comparison.checks}
    left = sum(worth[name] for name in comparison.failed - slipped - frozenset().union(*explained))
    return [
        group
        for group, checks in zip(groups, explained, strict=True)
        if sum(worth[name] for name in checks) > left
    ]


def _named(group: list[Way]) -> dict[str, Any]:
    """One entry of the verdict: a mistake, or those that fit equally well."""
    said = [way.sentence for way in group]
    text = said[0] if len(said) == 1 else "either " + ", or ".join(said)
    return {"names": [way.name for way in group], "sentence": f"Your answer is what one gets when {text}."}


def _credit(comparison: Comparison, seen: Iterable[str], credit: float) -> None:
    """Give back a part of the points that a recognized mistake has cost."""
    for judged in comparison.checks:
        if judged.check.name in seen and not judged.passed:
            judged.points = max(judged.points, credit * judged.check.points)
