# SPDX-License-Identifier: BSD-3-Clause
"""Five events on a dendrite: how much do they make together, there and in the soma?"""

import numpy as np

from neuroscales.cable.dendrite import PASSIVE, BallAndStick, Dendrite
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries
from neuroscales.synapse.conductance import ExpSynapse
from neuroscales.synapse.synapse_simulation import Input, Train, charge_pC, simulate_synapses

_FIRST_MS = 5.0
_CELL = BallAndStick(dendrite=Dendrite(Ra_ohm_cm=200, nseg=27), soma_membrane=PASSIVE)


def summation() -> Explorer:
    """Five events at one place of a dendrite: how much do they make together, there and in the soma?"""
    distance = Control("distance_um", "Distance from the soma", "um", (0, 50, 100, 200, 300, 400), start=200)
    return Explorer(
        name="summation",
        title="Five events: where they come, how strong, how soon after each other",
        model=_five_events,
        controls=(
            distance,
            Control("weight_nS", "Conductance of one event", "nS", (1, 3, 10, 30, 100, 1000), start=30),
            Control("interval_ms", "From one event to the next", "ms", (1, 2, 5, 10), start=2),
        ),
        views=(
            TimeSeries(
                (Line("v", "synapse", "at the synapse"), Line("v", "soma", "in the soma")),
                "Membrane potential", "mV", (-67, 3),
            ),
            TimeSeries(
                (Line("five", "soma", "five events", "membrane potential"),
                 Line("added", "soma", "if they added", "reference")),
                "Rise in the soma, per peak of one event", "1", (-0.2, 5.1), side_by_side=2,
            ),
            Summary(
                _part_that_enters, distance, "Charge that enters, as a part of what would at rest", "1",
                (0, 1.05), meaning="excitatory", side_by_side=2,
            ),
        ),
        describe=_what_arrives,
        caption="The soma has no channels but a leak, and the synapse reverses at 0 mV. While the potential "
        "stays near rest the events add; where it comes near 0 mV, each lets in less than the one before.",
        alt="Three panels. The potential over time: at the synapse five peaks that climb from -35 to -18 mV, "
        "in the soma one smooth rise to -56 mV. The rise in the soma reaches less than two peaks of a single "
        "event, where the dashed line, on which it would run if the events added, goes above three. The "
        "charge that enters falls with the distance from the soma.",
        samples=241,
    )  # fmt: skip


def _five_events(distance_um: float, weight_nS: float, interval_ms: float) -> Recording:
    place = distance_um / _CELL.dendrite.L_um
    five = _run(Train(_FIRST_MS, interval_ms, 5), place, weight_nS)
    one = _run(Train(_FIRST_MS, interval_ms, 1), place, weight_nS)
    rest_mV = _CELL.soma.v_init_mV
    single_mV = one.values("v", "soma") - rest_mV
    # The event's own response, five times: before it there was none.
    shifts = [np.interp(five.time - k * interval_ms, one.time, single_mV, left=0.0) for k in range(5)]
    rise_mV = five.values("v", "soma") - rest_mV
    per_peak = 1 / single_mV.max()
    part = charge_pC(five, "synapse") / (5e-3 * weight_nS * ExpSynapse().area_ms * rest_mV)
    signals = [
        Signal("v", five.values("v", place), "mV", "synapse"),
        Signal("v", five.values("v", "soma"), "mV", "soma"),
        Signal("five", per_peak * rise_mV, "1", "soma"),
        Signal("added", per_peak * np.sum(shifts, axis=0), "1", "soma"),
        Signal("part", np.full(five.time.shape, part), "1"),
    ]
    return Recording(five.time, signals)


def _run(train: Train, place: float, weight_nS: float) -> Recording:
    synapse = Input(ExpSynapse(), train, 1e-3 * weight_nS, delay_ms=0.0, site=place)
    return simulate_synapses(_CELL, {"synapse": synapse}, tstop_ms=70.0, record=("soma", place))


def _part_that_enters(recording: Recording) -> float:
    return float(recording.values("part")[0])


def _what_arrives(recording: Recording) -> str:
    """One sentence: the rise at the synapse and in the soma, and what is missing of the sum."""
    heights = {place: np.ptp(recording.values("v", place)) for place in ("synapse", "soma")}
    of_sum = recording.values("five", "soma").max() / recording.values("added", "soma").max()
    return (
        f"{heights['synapse']:.3g} mV at the synapse, {heights['soma']:.3g} mV in the soma: "
        f"{100 * of_sum:.0f} % of what the five would make if they added."
    )
