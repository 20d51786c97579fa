# SPDX-License-Identifier: BSD-3-Clause
"""What the references of a task start from: the true numbers, and those that were handed in."""

from collections.abc import Iterator, Mapping
from typing import Any

from autograder.rubric.check import Answers
from autograder.rubric.task import Task
from autograder.rubric.verdict.bench import SIMULATION_ERRORS, Bench

# A number handed in that is off by more than this factor drives nothing: the rest is judged at the true one.
_PROPORTION = 2.5


def settings(
    bench: Bench, task: Task, own: Mapping[str, float], earlier: Mapping[str, Answers], handed: Answers
) -> Iterator[dict[str, Any]]:
    """What a simulation may start from, the truth first; each once."""
    true = bench.true_drives(task, own)
    carried = {keyword: _earlier(earlier, source) for keyword, source in task.builds_on.items()}
    for start in [true] if None in carried.values() or carried == true else [true, carried]:
        for alternative in task.alternatives:
            settings = {**start, **alternative}
            yield settings
            if given := _given(bench, task, own, settings, handed):
                yield settings | given


def _given(
    bench: Bench, task: Task, own: Mapping[str, float], settings: Mapping[str, Any], handed: Answers
) -> dict[str, float]:
    """The numbers handed in at which the rest of the task is judged; none where one is out of proportion."""
    try:
        solved = bench.answers(task, own, drives=settings) if task.judged_at else {}
    except SIMULATION_ERRORS:
        return {}
    given = {keyword: handed.get(item) for keyword, item in task.judged_at.items()}
    for keyword, item in task.judged_at.items():
        mine, true = given[keyword], solved[item]
        if mine is None or not true or not 1 / _PROPORTION <= mine / true <= _PROPORTION:
            return {}
    return given


def _earlier(earlier: Mapping[str, Answers], source: str) -> float | None:
    """The number that was handed in for `source`, ``"task.item"``; its form has been checked."""
    task, _, item = source.partition(".")
    return earlier.get(task, {}).get(item)
