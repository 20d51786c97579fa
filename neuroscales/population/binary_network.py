# SPDX-License-Identifier: BSD-3-Clause
"""A network of binary neurons, simulated one update after another: what `balance` is the theory of."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.population.balance import BalancedNetwork
from neuroscales.population.wiring import Wiring


def simulate_binary_network(
    network: BalancedNetwork,
    wiring: Wiring,
    rng: np.random.Generator,
    *,
    tstop_ms: float = 200.0,
    sample_ms: float = 1.0,
    m0: float | None = None,
    watched: int = 0,
) -> Recording:
    """Simulate the network: at random moments a neuron looks at its input: above threshold it is on.

    The moments of an E neuron are on average `tau_e_ms` apart, those of an I neuron `tau_i_ms`. The start is
    drawn with the activities m0.

    Args:
        network: weights, thresholds and time constants.
        wiring: who sends to whom, half of the neurons being E, made for the same K.
        rng: source of randomness.
        tstop_ms: when to end.
        sample_ms: how often the network is looked at.
        m0: activity outside; the network's own where nothing is said.
        watched: number of the neuron whose inputs are recorded, E first.

    Returns:
        A Recording in ms of m_E and m_I (the part of each population that is on), excitation (that from
        outside included) and inhibition of the watched neuron, and changes (how many have changed since the
        sample before, per neuron).

    Raises:
        ValueError: times that are not positive, or a neuron to watch that there is not.
    """
    from neuroscales.population.binary_kernels import march

    if not tstop_ms >= sample_ms > 0:
        raise ValueError(f"sample_ms must be positive and at most tstop_ms, not {sample_ms} and {tstop_ms}")
    n = (len(wiring.first) - 1) // 2
    if not 0 <= watched < 2 * n:
        raise ValueError(f"neurons are 0 to {2 * n - 1}, not {watched}")
    outside = network.m0 if m0 is None else m0
    state = rng.uniform(size=2 * n) < outside
    number = rng.poisson(
        sample_ms * n * (1 / network.tau_e_ms + 1 / network.tau_i_ms), round(tstop_ms / sample_ms)
    )
    kept = march(wiring.first, wiring.targets, state, number, _settings(network, outside), watched, rng)
    names = ("m_E", "m_I", "excitation", "inhibition", "changes")
    time = sample_ms * np.arange(len(kept))
    return Recording(time, [Signal(name, column, "1") for name, column in zip(names, kept.T, strict=True)])


def _settings(network: BalancedNetwork, m0: float) -> np.ndarray:
    size = network.weight * network.inputs * m0
    rate_e, rate_i = 1 / network.tau_e_ms, 1 / network.tau_i_ms
    numbers = [network.weight, network.j_e, network.j_i]
    numbers += [
        size * network.from_outside_e,
        size * network.from_outside_i,
        network.theta_e,
        network.theta_i,
    ]
    return np.array([*numbers, rate_e / (rate_e + rate_i)])
