# SPDX-License-Identifier: BSD-3-Clause
"""Marks and feedback in the forms that learning platforms take back.

| platform | what goes back |
|---|---|
| Canvas | the gradebook that it exported, with one column filled in |
| Moodle | the assignment's grading worksheet, with its grades filled in |
| Gradescope | one `results.json` per student, in a zip |
| Moodle and Canvas | a zip of feedback pages, each under the name by which the work came |

Canvas and Moodle know a student by numbers, and a column by its exact heading. The platform's own file is
therefore filled in and everything else in it left as it was. Forms as in Canvas's
`lib/gradebook_importer.rb`, Moodle's `mod/assign/feedback/offline/importgradeslib.php` and
`mod/assign/feedback/file/importziplib.php`, and Gradescope's autograder specification
(https://gradescope-autograders.readthedocs.io/en/latest/specs/).
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.course import gradebook, lms, roster
from autograder.course.folder import Course, CourseError
from autograder.course.roster import Person

_TITLE = re.compile(r"\s*\(\d+\)\s*$")  # Canvas writes its own number behind a title


def fill(course: Course, assignment: str, table: Path, column: str | None = None) -> tuple[str, list[str]]:
    """Canvas's exported gradebook or Moodle's grading worksheet, with the points filled in.

    A student whose work still waits for a person keeps the cell that was there.

    Args:
        course: the course.
        assignment: its name.
        table: the file that the platform gave out.
        column: heading of the column; found by the assignment's name or title where left out.

    Returns:
        The table as CSV, and one sentence for each row that was left as it was.

    Raises:
        CourseError: the table is neither's, the column cannot be found, or its maximum is another one.
    """
    (header, *lines), separator = roster.cells(table)
    rows = [dict(zip(header, line, strict=False)) for line in lines]
    is_moodle = "Identifier" in header
    if not is_moodle and not {"ID", "Section"} <= set(header):
        raise CourseError(f"{table} is neither Canvas's exported gradebook nor Moodle's grading worksheet.")
    standings = gradebook.standings(course, assignment)
    column = column or ("Grade" if is_moodle else _canvas_column(course, assignment, header))
    if column not in header:
        raise CourseError(f"{table} has no column {column!r}; it has: {', '.join(header)}.")
    _require_maximum(rows, column, standings, is_moodle)
    left: list[str] = []
    place, people = header.index(column), roster.load(course)
    for row, line in zip(rows, lines, strict=True):
        person = roster.of_row(row)
        if person and (student := _student(person, people, standings)):
            line[place] = _cell(student, standings[student], line[place], left)
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows([header, *lines])
    return text.getvalue(), left


def results(course: Course, assignment: str, path: Path) -> int:
    """A zip at `path` with `STUDENT/results.json` for every mark; returns how many."""
    standings = gradebook.standings(course, assignment)
    marks = course.marks(assignment)
    texts = {
        f"{mark['student']}/results.json": json.dumps(result(mark, standings[mark["student"]]), indent=1)
        for mark in marks
    }
    _write_zip(path, texts)
    return len(texts)


def result(mark: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """One mark in Gradescope's form: a test per task, and the total after any late penalty."""
    verdicts = {one["task"]: one for one in (mark["result"] or {"verdicts": []})["verdicts"]}
    return {
        "score": round(standing["points"], 4),
        "output": mark["problem"] or "Compared with a simulation of your own parameters.",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [_test(name, mark, standing, verdicts.get(name)) for name in mark["max_points"]],
        "extra_data": {"assignment": mark["assignment"], "student": mark["student"]},
    }


def feedback_zip(course: Course, assignment: str, path: Path) -> int:
    """Every feedback page in a zip at `path`, under the name by which the work came; returns how many.

    Moodle takes it as "feedback files in a zip", Canvas as "submissions" to upload. Work that did not come
    from a platform lies under the student's id.
    """
    origins = lms.origins(course, assignment)
    pages = {}
    for mark in course.marks(assignment):
        student, page = mark["student"], course.feedback(mark["student"], assignment)
        if page.is_file():
            name = _feedback_name(origins.get(student), student, assignment)
            pages[name] = page.read_text(encoding="utf-8")
    if not pages:
        raise CourseError(f"There is no feedback on {assignment} yet; run `autograder grade` first.")
    _write_zip(path, pages)
    return len(pages)


