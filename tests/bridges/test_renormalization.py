# SPDX-License-Identifier: BSD-3-Clause
"""Means of nonlinear functions and finite populations: quadrature, closed forms, orders, simulation."""

import numpy as np
import pytest

from neuroscales.bridges import renormalization as rn
from neuroscales.bridges.finite_size import (
    TwoStateUnits,
    drift,
    exact_moments,
    mean_field,
    second_order,
    stationary,
)
from neuroscales.bridges.renormalization import Logistic, Probit, Tanh


@pytest.mark.parametrize(
    ("mean", "sd", "exact", "naive", "second"),
    [
        (-2.0, 1.0, 0.15546, 0.11920, 0.15918),
        (1.3, 0.7, 0.764918, 0.785835, 0.762263),
        (2.5, 1.5, 0.862434, 0.924142, 0.857241),
    ],
)
def test_is_the_mean_of_a_logistic_the_known_one(mean, sd, exact, naive, second):
    f = Logistic()
    digits = 5e-6 if mean == -2.0 else 5e-7
    assert float(rn.exact_mean(f, mean, sd)) == pytest.approx(exact, abs=digits)
    assert float(rn.naive_mean(f, mean)) == pytest.approx(naive, abs=digits)
    assert float(rn.corrected_mean(f, mean, sd)) == pytest.approx(second, abs=digits)
    x, w = np.polynomial.hermite_e.hermegauss(150)
    hermite = np.sum(w * f.derivative(mean + sd * x)) / np.sqrt(2 * np.pi)
    assert float(rn.exact_mean(f, mean, sd)) == pytest.approx(hermite, abs=1e-13)


@pytest.mark.parametrize(("mean", "sd"), [(1.0, 1.0), (-0.4, 2.0), (0.7, 0.0)])
def test_are_the_closed_means_met(mean, sd):
    assert float(rn.exact_mean(Probit(), mean, sd)) == pytest.approx(Probit().exact_mean(mean, sd), abs=1e-14)
    assert float(rn.normal_mean(np.exp, mean, sd)) == pytest.approx(
        np.exp(mean + sd**2 / 2), rel=1e-10
    )  # cut at 9 sd
    assert float(rn.normal_mean(np.square, mean, sd)) == pytest.approx(mean**2 + sd**2, rel=1e-12)


def test_is_the_corrected_probit_too_low_yet_better_than_none():
    exact, naive, second = (
        Probit().exact_mean(1, 1),
        float(rn.naive_mean(Probit(), 1.0)),
        float(rn.corrected_mean(Probit(), 1.0, 1.0)),
    )
    assert (exact, naive, second) == pytest.approx((0.76025, 0.84134, 0.72036), abs=5e-6)
    assert second < exact and abs(second - exact) < abs(naive - exact)


@pytest.mark.parametrize(
    "f", [Logistic(40.0, 10.0, 2.0), Tanh(), Probit(low=-1.0)], ids=lambda f: type(f).__name__
)
@pytest.mark.parametrize("order", [1, 2, 3])
def test_are_the_derivatives_those_of_the_function(f, order):
    x, step = np.array([-1.0, 0.3, 2.0, 9.0]), 1e-5
    slope = (f.derivative(x + step, order - 1) - f.derivative(x - step, order - 1)) / (2 * step)
    assert f.derivative(x, order) == pytest.approx(slope, abs=1e-8)


@pytest.mark.parametrize(("mean", "width"), [(-2.0, 1.0), (8.5, 2.0), (13.0, 3.0)])
def test_is_the_naive_mean_wrong_in_second_order_and_the_corrected_in_fourth(mean, width):
    f = Logistic(60.0, 10.0, width) if mean > 0 else Logistic()
    naive, corrected = rn.error_orders(f, mean, 0.2 * width)
    assert (naive, corrected) == pytest.approx((2.0, 4.0), abs=0.1)


@pytest.mark.parametrize(("below", "widths"), [(0.75, 1.71), (1.0, 1.83), (2.0, 2.74), (2.5, 3.57)])
def test_where_does_the_correction_become_worse_than_none(below, widths):
    f, mean = Logistic(60.0, 12.0, 2.0), 12.0 - 2.0 * below
    found = rn.correction_limit(f, mean, 12.0)
    assert found / 2.0 == pytest.approx(widths, abs=6e-3)
    for sd, worse in ((0.98 * found, False), (1.02 * found, True)):
        exact = rn.exact_mean(f, mean, sd)
        corrected, naive = (abs(g - exact) for g in (rn.corrected_mean(f, mean, sd), f.derivative(mean)))
        assert (corrected > naive) == worse


@pytest.mark.parametrize("sigma", [0.5, 1.0, 2.0])
def test_is_the_critical_coupling_of_a_probit_the_closed_one(sigma):
    closed = np.sqrt(np.pi / 2) * np.sqrt(1 + sigma**2)
    assert rn.critical_coupling(Probit(low=-1.0), sigma) == pytest.approx(closed, rel=1e-12)


