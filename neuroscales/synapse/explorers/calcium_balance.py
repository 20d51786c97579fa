# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on calcium: where it is after a spike, and where it has gone."""

import numpy as np

from neuroscales.cable.dendrite import Dendrite
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.synapse.calcium import (
    BALANCE,
    Buffer,
    CalciumEntry,
    CalciumPool,
    imbalance_mM,
    simulate_calcium,
)

_TRAINS = {"one spike": 1, "five, 20 ms apart": 5}
_FIRST_ms, _INTERVAL_ms, _TSTOP_ms, _SAMPLES = 20.0, 20.0, 300.0, 301


def calcium() -> Explorer:
    """Spikes let calcium into a dendrite: free below the membrane and on the axis, and the balance of all."""
    depths = (
        Line("ca", "membrane", "membrane", "membrane potential"),
        Line("ca", "center", "center", "membrane potential"),
    )
    meanings = {"entered": "stimulus", "bound": "inhibitory", "pumped": "leak", "free": "membrane potential"}
    amounts = tuple(Line(name, None, name, meaning) for name, meaning in meanings.items())
    return Explorer(
        name="calcium",
        title="Calcium: what enters, and where it is",
        model=_spikes,
        controls=(
            Control("total_mM", "Buffer", "mM", (0.05, 0.2, 0.5), start=0.2),
            Control("K_uM", "Half of it is bound at", "uM", (0.2, 1, 5), start=5),
            Control("v_pump_um_ms", "Pump", "um/ms", (0, 0.05, 0.2), start=0.05),
            Control("diam_um", "Diameter", "um", (1, 2, 4), start=1),
            Control("train", "Spikes", "1", range(len(_TRAINS)), start=1, words=tuple(_TRAINS)),
        ),
        views=(
            TimeSeries(depths, "Free calcium", "uM", (-0.4, 5)),
            TimeSeries(amounts, "What has changed, spread over the volume", "uM", (-2, 27)),
        ),
        describe=_where_it_is,
        caption="Each spike carries the same current through each piece of membrane for 2 ms. Below, the "
        "dotted line is what has entered; what is pumped out, and what more is bound and free than at rest, "
        "add up to it.",
        alt="Two panels over 300 ms, with five spikes from 20 to 100 ms. Above, the free calcium below the "
        "membrane leaps at each of them, the last time to 0.95 uM, and falls at once toward that in the "
        "center, which climbs without leaps to 0.6 uM; after 110 ms both decay as one. Below, what has "
        "entered climbs in five steps to 25 uM. Nearly all of it is bound at first; what is bound falls from "
        "21 to 10 uM as what is pumped out rises to 14. What is free is a line close to zero.",
        samples=_SAMPLES,
    )  # fmt: skip


def _spikes(total_mM: float, K_uM: float, v_pump_um_ms: float, diam_um: float, train: float) -> Recording:
    buffer = Buffer(total_mM, on_per_mM_ms=100.0, off_per_ms=0.1 * K_uM)
    pool = CalciumPool(buffer, v_pump_um_ms=v_pump_um_ms)
    spikes = [
        CalciumEntry(_FIRST_ms + _INTERVAL_ms * number, 2.0, 0.012)
        for number in range(list(_TRAINS.values())[int(train)])
    ]
    run = simulate_calcium(pool, spikes, Dendrite(10.0, diam_um, 1), tstop_ms=_TSTOP_ms + 0.1, dt_ms=0.1)
    # Samples at whole ms, where the pulses end, so that no peak falls between two of them.
    return _changed(run.resample(np.linspace(0, _TSTOP_ms, _SAMPLES)))


def _changed(run: Recording) -> Recording:
    """The recording with what is free and bound counted from rest, under the same names."""
    amounts = [run.signal(name) for name in BALANCE]
    changed = [Signal(each.name, each.values - each.values[0], each.unit) for each in amounts]
    return Recording(run.time, [*(s for s in run.signals if s.name not in BALANCE), *changed])


def _where_it_is(recording: Recording) -> str:
    """One sentence on the peaks, one on where everything is in the end, and the balance."""
    below, center = (1e3 * recording.values("ca", place).max() for place in ("membrane", "center"))
    free, bound, entered, pumped = (1e3 * recording.values(name)[-1] for name in BALANCE)
    lost_uM = 1e-12 * np.ceil(1e15 * np.abs(imbalance_mM(recording)).max())
    return (
        f"Free calcium reaches {below:.2f} µM below the membrane and {center:.2f} in the center. Of "
        f"{entered:.1f} µM that entered, {pumped:.1f} are pumped out in the end, {bound:.1f} bound and "
        f"{free:.2f} free. The balance is off by less than {lost_uM:.0e} µM."
    )
