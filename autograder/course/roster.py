# SPDX-License-Identifier: BSD-3-Clause
"""Who is in the class: ids, names, the learning platform's numbers, extra time and dates of one's own.

The course keeps it in `roster.csv`, a table to be edited by hand or in a spreadsheet:

| column | meaning |
|---|---|
| `id` | what the student types into the notebook; names the folder and draws the parameters |
| `last_name`, `first_name`, `email` | for the gradebook and the pages |
| `lms_id` | the number by which Moodle or Canvas names this student's files |
| `extra_hours` | added to every due date |
| `due:ASSIGNMENT` | a due time of one's own, as `2027-03-04 12:00`, in the course's zone |
| any other | kept as it is |

It is filled from a table of this form, from Canvas's exported gradebook, from Moodle's grading worksheet, or
from GitHub Classroom's roster. What stands in it already stays; an id in another case is the same person.
"""

import csv
import functools
import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course.folder import Course, CourseError, write_atomically
from autograder.handin.identity import squeezed
from autograder.handin.parameters import normalized

NAME = "roster.csv"
COLUMNS = ("id", "last_name", "first_name", "email", "lms_id", "extra_hours")
_DUE = "due:"
_MOODLE_IDS = ("Username", "ID number", "Email address")
_CANVAS_IDS = ("SIS Login ID", "SIS User ID", "ID")
_MAX_BYTES = 20_000_000
#: Columns that name students without being what students type.
_SELDOM_TYPED = ("ID", "Identifier", "Email address", "SIS User ID", "ID number")


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
        more: other columns of the roster, which are the instructor's own.
        source: the column that the id was taken from; not kept in the roster.
    """

    id: str
    last_name: str = ""
    first_name: str = ""
    email: str = ""
    lms_id: str = ""
    extra_hours: float = 0.0
    due: Mapping[str, str] = field(default_factory=dict)
    received: str = ""
    more: Mapping[str, str] = field(default_factory=dict)
    source: str = "id"

    def names(self) -> set[str]:
        """What this student may call himself, normalized: id, e-mail, number, and the name in both orders."""
        first, last = self.first_name, self.last_name
        full = [f"{first} {last}", f"{last} {first}", f"{last}, {first}"] if first and last else []
        said = (self.id, self.email, self.email.partition("@")[0], self.lms_id, *full)
        return {" ".join(normalized(one).split()) for one in said if one.strip()}


def read(path: Path) -> list[Person]:
    """The students in the table at `path`: a roster, or the table of a platform.

    Raises:
        CourseError: it cannot be read, is none that is known, or names nobody soundly.
    """
    header, rows = table(path)
    if {"ID", "Section"} <= set(header):
        make = _canvas
    elif "Identifier" in header:
        make = _moodle
    elif "github_username" in header:
        make = _github
    elif any(name.strip().casefold() == "id" for name in header):
        make = _own
    else:
        raise CourseError(
            f"{path} is no roster: it needs a column `id`, or must be Canvas's exported gradebook, Moodle's "
            "grading worksheet, downloaded in English, or GitHub Classroom's roster. It has the columns: "
            f"{', '.join(header)}."
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

    Whose work lies in `submitted` under the same id in another case is known by that spelling.

    Raises:
        CourseError: `roster.csv` is there but cannot be read.
    """
    path = course.root / NAME
    if not path.exists():
        return {}
    there = {normalized(folder.name): folder.name for folder in course.root.glob("submitted/*")}
    people = [replace(one, id=there.get(normalized(one.id), one.id)) for one in read(path)]
    return {person.id: person for person in people}


def merge(course: Course, people: Iterable[Person]) -> dict[str, Person]:
    """Add `people` to the course's roster and to the gradebook; what the roster knows already stays.

    A student is known by id, in whatever case, or else by e-mail address: Moodle's worksheet may hold nothing
    better.

    Returns:
        The whole roster by id, with `received` as `people` have it.
    """
    known = load(course)
    spelled = {normalized(name): name for name in known}
    by_email = {person.email.casefold(): person.id for person in known.values() if person.email}
    for person in people:
        key = spelled.get(normalized(person.id)) or by_email.get(person.email.casefold(), person.id)
        known[key] = _joined(known[key], person) if key in known else person
    write_atomically(course.root / NAME, as_csv(known.values()))
    _into_gradebook(course, known.values())
    return known


def whose(course: Course) -> dict[str, frozenset[str]]:
    """By squeezed name (`autograder.handin.identity`), the ids of those in the class who may be called so."""
    files = (course.root / NAME, course.root / "submitted")
    return _whose(course, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in files))


@functools.lru_cache(maxsize=4)
def _whose(course: Course, _changed: tuple[int, ...]) -> dict[str, frozenset[str]]:
    """Read anew when the roster or the list of submissions changes."""
    people = load(course)
    folders = [folder.name for folder in course.root.glob("submitted/*")]
    found: dict[str, set[str]] = {}
    for one in [*people.values(), *(Person(name) for name in folders if name not in people)]:
        for name in one.names():
            found.setdefault(squeezed(name), set()).add(one.id)
    return {name: frozenset(ids) for name, ids in found.items()}


