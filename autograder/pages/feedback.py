# SPDX-License-Identifier: BSD-3-Clause
"""One page per student: the points, what was compared and by how much it differs, and what to do next.

The page stands alone (no script, no other file, no other host), and everything in it that a student wrote is
escaped by the template.
"""

import functools
import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import jinja2
from markupsafe import Markup

from autograder.course import appeals, gradebook
from autograder.course.folder import Course, write_atomically
from autograder.pages import svg
from neuroscales.core import style

_NEXT = {
    "missing": "Nothing of {titles} was handed in. See that the answer cell is filled in and runs without an "
    "error, choose Run > Restart Kernel and Run All Cells, and see that the cell with <code>hand_in</code> "
    "says that it was taken.",
    "invalid": "Run the cell with <code>hand_in</code> of {titles} again: its message says what the answer "
    "lacks in form.",
    "other-parameters": "Type your own id where the notebook asks for it, choose Run > Restart Kernel and "
    "Run All Cells, and answer {titles} again with the parameters that are printed then.",
    "mistake": "In {titles}, put right what is named there, and compare again.",
    "judged": "In {titles}, look at the rows marked ✗; start with the first, the ones below it often follow "
    "from it.",
    "unanswered": "Still to be written: {titles}.",
}

_QUANTITIES = {"mV": "potential (mV)", "S/cm2": "conductance (S/cm2)", "": "fraction open"}


@functools.cache
def environment() -> jinja2.Environment:
    """The templates, with everything escaped and a missing name an error."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("autograder.pages"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["colors"] = style.COLORS
    made.filters["points"] = points
    return made


def points(value: float | None) -> str:
    """Points as people write them: no zeros that say nothing.

    >>> points(2.0), points(2.4999999), points(None)
    ('2', '2.5', 'open')
    """
    return "open" if value is None else f"{round(value, 2):g}"


def write_all(course: Course, assignment: str, students: Collection[str] | None = None) -> int:
    """Write the pages of `assignment` again, from marks, gradebook and appeals; returns how many.

    Args:
        course: the course.
        assignment: its name.
        students: whose; everyone's when None.
    """
    spec = json.loads((course.release(assignment) / "handin.json").read_text(encoding="utf-8"))
    standings = gradebook.standings(course, assignment)
    marks = [mark for mark in course.marks(assignment) if students is None or mark["student"] in students]
    for mark in marks:
        student = mark["student"]
        html = page(
            mark,
            standings[student],
            spec,
            show_reference=course.show_reference,
            regraded=appeals.load(course, student, assignment),
        )
        write_atomically(course.feedback(student, assignment), html)
    return len(marks)


def page(
    mark: Mapping[str, Any],
    standing: Mapping[str, Any],
    spec: Mapping[str, Any],
    *,
    show_reference: bool,
    regraded: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The page of one submission.

    Args:
        mark: The record that grading made.
        standing: Where the submission stands in the gradebook, marks given by hand included.
        spec: The assignment's `handin.json`.
        show_reference: Whether the reference is drawn beside the student's trace.
        regraded: the record of appeals, oldest first.
    """
    result = mark["result"] or {"verdicts": [], "parameters": {}, "declared": None}
    verdicts = {verdict["task"]: verdict for verdict in result["verdicts"]}
    titles = {name: task.get("title", name) for name, task in spec.get("tasks", {}).items()}
    sections = [
        _section(name, mark, standing, verdicts.get(name), show_reference, titles)
        for name in mark["max_points"]
    ]
    return (
        environment()
        .get_template("feedback.html.j2")
        .render(
            mark=mark,
            standing=standing,
            parameters=_parameters(spec, result),
            declared=result["declared"],
            sections=sections,
            steps=_steps(sections),
            regraded=regraded,
            remarks=_other_comments(mark, standing),
            made_by=_made_by(mark),
        )
    )


def _section(
    name: str,
    mark: Mapping,
    standing: Mapping,
    verdict: Mapping | None,
    show_reference: bool,
    titles: Mapping[str, str],
) -> dict[str, Any]:
    """What the page says about one task or one written answer."""
    verdict = verdict or {}
    comment = standing["comments"].get(name)
    checks = [] if verdict.get("status") in ("missing", "invalid") else verdict.get("checks", [])
    return {
        "name": name,
        "title": verdict.get("title") or written_title(name, titles),
        "points": None if name in standing["open"] else standing["cells"][name],
        "max_points": mark["max_points"][name],
        "by_hand": standing["by_hand"][name],
        "comment": comment,
        "status": "unanswered" if comment == gradebook.NO_RESPONSE else verdict.get("status"),
        "note": verdict.get("note", ""),
        "mistakes": [mistake["sentence"] for mistake in verdict.get("mistakes", [])],
        "checks": [_check(check) for check in checks],
        "plots": [_plot(plot, show_reference) for plot in verdict.get("plots", [])],
    }


