# SPDX-License-Identifier: BSD-3-Clause
"""Are the models that the pages on simpler spikes and on excitability build by hand the library's?"""

import numpy as np
import pytest

from neuroscales.core import measure
from neuroscales.membrane import IntegrateAndFire, excitability, morris_lecar
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, derivatives
from neuroscales.membrane.integrate_and_fire import simulate_integrate_and_fire
from neuroscales.membrane.protocols import CurrentPulse, Pulse
from tests.pages import page_fixture

pytestmark = pytest.mark.slow  # the pages run a hundred membranes, for some ten seconds each


simpler = page_fixture("membrane/simpler-spikes")
excitable = page_fixture("membrane/excitability")


def test_is_morris_and_lecars_membrane_built_line_by_line_equal_to_the_librarys(simpler):
    state = np.array([[-70.0, -20.0, 30.0], [0.01, 0.2, 0.5]])
    by_hand = simpler["slopes"](state, 40.0)
    # The same formulas: equal to rounding.
    assert by_hand == pytest.approx(morris_lecar.derivatives(morris_lecar.HOPF, 40.0, state), rel=1e-12)
    v, w = simpler["go"]([-20.0, 0.1], 100.0)
    run = morris_lecar.simulate_morris_lecar(
        morris_lecar.HOPF, 100.0, tstop_ms=200, v_init_mV=-20.0, w_init=0.1
    )
    assert v == pytest.approx(run.values("v"), abs=1e-9)
    assert w == pytest.approx(run.values("w"), abs=1e-11)


def test_is_the_threshold_curve_followed_by_hand_the_librarys(simpler):
    curve_v, curve_w = simpler["curve_v"], simpler["curve_w"]
    for branch in (simpler["upper"], simpler["lower"]):
        # Away from its start beside the curve, to which it is drawn, and from the point around which it ends.
        v, w = branch[:, 300:][:, branch[1, 300:] < 0.25]
        assert len(v) > 100
        assert np.interp(w, curve_w, curve_v) == pytest.approx(v, abs=0.02)
    reached = simpler["second_mV"]
    assert reached[-0.5] < -10 and reached[0.5] > 20


def test_is_the_integrate_and_fire_neuron_built_line_by_line_equal_to_the_librarys(simpler):
    _, spikes_ms = simulate_integrate_and_fire(IntegrateAndFire(), [CurrentPulse(0, 100, 0.2)])
    # It fires at the end of a step of 0.001 ms, late by up to one, and one more with each spike.
    late_ms = simpler["own_spikes_ms"] - spikes_ms
    assert len(late_ms) == 6
    assert np.all(late_ms > -1e-9) and np.all(late_ms < 0.001 * np.arange(1, 7) + 1e-9)


def test_does_the_reduced_membrane_keep_the_spike_and_lose_the_numbers(simpler):
    assert simpler["height_hn"] == pytest.approx(0.87, abs=0.01)
    assert simpler["slope_hn"] == pytest.approx(-1.07, abs=0.01)
    assert simpler["full_Hz"] == pytest.approx(68.3, abs=0.2)  # computed twice elsewhere
    assert 80 < simpler["short_Hz"] < 90
    # It still begins with a jump: at least half of its rate at twice the current.
    rates = simpler["curves"]["with a jump"]["the same with two"]
    assert rates[rates > 0][0] > 0.5 * rates[-1]


def test_does_each_model_begin_to_fire_as_its_panel_says(simpler):
    relative = simpler["relative"]
    for how, models in simpler["curves"].items():
        for name, rates in models.items():
            assert np.all(rates[relative < 0.99] == 0), name
            first = rates[rates > 0][0] / rates[-1]
            assert (first > 0.45) == (how == "with a jump"), name
    ratios = simpler["slow_Hz"][1:] / simpler["slow_Hz"][:-1]
    assert ratios == pytest.approx([2, 2], abs=0.15)


def test_has_the_first_membrane_every_height_of_spike_and_the_second_none_between(simpler):
    # Three times as fast, pushes 0.1 mV apart never differ by more than 2 mV in what they reach.
    assert np.diff(simpler["reached_mV"](simpler["pushed_to_mV"], faster=3)).max() < 2
    # As published the heights between lie within a hundredth of a millivolt, but they are there.
    assert simpler["jump_to_mV"] - simpler["jump_from_mV"] > 25
    assert 0.002 < np.ptp(simpler["zoom_mV"][simpler["half_size"]]) < 0.03
    assert simpler["half_size"].sum() > 10
    fired = [one.max() > 0 for one in _from_both_sides(simpler)]
    assert fired == [False, True]


