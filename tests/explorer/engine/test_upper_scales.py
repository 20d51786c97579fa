# SPDX-License-Identifier: BSD-3-Clause
"""Are the page's tools for fields, densities, delayed networks and brains right?"""

import numpy as np
import pytest
from scipy import ndimage
from scipy.linalg import solve_banded

pytestmark = pytest.mark.browser

RNG = np.random.default_rng(14)


def test_is_the_transform_numpy_s(page):
    x = RNG.normal(size=(2, 256))
    for inverse, theirs in ((False, np.fft.fft(x[0] + 1j * x[1])), (True, np.fft.ifft(x[0] + 1j * x[1]))):
        re, im = page("transformed", *x.tolist(), inverse)
        assert np.allclose(np.array(re) + 1j * np.array(im), theirs, rtol=0, atol=1e-12)


def test_is_a_length_that_is_no_power_of_two_refused(page):
    with pytest.raises(Exception, match="power of two, not 12"):
        page("transformed", [0] * 12, [0] * 12, False)


def test_is_a_field_on_a_ring_convolved_as_by_hand(page):
    kernel, field = RNG.normal(size=(2, 64))
    by_hand = [sum(kernel[(i - j) % 64] * field[j] for j in range(64)) for i in range(64)]
    assert page("convolved", kernel.tolist(), field.tolist()) == pytest.approx(by_hand, abs=1e-12)


def test_is_a_field_on_a_torus_convolved_as_by_scipy(page):
    kernel, field = RNG.normal(size=(2, 16, 32))
    # scipy puts distance 0 in the middle of its kernel.
    theirs = ndimage.convolve(field, np.roll(kernel, (8, 16), (0, 1)), mode="wrap")
    ours = np.reshape(page("convolved", kernel.ravel().tolist(), field.ravel().tolist(), 16), (16, 32))
    assert np.allclose(ours, theirs, rtol=0, atol=1e-12)


def test_are_tridiagonal_equations_solved(page):
    below, above, right = RNG.normal(size=(3, 50))
    diagonal = 4 + RNG.random(50)
    bands = np.array([[0, *above[:-1]], diagonal, [*below[1:], 0]])
    theirs = solve_banded((1, 1), bands, right)
    ours = page("tridiagonal", below.tolist(), diagonal.tolist(), above.tolist(), right.tolist())
    assert ours == pytest.approx(theirs, rel=1e-12)


SHAPE = {"low": -6.0, "high": 6.0, "cells": 240, "mean": 0.5, "tau": 10.0, "D": 0.1, "dt": 0.5}


def test_does_a_density_settle_as_a_gaussian_and_lose_nothing(page):
    start = np.zeros(240)
    start[60] = 1 / 0.05
    run = page("density", SHAPE, start.tolist(), 400)
    x, p = np.array(run["x"]), np.array(run["p"])
    assert p.sum() * 0.05 == pytest.approx(1, abs=1e-11) and max(run["leaving"]) == 0
    # Variance D tau; cells of 0.05 put dx^2 / 12 to it, and the fluxes' error is of that order too.
    assert x @ p * 0.05 == pytest.approx(0.5, abs=1e-6)
    assert (x - 0.5) ** 2 @ p * 0.05 == pytest.approx(1.0, rel=1e-3)


def test_does_what_leaves_through_an_open_end_go_at_the_known_rate(page):
    # Without drift: the slowest mode of a rod of length L, closed at one end and open at the other, decays
    # with D (pi / 2 L)^2. Implicit Euler makes of a rate r the rate ln(1 + r dt) / dt.
    shape = SHAPE | {"low": 0.0, "high": 2.0, "cells": 200, "tau": 1e15, "dt": 0.05, "open": True}
    x = (np.arange(200) + 0.5) * 0.01
    start = np.cos(np.pi * x / 4)
    run = page("density", shape, start.tolist(), 200)
    rate = np.log(1 + 0.1 * (np.pi / 4) ** 2 * 0.05) / 0.05
    left = np.array(run["leaving"])
    assert -np.diff(np.log(left)) / 0.05 == pytest.approx(rate, rel=1e-4)  # error of second order in dx: 1e-5
    assert start.sum() * 0.01 - sum(run["p"]) * 0.01 == pytest.approx(left.sum() * 0.05, rel=1e-11)


def test_does_a_delayed_network_remember_as_by_hand(page):
    size, steps = 7, 60
    wires = [{"from": int(RNG.integers(size)), "to": int(RNG.integers(size)), "weight": float(RNG.normal()),
              "delay": int(RNG.integers(0, 9))} for _ in range(40)]  # fmt: skip
    start = RNG.normal(size=size)
    past = [start] * 20
    for _ in range(steps):
        arriving = np.zeros(size)
        for wire in wires:
            arriving[wire["to"]] += wire["weight"] * past[-1 - wire["delay"]][wire["from"]]
        past.append(np.tanh(arriving) + 0.1)
    for middle in (-1, 33):  # once saved and put back
        ours = page("delayedNetwork", size, wires, start.tolist(), steps, middle)
        assert np.allclose(ours, past[20:], rtol=0, atol=1e-9)


def test_is_a_delay_that_is_no_whole_number_refused(page):
    with pytest.raises(Exception, match=r"whole number of steps, not 0\.5"):
        page("delayedNetwork", 1, [{"from": 0, "to": 0, "weight": 1, "delay": 0.5}], [0], 1)


def test_is_a_product_of_matrices_numpy_s(page):
    a, b = RNG.normal(size=(90, 70)), RNG.normal(size=(70, 80))
    ours = page("product", a.ravel().tolist(), b.ravel().tolist(), 90, 70, 80)
    assert np.allclose(np.reshape(ours, (90, 80)), a @ b, rtol=0, atol=1e-12)


def test_are_eigenvalues_and_vectors_of_a_hundred_regions_numpy_s(page):
    n = 100
    half = RNG.normal(size=(n, n))
    matrix = half + half.T
    ours, (values, vectors) = page("eigen", matrix.ravel().tolist(), n), np.linalg.eigh(matrix)
    assert ours["values"] == pytest.approx(values, abs=1e-11)
    # Vectors of neighbors that are 0.01 apart, as the nearest here are, mix by rounding over that.
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), range(n)])
    assert np.allclose(np.reshape(ours["vectors"], (n, n)), vectors * signs, rtol=0, atol=1e-9)
