# SPDX-License-Identifier: BSD-3-Clause
"""The working point of rest, and seizures: folds and Hopf points in closed form beside simulations."""

from dataclasses import replace

import numpy as np
import pytest

from neuroscales.brain import jansen_rit as jr
from neuroscales.brain import synthetic
from neuroscales.brain.delayed import Network, Noise, Pulse, simulate_network
from neuroscales.brain.epileptor import (
    Epileptor,
    field_potential,
    recruitment,
    resting_fold,
    resting_state,
    seizures,
)
from neuroscales.brain.functional import correlation, pairs
from neuroscales.brain.jansen_rit import JansenRit, Wendling
from neuroscales.brain.nodes import Kuramoto, ReducedWongWang, StuartLandau
from neuroscales.brain.resting import (
    WongWangPair,
    euler_growth_per_s,
    fixed_points,
    folds,
    kuramoto_order,
    state_rate_Hz,
    stuart_landau_variance,
    working_point,
)
from neuroscales.core import measure
from neuroscales.membrane.stability import eigenvalues

BRAIN = synthetic()


@pytest.mark.parametrize(
    ("i0_nA", "up", "down"), [(0.295, 2.0584, 1.1912), (0.3, 1.7977, 1.1547), (0.305, 1.5781, 1.1174)]
)
def test_where_do_the_low_and_the_high_state_end(i0_nA, up, down):
    node = ReducedWongWang(i0_nA=i0_nA)
    found = folds(node)
    assert (found.w_up, found.w_down) == pytest.approx((up, down), abs=5e-5)
    for weight, before, after in ((found.w_up, 3, 1), (found.w_down, 1, 3)):
        assert fixed_points(node, weight - 1e-3 - node.w).size == before
        assert fixed_points(node, weight + 1e-3 - node.w).size == after


def test_is_the_input_output_curve_exact_where_its_denominator_vanishes():
    node = ReducedWongWang()
    threshold = node.b_Hz / node.a_Hz_per_nA
    assert float(node.rate_Hz(threshold)) == pytest.approx(1 / node.d_s, rel=1e-12)
    x = threshold + np.array([-1e-4, -1e-7, 1e-9, 1e-6])
    y = node.a_Hz_per_nA * x - node.b_Hz
    assert node.rate_Hz(x) == pytest.approx(1 / node.d_s + y / 2, abs=2e-5)


def test_is_the_isolated_node_of_2014_at_three_hertz():
    curve = ReducedWongWang(a_Hz_per_nA=310.0, b_Hz=125.0, d_s=0.16)
    assert float(curve.rate_Hz(125 / 310 - 0.026)) == pytest.approx(3.0631, abs=5e-5)
    pair = WongWangPair()
    run = simulate_network(pair, Network.alone(), tstop_ms=2500, dt_ms=2.0, method="rk4")
    state = np.stack([run.profile(name).values[-1] for name in ("S_E", "S_I")])
    rates = pair.rates_Hz(state, np.zeros((1, 1)))
    assert state[0, 0] == pytest.approx(0.1648, abs=5e-5)
    assert np.ravel(rates) == pytest.approx([3.077, 3.92], abs=5e-3)
    assert pair.currents_nA(state, np.zeros((1, 1)))[0].item() - 125 / 310 == pytest.approx(
        -0.02585, abs=5e-6
    )


@pytest.mark.parametrize("gain", [0.25, 0.5, 0.8])
def test_does_the_whole_network_sit_where_one_equation_says(gain):
    node = ReducedWongWang()
    network = Network.of(BRAIN, gain, np.inf)
    run = simulate_network(node, network, tstop_ms=6000, dt_ms=2.0)
    s = fixed_points(node, gain)[0]
    assert run.profile("S").values[-1] == pytest.approx(np.full(66, s), abs=1e-8)
    assert state_rate_Hz(node, gain, s) == pytest.approx(s / ((1 - s) * 0.0641), rel=1e-9)


def test_does_the_network_ignite_just_above_the_fold_and_not_below():
    node, ends = ReducedWongWang(), []
    for gain in (0.89, 0.91):
        run = simulate_network(node, Network.of(BRAIN, gain, np.inf), tstop_ms=12_000, dt_ms=2.0)
        ends.append(run.profile("S").values[-1].mean())
    assert ends[0] < 0.1 and ends[1] > 0.5


