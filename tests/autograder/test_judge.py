# SPDX-License-Identifier: BSD-3-Clause
"""The judge's process and its client: what it believes, what it survives, and what it says."""

import copy
import json
import math
import os
import shutil
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from autograder import rubric
from autograder.grading.judge import Judge, JudgeProblem, _Court
from autograder.handin import parameters
from autograder.rubric.verdict import record
from autograder.rubric.verdict.compare import _check

SQUID_AXON = Path(__file__).resolve().parents[2] / "solutions" / "squid-axon"
SPEC = json.loads((SQUID_AXON / "spec.json").read_text()) | {"key": "judge"}
TASKS = rubric.load(SQUID_AXON).tasks
BASIC = ("threshold", "spike", "model")


@pytest.fixture(scope="module")
def judge():
    with Judge() as started:
        yield started


def _handed(task, values, own, student="ada"):
    values = {name: value.tolist() if hasattr(value, "tolist") else value for name, value in values.items()}
    return {"task": task, "student": student, "parameters": own, "values": values}


@pytest.fixture(scope="module")
def threshold_nA():
    return TASKS["threshold"].answers(parameters.own(SPEC, "ada"), SPEC, TASKS["threshold"].variants[0])[
        "amp"
    ]


def _work(amp_nA, drive_nA=None, own=None, **settings):
    """The request of Ada, who hands in `amp_nA` and a spike at twice `drive_nA` with the given settings."""
    own = own or parameters.own(SPEC, "ada")
    spike = TASKS["spike"].simulate(own, amp_nA=drive_nA or amp_nA, **{**TASKS["spike"].habits, **settings})
    sets = TASKS["model"].parameter_sets(parameters.own(SPEC, "ada"), SPEC).values()
    runs = [
        {"parameters": p, "values": {name: v.tolist() for name, v in TASKS["model"].simulate(p).items()}}
        for p in sets
    ]
    handins = {"threshold": _handed("threshold", {"amp": amp_nA}, own), "spike": _handed("spike", spike, own)}
    handins["model"] = _handed("model", {"build": "build"}, own)
    return {
        "rubric": str(SQUID_AXON),
        "student": "ada",
        "spec": SPEC,
        "handins": handins,
        "protocols": {"model": runs},
    }


def _verdicts(judge, request):
    return {one["task"]: one for one in judge.judge(request)["verdicts"]}


def _points(judge, request):
    verdicts = _verdicts(judge, request)
    return {name: verdicts[name]["points"] for name in BASIC}


def test_does_a_right_hand_in_get_all_points_and_its_pictures(judge, threshold_nA):
    verdicts = _verdicts(judge, _work(threshold_nA))
    assert {name: verdicts[name]["points"] for name in BASIC} == {"threshold": 5, "spike": 9, "model": 6}
    assert [plot["label"] for plot in verdicts["spike"]["plots"]] == ["Membrane potential at x = 0.5"]
    checks = [check for name in BASIC for check in verdicts[name]["checks"]]
    assert all(check["passed"] and check["sentence"] for check in checks)
    assert {one["status"] for name, one in verdicts.items() if name not in BASIC} == {"missing"}


def test_is_the_same_request_answered_in_the_same_words(judge, threshold_nA):
    request = _work(2 * threshold_nA)
    assert judge.judge(request) == judge.judge(request)


def test_are_the_owners_parameters_the_ones_that_count(judge, threshold_nA):
    result = judge.judge(_work(threshold_nA))
    assert result["parameters"] == parameters.own(SPEC, "ada")
    assert result["declared"] is None
    assert set(result["versions"]) >= {"neuron", "neuroscales", "rubric", "acceptance"}


def test_does_the_judge_say_which_parameters_the_protocol_needs(judge):
    asked = judge.protocols(SQUID_AXON, "ada", SPEC)
    assert asked["model"]["source"] == (SQUID_AXON / "protocol_model.py").read_text()
    own, other = asked["model"]["parameter_sets"]
    assert own == parameters.own(SPEC, "ada")
    assert all(own[name] != other[name] for name in own)


# --- carried-over errors ----------------------------------------


def test_does_an_early_error_cost_its_points_once(judge, threshold_nA):
    assert _points(judge, _work(10 * threshold_nA)) == {"threshold": 0, "spike": 9, "model": 6}


