# SPDX-License-Identifier: BSD-3-Clause
"""A network of spiking neurons: its wiring, its kernel, its theory, and Brunel's four regimes."""

import numpy as np
import pytest

from neuroscales.population import spiking_network as sn
from neuroscales.population.cloud import pooled_cv
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_rate_Hz
from neuroscales.population.spiking_kernels import march
from neuroscales.population.wiring import wire
from neuroscales.synapse.spikes import Spikes, rates_Hz, synchrony
from tests.population import twins

BRUNEL = {"n_e": 10_000, "n_i": 2500, "k_e": 1000, "k_i": 250, "j_mV": 0.1}


def run(network, seed=1, tstop_ms=600, **how):
    rng = np.random.default_rng(seed)
    wiring = wire((network.n_e, network.n_i), (network.k_e, network.k_i), rng)
    return wiring, sn.simulate_spiking_network(network, wiring, rng, tstop_ms=tstop_ms, **how)


@pytest.mark.parametrize(
    ("g", "eta", "rate", "mu", "sigma"),
    [
        (6, 4, 55.841, 24.159, 10.940),
        (5, 2, 37.950, 21.03, 7.68),
        (4.5, 0.9, 6.517, 16.371, 3.115),
        (5.5, 3, 49.22, 23.08, 9.50),
        (6, 1.5, 14.131, 15.87, 5.59),
    ],
)
def test_are_the_rates_of_theory_those_of_the_canon(g, eta, rate, mu, sigma):
    network = sn.brunel_network(g, eta, **BRUNEL)
    rates = sn.self_consistent_rates_Hz(network)
    assert rates == pytest.approx([rate, rate], abs=6e-3)
    means, noises = sn.input_moments(network, rates)
    assert (means[0], noises[0]) == pytest.approx((mu, sigma), abs=6e-3)


def test_do_excitation_and_inhibition_add_up_to_the_mean():
    network = sn.brunel_network(5, 2, **BRUNEL)
    rates = sn.self_consistent_rates_Hz(network)
    excitation = sn.input_moments(network, np.array([rates[0], 0.0]))[0][0]
    assert excitation == pytest.approx(115.9, abs=0.05)
    assert excitation - sn.input_moments(network, rates)[0][0] == pytest.approx(94.9, abs=0.05)


@pytest.mark.parametrize(
    "network",
    [
        sn.brunel_network(5, 2),
        sn.SpikingNetwork(j_ie_mV=0.3, j_ii_mV=1.2, outside_i_mV=30.0),
        sn.SpikingNetwork(j_ei_mV=1.2, event_mV=0.0, neuron=NoisyNeuron(15.0, 18.0, 8.0, 3.0)),
    ],
)
def test_do_the_rates_hold_themselves(network):
    rates = sn.self_consistent_rates_Hz(network)
    mu, sigma = sn.input_moments(network, rates)
    assert siegert_rate_Hz(network.neuron, mu, sigma) == pytest.approx(rates, abs=1e-8)
    # Written out once more for E, in spikes per ms.
    tau, r_e, r_i = network.neuron.tau_ms, *(1e-3 * rates)
    variance = network.k_e * network.j_ee_mV**2 * r_e + network.k_i * network.j_ei_mV**2 * r_i
    assert sigma[0] ** 2 == pytest.approx(tau * variance + network.event_mV * network.outside_e_mV)


@pytest.mark.parametrize("outside", ["poisson", "normal", "constant"])
def test_is_the_kernel_equal_to_its_numpy_twin(outside):
    event = 0.0 if outside == "constant" else 0.5
    network = sn.SpikingNetwork(80, 20, 20, 5, 0.5, 2.5, 0.4, 2.0, 42.0, 38.0, event)
    rng = np.random.default_rng(1)
    wiring = wire((80, 20), (20, 5), rng)
    arrays = (wiring.first, sn._middle(wiring, 80), wiring.targets, rng.uniform(0, 20, 100), 600)
    numbers = (sn._settings(network, 0.1, outside), sn._weights(network), sn._chances(network, 0.1))
    kernel = march(*arrays, *numbers, np.random.default_rng(2))
    twin = twins.spiking(*arrays, *numbers, np.random.default_rng(2))
    assert len(kernel[0]) > 100
    for one, other in zip(kernel, twin, strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["fixed", "binomial"])
