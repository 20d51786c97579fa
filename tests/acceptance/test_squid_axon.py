# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's acceptance table: right passes, wrong does not, and what is wrong has a name."""

import itertools
import shutil

import pytest

from autograder import rubric
from autograder.authoring import derivation, derive, students
from autograder.rubric import metrics
from tests.acceptance.assignments import each_student

each_axon = each_student(sample=3, quick=2, of=["squid-axon"])


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
        assert coarse["shift"] > 0.05, "two of NEURON's own steps at least"


@each_axon
def test_does_the_nominal_distance_cost_a_part_of_the_velocity(assignment, student):
    own = assignment.students[student]
    verdict = assignment.judged(own, assignment.work(own, {"velocity": "nominal-10-mm"}))["velocity"]
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


@each_axon
def test_is_every_task_well_posed_at_the_corners(assignment, student):
    own = assignment.students[student]
    item = assignment.public["tasks"]["threshold"]["items"][0]
    answers = assignment.work(own)
    assert 10 * item["min"] < answers["threshold"]["amp"] < item["max"] / 10
    checks = {check.name: check for check in assignment.rubric.tasks["spike"].checks}
    assert checks["v.count"].value(answers["spike"]) == 1
    assert 2 < checks["v.arrival"].value(answers["spike"]) < 5, "the whole spike lies in the window of 15 ms"


def test_does_the_derivation_fail_where_there_is_no_room(squid_axon, tmp_path, monkeypatch):
    planted = 'mistake("nothing", "nothing is wrong", rate_table=True),\n        mistake("ten-times"'
    for name in ("spec.json", "protocol_model.py"):
        (tmp_path / name).write_text((squid_axon.folder / name).read_text())
    shutil.copytree(squid_axon.folder / "rubric", tmp_path / "rubric")
    task = tmp_path / "rubric" / "threshold.py"
    task.write_text(task.read_text().replace('mistake("ten-times"', planted, 1))
    (tmp_path / "rubric" / "__init__.py").write_text(
        "from .threshold import THRESHOLD\n\nTASKS = (THRESHOLD,)\n"
    )
    monkeypatch.setattr(students, "STUDENTS", 1)
    with pytest.raises(derivation.NoRoom, match="nothing cannot be told from a correct answer for student"):
        derive.acceptance(rubric.load(tmp_path))


def test_is_a_time_base_in_seconds_told(squid_axon):
    own = squid_axon.students[2]
    answers = squid_axon.work(own)
    spike = answers["spike"] | {"t": answers["spike"]["t"] / 1e3}
    told = squid_axon.judged(own, {"threshold": answers["threshold"], "spike": spike})["spike"]
    assert "t looks like it is in s; ms is expected" in told["note"]