def test_may_the_spike_be_at_twice_the_true_threshold_after_a_wrong_one(judge, threshold_nA):
    assert _points(judge, _work(10 * threshold_nA, drive_nA=threshold_nA))["spike"] == 9


def test_is_no_spike_right_where_the_stimulus_starts_none(judge, threshold_nA):
    request = _work(0.3 * threshold_nA)
    assert request["handins"]["spike"]["values"]["amplitude"] is None
    assert _points(judge, request) == {"threshold": 0, "spike": 9, "model": 6}


def test_is_no_spike_wrong_where_there_is_one(judge, threshold_nA):
    request = _work(threshold_nA)
    request["handins"]["spike"]["values"] |= {"amplitude": None, "half_width": None}
    verdict = _verdicts(judge, request)["spike"]
    assert verdict["points"] == 6
    assert any("there is a spike" in check["sentence"] for check in verdict["checks"])


def test_is_a_spike_wrong_where_there_is_none(judge, threshold_nA):
    request = _work(0.3 * threshold_nA)
    request["handins"]["spike"]["values"] |= {"amplitude": 55.0, "half_width": 1.0}
    assert _points(judge, request)["spike"] == 6


def test_does_an_absurd_threshold_leave_the_spike_to_the_true_one(judge, threshold_nA):
    assert _points(judge, _work(1e6, drive_nA=threshold_nA)) == {"threshold": 0, "spike": 9, "model": 6}


# --- parameters of someone else ----------------------------------------


def _others(name="ben"):
    return parameters.own(SPEC, name)


def test_are_right_answers_for_other_parameters_told_and_not_paid(judge):
    amp = TASKS["threshold"].answers(_others(), SPEC, TASKS["threshold"].variants[0])["amp"]
    result = judge.judge(_work(amp, own=_others()))
    verdicts = {one["task"]: one for one in result["verdicts"]}
    assert result["declared"] == _others() != result["parameters"]
    for task in ("threshold", "spike"):
        assert (verdicts[task]["status"], verdicts[task]["points"]) == ("other-parameters", 0)
        assert "Right, but not your parameters" in verdicts[task]["note"]
    assert verdicts["model"]["points"] == 6, "a function of the parameters is right for everybody's"


def test_are_practice_answers_told_as_such(judge):
    own = parameters.practice(SPEC)
    amp = TASKS["threshold"].answers(own, SPEC, TASKS["threshold"].variants[0])["amp"]
    verdict = _verdicts(judge, _work(amp, own=own))["threshold"]
    assert "practice" in verdict["note"] and "type your id" in verdict["note"]


def test_can_parameters_be_invented(judge, threshold_nA):
    request = _work(threshold_nA)
    request["handins"]["threshold"]["parameters"] = {"diam": 1.0, "dur": 50.0, "gnabar": 1.0}
    verdict = _verdicts(judge, request)["threshold"]
    assert (verdict["status"], verdict["points"]) == ("invalid", 0)


def test_are_parameters_that_only_pretend_to_be_ones_own_found_out(judge):
    amp = TASKS["threshold"].answers(_others(), SPEC, TASKS["threshold"].variants[0])["amp"]
    request = _work(amp, own=_others())
    for handed in request["handins"].values():
        handed["parameters"] = parameters.own(SPEC, "ada")
    verdict = _verdicts(judge, request)["threshold"]
    assert (verdict["status"], verdict["points"]) == ("judged", 0)


# --- units, half points, records ----------------------------------------


def test_is_a_slip_of_the_unit_recognized_and_half_paid(judge, threshold_nA):
    request = _work(threshold_nA)
    request["handins"]["threshold"]["values"]["amp"] = 1000 * threshold_nA
    request["handins"]["spike"]["values"]["half_width"] *= 1e-3
    verdicts = _verdicts(judge, request)
    assert verdicts["threshold"]["points"] == 2.5
    assert "amp is right if it is in pA; nA was asked for." in [
        one["sentence"] for one in verdicts["threshold"]["mistakes"]
    ]
    assert verdicts["spike"]["points"] == 9 - 0.75
    assert "half_width is right if it is in s" in verdicts["spike"]["mistakes"][0]["sentence"]


