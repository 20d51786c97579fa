# SPDX-License-Identifier: BSD-3-Clause
"""Tasks judged apart: does what fails in one leave the others, and what happens at a limit?"""

import json
import os
import time

import numpy as np
import pytest

from autograder import rubric
from autograder.grading import parcels
from autograder.handin import parameters
from autograder.rubric import Number, Rubric, Task, driven, mistake, verdict
from autograder.rubric.verdict import apart
from autograder.rubric.verdict.store import Memory, Shelf, key_of

SPEC = {
    "format": 1,
    "assignment": "two",
    "key": "k",
    "parameters": [{"name": "tau", "unit": "ms", "values": [2, 3, 5], "practice": 1}],
    "tasks": {
        "first": {"items": [{"name": "x", "kind": "number", "unit": "nA", "none": "no spike"}]},
        "second": {
            "items": [
                {"name": "t", "kind": "time", "unit": "ms", "none": "nothing"},
                {"name": "v", "kind": "trace", "unit": "mV", "time": "t", "none": "nothing"},
                {"name": "y", "kind": "number", "unit": "mV"},
            ]
        },
    },
}
TOLERANCES = verdict.Tolerances({"first": {"x": 0.01}, "second": {"y": 0.01, "v": 0.1}}, "derived")


def first(p, *, factor=1.0, work_s=0.0):
    _work(work_s)
    return {"x": factor * p["tau"]}


def second(p, *, x=1.0, fails=False):
    if fails or x == 13.0:
        raise KeyError("planted")
    if x > 1e3:
        return {"t": None, "v": None, "y": x}
    return {"t": np.linspace(0, 5, 50), "v": np.full(50, x), "y": x}


def _work(seconds):
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def _rubric(tmp_path, *mistakes, check=None):
    (tmp_path / "rubric.py").write_text("TASKS = ()\n")
    (tmp_path / "spec.json").write_text("{}")
    tasks = {
        "first": Task(
            "first", first, (check or Number("x", "x", "X", "nA", 2, relative=True),), mistakes=mistakes
        ),
        "second": Task(
            "second",
            second,
            (Number("y", "y", "Y", "mV", 1, relative=True), driven("v", "t", 5.0, "V", 1, "V")),
            builds_on={"x": "first.x"},
        ),
    }
    return Rubric(tmp_path, tasks, {}, "digest")


def _asked(x, y=None, v="flat", t=(0.0, 5.0)):
    own = parameters.own(SPEC, "ada")
    y = own["tau"] if y is None else y
    trace = {"t": list(np.linspace(*t, 50)), "v": [y] * 50} if v == "flat" else {"t": None, "v": None}
    values = {"first": {"x": x}, "second": {**trace, "y": y}}
    handins = {
        name: {"task": name, "student": "ada", "parameters": own, "values": one}
        for name, one in values.items()
    }
    return {"spec": SPEC, "student": "ada", "handins": handins, "protocols": {}}


@pytest.fixture
def judged(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "digest", lambda rubric: "simulates")

    def judge(made, asked, **limits):
        bench = verdict.KeptBench(made, SPEC, shelf=Shelf(tmp_path / "shelf"))
        result = verdict.judge_apart(made, TOLERANCES, bench, asked, **limits)
        parcels.check_verdicts(json.loads(json.dumps(result["verdicts"], allow_nan=False)))
        return {one["task"]: one for one in result["verdicts"]}

    return judge


TAU = parameters.own(SPEC, "ada")["tau"]


def test_are_tasks_judged_apart_as_they_are_together(tmp_path, judged):
    made, asked = _rubric(tmp_path, mistake("twice", "it was doubled", factor=2.0)), _asked(2 * TAU)
    whole = verdict.judge(made, TOLERANCES, verdict.Bench(made, SPEC), asked)["verdicts"]
    assert list(judged(made, asked).values()) == json.loads(json.dumps(whole))
    assert [one["names"] for one in whole[0]["mistakes"]] == [["twice"]]


