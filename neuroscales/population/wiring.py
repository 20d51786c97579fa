# SPDX-License-Identifier: BSD-3-Clause
"""Who sends to whom in a network without geometry, drawn at random."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

WIRINGS = ("fixed", "binomial")
"""The same number of sources for everybody, drawn with repeats; or each pair with the same probability.

The number of inputs then differs from neuron to neuron, and with it the rates: these are two models.
"""


@dataclass(frozen=True, eq=False)
class Wiring:
    """To whom each neuron sends.

    Attributes:
        first: where the targets of each neuron begin, shape (n_neurons + 1,).
        targets: the targets of all neurons, one neuron after the other, each in rising order.
    """

    first: np.ndarray
    targets: np.ndarray

    def sources_of(self, neuron: int) -> np.ndarray:
        """Numbers of the neurons that send to this one, with repeats."""
        return np.searchsorted(self.first, np.flatnonzero(self.targets == neuron), side="right") - 1


def wire(
    sizes: Sequence[int], inputs: Sequence[float], rng: np.random.Generator, kind: str = "fixed"
) -> Wiring:
    """Draw the wiring of populations that stand one after the other.

    Args:
        sizes: number of neurons of each population.
        inputs: how many inputs each neuron, of whatever population, gets from each population.
        rng: source of randomness.
        kind: one of `WIRINGS`.

    Raises:
        ValueError: an unknown kind, sizes and inputs of different number, sizes that are not whole or not
            positive, or inputs that are negative or, with a probability for each pair, too many.
    """
    if kind not in WIRINGS:
        raise ValueError(f"kind is one of {', '.join(WIRINGS)}, not {kind!r}")
    if len(sizes) != len(inputs):
        raise ValueError(f"there are {len(sizes)} sizes and {len(inputs)} inputs: one of each per population")
    if any(int(n) != n or n < 1 for n in sizes) or any(not k >= 0 for k in inputs):
        raise ValueError(f"sizes are whole numbers from 1 on, inputs 0 or more, not {sizes} and {inputs}")
    if kind == "binomial" and any(k > n for n, k in zip(sizes, inputs, strict=True)):
        raise ValueError(f"{inputs} inputs from {sizes} neurons: no pair is connected twice here")
    draw = _fixed if kind == "fixed" else _binomial
    parts = [draw(int(n), k, int(sum(sizes)), rng) for n, k in zip(sizes, inputs, strict=True)]
    number, targets = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Wiring(np.append(0, np.cumsum(number)), targets.astype(np.int32))


def _fixed(n: int, inputs: float, n_targets: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """How many targets each of n sources has, and which: each target draws its sources."""
    number = int(inputs)
    # Numbers of 16 bits are sorted in a time that does not grow faster than their number.
    source = rng.integers(0, n, n_targets * number, dtype=np.uint16 if n <= 2**16 else np.int64)
    order = np.argsort(source, kind="stable")
    return np.bincount(source, minlength=n), order // max(number, 1)


def _binomial(
    n: int, inputs: float, n_targets: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The same, each source and target being connected or not."""
    number = rng.binomial(n_targets, inputs / n, n)
    drawn = [np.sort(rng.choice(n_targets, k, replace=False, shuffle=False)) for k in number]
    return number, np.concatenate(drawn)
