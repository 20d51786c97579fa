# SPDX-License-Identifier: BSD-3-Clause
"""Are the models that the pages build by hand the library's?"""

import numpy as np
import pytest

from neuroscales.core import measure
from neuroscales.membrane import CurrentPulse, HodgkinHuxley, Leak, Patch, simulate_patch
from neuroscales.membrane.patch import input_resistance_Mohm, leak_response_mV
from tests.pages import page_fixture, settings_of

capacitor = page_fixture("membrane/capacitor")
leak = page_fixture("membrane/leak")
action_potential = page_fixture("membrane/action-potential")


def test_is_the_bilayer_built_line_by_line_equal_to_the_librarys(capacitor):
    pulse = CurrentPulse(delay_ms=1, dur_ms=1, amp_nA=1)
    recording = simulate_patch(Patch.of_area(100), None, [pulse], tstop_ms=5)
    # The same equation with the same method on the same grid: equal to rounding of 1000 mV.
    np.testing.assert_allclose(capacitor["t_ms"], recording.time, atol=1e-9)
    np.testing.assert_allclose(capacitor["v_mV"], recording.values("v"), atol=1e-9)


def test_does_the_page_find_what_its_sentences_say(capacitor):
    assert capacitor["agree"]
    assert capacitor["observed_mV"] == pytest.approx(99.472, abs=1e-3)
    assert capacitor["potential_V"] == pytest.approx(1e9, rel=1e-6)
    found = {where: round(jump) for where, jump in capacitor["jumps_mV"].items()}
    assert found == {(0.025, 1.0): 0, (0.025, 1.005): 25, (0.01, 1.0): 10, (0.01, 1.005): 10}
    assert capacitor["taken_ms"] == pytest.approx(0.0125, rel=1e-9)
    assert capacitor["kept_ms"] == pytest.approx(0.01, rel=1e-9)
    ends = list(capacitor["filled_in_mV"].values())
    assert ends == pytest.approx([35, -55, -55, -55], abs=1e-6)  # rounding of 100 mV
    moved = capacitor["moved_mV"]
    assert moved[80, 80] / moved[40, 40] == pytest.approx(0.25, rel=1e-6)
    assert moved[40, 20] / moved[40, 40] == pytest.approx(2, rel=1e-6)


def test_does_the_charge_explorer_show_i_t_over_c_at_every_setting():
    from neuroscales.membrane import explorers

    explorer = explorers.charge()
    lowest, highest = explorer.views[0].range
    for area_um2, dur_ms, amp_nA in settings_of(explorer):
        v = explorer.run(area_um2, dur_ms, amp_nA).values("v")
        assert v[-1] == pytest.approx(-65 + 1e5 * amp_nA * dur_ms / area_um2, abs=1e-6)
        assert lowest < v[-1] < highest
    assert "10 mV, to \N{MINUS SIGN}55 mV" in explorer.frame(100, 1, 0.01).sentence
    assert "No current" in explorer.frame(100, 1, 0).sentence


def test_is_the_leaky_soma_built_line_by_line_equal_to_the_librarys(leak):
    pulse = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)
    recording = simulate_patch(Patch(), Leak(5e-4, -65), [pulse], tstop_ms=100)
    # hh without gates is the same equation as pas: equal to rounding.
    np.testing.assert_allclose(leak["v_mV"], recording.values("v"), atol=1e-9)
    np.testing.assert_allclose(
        leak["closed_form_mV"], leak_response_mV(recording.time, Patch(), Leak(5e-4, -65), [pulse]), atol=1e-9
    )
    assert leak["v_mV"].max() > -61.1


def test_does_the_page_on_the_leak_find_what_its_sentences_say(leak):
    assert leak["traces"][-65][-1] == pytest.approx(-70, abs=0.01)
    assert leak["traces"][-70] == pytest.approx(-70, abs=1e-9)
    assert leak["measured_R_Mohm"] == pytest.approx(leak["resistance_Mohm"], rel=1e-3)
    # Implicit Euler at 0.025 ms is late by half a step.
    assert leak["measured_tau_ms"] == pytest.approx(leak["tau_ms"], abs=0.02)
    # Half is gone where (1 - e^-x) / x is a half.
    x = leak["half_ms"] / leak["tau_ms"]
    assert -np.expm1(-x) / x == pytest.approx(0.5, abs=1e-3)
    errors = leak["errors_mV"]
    assert errors[0, 0.05] / errors[0, 0.025] == pytest.approx(2, abs=0.1)
    assert errors[2, 0.05] / errors[2, 0.025] == pytest.approx(4, abs=0.2)


