# SPDX-License-Identifier: BSD-3-Clause
"""Delayed networks: closed forms, a second integrator, compiled against plain, order and memory."""

import tracemalloc

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neuroscales.brain import synthetic
from neuroscales.brain.delayed import Network, Noise, Pulse, simulate_network
from neuroscales.brain.epileptor import Epileptor
from neuroscales.brain.jansen_rit import JansenRit, Wendling
from neuroscales.brain.nodes import Kuramoto, Linear, ReducedWongWang, StuartLandau, WilsonCowanNode

NODES = [
    Linear(),
    WilsonCowanNode(p=0.5),
    ReducedWongWang(),
    StuartLandau(),
    Kuramoto(),
    Epileptor(),
    JansenRit(),
]


def _few(gain=0.7, speed_m_s=6.0):
    return Network.of(synthetic().subset(range(0, 66, 11)), gain, speed_m_s)


def _values(recording):
    return np.stack([signal.values for signal in recording.signals])


@pytest.mark.parametrize("method", ["euler", "heun", "rk4"])
@pytest.mark.parametrize("node", NODES, ids=lambda node: type(node).__name__)
@pytest.mark.parametrize("speed_m_s", [6.0, np.inf], ids=["delayed", "at once"])
@pytest.mark.parametrize("pulses", [[], [Pulse(2, 0.1, 5, 10)]], ids=["", "pulse"])
def test_does_the_compiled_twin_give_the_numbers_of_the_plain_one(node, method, speed_m_s, pulses):
    network, start = _few(speed_m_s=speed_m_s), node.start(6)
    start = start + 0.05 * np.maximum(np.abs(start), 0.1) * np.sin(np.arange(start.size)).reshape(start.shape)
    runs = [
        simulate_network(
            node,
            network,
            tstop_ms=20,
            method=method,
            history=start,
            compiled=compiled,
            pulses=pulses,
            noise=Noise(np.random.default_rng(3), {node.variables[0]: 0.01}),
        )
        for compiled in (True, False)
    ]
    # Sums in another order and another exponential: some rounding errors, relative to each variable's size.
    for one, other in zip(*(run.signals for run in runs), strict=True):
        assert np.abs(one.values - other.values).max() <= 1e-12 * np.abs(other.values).max()


@pytest.mark.parametrize("node", [*NODES, Wendling()], ids=lambda node: type(node).__name__)
def test_does_every_node_alone_follow_an_adaptive_solver(node):
    start = node.start(1)
    silent = np.zeros((len(node.outputs(start)), 1))
    span = 50.0
    run = simulate_network(node, Network.alone(), tstop_ms=span, dt_ms=0.02, method="rk4", history=start)
    solved = solve_ivp(
        lambda t, x: node.slope(x[:, None], silent)[:, 0], (0, span), start[:, 0], rtol=1e-9, atol=1e-11
    )
    found = _values(run)[:, -1, 0]
    # Both are good to better than 1e-6 of the largest variable; the Epileptor has kinks.
    assert found == pytest.approx(solved.y[:, -1], abs=1e-6 * np.abs(solved.y).max())


def _three_linear():
    """Three regions with incommensurate delays; symmetric in nothing."""
    weights = np.array([[0.0, 0.8, -0.5], [0.3, 0.0, 0.9], [-0.7, 0.4, 0.2]])
    delays_ms = np.array([[0.0, 3.0, 4.5], [2.0, 0.0, 6.0], [5.0, 2.5, 3.5]])
    return Network(weights, delays_ms, gain=1.3)


