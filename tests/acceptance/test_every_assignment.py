# SPDX-License-Identifier: BSD-3-Clause
"""Every assignment's acceptance table: right passes, wrong does not, and what is wrong has a name."""

import json

import jupytext
import numpy as np
import pytest

from autograder.authoring import inputs, students
from autograder.handin import form, start
from autograder.rubric import Number, verdict
from tests.acceptance.assignments import (
    NAMES,
    SOLUTIONS,
    each_assignment,
    each_student,
    in_a_process_of_its_own,
)


def test_has_every_assignment_its_tolerances():
    assert {path.parent.name for path in SOLUTIONS.glob("*/manifest.json")} == set(NAMES)


@each_student(sample=3, quick=2)
def test_does_the_reference_get_full_marks(assignment, student):
    own, bench = assignment.students[student], assignment.bench
    answers = {
        task.name: bench.answers(task, own, drives=bench.true_drives(task, own))
        for task in assignment.rubric.tasks.values()
    }
    for told in assignment.judged(own, answers).values():
        assert told["points"] == told["max_points"], told["task"]


@each_assignment
def test_does_a_blank_hand_in_earn_nothing(assignment):
    verdicts = assignment.judged(assignment.students[0], {})
    assert {name: (one["points"], one["status"]) for name, one in verdicts.items()} == {
        name: (0, "missing") for name in assignment.rubric.tasks
    }


@each_student(sample=2)
def test_does_every_correct_way_get_full_marks_and_no_name(assignment, student):
    own = assignment.students[student]
    for name, tasks in assignment.ways("variants").items():
        answers, _ = assignment.throughout(own, name, tasks)
        for told in assignment.judged(own, answers).values():
            assert told["points"] == told["max_points"], (name, told["checks"])
            assert told["mistakes"] == []


@each_student(sample=1)
def test_does_every_mistake_lose_points_and_get_its_name(assignment, student):
    own = assignment.students[student]
    for name, tasks in assignment.ways("mistakes").items():
        concerned = [task for task in tasks if assignment.concerns(task, name, own)]
        if not concerned:
            continue
        answers, gone = assignment.throughout(own, name, tasks)
        asked = assignment.needed(gone)
        verdicts = assignment.judged(own, {task: made for task, made in answers.items() if task in asked})
        lost = [
            task
            for task in gone
            if task in concerned and verdicts[task]["points"] < verdicts[task]["max_points"]
        ]
        if not lost and any(assignment.rubric.tasks[task].way(name).partly for task in concerned):
            continue
        assert lost, f"{name} costs nothing"
        named = {one for task in lost for found in verdicts[task]["mistakes"] for one in found["names"]}
        assert assignment.twins(lost, name) & named, f"{name} is called {named}"


@each_assignment
def test_are_the_mistakes_that_cannot_be_told_apart_named_together(assignment):
    own = assignment.students[0]
    for name, task in assignment.acceptance["tasks"].items():
        for pair in (one["names"] for one in task["together"] if one["students"] == students.STUDENTS):
            told = assignment.judged(own, assignment.work(own, {name: pair[0]}))[name]
            assert any(set(pair) <= set(found["names"]) for found in told["mistakes"]), pair
            assert any("either" in found["sentence"] for found in told["mistakes"])


@each_assignment
def test_does_every_lost_point_of_every_mistake_have_a_sentence_with_its_figure(assignment):
    own, lost = assignment.students[3], 0
    for name, task in assignment.rubric.tasks.items():
        drives = assignment.bench.true_drives(task, own)
        tolerances = assignment.tolerances.by_task[name]
        for way in task.mistakes:
            made = assignment.bench.answers(task, own, way, drives)
            references = list(verdict.candidates(assignment.bench, task, own, {}, made))
            for judged in verdict.compare(task, made, references, tolerances).checks:
                if judged.points < judged.check.points:
                    lost += 1
                    said = judged.sentence.removeprefix(judged.check.label)
                    # nothing was handed in: there is no figure
                    has_none = "that there is none" in said or "no trace was handed in" in said
                    assert has_none or any(sign.isdigit() for sign in said), judged.sentence
    assert (
        lost >= sum(not way.unseen for task in assignment.rubric.tasks.values() for way in task.mistakes) / 2
    )


