# SPDX-License-Identifier: BSD-3-Clause
"""Channels, one by one."""

import functools

import numpy as np

from autograder.rubric import Task, mistake, variant
from neuroscales.membrane.channels import (
    Scheme,
    VoltageStep,
    dwell_times_ms,
    open_probability,
    potassium,
    simulate_channel_openings,
    simulate_open_channels,
)
from neuroscales.membrane.hodgkin_huxley import steady_gates

from .estimates import (
    N_CHANNELS,
    N_OPENINGS,
    DEAD_ms,
    EARLY_ms,
    Estimate,
    Estimated,
    HELD_mV,
    LATE_AT_ms,
    gate,
)
from .soma import of

FEW = 100  # channels that are watched for long


@of("v_step")
def channels(
    p, *, seed=None, scheme="potassium", way="jump by jump", held_mV=HELD_mV, dead_ms=DEAD_ms, taken_off_ms=DEAD_ms,
):  # fmt: skip
    """Mean open time and the fraction open after a step; without a seed what is expected."""
    channel, held_mV = SCHEMES[scheme], p["v_step"] if held_mV is None else held_mV
    mean_ms = -1 / channel.rates_per_ms(p["v_step"])[channel.open_states[0], channel.open_states[0]]
    clamp = [VoltageStep(held_mV, 1e-3), VoltageStep(p["v_step"], LATE_AT_ms)]
    expected = open_probability(channel, clamp, np.array([0.0, 1e-3 + EARLY_ms, 1e-3 + LATE_AT_ms]))[1:]
    found = {"seen": mean_ms + dead_ms, "early": expected[0], "late": expected[1]}
    open_se = mean_ms / np.sqrt(N_OPENINGS)
    spread = {
        name: max(np.sqrt(found[name] * (1 - found[name]) / N_CHANNELS), 1e-3) for name in ("early", "late")
    }
    if seed is not None:
        found |= ALGORITHMS[way](channel, p["v_step"], held_mV, dead_ms, np.random.default_rng(seed))
    return {
        "seen": Estimate(found["seen"], open_se),
        "open_time": Estimate(found["seen"] - taken_off_ms, open_se),
        **{name: Estimate(found[name], se) for name, se in spread.items()},
    }


def _chain(forward, backward):
    """A scheme of states in a row, the last one open; rates per ms as functions of the potential."""

    def matrix(v_mV):
        q = np.diag(np.array(forward(v_mV), dtype=float), 1) + np.diag(
            np.array(backward(v_mV), dtype=float), -1
        )
        return q - np.diag(q.sum(axis=1))

    n_states = len(forward(0.0)) + 1
    return Scheme("channel", tuple(map(str, range(n_states))), (n_states - 1,), matrix)


SCHEMES = {
    "potassium": potassium(),
    "one gate": _chain(lambda v: [gate("n", v)[0]], lambda v: [gate("n", v)[1]]),
    "all rates alike": _chain(lambda v: [gate("n", v)[0]] * 4, lambda v: [gate("n", v)[1]] * 4),
    "gates m": _chain(
        lambda v: [k * gate("m", v)[0] for k in (4, 3, 2, 1)],
        lambda v: [k * gate("m", v)[1] for k in (1, 2, 3, 4)],
    ),
    "rates of the rest": _chain(
        lambda v: [k * gate("n", HELD_mV)[0] for k in (4, 3, 2, 1)],
        lambda v: [k * gate("n", HELD_mV)[1] for k in (1, 2, 3, 4)],
    ),
}


def _needed_ms(channel, v_mV, dead_ms, n_channels):
    """For how long so many channels must be watched to see enough openings."""
    mean_ms = -1 / channel.rates_per_ms(v_mV)[channel.open_states[0], channel.open_states[0]]
    p_open = open_probability(channel, [VoltageStep(v_mV, 1.0)], np.zeros(1))[0]
    seen_per_ms = p_open / mean_ms * np.exp(-dead_ms / mean_ms)
    return 1.1 * N_OPENINGS / (n_channels * seen_per_ms)


def _jump_by_jump(channel, v_mV, held_mV, dead_ms, rng, n_channels=FEW):
    """Every jump drawn by itself."""
    long_ms = _needed_ms(channel, v_mV, dead_ms, n_channels)
    openings = simulate_channel_openings(channel, [VoltageStep(v_mV, long_ms)], n_channels, rng)
    step = [VoltageStep(held_mV, 1e-3), VoltageStep(v_mV, LATE_AT_ms + 0.1)]
    ensemble = simulate_channel_openings(channel, step, N_CHANNELS, rng)
    early, late = (
        np.mean([((one[:, 0] <= t) & (t < one[:, 1])).any() for one in ensemble])
        for t in (1e-3 + EARLY_ms, 1e-3 + LATE_AT_ms)
    )
    seen, _ = dwell_times_ms(openings, long_ms, dead_ms)
    return {"seen": seen[:N_OPENINGS].mean(), "early": early, "late": late}


