# SPDX-License-Identifier: BSD-3-Clause
"""Oscillations: are their features those of the formula, and is the lag on the circle?"""

import math

import numpy as np
import pytest

from autograder.rubric import metrics
from tests.autograder.rubric.kinds.samples import WAVE, wave


@pytest.mark.parametrize("step", [0.02, 0.05, 0.5])
def test_are_the_features_of_an_oscillation_those_of_its_formula(step):
    handed = wave(period=17.3, amplitude=2.5, phase=0.2, mean=4.0, step=step)
    found = {name: WAVE[name].value(handed) for name in ("period", "amplitude", "mean", "lag")}
    # crossings are linear between samples, extremes a parabola: errors of second order in step / period
    assert found == pytest.approx({"period": 17.3, "amplitude": 2.5, "mean": 4.0, "lag": 0.2}, rel=2e-3)


def test_does_a_drift_of_phase_leave_the_features_right_where_points_would_differ():
    true, handed = wave(phase=0.1), wave(period=20.1, phase=0.1)
    late = true["t"] > 150
    assert np.sqrt(np.mean((true["i"] - handed["i"])[late] ** 2)) > 0.4, "pointwise it is 15 % off"
    assert WAVE["period"].error(handed, true) == pytest.approx(0.005, rel=0.02)
    for name in ("amplitude", "mean", "lag"):
        assert WAVE[name].error(handed, true) < 2e-3
    assert WAVE["early"].error(handed, true) < 0.05


def test_does_a_lag_go_round_the_circle():
    almost, just = wave(phase=0.98), wave(phase=0.03)
    assert WAVE["lag"].error(almost, just) == pytest.approx(0.05, abs=1e-3)
    assert metrics.circular_difference(0.1, 0.6) == pytest.approx(0.5)
    assert metrics.circular_difference(math.nan, 0.6) == math.inf


def test_does_a_record_with_less_than_two_periods_show_none():
    handed = wave(period=120.0)
    assert math.isnan(WAVE["period"].value(handed))
    assert WAVE["period"].error(handed, wave()) == math.inf
    flat = {**wave(), "i": np.zeros(4001)}
    assert math.isnan(WAVE["amplitude"].value(flat))
