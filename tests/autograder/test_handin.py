# SPDX-License-Identifier: BSD-3-Clause
"""Is what a student hands in checked at once, and said in a sentence that helps?"""

import json
import subprocess
import sys

import numpy as np
import pytest
from neuron import n

from autograder import handin
from autograder.handin import form, parameters, spec

SPEC = {
    "format": 1,
    "assignment": "axon",
    "key": "2026-spring",
    "parameters": [
        {"name": "diam", "unit": "um", "values": [70, 80, 90], "practice": 100, "meaning": "diameter"},
        {"name": "dur", "unit": "ms", "values": [0.1, 0.15, 0.2], "practice": 0.1},
    ],
    "tasks": {
        "threshold": {"items": [{"name": "amp", "kind": "number", "unit": "nA", "min": 100, "max": 9000}]},
        "spike": {
            "items": [
                {"name": "t", "kind": "time", "unit": "ms", "window": [0, 15]},
                {"name": "v", "kind": "trace", "unit": "mV", "time": "t", "min": -500, "max": 500},
                {"name": "half_width", "kind": "number", "unit": "ms", "none": "no spike"},
            ]
        },
        "model": {"items": [{"name": "build", "kind": "function"}]},
        "rates": {
            "items": [{"name": "rates", "kind": "function", "arguments": [-65.0, 0.5], "gives": 2}],
        },
    },
    "practice": {
        "threshold": {"amp": [850, 870]},
        "spike": {"v": {"peak": [30, 40], "peak_time": [4, 6]}, "half_width": [0.9, 1.1]},
    },
}
TIME = np.linspace(0, 15, 301)
SPIKE = -65 + 100 * np.exp(-((TIME - 5) ** 2))


@pytest.fixture
def work(tmp_path, shown):
    return make_work(tmp_path, "")


def make_work(folder, student):
    (folder / "handin.json").write_text(json.dumps(SPEC))
    return handin.start(folder / "handin.json", student=student)


def refusal(work, task, **values):
    """The sentence with which a hand-in is refused."""
    with pytest.raises(handin.HandInError) as caught:
        work.hand_in(task, **values)
    return str(caught.value)


def test_does_the_hand_in_face_import_nothing_heavy():
    heavy = ["neuron", "nbgrader", "matplotlib", "neuroscales", "nbformat", "zmq", "scipy"]
    code = f"import sys, autograder.handin; print([m for m in {heavy} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout.strip() == "[]"


def test_does_a_hand_in_travel_with_the_parameters_it_used(tmp_path, shown):
    work = make_work(tmp_path, " Ada7 ")
    work.hand_in("threshold", amp=np.float64(860))
    payload = shown[-1][handin.MIME]
    assert payload == {
        "format": 1,
        "assignment": "axon",
        "task": "threshold",
        "student": "Ada7",
        "parameters": parameters.own(SPEC, "ada7"),
        "values": {"amp": 860.0},
    }
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload
    assert shown[-1]["text/plain"] == 'Handed in "threshold": amp = 860 nA'


def test_are_lists_arrays_scalars_and_neuron_vectors_taken_alike(work, shown):
    payloads = []
    for make in (list, np.asarray, n.Vector, tuple):
        work.hand_in("spike", t=make(TIME), v=make(SPIKE), half_width=np.float32(1.0))
        payloads.append(shown[-1][handin.MIME]["values"])
    assert payloads[0]["v"] == SPIKE.tolist()
    assert all(payload == payloads[0] for payload in payloads)


def test_is_a_right_no_spike_taken_only_where_the_task_allows_it(work, shown):
    work.hand_in("spike", t=TIME, v=SPIKE, half_width=None)
    assert shown[-1][handin.MIME]["values"]["half_width"] is None
    assert "amp is still None" in refusal(work, "threshold", amp=None)


