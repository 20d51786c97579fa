# SPDX-License-Identifier: BSD-3-Clause
"""Each kind of comparison through the judge: is it taken, worded, and are slips told?"""

import contextlib
import copy
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from autograder.authoring import derive
from autograder.handin import form, parameters
from autograder.handin.spec import SpecError, parse
from autograder.rubric import Field, Members, Statistic, Task, load, spiking, verdict
from autograder.rubric.task import Rubric
from tests.autograder.rubric.kinds.samples import SPECTRUM, TRAIN, WAVE, spectrum, train, wave


def test_does_scaling_show_a_unit_slip_in_every_kind():
    cases = (
        (Field("u", "u", "Activity", "Hz", 2), {"u": np.array([1.0, 2.0])}),
        (Members("x", "x", "Fixed points", "mV", 1), {"x": np.array([-65.0, -40.0])}),
        (Statistic("rate", "rate", "Rate", "Hz", 2), {"rate": 20.0, "rate_se": 1.0}),
        (SPECTRUM, spectrum(10.0)),
        (WAVE["amplitude"], wave()),
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
    return {**train(10.0), **spectrum(10.0), "x": np.array([-65.0, -40.0]), "mean": 20.0, "mean_se": 0.5}


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
        (train(10.2, 5.2), "v.train", "0.2 ms"),
        (train(11.5), "v.train", "9 spikes, the reference has 10"),
        ({"p": 1.2 * spectrum(10.0)["p"]}, "p", "20 %"),
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


ROOT = Path(__file__).resolve().parents[3]
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
