# SPDX-License-Identifier: BSD-3-Clause
"""Linear networks in closed form: roots with delays, modes of the Laplacian, exact correlations."""

import numpy as np
import pytest
from scipy.linalg import expm

from neuroscales.brain import functional, ring, synthetic, vepcon
from neuroscales.brain.delay_stability import (
    characteristic_roots,
    critical_delay_ms,
    delayed_growth_per_s,
    exciting_root,
    leading_root,
    locked_pair,
    loop_onset,
    uniform_roots,
)
from neuroscales.brain.delayed import Network, Noise, simulate_network
from neuroscales.brain.functional import correlation, covariance, delayed_covariance, pairs
from neuroscales.brain.modes import laplacian, modes
from neuroscales.brain.nodes import Kuramoto, Linear

BRAIN = synthetic()


def _few():
    return BRAIN.subset(range(0, 66, 6))


@pytest.mark.parametrize(("gain", "delay_ms"), [(-2.0, 1.2092), (-1.5, 2.0577), (-3.0, 0.6755)])
def test_is_the_critical_delay_where_the_leading_root_crosses(gain, delay_ms):
    critical, frequency_Hz = critical_delay_ms(gain)
    assert critical == pytest.approx(delay_ms, abs=5e-5)
    root = uniform_roots(gain, critical)[0]
    assert root.real == pytest.approx(0.0, abs=1e-12)
    assert abs(root.imag) == pytest.approx(2 * np.pi * frequency_Hz / 1000, rel=1e-12)


def test_is_the_critical_delay_at_gain_two_the_closed_one():
    assert critical_delay_ms(-2.0)[0] == pytest.approx(2 * np.pi / (3 * np.sqrt(3)), rel=1e-14)
    assert critical_delay_ms(-2.0)[1] == pytest.approx(1000 * np.sqrt(3) / (2 * np.pi), rel=1e-14)


@pytest.mark.parametrize(("delay_ms", "growth"), [(1.1, -0.0413), (1.3, 0.0261)])
def test_does_a_run_grow_as_lamberts_function_says(delay_ms, growth):
    root = uniform_roots(-2.0, delay_ms)[0]
    assert root.real == pytest.approx(growth, abs=5e-5)
    network = Network([[-2.0]], [[delay_ms]])
    run = simulate_network(
        Linear(1.0), network, tstop_ms=60, dt_ms=delay_ms / 100, method="rk4", history=np.ones((1, 1))
    )
    x = run.profile("x").values[:, 0]
    # All other roots have died out after 20 ms; then x obeys the recurrence of two conjugate exponentials.
    late = x[run.time > 20]
    lag = 50
    step = root * lag * run.time[1]
    predicted = (
        2 * np.exp(step.real) * np.cos(step.imag) * late[lag:-lag] - np.exp(2 * step.real) * late[: -2 * lag]
    )
    assert late[2 * lag :] == pytest.approx(predicted, abs=1e-5 * np.abs(late).max())


@pytest.mark.parametrize(
    ("eigenvalue", "delay_ms", "tau_ms"), [(-2.0, 1.1, 1.0), (0.7, 9.0, 12.0), (-1.6, 14.0, 20.0)]
)
def test_do_three_ways_find_the_same_leading_root(eigenvalue, delay_ms, tau_ms):
    network = Network([[eigenvalue]], [[delay_ms]])
    exact = uniform_roots(eigenvalue, delay_ms, tau_ms)[0]
    coarse = characteristic_roots(network, tau_ms)[0]
    polished, _ = leading_root(network, tau_ms)
    assert coarse.real == pytest.approx(exact.real, abs=1e-6)
    assert polished.real == pytest.approx(exact.real, abs=1e-13)
    assert abs(polished.imag) == pytest.approx(abs(exact.imag), abs=1e-13)
    assert polished * tau_ms == pytest.approx(-1 + eigenvalue * np.exp(-polished * delay_ms), abs=1e-12)


