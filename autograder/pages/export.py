# SPDX-License-Identifier: BSD-3-Clause
"""Marks out of the gradebook, as CSV.

One row per submission, with the columns

| column | meaning |
|---|---|
| `assignment` | name of the assignment |
| `student_id` | the id under which it was handed in |
| `last_name`, `first_name`, `email` | as the gradebook has them; empty where it does not |
| `points` | all points, marks given by hand included and the late penalty taken off |
| `max_points` | what could be reached |
| `late_penalty` | what was taken off for being late |
| `needs_marking` | `yes` while an answer waits for a person |
| `status` | `graded`, `unreadable` (nothing could be opened: 0 points) or `not graded` (grade again) |
| `task:NAME` | points of one task or written answer, one column each |
"""

import csv
import io
import re
from collections.abc import Sequence

from autograder.course import gradebook
from autograder.course.folder import Course

_FIRST = ("assignment", "student_id", "last_name", "first_name", "email")
_THEN = ("points", "max_points", "late_penalty", "needs_marking", "status")
# A spreadsheet takes a cell that begins like this for a formula and computes it.
_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")


def rows(course: Course, assignment: str) -> list[dict[str, str | float]]:
    """One row per graded submission, by the columns above."""
    standings = gradebook.standings(course, assignment)
    return [_row(mark, standings[mark["student"]]) for mark in course.marks(assignment)]


def as_csv(table: Sequence[dict[str, str | float]]) -> str:
    """The rows as CSV; a text that a spreadsheet would take for a formula is quoted with an apostrophe."""
    tasks = dict.fromkeys(name for row in table for name in row if name.startswith("task:"))
    text = io.StringIO()
    writer = csv.DictWriter(text, [*_FIRST, *_THEN, *map(_safe, tasks)], restval="")
    writer.writeheader()
    writer.writerows({_safe(name): _safe(value) for name, value in row.items()} for row in table)
    return text.getvalue()


def _row(mark: dict, standing: dict) -> dict[str, str | float]:
    """One submission."""
    names = {name: standing[name] for name in ("last_name", "first_name", "email")}
    tasks = {f"task:{name}": standing["cells"].get(name, 0.0) for name in mark["max_points"]}
    return {
        "assignment": mark["assignment"],
        "student_id": mark["student"],
        **names,
        "points": standing["points"],
        "max_points": standing["max_points"],
        "late_penalty": standing["late_penalty"],
        "needs_marking": "yes" if standing["open"] else "no",
        "status": mark["status"],
        **tasks,
    }


def _safe(value: str | float) -> str | float:
    """A text that no spreadsheet computes; numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
