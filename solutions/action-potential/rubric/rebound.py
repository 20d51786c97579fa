# SPDX-License-Identifier: BSD-3-Clause
"""Anode break."""

import functools

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.excitability import equilibrium_mV
from neuroscales.membrane.hodgkin_huxley import steady_gates
from neuroscales.membrane.protocols import Pulse

from .shared import HABITS, MEMBRANE, RUNS, SIZE, exchanged
from .soma import STEP_AT_ms, find, nA, of, per_nA, soma, states, trains

RELEASED_ms, REBOUND_ms = 55.0, 100.0


@of("diam", "gnabar", "ek")
def rebound(
    p, *, at_nA=None, dur_ms=50.0, sign=-1.0, read_at_start=False, others="rest", by="library", dt_ms=0.05, **settings,
):  # fmt: skip
    """The weakest current whose end draws a spike, the gates at its end, and which of them is enough."""
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    settings |= {"by": by, "dt_ms": dt_ms}
    size = _weakest(tuple(p.items()), dur_ms, sign, tuple(settings.items()))
    used = sign * (size or 0.0) if at_nA is None else at_nA * per_nA(p)
    pulse = Pulse(STEP_AT_ms, dur_ms, used)
    t, found = states(p, [pulse], tstop_ms=STEP_AT_ms + dur_ms + 1, names=("h", "n"), **settings)
    at_ms = STEP_AT_ms + (0.0 if read_at_start else dur_ms)
    ends = {f"{name}_end": float(np.interp(at_ms, t, found[name])) for name in "hn"}
    engine = {"by": by, "dt_ms": dt_ms} if by == "Euler" else {}
    held = (ends["h_end"], ends["n_end"]) if others == "of the pulse" else None
    alone = _alone(tuple(p.items()), held, tuple({**membrane, **engine}.items()))
    return {"amp": None if size is None else sign * nA(p, size), **ends, **alone}


@functools.lru_cache(maxsize=256)
def _weakest(own, dur_ms, sign, settings):
    """Size of the weakest current density whose end draws a spike; None where none does."""

    def fires(sizes):
        found = trains(
            dict(own), [Pulse(STEP_AT_ms, dur_ms, sign * sizes)], tstop_ms=REBOUND_ms, **dict(settings)
        )
        return [train.size > 0 for train in found]

    return find(fires, 0.0, 12.0, by=dict(settings)["by"])


@functools.lru_cache(maxsize=256)
def _alone(own, held, settings):
    """How far h = 1 takes the resting soma, and the largest n from which it fires, the other gate as it is `held`."""
    p, settings = dict(own), dict(settings)
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    rest_mV = equilibrium_mV(0.0, soma(p, **membrane))
    m, h, n = resting = steady_gates(rest_mV)
    if held:
        h, n = held

    def fires(less):
        start = np.stack(np.broadcast_arrays(m, h, resting[2] - less))
        from_mV = np.full(start.shape[1], rest_mV)
        found = trains(p, [], tstop_ms=40.0, from_mV=from_mV, gates=start, **settings)
        return [train.size > 0 for train in found]

    less = find(fires, 0.0, resting[2])
    start = np.array([m, 1.0, n])
    _, with_h = states(p, [], tstop_ms=40.0, from_mV=rest_mV, gates=start, **{"dt_ms": 0.05, **settings})
    return {
        "peak_h": float(with_h["v"].max()),
        "n_alone": None if less is None else float(resting[2] - less),
    }


REBOUND = Task("rebound", rebound,
    checks=(
        Number("amp", "amp", "Weakest current", "nA", 2, relative=True, finest=0.005),
        Number("h_end", "h_end", "h at the release", "", 1, finest=0.005),
        Number("n_end", "n_end", "n at the release", "", 1, finest=0.005),
        Number("peak_h", "peak_h", "Highest potential with h = 1", "mV", 1, finest=0.1),
        Number("n_alone", "n_alone", "Largest n that fires", "", 1, finest=0.002),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and "variable" not in way.name),
        variant("step 0.01 ms, exact rates", dt_ms=0.01, rate_table=False),
        variant("own equations, Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025, rate_table=False),
        variant("three digits", then=digits(3, "amp", "h_end", "n_end", "n_alone")),
    ),
    mistakes=(
        *MEMBRANE,
        SIZE[0],
        mistake("pulse-of-10-ms", "the current lasts 10 ms, not 50 ms", dur_ms=10.0, credit=0.3),
        mistake("depolarizing", "the current depolarizes", sign=1.0, credit=0.3),
        mistake("gates-of-the-start", "h and n are read when the current begins, not when it ends", read_at_start=True, credit=0.5),
        mistake("both-gates-moved", "the gate that is not asked about was left at its value after the pulse, not at rest", others="of the pulse", credit=0.5),
        mistake("h-and-n-exchanged", "h and n stand in each other's place", then=exchanged("h_end", "n_end"), credit=0.5),
    ),
)  # fmt: skip
