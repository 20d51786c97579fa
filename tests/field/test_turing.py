# SPDX-License-Identifier: BSD-3-Clause
"""Patterns on a ring: the dispersion relation beside measured growth, and which wave wins."""

import numpy as np
import pytest

from neuroscales.field import Amari, Grid, Heaviside, Local, MexicanHat, NeuralField, Sigmoid, simulate_field
from neuroscales.field.turing import (
    count_waves,
    fitted_growth_per_ms,
    growth_per_ms,
    mean_wave_number_per_mm,
    modes_per_ms,
    preferred_wave_number_per_mm,
    uniform_states,
    wave_amplitudes,
)

# Sets of one's own: (inhibition, its width in mm, steepness, threshold).
HATS = [(4.6, 2.0, 3.0, -0.06), (5.2, 2.5, 3.4, 0.02), (5.4, 2.8, 3.8, 0.3)]


def _hat(inhibition, width, steepness, threshold):
    return NeuralField(MexicanHat(5, inhibition, 1, width), Sigmoid(steepness, threshold))


def _measured_growth(field, grid, waves, dt_ms=0.1):
    """Growth of small waves, put on the uniform state together, between 10 and 40 ms."""
    u0, k = uniform_states(field)[0], grid.wave_numbers_per_mm()[waves]
    start = u0 + 1e-6 * np.cos(k[:, None] * grid.x_mm).sum(axis=0)
    run = simulate_field(field, grid, start, tstop_ms=40, dt_ms=dt_ms)
    return fitted_growth_per_ms(run.time, wave_amplitudes(run)[:, waves], 10, 40)


@pytest.mark.parametrize("slope, at_one, at_half", [(1.1, 0.1, -0.296), (1.5, 0.5, -0.04)])
def test_are_the_growth_rates_of_amaris_kernel_the_published_ones(slope, at_one, at_half):
    field = NeuralField(Amari(), Sigmoid(4 * slope, 0.0), tau_ms=1.0)
    assert uniform_states(field) == pytest.approx([0.0], abs=1e-12)
    found = growth_per_ms(field, np.array([1.0, 0.5]), 0.0)
    assert found == pytest.approx([at_one, at_half], abs=1e-9)


@pytest.mark.parametrize("slope", [1.1, 1.5])
def test_does_a_wave_on_amaris_kernel_grow_as_theory_says(slope):
    field, grid = NeuralField(Amari(), Sigmoid(4 * slope, 0.0)), Grid(2048, 32 * np.pi)
    waves = np.array([8, 16])  # k = 0.5 and 1
    expected = growth_per_ms(field, grid.wave_numbers_per_mm()[waves], 0.0)
    # The cusp raises the sampled transform by dx^2 / 3, which slope/tau turns into 1.2e-4 per ms here.
    assert _measured_growth(field, grid, waves, 0.5) == pytest.approx(expected, abs=1.5e-4)


@pytest.mark.parametrize("hat", HATS)
def test_do_three_waves_on_a_mexican_hat_grow_as_theory_says(hat):
    field, grid, waves = _hat(*hat), Grid(256, 100.0), np.array([7, 13, 23])
    u0 = uniform_states(field)[0]
    expected = growth_per_ms(field, grid.wave_numbers_per_mm()[waves], u0)
    # Heun's method at 0.1 ms is off by g (g dt)^2 / 6, below 1e-5; so is what 1e-6 adds beyond first order.
    assert _measured_growth(field, grid, waves) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("hat", HATS)
def test_is_the_uniform_state_one_that_stays(hat):
    field, grid = _hat(*hat), Grid(64, 50.0)
    u0 = uniform_states(field)
    assert len(u0) == 1
    assert u0[0] == pytest.approx((5 - hat[0]) * field.gain.rate(u0[0]), abs=1e-14)
    run = simulate_field(field, grid, u0[0], tstop_ms=50, dt_ms=0.5)
    assert run.values("u") == pytest.approx(np.full((101, 64), u0[0]), abs=1e-9)


def test_does_a_pattern_need_slope_times_peak_above_one():
    kernel = MexicanHat(5, 5, 1, 2)
    k = preferred_wave_number_per_mm(kernel)
    critical = 1 / kernel.transform(k)
    for factor, grows in ((0.9, False), (1.1, True)):
        field, grid = NeuralField(kernel, Sigmoid(4 * critical * factor, 0.0)), Grid(128, 2 * np.pi / k * 5)
        assert growth_per_ms(field, k, 0.0) == pytest.approx((factor - 1) / 10, abs=1e-9)
        start = 1e-4 * np.cos(k * grid.x_mm)
        end = simulate_field(field, grid, start, tstop_ms=1000, dt_ms=1.0, sample_ms=1000).values("u")[-1]
        assert (np.ptp(end) > 0.1) == grows


@pytest.mark.parametrize(
    "field, length, mean",
    [
        (NeuralField(Amari(), Sigmoid(6.0, 0.0)), 30 * np.pi, 15),
        (_hat(4.8, 2.2, 3.4, 0.02), 100.0, 14),
        (_hat(5.2, 2.5, 3.0, 0.3), 100.0, 13),
    ],
)
def test_is_the_mean_number_of_bumps_about_that_of_the_preferred_wave(field, length, mean):
    grid, u0 = Grid(256, length), uniform_states(field)[0]
    rng = np.random.default_rng(11)
    counts = []
    for _ in range(8):
        start = u0 + 0.01 * rng.normal(size=grid.points)
        run = simulate_field(field, grid, start, tstop_ms=500, dt_ms=1.0, sample_ms=500)
        counts.append(count_waves(run.values("u")[-1]))
    predicted = preferred_wave_number_per_mm(field.kernel) * length / (2 * np.pi)
    assert predicted == pytest.approx(mean, abs=0.5)
    # Neighboring waves grow nearly as fast: runs differ by 1, their mean of eight by 0.4; three of these.
    assert np.mean(counts) == pytest.approx(predicted, abs=1.2)
    assert len(set(counts)) > 1


