# SPDX-License-Identifier: BSD-3-Clause
"""What every unbranched cable has: segments with their nodes, and electrodes that stick in them."""

from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.core.parameters import check_finite


class Segmented:
    """The nodes of a cable that is cut into `nseg` equal segments, as NEURON places them."""

    nseg: int

    def nodes(self) -> np.ndarray:
        """Places of all nodes as fractions of the length, shape (nseg + 2,): both ends and the centers."""
        centers = (np.arange(self.nseg) + 0.5) / self.nseg
        return np.concatenate([[0.0], centers, [1.0]])

    def node(self, place: float) -> float:
        """Place of the node that NEURON reads for `place`: an end, or the center of the segment around it.

        >>> from neuroscales.cable import SquidAxon
        >>> round(SquidAxon().node(0.25), 4)
        0.2442
        """
        if place in (0.0, 1.0):
            return float(place)
        return (min(int(place * self.nseg), self.nseg - 1) + 0.5) / self.nseg


@dataclass(frozen=True)
class CurrentClamp:
    """A rectangular pulse of current into one place of a cable.

    Attributes:
        place: fraction of the length, 0 to 1; an end is the zero-area node there.
        delay_ms: when it starts.
        dur_ms: how long it lasts.
        amp_nA: current; positive depolarizes.

    Raises:
        ValueError: a place outside 0 to 1, a negative duration, or a value that is not finite.
    """

    place: float = 0.0
    delay_ms: float = 1.0
    dur_ms: float = 0.1
    amp_nA: float = 0.0

    def __post_init__(self) -> None:
        check_finite(self)
        if not 0 <= self.place <= 1:
            raise ValueError(f"the clamp's place is a fraction of the length from 0 to 1, not {self.place}")
        if self.dur_ms < 0:
            raise ValueError(f"the clamp's duration cannot be negative ({self.dur_ms} ms)")

    def into(self, section: object) -> object:
        """Stick it into a section of NEURON's; it lives as long as what is returned."""
        point = h.IClamp(section(self.place))
        point.delay, point.dur, point.amp = self.delay_ms, self.dur_ms, self.amp_nA
        return point
