# SPDX-License-Identifier: BSD-3-Clause
"""Is the squid axon's rubric fair to ways and students that its tolerances were not derived from?"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from autograder import confusion, derive, fairness, form, parameters, verdict

HERE = Path(__file__).parent
HELD_OUT = HERE / "held_out.py"


@pytest.fixture(scope="module")
def measured(squid_axon):
    return json.loads((squid_axon.folder / "fairness.json").read_text())


@pytest.fixture(scope="module")
def rows(measured):
    return {row.task: row for row in confusion.rows(measured)}


def test_is_the_table_measured_on_what_is_here_and_does_a_sample_come_out_as_it_stands(squid_axon):
    assert fairness.differences(squid_axon.folder, HELD_OUT, sample=4) == []


def test_does_an_older_table_or_a_changed_case_show(squid_axon, tmp_path):
    for name in ("rubric.py", "protocol_model.py", "spec.json", "acceptance.json", "fairness.json"):
        (tmp_path / name).write_bytes((squid_axon.folder / name).read_bytes())
    folder = tmp_path.rename(tmp_path.with_name("squid-axon"))
    stored = json.loads((folder / "fairness.json").read_text())
    stored["inputs"] = "older"
    stored["cases"] = [next(case for case in stored["cases"] if list(case["tasks"]) == ["model"])]
    stored["cases"][0]["tasks"]["model"]["part"] = 0.01
    (folder / "fairness.json").write_text(json.dumps(stored))
    older, changed = fairness.differences(folder, HELD_OUT)
    assert "older than what it is measured on" in older
    assert "now it is" in changed and "0.01" in changed


def test_does_every_task_have_room_for_everybody_who_is_right(squid_axon, measured, rows):
    assert list(confusion.unfair(measured)) == []
    assert set(rows) == set(squid_axon.rubric.tasks)
    for row in rows.values():
        assert row.correct >= 24 and row.rejected == row.slandered == 0
        assert row.closest <= 1


# At the threshold itself the spike moves by milliseconds with the last digit of the stimulus: no simulation
# of this mistake is certain to be the student's.
EDGE = {("spike", "not-doubled"), ("collision", "not-doubled")}
# Measured, and not foreseen by the derivation's ten students; the page on fairness shows them.
FOUND = {
    ("resolution", "shift-of-the-peaks"): "in a thick, excitable axon the peak is late as the crossing is",
    ("collision", "second-clamp-at-the-same-end"): "told as a silent clamp, whose sentence names both",
}


def test_are_at_least_98_of_100_mistakes_called_by_their_names_where_they_can_be_told(measured):
    cases = [
        {
            **case,
            "tasks": {name: told for name, told in case["tasks"].items() if (name, case["way"]) not in EDGE},
        }
        for case in measured["cases"]
    ]
    rows = confusion.rows({"cases": cases})
    judged, named = (sum(getattr(row, what) for row in rows) for what in ("judged", "named"))
    assert judged > 200
    assert named / judged >= 0.98


def test_is_no_mistake_but_those_known_given_another_ones_name(rows):
    misnamed = {(row.task, way) for row in rows.values() for way, _, _ in row.misnamed}
    assert misnamed <= EDGE | set(FOUND)


def test_does_full_marks_for_a_mistake_have_its_reason(squid_axon, rows):
    for name, row in rows.items():
        task, known = squid_axon.rubric.tasks[name], squid_axon.acceptance["tasks"][name]
        before = [squid_axon.rubric.tasks[source.partition(".")[0]] for source in task.builds_on.values()]
        for way, student in row.accepted:
            costs_before = any(earlier.way(way) for earlier in before)
            explained = way in known["partly"] or (name, way) in FOUND or costs_before
            assert explained, (name, way, student)


def test_are_students_and_ways_others_than_those_of_the_derivation(squid_axon, measured):
    derived = derive.students(squid_axon.public)
    held = fairness.rubric.load_module(HELD_OUT).HELD_OUT["squid-axon"]
    for own in measured["students"]:
        assert own not in derived
        for name, ways in held(own).variants.items():
            known = [
                {**squid_axon.rubric.tasks[name].habits, **way.settings}
                for way in squid_axon.rubric.tasks[name].variants
                if not way.then
            ]
            for way in ways:
                settings = {
                    **squid_axon.rubric.tasks[name].habits,
                    **(held(own).habits if squid_axon.rubric.tasks[name].habits else {}),
                    **way.settings,
                }
                assert way.then or settings not in known, (name, way.name)


def test_does_the_derivation_not_know_the_held_out_file():
    source = Path(derive.__file__).read_text()
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


# --- sentences and units ----------------------------------------


def test_does_every_lost_point_of_every_mistake_have_a_sentence_with_its_figure(squid_axon):
    own, lost = squid_axon.students[3], 0
    for name, task in squid_axon.rubric.tasks.items():
        drives = squid_axon.bench.true_drives(task, own)
        tolerances = squid_axon.tolerances.by_task[name]
        for way in task.mistakes:
            made = squid_axon.bench.answers(task, own, way, drives)
            references = list(verdict.candidates(squid_axon.bench, task, own, {}, made))
            for judged in verdict.compare(task, made, references, tolerances).checks:
                if judged.points < judged.check.points:
                    lost += 1
                    said = judged.sentence.removeprefix(judged.check.label)
                    # nothing was handed in: there is no figure
                    has_none = "that there is none" in said or "no trace was handed in" in said
                    assert has_none or any(sign.isdigit() for sign in said), judged.sentence
    assert lost > 300


_TRACES = {"spike": ("v",), "collision": ("v25", "h", "gk"), "resolution": ("v",), "anode_break": ("v", "m")}
_NUMBERS = {
    "threshold": ("amp",),
    "spike": ("amplitude", "half_width"),
    "velocity": ("velocity",),
    "sodium": ("amp_used", "gnabar_min"),
    "resolution": ("shift",),
    "anode_break": ("amp", "latency"),
}


@pytest.mark.parametrize("factor", [1e-3, 1e3, 1e-6, -1.0])
@pytest.mark.parametrize(
    ("task", "item"),
    [(task, item) for table in (_NUMBERS, _TRACES) for task, items in table.items() for item in items],
)
def test_is_every_slip_of_unit_or_sign_told_without_being_listed(squid_axon, task, item, factor):
    own = squid_axon.students[2]
    answers = {
        name: values
        for name, values in squid_axon.work(own).items()
        if name in (task, *(source.partition(".")[0] for source in _builds_on(squid_axon, task)))
    }
    slipped = np.asarray(answers[task][item]) * factor
    answers[task] = answers[task] | {item: slipped if slipped.ndim else float(slipped)}
    told = squid_axon.judged(own, answers)[task]
    assert told["points"] < told["max_points"]
    names = [name for one in told["mistakes"] for name in one["names"]]
    if told["status"] == "invalid":  # the form refuses it, in the notebook as in the grader
        asked = next(one for one in squid_axon.public["tasks"][task]["items"] if one["name"] == item)
        assert "looks like it" in told["note"] or not form.scaled_unit(asked["unit"], 1), told["note"]
        assert item in told["note"]
    else:
        assert ("sign" if factor < 0 else "unit-slip") in names, told["checks"]
        (slip,) = (one for one in told["mistakes"] if set(one["names"]) & {"sign", "unit-slip"})
        assert slip["sentence"].startswith(f"{item} is right")


def _builds_on(assignment, task):
    return assignment.rubric.tasks[task].builds_on.values()


def test_is_a_time_base_in_seconds_told(squid_axon):
    own = squid_axon.students[2]
    answers = squid_axon.work(own)
    spike = answers["spike"] | {"t": answers["spike"]["t"] / 1e3}
    told = squid_axon.judged(own, {"threshold": answers["threshold"], "spike": spike})["spike"]
    assert "t looks like it is in s; ms is expected" in told["note"]


def test_has_an_id_the_parameters_that_the_measurement_says(squid_axon, measured):
    public = squid_axon.public | {"key": "fairness"}
    drawn = [parameters.own(public, f"fair {i}") for i in range(100)]
    assert all(own in drawn for own in measured["students"])
