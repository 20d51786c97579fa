# SPDX-License-Identifier: BSD-3-Clause
"""Learning from spike timing: window, steps from spike to spike, Poisson drift, and pairing frequency."""

import itertools

import numpy as np
import pytest

from neuroscales.synapse.plasticity import (
    MEASURED,
    PairRule,
    TripletRule,
    learn,
    mean_drift_per_s,
    pairings_ms,
    poisson_trains_ms,
    protocol_change,
    simulate_learning,
    turning_rate_Hz,
    weight_change,
    window,
)

FULL = TripletRule(A2_plus=3e-3)  # no term is zero
FREQUENCIES_Hz = np.array([0.1, 10, 20, 40, 50])
RANDOM = [
    np.sort(np.random.default_rng(seed).uniform(0, 2000, number)) for seed, number in ((1, 40), (2, 55))
]


@pytest.mark.parametrize("nearest", [False, True])
@pytest.mark.parametrize("delay_ms", [-80.0, -10.0, -0.1, 0.1, 10.0, 80.0])
def test_is_the_change_by_one_pair_the_window(delay_ms, nearest):
    rule = PairRule(0.004, 0.003, 12.0, 31.0, nearest)
    written = 0.004 * np.exp(-delay_ms / 12) if delay_ms > 0 else -0.003 * np.exp(delay_ms / 31)
    assert window(rule, delay_ms) == pytest.approx(written, rel=1e-12)  # rounding
    assert weight_change(rule, [100.0], [100.0 + delay_ms]) == pytest.approx(written, rel=1e-9)  # of times
    found = weight_change(FULL, [100.0], [100.0 + delay_ms])
    assert found == pytest.approx(window(FULL, delay_ms), rel=1e-9)


def test_do_two_spikes_at_the_same_time_not_see_each_other():
    assert window(PairRule(), 0.0) == weight_change(PairRule(), [5.0], [5.0]) == 0
    # Each still sees the one 10 ms before, and the order in which the two are written does not matter.
    expected = (0.005 - 0.00525) * np.exp(-0.5)
    both = [
        weight_change(PairRule(), [0.0, 10.0], [0.0, 10.0]),
        weight_change(PairRule(), [0, 10], [1e-12, 10]),
    ]
    np.testing.assert_allclose(both, expected, rtol=1e-9)


def test_are_the_steps_the_sum_over_all_pairs_and_triplets():
    pre_ms, post_ms = RANDOM
    total = 0.0
    for late in post_ms:
        pairs = np.exp(-(late - pre_ms[pre_ms < late]) / FULL.tau_plus_ms).sum()
        slow = np.exp(-(late - post_ms[post_ms < late]) / FULL.tau_y_ms).sum()
        total += pairs * (FULL.A2_plus + FULL.A3_plus * slow)
    for late in pre_ms:
        total -= FULL.A2_minus * np.exp(-(late - post_ms[post_ms < late]) / FULL.tau_minus_ms).sum()
    assert weight_change(FULL, pre_ms, post_ms) == pytest.approx(total, rel=1e-10)  # rounding of many terms


def test_does_the_nearest_rule_pair_each_spike_with_the_last_of_the_other_side():
    rule, (pre_ms, post_ms) = PairRule(nearest=True), RANDOM
    total = 0.0
    for sides, factor, tau_ms in (
        ((post_ms, pre_ms), rule.A_plus, rule.tau_plus_ms),
        ((pre_ms, post_ms), -rule.A_minus, rule.tau_minus_ms),
    ):
        for late in sides[0]:
            before = sides[1][sides[1] < late]
            total += factor * np.exp(-(late - before[-1]) / tau_ms) if before.size else 0.0
    assert weight_change(rule, pre_ms, post_ms) == pytest.approx(total, rel=1e-10)
    assert abs(weight_change(PairRule(), pre_ms, post_ms) - total) > 1e-3  # all spikes do something else


def _integrated(rule, pre_ms, post_ms, dt_ms):
    """Euler steps of the traces' differential equations; spikes that stand on the grid."""
    r = o = y = change = 0.0
    pre, post = (set(np.round(np.asarray(spikes) / dt_ms).astype(int)) for spikes in (pre_ms, post_ms))
    for step in range(max(pre | post) + 1):
        change += (step in post) * r * (rule.A2_plus + rule.A3_plus * y) - (step in pre) * o * rule.A2_minus
        r, o, y = r + (step in pre), o + (step in post), y + (step in post)
        r, o, y = (
            r - dt_ms * r / rule.tau_plus_ms,
            o - dt_ms * o / rule.tau_minus_ms,
            y - dt_ms * y / rule.tau_y_ms,
        )
    return change