def test_are_a_trace_in_volts_and_a_reversed_sign_recognized(judge, threshold_nA):
    request = _work(threshold_nA)
    values = request["handins"]["spike"]["values"]
    values["v"] = [1e-3 * sample for sample in values["v"]]
    values["amplitude"] *= -1
    verdict = _verdicts(judge, request)["spike"]
    assert {name for one in verdict["mistakes"] for name in one["names"]} == {"unit-slip", "sign"}


def test_does_a_near_miss_earn_half(judge, threshold_nA):
    assert _points(judge, _work(1.02 * threshold_nA + 0.123))["threshold"] in (2.5, 5)
    assert _points(judge, _work(1.1 * threshold_nA + 0.123))["threshold"] == 0


def test_is_a_record_that_is_too_coarse_told_as_such(judge, threshold_nA):
    request = _work(threshold_nA)
    values = request["handins"]["spike"]["values"]
    values["t"], values["v"] = values["t"][::28], values["v"][::28]
    verdict = _verdicts(judge, request)["spike"]
    assert verdict["points"] < 9
    assert any("too coarse" in check["sentence"] for check in verdict["checks"])


def test_may_a_record_end_a_little_early_but_not_much(judge, threshold_nA):
    request = _work(threshold_nA, tstop_ms=14.7)
    assert _points(judge, request)["spike"] == 9
    verdict = _verdicts(judge, _work(threshold_nA, tstop_ms=9.0))["spike"]
    assert (verdict["status"], verdict["points"]) == ("invalid", 0)
    assert "run longer" in verdict["note"]


# --- input that is not what it should be ----------------------------------------


def _broken_values():
    yield "text", {"amp": "860"}
    yield "list", {"amp": [860.0]}
    yield "nothing", {"amp": None}
    yield "huge", {"amp": 1e300}
    yield "whole number beyond floats", {"amp": 10**400}
    yield "negative", {"amp": -860.0}
    yield "true", {"amp": True}
    yield "more names", {"amp": 860.0, "points": 100.0}
    yield "no names", {}
    yield "no object", [860.0]


@pytest.mark.parametrize("values", [pytest.param(v, id=name) for name, v in _broken_values()])
def test_does_a_broken_value_cost_its_own_task_alone(judge, threshold_nA, values):
    request = _work(threshold_nA)
    request["handins"]["threshold"]["values"] = values
    verdicts = _verdicts(judge, request)
    assert (verdicts["threshold"]["status"], verdicts["threshold"]["points"]) == ("invalid", 0)
    assert verdicts["spike"]["points"] == 9 and verdicts["model"]["points"] == 6


@pytest.mark.parametrize(
    "spoil",
    [
        lambda values: values.update(v=values["v"][:-1]),
        lambda values: values.update(t=values["t"][::-1]),
        lambda values: values.update(v=[], t=[]),
        lambda values: values.update(v=[0.0] * 20_001, t=[0.0] * 20_001),
        lambda values: values.update(v=[[0.0]] * len(values["t"])),
        lambda values: values.update(t=[0.0] * len(values["t"])),
        lambda values: values.update(v="v"),
    ],
)
def test_does_a_broken_trace_earn_nothing(judge, threshold_nA, spoil):
    request = _work(threshold_nA)
    spoil(request["handins"]["spike"]["values"])
    verdict = _verdicts(judge, request)["spike"]
    assert (verdict["status"], verdict["points"]) == ("invalid", 0)


def test_does_a_trace_of_one_value_earn_nothing_that_needs_a_spike(judge, threshold_nA):
    request = _work(threshold_nA)
    values = request["handins"]["spike"]["values"]
    values |= {"v": [-65.0] * len(values["t"]), "amplitude": 0.0, "half_width": 0.0}
    assert _points(judge, request)["spike"] == 0


@pytest.mark.parametrize(
    "runs", [[], [{}], None, [{"parameters": {}, "values": {}}], ["run"], [{"error": "no"}]]
)
def test_does_a_function_that_gave_nothing_earn_nothing(judge, threshold_nA, runs):
    request = _work(threshold_nA) | {"protocols": {"model": runs}}
    verdict = _verdicts(judge, request)["model"]
    assert verdict["points"] == 0
    assert verdict["note"]


