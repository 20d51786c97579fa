# SPDX-License-Identifier: BSD-3-Clause
"""Functional connectivity of linear noise networks, exactly: tau x' = -x + G C x, with noise on every region.

Without delays the covariance solves Lyapunov's equation; with delays it is an integral over frequencies.
Functional connectivity (FC) is the correlation of activities, structural connectivity (SC) the tracts.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_continuous_lyapunov

from neuroscales.brain.connectome import Connectome
from neuroscales.brain.delay_stability import exciting_root
from neuroscales.brain.delayed import Network
from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording


def lyapunov_covariance(rates: np.ndarray, sd_per_sqrt_time: float) -> np.ndarray:
    """Covariance of x' = A x + noise, from A S + S A' + s^2 = 0.

    Args:
        rates: A, shape (n, n), in 1/time.
        sd_per_sqrt_time: s; in a time dt the noise adds a normal number of variance s^2 dt to each variable.

    Returns:
        S, shape (n, n).

    Raises:
        ValueError: a network that is not stable, so that no covariance exists.
    """
    growth = np.linalg.eigvals(rates).real.max()
    if growth >= 0:
        raise ValueError(f"the network grows at the rate {growth:.3g}: lower the gain to have a covariance")
    covariance = solve_continuous_lyapunov(rates, -(sd_per_sqrt_time**2) * np.eye(len(rates)))
    return (covariance + covariance.T) / 2


def covariance(network: Network, tau_ms: float, sd_per_sqrt_ms: float) -> np.ndarray:
    """Covariance of tau x' = -x + G C x, each region with noise of its own; delays are ignored.

    For symmetric C this is s^2 tau/2 (1 - G C)^-1. With normalized rows C is not symmetric, and that formula
    is off by some per cent.

    Args:
        network: weights and gain.
        tau_ms: time constant.
        sd_per_sqrt_ms: s, noise added to x directly (not divided by tau).

    Raises:
        ValueError: a network that is not stable.
    """
    check_positive("the network", tau_ms=tau_ms)
    rates = (network.gain * network.weights - np.eye(network.n_regions)) / tau_ms
    return lyapunov_covariance(rates, sd_per_sqrt_ms)


def delayed_covariance(
    network: Network, tau_ms: float, sd_per_sqrt_ms: float, n_frequencies: int = 120
) -> np.ndarray:
    """Covariance of tau x_i' = -x_i + G sum_j C_ij x_j(t - tau_ij) with noise, delays and all.

        S = s^2 / (2 pi) integral H H^+ d omega,   H = (i omega + 1/tau - G C e^(-i omega tau_ij) / tau)^-1

    What the regions would have alone, s^2 tau / 2, is taken out of the integral; the rest falls off quickly.

    Args:
        network: weights, delays and gain.
        tau_ms: time constant.
        sd_per_sqrt_ms: s, as in `covariance`.
        n_frequencies: points of the integral, dense at low frequencies. The network must be stable; see
            `neuroscales.brain.delay_stability.leading_root`.
    """
    check_positive("the network", tau_ms=tau_ms, n_frequencies=n_frequencies)
    points, shares = np.polynomial.legendre.leggauss(n_frequencies)
    angle = (points + 1) * np.pi / 4
    total = np.zeros((network.n_regions, network.n_regions))
    for theta, share in zip(angle, shares * np.pi / 4, strict=True):
        omega = np.tan(theta) / tau_ms
        late = network.gain * network.weights / tau_ms * np.exp(-1j * omega * network.delays_ms)
        response = np.linalg.inv((1j * omega + 1 / tau_ms) * np.eye(network.n_regions) - late)
        alone = np.eye(network.n_regions) / (omega**2 + 1 / tau_ms**2)
        total += share * (1 + np.tan(theta) ** 2) / tau_ms * ((response @ response.conj().T).real - alone)
    alone_variance = sd_per_sqrt_ms**2 * tau_ms / 2
    return alone_variance * np.eye(network.n_regions) + sd_per_sqrt_ms**2 / np.pi * total


def correlation(covariance: np.ndarray) -> np.ndarray:
    """Correlations out of a covariance matrix; the diagonal is 1.

    Raises:
        ValueError: a variance that is not positive.

    >>> correlation(np.array([[4.0, 1.0], [1.0, 1.0]]))
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    variances = np.diag(covariance)
    if not np.all(variances > 0):
        raise ValueError(f"a variance must be positive, not {variances.min()}: has a region no activity?")
    scaled = covariance / np.sqrt(np.outer(variances, variances))
    np.fill_diagonal(scaled, 1.0)
    return scaled