def _smooth_start():
    """A history that the equations themselves would have made: an exact solution before and after 0.

    x_i = Re(v_i e^(lambda t)) with lambda and v from the characteristic equation.
    """
    from neuroscales.brain.delay_stability import leading_root

    network = _three_linear()
    root, vector = leading_root(network, tau_ms=4.0)
    return network, lambda t: (vector * np.exp(root * t)).real[None]


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("heun", 2), ("rk4", 4)])
def test_has_each_method_the_order_that_is_stated(method, order):
    network, exact = _smooth_start()
    errors = []
    for dt_ms in (0.5, 0.25, 0.125):
        run = simulate_network(
            Linear(4.0), network, tstop_ms=40, dt_ms=dt_ms, method=method, history=exact, compiled=False
        )
        errors.append(np.abs(run.profile("x").values[-1] - exact(40.0)[0]).max())
    slopes = np.log2(np.array(errors[:-1]) / errors[1:])
    # 0.15 of the order: the next term of the expansion at these steps. All delays are whole steps.
    assert slopes == pytest.approx([order, order], abs=0.15 * order)


def test_are_delays_between_two_steps_met_by_interpolation():
    network, exact = _smooth_start()
    errors = []
    for dt_ms in (0.07, 0.035):
        run = simulate_network(Linear(4.0), network, tstop_ms=35, dt_ms=dt_ms, method="heun", history=exact)
        errors.append(np.abs(run.profile("x").values[-1] - exact(35.0)[0]).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(2, abs=0.3)


@pytest.mark.parametrize(("gain", "delay_ms"), [(-2.0, 1.3), (-1.2, 2.0), (0.6, 3.0)])
def test_is_a_delayed_decay_what_the_method_of_steps_gives(gain, delay_ms):
    """x' = -x + g x(t - T), x = 1 before 0: on (0, T) and (T, 2T) there are closed forms."""
    network = Network([[gain]], [[delay_ms]])
    run = simulate_network(
        Linear(1.0),
        network,
        tstop_ms=2 * delay_ms,
        dt_ms=delay_ms / 200,
        method="rk4",
        history=np.ones((1, 1)),
    )
    x = run.profile("x").values[:, 0]
    at_delay = gain + (1 - gain) * np.exp(-delay_ms)
    s = delay_ms
    later = at_delay * np.exp(-s) + gain * (gain * (1 - np.exp(-s)) + (1 - gain) * s * np.exp(-s))
    # At 0 the slope jumps by g - 1. Interpolation across that kink costs a share of dt^2 times g (g - 1).
    assert x[[200, 400]] == pytest.approx(
        [at_delay, later], abs=0.2 * abs(gain * (1 - gain)) * (delay_ms / 200) ** 2
    )


def test_is_a_network_without_delays_that_of_an_ordinary_solver():
    brain = synthetic().subset(range(0, 66, 11))
    node, network = WilsonCowanNode(p=1.25), Network.of(brain, 3.0, np.inf)
    run = simulate_network(node, network, tstop_ms=60, dt_ms=0.05, method="rk4")
    solved = solve_ivp(
        lambda t, x: node.slope(x.reshape(2, 6), 3.0 * network.weights @ x[:6]).ravel(),
        (0, 60),
        np.zeros(12),
        rtol=1e-9,
        atol=1e-11,
    )
    assert _values(run)[:, -1].ravel() == pytest.approx(solved.y[:, -1], abs=1e-6)


def test_does_the_receiver_come_first_and_only_after_the_delay():
    weights = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    network = Network(weights, 4.0 * (weights > 0))
    run = simulate_network(Linear(5.0), network, tstop_ms=10, pulses=[Pulse(0, 1.0, 1.0, 3.0)])
    sender, receiver, other = run.profile("x").values.T
    assert not other.any()
    assert not receiver[run.time < 4.95].any() and receiver[run.time > 5.25].all()
    # A pulse of 2 ms charges a leaky region to 1 - e^(-2/5); Heun's error at dt = 0.1 is 2e-4 of that.
    assert sender.max() == pytest.approx(1 - np.exp(-2 / 5), rel=2e-3)


def test_has_noise_the_variance_that_is_stated():
    network, tau_ms, sd = Network.alone(40), 5.0, 0.3
    run = simulate_network(
        Linear(tau_ms),
        network,
        tstop_ms=2000,
        dt_ms=0.1,
        noise=Noise(np.random.default_rng(5), {"x": sd}),
        sample_every=50,
    )
    found = run.profile("x").values[20:].var()
    # About 40 x 2000 / (2 x 5) independent samples: standard error 1.6 %.
    assert found == pytest.approx(sd**2 * tau_ms / 2, rel=3.3 * 0.016)


def test_does_the_same_seed_give_the_same_run_whatever_is_kept():
    runs = [
        simulate_network(
            Linear(),
            _few(),
            tstop_ms=50,
            noise=Noise(np.random.default_rng(8), {"x": 0.1}),
            sample_every=every,
        )
        for every in (1, 7)
    ]
    assert np.array_equal(runs[0].profile("x").values[::7], runs[1].profile("x").values)
    assert np.array_equal(runs[0].time[::7], runs[1].time)


def test_does_memory_not_grow_with_the_time_simulated():
    network, peaks = _few(), []
    simulate_network(Linear(10.0), network, tstop_ms=5.0)  # compiles, where that has not been done
    for tstop_ms in (8_000.0, 40_000.0):  # more than one chunk of compiled steps
        tracemalloc.start()
        simulate_network(Linear(10.0), network, tstop_ms=tstop_ms, sample_every=int(tstop_ms))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


def test_do_wilson_and_cowans_constants_oscillate_as_published():
    """The rhythm of 25 Hz: period 39.967 ms, E from 0.10256 to 0.26966 (DOP853, rtol 1e-10)."""
    node = WilsonCowanNode()
    run = simulate_network(
        node, Network.alone(), tstop_ms=1000, dt_ms=0.1, method="rk4", history=np.array([[0.1], [0.05]])
    )
    e = run.profile("E").values[5000:, 0]
    above = np.flatnonzero((e[:-1] < 0.18) & (e[1:] >= 0.18))
    period = 0.1 * np.diff(above).mean()
    assert period == pytest.approx(39.967, abs=0.02)  # crossings read to a step, over 12 periods
    assert (e.min(), e.max()) == pytest.approx((0.10256, 0.26966), abs=2e-5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dt_ms": 0.0}, "dt_ms"),
        ({"dt_ms": 50.0, "method": "rk4"}, "take a shorter step"),
        ({"method": "midpoint"}, "method is one of"),
        ({"record": ["z"]}, "no variable 'z'"),
        ({"history": np.zeros((1, 2))}, "a state is"),
        ({"pulses": [Pulse(9, 1.0, 0.0, 1.0)]}, "no region 9"),
        ({"noise": Noise(np.random.default_rng(0), {"y": 1.0})}, "no variable 'y'"),
        ({"noise": Noise(np.random.default_rng(0), {"x": -1.0})}, "negative"),
    ],
)
def test_is_a_run_that_cannot_be_refused_in_one_sentence(change, message):
    with pytest.raises(ValueError, match=message):
        simulate_network(Linear(), _few(), **{"tstop_ms": 1.0} | change)


def test_is_activity_beyond_all_bounds_told():
    network = Network([[5.0]], [[0.0]])
    with pytest.raises(ValueError, match="grew beyond all bounds"):
        simulate_network(Linear(1.0), network, tstop_ms=500, history=np.ones((1, 1)))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network([[1.0, 0.0]], [[1.0, 0.0]]), "square"),
        (lambda: Network([[1.0]], [[-1.0]]), "negative"),
        (lambda: Network([[1.0]], np.zeros((2, 2))), "differ in shape"),
        (lambda: Network([[np.nan]], [[0.0]]), "finite"),
        (lambda: Linear(0.0), "tau_ms"),
        (lambda: WilsonCowanNode(a_e=-1.0), "a_e"),
        (lambda: Epileptor(x0=np.nan), "x0"),
        (lambda: JansenRit(A_mV=0.0), "A_mV"),
        (lambda: Kuramoto(frequency_Hz="ten"), "frequency_Hz"),
    ],
)
def test_are_parameters_that_mean_nothing_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_must_parameters_by_region_fit_the_network():
    with pytest.raises(ValueError, match="x0 has 3 values for 6 regions"):
        simulate_network(Epileptor(x0=np.array([-1.6, -2.2, -2.2])), _few(), tstop_ms=1.0)