def test_is_one_failed_run_of_the_function_told_and_the_other_paid(judge, threshold_nA):
    request = _work(threshold_nA)
    run = request["protocols"]["model"][1]
    request["protocols"]["model"][1] = {"parameters": run["parameters"], "error": "NameError: diam"}
    verdict = _verdicts(judge, request)["model"]
    assert verdict["points"] == 3
    assert "NameError: diam" in verdict["note"]


def test_are_unequal_lengths_in_a_protocol_run_left_out(judge, threshold_nA):
    request = _work(threshold_nA)
    request["protocols"]["model"][0]["values"]["v"] = [0.0, 1.0]
    assert _points(judge, request)["model"] == 4


def test_does_a_hand_in_of_another_shape_stop_the_judge(judge, threshold_nA):
    for handins in ([], "text", {"threshold": 7}, {"threshold": {"values": {}}}, {"unknown": {}}):
        request = _work(threshold_nA) | {"handins": handins}
        try:
            assert sum(_points(judge, request).values()) == 0
        except JudgeProblem as problem:
            assert "judge" in str(problem)
    assert _points(judge, _work(threshold_nA))["spike"] == 9


def test_is_what_is_no_json_refused_before_it_is_sent(judge, threshold_nA):
    request = _work(threshold_nA)
    request["handins"]["threshold"]["values"] = {"amp": float("nan")}
    with pytest.raises(JudgeProblem, match="no JSON"):
        judge.judge(request)


# --- the process ----------------------------------------


def _small_rubric(folder, body):
    """A request for a rubric of one file, beside the squid axon's other files."""
    for name in ("spec.json", "acceptance.json", "protocol_model.py"):
        (folder / name).write_text((SQUID_AXON / name).read_text())
    (folder / "rubric.py").write_text(body)
    return _request(folder)


def _copied_rubric(folder):
    """A request for a copy of the squid axon's rubric."""
    shutil.copytree(SQUID_AXON, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.ipynb"))
    return _request(folder)


def _request(folder):
    return {"rubric": str(folder), "student": "ada", "spec": SPEC, "handins": {}, "protocols": {}}


def test_does_the_judge_work_in_an_empty_folder_with_a_clean_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_OF_THE_GRADER", "canary")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    say = "import os, sys\nraise RuntimeError([os.listdir(), sorted(os.environ), sys.path])"
    with Judge() as fresh, pytest.raises(JudgeProblem) as problem:
        fresh.judge(_small_rubric(tmp_path, say))
    assert "[[], " in str(problem.value)
    assert "SECRET_OF_THE_GRADER" not in str(problem.value)
    assert str(tmp_path) not in str(problem.value).partition("RuntimeError")[2]


def test_does_the_judge_load_compiled_mechanisms_that_lie_about(tmp_path, monkeypatch, threshold_nA):
    (tmp_path / "x86_64").mkdir()
    (tmp_path / "x86_64" / "libnrnmech.so").write_bytes(b"canary")
    monkeypatch.chdir(tmp_path)
    with Judge() as fresh:
        assert _points(fresh, _work(threshold_nA))["threshold"] == 5


def test_does_the_judge_come_back_after_a_crash(threshold_nA):
    with Judge() as fresh:
        assert _points(fresh, _work(threshold_nA))["threshold"] == 5
        os.kill(fresh._process.pid, signal.SIGKILL)
        fresh._process.wait()
        assert _points(fresh, _work(threshold_nA))["threshold"] == 5


def test_is_a_crash_in_the_middle_told_in_one_sentence(tmp_path, threshold_nA):
    with Judge() as fresh:
        with pytest.raises(JudgeProblem, match="ended in the middle"):
            fresh.judge(_small_rubric(tmp_path, "import os\nos._exit(3)"))
        assert _points(fresh, _work(threshold_nA))["threshold"] == 5


@pytest.mark.parametrize("result", [{1, 2}, {"error": math.nan}, np.arange(3)])
def test_is_a_result_that_cannot_be_written_told_in_one_sentence(monkeypatch, result):
    court = _Court()
    monkeypatch.setattr(court, "answer", lambda line: {"result": result})
    assert "cannot be written" in json.loads(court.written(b"{}"))["problem"]


def test_are_numpys_numbers_in_a_result_numbers(monkeypatch):
    court = _Court()
    monkeypatch.setattr(court, "answer", lambda line: {"result": [np.float64(0.5) < 1, np.int64(3)]})
    assert json.loads(court.written(b"{}")) == {"result": [True, 3]}


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1.17, "2.34 um is 17 % above the reference"),
        (1.998, "3.996 um is twice the reference"),
        (2.03, "is about twice the reference"),
        (0.5, "is half of the reference"),
        (0.1, "is ten times too small"),
        (1e-3, "is a thousand times too small: in mm, not in um?"),
        (1e6, "is a million times too large: in pm, not in um?"),
        (1 / 31, "is 31 times too small"),
        (31.0, "is 31 times the reference"),
        (-20.0, "is -20 times the reference"),
        (-1.0, "is the reference with the other sign"),
        (1e-320, "100 % below"),
        (0.0, "100 % below"),
    ],
)
def test_is_a_large_error_told_in_times_and_not_in_per_cent(factor, said):
    size = rubric.Number("size", "size", "Size", "um", 4.0, relative=True)
    assert said in _check(size, {"size": 2 * factor}, {"size": 2.0}, {"size": 0.01}).sentence


