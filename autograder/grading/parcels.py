# SPDX-License-Identifier: BSD-3-Clause
"""What travels between the grader and its workers: bytes of JSON, read with limits on the way back.

A worker may stand on another machine, and it talks to students' processes all day. What it sends is therefore
read like anything else from outside: its form is checked, pictures are rebuilt, and the grader composes the
mark, the notebook and the page itself. A worker decides how many points a task gets, up to its maximum.
"""

import base64
import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import nbformat

from autograder.grading.marking import GRADED, NOT_GRADED, UNREADABLE, Assignment, Finding, Submission
from autograder.handin import parameters, untrusted
from autograder.sandbox.limits import Limits
from autograder.sandbox.outputs import Budget, Outputs

#: Longest message that a worker may send, in bytes.
MAX_FINDING_BYTES = 64_000_000
_MAX_RUBRIC_BYTES = 20_000_000
_MAX_TEXT = 20_000
_MAX_ITEMS = 20_000
_LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")


class ParcelError(ValueError):
    """Something arrived that is not what was to be sent; the message is one clause."""


def pack_assignment(assignment: Assignment, limits: Limits, isolation: str, *, with_rubric: bool) -> bytes:
    """One line with all that marking needs beside the submission.

    Args:
        assignment: The assignment.
        limits: Of one run.
        isolation: How the sandbox is made.
        with_rubric: Send the rubric's files, for a machine that does not have them; else its folder's path.

    Raises:
        ParcelError: When the rubric's folder is too large to be sent.
    """
    parcel = {
        "name": assignment.name,
        "notebook": assignment.notebook,
        "spec": assignment.spec,
        "files": {name: _text(data) for name, data in assignment.files.items()},
        "rubric": _folder(assignment.rubric) if with_rubric else str(assignment.rubric.resolve()),
        "made_with": assignment.made_with,
        "limits": dataclasses.asdict(limits),
        "isolation": isolation,
    }
    return json.dumps(parcel).encode() + b"\n"


def unpack_assignment(data: bytes, scratch: Path) -> tuple[Assignment, Limits, str]:
    """The assignment, the limits and the isolation in a parcel; a rubric that came along goes into `scratch`.

    Raises:
        ParcelError: When a file's name leads out of its folder.
    """
    parcel = json.loads(data)
    rubric = parcel["rubric"]
    if not isinstance(rubric, str):
        folder = scratch / parcel["made_with"]["rubric"] / parcel["name"]
        _write_folder(folder, rubric)
        rubric = folder
    files = {name: base64.b64decode(text) for name, text in parcel["files"].items()}
    notebook = nbformat.from_dict(parcel["notebook"])
    assignment = Assignment(
        parcel["name"], notebook, parcel["spec"], files, Path(rubric), parcel["made_with"]
    )
    return assignment, Limits(**parcel["limits"]), parcel["isolation"]


def pack_submission(submission: Submission) -> bytes:
    """One line with a student's work as it was collected."""
    return json.dumps(dataclasses.asdict(submission)).encode() + b"\n"


def unpack_submission(data: bytes) -> Submission:
    """The student's work in a parcel."""
    parcel = json.loads(data)
    notebook = parcel["notebook"]
    parcel |= {"notebook": notebook and nbformat.from_dict(notebook), "remarks": tuple(parcel["remarks"])}
    return Submission(**parcel)


def pack_finding(finding: Finding) -> bytes:
    """One line with what a worker found; of the notebook the outputs alone."""
    parcel = {name: value for name, value in vars(finding).items() if name != "notebook"}
    cells = finding.notebook.cells
    parcel["outputs"] = [[cell.get("execution_count"), cell.get("outputs", [])] for cell in cells]
    return json.dumps({"finding": parcel}, allow_nan=False).encode() + b"\n"


def pack_problem(problem: str) -> bytes:
    """One line that says why a worker marks nothing of this assignment at all."""
    return json.dumps({"problem": problem[:_MAX_TEXT]}).encode() + b"\n"


def unpack_finding(data: bytes, assignment: Assignment, submission: Submission, limits: Limits) -> Finding:
    """What a worker found, checked from the ground up and put into a notebook rebuilt here.

    Raises:
        ParcelError: When anything is missing, too much or of the wrong form.
        CannotMark: When the worker marks nothing of this assignment.
    """
    if len(data) > MAX_FINDING_BYTES:
        raise ParcelError("it is too long")
    try:
        parcel = untrusted.loads(data)
    except untrusted.UntrustedError as error:
        raise ParcelError(str(error)) from None
    if isinstance(parcel, dict) and set(parcel) == {"problem"}:
        raise CannotMark(_limited(parcel["problem"], str, "its problem"))
    _require(isinstance(parcel, dict) and set(parcel) == {"finding"}, "it is no finding")
    return _finding(parcel["finding"], assignment, submission, limits)


class CannotMark(Exception):
    """A worker refuses the assignment as a whole; the message is one sentence."""


def _finding(parcel: Any, assignment: Assignment, submission: Submission, limits: Limits) -> Finding:
    """The finding, with the student's notebook as this side rebuilds it."""
    names = {field.name for field in dataclasses.fields(Finding)} - {"notebook"} | {"outputs"}
    _require(isinstance(parcel, dict) and set(parcel) == names, "its fields are not those of a finding")
    expected = (UNREADABLE,) if submission.notebook is None else (GRADED, NOT_GRADED)
    _require(parcel["status"] in expected, "its status is none")
    _require((parcel["result"] is not None) == (parcel["status"] == GRADED), "verdicts and status disagree")
    for text in (parcel["problem"], parcel["isolation"], *_limited(parcel["remarks"], list, "remarks")):
        _limited(text, str, "a sentence")
    for step, seconds in _limited(parcel["times_s"], dict, "times").items():
        _require(_is_number(seconds), f"the time of {step} is no number")
    if parcel["result"] is not None:
        _check_result(parcel["result"], assignment, submission)
    outputs = parcel.pop("outputs")
    return Finding(notebook=_with_outputs(assignment, submission, outputs, limits), **parcel)