def test_does_everything_slow_down_and_correlate_near_the_fold():
    node = ReducedWongWang()
    assert fixed_points(node, 0.0)[0] == pytest.approx(0.0344, abs=5e-5)
    found = [working_point(node, BRAIN, part * folds(node).g_up) for part in (0.2, 0.5, 0.8, 0.95)]
    slow = [tau_ms for tau_ms, _ in found]
    mean_fc = [pairs(correlation(covariance)).mean() for _, covariance in found]
    # The slow time constant depends on the row sums alone: 140 to 491 ms for any connectome.
    assert (slow[0], slow[-1]) == pytest.approx((140.5, 490.7), abs=0.1)
    assert (mean_fc[0], mean_fc[-1]) == pytest.approx((0.001, 0.029), abs=1e-3)
    assert np.all(np.diff(mean_fc) > 0)
    with pytest.raises(ValueError, match="no low state"):
        working_point(node, BRAIN, 1.0)


@pytest.mark.parametrize(
    ("a", "beta", "variance"), [(-0.02, 0.02, 0.0052514), (-0.05, 0.03, 0.0062230), (0.03, 0.02, 0.0163879)]
)
def test_is_the_variance_of_a_noisy_oscillator_that_of_its_density(a, beta, variance):
    assert stuart_landau_variance(a, beta) == pytest.approx(variance, abs=5e-8)
    # Density of r = |z|^2: exp((a r - r^2 / 2) / beta^2).
    r = np.linspace(0, 1, 400_001)
    density = np.exp((a * r - r**2 / 2) / beta**2)
    assert np.sum(r * density) / np.sum(density) / 2 == pytest.approx(variance, rel=2e-4)  # the sum's ends


def test_has_a_simulated_oscillator_this_variance_and_euler_one_that_is_too_high():
    node, beta = StuartLandau(), 0.02
    found = {}
    for method in ("euler", "heun"):
        run = simulate_network(
            node,
            Network.alone(200),
            tstop_ms=1_000_000,
            dt_ms=100.0,
            method=method,
            noise=Noise(np.random.default_rng(1), dict.fromkeys("xy", beta / np.sqrt(1000))),
            sample_every=100,
        )
        found[method] = np.mean([run.profile(name).values[20:].var() for name in "xy"])
    # 200 oscillators, both components, 1000 s, correlated over some 30 s: standard error 1.3 %.
    assert found["heun"] == pytest.approx(stuart_landau_variance(-0.02, beta), rel=0.04)
    a_euler = euler_growth_per_s(-0.02, 0.05, 0.1)
    assert stuart_landau_variance(a_euler, beta) == pytest.approx(0.00578, abs=5e-6)
    assert found["euler"] == pytest.approx(stuart_landau_variance(a_euler, beta), rel=0.04)
    assert found["euler"] > 1.05 * found["heun"]


@pytest.mark.parametrize("coupling", [3.0, 4.0, 8.0])
def test_do_phase_oscillators_lock_as_far_as_theory_says(coupling):
    """Frequencies at the quantiles of a Lorentzian of half width 1 per s, all coupled with all."""
    n = 150
    width_per_s = np.tan(np.pi * ((np.arange(n) + 0.5) / n - 0.5))
    node = Kuramoto(frequency_Hz=width_per_s / (2 * np.pi))
    network = Network(np.ones((n, n)) / n, np.zeros((n, n)), gain=coupling)
    run = simulate_network(node, network, tstop_ms=20_000, dt_ms=10.0, compiled=False)
    theta = run.profile("theta").values[1000:]
    order = np.abs(np.exp(1j * theta).mean(axis=1)).mean()
    # Fluctuations of the drifting ones, and the quantiles' cut of the tails: below 1 % at 150 oscillators.
    assert order == pytest.approx(kuramoto_order(coupling), rel=0.015)
    assert kuramoto_order(1.9) == 0.0


def _epileptor(x0, tstop=12_000.0, dt=0.1, method="rk4", **others):
    run = simulate_network(
        Epileptor(x0=x0, **others),
        Network.alone(),
        tstop_ms=tstop,
        dt_ms=dt,
        method=method,
        record=["x1", "z"],
    )
    return run, seizures(run.time, run.profile("x1").values[:, 0])


