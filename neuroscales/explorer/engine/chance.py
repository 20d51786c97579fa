# SPDX-License-Identifier: BSD-3-Clause
"""The page's random numbers in Python: one raw stream, Philox4x32-10, and the same inverse transforms.

A model that draws from a `Stream` makes the same run in Python and in the page (philox.js, chance.js), number
by number. Arrays are filled in their order; every draw takes one raw number.

The stream is that of NEURON's Random123: J. K. Salmon et al. (2011), https://doi.org/10.1145/2063384.2063405.
"""

from collections.abc import Callable

import numpy as np
from scipy.special import gammaln

Shape = int | tuple[int, ...]
Numbers = float | np.ndarray

_LOW = np.uint64(0xFFFFFFFF)
_WORD = np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEPS = 0x9E3779B9, 0xBB67AE85


def philox_rounds(counters: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Ten rounds of Philox4x32.

    Args:
        counters: Whole numbers of 32 bits, shape (..., 4).
        key: Two whole numbers of 32 bits.

    Returns:
        Random whole numbers of 32 bits, shape (..., 4).

    >>> [f"{word:08x}" for word in philox_rounds(np.zeros(4, dtype=np.uint64), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    c0, c1, c2, c3 = np.moveaxis(np.asarray(counters, dtype=np.uint64), -1, 0)
    for number in range(10):
        k0, k1 = (np.uint64((word + number * step) % 2**32) for word, step in zip(key, _STEPS, strict=True))
        one, two = _MULTIPLIERS[0] * c0, _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (two >> _WORD) ^ c1 ^ k0, two & _LOW, (one >> _WORD) ^ c3 ^ k1, one & _LOW
    return np.stack([c0, c1, c2, c3], axis=-1)


class Stream:
    """A stream of random numbers that three whole numbers name; equal names are equal streams.

    Args:
        id1: The first of its names.
        id2: The second.
        id3: The third.
        key: NEURON's global index, the same for all streams of a program.
    """

    def __init__(self, id1: int = 0, id2: int = 0, id3: int = 0, key: int = 0) -> None:
        self._ids, self._key = (id3, id1, id2), (key, 0)
        self.sequence = 0
        """The place of the next raw number, from 0."""

    def raw(self, n: int) -> np.ndarray:
        """The next `n` raw numbers, whole numbers of 32 bits."""
        blocks = np.arange(self.sequence // 4, (self.sequence + n + 3) // 4 + 1, dtype=np.uint64)
        counters = np.empty((len(blocks), 4), dtype=np.uint64)
        counters[:, 0], counters[:, 1:] = blocks, self._ids
        first = self.sequence % 4
        self.sequence += n
        return philox_rounds(counters, self._key).ravel()[first : first + n]

    def uniform(self, size: Shape = 1) -> np.ndarray:
        """Numbers between 0 and 1, never either of them.

        >>> Stream(1, 2, 3).uniform(2).round(6)
        array([0.980862, 0.229103])
        """
        return ((self.raw(int(np.prod(size))).astype(float) + 1) / 4294967297).reshape(size)

    def exponential(self, size: Shape = 1) -> np.ndarray:
        """Exponentially distributed numbers of mean 1."""
        return -np.log(self.uniform(size))

    def normal(self, size: Shape = 1) -> np.ndarray:
        """Normally distributed numbers of mean 0 and variance 1."""
        return normal_quantile(self.uniform(size))

    def binomial(self, n: Numbers, p: Numbers) -> np.ndarray:
        """Successes among `n` trials of probability `p`, of the shape that these have together."""
        n, p = np.broadcast_arrays(np.asarray(n, dtype=float), np.asarray(p, dtype=float))
        return binomial_quantile(self.uniform(n.shape), n, p)

    def poisson(self, mean: Numbers) -> np.ndarray:
        """Events of a Poisson process with these expected numbers."""
        mean = np.asarray(mean, dtype=float)
        return poisson_quantile(self.uniform(mean.shape), mean)

    def multinomial(self, n: Numbers, probabilities: np.ndarray) -> np.ndarray:
        """Numbers dealt out among states: one binomial draw for each state but the last.

        Args:
            n: How many, shape (...).
            probabilities: Of each state, shape (..., n_states); they add up to 1.

        Returns:
            How many in each state, shape (..., n_states). For one state after the other all of `n` are drawn.
        """
        probabilities = np.asarray(probabilities, dtype=float)
        dealt, left = np.zeros_like(probabilities), np.array(n, dtype=float)
        rest = np.ones_like(left)
        for k in range(probabilities.shape[-1] - 1):
            with np.errstate(divide="ignore", invalid="ignore"):
                part = np.where(rest > 0, np.clip(probabilities[..., k] / rest, 0, 1), 0.0)
            dealt[..., k] = self.binomial(left, part)
            left = left - dealt[..., k]
            rest = rest - probabilities[..., k]
        dealt[..., -1] = left
        return dealt

    def choose(self, probabilities: np.ndarray) -> int:
        """The number of the state in which a draw ends."""
        u = self.uniform(1)[0]
        return int(np.sum(u >= np.cumsum(np.asarray(probabilities)[:-1])))


def deal_out(stream: Stream, counts: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Channels by state after a step.

    Args:
        stream: Source of randomness.
        counts: Channels in each state, shape (n_states,).
        moves: Entry [i, j] is the probability to be in j a step after having been in i.

    Returns:
        The new counts, shape (n_states,).
    """
    return stream.multinomial(counts, moves).sum(axis=-2)


def ornstein_uhlenbeck(
    stream: Stream, x: np.ndarray, mean: float, tau_ms: float, sigma: float, dt_ms: float
) -> np.ndarray:
    """One exact step of dx = (mean - x) dt / tau + sigma sqrt(2 / tau) dW; at rest its deviation is sigma.

    D. T. Gillespie (1996), https://doi.org/10.1103/PhysRevE.54.2084.
    """
    left = np.exp(-dt_ms / tau_ms)
    return mean + (x - mean) * left + sigma * np.sqrt(1 - left * left) * stream.normal(np.shape(x))


def euler_maruyama(
    stream: Stream, x: np.ndarray, drift: np.ndarray, noise: np.ndarray, dt_ms: float
) -> np.ndarray:
    """One step of dx = drift dt + noise dW."""
    return x + drift * dt_ms + noise * np.sqrt(dt_ms) * stream.normal(np.shape(x))


_MIDDLE = (
    (2509.0809287301226727, 33430.575583588128105, 67265.770927008700853, 45921.953931549871457,
     13731.693765509461125, 1971.5909503065514427, 133.14166789178437745, 3.387132872796366608),
    (5226.495278852545925, 28729.085735721942674, 39307.89580009271061, 21213.794301586595867,
     5394.1960214247511077, 687.1870074920579083, 42.313330701600911252, 1.0),
)  # fmt: skip
_SIDES = (
    (7.7454501427834140764e-4, 0.0227238449892691845833, 0.24178072517745061177, 1.27045825245236838258,
     3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734),
    (1.05075007164441684324e-9, 5.475938084995344946e-4, 0.0151986665636164571966, 0.14810397642748007459,
     0.68976733498510000455, 1.6763848301838038494, 2.05319162663775882187, 1.0),
)  # fmt: skip
_TAILS = (
    (2.01033439929228813265e-7, 2.71155556874348757815e-5, 0.0012426609473880784386, 0.026532189526576123093,
     0.29656057182650489123, 1.7848265399172913358, 5.4637849111641143699, 6.6579046435011037772),
    (2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
     0.0148753612908506148525, 0.13692988092273580531, 0.59983220655588793769, 1.0),
)  # fmt: skip


def normal_quantile(p: np.ndarray) -> np.ndarray:
    """The inverse of the normal distribution, to 16 digits.

    M. J. Wichura (1988), Appl. Stat. 37:477, https://doi.org/10.2307/2347330.

    >>> normal_quantile(np.array([0.5, 0.975, 1e-12])).round(9).tolist()
    [0.0, 1.959963985, -7.034483825]
    """
    q = np.asarray(p, dtype=float) - 0.5
    near = 0.180625 - q * q
    far = np.sqrt(-np.log(np.where(q < 0, p, 1 - np.asarray(p))))
    tail = np.where(far <= 5, _ratio(_SIDES, far - 1.6), _ratio(_TAILS, far - 5))
    return np.where(np.abs(q) <= 0.425, q * _ratio(_MIDDLE, near), np.sign(q) * tail)


def _ratio(tables: tuple, x: np.ndarray) -> np.ndarray:
    return np.polyval(tables[0], x) / np.polyval(tables[1], x)


def binomial_quantile(u: np.ndarray, n: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The binomial number that a uniform number stands for; see `_outward`."""
    within = (p > 0) & (p < 1) & (n > 0)
    q = np.where(within, p, 0.5)
    middle = np.minimum(np.floor((n + 1) * q), n)
    chance = np.exp(
        log_factorial(n) - log_factorial(middle) - log_factorial(n - middle)
        + middle * np.log(q) + (n - middle) * np.log1p(-q)
    )  # fmt: skip
    drawn = _outward(u, middle, chance, n, lambda k: (n - k) / (k + 1) * (q / (1 - q)))
    return np.where(within, drawn, np.where(p >= 1, n, 0.0))


def poisson_quantile(u: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """The Poisson number that a uniform number stands for; see `_outward`."""
    positive = np.where(mean > 0, mean, 1.0)
    middle = np.floor(positive)
    chance = np.exp(middle * np.log(positive) - positive - log_factorial(middle))
    most = np.full(np.shape(mean), np.inf)
    return np.where(mean > 0, _outward(u, middle, chance, most, lambda k: positive / (k + 1)), 0.0)


def _outward(
    u: np.ndarray, middle: np.ndarray, chance: np.ndarray, most: np.ndarray, ratio: Callable
) -> np.ndarray:
    """Take probabilities off `u`, from the likeliest number outward to both sides, until nothing is left.

    Args:
        u: Uniform numbers.
        middle: The likeliest numbers.
        chance: Their probabilities.
        most: The largest numbers there are.
        ratio: The probability of k + 1 over that of k.
    """
    drawn, left = middle.copy(), u - chance
    up, down, open_ = chance.copy(), chance.copy(), left > 0
    above, below = middle.copy(), middle.copy()
    while open_.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            up = np.where(above < most, up * ratio(above), 0.0)
            down = np.where(below > 0, down / ratio(below - 1), 0.0)
        above, below = above + 1, below - 1
        for number, taken in ((above, up), (below, down)):
            left = np.where(open_, left - taken, left)
            done = open_ & (left <= 0) & (taken > 0)
            drawn, open_ = np.where(done, number, drawn), open_ & ~done
        open_ = open_ & (up + down >= 1e-18)  # all that is left is rounding
    return drawn


def log_factorial(n: Numbers) -> np.ndarray:
    """The logarithm of n!."""
    return gammaln(np.asarray(n, dtype=float) + 1)
