# SPDX-License-Identifier: BSD-3-Clause
"""The mechanisms beside closed forms, a general solver and the exact map: largest errors, and their order."""

import numpy as np
import pytest

from neuroscales.synapse import accuracy

pytestmark = pytest.mark.usefixtures("alone_in_neuron")


def test_is_every_conductance_one_step_late_and_else_exact():
    for found in accuracy.conductance_errors(lag=True):
        # Each step is exact; some 10,000 of them round by 1e-16 of what is there.
        assert max(found.errors) < 1e-12, found


def test_is_the_lag_itself_an_error_of_first_order():
    for found in accuracy.conductance_errors(lag=False):
        # dt times the steepest slope; AMPA's rise of 0.2 ms is bent within a step, hence 0.05.
        assert found.order == pytest.approx(1, abs=0.05), found


def test_does_the_variable_step_follow_its_tolerance():
    for found in accuracy.tolerance_errors():
        # Errors of steps add up: each is some ten times the tolerance, and three orders below the one before.
        assert all(error < 30 * tolerance for error, tolerance in zip(found.errors, found.of, strict=True))
        assert list(found.errors) == sorted(found.errors, reverse=True)


def test_are_resources_those_of_the_exact_map():
    assert max(accuracy.resource_errors().errors) < 1e-14  # nothing is integrated: rounding


@pytest.mark.parametrize("secondorder", [0, 2])
def test_does_a_higher_order_help_a_synapse_whose_events_come_late(secondorder):
    found = accuracy.potential_errors(secondorder=secondorder)
    assert found.order == pytest.approx(1, abs=0.05)
    assert found.errors[0] < 0.2  # mV, at 1/32 ms; the cell rises by 30 mV within a few ms


def test_is_crank_nicolson_of_second_order_once_half_a_step_is_taken_off():
    found = accuracy.potential_errors(secondorder=2, late_steps=0.5)
    # 2 but for the interpolation between samples, which is of second order as well
    assert found.order == pytest.approx(2, abs=0.1)
    assert found.errors[0] < accuracy.potential_errors(secondorder=2).errors[0] / 10


def test_is_the_order_that_of_a_known_error():
    made = accuracy.Accuracy("x", "y", "z", (0.1, 0.05), (0.04, 0.01))
    assert made.order == pytest.approx(2)


def test_does_the_cell_that_is_solved_without_neuron_rise_and_return():
    times_ms, v_mV = accuracy.solved_mV(accuracy.OPEN, 1.0)
    assert v_mV[0] == -70 and v_mV.max() > -60
    assert np.all(np.diff(times_ms) > 0)
