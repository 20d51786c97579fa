# SPDX-License-Identifier: BSD-3-Clause
"""The compiled march of a network of spiking neurons; its twin is in `tests/population/twins.py`."""

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
    n_e, threshold, reset, left = int(settings[0]), settings[1], settings[2], settings[3]
    holding, delay, event = int(settings[4]), int(settings[5]), settings[8]
    # Whether nothing, a Poisson number or a normal number comes from outside in each step.
    kind = 0 if event == 0 else (1 if settings[11] > 0 else 2)
    n = len(v)
    v, wait = v.copy(), np.zeros(n, dtype=np.int32)
    arriving = np.zeros((delay + 1, n))
    when, who, n_spikes = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64), 0
    for step in range(n_steps):
        now, later = arriving[step % (delay + 1)], arriving[(step + delay) % (delay + 1)]
        begin = n_spikes
        for population in range(2):
            low, high = (0, n_e) if population == 0 else (n_e, n)
            constant, mean = settings[6 + population], settings[9 + population]
            root = np.sqrt(mean)
            for j in range(low, high):
                moved = left * v[j] + constant + now[j]
                now[j] = 0.0
                if kind == 2:
                    moved += event * (mean + root * rng.standard_normal())
                elif kind == 1:
                    events, chance = 0, rng.random()
                    while chances[population, events] <= chance:
                        events += 1
                    moved += event * events
                if wait[j] > 0:
                    wait[j] -= 1
                elif moved < threshold:
                    v[j] = moved
                else:
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
