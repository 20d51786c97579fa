# SPDX-License-Identifier: BSD-3-Clause
"""Keeping a mark: notebook, points and page; and what a grading changed."""

import datetime
import json
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook
from nbgrader.utils import parse_utc

from autograder.course import gradebook
from autograder.course.folder import Course, CourseError, write_atomically
from autograder.grading.marking import Assignment, Clock, Outcome
from autograder.pages import feedback

#: Status of a mark whose submission is not there any more.
WITHDRAWN = "withdrawn"
_MAX_TIMESTAMP_BYTES = 100


def new_changes(mark: dict) -> list[dict]:
    """What this grading changed in points that a student had: `task`, `from`, `to`, `reason`."""
    return [change for change in mark["changes"] if change["graded_at"] == mark["graded_at"]]


def keep(course: Course, assignment: Assignment, outcome: Outcome, book: Gradebook) -> None:
    """Write notebook, points and page; the mark last, for it says that the rest is done."""
    mark, clock = outcome.mark, Clock()
    student, name = mark["student"], assignment.name
    old = old_mark(course, student, name)
    aside = _put_aside(course, student, name) if old is None else {}
    old = old or aside.get("mark")
    if old is not None:
        mark["changes"] = [*old["changes"], *_changes(old, mark, assignment)]
    write_atomically(course.autograded(student, name), nbformat.writes(outcome.notebook) + "\n")
    standing = gradebook.record(
        book,
        name,
        student,
        mark["points"],
        answered=outcome.answered,
        changed=old is None or old["digests"]["submission"] != mark["digests"]["submission"],
        timestamp=_handed_in_at(course.submitted(student, name)),
        returned=aside.get("by_hand"),
    )
    page = feedback.page(mark, standing, assignment.spec, show_reference=course.show_reference)
    write_atomically(course.feedback(student, name), page)
    clock.lap("record")
    mark["times_s"] |= clock.laps
    write_atomically(course.mark(student, name), json.dumps(mark, indent=1, ensure_ascii=False) + "\n")
    course.withdrawn(student, name).unlink(missing_ok=True)


def _changes(old: dict, mark: dict, assignment: Assignment) -> list[dict]:
    """Which points a regrade changed, and why; points that were open before are no change."""
    reason = _reason(old, mark, assignment)
    return [
        {"graded_at": mark["graded_at"], "task": task, "from": before, "to": now, "reason": reason}
        for task, now in mark["points"].items()
        if (before := old["points"].get(task)) is not None and now is not None and before != now
    ]


def _reason(old: dict, mark: dict, assignment: Assignment) -> str:
    """What is not as it was when the old mark was made."""
    reasons = []
    if old["digests"]["submission"] != mark["digests"]["submission"]:
        reasons.append("it was handed in again")
    for name, now in mark["made_with"].items():
        before = old["made_with"].get(name, "unknown")
        if before != now and before not in assignment.earlier_rubrics:
            is_digest = name in ("release", "rubric")
            reasons.append(f"the {name} changed" if is_digest else f"{name} {now} in place of {before}")
    if old["isolation"] and mark["isolation"] and old["isolation"] != mark["isolation"]:
        reasons.append(f"it ran under {mark['isolation']} in place of {old['isolation']}")
    return ", ".join(reasons) or "the same submission gave something else this time"


def old_mark(course: Course, student: str, assignment: str) -> dict | None:
    """The mark of an earlier run, if there is one that can be read."""
    mark = _read_json(course.mark(student, assignment))
    return mark if mark.get("format") == 1 else None


def _read_json(path: Path) -> dict:
    """The object in a file of the course; an empty one where none can be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _handed_in_at(folder: Path) -> datetime.datetime | None:
    """The time in nbgrader's `timestamp.txt`, if there is a sound one."""
    path = folder / "timestamp.txt"
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MAX_TIMESTAMP_BYTES:
            return None
        return parse_utc(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None


def withdrawn(course: Course, assignment: str, student: str | None) -> list[str]:
    """Students who have a mark and no submission any more.

    Raises:
        CourseError: When all are gone: that is a disk which is not there, not a class that changed its mind.
    """
    marked, submitted = course.marked(assignment), set(course.submissions(assignment))
    if marked and not submitted:
        raise CourseError(
            f"{course.root / 'submitted'} holds no submission of {assignment}, but {len(marked)} are marked: "
            "put the submissions back, or remove the folder marks as well."
        )
    return [name for name in marked if name not in submitted and student in (None, name)]


def _put_aside(course: Course, student: str, assignment: str) -> dict:
    """What was kept of work that is handed in again after it was withdrawn: `mark` and `by_hand`."""
    aside = _read_json(course.withdrawn(student, assignment))
    return aside if aside.get("mark", {}).get("format") == 1 else {}


def withdraw(course: Course, book: Gradebook, assignment: str, student: str) -> dict:
    """Put a mark aside, with what was given by hand, and take it out of gradebook and feedback."""
    known = {"student": student, "assignment": assignment, "problem": "", "changes": []}
    mark = (old_mark(course, student, assignment) or known) | {"status": WITHDRAWN}
    standing = gradebook.standing(book, assignment, student)
    if standing is not None:
        by_hand = gradebook.given_by_hand(book, assignment, student)
        kept = {"mark": mark, "standing": standing, "by_hand": by_hand}
        text = json.dumps(kept, indent=1, ensure_ascii=False) + "\n"
        write_atomically(course.withdrawn(student, assignment), text)
        book.remove_submission(assignment, student)
    course.feedback(student, assignment).unlink(missing_ok=True)
    course.autograded(student, assignment).unlink(missing_ok=True)
    course.mark(student, assignment).unlink(missing_ok=True)
    return mark
