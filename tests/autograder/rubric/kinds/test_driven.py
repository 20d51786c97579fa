# SPDX-License-Identifier: BSD-3-Clause
"""Driven traces: is their error the root mean square, on any grid, over the time that is asked for?"""

import math

import numpy as np
import pytest

from autograder.rubric import driven

CHECK = driven("v", "t", 10.0, "Membrane potential", 3, "Membrane potential")


def _charging(step_ms=0.01, tau_ms=2.0, offset_mV=0.0, end_ms=10.0, start_ms=0.0):
    time = np.arange(start_ms, end_ms + step_ms / 2, step_ms)
    return {"t": time, "v": 10 * (1 - np.exp(-time / tau_ms)) + offset_mV}


@pytest.mark.parametrize("offset_mV", [0.5, -0.5])
def test_is_a_constant_offset_its_own_error_on_either_side(offset_mV):
    assert CHECK.error(_charging(offset_mV=offset_mV), _charging()) == pytest.approx(0.5)


def test_is_the_error_of_another_time_constant_that_of_the_integral():
    """The mean of (e^(-t/2) - e^(-t/4))^2 over 10 ms, in closed form; the grid of 1001 adds a thousandth."""
    a, b, end = 1 / 2, 1 / 4, 10.0

    def area(rate):
        return (1 - math.exp(-rate * end)) / rate

    exact = 10 * math.sqrt((area(2 * a) - 2 * area(a + b) + area(2 * b)) / end)
    assert CHECK.error(_charging(tau_ms=4.0), _charging()) == pytest.approx(exact, rel=1e-3)


def test_does_another_step_give_the_same_error():
    errors = [CHECK.error(_charging(step_ms, tau_ms=4.0), _charging()) for step_ms in (0.01, 0.05, 0.1)]
    assert errors == pytest.approx([errors[0]] * 3, rel=1e-3)


@pytest.mark.parametrize("spoiled", [{"end_ms": 9.0}, {"start_ms": 1.0}])
def test_is_a_record_that_does_not_cover_the_time_no_match(spoiled):
    assert CHECK.error(_charging(**spoiled), _charging()) == math.inf


def test_is_a_trace_that_is_not_there_no_match():
    assert CHECK.error({}, _charging()) == math.inf
