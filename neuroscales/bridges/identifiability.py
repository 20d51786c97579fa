# SPDX-License-Identifier: BSD-3-Clause
"""What data can tell about parameters: sensitivities, Fisher information, bounds, profiles.

For samples y_k(theta) with independent normal noise of sd sigma, the Fisher information is F = J'J / sigma^2,
and no unbiased estimate has a covariance below F^-1 (Cramer and Rao). A direction of F's null space is a
change of parameters that no data of this kind can see.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, least_squares

from neuroscales.core.parameters import check_positive

Model = Callable[[np.ndarray], np.ndarray]
"""From parameters, shape (n_parameters,), to samples, shape (n_samples,); must take complex numbers."""


def sensitivities(model: Model, parameters: np.ndarray) -> np.ndarray:
    """Derivatives of the samples with respect to the parameters, exact to rounding.

    Each column is the imaginary part of the model a tiny imaginary step away (Squire and Trapp 1998,
    https://doi.org/10.1137/S003614459631241X). Plain differences show directions that are not there.

    Args:
        model: analytic in its parameters.
        parameters: shape (n_parameters,).

    Returns:
        Shape (n_samples, n_parameters).

    >>> sensitivities(lambda p: p[0] * p[1] ** np.arange(3), np.array([2.0, 3.0]))
    array([[ 1.,  0.],
           [ 3.,  2.],
           [ 9., 12.]])
    """
    parameters = np.asarray(parameters, dtype=complex)
    columns, step = [], 1e-30
    for j in range(parameters.size):
        moved = parameters.copy()
        moved[j] += 1j * step
        columns.append(model(moved).imag / step)
    return np.stack(columns, axis=1)


def fisher(jacobian: np.ndarray, noise_sd: float) -> np.ndarray:
    """Fisher information J'J / sigma^2.

    Raises:
        ValueError: noise that is not positive, or sensitivities that are not finite.
    """
    check_positive("the samples", noise_sd=noise_sd)
    if not np.all(np.isfinite(jacobian)):
        raise ValueError("sensitivities must be finite: does the model take complex numbers?")
    return jacobian.T @ jacobian / noise_sd**2


def in_logarithms(jacobian: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Sensitivities with respect to the logarithms of the parameters; sds are then relative ones."""
    return jacobian * np.asarray(parameters, dtype=float)


@dataclass(frozen=True, eq=False)
class Bound:
    """The Cramer-Rao bound.

    Attributes:
        sd: smallest sd of each parameter when all are estimated together.
        known: the same if all others were known.
        correlation: of the best estimates, shape (n, n).
    """

    sd: np.ndarray
    known: np.ndarray
    correlation: np.ndarray


def cramer_rao(information: np.ndarray) -> Bound:
    """The bound that a Fisher matrix sets.

    Raises:
        ValueError: a matrix without full rank: some combination of parameters cannot be estimated at all.

    >>> cramer_rao(np.diag([4.0, 25.0])).sd
    array([0.5, 0.2])
    """
    scale = np.sqrt(np.diag(information))
    if not np.all(scale > 0) or rank(information / np.outer(scale, scale)) < len(information):
        raise ValueError(
            "some combination of the parameters leaves no trace in the data: fix one, or add data"
        )
    covariance = np.linalg.inv(information / np.outer(scale, scale)) / np.outer(scale, scale)
    sd = np.sqrt(np.diag(covariance))
    return Bound(sd, 1 / scale, covariance / np.outer(sd, sd))


def rank(information: np.ndarray, relative: float = 1e-12) -> int:
    """How many combinations of parameters the data tell: eigenvalues above `relative` times the largest."""
    values = np.linalg.eigvalsh(information)
    return int(np.sum(values > relative * values[-1]))


def sloppy_spectrum(jacobian: np.ndarray, noise_sd: float) -> tuple[np.ndarray, np.ndarray]:
    """Eigenvalues of the Fisher matrix, largest first, and its eigenvectors as columns.

    From the singular values of J, which keeps twice the digits of the small ones.
    """
    _, singular, vectors = np.linalg.svd(jacobian / noise_sd, full_matrices=False)
    return singular**2, vectors.T


def fit(model: Model, data: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Least-squares estimate of the parameters, with exact sensitivities.

    Args:
        model: see `Model`.
        data: shape (n_samples,).
        start: where the search begins, all positive; parameters stay positive.

    Raises:
        ValueError: a start that is not positive.
    """
    start = np.asarray(start, dtype=float)
    if not np.all(start > 0):
        raise ValueError("the search runs in logarithms: start from positive parameters")

    def residuals(logs: np.ndarray) -> np.ndarray:
        return model(np.exp(logs)).real - data

    def slopes(logs: np.ndarray) -> np.ndarray:
        return in_logarithms(sensitivities(model, np.exp(logs)), np.exp(logs))

    found = least_squares(
        residuals, np.log(start), jac=slopes, method="lm", xtol=1e-12, ftol=1e-12, gtol=1e-12
    )
    return np.exp(found.x)


def monte_carlo(
    model: Model, parameters: np.ndarray, noise_sd: float, n_fits: int, rng: np.random.Generator
) -> np.ndarray:
    """Fits to simulated recordings, each started at the true values, shape (n_fits, n_parameters)."""
    check_positive("the fits", n_fits=n_fits)
    true = model(np.asarray(parameters, dtype=float)).real
    recordings = true + noise_sd * rng.standard_normal((n_fits, true.size))
    return np.stack([fit(model, recording, parameters) for recording in recordings])


@dataclass(frozen=True, eq=False)
class Profile:
    """chi^2 of one parameter with all others fitted anew at each of its values."""

    model: Model
    data: np.ndarray
    noise_sd: float
    index: int
    estimate: np.ndarray

    def chi2(self, value: float) -> float:
        """chi^2 with the parameter held at `value`."""
        others = np.delete(np.arange(self.estimate.size), self.index)

        def held(rest: np.ndarray) -> np.ndarray:
            parameters = np.empty(self.estimate.size, dtype=rest.dtype)
            parameters[others], parameters[self.index] = rest, value
            return self.model(parameters)

        rest = fit(held, self.data, self.estimate[others])
        return float(np.sum((held(rest).real - self.data) ** 2) / self.noise_sd**2)

    @property
    def least(self) -> float:
        """chi^2 of the estimate."""
        return float(np.sum((self.model(self.estimate).real - self.data) ** 2) / self.noise_sd**2)

    def end(self, far: float, rise: float = 3.84) -> float | None:
        """Where chi^2 has risen by `rise`, between the estimate and `far`; None if it never does.

        3.84 is the 95 % point of chi^2 with one degree of freedom. An interval without an end is open: the
        data do not bound the parameter on that side.
        """
        best, least = float(self.estimate[self.index]), self.least
        if self.chi2(far) - least < rise:
            return None
        logs = np.log([best, far])
        return float(np.exp(brentq(lambda log: self.chi2(np.exp(log)) - least - rise, *logs, xtol=1e-8)))


def profile(model: Model, data: np.ndarray, noise_sd: float, index: int, start: np.ndarray) -> Profile:
    """The profile of parameter `index`, from the least-squares fit that begins at `start`."""
    check_positive("the samples", noise_sd=noise_sd)
    return Profile(model, np.asarray(data, dtype=float), noise_sd, index, fit(model, data, start))
