# SPDX-License-Identifier: BSD-3-Clause
"""The field's time course: against other integrators, its orders of convergence, its symmetries."""

import itertools

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neuroscales.field import (
    Amari,
    Exponential,
    Grid,
    Heaviside,
    Local,
    MexicanHat,
    NeuralField,
    Sigmoid,
    frames,
    simulate_field,
)

HAT = NeuralField(MexicanHat(5, 4.8, 1, 2.2), Sigmoid(3.4, 0.02))


def _start(grid, seed=5):
    """A smooth field of a few waves."""
    rng = np.random.default_rng(seed)
    waves = [
        a * np.cos(2 * np.pi * (m * grid.x_mm / grid.length_mm + rng.random()))
        for m, a in enumerate((0.1, 0.3, 0.2, 0.1))
    ]
    return sum(waves) if grid.dimensions == 1 else np.add.outer(sum(waves), waves[2])


@pytest.mark.parametrize(
    "field",
    [
        HAT,
        NeuralField(Exponential(2, 1.3), Sigmoid(5, 0.6), tau_ms=7.0),
        NeuralField(Amari(), Sigmoid(6, 0.1), adaptation=1.2, adaptation_rate=0.4),
    ],
)
def test_is_the_run_that_of_an_adaptive_solver_and_a_matrix(field):
    grid = Grid(96, 24.0)
    apart = np.abs(grid.x_mm[:, None] - grid.x_mm)
    matrix = field.kernel.density(np.minimum(apart, grid.length_mm - apart)) * grid.step_mm
    drive = 0.2 * np.cos(2 * np.pi * grid.x_mm / grid.length_mm)

    def slope(t, state):
        u, v = np.split(state, 2)
        du = -u + matrix @ field.gain.rate(u) - field.adaptation * v + drive * np.sin(t / 9)
        return np.concatenate([du, field.adaptation_rate * (u - v)]) / field.tau_ms

    u, v = _start(grid), 0.1 * _start(grid, 6)
    other = solve_ivp(slope, (0, 30), np.concatenate([u, v]), method="DOP853", rtol=1e-10, atol=1e-12)
    run = simulate_field(
        field, grid, u, tstop_ms=30, dt_ms=0.02, drive=lambda t: drive * np.sin(t / 9), v_start=v
    )
    # Heun's method at 0.02 ms is off by about (0.02/10)^2.
    assert run.values("u")[-1] == pytest.approx(other.y[:96, -1], abs=1e-5)
    if field.adaptation:
        assert run.values("v")[-1] == pytest.approx(other.y[96:, -1], abs=1e-5)


@pytest.mark.parametrize("method, order", [("euler", 1), ("heun", 2)])
@pytest.mark.parametrize("velocity", [np.inf, 0.5])
def test_does_the_method_converge_with_its_order(method, order, velocity):
    # With delays, steps are halved such that the ring of every delay is refined, not displaced.
    field = NeuralField(HAT.kernel, HAT.gain, velocity_mm_per_ms=velocity)
    grid = Grid(64, 16.0)
    ends = [
        simulate_field(field, grid, _start(grid), tstop_ms=16, dt_ms=dt, method=method).values("u")[-1]
        for dt in (0.5, 0.25, 0.125, 0.0625)
    ]
    steps = [np.abs(fine - coarse).max() for coarse, fine in itertools.pairwise(ends)]
    orders = np.log2(np.divide(steps[:-1], steps[1:]))
    assert orders == pytest.approx([order, order], abs=0.2)


@pytest.mark.parametrize("gain", [HAT.gain, Heaviside(0.1)])
@pytest.mark.parametrize("dimensions, points", [(1, 90), (2, 24)])
def test_does_a_shifted_start_give_the_shifted_run(gain, dimensions, points):
    field, grid = NeuralField(HAT.kernel, gain), Grid(points, 20.0, dimensions)
    start, shift = _start(grid), (7,) * dimensions
    axes = tuple(range(dimensions))
    first = simulate_field(field, grid, start, tstop_ms=20, dt_ms=0.5)
    second = simulate_field(field, grid, np.roll(start, shift, axes), tstop_ms=20, dt_ms=0.5)
    moved = np.roll(frames(first, grid)[-1], shift, axes)
    assert frames(second, grid)[-1] == pytest.approx(moved, abs=1e-10)


def test_does_a_turned_or_mirrored_sheet_give_the_turned_or_mirrored_run():
    grid, start = Grid(24, 20.0, 2), None
    start = _start(grid)
    end = frames(simulate_field(HAT, grid, start, tstop_ms=20, dt_ms=0.5), grid)[-1]
    for turn in (np.transpose, np.flipud, np.rot90):
        turned = frames(simulate_field(HAT, grid, turn(start), tstop_ms=20, dt_ms=0.5), grid)[-1]
        assert turned == pytest.approx(turn(end), abs=1e-11)


