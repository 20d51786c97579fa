# SPDX-License-Identifier: BSD-3-Clause
import numpy as np
import pytest

from neuroscales.core import units


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (1, "V", "mV", 1e3),
        (860, "nA", "uA", 0.86),
        (0.12, "S/cm2", "mS/cm2", 120),
        (1, "pS/um2", "S/cm2", 1e-4),
        (20_000, "um", "m", 0.02),
        (5.6, "m/s", "um/ms", 5600),
        (1, "uF/cm2", "F/m2", 0.01),
        (100, "um2", "cm2", 1e-6),
    ],
)
def test_are_conversions_right_both_ways(value, unit, to, expected):
    # One multiplication each way: a few units in the last place.
    assert units.convert(value, unit, to) == pytest.approx(expected, rel=1e-14)
    assert units.convert(expected, to, unit) == pytest.approx(value, rel=1e-14)


def test_are_arrays_converted_whole():
    assert units.convert(np.array([1.0, 2.0]), "mV", "V").tolist() == [0.001, 0.002]


def test_is_a_conversion_between_different_things_refused():
    with pytest.raises(ValueError, match="mV measures potential, ms measures time"):
        units.convert(1.0, "mV", "ms")
    with pytest.raises(ValueError, match="unknown unit 'mv'"):
        units.convert(1.0, "mv", "V")