def test_is_a_simple_ratio_told_beside_a_difference_in_its_unit():
    height = rubric.Number("height", "height", "Height", "mV", 1.0)
    said = _check(height, {"height": 200.0}, {"height": 100.0}, {"height": 1.0}).sentence
    assert "200 mV is 100 mV above the reference, twice the reference" in said


def test_has_the_picture_of_a_small_trace_no_steps():
    small = 1e-6 * np.sin(np.linspace(0, 6, 300))  # a conductance in S
    drawn = record._line(np.linspace(0, 6, 300), small)["v"]
    assert np.abs(np.subtract(drawn, small)).max() < 1e-3 * np.ptp(small)
    for odd in ([0.0, 0.0], [1e300, -1e300], [0.0, 5e-324], [7.0]):
        assert np.isfinite(record._line(np.arange(len(odd)), np.array(odd))["v"]).all()


def test_is_a_judge_that_takes_too_long_ended(tmp_path, threshold_nA):
    with Judge(timeout_s=3.0) as fresh:
        began = time.monotonic()
        with pytest.raises(JudgeProblem, match="longer than 3 s"):
            fresh.judge(_small_rubric(tmp_path, "import time\ntime.sleep(60)"))
        assert time.monotonic() - began < 30
        assert fresh._process is None


def test_does_printing_rubric_reach_the_answers(tmp_path, threshold_nA):
    request = _copied_rubric(tmp_path)
    tasks = tmp_path / "rubric" / "__init__.py"
    tasks.write_text('print("not JSON")\n' + tasks.read_text())
    with Judge() as fresh:
        assert len(fresh.judge(request)["verdicts"]) == len(TASKS)


def test_does_a_rubric_load_from_any_folder(tmp_path, threshold_nA):
    request = _copied_rubric(tmp_path)
    work = _work(threshold_nA) | {"rubric": request["rubric"]}
    with Judge() as fresh:
        assert sum(_points(fresh, work).values()) == 20


def test_is_nothing_left_of_the_process_when_it_is_closed(threshold_nA):
    fresh = Judge()
    fresh.judge(_work(threshold_nA))
    folder, process = fresh._folder.name, fresh._process
    fresh.close()
    assert not Path(folder).exists()
    assert process.returncode is not None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: shutil.rmtree(folder / "rubric"), "has no rubric.py"),
        (lambda folder: (folder / "acceptance.json").unlink(), "autograder derive"),
        (lambda folder: (folder / "acceptance.json").write_text("{}"), "autograder derive"),
        (lambda folder: (folder / "rubric" / "__init__.py").write_text("TASKS = 1 / 0"), "division by zero"),
        (
            lambda folder: (folder / "rubric" / "__init__.py").write_text("tasks = ()"),
            "does not define TASKS",
        ),
        (lambda folder: (folder / "protocol_model.py").unlink(), "protocol_model.py"),
    ],
)
def test_is_a_rubric_that_cannot_be_used_told_by_name(judge, tmp_path, spoil, said):
    request = _copied_rubric(tmp_path)
    spoil(tmp_path)
    with pytest.raises(JudgeProblem, match=said):
        judge.judge(request)


def test_does_a_request_change_what_it_was_given(judge, threshold_nA):
    request = _work(threshold_nA)
    before = copy.deepcopy(request)
    judge.judge(request)
    assert request == before
