# SPDX-License-Identifier: BSD-3-Clause
"""Spiking traces: are features and shapes those of the formula, whatever the step?"""

import math

import numpy as np
import pytest

from autograder.rubric import Guided, metrics


def _bump(time, at=5.0):
    return -65 + 100 * np.exp(-(((time - at) / 0.4) ** 2))


@pytest.mark.parametrize("step_ms", [0.005, 0.025, 0.1])
def test_are_the_features_of_a_spike_those_of_its_formula(step_ms):
    time = np.arange(0, 15 + step_ms / 2, step_ms)
    features = metrics.spiking_features(time, _bump(time, 5.013), 14.5)
    assert features["count"] == 1
    assert features["arrival"] == pytest.approx(5.013 - 0.4 * math.sqrt(math.log(100 / 65)), abs=0.01)
    assert features["peak"] == pytest.approx(35, abs=0.05)
    assert features["end"] == pytest.approx(-65, abs=1e-6)


def test_does_a_short_record_lack_what_it_does_not_show():
    time = np.arange(0, 8, 0.025)
    features = metrics.spiking_features(time, _bump(time), 14.5)
    assert features["count"] == 1 and math.isfinite(features["peak"])
    assert math.isnan(features["end"]) and math.isnan(features["trough"])


def test_is_a_shifted_spike_of_the_same_shape():
    time = np.arange(0, 15, 0.01)
    same = metrics.shape_difference(time, _bump(time, 6.0), time, _bump(time), 14.5)
    wider = metrics.shape_difference(time, _bump(time * 0.9, 5.4), time, _bump(time), 14.5)
    assert same < 0.01 < 1 < wider


def test_is_a_trace_without_a_spike_compared_as_it_is():
    time = np.arange(0, 15, 0.01)
    low = _bump(time) / 2 - 65 / 2
    assert metrics.shape_difference(time, low, time, low, 14.5) == 0
    assert metrics.shape_difference(time, _bump(time), time, low, 14.5) == math.inf
    assert metrics.shape_difference(time[:900], low[:900], time, low, 14.5) == math.inf


def test_is_a_time_that_stands_twice_taken_once():
    time, values = metrics.without_repeats(np.array([0.0, 1.0, 1.0, 2.0]), np.array([0.0, 1.0, 5.0, 2.0]))
    assert time.tolist() == [0.0, 1.0, 2.0]
    assert values.tolist() == [0.0, 5.0, 2.0]


@pytest.mark.parametrize("shift_ms", [0.0, 0.7])
def test_is_a_trace_beside_a_spike_compared_around_the_spike(shift_ms):
    """A gate beside the potential, both shifted: the shift costs nothing, an offset its own size."""
    check = Guided("m.shape", "m", "Gate", "", 1, time="t", end=15.0, guide="v")

    def answers(shift, offset=0.0):
        time = np.arange(0, 15, 0.01)
        at = time - 5 - shift
        return {"t": time, "v": -65 + 100 * np.exp(-(at**2)), "m": np.exp(-(at**2) / 4) + offset}

    assert check.error(answers(shift_ms), answers(0.0)) < 1e-3
    assert check.error(answers(shift_ms, 0.2), answers(0.0)) == pytest.approx(0.2, rel=1e-2)
    assert check.error({**answers(0.0), "v": None}, answers(0.0)) == math.inf
