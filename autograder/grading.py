# SPDX-License-Identifier: BSD-3-Clause
"""Grading a class: which submissions have no mark of their own yet, and where a mark is kept.

Everything that is kept is written by `_keep`, in one place, the mark last. A run that is killed therefore
goes on where it was: what has no mark of its own is graded again.
"""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc
from tqdm import tqdm

from autograder import feedback, gradebook
from autograder.course import Course, CourseError, write_atomically
from autograder.judge import Judge
from autograder.marking import NOT_GRADED, Assignment, Clock, Outcome, Submission, mark_submission
from autograder.runner import Limits
from autograder.sandbox import SandboxError, find_isolation

_MAX_TIMESTAMP_BYTES = 100


def grade(
    course: Course,
    assignment: str | None = None,
    *,
    student: str | None = None,
    isolation: str = "bubblewrap",
    regrade: bool = False,
    limits: Limits | None = None,
    progress: bool = False,
) -> list[dict]:
    """Grade what was handed in and not graded yet.

    Args:
        course: The course.
        assignment: Its name; all when None.
        student: Grade this student alone; everyone when None.
        isolation: How the sandbox is made, see `autograder.runner`.
        regrade: Grade also what is unchanged since its last mark.
        limits: Of time, memory and output; the runner's own when None.
        progress: Show a bar on standard error, if that is a terminal.

    Returns:
        The marks that were made now.

    Raises:
        CourseError: When there is nothing of that name, or another grader is at work.
    """
    _require_isolation(isolation)
    names = [assignment] if assignment else course.assignments()
    with course.locked():
        work = [job for name in names for job in _to_do(Assignment.read(course, name), student, regrade)]
        if not work:
            return []
        with gradebook.connect(course.db_url) as book:
            return list(_grade_all(work, book, isolation, limits or Limits(), progress))


def _require_isolation(isolation: str) -> None:
    """Say at once, not once per student, that this machine cannot isolate."""
    try:
        find_isolation(isolation)
    except SandboxError as error:
        raise CourseError(str(error)) from None


def _to_do(assignment: Assignment, student: str | None, regrade: bool) -> list[tuple[Assignment, str]]:
    """The students whose submission has no mark of its own yet."""
    students = assignment.course.submissions(assignment.name)
    if student is not None:
        if student not in students:
            raise CourseError(f"There is no submission of {assignment.name} by {student}.")
        students = [student]
    return [(assignment, name) for name in students if regrade or not _is_graded(assignment, name)]


def _is_graded(assignment: Assignment, student: str) -> bool:
    """Whether everything that grading writes is there and belongs to this very work."""
    course, mark = assignment.course, _old_mark(assignment.course, student, assignment.name)
    if mark is None or mark["status"] == NOT_GRADED:
        return False
    now = {"assignment": assignment.digest, "submission": Submission.read(assignment, student).digest()}
    kept = [course.autograded(student, assignment.name), course.feedback(student, assignment.name)]
    return mark["digests"] == now and all(path.is_file() for path in kept)


def _grade_all(
    work: list[tuple[Assignment, str]], book: Gradebook, isolation: str, limits: Limits, progress: bool
) -> Iterator[dict]:
    """Mark and keep one submission after the other."""
    hidden = None if progress else True  # None: shown on a terminal alone
    with Judge() as judge, tqdm(total=len(work), unit="submission", disable=hidden) as bar:
        for assignment, student in work:
            bar.set_postfix_str(student)
            submission = Submission.read(assignment, student)
            outcome = mark_submission(assignment, submission, judge, limits, isolation)
            _keep(assignment, outcome, book)
            bar.update()
            yield outcome.mark


def _keep(assignment: Assignment, outcome: Outcome, book: Gradebook) -> None:
    """Write notebook, points and page; the mark last, for it says that the rest is done."""
    course, mark, clock = assignment.course, outcome.mark, Clock()
    student, name = mark["student"], assignment.name
    old = _old_mark(course, student, name)
    write_atomically(course.autograded(student, name), nbformat.writes(outcome.notebook) + "\n")
    standing = gradebook.record(
        book,
        name,
        student,
        mark["points"],
        answered=outcome.answered,
        changed=old is None or old["digests"]["submission"] != mark["digests"]["submission"],
        timestamp=_handed_in_at(course.submitted(student, name)),
    )
    page = feedback.page(mark, standing, assignment.spec, show_reference=course.show_reference)
    write_atomically(course.feedback(student, name), page)
    clock.lap("record")
    mark["times_s"] |= clock.laps
    write_atomically(course.mark(student, name), json.dumps(mark, indent=1, ensure_ascii=False) + "\n")


def _old_mark(course: Course, student: str, assignment: str) -> dict | None:
    """The mark of an earlier run, if there is one that can be read."""
    try:
        return json.loads(course.mark(student, assignment).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _handed_in_at(folder: Path) -> datetime.datetime | None:
    """The time in nbgrader's `timestamp.txt`, if there is a sound one."""
    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_TIMESTAMP_BYTES:
            return None
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
