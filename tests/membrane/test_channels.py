# SPDX-License-Identifier: BSD-3-Clause
"""Single channels beside the closed forms of their schemes; statistics by their standard errors."""

import numpy as np
import pytest
from scipy.signal import welch
from scipy.stats import kstest

from neuroscales.membrane import channels as library
from neuroscales.membrane.channels import VoltageStep, potassium, sodium, two_state
from neuroscales.membrane.hodgkin_huxley import gate_time_constants_ms, rates, steady_gates

STEP = (VoltageStep(-65.0, 2.0), VoltageStep(0.0, 10.0))


def _gates(time_ms: np.ndarray) -> np.ndarray:
    """m, h and n through the step from -65 to 0 mV, from the equations of single gates; shape (3, n_time)."""
    before, after = steady_gates(-65.0)[:, None], steady_gates(0.0)[:, None]
    since = np.maximum(time_ms - 2, 0)
    return after + (before - after) * np.exp(-since / gate_time_constants_ms(0.0)[:, None])


@pytest.mark.parametrize("scheme", [two_state(), potassium(), sodium()])
@pytest.mark.parametrize("v_mV", [-90.0, -65.0, -55.0, -40.0, 0.0, 40.0])
def test_is_every_matrix_of_rates_one(scheme, v_mV):
    rate = scheme.rates_per_ms(v_mV)
    assert rate.shape == (len(scheme.states),) * 2
    assert np.abs(rate.sum(axis=1)).max() < 1e-12
    assert (rate - np.diag(np.diag(rate))).min() >= 0
    p = library.steady_occupancy(scheme, v_mV)
    assert p.sum() == pytest.approx(1, rel=1e-12)
    assert np.abs(p @ rate).max() < 1e-12


def test_are_the_rates_of_potassium_multiples_of_one():
    values = np.sort(np.linalg.eigvals(potassium().rates_per_ms(0.0)).real)[::-1]
    alpha, beta = rates(0.0)
    # Four gates that relax one by one: 0, 1, 2, 3, 4 times the rate of a single one.
    assert values == pytest.approx(-np.arange(5) * (alpha[2] + beta[2]), abs=1e-10)
    assert values[1] == pytest.approx(-0.6077, abs=1e-4)
    assert values[4] == pytest.approx(-2.4309, abs=1e-4)


def test_is_the_scheme_of_five_states_n_to_the_fourth_and_that_of_eight_m_cubed_h():
    time = np.arange(0, 12, 0.1)
    m, h, n = _gates(time)
    # Started settled, so binomially, the two are the same function, to rounding.
    assert library.open_probability(potassium(), STEP, time) == pytest.approx(n**4, abs=1e-12)
    assert library.open_probability(sodium(), STEP, time) == pytest.approx(m**3 * h, abs=1e-12)
    assert n[-1] ** 4 == pytest.approx(0.68, abs=0.005)
    assert library.steady_occupancy(potassium(), 0.0)[4] == pytest.approx(0.6819, abs=1e-4)


def test_are_dwell_times_exponential_with_the_means_of_the_rates():
    rng = np.random.default_rng(11)
    openings = library.simulate_channel_openings(two_state(), [VoltageStep(0.0, 10_000.0)], 25, rng)
    open_ms, closed_ms = library.dwell_times_ms(openings, 10_000.0)
    n = len(open_ms)
    assert 18_000 < n < 22_000
    # Means 1 / beta and 1 / alpha within 4 standard errors (a mean's is mean / sqrt(n)); that stays cut by
    # the record's end are missing shortens them by 0.1 % at most.
    assert open_ms.mean() == pytest.approx(2.5, abs=4 * 2.5 / np.sqrt(n) + 0.003)
    assert closed_ms.mean() == pytest.approx(10.0, abs=4 * 10 / np.sqrt(n) + 0.01)
    assert kstest(open_ms, "expon", args=(0, 2.5)).pvalue > 1e-4
    assert kstest(closed_ms, "expon", args=(0, 10.0)).pvalue > 1e-4
    fraction = sum((o[:, 1] - o[:, 0]).sum() for o in openings) / (25 * 10_000)
    # Correlated over tau = 2 ms: 250,000 ms hold 62,500 independent looks.
    assert fraction == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 62_500))
    # Stays under 0.2 ms unseen: the mean reads 2.70, for an exponential has no memory.
    seen_ms, _ = library.dwell_times_ms(openings, 10_000.0, shortest_ms=0.2)
    assert seen_ms.mean() == pytest.approx(2.7, abs=4 * 2.5 / np.sqrt(len(seen_ms)) + 0.003)


