# SPDX-License-Identifier: BSD-3-Clause
"""Grading a class: which submissions have no mark of their own yet, who marks them, and where a mark is kept.

Workers run and judge (`autograder.grading.worker`), on this machine or on others; they write nothing.
Everything that is kept is written in `autograder.grading.keep`, one submission after the other, the mark
last. A run that is killed therefore goes on where it was: what has no mark of its own is graded again.
"""

import contextlib
import errno
from collections.abc import Iterator

from nbgrader.api import Gradebook, InvalidEntry
from sqlalchemy.exc import OperationalError
from tqdm import tqdm

from autograder.course import gradebook, late
from autograder.course.folder import Course, CourseError
from autograder.grading import outcomes as made_by
from autograder.grading.job import How, Job
from autograder.grading.keep import keep, old_mark, withdraw, withdrawn
from autograder.grading.marking import NOT_GRADED, Assignment, Submission
from autograder.handin.parameters import normalized
from autograder.sandbox.isolation import SandboxError, find_isolation
from autograder.sandbox.runner import Limits

_BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}, {remaining} left, done about {eta:%H:%M}{postfix}]"
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


def grade(
    course: Course,
    assignment: str | None = None,
    *,
    student: str | None = None,
    isolation: str = "bubblewrap",
    regrade: bool = False,
    limits: Limits | None = None,
    jobs: int = 1,
    scheduler: str | None = None,
    progress: bool = False,
) -> list[dict]:
    """Grade what was handed in and not graded yet; `each_mark` does the same for classes of any size.

    Returns:
        The marks that were made now, and those of withdrawn submissions.

    Raises:
        CourseError: As `each_mark`.
    """
    how = How(isolation, limits or Limits(), jobs, scheduler, progress)
    return list(each_mark(course, assignment, student=student, regrade=regrade, how=how))


def each_mark(
    course: Course,
    assignment: str | None = None,
    *,
    student: str | None = None,
    regrade: bool = False,
    how: How | None = None,
) -> Iterator[dict]:
    """Grade what was handed in and not graded yet, and give each mark as it is kept.

    Args:
        course: The course.
        assignment: Its name; all when None.
        student: Grade this student alone; everyone when None.
        regrade: Grade also what is unchanged since its last mark.
        how: Isolation, limits and workers.

    Yields:
        Each mark that was made now. A submission that was withdrawn gives its last mark, with the status
        WITHDRAWN.

    Raises:
        CourseError: When there is nothing of that name, another grader is at work, the disk is full or the
            gradebook is held by another program.
    """
    how = how or How()
    if how.scheduler is None:
        _require_isolation(how.isolation)
    names = [assignment] if assignment else course.assignments()
    late.check(course)  # a due time that cannot be counted by is told before the work, not after
    with course.locked(), _told(course):
        course.sweep()
        assignments = [Assignment.read(course, name) for name in names]
        gone = [(one.name, who) for one in assignments for who in withdrawn(course, one.name, student)]
        jobs = [job for one in assignments for job in _to_do(course, one, student, regrade, dict(gone))]
        if not gone and not jobs:
            return
        with gradebook.connect(course.db_url) as book:
            yield from (withdraw(course, book, *one) for one in gone)
            yield from _grade_all(course, jobs, book, how)


def _require_isolation(isolation: str) -> None:
    """Say at once, not once per student, that this machine cannot isolate."""
    try:
        find_isolation(isolation)
    except SandboxError as error:
        raise CourseError(str(error)) from None


@contextlib.contextmanager
def _told(course: Course) -> Iterator[None]:
    """Say in one sentence what stands in the way of writing."""
    go_on = "What was graded until now is kept; the next run goes on from there."
    try:
        yield
    except OSError as error:
        if error.errno not in _DISK_FULL:
            raise
        raise CourseError(f"The disk with {course.root} is full: make room. {go_on}") from None
    except (OperationalError, InvalidEntry) as error:  # nbgrader wraps some of them into its own
        reason = str(getattr(error, "orig", error)).strip()
        if "full" in reason:
            raise CourseError(f"The disk with {course.root} is full: make room. {go_on}") from None
        raise CourseError(f"The gradebook cannot be written ({reason}): is it in use? {go_on}") from None


def _to_do(
    course: Course, assignment: Assignment, student: str | None, regrade: bool, gone: dict[str, str]
) -> list[Job]:
    """The students whose submission has no mark of its own yet."""
    students = course.submissions(assignment.name)
    if student is not None:
        student = next((one for one in students if normalized(one) == normalized(student)), student)
        if student not in students and student != gone.get(assignment.name):
            raise CourseError(f"There is no submission of {assignment.name} by {student}.")
        students = [name for name in students if name == student]
    return [Job(assignment, name) for name in students if regrade or not _is_graded(course, assignment, name)]


def _is_graded(course: Course, assignment: Assignment, student: str) -> bool:
    """Whether everything that grading writes is there and belongs to this very work."""
    mark = old_mark(course, student, assignment.name)
    if mark is None or mark["status"] == NOT_GRADED:
        return False
    submission = Submission.read(course, assignment.name, student)
    is_same = assignment.made(mark) and mark["digests"]["submission"] == submission.digest()
    kept = [course.autograded(student, assignment.name), course.feedback(student, assignment.name)]
    return is_same and all(path.is_file() for path in kept)


def _grade_all(course: Course, jobs: list[Job], book: Gradebook, how: How) -> Iterator[dict]:
    """Mark all, and keep each mark as it comes."""
    hidden = None if how.progress else True  # None: shown on a terminal alone
    with (
        tqdm(total=len(jobs), unit="submission", disable=hidden, bar_format=_BAR) as bar,
        contextlib.closing(made_by.outcomes(course, jobs, how)) as outcomes,
    ):
        for assignment, outcome in outcomes:
            keep(course, assignment, outcome, book)
            bar.set_postfix_str(outcome.mark["student"], refresh=False)
            bar.update()
            yield outcome.mark
