# SPDX-License-Identifier: BSD-3-Clause
"""What an electrode sees."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits, every
from neuroscales.membrane.patch import Leak, Patch
from neuroscales.synapse.conductance import ExpSynapse
from neuroscales.synapse.synapse_simulation import Input, Soma, simulate_synapses

from .potential import G_S_cm2, GMAX_uS, REST_mV, SIDE_um, conductance, potential
from .shared import SWAPPED, slips_of
from .terminal import eight_ms, follow

SEEN_ms, SEEN_END_ms, FIRST_ms, SAMPLE_ms = 495.0, 494.0, 5.0, 0.05


def simulation(
    p, *, dt_ms=0.005, by="NEURON", gmax_uS=GMAX_uS, tau_ms=None, e_mV=REST_mV, v_init_mV=REST_mV, side_um=(SIDE_um, SIDE_um),
    g_S_cm2=G_S_cm2, measured="from its spike", constant=False, slips=None, **settings,
):  # fmt: skip
    """Potential of a passive cell under eight spikes, and the heights of the first and the last response."""
    spikes_ms = FIRST_ms + eight_ms(p)
    released = np.full(8, p["U1"]) if constant else follow(p, spikes_ms, **(slips or {}))[2]
    tau_ms = p["tau"] if tau_ms is None else tau_ms
    if by == "NEURON":
        cell = Soma(Patch(*side_um, v_init_mV=v_init_mV), Leak(g_S_cm2, e_mV))
        inputs = {
            f"spike {k}": Input(ExpSynapse(tau_ms), (float(at),), gmax_uS * part, 0.0)
            for k, (at, part) in enumerate(zip(spikes_ms, released, strict=True))
        }
        run = simulate_synapses(cell, inputs, tstop_ms=SEEN_ms, dt_ms=dt_ms, **settings)
        t, v = run.time, run.values("v")
    else:
        t = dt_ms * np.arange(round(SEEN_ms / dt_ms) + 1)
        v = potential(
            t, conductance(t, spikes_ms, released, tau_ms) * gmax_uS, dt_ms, by == "exponential Euler"
        )
    rises = [_rise(t, v, at, 1000 / p["rate"], measured) for at in spikes_ms[[0, 7]]]
    kept = slice(None, None, max(1, round(SAMPLE_ms / dt_ms)) if dt_ms else 1)
    return {"t": t[kept], "v": v[kept], "rise1": rises[0], "rise8": rises[1]}


def _rise(t, v, at_ms, interval_ms, measured):
    """Height of one response."""
    shown = (t >= at_ms - 1e-6) & (t < min(at_ms + interval_ms, SEEN_ms) + 1e-6)
    if measured == "all":
        return float(v.max() - REST_mV)
    if measured == "as a potential":
        return float(v[shown].max())
    below = np.interp(at_ms, t, v) if measured == "from its spike" else REST_mV
    return float(v[shown].max() - below)


SIMULATION = Task("simulation", simulation,
    checks=(
        driven("v", "t", SEEN_END_ms, "Membrane potential", 3, "Membrane potential", finest=0.02),
        Number("rise1", "rise1", "First response", "mV", 1, relative=True, finest=0.01),
        Number("rise8", "rise8", "Eighth response", "mV", 2, relative=True, finest=0.01),
    ),
    habits={"dt_ms": 0.025},
    variants=(
        variant("NEURON's defaults"),
        variant("step 0.01 ms", dt_ms=0.01),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("Crank-Nicolson", secondorder=2),
        variant("a loop in numpy", by="implicit Euler"),
        variant("a loop with exponential Euler", by="exponential Euler", dt_ms=0.05),
        variant("one sample per 0.2 ms", then=every(0.2, "v")),
        variant("three digits", then=digits(3, "rise1", "rise8")),
    ),
    mistakes=(
        *slips_of("depletion-forgotten", "facilitation-forgotten", "no-room", "orders-mixed", "released-before-the-rise", "old-use", credit=0.5),
        SWAPPED,
        mistake("all-alike", "every spike opens as much as the first", constant=True),
        mistake("from-rest", "the responses are measured from rest, not from where they begin", measured="from rest", credit=0.5),
        mistake("highest-of-all", "both responses are the highest potential of the run, above rest", measured="all", credit=0.5),
        mistake("peaks-themselves", "the responses are the peaks themselves, in mV, not their heights", measured="as a potential", credit=0.5),
        mistake("tau-left", "the conductance decays with ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", e_mV=-70.0, credit=0.3),
        mistake("g-left", "the leak is still that of pas itself, 0.001 S/cm2", g_S_cm2=0.001, credit=0.3),
        mistake("cell-left", "the cell still has NEURON's own length and diameter", side_um=(100.0, 500.0), credit=0.3),
        mistake("one-nS", "all resources open 1 nS, not 2 nS", gmax_uS=GMAX_uS / 2, credit=0.3),
        mistake("nS-as-uS", "the weight is 2 times the release, in uS: a thousand times too much", gmax_uS=1000 * GMAX_uS),
    ),
)  # fmt: skip
