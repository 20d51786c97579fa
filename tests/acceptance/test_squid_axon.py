# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's acceptance table: right passes, wrong does not, and what is wrong has a name."""

import itertools
import json
import os
import random

import jupytext
import pytest

from autograder import derive, metrics, rubric
from autograder.handin import start

# All ten students take half an hour. A sample of them is asked each time, and everyone by
# EVERY_STUDENT=1 python -m pytest tests/acceptance
SAMPLE = random.Random(4).sample(range(derive.STUDENTS), 4)
ASKED = range(derive.STUDENTS) if os.environ.get("EVERY_STUDENT") else SAMPLE


def _students(asked, quick):
    """One case per student; all but the first few of the sample are slow."""
    return [
        pytest.param(i, marks=[] if i in SAMPLE[:quick] else pytest.mark.slow, id=f"student {i}")
        for i in asked
    ]


each_student = pytest.mark.parametrize("student", _students(ASKED, quick=2))


def _ways(assignment, kind):
    """Every variant or mistake with the tasks that know it, made in all of them by one student."""
    found = {}
    for task in assignment.rubric.tasks.values():
        for way in getattr(task, kind):
            found.setdefault(way.name, []).append(task.name)
    return found


def _answers(assignment, own, name, tasks):
    """What one hands in who goes one way throughout, or in the later tasks where the first gives nothing."""
    ways = dict.fromkeys(tasks, name)
    first = assignment.rubric.tasks[tasks[0]]
    found = assignment.bench.answers(first, own, first.way(name), assignment.bench.true_drives(first, own))
    if not first.builds_on and any(value is None for value in found.values()):
        ways.pop(tasks[0])
    return assignment.work(own, ways), ways


@each_student
def test_does_the_reference_get_full_marks(squid_axon, student):
    own = squid_axon.students[student]
    answers = {}
    for task in squid_axon.rubric.tasks.values():
        answers[task.name] = squid_axon.bench.answers(
            task, own, drives=squid_axon.bench.true_drives(task, own)
        )
    for verdict in squid_axon.judged(own, answers).values():
        assert verdict["points"] == verdict["max_points"], verdict["task"]


def test_does_a_blank_hand_in_earn_nothing(squid_axon):
    verdicts = squid_axon.judged(squid_axon.students[0], {})
    assert {name: (one["points"], one["status"]) for name, one in verdicts.items()} == {
        name: (0, "missing") for name in squid_axon.rubric.tasks
    }


@each_student
def test_does_every_correct_way_get_full_marks_and_no_name(squid_axon, student):
    own = squid_axon.students[student]
    for name, tasks in _ways(squid_axon, "variants").items():
        answers, _ = _answers(squid_axon, own, name, tasks)
        for verdict in squid_axon.judged(own, answers).values():
            assert verdict["points"] == verdict["max_points"], (name, verdict["checks"])
            assert verdict["mistakes"] == []


# Every mistake of one student takes two minutes: all of them are simulated, and compared with all of them.
@pytest.mark.parametrize("student", _students(ASKED[:3] if ASKED is SAMPLE else ASKED, quick=1))
def test_does_every_mistake_lose_points_and_get_its_name(squid_axon, student):
    own = squid_axon.students[student]
    for name, tasks in _ways(squid_axon, "mistakes").items():
        answers, made = _answers(squid_axon, own, name, tasks)
        asked = {task: answers[task] for task in {"threshold", *made}}
        verdicts = squid_axon.judged(own, asked)
        concerned = [task for task in made if not _is_excused(squid_axon, task, name, own)]
        if not concerned:
            continue
        lost = [task for task in concerned if verdicts[task]["points"] < verdicts[task]["max_points"]]
        if not lost and any(squid_axon.rubric.tasks[task].way(name).partly for task in concerned):
            continue
        assert lost, f"{name} costs nothing"
        named = [one for task in lost for found in verdicts[task]["mistakes"] for one in found["names"]]
        assert _twins(squid_axon, lost, name) & set(named), f"{name} is called {named}"


def _twins(assignment, tasks, name):
    """A mistake's name, and those from which some student's answers cannot tell it."""
    pairs = [one["names"] for task in tasks for one in assignment.acceptance["tasks"][task]["together"]]
    return {name}.union(*(pair for pair in pairs if name in pair))


def _is_excused(assignment, task, name, own):
    """Whether the task cannot show the mistake, or it changes nothing for this student."""
    chosen = assignment.rubric.tasks[task]
    way = chosen.way(name)
    return bool(way.unseen) or way.is_idle(chosen.parameter_sets(own, assignment.public).values(), own)


