# SPDX-License-Identifier: BSD-3-Clause
"""From a current dipole to the electroencephalogram: unbounded medium, one sphere, three shells.

Potentials are in uV, dipole moments in nAm, lengths in mm, conductivities in S/m. They count from infinity:
over a sphere their mean is zero. nAm / (S/m mm^2) is 1e3 uV, hence the factor in each formula.

One sphere: Brody, Terry and Ideker 1973, 10.1109/TBME.1973.324243 (the closed form is checked against the
series of Legendre functions). Shells: Rush and Driscoll 1969,
10.1109/TBME.1969.4502598.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import eval_legendre

from neuroscales.core.parameters import check_finite, check_positive

_uV = 1e3


@dataclass(frozen=True)
class Dipole:
    """A current dipole inside a head, on the axis through the electrode at 0 degrees.

    Attributes:
        moment_nAm: strength.
        radius_mm: distance from the center of the head.
        tilt_deg: angle from the radial direction, towards positive angles.

    Raises:
        ValueError: a value that is not finite, or a radius that is not positive.
    """

    moment_nAm: float = 10.0
    radius_mm: float = 78.0
    tilt_deg: float = 0.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive("the dipole", radius_mm=self.radius_mm)


@dataclass(frozen=True)
class Head:
    """Three concentric shells: brain, skull and scalp.

    Attributes:
        brain_mm: outer radius of the brain.
        skull_mm: outer radius of the skull.
        scalp_mm: outer radius of the scalp.
        sigma_S_m: conductivity of brain and scalp.
        skull_ratio: how much worse the skull conducts: 80 after Rush and Driscoll, 15 to 25 after
            Oostendorp et al. 2000 (10.1109/TBME.2000.880100).

    Raises:
        ValueError: radii that do not grow, or a value that is not positive.
    """

    brain_mm: float = 80.0
    skull_mm: float = 85.0
    scalp_mm: float = 92.0
    sigma_S_m: float = 0.33
    skull_ratio: float = 80.0

    def __post_init__(self) -> None:
        check_finite(self)
        check_positive(
            "the head", brain_mm=self.brain_mm, sigma_S_m=self.sigma_S_m, skull_ratio=self.skull_ratio
        )
        if not self.brain_mm <= self.skull_mm <= self.scalp_mm:
            raise ValueError("the radii of brain, skull and scalp must grow outwards")


HEAD = Head()
"""A head of 92 mm with a skull of 5 mm that conducts 80 times worse."""


def unbounded_uV(
    moment_nAm: np.ndarray, from_dipole_mm: np.ndarray, sigma_S_m: float = 0.33
) -> float | np.ndarray:
    """Potential of a dipole in an unbounded medium, V = p . r / (4 pi sigma |r|^3).

    Args:
        moment_nAm: p, shape (..., 3).
        from_dipole_mm: r, from the dipole to the electrode, shape (..., 3).
        sigma_S_m: conductivity.

    Returns:
        In uV, shape (...).

    Raises:
        ValueError: an electrode inside the dipole, or a conductivity that is not positive.

    >>> round(float(unbounded_uV([0, 0, 10.0], [0, 0, 90.0])), 3)
    0.298
    """
    check_positive("the medium", sigma_S_m=sigma_S_m)
    p, r = np.asarray(moment_nAm, dtype=float), np.asarray(from_dipole_mm, dtype=float)
    distance = np.linalg.norm(r, axis=-1)
    if np.any(distance == 0):
        raise ValueError("the electrode lies in the dipole: move it away")
    return _uV * np.sum(p * r, axis=-1) / (4 * np.pi * sigma_S_m * distance**3)


def unbounded_on_arc_uV(dipole: Dipole, angles_deg: np.ndarray, head: Head = HEAD) -> np.ndarray:
    """The dipole's potential at electrodes on a circle of the scalp's radius, as if there were no head."""
    theta, tilt = np.radians(angles_deg), np.radians(dipole.tilt_deg)
    zero = np.zeros_like(theta)
    electrodes = head.scalp_mm * np.stack([np.sin(theta), zero, np.cos(theta)], axis=-1)
    moment = dipole.moment_nAm * np.array([np.sin(tilt), 0.0, np.cos(tilt)])
    return unbounded_uV(moment, electrodes - [0.0, 0.0, dipole.radius_mm], head.sigma_S_m)


def sphere_uV(dipole: Dipole, angles_deg: np.ndarray, head: Head = HEAD) -> np.ndarray:
    """Potential on the surface of one homogeneous sphere in insulating air, in closed form.

    With f = radius / R, c = cos theta and D = sqrt(1 + f^2 - 2 f c)

        V = p / (4 pi sigma R^2) { cos(tilt) [2 (c - f) / D^3 + (1/D - 1) / f]
            + sin(tilt) sin(theta) [2 / D^3 + (D + 1) / (D (1 - f c + D))] }

    Args:
        dipole: where it lies and how it is tilted.
        angles_deg: electrodes on the great circle in the plane of the dipole; 0 is right above it.
        head: its scalp's radius and conductivity are those of the sphere.

    Raises:
        ValueError: a dipole outside the sphere.

    >>> round(float(sphere_uV(Dipole(), 0.0)), 2)
    26.48
    """
    theta, tilt = np.radians(angles_deg), np.radians(dipole.tilt_deg)
    f = _inside(dipole, head.scalp_mm) / head.scalp_mm
    c = np.cos(theta)
    d = np.sqrt(1 + f**2 - 2 * f * c)
    radial = 2 * (c - f) / d**3 + (1 / d - 1) / f
    tangential = np.sin(theta) * (2 / d**3 + (d + 1) / (d * (1 - f * c + d)))
    scale = _uV * dipole.moment_nAm / (4 * np.pi * head.sigma_S_m * head.scalp_mm**2)
    return scale * (np.cos(tilt) * radial + np.sin(tilt) * tangential)


def shells_uV(dipole: Dipole, angles_deg: np.ndarray, head: Head = HEAD, n_terms: int = 200) -> np.ndarray:
    """Potential on the scalp of three shells, as a series of Legendre functions.

    For each n, potential and radial current are carried from the scalp, where no current leaves, inwards to
    the dipole. That gives the factor by which the scalp's potential differs from that of a brain without end.

    Args:
        dipole: where it lies and how it is tilted.
        angles_deg: electrodes on the great circle in the plane of the dipole.
        head: radii and conductivities.
        n_terms: terms of the series; they shrink like (radius / brain radius)^n.

    Raises:
        ValueError: a dipole outside the brain.

    >>> round(float(shells_uV(Dipole(), 0.0)), 3)
    3.521
    """
    theta, tilt = np.radians(angles_deg), np.radians(dipole.tilt_deg)
    check_positive("the series", n_terms=n_terms)
    n = np.arange(1, n_terms + 1)
    f = _inside(dipole, head.brain_mm) / head.scalp_mm
    factor = transfer(head, n) * f ** (n - 1)
    c = np.cos(np.atleast_1d(theta))[:, None]
    # P_n' by its recurrence; scipy's associated functions carry (-1)^m and would turn the sign.
    p_n, p_before = eval_legendre(n, c), eval_legendre(n - 1, c)
    off = 1 - c**2 > 1e-12
    at_pole = np.sign(c) ** (n + 1) * n * (n + 1) / 2
    slope = np.where(off, n * (p_before - c * p_n) / np.where(off, 1 - c**2, 1.0), at_pole)
    radial = p_n @ (factor * n)
    tangential = np.sin(np.atleast_1d(theta)) * (slope @ factor)
    scale = _uV * dipole.moment_nAm / (4 * np.pi * head.sigma_S_m * head.scalp_mm**2)
    found = scale * (np.cos(tilt) * radial + np.sin(tilt) * tangential)
    return found.reshape(np.shape(theta))


def transfer(head: Head, n: np.ndarray) -> np.ndarray:
    """How strongly the n-th term of the source shows on the scalp; (2 n + 1) / n for equal conductivities.

    In each layer V = a r^n + b r^-(n+1). On the scalp dV/dr = 0; potential and radial current are continuous.

    Args:
        head: radii and conductivities.
        n: orders from 1 on, shape (n_orders,).
    """
    n = np.asarray(n, dtype=float)
    # Just inside the scalp's surface, with the potential there set to 1.
    value, current = np.ones_like(n), np.zeros_like(n)
    layers = ((head.scalp_mm, head.skull_mm, 1.0), (head.skull_mm, head.brain_mm, 1 / head.skull_ratio))
    for outer, inner, sigma in layers:
        value, current = _carry(n, outer / head.scalp_mm, inner / head.scalp_mm, sigma, value, current)
    # In the brain the source's part is b r^-(n+1), with b = 1 in these units.
    r = head.brain_mm / head.scalp_mm
    b = (n * value - r * current) / (2 * n + 1) * r ** (n + 1)
    return 1 / b


def _carry(
    n: np.ndarray, outer: float, inner: float, sigma: float, value: np.ndarray, current: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Potential and radial current (sigma dV/dr) inside a layer, from those outside of it."""
    grow = ((n + 1) * value + outer * current / sigma) / (2 * n + 1)
    fade = (n * value - outer * current / sigma) / (2 * n + 1)
    ratio = inner / outer
    a, b = grow * ratio**n, fade * ratio ** -(n + 1)
    return a + b, sigma * (n * a - (n + 1) * b) / inner


def half_angle_deg(dipole: Dipole, head: Head = HEAD, shells: bool = True) -> float:
    """Angle at which the potential of a radial dipole is half of that right above it.

    >>> round(half_angle_deg(Dipole()), 1), round(half_angle_deg(Dipole(), shells=False), 1)
    (13.5, 7.2)
    """
    field = shells_uV if shells else sphere_uV
    pole = float(field(dipole, 0.0, head))
    return brentq(lambda angle: float(field(dipole, angle, head)) - pole / 2, 0.0, 90.0, xtol=1e-10)


def _inside(dipole: Dipole, radius_mm: float) -> float:
    if not dipole.radius_mm < radius_mm:
        raise ValueError(f"the dipole at {dipole.radius_mm} mm must lie inside {radius_mm} mm")
    return dipole.radius_mm