@pytest.mark.parametrize(("total_ms", "tau_ms"), [(30.0, 10.0), (52.0, 14.0), (25.0, 20.0)])
def test_does_only_the_sum_of_the_two_delays_enter_the_loop(total_ms, tau_ms):
    gain, frequency_Hz = loop_onset(total_ms, tau_ms)
    root = delayed_growth_per_s(gain, total_ms, tau_ms)
    assert root.real == pytest.approx(0.0, abs=1e-9)
    assert abs(root.imag) / (2 * np.pi) == pytest.approx(frequency_Hz, rel=1e-9)
    for out_ms in (0.2 * total_ms, 0.7 * total_ms):
        network = Network([[0, -1], [1, 0]], [[0, total_ms - out_ms], [out_ms, 0]], gain=2.0)
        found, _ = leading_root(network, tau_ms, n_points=24)
        assert 1000 * found.real == pytest.approx(delayed_growth_per_s(2.0, total_ms, tau_ms).real, abs=1e-8)
    # Without delays the pair cannot grow, whatever its gain.
    assert np.linalg.eigvals([[-1.0, -9.0], [9.0, -1.0]]).real.max() < 0


def test_is_the_leading_root_of_a_whole_network_the_rate_at_which_it_forgets():
    network = Network.of(_few(), 0.9, 6.0)
    root, vector = leading_root(network, 20.0)
    assert root.imag == 0.0
    assert exciting_root(network, 20.0) == pytest.approx(root.real, abs=1e-12)
    run = simulate_network(Linear(20.0), network, tstop_ms=600, dt_ms=0.2, history=np.ones((1, 11)))
    last, before = run.profile("x").values[-1], run.profile("x").values[-501]
    assert np.log(last / before) / 100 == pytest.approx(np.full(11, root.real), abs=3e-5)
    pattern = (vector / vector.sum()).real
    assert last / last.sum() == pytest.approx(pattern, abs=1e-3)
    with pytest.raises(ValueError, match="inhibits"):
        exciting_root(Network([[-1.0]], [[1.0]]), 20.0)


def test_where_do_uniform_delays_destabilize_the_brain():
    """All tracts excite: at rate 0 with gain 1. To oscillate takes mu < -1/G, a higher gain."""
    values = np.linalg.eigvals(BRAIN.row_normalized())
    assert np.abs(values.imag).max() < 1e-12
    steady, oscillating = functional.effective_gain(values.real)
    assert steady == pytest.approx(1.0, abs=1e-12)
    assert oscillating == pytest.approx(-1 / values.real.min())
    assert oscillating > 2
    # Through a long delay the oscillation begins just above that gain; below it, at no delay.
    lowest = values.real.min()
    assert uniform_roots(1.02 * oscillating * lowest, 400.0, 20.0)[0].real > 0
    assert uniform_roots(0.98 * oscillating * lowest, 400.0, 20.0)[0].real < 0


@pytest.mark.parametrize(
    ("delay_ms", "in_step", "in_turn"),
    [(5, 9.10, None), (10, 8.40, None), (20, 7.44, 13.17), (30, 6.93, 12.32), (50, None, 10.0)],
)
def test_which_states_of_a_delayed_pair_are_stable(delay_ms, in_step, in_turn):
    states = locked_pair(10.0, 20.0, delay_ms)
    stable = {state.in_step: state.frequency_Hz for state in states if state.stable}
    for found, expected in ((stable.get(True), in_step), (stable.get(False), in_turn)):
        assert found == (expected if expected is None else pytest.approx(expected, abs=0.005))


@pytest.mark.parametrize("delay_ms", [8.0, 20.0, 36.0])
def test_does_a_pair_that_starts_beside_a_state_go_where_theory_says(delay_ms):
    network = Network([[0, 1], [1, 0]], [[0, delay_ms], [delay_ms, 0]], gain=20.0)
    for state in locked_pair(10.0, 20.0, delay_ms):
        omega = 2 * np.pi * state.frequency_Hz / 1000
        apart = 0.15 + (0.0 if state.in_step else np.pi)
        run = simulate_network(
            Kuramoto(10.0),
            network,
            tstop_ms=4000,
            dt_ms=0.5,
            method="rk4",
            history=lambda t, apart=apart, omega=omega: np.array([[omega * t, omega * t + apart]]),
        )
        theta = run.profile("theta").values
        off = np.angle(np.exp(1j * (theta[-1, 1] - theta[-1, 0] - apart + 0.15)))
        assert (abs(off) < 0.1) == state.stable
        if state.stable and state.margin > 0.15:
            measured = 1000 * (theta[-1, 0] - theta[-2001, 0]) / 1000 / (2 * np.pi)
            assert measured == pytest.approx(state.frequency_Hz, abs=1e-4)


