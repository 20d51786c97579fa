# SPDX-License-Identifier: BSD-3-Clause
"""The page on synapses with a history and its explorer: is what stands there what the library does?"""

import itertools

import numpy as np
import pytest

from neuroscales.synapse.explorers import short_term
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import (
    DEPRESSING,
    FACILITATING,
    MIXED,
    releases,
    simulate_terminal,
    steady,
)
from neuroscales.synapse.short_term_rates import mean_field
from tests.pages import page_fixture

CLASSIC_ms = [*range(100, 451, 50), 950]


page = page_fixture("synapse/short-term")


@pytest.fixture(scope="module")
def explorer():
    return short_term()


def test_is_the_loop_of_the_page_the_map_of_the_library(page):
    train_ms = np.cumsum(np.random.default_rng(1).exponential(50.0, 40))
    for terminal in (DEPRESSING, FACILITATING, MIXED):
        by_hand = page["follow"](terminal.U1, terminal.tau_rec_ms, terminal.tau_facil_ms, train_ms)
        np.testing.assert_allclose(by_hand, releases(terminal, train_ms).released, rtol=1e-12)  # rounding
    kinds = {"depressing": DEPRESSING, "facilitating": FACILITATING, "mixed": MIXED}
    for name, terminal in kinds.items():
        assert page["sets"][name] == (terminal.U1, terminal.tau_rec_ms, terminal.tau_facil_ms)


def test_is_the_cell_that_the_page_builds_the_librarys(page):
    recording = simulate_terminal(DEPRESSING, CLASSIC_ms)
    np.testing.assert_allclose(recording.time, page["t_ms"], atol=1e-9)
    np.testing.assert_allclose(recording.values("v"), page["v_mV"], rtol=0, atol=1e-9)  # the same equations
    assert max(page["R_off"], page["use_off"]) < 1e-12  # "to rounding"
    # A sample lies at most half a step off the peak: 3e-4 of it (0.0125^2 / (2 tau_r tau_d)).
    np.testing.assert_allclose(page["peaks_nS"], releases(DEPRESSING, CLASSIC_ms).released, rtol=3e-4)


def test_are_the_two_forms_the_same_and_the_mixture_not(page):
    for given in page["sets"].values():
        form = page["follow"](*given, CLASSIC_ms)
        other = page["follow_other"](*given, CLASSIC_ms, rise_first=False)
        mixture = page["follow_other"](*given, CLASSIC_ms, rise_first=True)
        np.testing.assert_allclose(other, form, rtol=1e-12)
        assert mixture[0] == pytest.approx(given[0] * (2 - given[0]))
    assert page["mixed_up"][0] == pytest.approx(0.36)


def test_does_the_page_find_what_its_sentences_say(page):
    classic = page["classic"]
    assert classic.argmax() == 1 and np.all(np.diff(classic[1:8]) < 0) and classic[8] > classic[7]
    mixed = releases(MIXED, [0.0, 50.0, 100.0])
    assert mixed.available[1] < 1 and mixed.use[1] > 0.2
    assert page["first_eight"]["depressing"][2] == pytest.approx(0.5 * 0.5, abs=0.02)  # half of its strength
    assert page["heights_mV"][1] / page["heights_mV"][0] > page["by_map"][1] / page["by_map"][0]
    assert page["rises_mV"][1] / page["rises_mV"][0] < page["by_map"][1] / page["by_map"][0]
    assert 0.04 < max(page["worst"].values()) < 0.06  # "not much"
    assert max(page["worst"], key=page["worst"].get) == "mixed"  # its time constants are equal
    assert page["changes"]["depressing"] == pytest.approx((4.0, 1.16), abs=0.01)
    assert page["changes"]["facilitating"] == pytest.approx((4.0, 2.72), abs=0.01)
    assert page["regular_top_Hz"] == pytest.approx(12.9, abs=0.7)  # the scan's steps
    two_rates = 80 * steady(DEPRESSING, 80.0).released / (40 * steady(DEPRESSING, 40.0).released)
    assert 1 < two_rates < 1.02  # "hardly at all"


def test_do_its_poisson_dots_lie_on_the_mean_field(page):
    for name, means in page["simulated"].items():
        expected = mean_field(page["KINDS"][name], page["few_Hz"]).released
        # 4000 releases, correlated: their mean is good to about 2 %; the mean field is 5 % off at most.
        assert means == pytest.approx(expected, rel=0.1)


