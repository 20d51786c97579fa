# SPDX-License-Identifier: BSD-3-Clause
"""A student's look before handing in: does the notebook run as the grader runs it, and is all handed in?

The notebook runs in the grader's own sandbox, as the grader runs it: the cells of the assignment, and the
student's own between them. What is said concerns the form; whether it is right, only the grader knows.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course.collect import SubmissionProblem, read_submission
from autograder.course.folder import CourseError
from autograder.handin import identity, mechanism_file, parameters, passed_over, recognize
from autograder.handin.cells import CODE_STUB, grade_id, is_answer
from autograder.handin.parameters import normalized
from autograder.handin.spec import Spec, SpecError, parse
from autograder.sandbox.isolation import SandboxError
from autograder.sandbox.runner import Limits, Protocol, Run, run_notebook

_MAX_FILE_BYTES = 20_000_000


@dataclass(frozen=True)
class Found:
    """What a look at a notebook gave.

    Attributes:
        lines: sentences for the student, the tasks first.
        is_complete: whether every task was handed in, with an id, and no cell failed.
    """

    lines: list[str]
    is_complete: bool


def check(path: Path, *, isolation: str = "bubblewrap", limits: Limits | None = None) -> Found:
    """Run the notebook at `path` and say what is missing in form.

    Args:
        path: the notebook; its `handin.json` lies beside it.
        isolation: as in `autograder.sandbox.runner`.
        limits: of time, memory and output.

    Raises:
        CourseError: it is no notebook, its `handin.json` is missing, or nothing can be run here.
    """
    path = Path(path)
    folder = path.resolve().parent
    try:
        submitted = read_submission(folder, path.stem)
        public = json.loads((folder / "handin.json").read_text(encoding="utf-8"))
        spec = parse(public)
        notebook, remarks = as_graded(submitted, spec)
        run = run_notebook(
            notebook,
            _files(folder),
            spec=spec,
            protocols=_trials(spec),
            limits=limits or Limits(),
            isolation=isolation,
        )
    except (SubmissionProblem, SpecError, SandboxError) as problem:
        raise CourseError(str(problem)) from None
    except (OSError, ValueError):
        raise CourseError(
            f"{folder / 'handin.json'} is missing or damaged: keep it beside the notebook."
        ) from None
    tasks = [_task(name, run, spec) for name in spec.tasks]
    missing = list(_missing(run, notebook))
    complete = not missing and all(name in run.handins and not _stopped(name, run) for name in spec.tasks)
    last = "Everything is there. Save the notebook and hand it in." if complete else "Not complete yet."
    return Found([*tasks, *missing, *remarks, *run.remarks, last], complete)


def as_graded(submitted: NotebookNode, spec: Spec) -> tuple[NotebookNode, list[str]]:
    """A student's notebook as the grader will run it, and what the grader will not read or not find.

    The release itself is not at hand: nbgrader's marks in the cells say which are its own, and the checksum
    of a locked cell whether it is as it was.
    """
    cells = [copy.deepcopy(cell) for cell in submitted.cells if cell.cell_type == "code" or grade_id(cell)]
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = passed_over.without(cell.source)
            cell.outputs, cell.execution_count = [], None
    notebook = nbformat.from_dict({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})
    return notebook, list(_remarks(notebook, spec))


def _remarks(notebook: NotebookNode, spec: Spec) -> Iterator[str]:
    """What differs between the notebook and what the grader will read of it."""
    if lost := recognize.lost(notebook, spec):
        yield lost
    if advice := identity.advice(notebook):
        yield advice
    names = [name for cell in notebook.cells if (name := grade_id(cell))]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        yield f"The cell {name!r} stands {names.count(name)} times; all of them count, in their order."
    for cell in notebook.cells:
        if grade_id(cell) and _is_altered(cell):
            yield f"The locked cell {grade_id(cell)!r} was changed; the grader uses its own."
    own = sum(cell.cell_type == "code" and grade_id(cell) is None for cell in notebook.cells)
    if own and not lost:
        cells = "A cell of your own runs" if own == 1 else f"{own} cells of your own run"
        yield f"{cells} where you put {'it' if own == 1 else 'them'}, between the cells of the assignment."


def _is_altered(cell: NotebookNode) -> bool:
    """Whether a locked cell is not as it was given out; no where nbgrader is not installed to tell."""
    try:
        from nbgrader.utils import compute_checksum  # students need not have it
    except ImportError:
        return False
    checksum = cell.metadata.nbgrader.get("checksum")
    return bool(cell.metadata.nbgrader.get("locked") and checksum and checksum != compute_checksum(cell))


def _trials(spec: Spec) -> dict[str, Protocol]:
    """For each mechanism that is to be handed in, a run that asks no more than that it runs."""
    practice = parameters.practice(spec)
    trial = Protocol(mechanism_file.trial_protocol(), (practice,))
    return {name: trial for name, task in spec.tasks.items() if task.mechanism is not None}


def _stopped(name: str, run: Run) -> str:
    """Why a mechanism did not run; empty if it did, and for everything else."""
    return next((one["error"] for one in run.protocols.get(name, []) if "error" in one), "")


def _task(name: str, run: Run, spec: Spec) -> str:
    """One task: handed in or not."""
    said = "handed in" if name in run.handins else "NOT handed in"
    if stopped := _stopped(name, run):
        said = f"handed in, but {stopped.rstrip('.')}"
    return f"{spec.tasks[name].title} ({name}): {said}."


def _missing(run: Run, notebook: NotebookNode) -> Iterator[str]:
    """What keeps the work from being complete."""
    if run.problem:
        yield run.problem
    students = {normalized(handed.get("student") or "") for handed in run.handins.values()}
    if run.handins and students == {""}:
        yield "There is no student id in the notebook: this was practice, with the parameters of the text."
    for cell in notebook.cells:
        if is_answer(cell) and _is_empty(cell):
            yield f"The answer {grade_id(cell)!r} is empty."


def _is_empty(cell: NotebookNode) -> bool:
    """Whether an answer is as it was given out."""
    return cell.source.strip() in ("", CODE_STUB, "YOUR ANSWER HERE")


def _files(folder: Path) -> dict[str, bytes]:
    """The released files beside the notebook."""
    paths = [path for path in sorted(folder.iterdir()) if path.is_file() and not path.is_symlink()]
    wanted = [path for path in paths if path.suffix != ".ipynb" and path.stat().st_size <= _MAX_FILE_BYTES]
    return {path.name: path.read_bytes() for path in wanted if not path.name.startswith(".")}
