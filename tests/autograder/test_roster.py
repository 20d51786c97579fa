# SPDX-License-Identifier: BSD-3-Clause
"""Does the roster know each person once, and keep what was written by hand?"""

import pytest

from autograder.course import CourseError, roster
from autograder.course.gradebook import connect, standings
from autograder.grading.grade import grade


def people(*rows):
    return [roster.Person(*row) for row in rows]


def test_do_names_and_email_written_by_hand_stay(small_course):
    (small_course.root / roster.NAME).write_text(
        "id,last_name,first_name,email,lms_id,extra_hours,Tutor\nada,King,,ada@home.example,,12,Zoe\n"
    )
    new = people(("ada", "Lovelace", "Ada", "ada@example.org", "4711"))
    known = roster.merge(small_course, new)["ada"]
    assert (known.last_name, known.first_name, known.email) == ("King", "Ada", "ada@home.example")
    assert (known.lms_id, known.extra_hours) == ("4711", 12)
    text = (small_course.root / roster.NAME).read_text()
    assert "Tutor" in text and "Zoe" in text, "a column of the instructor's own stays"
    assert roster.merge(small_course, new)["ada"] == known, "again, and nothing changes"


def test_is_an_id_in_another_case_the_same_person(small_course, hand_in, right):
    roster.merge(small_course, people(("S016", "Lovelace", "Ada")))
    hand_in(small_course, "s016", right)
    grade(small_course)
    with connect(small_course.db_url) as book:
        assert [(one.id, one.last_name) for one in book.students] == [("s016", "Lovelace")]
    assert list(standings(small_course, "circles")) == ["s016"]
    roster.merge(small_course, people(("S016", "Lovelace", "Ada", "ada@example.org")))
    assert list(roster.load(small_course)) == ["s016"]
    with connect(small_course.db_url) as book:
        assert [one.id for one in book.students] == ["s016"]


def test_can_one_student_be_graded_by_an_id_in_another_case(small_course, hand_in, right):
    hand_in(small_course, "s016", right)
    assert [mark["student"] for mark in grade(small_course, "circles", student="S016")] == ["s016"]


def test_are_two_ids_that_differ_in_case_alone_refused(tmp_path):
    (tmp_path / "r.csv").write_text("id\nS016\ns016\n")
    with pytest.raises(CourseError, match="twice"):
        roster.read(tmp_path / "r.csv")


def test_is_a_column_in_another_case_read(tmp_path):
    (tmp_path / "r.csv").write_text("ID,Last name,E-Mail\nada,Lovelace,ada@example.org\n")
    (ada,) = roster.read(tmp_path / "r.csv")
    assert (ada.id, ada.last_name, ada.email) == ("ada", "Lovelace", "ada@example.org")


def test_does_a_refused_table_say_what_was_found(tmp_path):
    (tmp_path / "r.csv").write_text("Matrikel,Name\n1,Ada\n")
    with pytest.raises(CourseError, match="Matrikel, Name"):
        roster.read(tmp_path / "r.csv")


def test_is_github_classrooms_roster_read(tmp_path):
    (tmp_path / "r.csv").write_text(
        "identifier,github_username,github_id,name\nada7,adalove,1,Ada Lovelace\nbob,,,\n"
    )
    ada, bob = roster.read(tmp_path / "r.csv")
    assert (ada.id, ada.lms_id, ada.last_name, bob.id) == ("ada7", "adalove", "Lovelace", "bob")


@pytest.mark.parametrize(
    ("text", "column", "warns"),
    [
        ("Student,ID,SIS Login ID,Section\nA,1,ada,x\n", "SIS Login ID", False),
        ("Student,ID,SIS Login ID,Section\nA,1,,x\n", "ID", True),
        ("Identifier,Full name,Email address\nParticipant 1,A B,a@b.org\n", "Email address", True),
        ("Identifier,Full name\nParticipant 1,A B\n", "Identifier", True),
    ],
)
def test_is_the_column_of_the_ids_said_and_warned_of_where_nobody_types_it(tmp_path, text, column, warns):
    path = tmp_path / "r.csv"
    path.write_text(text)
    told = roster.columns_taken(roster.read(path), path)
    assert f"column {column!r}" in told[0]
    assert (len(told) == 2 and told[1].startswith("Warning")) == warns
