# SPDX-License-Identifier: BSD-3-Clause
"""The axon that all tasks share, and what is measured on it."""

import numpy as np

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure

TSTOP_ms = 15.0
END_ms = 14.5  # a variable-step record may end a little before 15 ms
FINE_ms, COARSE_ms = 0.005, 0.025
HIGHEST_nA = 1e5


def run(
    p,
    clamps,
    *,
    record=None,
    profiles=(),
    L_um=20_000.0,
    nseg=43,
    celsius_degC=6.3,
    v_init_mV=-65.0,
    tstop_ms=TSTOP_ms,
    dt_ms=FINE_ms,
    rate_table=False,
    secondorder=0,
    engine=simulate_squid_axon,
):
    """What is recorded on the student's own axon under these clamps."""
    axon = SquidAxon(L_um, p["diam"], nseg, p["gnabar"], celsius_degC, v_init_mV)
    return engine(
        axon, clamps, record=record or {}, profiles=profiles, tstop_ms=tstop_ms, dt_ms=dt_ms,
        rate_table=rate_table, secondorder=secondorder,
    )  # fmt: skip


def excite(p, amp_nA, *, place=0.0, delay_ms=1.0, record_at=0.5, **settings):
    """Time and potential after one pulse of the student's own duration."""
    clamp = CurrentClamp(place, delay_ms, p["dur"], amp_nA)
    recording = run(p, [clamp], record={"v": [record_at]}, **settings)
    return recording.time, recording.values("v")


def threshold(p, *, level_mV=0.0, dt_ms=FINE_ms, **settings):
    """Smallest amplitude that sends a spike past the middle: sought with a coarse step first."""

    def spikes(amp_nA, step_ms):
        return excite(p, amp_nA, dt_ms=step_ms, **settings)[1].max() > level_mV

    if spikes(0.0, COARSE_ms):
        return {"amp": None}  # it fires by itself: there is no threshold
    high = 10.0
    while not spikes(high, COARSE_ms):
        high *= 2
        if high > HIGHEST_nA:
            return {"amp": None}
    about = measure.bisect(lambda amp: spikes(amp, COARSE_ms), 0.0 if high == 10.0 else high / 2, high, 0.02)
    low, high = 0.96 * about, 1.02 * about
    while spikes(low, dt_ms):
        low *= 0.9
    while not spikes(high, dt_ms):
        high *= 1.1
    return {"amp": measure.bisect(lambda amp: spikes(amp, dt_ms), low, high, 2e-4)}


def arrival(t, v, mark):
    """First upward crossing of 0 mV, or the time of the peak between samples; None where there is no spike."""
    arrivals = measure.spike_times(t, v)
    if not arrivals.size:
        return None
    if mark == "crossing":
        return float(arrivals[0])
    top = int(np.argmax(v))
    if not 0 < top < len(t) - 1:
        return float(t[top])
    near = slice(top - 1, top + 2)
    curvature, slope, _ = np.polyfit(t[near] - t[top], v[near], 2)
    return float(t[top] - slope / (2 * curvature))


def half_width(t, v, rest_mV, definition):
    """By one of the definitions in use; None where this trace has none."""
    try:
        return measure.half_width(t, v, rest_mV, definition)
    except ValueError:
        return None
