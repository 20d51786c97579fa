# SPDX-License-Identifier: BSD-3-Clause
"""What must agree before an assignment goes out, so that nothing of it is found when a class is graded."""

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder import rubric
from autograder.course import roster
from autograder.course.folder import Course, CourseError
from autograder.handin import parameters
from autograder.handin.cells import graded_cells, is_written
from autograder.handin.spec import KEYS, Spec, SpecError, parse

_MANIFEST_KEYS = ("title", "notebook", "files")
_NAMED_AT_MOST = 8


def check_keys(public: Mapping[str, Any], manifest: Mapping[str, Any], solution: Path) -> None:
    """Raise where spec.json or manifest.json has a key that means nothing: what it says counts nowhere."""
    _known(manifest, _MANIFEST_KEYS, solution / "manifest.json")
    for where, part, kind in _parts(public):
        _known(part, KEYS[kind], f"{where} in {solution / 'spec.json'}")


def check_points(notebook: NotebookNode, spec: Spec, solution: Path) -> None:
    """Raise unless the rubric can be used, and has the spec's tasks, the notebook's points, and tolerances.

    A folder without a rubric is let pass: it cannot be graded, but given out for practice.
    """
    if not rubric.file_of(solution).is_file():
        return
    try:
        loaded = rubric.load(solution)
    except rubric.RubricError as error:
        raise CourseError(f"{error}.") from None
    if different := sorted(set(loaded.tasks) ^ set(spec.tasks)):
        raise CourseError(f"The rubric of {solution.name} and spec.json differ in {', '.join(different)}.")
    cells = {name: cell for name, cell in graded_cells(notebook).items() if not is_written(cell)}
    for name, task in loaded.tasks.items():
        points = float(cells[name].metadata.nbgrader.points)
        if points != float(task.points):
            raise CourseError(
                f"{solution.name}: the notebook gives {points:g} points for {name}, "
                f"the rubric {task.points:g}; "
                "make them equal and release again."
            )
    _check_tolerances(loaded, solution)


def _check_tolerances(loaded: rubric.Rubric, solution: Path) -> None:
    """Every comparison has its tolerance."""
    derived = json.loads((solution / "acceptance.json").read_text(encoding="utf-8")).get("tasks", {})
    for task in loaded.tasks.values():
        rows = derived.get(task.name, {}).get("checks", {})
        missing = [check.name for check in task.checks if "tolerance" not in rows.get(check.name, {})]
        if missing:
            raise CourseError(
                f"{solution / 'acceptance.json'} has no tolerance for {task.name}: {', '.join(missing)}; run "
                f"`autograder derive {solution.name}`."
            )


def changed_parameters(old: Path, public: Mapping[str, Any]) -> bool:
    """Whether students would draw other parameters than from the `handin.json` that was given out."""
    try:
        before, now = parse(json.loads(old.read_text(encoding="utf-8"))), parse(public)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, SpecError):
        return True
    return _drawn_from(before) != _drawn_from(now)


def affected(root: Path, old: Path, public: Mapping[str, Any]) -> list[str]:
    """The known students whose parameters would be other ones, with what they have and would get."""
    try:
        before, now = parse(json.loads(old.read_text(encoding="utf-8"))), parse(public)
    except (OSError, ValueError, SpecError):
        return []
    course = Course(root, now.key, root)
    students = {*roster.load(course), *course.submissions(now.assignment), *course.marked(now.assignment)}
    return [one for one in sorted(students) if parameters.own(before, one) != parameters.own(now, one)]


def named(students: Collection[str]) -> str:
    """A few of them by name, and how many more.

    >>> named(["ada", "bob"]), named([])
    ('ada, bob', 'everybody who has it already')
    """
    listed = ", ".join(list(students)[:_NAMED_AT_MOST])
    more = len(students) - _NAMED_AT_MOST
    return f"{listed}{f' and {more} more' if more > 0 else ''}" or "everybody who has it already"


def _drawn_from(spec: Spec) -> tuple:
    """What a student's parameters follow from."""
    return spec.key, spec.assignment, [(one.name, one.values) for one in spec.parameters.values()]


def _parts(public: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """The objects of a spec, each with its place and its kind; what is none of them is told elsewhere."""
    yield "the whole", public, "spec"
    for entry in public.get("parameters") or []:
        if isinstance(entry, Mapping):
            yield f"the parameter {entry.get('name')}", entry, "parameter"
    tasks = public.get("tasks")
    for name, task in tasks.items() if isinstance(tasks, Mapping) else ():
        if isinstance(task, Mapping):
            yield f"the task {name}", task, "task"
            for item in task.get("items") or []:
                if isinstance(item, Mapping):
                    yield f"the item {item.get('name')} of {name}", item, "item"


def _known(part: Mapping[str, Any], keys: Collection[str], where: object) -> None:
    """Raise for a key that is none of ours."""
    for key in part:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            meant = f"do you mean {near[0]!r}?" if near else f"known are: {', '.join(keys)}."
            raise CourseError(f"{where} has the key {key!r}, which means nothing; {meant}")