def pairs(matrix: np.ndarray) -> np.ndarray:
    """The entries above the diagonal, one a pair i < j."""
    return matrix[np.triu_indices(len(matrix), 1)]


def structure_function_r(weights: np.ndarray, fc: np.ndarray) -> float:
    """Pearson's correlation over the pairs i < j between weights and functional connectivity.

    Raises:
        ValueError: two matrices of different shape.
    """
    if np.shape(weights) != np.shape(fc):
        raise ValueError(f"weights {np.shape(weights)} and FC {np.shape(fc)} have different shapes")
    return float(np.corrcoef(pairs(np.asarray(weights)), pairs(np.asarray(fc)))[0, 1])


def measured_covariance(recording: Recording, name: str, skip_ms: float = 0.0) -> np.ndarray:
    """Covariance over time of a profile, after a beginning that is left out, shape (n_regions, n_regions).

    Raises:
        ValueError: fewer than two samples remain.
    """
    values = recording.profile(name).values[recording.time >= skip_ms]
    if len(values) < 2:
        raise ValueError(f"after {skip_ms} ms there are {len(values)} samples left; a covariance needs more")
    return np.cov(values, rowvar=False)


@dataclass(frozen=True, eq=False)
class Rest:
    """What rest looks like at each gain.

    Attributes:
        gains: shape (n,).
        mean_fc: mean correlation over the pairs.
        r: `structure_function_r`.
        slowest_ms: longest time constant of the network; with delays, of its leading root.
    """

    gains: np.ndarray
    mean_fc: np.ndarray
    r: np.ndarray
    slowest_ms: np.ndarray


def rest(
    brain: Connectome,
    gains: np.ndarray,
    speed_m_s: float = np.inf,
    tau_ms: float = 20.0,
    normalized: bool = True,
) -> Rest:
    """Structure against function over the coupling, for one conduction speed.

    Args:
        brain: the connectome; FC is compared with its weights.
        gains: G; with normalized rows the network is critical at 1, delays or not.
        speed_m_s: conduction speed; by default without delays.
        tau_ms: time constant of every region.
        normalized: whether each region's weights are divided by their sum.

    Raises:
        ValueError: a gain at which the network is not stable.
    """
    rows = []
    for gain in np.asarray(gains, dtype=float):
        network = Network.of(brain, float(gain), speed_m_s, normalized)
        late = np.isfinite(speed_m_s)
        growth = exciting_root(network, tau_ms)
        if growth >= 0:
            raise ValueError(f"at the gain {gain} activity grows without bounds: lower it")
        fc = correlation((delayed_covariance if late else covariance)(network, tau_ms, 1.0))
        rows.append((pairs(fc).mean(), structure_function_r(brain.weights, fc), -1 / growth))
    return Rest(np.asarray(gains, dtype=float), *np.array(rows).reshape(-1, 3).T)


def effective_gain(eigenvalues: np.ndarray) -> tuple[float, float]:
    """Gains at which a network with one delay for all becomes unstable: at rate 0, and by oscillation.

    The first is 1 / (largest eigenvalue). An oscillation through the delay needs an eigenvalue below -1/G, so
    the second is -1 / (lowest eigenvalue), infinite where none is negative.

    Args:
        eigenvalues: of C, real.
    """
    values = np.asarray(eigenvalues, dtype=float)
    steady = 1 / values.max() if values.max() > 0 else float("inf")
    return float(steady), float(-1 / values.min() if values.min() < 0 else float("inf"))
