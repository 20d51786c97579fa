# SPDX-License-Identifier: BSD-3-Clause
"""Connection kernels: how strongly tissue acts on tissue at a distance, in one or two dimensions.

A kernel needs one formula, its `density`. Its integral and its transforms follow from that by quadrature;
the kernels below replace them by closed forms.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from scipy.special import erf, j0

from neuroscales.core.parameters import check_finite, check_positive

Numbers = float | np.ndarray

_PANELS = 128
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True)
class Kernel(ABC):
    """An even, isotropic kernel w(r); subclasses give at least `density` and `extent_mm`."""

    @property
    @abstractmethod
    def extent_mm(self) -> float:
        """Distance beyond which the kernel is negligible."""

    @abstractmethod
    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """Strength at a distance, per mm of line or per square mm of sheet."""

    def cell_weights(self, distance_mm: np.ndarray, cell: float, dimensions: int = 1) -> np.ndarray:
        """Strength of whole grid cells of the size `cell` (mm or square mm) at these distances."""
        return self.density(distance_mm, dimensions) * cell

    def integral(self, distance_mm: Numbers) -> Numbers:
        """W(a), the integral of the one-dimensional kernel from 0 to a; odd in a.

        >>> round(float(Exponential(reach_mm=2.0).integral(np.inf)), 6)
        0.5
        """
        reached = np.clip(np.asarray(distance_mm, dtype=float), -self.extent_mm, self.extent_mm)
        r, weights = _quadrature(1.0)
        return (self.density(np.abs(np.multiply.outer(reached, r))) * weights).sum(axis=-1) * reached

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """Fourier transform at the wave number k = 2 pi / wavelength, in radians per mm.

        In one dimension the integral of w(x) cos(kx) over the line, in two the integral of w(r) J0(kr) over
        the sheet.
        """
        r, weights = _quadrature(self.extent_mm)
        kr = np.multiply.outer(np.asarray(k_per_mm, dtype=float), r)
        wave = 2 * np.cos(kr) if check_dimensions(dimensions) == 1 else 2 * np.pi * r * j0(kr)
        return (wave * self.density(r, dimensions) * weights).sum(axis=-1)

    def laplace(self, p_per_mm: float) -> float:
        """Integral of w(r) exp(-pr) from 0 to infinity, for the one-dimensional kernel; p is not negative."""
        r, weights = _quadrature(self.extent_mm)
        return float((np.exp(-p_per_mm * r) * self.density(r) * weights).sum())


@dataclass(frozen=True)
class Gaussian(Kernel):
    """A Gaussian whose integral over the line, or over the sheet, is its weight.

    Attributes:
        weight: the integral.
        width_mm: the standard deviation s; w(r) = weight exp(-r^2 / 2 s^2) / (2 pi s^2)^(dimensions/2).

    Raises:
        ValueError: a width that is not positive, or a value that is not finite.
    """

    weight: float = 1.0
    width_mm: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the Gaussian", width_mm=self.width_mm)

    @property
    def extent_mm(self) -> float:
        """Eight and a half standard deviations."""
        return 8.5 * self.width_mm

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.density`."""
        norm = (2 * np.pi * self.width_mm**2) ** (check_dimensions(dimensions) / 2)
        return self.weight / norm * np.exp(-0.5 * (np.asarray(distance_mm) / self.width_mm) ** 2)

    def integral(self, distance_mm: Numbers) -> Numbers:
        """Half the weight times erf(a / (s sqrt 2))."""
        return self.weight / 2 * erf(np.asarray(distance_mm) / (self.width_mm * np.sqrt(2)))

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """The weight times exp(-(ks)^2 / 2), in one dimension and in two."""
        check_dimensions(dimensions)
        return self.weight * np.exp(-0.5 * (np.asarray(k_per_mm) * self.width_mm) ** 2)


