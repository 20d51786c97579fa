# SPDX-License-Identifier: BSD-3-Clause
"""A soma with a leak."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits, every
from neuroscales.core import measure
from neuroscales.membrane.patch import Patch, leak_response_mV
from neuroscales.membrane.protocols import CurrentPulse

from .cell import (
    MEMBRANES,
    REACHED,
    DELAY_ms,
    DUR_ms,
    LONG_END_ms,
    LONG_TSTOP_ms,
    NEVER_ms,
    STEADY_ms,
    V_INIT_mV,
    before_mV,
    run,
    start_mV,
)
from .shared import EXCHANGED, HABITS, OF_G, OF_REST, OF_SIZE, RUNS


def leak(
    p, *, membrane="pas", v_init_mV=None, delay_ms=DELAY_ms, dur_ms=DUR_ms, per_nA=1e-3, by="formula",
    base_mV=None, read_at_ms=STEADY_ms, reached=REACHED, at_samples=False, from_ms=DELAY_ms, **settings,
):  # fmt: skip
    """A long pulse into the soma, and what is read from it: where it leads, resistance and time constant."""
    patch = Patch(p["L"], p["diam"], v_init_mV=start_mV(p) if v_init_mV is None else v_init_mV)
    pulse = CurrentPulse(delay_ms, dur_ms, per_nA * p["amp"])
    in_neuron = by == "NEURON" or membrane != "pas"
    t, v = (run if in_neuron else _formula)(patch, MEMBRANES[membrane](p), pulse, **settings)
    rest_mV, v_steady = before_mV(p, t, v), float(np.interp(read_at_ms, t, v))
    level_mV = rest_mV + reached * (v_steady - rest_mV)
    arrivals = t[(t > delay_ms) & (v > level_mV)] if at_samples else measure.crossings(t, v, level_mV)
    return {
        "t": t,
        "v": v,
        "v_steady": v_steady,
        "resistance": (v_steady - (rest_mV if base_mV is None else base_mV)) / (1e-3 * p["amp"]),
        "tau": float(arrivals[0] - from_ms) if arrivals.size else None,
    }


def _formula(patch, membrane, pulse, *, dt_ms=0.025):
    """One compartment in closed form."""
    t = np.arange(0, LONG_TSTOP_ms + dt_ms / 2, dt_ms)
    return t, leak_response_mV(t, patch, membrane, [pulse])


LEAK = Task("leak", leak,
    checks=(
        driven("v", "t", LONG_END_ms, "Membrane potential of the soma", 3, "Membrane potential", finest=0.05),
        Number("v_steady", "v_steady", "Steady potential", "mV", 1.5, finest=0.05),
        Number("resistance", "resistance", "Measured input resistance", "Mohm", 2.5, relative=True, finest=0.005),
        Number("tau", "tau", "Measured time constant", "ms", 2, relative=True, finest=0.005),
    ),
    habits=HABITS,
    variants=(
        *RUNS,
        variant("hh without gates", membrane="hh without gates"),
        variant("by formula alone", by="formula"),
        variant("highest value as the plateau", read_at_ms=DELAY_ms + DUR_ms),
        variant("plateau read 10 ms before its end", read_at_ms=DELAY_ms + DUR_ms - 10),
        variant("first sample above the level", at_samples=True),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("three digits", then=digits(3, "v_steady", "resistance", "tau")),
        variant("longer run", tstop_ms=150.0),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_REST,
        EXCHANGED,
        mistake("hh-left", "the membrane is hh with all of its channels, not a leak alone", membrane="hh as it is"),
        mistake("first-sample-as-base", "the run starts from -65 mV, and the rise is counted from there", v_init_mV=V_INIT_mV, base_mV=V_INIT_mV),
        mistake("rise-from-65", "the rise is counted from -65 mV, not from rest", base_mV=V_INIT_mV, credit=0.5),
        mistake("potential-over-current", "the potential itself is divided by the current, not its rise", base_mV=0.0, credit=0.5),
        mistake("read-too-early", "the steady potential is read 10 ms after the pulse began: it still rises", read_at_ms=DELAY_ms + 10, credit=0.5),
        mistake("half-time", "it is the time to half of the rise", reached=0.5, credit=0.5),
        mistake("time-to-37", "it is the time to 36.8 % of the rise, not to 63.2 %", reached=1 - REACHED, credit=0.5),
        mistake("time-to-plateau", "it is the time until the plateau is reached, to 99 %", reached=0.99, credit=0.3),
        mistake("time-from-0", "the time is counted from the start of the run, not of the pulse", from_ms=0.0, credit=0.5),
        mistake("amplitude-in-pA", "the clamp is given the number of pA: NEURON counts nA", per_nA=1.0, credit=0.3),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", dur_ms=NEVER_ms, credit=0.5),
        mistake("delay-and-duration-exchanged", "delay and duration of the clamp are exchanged", delay_ms=DUR_ms, dur_ms=DELAY_ms, credit=0.3),
        mistake("coarse-step", "the time step is 1 ms", by="NEURON", dt_ms=1.0, credit=0.3),
    ),
)  # fmt: skip
