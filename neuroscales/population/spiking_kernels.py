# SPDX-License-Identifier: BSD-3-Clause
"""The compiled march of a network of spiking neurons; its numpy twin is `spiking_network.march_in_numpy`."""

import numpy as np

from neuroscales.core.compiled import compiled


@compiled
def march(
    first: np.ndarray,
    middle: np.ndarray,
    targets: np.ndarray,
    v: np.ndarray,
    n_steps: int,
    settings: np.ndarray,
    weights: np.ndarray,
    chances: np.ndarray,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray]:
    """Steps of all neurons; a spike is told to its targets, and to nobody else.

    Args:
        first: where the targets of each neuron begin, shape (n + 1,), E first.
        middle: where those of them begin that are I, shape (n,).
        targets: the targets.
        v: potentials at the start in mV, shape (n,).
        n_steps: how many.
        settings: number of E neurons, threshold and reset (mV), what is left of V after a step, steps of the
            refractory time and of the delay, constant input per step to E and I (mV), and of the events from
            outside their weight (mV), their mean number per step to E and I, and 1 where they are Poisson, 0
            where a normal number of the same mean and variance stands for them.
        weights: from E to E, from I to E, from E to I, from I to I (mV), inhibition negative.
        chances: of at most 0, 1, 2... Poisson events in a step, for E and for I, shape (2, n_numbers).
        rng: source of randomness.

    Returns:
        The step and the neuron of every spike.
    """
    n_e, threshold, reset, left, hold, delay = settings[:6]
    constant_e, constant_i, event, mean_e, mean_i, poisson = settings[6:]
    n, slots, holding = len(v), int(delay) + 1, int(hold)
    v, wait = v.copy(), np.zeros(n, dtype=np.int64)
    arriving = np.zeros((slots, n))
    when, who, n_spikes = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64), 0
    for step in range(n_steps):
        now, later = arriving[step % slots], arriving[(step + int(delay)) % slots]
        begin = n_spikes
        for j in range(n):
            is_e = j < n_e
            moved = left * v[j] + (constant_e if is_e else constant_i) + now[j]
            now[j] = 0.0
            if event > 0:
                mean = mean_e if is_e else mean_i
                if poisson > 0:
                    row, events, chance = 0 if is_e else 1, 0, rng.random()
                    while chances[row, events] <= chance:
                        events += 1
                    moved += event * events
                else:
                    moved += event * (mean + np.sqrt(mean) * rng.standard_normal())
            if wait[j] > 0:
                wait[j] -= 1
                continue
            v[j] = moved
            if moved >= threshold:
                v[j], wait[j] = reset, holding
                if n_spikes == len(when):
                    when, who = np.concatenate((when, when)), np.concatenate((who, who))
                when[n_spikes], who[n_spikes] = step, j
                n_spikes += 1
        for spike in range(begin, n_spikes):
            j = who[spike]
            to_e, to_i = (weights[0], weights[2]) if j < n_e else (weights[1], weights[3])
            for k in range(first[j], middle[j]):
                later[targets[k]] += to_e
            for k in range(middle[j], first[j + 1]):
                later[targets[k]] += to_i
    return when[:n_spikes], who[:n_spikes]
