# SPDX-License-Identifier: BSD-3-Clause
"""Spike trains, oscillations, spectra, fields, statistics, sequences and sets, on data of known form."""

import contextlib
import copy
import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring import derive
from autograder.handin import form, parameters
from autograder.handin.spec import SpecError, parse
from autograder.rubric import (
    Field,
    Members,
    Spectrum,
    Statistic,
    Task,
    Train,
    load,
    metrics,
    oscillating,
    spiking,
    verdict,
)
from autograder.rubric.task import Rubric


def _train(period_ms, first_ms=5.0, end_ms=100.0, step_ms=0.025):
    """Bumps of 1 ms, one per period, on a rest of -65 mV."""
    time = np.arange(0, end_ms + step_ms / 2, step_ms)
    arrivals = np.arange(first_ms, end_ms - 2, period_ms)
    return {"t": time, "v": -65 + sum(100 * np.exp(-(((time - at) / 0.5) ** 2)) for at in arrivals)}


TRAIN = Train("v.train", "v", "Times of the spikes", "ms", 2, time="t", end=99.0)


@pytest.mark.parametrize("step_ms", [0.025, 0.1])
@pytest.mark.parametrize("drift_ms", [0.0, 0.05, -0.2])
def test_may_the_kth_spike_be_off_by_k_times_as_much_as_the_first(drift_ms, step_ms):
    handed = _train(10.0 + drift_ms, 5.0 + drift_ms, step_ms=step_ms)
    # the first is off by one drift, the k-th by k drifts; linear interpolation adds some microseconds
    assert TRAIN.error(handed, _train(10.0)) == pytest.approx(abs(drift_ms), abs=0.004)


def test_does_a_lost_spike_stay_a_lost_spike():
    handed, reference = _train(10.0, end_ms=100.0), _train(11.5, end_ms=100.0)
    assert TRAIN.error(handed, reference) == math.inf
    assert TRAIN.lack(handed, reference) == "10 spikes, the reference has 9"
    assert TRAIN.error(_train(10.0, end_ms=60.0), reference) == math.inf, "the record is too short"


def _wave(period=20.0, amplitude=3.0, phase=0.0, mean=1.0, step=0.05, end=200.0):
    time = np.arange(0, end + step / 2, step)
    angle = 2 * np.pi * time / period
    return {
        "t": time,
        "e": mean + amplitude * np.sin(angle),
        "i": mean + amplitude * np.sin(angle - 2 * np.pi * phase),
    }


_POINTS = {"period": 1, "amplitude": 1, "mean": 1, "lag": 1, "early": 1}
WAVE = {
    check.name.partition(".")[2]: check
    for check in oscillating("i", "t", (50, 195), "inhibition", _POINTS, unit="Hz", leader="e", early=10.0)
}


@pytest.mark.parametrize("step", [0.02, 0.05, 0.5])
def test_are_the_features_of_an_oscillation_those_of_its_formula(step):
    handed = _wave(period=17.3, amplitude=2.5, phase=0.2, mean=4.0, step=step)
    found = {name: WAVE[name].value(handed) for name in ("period", "amplitude", "mean", "lag")}
    # crossings are linear between samples, extremes a parabola: errors of second order in step / period
    assert found == pytest.approx({"period": 17.3, "amplitude": 2.5, "mean": 4.0, "lag": 0.2}, rel=2e-3)


def test_does_a_drift_of_phase_leave_the_features_right_where_points_would_differ():
    true, handed = _wave(phase=0.1), _wave(period=20.1, phase=0.1)
    late = true["t"] > 150
    assert np.sqrt(np.mean((true["i"] - handed["i"])[late] ** 2)) > 0.4, "pointwise it is 15 % off"
    assert WAVE["period"].error(handed, true) == pytest.approx(0.005, rel=0.02)
    for name in ("amplitude", "mean", "lag"):
        assert WAVE[name].error(handed, true) < 2e-3
    assert WAVE["early"].error(handed, true) < 0.05


def test_does_a_lag_go_round_the_circle():
    almost, just = _wave(phase=0.98), _wave(phase=0.03)
    assert WAVE["lag"].error(almost, just) == pytest.approx(0.05, abs=1e-3)
    assert metrics.circular_difference(0.1, 0.6) == pytest.approx(0.5)
    assert metrics.circular_difference(math.nan, 0.6) == math.inf


def test_does_a_record_with_less_than_two_periods_show_none():
    handed = _wave(period=120.0)
    assert math.isnan(WAVE["period"].value(handed))
    assert WAVE["period"].error(handed, _wave()) == math.inf
    flat = {**_wave(), "i": np.zeros(4001)}
    assert math.isnan(WAVE["amplitude"].value(flat))


