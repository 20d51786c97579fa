# SPDX-License-Identifier: BSD-3-Clause
"""Is every file that came in taken, or named with the reason why not?"""

import io
import json
import re
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder import cli
from autograder.course import CourseError, archive, lms, pick, roster
from autograder.course.naming import Pattern, platform_of
from autograder.grading.grade import grade
from autograder.pages import report

PEOPLE = [
    roster.Person("ada", "Lovelace", "Ada", "ada@example.org", "4711"),
    roster.Person("bob", "Babbage", "Bob", "bob@example.org", "4712"),
    roster.Person("eve", "von der Leyen", "Eve Maria", "eve@example.org", "4713"),
]


@pytest.fixture
def notebook(small_course, right):
    """`notebook(student, **answers)`: a filled notebook as text; without a student the one given out."""

    def make(student: str = "", **answers: str) -> str:
        made = nbformat.read(small_course.release("circles") / "circles.ipynb", as_version=4)
        filled = {"student-id": f"student = {student!r}", **right, **answers} if student else {}
        for cell in made.cells:
            cell.source = filled.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        return nbformat.writes(made)

    return make


@pytest.fixture
def known(small_course):
    roster.merge(small_course, PEOPLE)
    return small_course


def packed(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def zipped(files):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def taken(course):
    return sorted(path.parent.parent.name for path in course.root.glob("submitted/*/circles/circles.ipynb"))


def moodle(number, file, plugin="file"):
    return f"Student {number}_{number}_assignsubmission_{plugin}/{file}"


def test_are_six_of_eight_from_moodle_taken_and_two_named(small_course, notebook, tmp_path, capsys):
    roster.merge(small_course, [roster.Person(f"s{n}", lms_id=str(100 + n)) for n in range(1, 9)])
    source = packed(
        tmp_path / "all.zip",
        {
            moodle(101, "circles.ipynb"): notebook("s1"),
            moodle(102, "circles (1).ipynb"): notebook("s2"),
            moodle(103, "mine.ipynb"): notebook("s3"),
            moodle(104, "circles.ipynb.txt"): notebook("s4"),
            moodle(105, "circles.ipynb.json"): notebook("s5"),
            moodle(106, "work.zip"): zipped(
                {"work/circles.ipynb": notebook("s6"), "__MACOSX/._circles.ipynb": "x"}
            ),
            moodle(107, "circles.html"): "<!DOCTYPE html><title>circles</title>",
            moodle(108, "onlinetext.html", "onlinetext"): "<a href='https://example.org/x'>here</a>",
        },
    )
    assert cli.main(["collect", str(small_course.root), "circles", str(source)]) == 3
    assert taken(small_course) == [f"s{n}" for n in range(1, 7)]
    said = capsys.readouterr().err
    assert "s7" in said and "circles.html is a page saved as HTML" in said
    assert "s8" in said and "is text typed online (a link?)" in said
    grade(small_course)
    report.write(small_course, "circles")
    page = small_course.report("circles").read_text()
    left = page.partition('id="left-out"')[2].partition("</section>")[0]
    assert "circles.html" in left and "onlinetext.html" in left and "circles.ipynb.txt" not in left
    missing = page.partition('id="missing"')[2].partition("</section>")[0]
    assert "s7" in missing and "s8" in missing and "s1" not in missing


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("circles.ipynb", "<html><body>Sign in</body></html>", "page saved as HTML"),
        ("circles.pdf", "%PDF", "is a PDF"),
        ("circles.7z", "7z", "only zip is"),
        ("work.zip", zipped({"notes.txt": "x"}), "holds no notebook"),
        ("work.zip", zipped({"a.ipynb": "{}", "b.ipynb": "{}"}), "none is called circles.ipynb"),
        ("work.zip", b"PK\x03\x04 cut", "cannot be unpacked"),
        ("circles.json", '{"a": 1}', "holds no notebook"),
        ("circles.txt", "see my repository", "holds no notebook"),
        ("circles.docx", "PK", "is not a notebook"),
    ],
)
def test_is_what_holds_no_notebook_named_with_the_reason(known, tmp_path, file, content, words):
    done = lms.collect(known, "circles", packed(tmp_path / "a.zip", {moodle(4711, file): content}))
    assert taken(known) == [] and len(done.left_out) == 1
    assert words in done.problems[0] and "ada" in done.problems[0] and file in done.problems[0]