def test_does_an_exception_in_one_task_leave_the_others_their_marks(tmp_path, judged):
    told = judged(_rubric(tmp_path), _asked(13.0, y=7.0))
    assert told["first"]["status"] == "judged"
    assert (told["second"]["status"], told["second"]["points"]) == ("open", 0.0)
    assert "could not be judged (KeyError: 'planted')" in told["second"]["note"]


def test_does_a_comparison_that_fails_leave_later_tasks_their_marks(tmp_path, judged):
    class Falls(Number):
        def error(self, handed, reference):
            raise ZeroDivisionError("planted")

    told = judged(_rubric(tmp_path, check=Falls("x", "x", "X", "nA", 2)), _asked(TAU))
    assert [one["status"] for one in told.values()] == ["open", "judged"]
    assert told["second"]["points"] == 2


@pytest.mark.parametrize("size", [1e154, 1e300, 1e305, 1.7e308, -1e305, 5e-324])
def test_is_a_number_of_any_size_judged(tmp_path, judged, size):
    told = judged(_rubric(tmp_path), _asked(size, y=size))
    assert {one["status"] for one in told.values()} == {"judged"}
    assert told["first"]["points"] == 0


def test_is_a_trace_judged_where_the_reference_has_none(tmp_path, judged):
    told = judged(_rubric(tmp_path), _asked(1e4, y=1e4))
    assert told["second"]["status"] == "judged"
    assert told["second"]["plots"][0]["reference"] == {"t": [], "v": []}


def test_do_points_stay_where_the_time_for_reasons_is_used_up(tmp_path, judged):
    slow = mistake("slow", "it takes long", factor=2.0, work_s=30.0)
    began = time.process_time()
    told = judged(_rubric(tmp_path, slow), _asked(2 * TAU), reasons_s=0.2)["first"]
    assert time.process_time() - began < 5
    assert (told["status"], told["points"], told["mistakes"]) == ("judged", 0, [])
    assert "took too long" in told["note"]


def test_is_a_slip_told_where_there_is_no_time_for_reasons(tmp_path, judged):
    told = judged(_rubric(tmp_path, mistake("m", "m", factor=2.0)), _asked(1e-3 * TAU), reasons_s=0.0)
    assert [one["names"] for one in told["first"]["mistakes"]] == [["unit-slip"]]
    assert told["first"]["points"] == 1


def test_is_a_task_left_open_that_takes_too_long(tmp_path, judged, monkeypatch):
    monkeypatch.setattr(apart.Bench, "_simulate", lambda *_: _work(30.0))
    began = time.process_time()
    told = judged(_rubric(tmp_path), _asked(TAU), marks_s=0.2)
    assert time.process_time() - began < 5
    assert {one["status"] for one in told.values()} == {"open"}
    assert "more than 0.2 s of CPU time" in told["first"]["note"]


def test_does_waiting_count_as_no_time(tmp_path, judged, monkeypatch):
    simulate = apart.Bench._simulate

    def wait(*asked):
        time.sleep(0.4)
        return simulate(*asked)

    monkeypatch.setattr(apart.Bench, "_simulate", wait)
    told = judged(_rubric(tmp_path), _asked(TAU), marks_s=0.3)
    assert {one["status"] for one in told.values()} == {"judged"}


# --- what is remembered ----------------------------------------

ANSWERS = {"t": np.linspace(0, 1, 30), "none": None, "x": 0.1 + 0.2, "n": np.float64(np.nan), "on": True}


def test_does_memory_keep_what_was_used_last_within_its_bytes():
    memory = Memory(limit_bytes=3 * 1500)
    for key in range(4):
        memory.put(key, {"v": np.zeros(100)})
        memory.get(0)
    assert memory.bytes <= 3 * 1500
    assert [memory.get(key) is not None for key in range(4)] == [True, False, True, True]
    memory.put("large", {"v": np.zeros(10_000)})
    assert memory.get("large") is None


