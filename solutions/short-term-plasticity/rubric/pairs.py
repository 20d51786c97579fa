# SPDX-License-Identifier: BSD-3-Clause
"""Two spikes."""

import numpy as np

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.synapse.short_term import paired_pulse_ratio

from .shared import SWAPPED, slips_of
from .terminal import follow, terminal

INTERVALS_ms = np.array([20.0, 50, 100, 200, 500, 1000])


def pairs(p, *, by="formula", upside_down=False, slips=None, grid_ms=1.0):
    """Second release per first at six intervals, and the lowest ratio."""

    def ratio(interval_ms):
        if by == "formula" and not slips:
            return paired_pulse_ratio(terminal(p), interval_ms)
        released = follow(p, [0.0, interval_ms], **(slips or {}))[2]
        return released[1] / released[0]

    ratios = np.array([ratio(interval_ms) for interval_ms in INTERVALS_ms])
    grid_ms = np.arange(10, 2000 + grid_ms / 2, grid_ms)
    values = [ratio(interval_ms) for interval_ms in grid_ms]
    return {"ratios": 1 / ratios if upside_down else ratios, "lowest": float(min(values))}


PAIRS = Task("pairs", pairs,
    checks=(
        Members("ratios", "ratios", "Second release per first", "", 3, relative=True, finest=0.005),
        Number("lowest", "lowest", "Lowest ratio", "", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("formula"),
        variant("spike by spike", by="map"),
        variant("spike by spike, every 5 ms", by="map", grid_ms=5.0),
        variant("three digits", then=digits(3, "ratios", "lowest")),
    ),
    mistakes=(
        *slips_of("depletion-forgotten", "facilitation-forgotten", "no-room", "orders-mixed"),
        SWAPPED,
        mistake("upside-down", "the ratios are first per second", upside_down=True, credit=0.5),
    ),
)  # fmt: skip
