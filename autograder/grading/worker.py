# SPDX-License-Identifier: BSD-3-Clause
"""A worker: a process that runs and judges submissions, one after the other, and writes nothing.

`python -I -m autograder.grading.worker` reads two lines for each submission, the assignment's and the
submission's, and answers with one. It ends when its input does, in the middle of a run as well: a worker
whose grader was killed leaves no student's process behind.
"""

import contextlib
import os
import queue
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from autograder.course.folder import CourseError
from autograder.grading import parcels
from autograder.grading.judge import TIMEOUT_S, Judge
from autograder.grading.marking import deciding_versions, find
from autograder.grading.peer import NoAnswer, Peer
from autograder.rubric import digest as rubric_digest
from autograder.sandbox.isolation import SandboxError, find_isolation
from autograder.sandbox.runner import Limits

#: What follows `python -I` to start one.
COMMAND = ("-m", "autograder.grading.worker")
_BESIDE_THE_RUN_s = 2 * TIMEOUT_S + 120.0  # the judge's answers, twice, and a cold start of everything
_TRIES = 3
_PATIENCE_s = 10.0


class WorkerLost(Exception):
    """A submission took its worker with it, each time; the message is one sentence."""


class Worker:
    """Client of a worker's process: starts it when needed, and anew after a crash."""

    def __init__(self, limits: Limits) -> None:
        timeout_s = 2 * (limits.start_s + limits.wall_s) + _BESIDE_THE_RUN_s  # a notebook, and mechanisms
        self._peer = Peer(COMMAND, timeout_s=timeout_s, max_answer_bytes=parcels.MAX_FINDING_BYTES)
        self._is_done = False

    def mark(self, assignment: bytes, submission: bytes) -> bytes:
        """The finding on a submission, as bytes; a worker that is lost is replaced, twice at most.

        Raises:
            WorkerLost: When that one was lost as well, or took too long.
        """
        for _ in range(_TRIES):
            try:
                return self._peer.ask(assignment + submission)
            except NoAnswer as error:
                clause = str(error)
                if self._is_done or error.was_slow:
                    break
        raise WorkerLost(f"The worker {clause} while it marked this; the next run tries it again.")

    def hang_up(self) -> None:
        """Have the process put away what it does; whoever waits for its answer gets a WorkerLost."""
        self._is_done = True
        self._peer.hang_up()

    def close(self) -> None:
        """End the process."""
        self._peer.close()


class _Bench:
    """The process's side: the last assignment, and the judge."""

    def __init__(self, judge: Judge, scratch: Path) -> None:
        self._judge, self._scratch = judge, scratch
        self._data, self._read = b"", None

    def answer(self, assignment: bytes, submission: bytes) -> bytes:
        """The finding, or why this worker marks nothing of the assignment."""
        try:
            if assignment != self._data:
                self._read = parcels.unpack_assignment(assignment, self._scratch)
                self._data = assignment
            read, limits, isolation = self._read
            if refusal := self._refusal():
                return parcels.pack_problem(refusal)
            work = parcels.unpack_submission(submission)
            return parcels.pack_finding(find(read, work, self._judge, limits, isolation))
        except CourseError as error:
            return parcels.pack_problem(str(error))
        except (parcels.ParcelError, SandboxError) as error:
            return parcels.pack_problem(f"A worker cannot grade: {error}.")

    def _refusal(self) -> str:
        """Why marks made here would not be those of the grader's own machine; empty if they would."""
        assignment, _, isolation = self._read
        find_isolation(isolation)
        here = {"rubric": rubric_digest(assignment.rubric)} | deciding_versions()
        for name, value in here.items():
            if assignment.made_with[name] != value:
                wanted = assignment.made_with[name]
                return f"A worker has {name} {value[:16]}, the grader {wanted[:16]}: give both the same."
        return ""


def main() -> None:
    """Answer until the input ends; whatever prints on the way cannot reach the answers."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read_lines, args=(lines,), daemon=True).start()
    with (
        contextlib.suppress(KeyboardInterrupt, BrokenPipeError),
        Judge() as judge,
        tempfile.TemporaryDirectory(prefix="rubrics-") as scratch,
    ):
        bench = _Bench(judge, Path(scratch))
        while True:
            answers.write(bench.answer(lines.get(), lines.get()))
            answers.flush()


def _read_lines(lines: queue.Queue[bytes]) -> None:
    """Pass the input on; at its end, interrupt whatever is being done, so that it is put away."""
    for line in sys.stdin.buffer:
        lines.put(line)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_PATIENCE_s)
    os._exit(1)


if __name__ == "__main__":
    main()
