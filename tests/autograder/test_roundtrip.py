# SPDX-License-Identifier: BSD-3-Clause
"""A whole term with one assignment, as an instructor does it: commands, files, the real formgrader."""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder import cli
from autograder.course import Course
from autograder.course.gradebook import connect

GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Circles (88001)
    Points Possible,,,,,6
"Lovelace, Ada",4711,s100,ada,Axons A,
"Babbage, Bob",4712,s101,bob,Axons A,
"""


def filled(course: Course, answers: dict[str, str]) -> str:
    """What a student saves: the release with answers in it."""
    notebook = nbformat.read(course.release("circles") / "circles.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
    return nbformat.writes(notebook)


def run(*words: object) -> int:
    return cli.main([str(word) for word in words])


def mark_by_hand(page, formgrader: str, course: Course, student: str, points: str, comment: str) -> None:
    """Open one submission in the formgrader, give points and a comment to the written answer."""
    with connect(course.db_url) as book:
        number = book.find_submission_notebook("circles", "circles", student).id
    page.goto(f"{formgrader}formgrader/submissions/{number}/")
    page.wait_for_function("document.getElementById('area')?.placeholder")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.fill("#why", points)
        page.press("#why", "Tab")
    for cell in ("why", "area-answer"):
        with page.expect_response(lambda answer: "comment" in answer.url and answer.request.method == "PUT"):
            page.fill(f"#{cell}-comment", f"{comment} ({cell})")
            page.press(f"#{cell}-comment", "Tab")


@pytest.mark.browser
@pytest.mark.slow
def test_does_a_term_go_round(tmp_path, _pristine_course, right, jupyterlab, open_page, capsys):
    root, out = tmp_path / "axons", tmp_path / "out"
    out.mkdir()
    # the term begins: a key of its own, a release
    assert run("init", root, "--rubrics", _pristine_course.rubrics) == 0
    course = Course.open(root)
    # distribute: the release as one file
    packed = out / "circles.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for file in course.release("circles").iterdir():
            archive.write(file, f"circles/{file.name}")
    # collect: Canvas's zip, two attempts of Ada's, and who is who
    ada = {"student-id": 'student = "ada"', **right}
    bob = {"student-id": 'student = "bob"', **right, "area-answer": "area = 4 * 3.1416 * p.radius**2"}
    (out / "gradebook.csv").write_text(GRADEBOOK)
    with zipfile.ZipFile(out / "submissions.zip", "w") as archive:
        archive.writestr(
            "lovelaceada_4711_9001_circles.ipynb", filled(course, {**ada, "area-answer": "area = 0"})
        )
        archive.writestr("lovelaceada_4711_9005_circles-1.ipynb", filled(course, ada))
        archive.writestr("babbagebob_4712_9002_circles.ipynb", filled(course, bob))
    table = out / "gradebook.csv"
    assert run("collect", root, "circles", out / "submissions.zip", "--roster", table) == 0
    assert run("grade", root) == 0
    # what waits for a person is not handed back
    assert run("export", root, "circles", "--into", table, "--to", out / "early.csv") == 1
    assert "ada still waits" in capsys.readouterr().err
    # mark by hand, in the formgrader
    formgrader = jupyterlab(root)
    page = open_page(f"{formgrader}formgrader/gradebook/circles/circles")
    page.wait_for_selector("text=Submission #1")
    mark_by_hand(page, formgrader, course, "ada", "2", "Well said, Ada.")
    mark_by_hand(page, formgrader, course, "bob", "0.5", "Say what stays the same.")
    # feedback and marks out
    assert run("feedback", root) == 0
    assert run("return", root, "circles", "--to", out / "feedback.zip") == 0
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        names = archive.namelist()
        text = archive.read("lovelaceada_4711_9005_circles-1.html").decode()
    assert names == ["babbagebob_4712_9002_circles.html", "lovelaceada_4711_9005_circles-1.html"]
    assert "Well said, Ada. (why)" in text and "Well said, Ada. (area-answer)" in text
    assert "6</strong> of 6 points" in text
    assert run("export", root, "circles", "--into", table, "--to", out / "import.csv") == 0
    rows = {row["SIS Login ID"]: row for row in csv.DictReader(io.StringIO((out / "import.csv").read_text()))}
    assert (rows["ada"]["Circles (88001)"], rows["bob"]["Circles (88001)"]) == ("6", "0.5")
    # an appeal, alone, keeps what was given by hand
    assert (
        run(
            "grade", root, "circles", "--student", "bob", "--regrade", "--reason", "Asked in the office hour."
        )
        == 0
    )
    page = course.feedback("bob", "circles").read_text()
    assert "Asked in the office hour." in page and "Say what stays the same." in page
    # the class, and a copy to keep
    assert run("report", root) == 0
    assert "you took the diameter for the radius" in course.report("circles").read_text().lower()
    assert run("backup", root, "--to", out / "axons.tar.gz") == 0


@pytest.mark.slow
def test_does_nbgraders_exchange_carry_work_there_and_back(small_course, tmp_path, right):
    """Release into the exchange, fetch, hand in and collect, with nbgrader's own commands."""
    exchange = small_course.root / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    home = tmp_path / "student"
    home.mkdir()
    (home / "nbgrader_config.py").write_text(
        f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.CourseDirectory.course_id = 'axons'\n"
    )

    def nbgrader(folder: Path, *words: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *words, "--course", "axons"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    nbgrader(small_course.root, "release_assignment", "circles")
    nbgrader(home, "fetch_assignment", "circles")
    work = home / "circles" / "circles.ipynb"
    assert json.loads((home / "circles" / "handin.json").read_text())["key"] == "spring"
    work.write_text(filled(small_course, {"student-id": 'student = "me"', **right}))
    nbgrader(home, "submit", "circles")
    nbgrader(small_course.root, "collect", "circles")
    (student,) = small_course.submissions("circles")
    assert (small_course.submitted(student, "circles") / "timestamp.txt").is_file()
    assert run("grade", small_course.root) == 0
    assert small_course.mark(student, "circles").is_file()
