# SPDX-License-Identifier: BSD-3-Clause
"""Profiles along a cable: compared at the reference's nodes, with the place of their extremum?"""

import math

import numpy as np
import pytest

from autograder.rubric import Place, Profile

PROFILE = Profile("p", "p", "Profile", "mV", 2, time="x")
PLACE = Place("p.place", "p", "Place of the peak", "1", 1, time="x", highest=True)


def _decay(nodes, length_constant=0.5, offset_mV=0.0):
    x = (np.arange(nodes) + 0.5) / nodes
    return {"x": x, "p": 20 * np.exp(-x / length_constant) + offset_mV}


def _hill(nodes, place):
    x = (np.arange(nodes) + 0.5) / nodes
    return {"x": x, "p": -((x - place) ** 2)}


@pytest.mark.parametrize("offset_mV", [0.7, -0.7])
def test_is_a_constant_offset_its_own_error(offset_mV):
    assert PROFILE.error(_decay(41, offset_mV=offset_mV), _decay(41)) == pytest.approx(0.7)


def test_does_another_grid_leave_the_profile_right():
    """Linear interpolation of an exponential: an eighth of h^2 times its curvature, 80 mV, at most."""
    assert PROFILE.error(_decay(201), _decay(41)) < 80 / 8 / 201**2 + 80 / 8 / 41**2


def test_do_two_profiles_that_are_not_there_agree_and_one_does_not():
    none = {"x": None, "p": None}
    assert PROFILE.error(none, none) == 0.0
    assert PROFILE.error(none, _decay(41)) == PROFILE.error(_decay(41), none) == math.inf
    assert PROFILE.error({}, none) == math.inf, "nothing was handed in"


@pytest.mark.parametrize("place", [0.4, 0.5, 0.61])
def test_is_the_place_of_a_parabola_its_vertex(place):
    assert PLACE.value(_hill(401, place)) == pytest.approx(place, abs=1 / 401)


def test_is_a_place_off_by_as_much_on_either_side():
    left, middle, right = (_hill(401, place) for place in (0.45, 0.5, 0.55))
    assert PLACE.error(left, middle) == pytest.approx(PLACE.error(right, middle), abs=2 / 401)
    assert PLACE.error(left, middle) == pytest.approx(0.05, abs=2 / 401)


def test_is_a_profile_that_is_not_there_without_a_place():
    assert PLACE.value({"x": None, "p": None}) is None