def columns_taken(people: Iterable[Person], path: Path) -> list[str]:
    """Say the columns that ids were taken from, with a warning where students type something else."""
    counts = Counter(person.source for person in people)
    told = [
        f"{path}: the ids of {count} student{'s' * (count > 1)} come from the column {name!r}."
        for name, count in counts.items()
    ]
    for name in counts:
        if name in _SELDOM_TYPED:
            told.append(
                f"Warning: students seldom type what the column {name!r} holds. Unless yours were told to, "
                f"put what they type into the column `id` of {NAME} before you grade."
            )
    return told


def _joined(old: Person, new: Person) -> Person:
    """What was known, completed by what is new; the number is the new one, for Moodle's change."""
    given = {name: getattr(old, name) or getattr(new, name) for name in ("last_name", "first_name", "email")}
    return replace(
        old,
        **given,
        lms_id=new.lms_id or old.lms_id,
        received=new.received or old.received,
        due={**new.due, **old.due},
        more={**new.more, **{name: cell for name, cell in old.more.items() if cell}},
        extra_hours=old.extra_hours or new.extra_hours,
    )


def _into_gradebook(course: Course, people: Iterable[Person]) -> None:
    """Names into nbgrader's gradebook, where the formgrader shows them."""
    from autograder.course.gradebook import connect, merge_spellings

    with connect(course.db_url) as gradebook:
        for person in people:
            names = {name: getattr(person, name) or None for name in ("last_name", "first_name", "email")}
            merge_spellings(gradebook, person.id)
            gradebook.update_or_create_student(person.id, lms_user_id=person.lms_id or None, **names)


def as_csv(people: Iterable[Person]) -> str:
    """The roster's own form."""
    people = sorted(people, key=lambda person: person.id)
    dates = sorted({name for person in people for name in person.due})
    text = io.StringIO()
    writer = csv.writer(text)
    more = list(dict.fromkeys(name for person in people for name in person.more))
    writer.writerow([*COLUMNS, *(f"{_DUE}{name}" for name in dates), *more])
    for person in people:
        cells = [getattr(person, name) for name in COLUMNS[:-1]]
        hours = f"{person.extra_hours:g}" if person.extra_hours else ""
        times = [person.due.get(name, "") for name in dates]
        writer.writerow([*cells, hours, *times, *(person.more.get(name, "") for name in more)])
    return text.getvalue()


def _own(row: Mapping[str, str]) -> Person | None:
    """A row of the roster's own form."""
    row = {name if name.startswith(_DUE) else _column(name): cell for name, cell in row.items()}
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if not cells["id"]:
        return None
    due = {name.removeprefix(_DUE): cell.strip() for name, cell in row.items() if name.startswith(_DUE)}
    hours = cells.pop("extra_hours")
    more = {name: cell for name, cell in row.items() if name not in COLUMNS and not name.startswith(_DUE)}
    due = {name: cell for name, cell in due.items() if cell}
    return Person(**cells, extra_hours=_hours(hours, cells["id"]), due=due, more=more)


def _column(name: str) -> str:
    """The heading as ours is written, where it is ours in another case or with blanks.

    >>> _column("ID"), _column(" Last name"), _column("Tutor")
    ('id', 'last_name', 'Tutor')
    """
    plain = name.strip().casefold().replace(" ", "_").replace("-", "_")
    return {"e_mail": "email"}.get(plain, plain) if plain in (*COLUMNS, "e_mail") else name


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
    source = next(name for name in _CANVAS_IDS if row.get(name, "").strip())
    student = row[source].strip()
    last, _, first = row.get("Student", "").partition(",")
    last, first = row.get("LastName", last).strip(), row.get("FirstName", first).strip()
    return Person(student, last, first, student if "@" in student else "", number, source=source)


def _github(row: Mapping[str, str]) -> Person | None:
    """A row of GitHub Classroom's roster: the instructor's identifier, and the user's name as number."""
    identifier, user = row.get("identifier", "").strip(), row["github_username"].strip()
    if not identifier and not user:
        return None
    first, _, last = row.get("name", "").strip().rpartition(" ")
    source = "identifier" if identifier else "github_username"
    return Person(identifier or user, last, first, lms_id=user, source=source)


def _moodle(row: Mapping[str, str]) -> Person | None:
    """A row of Moodle's grading worksheet; the number is the one of this assignment's participants."""
    found = re.search(r"(\d+)\s*$", row["Identifier"])
    if not found:
        return None
    source = next((name for name in _MOODLE_IDS if row.get(name, "").strip()), "Identifier")
    student = found.group(1) if source == "Identifier" else row[source].strip()
    first, _, last = row.get("Full name", "").strip().rpartition(" ")
    when = row.get("Last modified (submission)", "").strip()
    return Person(
        student, last, first, row.get("Email address", "").strip(), found.group(1),
        received="" if when == "-" else when, source=source,
    )  # fmt: skip


def _check(people: list[Person], path: Path) -> None:
    """Ids that can name a folder, each once; numbers too."""
    for person in people:
        unfit = person.id in (".", "..") or person.id.startswith(".") or len(person.id) > 100
        if unfit or not person.id.isprintable() or any(sign in person.id for sign in "/\\\0"):
            raise CourseError(f"{path}: {person.id!r} cannot name a folder, and so no student.")
    for what in ("id", "lms_id"):
        values = [normalized(getattr(person, what)) for person in people if getattr(person, what)]
        double = next((value for value in values if values.count(value) > 1), None)
        if double:
            raise CourseError(f"{path}: the {what} {double} stands twice.")
