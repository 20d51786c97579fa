# SPDX-License-Identifier: BSD-3-Clause
"""Spectra: are they compared by their norm, on any grid?"""

import math

import pytest

from tests.autograder.rubric.kinds.samples import SPECTRUM, spectrum


def test_is_a_spectrum_compared_by_its_norm_on_any_grid():
    true = spectrum(10.0)
    assert SPECTRUM.error(spectrum(10.0, step=0.25), true) == pytest.approx(0, abs=1e-12)
    assert SPECTRUM.error({**true, "p": 1.03 * true["p"]}, true) == pytest.approx(0.03, rel=1e-9)
    assert SPECTRUM.error({**true, "p": 0.97 * true["p"]}, true) == pytest.approx(0.03, rel=1e-9)
    # a grid that is four times coarser cuts the peak of the Lorentzian by less than 1 %
    assert 0 < SPECTRUM.error(spectrum(10.0, step=2.0), true) < 0.01
    assert SPECTRUM.error(spectrum(10.0, highest=60.0), true) == math.inf
    assert SPECTRUM.lack(spectrum(10.0, highest=60.0), true) == "it covers 0 to 60, the reference 0 to 100"