def written_title(name: str, titles: Mapping[str, str], whose: str = "your written answer") -> str:
    """What a written answer is called: by the task whose name it begins with.

    >>> written_title("collision-why", {"collision": "Two spikes meet"}), written_title("why", {})
    ('Two spikes meet: your written answer', 'Your written answer')
    """
    title = titles.get(name.partition("-")[0])
    return f"{title}: {whose}" if title else f"{whose[:1].upper()}{whose[1:]}"


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    """One comparison, with the error beside its tolerance."""
    error, tolerance = check["error"], check["tolerance"]
    known = error is not None and tolerance is not None and math.isfinite(error) and tolerance > 0
    sentence = check["sentence"].removeprefix(f"{check['label']}: ")  # the row begins with the label
    gauge = svg.gauge(error / tolerance) if known else ""
    return {**check, "sentence": sentence[:1].upper() + sentence[1:], "gauge": gauge}


def _plot(plot: Mapping[str, Any], show_reference: bool) -> dict[str, Any]:
    """The student's trace, over the reference where the instructor allows it."""
    student = svg.Line("student", plot["student"]["t"], plot["student"]["v"])
    over = plot.get("over", "time (ms)")  # earlier records do not say it
    at = "ms" if "(ms)" in over else "of the length"
    lines, words = [student], f"{plot['label']}, your trace: {_extremes(student, at)}."
    if show_reference and plot.get("reference", {}).get("t"):
        reference = svg.Line("reference", plot["reference"]["t"], plot["reference"]["v"])
        lines, words = [reference, student], f"{words} The reference: {_extremes(reference, at)}."
    unit = plot["unit"]
    picture = svg.plot(lines, x_label=over, y_label=_QUANTITIES.get(unit, unit), words=words)
    return {"label": plot["label"], "picture": picture, "has_reference": len(lines) > 1}


def _extremes(line: svg.Line, at: str) -> str:
    """A trace's highest and lowest values and where they lie, in words."""
    top = max(range(len(line.y)), key=line.y.__getitem__)
    bottom = min(range(len(line.y)), key=line.y.__getitem__)
    highest = f"highest {line.y[top]:.3g} at {line.x[top]:.2f} {at}"
    return f"{highest}, lowest {line.y[bottom]:.3g} at {line.x[bottom]:.2f} {at}"


def _parameters(spec: Mapping[str, Any], result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The student's own parameters, beside those that were used where they differ."""
    declared = result["declared"] or {}
    return [
        {
            "name": entry["name"],
            "meaning": entry.get("meaning", ""),
            "own": f"{result['parameters'][entry['name']]:g} {entry.get('unit', '')}".strip(),
            "used": f"{declared[entry['name']]:g} {entry.get('unit', '')}".strip() if declared else "",
        }
        for entry in spec["parameters"]
        if entry["name"] in result["parameters"]
    ]


def _steps(sections: list[dict[str, Any]]) -> list[Markup]:
    """What to do next, one line for all tasks that need the same."""
    needs: dict[str, list[str]] = {}
    for one in sections:
        if one["status"] in _NEXT and one["points"] is not None and one["points"] < one["max_points"]:
            needs.setdefault("mistake" if one["mistakes"] else one["status"], []).append(f"“{one['title']}”")
    return [Markup(_NEXT[need]).format(titles=_and(titles)) for need, titles in needs.items()]


def _and(parts: list[str]) -> str:
    """A list in words.

    >>> _and(["a"]), _and(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _made_by(mark: Mapping[str, Any]) -> str:
    """What produced the mark, in one line."""
    versions = (mark["result"] or {}).get("versions", {})
    parts = [f"{name} {str(value)[:12]}" for name, value in versions.items()]
    return ", ".join([f"isolation {mark['isolation']}" if mark["isolation"] else "not run", *parts])


def _other_comments(mark: Mapping[str, Any], standing: Mapping[str, Any]) -> list[str]:
    """What the instructor wrote beside cells that carry no points, such as the code of an answer."""
    written = {name: text for name, text in standing["comments"].items() if text != gradebook.NO_RESPONSE}
    return [text for name, text in written.items() if name not in mark["max_points"]]
