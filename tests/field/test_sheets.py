# SPDX-License-Identifier: BSD-3-Clause
"""Patterns on a sheet: their wave number, and spots, stripes, mazes and holes told apart by numbers."""

import numpy as np
import pytest

from neuroscales.field import (
    Exponential,
    Grid,
    Heaviside,
    MexicanHat,
    NeuralField,
    Sigmoid,
    frames,
    simulate_field,
)
from neuroscales.field.gains import part_above
from neuroscales.field.turing import (
    alignment,
    growth_per_ms,
    mean_wave_number_per_mm,
    preferred_wave_number_per_mm,
    skewness,
    uniform_states,
)

SHEET = Grid(64, 40.0, dimensions=2)


def _grown(field, start=None, seed=1, tstop_ms=500.0):
    """The sheet that grows from noise around the uniform state."""
    u0 = uniform_states(field, dimensions=2)[0]
    noise = 0.01 * np.random.default_rng(seed).normal(size=SHEET.shape)
    run = simulate_field(
        field,
        SHEET,
        u0 + (noise if start is None else start),
        tstop_ms=tstop_ms,
        dt_ms=1.0,
        sample_ms=tstop_ms,
    )
    return frames(run, SHEET)[-1]


@pytest.mark.parametrize("wave", [(5, 0), (4, 3), (1, 7)])
def test_does_a_plane_wave_grow_as_theory_says(wave):
    field = NeuralField(MexicanHat(5, 4.6, 1, 2.2), Sigmoid(3.2, 0.1))
    k = 2 * np.pi * np.array(wave) / SHEET.length_mm
    u0 = uniform_states(field, dimensions=2)[0]
    phase = k[0] * SHEET.x_mm[:, None] + k[1] * SHEET.x_mm
    run = simulate_field(field, SHEET, u0 + 1e-6 * np.cos(phase), tstop_ms=20, dt_ms=0.1)
    sizes = np.abs(np.fft.fft2(frames(run, SHEET)))[:, wave[0], wave[1]]
    growth = np.polyfit(run.time, np.log(sizes), 1)[0]
    # Heun's method at 0.1 ms is off by g (g dt)^2 / 6, below 1e-5.
    assert growth == pytest.approx(growth_per_ms(field, np.hypot(*k), u0, 2), abs=1e-5)


@pytest.mark.parametrize("hat", [(4.6, 2.0), (5.0, 2.4), (5.4, 2.8)])
def test_has_the_pattern_about_the_preferred_wave_number(hat):
    kernel = MexicanHat(5, hat[0], 1, hat[1])
    u = _grown(NeuralField(kernel, Sigmoid(3.4, 0.3)))
    # Waves within a tenth of the peak grow nearly as fast, and overtones raise the mean.
    assert mean_wave_number_per_mm(u, SHEET) == pytest.approx(
        preferred_wave_number_per_mm(kernel, 2), rel=0.15
    )


@pytest.mark.parametrize(
    "threshold, low, high, covered",
    [(0.4, 0.6, 1.3, 0.28), (0.0, -0.15, 0.15, 0.5), (-0.4, -1.3, -0.6, 0.72)],
    ids=["spots", "maze", "holes"],
)
def test_are_spots_maze_and_holes_told_by_their_skewness(threshold, low, high, covered):
    u = _grown(NeuralField(MexicanHat(), Sigmoid(3.0, threshold)))
    assert low < skewness(u) < high
    assert part_above(u, threshold).mean() == pytest.approx(covered, abs=0.05)
    assert alignment(u, SHEET) < 0.35


def test_are_spots_and_holes_mirror_images():
    # With balanced weights, u and h to -u and -h leaves the equation as it is.
    noise = 0.01 * np.random.default_rng(7).normal(size=SHEET.shape)
    spots, holes = (
        _grown(NeuralField(MexicanHat(), Sigmoid(3.0, h)), start=sign * noise, tstop_ms=60.0)
        for h, sign in ((0.3, 1), (-0.3, -1))
    )
    assert holes == pytest.approx(-spots, abs=1e-9)


def test_do_stripes_stay_stripes():
    k = 2 * np.pi * 6 / SHEET.length_mm
    start = 0.1 * np.cos(k * SHEET.x_mm) + 0.001 * np.random.default_rng(2).normal(size=SHEET.shape)
    u = _grown(NeuralField(MexicanHat(), Sigmoid(3.0, 0.0)), start=start)
    assert alignment(u, SHEET) > 0.95
    assert np.abs(skewness(u)) < 0.05


def test_does_a_round_bump_stand_where_its_theory_says():
    # A disk stands where the kernel's integral over it, seen from its rim, is the threshold.
    kernel, grid, radius = MexicanHat(5, 5, 1, 2), Grid(128, 24.0, dimensions=2), 1.6
    r, phi = (np.arange(1000) + 0.5) * radius / 1000, (np.arange(1000) + 0.5) * np.pi / 1000
    from_rim = np.sqrt(r[:, None] ** 2 + radius**2 - 2 * radius * r[:, None] * np.cos(phi))
    rim = (kernel.density(from_rim, 2) * r[:, None]).sum() * 2 * radius * np.pi / 1000**2
    field = NeuralField(kernel, Heaviside(rim))
    start = np.where(grid.from_middle_mm() < 1.7, 2 * rim, -rim)
    run = simulate_field(field, grid, start, tstop_ms=250, dt_ms=1.0, sample_ms=250)
    area = part_above(frames(run, grid)[-1], rim).sum() * grid.step_mm**2
    # The radius is good to a hundredth of a cell and to what 25 time constants leave of the start.
    assert np.sqrt(area / np.pi) == pytest.approx(radius, rel=0.01)


def test_are_the_measures_those_of_patterns_made_by_hand():
    k = 2 * np.pi / SHEET.length_mm
    stripe = np.cos(3 * k * SHEET.x_mm[:, None] + 4 * k * SHEET.x_mm)
    assert mean_wave_number_per_mm(stripe, SHEET) == pytest.approx(5 * k)
    assert alignment(stripe, SHEET) == pytest.approx(1.0)
    checks = np.cos(5 * k * SHEET.x_mm)[:, None] + np.cos(5 * k * SHEET.x_mm)
    assert alignment(checks, SHEET) == pytest.approx(0.0, abs=1e-12)
    assert skewness([0.0, 0.0, 0.0, 1.0]) == pytest.approx(2 / np.sqrt(3))
    with pytest.raises(ValueError, match="for a sheet"):
        alignment(np.arange(4.0), Grid(4, 1.0))
    with pytest.raises(ValueError, match="all the same"):
        skewness(np.ones(5))
    with pytest.raises(ValueError, match="u has shape"):
        mean_wave_number_per_mm(np.ones(5), SHEET)


def test_does_a_front_on_a_sheet_run_like_one_on_a_line():
    # Summed across, exp(-r/s) / (2 pi s^2) is another kernel, so the line's front is found by simulation.
    sheet = Grid(128, 40.0, dimensions=2)
    field = NeuralField(Exponential(1, 1.0), Heaviside(0.3))
    start = np.broadcast_to(np.where(np.abs(sheet.x_mm) < 6, 1.0, 0.0), sheet.shape)
    run = simulate_field(field, sheet, start, tstop_ms=60, dt_ms=1.0, sample_ms=30)
    u = frames(run, sheet)[-1]
    assert np.ptp(u, axis=0).max() < 1e-9  # it stays straight
    assert (u[0] > 0.3).sum() > (start[0] > 0.3).sum()  # and it has run on