@pytest.mark.parametrize(
    ("x0", "period", "duration"),
    [(-1.6, 1933.3, 951), (-1.8, 2010.5, 769), (-2.0, 2434.8, 641), (-2.06, 2923, 596)],
)
def test_how_often_and_how_long_does_the_epileptor_seize(x0, period, duration):
    run, found = _epileptor(x0)
    assert found.period == pytest.approx(period, rel=1e-3)  # confirmed: fourth order and an adaptive solver
    assert found.duration == pytest.approx(duration, abs=1.5)
    z = run.profile("z").values[:, 0]
    assert np.interp(found.begin[1], run.time, z) == pytest.approx(2.90, abs=0.05)
    assert np.interp(found.end[1], run.time, z) == pytest.approx(4.14, abs=0.01)


@pytest.mark.parametrize(("r", "period", "tstop"), [(3.5e-3, 253.8, 3000.0), (1.75e-4, 3730.0, 16_000.0)])
def test_does_the_slow_rate_set_the_period(r, period, tstop):
    _, found = _epileptor(-1.6, tstop=tstop, r=r)
    assert found.period == pytest.approx(period, rel=2e-3)


def test_does_euler_with_a_step_of_a_twentieth_miss_the_period():
    _, exact = _epileptor(-1.6)
    _, euler = _epileptor(-1.6, dt=0.05, method="euler")
    assert euler.period / exact.period - 1 == pytest.approx(0.014, abs=0.02)
    assert euler.duration / exact.duration > 1.03


@pytest.mark.parametrize(("i1", "x0"), [(3.0, -2.0370), (3.1, -2.0620), (3.3, -2.1120)])
def test_is_the_threshold_where_the_resting_state_folds(i1, x0):
    fold = resting_fold(Epileptor(i1=i1))
    assert fold.x0 == pytest.approx(x0, abs=5e-5)
    x1 = np.linspace(-2, -0.7, 100_001)
    z = 1 + i1 - 2 * x1**2 - x1**3
    assert (x1[z.argmin()], z.min()) == pytest.approx((fold.x1, fold.z), abs=2e-5)


def test_does_rest_lose_its_stability_just_above_the_fold():
    def growth(x0):
        node = Epileptor(x0=x0)
        state = resting_state(node)
        assert np.abs(node.slope(state[:, None], np.zeros((1, 1)))).max() < 1e-9
        fast = lambda x: _fast(node, x)  # noqa: E731
        return eigenvalues(fast, state[:3])[0].real

    crossing = measure.bisect(lambda x0: growth(x0) > 0, -2.1, -2.0, 1e-7)
    assert crossing == pytest.approx(-2.0605, abs=1e-4)


def _fast(node, x):
    """The first pair and z below x1 = 0, where the rest does not act back on them."""
    x1, y1, z = x
    return np.stack(
        [y1 - x1**3 + 3 * x1**2 - z + node.i1, 1 - 5 * x1**2 - y1, node.r * (4 * (x1 - node.x0) - z)]
    )


def test_is_a_region_below_the_threshold_silent_and_can_a_neighbor_recruit_it():
    _, alone = _epileptor(-2.1, tstop=8000.0)
    assert np.all(alone.begin < 2000)  # at most what the start throws off
    weights = np.array([[0.0, 1.0], [1.0, 0.0]])
    times = []
    for gain in (0.0, 1.0):
        node = Epileptor(x0=np.array([-1.6, -2.2]))
        network = Network(weights, 5.0 * weights, gain)
        start = np.stack([resting_state(Epileptor(x0=-2.2))] * 2, axis=1)
        run = simulate_network(
            node, network, tstop_ms=4000, dt_ms=0.1, method="rk4", history=start, sample_every=5
        )
        times.append(recruitment(run))
    assert np.isnan(times[0][1]) and times[1][1] > times[1][0]
    assert field_potential(run).shape == (8001, 2)


def test_are_the_bifurcations_of_the_column_those_that_are_published():
    column = JansenRit()
    assert jr.folds_per_s(column)[0] == pytest.approx(113.586, abs=5e-4)
    found = {round(hopf.p_per_s, 2): hopf.frequency_Hz for hopf in jr.hopf_points(column)}
    assert found == pytest.approx({-12.15: 7.239, 89.83: 10.377, 315.70: 11.164}, abs=1e-3)
    for v in (-3.0, 2.0, 8.0):
        p, state = jr.equilibrium(column, v)
        at = replace(column, p_per_s=float(p))
        assert np.abs(at.slope(state[:, None], np.zeros((1, 1)))).max() < 1e-9


def _column_run(column, tstop_ms, dt_ms=1.0, start=None):
    run = simulate_network(
        column,
        Network.alone(),
        tstop_ms=tstop_ms,
        dt_ms=dt_ms,
        method="rk4",
        history=start,
        record=["y1", "y2"],
    )
    return run.time, jr.eeg_mV(run)[:, 0]


