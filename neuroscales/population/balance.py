# SPDX-License-Identifier: BSD-3-Clause
"""The balanced state in theory: strong excitation and strong inhibition that cancel but for fluctuations.

    u_E = J K (e m0 + m_E - J_E m_I),   alpha_E = J^2 K (m_E + J_E^2 m_I)
    u_I = J K (i m0 + m_E - J_I m_I),   alpha_I = J^2 K (m_E + J_I^2 m_I)
    tau_k dm_k/dt = -m_k + H((theta_k - u_k) / sqrt(alpha_k)),   H(x) = erfc(x / sqrt(2)) / 2

for binary neurons of which each gets K inputs from either population (van Vreeswijk and Sompolinsky 1998,
https://doi.org/10.1162/089976698300017214). With weights J = 1/sqrt(K) both inputs grow as sqrt(K); the rest
of their mean, and their fluctuations, stay of the order of the threshold. Other exponents do not balance.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import root
from scipy.special import erfc, ndtri

from neuroscales.core.parameters import check_finite, check_positive
from neuroscales.core.recording import Recording, Signal


@dataclass(frozen=True)
class BalancedNetwork:
    """Parameters of the two populations of binary neurons.

    Attributes:
        inputs: K, how many inputs a neuron gets from either population.
        m0: activity of the population outside.
        j_e: weight from I to E, in units of that from E.
        j_i: weight from I to I.
        from_outside_e: weight from outside to E.
        from_outside_i: the same to I.
        theta_e: threshold of E.
        theta_i: threshold of I.
        tau_e_ms: mean time between two updates of an E neuron.
        tau_i_ms: the same of an I neuron.
        exponent: weights fall as K to the power of minus this; 1/2 balances.
        reference: the K at which weights are 1/sqrt(K) whatever the exponent.

    Raises:
        ValueError: a parameter that is not positive (the exponent may be 0), or that is not finite.
    """

    inputs: float = 1000.0
    m0: float = 0.1
    j_e: float = 2.0
    j_i: float = 1.8
    from_outside_e: float = 1.0
    from_outside_i: float = 0.8
    theta_e: float = 1.0
    theta_i: float = 0.7
    tau_e_ms: float = 10.0
    tau_i_ms: float = 9.0
    exponent: float = 0.5
    reference: float = 100.0

    def __post_init__(self) -> None:
        check_finite(self)
        names = ("inputs", "m0", "j_e", "j_i", "from_outside_e", "from_outside_i", "theta_e", "theta_i")
        for name in (*names, "tau_e_ms", "tau_i_ms", "reference"):
            check_positive("the network", **{name: getattr(self, name)})

    @property
    def weight(self) -> float:
        """J, the weight of an excitatory input.

        >>> round(BalancedNetwork(inputs=400).weight, 12)
        0.05
        """
        return float(self.reference**-0.5 * (self.inputs / self.reference) ** -self.exponent)


@dataclass(frozen=True)
class Balance:
    """What a neuron of each population does and gets, E first.

    Attributes:
        m: activities.
        excitation: mean input from E and from outside.
        inhibition: mean input from I, negative.
        spread: standard deviation of the input from neuron to neuron and over time.
    """

    m: tuple[float, float]
    excitation: tuple[float, float]
    inhibition: tuple[float, float]
    spread: tuple[float, float]

    @property
    def net(self) -> tuple[float, float]:
        """Mean input u, the threshold not subtracted."""
        return tuple(e + i for e, i in zip(self.excitation, self.inhibition, strict=True))


def leading_order(network: BalancedNetwork) -> tuple[float, float]:
    """Activities for endless K, where excitation and inhibition must cancel: both proportional to m0.

    Raises:
        ValueError: no positive activities cancel.

    >>> [round(m, 12) for m in leading_order(BalancedNetwork())]
    [0.1, 0.1]
    """
    e, i = network.from_outside_e, network.from_outside_i
    m_e = network.m0 * (network.j_i * e - network.j_e * i) / (network.j_e - network.j_i)
    m_i = network.m0 * (e - i) / (network.j_e - network.j_i)
    if not (np.isfinite([m_e, m_i]).all() and m_e > 0 and m_i > 0):
        raise ValueError(f"no activity of both signs cancels the input: m_E {m_e:g}, m_I {m_i:g} must be > 0")
    return m_e, m_i


def input_means(
    network: BalancedNetwork, m: np.ndarray, m0: float | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Mean excitation and mean inhibition of a neuron of each population, each of the shape (2, ...) of m."""
    size, (m_e, m_i) = network.weight * network.inputs, m
    outside = network.m0 if m0 is None else m0
    excitation = np.stack([network.from_outside_e * outside + m_e, network.from_outside_i * outside + m_e])
    return size * excitation, -size * np.stack([network.j_e * m_i, network.j_i * m_i])