def _spectrum(width, step=0.5, highest=100.0):
    frequency = np.arange(0, highest + step / 2, step)
    return {"f": frequency, "p": 1 / (1 + (frequency / width) ** 2)}


SPECTRUM = Spectrum("p", "p", "Power spectrum", "mV2/Hz", 3, time="f")


def test_is_a_spectrum_compared_by_its_norm_on_any_grid():
    true = _spectrum(10.0)
    assert SPECTRUM.error(_spectrum(10.0, step=0.25), true) == pytest.approx(0, abs=1e-12)
    assert SPECTRUM.error({**true, "p": 1.03 * true["p"]}, true) == pytest.approx(0.03, rel=1e-9)
    assert SPECTRUM.error({**true, "p": 0.97 * true["p"]}, true) == pytest.approx(0.03, rel=1e-9)
    # a grid that is four times coarser cuts the peak of the Lorentzian by less than 1 %
    assert 0 < SPECTRUM.error(_spectrum(10.0, step=2.0), true) < 0.01
    assert SPECTRUM.error(_spectrum(10.0, highest=60.0), true) == math.inf
    assert SPECTRUM.lack(_spectrum(10.0, highest=60.0), true) == "it covers 0 to 60, the reference 0 to 100"


def test_is_a_field_compared_by_its_norm():
    check = Field("u", "u", "Activity", "Hz", 2)
    y, x = np.mgrid[0:20, 0:30]
    true = {"u": np.cos(0.2 * x) * np.cos(0.3 * y)}
    for factor in (0.9, 1.1):
        assert check.error({"u": factor * true["u"].ravel()}, true) == pytest.approx(0.1)
    # a field that is orthogonal and of the same norm is off by the square root of 2
    orthogonal = true["u"][::-1, ::-1].ravel()
    inner = np.dot(orthogonal, true["u"].ravel()) / np.dot(orthogonal, orthogonal)
    off = math.sqrt(2 - 2 * inner)
    assert check.error({"u": orthogonal}, true) == pytest.approx(off)
    assert check.lack({"u": np.zeros(599)}, true) == "599 values, the reference has 600"


def test_do_correct_estimates_pass_as_often_as_their_interval_says():
    check, rng = Statistic("rate", "rate", "Rate", "Hz", 2), np.random.default_rng(5)
    reference = {"rate": 20.0, "rate_se": 20.0 / math.sqrt(400)}
    estimates = rng.exponential(20.0, (4000, 400)).mean(axis=1)
    errors = np.array([check.error({"rate": float(one)}, reference) for one in estimates])
    assert np.mean(errors > 1.96) == pytest.approx(0.05, abs=0.012)  # 3.5 standard errors of 4000 draws
    assert np.mean(errors > check.most) < 0.005
    assert check.error({"rate": 26.0}, reference) == pytest.approx(6.0), "a rate that is 30 % off is seen"
    assert check.error({"rate": 14.0}, reference) == pytest.approx(6.0), "on either side"


@pytest.mark.parametrize(
    ("handed", "in_order", "as_a_set"),
    [
        ([1.0, 2.0, 4.0], 0.0, 0.0),
        ([4.0, 1.0, 2.0], 3.0, 0.0),
        ([1.1, 2.0, 3.7], 0.3, 0.3),
        ([1.0, 2.0], math.inf, math.inf),
        ([1.0, 2.0, 4.0, 4.0], math.inf, math.inf),
    ],
)
def test_does_order_count_in_a_sequence_and_not_in_a_set(handed, in_order, as_a_set):
    reference = {"x": np.array([1.0, 2.0, 4.0])}
    for ordered, off in ((True, in_order), (False, as_a_set)):
        check = Members("x", "x", "Fixed points", "mV", 1, ordered=ordered)
        assert check.error({"x": handed}, reference) == pytest.approx(off)
    assert Members("x", "x", "Fixed points", "mV", 1).error({}, reference) == math.inf


def test_does_scaling_show_a_unit_slip_in_every_kind():
    cases = (
        (Field("u", "u", "Activity", "Hz", 2), {"u": np.array([1.0, 2.0])}),
        (Members("x", "x", "Fixed points", "mV", 1), {"x": np.array([-65.0, -40.0])}),
        (Statistic("rate", "rate", "Rate", "Hz", 2), {"rate": 20.0, "rate_se": 1.0}),
        (SPECTRUM, _spectrum(10.0)),
        (WAVE["amplitude"], _wave()),
    )
    for check, true in cases:
        slipped = check.scaled(true, 1e-3)
        assert check.error(slipped, true) > 0.9
        assert check.error(check.scaled(slipped, 1e3), true) == pytest.approx(0, abs=1e-9), check.name


