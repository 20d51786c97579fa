# SPDX-License-Identifier: BSD-3-Clause
"""One page for the class: how points spread, what was hard, which mistakes were made, who needs a look."""

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any
from urllib.parse import quote

import numpy as np

from autograder.course import gradebook
from autograder.course.collect import SubmissionProblem, read_submission, released
from autograder.course.folder import Course, CourseError, write_atomically
from autograder.pages import arrival, similar, svg, teaching
from autograder.pages.feedback import environment, points, written_title
from autograder.pages.similar import Alike
from autograder.pages.teaching import Line

_COLUMNS = 10


@dataclass
class Mistake:
    """A named mistake (or several that cannot be told apart): in which tasks it shows, and who made it."""

    names: str
    sentence: str
    again: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    students: list[str] = field(default_factory=list)


def write(course: Course, assignment: str) -> str:
    """Write the page about `assignment`; returns its path.

    Raises:
        CourseError: When nothing is graded yet.
    """
    marks = course.marks(assignment)
    if not marks:
        raise CourseError(
            f"Nothing of {assignment} is graded yet; run `autograder grade {course.root}` first."
        )
    path, solution = course.report(assignment), course.solution(assignment)
    html = page(
        marks,
        gradebook.standings(course, assignment),
        again=teaching.read(solution).again,
        guides=teaching.guides(solution),
        alike=alike(course, assignment, marks),
        arrived=arrival.lists(course, assignment, marks),
    )
    write_atomically(path, html)
    reports = sorted(file.stem for file in path.parent.glob("*.html") if file.stem != "index")
    index = environment().get_template("index.html.j2").render(reports=reports)
    write_atomically(path.with_name("index.html"), index)
    return str(path)


def page(
    marks: list[dict],
    standings: Mapping[str, dict],
    *,
    again: Mapping[str, Line] | None = None,
    guides: Mapping[str, str] | None = None,
    alike: Sequence[Alike] = (),
    arrived: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> str:
    """The page about one assignment.

    Args:
        marks: the records that grading made.
        standings: as in the gradebook, by student.
        again: what to teach again, by mistake.
        guides: how to mark the written answers, by grade id, in Markdown.
        alike: students whose work is alike.
        arrived: who was late, missing, and so on, as `autograder.pages.arrival` lists them.
    """
    reached = [standings[mark["student"]]["points"] for mark in marks]
    maximum = sum(marks[0]["max_points"].values())
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=marks[0]["title"],
            count=len(marks),
            maximum=maximum,
            summary=_summary(reached),
            picture=_distribution(reached, maximum),
            tasks=_tasks(marks, standings),
            mistakes=mistakes(marks, again or {}),
            guides=_open_guides(guides or {}, standings),
            alike=alike,
            arrived=arrived or {},
            looks=needing_a_look(marks, standings),
            changes=[(mark["student"], change) for mark in marks for change in mark["changes"]],
            order=list(marks[0]["max_points"]),
            students=[_student(mark, standings[mark["student"]]) for mark in marks],
            times=_times(marks),
            isolation=sorted({mark["isolation"] for mark in marks if mark["isolation"]}),
        )
    )


def alike(course: Course, assignment: str, marks: Iterable[Mapping[str, Any]]) -> list[Alike]:
    """Students whose code or data is alike, see `autograder.pages.similar`."""
    marks = [mark for mark in marks if mark["result"]]
    release = released(course, assignment)
    notebooks = {}
    for mark in marks:
        with contextlib.suppress(SubmissionProblem):  # it was there when it was graded
            student = mark["student"]
            notebooks[student] = read_submission(course.submitted(student, assignment), assignment, release)
    return [*similar.alike_code(notebooks, release), *similar.alike_data(marks)]


def _open_guides(
    guides: Mapping[str, str], standings: Mapping[str, dict]
) -> list[tuple[str, int, list[str]]]:
    """For each written answer that waits: how many do, and the paragraphs of its guide."""
    waiting = {name: sum(name in one["open"] for one in standings.values()) for name in guides}
    return [
        (name, waiting[name], text.replace("**", "").split("\n\n"))
        for name, text in guides.items()
        if waiting[name]
    ]


def mistakes(marks: Iterable[Mapping[str, Any]], again: Mapping[str, Line] | None = None) -> list[Mistake]:
    """The named mistakes of the class, the most frequent first, with what to teach again."""
    again = again or {}
    found: dict[tuple, Mistake] = {}
    for mark in marks:
        for verdict in _verdicts(mark):
            for one in verdict["mistakes"]:
                names = tuple(one["names"])
                entry = found.setdefault(names, Mistake(" or ".join(names), one["sentence"]))
                for name in (name for name in names if name in again):
                    _add(entry.again, again[name].teach)
                _add(entry.tasks, verdict["title"])
                _add(entry.students, mark["student"])
    return sorted(found.values(), key=lambda one: -len(one.students))


