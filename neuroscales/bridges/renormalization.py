# SPDX-License-Identifier: BSD-3-Clause
"""Zooming out with care: the mean of a nonlinear function is not the function of the mean.

    <f(x)> = f(mu) + f''(mu) sd^2 / 2 + ...

The correction is second order in the fluctuations. Its sign is that of the curvature, and once the
fluctuations are wider than the bend of f it can be worse than none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, ndtr

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal


class Gain(Protocol):
    """A response to an input, with its first three derivatives."""

    def derivative(self, x: np.ndarray, order: int) -> np.ndarray:
        """The derivative of an order from 0 (the response itself) to 3."""


@dataclass(frozen=True)
class Logistic:
    """A rate that saturates, f(x) = highest / (1 + e^(-(x - theta) / width)).

    Attributes:
        highest_Hz: highest rate.
        theta_mV: input at which half of it is reached.
        width_mV: width of the threshold.

    Raises:
        ValueError: a width that is not positive, or a value that is not finite.
    """

    highest_Hz: float = 1.0
    theta_mV: float = 0.0
    width_mV: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the threshold", width_mV=self.width_mV)

    def derivative(self, x: np.ndarray, order: int = 0) -> np.ndarray:
        """The derivative of an order from 0 to 3."""
        p = expit((np.asarray(x, dtype=float) - self.theta_mV) / self.width_mV)
        q = p * (1 - p)
        shapes = (p, q, q * (1 - 2 * p), q * (1 - 6 * q))
        return self.highest_Hz * shapes[order] / self.width_mV**order


@dataclass(frozen=True)
class Tanh:
    """f(x) = tanh(x), a response with two signs."""

    def derivative(self, x: np.ndarray, order: int = 0) -> np.ndarray:
        """The derivative of an order from 0 to 3."""
        t = np.tanh(np.asarray(x, dtype=float))
        s = 1 - t**2
        return (t, s, -2 * t * s, s * (6 * t**2 - 2))[order]


@dataclass(frozen=True)
class Probit:
    """f(x) = low + (1 - low) Phi(x), the cumulated normal distribution; its mean is known in closed form.

    Attributes:
        low: lowest value; -1 for an odd function, 0 for Phi itself.
    """

    low: float = 0.0

    def derivative(self, x: np.ndarray, order: int = 0) -> np.ndarray:
        """The derivative of an order from 0 to 3."""
        x = np.asarray(x, dtype=float)
        density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
        if order == 0:
            return self.low + (1 - self.low) * ndtr(x)
        return (1 - self.low) * (density, -x * density, (x**2 - 1) * density)[order - 1]

    def exact_mean(self, mean: float, sd: float) -> float:
        """<f> for a normal distribution: Phi(mean / sqrt(1 + sd^2)), scaled as f is."""
        return float(self.low + (1 - self.low) * ndtr(mean / np.sqrt(1 + sd**2)))


def naive_mean(f: Gain, mean: float | np.ndarray) -> np.ndarray:
    """The function of the mean."""
    return f.derivative(mean, 0)


def corrected_mean(f: Gain, mean: float | np.ndarray, sd: float) -> np.ndarray:
    """Corrected to second order, f(mean) + f''(mean) sd^2 / 2.

    >>> round(float(corrected_mean(Logistic(), -2.0, 1.0)), 5)
    0.15918
    """
    return f.derivative(mean, 0) + f.derivative(mean, 2) * sd**2 / 2


def normal_mean(
    f: Callable[[np.ndarray], np.ndarray], mean: float | np.ndarray, sd: float, n_points: int = 2001
) -> np.ndarray:
    """The mean of a smooth function of a normal number, by the trapezoidal rule out to 9 sd.

    For an analytic function this rule converges exponentially: 1e-14 where f bends over no less than a tenth
    of the sd.

    Args:
        f: takes an array of any shape.
        mean: any shape.
        sd: 0 or above.
        n_points: points of the rule.

    Raises:
        ValueError: a negative sd.

    >>> round(float(normal_mean(Logistic().derivative, -2.0, 1.0)), 5)
    0.15546
    """
    check_not_negative("the fluctuations", sd=sd)
    u = np.linspace(-9, 9, n_points)
    share = np.exp(-(u**2) / 2)
    mean = np.asarray(mean, dtype=float)
    return f(mean[..., None] + sd * u) @ (share / share.sum())


def exact_mean(f: Gain, mean: float | np.ndarray, sd: float) -> np.ndarray:
    """<f> for a normal distribution, by `normal_mean`."""
    return normal_mean(lambda x: f.derivative(x, 0), mean, sd)


def error_orders(f: Gain, mean: float, sd: float) -> tuple[float, float]:
    """With which power of sd the naive and the corrected mean are wrong, from sd and half of it.

    >>> [round(order, 2) for order in error_orders(Logistic(), -2.0, 0.2)]
    [2.0, 4.04]
    """
    check_positive("the fluctuations", sd=sd)
    naive, corrected = [], []
    for s in (sd, sd / 2):
        exact = exact_mean(f, mean, s)
        naive.append(abs(naive_mean(f, mean) - exact))
        corrected.append(abs(corrected_mean(f, mean, s) - exact))
    return float(np.log2(naive[0] / naive[1])), float(np.log2(corrected[0] / corrected[1]))


def correction_limit(f: Gain, mean: float, highest_sd: float) -> float | None:
    """The sd above which the corrected mean is farther from the exact one than the naive one.

    Args:
        f: the response.
        mean: of the input; f must be curved there.
        highest_sd: where to stop looking.

    Returns:
        The lowest such sd, or None if there is none up to `highest_sd`.
    """
    check_positive("the fluctuations", highest_sd=highest_sd)

    def excess(sd: float) -> float:
        exact = exact_mean(f, mean, sd)
        return float(abs(corrected_mean(f, mean, sd) - exact) - abs(naive_mean(f, mean) - exact))

    grid = np.linspace(highest_sd / 100, highest_sd, 100)
    worse = np.flatnonzero([excess(sd) > 0 for sd in grid])
    if not worse.size:
        return None
    k = int(worse[0])
    return float(grid[0]) if k == 0 else brentq(excess, grid[k - 1], grid[k], xtol=1e-12)


def block_variance(n: int, correlation: float, variance: float = 1.0) -> float:
    """Variance of the mean of n numbers that are pairwise correlated, (1 + (n - 1) rho) / n times their own.

    >>> round(block_variance(100, 0.1), 3)
    0.109
    """
    check_positive("the block", n=n)
    return variance * (1 + (n - 1) * correlation) / n


def critical_coupling(f: Gain, sigma: float) -> float:
    """Coupling above which the silent state of a noisy population is unstable, 1 / <f'>.

    Units x_i' = -x_i + w m + noise of sd sigma, m the mean of f(x_i), f odd.

    >>> round(critical_coupling(Probit(low=-1.0), 1.0), 3)
    1.772
    """
    return float(1 / normal_mean(lambda x: f.derivative(x, 1), 0.0, sigma))


def critical_coupling_second(f: Gain, sigma: float) -> float | None:
    """The same with f' corrected to second order, 1 / (f'(0) + f'''(0) sigma^2 / 2).

    None where the corrected slope is not positive, so that no coupling would be enough.

    >>> round(critical_coupling_second(Tanh(), 0.9), 2), critical_coupling_second(Tanh(), 1.0)
    (5.26, None)
    """
    slope = float(f.derivative(0.0, 1) + f.derivative(0.0, 3) * sigma**2 / 2)
    return 1 / slope if slope > 0 else None


def active_state(f: Gain, w: float, sigma: float) -> float:
    """The mean m > 0 of a large population, m = <f(w m + sigma xi)>; 0 below the critical coupling.

    With sigma = 0 it is what a model without fluctuations predicts.

    >>> round(active_state(Probit(low=-1.0), 2.0, 1.0), 4), round(active_state(Probit(low=-1.0), 2.0, 0.0), 3)
    (0.6174, 0.94)
    """
    if w <= critical_coupling(f, sigma):
        return 0.0
    return brentq(lambda m: float(exact_mean(f, w * m, sigma)) - m, 1e-6, 1.0, xtol=1e-13)


def simulate_population(
    f: Gain,
    w: float,
    sigma: float,
    *,
    n_units: int,
    tstop: float,
    dt: float,
    start: float,
    rng: np.random.Generator,
) -> Recording:
    """Simulate the noisy population, x_i' = -x_i + w m + sqrt(2) sigma noise; time in units of its constant.

    The noise takes exact steps (an Ornstein-Uhlenbeck process), m is held for a step.

    Args:
        f: the response of a unit.
        w: coupling.
        sigma: sd of a unit without coupling.
        n_units: number of units.
        tstop: how long.
        dt: time step.
        start: mean of x at time 0; its sd is sigma.
        rng: where the randomness comes from.

    Returns:
        A Recording of m; a unit of its time is written as 1 ms.

    Raises:
        ValueError: a number or time that is not positive, or a negative sigma.
    """
    check_positive("the population", n_units=n_units, tstop=tstop, dt=dt)
    check_not_negative("the population", sigma=sigma)
    n_steps, kept = round(tstop / dt), np.exp(-dt)
    x = start + sigma * rng.standard_normal(n_units)
    m = np.empty(n_steps + 1)
    m[0] = f.derivative(x, 0).mean()
    for k in range(n_steps):
        drive = w * m[k]
        x = drive + (x - drive) * kept + sigma * np.sqrt(1 - kept**2) * rng.standard_normal(n_units)
        m[k + 1] = f.derivative(x, 0).mean()
    return Recording(np.arange(n_steps + 1) * dt, [Signal("m", m, "1")])
