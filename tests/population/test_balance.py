# SPDX-License-Identifier: BSD-3-Clause
"""The balanced state: its theory by a second solver, its network of binary neurons, and what scales how."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import fsolve
from scipy.stats import norm

from neuroscales.population import balance
from neuroscales.population.balance import BalancedNetwork, steady_activities
from neuroscales.population.binary_kernels import march
from neuroscales.population.binary_network import _settings, simulate_binary_network
from neuroscales.population.wiring import wire
from tests.population import twins

OWN = [
    BalancedNetwork(2000, m0=0.15, j_e=1.95, j_i=1.78),
    BalancedNetwork(30_000, m0=0.06, theta_e=0.9, theta_i=0.8),
    BalancedNetwork(700, m0=0.12, j_e=2.05, exponent=0.4),
]


def written_out(z, network):
    """The equations once more, with the normal distribution of scipy, from the logarithms of activities."""
    m_e, m_i = np.exp(z)
    k, j = network.inputs, network.weight
    u_e = k * j * (network.from_outside_e * network.m0 + m_e - network.j_e * m_i)
    u_i = k * j * (network.from_outside_i * network.m0 + m_e - network.j_i * m_i)
    s_e, s_i = (j * np.sqrt(k * (m_e + x**2 * m_i)) for x in (network.j_e, network.j_i))
    return [norm.sf((network.theta_e - u_e) / s_e) - m_e, norm.sf((network.theta_i - u_i) / s_i) - m_i]


@pytest.mark.parametrize(
    ("inputs", "m_e"), [(1e2, 0.0373), (1e3, 0.0587), (1e4, 0.0817), (1e5, 0.0935), (1e6, 0.0979)]
)
def test_are_the_activities_those_of_the_canon(inputs, m_e):
    (state,) = steady_activities(BalancedNetwork(inputs))
    assert state.m[0] == pytest.approx(m_e, abs=6e-5)  # as many digits as are printed


@pytest.mark.parametrize("network", [BalancedNetwork(), *OWN])
def test_does_a_second_solver_find_the_same_state(network):
    (state,) = steady_activities(network)
    other = np.exp(fsolve(written_out, np.log(state.m) + 0.05, args=(network,), xtol=1e-13))
    assert state.m == pytest.approx(other, rel=1e-8)


def test_does_the_net_input_stay_while_excitation_grows_as_the_root():
    few, many = (steady_activities(BalancedNetwork(inputs))[0] for inputs in (1e3, 1e6))
    assert few.excitation[0] == pytest.approx(5.0, abs=0.05)
    assert many.excitation[0] == pytest.approx(198, abs=0.5)
    assert few.net[0] / few.excitation[0] == pytest.approx(0.0086, abs=5e-5)
    assert many.net[0] / many.excitation[0] == pytest.approx(0.00046, abs=5e-6)
    assert [few.spread[0] ** 2, many.spread[0] ** 2] == pytest.approx([0.37, 0.49], abs=5e-3)


def test_does_the_gap_to_the_leading_order_fall_as_the_root():
    assert balance.leading_order(BalancedNetwork()) == pytest.approx((0.1, 0.1))
    gaps = [0.1 - steady_activities(BalancedNetwork(inputs))[0].m[0] for inputs in (1e6, 1e8, 1e10)]
    slopes = np.diff(np.log(gaps)) / np.log(100)
    assert slopes == pytest.approx(-0.5, abs=0.015)
    assert slopes[1] == pytest.approx(-0.5, abs=0.002)
    with pytest.raises(ValueError, match="no activity of both signs"):
        balance.leading_order(BalancedNetwork(from_outside_i=1.2))


def test_is_the_response_to_the_input_linear_at_a_thousand_inputs():
    m0 = np.linspace(0.06, 0.2, 15)
    m_e = [steady_activities(BalancedNetwork(m0=x))[-1].m[0] for x in m0]
    slope, start = np.polyfit(m0, m_e, 1)
    assert slope == pytest.approx(0.947, abs=2e-3)
    assert -start / slope == pytest.approx(0.037, abs=1e-3)
    assert np.abs(np.polyval([slope, start], m0) - m_e).max() < 1.4e-3  # canon: below .001, on a coarser grid


def test_is_there_a_silent_state_beside_another_where_inputs_are_few():
    network = BalancedNetwork(100, m0=0.08)
    silent, active = steady_activities(network)
    assert silent.m == (0, 0) and active.m[0] == pytest.approx(0.0208, abs=1e-4)
    # Both hold against a push.
    for start, end in (((1e-6, 1e-6), silent.m), (np.array(active.m) * 1.2, active.m)):
        run = balance.simulate_balance(network, 0.08, start=start, tstop_ms=400, sample_ms=1.0)
        assert (run.values("m_E")[-1], run.values("m_I")[-1]) == pytest.approx(end, abs=1e-6)
    assert len(steady_activities(BalancedNetwork(300, m0=0.06))) == 1


@pytest.mark.parametrize("network", OWN)
def test_is_the_linear_response_that_of_two_neighboring_states(network):
    (state,) = steady_activities(network)
    answer, values = balance.linear_response(network, state.m)
    step = 1e-4 * network.m0
    up, down = (steady_activities(replace(network, m0=network.m0 + s))[0].m for s in (step, -step))
    assert answer == pytest.approx((np.array(up) - down) / (2 * step), rel=1e-4)
    assert values[0].real < 0


def test_is_the_network_faster_than_its_neurons_and_the_more_so_the_more_inputs():
    times = []
    for inputs in (1e3, 1e4):
        network = BalancedNetwork(inputs)
        end = steady_activities(replace(network, m0=0.11))[0].m[0]
        run = balance.simulate_balance(network, 0.11, tstop_ms=60, sample_ms=0.005)
        assert run.values("m_E")[-1] == pytest.approx(end, rel=1e-5)
        times.append(balance.covered_ms(run, "m_E", end))
    assert times[0] < 0.15 * 10 and times[1] < 0.03 * 10  # a neuron looks once every 10 ms
    assert times[0] / times[1] > np.sqrt(10)
    # A small step relaxes with the slower of the two eigenvalues.
    network = BalancedNetwork(1e3)
    state = steady_activities(network)[0]
    _, values = balance.linear_response(network, state.m)
    run = balance.simulate_balance(network, 0.1, start=(state.m[0] * 1.001, state.m[1]), tstop_ms=30)
    late = (run.time > 10) & (run.time < 20)
    decay = np.polyfit(run.time[late], np.log(np.abs(run.values("m_E")[late] - state.m[0])), 1)[0]
    assert decay == pytest.approx(values[0].real, rel=0.01)


def test_does_the_network_track_an_input_that_changes_faster_than_its_neurons():
    network, period = BalancedNetwork(1e4), 20.0
    run = balance.simulate_balance(
        network, lambda t: 0.1 * (1 + 0.1 * np.sin(2 * np.pi * t / period)), tstop_ms=60
    )
    late = run.time > 20
    wave = np.exp(-2j * np.pi * run.time[late] / period)
    gain = (run.values("m_E")[late] @ wave) / (run.values("m0")[late] @ wave)
    steady, _ = balance.linear_response(network, steady_activities(network)[0].m)
    # A neuron of 10 ms alone would pass 1 / sqrt(1 + (2 pi 10 / 20)^2) = 30 per cent and lag by 72 degrees.
    assert abs(gain) / steady[0] > 0.9
    assert -np.angle(gain, deg=True) < 15


def test_is_a_jump_met_on_time():
    network = BalancedNetwork(1e3)
    run = balance.simulate_balance(
        network, lambda t: 0.1 if t < 5 else 0.2, tstop_ms=10, sample_ms=0.01, jumps_ms=(5.0,)
    )
    m = run.values("m_E")
    assert np.ptp(m[run.time <= 5.0]) < 1e-9
    assert m[np.searchsorted(run.time, 5.02)] > m[0] + 1e-5


@pytest.mark.parametrize("exponent", [0.0, 0.25, 0.5, 0.75, 1.0])
def test_how_do_the_fluctuations_scale_with_the_exponent(exponent):
    """At equal activities: the variance as K^(1 - 2 x), the mean as K^(1 - x)."""
    m = (0.1, 0.1)
    few, many = (balance.balance_at(BalancedNetwork(k, exponent=exponent), m) for k in (100, 10_000))
    assert many.spread[0] / few.spread[0] == pytest.approx(100 ** (0.5 - exponent))
    assert many.excitation[0] / few.excitation[0] == pytest.approx(100 ** (1 - exponent))
    # The canon's .316 and .032, for the fluctuations that E's spikes alone cause.
    alone = [
        np.sqrt(balance.input_variance(BalancedNetwork(k, exponent=1.0), np.array([0.1, 0.0]))[0])
        for k in (1e2, 1e4)
    ]
    assert alone == pytest.approx([0.316, 0.032], abs=5e-4)


def test_does_a_network_without_fluctuations_fall_silent():
    (state,) = steady_activities(BalancedNetwork(1000, exponent=1.0))
    assert state.m[0] < 1e-3 and state.spread[0] < 0.1


@pytest.mark.parametrize("kind", ["fixed", "binomial"])
def test_is_the_kernel_equal_to_its_numpy_twin(kind):
    rng = np.random.default_rng(1)
    wiring, network = wire((60, 60), (20, 20), rng, kind), BalancedNetwork(20, m0=0.3)
    state, number = rng.uniform(size=120) < 0.2, rng.poisson(30, 20)
    arrays = (wiring.first, wiring.targets, state, number, _settings(network, 0.3), 70)
    kernel, twin = march(*arrays, np.random.default_rng(4)), twins.binary(*arrays, np.random.default_rng(4))
    assert kernel[:, 4].sum() > 0.5
    assert np.array_equal(kernel[:, [0, 1, 4]], twin[:, [0, 1, 4]])
    assert np.abs(kernel - twin).max() < 1e-12  # sums in another order


def run_binary(inputs, n_each, exponent=0.5, m0=0.1, seed=3, tstop_ms=400):
    rng = np.random.default_rng(seed)
    network = BalancedNetwork(inputs, m0=m0, exponent=exponent)
    wiring = wire((n_each, n_each), (inputs, inputs), rng)
    run = simulate_binary_network(network, wiring, rng, tstop_ms=tstop_ms)
    late = run.time > 100
    return network, {name: run.values(name)[late] for name in ("m_E", "m_I", "excitation", "inhibition")}


@pytest.mark.slow  # five seconds: a wiring of forty million connections
def test_does_a_network_of_twenty_thousand_neurons_do_what_the_canon_says():
    _, late = run_binary(1000, 10_000)
    # Theory .0587 and .0787. The network's own: 30 free moments of 10,000 neurons, SE .0002 and chance of one
    # wiring; canon printed .0580 and .0775.
    assert late["m_E"].mean() == pytest.approx(0.0582, abs=0.0012)
    assert late["m_I"].mean() == pytest.approx(0.0777, abs=0.0012)


@pytest.mark.parametrize(("inputs", "m0"), [(400, 0.15), (500, 0.12)])
def test_do_network_and_theory_agree_within_what_few_inputs_leave(inputs, m0):
    network, late = run_binary(inputs, 2500, m0=m0)
    (state,) = steady_activities(network)
    # Inputs are counts, not normal numbers, and neurons share some: 5 per cent at these sizes.
    assert (late["m_E"].mean(), late["m_I"].mean()) == pytest.approx(state.m, rel=0.06)
    # One neuron is not the mean of all: its inputs differ by the quenched part of the spread.
    net = late["excitation"] + late["inhibition"]
    assert abs(net.mean() - state.net[0]) < 3 * state.spread[0]
    assert net.std() < 1.5 * state.spread[0] and late["excitation"].mean() > 3 * abs(net.mean())


@pytest.mark.parametrize(("exponent", "silent"), [(0.5, False), (1.0, True)])
def test_does_a_network_with_weights_of_one_over_k_fall_silent(exponent, silent):
    _, late = run_binary(800, 2000, exponent=exponent, m0=0.1, tstop_ms=200)
    assert (late["m_E"].mean() < 0.005) == silent


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: BalancedNetwork(0), "inputs of the network must be positive"),
        (lambda: BalancedNetwork(m0=np.nan), "m0 must be a finite number"),
        (lambda: balance.simulate_balance(OWN[0], 0.1, tstop_ms=0), "sample_ms must be positive"),
        (lambda: balance.simulate_balance(OWN[0], 0.1, start=(2, 0)), "two activities between 0 and 1"),
        (lambda: balance.covered_ms(balance.simulate_balance(OWN[0], 0.15), "m_E", 9.0), "record for longer"),
        (lambda: wire((10, 10), (5,), np.random.default_rng(1)), "one of each per population"),
        (lambda: wire((10, 0), (5, 5), np.random.default_rng(1)), "whole numbers from 1 on"),
        (lambda: wire((10,), (11,), np.random.default_rng(1), "binomial"), "no pair is connected twice"),
        (lambda: wire((10,), (1,), np.random.default_rng(1), "ring"), "kind is one of fixed, binomial"),
        (
            lambda: simulate_binary_network(
                OWN[0], wire((9, 9), (5, 5), np.random.default_rng(1)), np.random.default_rng(1), watched=18
            ),
            "neurons are 0 to 17",
        ),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
