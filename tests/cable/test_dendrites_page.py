# SPDX-License-Identifier: BSD-3-Clause
"""Are the cells that the page on dendrites builds by hand the library's, and is what it says of them so?"""

import numpy as np
import pytest

from neuroscales.cable import BallAndStick, Dendrite, simulate_ball_and_stick
from neuroscales.cable.explorers import attenuation
from neuroscales.membrane import CurrentPulse
from tests.pages import page_fixture

STEP = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)


page = page_fixture("cable/dendrites")


@pytest.mark.parametrize("attached", [True, False])
def test_is_the_cell_built_line_by_line_equal_to_the_librarys(page, attached):
    recording = simulate_ball_and_stick(BallAndStick(attached=attached), {"soma": STEP}, tstop_ms=100)
    np.testing.assert_allclose(page["t_ms"], recording.time, atol=1e-9)
    # The same equations on the same grid with the same solver: equal to rounding.
    np.testing.assert_allclose(page["v_mV"][attached], recording.values("v", "soma"), atol=1e-9)


def test_is_the_potential_along_the_dendrite_the_librarys(page):
    cell = BallAndStick(dendrite=Dendrite(Ra_ohm_cm=200))
    recording = simulate_ball_and_stick(cell, {"soma": STEP}, record=page["places"])
    for place, v_mV in page["along_mV"].items():
        np.testing.assert_allclose(v_mV, recording.values("v", place), atol=1e-9)
    assert page["along_mV"][0.0].max() > 30  # and it is a spike that they agree on


def test_does_the_page_find_what_its_sentences_say(page):
    # The dendrite draws at threshold about what has to be added: within a tenth.
    assert page["taken_nA"] == pytest.approx(page["added_nA"], rel=0.1)
    assert 1.7 < page["weakest_nA"][True] / page["weakest_nA"][False] < 2
    assert page["heights_mV"][-1] / page["heights_mV"][0] < 0.25
    assert page["formula"][-1] == pytest.approx(0.325, abs=5e-4)
    assert page["worst"] < 0.002  # segments below 20 um, a tenth of the length constant at 100 Hz
    (soma_mV, there_mV), (back_mV, end_mV) = page["results"].values()
    assert there_mV == pytest.approx(back_mV, rel=1e-9)
    assert back_mV / end_mV < there_mV / soma_mV / 4
    for impedances in (*page["measured"].values(), *page["exact"].values()):
        assert impedances[2] == pytest.approx(impedances[3], rel=1e-9)


def test_do_the_solutions_of_the_exercises_say_what_they_compute(page):
    ends = page["ends_mV"]
    assert ends[9] == pytest.approx(ends[81], rel=2e-3)
    assert ends[1] > 1.15 * ends[81]
    # Second order: from 3 to 9 to 27 the error shrinks ninefold; the last reference is itself off by a 9th.
    assert (ends[3] - ends[81]) / (ends[9] - ends[81]) == pytest.approx(9, rel=0.25)
    assert page["far_nA"] / page["near_nA"] == pytest.approx(3, abs=0.3)
    assert page["end_mV"] > -65 + 30
    active = page["active_mV"]
    assert active[0] < 25 < 45 < active[0.05] < active[0.1] < active[1]
    peak, steady, area = page["parts"].values()
    assert peak < 0.1 * steady
    assert 0.9 * steady < area < steady


def test_does_the_explorer_stay_in_its_panels_and_show_reciprocity():
    explorer = attenuation()
    event, resistivity, diameter = explorer.controls
    low, high = explorer.views[0].range
    for Ra in resistivity.values[::2]:
        for diam in diameter.values:
            runs = [explorer.run(e, Ra, diam) for e in event.values]
            for recording in runs:
                for signal in recording.signals:
                    if signal.unit == "1":
                        assert low < signal.values.min() <= signal.values.max() < high
            spike, brief_out, brief_back, steady_out, steady_back = runs
            assert spike.values("greatest")[0] > 100  # it always fires
            for out, back in ((brief_out, brief_back), (steady_out, steady_back)):
                there = out.values("greatest") * out.values("height", 1.0)
                here = back.values("greatest") * back.values("height", "soma")
                np.testing.assert_allclose(there, here, atol=1e-9)  # the same at every instant


def test_do_the_explorers_sentences_say_what_arrives():
    explorer = attenuation()
    assert explorer.frame(0, 200, 2).sentence == "109 mV in the soma, 22.9 mV at the far end: 21 % arrives."
    # 1/cosh(400 / 223.6) = 0.325, twice rounded.
    assert "at the far end: 33 % arrives" in explorer.frame(3, 200, 2).sentence
    assert "1.02 mV in the soma: 7.4 % arrives" in explorer.frame(4, 200, 2).sentence