def test_is_what_was_left_out_forgotten_when_the_work_comes(known, notebook, tmp_path):
    lms.collect(known, "circles", packed(tmp_path / "1.zip", {moodle(4711, "c.pdf"): "%PDF"}))
    assert [one["who"] for one in lms.told(known, "circles")["left_out"]] == ["ada"]
    lms.collect(
        known, "circles", packed(tmp_path / "2.zip", {moodle(4711, "circles.ipynb"): notebook("ada")})
    )
    assert lms.told(known, "circles")["left_out"] == []


def test_is_the_notebook_with_the_answers_taken(known, notebook, tmp_path):
    name = "lovelaceada_4711_{}_{}"
    source = packed(
        tmp_path / "all.zip",
        {
            name.format(1, "circles-Copy1.ipynb"): notebook("ada"),
            name.format(2, "circles.ipynb"): notebook(),
        },
    )
    done = lms.collect(known, "circles", source)
    assert (known.submitted("ada", "circles") / "circles.ipynb").read_text() == notebook("ada")
    assert "circles-Copy1.ipynb counts, not circles.ipynb" in done.remarks[-1]


PLATFORMS = {
    "ILIAS": (
        "**/{last}_{first}_{id}_{lms_id}/{file}",
        "Circles/von_der_Leyen_Eve_Maria_eve_4713/circles.ipynb",
    ),
    "Blackboard": ("*_{id}_attempt_*_{file}", "Circles_eve_attempt_2026-11-30-12-00-00_circles.ipynb"),
    "Brightspace": (
        "* - {name} - */{file}",
        "12-34 - Eve Maria von der Leyen - Nov 30, 2026 1200 PM/circles.ipynb",
    ),
    "Sakai": (
        "**/*({id})/Submission attachment(s)/{file}",
        "Circles/Leyen, Eve(eve)/Submission attachment(s)/c.ipynb",
    ),
    "Gradescope": ("*/submission_{lms_id}/{file}", "assignment_1_export/submission_4713/circles.ipynb"),
    "OLAT": ("**/{last}_{first}_{id}/**/{file}", "Circles/Leyen_Eve_eve/1_submissions/circles.ipynb"),
    "Teams": (
        "**/{name}/*/Version {order}/{file}",
        "Submitted files/Eve Maria von der Leyen/Circles/Version 2/circles.ipynb",
    ),
}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_does_a_pattern_read_the_zip_of_another_platform(known, notebook, tmp_path, platform):
    pattern, name = PLATFORMS[platform]
    source = packed(tmp_path / "all.zip", {name: notebook("eve"), "export.csv": "of the platform"})
    done = lms.collect(known, "circles", source, pattern=pattern)
    assert done.new == ["eve"], done.problems
    assert [one["file"] for one in done.left_out] == ["export.csv"]


def test_does_the_highest_version_of_a_pattern_count(known, notebook, tmp_path):
    name = "x/Ada Lovelace/Circles/Version {}/circles.ipynb"
    files = {name.format(n): notebook("ada", why=f"{n}") for n in (9, 10, 2)}
    lms.collect(known, "circles", packed(tmp_path / "a.zip", files), pattern=PLATFORMS["Teams"][0])
    assert '"10"' in (known.submitted("ada", "circles") / "circles.ipynb").read_text()


@pytest.mark.parametrize("text", ["*/{file}", "{matrikel}/{file}", "{order}"])
def test_is_a_pattern_without_a_student_refused(text):
    with pytest.raises(CourseError):
        Pattern(text, PEOPLE)


