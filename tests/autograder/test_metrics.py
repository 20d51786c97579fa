# SPDX-License-Identifier: BSD-3-Clause
"""Differences between answers: rounding of thresholds, features of spikes, records of any step."""

import math

import numpy as np
import pytest

from autograder.rubric import metrics


def test_is_a_threshold_right_in_every_form_of_rounding():
    for true in np.geomspace(0.37, 52_000, 400):
        for handed in (true, metrics.round_up(true), metrics.round_to_nearest(true)):
            assert metrics.rounded_threshold(handed, true) < 1e-9, (handed, true)


@pytest.mark.parametrize(
    ("handed", "true", "off"),
    [
        (860.0, 849.9, 0.1 / 849.9),  # 850 rounds to 850 or 860, less does not
        (860.0, 865.1, 0.1 / 865.1),  # 865 is the highest that 860 is nearest to
        (850.1, 845.0, 5.1 / 845.0),  # four digits are not rounded
        (1650.0, 1639.0, 1.0 / 1639.0),  # three digits where the first is 1
        (200.0, 198.0, 1.0 / 198.0),  # below 200 the third digit counts
        (-860.0, 860.0, 2.0),
        (0.0, 860.0, 1.0),
    ],
)
def test_is_the_distance_of_a_rounded_threshold_two_sided(handed, true, off):
    assert metrics.rounded_threshold(handed, true) == pytest.approx(off, abs=1e-6)


def test_is_none_equal_to_none_alone():
    assert metrics.difference(None, None, relative=False) == 0
    assert metrics.difference(None, 0.0, relative=False) == math.inf
    assert metrics.difference(0.0, None, relative=True) == math.inf


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
