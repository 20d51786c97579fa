# SPDX-License-Identifier: BSD-3-Clause
"""Trains of spikes: how far may each spike be off?"""

import math

import pytest

from tests.autograder.rubric.kinds.samples import TRAIN, train


@pytest.mark.parametrize("step_ms", [0.025, 0.1])
@pytest.mark.parametrize("drift_ms", [0.0, 0.05, -0.2])
def test_may_the_kth_spike_be_off_by_k_times_as_much_as_the_first(drift_ms, step_ms):
    handed = train(10.0 + drift_ms, 5.0 + drift_ms, step_ms=step_ms)
    # the first is off by one drift, the k-th by k drifts; linear interpolation adds some microseconds
    assert TRAIN.error(handed, train(10.0)) == pytest.approx(abs(drift_ms), abs=0.004)


def test_does_a_lost_spike_stay_a_lost_spike():
    handed, reference = train(10.0, end_ms=100.0), train(11.5, end_ms=100.0)
    assert TRAIN.error(handed, reference) == math.inf
    assert TRAIN.lack(handed, reference) == "10 spikes, the reference has 9"
    assert TRAIN.error(train(10.0, end_ms=60.0), reference) == math.inf, "the record is too short"
