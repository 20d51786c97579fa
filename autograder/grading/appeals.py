# SPDX-License-Identifier: BSD-3-Clause
"""Work that is graded again because somebody asked."""

import datetime
import json

from autograder.course import gradebook
from autograder.course.appeals import load
from autograder.course.folder import Course, CourseError, write_atomically
from autograder.grading.grade import grade

__all__ = ["load", "regrade"]


def regrade(course: Course, assignment: str, student: str, reason: str, **options: object) -> list[dict]:
    """Grade one student's work again, alone, and keep the reason.

    Args:
        course: the course.
        assignment: its name.
        student: whose work.
        reason: in words, for the record and the student's page.
        **options: of `autograder.grading.grade`.

    Returns:
        The marks made now, as `grade` gives them.

    Raises:
        CourseError: the reason is empty, or nothing of this student has a mark yet.
    """
    if not reason.strip():
        raise CourseError('An appeal needs its reason: --reason "...".')
    before = gradebook.standings(course, assignment).get(student)
    if before is None:
        raise CourseError(f"{student} has no mark of {assignment} yet; grade it without --reason.")
    marks = grade(course, assignment, student=student, regrade=True, **options)
    after = gradebook.standings(course, assignment)[student]
    entry = {
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "reason": reason.strip(),
        "points": [before["points"], after["points"]],
        "before": before["cells"],
        "after": after["cells"],
    }
    record = [*load(course, student, assignment), entry]
    path = course.root / "appeals" / student / f"{assignment}.json"
    write_atomically(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")
    return marks
