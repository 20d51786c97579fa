# SPDX-License-Identifier: BSD-3-Clause
"""Is the axon that the page builds by hand the library's?"""

import numpy as np
import pytest

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from tests.pages import names_of


@pytest.fixture(scope="module")
def built_by_hand():
    """What the page's cells hold after the run, before they touch the library."""
    with names_of("cable/squid-axon", until="neuroscales.cable") as names:
        yield names


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
