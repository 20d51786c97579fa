# SPDX-License-Identifier: BSD-3-Clause
"""What a student is told before handing in: the form, and never the mark."""

import shutil
import subprocess
import sys

import nbformat
import pytest

from autograder import cli
from autograder.course import CourseError
from autograder.grading.check import check


@pytest.fixture
def mine(small_course, right, tmp_path):
    """A function that fills the release in a folder of the student's own, and gives the notebook's path."""
    folder = tmp_path / "mine"
    shutil.copytree(small_course.release("circles"), folder)

    def fill(change=None, **answers: str):
        notebook = nbformat.read(folder / "circles.ipynb", as_version=4)
        filled = {"student-id": 'student = "ada"', **right, **answers}
        for cell in notebook.cells:
            cell.source = filled.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        if change:
            change(notebook)
        (folder / "circles.ipynb").write_text(nbformat.writes(notebook))
        return folder / "circles.ipynb"

    return fill


def test_is_work_that_is_complete_told_so(mine):
    found = check(mine())
    assert found.is_complete
    assert found.lines[0] == "The area (area): handed in."
    assert "hand it in" in found.lines[-1]


def test_does_it_never_say_whether_an_answer_is_right(mine):
    right, wrong = check(mine()), check(mine(**{"area-answer": "area = 1.0"}))
    assert right.lines == wrong.lines


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"area-answer": "# YOUR CODE HERE\nraise NotImplementedError()"}, "'area-answer' is empty"),
        ({"area-answer": "area = 'large'"}, "NOT handed in"),
        ({"student-id": 'student = ""'}, "no student id"),
        ({"area-answer": "area = area_of_a_cell_of_my_own"}, "area_of_a_cell_of_my_own"),
    ],
)
def test_is_what_is_missing_said(mine, answers, words):
    found = check(mine(**answers))
    assert not found.is_complete
    assert words in "\n".join(found.lines)


def test_does_a_cell_of_ones_own_run(mine):
    def add(notebook):
        notebook.cells.insert(3, nbformat.v4.new_code_cell("r2 = 9"))

    found = check(mine(add, **{"area-answer": "area = 3.14 * r2"}))
    assert found.is_complete
    assert "A cell of your own runs where you put it" in "\n".join(found.lines)


def test_is_a_notebook_that_lost_the_marks_of_its_cells_told_so(mine):
    def drop(notebook):
        for number, cell in enumerate(notebook.cells):
            cell.metadata, cell["id"] = nbformat.from_dict({}), f"{number:08x}"

    said = "\n".join(check(mine(drop)).lines)
    assert "has lost the marks of its cells" in said and "JupyterLab" in said


@pytest.mark.parametrize("typed", ["student = ada", "student = “ada”", "student = input()"])
def test_is_an_id_that_cannot_be_read_told_before_the_deadline(mine, typed):
    found = check(mine(**{"student-id": typed}))
    assert not found.is_complete
    assert 'student = "ada' in "\n".join(found.lines)


def test_is_a_changed_locked_cell_named(mine):
    def change(notebook):
        cell = next(
            cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == "area"
        )
        cell.source = 'work.hand_in("area", area=12.566)'

    assert "The locked cell 'area' was changed" in "\n".join(check(mine(change)).lines)


def test_does_the_command_end_by_what_was_found(mine, capsys, tmp_path):
    assert cli.main(["check", str(mine())]) == 0
    assert cli.main(["check", str(mine(**{"student-id": 'student = ""'}))]) == 1
    assert cli.main(["check", str(tmp_path / "nothing.ipynb")]) == 2
    assert "4" not in capsys.readouterr().out, "no points are named"


def test_is_a_missing_handin_json_told_in_one_sentence(mine):
    path = mine()
    (path.parent / "handin.json").unlink()
    with pytest.raises(CourseError, match="beside the notebook"):
        check(path)


def test_does_it_run_with_what_a_student_installs(mine):
    program = (
        "import sys\n"
        "for name in ('nbgrader', 'nbconvert', 'nbclient', 'sqlalchemy', 'jinja2', 'tqdm', 'playwright'):\n"
        "    sys.modules[name] = None\n"
        "from autograder.cli import main\n"
        "sys.exit(main(['check', sys.argv[1]]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(mine())], capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