def test_does_everybody_get_the_inputs_that_were_asked_for(kind):
    wiring = wire((300, 100), (60, 20), np.random.default_rng(2), kind)
    source = np.repeat(np.arange(400), np.diff(wiring.first))
    from_e = np.bincount(wiring.targets[source < 300], minlength=400)
    from_i = np.bincount(wiring.targets[source >= 300], minlength=400)
    if kind == "fixed":
        assert set(from_e) == {60} and set(from_i) == {20}
    else:
        # The mean over 400 targets, four standard errors of 60 * 0.8 and 20 * 0.8.
        assert from_e.mean() == pytest.approx(60, abs=4 * np.sqrt(48 / 400))
        assert from_i.var() == pytest.approx(16, rel=4 * np.sqrt(2 / 400))
    assert all(
        np.all(np.diff(wiring.targets[a:b]) >= 0)
        for a, b in zip(wiring.first, wiring.first[1:], strict=False)
    )
    assert sorted(wiring.sources_of(7)) == sorted(source[wiring.targets == 7])


def test_do_unconnected_neurons_fire_at_siegerts_rate():
    network = sn.SpikingNetwork(4000, 1000, 0, 0, outside_e_mV=22.0, outside_i_mV=26.0, event_mV=0.05)
    _, spikes = run(network, tstop_ms=600, dt_ms=0.1)
    rates = rates_Hz(spikes, 100)
    for those, mu in ((rates[:4000], 22.0), (rates[4000:], 26.0)):
        expected = float(siegert_rate_Hz(network.neuron, mu, np.sqrt(0.05 * mu)))
        # Looked at every 0.1 ms, as a cloud: too seldom by up to 3 per cent; and four standard errors.
        assert those.mean() == pytest.approx(
            expected * 0.985, rel=0.015 + 4 * np.sqrt(0.3 / (0.5 * expected * those.size))
        )


def test_does_a_single_spike_arrive_after_the_delay_with_its_weight():
    # One E neuron driven over threshold, one I neuron that listens to it alone, and never fires.
    network = sn.SpikingNetwork(1, 1, 1, 0, 0.0, 0.0, 5.0, 0.0, 30.0, 0.0, 0.0, 2.0)
    wiring, spikes = run(network, tstop_ms=80)
    assert set(spikes.gid) == {0} and len(spikes.time_ms) >= 3
    interval = 2.0 + 20 * np.log(20 / 10)  # from 10 mV toward 30, past 20
    assert np.diff(spikes.time_ms) == pytest.approx(interval, abs=0.1)
    trace = sn.input_of(network, wiring, spikes, 1, sample_ms=0.1)
    first = spikes.time_ms[0] + 2.0
    expected = np.where(trace.time >= first - 1e-9, 5 * np.exp(-(trace.time - first) / 20), 0.0)
    before_second = trace.time < spikes.time_ms[1] + 2.0 - 1e-9
    assert trace.values("excitation")[before_second] == pytest.approx(expected[before_second], abs=1e-9)


@pytest.mark.parametrize(("g", "eta", "regular"), [(5, 2, False), (3, 2, True), (4.5, 0.9, False)])
def test_does_a_small_network_fire_as_theory_says_and_how_regularly(g, eta, regular):
    network = sn.brunel_network(g, eta)
    _, spikes = run(network)
    expected = float(sn.self_consistent_rates_Hz(network, (50.0, 50.0))[0])
    assert (pooled_cv(spikes, 100) < 0.2) == regular
    # At low rates theory is worse: shared input, which it leaves out, matters most there.
    assert rates_Hz(spikes, 100).mean() == pytest.approx(expected, rel=0.2 if eta < 1 else 0.03)