_SPEC = {
    "format": 1,
    "assignment": "kinds",
    "key": "term",
    "parameters": [{"name": "rate", "unit": "Hz", "values": [20], "practice": 20}],
    "tasks": {
        "all": {
            "items": [
                {"name": "t", "kind": "time", "unit": "ms", "window": [0, 100]},
                {"name": "v", "kind": "trace", "unit": "mV", "time": "t", "min": -500, "max": 500},
                {"name": "f", "kind": "frequency", "unit": "Hz", "min": 0},
                {"name": "p", "kind": "trace", "unit": "mV2/Hz", "time": "f"},
                {"name": "x", "kind": "list", "unit": "mV"},
                {"name": "mean", "kind": "number", "unit": "Hz"},
            ]
        }
    },
}
_CHECKS = (
    *spiking("v", "t", 99.0, "potential", {"count": 1}),
    TRAIN,
    SPECTRUM,
    Members("x", "x", "Fixed points", "mV", 1, ordered=False),
    Statistic("mean", "mean", "Mean rate", "Hz", 2),
)


def _right():
    return {**_train(10.0), **_spectrum(10.0), "x": np.array([-65.0, -40.0]), "mean": 20.0, "mean_se": 0.5}


def _judged(tmp_path, **changes):
    """The judge's verdict on one hand-in of all kinds."""
    (tmp_path / "rubric.py").write_text("TASKS = ()\n")
    task = Task("all", lambda p: _right(), _CHECKS)
    rubric = dataclasses.replace(Rubric(tmp_path, {"all": task}, {}, "digest"))
    tolerances = verdict.Tolerances({"all": dict.fromkeys((check.name for check in _CHECKS), 0.05)}, "")
    tolerances.by_task["all"]["mean"] = 3.3
    values = {name: value for name, value in (_right() | changes).items() if name != "mean_se"}
    plain = {name: np.asarray(value).tolist() for name, value in values.items()}
    handed = {"task": "all", "student": "ada", "parameters": {"rate": 20}, "values": plain}
    request = {"spec": _SPEC, "student": "ada", "handins": {"all": handed}}
    return verdict.judge(rubric, tolerances, verdict.Bench(rubric, _SPEC), request)["verdicts"][0]


def test_does_the_judge_take_all_kinds(tmp_path):
    told = _judged(tmp_path)
    assert (told["points"], told["max_points"], told["mistakes"]) == (9, 9, [])
    assert all("as in the reference" in check["sentence"] for check in told["checks"])


@pytest.mark.parametrize(
    ("changes", "name", "words"),
    [
        (_train(10.2, 5.2), "v.train", "0.2 ms"),
        (_train(11.5), "v.train", "9 spikes, the reference has 10"),
        ({"p": 1.2 * _spectrum(10.0)["p"]}, "p", "20 %"),
        ({"x": np.array([-40.0, -60.0])}, "x", "5 mV"),
        ({"x": np.array([-40.0])}, "x", "1 values, the reference has 2"),
        ({"mean": 23.0}, "mean", "6 standard errors above"),
    ],
)
def test_does_every_kind_say_by_how_much_it_is_off(tmp_path, changes, name, words):
    told = _judged(tmp_path, **changes)
    (check,) = (one for one in told["checks"] if one["name"] == name)
    assert not check["passed"]
    assert words in check["sentence"], check["sentence"]


def test_is_a_unit_slip_of_every_kind_told_with_its_unit(tmp_path):
    told = _judged(tmp_path, x=[-0.065, -0.04], mean=0.02)
    assert [one["sentence"] for one in told["mistakes"]] == [
        "x is right if it is in V; mV was asked for.",
        "mean is right if it is in kHz; Hz was asked for.",
    ]
    assert told["points"] == 9 - 1.5, "half of the points of what is right but for its unit"


def test_is_the_form_of_a_list_and_of_frequencies_checked():
    task = parse(_SPEC).tasks["all"]
    right = {name: value for name, value in _right().items() if name != "mean_se"}
    assert form.check(task, right | {"x": [-65]})["x"] == [-65.0]
    for wrong, words in (({"x": []}, "numbers in one row"), ({"f": right["f"][::-1]}, "does not increase")):
        with pytest.raises(form.FormError, match=words):
            form.check(task, right | wrong)


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        (1e-3, "f looks like it is in kHz; Hz is expected"),
        (0.5, "f covers 0 to 50 Hz, the task needs 0 to 100 Hz"),
        (1.0, ""),
        (1.5, ""),
    ],
)
def test_must_frequencies_cover_their_window_in_their_unit(factor, said):
    asked = copy.deepcopy(_SPEC)
    next(item for item in asked["tasks"]["all"]["items"] if item["name"] == "f")["window"] = [0, 100]
    task = parse(asked).tasks["all"]
    handed = {name: value for name, value in _right().items() if name != "mean_se"}
    handed["f"] = factor * handed["f"]
    with pytest.raises(form.FormError, match=f"^{said}$") if said else contextlib.nullcontext():
        form.check(task, handed)


