# SPDX-License-Identifier: BSD-3-Clause
"""Are the channels that the page builds by hand the library's, and does it find what its sentences say?"""

import numpy as np
import pytest

from neuroscales.membrane import channels
from neuroscales.membrane.channels import VoltageStep
from tests.pages import page_fixture

PAGE = "membrane/channels"


built = page_fixture(PAGE, until="n_true, i_true_pA")  # the page as far as its models are built by hand
whole = page_fixture(PAGE)  # the page to its end


@pytest.mark.parametrize("v_mV", [-80.0, -55.0, 0.0])
def test_is_the_matrix_built_line_by_line_equal_to_the_librarys(built, v_mV):
    ours = channels.potassium().rates_per_ms(v_mV)
    assert built["potassium_rates"](v_mV) == pytest.approx(ours, abs=1e-14)
    assert built["settled"](ours) == pytest.approx(
        channels.steady_occupancy(channels.potassium(), v_mV), abs=1e-9
    )


def test_is_the_channel_simulated_line_by_line_equal_to_the_librarys(built):
    scheme, hold = channels.potassium(), [VoltageStep(0.0, 200.0)]
    for seed in range(5):
        rng = np.random.default_rng(seed)
        start = int(rng.choice(5, p=channels.steady_occupancy(scheme, 0.0)))
        path = built["one_channel"](scheme.rates_per_ms(0.0), start, 200.0, rng)
        own_ms = [t for t, state in path if state == 4]
        (library,) = channels.simulate_channel_openings(scheme, hold, 1, np.random.default_rng(seed))
        # The same random numbers in the same order: the same jumps, but for rounding.
        assert library[:, 0] == pytest.approx(own_ms, abs=1e-9)


def test_do_the_single_channels_find_what_the_sentences_say(built):
    assert 1e9 / built["ions_per_s"] == pytest.approx(80, abs=1)
    # Means within 4 standard errors of 16,000 stays; what is left above 0.2 ms is longer by just that.
    assert built["open_ms"].mean() == pytest.approx(2.5, abs=4 * 2.5 / np.sqrt(16_000))
    assert built["closed_ms"].mean() == pytest.approx(10, abs=4 * 10 / np.sqrt(16_000))
    assert built["seen_ms"].mean() == pytest.approx(2.7, abs=4 * 2.5 / np.sqrt(14_000))
    assert built["largest"] < 1e-12
    assert np.abs(built["fraction_open"] - built["expected"]).max() < 0.02
    assert built["openings_ms"][:, 0] == pytest.approx(built["own_openings_ms"], abs=1e-9)


@pytest.mark.slow
def test_do_the_crowds_find_what_the_sentences_say(whole):
    library = channels.noise_analysis(
        *(whole["current_pA"][:, :300].mean(axis=1), whole["current_pA"][:, :300].var(axis=1, ddof=1))
    )
    assert whole["weigh_and_count"](whole["current_pA"][:, :300]) == pytest.approx(library, rel=1e-9)
    few, many = whole["spread"][300], whole["spread"][4000]
    assert (few > 2 * many).all()  # the root of 13 is 3.7; ten experiments know their spread to a quarter
    assert whole["held"][300][0] < 50 < 10 * whole["held"][4000][0]
    assert whole["better"][0] < 0.7 * few[0] and whole["better"][1] < 0.7 * few[1]
    assert 0.4 < whole["never"] < 0.8 and 0.3 < whole["lasting_ms"] < 0.8


@pytest.mark.slow
def test_do_the_patches_find_what_the_sentences_say(whole):
    expected_Hz = [49.2, 45.0, 38.7, 34.5, 19.0, 9.6, 2.0]  # an independent computation
    for (found, _), expected in zip(whole["measured"], expected_Hz, strict=True):
        # 4 standard errors of a count in 8 s, and 5 % for the other computation's own.
        assert found == pytest.approx(expected, abs=4 * np.sqrt(expected / 8) + 0.05 * expected)
    assert np.ptp(whole["tiny_Hz"]) > 5 and np.ptp(whole["larger_Hz"]) < 1
    assert whole["settled"](whole["careless"])[4] == pytest.approx(0.9, abs=0.01)
    ratios = whole["eigenvalues"] / whole["speed_per_ms"]
    assert ratios == pytest.approx([0, -1, -2, -3, -4], abs=1e-9)
