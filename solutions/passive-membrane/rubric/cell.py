# SPDX-License-Identifier: BSD-3-Clause
"""The soma that several tasks share, and how its potential is read."""

import numpy as np

from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Leak, simulate_patch

V_INIT_mV = -65.0
DELAY_ms, DUR_ms, LONG_TSTOP_ms, LONG_END_ms = 10.0, 75.0, 95.0, 94.5
STEADY_ms = DELAY_ms + DUR_ms - 0.1
REACHED = 1 - np.exp(-1)
NEVER_ms = 1e9


MEMBRANES = {
    "none": lambda p: None,
    "pas": lambda p: Leak(p["g"], p["e"]),
    "hh without gates": lambda p: HodgkinHuxley(0.0, 0.0, p["g"], el_mV=p["e"]),
    "hh as it is": lambda p: HodgkinHuxley(),
}


def start_mV(p):
    """Where a run starts: at the leak's reversal potential, or where a student takes it to be."""
    return p.get("start", p["e"])


def before_mV(p, t, v):
    """The potential from which a rise is counted: that before the pulse, or the one that a student takes for it."""
    return p.get("rest", float(np.interp(DELAY_ms - 0.01, t, v)))


def run(patch, membrane, pulse, *, tstop_ms=LONG_TSTOP_ms, dt_ms=0.005, **settings):
    """One compartment in NEURON, with a step that is fine where no other is asked for."""
    recording = simulate_patch(patch, membrane, [pulse], tstop_ms=tstop_ms, dt_ms=dt_ms, **settings)
    return recording.time, recording.values("v")
