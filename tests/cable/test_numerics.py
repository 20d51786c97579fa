# SPDX-License-Identifier: BSD-3-Clause
"""Does NEURON's error fall as theory says, and do our measures of it measure that?"""

from functools import cache

import numpy as np
import pytest
from neuron import h

from neuroscales.cable import CurrentClamp, SquidAxon
from neuroscales.cable import numerics as num
from neuroscales.core.engine import Method, neuron_as_found
from neuroscales.membrane import CurrentPulse, HodgkinHuxley, Leak, Patch, simulate_patch

pytestmark = pytest.mark.usefixtures("alone_in_neuron")

STEPS_ms = (0.0125, 0.00625, 0.003125)  # all divide the pulse's 0.1 ms: else its length would change, too


@cache
def arrival_ms(dt_ms=None, nseg=43, secondorder=0, tolerance=1e-9, rate_table=False) -> float:
    method = Method(dt_ms, secondorder, tolerance, rate_table)
    return num.arrival_ms(num.simulate_impulse(method, SquidAxon(nseg=nseg), tstop_ms=8))


@pytest.mark.parametrize(("secondorder", "order"), [(0, 1), (1, 2), (2, 2)])
def test_does_the_error_of_an_impulse_fall_with_the_order_of_the_method(secondorder, order):
    errors = [arrival_ms(dt, secondorder=secondorder) - arrival_ms() for dt in STEPS_ms]
    # The next term of the expansion is a few percent of the first at 0.0125 ms.
    assert num.order_of_convergence(STEPS_ms, errors) == pytest.approx(order, abs=0.08)
    # And so without knowing the limit, from the steps alone.
    three = [arrival_ms(dt, secondorder=secondorder) for dt in STEPS_ms]
    assert num.order_from_three(*three, factor=2) == pytest.approx(order, abs=0.08)


def test_do_two_engines_of_different_order_extrapolate_to_one_arrival():
    euler = num.extrapolate(arrival_ms(0.0125), arrival_ms(0.00625), factor=2, order=1)
    crank = num.extrapolate(
        arrival_ms(0.0125, secondorder=2), arrival_ms(0.00625, secondorder=2), factor=2, order=2
    )
    # A step of 0.00625 ms alone is 11 and 0.03 us off; both limits meet CVode's to 0.1 us.
    assert euler == pytest.approx(arrival_ms(), abs=1e-4)
    assert crank == pytest.approx(arrival_ms(), abs=1e-5)


@pytest.mark.parametrize("secondorder", [0, 2])
@pytest.mark.parametrize("dt_ms", [0.4, 0.1])
def test_is_neurons_step_on_a_leak_the_textbooks(secondorder, dt_ms):
    recording = simulate_patch(
        Patch(v_init_mV=-60), Leak(5e-4, -65), tstop_ms=8, dt_ms=dt_ms, secondorder=secondorder
    )
    x = dt_ms / 2.0  # tau is 2 ms
    factor = 1 / (1 + x) if secondorder == 0 else (1 - x / 2) / (1 + x / 2)
    expected = -65 + 5 * factor ** np.arange(len(recording.time))
    # The same recursion in the same arithmetic: equal to the rounding of 65 mV over a few dozen steps.
    np.testing.assert_allclose(recording.values("v"), expected, atol=1e-10)


def test_do_1_and_2_give_one_potential_and_only_2_a_current_of_second_order():
    pulse = CurrentPulse(0, 50, 0.5)

    def run(dt_ms, order):
        how = {"dt_ms": dt_ms, "secondorder": order, "rate_table": False}
        return simulate_patch(Patch(), HodgkinHuxley(), [pulse], tstop_ms=4, record=("v", "ina"), **how)

    finest = run(0.0005, 2)

    def error(dt_ms, order):
        """Of the sodium current, which Crank and Nicolson's method knows in the middle of each step."""
        recording = run(dt_ms, order)
        middle_ms = recording.time[1:] - dt_ms / 2
        exact = np.interp(middle_ms, finest.time - 0.0005 / 2, finest.values("ina"))
        return np.abs(recording.values("ina")[1:] - exact)[4:].max()

    np.testing.assert_array_equal(run(0.05, 1).values("v"), run(0.05, 2).values("v"))
    steps_ms = (0.1, 0.05, 0.025)
    orders = {o: num.order_of_convergence(steps_ms, [error(dt, o) for dt in steps_ms]) for o in (1, 2)}
    # The spike's rise takes few of these steps: the orders are not yet clean.
    assert orders[1] == pytest.approx(1, abs=0.25)
    assert orders[2] == pytest.approx(2, abs=0.3)


