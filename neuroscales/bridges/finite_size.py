# SPDX-License-Identifier: BSD-3-Clause
"""A finite population of two-state units: exact by detailed balance, and three approximations of it.

Each of N units switches on with the rate f(w n/N + I), f(x) = 1 / (1 + e^-x), and off with the rate 1, where
n units are on.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, root
from scipy.special import expit

from neuroscales.core.parameters import check_finite, check_positive


@dataclass(frozen=True)
class TwoStateUnits:
    """Parameters of the population.

    Attributes:
        n_units: N.
        w: coupling to itself.
        current: I, the input from outside.

    Raises:
        ValueError: fewer than one unit, or a value that is not finite.
    """

    n_units: int = 25
    w: float = 2.0
    current: float = -2.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the population", n_units=self.n_units)


def drift(units: TwoStateUnits, m: float | np.ndarray) -> np.ndarray:
    """F(m) = (1 - m) f(w m + I) - m, how the fraction m that is on changes on average."""
    return (1 - m) * expit(units.w * m + units.current) - m


def _bend(units: TwoStateUnits, m: float) -> tuple[float, float]:
    """F' and F'' at m."""
    f = expit(units.w * m + units.current)
    first, second = units.w * f * (1 - f), units.w**2 * f * (1 - f) * (1 - 2 * f)
    return -f + (1 - m) * first - 1, -2 * first + (1 - m) * second


def mean_field(units: TwoStateUnits) -> float:
    """The lowest m at which F(m) = 0: what an infinite population settles at.

    >>> round(mean_field(TwoStateUnits()), 6)
    0.129895
    """
    grid = np.linspace(0, 1, 2001)
    values = drift(units, grid)
    k = int(np.flatnonzero(values[1:] <= 0)[0])
    return brentq(lambda m: float(drift(units, m)), grid[k], grid[k + 1], xtol=1e-15)


def stationary(units: TwoStateUnits) -> np.ndarray:
    """Probability of each number n of active units, shape (N + 1,), from detailed balance."""
    n = np.arange(units.n_units)
    up = (units.n_units - n) * expit(units.w * n / units.n_units + units.current)
    logs = np.concatenate([[0.0], np.cumsum(np.log(up / (n + 1)))])
    shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def exact_moments(units: TwoStateUnits) -> tuple[float, float]:
    """Mean and variance of n/N in the stationary distribution.

    >>> mean, variance = exact_moments(TwoStateUnits())
    >>> round(mean, 6)
    0.129262
    """
    shares, m = stationary(units), np.arange(units.n_units + 1) / units.n_units
    mean = float(shares @ m)
    return mean, float(shares @ (m - mean) ** 2)


def second_order(units: TwoStateUnits) -> tuple[float, float]:
    """Mean and variance that solve 0 = F(m) + F''(m) v / 2 and v = B(m) / (-2 N F'(m)) together.

    B is the sum of the two terms of F, the strength of the noise.

    >>> round(second_order(TwoStateUnits())[0], 6)
    0.129301
    """

    def variance(m: float) -> float:
        noise = (1 - m) * expit(units.w * m + units.current) + m
        return noise / (-2 * units.n_units * _bend(units, m)[0])

    start = mean_field(units)
    found = root(lambda m: drift(units, m) + _bend(units, m)[1] * variance(m) / 2, start, tol=1e-14)
    m = float(found.x[0])
    return m, float(variance(m))