def _feedback_name(origin: str | None, student: str, assignment: str) -> str:
    """The page's name in the zip.

    >>> _feedback_name("Ada Lovelace_12_assignsubmission_file/axon.ipynb", "ada", "axon")
    'Ada Lovelace_12_assignsubmission_file_/axon.html'
    >>> _feedback_name("lovelaceada_4711_99001_axon-1.ipynb", "ada", "axon")
    'lovelaceada_4711_99001_axon-1.html'
    """
    if origin is None:
        return f"{student}/{assignment}.html"
    if found := re.match(r"(.+?_\d+_assignsubmission_file)(?:_|/)", origin):
        return f"{found[1]}_/{assignment}.html"  # Moodle before 4.1 wants the underscore, later ones allow it
    return str(PurePosixPath(origin).with_suffix(".html"))


def _canvas_column(course: Course, assignment: str, header: Sequence[str]) -> str:
    """The column whose title is the assignment's name or title."""
    spec = json.loads((course.release(assignment) / "handin.json").read_text(encoding="utf-8"))
    wanted = {assignment.casefold(), str(spec.get("title", assignment)).casefold()}
    found = [name for name in header if _TITLE.sub("", name).strip().casefold() in wanted]
    if len(found) != 1:
        raise CourseError(
            f"Which column is {assignment}? Name it with --column; there are: {', '.join(header)}."
        )
    return found[0]


def _require_maximum(
    rows: Sequence[Mapping[str, str]], column: str, standings: Mapping[str, Mapping], is_moodle: bool
) -> None:
    """The platform must count to the same maximum, or every mark there would be another one."""
    own = next((standing["max_points"] for standing in standings.values()), None)
    if is_moodle:
        cells = [row.get("Maximum grade") or row.get("Maximum Grade") or "" for row in rows[:1]]
    else:
        cells = [row[column] for row in rows if "Points Possible" in (row.get("Student") or "")]
    for cell in cells:
        if own is not None and _number(cell) is not None and _number(cell) != own:
            raise CourseError(
                f"The platform's maximum for {column} is {cell}, the assignment's is {own:g}; set it to "
                f"{own:g} there and download the file again."
            )


def _number(text: str) -> float | None:
    """A number as people write it, if it is one."""
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return None


def _student(person: Person, people: Mapping[str, Person], known: Iterable[str]) -> str | None:
    """Under which id the person of a row handed in, if at all."""
    names = [one.id for one in people.values() if person.lms_id and one.lms_id == person.lms_id]
    names += [one.id for one in people.values() if person.email and one.email == person.email]
    by_name = {name.casefold(): name for name in known}
    return next(
        (by_name[name.casefold()] for name in (*names, person.id) if name.casefold() in by_name), None
    )


def _cell(student: str, standing: Mapping, before: str, left: list[str]) -> str:
    """What stands in a student's row: the points, or what stood there where a person must look first."""
    if standing["open"]:
        left.append(f"{student} still waits for marks by hand: {', '.join(standing['open'])}.")
        return before
    return f"{round(standing['points'], 2):g}"


def _test(name: str, mark: Mapping, standing: Mapping, verdict: Mapping | None) -> dict[str, Any]:
    """One task as one of Gradescope's tests."""
    points, is_open = standing["cells"].get(name) or 0.0, name in standing["open"]
    lines = ["To be marked by your instructor."] if is_open else list(_sentences(verdict))
    lines += [standing["comments"][name]] if standing["comments"].get(name) else []
    return {
        "name": (verdict or {}).get("title", name),
        "score": round(points, 4),
        "max_score": mark["max_points"][name],
        "output": "\n".join(lines),
        "visibility": "visible",
    }


def _sentences(verdict: Mapping | None) -> Iterator[str]:
    """What is said about one task."""
    if verdict:
        yield from filter(None, [verdict["note"]])
        yield from (mistake["sentence"] for mistake in verdict["mistakes"])
        yield from (check["sentence"] for check in verdict["checks"])


def _write_zip(path: Path, texts: Mapping[str, str]) -> None:
    """A zip for its owner alone; what was there stays until the new one is whole."""
    path = Path(path)
    part = path.with_name(f".{path.name}.part")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(texts.items()):
            archive.writestr(name, text)
    part.replace(path)
