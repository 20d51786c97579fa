# SPDX-License-Identifier: BSD-3-Clause
"""Whose is a file, by its name: the names that platforms give, and patterns for all others.

| from | a file's name |
|---|---|
| Moodle from 4.1 | `Ada Lovelace_1327627_assignsubmission_file/squid-axon.ipynb` |
| Moodle from 3.1 | `Ada Lovelace_1327627_assignsubmission_file_/squid-axon.ipynb` |
| Moodle, no folders | `Ada Lovelace_1327627_assignsubmission_file_squid-axon.ipynb` |
| Canvas | `lovelaceada_LATE_4711_99001_squid-axon-1.ipynb`: student, late or not, user, file, name |

Moodle's rule stands in `mod/assign/feedback/file/importziplib.php`, Canvas's in `lib/content_zipper.rb`. A
student chooses the last part of a name, and on some platforms the first. Which platform it is, is therefore
decided once, from all names; and a name in which a second member of the class can be read is refused.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.course.folder import CourseError
from autograder.course.roster import Person

_MOODLE = re.compile(
    r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_/|/|_)(?P<file>.+)", re.S
)
_CANVAS = re.compile(r"(?P<who>[^/]*?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<order>\d+)_(?P<file>[^/]+)", re.S)
_FORMS = {"Moodle": _MOODLE, "Canvas": _CANVAS}
_NUMBERS = {
    "Moodle": re.compile(r"_(\d+)(?=_assignsubmission_)"),
    "Canvas": re.compile(r"_(\d+)(?=_\d+_)"),
}


@dataclass(frozen=True)
class Named:
    """What a file's name says.

    Attributes:
        name: the whole name, with folders.
        person: whose it is; None where it is nobody's in the roster.
        who: the student as the name tells.
        file: the file's own name.
        order: of two files the later one has the higher order.
        is_late: whether the platform says so.
        plugin: Moodle's word for how it was handed in.
        problem: a clause, where the name cannot be taken.
    """

    name: str
    person: Person | None = None
    who: str = ""
    file: str = ""
    order: int = 0
    is_late: bool = False
    plugin: str = "file"
    problem: str = ""


def platform_of(names: Iterable[str]) -> str | None:
    """Moodle or Canvas, whichever names all files so; None where neither does, "either" where both could.

    Whatever name a student gives to a file, the platform puts its own form in front of it. So a name of one
    platform alone decides for all.

    >>> platform_of(["a_1_2_x.ipynb", "b_3_4_Bob_5_assignsubmission_file_x.ipynb"])
    'Canvas'
    """
    names = list(names)
    fits = {form: {name for name in names if pattern.fullmatch(name)} for form, pattern in _FORMS.items()}
    alone = {"Moodle": fits["Moodle"] - fits["Canvas"], "Canvas": fits["Canvas"] - fits["Moodle"]}
    if not fits["Moodle"] | fits["Canvas"]:
        return None
    if not alone["Moodle"] and not alone["Canvas"]:
        return "either"
    return max(alone, key=lambda form: len(alone[form]))


def by_platform(name: str, platform: str, people: Iterable[Person]) -> Named:
    """A name as a platform gives it."""
    if platform == "either":
        return Named(name, problem="can be read as Moodle's name or as Canvas's: say which with --platform")
    found = _FORMS[platform].fullmatch(name)
    if found is None:
        return Named(name, problem=f"is not named as {platform} names a submission")
    numbers = {person.lms_id: person for person in people if person.lms_id}
    parts = found.groupdict()
    file, who = PurePosixPath(parts["file"]).name, parts["who"]
    read = {found["id"], *_NUMBERS[platform].findall(name)} & set(numbers)
    if len(read) > 1:
        ids = ", ".join(sorted(numbers[number].id for number in read))
        return Named(name, None, who, file, problem=f"has a name in which several can be read ({ids})")
    person = numbers.get(found["id"])
    who = f"{who.removesuffix('_LATE')} ({found['id']})"
    if person is None:
        return Named(name, None, who, file, problem="is not in the roster")
    is_late = bool(parts.get("late")) or parts["who"] == "LATE"
    order = int(parts.get("order") or 0)
    return Named(name, person, who, file, order, is_late, parts.get("plugin") or "file")


_FIELDS = ("id", "lms_id", "email", "name", "first", "last", "order", "file")
_SURE = ("id", "lms_id", "email")


class Pattern:
    """A pattern that says where in a path the student stands.

    `{id}`, `{lms_id}`, `{email}`, `{name}` (in either order), `{first}`, `{last}` stand for what the roster
    has; `{order}` for a number, of which the highest counts; `{file}` for the file's own name; `*` for
    anything without a slash, `**` for anything.

    Raises:
        CourseError: it names no student, or something else than these.
    """

    def __init__(self, text: str, people: Iterable[Person]) -> None:
        self.text = text
        self._parts = re.split(r"(\{\w+\}|\*\*|\*)", text)
        fields = [part[1:-1] for part in self._parts if part.startswith("{")]
        if unknown := [field for field in fields if field not in _FIELDS]:
            raise CourseError(f"--pattern knows {', '.join(_FIELDS)}, not {unknown[0]}.")
        self._sure = [field for field in fields if field in _SURE]
        if not self._sure and not {"name", "last", "first"} & set(fields):
            raise CourseError("--pattern must say where the student stands, as {id} or {name}.")
        self._forms = [
            (person, re.compile(form, re.I | re.S)) for person in people if (form := self._form(person))
        ]
        self._any = re.compile(self._form(None), re.I | re.S)

    def read(self, name: str) -> Named:
        """What a name says by this pattern."""
        if not self._any.fullmatch(name):
            return Named(name, problem=f"does not fit the pattern {self.text}")
        found = [(person, match) for person, form in self._forms if (match := form.fullmatch(name))]
        if len(found) != 1:
            ids = ", ".join(person.id for person, _ in found)
            told = f"has a name in which several can be read ({ids})" if found else "is not in the roster"
            return Named(name, who=name, file=PurePosixPath(name).name, problem=told)
        person, match = found[0]
        parts = match.groupdict()
        file = PurePosixPath(parts.get("file") or name).name
        return Named(name, person, person.id, file, int(parts.get("order") or 0))

    def _form(self, person: Person | None) -> str:
        """The pattern as a regular expression, for one person or for anybody; "" for one it cannot find."""
        values = {} if person is None else _values(person)
        if person is not None and not any(values[name] for name in self._sure or ("name",)):
            return ""
        return "".join(self._expression(part, values) for part in self._parts)

    def _expression(self, part: str, values: Mapping[str, str]) -> str:
        """One part of the pattern."""
        if part in ("*", "**"):
            return ".*?" if part == "**" else "[^/]*?"
        if not part.startswith("{"):
            return re.escape(part)
        field = part[1:-1]
        if field in ("order", "file"):
            return rf"(?P<{field}>\d{{1,9}})" if field == "order" else rf"(?P<{field}>.+)"
        if field not in _SURE and self._sure:
            return "[^/]*?"  # names are written in many ways; an id decides
        return values.get(field) or "[^/]+?"


def _values(person: Person) -> dict[str, str]:
    """The person's fields as regular expressions; blanks and their replacements are one."""
    first, last = _loose(person.first_name), _loose(person.last_name)
    both = f"(?:{first}[\\s_]*{last}|{last},?[\\s_]*{first})" if first and last else first or last
    sure = {name: re.escape(getattr(person, name)) for name in _SURE}
    return {**sure, "first": first, "last": last, "name": both}


