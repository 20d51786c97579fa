# SPDX-License-Identifier: BSD-3-Clause
"""Anode break."""

import numpy as np

from autograder.rubric import Guided, Number, Task, driven, mistake, spiking, variant
from autograder.rubric.ways import scaled
from neuroscales.cable import CurrentClamp
from neuroscales.core import measure

from .axon import run
from .shared import HABITS, LEFT, RUNS

BREAK_TSTOP_ms, BREAK_END_ms, RELEASE_ms = 25.0, 24.5, 11.0
GOAL_mV = -80.0


def anode_break(
    p, *, at_nA=None, read="node", aim="end", goal_mV=GOAL_mV, dur_ms=10.0, sign=-1.0, place=0.0, delay_ms=1.0,
    record_at=None, from_ms=RELEASE_ms, digits=None, nseg=43, tstop_ms=BREAK_TSTOP_ms, **settings,
):  # fmt: skip
    """A pulse that hyperpolarizes the end to -80 mV, and what follows when it is released."""
    dur_ms = p["dur"] if dur_ms is None else dur_ms
    end = {"node": 0.0, "segment": 0.5 / nseg}[read]
    end = end if record_at is None else record_at

    def respond(amp_nA, until_ms, signals):
        clamp = CurrentClamp(place, delay_ms, dur_ms, amp_nA)
        return run(
            p, [clamp], record={name: [end] for name in signals}, nseg=nseg, tstop_ms=until_ms, **settings
        )

    def reaches(size_nA):
        pulse = respond(-size_nA, delay_ms + dur_ms + 0.1, "v")
        t, v = pulse.time, pulse.values("v")
        return bool((v.min() if aim == "minimum" else np.interp(delay_ms + dur_ms - 0.01, t, v)) <= goal_mV)

    solved_nA = sign * measure.bisect(reaches, 0.1, 1e4, 1e-3)
    if digits:
        solved_nA = float(f"{solved_nA:.{digits}g}")
    recording = respond(at_nA or solved_nA, tstop_ms, ("v", "m", "h", "n"))
    t = recording.time
    traces = {name: recording.values(name) for name in ("v", "m", "h", "n")}
    arrivals = measure.spike_times(t, traces["v"])
    latency = float(arrivals[0] - from_ms) if arrivals.size else None
    return {"amp": solved_nA, "t": t, **traces, "latency": latency}


_GATES = {"m": "sodium activation m", "h": "sodium inactivation h", "n": "potassium activation n"}
_END = "at the stimulated end"


ANODE_BREAK = Task("anode_break", anode_break,
    checks=(
        Number("amp", "amp", "Amplitude of the pulse", "nA", 1, relative=True),
        driven("v", "t", RELEASE_ms - 0.1, f"Membrane potential {_END}", 0.5, "v up to the release", name="v.pulse", finest=0.05),
        *spiking("v", "t", BREAK_END_ms, f"Membrane potential {_END}", {"count": 0.25, "arrival": 0.25, "peak": 0.25, "shape": 0.25}),
        *(
            check
            for item, name in _GATES.items()
            for check in (
                driven(item, "t", RELEASE_ms - 0.1, f"{name} {_END}", 0.25, f"{item} up to the release", name=f"{item}.pulse", unit="", finest=5e-4),
                Guided(f"{item}.spike", item, f"{item} around the spike", "", 0.25, finest=0.002, end=BREAK_END_ms, plot=f"{name} {_END}"),
            )
        ),
        Number("latency", "latency", "Time from release to spike", "ms", 2, finest=0.01),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    alternatives=({"read": "node"}, {"read": "segment"}),
    variants=(
        *(way for way in RUNS if way.name not in ("Crank-Nicolson", "longer run")),  # it rings at the end node
        variant("Crank-Nicolson, first segment", secondorder=2, read="segment"),
        variant("longer run", tstop_ms=40.0),
        variant("at the minimum", aim="minimum"),
        variant("first segment", read="segment"),
        variant("first segment, at the minimum", read="segment", aim="minimum"),
        variant("amplitude to two digits", digits=2),
    ),
    mistakes=(
        *LEFT,
        mistake("positive-current", "the current is positive: it depolarizes", sign=1.0, credit=0.3),
        mistake("pulse-of-1-ms", "the pulse lasts 1 ms, not 10 ms", dur_ms=1.0, credit=0.3),
        mistake("pulse-left", "the pulse still has your own duration, not 10 ms", dur_ms=None),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5, record_at=0.5),
        mistake("recorded-in-the-middle", "the traces are read at x = 0.5, not at the stimulated end", place=0.0, record_at=0.5),
        mistake("by-80-mV", "the membrane is hyperpolarized by 80 mV, not to -80 mV", goal_mV=-145.0),
        mistake("latency-from-the-start", "the latency is counted from the start of the pulse, not from its end", from_ms=1.0, credit=0.5),
        mistake("latency-from-0", "the latency is counted from the start of the simulation, not from the release", from_ms=0.0, credit=0.5),
        mistake("amplitude-without-sign", "the amplitude is given without its sign", then=scaled("amp", -1.0), credit=0.5),
    ),
)  # fmt: skip
