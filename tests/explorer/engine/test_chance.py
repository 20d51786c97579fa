# SPDX-License-Identifier: BSD-3-Clause
"""Are the page's random numbers NEURON's and Python's, and are they distributed as they should be?"""

import numpy as np
import pytest
from neuron import h
from scipy import stats

from neuroscales.explorer.engine import chance
from neuroscales.explorer.engine.chance import Stream

IDS = (11, 2**32 - 1, 7)


def test_is_the_raw_stream_that_of_the_paper_s_test_vectors():
    # Random123's known answers for philox4x32-10: all bits set; and digits of pi.
    full = chance.philox_rounds(np.full(4, 2**32 - 1), (2**32 - 1, 2**32 - 1))
    assert [f"{word:08x}" for word in full] == ["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]
    pi = [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], (0xA4093822, 0x299F31D0)
    words = [f"{word:08x}" for word in chance.philox_rounds(np.array(pi[0]), pi[1])]
    assert words == ["d16cfe09", "94fdcceb", "5001e420", "24126ea1"]


def test_is_the_stream_that_of_neuron():
    theirs = h.Random()
    theirs.Random123(*IDS)
    first = theirs.uniform(0, 1)
    stream = Stream(*IDS)
    assert np.array_equal(stream.uniform(10), [first, *(theirs.repick() for _ in range(9))])
    theirs.seq(5)
    stream.sequence = 5
    assert np.array_equal(stream.uniform((2, 3)).ravel(), [theirs.repick() for _ in range(6)])


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["raw", "uniform"])
def test_is_the_page_s_stream_python_s_to_the_bit(page, kind):
    assert np.array_equal(page("draws", IDS, kind, 41), getattr(Stream(*IDS), kind)(41))


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["exponential", "normal"])
def test_do_page_and_python_draw_the_same(page, kind):
    # The last digits of a logarithm may differ.
    assert np.allclose(
        page("draws", IDS, kind, 500), getattr(Stream(*IDS), kind)(500), rtol=1e-13, atol=1e-15
    )


COUNTS = {"binomial": [(n, p) for n in (0, 1, 5, 40, 600, 200_000) for p in (0, 1e-6, 0.03, 0.5, 0.97, 1)],
          "poisson": [(mean,) for mean in (0, 1e-3, 0.7, 15.2, 16, 90, 12_345.6)]}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("kind", COUNTS)
def test_do_page_and_python_count_the_same(page, kind):
    how = COUNTS[kind] * 40
    ours = getattr(Stream(*IDS), kind)(*(np.array(column) for column in zip(*how, strict=True)))
    assert np.array_equal(page("manyDraws", IDS, kind, how), ours)


@pytest.mark.browser
def test_is_the_normal_quantile_that_of_scipy(page):
    p = np.concatenate([np.geomspace(1e-12, 0.5, 200), 1 - np.geomspace(1e-10, 0.5, 200)])
    exact = stats.norm.ppf(p)
    assert np.allclose(chance.normal_quantile(p), exact, rtol=1e-13, atol=1e-14)
    assert np.allclose(page("quantiles", p.tolist()), exact, rtol=1e-13, atol=1e-14)


DISTRIBUTIONS = {
    "small": (lambda s, n: s.binomial(np.full(n, 5), 0.3), stats.binom(5, 0.3)),
    "large": (lambda s, n: s.binomial(np.full(n, 2000), 0.6), stats.binom(2000, 0.6)),
    "poisson": (lambda s, n: s.poisson(np.full(n, 3.7)), stats.poisson(3.7)),
    "large poisson": (lambda s, n: s.poisson(np.full(n, 800.0)), stats.poisson(800.0)),
}


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_are_counts_distributed_as_they_should_be(name):
    draw, law = DISTRIBUTIONS[name]
    n = 20_000
    counts = draw(Stream(3, 1, 4), n)
    edges = np.unique(law.ppf(np.linspace(0, 1, 12)[1:-1]))
    seen = np.bincount(np.searchsorted(edges, counts), minlength=len(edges) + 1)
    expected = n * np.diff([0, *law.cdf(edges), 1])
    # With this stream fixed the test cannot flicker; a wrong law fails at any level.
    assert stats.chisquare(seen, expected).pvalue > 1e-3


@pytest.mark.parametrize("kind", ["uniform", "exponential", "normal"])
def test_are_numbers_distributed_as_they_should_be(kind):
    law = {"uniform": "uniform", "exponential": "expon", "normal": "norm"}[kind]
    assert stats.kstest(getattr(Stream(2, 7, 1), kind)(20_000), law).pvalue > 1e-3


PATCH = {"v": -60.0, "counts": [60, 70, 40, 20, 10], "dt": 0.01, "perChannel": 0.18, "el": -54.4, "ek": -77.0,
         "cm": 1.0}  # fmt: skip


def noisy_patch(ids, p, steps):
    """What noisyPatch of small.js does."""
    stream, v, counts, noise, trace = Stream(*ids), p["v"], np.array(p["counts"], dtype=float), 0.0, []
    for _ in range(steps):
        alpha = 0.01 * (v + 55) / (1 - np.exp(-(v + 55) / 10))
        beta = 0.125 * np.exp(-(v + 65) / 80)
        up, down = (4 - np.arange(4)) * alpha * p["dt"], np.arange(1, 5) * beta * p["dt"]
        moves = np.diag(up, 1) + np.diag(down, -1)
        counts = chance.deal_out(stream, counts, moves + np.diag(1 - moves.sum(axis=1)))
        noise = float(chance.ornstein_uhlenbeck(stream, np.array(noise), 0.0, 5.0, 0.02, p["dt"]))
        g_k = p["perChannel"] * counts[4]
        g = 0.3 + g_k
        target = (0.3 * p["el"] + g_k * p["ek"] + noise) / g
        v = target + (v - target) * np.exp(-p["dt"] * g / p["cm"])
        v = float(chance.euler_maruyama(stream, np.array(v), 0.0, 0.01, p["dt"]))
        trace.append([v, noise, *counts])
    return np.array(trace)


@pytest.mark.browser
def test_is_a_random_run_of_page_and_python_one_run(page):
    theirs = noisy_patch(IDS, PATCH, 400)
    ours = np.array(page("noisyPatch", IDS, PATCH, 400))
    assert np.array_equal(ours[:, 2:], theirs[:, 2:]) and np.ptp(theirs[:, 6]) > 3
    assert (theirs[:, 2:].sum(axis=1) == 200).all()
    assert np.allclose(ours[:, :2], theirs[:, :2], rtol=1e-9, atol=1e-9)


def test_does_the_noise_have_its_deviation_and_memory():
    stream, x, rows = Stream(5, 5, 5), np.zeros(4000), []
    for _ in range(60):
        x = chance.ornstein_uhlenbeck(stream, x, 1.0, 5.0, 2.0, 1.0)
        rows.append(x)
    # Four standard errors of a deviation and of a correlation among 4000 that are independent.
    assert np.std(rows[-1]) == pytest.approx(2.0, abs=4 * 2.0 / np.sqrt(8000))
    assert np.corrcoef(rows[-1], rows[-6])[0, 1] == pytest.approx(np.exp(-1), abs=4 / np.sqrt(4000))
