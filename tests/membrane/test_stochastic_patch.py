# SPDX-License-Identifier: BSD-3-Clause
"""The patch that fires by chance, beside the deterministic membrane and beside rates computed before."""

import numpy as np
import pytest

from neuroscales.core import Recording, Signal
from neuroscales.membrane import channels
from neuroscales.membrane import stochastic_patch as library
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, simulate_hodgkin_huxley
from neuroscales.membrane.protocols import Pulse
from neuroscales.membrane.stochastic_patch import StochasticPatch, simulate_stochastic_patch


@pytest.mark.parametrize("v_mV", [-80.0, -55.0, -40.0, 20.0])
def test_are_the_moves_of_a_step_those_of_the_markov_schemes(v_mV):
    from scipy.linalg import expm

    moved, stayed = library._gate_moves(np.array([v_mV]), 0.1)
    ours = library._moves(4, moved[2], stayed[2])[0]
    assert ours == pytest.approx(expm(0.1 * channels.potassium().rates_per_ms(v_mV)), abs=1e-12)
    ours = library._pairs_of_moves(
        library._moves(3, moved[0], stayed[0]), library._moves(1, moved[1], stayed[1])
    )
    assert ours[0] == pytest.approx(expm(0.1 * channels.sodium().rates_per_ms(v_mV)), abs=1e-12)


def test_are_its_densities_those_of_the_squid():
    patch = StochasticPatch(area_um2=100)
    assert patch.n_sodium * patch.channel_pS / 100 == pytest.approx(1200)  # pS/um2, or 0.12 S/cm2
    assert patch.n_potassium * patch.channel_pS / 100 == pytest.approx(360)


def test_is_a_very_large_patch_the_deterministic_membrane():
    patch, rng = StochasticPatch(area_um2=1e6), np.random.default_rng(1)
    recording = simulate_stochastic_patch(patch, rng, amp_uA_cm2=20.0, tstop_ms=20, dt_ms=0.01)
    exact = simulate_hodgkin_huxley(
        HodgkinHuxley(el_mV=-54.387), [Pulse(amp_uA_cm2=20.0)], tstop_ms=20, dt_ms=0.01
    )
    v, expected = recording.profile("v").values[:, 0], exact.values("v")
    times = [np.flatnonzero((x[:-1] < 0) & (x[1:] >= 0)) * 0.01 for x in (v, expected)]
    # The channels are held for a step of 0.01 ms, and 10^8 of them still flicker by one in 10^4.
    assert times[0] == pytest.approx(times[1], abs=0.05)
    assert len(times[1]) == 2
    assert v.max() == pytest.approx(expected.max(), abs=0.3)


def test_are_channels_neither_made_nor_lost():
    patch, rng = StochasticPatch(area_um2=3), np.random.default_rng(2)
    recording = simulate_stochastic_patch(patch, rng, tstop_ms=20, n_patches=5)
    assert 0 <= recording.profile("n_na").values.min() <= recording.profile("n_na").values.max() <= 180
    assert 0 <= recording.profile("n_k").values.min() <= recording.profile("n_k").values.max() <= 54
    v = recording.profile("v").values
    assert -77 < v.min() < v.max() < 50
    assert not np.allclose(v[:, 0], v[:, 1])


@pytest.mark.parametrize(("area_um2", "rate_Hz", "seconds"), [(10, 38.7, 2), (100, 9.6, 3)])
def test_does_a_small_patch_fire_by_itself_and_a_large_one_seldom(area_um2, rate_Hz, seconds):
    rng = np.random.default_rng(3)
    found, error = library.spontaneous_rate_Hz(
        StochasticPatch(area_um2), rng, seconds=seconds, n_patches=40, dt_ms=0.025
    )
    # Rates of an independent computation; 4 standard errors of a Poisson count, and 5 % for its own.
    expected_error = np.sqrt(rate_Hz / seconds)
    assert found == pytest.approx(rate_Hz, abs=4 * expected_error + 0.05 * rate_Hz)
    assert error == pytest.approx(expected_error, rel=0.6)


@pytest.mark.slow
def test_how_does_the_rate_fall_with_the_area():
    rng = np.random.default_rng(4)
    for area_um2, rate_Hz in {1: 49.2, 5: 45.0, 20: 34.5, 50: 19.0, 100: 9.6}.items():
        found, _ = library.spontaneous_rate_Hz(StochasticPatch(area_um2), rng, seconds=8, n_patches=160)
        assert found == pytest.approx(rate_Hz, abs=4 * np.sqrt(rate_Hz / 8) + 0.05 * rate_Hz), area_um2


def test_does_a_flicker_around_the_peak_count_once():
    v = np.array([-65.0, 10, -10, 20, -39, 5, -41, -50, 3])[:, None]
    recording = Recording(np.arange(9.0), [Signal("v", v, "mV", np.arange(1))])
    assert library.count_spikes(recording).tolist() == [2]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: StochasticPatch(area_um2=0), "area_um2 of the patch must be positive"),
        (lambda: StochasticPatch(area_um2=0.01), "make it larger"),
        (
            lambda: simulate_stochastic_patch(StochasticPatch(), np.random.default_rng(0), dt_ms=0),
            "dt_ms must",
        ),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