def test_can_no_file_name_make_work_anothers_in_a_canvas_zip(known, notebook, tmp_path):
    trick = "Bob Babbage_4712_assignsubmission_file_circles.ipynb"
    source = packed(
        tmp_path / "all.zip",
        {
            f"lovelaceada_4711_99001_{trick}": notebook("ada"),
            "leyeneve_4713_99002_circles.ipynb": notebook("eve"),
        },
    )
    done = lms.collect(known, "circles", source)
    assert sorted(done.new) == ["ada", "eve"] and taken(known) == ["ada", "eve"]


@pytest.mark.parametrize(
    "name",
    [
        "x_4712_1_y_4711_99001_circles.ipynb",  # a display name that looks like another's number
        "lovelaceada_4711_99001_4712_2_circles.ipynb",
    ],
)
def test_is_a_canvas_name_with_two_members_numbers_refused_by_name(known, notebook, tmp_path, name):
    other = "leyeneve_4713_99002_circles.ipynb"
    source = packed(tmp_path / "all.zip", {name: notebook("ada"), other: notebook("eve")})
    done = lms.collect(known, "circles", source)
    assert done.new == ["eve"] and len(done.problems) == 1
    assert name in done.problems[0] and "several can be read" in done.problems[0]


def test_is_a_moodle_name_with_two_members_numbers_refused_by_name(known, notebook, tmp_path):
    name = moodle(4711, "a_4712_assignsubmission_file_circles.ipynb")
    done = lms.collect(known, "circles", packed(tmp_path / "a.zip", {name: notebook("ada")}))
    assert done.new == [] and "several can be read (ada, bob)" in done.problems[0]


def test_is_a_zip_that_reads_both_ways_asked_about(known, notebook, tmp_path):
    name = "mallory_4711_1_Bob_4712_assignsubmission_file_circles.ipynb"
    source = packed(tmp_path / "a.zip", {name: notebook("ada")})
    done = lms.collect(known, "circles", source)
    assert taken(known) == [] and name in done.problems[0] and "--platform" in done.problems[0]
    assert lms.collect(known, "circles", source, platform="canvas").new == ["ada"]
    assert platform_of(["a.ipynb"]) is None


def test_is_a_folder_of_mailed_files_collected(known, notebook, tmp_path, capsys):
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / "circles_ada.ipynb").write_text(notebook("ada"))
    (folder / "Bob Babbage - circles.ipynb").write_text(notebook("bob"))
    (folder / "circles.ipynb").write_text(notebook("Eve"))
    (folder / "circles (1).ipynb").write_text(notebook("eve@example.org"))
    (folder / "from ada.eml").write_text("Dear")
    (folder / "readme.docx").write_text("x")
    assert cli.main(["collect", str(known.root), "circles", str(folder)]) == 3
    said = capsys.readouterr()
    assert taken(known) == ["ada", "bob", "eve"]
    for name in ("circles.ipynb", "from ada.eml", "readme.docx"):
        assert name in said.err + said.out
    assert "is an e-mail" in said.err + said.out


def test_is_a_folder_that_a_platforms_zip_was_unpacked_into_collected(known, notebook, tmp_path):
    path = tmp_path / "unpacked" / moodle(4711, "circles.ipynb")
    path.parent.mkdir(parents=True)
    path.write_text(notebook("ada"))
    assert lms.collect(known, "circles", tmp_path / "unpacked").new == ["ada"]


def test_do_a_students_hundred_notebooks_never_stop_the_class(known, notebook, tmp_path, monkeypatch):
    monkeypatch.setattr(lms, "_MAX_STUDENT_BYTES", 300_000)
    files = {f"lovelaceada_4711_{n}_part{n}.ipynb": notebook("ada", why="x" * 20_000) for n in range(100)}
    files["babbagebob_4712_500_circles.ipynb"] = notebook("bob")
    done = lms.collect(known, "circles", packed(tmp_path / "all.zip", files))
    assert done.new == ["bob"]
    assert all(one["who"] == "ada" for one in done.left_out)
    assert len(done.left_out) == 100, "each of them is named"
    named = {f"lovelaceada_4711_{n}_circles-{n}.ipynb": notebook("ada", why=f"{n}") for n in range(100)}
    done = lms.collect(known, "circles", packed(tmp_path / "more.zip", named))
    assert done.new == ["ada"] and done.problems == []