def _sample_by_sample(channel, v_mV, held_mV, dead_ms, rng, dt_ms=0.05):
    """How many channels go from each state to each other, from sample to sample."""
    long_ms = np.ceil(_needed_ms(channel, v_mV, dead_ms, FEW))
    alone = simulate_open_channels(channel, [VoltageStep(v_mV, long_ms)], 1, rng, n_sweeps=FEW, dt_ms=dt_ms)
    step = [VoltageStep(held_mV, dt_ms), VoltageStep(v_mV, LATE_AT_ms)]
    many = simulate_open_channels(channel, step, N_CHANNELS, rng, dt_ms=dt_ms).profile("n_open").values[:, 0]
    early, late = (many[round(t / dt_ms) + 1] / N_CHANNELS for t in (EARLY_ms, LATE_AT_ms))
    return {
        "seen": _mean_stay(alone.profile("n_open").values > 0, dt_ms, dead_ms),
        "early": early,
        "late": late,
    }


def _gate_by_gate(channel, v_mV, held_mV, dead_ms, rng, dt_ms=0.05):
    """Four gates to a channel, each with its own dice at every step; of potassium's channel alone."""
    alpha, beta = gate("n", v_mV)
    held, settled = steady_gates(held_mV)[2], steady_gates(v_mV)[2]

    def throw(n_channels, start, span_ms):
        gates = rng.random((n_channels, 4)) < start
        found = []
        for _ in range(round(span_ms / dt_ms)):
            dice = rng.random(gates.shape)
            gates = np.where(gates, dice > beta * dt_ms, dice < alpha * dt_ms)
            found.append(gates.all(axis=1))
        return np.array(found)

    is_open = throw(FEW, settled, _needed_ms(channel, v_mV, dead_ms, FEW))
    many = throw(N_CHANNELS, held, LATE_AT_ms).mean(axis=1)
    early, late = (many[round(t / dt_ms) - 1] for t in (EARLY_ms, LATE_AT_ms))
    return {"seen": _mean_stay(is_open, dt_ms, dead_ms), "early": early, "late": late}


def _mean_stay(is_open, dt_ms, dead_ms):
    """Mean of the stays in the open state that are long enough, from samples of many channels in columns."""
    stays = []
    for channel in is_open.T:
        edges = np.flatnonzero(np.diff(channel.astype(int)))
        if edges.size and not channel[edges[0] + 1]:
            edges = edges[1:]
        pairs = edges[: len(edges) // 2 * 2].reshape(-1, 2)
        stays.append((pairs[:, 1] - pairs[:, 0]) * dt_ms)
    stays = np.concatenate(stays)
    return stays[stays >= dead_ms - 1e-9][:N_OPENINGS].mean()


ALGORITHMS = {
    "jump by jump": _jump_by_jump,
    "sample by sample": _sample_by_sample,
    "gate by gate": _gate_by_gate,
    "gate by gate, step 0.02 ms": functools.partial(_gate_by_gate, dt_ms=0.02),
    "short records": functools.partial(_jump_by_jump, n_channels=20 * FEW),
}


CHANNELS = Task("channels", channels,
    checks=(
        Estimated("seen", "seen", "Mean of the openings of 1 ms and longer", "ms", 2),
        Estimated("open_time", "open_time", "Mean open time", "ms", 2),
        Estimated("early", "early", "Fraction open after 3 ms", "1", 2),
        Estimated("late", "late", "Fraction open after 30 ms", "1", 2),
    ),
    variants=tuple(
        variant(f"{way}, seed {seed}", way=way, seed=seed)
        for seed, way in enumerate(("jump by jump", "gate by gate", "sample by sample") + ("jump by jump",) * 3)
    ),
    mistakes=(
        mistake("one-gate", "a channel has one gate, not four: n stands for n^4, and 1/beta for the open time", scheme="one gate", seed=11),
        mistake("all-rates-alike", "the rates between the states are alpha and beta throughout, without their factors 4, 3, 2, 1", scheme="all rates alike", seed=12),
        mistake("gates-m", "the gates have the rates of sodium's m, not of potassium's n", scheme="gates m", seed=14),
        mistake("rates-of-rest", "the rates are those at -65 mV, not at the potential of the step", scheme="rates of the rest", seed=15),
        mistake("not-corrected", "the mean open time is that of the openings of 1 ms and longer, as it stands", seed=16, taken_off_ms=0.0, credit=0.5),
        mistake("nothing-left-out", "openings shorter than 1 ms are counted, too, and 1 ms is taken off all the same", seed=17, dead_ms=0.0, credit=0.5),
        mistake("short-records", "the open times are read from records so short that the longest openings do not fit in", seed=18, way="short records", credit=0.5),
        mistake("settled-from-the-start", "the channels have settled at the potential of the step before it begins", seed=19, held_mV=None, credit=0.5),
        mistake("all-closed", "all gates are closed at the step, not settled at -65 mV", seed=20, held_mV=-100.0, credit=0.5,
                partly="where the gates are fast, three milliseconds are enough to forget it"),
    ),
)  # fmt: skip