def test_does_a_local_kernel_let_all_waves_grow_alike():
    field, grid = NeuralField(Local(2.0), Sigmoid(4.0, 1.0)), Grid(128, 40.0)
    assert uniform_states(field) == pytest.approx([0.0425, 1.0, 1.9575], abs=1e-4)
    expected = growth_per_ms(field, np.array([0.1, 1.0, 9.0]), 1.0)
    assert expected == pytest.approx([0.1, 0.1, 0.1], abs=1e-12)
    k, waves = grid.wave_numbers_per_mm(), np.array([1, 9, 40])
    start = 1 + 1e-6 * np.cos(k[waves, None] * grid.x_mm).sum(axis=0)
    run = simulate_field(field, grid, start, tstop_ms=40, dt_ms=0.1)
    found = fitted_growth_per_ms(run.time, wave_amplitudes(run)[:, waves], 10, 40)
    assert found == pytest.approx(expected, abs=1e-5)
    # No wave is selected: from noise each place decides for itself, so neighbors are independent.
    noise = 0.01 * np.random.default_rng(3).normal(size=grid.points)
    end = simulate_field(field, grid, 1 + noise, tstop_ms=300, dt_ms=0.5).values("u")[-1]
    assert np.array_equal(end > 1, noise > 0)


@pytest.mark.parametrize("strength, rate", [(0.5, 0.3), (1.5, 0.4), (0.2, 2.0)])
def test_are_the_modes_with_adaptation_the_eigenvalues_of_the_two_by_two_matrix(strength, rate):
    field = NeuralField(MexicanHat(), Sigmoid(3.0, 0.1), 7.0, strength, rate)
    u0 = uniform_states(field)[0]
    k = np.array([0.0, 0.5, 1.0])
    for k_one, found in zip(k, modes_per_ms(field, k, u0), strict=True):
        feedback = field.gain.slope(u0) * field.kernel.transform(k_one)
        matrix = np.array([[feedback - 1, -strength], [rate, -rate]]) / 7.0
        by_numpy = sorted(np.linalg.eigvals(matrix).astype(complex), key=lambda z: (-z.real, -z.imag))
        assert found == pytest.approx(np.array(by_numpy), abs=1e-12)


def test_is_the_uniform_state_with_adaptation_and_drive_one_that_stays():
    field, grid = NeuralField(MexicanHat(5, 4, 1, 2), Sigmoid(2.0, 0.3), 10.0, 2.0, 0.5), Grid(64, 40.0)
    u0 = uniform_states(field, drive=0.7)[0]
    run = simulate_field(field, grid, u0, tstop_ms=20, dt_ms=0.5, drive=0.7, v_start=u0)
    assert run.values("u")[-1] == pytest.approx(np.full(64, u0), abs=1e-9)


def test_is_the_jump_of_a_step_no_state():
    # u = 2 H(u - 0.5) holds at 0 and at 2, and not in between.
    field = NeuralField(Local(2.0), Heaviside(0.5))
    assert uniform_states(field) == pytest.approx([0.0, 2.0], abs=1e-12)


def test_are_amplitudes_and_wave_numbers_those_that_were_put_in():
    grid = Grid(100, 50.0)
    k = grid.wave_numbers_per_mm()
    u = (
        0.4
        + 0.3 * np.cos(k[5] * grid.x_mm)
        + 0.1 * np.sin(k[20] * grid.x_mm)
        + 0.2 * np.cos(k[50] * grid.x_mm)
    )
    run = simulate_field(NeuralField(Local(0.0), Sigmoid()), grid, u, tstop_ms=0.1, dt_ms=0.1)
    found = wave_amplitudes(run)[0]
    assert found[[0, 5, 20, 50]] == pytest.approx([0.4, 0.3, 0.1, 0.2], abs=1e-12)
    assert np.delete(found, [0, 5, 20, 50]).max() < 1e-12
    two = 0.3 * np.cos(k[5] * grid.x_mm) + 0.1 * np.cos(k[20] * grid.x_mm)
    assert mean_wave_number_per_mm(two, grid) == pytest.approx((9 * k[5] + k[20]) / 10)


def test_do_ripples_count_as_no_waves():
    x = np.linspace(0, 2 * np.pi, 400, endpoint=False)
    assert count_waves(np.cos(5 * x) + 0.3 * np.cos(40 * x + 1.0)) >= 5
    assert count_waves(np.tanh(8 * np.cos(5 * x)) + 0.2 * np.cos(40 * x)) == 5


def test_are_growth_rates_without_an_answer_refused():
    time = np.arange(5.0)
    with pytest.raises(ValueError, match="two moments"):
        fitted_growth_per_ms(time, np.ones(5), 3.5, 4.5)
    with pytest.raises(ValueError, match="above zero"):
        fitted_growth_per_ms(time, np.zeros(5), 0, 4)
    with pytest.raises(ValueError, match="without delays"):
        growth_per_ms(NeuralField(Amari(), Sigmoid(), velocity_mm_per_ms=1.0), 1.0, 0.0)
    with pytest.raises(ValueError, match="must vary"):
        mean_wave_number_per_mm(np.ones(16), Grid(16, 4.0))
    with pytest.raises(ValueError, match="not empty"):
        uniform_states(NeuralField(Amari(), Sigmoid()), between=(1.0, 0.0))
