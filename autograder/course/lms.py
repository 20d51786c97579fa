# SPDX-License-Identifier: BSD-3-Clause
"""Work as it comes in: from a platform's zip, cloned repositories or a folder of files, into the course.

`autograder.course.naming` says whose a file is, `autograder.course.unpack` finds the notebook in it. Nothing
is left out without a word: each file that was not taken is named with the reason, here and in the report.
One student's files never stop the class: each student has limits of files and bytes.
"""

import datetime
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath

from autograder.course import roster
from autograder.course.clock import Clock
from autograder.course.collect import SubmissionProblem, parse_notebook, released
from autograder.course.folder import Course, CourseError, write_atomically
from autograder.course.naming import Named, Pattern, by_platform, by_words, platform_of
from autograder.course.pick import Collected, pick
from autograder.course.roster import Person
from autograder.course.source import Opened, Source
from autograder.course.unpack import NoNotebook, is_litter, may_be, notebook_in, why_not
from autograder.handin import identity
from autograder.handin.cells import rebuild
from autograder.handin.parameters import normalized

_TIMESTAMP = "%Y-%m-%d %H:%M:%S.%f UTC"
_MAX_STUDENT_BYTES = 100_000_000
_NAMED_AT_MOST = 5


def collect(
    course: Course,
    assignment: str,
    source: Path,
    table: Path | None = None,
    *,
    pattern: str | None = None,
    platform: str | None = None,
) -> Collected:
    """Put the work in `source` where the grader finds it; of several attempts of a student the last counts.

    Args:
        course: the course.
        assignment: its name.
        source: a platform's zip, or a folder: of cloned repositories, of files, or of an unpacked zip.
        table: who is who, in a form that `roster.read` knows; added to the course's roster.
        pattern: where in a file's path the student stands (`naming.Pattern`); Moodle's and Canvas's names are
            known without.
        platform: "Moodle" or "Canvas", where the names can be read both ways.

    Raises:
        CourseError: the assignment is not released, `source` cannot be opened, or nobody is known.
    """
    course.require(assignment)
    source, done = Path(source), Collected()
    with course.locked():
        people = _people(course, table, done)
        if not people and (source.is_file() or pattern):
            raise CourseError(
                f"Nobody is in the roster of {course.root}, so that a platform's numbers have no names: give "
                "--roster with Canvas's exported gradebook, Moodle's grading worksheet, or your own table."
            )
        refused: list[str] = []
        with Opened(source, refused) as opened:
            done.problems += refused
            done.left_out += [{"who": "", "file": one, "why": ""} for one in refused]
            whose = _by_student(course, source, assignment, opened, people, pattern, platform, done)
            for files in whose.values():
                opened.allow(_MAX_STUDENT_BYTES)
                if found := pick(course, assignment, files, opened, done):
                    _keep(course, assignment, *found, done)
        _compare_ids(course, assignment, people, done)
        _remember(course, assignment, whose, done)
    return done


def origins(course: Course, assignment: str) -> dict[str, str]:
    """Under which name a platform gave each student's work, by id; feedback goes back under the same."""
    path = course.root / "collected" / f"{assignment}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def told(course: Course, assignment: str) -> dict[str, list]:
    """What collecting left for the report: `left_out` (as in `Collected`), and who was `late`, by id."""
    path = course.root / "collected" / "told" / f"{assignment}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"left_out": [], "late": []}


def _remember(course: Course, assignment: str, whose: Mapping[str, list[Named]], done: Collected) -> None:
    """Keep names for the way back, and what was left out; what is said of a student anew replaces the old."""
    folder = course.root / "collected"
    names = {**origins(course, assignment), **done.origins}
    text = json.dumps(names, indent=1, ensure_ascii=False, sort_keys=True)
    write_atomically(folder / f"{assignment}.json", text + "\n")
    before, files = told(course, assignment), {one["file"] for one in done.left_out}
    kept = [one for one in before["left_out"] if one["who"] not in whose and one["file"] not in files]
    late = sorted({*(student for student in before["late"] if student not in whose), *done.late})
    text = json.dumps({"left_out": kept + done.left_out, "late": late}, indent=1, ensure_ascii=False)
    write_atomically(folder / "told" / f"{assignment}.json", text + "\n")