def test_does_the_error_fall_with_the_square_of_the_segments_length():
    numbers = (15, 45, 135)
    values = [arrival_ms(nseg=nseg, tolerance=1e-7) for nseg in numbers]
    # Fifteen segments are coarse for an impulse whose foot is a few millimeters long.
    assert num.order_from_three(*values, factor=3) == pytest.approx(2, abs=0.1)
    limit_ms = num.extrapolate(*values[1:], factor=3, order=2)
    # The error of 405 segments is a ninth of that of 135, 0.2 us; that of its extrapolation is less.
    assert limit_ms == pytest.approx(arrival_ms(nseg=405, tolerance=1e-7), abs=3e-4)


def test_do_the_nodes_of_an_axon_stay_when_nseg_is_multiplied_by_three():
    coarse, fine = SquidAxon(nseg=15).nodes(), SquidAxon(nseg=45).nodes()
    assert np.all(np.abs(fine[:, None] - coarse).min(axis=0) < 1e-12)
    doubled = SquidAxon(nseg=30).nodes()
    assert np.abs(doubled[:, None] - coarse).min(axis=0).max() > 0.01
    with neuron_as_found():
        section = h.Section(name="axon")
        section.nseg = 15
        assert [segment.x for segment in section.allseg()] == pytest.approx(coarse.tolist(), abs=1e-12)
        assert len(list(section)) == 15


def test_does_times_three_stop_where_the_change_is_within_the_tolerance():
    tried = num.times_three(lambda nseg: arrival_ms(nseg=nseg, tolerance=1e-6), nseg=5, tolerance=0.01)
    assert [nseg for nseg, _ in tried] == [5, 15, 45, 135, 405]
    changes = np.abs(np.diff([value for _, value in tried]))
    assert changes[-1] <= 0.01 and np.all(changes[:-1] > 0.01)
    with pytest.raises(RuntimeError, match="still changing"):
        num.times_three(lambda nseg: float(nseg), nseg=1, tolerance=0.1, at_most=50)
    with pytest.raises(ValueError, match="must be positive"):
        num.times_three(float, nseg=1, tolerance=0)


def test_is_the_courses_nseg_that_of_the_d_lambda_rule_and_lambda_neurons_own():
    axon = SquidAxon()
    lambda_um = num.lambda_f_um(axon.diam_um)
    with neuron_as_found():
        h.load_file("stdlib.hoc")
        section = h.Section(name="axon")
        section.L, section.diam = axon.L_um, axon.diam_um
        assert section.Ra == num.AXIAL_RESISTIVITY_ohm_cm
        # NEURON computes it with a constant of five digits.
        assert lambda_um == pytest.approx(h.lambda_f(100, sec=section), rel=1e-6)
    assert num.d_lambda_nseg(axon.L_um, lambda_um, 0.1) == axon.nseg
    assert num.d_lambda_nseg(axon.L_um, lambda_um, 0.3) == 15
    for part in (0.5, 0.1, 0.03):
        nseg = num.d_lambda_nseg(axon.L_um, lambda_um, part)
        assert nseg % 2 == 1
        # The rule's 0.9 lets a segment be longer than asked by the share of one segment, no more.
        assert axon.L_um / nseg <= part * lambda_um * (1 + 1 / nseg)


@pytest.mark.parametrize("secondorder", [1, 2])
@pytest.mark.parametrize(("n_steps", "rings"), [(1, True), (2, False), (4, False), (5, True)])
def test_does_a_stimulated_end_ring_forever_after_an_odd_number_of_steps(secondorder, n_steps, rings):
    axon, dt_ms = SquidAxon(), 0.05
    pulse = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=n_steps * dt_ms, amp_nA=200)
    inside = 0.5 / axon.nseg
    method = Method(dt_ms, secondorder, rate_table=False)
    recording = num.simulate_impulse(method, axon, pulse, tstop_ms=30, places=(0.0, inside))
    late = recording.time[1:-1] > 25  # long after the pulse, and after any impulse
    at_end, next_to_it = (num.alternation_mV(recording.values("v", x))[late].max() for x in (0.0, inside))
    # A node without capacitance obeys Ohm's law in the middle of each step: v(t+dt) = 2 v(middle) - v(t). It
    # changes sides with each step, by twice the leap that the current makes, and nothing damps it.
    expected_mV = 2 * num.step_at_the_end_mV(axon, 200) if rings else 0.0
    assert at_end == pytest.approx(expected_mV, rel=0.01, abs=0.01)
    assert next_to_it < 0.03  # the membrane averages it away


