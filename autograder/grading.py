# SPDX-License-Identifier: BSD-3-Clause
"""Grading a class: which submissions have no mark of their own yet, who marks them, and where a mark is kept.

Workers run and judge (`autograder.worker`), on this machine or on others; they write nothing. Everything
that is kept is written by `_keep`, in one place, one submission after the other, the mark last. A run that is
killed therefore goes on where it was: what has no mark of its own is graded again.
"""

import contextlib
import datetime
import errno
import itertools
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.utils import parse_utc
from sqlalchemy.exc import OperationalError
from tqdm import tqdm

from autograder import feedback, gradebook, parcels
from autograder.course import Course, CourseError, write_atomically
from autograder.judge import Judge
from autograder.marking import (
    NOT_GRADED,
    Assignment,
    Clock,
    Outcome,
    Submission,
    compose,
    left_open,
    mark_submission,
)
from autograder.runner import Limits
from autograder.sandbox import SandboxError, find_isolation
from autograder.worker import Worker, WorkerLost

#: Status of a mark whose submission is not there any more.
WITHDRAWN = "withdrawn"
_MAX_TIMESTAMP_BYTES = 100
_WAITING_PER_WORKER = 2  # one in work and one read ahead: the next is there when a worker is free
_BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt} [{elapsed}, {remaining} left, done about {eta:%H:%M}{postfix}]"
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True)
class How:
    """How to grade.

    Attributes:
        isolation: How the sandbox is made, see `autograder.runner`.
        limits: Of time, memory and output.
        jobs: How many workers on this machine.
        scheduler: Address of a Dask scheduler, whose workers grade in place of this machine's.
        progress: Show a bar on standard error, if that is a terminal.
    """

    isolation: str = "bubblewrap"
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1
    scheduler: str | None = None
    progress: bool = False


@dataclass(frozen=True)
class Job:
    """One student's submission of one assignment."""

    assignment: Assignment
    student: str


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
    with course.locked(), _told(course):
        course.sweep()
        assignments = [Assignment.read(course, name) for name in names]
        gone = [(one.name, who) for one in assignments for who in _withdrawn(course, one.name, student)]
        jobs = [job for one in assignments for job in _to_do(course, one, student, regrade, dict(gone))]
        if not gone and not jobs:
            return
        with gradebook.connect(course.db_url) as book:
            yield from (_withdraw(course, book, *one) for one in gone)
            yield from _grade_all(course, jobs, book, how)


def new_changes(mark: dict) -> list[dict]:
    """What this grading changed in points that a student had: `task`, `from`, `to`, `reason`."""
    return [change for change in mark["changes"] if change["graded_at"] == mark["graded_at"]]


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
        if student not in students and student != gone.get(assignment.name):
            raise CourseError(f"There is no submission of {assignment.name} by {student}.")
        students = [name for name in students if name == student]
    return [Job(assignment, name) for name in students if regrade or not _is_graded(course, assignment, name)]


def _is_graded(course: Course, assignment: Assignment, student: str) -> bool:
    """Whether everything that grading writes is there and belongs to this very work."""
    mark = _old_mark(course, student, assignment.name)
    if mark is None or mark["status"] == NOT_GRADED:
        return False
    submission = Submission.read(course, assignment.name, student)
    is_same = assignment.made(mark) and mark["digests"]["submission"] == submission.digest()
    kept = [course.autograded(student, assignment.name), course.feedback(student, assignment.name)]
    return is_same and all(path.is_file() for path in kept)


# --- who marks ----------------------------------------


def _grade_all(course: Course, jobs: list[Job], book: Gradebook, how: How) -> Iterator[dict]:
    """Mark all, and keep each mark as it comes."""
    hidden = None if how.progress else True  # None: shown on a terminal alone
    with (
        tqdm(total=len(jobs), unit="submission", disable=hidden, bar_format=_BAR) as bar,
        contextlib.closing(_outcomes(course, jobs, how)) as outcomes,
    ):
        for assignment, outcome in outcomes:
            _keep(course, assignment, outcome, book)
            bar.set_postfix_str(outcome.mark["student"], refresh=False)
            bar.update()
            yield outcome.mark