def test_does_a_shelf_give_back_exactly_what_was_put_there(tmp_path):
    Shelf(tmp_path).put("abc", ANSWERS)
    found = Shelf(tmp_path).get("abc")
    assert list(found) == list(ANSWERS)
    assert np.array_equal(found["t"], ANSWERS["t"])
    assert (found["none"], found["x"], found["on"]) == (None, ANSWERS["x"], True)
    assert np.isnan(found["n"])
    assert Shelf(tmp_path).get("abd") is None


def test_is_a_damaged_file_as_if_it_were_not_there(tmp_path):
    Shelf(tmp_path).put("abc", ANSWERS)
    (file,) = tmp_path.glob("*/*")
    content = file.read_bytes()
    for damaged in (b"", content[:50], content[:-1], content[:200] + b"x" + content[201:], b"x" * 900):
        file.write_bytes(damaged)
        assert Shelf(tmp_path).get("abc") is None
    Shelf(tmp_path).put("abc", ANSWERS)
    assert Shelf(tmp_path).get("abc") is not None


def test_does_a_shelf_that_cannot_be_written_stop_nothing(tmp_path):
    (tmp_path / "shelf").write_text("a file, no folder")
    shelf = Shelf(tmp_path / "shelf")
    shelf.put("abc", ANSWERS)
    assert shelf.get("abc") is None


def test_does_what_is_no_plain_number_stay_off_the_shelf(tmp_path):
    class Estimate(float):
        """A number with something of its own."""

    Shelf(tmp_path).put("abc", {"x": Estimate(1.0)})
    Shelf(tmp_path).put("abc", {"x": [1, 2]})
    Shelf(tmp_path).put("abc", {"x": np.array(["a"])})
    assert not [*tmp_path.glob("*/*")]


def test_does_a_shelf_stay_within_its_bytes_and_keep_what_was_used_last(tmp_path):
    shelf = Shelf(tmp_path, limit_bytes=40_000)
    for number in range(12):
        shelf.put(f"{number:02d}x", {"v": np.random.default_rng(number).random(1000)})
        for file in tmp_path.glob("*/*"):
            os.utime(file, (1, 1 if file.parent.name != "00" else 2))
    shelf.sweep()
    assert sum(file.stat().st_size for file in tmp_path.glob("*/*")) <= 40_000
    assert shelf.get("00x") is not None


def test_does_a_second_bench_simulate_nothing_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(apart, "digest", lambda rubric: "simulates")
    made, own = _rubric(tmp_path), {"tau": 3.0}
    asked = (made.tasks["first"], own, None, {"work_s": 0.05})
    found = [verdict.KeptBench(made, SPEC, shelf=Shelf(tmp_path / "shelf")).answers(*asked) for _ in range(1)]
    monkeypatch.setattr(apart.Bench, "_simulate", lambda *_: pytest.fail("simulated again"))
    again = verdict.KeptBench(made, SPEC, shelf=Shelf(tmp_path / "shelf"))
    assert again.answers(*asked) == found[0]
    monkeypatch.setattr(apart, "digest", lambda rubric: "simulates otherwise")
    with pytest.raises(pytest.fail.Exception, match="simulated again"):
        verdict.KeptBench(made, SPEC, shelf=Shelf(tmp_path / "shelf")).answers(*asked)


def test_do_other_parameters_have_a_key_of_their_own():
    one = key_of("digest", "task", None, (("diam", 70.0),), (), True)
    assert one == key_of("digest", "task", None, (("diam", 70.0),), (), True)
    assert one != key_of("digest", "task", None, (("diam", 85.0),), (), True)
    assert one != key_of("digest", "task", None, (("diam", np.nextafter(70.0, 71)),), (), True)


def test_is_the_real_digest_the_same_for_the_same_rubric():
    from autograder.rubric.simulated import digest  # the fixture above has another one in its place
    from tests.acceptance.assignments import SOLUTIONS

    loaded = rubric.load(SOLUTIONS / "membrane-charge")
    assert digest(loaded) == digest(rubric.load(SOLUTIONS / "membrane-charge"))
