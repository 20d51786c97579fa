# SPDX-License-Identifier: BSD-3-Clause
"""What several explorers of the squid axon share."""

from functools import cache

import numpy as np

from neuroscales.cable.numerics import CONVERGED, arrival_ms, simulate_impulse
from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Line, TimeSeries

THRESHOLD_nA = 860.0  # two digits, for 0.1 ms at one end of the axon
ALONG = {"length": 20.0, "length_unit": "mm", "along": "Distance from the first clamp"}
TSTOP_ms = 6.0  # of the runs beside the converged one
_LINES = (Line("v", 0.5, "chosen"), Line("v", "converged", "converged", "reference"))
MIDDLE = TimeSeries(_LINES, "Membrane potential in the middle", "mV", (-90, 60))


def first_spike_ms(time_ms: np.ndarray, v_mV: np.ndarray) -> float:
    """Time of the first spike; infinite where there is none."""
    return float(next(iter(measure.spike_times(time_ms, v_mV)), np.inf))


def beside_converged(recording: Recording) -> Recording:
    """The recording, and the converged potential in the middle on its time base."""
    best = _converged()
    on_it = np.interp(recording.time, best.time, best.values("v"))
    return Recording(recording.time, [*recording.signals, Signal("v", on_it, "mV", "converged")])


@cache
def _converged() -> Recording:
    return simulate_impulse(CONVERGED, tstop_ms=TSTOP_ms)


def error_ms(recording: Recording) -> float:
    """By how much the arrival in the middle is off, without its sign."""
    return abs(arrival_ms(recording) - arrival_ms(_converged()))


def how_far_off(recording: Recording) -> str:
    """One sentence: the arrival, its error, and how many steps it took."""
    shift_us = 1e3 * (arrival_ms(recording) - arrival_ms(_converged()))
    return (
        f"{len(recording.time) - 1} steps: the action potential passes the middle at "
        f"{arrival_ms(recording):.3f} ms, {_short(abs(shift_us))} too {'late' if shift_us > 0 else 'early'}."
    )


def _short(time_us: float) -> str:
    """A short time in words."""
    return f"{time_us:.3g} µs" if time_us >= 1 else f"{1e3 * time_us:.3g} ns"