def _outcomes(course: Course, jobs: list[Job], how: How) -> Iterator[tuple[Assignment, Outcome]]:
    """The outcome of each submission, in the order in which they are done."""
    if how.scheduler is not None:
        from autograder.cluster import connected  # needs Dask, which a single machine does without

        with connected(how.scheduler, how.isolation) as (executor, mark, workers):
            yield from _from_workers(course, jobs, how, executor, mark, workers)
    elif min(how.jobs, len(jobs)) <= 1:
        with Judge() as judge:
            for job in jobs:
                submission = Submission.read(course, job.assignment.name, job.student)
                outcome = mark_submission(job.assignment, submission, judge, how.limits, how.isolation)
                yield job.assignment, outcome
    else:
        workers = min(how.jobs, len(jobs))
        with _local_workers(workers, how.limits) as (executor, mark):
            yield from _from_workers(course, jobs, how, executor, mark, workers)


@contextlib.contextmanager
def _local_workers(count: int, limits: Limits) -> Iterator[tuple[Executor, Callable[[bytes, bytes], bytes]]]:
    """Threads that wait for as many worker processes, and the function that they carry out."""
    seats, workers = threading.local(), []

    def sit_down() -> None:
        seats.worker = Worker(limits)
        workers.append(seats.worker)

    def mark(assignment: bytes, submission: bytes) -> bytes:
        return seats.worker.mark(assignment, submission)

    executor = ThreadPoolExecutor(count, initializer=sit_down)
    try:
        yield executor, mark
    finally:
        for worker in workers:
            worker.hang_up()
        executor.shutdown(cancel_futures=True)
        for worker in workers:
            worker.close()


def _from_workers(
    course: Course,
    jobs: Iterable[Job],
    how: How,
    executor: Executor,
    mark: Callable[[bytes, bytes], bytes],
    workers: int,
) -> Iterator[tuple[Assignment, Outcome]]:
    """Send work as long as there is some, a little ahead; what comes back is checked and composed here."""
    parcelled: dict[str, bytes] = {}
    sent: dict[Future, tuple[Job, Submission]] = {}

    def send(job: Job) -> None:
        assignment = job.assignment
        if assignment.name not in parcelled:
            parcelled[assignment.name] = _parcel(assignment, how)
        submission = Submission.read(course, assignment.name, job.student)
        future = executor.submit(mark, parcelled[assignment.name], parcels.pack_submission(submission))
        sent[future] = job, submission

    waiting = iter(jobs)
    for job in itertools.islice(waiting, _WAITING_PER_WORKER * workers):
        send(job)
    while sent:
        for future in wait(sent, return_when=FIRST_COMPLETED).done:
            job, submission = sent.pop(future)
            yield job.assignment, _received(future, job.assignment, submission, how.limits)
            for job in itertools.islice(waiting, 1):
                send(job)


def _parcel(assignment: Assignment, how: How) -> bytes:
    """The assignment's part of each message."""
    try:
        with_rubric = how.scheduler is not None
        return parcels.pack_assignment(assignment, how.limits, how.isolation, with_rubric=with_rubric)
    except parcels.ParcelError as error:
        raise CourseError(f"{error}.") from None


def _received(future: Future, assignment: Assignment, submission: Submission, limits: Limits) -> Outcome:
    """The outcome that follows from a worker's answer; what is not sound leaves the submission open."""
    try:
        finding = parcels.unpack_finding(_answer(future), assignment, submission, limits)
    except parcels.CannotMark as refusal:
        raise CourseError(str(refusal)) from None
    except parcels.ParcelError as error:
        problem = f"What the worker sent cannot be used: {error}; it will be tried again."
        finding = left_open(assignment, submission, problem)
    except WorkerLost as error:
        finding = left_open(assignment, submission, str(error))
    return compose(assignment, submission, finding)


def _answer(future: Future) -> bytes:
    """What a worker sent, or WorkerLost if this submission took it along."""
    try:
        return future.result()
    except WorkerLost:
        raise
    except Exception as error:  # a cluster has its own ways to fail; one of them is this submission's
        if type(error).__name__ == "KilledWorker":
            raise WorkerLost("The workers that marked this were lost; the next run tries it again.") from None
        said = f"{type(error).__name__}: {error}".splitlines()[0][:300]
        raise CourseError(
            f"The workers cannot go on ({said}). What was graded until now is kept; the next run goes on."
        ) from None


# --- what is kept ----------------------------------------