def _people(course: Course, table: Path | None, done: Collected) -> dict[str, Person]:
    """The roster, with what `table` adds, and a word on the column of the ids."""
    if table is None:
        return roster.load(course)
    added = roster.read(table)
    done.remarks += roster.columns_taken(added, table)
    return roster.merge(course, added)


def _by_student(
    course: Course,
    source: Path,
    assignment: str,
    opened: Source,
    people: Mapping[str, Person],
    pattern: str | None,
    platform: str | None,
    done: Collected,
) -> dict[str, list[Named]]:
    """The files that are somebody's, by id; all others are noted."""
    names = [name for name in opened.names if not is_litter(name)]
    read = _reader(source, assignment, names, people, pattern, platform)
    given = {path.name for path in course.release(assignment).rglob("*") if path.suffix != ".ipynb"}
    whose: dict[str, list[Named]] = {}
    nobodys: list[str] = []
    for name in names:
        named = read(name)
        if named.person is None and not named.problem.startswith("has a name in which"):
            named = _by_typed_id(course, assignment, named, opened, people, source)
        if PurePosixPath(name).name in given:
            continue
        if named.person is not None:
            whose.setdefault(named.person.id, []).append(named)
        elif _is_worth_a_word(named):
            done.leave_out(named, named.problem)
        else:
            nobodys.append(name)
    if nobodys:
        listed, more = ", ".join(nobodys[:_NAMED_AT_MOST]), len(nobodys) - _NAMED_AT_MOST
        also = f" and {more} more" if more > 0 else ""
        for name in nobodys:
            done.left_out.append({"who": "", "file": name, "why": why_not(name)})
        done.problems.append(f"Nobody's, and no notebooks: {listed}{also}; they were not collected.")
    return whose


def _is_worth_a_word(named: Named) -> bool:
    """Whether a file that is nobody's may be somebody's work, and is named alone."""
    looks = may_be(named.name) and not named.name.endswith(".txt")
    return looks or ".ipynb" in named.name or "several" in named.problem


def _reader(
    source: Path,
    assignment: str,
    names: list[str],
    people: Mapping[str, Person],
    pattern: str | None,
    platform: str | None,
) -> Callable[[str], Named]:
    """How names are read here, decided once for all of them."""
    if pattern:
        return Pattern(pattern, people.values()).read
    if form := platform.capitalize() if platform else platform_of(names):
        return lambda name: by_platform(name, form, people.values())
    if source.is_dir():
        prefix = f"{source.resolve().name.removesuffix('-submissions')}-"
        return lambda name: _in_folder(name, prefix, assignment, people)
    return lambda name: Named(
        name,
        problem="is not named as Moodle or Canvas name a submission: say with --pattern where the student is",
    )


def _in_folder(name: str, prefix: str, assignment: str, people: Mapping[str, Person]) -> Named:
    """A file in a folder: a clone's, whose folder is named after its student, or a loose one."""
    path = PurePosixPath(name)
    if len(path.parts) == 1:
        return by_words(name, assignment, people.values())
    who = path.parts[0].removeprefix(prefix)
    if len(path.parts) > 2 and not people:
        return Named(name, None, who, path.name, problem="lies in a folder of the repository, not at its top")
    if not people:
        return Named(name, Person(who), who, path.name)
    same = [one for one in people.values() if normalized(who) in (normalized(one.id), normalized(one.lms_id))]
    if len(same) == 1:
        return Named(name, same[0], who, path.name)
    found = by_words(path.parts[0], assignment, people.values())
    problem = found.problem and f"lies in the folder {who}, which is nobody's in the roster"
    return Named(name, found.person, who, path.name, problem=problem)