@pytest.mark.parametrize(("scheme", "seed"), [(potassium(), 3), (sodium(), 4)])
def test_do_drawn_jumps_and_dealt_counts_tell_the_same(scheme, seed):
    rng, n, time = np.random.default_rng(seed), 20_000, np.arange(0, 12.001, 0.5)
    expected = library.open_probability(scheme, STEP, time)
    openings = library.simulate_channel_openings(scheme, STEP, n, rng)
    flat = np.concatenate(openings)
    begun = (flat[:, 0][:, None] <= time).sum(axis=0)
    jumps = (begun - (flat[:, 1][:, None] <= time).sum(axis=0)) / n
    counts = (
        library.simulate_open_channels(scheme, STEP, n, rng, dt_ms=0.5).profile("n_open").values[:, 0] / n
    )
    error = np.sqrt(expected * (1 - expected) / n) + 1e-4
    # 25 times two methods: the largest of 50 normal numbers seldom exceeds 4.
    assert (np.abs(jumps - expected) / error)[:-1].max() < 4.5  # at the very end all openings are cut
    assert (np.abs(counts - expected) / error).max() < 4.5


def test_do_the_samples_not_depend_on_their_spacing():
    rng, spreads = np.random.default_rng(5), []
    for dt_ms in (0.1, 1.0):
        recording = library.simulate_open_channels(potassium(), STEP, 100, rng, n_sweeps=4000, dt_ms=dt_ms)
        mean, variance = library.mean_and_variance(recording)
        spreads.append((mean[-1], variance[-1]))
    (mean, variance), (coarse_mean, coarse_variance) = spreads
    p = library.open_probability(potassium(), STEP, [12.0])[0]
    # Binomial: N p within 4 x 4.7 / sqrt(4000), N p (1 - p) within 4 x sqrt(2 / 4000).
    assert (mean, coarse_mean) == pytest.approx((100 * p, 100 * p), abs=0.3)
    assert (variance, coarse_variance) == pytest.approx((100 * p * (1 - p),) * 2, rel=0.09)


def test_do_variance_and_mean_give_the_single_channel_back():
    rng = np.random.default_rng(6)
    recording = library.simulate_open_channels(potassium(), STEP, 200, rng, n_sweeps=4000)
    mean, variance = library.mean_and_variance(recording)
    i_pA, n = library.noise_analysis(1.54 * mean, 1.54**2 * variance)
    # 4,000 sweeps leave about 2 % of a variance, and the fit leans on all of the parabola.
    assert i_pA == pytest.approx(1.54, rel=0.03)
    assert n == pytest.approx(200, rel=0.06)
    exact = library.noise_analysis(1.54 * mean, 1.54**2 * mean * (1 - mean / 200))
    assert exact == pytest.approx((1.54, 200), rel=1e-9)


def test_is_the_spectrum_lorentzian():
    rng, dt_ms = np.random.default_rng(7), 0.1
    hold = [VoltageStep(0.0, 4096.0)]
    recording = library.simulate_open_channels(two_state(), hold, 100, rng, n_sweeps=60, dt_ms=dt_ms)
    n_open = recording.profile("n_open").values.T
    assert n_open.mean() == pytest.approx(20, abs=0.1)
    assert n_open.var() == pytest.approx(16, rel=0.02)
    frequency, power = welch(n_open, fs=1e3 / dt_ms, nperseg=4096, detrend="constant")
    power, expected = power.mean(axis=0), library.lorentzian_per_Hz(frequency, 100, 0.1, 0.4)
    # 60 sweeps of some 19 windows: a bin is good to 3 to 4 %. Below a few bins the mean is taken out; above
    # 1 kHz sampling folds in what lies beyond 5 kHz.
    band = (frequency > 10) & (frequency < 1000)
    assert np.abs(power[band] / expected[band] - 1).mean() < 0.05
    assert power[(frequency > 10) & (frequency < 30)].mean() == pytest.approx(0.128, rel=0.08)
    corner = frequency[band][np.argmax(power[band] < 0.5 * 0.128)]
    assert corner == pytest.approx(79.6, abs=10)


def test_does_the_lorentzian_hold_all_of_the_variance():
    frequency = np.linspace(0, 1e5, 1_000_001)
    power = library.lorentzian_per_Hz(frequency, 100, 0.1, 0.4)
    # Beyond 100 kHz lies 2 f_c / (pi f) of it.
    assert np.trapezoid(power, frequency) == pytest.approx(16, rel=1e-3)
    assert library.lorentzian_per_Hz(79.577, 100, 0.1, 0.4) == pytest.approx(0.064, rel=1e-4)


def test_does_the_same_seed_give_the_same_channels():
    def run(seed: int) -> np.ndarray:
        return np.concatenate(
            library.simulate_channel_openings(sodium(), STEP, 50, np.random.default_rng(seed))
        )

    assert np.array_equal(run(1), run(1))
    assert not np.array_equal(run(1)[:5], run(2)[:5])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: VoltageStep(0.0, 0.0), "duration must be positive"),
        (
            lambda: library.simulate_open_channels(
                two_state(), [VoltageStep(0, 1.03)], 1, np.random.default_rng(0)
            ),
            "whole number of samples",
        ),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