def test_does_an_integration_of_the_traces_come_to_the_steps_as_its_step_shrinks():
    pre_ms, post_ms = np.unique(np.round(RANDOM[0])), np.unique(np.round(RANDOM[1]))
    exact = weight_change(FULL, pre_ms, post_ms)
    found = [_integrated(FULL, pre_ms, post_ms, dt_ms) for dt_ms in (0.2, 0.1, 0.05)]
    # Euler is of the first order: half the step, half the error; what is left over is of the second.
    for coarse, fine in itertools.pairwise(found):
        assert (coarse - exact) / (fine - exact) == pytest.approx(2, abs=0.05)
    # Without the first order the error is some (0.05/17)^2 of each term; the terms add up to several times
    # the result.
    assert 2 * found[2] - found[1] == pytest.approx(exact, rel=1e-3)


def test_are_many_cells_at_once_each_what_it_is_alone():
    rng = np.random.default_rng(5)
    pre_ms, post_ms = (poisson_trains_ms(20.0, 1000.0, 6, rng) for _ in range(2))
    pre_ms[2], post_ms[3] = np.inf, np.inf  # a silent cell on either side
    together = weight_change(TripletRule(), pre_ms, post_ms)
    assert together[2] == together[3] == 0
    for cell in (0, 1, 4, 5):
        alone = [train[cell][np.isfinite(train[cell])] for train in (pre_ms, post_ms)]
        assert together[cell] == pytest.approx(weight_change(TripletRule(), *alone), rel=1e-12)
    one_for_all = weight_change(TripletRule(), pre_ms[0], post_ms)
    assert one_for_all.shape == (6,) and one_for_all[0] == pytest.approx(together[0], rel=1e-12)


def test_does_the_recording_show_at_each_time_what_spikes_until_then_left():
    pre_ms, post_ms = RANDOM
    run = simulate_learning(FULL, pre_ms, post_ms, tstop_ms=2100, dt_ms=7.0)
    for at in (0, 50, 151, 300):
        now = run.time[at]
        r = np.exp(-(now - pre_ms[pre_ms <= now]) / FULL.tau_plus_ms).sum()
        y = np.exp(-(now - post_ms[post_ms <= now]) / FULL.tau_y_ms).sum()
        assert run.values("r")[at] == pytest.approx(r, rel=1e-9, abs=1e-12)
        assert run.values("y")[at] == pytest.approx(y, rel=1e-9, abs=1e-12)
    lesson = learn(FULL, pre_ms, post_ms)
    assert run.values("change")[-1] == lesson.change[-1] and run.values("change")[0] == 0


@pytest.mark.parametrize(
    ("rule", "pre_Hz", "post_Hz"),
    [
        (PairRule(), 10, 10),
        (PairRule(), 30, 15),
        (PairRule(nearest=True), 10, 10),
        (PairRule(nearest=True), 15, 40),
        (TripletRule(), 10, 10),
        (TripletRule(), 10, 40),
        (TripletRule(0, 0.05, 8e-3, tau_y_ms=40, nearest=True), 20, 30),
    ],
)
def test_is_the_mean_drift_of_poisson_spikes_the_closed_form(rule, pre_Hz, post_Hz):
    rng, seconds, n_cells = np.random.default_rng(11), 50.0, 400
    pre_ms, post_ms = (
        poisson_trains_ms(rate_Hz, 1e3 * seconds, n_cells, rng) for rate_Hz in (pre_Hz, post_Hz)
    )
    drifts = weight_change(rule, pre_ms, post_ms) / seconds
    expected, error = mean_drift_per_s(rule, pre_Hz, post_Hz), drifts.std(ddof=1) / np.sqrt(n_cells)
    assert abs(expected) > 6 * error  # the comparison can tell it from none
    # Four standard errors, by chance once in 16000; empty traces at the start cost a tenth second of fifty.
    assert abs(drifts.mean() - expected) < 4 * error + 2.5e-3 * abs(expected)


def test_are_the_closed_forms_of_the_drift_the_published_ones():
    pair, triplet = PairRule(), TripletRule()
    expected = (pair.A_plus * 0.020 - pair.A_minus * 0.020) * 10 * 10
    assert mean_drift_per_s(pair, 10, 10) == pytest.approx(expected, rel=1e-12)
    nearest = 100 * (0.005 / (10 + 50) - 0.00525 / (10 + 50))
    assert mean_drift_per_s(PairRule(nearest=True), 10, 10) == pytest.approx(nearest, rel=1e-12)
    turn_Hz = turning_rate_Hz(triplet)
    assert turn_Hz == pytest.approx(7.1e-3 * 0.0337 / (6.5e-3 * 0.0168 * 0.114), rel=1e-12)
    assert mean_drift_per_s(triplet, 7, 0.9 * turn_Hz) < 0 < mean_drift_per_s(triplet, 7, 1.1 * turn_Hz)
    assert mean_drift_per_s(triplet, 7, turn_Hz) == pytest.approx(0, abs=1e-15)
    # The pair rule has no such rate: its sign is the same at all.
    rates_Hz = np.array([0.1, 1, 10, 100])
    assert np.all(mean_drift_per_s(pair, 7, rates_Hz) < 0)