@dataclass(frozen=True)
class MexicanHat(Kernel):
    """Excitation nearby and inhibition farther out: the difference of two Gaussians.

    Attributes:
        excitation: weight of the excitatory Gaussian, its integral.
        inhibition: weight of the inhibitory one, a positive number.
        excitation_mm: standard deviation of the excitatory Gaussian.
        inhibition_mm: standard deviation of the inhibitory one.

    Raises:
        ValueError: a width that is not positive, or a value that is not finite.
    """

    excitation: float = 5.0
    inhibition: float = 5.0
    excitation_mm: float = 1.0
    inhibition_mm: float = 2.0

    def __post_init__(self) -> None:
        check_finite(self)
        widths = {"excitation_mm": self.excitation_mm, "inhibition_mm": self.inhibition_mm}
        check_positive("the Mexican hat", **widths)

    @property
    def parts(self) -> tuple[Gaussian, Gaussian]:
        """The two Gaussians; the second has a negative weight."""
        return (
            Gaussian(self.excitation, self.excitation_mm),
            Gaussian(-self.inhibition, self.inhibition_mm),
        )

    @property
    def extent_mm(self) -> float:
        """That of the wider Gaussian."""
        return max(part.extent_mm for part in self.parts)

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.density`."""
        return sum(part.density(distance_mm, dimensions) for part in self.parts)

    def integral(self, distance_mm: Numbers) -> Numbers:
        """See `Kernel.integral`."""
        return sum(part.integral(distance_mm) for part in self.parts)

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.transform`."""
        return sum(part.transform(k_per_mm, dimensions) for part in self.parts)


@dataclass(frozen=True)
class _Scaled(Kernel):
    """A formula in r / reach_mm times a factor."""

    weight: float = 1.0
    reach_mm: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive(f"the kernel {type(self).__name__}", reach_mm=self.reach_mm)

    @property
    def extent_mm(self) -> float:
        """Forty times the distance over which it falls e-fold."""
        return 40 * self.reach_mm


@dataclass(frozen=True)
class Exponential(_Scaled):
    """Connections that thin out exponentially; the integral over the line, or over the sheet, is the weight.

    Attributes:
        weight: the integral.
        reach_mm: s, in w(x) = weight exp(-|x|/s) / 2s on a line and weight exp(-r/s) / (2 pi s^2) on a sheet.

    Raises:
        ValueError: a reach that is not positive, or a value that is not finite.
    """

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.density`."""
        norm = 2 * self.reach_mm if check_dimensions(dimensions) == 1 else 2 * np.pi * self.reach_mm**2
        return self.weight / norm * np.exp(-np.abs(distance_mm) / self.reach_mm)

    def integral(self, distance_mm: Numbers) -> Numbers:
        """Half the weight times 1 - exp(-a/s)."""
        a = np.asarray(distance_mm, dtype=float)
        return -self.weight / 2 * np.sign(a) * np.expm1(-np.abs(a) / self.reach_mm)

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """The weight over 1 + (ks)^2; on a sheet, over that to the power 3/2."""
        power = (check_dimensions(dimensions) + 1) / 2
        return self.weight / (1 + (np.asarray(k_per_mm) * self.reach_mm) ** 2) ** power