def _add(names: list[str], name: str) -> None:
    """Append `name` unless it is there."""
    if name not in names:
        names.append(name)


def needing_a_look(
    marks: Iterable[Mapping[str, Any]], standings: Mapping[str, Mapping]
) -> list[tuple[str, list[str]]]:
    """Submissions that a person should see, by student, each with its reasons."""
    looks = [(mark["student"], _reasons(mark, standings[mark["student"]])) for mark in marks]
    return [(student, reasons) for student, reasons in looks if reasons]


def _reasons(mark: Mapping[str, Any], standing: Mapping[str, Any]) -> list[str]:
    """Why a person should see this submission; empty for most."""
    reasons = [mark["problem"]] if mark["problem"] and not arrival.is_unrecognized(mark) else []
    if any(verdict["status"] == "other-parameters" for verdict in _verdicts(mark)):
        reasons.append("Simulated with parameters that are not this student's own.")
    if standing["open"]:
        reasons.append(f"To be marked by hand: {', '.join(standing['open'])}.")
    return reasons


def _verdicts(mark: Mapping[str, Any]) -> list[dict]:
    return (mark["result"] or {}).get("verdicts", [])


def _summary(reached: list[float]) -> str:
    """Middle and range, in words."""
    low, high = points(min(reached)), points(max(reached))
    return f"half of the class has {points(median(reached))} points or more; the range is {low} to {high}"


def _distribution(reached: list[float], maximum: float) -> str:
    """Histogram of the points; full marks fall into the last column."""
    edges = np.linspace(0, maximum or 1.0, _COLUMNS + 1)
    counts, _ = np.histogram(np.clip(reached, 0, maximum), edges)
    labels = [f"{edge:.2g}" for edge in edges[:-1]]
    filled = [(label, count) for label, count in zip(labels, counts, strict=True) if count]
    words = "Number of students by points: " + ", ".join(
        f"{count} from {label} on" for label, count in filled
    )
    return svg.histogram([int(count) for count in counts], labels, x_label="points, from", words=words)


def _tasks(marks: list[dict], standings: Mapping[str, dict]) -> list[dict[str, Any]]:
    """Every task with the mean of what has its points, the hardest first."""
    titles = {verdict["task"]: verdict["title"] for mark in marks for verdict in _verdicts(mark)}
    rows = []
    for name, maximum in marks[0]["max_points"].items():
        found = [_cell(standings[mark["student"]], name) for mark in marks]
        reached = [value for value in found if value is not None] or [0.0]
        waiting = found.count(None)
        title = titles.get(name) or written_title(name, titles, "the written answer")
        rows.append(
            {
                "title": f"{title}{f' ({waiting} waiting)' if waiting else ''}",
                "mean": mean(reached),
                "max_points": maximum,
                "bar": svg.share(mean(reached) / maximum if maximum else 0.0),
                "full": sum(value >= maximum for value in reached),
                "none": sum(value <= 0 for value in reached),
            }
        )
    return sorted(rows, key=lambda row: row["mean"] / (row["max_points"] or 1))


def _cell(standing: Mapping[str, Any], name: str) -> float | None:
    """Points of one task; None while a person has not given them."""
    waits = name in standing["open"] and not standing.get("by_hand", {}).get(name)
    return None if waits else standing["cells"].get(name, 0.0)


def _student(mark: Mapping[str, Any], standing: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the list of all submissions."""
    student, assignment = quote(mark["student"], safe=""), quote(mark["assignment"], safe="")
    return {
        "student": mark["student"],
        "points": standing["points"],
        "cells": [_cell(standing, name) for name in mark["max_points"]],
        "page": f"../feedback/{student}/{assignment}/{assignment}.html",
    }


def _times(marks: list[dict]) -> list[tuple[str, float, float]]:
    """Median and longest time of each step, in seconds."""
    steps = dict.fromkeys(step for mark in marks for step in mark["times_s"])
    rows = [(step, [mark["times_s"][step] for mark in marks if step in mark["times_s"]]) for step in steps]
    total = [sum(mark["times_s"].values()) for mark in marks]
    return [(step, median(values), max(values)) for step, values in [*rows, ("all together", total)]]