@pytest.mark.slow  # 12,500 neurons in four regimes: fifteen seconds
def test_are_brunels_four_regimes_met_at_their_own_size():
    rng = np.random.default_rng(7)
    wiring = wire((10_000, 2500), (1000, 250), rng)
    found = {}
    for name, g, eta in (("AI", 5, 2), ("SI fast", 6, 4), ("SI slow", 4.5, 0.9), ("SR", 3, 2)):
        spikes = sn.simulate_spiking_network(sn.brunel_network(g, eta, **BRUNEL), wiring, rng, tstop_ms=600)
        rhythm = sn.strongest_frequency_Hz(sn.population_rate(spikes, 0.5, 100))
        found[name] = rates_Hz(spikes, 100).mean(), pooled_cv(spikes, 100), rhythm, synchrony(spikes, 1, 100)
    rates = {name: values[0] for name, values in found.items()}
    # Simulated by Brunel 37.7, 60.7, 5.5 and by the canon 37.65, 58.9; 5 per cent between networks.
    assert rates["AI"] == pytest.approx(37.65, rel=0.05)
    assert rates["SI fast"] == pytest.approx(59.8, rel=0.05)
    # A rhythm of 20 Hz whose cycles differ: over 500 ms the rate scatters by 0.4 Hz around 6.0; four of them.
    assert rates["SI slow"] == pytest.approx(6.0, abs=1.6)
    assert found["AI"][1] == pytest.approx(0.42, abs=0.03)
    assert found["SR"][1] < 0.02
    assert 120 < found["SI fast"][2] < 220 and found["SI slow"][2] < 40
    # Their own rate is far below that of the rhythm: each neuron takes part in some cycles only.
    assert rates["SI fast"] < 0.5 * found["SI fast"][2]
    order = [found[name][3] for name in ("AI", "SI slow", "SI fast", "SR")]
    assert order[0] == min(order) and order[3] == max(order)


@pytest.mark.parametrize(("exponent", "spread"), [(0.5, 1.0), (1.0, 0.5), (0.25, np.sqrt(2))])
def test_what_becomes_of_the_noise_with_four_times_the_inputs(exponent, spread):
    network = sn.brunel_network(5, 2, k_e=100, k_i=25)
    larger = sn.with_more_inputs(network, 4, exponent)
    assert (larger.k_e, larger.k_i) == (400, 100)
    rates = np.array([20.0, 20.0])
    before, after = (sn.input_moments(each, rates) for each in (network, larger))
    assert after[1] / before[1] == pytest.approx([spread, spread])
    assert after[0] / before[0] == pytest.approx([4 ** (1 - exponent)] * 2)


def test_is_the_strongest_frequency_that_of_a_wave():
    rng = np.random.default_rng(1)
    t = np.arange(0, 1000, 0.25)
    wave = t[rng.uniform(size=t.size) < 0.5 * (1 + np.sin(2 * np.pi * t / 25))]
    spikes = Spikes(wave, np.zeros(wave.size, dtype=int), 1, 1000.0)
    assert sn.strongest_frequency_Hz(sn.population_rate(spikes, 1.0)) == pytest.approx(40, abs=1)


RNG = np.random.default_rng(1)
SMALL = sn.brunel_network(5, 2, n_e=40, n_i=10, k_e=4, k_i=1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sn.SpikingNetwork(n_e=0), "n_e of the network must be positive"),
        (lambda: sn.SpikingNetwork(k_e=1.5), "k_e of the network is a whole number"),
        (lambda: sn.SpikingNetwork(j_ei_mV=-1), "j_ei_mV of the network cannot be negative"),
        (lambda: sn.simulate_spiking_network(SMALL, wire((5, 5), (1, 1), RNG), RNG), "the network has 50"),
        (lambda: run(SMALL, dt_ms=0), "dt_ms must be positive"),
        (lambda: run(SMALL, dt_ms=4.0), "must be a step"),
        (lambda: run(SMALL, outside="shot"), "outside is one of poisson, normal"),
        (lambda: sn.population_rate(Spikes([1.0], [0], 1, 2.0), 2.0), "two of them or more"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
