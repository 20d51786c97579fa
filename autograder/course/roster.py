# SPDX-License-Identifier: BSD-3-Clause
"""Who is in the class: ids, names, the learning platform's numbers, extra time and dates of one's own.

The course keeps it in `roster.csv`, a table to be edited by hand or in a spreadsheet:

| column | meaning |
|---|---|
| `id` | what the student types into the notebook; names the folder and draws the parameters |
| `last_name`, `first_name`, `email` | for the gradebook and the pages |
| `lms_id` | the number by which Moodle or Canvas names this student's files |
| `extra_hours` | added to every due date |
| `due:ASSIGNMENT` | a due date of one's own, as `2027-03-04 12:00 +0100` |

It is filled from a table of this form, from Canvas's exported gradebook, or from Moodle's grading worksheet.
"""

import csv
import io
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course.folder import Course, CourseError, write_atomically

NAME = "roster.csv"
COLUMNS = ("id", "last_name", "first_name", "email", "lms_id", "extra_hours")
_DUE = "due:"
_MOODLE_IDS = ("Username", "ID number", "Email address")
_CANVAS_IDS = ("SIS Login ID", "SIS User ID", "ID")
_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Person:
    """One student.

    Attributes:
        id: under which work is handed in.
        last_name: family name.
        first_name: given names.
        email: address.
        lms_id: number on the learning platform.
        extra_hours: added to every due date, in h.
        due: due dates of one's own, by assignment, as they were written.
        received: when the platform says that the work was handed in; not kept in the roster.
    """

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_id: str = ""
    extra_hours: float = 0.0
    due: Mapping[str, str] = field(default_factory=dict)
    received: str = ""


def read(path: Path) -> list[Person]:
    """The students in the table at `path`: a roster, Canvas's gradebook or Moodle's grading worksheet.

    Raises:
        CourseError: it cannot be read, is none of the three, or names nobody soundly.
    """
    header, rows = table(path)
    if "id" in header:
        make = _own
    elif {"ID", "Section"} <= set(header):
        make = _canvas
    elif "Identifier" in header:
        make = _moodle
    else:
        raise CourseError(
            f"{path} is no roster: it needs a column `id`, or must be Canvas's exported gradebook or "
            "Moodle's grading worksheet, downloaded in English."
        )
    people = [person for row in rows if (person := make(row)) is not None]
    _check(people, path)
    return people


def table(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    """Header and rows of a CSV file, each cell a text.

    Raises:
        CourseError: it is not there, not UTF-8, too large, or has no header.
    """
    (header, *rows), _ = cells(path)
    return header, [dict(zip(header, row, strict=False)) for row in rows]


def cells(path: Path) -> tuple[list[list[str]], str]:
    """All rows of a CSV file with their header, and the separator between the cells.

    Raises:
        CourseError: as for `table`.
    """
    try:
        with Path(path).open("rb") as file:
            text = file.read(_MAX_BYTES).decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = ";" if first.count(";") > first.count(",") else ","
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CourseError(f"{path} cannot be read ({error}); save it as CSV in UTF-8.") from None
    if not rows:
        raise CourseError(f"{path} is empty.")
    width = len(rows[0])
    return [[*row, *[""] * (width - len(row))] for row in rows], separator


def of_row(row: Mapping[str, str]) -> Person | None:
    """The student of one row of Canvas's gradebook or Moodle's grading worksheet; None for other rows."""
    return _moodle(row) if "Identifier" in row else _canvas(row)


def load(course: Course) -> dict[str, Person]:
    """The course's roster by id; empty where there is none yet.

    Raises:
        CourseError: `roster.csv` is there but cannot be read.
    """
    path = course.root / NAME
    return {person.id: person for person in read(path)} if path.exists() else {}


def merge(course: Course, people: Iterable[Person]) -> dict[str, Person]:
    """Add `people` to the course's roster and to the gradebook; what the roster knows already stays.

    A student is known by id, or else by e-mail address: Moodle's worksheet may hold nothing better.

    Returns:
        The whole roster by id, with `received` as `people` have it.
    """
    known = load(course)
    by_email = {person.email.casefold(): person.id for person in known.values() if person.email}
    for person in people:
        key = person.id if person.id in known else by_email.get(person.email.casefold(), person.id)
        known[key] = _joined(known[key], person) if key in known else person
    write_atomically(course.root / NAME, _as_csv(known.values()))
    _into_gradebook(course, known.values())
    return known


def _joined(old: Person, new: Person) -> Person:
    """What is new, over what was known; the id, and what was written by hand, stay."""
    given = {name: getattr(new, name) for name in ("last_name", "first_name", "email", "lms_id", "received")}
    due = {**old.due, **new.due}
    return replace(
        old,
        **{name: value for name, value in given.items() if value},
        due=due,
        extra_hours=new.extra_hours or old.extra_hours,
    )


def _into_gradebook(course: Course, people: Iterable[Person]) -> None:
    """Names into nbgrader's gradebook, where the formgrader shows them."""
    from autograder.course.gradebook import connect

    with connect(course.db_url) as gradebook:
        for person in people:
            names = {name: getattr(person, name) or None for name in ("last_name", "first_name", "email")}
            gradebook.update_or_create_student(person.id, lms_user_id=person.lms_id or None, **names)


def _as_csv(people: Iterable[Person]) -> str:
    """The roster's own form."""
    people = sorted(people, key=lambda person: person.id)
    dates = sorted({name for person in people for name in person.due})
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(f"{_DUE}{name}" for name in dates)])
    for person in people:
        cells = [getattr(person, name) for name in COLUMNS[:-1]]
        hours = f"{person.extra_hours:g}" if person.extra_hours else ""
        writer.writerow([*cells, hours, *(person.due.get(name, "") for name in dates)])
    return text.getvalue()


