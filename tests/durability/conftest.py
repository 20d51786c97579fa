# SPDX-License-Identifier: BSD-3-Clause
"""A class of the small assignment, a grader in a process that can be killed, and what it leaves."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import sqlite3
import sys
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.course.create import create

HERE = Path(__file__).resolve().parent
_TIMES = ("graded_at", "times_s")


def _module(path: Path):
    """A module of the test suite, from its path."""
    spec = importlib.util.spec_from_file_location(f"durability_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


small = _module(HERE.parent / "autograder" / "conftest.py")
driver = _module(HERE / "driver.py")

ANSWERS = (
    small.RIGHT,
    {"area-answer": "area = 4 * 3.1416 * p.radius**2"},
    {"area-answer": "area = 5.0", "why": "I guessed."},
    {},
)


@pytest.fixture(scope="session")
def pristine(tmp_path_factory) -> Course:
    """A course of the small assignment, made once and never changed."""
    folder = tmp_path_factory.mktemp("pristine")
    small.write_small_solution(folder / "solutions")
    return create(folder / "course", key="spring", rubrics=folder / "solutions")


@pytest.fixture
def make_class(pristine, tmp_path):
    """`make_class(name, n)`: a course in which n students handed in, some of them what cannot be read."""

    def make(name: str, students: int, root: Path | None = None) -> Course:
        folder = (root or tmp_path) / name
        shutil.copytree(pristine.root, folder)
        solutions = tmp_path / f"{name}-solutions"
        shutil.copytree(pristine.rubrics, solutions)
        settings = json.loads((folder / "course.json").read_text())
        (folder / "course.json").write_text(json.dumps({**settings, "rubrics": str(solutions)}))
        course = Course.open(folder)
        for number in range(students):
            hand_in(course, number)
        return course

    return make


def hand_in(course: Course, number: int) -> None:
    """Student `number` hands in one of the answers; each tenth file is broken."""
    path = small.put_in(course, f"s{number:03d}", ANSWERS[number % len(ANSWERS)])
    if number % 10 == 9:
        path.write_text("{")


class Grader:
    """Grading in a process of its own, forked from the test's: importing everything anew takes seconds."""

    def __init__(self, course: Course, log: Path) -> None:
        self.course, self.log, self._said = course, log, log.with_suffix(".said")

    def start(self, **options: object) -> BaseProcess:
        """Start; see `driver.grade` for the options."""
        options = {"log": str(self.log), "said": str(self._said), **options}
        process = get_context("fork").Process(target=driver.grade, args=(str(self.course.root), options))
        process.start()
        return process

    def run(self, **options: object) -> tuple[int, str]:
        """Run to the end: exit code and what was said."""
        process = self.start(**options)
        process.join(240)
        assert process.exitcode is not None, "grading does not come to its end"
        return process.exitcode, self.said()

    def said(self) -> str:
        """What the last run said."""
        return self._said.read_text()

    def entries(self, kind: str) -> list[str]:
        """Students of one kind of entry (`ran`, `kept`) in the log, in order."""
        lines = self.log.read_text().split("\n") if self.log.exists() else []
        return [line.split()[1] for line in lines if line.startswith(f"{kind} ")]


@pytest.fixture
def grader(tmp_path):
    """`grader(course)`: how to grade it."""
    return lambda course: Grader(course, tmp_path / f"{course.root.name}.log")


def children(pid: int) -> list[int]:
    """All processes below `pid`."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        own = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []
    return [*own, *(below for child in own for below in children(child))]


def running(pid: int, what: str) -> list[int]:
    """Processes below `pid` whose command line names `what`."""
    found = []
    for child in children(pid):
        try:
            if what in Path(f"/proc/{child}/cmdline").read_text():
                found.append(child)
        except OSError:
            continue
    return found


def kill(pid: int) -> None:
    """End a process the hard way, if it is still there."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def is_there(pid: int) -> bool:
    """Whether a process is alive; one that only waits to be buried is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def dump(course: Course) -> dict[str, object]:
    """All that grading leaves, without its times: marks, gradebook, notebooks and pages to the byte."""
    marks = {mark["student"]: _timeless(mark) for mark in course.marks("circles")}
    kept = [*course.root.glob("autograded/**/*"), *course.root.glob("feedback/**/*")]
    files = {str(path.relative_to(course.root)): path.read_bytes() for path in kept if path.is_file()}
    return {"marks": marks, "files": files, "gradebook": _gradebook(course)}


def _timeless(value: object) -> object:
    """The value without its times, at every depth."""
    if isinstance(value, dict):
        return {name: _timeless(inner) for name, inner in value.items() if name not in _TIMES}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value


def _gradebook(course: Course) -> list[tuple]:
    """Every student's cells in the gradebook: points by machine and by hand, flags and comments."""
    query = """
        SELECT a.student_id, b.name, g.auto_score, g.manual_score, g.needs_manual_grade, c.auto_comment, c.manual_comment
        FROM submitted_assignment a JOIN submitted_notebook n ON n.assignment_id = a.id
        JOIN grade g ON g.notebook_id = n.id JOIN base_cell b ON b.id = g.cell_id
        LEFT JOIN comment c ON c.notebook_id = n.id AND c.cell_id = (
            SELECT id FROM base_cell d WHERE d.name = b.name AND d.type = 'SolutionCell')
        ORDER BY 1, 2
    """  # noqa: E501
    with contextlib.closing(sqlite3.connect(course.root / "gradebook.db")) as book:
        return book.execute(query).fetchall()


@pytest.fixture(scope="session")
def tools():
    """What the tests of this folder share."""
    return sys.modules[__name__] if __name__ in sys.modules else _module(Path(__file__))
