# SPDX-License-Identifier: BSD-3-Clause
"""Counting by noise."""

import functools

import numpy as np
from scipy.linalg import expm

from autograder.rubric import Task, mistake, variant
from neuroscales.membrane.channels import (
    VoltageStep,
    mean_and_variance,
    noise_analysis,
    open_probability,
    potassium,
    simulate_open_channels,
)
from neuroscales.membrane.hodgkin_huxley import steady_gates

from .estimates import Estimate, Estimated, HELD_mV, gate
from .soma import of

SWEEPS, SWEEP_ms, SAMPLE_ms, CHANNEL_nS = 1000, 10.0, 0.1, 0.01


@of("diam", "ek", "v_step")
def noise(
    p,
    *,
    seed=None,
    fit="parabola",
    from_what="variance",
    from_mV=None,
    by="states",
    one_less=True,
):
    """Current of one channel and their number; without a seed what is expected, with its spread."""
    n_channels, i_pA = _many(p), CHANNEL_nS * (p["v_step"] - p["ek"])
    spread = dict(zip(("i", "count"), _spread_of_noise(n_channels, p["v_step"], i_pA), strict=True))
    found = {"i": i_pA, "count": float(n_channels)}
    if seed is not None:
        used_pA = i_pA if from_mV is None else CHANNEL_nS * (p["v_step"] - from_mV)
        found = _estimate(p, used_pA, np.random.default_rng(seed), fit, from_what, by, one_less)
    return {name: Estimate(found[name], se) for name, se in spread.items()}


def _estimate(p, i_pA, rng, fit, from_what, by, one_less):
    """Current and number from simulated sweeps."""
    sweeps = _sweeps_of_gates if by == "gates" else _sweeps
    mean, variance = sweeps(_many(p), p["v_step"], SWEEPS, rng)
    mean, variance = i_pA * mean, i_pA**2 * variance * (1.0 if one_less else 1 - 1 / SWEEPS)
    if from_what == "standard deviation":
        variance = np.sqrt(variance)
    if fit == "straight line":
        i = float(mean @ variance / (mean @ mean))
        return {"i": i, "count": float(mean.max() / i)}
    i, n_channels = noise_analysis(mean, variance)
    return {"i": i, "count": n_channels}


def _many(p):
    """How many channels: ten for each um of the soma's diameter."""
    return round(10 * p["diam"])


def _sweeps(n_channels, v_mV, n_sweeps, rng):
    """Mean and variance of the number of open channels after the step."""
    clamp = [VoltageStep(HELD_mV, SAMPLE_ms), VoltageStep(v_mV, SWEEP_ms)]
    recording = simulate_open_channels(
        potassium(), clamp, n_channels, rng, n_sweeps=n_sweeps, dt_ms=SAMPLE_ms
    )
    mean, variance = mean_and_variance(recording)
    return mean[1:], variance[1:]


def _sweeps_of_gates(n_channels, v_mV, n_sweeps, rng):
    """The same with four gates to a channel, thrown from sample to sample with their exact probabilities."""
    alpha, beta = gate("n", v_mV)
    left, settled = np.exp(-(alpha + beta) * SAMPLE_ms), steady_gates(v_mV)[2]
    gates = rng.random((n_sweeps, n_channels, 4), dtype=np.float32) < steady_gates(HELD_mV)[2]
    n_open = []
    for _ in range(round(SWEEP_ms / SAMPLE_ms)):
        chance = np.where(gates, np.float32(settled + (1 - settled) * left), np.float32(settled * (1 - left)))
        gates = rng.random(gates.shape, dtype=np.float32) < chance
        n_open.append(gates.all(axis=2).sum(axis=1))
    return np.mean(n_open, axis=1), np.var(n_open, axis=1, ddof=1)


@functools.lru_cache(maxsize=64)
def _spread_of_noise(n_channels, v_mV, i_pA):
    """Standard errors of the two estimates, to first order in the scatter of the variance over the sweeps.

    Channels are independent, so the covariance of the number of open ones at two times is N times that of one
    channel, and that of two sample variances, for so many channels nearly Gaussian, is 2 C^2 / (sweeps - 1).
    """
    times = SAMPLE_ms * np.arange(1, round(SWEEP_ms / SAMPLE_ms) + 1)
    p = open_probability(potassium(), [VoltageStep(HELD_mV, 1e-6), VoltageStep(v_mV, SWEEP_ms)], times)
    stays = expm(potassium().rates_per_ms(v_mV) * SAMPLE_ms)
    again = np.array([np.linalg.matrix_power(stays, k)[4, 4] for k in range(len(times))])
    lag = np.subtract.outer(np.arange(len(times)), np.arange(len(times)))
    first = p[np.minimum.outer(np.arange(len(times)), np.arange(len(times)))]
    covariance = n_channels * (first * again[np.abs(lag)] - np.outer(p, p))
    scatter = 2 * (i_pA**2 * covariance) ** 2 / (SWEEPS - 1)
    mean = i_pA * n_channels * p
    solve = np.linalg.pinv(np.stack([mean, -(mean**2)], axis=1))
    i_se, over_n_se = np.sqrt(np.diag(solve @ scatter @ solve.T))
    relative = over_n_se * n_channels
    # 1/N is nearly Gaussian, N is not: its longer side, at 3.3 standard errors, counts for both
    return float(i_se), float(n_channels * relative / (1 - 3.3 * relative))


NOISE = Task(
    "noise",
    noise,
    checks=(Estimated("i", "i", "Current of one channel", "pA", 2), Estimated("count", "count", "Number of channels", "1", 2)),
    variants=(
        *(variant(f"states of the channel, seed {seed}", seed=seed) for seed in range(4)),
        variant("gate by gate, seed 4", seed=4, by="gates"),
        variant("states of the channel, seed 5", seed=5),
        variant("divided by the number of sweeps", seed=6, one_less=False),
    ),
    mistakes=(
        mistake("straight-line", "a straight line is fitted: channels that are mostly open flicker less, and the parabola bends", seed=11, fit="straight line"),
        mistake("standard-deviation", "the standard deviation stands for the variance", seed=12, from_what="standard deviation"),
        mistake("from-0-mV", "the current of a channel is counted from 0 mV, not from potassium's reversal potential", seed=13, from_mV=0.0),
    ),
)  # fmt: skip
