# SPDX-License-Identifier: BSD-3-Clause
"""A train of eight, and one that comes later."""

import numpy as np

from autograder.handin.form import MAX_SAMPLES
from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.core.units import convert
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse, conductance_uS
from neuroscales.synapse.synapse_simulation import Input, simulate_synapses

from .shared import norm, soma

TRAIN_ms, TRAIN_END_ms = 950.0, 949.0
EIGHT_ms, INTERVAL_ms, LATER_ms = 50.0, 50.0, 500.0


def train(
    p, *, by="formula", swapped=False, delayed=True, events=9, interval_ms=INTERVAL_ms, later_ms=None, kind="Exp2Syn",
    normalized=True, eighth="with the others", counted_from="arrival", dt_ms=0.025, step_ms=0.1, **settings,
):  # fmt: skip
    """Conductance under eight events at 20 Hz and one 500 ms later, and its peaks."""
    # NEURON puts the decay in the place of a rise that is slower, so that what was the rise stands for both.
    rise, decay = (p["rise"], p["rise"]) if swapped else (p["rise"], p["decay"])
    synapse = ExpSynapse(decay) if kind == "ExpSyn" else Exp2Synapse(rise, decay)
    eight = EIGHT_ms + interval_ms * np.arange(8)
    spikes = np.append(eight, eight[-1] + LATER_ms if later_ms is None else later_ms)[:events]
    delay_ms = p["delay"] if delayed else 0.0
    weight_uS = convert(p["weight"], "nS", "uS")
    if by == "formula":
        t = np.arange(0, TRAIN_ms + step_ms / 2, step_ms)
        g_uS = conductance_uS(t, synapse, spikes + delay_ms, weight_uS)
    else:
        source = {"train": Input(synapse, tuple(spikes), weight_uS, delay_ms)}
        run = simulate_synapses(soma(p), source, tstop_ms=TRAIN_ms, dt_ms=dt_ms, **settings)
        t, g_uS = run.time, run.values("g", "train")
    g = convert(g_uS, "uS", "nS") * (1.0 if normalized else 1 / norm(rise, decay))
    arrivals = spikes + delay_ms
    first = _peak(t, g, arrivals[0], interval_ms)
    alone = eighth == "alone" or events < 8
    last = first if alone else _peak(t, g, arrivals[7], interval_ms)
    t_peak = 0.0 if kind == "ExpSyn" else synapse.peak_ms
    if by != "formula":
        t_peak = float(t[np.argmax(np.where(t < arrivals[0] + interval_ms, g, 0))] - arrivals[0])
    if counted_from == "spike":
        t_peak += delay_ms
    few = slice(None, None, -(-len(t) // MAX_SAMPLES))  # as many as are taken
    return {"t": t[few], "g": g[few], "first": first, "eighth": last, "t_peak": t_peak}


def _peak(t, g, from_ms, for_ms):
    """Highest value from one event to the next."""
    return float(g[(t >= from_ms - 1e-9) & (t < from_ms + for_ms)].max())


TRAIN = Task("train", train,
    checks=(
        driven("g", "t", TRAIN_END_ms, "Conductance under the train", 3, "Conductance", unit="nS", finest=0.01),
        Number("first", "first", "Peak of the first event", "nS", 1, relative=True, finest=0.004),
        Number("eighth", "eighth", "Peak of the eighth event", "nS", 2, relative=True, finest=0.006),
        Number("t_peak", "t_peak", "Time to the peak", "ms", 2, finest=0.06),
    ),
    variants=(
        variant("closed form, once per 0.1 ms"),
        variant("closed form, once per 0.025 ms, every other handed in", step_ms=0.025),
        variant("closed form, once per 0.2 ms", step_ms=0.2),
        variant("recorded in NEURON", by="NEURON"),
        variant("recorded in NEURON, step 0.05 ms", by="NEURON", dt_ms=0.05),
        variant("recorded in NEURON, variable step", by="NEURON", dt_ms=None),
        variant("three digits", then=digits(3, "first", "eighth", "t_peak")),
    ),
    mistakes=(
        mistake("swapped", "rise and decay are swapped: NEURON then takes your rise for both", swapped=True, credit=0.3),
        mistake("no-delay", "the closed form counts from the spikes, not from the arrival of their events: the delay is left out", delayed=False, credit=0.5),
        mistake("one-event", "the closed form holds the first event alone", events=1, credit=0.3),
        mistake("ninth-missing", "the ninth event, 500 ms after the eighth, is missing", events=8, credit=0.5),
        mistake("later-from-the-first", "the ninth event comes 500 ms after the first, not after the eighth", later_ms=EIGHT_ms + LATER_ms, credit=0.5),
        mistake("interval-of-20", "the events come every 20 ms: 20 Hz is one every 50 ms", interval_ms=20.0, credit=0.3),
        mistake("not-normalized", "the difference of the exponentials is not normalized to a peak of 1", normalized=False, credit=0.5),
        mistake("jump", "the conductance jumps and decays, as that of ExpSyn", kind="ExpSyn", credit=0.3),
        mistake("eighth-for-first", "the peak of the eighth event stands for that of the first", then=lambda found: found | {"first": found["eighth"]}, credit=0.5),
        mistake("first-for-eighth", "the peak of the eighth event is that of an event alone: what the seven before have left is missing", eighth="alone", credit=0.5),
        mistake("peak-from-the-spike", "the time to the peak is counted from the spike, not from the arrival of its event", counted_from="spike", credit=0.5),
    ),
)  # fmt: skip
