# SPDX-License-Identifier: BSD-3-Clause
"""Is every rubric fair to ways and students that its tolerances were not derived from?"""

import json
import math
from pathlib import Path

import pytest

from autograder.authoring import confusion, derivation, fairness, measurement, students
from autograder.handin import parameters
from tests.acceptance.assignments import each_measured, held_out, in_a_process_of_its_own


def measured(assignment):
    return json.loads((assignment.folder / "fairness.json").read_text())


def counted(assignment):
    return {row.task: row for row in confusion.rows(measured(assignment))}


def known(assignment):
    """What the derivation's ten students did not show: by task and way, with the reason."""
    return getattr(held_out(assignment.folder.name), "KNOWN", {})


@each_measured
def test_is_the_table_measured_on_what_is_here_and_does_a_sample_come_out_as_it_stands(assignment):
    complaints = in_a_process_of_its_own("fairness", assignment.folder.name, "--check")
    assert complaints == [f"{assignment.folder.name}: fairness.json is as it should be."]


def _told(worst, part=1.0, **more):
    return {"spike": {"part": part, "worst": worst, "names": [], **more}}


@pytest.mark.parametrize(
    ("was", "now", "same"),
    [
        (_told(0.137), _told(0.1403), True),  # measured: an unused section in sight of the variable step
        (_told(0.137), _told(0.125), False),
        (_told(0.137), _told(0.149), False),
        (_told(5.0), _told(5.1), True),
        (_told(5.0), _told(5.3), False),
        (_told(None), _told(None), True),
        (_told(None), _told(5.0), False),
        (_told(0.5), _told(0.5, part=0.5), False),  # points lost in a check that is not the worst
        (_told(0.99, edge=True), _told(1.01, part=0.5, edge=True), True),
        (_told(0.99, edge=True), _told(1.2, part=0.5), False),
        (_told(2.5), _told(2.5) | {"spike": {"part": 1.0, "worst": 2.5, "names": ["twice"]}}, False),
    ],
)
def test_is_a_case_the_same_as_near_as_it_can_be_measured_again(was, now, same):
    assert fairness._same(was, now) is same
    assert fairness._same(now, was) is same


def test_is_a_case_at_a_limit_marked(membrane_charge):
    task = membrane_charge.rubric.tasks["capacitance"]
    for error, marked in (
        (0.96, False),
        (0.98, True),
        (1.02, True),
        (1.5, False),
        (2.01, True),
        (math.inf, False),
    ):
        assert measurement._edge(task, {"c": error}) == ({"edge": True} if marked else {}), error


def test_does_an_older_table_or_a_changed_case_show(membrane_charge, tmp_path):
    folder = tmp_path / "membrane-charge"
    folder.mkdir()
    for name in ("rubric.py", "spec.json", "acceptance.json", "fairness.json"):
        (folder / name).write_bytes((membrane_charge.folder / name).read_bytes())
    stored = json.loads((folder / "fairness.json").read_text())
    stored["inputs"] = "older"
    stored["cases"] = stored["cases"][:1]
    stored["cases"][0]["tasks"]["capacitance"]["part"] = 0.01
    (folder / "fairness.json").write_text(json.dumps(stored))
    older, changed = fairness.differences(folder, fairness.held_out_file(membrane_charge.folder))
    assert "older than what it is measured on" in older
    assert "now it is" in changed and "0.01" in changed


@each_measured
def test_does_every_task_have_room_for_everybody_who_is_right(assignment):
    assert list(confusion.unfair(measured(assignment))) == []
    rows = counted(assignment)
    assert set(rows) == set(assignment.rubric.tasks)
    for row in rows.values():
        assert row.correct >= 24 and row.rejected == row.slandered == 0
        assert row.closest <= 1


@each_measured
def test_are_at_least_98_of_100_mistakes_called_by_their_names_where_they_can_be_told(assignment):
    rows = counted(assignment).values()
    judged, named = (sum(getattr(row, what) for row in rows) for what in ("judged", "named"))
    assert judged > 0
    assert named / judged >= 0.98