@pytest.mark.parametrize(
    ("task", "values", "sentence"),
    [
        ("treshold", {"amp": 1}, "there is no task 'treshold'; the tasks are 'threshold', 'spike', 'model'"),
        ("threshold", {"amplitude": 860}, "does not take 'amplitude'; it takes amp"),
        ("threshold", {}, "the task 'threshold' needs amp"),
        ("threshold", {"amp": ...}, "amp is still ..."),
        ("threshold", {"amp": "860"}, "amp must be a number in nA, not '860'"),
        ("threshold", {"amp": True}, "amp must be a number in nA, not True"),
        ("threshold", {"amp": [860]}, "amp must be one number, not an array of shape (1,)"),
        ("threshold", {"amp": float("nan")}, "amp is nan; it must be finite"),
        ("threshold", {"amp": 10**400}, "amp must be a number in nA"),
        ("threshold", {"amp": 0.86}, "amp looks like it is in uA; nA is expected"),
        ("threshold", {"amp": 860_000}, "amp looks like it is in pA; nA is expected"),
        ("threshold", {"amp": 8.6e-7}, "amp looks like it is in A; nA is expected"),
        ("threshold", {"amp": 20}, "amp is 20, it must lie between 100 and 9000 nA"),
        ("spike", {"v": SPIKE[:-1]}, "v has 300 samples, t has 301"),
        ("spike", {"v": [SPIKE]}, "v must be one row"),
        ("spike", {"v": np.where(TIME == 5, np.inf, SPIKE)}, "v is inf at sample 100"),
        ("spike", {"v": SPIKE * 1000}, "v looks like it is in uV; mV is expected"),
        ("spike", {"t": TIME[::-1]}, "t runs backwards at sample 1"),
        ("spike", {"t": np.zeros(301)}, "t does not increase"),
        ("spike", {"t": TIME * 0.5}, "t covers 0 to 7.5 ms, the task needs 0 to 15 ms"),
        ("spike", {"t": TIME + 3}, "t covers 3 to 18 ms, the task needs 0 to 15 ms: record from the start"),
        ("spike", {"t": TIME / 1000}, "t looks like it is in s; ms is expected"),
        ("spike", {"t": np.linspace(0, 15, 50_001)}, "t[::3]"),
        ("model", {"build": 3}, "build must be a function"),
        ("model", {"build": lambda p: p.diameter}, "there is no parameter 'diameter'; there are diam, dur"),
        ("model", {"build": lambda p: p.diam}, "must return a NEURON section alone; it returned int"),
        ("model", {"build": lambda p: None}, "returned nothing: end it with `return`"),
        ("model", {"build": n.Section("axon")}, "must be the function itself, build=build"),
        (
            "rates",
            {"rates": lambda p, v, m: [v]},
            "rates(work.parameters, -65, 0.5) must return 2 finite numbers",
        ),
        ("rates", {"rates": lambda p, v, m: None}, "must return 2 finite numbers; it returned None"),
        ("rates", {"rates": lambda p, v, m: [v, np.nan]}, "must return 2 finite numbers"),
        ("rates", {"rates": lambda p: 0}, "try rates(work.parameters, -65, 0.5) in a cell of its own"),
    ],
)
def test_does_a_wrong_form_get_a_sentence_that_helps(work, shown, task, values, sentence):
    if task == "spike":
        values = {"t": TIME, "v": SPIKE, "half_width": 1.0} | values
    assert sentence in refusal(work, task, **values)
    assert shown == []


def test_is_a_function_of_numbers_taken_as_it_is(work, shown):
    work.hand_in("rates", rates=lambda p, v, m: (v / p.diam, np.float32(m)))
    assert shown[-1][handin.MIME]["values"] == {"rates": "<lambda>"}


def test_may_a_variable_step_record_end_a_little_early(work, shown):
    time = TIME * (14.7 / 15)
    work.hand_in("spike", t=time, v=SPIKE, half_width=1.0)
    assert len(shown) == 1
    assert "covers" in refusal(work, "spike", t=TIME * (14.4 / 15), v=SPIKE, half_width=1.0)


def test_does_practice_say_at_once_what_is_right(work, shown):
    work.hand_in("threshold", amp=860)
    assert shown[-1]["text/plain"].splitlines()[1] == "amp: fits"
    work.hand_in("threshold", amp=900)
    assert shown[-1]["text/plain"].splitlines()[1] == "amp: not yet: too high"
    work.hand_in("spike", t=TIME, v=SPIKE - 20, half_width=None)
    told = shown[-1]["text/plain"].splitlines()
    assert told[1:] == ["v: not yet: peak too low", 'half_width: not yet: it is not "no spike"']


def test_does_practice_say_what_it_cannot_judge(work, shown):
    work.hand_in("model", build=lambda p: n.Section())
    assert shown[-1]["text/plain"].splitlines()[1] == "build: the form is right; practice cannot say more"
    work.hand_in("spike", t=TIME, v=SPIKE, half_width=1)
    assert "cannot say" not in shown[-1]["text/plain"]


