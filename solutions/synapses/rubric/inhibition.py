# SPDX-License-Identifier: BSD-3-Clause
"""GABA-A."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits, every
from neuroscales.core.units import convert
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse, nernst_mV
from neuroscales.synapse.synapse_simulation import Input, simulate_synapses

from .shared import G_LEFT, NEURONS_SIZE, REST_LEFT, soma

CLO_mM, BODY_degC = 130.0, 37.0
INHIBITED_ms, INHIBITED_END_ms, GABA_AT_ms, GLUTAMATE_AT_ms = 120.0, 119.0, 46.0, 50.0
GLUTAMATE_uS, TAU_ms = 0.01, 2.0


def inhibition(
    p, *, e_cl=None, e_used=None, gaba_ms=(0.5, 10.0), exchanged=False, tau_ms=TAU_ms,
    gaba_at_ms=GABA_AT_ms, shunt_at="rest", cell=None, **settings,
):  # fmt: skip
    """Chloride's reversal potential, and what GABA-A does alone and to an excitatory event."""
    e_mV = nernst_mV(CLO_mM, p["cli"], -1, BODY_degC) if e_cl is None else e_cl(p)
    used_mV = e_mV if e_used is None else e_used
    one, rest_mV = soma(p, **(cell or {})), p["rest"]
    weights_uS = [GLUTAMATE_uS, convert(p["g_gaba"], "nS", "uS")][:: -1 if exchanged else 1]

    def height(t, v):
        """Highest potential above rest; what is left of another start is no response."""
        return float(v[t >= GABA_AT_ms - 1e-9].max() - rest_mV)

    def potential(*events, gaba_mV=used_mV):
        inputs = {
            "glutamate": Input(ExpSynapse(tau_ms), (GLUTAMATE_AT_ms,), weights_uS[0], 0.0),
            "gaba": Input(Exp2Synapse(*gaba_ms, gaba_mV), (gaba_at_ms,), weights_uS[1], 0.0),
        }
        chosen = {name: inputs[name] for name in events}
        run = simulate_synapses(one, chosen, tstop_ms=INHIBITED_ms, **settings)
        return run.time, run.values("v")

    (since, alone), (t, both) = potential("gaba"), potential("glutamate", "gaba")
    shunted = potential("glutamate", "gaba", gaba_mV=p["rest"]) if shunt_at == "rest" else (t, both)
    epsp, gaba = height(*potential("glutamate")), alone[since >= GABA_AT_ms - 1e-9] - rest_mV
    return {
        "e_cl": float(e_mV), "gaba": float(gaba[np.abs(gaba).argmax()]), "epsp": epsp, "t": t, "v": both,
        "shunt": height(*shunted) / epsp,
    }  # fmt: skip


def _of_nernst(*, outside=CLO_mM, celsius_degC=BODY_degC, factor=1.0):
    """Another slip in Nernst's equation, as a function of the parameters."""
    return lambda p: factor * nernst_mV(outside, p["cli"], -1, celsius_degC)


V_INIT = mistake(
    "v-init", "the run starts from -65 mV, not from your cell's rest", cell={"v_init_mV": -65.0}, credit=0.5
)


INHIBITION = Task("inhibition", inhibition,
    checks=(
        Number("e_cl", "e_cl", "Reversal potential of chloride", "mV", 2, finest=0.4),
        Number("gaba", "gaba", "Change under GABA-A alone", "mV", 2, relative=True, finest=0.005),
        Number("epsp", "epsp", "Height of the excitatory event alone", "mV", 1, relative=True, finest=0.005),
        driven("v", "t", INHIBITED_END_ms, "Potential under both events", 2, "Potential under both", finest=0.02),
        Number("shunt", "shunt", "Part of the height that the shunt leaves", "", 1, finest=0.005),
    ),
    variants=(
        variant("NEURON's defaults"),
        variant("step 0.0125 ms", dt_ms=0.0125),
        variant("step 0.01 ms, Crank-Nicolson", dt_ms=0.01, secondorder=2),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("potential to 0.1 mV", e_cl=lambda p: round(_of_nernst()(p), 1)),
        variant("one sample per 0.25 ms", then=every(0.25, "v")),
        variant("three digits", then=digits(3, "e_cl", "gaba", "epsp", "shunt")),
    ),
    mistakes=(
        mistake("cli-clo-swapped", "chloride's potential has the wrong sign: its valence is -1, so that inside stands above outside", e_cl=_of_nernst(factor=-1.0), credit=0.3),
        mistake("log-to-ten", "the logarithm is that to the base ten", e_cl=_of_nernst(factor=1 / np.log(10)), credit=0.5),
        mistake("cold", "the temperature in Nernst's equation is NEURON's own 6.3 degC", e_cl=_of_nernst(celsius_degC=6.3), credit=0.5),
        mistake("celsius-for-kelvin", "37 stands for the temperature in Nernst's equation, in degC: it wants kelvin", e_cl=_of_nernst(factor=37 / 310.15), credit=0.5),
        mistake("reverses-at-0", "the inhibitory synapse still reverses at Exp2Syn's own 0 mV", e_used=0.0, credit=0.3),
        mistake("reverses-at-80", "the inhibitory synapse reverses at -80 mV, not at your chloride's potential", e_used=-80.0, credit=0.3),
        mistake("weights-exchanged", "the two weights stand in each other's place", exchanged=True, credit=0.3),
        mistake("gaba-later", "the inhibitory event comes 4 ms after the excitatory one, not before it", gaba_at_ms=54.0, credit=0.5),
        mistake("gaba-times-left", "the inhibitory synapse still has Exp2Syn's own times, 0.1 and 10 ms", gaba_ms=(0.1, 10.0), credit=0.5),
        mistake("gaba-swapped", "rise and decay of the inhibitory synapse are swapped: NEURON then takes 0.5 ms for both", gaba_ms=(0.5, 0.5), credit=0.3),
        mistake("tau-left", "the excitatory synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("shunt-at-chloride", "in shunt the inhibitory synapse reverses at chloride's potential, not at rest", shunt_at="chloride", credit=0.5),
        REST_LEFT, G_LEFT, NEURONS_SIZE, V_INIT,
    ),
)  # fmt: skip