def test_do_its_vesicles_keep_to_the_theory_beside_them(page):
    counts, parts = page["counts"], page["by_map"]
    # Four standard errors of 4000 runs, of means and (for a fourth moment of at most 3 var^2) of variances.
    assert np.all(np.abs(counts.mean(axis=0) - 5 * parts) < 4 * np.sqrt(5 * parts * (1 - parts) / 4000))
    variances = 5 * parts * (1 - parts)
    assert np.all(np.abs(counts.var(axis=0) - variances) < 4 * variances * np.sqrt(4 / 4000))
    assert page["found"] == pytest.approx(page["expected"], abs=4 * 1.4 / np.sqrt(4000))
    assert page["silent"][7] == pytest.approx((1 - parts[7]) ** 5, abs=4 * 0.5 / np.sqrt(4000))


def test_do_the_solutions_find_what_they_say(page):
    offs = page["offs"]
    assert offs["swapped", "mixed"] == 0
    for mistake in page["MISTAKES"]:
        assert max(offs[mistake, "depressing"], offs[mistake, "facilitating"]) > 0.3
        assert min(offs[mistake, name] for name in page["sets"]) < 0.4
    # Made with these three and rounded to two digits.
    assert np.exp(page["fit"].x) == pytest.approx([0.35, 600, 60], rel=0.1)
    assert np.abs(page["fit"].fun).max() < 0.006
    recalled = page["recalled"] / 0.2
    assert page["waits_ms"][recalled.argmax()] == 500 and recalled[-1] > 1.05


def test_does_the_explorer_show_the_terminal_that_its_sliders_ask_for(explorer):
    run = explorer.run(0.2, 200, 750, 10, 0)
    spikes_ms = [*range(50, 751, 100), 1250]
    of = releases(TsodyksMarkram(0.2, 200, 750), spikes_ms)
    released = run.values("released")
    assert released[released > 0] == pytest.approx(of.released, rel=1e-12)
    assert run.time[released > 0] == pytest.approx(spikes_ms, abs=0.1 + 1e-6)  # the first sample from then on
    alone = simulate_terminal(TsodyksMarkram(0.2, 200, 750), spikes_ms, tstop_ms=1300, dt_ms=0.0125)
    finer = np.interp(run.time, alone.time, alone.values("v"))
    # Its steps of 0.1 ms against an eighth of it; the potential rises by a millivolt within one.
    assert np.abs(run.values("v") - finer).max() < 0.06


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0.5, 800, 50, 20, 0), "9 spikes: the first releases 0.50 of all, the second 0.31, the last 0.24."),
        ((0.15, 50, 750, 20, 0), "9 spikes: the first releases 0.15 of all, the second 0.25, the last 0.42."),
        ((0.2, 200, 200, 20, 0), "Number 2 releases most, 0.27."),
        ((0.15, 50, 750, 50, 2), "67 spikes:"),
    ],
)
def test_does_its_sentence_say_what_happens(explorer, values, said):
    assert said in explorer.frame(*values).sentence


def test_do_its_panels_hold_every_run(explorer):
    low_mV, high_mV = explorer.views[2].range
    controls = [control.values for control in explorer.controls]
    ends = [(values[0], values[-1]) for values in controls[:4]]
    for values in itertools.product(*ends, controls[4]):
        run = explorer.run(*values)
        assert low_mV < run.values("v").min() and run.values("v").max() < high_mV
        assert np.all((run.values("released") >= 0) & (run.values("released") < 1))
        assert len(explorer.frame(*values).channels[3]) == explorer.views[1].most_points


def test_do_the_dots_end_on_the_line_on_which_they_should(explorer):
    steps = [values for values in itertools.product((0.05, 0.5, 0.9), (50, 200), (0, 200), (20, 50))]
    for values in steps:
        _, _, line, _, heights, _, _ = explorer.frame(*values, 1).channels
        last = heights[~np.isnan(heights)][-1]
        # After 650 ms at the rate, three time constants and more, as near as what e^-3 leaves.
        assert last == pytest.approx(line[-1], rel=0.1)
        assert line[0] == pytest.approx(steady(TsodyksMarkram(*values[:3]), values[3] / 4).released)


def test_are_its_random_trains_one_and_the_same_at_each_rate(explorer):
    at_10, at_50 = (explorer.run(0.5, 200, 50, rate_Hz, 2) for rate_Hz in (10, 50))
    times_10, times_50 = (run.time[run.values("released") > 0] for run in (at_10, at_50))
    # each seen at the first sample of 0.1 ms from then on
    assert times_10 == pytest.approx(5 * times_50[: times_10.size], abs=0.6)
    # A mean of 65 spikes, within two standard deviations.
    assert times_50.size == pytest.approx(65, abs=16)