def test_is_a_trace_in_volts_seen_before_it_is_handed_in(work, shown):
    sentence = refusal(work, "spike", t=TIME, v=SPIKE / 1000, half_width=1)
    assert sentence == "v looks like it is in V; mV is expected"
    work.hand_in("spike", t=TIME, v=0 * SPIKE, half_width=None)
    assert len(shown) == 1


def test_is_a_marked_hand_in_not_told_right_or_wrong(tmp_path, shown):
    make_work(tmp_path, "ada7").hand_in("threshold", amp=900)
    assert "not yet" not in shown[-1]["text/plain"]


def test_is_a_student_id_filled_in_on_a_hub(tmp_path, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "grace")
    assert make_work(tmp_path, None).student == "grace"
    monkeypatch.delenv("JUPYTERHUB_USER")
    assert make_work(tmp_path, None).is_practice


def test_is_the_name_that_binder_makes_up_not_taken_for_a_student(tmp_path, shown, monkeypatch):
    monkeypatch.setenv("JUPYTERHUB_USER", "neuroscales-neuroscales-1x2y")
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://mybinder.org/")
    assert make_work(tmp_path, None).is_practice
    assert "your work is gone" in shown[-1]["text/plain"]


def test_does_an_error_show_without_a_traceback():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    told = []
    shell._showtraceback = lambda kind, value, lines: told.append(lines)
    shell.run_cell("from autograder import handin; raise handin.HandInError('amp is missing')")
    assert told == [["Not handed in: amp is missing"]]


def test_does_a_protocol_run_the_function_that_was_handed_in(work, shown):
    work.hand_in("model", build=lambda p: n.Section())
    source = (
        "def run(build, p):\n    if p.diam > 80: raise ValueError('too wide')\n    return {'t': [0, p.diam]}"
    )
    shown.clear()
    handin.run_protocol("model", source, [{"diam": 70, "dur": 0.1}, {"diam": 90, "dur": 0.1}])
    first, second = (bundle[handin.MIME] for bundle in shown)
    assert first["protocol"] and first["index"] == 0 and first["values"] == {"t": [0.0, 70.0]}
    assert second["error"] == "ValueError: too wide" and second["parameters"] == {"diam": 90, "dur": 0.1}


def test_are_parameters_the_same_for_one_id_and_different_between_students():
    assert parameters.own(SPEC, " ADA7") == parameters.own(SPEC, "ada7")
    sets = {tuple(parameters.own(SPEC, f"s{number}").items()) for number in range(200)}
    assert len(sets) == 9  # 200 students draw all nine pairs of three diameters and three durations
    other = SPEC | {"key": "2026-autumn"}
    assert any(parameters.own(SPEC, f"s{i}") != parameters.own(other, f"s{i}") for i in range(10))
    assert parameters.own(SPEC, " ") == {"diam": 100, "dur": 0.1}


def test_can_parameters_be_read_by_attribute_and_item_but_not_set():
    p = parameters.Parameters(parameters.practice(SPEC), spec.parse(SPEC).units)
    assert p.diam == p["diam"] == 100
    assert repr(p) == "Parameters(diam = 100 um, dur = 0.1 ms)"
    with pytest.raises(AttributeError, match="given, not set"):
        p.diam = 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "handin.json has format 2"),
        ({"key": None}, '"key" is missing in handin.json'),
        ({"tasks": []}, '"tasks" in handin.json must be of the type dict'),
        ({"tasks": {"a": {"items": [{"name": "x", "kind": "word"}]}}}, '"kind" in entry 1 of the task "a"'),
        (
            {"tasks": {"a": {"items": [{"name": "v", "kind": "trace"}]}}},
            'must name its base with "time"',
        ),
        ({"parameters": [{"name": "d", "values": [], "practice": 1}]}, '"values" in entry 1 of parameters'),
        ({"practice": {"threshold": {"amp": [2, 1]}}}, "must be [low, high]"),
        ({"practice": {"threshold": {"amplitude": [1, 2]}}}, 'names "threshold: amplitude"'),
    ],
)
def test_is_a_damaged_spec_named(change, sentence):
    with pytest.raises(spec.SpecError) as caught:
        spec.parse(SPEC | change)
    assert sentence in str(caught.value)


def test_is_a_missing_spec_said_in_a_sentence(tmp_path):
    with pytest.raises(handin.HandInError, match="is missing: keep it in the folder of the notebook"):
        handin.start(tmp_path / "handin.json")


def test_is_the_limit_of_samples_the_documented_one():
    assert form.MAX_SAMPLES == 20_000