def test_does_the_leak_explorer_show_ohms_law_at_every_setting():
    from neuroscales.membrane import explorers

    explorer = explorers.leak()
    lowest, highest = explorer.views[0].range
    for v_init_mV, g_mS_cm2, amp_nA in settings_of(explorer):
        recording = explorer.run(v_init_mV, g_mS_cm2, amp_nA)
        v = recording.values("v")
        assert lowest < v.min() <= v.max() < highest
        before, after = (np.interp(t, recording.time, v) for t in (20, 60))
        left = np.exp(-40 * g_mS_cm2)  # of the way to the plateau, tau is 1 / g
        goal_mV = -70 + amp_nA * input_resistance_Mohm(Patch().area_um2, 1e-3 * g_mS_cm2)
        assert after == pytest.approx(goal_mV + (before - goal_mV) * left, abs=0.02)
    assert "39.8 mV for every nA" in explorer.frame(-65, 0.5, 0.1).sentence
    assert "No current" in explorer.frame(-65, 0.5, 0).sentence


SEED = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
STEP = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)


def test_is_the_firing_soma_built_line_by_line_equal_to_the_librarys(action_potential):
    recording = simulate_patch(Patch(), SEED, [STEP], tstop_ms=100, rate_table=False)
    np.testing.assert_allclose(action_potential["v_mV"], recording.values("v"), atol=1e-9)


def test_is_the_program_that_the_page_writes_right(action_potential):
    exact = simulate_patch(
        Patch(), SEED, [STEP], tstop_ms=100, dt_ms=None, absolute_tolerance=1e-9, rate_table=False
    )
    times_ms = measure.spike_times(exact.time, exact.values("v"))
    # Its steps of 0.01 ms leave it a few hundredths from the converged run.
    assert action_potential["own_spikes_ms"] == pytest.approx(times_ms, abs=0.03)
    assert action_potential["own_v_mV"].max() == pytest.approx(exact.values("v").max(), abs=0.1)
    second = action_potential["second_spike_ms"]
    assert (second[0.05] - second[0.025]) / (second[0.025] - second[0.0125]) == pytest.approx(4, abs=0.3)
    alpha, _ = action_potential["rates"](np.array([-40.0, -55.0]))
    assert (alpha[0][0], alpha[2][1]) == pytest.approx((1.0, 0.1), rel=1e-12)


def test_does_the_page_on_the_action_potential_find_what_its_sentences_say(action_potential):
    assert action_potential["smallest"] == pytest.approx({0.05: 0.11, 0.1: 0.078}, abs=1e-6)
    widths = action_potential["widths_ms"]
    assert 0.25 < widths[16.3] / widths[6.3] < 0.45
    assert 1 < action_potential["heights_mV"][6.3] - action_potential["heights_mV"][16.3] < 10
    assert action_potential["stuck_mV"][-1] > 30
    double = [CurrentPulse(10, 50, 0.2)]
    at_the_edge = HodgkinHuxley(0.05, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
    assert simulate_patch(Patch(), at_the_edge, double, tstop_ms=60).values("v").max() > 0


def test_does_the_spike_explorer_stay_in_its_panels():
    from neuroscales.membrane import explorers

    explorer = explorers.spike()
    amp, density, celsius = explorer.controls
    for corner in [(a, g, t) for a in amp.values[::3] for g in density.values[::11] for t in celsius.values]:
        recording = explorer.run(*corner)
        low, high = explorer.views[0].range
        assert low < recording.values("v").min() <= recording.values("v").max() < high
        low, high = explorer.views[2].range
        assert low < 1e3 * recording.values("ina").min() and 1e3 * recording.values("ik").max() < high
    assert "fires at 11.5 ms and reaches 42.6 mV" in explorer.frame(0.1, 0.1, 6.3).sentence
    assert "No spike" in explorer.frame(0.05, 0.04, 6.3).sentence