@each_measured
def test_is_no_mistake_but_those_known_given_another_ones_name(assignment):
    misnamed = {(row.task, way) for row in counted(assignment).values() for way, _, _ in row.misnamed}
    assert misnamed <= set(known(assignment))


@each_measured
def test_does_full_marks_for_a_mistake_have_its_reason(assignment):
    for name, row in counted(assignment).items():
        task, derived = assignment.rubric.tasks[name], assignment.acceptance["tasks"][name]
        before = [assignment.rubric.tasks[source.partition(".")[0]] for source in task.builds_on.values()]
        for way, student in row.accepted:
            costs_before = any(earlier.way(way) for earlier in before)
            explained = way in derived["partly"] or (name, way) in known(assignment) or costs_before
            assert explained, (name, way, student)


@each_measured
def test_are_students_and_ways_others_than_those_of_the_derivation(assignment):
    derived = students.students(assignment.public)
    held = held_out(assignment.folder.name).held_out
    for own in measured(assignment)["students"]:
        assert own not in derived
        for name, ways in held(own).variants.items():
            task = assignment.rubric.tasks[name]
            taken = [{**task.habits, **way.settings} for way in task.variants if not way.then]
            for way in ways:
                habits = held(own).habits if task.habits else {}
                settings = {**task.habits, **habits, **way.settings}
                assert way.then or settings not in taken, (name, way.name)


@each_measured
def test_has_an_id_the_parameters_that_the_measurement_says(assignment):
    public = assignment.public | {"key": "fairness"}
    drawn = [parameters.own(public, f"fair {i}") for i in range(100)]
    assert all(own in drawn for own in measured(assignment)["students"])


def test_does_the_derivation_not_know_the_held_out_ways():
    source = Path(derivation.__file__).read_text()
    assert "held_out" not in source and "fairness" not in source


# --- how it is counted ----------------------------------------


@pytest.mark.parametrize("n", [10, 59, 300])
def test_is_the_upper_bound_that_of_the_rule_of_three_and_of_the_binomial(n):
    bound = confusion.upper_bound(0, n)
    assert (1 - bound) ** n == pytest.approx(0.05)
    assert bound == pytest.approx(3 / n, rel=0.15)
    two = confusion.upper_bound(2, n)
    tail = sum(math.comb(n, k) * two**k * (1 - two) ** (n - k) for k in range(3))
    assert tail == pytest.approx(0.05)


def _case(kind, way, part, names=(), **more):
    outcome = {"part": part, "worst": 2.0 * (part < 1), "names": list(names), "unmoved": False}
    status = {"status": more.pop("status")} if "status" in more else {}
    return {"kind": kind, "way": way, "student": 0, **more, "tasks": {"threshold": outcome | status}}


def test_is_every_cell_of_the_table_counted_right():
    off = [
        _case("perturbed", f"diam {size} %", part, parameter="diam", percent=size)
        for size, part in ((1, 1.0), (-1, 0.5), (2, 0.5), (-2, 0.0), (5, 0.0), (-5, 0.0))
    ]
    made = {
        "cases": [
            _case("correct", "step", 1.0),
            _case("correct", "grid", 0.5, ["twice"]),
            _case("mistake", "twice", 0.0, ["twice"]),
            _case("mistake", "left", 0.0, ["left", "twice"]),
            _case("mistake", "unit", 0.5, ["unit-slip", "unit"]),
            _case("mistake", "middle", 0.0, ["twice"]),
            _case("mistake", "warm", 0.0),
            _case("mistake", "early", 1.0),
            _case("mistake", "huge", 0.0, status="invalid"),
            *off,
        ]
    }
    (row,) = confusion.rows(made)
    assert (row.correct, row.rejected, row.slandered, row.closest) == (2, 1, 1, 2.0)
    assert (row.mistaken, row.judged, row.named, row.alone) == (7, 5, 3, 2)
    assert (row.accepted, row.unnamed, row.refused) == ([("early", 0)], [("warm", 0)], [("huge", 0)])
    assert row.misnamed == [("middle", 0, ["twice"])]
    assert row.smallest == {"diam": 2}
    assert list(confusion.unfair(made)) == [
        "threshold: grid is correct, but student 0 gets 50%, named twice."
    ]