def _loose(name: str) -> str:
    """A name in which a blank may be written as something else."""
    return r"[\s_.-]*".join(re.escape(part) for part in re.split(r"[\s_.-]+", name.strip()) if part)


def by_words(name: str, assignment: str, people: Iterable[Person]) -> Named:
    """A name that somebody chose, as of an attachment: whose id, address or name stands in it.

    >>> ada = Person("ada7", "Lovelace", "Ada")
    >>> by_words("squid-axon Ada Lovelace.ipynb", "squid-axon", [ada]).person.id
    'ada7'
    """
    file = PurePosixPath(name).name
    rest = re.sub(re.escape(assignment), " ", name, flags=re.I)
    found: dict[str, tuple[int, Person]] = {}
    for person in people:
        values = _values(person)
        forms = [values[field] for field in ("id", "email", "lms_id", "name") if values[field]]
        lengths = [
            len(match[0])
            for form in forms
            for match in [re.search(rf"(?<![^\W_]){form}(?![^\W_])", rest, re.I)]
            if match
        ]
        if lengths:
            found[person.id] = max(lengths), person
    if not found:
        return Named(name, None, file, file, problem="has nobody of the roster in its name")
    longest = max(length for length, _ in found.values())
    best = [person for length, person in found.values() if length == longest]
    if len(best) > 1:
        ids = ", ".join(person.id for person in best)
        return Named(name, None, file, file, problem=f"has a name in which several can be read ({ids})")
    return Named(name, best[0], best[0].id, file)