def test_are_the_mistakes_that_cannot_be_told_apart_named_together(squid_axon):
    own = squid_axon.students[0]
    for name, task in squid_axon.acceptance["tasks"].items():
        for pair in (one["names"] for one in task["together"] if one["students"] == derive.STUDENTS):
            verdict = squid_axon.judged(own, squid_axon.work(own, {name: pair[0]}))[name]
            assert any(set(pair) <= set(found["names"]) for found in verdict["mistakes"]), pair
            assert any("either" in found["sentence"] for found in verdict["mistakes"])


def test_does_every_lost_point_have_a_sentence_with_a_figure(squid_axon):
    own = squid_axon.students[1]
    for name in ("clamp-in-the-middle", "twenty-degrees", "nseg-left"):
        verdicts = squid_axon.judged(own, squid_axon.work(own, {"threshold": name, "spike": name}))
        for check in (check for one in verdicts.values() for check in one["checks"]):
            if check["points"] < check["max_points"]:
                assert (
                    any(sign.isdigit() for sign in check["sentence"]) or "does not show" in check["sentence"]
                )


@pytest.mark.parametrize("parameter", ["diam", "dur", "gnabar"])
def test_are_the_steps_of_a_parameter_wider_than_three_tolerances(squid_axon, parameter):
    values = {one["name"]: one["values"] for one in squid_axon.public["parameters"]}
    tolerance = squid_axon.tolerances.by_task["threshold"]["amp"]
    for own in squid_axon.students[:8]:
        thresholds = [_threshold(squid_axon, own | {parameter: value}) for value in values[parameter]]
        for one, other in itertools.pairwise(thresholds):
            assert abs(one - other) > 3 * tolerance * max(one, other)
            for rounded in (metrics.round_up, metrics.round_to_nearest):
                assert metrics.rounded_threshold(rounded(other), one) > tolerance
                assert metrics.rounded_threshold(rounded(one), other) > tolerance


def _threshold(assignment, own):
    task = assignment.rubric.tasks["threshold"]
    return assignment.bench.answers(task, own, task.variants[0])["amp"]


@pytest.mark.parametrize("parameter", ["diam", "gnabar"])
def test_does_a_neighbors_model_fail(squid_axon, parameter):
    values = {one["name"]: one["values"] for one in squid_axon.public["parameters"]}[parameter]
    task = squid_axon.rubric.tasks["model"]
    for one, other in itertools.pairwise(values):
        own, neighbor = (squid_axon.students[0] | {parameter: value} for value in (one, other))
        made = {f"own.{name}": value for name, value in task.simulate(neighbor).items()}
        true = squid_axon.bench.answers(task, own)
        tolerances = squid_axon.tolerances.by_task["model"]
        checks = [check for check in task.checks if check.name.startswith("own")]
        assert max(check.error(made, true) / tolerances[check.name] for check in checks) > 3


def _corners(assignment):
    ends = {one["name"]: (min(one["values"]), max(one["values"])) for one in assignment.public["parameters"]}
    return [dict(zip(ends, values, strict=True)) for values in itertools.product(*ends.values())]


@pytest.mark.slow
def test_do_the_spikes_meet_clear_of_the_middle_and_inside_the_middle_half_at_all_corners(squid_axon):
    task = squid_axon.rubric.tasks["collision"]
    tolerance = squid_axon.tolerances.by_task["collision"]["site"]
    assert 0.5 / 43 < tolerance < 1 / 43, "half a node passes, a whole one does not"
    for own in _corners(squid_axon):
        drives = squid_axon.bench.true_drives(task, own)
        site = squid_axon.bench.answers(task, own, drives=drives)["site"]
        assert 0.5 + 2 * tolerance < site < 0.75 - tolerance, own


@pytest.mark.slow
def test_does_a_step_of_the_delay_move_the_site_and_the_traces_by_more_than_what_passes(squid_axon):
    task, tolerances = squid_axon.rubric.tasks["collision"], squid_axon.tolerances.by_task["collision"]
    delays = next(one["values"] for one in squid_axon.public["parameters"] if one["name"] == "delay2")
    for own in squid_axon.students[:8]:
        drives = squid_axon.bench.true_drives(task, own)
        steps = [task.answers(own | {"delay2": delay}, squid_axon.public, drives=drives) for delay in delays]
        for one, other in itertools.pairwise(steps):
            errors = {check.name: check.error(one, other) / tolerances[check.name] for check in task.checks}
            assert errors["site"] > 1
            assert max(errors.values()) > 3


@pytest.mark.slow
def test_is_there_something_to_find_in_every_new_task_at_all_corners(squid_axon):
    tasks, bench = squid_axon.rubric.tasks, squid_axon.bench
    for own in _corners(squid_axon):
        less = bench.answers(tasks["sodium"], own, drives=bench.true_drives(tasks["sodium"], own))
        assert less["amplitude"] > 70, "half of the sodium still makes a spike"
        assert less["gnabar_min"] < 0.95 * own["gnabar"] / 2
        rebound = bench.answers(tasks["anode_break"], own, drives={"read": "node"})
        assert 3 < rebound["latency"] < 10, "the spike lies in the window of 25 ms"
        coarse = bench.answers(tasks["resolution"], own, drives=bench.true_drives(tasks["resolution"], own))
        assert coarse["shift"] > 3 * squid_axon.tolerances.by_task["resolution"]["shift"]


