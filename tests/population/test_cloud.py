# SPDX-License-Identifier: BSD-3-Clause
"""A cloud of neurons: its kernel, its bias, and the agreement of cloud, density and rate model."""

import numpy as np
import pytest

from neuroscales.membrane.integrate_and_fire import IntegrateAndFire
from neuroscales.population.cloud import (
    _settings,
    draw_steady,
    histogram,
    pooled_cv,
    simulate_cloud,
)
from neuroscales.population.cloud_kernels import march
from neuroscales.population.density import Bins, Feedback, simulate_density
from neuroscales.population.noisy_neuron import (
    NoisyNeuron,
    siegert_cv,
    siegert_rate_Hz,
    stationary_density,
    watched_threshold_mV,
)
from neuroscales.population.rate_model import (
    Gain,
    gain_of_membrane,
    gain_of_neuron,
    gain_of_noisy_neuron,
    simulate_rate,
    steady_rates_Hz,
)
from neuroscales.synapse.spikes import Spikes
from tests.population import twins

NEURON = NoisyNeuron()


@pytest.mark.parametrize("method", ["euler", "exact"])
def test_is_the_kernel_equal_to_its_numpy_twin(method):
    v, wait = draw_steady(NEURON, 15.0, 5.0, 50, 0.1, np.random.default_rng(2))
    settings = _settings(NEURON, 5.0, 0.1, method, Feedback(0.1, 5.0), 0.01)
    inputs = 18 + 4 * np.sin(np.arange(300) / 50)
    kernel = march(v, wait, inputs, settings, 7, np.random.default_rng(3))
    twin = twins.cloud(v, wait, inputs, settings, 7, np.random.default_rng(3))
    assert len(kernel[3]) > 5
    for one, other in zip(kernel, twin, strict=True):
        assert one.shape == other.shape
        assert np.abs(one.astype(float) - other).max() < 1e-12


@pytest.mark.parametrize(("method", "bias"), [("euler", -0.0635), ("exact", -0.068)])
def test_does_a_cloud_fire_too_seldom_by_as_much_as_the_chain_on_a_grid_says(method, bias):
    n, span = 10_000, 400.0
    _, spikes = simulate_cloud(
        NEURON,
        15.0,
        5.0,
        np.random.default_rng(8),
        n_neurons=n,
        tstop_ms=span + 100,
        method=method,
        every=1000,
    )
    rate = 1e3 * (spikes.time_ms > 100).sum() / (n * span)
    exact = float(siegert_rate_Hz(NEURON, 15, 5))
    # A count of 36,000 spikes of CV 0.81: a standard error of 0.43 per cent; four of them.
    assert rate / exact - 1 == pytest.approx(bias, abs=0.018)


def test_is_most_of_that_bias_gone_with_a_lower_threshold():
    lower = NoisyNeuron(threshold_mV=watched_threshold_mV(NEURON, 5.0, 0.1))
    n, span = 10_000, 400.0
    _, spikes = simulate_cloud(
        lower, 15.0, 5.0, np.random.default_rng(9), n_neurons=n, tstop_ms=span + 100, every=1000
    )
    rate = 1e3 * (spikes.time_ms > 100).sum() / (n * span)
    # Canon: +0.8 per cent is left at 0.1 ms; four standard errors of 0.43 per cent around it.
    assert rate / float(siegert_rate_Hz(NEURON, 15, 5)) - 1 == pytest.approx(0.008, abs=0.018)


def test_is_the_regularity_of_the_cloud_siegerts():
    _, spikes = simulate_cloud(
        NEURON, 20.0, 5.0, np.random.default_rng(4), n_neurons=500, tstop_ms=2000, dt_ms=0.05, every=1000
    )
    # A window of 2 s cuts long intervals off, and the step of 0.05 ms shifts the CV by below 0.01.
    assert pooled_cv(spikes, 100) == pytest.approx(float(siegert_cv(NEURON, 20, 5)), abs=0.02)


def test_does_pooling_count_neurons_that_differ():
    spikes = Spikes([1, 2, 3, 1, 5, 9], [0, 0, 0, 1, 1, 1], 2, 10.0)
    assert pooled_cv(spikes) == pytest.approx(1.5 / 2.5)
    assert np.isnan(pooled_cv(Spikes([1.0], [0], 1, 10.0)))


def test_does_a_cloud_begin_in_its_steady_state():
    n = 20_000
    run, _ = simulate_cloud(
        NEURON, 20.0, 5.0, np.random.default_rng(6), n_neurons=n, tstop_ms=10, dt_ms=0.02, every=50
    )
    edges = np.linspace(0, 20, 11)
    for at_ms in (0.0, 10.0):
        density = histogram(run, at_ms, edges)
        fine = Bins(4000)
        v = fine.centers_mV(NEURON)
        p = stationary_density(NEURON, 20.0, 5.0, v)
        expected = np.histogram(v, edges, weights=p * fine.width_mV(NEURON))[0] / 2.0
        # Counts of 1,000 to 3,000: standard errors of 2 to 3 per cent; four of them, and the step's bias.
        assert density == pytest.approx(expected, rel=0.14, abs=6e-4)  # below 2 mV a few neurons
    held = run.profile("held").values.mean(axis=1)
    assert held == pytest.approx(27.34 * 2e-3, abs=4 * np.sqrt(0.055 / n) + 0.002)