def input_variance(network: BalancedNetwork, m: np.ndarray) -> np.ndarray:
    """Variance alpha of the input of a neuron of each population, of the shape (2, ...) of m."""
    m_e, m_i = m
    size = network.weight**2 * network.inputs
    return size * np.stack([m_e + network.j_e**2 * m_i, m_e + network.j_i**2 * m_i])


def activity_given(network: BalancedNetwork, m: np.ndarray, m0: float | None = None) -> np.ndarray:
    """Activity that the inputs of this activity bring about, shape (2, ...); a step where nothing varies."""
    excitation, inhibition = input_means(network, m, m0)
    spread = np.sqrt(np.maximum(input_variance(network, m), 1e-300))
    theta = np.reshape([network.theta_e, network.theta_i], (2,) + (1,) * (np.ndim(m) - 1))
    return 0.5 * erfc((theta - excitation - inhibition) / (np.sqrt(2) * spread))


def steady_activities(network: BalancedNetwork) -> list[Balance]:
    """All states in which theory finds the network at rest, in the order of m_E.

    Activities from 1e-9 to 1 are searched for cells in which both populations may stand still, and each is
    followed to its state. With few inputs there can be several. Nobody fires, a state as well, where the
    input from outside alone reaches no threshold.
    """
    grid = np.geomspace(1e-9, 1 - 1e-9, 301)
    above = _excess(network, np.stack(np.meshgrid(grid, grid, indexing="ij"))) > 0
    corners = above[:, :-1, :-1], above[:, 1:, :-1], above[:, :-1, 1:], above[:, 1:, 1:]
    mixed = np.any(corners, axis=0) & ~np.all(corners, axis=0)
    found = [np.zeros(2)] if not activity_given(network, np.zeros(2)).any() else []
    for cell in np.argwhere(mixed.all(axis=0)):
        start = np.sqrt(grid[cell] * grid[cell + 1])
        run = root(lambda z: _excess(network, np.exp(z)), np.log(start), tol=1e-13)
        m = np.exp(np.minimum(run.x, 0.0))
        settled = np.abs(_excess(network, m)).max() < 1e-9
        if settled and not any(np.allclose(m, other, rtol=1e-6, atol=1e-15) for other in found):
            found.append(m)
    return [balance_at(network, tuple(m)) for m in sorted(found, key=lambda m: m[0])]


def _excess(network: BalancedNetwork, m: np.ndarray) -> np.ndarray:
    """(theta - u) / sqrt(alpha) minus the same that the activity asks for: 0 at rest, and nearly linear."""
    excitation, inhibition = input_means(network, m)
    theta = np.reshape([network.theta_e, network.theta_i], (2,) + (1,) * (np.ndim(m) - 1))
    return (theta - excitation - inhibition) / np.sqrt(input_variance(network, m)) + ndtri(m)


def balance_at(network: BalancedNetwork, m: tuple[float, float]) -> Balance:
    """Inputs of the neurons at these activities."""
    state = np.array(m, dtype=float)
    parts = (state, *input_means(network, state), np.sqrt(input_variance(network, state)))
    return Balance(*(tuple(float(x) for x in part) for part in parts))


def slopes_per_ms(network: BalancedNetwork, m: np.ndarray, m0: float | None = None) -> np.ndarray:
    """Right-hand side of the dynamics of both activities, shape (2, ...)."""
    tau = np.reshape([network.tau_e_ms, network.tau_i_ms], (2,) + (1,) * (np.ndim(m) - 1))
    return (activity_given(network, m, m0) - m) / tau


