# SPDX-License-Identifier: BSD-3-Clause
"""Reading what was handed in: checked again from the ground up, and kept by task."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.handin import parameters, untrusted
from autograder.handin.spec import Spec
from autograder.rubric.check import Answers
from autograder.rubric.task import Task
from autograder.rubric.verdict.bench import Bench, Tolerances


@dataclass
class Student:
    """One request, read: whose it is, what was handed in, and what could not be read."""

    bench: Bench
    spec: Spec
    tolerances: Tolerances
    own: dict[str, float]
    values: dict[str, Answers] = field(default_factory=dict)
    declared: dict[str, dict[str, float]] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)


def read(student: Student, task: Task, handins: Mapping, protocols: Mapping) -> None:
    """Check the hand-in of one task again, and keep its values or the reason why there are none."""
    if task.name not in handins:
        return
    try:
        read = untrusted.handin(_payload(handins[task.name], student.spec), student.spec)
        known = [student.own, parameters.practice(student.spec)]
        if read["parameters"] not in known and not _drawable(read["parameters"], student.spec):
            raise untrusted.UntrustedError("the parameters it declares belong to nobody in this assignment")
        student.declared[task.name] = student.own if task.protocol else read["parameters"]
        student.values[task.name] = (
            _protocol_values(student, task, protocols) if task.protocol else _arrays(read["values"])
        )
    except untrusted.UntrustedError as error:
        student.problems[task.name] = f"The hand-in cannot be read: {error}."


def _payload(handed: Any, spec: Spec) -> Any:
    """A hand-in with its envelope, which the runner may have taken off."""
    return {"format": 1, "assignment": spec.assignment, **handed} if isinstance(handed, Mapping) else handed


def _run_payload(run: Any, task: Task, index: int, spec: Spec) -> Any:
    """One run of a protocol with its envelope."""
    if not isinstance(run, Mapping):
        return run
    known = {name: run[name] for name in ("parameters", "values", "error") if name in run}
    return _payload(
        {"task": task.name, "student": "", "index": index, "protocol": True, "values": {}, **known}, spec
    )


def _drawable(declared: Mapping[str, float], spec: Spec) -> bool:
    """Whether the declared parameters are some student's."""
    return all(value in spec.parameters[name].values for name, value in declared.items())


def _protocol_values(student: Student, task: Task, protocols: Mapping) -> Answers:
    """What the handed-in function gave under the protocol, set by set."""
    sets = task.parameter_sets(student.own, student.bench.public)
    made = enumerate(protocols.get(task.name) or [])
    runs = [untrusted.protocol_run(_run_payload(run, task, i, student.spec), student.spec) for i, run in made]
    found: dict[str, Any] = {}
    for prefix, p in sets.items():
        run = next((run for run in runs if run["parameters"] == p), None)
        if run is None or "error" in run:
            reason = f": {run['error']}" if run else "."
            (what,) = {item.kind for item in student.spec.tasks[task.name].items.values()}
            student.problems[task.name] = f"The {what} did not run under the grader's protocol{reason}"
            continue
        found |= {f"{prefix}.{name}": value for name, value in _arrays(run["values"]).items()}
    return _rectangular(found)


def _arrays(values: Mapping[str, Any]) -> dict[str, Any]:
    """Lists as arrays."""
    return {name: np.array(value) if isinstance(value, list) else value for name, value in values.items()}


def _rectangular(values: dict[str, Any]) -> dict[str, Any]:
    """Only what has the length of its own time base, which must increase."""
    kept = {}
    for name, value in values.items():
        time = values.get(f"{name.partition('.')[0]}.t")
        if isinstance(value, np.ndarray) and isinstance(time, np.ndarray) and value.shape == time.shape:
            kept[name] = value
    return {
        name: value
        for name, value in kept.items()
        if (np.diff(kept[f"{name.partition('.')[0]}.t"]) >= 0).all()
    }
