# SPDX-License-Identifier: BSD-3-Clause
"""Stability with delays: roots of the characteristic equation of tau x' = -x + G C x(t - tau_ij).

A solution v e^(lambda t) needs det(lambda tau + 1 - G C_ij e^(-lambda tau_ij)) = 0, which has infinitely
many roots. With one delay for all they are values of Lambert's W; with many delays they are found as
eigenvalues of a matrix that acts on the past (Breda, Maset and Vermiglio 2005,
https://doi.org/10.1137/030601600), and then polished by Newton's method.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import lambertw

from neuroscales.brain.delayed import Network
from neuroscales.core.parameters import check_positive


def uniform_roots(eigenvalue: complex, delay_ms: float, tau_ms: float = 1.0, branches: int = 3) -> np.ndarray:
    """Roots of lambda tau = -1 + mu e^(-lambda T), where mu is an eigenvalue of G C and T the one delay.

        lambda = -1/tau + W_k((mu T / tau) e^(T/tau)) / T

    For the loop of two regions in which A excites B with the gain g and B inhibits A, mu = +-i g, and T is
    half the sum of the two delays.

    Args:
        eigenvalue: mu, real or complex.
        delay_ms: T.
        tau_ms: time constant.
        branches: k runs from -`branches` to `branches`.

    Returns:
        Roots in 1/ms, the largest real part first.

    Raises:
        ValueError: a delay or time constant that is not positive.

    >>> float(uniform_roots(-2.0, 1.1)[0].real.round(4))
    -0.0413
    """
    check_positive("the network", delay_ms=delay_ms, tau_ms=tau_ms)
    ratio = delay_ms / tau_ms
    k = np.arange(-branches, branches + 1)
    roots = -1 / tau_ms + lambertw(eigenvalue * ratio * np.exp(ratio), k) / delay_ms
    return roots[np.argsort(-roots.real, kind="stable")]


def critical_delay_ms(gain: float, tau_ms: float = 1.0) -> tuple[float, float]:
    """Delay from which on tau x' = -x + g x(t - T) oscillates by itself, and the frequency (Hz) there.

    At the onset lambda = i omega, so omega tau = sqrt(g^2 - 1) and omega T = arccos(1/g).

    Raises:
        ValueError: a gain of -1 or above, with which no delay makes it oscillate.

    >>> critical_delay_ms(-2.0)[0].round(4)
    np.float64(1.2092)
    """
    check_positive("the region", tau_ms=tau_ms)
    if not gain < -1:
        raise ValueError(f"feedback must be below -1 to oscillate through a delay, not {gain}")
    per_ms = np.sqrt(gain**2 - 1) / tau_ms
    return np.arccos(1 / gain) / per_ms, 1000 * per_ms / (2 * np.pi)


def loop_onset(total_delay_ms: float, tau_ms: float) -> tuple[float, float]:
    """Gain at which the loop A excites B, B inhibits A begins to oscillate, and the frequency (Hz) there.

    (1 + i omega tau)^2 = -g^2 e^(-i omega S): the phases give omega S + 2 arctan(omega tau) = pi, the
    amplitudes g^2 = 1 + (omega tau)^2. Only the sum S of the two delays enters.

    Raises:
        ValueError: a delay or time constant that is not positive. Without delays no gain is enough.

    >>> gain, frequency_Hz = loop_onset(30.0, 10.0)
    >>> round(gain, 4), round(frequency_Hz, 3)
    (1.1975, 10.486)
    """
    check_positive("the loop", total_delay_ms=total_delay_ms, tau_ms=tau_ms)
    omega = brentq(
        lambda w: w * total_delay_ms + 2 * np.arctan(w * tau_ms) - np.pi,
        0,
        np.pi / total_delay_ms,
        xtol=1e-15,
    )
    return float(np.hypot(1, omega * tau_ms)), 1000 * omega / (2 * np.pi)


def characteristic_roots(network: Network, tau_ms: float, n_points: int = 12) -> np.ndarray:
    """Leading roots of a linear network with any delays, without polishing.

    The past from -longest delay to 0 is known at Chebyshev points. It moves by differentiation, and its
    newest point by the equation itself; the eigenvalues of that matrix are roots.

    Args:
        network: weights, delays and gain.
        tau_ms: time constant of every region.
        n_points: points in the past; the roots with the smallest size are the most accurate.

    Returns:
        In 1/ms, the largest real part first, shape (n_regions * n_points,).
    """
    check_positive("the network", tau_ms=tau_ms)
    n, span_ms = network.n_regions, network.delays_ms.max()
    coupling = network.gain * network.weights / tau_ms
    if span_ms == 0:
        roots = np.linalg.eigvals(coupling - np.eye(n) / tau_ms)
        return roots[np.argsort(-roots.real, kind="stable")]
    derivative, nodes = _chebyshev(n_points - 1)
    shares = _lagrange(nodes, 1 - 2 * network.delays_ms / span_ms)
    matrix = np.kron(2 / span_ms * derivative, np.eye(n))
    matrix[:n] = (coupling[:, :, None] * shares).transpose(0, 2, 1).reshape(n, n * n_points)
    matrix[:n, :n] -= np.eye(n) / tau_ms
    roots = np.linalg.eigvals(matrix)
    return roots[np.argsort(-roots.real, kind="stable")]


def leading_root(network: Network, tau_ms: float, n_points: int = 12) -> tuple[complex, np.ndarray]:
    """The root with the largest real part, exact to rounding, and its eigenvector of length 1.

    Returns:
        lambda in 1/ms (of a pair, that with the positive imaginary part), and v, shape (n_regions,).
    """
    roots = characteristic_roots(network, tau_ms, n_points)
    start = next(root for root in roots if root.imag >= -1e-12)
    return _polish(network, tau_ms, complex(start))


def exciting_root(network: Network, tau_ms: float) -> float:
    """The leading root of a network whose tracts all excite: it is real, and quickly found.

    Args:
        network: weights that are not negative, and a gain that is not.
        tau_ms: time constant.

    Raises:
        ValueError: a tract that inhibits; use `leading_root`.
    """
    if np.any(network.gain * network.weights < 0):
        raise ValueError("a tract inhibits, so the leading root need not be real: use leading_root")
    undelayed = np.linalg.eigvals(network.gain * network.weights).real.max()
    return float(_polish(network, tau_ms, complex((undelayed - 1) / tau_ms), largest=True)[0].real)


def _polish(
    network: Network, tau_ms: float, root: complex, largest: bool = False
) -> tuple[complex, np.ndarray]:
    """Newton's method on mu(lambda) = lambda, where mu is the eigenvalue next to lambda, or the largest."""
    n, coupling = network.n_regions, network.gain * network.weights / tau_ms
    for _ in range(50):
        late = coupling * np.exp(-root * network.delays_ms)
        values, vectors = np.linalg.eig(late - np.eye(n) / tau_ms)
        k = int(np.argmax(values.real) if largest else np.argmin(np.abs(values - root)))
        left = np.linalg.inv(vectors)[k]
        slope = left @ (-network.delays_ms * late) @ vectors[:, k]
        step = (values[k] - root) / (1 - slope)
        root = root + step
        if abs(step) < 1e-14 * max(1.0, abs(root)):
            break
    return root, vectors[:, k]


