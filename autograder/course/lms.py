# SPDX-License-Identifier: BSD-3-Clause
"""Work as learning platforms give it: which file is whose, and into the course's folder with it.

| from | a file's name |
|---|---|
| Moodle from 4.1 | `Ada Lovelace_1327627_assignsubmission_file/squid-axon.ipynb` |
| Moodle from 3.1 | `Ada Lovelace_1327627_assignsubmission_file_/squid-axon.ipynb` |
| Moodle, no folders | `Ada Lovelace_1327627_assignsubmission_file_squid-axon.ipynb` |
| Canvas | `lovelaceada_LATE_4711_99001_squid-axon-1.ipynb`: student, late or not, user, file, name |
| GitHub Classroom, cloned | `squid-axon-submissions/squid-axon-adalove/squid-axon.ipynb`, a folder |

Moodle's rule stands in `mod/assign/feedback/file/importziplib.php`, Canvas's in `lib/content_zipper.rb`,
GitHub Classroom's in `gh-classroom`'s `clone student-repos`.
"""

import datetime
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import dateutil.parser

from autograder.course import archive, roster
from autograder.course.collect import MAX_NOTEBOOK_BYTES, SubmissionProblem, count_of, open_regular
from autograder.course.folder import Course, CourseError, write_atomically
from autograder.course.roster import Person

_MOODLE = re.compile(r"(?P<who>.+?)_(?P<id>\d+)_assignsubmission_(?P<plugin>[a-z]+)(?:_/|/|_)(?P<file>.+)")
_CANVAS = re.compile(r"(?P<who>.*?)(?P<late>_LATE)?_(?P<id>\d+)_(?P<order>\d+)_(?P<file>[^/]+)")
_TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f UTC"


@dataclass(frozen=True)
class Sent:
    """One notebook as a platform gave it.

    Attributes:
        lms_id: the platform's number (on GitHub the name) of the student.
        who: the student's name, as far as the file's name tells.
        file: the file's own name.
        content: its bytes.
        origin: its name in the zip, with folders.
        order: the later file of two has the higher one.
        is_late: whether the platform says so.
    """

    lms_id: str
    who: str
    file: str
    content: bytes
    origin: str = ""
    order: int = 0
    is_late: bool = False


@dataclass
class Collected:
    """What came of collecting.

    Attributes:
        new, changed, same: students by what happened.
        remarks: one sentence for each thing to know.
        problems: one sentence for each file that was not collected.
        origins: by student, the name of the file that counts.
    """

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    origins: dict[str, str] = field(default_factory=dict)


def collect(course: Course, assignment: str, source: Path, table: Path | None = None) -> Collected:
    """Put the work in `source` where the grader finds it; of several attempts of a student the last counts.

    Args:
        course: the course.
        assignment: its name.
        source: a zip from Moodle or Canvas, or a folder of cloned repositories.
        table: who is who, in a form that `roster.read` knows; added to the course's roster.

    Raises:
        CourseError: the assignment is not released, `source` cannot be opened, or nobody is known.
    """
    course.require(assignment)
    with course.locked():
        people = roster.merge(course, roster.read(table)) if table else roster.load(course)
        done = Collected()
        sent = list(_clones(source, done) if Path(source).is_dir() else _zipped(source, done))
        if not people and not Path(source).is_dir():
            raise CourseError(
                f"Nobody is in the roster of {course.root}, so that a platform's numbers have no names: give "
                "--roster with Canvas's exported gradebook, Moodle's grading worksheet, or your own table."
            )
        for number, files in _by_student(sent).items():
            _take(course, assignment, _person(people, number), files, done)
        _remember(course, assignment, done.origins)
    return done


def origins(course: Course, assignment: str) -> dict[str, str]:
    """Under which name a platform gave each student's work, by id; feedback goes back under the same."""
    path = course.root / "collected" / f"{assignment}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def _remember(course: Course, assignment: str, more: Mapping[str, str]) -> None:
    """Keep the names for the way back."""
    names = {**origins(course, assignment), **more}
    text = json.dumps(names, indent=1, ensure_ascii=False, sort_keys=True)
    write_atomically(course.root / "collected" / f"{assignment}.json", text + "\n")


def parse(name: str, content: bytes) -> Sent | None:
    """The file `name` of a zip as Moodle or Canvas names it; None where it is neither's.

    >>> sent = parse("lovelaceada_LATE_4711_99001_squid-axon-1.ipynb", b"")
    >>> sent.lms_id, sent.who, sent.file, sent.order, sent.is_late
    ('4711', 'lovelaceada', 'squid-axon-1.ipynb', 99001, True)
    >>> sent = parse("Ada Lovelace_1327627_assignsubmission_file/squid-axon.ipynb", b"")
    >>> sent.lms_id, sent.who, sent.file, sent.order, sent.is_late
    ('1327627', 'Ada Lovelace', 'squid-axon.ipynb', 0, False)
    """
    if found := _MOODLE.fullmatch(name):
        return Sent(found["id"], found["who"], PurePosixPath(found["file"]).name, content, name)
    if found := _CANVAS.fullmatch(name):
        who, late = found["who"].removesuffix("_LATE"), bool(found["late"]) or found["who"] == "LATE"
        return Sent(found["id"], who, found["file"], content, name, int(found["order"]), late)
    return None


