# SPDX-License-Identifier: BSD-3-Clause
"""The compiled loops beside the plain numpy that says what they mean."""

import numpy as np
import pytest

from neuroscales.field import Grid, Heaviside, MexicanHat, NeuralField, Sigmoid, field_kernels, simulate_field
from neuroscales.field.gains import part_above

SHAPES = [(4,), (301,), (1024,), (4, 4), (33, 33), (64, 64)]


def _fields(shape):
    """Noise, and a smooth field with values far from and near to any threshold."""
    rng = np.random.default_rng(3)
    smooth = np.cumsum(rng.normal(size=shape), axis=-1) / 5
    return [rng.normal(size=shape), smooth, 1e-9 * smooth, np.zeros(shape), 1e6 * smooth]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("gain", [Sigmoid(3.0, 0.1), Sigmoid(50.0, -0.4), Sigmoid(1e-3, 0.0)])
def test_is_the_compiled_sigmoid_the_plain_one(shape, gain):
    for u in _fields(shape):
        # The polynomial of degree ten leaves 1e-13; below exp(-700) both are zero.
        assert gain.over_cells(u) == pytest.approx(gain.rate(u), abs=2e-13)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("periodic", [True, False])
@pytest.mark.parametrize("level", [0.0, 0.2])
def test_is_the_compiled_part_above_the_plain_one(shape, periodic, level):
    for u in _fields(shape):
        found = Heaviside(level).over_cells(u, periodic)
        # Flat cells divide small differences of squares: 1e-16 over 1e-6.
        assert found == pytest.approx(part_above(u, level, periodic), abs=1e-9)


def test_do_the_loops_of_a_step_what_their_names_say():
    rng = np.random.default_rng(5)
    u, v, drive, change, other = rng.normal(size=(5, 40))
    end = change.copy()
    field_kernels.relax(end, u, 0.2, drive, 1.3, v)
    assert end == pytest.approx(u + 0.2 * (change + drive - u - 1.3 * v), abs=1e-15)
    middle = other.copy()
    field_kernels.mean(u, middle)
    assert middle == pytest.approx((u + other) / 2, abs=1e-15)
    waves = change + 1j * other
    field_kernels.multiply(waves, v)
    assert waves == pytest.approx((change + 1j * other) * v, abs=1e-15)


@pytest.mark.parametrize("gain", [Sigmoid(3.4, 0.02), Heaviside(0.3)])
@pytest.mark.parametrize("grid", [Grid(301, 60.0), Grid(48, 24.0, dimensions=2)])
def test_is_a_run_the_same_in_a_dozen_lines_of_numpy(gain, grid):
    kernel, start = MexicanHat(), np.random.default_rng(2).normal(size=grid.shape)
    along = np.minimum(np.arange(grid.points), grid.points - np.arange(grid.points)) * grid.step_mm
    distance = along if grid.dimensions == 1 else np.hypot(along[:, None], along)
    weights = kernel.density(distance, grid.dimensions) * grid.step_mm**grid.dimensions
    u = start.copy()
    for _ in range(40):
        f = gain.rate(u) if isinstance(gain, Sigmoid) else part_above(u, gain.threshold)
        arriving = np.fft.ifftn(np.fft.fftn(weights) * np.fft.fftn(f)).real
        u = u + 0.5 / 10 * (-u + arriving)
    run = simulate_field(
        NeuralField(kernel, gain), grid, start, tstop_ms=20, dt_ms=0.5, method="euler", sample_ms=20
    )
    assert run.values("u")[-1] == pytest.approx(u.ravel(), abs=1e-9)
