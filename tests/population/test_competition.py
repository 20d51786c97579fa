# SPDX-License-Identifier: BSD-3-Clause
"""Two pools that decide: the even state, when it gives way, and what chance makes of a bias."""

import numpy as np
import pytest

from neuroscales.membrane.stability import eigenvalues
from neuroscales.population.competition import (
    CompetingPools,
    chose_a,
    decision_times_ms,
    difference_growth_per_ms,
    even_states,
    pool_derivatives,
    simulate_competition,
)


@pytest.mark.parametrize(("w_cross", "common"), [(6.0, 2.6), (3.0, 3.2), (0.5, 2.0)])
def test_is_the_growth_of_a_difference_an_eigenvalue_of_the_jacobian(w_cross, common):
    pools = CompetingPools(w_cross=w_cross)
    for even in even_states(pools, common):
        state = np.array([even, even])
        assert pool_derivatives(pools, common, state) == pytest.approx([0, 0], abs=1e-14)
        values = eigenvalues(lambda y: pool_derivatives(pools, common, y), state)
        growth = difference_growth_per_ms(pools, common, even)
        assert np.min(np.abs(values - growth)) < 1e-13


@pytest.mark.parametrize("common", [2.6, 3.0, 3.2])
def test_does_a_difference_grow_where_theory_says_and_die_out_elsewhere(common):
    for w_cross in (1.0, 3.0, 6.0):
        pools = CompetingPools(w_cross=w_cross)
        even = even_states(pools, common)[-1]
        start, growth = (even + 1e-6, even - 1e-6), difference_growth_per_ms(pools, common, even)
        run = simulate_competition(
            pools,
            common,
            0.0,
            np.random.default_rng(1),
            n_trials=1,
            noise=0,
            tstop_ms=20,
            dt_ms=0.01,
            start=start,
        )
        gap = (run.profile("A").values - run.profile("B").values)[:, 0]
        # Euler's own growth is off by growth^2 dt / 2, below 1e-4 per ms.
        assert np.log(gap[-1] / gap[0]) / 20 == pytest.approx(growth, abs=2e-4)


def test_does_chance_alone_choose_each_as_often_and_a_bias_more_often_the_one():
    pools, n = CompetingPools(), 2000
    even = chose_a(simulate_competition(pools, 2.8, 0.0, np.random.default_rng(5), n_trials=n)).mean()
    assert even == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / n))
    biased = [
        chose_a(simulate_competition(pools, 2.8, bias, np.random.default_rng(6), n_trials=n)).mean()
        for bias in (-0.2, 0.1, 0.2, 0.3)
    ]
    # The two pools are alike: a bias against A is one for B.
    assert biased[0] == pytest.approx(1 - biased[2], abs=6 * np.sqrt(0.16 / n))
    assert biased[1] < biased[2] < biased[3]


def test_is_the_decision_quicker_with_a_bias():
    pools = CompetingPools()
    times = [
        np.nanmean(
            decision_times_ms(simulate_competition(pools, 2.8, bias, np.random.default_rng(7), n_trials=500))
        )
        for bias in (0.0, 0.3)
    ]
    assert times[1] < times[0] < 300


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: CompetingPools(tau_ms=0), "tau_ms of the pools must be positive"),
        (lambda: CompetingPools(w_self=-1), "w_self of the pools cannot be negative"),
        (lambda: simulate_competition(CompetingPools(), 1, 0, np.random.default_rng(1), dt_ms=0), "dt_ms"),
        (
            lambda: simulate_competition(CompetingPools(), 1, 0, np.random.default_rng(1), n_trials=0),
            "0 trials",
        ),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