def test_is_a_zip_read_one_file_at_a_time(known, notebook, tmp_path, monkeypatch):
    """However large the class, what lies in memory is one student's."""
    read = []
    monkeypatch.setattr(archive.Reader, "read", _noting(archive.Reader.read, read))
    files = {f"lovelaceada_4711_{n}_circles.ipynb": notebook("ada", why=f"{n}") for n in range(30)}
    lms.collect(known, "circles", packed(tmp_path / "all.zip", files))
    assert read == ["lovelaceada_4711_29_circles.ipynb"]


def _noting(function, read):
    def noted(self, name):
        read.append(name)
        return function(self, name)

    return noted


def test_does_a_bomb_in_a_students_zip_leave_the_class_alone(known, notebook, tmp_path):
    bomb = zipped({"circles.ipynb": b"\0" * 30_000_000})
    files = {moodle(4711, "work.zip"): bomb, moodle(4712, "circles.ipynb"): notebook("bob")}
    done = lms.collect(known, "circles", packed(tmp_path / "a.zip", files))
    assert done.new == ["bob"] and "work.zip" in done.problems[0]


def test_is_a_roster_whose_ids_nobody_types_warned_of(small_course, notebook, tmp_path, capsys):
    table = tmp_path / "gradebook.csv"
    table.write_text('Student,ID,SIS Login ID,Section\n"L, A",4711,,x\n"B, B",4712,,x\n')
    files = {f"a_{number}_1_circles.ipynb": notebook(who) for number, who in ((4711, "ada7"), (4712, "bob8"))}
    source = packed(tmp_path / "all.zip", files)
    assert cli.main(["collect", str(small_course.root), "circles", str(source), "--roster", str(table)]) == 0
    said = capsys.readouterr().out
    assert "come from the column 'ID'" in said and "Warning: students seldom type" in said
    assert "2 of 2 notebooks type an id that the roster does not know" in said and "ada7" in said


def test_are_late_missing_and_unread_three_lists_behind_the_marking(known, notebook, tmp_path):
    path = known.root / "course.json"
    path.write_text(
        json.dumps(json.loads(path.read_text()) | {"zone": "UTC", "due": {"circles": "2027-03-01 12:00"}})
    )
    files = {
        "lovelaceada_LATE_4711_1_circles.ipynb": notebook("ada"),
        "babbagebob_4712_2_circles.ipynb": "{ cut",
    }
    lms.collect(known, "circles", packed(tmp_path / "all.zip", files))
    grade(known)
    report.write(known, "circles")
    page = known.report("circles").read_text()
    inside = {
        name: page.partition(f'id="{name}"')[2].partition("</section>")[0]
        for name in ("late", "missing", "unread")
    }
    assert "ada" in inside["late"] and "eve" in inside["missing"] and "bob" in inside["unread"]
    assert "bob" not in inside["late"] + inside["missing"]
    order = [page.index(f'id="{name}"') for name in ("guides", "late", "missing", "unread", "tasks")]
    assert order == sorted(order)


def test_is_the_limit_of_files_of_one_student_kept():
    assert pick._MAX_READ <= 50


def test_do_the_patterns_of_the_documentation_read_the_paths_beside_them():
    page = (Path(__file__).parents[2] / "book/instructors/term.md").read_text(encoding="utf-8")
    rows = re.findall(r"^- \w+: `([^`]+)`, read by `'([^`]+)'`$", page, re.MULTILINE)
    assert len(rows) == 7
    ada = roster.Person("ada7", "Lovelace", "Ada", "ada@example.org", "4711")
    for path, pattern in rows:
        named = Pattern(pattern, [ada, *PEOPLE[1:2]]).read(path)
        assert (named.person, named.file) == (ada, "squid-axon.ipynb"), path
