# SPDX-License-Identifier: BSD-3-Clause
"""Work and marks, in from Moodle, Canvas and GitHub Classroom and back again."""

import csv
import io
import json
import zipfile

import nbformat
import pytest

from autograder import cli
from autograder.course import CourseError, lms, roster
from autograder.course.gradebook import connect
from autograder.pages import platforms

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Circles (88001),Current Score
    Points Possible,,,,,6,(read only)
"Lovelace, Ada",4711,s100,ada,Axons A,,
"Babbage, Bob",4712,s101,bob,Axons A,3,
"Student, Test",4799,,7f3a,Axons A,,
"""

MOODLE = """\
Identifier,"Full name",Username,"Email address",Status,Grade,"Maximum grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 1327627","Ada Lovelace",ada,ada@example.org,"Submitted for grading - ",,6.00,Yes,\
"Friday, 20 November 2026, 9:42 PM",-,
"Participant 1327628","Bob Babbage",bob,bob@example.org,"Submitted for grading - ",,6.00,Yes,\
"Saturday, 21 November 2026, 8:05 AM",-,
"""


@pytest.fixture
def notebook(small_course, right):
    """`notebook(student, **answers)`: a filled notebook as text."""

    def make(student: str, **answers: str) -> str:
        made = nbformat.read(small_course.release("circles") / "circles.ipynb", as_version=4)
        filled = {"student-id": f"student = {student!r}", **right, **answers}
        for cell in made.cells:
            cell.source = filled.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        return nbformat.writes(made)

    return make


@pytest.fixture
def table(tmp_path):
    def write(text: str, name: str = "table.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def packed(tmp_path):
    def pack(files: dict[str, str], name: str = "all.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for entry, text in files.items():
                archive.writestr(entry, text)
        return tmp_path / name

    return pack


def handed_in(course, student):
    return (course.submitted(student, "circles") / "circles.ipynb").read_text()


def test_is_a_canvas_zip_put_where_the_grader_finds_it(small_course, notebook, packed, table):
    ada = notebook("ada")
    source = packed(
        {
            "lovelaceada_4711_99001_circles.ipynb": "{}",
            "lovelaceada_4711_99007_circles-1.ipynb": ada,
            "babbagebob_LATE_4712_99003_circles.ipynb": notebook("bob"),
            "babbagebob_LATE_4712_99004_notes.pdf": "not looked at",
        }
    )
    done = lms.collect(small_course, "circles", source, table(CANVAS))
    assert (sorted(done.new), done.problems) == (["ada", "bob"], [])
    assert handed_in(small_course, "ada") == ada
    assert any("circles-1.ipynb counts" in remark for remark in done.remarks)
    assert "bob was late, says the platform." in done.remarks
    with connect(small_course.db_url) as book:
        student = book.find_student("ada")
        assert (student.first_name, student.last_name, student.lms_user_id) == ("Ada", "Lovelace", "4711")


@pytest.mark.parametrize("between", ["/", "_/", "_"])
def test_is_a_moodle_zip_of_any_version_read(small_course, notebook, packed, table, between):
    source = packed({f"Ada Lovelace_1327627_assignsubmission_file{between}circles.ipynb": notebook("ada")})
    done = lms.collect(small_course, "circles", source, table(MOODLE))
    assert (done.new, done.problems) == (["ada"], [])
    stamp = (small_course.submitted("ada", "circles") / "timestamp.txt").read_text()
    assert stamp.startswith("2026-11-2") and stamp.endswith("UTC")


def test_does_collecting_again_take_what_changed_alone(small_course, notebook, packed, table):
    name = "lovelaceada_4711_{}_circles.ipynb"
    first = packed({name.format(1): notebook("ada")})
    lms.collect(small_course, "circles", first, table(CANVAS))
    assert lms.collect(small_course, "circles", first).same == ["ada"]
    again = notebook("ada", why="On second thought.")
    assert lms.collect(small_course, "circles", packed({name.format(2): again})).changed == ["ada"]
    assert handed_in(small_course, "ada") == again


def test_is_every_file_that_is_nobodys_named(small_course, notebook, packed, table):
    source = packed(
        {
            "stranger_4713_99001_circles.ipynb": notebook("x"),
            "circles.ipynb": notebook("x"),
            "lovelaceada_4711_99001_a.ipynb": notebook("ada"),
            "lovelaceada_4711_99002_b.ipynb": notebook("ada"),
            "../babbagebob_4712_99003_circles.ipynb": notebook("bob"),
        }
    )
    done = lms.collect(small_course, "circles", source, table(CANVAS))
    assert done.new == [] and len(done.problems) == 4
    told = "\n".join(done.problems)
    for words in (
        "stranger (4713) is not in the roster",
        "circles.ipynb is not named",
        "none is called",
        "..",
    ):
        assert words in told
    assert list(small_course.root.glob("submitted/*")) == []


def test_is_a_platforms_number_without_a_roster_refused(small_course, notebook, packed):
    with pytest.raises(CourseError, match="--roster"):
        lms.collect(small_course, "circles", packed({"a_1_2_circles.ipynb": notebook("a")}))


def test_are_cloned_repositories_collected_by_name_without_links(small_course, notebook, tmp_path):
    clones = tmp_path / "circles-submissions"
    (clones / "circles-adalove").mkdir(parents=True)
    (clones / "circles-adalove" / "circles.ipynb").write_text(notebook("adalove"))
    (clones / "circles-mallory").mkdir()
    (clones / "circles-mallory" / "circles.ipynb").symlink_to(small_course.root / "course.json")
    done = lms.collect(small_course, "circles", clones)
    assert done.new == ["adalove"]
    assert len(done.problems) == 1 and "mallory" in done.problems[0]


def test_does_the_roster_keep_what_was_written_by_hand(small_course, table):
    own = table(
        "id,last_name,first_name,email,extra_hours,due:circles\nada,,,,48,2027-03-01 12:00 +0100\n", "own.csv"
    )
    roster.merge(small_course, roster.read(own))
    roster.merge(small_course, roster.read(table(CANVAS)))
    ada = roster.load(small_course)["ada"]
    assert (ada.last_name, ada.lms_id, ada.extra_hours) == ("Lovelace", "4711", 48.0)
    assert ada.due == {"circles": "2027-03-01 12:00 +0100"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name,mail\nada,x\n",
        "id\n../up\n",
        "id\nada\nada\n",
        "id,extra_hours\nada,-3\n",
        "id,extra_hours\nada,soon\n",
    ],
)
def test_is_a_roster_that_cannot_be_used_told_in_one_sentence(table, text):
    with pytest.raises(CourseError) as error:
        roster.read(table(text))
    assert "\n" not in str(error.value)


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def marked_by_hand(graded_course):
    """The graded class; ada's written answer has its points."""
    with connect(graded_course.db_url) as book:
        grade = book.find_grade("why", "circles", "circles", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.db.commit()
    return graded_course


def test_does_canvas_get_its_own_file_back_with_one_column_filled(marked_by_hand, table):
    text, left = platforms.fill(marked_by_hand, "circles", table(CANVAS))
    rows = {row["SIS Login ID"]: row for row in read(text)}
    assert rows["ada"]["Circles (88001)"] == "5.5"
    assert rows["7f3a"]["Circles (88001)"] == ""
    for before, after in zip(read(CANVAS), read(text), strict=True):
        assert {**before, "Circles (88001)": after["Circles (88001)"]} == after
    assert left == []


def test_does_moodle_get_its_worksheet_back_with_its_grades(marked_by_hand, table):
    text, _ = platforms.fill(marked_by_hand, "circles", table(MOODLE))
    rows = {row["Username"]: row for row in read(text)}
    assert rows["ada"]["Grade"] == "5.5"
    assert rows["ada"]["Identifier"] == "Participant 1327627"
    assert rows["ada"]["Last modified (grade)"] == "-"


def test_is_a_mark_that_waits_for_a_person_not_given_out(graded_course, table):
    text, left = platforms.fill(graded_course, "circles", table(CANVAS))
    assert {row["SIS Login ID"]: row["Circles (88001)"] for row in read(text)}["ada"] == ""
    assert left == ["ada still waits for marks by hand: why."]


def test_is_another_maximum_on_the_platform_refused(graded_course, table):
    with pytest.raises(CourseError, match="maximum"):
        platforms.fill(graded_course, "circles", table(MOODLE.replace("6.00", "100.00")))
    with pytest.raises(CourseError, match="maximum"):
        platforms.fill(graded_course, "circles", table(CANVAS.replace(",6,(read", ",10,(read")))


def test_is_a_column_that_cannot_be_found_asked_for(graded_course, table):
    other = table(CANVAS.replace("Circles (88001)", "Homework 1 (88001)"))
    with pytest.raises(CourseError, match="--column"):
        platforms.fill(graded_course, "circles", other)
    text, _ = platforms.fill(graded_course, "circles", other, "Homework 1 (88001)")
    assert "Homework 1 (88001)" in text


def test_are_gradescopes_results_in_its_form(marked_by_hand, tmp_path):
    assert platforms.results(marked_by_hand, "circles", tmp_path / "results.zip") == 5
    with zipfile.ZipFile(tmp_path / "results.zip") as archive:
        ada = json.loads(archive.read("ada/results.json"))
    known = {"score", "output", "visibility", "stdout_visibility", "tests", "extra_data"}
    assert set(ada) <= known and ada["score"] == 5.5
    tests = {test["name"]: (test["score"], test["max_score"]) for test in ada["tests"]}
    assert tests == {"The area": (4.0, 4.0), "why": (1.5, 2.0)}
    assert sum(test["score"] for test in ada["tests"]) == ada["score"]


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("lovelaceada_4711_99001_circles.ipynb", "lovelaceada_4711_99001_circles.html"),
        (
            "Ada Lovelace_4711_assignsubmission_file/circles.ipynb",
            "Ada Lovelace_4711_assignsubmission_file_/circles.html",
        ),
    ],
)
def test_does_feedback_go_back_under_the_name_it_came(graded_course, packed, table, tmp_path, name, page):
    text = (graded_course.submitted("ada", "circles") / "circles.ipynb").read_text()
    lms.collect(graded_course, "circles", packed({name: text}), table(CANVAS))
    assert cli.main(["return", str(graded_course.root), "circles", "--to", str(tmp_path / "back.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "back.zip") as archive:
        assert page in archive.namelist() and "bob/circles.html" in archive.namelist()
        assert "Circles" in archive.read(page).decode()
