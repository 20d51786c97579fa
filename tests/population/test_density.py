# SPDX-License-Identifier: BSD-3-Clause
"""The density of a population: nothing is lost, nothing is negative, and it ends where theory says."""

from itertools import pairwise

import numpy as np
import pytest

from neuroscales.population.density import (
    Bins,
    Feedback,
    _setup,
    simulate_density,
    steady_density,
)
from neuroscales.population.density_kernels import march
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_rate_Hz, stationary_density
from tests.population import twins

NEURON = NoisyNeuron()
OWN = [
    (NoisyNeuron(refractory_ms=4.0, reset_mV=8.0), 18.0, 4.5),
    (NoisyNeuron(refractory_ms=3.3, reset_mV=12.3), 21.0, 3.5),
    (NoisyNeuron(tau_ms=12.0, threshold_mV=15.0, reset_mV=0.0, refractory_ms=0.0), 16.0, 6.0),
]


@pytest.mark.parametrize(("neuron", "mu", "sigma"), [(NEURON, 15, 5), (NEURON, 20, 5), (NEURON, 25, 5), *OWN])
def test_is_the_steady_state_siegerts_with_an_error_of_second_order_in_the_width(neuron, mu, sigma):
    exact = float(siegert_rate_Hz(neuron, mu, sigma))
    errors = [abs(steady_density(neuron, mu, sigma, Bins(n))[1] / exact - 1) for n in (200, 400, 800)]
    assert errors[1] < 5e-4  # canon: 0.03 per cent, with the reset shared by two bins
    # The reset's place between two middles changes the factor a little.
    assert all(3 < coarse / fine < 5.5 for coarse, fine in pairwise(errors))
    p, _ = steady_density(neuron, mu, sigma, Bins(800))
    closed = stationary_density(neuron, mu, sigma, Bins(800).centers_mV(neuron))
    assert np.linalg.norm(p - closed) / np.linalg.norm(closed) < 2e-3  # the kink at the reset, in one bin


@pytest.mark.parametrize("dt_ms", [0.1, 0.03])
@pytest.mark.parametrize("refractory_ms", [2.0, 0.05, 0.0])
def test_is_the_kernel_equal_to_its_numpy_twin(refractory_ms, dt_ms):
    neuron = NoisyNeuron(refractory_ms=refractory_ms, reset_mV=10.3)
    setup = _setup(
        neuron, lambda t: 15 + 3 * np.sin(t), 5.0, 6, dt_ms, 1, 14.0, Bins(100), Feedback(0.1, 5.0)
    )
    for kernel, twin in zip(march(*setup, 7), twins.density(*setup, 7), strict=True):
        assert kernel.shape == twin.shape
        assert np.abs(kernel - twin).max() < 1e-13


@pytest.mark.parametrize("dt_ms", [0.07, 0.5, 5.0])
@pytest.mark.parametrize("refractory_ms", [3.0, 0.2, 0.0])
def test_is_no_neuron_lost_and_no_density_negative_however_large_the_step(refractory_ms, dt_ms):
    neuron = NoisyNeuron(refractory_ms=refractory_ms, reset_mV=11.1)
    run = simulate_density(
        neuron, lambda t: 15 + 12 * np.sin(t / 7), 1.5, mu_before_mV=12.0, tstop_ms=150, dt_ms=dt_ms, every=1
    )
    assert np.abs(run.values("total") - 1).max() < 1e-11  # rounding of some thousand steps
    assert run.profile("density").values.min() >= 0 and run.values("rate").min() >= 0
    assert run.values("held").min() >= -1e-15


def test_does_nothing_change_where_nothing_is_changed():
    run = simulate_density(NEURON, 15.0, 5.0, tstop_ms=50)
    assert np.ptp(run.values("rate")) < 1e-9
    assert np.ptp(run.values("held")) < 1e-12
    assert run.values("held")[0] == pytest.approx(run.values("rate")[0] * 2e-3, rel=1e-12)