def linear_response(network: BalancedNetwork, m: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """How the activities answer a small change of m0 around a state.

    Returns:
        The change of both activities per change of m0, once settled, shape (2,); and the eigenvalues of the
        dynamics per ms, the largest real part first. With strong weights they are of the order of sqrt(K) per
        tau: a balanced network is faster than its neurons.
    """
    state, step = np.array(m, dtype=float), 1e-6

    columns = []
    for k in range(2):
        moved = step * np.eye(2)[k] * state
        change = slopes_per_ms(network, state + moved) - slopes_per_ms(network, state - moved)
        columns.append(change / (2 * step * state[k]))
    raised, lowered = (slopes_per_ms(network, state, network.m0 * (1 + sign * step)) for sign in (1, -1))
    outside = (raised - lowered) / (2 * step * network.m0)
    matrix = np.stack(columns, axis=1)
    values = np.linalg.eigvals(matrix)
    return -np.linalg.solve(matrix, outside), values[np.argsort(-values.real)]


def simulate_balance(
    network: BalancedNetwork,
    m0: float | Callable[[float], float],
    *,
    start: tuple[float, float] | None = None,
    tstop_ms: float = 50.0,
    sample_ms: float = 0.05,
    jumps_ms: tuple[float, ...] = (),
) -> Recording:
    """Follow the activities of theory under an input that may change, by an adaptive method.

    Args:
        network: the parameters; its own m0 holds before t = 0.
        m0: activity outside from then on, a number or a function of the time in ms.
        start: activities at the start; where nothing is said the largest steady ones of `network`.
        tstop_ms: when to end.
        sample_ms: how finely the activities are sampled.
        jumps_ms: times after 0 at which m0 jumps, so that the method does not step across them.

    Returns:
        A Recording in ms of m_E, m_I, m0, u_E and u_I (pure numbers).

    Raises:
        ValueError: times that are not positive, or a start that is no pair of activities between 0 and 1.
    """
    if not tstop_ms > sample_ms > 0:
        raise ValueError(f"sample_ms must be positive and below tstop_ms, not {sample_ms} and {tstop_ms}")
    outside = m0 if callable(m0) else lambda _: m0
    state = np.array(steady_activities(network)[-1].m if start is None else start, dtype=float)
    if state.shape != (2,) or not np.all((state >= 0) & (state <= 1)):
        raise ValueError(f"start is two activities between 0 and 1, not {start}")
    time = np.arange(round(tstop_ms / sample_ms) + 1) * sample_ms
    edges, columns = [0.0, *(t for t in sorted(jumps_ms) if 0 < t < time[-1]), time[-1]], []
    for n, (begin, end) in enumerate(pairwise(edges)):
        at = time[(time >= begin) & ((time < end) | (n == len(edges) - 2))]
        run = solve_ivp(
            # At a jump, the value before it holds at the end of one stretch, that after it at the begin.
            lambda t, m, a=begin, b=end: slopes_per_ms(
                network, m, outside(min(max(t, a), np.nextafter(b, a)))
            ),
            (begin, end),
            state,
            "LSODA",
            np.unique(np.append(at, end)),
            rtol=1e-9,
            atol=1e-12,
        )
        columns.append(run.y[:, : len(at)])
        state = run.y[:, -1]
    m = np.concatenate(columns, axis=1)
    values = np.array([outside(t) for t in time])
    u = sum(input_means(network, m, values))
    names = {"m_E": m[0], "m_I": m[1], "m0": values, "u_E": u[0], "u_I": u[1]}
    return Recording(time, [Signal(name, x, "1") for name, x in names.items()])


def covered_ms(recording: Recording, name: str, end: float, part: float = 1 - np.exp(-1)) -> float:
    """When a signal has first covered a part of its way from its first value to `end`.

    Raises:
        ValueError: it never does.
    """
    x = recording.values(name)
    way = (x - x[0]) / (end - x[0])
    if not (way >= part).any():
        raise ValueError(f"{name} covers only {way.max():.3g} of its way to {end:g}: record for longer")
    n = int(np.argmax(way >= part))
    before, after = way[n - 1], way[n]
    return float(recording.time[n - 1] + (part - before) / (after - before) * np.diff(recording.time)[n - 1])


def with_inputs(network: BalancedNetwork, inputs: float) -> BalancedNetwork:
    """The same network with another K: its weights scale by their exponent."""
    return replace(network, inputs=float(inputs))