def _zipped(source: Path, done: Collected) -> Iterator[Sent]:
    """The notebooks of a platform's zip; whatever else it holds is passed over by name."""
    refused: list[str] = []
    try:
        for name, content in archive.members(source, refused=refused):
            if not name.casefold().endswith(".ipynb"):
                continue
            if sent := parse(name, content):
                yield sent
            else:
                done.problems.append(f"{name} is not named as Moodle or Canvas name a submission.")
    except SubmissionProblem as problem:
        raise CourseError(str(problem)) from None
    done.problems += refused


def _clones(source: Path, done: Collected) -> Iterator[Sent]:
    """The notebooks of cloned repositories, one folder each, whose names begin alike."""
    folders = [path for path in sorted(Path(source).iterdir()) if path.is_dir() and not path.is_symlink()]
    prefix = f"{Path(source).name.removesuffix('-submissions')}-"
    for folder in folders:
        name = folder.name.removeprefix(prefix)
        for file in sorted(folder.glob("*.ipynb")):
            try:
                with open_regular(file) as opened:
                    yield Sent(name, name, file.name, opened.read(MAX_NOTEBOOK_BYTES + 1))
            except SubmissionProblem as problem:
                done.problems.append(f"{folder.name}: {problem}")


def _by_student(sent: Iterable[Sent]) -> dict[str, list[Sent]]:
    """Files by the platform's number."""
    found: dict[str, list[Sent]] = {}
    for one in sent:
        found.setdefault(one.lms_id, []).append(one)
    return found


def _person(people: Mapping[str, Person], number: str) -> Person | None:
    """Whose number it is; without any roster (GitHub) the name itself is the id."""
    if not people:
        return Person(number)
    return next((person for person in people.values() if person.lms_id == number), None)


def _take(course: Course, assignment: str, person: Person | None, files: list[Sent], done: Collected) -> None:
    """The last attempt of one student into the course."""
    who = f"{files[0].who} ({files[0].lms_id})"
    if person is None:
        done.problems.append(f"{who} is not in the roster; nothing was collected.")
        return
    chosen = _last(files, assignment)
    if chosen is None:
        names = ", ".join(one.file for one in files)
        done.problems.append(f"{person.id} handed in {names}: none is called {assignment}.ipynb.")
        return
    if len(files) > 1:
        done.remarks.append(f"{person.id} handed in {len(files)} notebooks; {chosen.file} counts.")
    if chosen.is_late:
        done.remarks.append(f"{person.id} was late, says the platform.")
    _keep(course, assignment, person, chosen, done)


def _last(files: list[Sent], assignment: str) -> Sent | None:
    """The last file with the assignment's name, counted up by the platform or not; else the only one."""
    counts = [(one.order, count_of(one.file, assignment), one) for one in files]
    named = [entry for entry in counts if entry[1] is not None]
    if named:
        return max(named, key=lambda entry: entry[:2])[2]
    return files[0] if len(files) == 1 else None


def _keep(course: Course, assignment: str, person: Person, sent: Sent, done: Collected) -> None:
    """Replace what was handed in before, whole or not at all."""
    if sent.origin:
        done.origins[person.id] = sent.origin
    folder = course.submitted(person.id, assignment)
    file = folder / f"{assignment}.ipynb"
    is_new = not folder.exists()
    if not is_new and file.is_file() and file.read_bytes() == sent.content:
        done.same.append(person.id)
        return
    scratch = Path(tempfile.mkdtemp(dir=course.root, prefix=".collect-"))
    (scratch / file.name).write_bytes(sent.content)
    if moment := _moment(person, done):
        (scratch / "timestamp.txt").write_text(moment, encoding="utf-8")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    scratch.replace(folder)
    (done.new if is_new else done.changed).append(person.id)


def _moment(person: Person, done: Collected) -> str:
    """When it was handed in, as nbgrader writes it; "" where nobody says."""
    if not person.received:
        return ""
    try:
        moment = dateutil.parser.parse(person.received)  # in the zone of whoever downloaded the worksheet
        return moment.astimezone(datetime.UTC).strftime(_TIMESTAMP)
    except (ValueError, OverflowError):
        done.remarks.append(f"{person.id}: {person.received!r} is no date; the time was left out.")
        return ""
