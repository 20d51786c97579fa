# SPDX-License-Identifier: BSD-3-Clause
"""Judging for a class: each task apart from the others, with a budget, from answers that are remembered.

`judge` is a function of the hand-in alone. Here it is called once for each task, so that what fails in one
leaves this one open and the others as they are.
"""

import dataclasses
import time
from collections.abc import Mapping
from typing import Any

from autograder.handin import parameters
from autograder.handin.spec import Spec, parse
from autograder.rubric.simulated import digest
from autograder.rubric.task import Rubric, Task
from autograder.rubric.verdict import record
from autograder.rubric.verdict.bench import Bench, Tolerances
from autograder.rubric.verdict.budget import MARKS_S, REASONS_S, Budget, OutOfTime, limited
from autograder.rubric.verdict.judge import judge
from autograder.rubric.verdict.store import Answers, Memory, Shelf, key_of

_CERTAIN = {"sign", "unit-slip"}  # found without simulating a mistake
_WORTH_KEEPING_S = 0.01  # reading a file takes as long


class KeptBench(Bench):
    """A bench for whole classes: what it remembers is bounded in bytes, and kept for the next one.

    Args:
        rubric: the assignment's rubric.
        public: its spec.
        memory: what it remembers by itself.
        shelf: what it shares with other processes; the user's cache when None.
    """

    def __init__(
        self,
        rubric: Rubric,
        public: Mapping[str, Any],
        memory: Memory | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        super().__init__(rubric, public)
        self.memory, self.shelf, self.budget = memory or Memory(), shelf or Shelf(), Budget()
        parameter_sets = {name: value for name, value in public.items() if name in ("parameters", "tasks")}
        self._of = [digest(rubric), key_of(parameter_sets)]
        self._remembered = self._recall

    def _recall(self, task: str, way: str | None, own: tuple, drives: tuple, habitual: bool) -> Answers:
        """The answers, from memory, from the shelf or simulated."""
        asked = (task, way, own, drives, habitual)
        if (known := self.memory.get(asked)) is not None:
            return known
        key = key_of(*self._of, *asked)
        answers = self.shelf.get(key)
        if answers is None:
            began = time.process_time()
            answers = self._make(*asked)
            if time.process_time() - began > _WORTH_KEEPING_S:
                self.shelf.put(key, answers)
        self.memory.put(asked, answers)
        return answers

    def _make(self, task: str, way: str | None, *rest: Any) -> Answers:
        """Simulate; a mistake only within what is left for reasons."""
        is_mistake = way is not None and any(one.name == way for one in self.rubric.tasks[task].mistakes)
        if not is_mistake:
            return self._simulate(task, way, *rest)
        with self.budget.reason():
            return self._simulate(task, way, *rest)


def judge_apart(
    rubric: Rubric,
    tolerances: Tolerances,
    bench: KeptBench,
    request: Mapping[str, Any],
    marks_s: float = MARKS_S,
    reasons_s: float = REASONS_S,
) -> dict[str, Any]:
    """As `judge`; a task that cannot be judged stays open, and at a limit only reasons are left out.

    Args:
        rubric: the assignment's rubric.
        tolerances: what `autograder derive` found.
        bench: simulates for this assignment.
        request: as for `judge`.
        marks_s: CPU time for the marks of one task.
        reasons_s: CPU time for the reasons of one task.
    """
    spec, request = parse(request["spec"]), _without_empty_rows(request)
    parts = []
    for task in rubric.tasks.values():
        bench.budget = Budget(marks_s, reasons_s)
        parts.append(_part(_alone(rubric, task), tolerances, bench, spec, request))
    bench.budget = Budget()
    return {
        "parameters": parameters.own(spec, request["student"]),
        "declared": next((part["declared"] for part in parts if part["declared"]), None),
        "verdicts": [part["verdicts"][-1] for part in parts],
        "versions": record.versions(rubric, tolerances),
    }


def _without_empty_rows(request: Mapping[str, Any]) -> dict[str, Any]:
    """The request, in which a row without a sample that a model gave is no row."""
    made = request.get("protocols")
    if not isinstance(made, Mapping):
        return {**request, "protocols": {}}
    return {**request, "protocols": {task: _filled(runs) for task, runs in made.items()}}


def _filled(runs: Any) -> list[Any]:
    """The runs of one model without empty rows; whatever else they are is looked at where they are read."""
    return [
        {**run, "values": {name: row for name, row in run["values"].items() if row != []}}
        if isinstance(run, Mapping) and isinstance(run.get("values"), Mapping)
        else run
        for run in runs or []
    ]


def _alone(rubric: Rubric, task: Task) -> Rubric:
    """A rubric with one task, and before it those that it builds on, in which nothing is compared."""
    needed = _before(rubric, task)
    tasks = {
        name: dataclasses.replace(rubric.tasks[name], checks=()) for name in rubric.tasks if name in needed
    }
    return dataclasses.replace(rubric, tasks={**tasks, task.name: task})


def _before(rubric: Rubric, task: Task) -> set[str]:
    """The tasks that one builds on, and those that these build on."""
    direct = {source.partition(".")[0] for source in task.builds_on.values()}
    return direct.union(*(_before(rubric, rubric.tasks[name]) for name in direct))


def _part(
    alone: Rubric, tolerances: Tolerances, bench: KeptBench, spec: Spec, request: Mapping[str, Any]
) -> dict[str, Any]:
    """The result for the last task of a rubric; open where it cannot be judged."""
    task = list(alone.tasks.values())[-1]
    try:
        with limited(bench.budget.marks_s, OutOfTime):
            made = judge(alone, tolerances, bench, request)
    except OutOfTime:
        return _left_open(task, spec, f"it takes more than {bench.budget.marks_s:g} s of CPU time")
    except Exception as error:  # whatever it is: the other tasks have their own marks
        return _left_open(task, spec, f"{type(error).__name__}: {error}"[:300])
    if bench.budget.is_short:
        _leave_reasons_out(made["verdicts"][-1])
    return made


def _left_open(task: Task, spec: Spec, reason: str) -> dict[str, Any]:
    """A result without a mark."""
    note = f"This task could not be judged ({reason}). It stays open until a person has looked at it."
    title = spec.tasks[task.name].title
    return {"declared": None, "verdicts": [record.record(task, title, record.OPEN, [], note)]}


def _leave_reasons_out(verdict: dict[str, Any]) -> None:
    """Say that not every mistake was tried; those that were may have others beside them that fit as well."""
    verdict["mistakes"] = [one for one in verdict["mistakes"] if set(one["names"]) <= _CERTAIN]
    said = "The search for a reason took too long and was stopped; the points are as they should be."
    verdict["note"] = f"{verdict['note']} {said}".strip()