def test_does_the_order_of_the_expansion_decide_whether_there_is_a_transition():
    assert rn.critical_coupling(Tanh(), 0.9) == pytest.approx(1.554, abs=5e-4)
    assert rn.critical_coupling_second(Tanh(), 0.9) == pytest.approx(1 / (1 - 0.81), rel=1e-12)
    assert rn.critical_coupling_second(Tanh(), 1.3) is None
    assert np.isfinite(rn.critical_coupling(Tanh(), 1.3))


@pytest.mark.parametrize(("w", "m"), [(1.5, 0.0), (1.9, 0.4875), (2.0, 0.6174), (2.5, 0.8804)])
def test_how_active_is_the_noisy_population(w, m):
    f = Probit(low=-1.0)
    assert rn.active_state(f, w, 1.0) == pytest.approx(m, abs=5e-5)
    assert rn.active_state(f, 1.5, 0.0) == pytest.approx(0.72, abs=5e-3)
    assert rn.active_state(f, 2.0, 0.0) == pytest.approx(0.940, abs=5e-4)


@pytest.mark.parametrize(
    ("f", "w", "sigma"), [(Probit(low=-1.0), 2.0, 1.0), (Tanh(), 2.4, 0.6), (Tanh(), 3.4, 1.3)]
)
def test_does_a_simulated_population_sit_where_theory_says(f, w, sigma):
    run = rn.simulate_population(
        f, w, sigma, n_units=3000, tstop=60, dt=0.05, start=0.5, rng=np.random.default_rng(2)
    )
    late = run.values("m")[400:]
    # Blocks of 5 time constants are nearly independent; 3.3 of their standard errors.
    blocks = late[: 8 * 100].reshape(8, 100).mean(axis=1)
    error = blocks.std(ddof=1) / np.sqrt(8)
    assert late.mean() == pytest.approx(rn.active_state(f, w, sigma), abs=max(3.3 * error, 0.004))


def test_is_a_population_silent_where_a_model_without_fluctuations_calls_it_active():
    f, rng = Probit(low=-1.0), np.random.default_rng(3)
    run = rn.simulate_population(f, 1.5, 1.0, n_units=3000, tstop=60, dt=0.05, start=0.5, rng=rng)
    assert abs(run.values("m")[600:].mean()) < 0.05 < rn.active_state(f, 1.5, 0.0)


def test_is_the_variance_of_a_block_that_of_correlated_numbers():
    rng = np.random.default_rng(4)
    shared, own = rng.standard_normal((2, 20_000, 1)), rng.standard_normal((20_000, 100))
    numbers = np.sqrt(0.1) * shared[0] + np.sqrt(0.9) * own
    # A variance from 20,000 samples has a standard error of 1 %.
    assert numbers.mean(axis=1).var() == pytest.approx(rn.block_variance(100, 0.1), rel=0.033)


@pytest.mark.parametrize(("n", "exact", "second"), [(25, 0.129262, 0.129301), (100, 0.129743, 0.129746)])
def test_are_the_means_of_a_finite_population_the_known_ones(n, exact, second):
    units = TwoStateUnits(n)
    assert mean_field(units) == pytest.approx(0.129895, abs=5e-7)
    assert exact_moments(units)[0] == pytest.approx(exact, abs=5e-7)
    assert second_order(units)[0] == pytest.approx(second, abs=5e-7)


@pytest.mark.parametrize(("n", "w"), [(12, 1.5), (20, 2.0), (40, 2.6), (30, 3.0)])
def test_is_detailed_balance_the_null_vector_of_the_rates(n, w):
    units = TwoStateUnits(n, w)
    k = np.arange(n + 1)
    up = (n - k) / (1 + np.exp(-(w * k / n - 2.0)))
    matrix = np.diag(up[:-1], -1) + np.diag(k[1:].astype(float), 1)
    matrix -= np.diag(matrix.sum(axis=0))
    assert matrix @ stationary(units) == pytest.approx(np.zeros(n + 1), abs=1e-12)
    m, v = second_order(units)
    f = lambda x: float(drift(units, x))  # noqa: E731
    bend = (f(m + 1e-4) - 2 * f(m) + f(m - 1e-4)) / 1e-8
    assert f(m) + bend * v / 2 == pytest.approx(0.0, abs=1e-8)
    assert abs(m - exact_moments(units)[0]) < abs(mean_field(units) - exact_moments(units)[0])


def test_does_the_bias_of_mean_field_fall_as_one_over_n():
    scaled = [n * (exact_moments(TwoStateUnits(n))[0] - mean_field(TwoStateUnits(n))) for n in (400, 1600)]
    assert scaled == pytest.approx([-0.0150, -0.0150], abs=3e-4)
    variances = [n * exact_moments(TwoStateUnits(n))[1] for n in (400, 1600)]
    assert variances[0] == pytest.approx(variances[1], rel=0.01)


def test_is_what_means_nothing_refused():
    with pytest.raises(ValueError, match="width_mV"):
        Logistic(width_mV=0.0)
    with pytest.raises(ValueError, match="sd"):
        rn.normal_mean(np.exp, 0.0, -1.0)
    with pytest.raises(ValueError, match="n_units"):
        TwoStateUnits(0)
