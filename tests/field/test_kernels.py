# SPDX-License-Identifier: BSD-3-Clause
"""Kernels: every closed form beside a quadrature of the density, and kernels that a reader adds."""

from dataclasses import dataclass

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j0

from neuroscales.field import Amari, Exponential, Gaussian, Kernel, Local, MexicanHat, Rippled
from neuroscales.field.turing import preferred_wave_number_per_mm

KERNELS = [
    Gaussian(2.0, 0.7),
    MexicanHat(5.0, 4.6, 1.0, 2.2),
    Exponential(1.5, 0.8),
    Amari(1.2, 1.3),
    Rippled(0.8, 0.9, 0.4),
]
BY_NAME = {"argvalues": KERNELS, "ids": lambda kernel: type(kernel).__name__}


@dataclass(frozen=True)
class TopHat(Kernel):
    """A kernel of a reader's own: its density alone."""

    half_width_mm: float = 1.5

    @property
    def extent_mm(self):
        return self.half_width_mm

    def density(self, distance_mm, dimensions=1):
        return np.where(np.abs(distance_mm) <= self.half_width_mm, 1.0, 0.0)


@pytest.mark.parametrize("kernel", **BY_NAME)
@pytest.mark.parametrize("k", [0.0, 0.6, 2.5])
def test_is_the_transform_the_integral_over_a_line_and_over_a_sheet(kernel, k):
    end = kernel.extent_mm
    line = 2 * quad(lambda r: kernel.density(r) * np.cos(k * r), 0, end, limit=1000)[0]
    sheet = quad(lambda r: 2 * np.pi * r * kernel.density(r, 2) * j0(k * r), 0, end, limit=1000)[0]
    # The scale is the sum of sizes, since a transform may cancel to zero; quad reaches 1e-8 of it.
    assert kernel.transform(k) == pytest.approx(line, abs=1e-7)
    assert kernel.transform(k, 2) == pytest.approx(sheet, abs=1e-7)


@pytest.mark.parametrize("kernel", **BY_NAME)
def test_is_the_integral_that_of_the_density_and_odd(kernel):
    a = np.array([0.0, 0.3, 1.7, 6.0])
    by_quad = [quad(kernel.density, 0, end, limit=500)[0] for end in a]
    assert kernel.integral(a) == pytest.approx(by_quad, abs=1e-9)
    assert kernel.integral(-a) == pytest.approx(-kernel.integral(a), abs=1e-15)


@pytest.mark.parametrize("kernel", **BY_NAME)
def test_do_half_of_the_transform_and_the_integral_meet_at_infinity(kernel):
    assert kernel.integral(np.inf) == pytest.approx(kernel.transform(0.0) / 2, abs=1e-12)
    assert kernel.laplace(0.0) == pytest.approx(kernel.transform(0.0) / 2, abs=1e-12)


def test_does_the_base_class_serve_a_kernel_of_ones_own():
    kernel, k = TopHat(), np.array([0.4, 2.0])
    assert kernel.integral(np.array([0.5, 9.0])) == pytest.approx([0.5, 1.5], rel=1e-12)
    assert kernel.transform(k) == pytest.approx(2 * np.sin(1.5 * k) / k, rel=1e-12)
    assert kernel.laplace(2.0) == pytest.approx((1 - np.exp(-3.0)) / 2, rel=1e-12)


def test_is_the_laplace_transform_of_the_exponential_the_one_by_hand():
    assert Exponential(1.5, 0.8).laplace(2.0) == pytest.approx(1.5 / (2 * (1 + 1.6)), rel=1e-12)


@pytest.mark.parametrize(
    "kernel, k",
    [
        (Amari(), 1.0),  # of 4 k^2 / (1 + k^2)^2
        (Amari(0.7, 2.5), 0.4),
        (MexicanHat(5, 5, 1, 2), 0.9613513),
        (MexicanHat(5, 4.6, 1, 2.2), np.sqrt(2 * np.log(4.6 * 2.2**2 / 5) / (2.2**2 - 1))),
        (MexicanHat(5, 5.4, 1, 2.8), np.sqrt(2 * np.log(5.4 * 2.8**2 / 5) / (2.8**2 - 1))),
        (Rippled(1, 1, 0.25), np.sqrt(1 - 0.25**2)),  # where q^4 + 2 q^2 (b^2 - 1) is lowest
        (Gaussian(), 0.0),
        (Exponential(), 0.0),
    ],
)
def test_is_the_preferred_wave_number_the_one_by_hand(kernel, k):
    found = preferred_wave_number_per_mm(kernel)
    # Half the digits: the transform is flat at its peak. Amari's in one dimension is scanned and refined.
    assert found == pytest.approx(k, abs=1e-6)


def test_is_the_critical_slope_of_the_mexican_hat_the_known_one():
    hat = MexicanHat(5, 5, 1, 2)
    peak = hat.transform(preferred_wave_number_per_mm(hat))
    assert peak == pytest.approx(2.3623, abs=1e-4)
    assert 1 / peak == pytest.approx(0.4233, abs=1e-4)


def test_does_a_local_kernel_prefer_no_wave():
    assert np.ptp(Local(2.0).transform(np.linspace(0, 50, 99))) == 0
    with pytest.raises(ValueError, match="flat"):
        preferred_wave_number_per_mm(Local(2.0))
    with pytest.raises(ValueError, match="no density"):
        Local().density(0.0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Gaussian(width_mm=0.0),
        lambda: MexicanHat(inhibition_mm=-1.0),
        lambda: Exponential(reach_mm=np.nan),
        lambda: Amari(weight=np.inf),
        lambda: Rippled(decay=0.0),
        lambda: Local(np.nan),
        lambda: Gaussian().density(0.0, 3),
    ],
)
def test_is_a_kernel_that_cannot_be_refused(make):
    with pytest.raises(ValueError, match=r"must be|dimensions"):
        make()
