# SPDX-License-Identifier: BSD-3-Clause
"""Does the explorer of single channels show the crowd's law at every setting?"""

import numpy as np
import pytest

from neuroscales.membrane.explorers import channel_crowd, crowd
from neuroscales.membrane.hodgkin_huxley import gate_time_constants_ms, steady_gates


def _n4(v_mV: float, time_ms: np.ndarray) -> np.ndarray:
    """n^4 through the step, from the equation of one gate."""
    before, after, tau_ms = steady_gates(-65.0)[2], steady_gates(v_mV)[2], gate_time_constants_ms(v_mV)[2]
    return (after + (before - after) * np.exp(-np.maximum(time_ms - 2, 0) / tau_ms)) ** 4


@pytest.mark.parametrize("v_mV", [-40, 40])
@pytest.mark.parametrize("n_channels", [1, 100, 10_000])
def test_does_the_mean_follow_n_to_the_fourth_and_the_spread_the_binomial(n_channels, v_mV):
    explorer = crowd()
    shown = explorer.run(n_channels, v_mV)
    expected = _n4(v_mV, shown.time)
    assert shown.values("expected") == pytest.approx(expected, abs=1e-12)
    error = np.sqrt(expected * (1 - expected) / (100 * n_channels))
    # 121 samples, neighbors nearly the same: the largest of some ten normal numbers seldom exceeds 4; one
    # channel in a hundred sweeps that happens to be open at rest is 0.01.
    assert np.abs(shown.values("mean") - expected).max() < np.max(4 * error) + 0.01 / n_channels
    whole = shown.values("n_open") * n_channels
    assert whole == pytest.approx(np.round(whole), abs=1e-8)
    binomial = np.sqrt((1 - expected[-1]) / (n_channels * expected[-1]))
    # 100 sweeps leave 7 % of a standard deviation; where few are open, most of the spread is in the mean.
    assert channel_crowd._relative_fluctuation(shown) == pytest.approx(binomial, rel=0.35)


def test_does_the_fluctuation_fall_as_one_over_the_root_of_the_number():
    explorer = crowd()
    numbers = explorer.frame(1, 0).channels[-1]
    slope = np.polyfit(np.log10(channel_crowd._NUMBER.values), numbers, 1)[0]
    # Nine points over four decades, each good to 5 %.
    assert slope == pytest.approx(-0.5, abs=0.02)


def test_does_everything_stay_in_its_panel_and_the_sentence_say_how_smooth_it_is():
    explorer = crowd()
    for v_mV in explorer.controls[1].values[::2]:
        *lines, numbers = explorer.frame(10, v_mV).channels
        assert 0 <= min(map(np.min, lines)) <= max(map(np.max, lines)) <= 1
        assert np.log10(0.002) < numbers.min() <= numbers.max() < np.log10(5)
    said = explorer.frame(100, 0).sentence
    assert said.startswith("68 % are open at the end")
    assert said.endswith("the binomial distribution says 6.9 %.")
