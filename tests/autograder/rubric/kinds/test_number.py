# SPDX-License-Identifier: BSD-3-Clause
"""Numbers and thresholds: what is right, and how far off is what is wrong?"""

import math

import numpy as np
import pytest

from autograder.rubric import metrics


def test_is_a_threshold_right_in_every_form_of_rounding():
    for true in np.geomspace(0.37, 52_000, 400):
        for handed in (true, metrics.round_up(true), metrics.round_to_nearest(true)):
            assert metrics.rounded_threshold(handed, true) < 1e-9, (handed, true)


@pytest.mark.parametrize(
    ("handed", "true", "off"),
    [
        (860.0, 849.9, 0.1 / 849.9),  # 850 rounds to 850 or 860, less does not
        (860.0, 865.1, 0.1 / 865.1),  # 865 is the highest that 860 is nearest to
        (850.1, 845.0, 5.1 / 845.0),  # four digits are not rounded
        (1650.0, 1639.0, 1.0 / 1639.0),  # three digits where the first is 1
        (200.0, 198.0, 1.0 / 198.0),  # below 200 the third digit counts
        (-860.0, 860.0, 2.0),
        (0.0, 860.0, 1.0),
    ],
)
def test_is_the_distance_of_a_rounded_threshold_two_sided(handed, true, off):
    assert metrics.rounded_threshold(handed, true) == pytest.approx(off, abs=1e-6)


def test_is_none_equal_to_none_alone():
    assert metrics.difference(None, None, relative=False) == 0
    assert metrics.difference(None, 0.0, relative=False) == math.inf
    assert metrics.difference(0.0, None, relative=True) == math.inf