def test_does_implicit_euler_never_ring():
    pulse = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.05, amp_nA=200)
    recording = num.simulate_impulse(Method(0.05), pulse=pulse, tstop_ms=30, places=(0.0,))
    assert num.alternation_mV(recording.values("v", 0.0))[recording.time[1:-1] > 25].max() < 1e-3


def test_is_the_leap_of_the_end_half_a_segment_of_core():
    axon = SquidAxon()
    pulse = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=2.0, amp_nA=200)
    recording = num.simulate_impulse(axon=axon, pulse=pulse, places=(0.0, 0.5 / axon.nseg))
    end, inside = (recording.values("v", x) for x in (0.0, 0.5 / axon.nseg))
    during = (recording.time > 1.1) & (recording.time < 2.9)
    # Ohm's law at a node without capacitance holds at every instant.
    np.testing.assert_allclose((end - inside)[during], num.step_at_the_end_mV(axon, 200), rtol=1e-6)
    coarse = num.step_at_the_end_mV(SquidAxon(nseg=1), 200)
    assert coarse == pytest.approx(43 * num.step_at_the_end_mV(axon, 200), rel=1e-12)


def test_does_cvodes_error_fall_with_its_tolerance():
    tolerances = 10.0 ** -np.arange(1, 8)
    errors = np.abs([arrival_ms(tolerance=float(t)) - arrival_ms() for t in tolerances])
    # It holds the error of each step, not that of the result: roughly in proportion, never exactly.
    assert np.all(np.diff(errors[[0, 2, 4, 6]]) < 0)
    order = num.order_of_convergence(tolerances, errors)
    assert 0.5 < order < 1.1
    assert errors[2] < 1e-3  # NEURON's default of 1e-3 is good for an impulse: below a microsecond


def test_does_cvode_take_its_steps_where_something_happens():
    method = Method(None, absolute_tolerance=1e-3, rate_table=False)
    time_ms = num.simulate_impulse(method).time
    before, during = (np.sum((time_ms > start) & (time_ms < start + 0.8)) for start in (0.1, 2.8))
    assert during > 5 * before
    assert len(time_ms) < 8 / 0.025  # fewer than the fixed step's 320


def test_is_neurons_default_tolerance_too_loose_for_a_small_synapse_and_tight_for_a_large_one():
    def error(weight_uS, tolerance):
        """Largest error of the potential, as part of the potential's own rise."""
        recording, best = (
            num.simulate_synapse(Method(None, absolute_tolerance=one), weight_uS=weight_uS)
            for one in (tolerance, 1e-11)
        )
        exact = np.interp(recording.time, best.time, best.values("v"))
        return np.abs(recording.values("v") - exact).max() / (exact.max() + 70)

    # The tolerance is absolute: a tenth of a nanosiemens lies all of it below 1e-3 uS.
    assert error(1e-4, 1e-3) > 0.01
    assert error(1e-1, 1e-3) < 1e-3
    assert error(1e-4, 1e-8) < 1e-3


def test_is_the_synapse_with_a_fixed_step_its_closed_form():
    recording = num.simulate_synapse(Method(0.025))
    after = recording.time > 1.026  # the event comes between two steps and is seen at the next
    np.testing.assert_allclose(
        recording.values("g")[after], num.synapse_uS(recording.time)[after], rtol=1e-12
    )
    assert recording.values("v").max() > -69.5


def test_does_refining_the_step_with_the_rate_table_on_lead_to_another_limit():
    def limit(rate_table):
        runs = (arrival_ms(dt, secondorder=2, rate_table=rate_table) for dt in (0.0125, 0.00625))
        return num.extrapolate(*runs, factor=2, order=2)

    assert limit(False) == pytest.approx(arrival_ms(), abs=1e-5)
    # The table moves the limit by 0.4 us, a hundred times what is left of the step's own error.
    assert 1e-4 < abs(limit(True) - arrival_ms()) < 1e-3


def test_does_an_impulse_that_never_comes_arrive_never():
    weak = CurrentClamp(amp_nA=10)
    assert num.arrival_ms(num.simulate_impulse(Method(0.025), pulse=weak)) == np.inf


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: num.order_of_convergence([1], [1]), "at least two"),
        (lambda: num.order_of_convergence([1, 2], [0, 1]), "must not be zero"),
        (lambda: num.order_from_three(1, 2, 1, 3), "do not approach"),
        (lambda: num.order_from_three(1, 1, 1, 3), "do not approach"),
    ],
)
def test_is_an_order_that_cannot_be_measured_refused_in_words(ask, words):
    with pytest.raises(ValueError, match=words):
        ask()
