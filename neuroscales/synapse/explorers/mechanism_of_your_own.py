# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on mechanisms of one's own."""

import itertools
from functools import cache

import numpy as np

from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.synapse.own_mechanism import simulate_settings

_TAUS_ms = (5, 10, 20, 50, 100, 200)
_DENSITIES_S_cm2 = (0, 0.0005, 0.001, 0.002, 0.003, 0.005)


def own_channel() -> Explorer:
    """The slow potassium channel that the reader wrote: its gate beside the closed form, and what it does."""
    return Explorer(
        name="own-channel",
        title="A channel of your own: its gate, and a cell that has it",
        model=_with_channel,
        controls=(
            Control("tau_ms", "Time constant of the gate", "ms", _TAUS_ms, start=50),
            Control("gbar_S_cm2", "Density of the channel", "S/cm2", _DENSITIES_S_cm2, start=0.002),
        ),
        views=(
            TimeSeries(
                (Line("n", label="the mechanism", meaning="potassium"),
                 Line("expected", label="closed form", meaning="reference")),
                "Gate after a step to -20 mV", "1", (0, 1),
            ),
            TimeSeries((Line("v", label="with the channel"),), "Membrane potential", "mV", (-90, 60)),
        ),
        describe=_what_it_does,
        caption="Above, a cell is held at -80 mV before time zero and at -20 mV after it; the gate follows "
        "its closed form at every setting. Below, a cell with Hodgkin and Huxley's channels is driven by a "
        "constant current from 20 ms on. A gate that opens a little with every spike makes each interval "
        "longer than the last, until as much closes between two spikes as opens in one.",
        alt="Two panels over 300 ms. Above, the gate rises from zero along an exponential to 0.88, and the "
        "dashed closed form lies on it. Below, the membrane potential shows a train of spikes after "
        "20 ms; the first follow each other after 15 ms, the later ones after 18 ms.",
        samples=1001,
    )  # fmt: skip


@cache
def _all_runs() -> dict[tuple[float, float], Recording]:
    """Every setting, from one fresh process: it takes a second to start."""
    return simulate_settings(itertools.product(_DENSITIES_S_cm2, _TAUS_ms), tstop_ms=300.0)


def _with_channel(tau_ms: float, gbar_S_cm2: float) -> Recording:
    return _all_runs()[gbar_S_cm2, tau_ms]


def _what_it_does(recording: Recording) -> str:
    """One sentence on the gate, and one on the spikes: how many, how far apart, and whether they end."""
    apart = np.abs(recording.values("n") - recording.values("expected")).max()
    gate = f"The gate and its closed form agree to {int(-np.log10(apart))} digits."
    spikes_ms = measure.spike_times(recording.time, recording.values("v"))
    intervals_ms = np.diff(spikes_ms)
    if recording.time[-1] - spikes_ms[-1] > 2 * intervals_ms[-1]:
        return f"{gate} The cell fires {len(spikes_ms)} times and falls silent at {spikes_ms[-1]:.0f} ms."
    first, last = intervals_ms[0], intervals_ms[-1]
    return f"{gate} {len(spikes_ms)} spikes: the first interval is {first:.1f} ms, the last {last:.1f} ms."
