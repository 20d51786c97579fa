# SPDX-License-Identifier: BSD-3-Clause
"""What each compiled kernel does, in plain numpy; arguments and order of the draws are the kernel's."""

import numpy as np
from scipy.linalg import solve_banded

from neuroscales.population.density import Bins, _held_at_start, fluxes
from neuroscales.population.noisy_neuron import NoisyNeuron
from neuroscales.population.wilson_cowan import derivatives


def spiking(first, middle, targets, v, n_steps, settings, weights, chances, rng):
    n_e, threshold, reset, left, hold, delay = settings[:6]
    constant_e, constant_i, event, mean_e, mean_i, poisson = settings[6:]
    is_e = np.arange(len(v)) < n_e
    constant, mean = np.where(is_e, constant_e, constant_i), np.where(is_e, mean_e, mean_i)
    wait, fired = np.zeros(len(v), dtype=int), []
    arriving = np.zeros((int(delay) + 1, len(v)))
    for step in range(n_steps):
        now, later = (arriving[(step + shift) % len(arriving)] for shift in (0, int(delay)))
        moved = left * v + constant + now
        now[:] = 0
        if event > 0 and poisson > 0:
            chance = rng.random(len(v))
            events = [
                np.searchsorted(row, part, side="right")
                for row, part in zip(chances, np.split(chance, [int(n_e)]), strict=True)
            ]
            moved += event * np.concatenate(events)
        elif event > 0:
            moved += event * (mean + np.sqrt(mean) * rng.standard_normal(len(v)))
        free = wait == 0
        spikes = np.flatnonzero(free & (moved >= threshold))
        v, wait = np.where(free, moved, v), np.maximum(wait - 1, 0)
        v[spikes], wait[spikes] = reset, int(hold)
        fired.append(spikes)
        for j in spikes:
            to_e, to_i = (weights[0], weights[2]) if j < n_e else (weights[1], weights[3])
            np.add.at(later, targets[first[j] : middle[j]], to_e)
            np.add.at(later, targets[middle[j] : first[j + 1]], to_i)
    when = np.repeat(np.arange(n_steps), [len(spikes) for spikes in fired])
    return when, np.concatenate(fired)


def binary(first, targets, state, number, settings, watched, rng):
    """The input of a neuron, summed anew whenever it looks."""
    weight, j_e, j_i, outside_e, outside_i, theta_e, theta_i, part_e = settings
    n = len(state) // 2
    source = np.repeat(np.arange(2 * n), np.diff(first))
    count = np.zeros((2 * n, 2 * n))
    np.add.at(count, (targets, source), 1.0)
    state = state.copy()

    def inputs(j):
        e, i = count[j, :n] @ state[:n], count[j, n:] @ state[n:]
        return weight * e + (outside_e if j < n else outside_i), -weight * (j_e if j < n else j_i) * i

    def sample(changed):
        return [state[:n].mean(), state[n:].mean(), *inputs(watched), changed / (2 * n)]

    kept = [sample(0)]
    for updates in number:
        changed = 0
        for _ in range(updates):
            j = int(rng.random() * n) if rng.random() < part_e else n + int(rng.random() * n)
            on = sum(inputs(j)) >= (theta_e if j < n else theta_i)
            changed += on != state[j]
            state[j] = on
        kept.append(sample(changed))
    return np.array(kept)


def cloud(v, wait, mu_mV, settings, every, rng):
    threshold, reset, left, kick, hold, coupling, part, heard, dt = settings
    kept, held, fired = [v], [wait > 0], []
    for step, outside in enumerate(mu_mV):
        mu = outside + coupling * heard
        moved = mu + (v - mu) * left + kick * rng.standard_normal(len(v))
        free = wait == 0
        fires = free & (moved >= threshold)
        v = np.where(fires, reset, np.where(free, moved, v))
        wait = np.where(fires, int(hold), np.maximum(wait - 1, 0))
        fired.append(np.flatnonzero(fires))
        heard += part * (len(fired[-1]) / (len(v) * dt) - heard)
        if (step + 1) % every == 0:
            kept.append(v)
            held.append(wait > 0)
    counts = np.array([len(each) for each in fired])
    when, who = np.repeat(np.arange(len(mu_mV)), counts), np.concatenate(fired)
    return np.stack(kept), np.stack(held), counts, when, who


def wilson_cowan(pools, drives, start, n_steps, dt_ms, every, kick, rng):
    """States of shape (n_kept, 2, n_runs)."""
    state, kept = start.copy(), [start]
    for step in range(n_steps):
        now, half, then = (drives[min(2 * step + part, len(drives) - 1)] for part in range(3))
        one = derivatives(pools, now, state)
        two = derivatives(pools, half, state + 0.5 * dt_ms * one)
        three = derivatives(pools, half, state + 0.5 * dt_ms * two)
        four = derivatives(pools, then, state + dt_ms * three)
        state = state + dt_ms / 6 * (one + 2 * two + 2 * three + four)
        if kick:
            state = state + kick * rng.standard_normal(state.shape[::-1]).T
        if (step + 1) % every == 0:
            kept.append(state)
    return np.stack(kept)


def density(p, reset, mu_mV, past, settings, every):
    """With scipy's banded solver."""
    low, threshold, tau, sigma, dt, part, coupling, tau_s, heard = settings
    width, whole = (threshold - low) / len(p), len(past) - 1
    neuron, bins = NoisyNeuron(tau, threshold, low + 0.5 * (threshold - low), 0.0), Bins(len(p), low)
    history, held, kept = list(past), [_held_at_start((p, reset, mu_mV, past, settings))], [p]
    for n, outside in enumerate(mu_mV):
        up, down = fluxes(neuron, outside + coupling * heard, sigma, bins)
        freed = part * history[n] + ((1 - part) * history[n + 1] if whole > 0 else 0.0)
        both = np.stack([p + dt * freed * reset, reset], axis=1)
        p, own = _solve(dt * up / width, dt * down / width, 1.0, both).T
        if whole == 0:
            now = dt * (1 - part) * up[-1]
            p = p + now * p[-1] / (1 - now * own[-1]) * own
            freed += (1 - part) * up[-1] * p[-1]
        rate = up[-1] * p[-1]
        history.append(rate)
        held.append(held[-1] + dt * (rate - freed))
        heard = rate if tau_s == 0 else heard + dt / tau_s * (rate - heard)
        if (n + 1) % every == 0:
            kept.append(p)
    return np.array(history[len(past) :]), np.array(held[1:]), np.stack(kept)


def _solve(up, down, one, right):
    """Solve (one + outflow - inflow) p = right."""
    bands = np.zeros((3, len(up)))
    bands[0, 1:] = -down[:-1]
    bands[1] = one + up
    bands[1, 1:] += down[:-1]
    bands[2, :-1] = -up[:-1]
    return solve_banded((1, 1), bands, right)