@pytest.mark.parametrize("delay_ms", [10.0, -10.0])
def test_is_the_change_by_regular_pairings_the_geometric_series(delay_ms):
    number, frequency_Hz, rule = 60, 20.0, PairRule()
    same = np.exp(-abs(delay_ms) / 20)
    # All pairings k periods apart: number - k of them, and the delay to the next is the period less this one.
    apart = np.arange(1, number)
    later = [
        (number - apart) @ np.exp(-(50 * apart + shift) / 20) for shift in (abs(delay_ms), -abs(delay_ms))
    ]
    first, second = (0.005, 0.00525) if delay_ms > 0 else (-0.00525, -0.005)
    expected = first * (number * same + later[0]) - second * later[1]
    assert protocol_change(rule, frequency_Hz, delay_ms, number) == pytest.approx(expected, rel=1e-10)


def _misfits(rule):
    """Difference from each measurement, in its standard errors."""
    return np.concatenate([
        (protocol_change(rule, *np.transpose([(row[0], delay_ms) for row in rows]))
         - np.array(rows)[:, 1]) / np.array(rows)[:, 2]
        for delay_ms, rows in MEASURED.items()
    ])  # fmt: skip


def test_does_the_pair_rule_fail_where_the_triplet_rule_does_not():
    before, after = (protocol_change(PairRule(), FREQUENCIES_Hz, delay_ms) for delay_ms in (10, -10))
    # The faster, the less potentiation and the less depression; at 50 Hz the two cancel.
    assert np.all(np.diff(before) < 0) and np.all(np.diff(after) > 0)
    assert np.abs([before[-1], after[-1]]).max() < 0.02 < 0.18 < np.abs([before[0], after[0]]).min()
    before, after = (protocol_change(TripletRule(), FREQUENCIES_Hz, delay_ms) for delay_ms in (10, -10))
    assert np.all(np.diff(before) > 0) and before[0] < 1e-6
    assert np.all(after[:3] < -0.3) and np.all(after[3:] > 0.1)
    # To a third digit, from a run of the same protocol in another program.
    np.testing.assert_allclose(100 * before, [0, 11.9, 22.8, 53.2, 76.3], atol=0.06)
    np.testing.assert_allclose(100 * after, [-31.7, -33.2, -34.2, 17.4, 74.9], atol=0.06)
    # Ten measurements less three fitted parameters: chance alone leaves about seven, and seldom above 14.
    assert (_misfits(TripletRule()) ** 2).sum() < 7 < 70 < (_misfits(PairRule()) ** 2).sum()
    assert np.abs(_misfits(TripletRule())).max() < 2


def test_begins_a_protocol_at_zero_with_the_right_side_first():
    pre_ms, post_ms = pairings_ms([10.0, 20.0], [10.0, -5.0], 3)
    np.testing.assert_allclose(pre_ms, [[0, 100, 200], [5, 55, 105]])
    np.testing.assert_allclose(post_ms, [[10, 110, 210], [0, 50, 100]])


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: PairRule(tau_plus_ms=0), "tau_plus_ms of the pair rule must be positive, not 0"),
        (lambda: PairRule(A_minus=-1), r"A_minus of the pair rule cannot be negative \(-1\)"),
        (lambda: TripletRule(A3_plus=np.nan), "A3_plus must be a finite number"),
        (lambda: TripletRule(tau_y_ms=-1), "tau_y_ms of the triplet rule must be positive"),
        (
            lambda: weight_change(PairRule(), [2, 1], [3]),
            "the presynaptic spikes of each cell, in ms, must be",
        ),
        (lambda: weight_change(PairRule(), [1], [np.nan]), "the postsynaptic spikes of each cell, in ms"),
        (lambda: weight_change(PairRule(), [np.inf, 1], [3]), "the presynaptic spikes of each cell"),
        (lambda: weight_change(PairRule(), [], []), "there is no spike to learn from"),
        (
            lambda: weight_change(PairRule(), [[1], [2]], [[1], [2], [3]]),
            "2,.* presynaptic and .*3,.* postsyn",
        ),
        (lambda: simulate_learning(PairRule(), [-1], [3]), "spikes come from 0 ms on, not at -1 ms"),
        (lambda: simulate_learning(PairRule(), [1], [3], dt_ms=0), "dt_ms of the recording must be positive"),
        (lambda: protocol_change(PairRule(), 0, 10), "frequency_Hz of the pairings must be positive"),
        (lambda: protocol_change(PairRule(), 10, np.nan), "must be finite numbers"),
        (lambda: mean_drift_per_s(PairRule(), -1, 10), "pre_Hz of the spikes cannot be negative"),
        (lambda: turning_rate_Hz(TripletRule(A3_plus=0)), "only a rule with all spikes"),
        (
            lambda: poisson_trains_ms(1, 1, 0, np.random.default_rng()),
            "n_cells of the trains must be positive",
        ),
    ],
)
def test_is_bad_input_told_in_one_sentence(ask, said):
    with pytest.raises(ValueError, match=said):
        ask()