def test_do_cloud_density_and_rate_model_agree_where_they_should():
    """Network of neurons, density, rate: one rate in the end; on the way only the first two agree."""
    feedback, gain = Feedback(-0.3, 5.0), gain_of_noisy_neuron(NEURON, 5.0)

    def outside(t):
        return np.where(t <= 20, 18.0, 23.0)

    (before,), (after,) = (steady_rates_Hz(gain, mu, feedback) for mu in (18.0, 23.0))
    start = {"mu_before_mV": 18 - 0.3 * before, "feedback": feedback, "tstop_ms": 160}
    lower = NoisyNeuron(threshold_mV=watched_threshold_mV(NEURON, 5.0, 0.05))
    density = simulate_density(NEURON, outside, 5.0, every=20, **start)
    cloud, _ = simulate_cloud(
        lower, outside, 5.0, np.random.default_rng(5), n_neurons=10_000, dt_ms=0.05, every=20, **start
    )
    rate = simulate_rate(gain, outside, start_Hz=before, feedback=feedback, tstop_ms=160)
    means = {}
    for name, run in (("density", density), ("cloud", cloud), ("rate", rate)):
        windows = [
            (run.time > a) & (run.time <= b) for a, b in ((5, 20), (20, 24), (24, 30), (30, 50), (90, 160))
        ]
        means[name] = np.array([run.values("rate")[window].mean() for window in windows])
    counts = 10 * np.array([15, 4, 6, 20, 70]) * means["density"]
    # The cloud's own chance (four standard errors of a count), and 1 per cent of its step.
    room = 4 / np.sqrt(counts) + 0.01
    assert np.all(np.abs(means["cloud"] / means["density"] - 1) < room)
    assert means["rate"][[0, -1]] == pytest.approx([before, after], rel=0.005)
    assert means["density"][[0, -1]] == pytest.approx([before, after], rel=0.005)
    # Just after the step a rate that relaxes with tau has hardly begun.
    assert means["rate"][1] < 0.75 * means["density"][1]


def test_is_a_gain_the_firing_curve_it_is_made_of():
    cell, amps = IntegrateAndFire(), np.linspace(0, 1, 201)
    gain = gain_of_neuron(cell, amps)
    assert gain(0.3) == pytest.approx(1e3 / (2 + 10 * np.log(2)), rel=1e-3)  # a point of the curve
    assert gain(np.array([-5.0, 0.1, 7.0])) == pytest.approx([0, 0, float(gain(1.0))])
    noisy = gain_of_noisy_neuron(NEURON, 5.0)
    mu = np.array([3.33, 14.27, 29.71])
    assert noisy(mu) == pytest.approx(siegert_rate_Hz(NEURON, mu, 5.0), rel=3e-5)
    step = 1e-4
    slope = (siegert_rate_Hz(NEURON, mu + step, 5.0) - siegert_rate_Hz(NEURON, mu - step, 5.0)) / (2 * step)
    assert noisy.slope(mu) == pytest.approx(slope, rel=1e-2)
    assert noisy.slope(99.0) == 0


def test_does_hodgkin_and_huxleys_membrane_give_a_gain_that_jumps():
    gain = gain_of_membrane(np.linspace(0, 20, 11))
    assert gain(2.0) == 0 and gain(10.0) == pytest.approx(68.5, abs=1.5)  # as the part membrane finds


def test_does_the_rate_model_relax_with_its_time_constant():
    run = simulate_rate(Gain([0, 100], [0, 100]), 30.0, tau_ms=10, tstop_ms=40, start_Hz=5.0)
    assert run.values("rate") == pytest.approx(30 - 25 * np.exp(-run.time / 10), rel=1e-4)


@pytest.mark.parametrize("coupling", [0.2, 1.05])
def test_does_excitation_hold_one_rate_or_several(coupling):
    gain = Gain([0.0, 10.0, 20.0, 30.0], [0.0, 1.0, 25.0, 28.0])
    rates = steady_rates_Hz(gain, 3.0, Feedback(coupling))
    assert len(rates) == (1 if coupling < 1 else 3)
    for rate in rates:
        assert gain(3.0 + coupling * rate) == pytest.approx(rate, abs=1e-9)


RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: simulate_cloud(NEURON, 15.0, 0.0, RNG), "sigma_mV of the cloud must be positive"),
        (lambda: simulate_cloud(NEURON, 15.0, 5.0, RNG, n_neurons=0), "n_neurons of the cloud"),
        (lambda: simulate_cloud(NEURON, 15.0, 5.0, RNG, method="heun"), "method is one of euler, exact"),
        (lambda: simulate_cloud(NEURON, lambda t: 0 * t, 5.0, RNG), "mu_before_mV is needed"),
        (lambda: Gain([0.0], [1.0]), "two points or more"),
        (lambda: Gain([0.0, 0.0], [1.0, 2.0]), "must rise"),
        (lambda: Gain([0.0, np.nan], [1.0, 2.0]), "finite numbers"),
        (lambda: simulate_rate(Gain([0, 1], [0, 1]), 1.0, tau_ms=0), "tau_ms of the rate model"),
        (lambda: simulate_rate(Gain([0, 1], [0, 1]), 1.0, start_Hz=-1), "start_Hz is a rate"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
