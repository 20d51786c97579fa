# SPDX-License-Identifier: BSD-3-Clause
"""Who marks: this process, worker processes here, or those of a cluster; outcomes as they come."""

import contextlib
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait

from autograder.course.folder import Course, CourseError
from autograder.grading import parcels
from autograder.grading.job import How, Job
from autograder.grading.judge import Judge
from autograder.grading.marking import Assignment, Outcome, Submission, compose, left_open, mark_submission
from autograder.grading.worker import Worker, WorkerLost
from autograder.sandbox.runner import Limits

_WAITING_PER_WORKER = 2  # one in work and one read ahead: the next is there when a worker is free


def outcomes(course: Course, jobs: list[Job], how: How) -> Iterator[tuple[Assignment, Outcome]]:
    """The outcome of each submission, in the order in which they are done."""
    if how.scheduler is not None:
        from autograder.grading.cluster import connected  # needs Dask, which a single machine does without

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
