# SPDX-License-Identifier: BSD-3-Clause
"""Is what the page on NMDA receptors builds by hand the library's, and is what it says of it so?"""

import numpy as np
import pytest

from neuroscales.membrane import CurrentPulse
from neuroscales.synapse.explorers import magnesium_block
from neuroscales.synapse.nmda import block_curve_uS, simulate_ampa_nmda
from neuroscales.synapse.receptors import AmpaNmda
from neuroscales.synapse.synapse_simulation import charge_pC
from tests.pages import page_fixture

page = page_fixture("synapse/nmda")


def test_is_every_case_built_line_by_line_equal_to_the_librarys(page):
    for name, (gmax_AMPA_uS, gmax_NMDA_uS, mg_mM) in page["cases"].items():
        receptors = AmpaNmda(gmax_AMPA_uS, gmax_NMDA_uS, mg_mM=mg_mM)
        library, built = simulate_ampa_nmda(receptors, [50.0]), page["runs"][name]
        # The same equations on the same grid with the same solver: equal to rounding.
        np.testing.assert_allclose(built["v"], library.values("v"), atol=1e-9)
        for place in ("AMPA", "NMDA"):
            np.testing.assert_allclose(built[f"g {place}"], library.values("g", place), atol=1e-15)


def test_is_the_block_curve_of_the_page_the_librarys(page):
    library = block_curve_uS(AmpaNmda(gmax_AMPA_uS=0), page["holds_mV"])
    # The event comes at another time, so the samples beside the peak lie a rounding of dt elsewhere.
    np.testing.assert_allclose(page["held_nS"], 1e3 * library, rtol=1e-6)
    assert np.abs(page["part"] / page["formula"] - 1).max() < 2e-5


def test_are_the_charges_of_the_page_the_librarys(page):
    for (mg_mM, amp_nA), charge in page["charge_pC"].items():
        run = simulate_ampa_nmda(
            AmpaNmda(mg_mM=mg_mM), [50.0], pulses=[CurrentPulse(30, 50, amp_nA)], tstop_ms=500
        )
        assert charge == pytest.approx(-charge_pC(run, "NMDA"), rel=1e-6)  # dt as a sum of rounded times


def test_does_the_page_find_what_its_sentences_say(page):
    rises = page["rises_mV"]
    assert rises["both, no Mg"] > 4 * rises["AMPA alone"]
    assert rises["both, 1 mM"] < 1.1 * rises["AMPA alone"]
    peaks = page["peaks_nS"]
    assert peaks[1] < peaks[0.5] < peaks[0.25] < peaks[0.1] < peaks[0] == pytest.approx(0.7, rel=1e-4)
    assert 5 < peaks[0.1] / peaks[1] < 8
    current = dict(zip(page["holds_mV"], page["held_pA"], strict=True))
    assert (
        current[-80] > current[-60] > current[-30] < current[-10] < current[0] == pytest.approx(0, abs=1e-3)
    )
    part = dict(zip(page["holds_mV"], page["part"], strict=True))
    assert part[-70] < 1 / 20  # "more than nineteen in twenty are stopped up"
    assert part[-40] / part[-70] == pytest.approx(5, abs=0.3)  # "five times as many"
    assert current[-40] / current[-70] == pytest.approx(3, abs=0.1)  # "nearly three times the current"
    assert page["ratio"][1] > 2 and page["ratio"][0] < 0.8


def test_do_the_solutions_of_the_exercises_say_what_they_compute(page):
    forms = page["forms"]
    assert forms["sign turned"][0] > 0.99 and forms["sign turned"][2] < 0.3
    shifted = 1 / (1 + 1 / 3.57 * np.exp(-0.062 * (page["v"] - page["moved_mV"])))
    np.testing.assert_allclose(forms["no 3.57"], shifted, rtol=1e-12)
    lags, with_mg, without = page["lags_ms"], *(np.array(page["windows"][mg]) for mg in (1, 0))
    assert lags[int(with_mg.argmax())] == lags[int(without.argmin())] == 0
    assert np.all(np.diff(with_mg[:4]) > 0) and np.all(np.diff(with_mg[3:]) < 0)
    assert without[[0, -1]].min() > without[1:-1].max()


def test_does_the_explorer_stay_in_its_panels_and_show_what_its_words_say():
    explorer = magnesium_block()
    magnesium, hold, paired = explorer.controls
    assert explorer.name == "magnesium-block"
    for mg_mM in (magnesium.values[0], magnesium.values[-1]):
        for hold_mV in (hold.values[0], hold.values[-1]):
            for depolarized in paired.values:
                frame = explorer.frame(mg_mM, hold_mV, depolarized)
                run = explorer.run(mg_mM, hold_mV, depolarized)
                assert "nan" not in frame.sentence
                for view in explorer.views:
                    _check_in_range(view, explorer, run, (mg_mM, hold_mV, depolarized))


def _check_in_range(view, explorer, run, values):
    low, high = view.range
    channels = view.channels(explorer.view_of(run, *values))
    curves = channels if view.kind == "time-series" else [*channels[:-3], channels[-2][:1]]
    for curve in curves:
        assert low <= np.nanmin(curve) and np.nanmax(curve) <= high


def test_has_pairing_in_the_explorer_the_effect_that_the_page_names():
    explorer = magnesium_block()

    def charge(mg_mM, paired):
        run = explorer.run(mg_mM, -60, paired)
        return -float(np.sum(run.values("i_free")[1:] * np.diff(run.time)))

    with_mg, little, without = ([charge(mg, paired) for paired in range(3)] for mg in (1, 0.1, 0))
    assert with_mg[0] < with_mg[1] < with_mg[2]
    assert without[0] > without[1] > without[2]
    # "a concentration at which the strong depolarization does no more than the weak one"
    assert little[0] < little[2] <= little[1]
