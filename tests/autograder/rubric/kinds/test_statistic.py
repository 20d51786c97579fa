# SPDX-License-Identifier: BSD-3-Clause
"""Estimates: do correct ones pass as often as their interval says?"""

import math

import numpy as np
import pytest

from autograder.rubric import Statistic


def test_do_correct_estimates_pass_as_often_as_their_interval_says():
    check, rng = Statistic("rate", "rate", "Rate", "Hz", 2), np.random.default_rng(5)
    reference = {"rate": 20.0, "rate_se": 20.0 / math.sqrt(400)}
    estimates = rng.exponential(20.0, (4000, 400)).mean(axis=1)
    errors = np.array([check.error({"rate": float(one)}, reference) for one in estimates])
    assert np.mean(errors > 1.96) == pytest.approx(0.05, abs=0.012)  # 3.5 standard errors of 4000 draws
    assert np.mean(errors > check.most) < 0.005
    assert check.error({"rate": 26.0}, reference) == pytest.approx(6.0), "a rate that is 30 % off is seen"
    assert check.error({"rate": 14.0}, reference) == pytest.approx(6.0), "on either side"