def test_has_a_ring_the_eigenvalues_of_a_ring():
    n = 20
    exact = np.sort(2 - 2 * np.cos(2 * np.pi * np.arange(n) / n))
    assert modes(ring(n).weights, normalized=False).values == pytest.approx(exact, abs=1e-14)
    assert exact[1] == pytest.approx(0.0979, abs=5e-5)


@pytest.mark.parametrize("brain", [BRAIN, vepcon()], ids=["synthetic", "real"])
def test_are_modes_orthogonal_and_complete_and_begin_with_the_degree_mode(brain):
    found = modes(brain.weights)
    assert found.vectors.T @ found.vectors == pytest.approx(np.eye(brain.n_regions), abs=1e-12)
    assert found.values[0] == pytest.approx(0.0, abs=1e-13)
    degree = np.sqrt(brain.weights.sum(axis=1))
    assert found.vectors[:, 0] == pytest.approx(degree / np.linalg.norm(degree), abs=1e-7)
    assert np.all((found.values >= -1e-13) & (found.values <= 2))


def test_do_the_slowest_modes_of_the_synthetic_brain_split_it():
    found = modes(BRAIN.weights)
    # Values of this connectome, found again by its characteristic polynomial below.
    assert found.values[:6] == pytest.approx([0, 0.15835, 0.18821, 0.35019, 0.37719, 0.47300], abs=5e-6)
    sides = np.sign(found.vectors[:, 1]).reshape(2, 33)
    assert np.all(sides == sides[:, :1]) and sides[0, 0] == -sides[1, 0]
    front = np.corrcoef(found.vectors[:, 2], BRAIN.positions_mm[:, 1])[0, 1]
    assert abs(front) > 0.9
    for value in found.values[:6]:
        assert np.linalg.svd(laplacian(BRAIN.weights) - value * np.eye(66))[1][-1] < 1e-13


@pytest.mark.parametrize("region", [3, 17, 52])
def test_is_a_pattern_the_sum_of_its_modes_and_spreads_as_the_exponential(region):
    found, pattern = modes(BRAIN.weights), np.eye(66)[region]
    assert found.shares(pattern).sum() == pytest.approx(1.0, abs=1e-13)
    assert found.activity(found.coefficients(pattern)) == pytest.approx(pattern, abs=1e-13)
    assert found.spread(pattern, 3.0) == pytest.approx(
        expm(-3.0 * laplacian(BRAIN.weights)) @ pattern, abs=1e-12
    )
    with pytest.raises(ValueError, match="negative"):
        found.spread(pattern, -1.0)


def test_are_weights_that_have_no_real_modes_refused():
    with pytest.raises(ValueError, match="symmetric"):
        laplacian(np.array([[0.0, 1.0], [2.0, 0.0]]))
    with pytest.raises(ValueError, match="region 0 has no tract"):
        laplacian(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="square"):
        laplacian(np.zeros((2, 3)))


@pytest.mark.parametrize("gain", [0.3, 0.7, 0.95])
def test_is_the_covariance_of_symmetric_weights_the_closed_one(gain):
    weights = BRAIN.weights / np.linalg.eigvalsh(BRAIN.weights).max()
    network = Network(weights, 0 * weights, gain)
    closed = 0.1**2 * 20 / 2 * np.linalg.inv(np.eye(66) - gain * weights)
    assert covariance(network, 20.0, 0.1) == pytest.approx(closed, rel=1e-10, abs=1e-14)


