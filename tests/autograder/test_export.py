# SPDX-License-Identifier: BSD-3-Clause
"""Marks as CSV: complete, readable by machines, and never a formula."""

import csv
import io

import pytest

from autograder.pages.export import as_csv, rows


def read(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_does_every_submission_have_a_row_with_its_points(graded_course):
    table = {row["student_id"]: row for row in read(as_csv(rows(graded_course, "circles")))}
    assert set(table) == {"ada", "bob", "eve", "zoe", "<i>mal"}
    ada = table["ada"]
    assert (ada["points"], ada["max_points"], ada["task:area"], ada["task:why"]) == (
        "4.0",
        "6.0",
        "4.0",
        "0.0",
    )
    assert (ada["needs_marking"], ada["status"], table["zoe"]["status"]) == ("yes", "graded", "unreadable")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", " =1", "\t=1", '=HYPERLINK("x")'])
def test_is_a_text_that_looks_like_a_formula_defused(text):
    row = read(as_csv([{"assignment": "a", "student_id": text, "points": -1.0}]))[0]
    assert row["student_id"] == f"'{text}"
    assert row["points"] == "-1.0"


def test_do_assignments_with_other_tasks_share_one_table():
    text = as_csv([{"student_id": "ada", "task:x": 1.0}, {"student_id": "bob", "task:y": 2.0}])
    assert [(row["task:x"], row["task:y"]) for row in read(text)] == [("1.0", ""), ("", "2.0")]
