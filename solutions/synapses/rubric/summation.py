# SPDX-License-Identifier: BSD-3-Clause
"""Summation."""

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable.dendrite import PASSIVE, BallAndStick, Dendrite
from neuroscales.synapse.conductance import ExpSynapse
from neuroscales.synapse.synapse_simulation import Input, Train, simulate_synapses

SUMMED_ms, SUMMED_END_ms, FIRST_ms, SUMMED_uS_per_nS = 80.0, 79.0, 20.0, 5e-3
DENDRITE = {"nseg": 45, "Ra_ohm_cm": 150.0}


def summation(
    p, *, tau_ms=2.0, number=5, interval_ms=None, site=None, dendrite=None, weight=1.0, seen="soma", from_mV=-65.0,
    delay_ms=1.0, start_ms=FIRST_ms, attached=True, **settings,
):  # fmt: skip
    """The soma's potential under five events on the dendrite, and the heights of one and of five."""
    cell = BallAndStick(
        dendrite=Dendrite(**(DENDRITE | (dendrite or {}))), soma_membrane=PASSIVE, attached=attached
    )
    place = p["place"] if site is None else site

    def run(events):
        source = Train(start_ms, p["interval"] if interval_ms is None else interval_ms, events)
        one = Input(ExpSynapse(tau_ms), source, SUMMED_uS_per_nS * weight * p["weight"], delay_ms, place)
        record = ("soma",) if place == "soma" else ("soma", place)
        return simulate_synapses(cell, {"one": one}, tstop_ms=SUMMED_ms, record=record, **settings)

    single, train_of = run(1), run(number)
    return {
        "t": train_of.time, "v": train_of.values("v", seen if seen == "soma" else place),
        "one": float(single.values("v", "soma").max() - from_mV),
        "five": float(train_of.values("v", "soma").max() - from_mV),
        "there": float(train_of.values("v", place).max() - from_mV),
    }  # fmt: skip


SUMMATION = Task("summation", summation,
    checks=(
        driven("v", "t", SUMMED_END_ms, "Potential of the soma", 1, "Potential of the soma", finest=0.02),
        Number("one", "one", "Height after one event", "mV", 1.5, relative=True, finest=0.005),
        Number("five", "five", "Height under five", "mV", 1.5, relative=True, finest=0.005),
        Number("there", "there", "Height at the synapse", "mV", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("nseg 45"),
        variant("nseg 25", dendrite={"nseg": 25}),
        variant("nseg 35, step 0.0125 ms", dendrite={"nseg": 35}, dt_ms=0.0125),
        variant("nseg 101", dendrite={"nseg": 101}),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("three digits", then=digits(3, "one", "five", "there")),
    ),
    mistakes=(
        mistake("tau-left", "the synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("number-left", "the source still sends NetStim's own ten events", number=10, credit=0.5),
        mistake("interval-left", "the events still come every 10 ms, NetStim's own interval", interval_ms=10.0, credit=0.5),
        mistake("start-left", "the train still begins at NetStim's own 50 ms", start_ms=50.0, credit=0.5),
        mistake("in-the-middle", "the synapse sits in the middle of the dendrite, not at your place", site=0.5, credit=0.3),
        mistake("on-the-soma", "the synapse sits on the soma, not on the dendrite", site="soma", credit=0.3),
        mistake("Ra-left", "Ra is still NEURON's own 35.4 ohm cm", dendrite={"Ra_ohm_cm": 35.4}, credit=0.3),
        mistake("one-segment", "nseg is still 1", dendrite={"nseg": 1}, credit=0.3),
        mistake("a-fifth-of-the-weight", "an event opens your weight, not five times as much", weight=0.2, credit=0.5),
        mistake("read-at-the-synapse", "v is read at the synapse, not in the soma", seen="synapse", credit=0.5),
        mistake("five-times-one", "the height under five is five times that of one: it was multiplied, not simulated", then=lambda found: found | {"five": 5 * found["one"]}, credit=0.5),
        mistake("from-0-mV", "the heights are the potentials themselves, not counted from rest", from_mV=0.0, credit=0.5),
    ),
)  # fmt: skip
