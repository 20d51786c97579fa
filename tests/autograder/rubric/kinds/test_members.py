# SPDX-License-Identifier: BSD-3-Clause
"""Sequences and sets: does order count where it should?"""

import math

import numpy as np
import pytest

from autograder.rubric import Members


@pytest.mark.parametrize(
    ("handed", "in_order", "as_a_set"),
    [
        ([1.0, 2.0, 4.0], 0.0, 0.0),
        ([4.0, 1.0, 2.0], 3.0, 0.0),
        ([1.1, 2.0, 3.7], 0.3, 0.3),
        ([1.0, 2.0], math.inf, math.inf),
        ([1.0, 2.0, 4.0, 4.0], math.inf, math.inf),
    ],
)
def test_does_order_count_in_a_sequence_and_not_in_a_set(handed, in_order, as_a_set):
    reference = {"x": np.array([1.0, 2.0, 4.0])}
    for ordered, off in ((True, in_order), (False, as_a_set)):
        check = Members("x", "x", "Fixed points", "mV", 1, ordered=ordered)
        assert check.error({"x": handed}, reference) == pytest.approx(off)
    assert Members("x", "x", "Fixed points", "mV", 1).error({}, reference) == math.inf