def _with_outputs(assignment: Assignment, submission: Submission, outputs: Any, limits: Limits) -> Any:
    """The notebook rebuilt on this side, with the outputs that the worker sent, cleaned once more."""
    notebook, _ = submission.rebuilt(assignment.notebook)
    _require(isinstance(outputs, list) and len(outputs) == len(notebook.cells), "its outputs fit no cells")
    budget = Budget(limits.output_bytes + _MAX_TEXT)  # the run's own budget, and its remark on what was cut
    for cell, given in zip(notebook.cells, outputs, strict=True):
        _require(isinstance(given, list) and len(given) == 2, "its outputs fit no cells")
        if cell.cell_type == "code":
            count, kept = given[0], Outputs(budget, lambda _: "")
            _require(count is None or type(count) is int, "a cell's number is none")
            for output in _limited(given[1], list, "outputs"):
                kept.add(str(_limited(output, dict, "an output").get("output_type")), output)
            cell.outputs, cell.execution_count = kept.kept, count
    return notebook


def _check_result(result: Any, assignment: Assignment, submission: Submission) -> None:
    """The judge's verdicts: every field that is read later is there and of its kind."""
    _check(result, _RESULT, "the result")
    own = parameters.own(assignment.spec, submission.parameters_of)
    _require(result["parameters"] == own, "its parameters are not this student's")
    tasks = [verdict["task"] for verdict in result["verdicts"]]
    _require(sorted(tasks) == sorted(assignment.spec["tasks"]), "its tasks are not those of the assignment")
    _require(
        result["versions"].get("rubric") == assignment.made_with["rubric"], "it was judged by another rubric"
    )


def check_verdicts(verdicts: Any) -> None:
    """Require of the judge's verdicts what is read of them later.

    Raises:
        ParcelError: Some field is missing or of another kind.
    """
    _check(verdicts, [_VERDICT], "the verdicts")


# What a field must be: a type, a list of one form, an object with at least these fields, or one of several.
_TRACE = {"t": [float], "v": [float]}
_CHECK = {
    "name": str,
    "label": str,
    "points": float,
    "max_points": float,
    "passed": bool,
    "error": (float, None),
    "tolerance": (float, None),
    "handed_in": str,
    "sentence": str,
}
_VERDICT = {
    "task": str,
    "title": str,
    "points": float,
    "max_points": float,
    "status": str,
    "note": str,
    "checks": [_CHECK],
    "mistakes": [{"names": [str], "sentence": str}],
    "plots": [{"label": str, "unit": str, "over": str, "student": _TRACE, "reference": _TRACE}],
}
_RESULT = {"parameters": dict, "declared": (dict, None), "verdicts": [_VERDICT], "versions": dict}


def _check(value: Any, form: Any, what: str) -> None:
    """Raise unless `value` has the form; further fields may stand beside those named."""
    if isinstance(form, tuple):
        if value is not None:
            _check(value, form[0], what)
    elif isinstance(form, list):
        for item in _limited(value, list, what):
            _check(item, form[0], what)
    elif isinstance(form, dict):
        for name, inner in form.items():
            _require(name in _limited(value, dict, what), f"{what} lacks {name}")
            _check(value[name], inner, name)
        if {"points", "max_points"} <= form.keys():
            _require(0 <= value["points"] <= value["max_points"], f"the points of {what} are out of range")
    elif form is float:
        _require(_is_number(value), f"{what} is no number")
    else:
        _limited(value, form, what)


def _limited(value: Any, kind: type, what: str) -> Any:
    """The value, of its kind and not too long."""
    _require(isinstance(value, kind), f"{what}: it is no {kind.__name__}")
    limit = _MAX_TEXT if kind is str else _MAX_ITEMS
    _require(kind is bool or len(value) <= limit, f"{what}: it is too long")
    if kind is str:
        _require(untrusted.writable(value) == value, f"{what}: it cannot be written")
    return value


def _is_number(value: Any) -> bool:
    """Whether the value is a finite number, as the judge writes them: of any size that a float can have."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # an integer beyond all floats
        return False


def _require(is_so: bool, clause: str) -> None:
    """Raise a ParcelError with this clause, unless it is so."""
    if not is_so:
        raise ParcelError(clause)


def _text(data: bytes) -> str:
    """Bytes as JSON can carry them."""
    return base64.b64encode(data).decode("ascii")


def _folder(folder: Path) -> dict[str, str]:
    """All files of a rubric's folder, by relative name."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    kept = [path for path in paths if not set(_LEFT_OUT) & set(path.parts)]
    if sum(path.stat().st_size for path in kept) > _MAX_RUBRIC_BYTES:
        limit = _MAX_RUBRIC_BYTES // 1_000_000
        raise ParcelError(f"{folder} holds more than {limit} MB, too much to send to each worker")
    return {str(path.relative_to(folder)): _text(path.read_bytes()) for path in kept}


def _write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Write a rubric's files, unless they are there; the folder's name says which they are."""
    if folder.is_dir():
        return
    for name, text in files.items():
        path = PurePosixPath(name)
        _require(not path.is_absolute() and ".." not in path.parts, f"{name!r} leads out of its folder")
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(base64.b64decode(text))
