# SPDX-License-Identifier: BSD-3-Clause
"""Is what the page on learning builds by hand the library's, and does it find what its sentences say?"""

import numpy as np
import pytest

from neuroscales.synapse.explorers import pairing
from neuroscales.synapse.plasticity import (
    PairRule,
    TripletRule,
    mean_drift_per_s,
    poisson_trains_ms,
    protocol_change,
    weight_change,
)
from tests.pages import page_fixture

page = page_fixture("synapse/learning")


def test_are_the_rules_built_line_by_line_equal_to_the_librarys(page):
    trains = poisson_trains_ms(25.0, 1500.0, 2, np.random.default_rng(8))
    pre_ms, post_ms = (train[np.isfinite(train)] for train in trains)
    for by_hand, rule in ((page["learn_pairs"], PairRule()), (page["learn_triplets"], TripletRule())):
        assert by_hand(pre_ms, post_ms) == pytest.approx(weight_change(rule, pre_ms, post_ms), rel=1e-9)
        for delay_ms in (10, -10):
            found = by_hand(*page["pairings"](20, delay_ms))
            assert found == pytest.approx(protocol_change(rule, 20, delay_ms), rel=1e-9)  # rounding of times


def test_does_the_page_find_what_its_sentences_say(page):
    assert page["slow"][10] > 18 and page["slow"][-10] < -18
    assert -3 < page["fast"][-10] < page["fast"][10] < 0  # "both lead to a little depression"
    after = page["by_triplets"][-10]
    assert after[0] < -25 and after[2] < -25 and after[3] > 10 and after[4] > 50
    assert page["pair_square"] > 70 and page["triplet_square"] < 7
    assert 19 < page["turn_Hz"] < 20
    for drifts, errors, rule in zip(page["drifts"], page["errors"], (PairRule(), TripletRule()), strict=True):
        # Four standard errors, and half a percent for the traces that are empty at the start of 20 s.
        expected = mean_drift_per_s(rule, 10, page["post_Hz"])
        assert np.all(np.abs(drifts - expected) < 4 * errors + 6e-3 * np.abs(expected))


def test_do_the_solutions_of_the_exercises_say_what_they_compute(page):
    three = page["three"]
    assert three["pre-post-pre"][0] == pytest.approx(three["post-pre-post"][0], rel=1e-9)
    assert three["post-pre-post"][1] > three["pre-post-pre"][1] + 0.2
    right, swapped, short = (page["noticed"][name] for name in ("right", "swapped", "10 ms"))
    assert abs(swapped[0] - right[0]) < 1 and swapped[2] == pytest.approx(-right[2])
    assert abs(short[0] - right[0]) > 5 and abs(short[1] - right[1]) > 10
    best = page["best"]
    assert page["best_square"] > 5 * page["triplet_square"]
    assert 200 < best.tau_plus_ms < 300 and best.tau_minus_ms < 3 and best.A_minus > 0.3


def test_does_the_explorer_stay_in_its_panels_at_every_position():
    explorer = pairing()
    frequency, delay = explorer.controls
    for frequency_Hz in (frequency.values[0], frequency.start, frequency.values[-1]):
        for delay_ms in delay.values:
            run = explorer.run(frequency_Hz, delay_ms)
            assert "nan" not in explorer.frame(frequency_Hz, delay_ms).sentence
            for view in explorer.views:
                low, high = view.range
                channels = view.channels(explorer.view_of(run, frequency_Hz, delay_ms))
                # Close to no delay the triplet rule leaves the panel; the dots, at 5 ms or more, do not.
                dots = channels[-2:-1] if view.kind == "plane" else channels
                curves = [*dots, *channels[:-3]] if "delay" not in view.label else dots
                for curve in curves:
                    assert low <= np.nanmin(curve) and np.nanmax(curve) <= high


@pytest.mark.parametrize(("frequency_Hz", "delay_ms"), [(10, 10), (50, -10), (0.1, 5)])
def test_are_the_dots_of_the_explorer_on_its_curves_and_what_its_sentence_says(frequency_Hz, delay_ms):
    explorer = pairing()
    run = explorer.run(frequency_Hz, delay_ms)
    over_frequency, over_delay = explorer.views[:2]
    for number, rule in enumerate((PairRule(), TripletRule())):
        left = 100 * protocol_change(rule, frequency_Hz, delay_ms)
        for view, at in ((over_frequency, frequency_Hz), (over_delay, delay_ms)):
            curve = view.curves[number].values(np.array([at]), frequency_Hz=frequency_Hz, delay_ms=delay_ms)
            assert curve == pytest.approx(left, rel=1e-12)
            dots = view.points(run, frequency_Hz=frequency_Hz, delay_ms=delay_ms)
            # At the slowest protocol triplets leave nothing but rounding.
            assert [dot for dot in dots if dot[2]][number][1] == pytest.approx(left, rel=1e-9, abs=1e-9)
        assert (
            f"{left:+.0f}".replace("-", "\N{MINUS SIGN}") + " %"
            in explorer.frame(frequency_Hz, delay_ms).sentence
        )
    rings = [p for p in over_frequency.points(run, frequency_Hz=frequency_Hz, delay_ms=delay_ms) if not p[2]]
    assert len(rings) == (5 if abs(delay_ms) == 10 else 0)