def test_is_the_symmetric_formula_wrong_where_rows_are_normalized():
    weights = BRAIN.row_normalized()
    exact = correlation(covariance(Network(weights, 0 * weights, 0.8), 20.0, 0.1))
    symmetric = np.linalg.inv(np.eye(66) - 0.8 * weights)
    shortcut = correlation((symmetric + symmetric.T) / 2)
    assert np.abs(pairs(shortcut) / pairs(exact) - 1).mean() > 0.01


def test_do_a_simulation_and_theory_agree_on_functional_connectivity():
    brain = _few()
    network = Network.of(brain, 0.8, np.inf)
    run = simulate_network(
        Linear(20.0),
        network,
        tstop_ms=100_000,
        dt_ms=1.0,
        noise=Noise(np.random.default_rng(4), {"x": 0.1}),
        sample_every=10,
    )
    exact = covariance(network, 20.0, 0.1)
    found = functional.measured_covariance(run, "x", skip_ms=2000)
    # The mean mode lives 100 ms: 100 s hold about 1000 independent samples of it, SE 4.5 % of a variance.
    assert np.diag(found).mean() == pytest.approx(np.diag(exact).mean(), rel=3.3 * 0.03)
    assert pairs(correlation(found)) == pytest.approx(pairs(correlation(exact)), abs=3.3 * 0.045)


@pytest.mark.parametrize(("gain", "speed_m_s"), [(0.5, 3.0), (0.7, 6.0), (0.9, 12.0)])
def test_is_the_covariance_with_delays_that_of_a_run(gain, speed_m_s):
    """Two regions: the spectral integral beside a simulation, and beside Lyapunov without delays."""
    network = Network.of(BRAIN.subset([0, 20, 40]), gain, speed_m_s)
    exact = delayed_covariance(network, 10.0, 0.1)
    run = simulate_network(
        Linear(10.0),
        network,
        tstop_ms=60_000,
        dt_ms=0.5,
        noise=Noise(np.random.default_rng(6), {"x": 0.1}),
        sample_every=10,
    )
    found = functional.measured_covariance(run, "x", skip_ms=1000)
    slowest_ms = -1 / exciting_root(network, 10.0)
    standard_error = np.sqrt(2 * slowest_ms / 60_000) * exact.max()
    assert found == pytest.approx(exact, abs=3.5 * standard_error)
    finer = delayed_covariance(network, 10.0, 0.1, n_frequencies=400)
    assert exact == pytest.approx(finer, abs=2e-3 * finer.max())
    undelayed = Network(network.weights, 0 * network.weights, gain)
    assert delayed_covariance(undelayed, 10.0, 0.1) == pytest.approx(
        covariance(undelayed, 10.0, 0.1), abs=1e-12
    )


def test_does_function_part_from_structure_as_the_network_nears_its_critical_point():
    gains = np.array([0.2, 0.5, 0.8, 0.9, 0.95, 0.99])
    found = functional.rest(BRAIN, gains)
    assert np.all(np.diff(found.r) < 0) and np.all(np.diff(found.mean_fc) > 0)
    assert found.slowest_ms == pytest.approx(20 / (1 - gains), rel=1e-9)
    assert (found.r[0], found.r[-1]) == pytest.approx((0.9848, 0.7789), abs=1e-4)
    assert (found.mean_fc[0], found.mean_fc[-1]) == pytest.approx((0.00377, 0.56255), abs=1e-5)


def test_do_delays_slow_the_network_down_and_loosen_its_regions():
    late, at_once = (functional.rest(_few(), np.array([0.9]), speed_m_s=speed) for speed in (6.0, np.inf))
    assert late.slowest_ms[0] > 1.1 * at_once.slowest_ms[0]
    assert late.mean_fc[0] < 0.95 * at_once.mean_fc[0]


def test_is_a_network_that_grows_refused():
    weights = BRAIN.row_normalized()
    with pytest.raises(ValueError, match="lower the gain"):
        covariance(Network(weights, 0 * weights, 1.01), 20.0, 0.1)
    with pytest.raises(ValueError, match="lower it"):
        functional.rest(BRAIN, np.array([1.2]))
    with pytest.raises(ValueError, match="variance must be positive"):
        correlation(np.zeros((2, 2)))