@dataclass(frozen=True)
class Amari(_Scaled):
    """Excitation nearby and as much inhibition farther out: w(x) = weight (1 - |x|/s) exp(-|x|/s).

    Its bumps have widths in closed form, by Lambert's function: W(a) = weight a exp(-a/s). The kind of kernel
    is that of Amari (1977, https://doi.org/10.1007/BF00337259).

    Attributes:
        weight: the strength at distance zero, per mm on a line, per square mm on a sheet.
        reach_mm: s.

    Raises:
        ValueError: a reach that is not positive, or a value that is not finite.
    """

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.density`; the same formula on a line and on a sheet."""
        check_dimensions(dimensions)
        r = np.abs(distance_mm) / self.reach_mm
        return self.weight * (1 - r) * np.exp(-r)

    def integral(self, distance_mm: Numbers) -> Numbers:
        """The weight times a exp(-|a|/s)."""
        a = np.clip(distance_mm, -self.extent_mm, self.extent_mm)
        return self.weight * a * np.exp(-np.abs(a) / self.reach_mm)

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """With q = ks: 4 s q^2 / (1 + q^2)^2 on a line, 2 pi s^2 (2 q^2 - 1) / (1 + q^2)^(5/2) on a sheet."""
        q2 = (np.asarray(k_per_mm) * self.reach_mm) ** 2
        if check_dimensions(dimensions) == 1:
            return self.weight * self.reach_mm * 4 * q2 / (1 + q2) ** 2
        return self.weight * self.reach_mm**2 * 2 * np.pi * (2 * q2 - 1) / (1 + q2) ** 2.5


@dataclass(frozen=True)
class Rippled(_Scaled):
    """Excitation and inhibition in turn, so that bumps can sit beside each other in each other's ripples.

    w(x) = weight exp(-bq) (b sin q + cos q) with q = |x|/s, after Laing, Troy, Gutkin and Ermentrout (2002,
    https://doi.org/10.1137/S0036139901389495).

    Attributes:
        weight: the strength at distance zero, per mm on a line, per square mm on a sheet.
        reach_mm: s; one ripple is 2 pi s long.
        decay: b, how fast the ripples fade.

    Raises:
        ValueError: a reach or a decay that is not positive, or a value that is not finite.
    """

    decay: float = 0.25

    def __post_init__(self) -> None:
        super().__post_init__()
        check_positive("the kernel Rippled", decay=self.decay)

    @property
    def extent_mm(self) -> float:
        """Where its envelope has fallen to exp(-40)."""
        return 40 * self.reach_mm / self.decay

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """See `Kernel.density`; the same formula on a line and on a sheet."""
        check_dimensions(dimensions)
        q = np.abs(distance_mm) / self.reach_mm
        return self.weight * np.exp(-self.decay * q) * (self.decay * np.sin(q) + np.cos(q))

    def integral(self, distance_mm: Numbers) -> Numbers:
        """In closed form, with q = a/s: exp(-bq) (A sin q + B cos q) - B; A and B follow from b."""
        a = np.clip(distance_mm, -self.extent_mm, self.extent_mm)
        q, b2 = np.abs(a) / self.reach_mm, self.decay**2
        sine, cosine = (1 - b2) / (1 + b2), -2 * self.decay / (1 + b2)
        wave = np.exp(-self.decay * q) * (sine * np.sin(q) + cosine * np.cos(q)) - cosine
        return self.weight * self.reach_mm * np.sign(a) * wave

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """On a line 4 s b (b^2 + 1) / (q^4 + 2 q^2 (b^2 - 1) + (b^2 + 1)^2) with q = ks."""
        if check_dimensions(dimensions) == 2:
            return super().transform(k_per_mm, dimensions)
        q2, b2 = (np.asarray(k_per_mm) * self.reach_mm) ** 2, self.decay**2
        below = q2**2 + 2 * q2 * (b2 - 1) + (b2 + 1) ** 2
        return self.weight * self.reach_mm * 4 * self.decay * (b2 + 1) / below


@dataclass(frozen=True)
class Local(Kernel):
    """Each place acts on itself alone: a delta function, whose transform is the weight at every wave number.

    Attributes:
        weight: the integral over the line, or over the sheet.

    Raises:
        ValueError: a weight that is not finite.
    """

    weight: float = 1.0

    def __post_init__(self) -> None:
        check_finite(self)

    @property
    def extent_mm(self) -> float:
        """Zero."""
        return 0.0

    def density(self, distance_mm: Numbers, dimensions: int = 1) -> Numbers:
        """Has no finite value.

        Raises:
            ValueError: always.
        """
        raise ValueError("a local kernel has no density: use cell_weights or transform")

    def cell_weights(self, distance_mm: np.ndarray, cell: float, dimensions: int = 1) -> np.ndarray:
        """All of the weight in the cell at distance zero."""
        return np.where(np.asarray(distance_mm) == 0, self.weight, 0.0)

    def integral(self, distance_mm: Numbers) -> Numbers:
        """Half the weight on either side."""
        return self.weight / 2 * np.sign(distance_mm)

    def transform(self, k_per_mm: Numbers, dimensions: int = 1) -> Numbers:
        """The weight, whatever the wave number."""
        check_dimensions(dimensions)
        return np.full(np.shape(k_per_mm), self.weight)

    def laplace(self, p_per_mm: float) -> float:
        """Half the weight."""
        return self.weight / 2


def check_dimensions(dimensions: int) -> int:
    """Return the number of dimensions when it is 1 or 2.

    Raises:
        ValueError: it is neither.
    """
    if dimensions not in (1, 2):
        raise ValueError(f"a field has 1 or 2 dimensions, not {dimensions}")
    return dimensions


def _quadrature(extent: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights on panels from 0 to `extent`."""
    panel = extent / _PANELS
    starts = panel * np.arange(_PANELS)
    nodes = starts[:, None] + panel / 2 * (_NODES + 1)
    return nodes.ravel(), np.tile(_WEIGHTS * panel / 2, _PANELS)