def _chebyshev(n: int) -> tuple[np.ndarray, np.ndarray]:
    """Differentiation matrix on n + 1 Chebyshev points from 1 down to -1 (Trefethen 2000)."""
    nodes = np.cos(np.pi * np.arange(n + 1) / n)
    scale = np.r_[2.0, np.ones(n - 1), 2.0] * (-1.0) ** np.arange(n + 1)
    apart = np.subtract.outer(nodes, nodes) + np.eye(n + 1)
    matrix = np.outer(scale, 1 / scale) / apart
    return matrix - np.diag(matrix.sum(axis=1)), nodes


def _lagrange(nodes: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Shares of the nodes in the value at each place, shape (*at.shape, n_nodes)."""
    shares = np.ones((*at.shape, nodes.size))
    for k, node in enumerate(nodes):
        for other in np.delete(nodes, k):
            shares[..., k] *= (at - other) / (node - other)
    return shares


def delayed_growth_per_s(gain: float, total_delay_ms: float, tau_ms: float) -> complex:
    """Leading root, in 1/s, of the loop A excites B, B inhibits A, at a gain."""
    return 1000 * uniform_roots(1j * gain, total_delay_ms / 2, tau_ms)[0]


@dataclass(frozen=True)
class Locked:
    """A state of two phase oscillators that run at one frequency.

    Attributes:
        in_step: whether they are in step, or half a cycle apart.
        frequency_Hz: their common frequency.
        margin: +-cos(Omega T); the state is stable where it is positive.
    """

    in_step: bool
    frequency_Hz: float
    margin: float

    @property
    def stable(self) -> bool:
        """Whether a small difference between the two dies out."""
        return self.margin > 0


def locked_pair(frequency_Hz: float, coupling_per_s: float, delay_ms: float) -> tuple[Locked, ...]:
    """All states in which theta_1' = omega + K sin(theta_2(t - T) - theta_1), and vice versa, lock.

    In step Omega = omega - K sin(Omega T), half a cycle apart Omega = omega + K sin(Omega T); stable where
    cos(Omega T), or its negative, is positive. Both can be (Yeung and Strogatz 1999,
    https://doi.org/10.1103/PhysRevLett.82.648).

    Args:
        frequency_Hz: natural frequency of both.
        coupling_per_s: K, positive.
        delay_ms: T.

    Returns:
        The states in step first, then those in turn, each by growing frequency.

    Raises:
        ValueError: a coupling that is not positive, or a negative delay.

    >>> [(s.in_step, round(s.frequency_Hz, 2)) for s in locked_pair(10.0, 20.0, 20.0) if s.stable]
    [(True, 7.44), (False, 13.17)]
    """
    check_positive("the pair", coupling_per_s=coupling_per_s)
    if not delay_ms >= 0:
        raise ValueError(f"delay_ms of the pair cannot be negative ({delay_ms})")
    omega, delay_s = 2 * np.pi * frequency_Hz, delay_ms / 1000
    grid = np.linspace(omega - coupling_per_s * 1.001, omega + coupling_per_s * 1.001, 4001)
    found = []
    for sign in (1.0, -1.0):

        def excess(rate: float, sign: float = sign) -> float:
            return omega - sign * coupling_per_s * np.sin(rate * delay_s) - rate

        values = excess(grid)
        for k in np.flatnonzero((values[:-1] * values[1:] < 0) | (values[:-1] == 0)):
            rate = brentq(excess, grid[k], grid[k + 1], xtol=1e-13)
            found.append(Locked(sign > 0, rate / (2 * np.pi), sign * float(np.cos(rate * delay_s))))
    return tuple(found)
