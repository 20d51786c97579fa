# SPDX-License-Identifier: BSD-3-Clause
"""Gains, and the part of a grid cell above a threshold."""

from dataclasses import dataclass

import numpy as np
import pytest

from neuroscales.field import Gain, Heaviside, Sigmoid
from neuroscales.field.gains import part_above


@dataclass(frozen=True)
class Squared(Gain):
    """A gain of a reader's own: its rate alone."""

    def rate(self, u):
        return np.maximum(u, 0.0) ** 2


@pytest.mark.parametrize("u", [-1.3, 0.02, 0.4])
def test_is_the_slope_the_derivative_of_the_rate(u):
    gain = Sigmoid(3.4, 0.02)
    assert gain.slope(u) == pytest.approx(Gain.slope(gain, u), rel=1e-8)
    assert Squared().slope(0.7) == pytest.approx(1.4, rel=1e-8)


def test_is_the_sigmoid_finite_and_quiet_far_away():
    rate = Sigmoid(50.0, 0.1).rate(np.array([-1e6, 0.1, 1e6]))
    assert rate.tolist() == [0.0, 0.5, 1.0]


def test_is_the_part_above_that_of_the_step_given_in_the_course():
    u = np.random.default_rng(4).normal(size=301)
    left, right = (u + np.roll(u, 1)) / 2, (u + np.roll(u, -1)) / 2
    low, high = np.minimum(left, right), np.maximum(left, right)
    given = np.clip((high - 0.2) / np.maximum(high - low, 1e-12), 0, 1)
    assert part_above(u, 0.2) == pytest.approx(given, abs=1e-12)
    assert Heaviside(0.2).over_cells(u) == pytest.approx(given, abs=1e-12)


@pytest.mark.parametrize("angle", [0.0, 0.3, 0.7, np.pi / 2, 2.2, 4.0])
def test_is_the_part_of_a_square_under_a_plane_the_area(angle):
    n, fine = 5, 400
    centers = np.arange(n) - 2

    def plane(x, y):
        return np.cos(angle) * x + np.sin(angle) * y + 0.137

    part = part_above(plane(centers[None, :], centers[:, None]), 0.0, periodic=False)[1:-1, 1:-1]
    inside = (np.arange(fine) + 0.5) / fine - 0.5
    x, y = np.meshgrid(inside, inside)
    counted = [[(plane(x + i, y + j) > 0).mean() for i in centers[1:-1]] for j in centers[1:-1]]
    # Counting 400 x 400 dots is off by at most a row of them per edge, 1/400.
    assert part == pytest.approx(np.array(counted), abs=1 / fine)


def test_does_the_area_of_a_disk_converge_with_second_order():
    errors = []
    for n in (32, 64, 128, 256):
        x = (np.arange(n) + 0.5) / n * 4 - 2
        u = 1.3**2 - x[:, None] ** 2 - x**2
        errors.append(part_above(u, 0.0).sum() * (4 / n) ** 2 - np.pi * 1.3**2)
    orders = np.log2(np.abs(errors[:-1]) / np.abs(errors[1:]))
    # Single steps scatter as edges fall differently into cells; the mean order is 2.
    assert 1.7 < orders.mean() < 2.6


def test_does_an_open_line_go_on_level_at_its_ends():
    u = np.array([1.0, 1.0, 0.0, -1.0])
    assert part_above(u, 0.5, periodic=False)[0] == 1
    assert part_above(u, 0.5, periodic=True)[0] == pytest.approx(0.5)


@pytest.mark.parametrize("shape", [(64,), (32, 32)])
def test_is_a_flat_field_all_or_nothing(shape):
    assert np.all(part_above(np.full(shape, 0.3), 0.2) == 1)
    assert np.all(part_above(np.full(shape, 0.1), 0.2) == 0)


def test_are_impossible_gains_refused():
    with pytest.raises(ValueError, match="steepness"):
        Sigmoid(steepness=0.0)
    with pytest.raises(ValueError, match="finite"):
        Heaviside(np.nan)
    with pytest.raises(ValueError, match="no slope"):
        Heaviside(0.3).slope(0.3)
    assert Heaviside(0.3).slope(0.1) == 0