def test_does_a_sheet_that_varies_along_one_axis_follow_a_line():
    # A Gaussian of volume one, summed across, is a Gaussian of area one.
    line, sheet = Grid(96, 48.0), Grid(96, 48.0, 2)  # the ring is so long that no Gaussian is cut off
    start = _start(line)
    one = simulate_field(HAT, line, start, tstop_ms=40, dt_ms=0.5)
    two = simulate_field(HAT, sheet, np.broadcast_to(start, sheet.shape), tstop_ms=40, dt_ms=0.5)
    assert frames(two, sheet)[-1, 5] == pytest.approx(one.values("u")[-1], abs=1e-10)


def test_does_a_field_without_connections_relax_by_itself():
    grid = Grid(16, 4.0)
    run = simulate_field(NeuralField(Local(0.0), Sigmoid()), grid, 0.8, tstop_ms=30, dt_ms=0.05, drive=0.2)
    assert run.values("u")[:, 3] == pytest.approx(0.2 + 0.6 * np.exp(-run.time / 10), abs=1e-6)


def test_are_a_very_fast_conduction_and_none_the_same():
    grid = Grid(64, 16.0)
    fast = NeuralField(HAT.kernel, HAT.gain, velocity_mm_per_ms=1e6)
    one = simulate_field(HAT, grid, _start(grid), tstop_ms=20, dt_ms=0.5)
    two = simulate_field(fast, grid, _start(grid), tstop_ms=20, dt_ms=0.5)
    assert two.values("u")[-1] == pytest.approx(one.values("u")[-1], abs=1e-4)


def test_does_an_open_line_leak_at_its_ends():
    field = NeuralField(Exponential(1, 2.0), Sigmoid(20, 0.3))
    ring, line = Grid(100, 20.0), Grid(100, 20.0, periodic=False)
    closed, leaky = (simulate_field(field, g, 1.0, tstop_ms=100, dt_ms=0.5) for g in (ring, line))
    end = leaky.values("u")[-1]
    assert np.ptp(closed.values("u")[-1]) < 1e-12
    # Half of its neighbors are missing; half of its own cell of 0.2 mm, w(0) = 1/4 per mm, is there.
    assert end[0] == pytest.approx(0.5 + 0.1 / 4, abs=0.005)
    assert end[50] == pytest.approx(closed.values("u")[-1, 50], abs=0.01)  # five space constants inside


def test_is_what_was_asked_for_recorded():
    grid = Grid(16, 4.0)
    run = simulate_field(HAT, grid, 0.0, tstop_ms=10, dt_ms=0.5, sample_ms=3.0)
    assert run.time.tolist() == [0, 3, 6, 9, 10]
    assert run.profile("u").place.tolist() == grid.x_mm.tolist()
    assert run.profile("u").unit == "1"
    assert len(simulate_field(HAT, grid, 0.0, tstop_ms=1000, dt_ms=0.5).time) == 401
    with pytest.raises(ValueError, match="the grid 32"):
        frames(run, Grid(32, 4.0))


def test_does_a_run_leave_its_start_alone_and_repeat_itself():
    grid = Grid(32, 8.0)
    start = _start(grid)
    before = start.copy()
    one, two = (simulate_field(HAT, grid, start, tstop_ms=20, dt_ms=0.5) for _ in range(2))
    assert np.array_equal(start, before)
    assert np.array_equal(one.values("u"), two.values("u"))


@pytest.mark.parametrize(
    "change, words",
    [
        ({"start": np.zeros(5)}, "start has shape"),
        ({"start": np.nan}, "start must be finite"),
        ({"drive": np.zeros(5)}, "drive has shape"),
        ({"drive": lambda t: np.inf}, "drive at 0 ms must be finite"),
        ({"tstop_ms": 0.0}, "dt_ms must be positive"),
        ({"tstop_ms": np.inf}, "dt_ms must be positive"),
        ({"dt_ms": -0.1}, "dt_ms must be positive"),
        ({"dt_ms": 11.0, "tstop_ms": 20}, "at most the time constant"),
        ({"method": "rk"}, "method is one of"),
        ({"sample_ms": 0.25}, "multiple of dt_ms"),
        ({"sample_ms": 0.0}, "multiple of dt_ms"),
    ],
)
def test_is_a_run_that_cannot_be_refused(change, words):
    options = {"start": 0.0, "tstop_ms": 5, "dt_ms": 0.1, **change}
    with pytest.raises(ValueError, match=words):
        simulate_field(HAT, Grid(16, 4.0), options.pop("start"), **options)


@pytest.mark.parametrize(
    "change, words",
    [
        ({"tau_ms": 0.0}, "tau_ms"),
        ({"tau_ms": np.nan}, "tau_ms"),
        ({"adaptation": -1.0}, "adaptation"),
        ({"adaptation": 1.0}, "adaptation_rate must be positive"),
        ({"velocity_mm_per_ms": 0.0}, "velocity"),
        ({"velocity_mm_per_ms": np.nan}, "velocity"),
        ({"kernel": 3.0}, "kernel must be a Kernel"),
    ],
)
def test_is_a_tissue_that_cannot_be_refused(change, words):
    with pytest.raises(ValueError, match=words):
        NeuralField(**{"kernel": HAT.kernel, "gain": HAT.gain, **change})
