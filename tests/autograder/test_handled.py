# SPDX-License-Identifier: BSD-3-Clause
"""Notebooks as people handle them, from the file to the points and the page."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.grading.grade import grade
from autograder.handin.cells import NOT_RECOGNIZED
from autograder.pages import report

STUB = "# YOUR CODE HERE\nraise NotImplementedError()"


@pytest.fixture
def handed(small_course, hand_in, right):
    """`handed(change, **answers)`: ada's mark, for a notebook that `change` was done to."""

    def make(change=None, **answers):
        path = hand_in(small_course, "ada", right | answers)
        notebook = nbformat.read(path, as_version=4)
        if change:
            change(notebook.cells)
        path.write_text(nbformat.writes(notebook))
        return grade(small_course)[0]

    return make


def place(cells, name):
    return next(
        at for at, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == name
    )


def helper(cells):
    cells.insert(0, new_code_cell("import math\ndef area_of(r):\n    return math.pi * r**2"))


def in_own_cell(cells):
    cells.insert(place(cells, "area"), new_code_cell("area = 3.1416 * p.radius**2"))


def split(cells):
    at = place(cells, "area-answer")
    cells.insert(at + 1, nbformat.from_dict(dict(cells[at], id="x", source="area = half * 2")))


def everything_dropped(cells):
    for at, cell in enumerate(cells):
        cell.metadata, cell["id"] = nbformat.from_dict({}), f"{at:08x}"


def retyped(cells):
    at = place(cells, "area-answer")
    cells[at] = new_code_cell(cells[at].source)


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        (helper, "area = area_of(p.radius)"),
        (in_own_cell, STUB),
        (split, "half = 3.1416 * p.radius**2 / 2"),
        (everything_dropped, "area = 3.1416 * p.radius**2"),
        (retyped, "area = 3.1416 * p.radius**2"),
        (None, "%matplotlib widget\nimport matplotlib.pyplot as plt\narea = 3.1416 * p.radius**2"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_does_right_work_keep_its_points(handed, change, answer):
    mark = handed(change, **{"area-answer": answer})
    assert (mark["points"]["area"], mark["points"]["why"], mark["problem"]) == (4.0, None, "")


def test_is_a_notebook_whose_answers_are_not_recognized_listed_apart(small_course, hand_in, right):
    own = new_notebook(cells=[new_code_cell("A = 12.5")])
    hand_in(small_course, "ada", right).write_text(nbformat.writes(own))
    hand_in(small_course, "bob", right)
    ada, bob = grade(small_course)
    assert ada["problem"].startswith(NOT_RECOGNIZED) and bob["problem"] == ""
    page = small_course.feedback("ada", "circles").read_text()
    assert "were not recognized" in page and "as they were given out" not in page
    report.write(small_course, "circles")
    text = small_course.report("circles").read_text()
    apart = text.partition('id="unrecognized"')[2].partition("</section>")[0]
    assert "ada" in apart and "bob" not in apart


def test_is_the_copy_with_the_answers_taken(small_course, hand_in, right):
    path = hand_in(small_course, "ada", right)
    path.rename(path.with_name("circles-Copy1.ipynb"))
    hand_in(small_course, "ada", {})
    (mark,) = grade(small_course)
    assert mark["points"]["area"] == 4.0
    assert mark["remarks"][0] == "circles-Copy1.ipynb was graded: in circles.ipynb nobody wrote an answer."


def test_are_both_named_where_two_notebooks_hold_answers(small_course, hand_in, right):
    path = hand_in(small_course, "ada", right)
    path.with_name("circles-Copy1.ipynb").write_text(path.read_text())
    (mark,) = grade(small_course)
    assert mark["remarks"] == ["circles.ipynb was graded; circles-Copy1.ipynb was not."]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("from google.colab import drive", "google.colab exists on Google Colab only"),
        ("import kaggle_secrets", "exists on Kaggle only"),
        ("import seaborn_of_my_own", "seaborn_of_my_own is not installed where work is graded"),
        ("name = input()", "nobody types while work is graded"),
    ],
)
def test_does_the_sentence_say_what_is_not_here(handed, line, words):
    mark = handed(lambda cells: cells.insert(0, new_code_cell(line)))
    assert words in mark["problem"] and mark["points"]["area"] == 4.0


def test_does_a_notebook_without_marks_warn_when_the_work_starts(
    small_course, right, tmp_path, monkeypatch, capsys
):
    from autograder import handin

    folder = small_course.release("circles")
    handin.start(folder / "handin.json", student="ada")
    assert "Warning" not in capsys.readouterr().out
    notebook = json.loads((folder / "circles.ipynb").read_text())
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"], cell["id"] = {}, f"{number:08x}"
    (tmp_path / "mine.ipynb").write_text(json.dumps(notebook))
    monkeypatch.setenv("JPY_SESSION_NAME", str(tmp_path / "mine.ipynb"))
    handin.start(folder / "handin.json", student="ada")
    assert "lost the marks of its cells" in capsys.readouterr().out