ITEMS = [
    pytest.param(name, task, item["name"], id=f"{name}, {task}, {item['name']}")
    for name in NAMES
    for task, form_of_it in json.loads((SOLUTIONS / name / "spec.json").read_text())["tasks"].items()
    for item in form_of_it["items"]
    if item["kind"] in ("number", "trace", "list")
]


@pytest.mark.parametrize(("assignment", "task", "item"), ITEMS, indirect=["assignment"])
def test_is_every_slip_of_unit_or_sign_told_without_being_listed(assignment, task, item):
    own = assignment.students[2]
    asked = assignment.needed([task])
    answers = {name: values for name, values in assignment.work(own).items() if name in asked}
    right = np.asarray(answers[task][item], dtype=float)
    unit = next(one for one in assignment.public["tasks"][task]["items"] if one["name"] == item)["unit"]
    for factor in (1e-3, 1e3, 1e-6, -1.0):
        slipped = right * factor
        handed = answers[task] | {item: slipped if slipped.ndim else float(slipped)}
        told = assignment.judged(own, answers | {task: handed})[task]
        assert told["points"] < told["max_points"], factor
        if told["status"] == "invalid":  # the form refuses it, in the notebook as in the grader
            assert item in told["note"]
            assert "looks like it" in told["note"] or not form.scaled_unit(unit, 1), told["note"]
            continue
        found = [one for one in told["mistakes"] if set(one["names"]) & {"sign", "unit-slip"}]
        assert [one["names"][0] for one in found] == ["sign" if factor < 0 else "unit-slip"], told["checks"]
        assert found[0]["sentence"].startswith(f"{item} is right")


@each_assignment
def test_is_the_table_derived_from_what_is_here(assignment):
    assert assignment.acceptance["inputs"] == inputs.inputs_digest(assignment.rubric), (
        f"run `autograder derive {assignment.folder.name}` and commit acceptance.json"
    )


@each_assignment
def test_does_a_sample_of_the_table_come_out_as_it_stands(assignment):
    complaints = in_a_process_of_its_own("derive", assignment.folder.name, "--check")
    assert complaints == [f"{assignment.folder.name}: acceptance.json is fresh."]


@each_assignment
def test_are_the_points_of_the_notebook_those_of_the_rubric(assignment):
    notebook = jupytext.read(assignment.folder / f"{assignment.folder.name}.py")
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    points = {one["grade_id"]: one["points"] for one in marks if one.get("grade") and not one["solution"]}
    assert points == {name: task.points for name, task in assignment.rubric.tasks.items()}


@each_assignment
def test_do_the_practice_windows_hold_the_practice_answers_and_no_others(assignment, tmp_path, capsys):
    spec = assignment.public | {"practice": assignment.acceptance["practice"]}
    (tmp_path / "handin.json").write_text(json.dumps(spec))
    work = start(tmp_path / "handin.json", student="")
    answers = {
        name: values
        for name, values in assignment.work({**work.parameters}).items()
        if not assignment.rubric.tasks[name].protocol
    }
    for task, values in answers.items():
        work.hand_in(task, **values)
    told = capsys.readouterr().out
    windows = [window for task in work.spec.practice.values() for window in task]
    assert told.count("fits") == len(windows) > 0
    assert "not yet" not in told
    for task, values in answers.items():
        numbers = {check.item for check in assignment.rubric.tasks[task].checks if isinstance(check, Number)}
        for item in numbers & set(work.spec.practice.get(task, {})):
            if values[item] is not None:
                work.hand_in(task, **values | {item: 1.5 * values[item]})
                assert f"{item}: fits" not in capsys.readouterr().out
