# SPDX-License-Identifier: BSD-3-Clause
"""The shape of a response: rise and decay of a conductance, and the potential that it makes."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.patch import Leak, Patch
from neuroscales.synapse.conductance import Exp2Synapse, conductance_uS
from neuroscales.synapse.synapse_simulation import Input, Soma, simulate_synapses

_FIRST_MS = 5.0
# what comes -> when the events arrive
_PATTERNS = {
    "one event": (_FIRST_MS,),
    "two, 20 ms apart": (_FIRST_MS, _FIRST_MS + 20),
    "three, 10 ms apart": (_FIRST_MS, _FIRST_MS + 10, _FIRST_MS + 20),
}


def response() -> Explorer:
    """Rise and decay of a conductance, its closed form over it, and the potential that it makes."""
    neuron_and_formula = (
        Line("g", "synapse", "NEURON", "inhibitory"),
        Line("formula", "synapse", "closed form", "reference"),
    )
    shapes = (
        Line("opened", "synapse", "g", "inhibitory"),
        Line("moved", "soma", "V", "membrane potential"),
    )
    return Explorer(
        name="response",
        title="The shape of a response: rise, decay, and the membrane",
        model=_inhibited_soma,
        controls=(
            Control("tau1_ms", "Time constant of the rise", "ms", (0.2, 0.5, 1, 2, 5), start=0.5),
            Control("tau2_ms", "Time constant of the decay", "ms", (5, 10, 20, 50), start=10),
            Control("membrane_ms", "Time constant of the membrane", "ms", (1, 5, 20), start=5),
            Control("pattern", "What comes", "1", range(len(_PATTERNS)), start=0, words=tuple(_PATTERNS)),
        ),
        views=(
            TimeSeries(neuron_and_formula, "Conductance", "nS", (0, 2.8)),
            TimeSeries(shapes, "Conductance g and potential V, as parts of their largest", "1", (0, 1.08)),
        ),
        describe=_when_and_how_much,
        caption="One event opens 1 nS at its peak; the synapse reverses at -80 mV and the soma rests at "
        "-70 mV. The closed form is drawn one time step late, as NEURON records. The potential follows the "
        "conductance as fast as its membrane lets it.",
        alt="Two panels over 80 ms. The conductance rises at 5 ms within less than 2 ms to 1 nS and decays "
        "over tens of milliseconds; a dashed line, the closed form, lies on it. Scaled to one height, the "
        "potential rises later than the conductance, peaks later and decays later.",
        samples=401,
    )  # fmt: skip


def _inhibited_soma(tau1_ms: float, tau2_ms: float, membrane_ms: float, pattern: float) -> Recording:
    synapse = Exp2Synapse(tau1_ms, tau2_ms)
    arrivals_ms = list(_PATTERNS.values())[int(pattern)]
    leak = Leak(g_S_cm2=1e-3 / membrane_ms)  # 1 uF/cm2
    soma = Soma(Patch(v_init_mV=leak.e_mV), leak)
    one = Input(synapse, arrivals_ms, weight_uS=1e-3, delay_ms=0.0)
    recording = simulate_synapses(soma, {"synapse": one}, tstop_ms=80.0)
    opened, moved = recording.values("g", "synapse"), leak.e_mV - recording.values("v", "soma")
    step_ms = recording.time[1]
    formula_uS = conductance_uS(recording.time - step_ms, synapse, arrivals_ms, 1e-3)
    signals = [
        recording.signal("g", "synapse"),
        recording.signal("v", "soma"),
        Signal("formula", formula_uS, "uS", "synapse"),
        Signal("opened", opened / opened.max(), "1", "synapse"),
        Signal("moved", moved / moved.max(), "1", "soma"),
    ]
    return Recording(recording.time, signals)


def _when_and_how_much(recording: Recording) -> str:
    """One sentence: peaks of conductance and potential, and how far NEURON is from the formula."""
    opened, moved = recording.values("g", "synapse"), recording.values("v", "soma")
    off = np.abs(opened - recording.values("formula", "synapse")).max() / opened.max()
    agree = "agree to rounding" if off < 1e-9 else f"differ by {100 * off:.3f} % of the peak"
    peak_ms, trough_ms = recording.time[opened.argmax()], recording.time[moved.argmin()]
    return (
        f"The conductance peaks at {peak_ms:.1f} ms with {1e3 * opened.max():.2f} nS, the potential at "
        f"{trough_ms:.1f} ms with {np.ptp(moved):.2g} mV; NEURON and formula {agree}."
    )
