# SPDX-License-Identifier: BSD-3-Clause
"""Who was late, whose work is missing, what could not be read or recognized, and what was not collected."""

from collections.abc import Iterable, Mapping
from typing import Any

from autograder.course import late, lms, roster
from autograder.course.folder import Course
from autograder.handin.cells import NOT_RECOGNIZED


def lists(
    course: Course, assignment: str, marks: Iterable[Mapping[str, Any]]
) -> dict[str, list[tuple[str, str]]]:
    """The class report's lists, each of a student (or a file) and a few words.

    Returns:
        `late`, `missing`, `unread`, `unrecognized` and `left_out`.
    """
    marks = list(marks)
    told = lms.told(course, assignment)
    return {
        "late": _late(course, assignment, told["late"]),
        "missing": _missing(course, assignment, marks, told["left_out"]),
        "unread": [(mark["student"], mark["problem"]) for mark in marks if mark["status"] != "graded"],
        "unrecognized": [(mark["student"], mark["problem"]) for mark in marks if is_unrecognized(mark)],
        "left_out": [
            (one["who"], f"{one['file']} {one['why']}".strip().rstrip(".")) for one in told["left_out"]
        ],
    }


def is_unrecognized(mark: Mapping[str, Any]) -> bool:
    """Whether no answer of a notebook was recognized."""
    return mark.get("status") == "graded" and mark["problem"].startswith(NOT_RECOGNIZED)


def _late(course: Course, assignment: str, said: Iterable[str]) -> list[tuple[str, str]]:
    """By the course's clock, else by the platform's word."""
    counted = late.days_late(course, assignment)
    words = {student: "late, says the platform" for student in said}
    words |= {student: f"{days} day{'s' * (days > 1)} begun" for student, days in counted.items()}
    return sorted(words.items())


def _missing(
    course: Course, assignment: str, marks: Iterable[Mapping[str, Any]], left_out: Iterable[Mapping[str, str]]
) -> list[tuple[str, str]]:
    """Members of the class of whom nothing is here, with what was left out of theirs."""
    there = {mark["student"] for mark in marks} | set(course.submissions(assignment))
    files = {one["who"]: one["file"] for one in left_out}
    return [
        (student, f"nothing was taken; left out: {files[student]}" if student in files else "nothing came in")
        for student in sorted(roster.load(course))
        if student not in there
    ]
