# SPDX-License-Identifier: BSD-3-Clause
"""The compiled updates of a binary network; its twin is in `tests/population/twins.py`."""

import numpy as np

from neuroscales.core.compiled import compiled


@compiled
def march(
    first: np.ndarray,
    targets: np.ndarray,
    state: np.ndarray,
    number: np.ndarray,
    settings: np.ndarray,
    watched: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Update one neuron after another, and tell its targets only when it has changed.

    Args:
        first: where the targets of each neuron begin in `targets`, shape (2 N + 1,), E first.
        targets: whom each neuron tells.
        state: who is on at the start, shape (2 N,).
        number: how many updates fall between two samples, shape (n_samples,).
        settings: weight, j_e and j_i, input from outside to E and to I, both thresholds, and the part of the
            updates that falls on E.
        watched: the neuron whose inputs are kept.
        rng: source of randomness.

    Returns:
        Per sample, the start among them: both activities, excitation and inhibition of the watched neuron,
        and the changes per neuron, shape (n_samples + 1, 5).
    """
    weight, j_e, j_i, outside_e, outside_i, theta_e, theta_i, part_e = settings
    size = len(state)
    n = size // 2
    state = state.copy()
    from_e, from_i = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
    on_e, on_i, changed = 0, 0, 0
    for j in range(size):
        if state[j]:
            heard = from_e if j < n else from_i
            on_e, on_i = on_e + (j < n), on_i + (j >= n)
            for k in range(first[j], first[j + 1]):
                heard[targets[k]] += 1
    kept = np.empty((len(number) + 1, 5))
    for sample in range(len(number) + 1):
        changed = 0
        for _ in range(number[sample - 1] if sample > 0 else 0):
            j = int(rng.random() * n) if rng.random() < part_e else n + int(rng.random() * n)
            excitation = weight * from_e[j] + (outside_e if j < n else outside_i)
            inhibition = -weight * (j_e if j < n else j_i) * from_i[j]
            on = excitation + inhibition >= (theta_e if j < n else theta_i)
            if on != state[j]:
                state[j] = on
                changed += 1
                step = 1 if on else -1
                heard = from_e if j < n else from_i
                if j < n:
                    on_e += step
                else:
                    on_i += step
                for k in range(first[j], first[j + 1]):
                    heard[targets[k]] += step
        is_e = watched < n
        kept[sample, 0], kept[sample, 1] = on_e / n, on_i / n
        kept[sample, 2] = weight * from_e[watched] + (outside_e if is_e else outside_i)
        kept[sample, 3] = -weight * (j_e if is_e else j_i) * from_i[watched]
        kept[sample, 4] = changed / size
    return kept
