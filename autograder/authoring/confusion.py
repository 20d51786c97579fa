# SPDX-License-Identifier: BSD-3-Clause
"""The confusion table: what is counted from the cases that `autograder.authoring.fairness` has measured."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy.stats import beta

_SLIPS = {"unit-slip", "sign"}  # said of an item, beside the mistake that made it


def unfair(made: Mapping[str, Any]) -> Iterator[str]:
    """A line for each correct way that lost a point or was given a mistake's name."""
    for case in made["cases"]:
        for task, outcome in case["tasks"].items() if case["kind"] == "correct" else ():
            if outcome["part"] < 1 or outcome["names"]:
                who = f"student {case['student']}"
                told = f"named {', '.join(outcome['names'])}" if outcome["names"] else "not named"
                yield f"{task}: {case['way']} is correct, but {who} gets {outcome['part']:.0%}, {told}."


@dataclass(frozen=True)
class Row:
    """The confusion table's row of one task.

    Attributes:
        task: its name.
        correct: number of correct hand-ins.
        rejected: how many of them lost a point.
        bound: upper 95 % bound of the rate of false rejections.
        slandered: how many of them were given a mistake's name.
        closest: the largest error of a correct hand-in, in tolerances.
        mistaken: number of hand-ins with a mistake that this task can show.
        accepted: the mistakes that earned full marks all the same, with the student's number.
        named: how many that lost points were called by their name, alone or beside others.
        alone: how many of these by no other name.
        misnamed: the mistakes that were given other names only, with the student's number and these names.
        unnamed: the mistakes that were given no name, with the student's number.
        refused: the mistakes whose answer is out of every range, so that the form check refuses it.
        smallest: for each parameter that the task uses the smallest perturbation in per cent from which on
            every student loses a point either way; None where 10 % is not enough.
    """

    task: str
    correct: int
    rejected: int
    bound: float
    slandered: int
    closest: float
    mistaken: int
    accepted: list[tuple[str, int]]
    named: int
    alone: int
    misnamed: list[tuple[str, int, list[str]]]
    unnamed: list[tuple[str, int]]
    refused: list[tuple[str, int]]
    smallest: dict[str, float | None]

    @property
    def judged(self) -> int:
        """Number of mistakes that were judged and lost points: each could be named."""
        return self.mistaken - len(self.accepted) - len(self.refused)


def rows(made: Mapping[str, Any]) -> list[Row]:
    """The confusion table, one row per task, in the order of the assignment."""
    tasks = dict.fromkeys(task for case in made["cases"] for task in case["tasks"])
    return [_row(task, made["cases"]) for task in tasks]


def upper_bound(count: int, n: int, confidence: float = 0.95) -> float:
    """The rate that is exceeded with a probability of at most 1 - `confidence` (Clopper and Pearson 1934).

    For a count of 0 it is 1 - (1 - confidence)^(1/n), for 95 % close to 3/n.
    Source: https://doi.org/10.1093/biomet/26.4.404

    >>> round(upper_bound(0, 100), 4), round(upper_bound(1, 100), 4), upper_bound(5, 5)
    (0.0295, 0.0466, 1.0)
    """
    return float(beta.ppf(confidence, count + 1, n - count)) if count < n else 1.0


def table(made: Mapping[str, Any]) -> str:
    """The confusion table for people."""
    heads = ("task", "false rejections", "95 % bound", "mistakes missed", "named right", "alone")
    lines = [f"{heads[0]:<14}" + "".join(f"{head:>18}" for head in heads[1:]) + "  smallest error seen (%)"]
    for row in rows(made):
        figures = (
            f"{row.rejected} of {row.correct}",
            f"{100 * row.bound:.1f} %",
            f"{len(row.accepted)} of {row.mistaken}",
            f"{row.named} of {row.judged}",
            f"{row.alone}",
        )
        seen = ", ".join(f"{name} {size or '-'}" for name, size in row.smallest.items())
        lines.append(f"{row.task:<14}" + "".join(f"{figure:>18}" for figure in figures) + f"  {seen}")
        lines += [f"  missed: {name} [{i}]" for name, i in row.accepted]
        lines += [f"  misnamed: {name} [{i}] as {', '.join(names)}" for name, i, names in row.misnamed]
        lines += [f"  not named: {name} [{i}]" for name, i in row.unnamed]
        lines += [f"  refused as out of range: {name} [{i}]" for name, i in row.refused]
    return "\n".join(lines)


def _row(task: str, cases: Iterable[Mapping[str, Any]]) -> Row:
    """Counts of one task."""
    mine = [(case, case["tasks"][task]) for case in cases if task in case["tasks"]]
    right = [outcome for case, outcome in mine if case["kind"] == "correct"]
    wrong = [(case["way"], case["student"], outcome) for case, outcome in mine if case["kind"] == "mistake"]
    refused = [(name, i) for name, i, outcome in wrong if "status" in outcome]
    caught = [one for one in wrong if one[2]["part"] < 1 and "status" not in one[2]]
    rejected = sum(outcome["part"] < 1 for outcome in right)
    return Row(
        task=task,
        correct=len(right),
        rejected=rejected,
        bound=upper_bound(rejected, len(right)) if right else 1.0,
        slandered=sum(bool(outcome["names"]) for outcome in right),
        closest=max((_or_inf(outcome["worst"]) for outcome in right), default=0.0),
        mistaken=len(wrong),
        accepted=[(name, i) for name, i, outcome in wrong if outcome["part"] == 1],
        named=sum(_is_named(name, outcome) for name, _, outcome in caught),
        alone=sum(
            _is_named(name, outcome) and set(outcome["names"]) - _SLIPS <= {name}
            for name, _, outcome in caught
        ),
        misnamed=[
            (name, i, outcome["names"])
            for name, i, outcome in caught
            if outcome["names"] and not _is_named(name, outcome)
        ],
        unnamed=[(name, i) for name, i, outcome in caught if not outcome["names"]],
        refused=refused,
        smallest=_smallest([(case, outcome) for case, outcome in mine if case["kind"] == "perturbed"]),
    )


def _is_named(name: str, outcome: Mapping[str, Any]) -> bool:
    """Whether a mistake got its name; one that is right in another unit has it when the feedback says so."""
    told = set(outcome["names"])
    return name in told or (bool(told) and told <= _SLIPS)


def _smallest(perturbed: Sequence[tuple[Mapping, Mapping]]) -> dict[str, float | None]:
    """For each parameter that the task uses, the size from which on it is always seen."""
    found: dict[str, float | None] = {}
    for name in dict.fromkeys(case["parameter"] for case, _ in perturbed):
        mine = [(abs(case["percent"]), one) for case, one in perturbed if case["parameter"] == name]
        if not all(outcome["unmoved"] for _, outcome in mine):
            missed = [size for size, outcome in mine if outcome["part"] == 1]
            found[name] = min((size for size, _ in mine if size > max(missed, default=0)), default=None)
    return found


def _or_inf(worst: float | None) -> float:
    return math.inf if worst is None else worst
