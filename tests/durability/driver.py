# SPDX-License-Identifier: BSD-3-Clause
"""Grading with a log and a trap: the process ends itself the hard way at a named point.

Nothing of this is in the grader: the traps are set on its functions from here.
"""

import importlib.util
import os
import signal
import sys
import traceback
from pathlib import Path

from autograder.course import Course, CourseError, gradebook
from autograder.grading import grade as grading
from autograder.grading import job, keep, marking, worker

PLAY = Path(__file__).with_name("play_worker.py")
_spec = importlib.util.spec_from_file_location("play_worker", PLAY)
play = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(play)

_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
_FOLDERS = {"autograded": "notebook", "feedback": "page", "marks": "mark", "withdrawn": "withdrawal"}


class Trap:
    """Ends this process at the nth time that a point is passed."""

    def __init__(self, point: str | None, nth: int = 1) -> None:
        self.point, self.left = point, nth

    def passes(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def log(path: str, words: str) -> None:
    """One line, whole even when several processes write."""
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, f"{words}\n".encode())
    os.close(handle)


def set_traps(trap: Trap, path: str) -> None:
    """Around everything that writes, and before work is begun."""
    write, fsync, record, comments = (
        keep.write_atomically,
        os.fsync,
        gradebook.record,
        gradebook._set_comments,
    )
    read, remove = marking.Submission.read.__func__, keep.Gradebook.remove_submission
    writing = []

    def trapped_fsync(handle: int) -> None:
        fsync(handle)
        if writing:
            trap.passes(f"{writing[-1]} half written")

    def trapped_write(target: Path, text: str) -> None:
        kind = next(word for folder, word in _FOLDERS.items() if folder in target.parts)
        writing.append(kind)
        write(target, text)
        writing.pop()
        if kind == "mark":
            log(path, f"kept {target.parent.name}")
        trap.passes(f"{kind} written")

    def trapped_record(*args: object, **options: object) -> dict:
        trap.passes("marked")
        standing = record(*args, **options)
        trap.passes("gradebook written")
        return standing

    def trapped_comments(*args: object) -> None:
        comments(*args)
        trap.passes("gradebook half written")

    def trapped_read(cls: type, course: Course, assignment: str, student: str) -> object:
        trap.passes("collected")
        return read(cls, course, assignment, student)

    def trapped_remove(book: object, *args: object) -> None:
        remove(book, *args)
        trap.passes("withdrawal recorded")

    os.fsync = trapped_fsync
    keep.write_atomically = trapped_write
    gradebook.record = trapped_record
    gradebook._set_comments = trapped_comments
    marking.Submission.read = classmethod(trapped_read)
    keep.Gradebook.remove_submission = trapped_remove


def grade(folder: str, options: dict) -> None:
    """Grade the course in `folder`, then leave the process.

    Options: `log` and `said` (files), `jobs`, `play` (a worker without a sandbox), `point` and `nth` (where
    to die), `regrade`, `patience_s`, `scheduler`.
    """
    os.setsid()
    sys.stdout = sys.stderr = os.fdopen(os.open(options["said"], _NEW, 0o600), "w", buffering=1)
    set_traps(Trap(options.get("point"), options.get("nth", 1)), options["log"])
    if options.get("play", True):
        worker.COMMAND = (str(PLAY), options["log"])
        marking.run_notebook = play.runner(options["log"])
    gradebook.PATIENCE_s = options.get("patience_s", gradebook.PATIENCE_s)
    how = job.How(jobs=options.get("jobs", 1), scheduler=options.get("scheduler"))
    code = 0
    try:
        course, regrade = Course.open(Path(folder)), options.get("regrade", False)
        for mark in grading.each_mark(course, regrade=regrade, how=how):
            print(mark["status"], mark["student"], mark["problem"])
    except CourseError as error:
        print(error)
        code = 2
    except Exception:
        traceback.print_exc()
        code = 1
    os._exit(code)
