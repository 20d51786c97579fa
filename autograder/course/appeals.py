# SPDX-License-Identifier: BSD-3-Clause
"""The record of work that was graded again because somebody asked: when, why, and what it changed.

It lies in `appeals/STUDENT/ASSIGNMENT.json`, is only ever added to, and shows on the student's page.
"""

import json

from autograder.course.folder import Course


def load(course: Course, student: str, assignment: str) -> list[dict]:
    """The record of one student's work, oldest first: `at`, `reason`, `before` and `after` by cell."""
    path = course.root / "appeals" / student / f"{assignment}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
