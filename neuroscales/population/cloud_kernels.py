# SPDX-License-Identifier: BSD-3-Clause
"""The compiled march of a cloud of neurons; its twin is in `tests/population/twins.py`."""

import numpy as np

from neuroscales.core.compiled import compiled


@compiled
def march(
    v: np.ndarray,
    wait: np.ndarray,
    mu_mV: np.ndarray,
    settings: np.ndarray,
    every: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Steps of all neurons, each with a normal number of its own in every step, held or not.

    Args:
        v: potentials at the start in mV, shape (n_neurons,).
        wait: for how many more steps each is held, whole numbers of the same shape.
        mu_mV: input during each step, shape (n_steps,).
        settings: threshold and reset (mV), what is left of V - mu after a step, the noise of a step (mV),
            steps of the refractory time, coupling (mV per spike of each neuron and ms), and the part of its
            distance that the filtered rate goes in a step, and that rate at the start (per ms), dt (ms).
        every: keep the potentials of one step in so many.
        rng: source of randomness.

    Returns:
        Potentials kept, shape (n_kept, n_neurons), the start among them; whether each was held, the same
        shape; how many fired in each step; and of every spike its step and its neuron.
    """
    threshold, reset, left, kick, hold, coupling, part, heard, dt = settings
    n_neurons, n_steps = len(v), len(mu_mV)
    kept = np.empty((n_steps // every + 1, n_neurons))
    held = np.empty((n_steps // every + 1, n_neurons), dtype=np.bool_)
    counts = np.zeros(n_steps, dtype=np.int64)
    when, who, n_spikes = np.empty(1024, dtype=np.int64), np.empty(1024, dtype=np.int64), 0
    v, wait = v.copy(), wait.copy()
    kept[0], held[0] = v, wait > 0
    for step in range(n_steps):
        mu = mu_mV[step] + coupling * heard
        for j in range(n_neurons):
            moved = mu + (v[j] - mu) * left + kick * rng.standard_normal()
            if wait[j] > 0:
                wait[j] -= 1
                continue
            v[j] = moved
            if moved >= threshold:
                v[j], wait[j] = reset, int(hold)
                counts[step] += 1
                if n_spikes == len(when):
                    when, who = np.concatenate((when, when)), np.concatenate((who, who))
                when[n_spikes], who[n_spikes] = step, j
                n_spikes += 1
        heard += part * (counts[step] / (n_neurons * dt) - heard)
        if (step + 1) % every == 0:
            kept[(step + 1) // every], held[(step + 1) // every] = v, wait > 0
    return kept, held, counts, when[:n_spikes], who[:n_spikes]
