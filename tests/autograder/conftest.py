# SPDX-License-Identifier: BSD-3-Clause
"""A small assignment that needs no simulation, courses made of it, and the sample class, graded once."""

import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.course.create import create

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

_NOTEBOOK = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Circles

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = ""

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
from autograder import handin

work = handin.start("handin.json", student=student)
p = work.parameters

# %% nbgrader={"grade": false, "grade_id": "area-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
area = 3.14159265 * p.radius**2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "area", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("area", area=area)
### BEGIN HIDDEN TESTS
assert area > 0, "planted hidden test"
### END HIDDEN TESTS

# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# Because the planted model answer says so.
"""  # noqa: E501

_SPEC = {
    "format": 1,
    "title": "Circles",
    "parameters": [
        {"name": "radius", "unit": "um", "values": [2, 3, 5, 7], "practice": 1, "meaning": "radius"}
    ],
    "tasks": {
        "area": {
            "title": "The area",
            "items": [{"name": "area", "kind": "number", "unit": "um2", "meaning": "area"}],
        }
    },
}

_RUBRIC = '''\
"""Planted in the rubric: the area of a circle."""

import math

from autograder.rubric import Number, Task, mistake


def area(p, *, factor=1.0):
    return {"area": factor * math.pi * p["radius"] ** 2}


TASKS = (
    Task(
        "area",
        area,
        (Number("area", "area", "Area", "um2", 4.0, relative=True),),
        mistakes=(mistake("diameter", "you took the diameter for the radius", factor=4.0),),
    ),
)
'''

_ACCEPTANCE = {
    "inputs": "0" * 64,
    "tasks": {"area": {"checks": {"area": {"tolerance": 0.01}}}},
    "practice": {"area": {"area": [3.1, 3.2]}},
}


def write_small_solution(folder: Path) -> Path:
    """The solution folder of an assignment with one task and one written answer, under `folder`."""
    solution = folder / "circles"
    solution.mkdir(parents=True)
    (solution / "circles.py").write_text(_NOTEBOOK)
    (solution / "rubric.py").write_text(_RUBRIC)
    (solution / "manifest.json").write_text(json.dumps({"notebook": "circles.py", "files": []}))
    (solution / "spec.json").write_text(json.dumps(_SPEC))
    (solution / "acceptance.json").write_text(json.dumps(_ACCEPTANCE))
    return solution


def put_in(course: Course, student: str, answers: dict[str, str], assignment: str = "circles") -> Path:
    """Fill the release's answer cells, the id among them, and put the notebook where submissions lie."""
    if answers:
        answers = {"student-id": f"student = {student!r}", **answers}
    notebook = nbformat.read(course.release(assignment) / f"{assignment}.ipynb", as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(name, cell.source)
    folder = course.submitted(student, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment}.ipynb"
    path.write_text(nbformat.writes(notebook))
    return path


RIGHT = {"area-answer": "area = 3.1416 * p.radius**2", "why": "Because."}


@pytest.fixture(scope="session")
def hand_in():
    """`hand_in(course, student, answers)`: fill the release and put it where submissions lie."""
    return put_in


@pytest.fixture(scope="session")
def write_solution():
    """`write_solution(folder)`: the solution folder of the small assignment, written under `folder`."""
    return write_small_solution


@pytest.fixture(scope="session")
def right() -> dict[str, str]:
    """Right answers to the small assignment."""
    return dict(RIGHT)


@pytest.fixture(scope="session")
def _pristine_course(tmp_path_factory) -> Course:
    """A course of the small assignment, made once and never changed."""
    folder = tmp_path_factory.mktemp("small")
    write_small_solution(folder / "solutions")
    return create(folder / "course", key="spring", rubrics=folder / "solutions")


@pytest.fixture
def small_course(_pristine_course, tmp_path) -> Course:
    """A fresh course of the small assignment."""
    shutil.copytree(_pristine_course.root, tmp_path / "course")
    shutil.copytree(_pristine_course.rubrics, tmp_path / "solutions")
    settings = json.loads((tmp_path / "course" / "course.json").read_text())
    settings["rubrics"] = str(tmp_path / "solutions")
    (tmp_path / "course" / "course.json").write_text(json.dumps(settings))
    return Course.open(tmp_path / "course")


@pytest.fixture(scope="session")
def sample_class_module():
    """The script that fills a course with the sample class."""
    path = HERE / "sample_class" / "make.py"
    spec = importlib.util.spec_from_file_location("sample_class_make", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def sample_course(tmp_path_factory, sample_class_module) -> Course:
    """The sample class, handed in but not graded."""
    course = create(tmp_path_factory.mktemp("sample") / "course", key="sample", rubrics=ROOT / "solutions")
    sample_class_module.fill(course)
    return course


@pytest.fixture(scope="session")
def sample_marks(sample_course) -> dict[str, dict]:
    """The marks of the sample class, by student, graded once for all tests."""
    from autograder.grading.grade import grade

    return {mark["student"]: mark for mark in grade(sample_course)}


@pytest.fixture(scope="session")
def _graded_course(tmp_path_factory, _pristine_course) -> Course:
    """The small assignment, graded once: right, wrong, blank, broken, and with markup for an id."""
    from autograder.grading.grade import grade

    folder = tmp_path_factory.mktemp("graded")
    shutil.copytree(_pristine_course.root, folder / "course")
    course = Course.open(folder / "course")
    put_in(course, "ada", RIGHT)
    put_in(course, "bob", {"area-answer": "area = 4 * 3.1416 * p.radius**2"})
    put_in(course, "eve", {})
    put_in(course, "<i>mal", {"area-answer": "raise ValueError('<script>alert(1)</script>')"})
    put_in(course, "zoe", RIGHT).write_text("{")
    grade(course)
    return course


@pytest.fixture
def graded_course(_graded_course, tmp_path) -> Course:
    """A copy of the graded course that a test may change."""
    shutil.copytree(_graded_course.root, tmp_path / "graded")
    return Course.open(tmp_path / "graded")


@pytest.fixture
def jupyterlab(tmp_path) -> Iterator:
    """A function that starts JupyterLab in a folder, with more options if need be, and gives its address."""
    servers = []

    def start(folder: Path, *options: str, **environment: str) -> str:
        home = tmp_path / "home"
        home.mkdir()
        homes = {"HOME": home, "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_RUNTIME_DIR": home}
        argv = ["--no-browser", "--port=0", "--ServerApp.token=", "--ServerApp.password=", "--allow-root"]
        argv += ["--ServerApp.ip=127.0.0.1", "--LabApp.news_url=", "--ServerApp.use_redirect_file=False"]
        log = home / "server.log"
        with log.open("w") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "jupyterlab", *argv, *options],
                cwd=folder,
                env={**os.environ, **{name: str(path) for name, path in homes.items()}, **environment},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        servers.append(server)
        return _address(server, log)

    yield start
    for server in servers:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _address(server: subprocess.Popen, log: Path) -> str:
    """Wait until the server says where it listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := re.search(r"http://127\.0\.0\.1:\d+/\S*?(?=lab)", log.read_text()):
            return found.group()
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    pytest.fail(f"the Jupyter server did not start:\n{log.read_text()}")


@pytest.fixture
def shown(monkeypatch):
    """What hand_in displays, as it would in a notebook."""
    bundles = []
    monkeypatch.setattr("autograder.handin.work.get_ipython", lambda: object())
    monkeypatch.setattr("autograder.handin.work.display", lambda data, raw: bundles.append(data))
    return bundles
