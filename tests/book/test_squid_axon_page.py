# SPDX-License-Identifier: BSD-3-Clause
"""Is the axon that the page builds by hand the library's?"""

import numpy as np
import pytest

from neuroscales.cable import CurrentClamp, SquidAxon, explorers, simulate_squid_axon
from tests.pages import page_fixture

# What the page's cells hold after the run, before they touch the library.
built_by_hand = page_fixture("cable/squid-axon", until="neuroscales.cable")


def test_is_the_axon_built_line_by_line_equal_to_the_librarys(built_by_hand):
    clamp = CurrentClamp(place=0, delay_ms=1, dur_ms=0.1, amp_nA=1720)
    recording = simulate_squid_axon(SquidAxon(), [clamp], record={"v": [0, 0.5, 1]})
    np.testing.assert_allclose(built_by_hand["t_ms"], recording.time, atol=1e-9)
    for place, v_mV in built_by_hand["v_mV"].items():
        # The same equations on the same grid with the same solver: equal to rounding.
        np.testing.assert_allclose(v_mV, recording.values("v", place), atol=1e-9)
        assert v_mV.max() > 30  # and it is an impulse that they agree on


def test_are_the_properties_that_the_page_sets_the_librarys_defaults(built_by_hand):
    axon, section = SquidAxon(), built_by_hand["axon"]
    assert (section.L, section.diam, section.nseg) == (axon.L_um, axon.diam_um, axon.nseg)
    assert section(0.5).hh.gnabar == axon.gnabar_S_cm2


@pytest.mark.parametrize("place_mm", [2, 10, 18])
def test_does_the_explorer_let_no_charge_vanish(place_mm):
    shown = explorers.impulse().model(place_mm, 1720, 0.12)
    clamp = CurrentClamp(place=0, delay_ms=1, dur_ms=0.1, amp_nA=1720)
    axon, how = SquidAxon(), {"tstop_ms": 10, "dt_ms": 0.0125, "rate_table": False}
    along = simulate_squid_axon(axon, [clamp], record={}, profiles=["v"], **how).profile("v")
    here = np.abs(along.place - place_mm / 20).argmin()
    curvature_mV_cm2 = np.diff(along.values[:, here - 1 : here + 2], n=2)[:, 0] / (2 / axon.nseg) ** 2
    core_uA_cm2 = 1e3 * 0.01 / (4 * 35.4) * curvature_mV_cm2  # d / 4 Ra; S/cm2 times mV is mA/cm2
    # What stays and what leaves must have come along the core. NEURON solves this balance in every step, to
    # rounding of currents of 1000 uA/cm2; the first sample is no step.
    np.testing.assert_allclose(shown.values("i_core")[1:], core_uA_cm2[1:], atol=1e-6)
    assert core_uA_cm2.max() > 70 and core_uA_cm2.min() < -100  # an impulse that is lifted, and lifts


def test_do_the_currents_of_the_explorer_stay_in_their_panels_and_its_sentence_say_who_lifts():
    explorer = explorers.impulse()
    places, amps, densities = (control.values for control in explorer.controls)
    for place_mm in (places[0], places[-1]):
        for amp_nA, gnabar in ((amps[0], 0.12), (amps[-1], 0.12), (amps[-1], 0.06), (amps[-1], densities[0])):
            shown = explorer.model(place_mm, amp_nA, gnabar)
            for view in explorer.views:
                for line in view.lines:
                    values = shown.values(line.signal)
                    assert view.range[0] < values.min() and values.max() < view.range[1], line
            passes = amp_nA == 1720 and gnabar > 0
            assert ("from then on sodium does" in explorer.describe(shown)) == passes
