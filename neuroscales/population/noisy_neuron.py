# SPDX-License-Identifier: BSD-3-Clause
"""The leaky integrate-and-fire neuron under noise: its rate, its regularity, its density, in closed form.

    tau dV/dt = mu - V + sigma sqrt(tau) xi(t)
    where V reaches the threshold: a spike, and V goes on from the reset after the refractory time

Potentials are counted from rest. Without a threshold V would scatter around mu with a standard deviation of
sigma / sqrt(2). The rate is Siegert's (1951, https://doi.org/10.1103/PhysRev.81.617),

    1 / r = t_ref + tau sqrt(pi) integral of exp(u^2) (1 + erf u) du
            from (reset - mu)/sigma to (threshold - mu)/sigma

and density and regularity are those of Brunel (2000, https://doi.org/10.1023/A:1008925309027). As they are
written, the integrals are zero times infinity for a strong or a weak input; here the growing factor
exp(b^2), b = (threshold - mu)/sigma, is taken out before anything is computed.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import dawsn, erfcx

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.membrane.integrate_and_fire import IntegrateAndFire

Numbers = float | np.ndarray
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(80)
_SILENT = 12.0  # threshold so many sigma above mu: rates below exp(-144), and spikes as a Poisson process


@dataclass(frozen=True)
class NoisyNeuron:
    """Parameters of the neuron; the defaults are Brunel's (2000).

    Attributes:
        tau_ms: membrane time constant.
        threshold_mV: where it fires, above rest.
        reset_mV: where it goes on.
        refractory_ms: how long it is held after a spike.

    Raises:
        ValueError: a time constant that is not positive, a negative refractory time, a reset at or above
            threshold, or a value that is not finite.
    """

    tau_ms: float = 20.0
    threshold_mV: float = 20.0
    reset_mV: float = 10.0
    refractory_ms: float = 2.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the neuron", tau_ms=self.tau_ms)
        check_not_negative("the neuron", refractory_ms=self.refractory_ms)
        if self.reset_mV >= self.threshold_mV:
            raise ValueError(
                f"the reset ({self.reset_mV} mV) must lie below threshold ({self.threshold_mV} mV)"
            )

    @classmethod
    def of(cls, neuron: IntegrateAndFire) -> "NoisyNeuron":
        """The part *membrane*'s neuron, its potentials counted from rest; mu is its resistance times current.

        >>> NoisyNeuron.of(IntegrateAndFire())
        NoisyNeuron(tau_ms=10.0, threshold_mV=15.0, reset_mV=0.0, refractory_ms=2.0)
        """
        threshold, reset = neuron.v_threshold_mV - neuron.v_rest_mV, neuron.v_reset_mV - neuron.v_rest_mV
        return cls(neuron.tau_ms, threshold, reset, neuron.refractory_ms)


def siegert_rate_Hz(neuron: NoisyNeuron, mu_mV: Numbers, sigma_mV: Numbers) -> np.ndarray:
    """Rate under a mean input and noise, for any size of them.

    Args:
        neuron: the parameters.
        mu_mV: mean input.
        sigma_mV: noise; at 0 the rate is that of the neuron without noise.

    Returns:
        Rates in Hz, of the shape to which both broadcast; 0 where the rate is too small for a number.

    Raises:
        ValueError: a negative noise, or a value that is not finite.

    >>> round(float(siegert_rate_Hz(NoisyNeuron(), 15.0, 5.0)), 4)
    9.4608
    """
    low, high, noisy = _bounds(neuron, mu_mV, sigma_mV)
    scale, span_ms = _interval_ms(neuron, low, high)
    return np.where(noisy, 1e3 * scale / span_ms, _rate_without_noise_Hz(neuron, mu_mV))


def siegert_cv(neuron: NoisyNeuron, mu_mV: Numbers, sigma_mV: Numbers) -> np.ndarray:
    """Coefficient of variation of the intervals; 1 where the rate is too small for a number.

        CV^2 = 2 pi (r tau)^2 integral_a^b exp(x^2) integral_-inf^x exp(y^2) (1 + erf y)^2 dy dx

    Args:
        neuron: the parameters.
        mu_mV: mean input.
        sigma_mV: noise, above 0.

    Raises:
        ValueError: a noise that is not positive, or a value that is not finite.

    >>> round(float(siegert_cv(NoisyNeuron(), 15.0, 5.0)), 3)
    0.815
    """
    low, high, noisy = _bounds(neuron, mu_mV, sigma_mV)
    if not np.all(noisy):
        raise ValueError("the CV needs noise: sigma_mV must be positive")
    shape = np.shape(low)
    pairs = zip(low.ravel(), high.ravel(), strict=True)
    return np.array([_cv(neuron, a, b) for a, b in pairs]).reshape(shape)


def stationary_density(neuron: NoisyNeuron, mu_mV: float, sigma_mV: float, v_mV: np.ndarray) -> np.ndarray:
    """Density of the potentials that are not held, once nothing changes; it integrates to 1 - r t_ref.

        p(V) = (2 r tau / sigma) exp(-y^2) integral of exp(u^2) du from max(y, a) to b,   y = (V - mu)/sigma

    Args:
        neuron: the parameters.
        mu_mV: mean input.
        sigma_mV: noise, above 0.
        v_mV: potentials, any shape.

    Returns:
        Density per mV; zero from the threshold on.

    Raises:
        ValueError: a noise that is not positive, or a value that is not finite.
    """
    low, high, noisy = _bounds(neuron, mu_mV, sigma_mV)
    if not np.all(noisy):
        raise ValueError("a density needs noise: sigma_mV must be positive")
    y = (np.asarray(v_mV, dtype=float) - mu_mV) / sigma_mV
    below = y < high
    y = np.where(below, y, high)
    start, top = np.maximum(y, low), np.maximum(high, 0.0) ** 2
    mass = np.exp(high**2 - y**2 - top) * dawsn(high) - np.exp(start**2 - y**2 - top) * dawsn(start)
    _, span_ms = _interval_ms(neuron, low, high)
    return np.where(below, 2 * neuron.tau_ms / sigma_mV * mass / span_ms, 0.0)


def watched_threshold_mV(neuron: NoisyNeuron, sigma_mV: float, dt_ms: float) -> float:
    """Where to put the threshold of a simulation that looks at V only once per step.

    Between two looks V may have been above and come back, so that a simulation fires too seldom, by an error
    of the order of the root of the step, with the exact step of the Ornstein-Uhlenbeck process as well
    (Helias et al. 2010, https://doi.org/10.3389/neuro.10.029.2009). A threshold lower by 0.5826 standard
    deviations of one step undoes most of it (Broadie et al. 1997, https://doi.org/10.1111/1467-9965.00035).
    """
    return neuron.threshold_mV - 0.5826 * sigma_mV * np.sqrt(dt_ms / neuron.tau_ms)


def _bounds(
    neuron: NoisyNeuron, mu_mV: Numbers, sigma_mV: Numbers
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Reset and threshold in units of the noise, seen from mu; and where there is noise."""
    mu, sigma = np.broadcast_arrays(np.asarray(mu_mV, dtype=float), np.asarray(sigma_mV, dtype=float))
    if not (np.isfinite(mu).all() and np.isfinite(sigma).all() and (sigma >= 0).all()):
        raise ValueError("mu_mV and sigma_mV must be finite numbers in mV, sigma_mV 0 or more")
    noisy = sigma > 0
    safe = np.where(noisy, sigma, 1.0)
    return (neuron.reset_mV - mu) / safe, (neuron.threshold_mV - mu) / safe, noisy


def _interval_ms(neuron: NoisyNeuron, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """exp(-max(b, 0)^2), and the mean interval times it: both stay numbers where the interval does not."""
    top = np.maximum(high, 0.0) ** 2
    scale = np.exp(-top)
    # exp(u^2) (1 + erf u) is erfcx(-u) below zero, and 2 exp(u^2) - erfcx(u) above.
    below = _erfcx_integral(np.maximum(-high, 0.0), np.maximum(-low, 0.0))
    a, b = np.maximum(low, 0.0), np.maximum(high, 0.0)
    above = 2 * (dawsn(b) - np.exp(a**2 - top) * dawsn(a)) - scale * _erfcx_integral(a, b)
    span = above + scale * below
    return scale, neuron.refractory_ms * scale + neuron.tau_ms * np.sqrt(np.pi) * span


def _erfcx_integral(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Integral of exp(v^2) erfc(v) between bounds from 0 on; smooth once v = sinh(t)."""
    start, end = np.arcsinh(low)[..., None], np.arcsinh(high)[..., None]
    t = 0.5 * (start + end) + 0.5 * (end - start) * _NODES
    return 0.5 * (end - start)[..., 0] * (_WEIGHTS * erfcx(np.sinh(t)) * np.cosh(t)).sum(axis=-1)


def _rate_without_noise_Hz(neuron: NoisyNeuron, mu_mV: Numbers) -> np.ndarray:
    mu = np.asarray(mu_mV, dtype=float)
    fires = mu > neuron.threshold_mV
    safe = np.where(fires, mu, neuron.threshold_mV + 1)
    climb = np.log((safe - neuron.reset_mV) / (safe - neuron.threshold_mV))
    return np.where(fires, 1e3 / (neuron.refractory_ms + neuron.tau_ms * climb), 0.0)


def _cv(neuron: NoisyNeuron, low: float, high: float) -> float:
    """Of one pair of bounds; the inner integral runs over s = x - y, both without their growing factor."""
    if high > _SILENT:
        return 1.0
    x, weight = _stretches(low, high)
    farthest = np.where(x > 0, x + 6, np.minimum(6, 18 / np.maximum(-x, 1e-9)))
    s = 0.5 * farthest[:, None] * (1 + _NODES)
    argument = s - x[:, None]
    log_erfcx = np.where(
        argument < -5, np.log(2) + argument**2, np.log(erfcx(np.maximum(argument, -5.0)))
    )  # erfcx(-5) is 2 exp(25) to eleven digits
    top = max(high, 0.0) ** 2
    inner = np.exp(2 * x[:, None] * s - s**2 + 2 * log_erfcx - 2 * top) @ _WEIGHTS * 0.5 * farthest
    _, span_ms = _interval_ms(neuron, np.float64(low), np.float64(high))
    return float(np.sqrt(2 * np.pi * (weight * inner).sum()) * neuron.tau_ms / span_ms)


def _stretches(low: float, high: float, n: int = 6) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights between two bounds, in stretches that are shorter the nearer to the upper one."""
    edges = high - (high - low) * np.append(0.5 ** np.arange(n), 0.0)
    half, middle = 0.5 * np.diff(edges)[:, None], 0.5 * (edges[1:] + edges[:-1])[:, None]
    return (middle + half * _NODES).ravel(), (half * _WEIGHTS).ravel()