def test_is_the_answer_to_a_step_that_of_the_canon():
    run = simulate_density(
        NEURON, 20.0, 5.0, mu_before_mV=15.0, tstop_ms=100, dt_ms=0.01, every=10, bins=Bins(800)
    )
    at = dict(zip(np.round(run.time, 6), run.values("rate"), strict=True))
    assert [at[t] for t in (1.0, 5.0, 20.0, 100.0)] == pytest.approx([13.83, 21.30, 27.45, 27.34], abs=6e-3)
    top = run.values("rate").argmax()
    assert run.values("rate")[top] == pytest.approx(27.454, abs=4e-3)
    assert run.time[top] == pytest.approx(19.1, abs=0.2)


def test_is_the_error_of_first_order_in_the_step():
    rates = [
        simulate_density(NEURON, 20.0, 5.0, mu_before_mV=15.0, tstop_ms=8, dt_ms=dt, every=1).values("rate")[
            -1
        ]
        for dt in (0.2, 0.1, 0.05, 0.025)
    ]
    steps = np.diff(rates)
    assert steps[:-1] / steps[1:] == pytest.approx(2, abs=0.25)


def test_do_neurons_with_little_noise_fire_in_step_and_ring():
    # Without noise all that stand at 15 mV, spread by 1.06 mV, reach 20 from there after 20 ln 2 = 13.9 ms.
    tops = []
    for number in (800, 1600, 3200):
        run = simulate_density(
            NEURON, 25.0, 1.5, mu_before_mV=15.0, tstop_ms=20, dt_ms=0.01, every=1, bins=Bins(number)
        )
        top = run.values("rate").argmax()
        tops.append(run.values("rate")[top])
        assert run.time[top] == pytest.approx(12.44, abs=0.03)
    # 103.8 is the limit for finer bins and steps; a step of 0.01 ms costs 0.3 Hz of it.
    assert tops == sorted(tops) and tops[-1] == pytest.approx(103.8, abs=0.5)
    late = simulate_density(
        NEURON, 25.0, 1.5, mu_before_mV=15.0, tstop_ms=190, dt_ms=0.05, every=4, bins=Bins(1600)
    )
    rate, end = late.values("rate"), float(siegert_rate_Hz(NEURON, 25, 1.5))
    assert end == pytest.approx(42.4, abs=0.05)
    assert np.ptp(rate[late.time > 140]) > 1  # it still rings at 150 ms
    ups = late.time[1:][(rate[:-1] < end) & (rate[1:] >= end)]
    assert np.diff(ups).mean() == pytest.approx(1e3 / end, rel=0.05)  # once per interval


def test_does_a_feedback_end_where_the_rate_holds_itself():
    feedback = Feedback(-0.3, 5.0)
    run = simulate_density(NEURON, 23.0, 5.0, mu_before_mV=18.0, tstop_ms=400, feedback=feedback)
    rate = run.values("rate")[-1]
    assert rate == pytest.approx(float(siegert_rate_Hz(NEURON, 23 - 0.3 * rate, 5.0)), rel=3e-4)
    assert np.abs(run.values("total") - 1).max() < 1e-11


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Bins(5), "from 10 on"),
        (lambda: steady_density(NEURON, 15, 5, Bins(100, 12.0)), "below the reset"),
        (lambda: steady_density(NEURON, 15, 0), "sigma_mV of the input must be positive"),
        (lambda: steady_density(NEURON, np.nan, 5), "finite numbers in mV"),
        (lambda: simulate_density(NEURON, lambda t: 0 * t, 5), "mu_before_mV is needed"),
        (lambda: simulate_density(NEURON, lambda t: 1.0, 5, mu_before_mV=1.0), "one value for each time"),
        (lambda: simulate_density(NEURON, 15.0, 5, dt_ms=0), "dt_ms must be positive"),
        (lambda: simulate_density(NEURON, 15.0, 5, every=0), "every is a whole number"),
        (lambda: Feedback(synapse_ms=-1), "synapse_ms of the feedback cannot be negative"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
