# SPDX-License-Identifier: BSD-3-Clause
"""Does the judge stand odd hand-ins, and what do those earn who simulate nothing? Seeded samples."""

import pytest

from autograder.authoring.fuzz import Fuzz
from autograder.authoring.lazy import Lazy
from tests.acceptance.assignments import NAMES, QUICK, SOLUTIONS

_ODD = 12  # the command takes 1,000

each = pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in NAMES]
)


@each
def test_is_each_odd_hand_in_judged_or_refused(name):
    work = Fuzz(SOLUTIONS / name)
    assert [line for number in range(1, 1 + _ODD) for line in work.complaints(number)] == []
    assert set(work.found) == {"invalid", "judged"}


@each
def test_is_a_sample_of_lazy_hand_ins_judged(name):
    earned = Lazy(SOLUTIONS / name).sample(seed=3, count=2)
    assert set(earned) == set(Lazy(SOLUTIONS / name).rubric.tasks)