@each_student
def test_does_the_nominal_distance_cost_a_part_of_the_velocity(squid_axon, student):
    own = squid_axon.students[student]
    verdict = squid_axon.judged(own, squid_axon.work(own, {"velocity": "nominal-10-mm"}))["velocity"]
    assert 0 < verdict["points"] < verdict["max_points"]
    assert "nominal-10-mm" in verdict["mistakes"][0]["names"]


def test_is_the_rest_of_a_task_judged_at_the_number_that_was_handed_in(squid_axon):
    own = squid_axon.students[0]
    answers = squid_axon.work(own)
    for task, item, keyword in (("sodium", "amp_used", "at_nA"), ("anode_break", "amp", "at_nA")):
        chosen = squid_axon.rubric.tasks[task]
        given = 1.2 * answers[task][item]
        drives = {} if task == "anode_break" else {"amp_nA": answers["threshold"]["amp"]}
        found = chosen.answers(own, squid_axon.public, chosen.variants[0], drives | {keyword: given})
        verdict = squid_axon.judged(own, answers | {task: found | {item: given}})[task]
        assert [check["name"] for check in verdict["checks"] if not check["passed"]] == [item]


def test_does_a_number_out_of_all_proportion_drive_nothing(squid_axon):
    own = squid_axon.students[0]
    chosen = squid_axon.rubric.tasks["anode_break"]
    found = chosen.answers(own, squid_axon.public, chosen.variants[0], {"at_nA": -1e-3})
    verdict = squid_axon.judged(own, {"anode_break": found | {"amp": -1e-3}})["anode_break"]
    assert verdict["points"] == 0


@each_student
def test_is_every_task_well_posed_at_the_corners(squid_axon, student):
    own = squid_axon.students[student]
    item = squid_axon.public["tasks"]["threshold"]["items"][0]
    answers = squid_axon.work(own)
    assert 10 * item["min"] < answers["threshold"]["amp"] < item["max"] / 10
    checks = {check.name: check for check in squid_axon.rubric.tasks["spike"].checks}
    assert checks["v.count"].value(answers["spike"]) == 1
    assert 2 < checks["v.arrival"].value(answers["spike"]) < 5, "the whole spike lies in the window of 15 ms"


def test_is_the_table_derived_from_what_is_here(squid_axon):
    assert squid_axon.acceptance["inputs"] == derive.inputs_digest(squid_axon.rubric), (
        "run `autograder derive squid-axon` and commit acceptance.json"
    )


def test_does_a_sample_of_the_table_come_out_as_it_stands(squid_axon):
    assert [line for line in derive.differences(squid_axon.folder, sample=8) if "older" not in line] == []


def test_does_the_derivation_fail_where_there_is_no_room(squid_axon, tmp_path, monkeypatch):
    source = (squid_axon.folder / "rubric.py").read_text()
    planted = 'mistake("nothing", "nothing is wrong", rate_table=True),\n        mistake("ten-times"'
    for name in ("spec.json", "protocol_model.py"):
        (tmp_path / name).write_text((squid_axon.folder / name).read_text())
    (tmp_path / "rubric.py").write_text(
        source.replace('mistake("ten-times"', planted, 1) + "TASKS = (THRESHOLD,)\n"
    )
    monkeypatch.setattr(derive, "STUDENTS", 1)
    with pytest.raises(derive.NoRoom, match="nothing cannot be told from a correct answer for student"):
        derive.acceptance(rubric.load(tmp_path))


def test_are_the_points_of_the_notebook_those_of_the_rubric(squid_axon):
    notebook = jupytext.read(squid_axon.folder / "squid-axon.py")
    marks = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    points = {one["grade_id"]: one["points"] for one in marks if one.get("grade") and not one["solution"]}
    assert points == {name: task.points for name, task in squid_axon.rubric.tasks.items()}


def test_do_the_practice_windows_hold_the_practice_answers(squid_axon, tmp_path, capsys):
    spec = squid_axon.public | {"practice": squid_axon.acceptance["practice"]}
    (tmp_path / "handin.json").write_text(json.dumps(spec))
    work = start(tmp_path / "handin.json", student="")
    answers = squid_axon.work({**work.parameters})
    for task, values in answers.items():
        if task != "model":
            work.hand_in(task, **values)
    told = capsys.readouterr().out
    windows = [window for task in work.spec.practice.values() for window in task]
    assert told.count("fits") == len(windows) > 15
    assert "not yet" not in told
    work.hand_in("threshold", amp=2 * answers["threshold"]["amp"])
    assert "amp: fits" not in capsys.readouterr().out
