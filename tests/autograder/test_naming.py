# SPDX-License-Identifier: BSD-3-Clause
"""When does a mistake get its name? On spikes of a known form, whose arrival diverges at the threshold."""

import math

import numpy as np
import pytest

from autograder.rubric import Number, Task, mistake, spiking, variant, verdict
from autograder.rubric.task import Rubric

REST_mV, END_ms = -65.0, 29.0
TIME = np.arange(0, 30, 0.025)
USUAL, EXACT = 0.02, 0.0  # a step makes the threshold higher by as much


def threshold(p, *, step=EXACT):
    return {"amp": p["size"] * (1 + step)}


def spike(p, *, amp_nA, step=EXACT, factor=2.0, width=1.0, height=100.0, asked_width=1.0, delay=0.0):
    """A bump that comes the later, the less the drive exceeds the threshold; its width is a number, too."""
    excess = factor * amp_nA / (p["size"] * (1 + step)) - 1
    if excess <= 0:
        return {"t": TIME, "v": np.full_like(TIME, REST_mV), "width": None}
    arrival = 3 - math.log(excess) + delay
    v = REST_mV + height * np.exp(-(((TIME - arrival) / width) ** 2))
    return {"t": TIME, "v": v, "width": asked_width * width}


NOT_DOUBLED = mistake("not-doubled", "the stimulus is not doubled", factor=1.0)
WIDER = mistake("wider", "the width is another one", asked_width=1.5)
LATE = mistake("late", "the pulse is late", delay=2.0)
SILENT = mistake("silent", "nothing is switched on", factor=0.0)


def tasks(*mistakes):
    usual = {"habits": {"step": USUAL}, "variants": (variant("usual"),)}
    return (
        Task("threshold", threshold, (Number("amp", "amp", "Threshold", "nA", 2, relative=True),), **usual),
        Task(
            "spike",
            spike,
            (
                *spiking("v", "t", END_ms, "v", {"count": 1, "arrival": 2, "peak": 1, "shape": 1}),
                Number("width", "width", "Width", "ms", 1, relative=True),
            ),
            builds_on={"amp_nA": "threshold.amp"},
            mistakes=mistakes,
            **usual,
        ),
    )


TOLERANCES = {
    "threshold": {"amp": 0.03},
    "spike": {"v.count": 0.5, "v.arrival": 0.05, "v.peak": 0.5, "v.shape": 0.5, "width": 0.1},
}
SPEC = {
    "format": 1,
    "assignment": "bumps",
    "key": "term",
    "parameters": [{"name": "size", "unit": "nA", "values": [100], "practice": 100}],
    "tasks": {
        "threshold": {"items": [{"name": "amp", "kind": "number", "unit": "nA"}]},
        "spike": {
            "items": [
                {"name": "t", "kind": "time", "unit": "ms"},
                {"name": "v", "kind": "trace", "unit": "mV", "time": "t"},
                {"name": "width", "kind": "number", "unit": "ms", "none": "no spike"},
            ]
        },
    },
}


@pytest.fixture
def names(tmp_path):
    """The names given to a spike, with some mistakes in the rubric, after a threshold."""

    def told(mistakes, amp_nA, **settings):
        rubric = Rubric(tmp_path, {task.name: task for task in tasks(*mistakes)}, {}, "digest")
        made = spike({"size": 100.0}, amp_nA=amp_nA, **settings)
        plain = {"threshold": {"amp": amp_nA}, "spike": {**made, "t": TIME.tolist(), "v": made["v"].tolist()}}
        handins = {
            name: {"task": name, "student": "ada", "parameters": {"size": 100}, "values": values}
            for name, values in plain.items()
        }
        request = {"spec": SPEC, "student": "ada", "handins": handins}
        tolerances = verdict.Tolerances(TOLERANCES, "")
        judged = verdict.judge(rubric, tolerances, verdict.Bench(rubric, SPEC), request)["verdicts"][1]
        return [set(one["names"]) for one in judged["mistakes"]]

    return told


@pytest.mark.parametrize("step", [USUAL, 0.01, EXACT])
def test_has_what_is_right_no_name_at_any_step(names, step):
    assert names([NOT_DOUBLED, WIDER, LATE, SILENT], 100 * (1 + step), step=step) == []


@pytest.mark.parametrize("step", [USUAL, 0.01, EXACT])
def test_is_a_mistake_named_at_any_step(names, step):
    assert names([NOT_DOUBLED, WIDER, LATE, SILENT], 100 * (1 + step), step=step, delay=2.0) == [{"late"}]


@pytest.mark.parametrize("step", [USUAL, 0.01, EXACT])
@pytest.mark.parametrize("above", [1e-3, 1e-5])
def test_is_a_spike_at_its_threshold_named_though_one_run_fires_and_the_other_does_not(names, step, above):
    amp_nA = 100 * (1 + step) * (1 + above)
    assert spike({"size": 100}, amp_nA=amp_nA, factor=1.0, step=USUAL)["width"] is None or step == USUAL
    assert names([NOT_DOUBLED, WIDER, LATE], amp_nA, step=step, factor=1.0) == [{"not-doubled"}]


def test_does_a_spike_that_comes_late_but_of_another_height_stay_without_a_name(names):
    assert names([NOT_DOUBLED, WIDER, LATE], 101.001, step=0.01, factor=1.0, height=90.0) == []


def test_does_a_drive_beyond_its_own_tolerance_stay_without_a_name(names):
    assert names([NOT_DOUBLED], 100.0, step=EXACT, factor=1.2) == []


def test_is_a_mistake_that_explains_a_small_check_alone_not_named(names):
    wide = {"asked_width": 1.5, "step": USUAL}
    assert names([WIDER], 102.0, **wide) == [{"wider"}]
    assert names([WIDER], 102.0, **wide, delay=1.0, height=80.0) == [], "arrival, peak and shape fail as well"


def test_are_two_mistakes_at_once_both_named(names):
    assert names([WIDER, LATE], 102.0, step=USUAL, asked_width=1.5, delay=2.0) == [{"wider"}, {"late"}]


def test_does_a_check_count_as_explained_that_a_mistake_moves_by_less_than_its_tolerance(names):
    # the width is 0.09 off by the mistake, and 0.02 more by what this student does: 1.1 tolerances
    both = mistake("late-and-wide", "the pulse is late", delay=2.0, asked_width=1.09)
    made = {"step": USUAL, "delay": 2.0, "asked_width": 1.11}
    assert names([both], 102.0, **made) == [{"late-and-wide"}]


@pytest.mark.parametrize("factor", [0.01, 0.1, 3.0])
def test_is_a_number_named_that_a_mistake_makes_much_smaller_or_larger(names, factor):
    # the width's tolerance is a tenth of the right width, or of the mistaken one where that is larger
    small = mistake("small", "the width is another one", asked_width=factor)
    near = max(factor, 1.0) * 0.05
    for made in (factor - near, factor + near):
        assert names([small], 102.0, step=USUAL, asked_width=made) == [{"small"}]
    beyond = factor + max(factor, 1.0) * (0.12 if factor < 0.5 else 0.15)
    assert names([small], 102.0, step=USUAL, asked_width=beyond) == []


def test_are_mistakes_named_together_that_explain_the_same_though_one_shows_more(names):
    first = mistake("first", "the one", delay=2.0)
    second = mistake("second", "the other", delay=2.0, asked_width=1.101)
    # the width passes; of what fails, both explain the same
    assert names([first, second], 102.0, step=USUAL, delay=2.0, asked_width=1.05) == [{"first", "second"}]