def _keep(course: Course, assignment: Assignment, outcome: Outcome, book: Gradebook) -> None:
    """Write notebook, points and page; the mark last, for it says that the rest is done."""
    mark, clock = outcome.mark, Clock()
    student, name = mark["student"], assignment.name
    old = _old_mark(course, student, name)
    aside = _put_aside(course, student, name) if old is None else {}
    old = old or aside.get("mark")
    if old is not None:
        mark["changes"] = [*old["changes"], *_changes(old, mark, assignment)]
    write_atomically(course.autograded(student, name), nbformat.writes(outcome.notebook) + "\n")
    standing = gradebook.record(
        book,
        name,
        student,
        mark["points"],
        answered=outcome.answered,
        changed=old is None or old["digests"]["submission"] != mark["digests"]["submission"],
        timestamp=_handed_in_at(course.submitted(student, name)),
        returned=aside.get("by_hand"),
    )
    page = feedback.page(mark, standing, assignment.spec, show_reference=course.show_reference)
    write_atomically(course.feedback(student, name), page)
    clock.lap("record")
    mark["times_s"] |= clock.laps
    write_atomically(course.mark(student, name), json.dumps(mark, indent=1, ensure_ascii=False) + "\n")
    course.withdrawn(student, name).unlink(missing_ok=True)


def _changes(old: dict, mark: dict, assignment: Assignment) -> list[dict]:
    """Which points a regrade changed, and why; points that were open before are no change."""
    reason = _reason(old, mark, assignment)
    return [
        {"graded_at": mark["graded_at"], "task": task, "from": before, "to": now, "reason": reason}
        for task, now in mark["points"].items()
        if (before := old["points"].get(task)) is not None and now is not None and before != now
    ]


def _reason(old: dict, mark: dict, assignment: Assignment) -> str:
    """What is not as it was when the old mark was made."""
    reasons = []
    if old["digests"]["submission"] != mark["digests"]["submission"]:
        reasons.append("it was handed in again")
    for name, now in mark["made_with"].items():
        before = old["made_with"].get(name, "unknown")
        if before != now and before not in assignment.earlier_rubrics:
            is_digest = name in ("release", "rubric")
            reasons.append(f"the {name} changed" if is_digest else f"{name} {now} in place of {before}")
    if old["isolation"] and mark["isolation"] and old["isolation"] != mark["isolation"]:
        reasons.append(f"it ran under {mark['isolation']} in place of {old['isolation']}")
    return ", ".join(reasons) or "the same submission gave something else this time"


def _old_mark(course: Course, student: str, assignment: str) -> dict | None:
    """The mark of an earlier run, if there is one that can be read."""
    mark = _read_json(course.mark(student, assignment))
    return mark if mark.get("format") == 1 else None


def _read_json(path: Path) -> dict:
    """The object in a file of the course; an empty one where none can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _handed_in_at(folder: Path) -> datetime.datetime | None:
    """The time in nbgrader's `timestamp.txt`, if there is a sound one."""
    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_TIMESTAMP_BYTES:
            return None
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


# --- what was withdrawn ----------------------------------------


def _withdrawn(course: Course, assignment: str, student: str | None) -> list[str]:
    """Students who have a mark and no submission any more.

    Raises:
        CourseError: When all are gone: that is a disk which is not there, not a class that changed its mind.
    """
    marked, submitted = course.marked(assignment), set(course.submissions(assignment))
    if marked and not submitted:
        raise CourseError(
            f"{course.root / 'submitted'} holds no submission of {assignment}, but {len(marked)} are marked: "
            "put the submissions back, or remove the folder marks as well."
        )
    return [name for name in marked if name not in submitted and student in (None, name)]


def _put_aside(course: Course, student: str, assignment: str) -> dict:
    """What was kept of work that is handed in again after it was withdrawn: `mark` and `by_hand`."""
    aside = _read_json(course.withdrawn(student, assignment))
    return aside if aside.get("mark", {}).get("format") == 1 else {}


def _withdraw(course: Course, book: Gradebook, assignment: str, student: str) -> dict:
    """Put a mark aside, with what was given by hand, and take it out of gradebook and feedback."""
    known = {"student": student, "assignment": assignment, "problem": "", "changes": []}
    mark = (_old_mark(course, student, assignment) or known) | {"status": WITHDRAWN}
    standing = gradebook.standing(book, assignment, student)
    if standing is not None:
        by_hand = gradebook.given_by_hand(book, assignment, student)
        kept = {"mark": mark, "standing": standing, "by_hand": by_hand}
        text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
        write_atomically(course.withdrawn(student, assignment), text)
        book.remove_submission(assignment, student)
    course.feedback(student, assignment).unlink(missing_ok=True)
    course.autograded(student, assignment).unlink(missing_ok=True)
    course.mark(student, assignment).unlink(missing_ok=True)
    return mark