def _from_both_sides(simpler: dict) -> list[np.ndarray]:
    """Potentials after pushes that end 0.01 mV to either side of the threshold curve."""
    at_mV = np.interp(simpler["rest_w"], simpler["curve_w"], simpler["curve_v"])
    how = {"tstop_ms": 150, "rule": simpler["rule"]}
    return [simpler["go"]([at_mV + d, simpler["rest_w"]], 20.0, **how)[0][1:] for d in (-0.01, 0.01)]


def test_cannot_one_variable_fire_when_it_is_let_go(simpler):
    assert simpler["after_release_ms"].size == 0
    assert simpler["rebound_ms"].size == 1


def test_is_the_program_for_many_membranes_right(excitable):
    amps = excitable["asked_uA_cm2"]
    reference = excitability.spike_trains(
        [Pulse(amp_uA_cm2=amps)], tstop_ms=200, dt_ms=0.0125, v_init_mV=-65.0
    )  # second order
    for amp, ours, exact in zip(amps, excitable["trains"], reference, strict=True):
        assert len(ours) == len(exact), amp
        if amp in (10.0, 20.0):
            # First order at 0.02 ms: each of up to 18 spikes adds its hundredth of a millisecond.
            assert ours == pytest.approx(exact, abs=0.3)
    assert excitable["own_Hz"] == pytest.approx(68.3, rel=0.005)
    none, one, some, endless = excitable["trains"][:4]
    assert (len(none), len(one)) == (0, 1)
    assert len(some) > 1 and some[-1] < 100 < 180 < endless[-1]


def test_are_the_slopes_written_by_hand_the_librarys(excitable):
    state = np.array([-50.0, 0.2, 0.4, 0.5])
    exact = derivatives(HodgkinHuxley(el_mV=-54.387), 0.0, state)
    assert excitable["slopes"](state) == pytest.approx(exact, rel=1e-12)


def test_does_the_page_find_the_hopf_points_that_the_library_finds(excitable):
    (_, lower), (_, upper) = excitability.hopf_points()
    # Interpolated between equilibria 0.05 mV apart; the library solves for them.
    assert excitable["lets_go"] == pytest.approx(lower, abs=0.01)
    assert excitable["holds_again"] == pytest.approx(upper, abs=0.05)


def test_does_the_page_on_excitability_find_what_its_sentences_say(excitable):
    assert excitable["one_spike"] == pytest.approx(2.24, abs=0.005)
    assert excitable["repetitive"] == pytest.approx(6.26, abs=0.01)
    assert 49 < excitable["onset_Hz"] < 53
    assert (excitable["upward"].min(), excitable["upward"].max()) == (7.75, 9.25)
    assert (excitable["downward"].min(), excitable["downward"].max()) == (13.0, 14.25)
    fast, slow = excitable["runs"].values()
    assert measure.spike_times(fast.time, fast.values("v")).size == 1
    assert measure.spike_times(slow.time, slow.values("v")).size == 0
    assert excitable["at_release"]["v"] == pytest.approx(-68.0, abs=0.05)
    assert excitable["jump_mV"] == pytest.approx(6.51, abs=0.01)
    # At the shortest pulse the charge alone counts: on 1 uF/cm2 as many nC/cm2 as millivolts.
    assert 0.1 * excitable["weakest_uA_cm2"][0.1] == pytest.approx(excitable["jump_mV"], rel=0.01)
    assert excitable["slow_Hz"][:2].min() > 50 and excitable["slow_Hz"][3] == 0
    assert excitable["swing_mV"] < 0.5 and excitable["end_h"] < 0.1


def test_does_warmth_take_height_and_then_firing(excitable):
    assert np.all(np.diff(excitable["peaks_mV"]) < 0)
    between = excitable["between_uA_cm2"]
    there = ~np.isnan(between[:, 0])
    assert np.all(np.diff(np.ptp(between[there], axis=1)[10:]) < 0)
    # Finer steps of temperature put the end between 28.3 and 29.3 degC as well.
    for celsius, count in ((28.3, 2), (29.3, 0)):
        points = excitability.hopf_points(HodgkinHuxley(el_mV=-54.387, celsius_degC=celsius))
        assert len(points) == count
    assert excitable["last_degC"] == pytest.approx(28.3)
