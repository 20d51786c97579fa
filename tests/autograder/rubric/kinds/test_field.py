# SPDX-License-Identifier: BSD-3-Clause
"""Fields: are they compared by their norm?"""

import math

import numpy as np
import pytest

from autograder.rubric import Field


def test_is_a_field_compared_by_its_norm():
    check = Field("u", "u", "Activity", "Hz", 2)
    y, x = np.mgrid[0:20, 0:30]
    true = {"u": np.cos(0.2 * x) * np.cos(0.3 * y)}
    for factor in (0.9, 1.1):
        assert check.error({"u": factor * true["u"].ravel()}, true) == pytest.approx(0.1)
    # a field that is orthogonal and of the same norm is off by the square root of 2
    orthogonal = true["u"][::-1, ::-1].ravel()
    inner = np.dot(orthogonal, true["u"].ravel()) / np.dot(orthogonal, orthogonal)
    off = math.sqrt(2 - 2 * inner)
    assert check.error({"u": orthogonal}, true) == pytest.approx(off)
    assert check.lack({"u": np.zeros(599)}, true) == "599 values, the reference has 600"
