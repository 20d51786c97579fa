# SPDX-License-Identifier: BSD-3-Clause
"""The warmed axon in NEURON, beside published values, a second method and an exact law of scaling."""

from dataclasses import replace

import numpy as np
import pytest
from neuron import h

from neuroscales.cable import CurrentClamp, SquidAxon
from neuroscales.cable.heat_block import GIANT, block_degC, simulate_at, travels, velocity_m_s
from neuroscales.core import engine
from tests.pages import names_of

FINE = replace(GIANT, nseg=601)


def _velocity(celsius_degC, axon=GIANT, dt_ms=0.005):
    return velocity_m_s(simulate_at(celsius_degC, axon=axon, dt_ms=dt_ms), axon)


def test_is_the_velocity_at_18_5_degrees_the_one_that_was_computed_by_hand():
    # Hodgkin and Huxley 1952: 18.8 m/s, by hand. Of it a step of 0.005 ms costs half a percent.
    assert _velocity(18.5) == pytest.approx(18.8, rel=0.01)


def test_is_the_impulse_fastest_near_30_degrees():
    speeds = {celsius: _velocity(celsius, FINE, 0.0025) for celsius in (26, 30, 33)}
    # Canonical: 23.3 m/s at 30 degC; first-order steps of 0.0025 ms leave half a percent.
    assert speeds[30] == pytest.approx(23.3, rel=0.01)
    assert speeds[26] < speeds[30] > speeds[33]


def test_does_propagation_fail_between_33_and_34_degrees():
    assert travels(simulate_at(33))
    assert not travels(simulate_at(34))
    # The same with half the step and twice the segments: the edge lies inside the degree, not at its rim.
    assert travels(simulate_at(33, axon=FINE, dt_ms=0.0025))
    assert not travels(simulate_at(34, axon=FINE, dt_ms=0.0025))
    assert 33 < block_degC() < 34


def test_is_the_block_a_failure_to_travel_and_not_one_to_start():
    blocked = simulate_at(34)
    peaks = [blocked.values("v", place).max() for place in (0.25, 0.5, 0.75, 0.9)]
    assert peaks[0] > -40  # an impulse sets out
    assert np.all(np.diff(peaks) < 0)  # and dies on its way
    assert peaks[-1] < -60
    # A shock 2.5 times as strong starts it higher, and saves it no more.
    stronger = _warm_axon_by_hand(34, cm_uF_cm2=1.0, dt_ms=0.005, amp_nA=100_000)
    assert stronger.max() < -60


def _warm_axon_by_hand(celsius_degC, cm_uF_cm2, dt_ms, amp_nA=40_000, slower=1.0, place=0.9):
    """Potential at a place of the giant axon with another capacitance, its time slower by a factor."""
    with engine.neuron_as_found():
        h.celsius = celsius_degC
        section = h.Section(name="axon")
        section.L, section.diam, section.nseg = GIANT.L_um, GIANT.diam_um, GIANT.nseg
        section.cm = cm_uF_cm2
        section.insert("hh")
        shock = CurrentClamp(0.0, 0.5 * slower, 0.1 * slower, amp_nA).into(section)
        v = h.Vector().record(section(place)._ref_v)
        engine.run(engine.Method(dt_ms * slower, rate_table=False), 8.0 * slower, -65)
        assert shock.amp == amp_nA
        return np.array(v)


@pytest.mark.parametrize("celsius_degC", [20.0, 34.0])
def test_is_a_warm_axon_a_cold_one_with_more_capacitance_in_slower_time(celsius_degC):
    speed = 3 ** ((celsius_degC - 6.3) / 10)
    warm = simulate_at(celsius_degC).values("v", 0.9)
    cold = _warm_axon_by_hand(6.3, cm_uF_cm2=speed, dt_ms=0.005, slower=speed)
    # The same equations step for step: equal to rounding, which the impulse enlarges.
    np.testing.assert_allclose(cold[: len(warm)], warm[: len(cold)], atol=1e-5)


def test_does_an_axon_of_another_diameter_fail_at_the_same_temperature():
    # The diameter only sets the unit of length, so block does not depend on it: 1/4 of it, half the length.
    thin = replace(GIANT, diam_um=GIANT.diam_um / 4, L_um=GIANT.L_um / 2)
    assert travels(simulate_at(33, axon=thin))
    assert not travels(simulate_at(34, axon=thin))


def test_does_the_classic_axon_stay_what_it_is():
    assert SquidAxon().celsius_degC == 6.3
    assert GIANT.celsius_degC == 18.5


def test_does_bisection_say_when_its_ends_are_wrong():
    with pytest.raises(ValueError, match="already yes at the low end, 35"):
        block_degC(35, 36)
    with pytest.raises(ValueError, match="still no at the high end, 32"):
        block_degC(30, 32)


@pytest.mark.slow  # the page computes many velocities before it comes to heat
def test_does_the_page_on_propagation_find_what_its_sentences_say_of_heat():
    with names_of("cable/propagation") as page:
        conducted, blocked_degC, heavy = page["conducted"], page["blocked_degC"], page["heavy"]
    assert max(conducted, key=conducted.get) == 30
    assert conducted[15] / conducted[5] == pytest.approx(1.44, abs=0.01)
    assert blocked_degC == pytest.approx(block_degC(), abs=1e-9)
    for celsius, velocity in heavy.items():
        # The axon built by hand and the library's, step for step: equal to rounding.
        assert velocity == pytest.approx(_velocity(celsius), rel=1e-6)
