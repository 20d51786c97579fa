# SPDX-License-Identifier: BSD-3-Clause
"""The spike."""

import numpy as np

from autograder.rubric import Number, Task, mistake, spiking, variant
from autograder.rubric.ways import every
from neuroscales.core import measure

from .axon import END_ms, excite, half_width
from .shared import HABITS, RUNS, SETUP, SYMMETRY


def spike(p, *, amp_nA, factor=2.0, rest_mV=-65.0, definition="rest to peak", **settings):
    """The spike at twice the threshold: its trace in the middle, its amplitude and its half-width."""
    t, v = excite(p, factor * amp_nA, **settings)
    numbers = {"amplitude": None, "half_width": None}
    if measure.spike_times(t, v).size:
        numbers = {
            "amplitude": measure.amplitude(v, rest_mV),
            "half_width": half_width(t, v, rest_mV, definition),
        }
    return {"t": t, "v": v, **numbers}


def _width_at(level_mV):
    """Changes the half-width to the width at a fixed potential, or at a fraction of the peak's potential."""

    def change(found):
        if found["half_width"] is None:
            return found
        level = level_mV(found["v"].max())
        up, down = (measure.crossings(found["t"], found["v"], level, way) for way in ("up", "down"))
        return found | {"half_width": float(down[0] - up[0])}

    return change


def _amplitude(of):
    """Changes what is called the amplitude, as a function of the trace and of the time."""
    return lambda found: found if found["amplitude"] is None else found | {"amplitude": float(of(found["v"]))}


def _from_own_rest(found):
    """Changes both numbers to those from the potential just before the pulse."""
    rest_mV = float(np.interp(0.99, found["t"], found["v"]))
    width = half_width(found["t"], found["v"], rest_mV, "rest to peak")
    return found | {"amplitude": measure.amplitude(found["v"], rest_mV), "half_width": width}


def _rounded(found):
    """One decimal for mV, two for ms."""
    if found["amplitude"] is None:
        return found
    return found | {"amplitude": round(found["amplitude"], 1), "half_width": round(found["half_width"], 2)}


SPIKE = Task("spike", spike,
    checks=(
        *spiking("v", "t", END_ms, "Membrane potential at x = 0.5", {"count": 1, "arrival": 2, "peak": 1, "trough": 0.5, "end": 0.5, "shape": 1}),
        Number("amplitude", "amplitude", "Amplitude of the spike", "mV", 1.5, finest=0.1),
        Number("half_width", "half_width", "Half-width of the spike", "ms", 1.5, finest=0.01),
    ),
    habits=HABITS,
    builds_on={"amp_nA": "threshold.amp"},
    variants=(
        *RUNS,
        variant("rounded up", then=_rounded),
        variant("rounded to nearest", then=_rounded),
        variant("one sample per 0.05 ms", then=every(0.05, "v")),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("rest read from the trace", then=_from_own_rest),
    ),
    mistakes=(
        *SETUP,
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1", place=1.0, unseen=SYMMETRY),
        mistake("recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0, credit=0.6),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0, credit=0.6),
        mistake("stimulus-ten-times", "the stimulus is ten times too strong", factor=20.0, credit=0.6),
        mistake("not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0, credit=0.6),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, credit=0.6),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 1 ms", delay_ms=0.0, credit=0.6),
        mistake("amplitude-from-0-mV", "the amplitude is taken from 0 mV, not from rest", then=_amplitude(np.max)),
        mistake("amplitude-from-trough", "the amplitude is taken from the trough, not from rest", then=_amplitude(np.ptp)),
        mistake("half-of-the-peak", "the half-width is taken at half of the peak's potential, counted from 0 mV",
                then=_width_at(lambda peak: peak / 2), credit=0.5),
        mistake("width-at-0-mV", "the half-width is taken at 0 mV", then=_width_at(lambda peak: 0.0), credit=0.5),
        *(
            mistake(f"half-width {name}", f"the half-width follows another definition, {name!r}", definition=name, credit=0.5)
            for name in measure.HALF_WIDTH_DEFINITIONS if name != "rest to peak"
        ),
    ),
)  # fmt: skip