def test_is_an_unknown_kind_refused():
    task = {"items": [{"name": "x", "kind": "cloud"}]}
    with pytest.raises(SpecError, match="cloud"):
        parse({**_SPEC, "tasks": {"all": task}})


# --- the instructors' page ----------------------------------------

ROOT = Path(__file__).resolve().parents[2]
_RHYTHM = {
    "format": 1,
    "assignment": "rhythm",
    "key": "term",
    "parameters": [
        {"name": "period", "unit": "ms", "values": [20, 25, 40, 50], "practice": 30},
        {"name": "rate", "unit": "Hz", "values": [10, 15, 30], "practice": 20},
    ],
    "tasks": {
        "rhythm": {
            "items": [
                {"name": "t", "kind": "time", "unit": "ms", "window": [0, 500]},
                {"name": "e", "kind": "trace", "unit": "Hz", "time": "t"},
                {"name": "i", "kind": "trace", "unit": "Hz", "time": "t"},
                {"name": "mean", "kind": "number", "unit": "Hz"},
                {"name": "extremes", "kind": "list", "unit": "Hz"},
            ]
        }
    },
}


@pytest.fixture(scope="module")
def rhythm(tmp_path_factory):
    """The rubric on the page, derived: a function from a student's answers to the verdict."""
    page = (ROOT / "book/instructors/assignment.md").read_text()
    (source,) = (block for block in page.split("```python\n")[1:] if "def rhythm" in block)
    folder = tmp_path_factory.mktemp("rhythm")
    (folder / "rubric.py").write_text(source.partition("```")[0])
    (folder / "spec.json").write_text(json.dumps(_RHYTHM))
    loaded = load(folder)
    tolerances = verdict.Tolerances.read(json.dumps(derive.acceptance(loaded)))
    bench, task = verdict.Bench(loaded, _RHYTHM), loaded.tasks["rhythm"]
    own = parameters.own(_RHYTHM, "ada")

    def told(scale=None, **settings):
        made = task.simulate(own, **settings)
        plain = {name: np.asarray(made[name]).tolist() for name in ("t", "e", "i", "mean", "extremes")}
        plain |= {name: (factor * np.asarray(plain[name])).tolist() for name, factor in (scale or {}).items()}
        handed = {"task": "rhythm", "student": "ada", "parameters": own, "values": plain}
        request = {"spec": _RHYTHM, "student": "ada", "handins": {"rhythm": handed}}
        return verdict.judge(loaded, tolerances, bench, request)["verdicts"][0]

    told.tolerances = tolerances.by_task["rhythm"]
    return told


def test_does_the_pages_rubric_pass_what_is_right(rhythm):
    assert rhythm.tolerances["mean"] == 3.3, "an interval that was chosen, not what two counts happen to need"
    for settings in ({}, {"step": 0.25}, {"seed": 11}, {"seed": 12}):
        told = rhythm(**settings)
        assert (told["points"], told["max_points"], told["mistakes"]) == (6, 6, [])


@pytest.mark.parametrize(
    ("settings", "name"), [({"lag": 0.0}, "in-phase"), ({"factor": 0.5}, "half-the-period")]
)
def test_does_the_pages_rubric_name_its_mistakes(rhythm, settings, name):
    told = rhythm(**settings, seed=11, step=0.25)
    assert told["points"] < told["max_points"]
    assert [one["names"] for one in told["mistakes"]] == [[name]]


@pytest.mark.parametrize("lag", [0.1, 0.3])
def test_does_an_error_lose_points_on_either_side(rhythm, lag):
    for settings in ({"lag": lag}, {"factor": lag / 0.2}, {"scale": {"mean": lag / 0.2}}):
        told = rhythm(**settings)
        assert told["points"] < told["max_points"], settings
        assert told["mistakes"] == [] or settings == {"factor": 0.5}


@pytest.mark.parametrize("factor", [1e-3, 1e3, 1e-6, 1e6, -1.0])
@pytest.mark.parametrize("item", ["mean", "extremes"])
def test_are_slips_of_unit_and_sign_told_in_the_pages_rubric(rhythm, item, factor):
    (found,) = rhythm(scale={item: factor})["mistakes"]
    assert found["names"] == ["sign" if factor < 0 else "unit-slip"]
