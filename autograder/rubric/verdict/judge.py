# SPDX-License-Identifier: BSD-3-Clause
"""From what was handed in to points and sentences, as a function of rubric, tolerances and one student.

For each task the reference is simulated for the student's own parameters. Where the task builds on an earlier
answer, there are two references, one at the answer handed in and one at the true one, and the kinder counts:
an early error costs its points once. So it is with a number inside a task at which the rest of the task is
judged, and with the ways in which a question may be understood. Mistakes are simulated only where a check
fails, and named only when the hand-in agrees with the mistake in every check that tells the mistake from the
correct answer.
"""

import math
from collections.abc import Mapping
from typing import Any

from autograder.handin import parameters
from autograder.handin.spec import parse
from autograder.rubric.check import Check
from autograder.rubric.task import Rubric, Task
from autograder.rubric.verdict import record
from autograder.rubric.verdict.bench import Bench, Tolerances
from autograder.rubric.verdict.compare import candidates, compare
from autograder.rubric.verdict.explain import explain
from autograder.rubric.verdict.judged import Comparison, Judged
from autograder.rubric.verdict.read import Student, read


def judge(rubric: Rubric, tolerances: Tolerances, bench: Bench, request: Mapping[str, Any]) -> dict[str, Any]:
    """The verdicts on one student's hand-ins.

    Args:
        rubric: the assignment's rubric.
        tolerances: what `autograder derive` found.
        bench: simulates for this assignment.
        request: ``student`` (the owner's id), ``spec`` (handin.json), ``handins`` and ``protocols`` by task;
            everything but the student's id and the spec comes from the student's process and is not believed.

    Returns:
        Parameters, verdicts and versions, ready for JSON.
    """
    spec = parse(request["spec"])
    student = Student(bench, spec, tolerances, parameters.own(spec, request["student"]))
    for task in rubric.tasks.values():
        read(student, task, request.get("handins") or {}, request.get("protocols") or {})
    verdicts = [_verdict(student, task) for task in rubric.tasks.values()]
    others = [declared for declared in student.declared.values() if declared != student.own]
    return {
        "parameters": student.own,
        "declared": others[0] if others else None,
        "verdicts": verdicts,
        "versions": record.versions(rubric, tolerances),
    }


def _verdict(student: Student, task: Task) -> dict[str, Any]:
    """Everything that is said about one task."""
    title = student.spec.tasks[task.name].title
    if task.name not in student.values:
        status = "invalid" if task.name in student.problems else "missing"
        note = student.problems.get(task.name, "Nothing was handed in.")
        return record.record(
            task, title, status, [_nothing(student, task, check, note) for check in task.checks], note
        )
    comparison = _compare(student, task, student.own)
    if student.declared[task.name] != student.own and not comparison.is_right:
        return _other_parameters(student, task, title)
    mistakes = [] if comparison.is_right else explain(student, task, student.own, comparison)
    note = student.problems.get(task.name, "")
    plots = record.plots(task, student.values[task.name], comparison.reference)
    return record.record(
        task, title, "judged", comparison.checks, note, mistakes, plots, student.values[task.name]
    )


def _compare(student: Student, task: Task, own: Mapping[str, float]) -> Comparison:
    """The hand-in of a task against the reference for the parameters `own`."""
    references = candidates(student.bench, task, own, student.values, student.values[task.name])
    tolerances = student.tolerances.by_task[task.name]
    return compare(task, student.values[task.name], references, tolerances)


def _other_parameters(student: Student, task: Task, title: str) -> dict[str, Any]:
    """The verdict on answers for parameters that are not the student's: their worth in words, no points."""
    declared = student.declared[task.name]
    comparison = _compare(student, task, declared)
    is_practice = declared == parameters.practice(student.spec)
    whose = (
        "the practice parameters: type your id into the first cell"
        if is_practice
        else "someone else's parameters"
    )
    right = (
        "Right, but"
        if comparison.is_right
        else f"{comparison.points:g} of {task.points:g} points' worth is right, but"
    )
    units = student.spec.units
    listed = ", ".join(f"{name} = {value:g} {units[name]}".rstrip() for name, value in declared.items())
    note = f"{right} not your parameters: this was simulated with {listed}. These are {whose}."
    plots = record.plots(task, student.values[task.name], comparison.reference)
    for judged in comparison.checks:
        judged.points = 0.0
    values = student.values[task.name]
    return record.record(task, title, "other-parameters", comparison.checks, note, [], plots, values)


def _nothing(student: Student, task: Task, check: Check, sentence: str) -> Judged:
    """A check to which nothing was handed in."""
    return Judged(check, math.inf, student.tolerances.by_task[task.name][check.name], 0.0, sentence)