def _own(row: Mapping[str, str]) -> Person | None:
    """A row of the roster's own form."""
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["id"]:
        return None
    due = {name.removeprefix(_DUE): cell.strip() for name, cell in row.items() if name.startswith(_DUE)}
    hours = cells.pop("extra_hours")
    return Person(**cells, extra_hours=_hours(hours, cells["id"]), due={k: v for k, v in due.items() if v})


def _hours(text: str, student: str) -> float:
    """Hours, not negative."""
    try:
        hours = float(text or 0)
    except ValueError:
        hours = math.nan
    if not 0 <= hours < math.inf:
        raise CourseError(f"extra_hours of {student} in {NAME} must be a number of hours, not {text!r}.")
    return hours


def _canvas(row: Mapping[str, str]) -> Person | None:
    """A row of Canvas's exported gradebook; those without a number (points possible) are nobody."""
    number = row["ID"].strip()
    if not number.isdigit():
        return None
    student = next(cell for name in _CANVAS_IDS if (cell := row.get(name, "").strip()))
    last, _, first = row.get("Student", "").partition(",")
    last, first = row.get("LastName", last).strip(), row.get("FirstName", first).strip()
    return Person(student, last, first, student if "@" in student else "", number)


def _moodle(row: Mapping[str, str]) -> Person | None:
    """A row of Moodle's grading worksheet; the number is the one of this assignment's participants."""
    found = re.search(r"(\d+)\s*$", row["Identifier"])
    if not found:
        return None
    student = next((cell for name in _MOODLE_IDS if (cell := row.get(name, "").strip())), found.group(1))
    first, _, last = row.get("Full name", "").strip().rpartition(" ")
    when = row.get("Last modified (submission)", "").strip()
    return Person(
        student, last, first, row.get("Email address", "").strip(), found.group(1),
        received="" if when == "-" else when,
    )  # fmt: skip


def _check(people: list[Person], path: Path) -> None:
    """Ids that can name a folder, each once; numbers too."""
    for person in people:
        unfit = person.id in (".", "..") or person.id.startswith(".") or len(person.id) > 100
        if unfit or not person.id.isprintable() or any(sign in person.id for sign in "/\\\0"):
            raise CourseError(f"{path}: {person.id!r} cannot name a folder, and so no student.")
    for what in ("id", "lms_id"):
        values = [getattr(person, what) for person in people if getattr(person, what)]
        double = next((value for value in values if values.count(value) > 1), None)
        if double:
            raise CourseError(f"{path}: the {what} {double} stands twice.")
