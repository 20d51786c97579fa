# SPDX-License-Identifier: BSD-3-Clause
"""Points into nbgrader's gradebook, through its own interface, with hand-given marks left as they are."""

import contextlib
import datetime
import os
import sys
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry, Student, SubmittedNotebook
from sqlalchemy.exc import SAWarning

from autograder.course.folder import Course
from autograder.handin.parameters import normalized

#: How long to wait for another program that writes into an SQLite gradebook, such as the formgrader.
PATIENCE_s = 60.0

#: nbgrader's own remark on an answer that was not touched.
NO_RESPONSE = "No response."

_STUDENT_FIELDS = ("last_name", "first_name", "email", "lms_user_id")
_GRADE_FIELDS = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade")


@contextlib.contextmanager
def connect(db_url: str) -> Iterator[Gradebook]:
    """The gradebook at `db_url`, made when there is none yet.

    nbgrader starts the program `alembic` once, when it makes a new gradebook; it lies beside Python,
    where the search path need not lead when the environment is not activated.
    """
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    patience = f"?timeout={PATIENCE_s}" if db_url.startswith("sqlite:") and "?" not in db_url else ""
    try:
        gradebook = Gradebook(db_url + patience)
    finally:
        os.environ["PATH"] = before
    with gradebook:
        yield gradebook


def record(
    gradebook: Gradebook,
    assignment: str,
    student: str,
    points: Mapping[str, float | None],
    *,
    answered: Mapping[str, bool],
    changed: bool,
    timestamp: datetime.datetime | None = None,
    returned: Mapping | None = None,
) -> dict:
    """Write one submission's points.

    Args:
        gradebook: The open gradebook.
        assignment: Name of the assignment, and of its notebook.
        student: The submission's owner.
        points: By grade id; None for an answer that a person must mark.
        answered: By grade id of each answer cell, whether the student changed it.
        changed: Whether the submission differs from the one that was graded before. A written answer that
            changed asks for the marker's eye again; a mark given by hand stays until then, and after.
        timestamp: When it was handed in, for nbgrader's late submissions.
        returned: What a person gave to this student's work before it was withdrawn, as `given_by_hand` told
            it; put back where nobody has written anything since.

    Returns:
        Where the submission stands now, as in `standings`.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader fills a submission before it adds it
        merge_spellings(gradebook, student)
        gradebook.update_or_create_student(student)
        options = {"timestamp": timestamp} if timestamp else {}
        submission = gradebook.update_or_create_submission(assignment, student, **options)
    notebook = next(book for book in submission.notebooks if book.name == assignment)
    _give_back(notebook, returned or {})
    _set_points(notebook, points, changed)
    _set_comments(notebook, answered)
    gradebook.db.commit()
    return _standing(submission)


def merge_spellings(gradebook: Gradebook, student: str) -> None:
    """One person has one row: an id in another case that has no submission gives its names to `student`."""
    for (name,) in gradebook.db.query(Student.id).all():
        if name == student or normalized(name) != normalized(student):
            continue
        other = gradebook.find_student(name)
        if other.submissions:
            continue
        kept = {field: getattr(other, field) for field in _STUDENT_FIELDS if getattr(other, field)}
        gradebook.remove_student(name)
        gradebook.update_or_create_student(student, **kept)


def _give_back(notebook: SubmittedNotebook, returned: Mapping) -> None:
    """Points and comments of a person, as they were before the work was withdrawn."""
    for grade in notebook.grades:
        if grade.manual_score is None and grade.name in returned.get("grades", {}):
            for name, value in returned["grades"][grade.name].items():
                setattr(grade, name, value)
    for comment in notebook.comments:
        comment.manual_comment = comment.manual_comment or returned.get("comments", {}).get(comment.name)


def _set_points(notebook: SubmittedNotebook, points: Mapping[str, float | None], changed: bool) -> None:
    """Automatic points, and the flag that asks a person to look."""
    for grade in notebook.grades:
        before, grade.auto_score = grade.auto_score, points[grade.name]
        if grade.manual_score is not None:
            asks = changed or before != grade.auto_score
            grade.needs_manual_grade = asks or grade.needs_manual_grade
        else:
            grade.needs_manual_grade = grade.auto_score is None


def _set_comments(notebook: SubmittedNotebook, answered: Mapping[str, bool]) -> None:
    """nbgrader's own remark on an answer that was not touched."""
    for comment in notebook.comments:
        comment.auto_comment = None if answered.get(comment.name, True) else NO_RESPONSE


def standings(course: Course, assignment: str) -> dict[str, dict]:
    """Where each submission stands, hand-given marks and late penalty included, by student.

    Returns:
        By student's id: `last_name`, `first_name`, `email`, `points` (after the penalty), `max_points`,
        `late_penalty`, `needs_marking` (bool); by grade id: `cells` (points), `by_hand` (whether a person
        gave them), `comments` (what that person wrote), and in `open` those that ask for a person's eye.
    """
    with connect(course.db_url) as gradebook:
        return {
            submission.student.id: _standing(submission)
            for submission in gradebook.assignment_submissions(assignment)
        }


def standing(gradebook: Gradebook, assignment: str, student: str) -> dict | None:
    """Where one submission stands, as in `standings`; None when the gradebook does not know it."""
    try:
        return _standing(gradebook.find_submission(assignment, student))
    except MissingEntry:
        return None


def given_by_hand(gradebook: Gradebook, assignment: str, student: str) -> dict:
    """What a person gave to one submission, by grade id: `grades` with nbgrader's fields, and `comments`."""
    notebooks = gradebook.find_submission(assignment, student).notebooks
    grades = [grade for book in notebooks for grade in book.grades]
    comments = [comment for book in notebooks for comment in book.comments]
    return {
        "grades": {
            grade.name: {name: getattr(grade, name) for name in _GRADE_FIELDS}
            for grade in grades
            if grade.manual_score is not None or grade.extra_credit is not None
        },
        "comments": {one.name: one.manual_comment for one in comments if one.manual_comment},
    }


def _standing(submission: object) -> dict:
    """One row of `standings`."""
    student, penalty = submission.student, submission.late_submission_penalty or 0.0
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    comments = [comment for notebook in submission.notebooks for comment in notebook.comments]
    return {
        "last_name": student.last_name or "",
        "first_name": student.first_name or "",
        "email": student.email or "",
        "points": max(0.0, submission.score - penalty),
        "max_points": submission.max_score,
        "late_penalty": penalty,
        "needs_marking": bool(submission.needs_manual_grade),
        "cells": {grade.name: grade.score for grade in grades},
        "by_hand": {grade.name: grade.manual_score is not None for grade in grades},
        "open": [grade.name for grade in grades if grade.needs_manual_grade],
        "comments": {comment.name: comment.comment for comment in comments if comment.comment},
    }