def test_is_the_alpha_rhythm_the_known_one():
    time_ms, v = _column_run(JansenRit(), 6000)
    late = time_ms > 3000
    up = measure.crossings(time_ms[late], v[late], v[late].mean())
    assert 1000 / np.diff(up).mean() == pytest.approx(10.938, abs=2e-3)
    assert (v[late].min(), v[late].max()) == pytest.approx((6.09, 9.04), abs=0.01)


@pytest.mark.parametrize(("above", "frequency_Hz"), [(0.003, 0.0911), (0.03, 0.2832), (0.3, 0.8246)])
def test_does_the_spike_rate_vanish_as_the_root_of_the_distance(above, frequency_Hz):
    fold = jr.folds_per_s(JansenRit())[0]
    column = JansenRit(p_per_s=fold + above)
    _, start = jr.equilibrium(column, -2.0)
    time_ms, v = _column_run(column, 3300 / frequency_Hz, start=start[:, None])
    up = measure.crossings(time_ms, v, 5.0)
    assert 1000 / np.diff(up)[-1] == pytest.approx(frequency_Hz, rel=3e-3)  # one period, from spike to spike


@pytest.mark.parametrize(("gain_mV", "frequency_Hz"), [(3.6, 0.97), (4.0, 3.6), (5.0, 4.8)])
def test_does_a_higher_excitatory_gain_make_spikes(gain_mV, frequency_Hz):
    column = JansenRit(p_per_s=90.0, A_mV=gain_mV)
    time_ms, v = _column_run(column, 8000)
    late = time_ms > 2500
    up = measure.crossings(time_ms[late], v[late], 0.5 * (v[late].min() + v[late].max()))
    assert 1000 / np.diff(up).mean() == pytest.approx(frequency_Hz, rel=0.02)  # as printed, two digits


@pytest.mark.parametrize(("p_per_s", "before"), [(80.0, 0.01), (90.0, 0.01), (100.0, 0.01)])
def test_is_the_onset_gain_where_rest_disappears(p_per_s, before):
    column = JansenRit(p_per_s=p_per_s)
    onset = jr.onset_gain_mV(column)
    swings = []
    for gain in (onset - before, onset + before):
        _, v = _column_run(replace(column, A_mV=gain), 6000)
        swings.append(np.ptp(v[3000:]))
    assert swings[0] < 0.1 and swings[1] > 5
    if p_per_s == 90.0:
        assert onset == pytest.approx(3.5933, abs=5e-5)


@pytest.mark.parametrize(
    ("gains", "frequency_Hz", "swing_mV"),
    [((5, 25, 15), 4.484, 18.79), ((5, 50, 15), None, 0.0), ((5, 10, 15), None, 0.0)],
)
def test_which_gains_of_wendlings_column_make_spike_waves(gains, frequency_Hz, swing_mV):
    column = Wendling(*(float(gain) for gain in gains))
    run = simulate_network(column, Network.alone(), tstop_ms=3500, dt_ms=1.0, method="rk4")
    v = (run.profile("y1").values - run.profile("y2").values - run.profile("y3").values)[2000:, 0]
    assert np.ptp(v) == pytest.approx(swing_mV, abs=0.02)
    if frequency_Hz:
        up = measure.crossings(run.time[: len(v)], v, v.max() - 0.1 * np.ptp(v))  # the spike, not the wave
        assert 1000 / np.diff(up).mean() == pytest.approx(frequency_Hz, abs=3e-3)


def test_does_an_impulse_make_the_epsp_that_jansen_and_rit_meant():
    """A pulse of 1 per s times 1 ms on a linear synapse: A a t e^(-a t), peak A / e at 10 ms."""
    t = np.linspace(0, 0.1, 100_001)
    epsp = 3.25 * 100 * t * np.exp(-100 * t)
    assert (t[epsp.argmax()], epsp.max()) == pytest.approx((0.010, 1.196), abs=5e-4)
    column = JansenRit(p_per_s=0.0, C=1e-9)
    kick = [Pulse(0, 1000.0, 0.0, 1.0)]
    run = simulate_network(column, Network.alone(), tstop_ms=50, dt_ms=0.1, method="rk4", pulses=kick)
    y1 = run.profile("y1").values[:, 0]
    assert (run.time[y1.argmax()], y1.max()) == pytest.approx((10.5, 1.196), abs=0.06)
