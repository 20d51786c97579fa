# SPDX-License-Identifier: BSD-3-Clause
"""Convolution by FFT beside the sum over all pairs of points, on rings, lines, tori and squares."""

import numpy as np
import pytest

from neuroscales.field import Amari, Exponential, Gaussian, Grid, Local, MexicanHat
from neuroscales.field.delays import DelayedConvolution
from neuroscales.field.grid import Convolution


def by_pairs(kernel, grid, rate):
    """The sum over all pairs, in a loop over the points that receive."""
    axes = np.meshgrid(*[grid.x_mm] * grid.dimensions, indexing="ij")
    points = np.stack([axis.ravel() for axis in axes], axis=1)
    total = np.empty(len(points))
    for i, here in enumerate(points):
        apart = np.abs(points - here)
        if grid.periodic:
            apart = np.minimum(apart, grid.length_mm - apart)
        distance = np.sqrt((apart**2).sum(axis=1))
        distance[i] = 0.0
        total[i] = (kernel.density(distance, grid.dimensions) * rate.ravel()).sum()
    return total.reshape(grid.shape) * grid.step_mm**grid.dimensions


@pytest.mark.parametrize("points", [160, 200, 301])
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("kernel", [MexicanHat(), Exponential(1, 1.5), Amari()])
def test_is_the_convolution_on_a_line_the_sum_over_all_pairs(points, periodic, kernel):
    grid = Grid(points, 0.11 * points, periodic=periodic)
    rate = np.random.default_rng(points).random(points)
    assert Convolution(kernel, grid)(rate) == pytest.approx(by_pairs(kernel, grid, rate), abs=1e-12)


@pytest.mark.parametrize("points", [16, 21])
@pytest.mark.parametrize("periodic", [True, False])
def test_is_the_convolution_on_a_sheet_the_sum_over_all_pairs(points, periodic):
    grid = Grid(points, 8.0, dimensions=2, periodic=periodic)
    rate = np.random.default_rng(points).random(grid.shape)
    found = Convolution(MexicanHat(), grid)(rate)
    assert found == pytest.approx(by_pairs(MexicanHat(), grid, rate), abs=1e-12)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_does_a_local_kernel_give_back_what_it_gets(dimensions):
    grid = Grid(32, 7.0, dimensions)
    rate = np.random.default_rng(2).random(grid.shape)
    assert Convolution(Local(1.7), grid)(rate) == pytest.approx(1.7 * rate, abs=1e-14)


@pytest.mark.parametrize("dimensions", [1, 2])
def test_is_a_wave_on_a_ring_multiplied_by_the_transform(dimensions):
    grid, kernel = Grid(128, 40.0, dimensions), MexicanHat(5, 4.6, 1, 2.2)
    k = grid.wave_numbers_per_mm()[6]
    wave = np.broadcast_to(np.cos(k * grid.x_mm), grid.shape)
    # Sampled Gaussians are exact up to waves shorter than the grid's: rounding is all that is left.
    expected = kernel.transform(k, dimensions) * wave
    assert Convolution(kernel, grid)(wave) == pytest.approx(expected, abs=1e-12)


def test_does_a_kernel_with_a_cusp_converge_with_second_order_in_space():
    errors = []
    for points in (128, 256, 512, 1024):
        grid = Grid(points, 80.0)
        k = grid.wave_numbers_per_mm()[10]
        wave = np.cos(k * grid.x_mm)
        at_zero = Convolution(Amari(), grid)(wave)[points // 2]
        errors.append(at_zero - Amari().transform(k))
    assert np.log2(np.divide(errors[:-1], errors[1:])) == pytest.approx([2, 2, 2], abs=0.1)


@pytest.mark.parametrize("periodic", [True, False])
def test_does_a_shifted_input_give_the_shifted_answer(periodic):
    grid = Grid(200, 40.0, periodic=periodic)
    rate = np.exp(-(grid.x_mm**2))  # far from both ends, so that nothing is cut off
    convolve = Convolution(Gaussian(), grid)
    assert np.roll(convolve(rate), 13) == pytest.approx(convolve(np.roll(rate, 13)), abs=1e-13)


@pytest.mark.parametrize("dimensions, points", [(1, 60), (2, 12)])
@pytest.mark.parametrize("periodic", [True, False])
def test_is_the_delayed_convolution_the_sum_over_pairs_and_their_past(dimensions, points, periodic):
    grid, velocity, dt = Grid(points, 6.0, dimensions, periodic), 0.7, 0.25
    rng = np.random.default_rng(points)
    past = list(rng.random((60, *grid.shape)))  # one more each step; the newest is the last
    delayed = DelayedConvolution(Exponential(1, 1.2), grid, velocity, dt, past[0])
    for rate in past:
        found = delayed(rate)
        delayed.remember()
    axes = np.meshgrid(*[grid.x_mm] * dimensions, indexing="ij")
    places = np.stack([axis.ravel() for axis in axes], axis=1)
    history = np.stack(past[::-1]).reshape(len(past), -1)
    for i in (0, 7, len(places) // 2):
        apart = np.abs(places - places[i])
        apart = np.minimum(apart, grid.length_mm - apart) if periodic else apart
        distance = np.sqrt((apart**2).sum(axis=1))
        ago = distance / velocity / dt
        rate = [np.interp(ago[j], np.arange(len(past)), history[:, j]) for j in range(len(places))]
        weights = Exponential(1, 1.2).density(distance, dimensions) * grid.step_mm**dimensions
        assert found.ravel()[i] == pytest.approx((weights * rate).sum(), abs=1e-12)


def test_has_the_grid_zero_in_the_middle_and_waves_that_fit():
    grid = Grid(8, 4.0)
    assert grid.x_mm.tolist() == [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5]
    assert grid.wave_numbers_per_mm()[2] == pytest.approx(np.pi)
    assert Grid(8, 4.0, 2).from_middle_mm()[4, 6] == 1.0


@pytest.mark.parametrize(
    "options", [{"points": 3}, {"points": 8.0}, {"length_mm": 0.0}, {"dimensions": 3}, {"length_mm": np.nan}]
)
def test_is_an_impossible_grid_refused(options):
    with pytest.raises(ValueError, match=r"must be|dimensions"):
        Grid(**options)


def test_is_a_delay_that_does_not_fit_into_memory_refused():
    with pytest.raises(ValueError, match="longer dt_ms"):
        DelayedConvolution(Exponential(), Grid(4096, 200.0), 1e-3, 0.01, np.zeros(4096))
