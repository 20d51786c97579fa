# SPDX-License-Identifier: BSD-3-Clause
"""Points into nbgrader's gradebook, through its own interface, with hand-given marks left as they are."""

import contextlib
import datetime
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from nbgrader.api import Gradebook, SubmittedNotebook

from autograder.course import Course


@contextlib.contextmanager
def connect(db_url: str) -> Iterator[Gradebook]:
    """The gradebook at `db_url`, made when there is none yet.

    nbgrader starts the program `alembic` once, when it makes a new gradebook; it lies beside Python,
    where the search path need not lead when the environment is not activated.
    """
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        gradebook = Gradebook(db_url)
    finally:
        os.environ["PATH"] = before
    with gradebook:
        yield gradebook


def record(
    course: Course,
    assignment: str,
    student: str,
    points: Mapping[str, float | None],
    *,
    answered: Mapping[str, bool],
    changed: bool,
    timestamp: datetime.datetime | None = None,
) -> None:
    """Write one submission's points.

    Args:
        course: the course.
        assignment: name of the assignment, and of its notebook.
        student: the submission's owner.
        points: by grade id; None for an answer that a person must mark.
        answered: by grade id of each answer cell, whether the student changed it.
        changed: whether the submission differs from the one that was graded before. A written answer
            that changed asks for the marker's eye again; a mark given by hand stays until then, and after.
        timestamp: when it was handed in, for nbgrader's late submissions.
    """
    with connect(course.db_url) as gradebook:
        gradebook.update_or_create_student(student)
        options = {"timestamp": timestamp} if timestamp else {}
        submission = gradebook.update_or_create_submission(assignment, student, **options)
        notebook = next(book for book in submission.notebooks if book.name == assignment)
        _set_points(notebook, points, changed)
        _set_comments(notebook, answered)
        gradebook.db.commit()


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
        comment.auto_comment = None if answered.get(comment.name, True) else "No response."


def standings(course: Course, assignment: str) -> dict[str, dict]:
    """Where each submission stands, hand-given marks and late penalty included, by student.

    Returns:
        by student's id: `last_name`, `first_name`, `email`, `points` (after the penalty), `max_points`, `late_penalty`,
        `needs_marking` (bool), and `cells`: points by grade id.
    """
    with connect(course.db_url) as gradebook:
        return {
            submission.student.id: _standing(submission)
            for submission in gradebook.assignment_submissions(assignment)
        }


def _standing(submission: object) -> dict:
    """One row of `standings`."""
    student, penalty = submission.student, submission.late_submission_penalty or 0.0
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return {
        "last_name": student.last_name or "",
        "first_name": student.first_name or "",
        "email": student.email or "",
        "points": max(0.0, submission.score - penalty),
        "max_points": submission.max_score,
        "late_penalty": penalty,
        "needs_marking": bool(submission.needs_manual_grade),
        "cells": {grade.name: grade.score for grade in grades},
    }