def _by_typed_id(
    course: Course,
    assignment: str,
    named: Named,
    opened: Source,
    people: Mapping[str, Person],
    source: Path,
) -> Named:
    """A loose file with nobody's name, such as an attachment: its notebook's own id decides."""
    is_loose = source.is_dir() and len(PurePosixPath(named.name).parts) == 1
    if not is_loose or not people or not may_be(named.name):
        return named
    typed = _typed(course, assignment, named, opened)
    found = {one.id: one for one in people.values() if typed and identity.squeezed(typed) in
             {identity.squeezed(name) for name in one.names()}}  # fmt: skip
    if len(found) != 1:
        return named
    (person,) = found.values()
    return Named(named.name, person, person.id, named.file)


def _typed(course: Course, assignment: str, named: Named, opened: Source) -> str:
    """The id that a notebook names; "" where none can be read."""
    try:
        data, _ = notebook_in(named.file, opened.read(named.name), assignment)
        notebook = parse_notebook(data, named.name)
    except (SubmissionProblem, NoNotebook):
        return ""
    rebuilt, _ = rebuild(notebook, released(course, assignment))
    return identity.typed(rebuilt, identity.variable(released(course, assignment)))


def _keep(course: Course, assignment: str, named: Named, data: bytes, done: Collected) -> None:
    """Replace what was handed in before, whole or not at all."""
    person = named.person
    done.origins[person.id] = named.name
    folder = course.submitted(person.id, assignment)
    file = folder / f"{assignment}.ipynb"
    is_new = not folder.exists()
    if not is_new and file.is_file() and file.read_bytes() == data:
        done.same.append(person.id)
        return
    scratch = Path(tempfile.mkdtemp(dir=course.root, prefix=".collect-"))
    (scratch / file.name).write_bytes(data)
    if moment := _moment(course, person, done):
        (scratch / "timestamp.txt").write_text(moment, encoding="utf-8")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder, ignore_errors=True)
    scratch.replace(folder)
    (done.new if is_new else done.changed).append(person.id)


def _moment(course: Course, person: Person, done: Collected) -> str:
    """When it was handed in, as nbgrader writes it; "" where nobody says."""
    if not person.received:
        return ""
    clock = Clock.of(course)
    if clock.zone is None and not any("no zone" in remark for remark in done.remarks):
        done.remarks.append('course.json names no zone ("zone": "Europe/Zurich"): times were read as UTC.')
    try:
        return clock.received(person.received).replace(tzinfo=datetime.UTC).strftime(_TIMESTAMP)
    except ValueError:
        done.remarks.append(f"{person.id}: {person.received!r} is no date; the time was left out.")
        return ""


def _compare_ids(course: Course, assignment: str, people: Mapping[str, Person], done: Collected) -> None:
    """Warn where the roster's ids are not what the class types."""
    known, release = roster.whose(course), released(course, assignment)
    name, strange, typed_at_all = identity.variable(release), [], 0
    for student in [*done.new, *done.changed] if people else []:
        try:
            data = (course.submitted(student, assignment) / f"{assignment}.ipynb").read_bytes()
            typed = identity.typed(rebuild(parse_notebook(data, student), release)[0], name)
        except SubmissionProblem:
            continue
        typed_at_all += bool(typed)
        if typed and student not in known.get(identity.squeezed(typed), ()):
            strange.append(f"{student} typed {typed[:40]}")
    if len(strange) > typed_at_all / 2:
        done.remarks.append(
            f"Warning: {len(strange)} of {typed_at_all} notebooks type an id that the roster does not know "
            f"as the owner's ({'; '.join(strange[:3])}). If the roster's ids are not what students type, put "
            f"that into the column `id` of {roster.NAME} before you grade."
        )
