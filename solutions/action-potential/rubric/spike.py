# SPDX-License-Identifier: BSD-3-Clause
"""One spike."""

from autograder.rubric import Guided, Number, Task, mistake, spiking, variant
from autograder.rubric.ways import digits, every
from neuroscales.membrane.excitability import equilibrium_mV
from neuroscales.membrane.protocols import Pulse

from .shared import AREA, EULER, HABITS, MEMBRANE, RUNS, SIZE, exchanged
from .soma import (
    DELAY_ms,
    DENSITY_uA_cm2,
    DUR_ms,
    FOREVER_ms,
    SPIKE_END_ms,
    SPIKE_ms,
    nA,
    of,
    per_nA,
    soma,
    states,
)


@of("diam", "gnabar", "ek")
def spike(
    p, *, at_nA=None, density=DENSITY_uA_cm2, area=1.0, delay_ms=DELAY_ms, dur_ms=DUR_ms, tstop_ms=SPIKE_ms,
    rest_ms=None, from_mV=None, said_mV=None, **settings,
):  # fmt: skip
    """Where the soma rests, and its answer to a pulse of 20 uA/cm2."""
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    rest_mV = equilibrium_mV(0.0, soma(p, **membrane))
    if rest_ms:
        rest_mV = float(states(p, [], tstop_ms=rest_ms, from_mV=-65.0, **settings)[1]["v"][-1])
    solved_nA = nA(p, density, area)
    pulse = Pulse(delay_ms, dur_ms, per_nA(p) * (at_nA or solved_nA))
    start_mV = rest_mV if from_mV is None else from_mV
    t, found = states(p, [pulse], tstop_ms=tstop_ms, names=("v", "ina", "ik"), from_mV=start_mV, **settings)
    return {"rest": rest_mV if said_mV is None else said_mV, "amp": solved_nA, "t": t, **found}


SPIKE = Task("spike", spike,
    checks=(
        Number("rest", "rest", "Resting potential", "mV", 1, finest=0.02),
        Number("amp", "amp", "Amplitude of the pulse", "nA", 1, relative=True, finest=0.005),
        *spiking("v", "t", SPIKE_END_ms, "Membrane potential", {"count": 1, "arrival": 1, "peak": 1, "trough": 1, "shape": 1}),
        Guided("ina", "ina", "Sodium current around the spike", "mA/cm2", 1, finest=0.005, end=SPIKE_END_ms, plot="Sodium current density"),
        Guided("ik", "ik", "Potassium current around the spike", "mA/cm2", 1, finest=0.005, end=SPIKE_END_ms, plot="Potassium current density"),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    variants=(
        *RUNS,
        *EULER,
        variant("rest read after 200 ms", rest_ms=200.0),
        variant("rest read after 100 ms", rest_ms=100.0),
        variant("longer run", tstop_ms=40.0),
        variant("one sample per 0.05 ms", then=every(0.05, "v", "ina", "ik")),
        variant("three digits", then=digits(3, "amp")),
        variant("five digits of the rest", then=digits(4, "rest")),
    ),
    mistakes=(
        *MEMBRANE,
        mistake("eighteen-degrees", "the temperature is 18.5 degC, that of a famous axon, not 6.3 degC", celsius_degC=18.5),
        *SIZE,
        *AREA,
        mistake("v-init", "the run starts from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("rest-is-minus-65", "the rest is given as -65 mV, from where NEURON starts by itself", from_mV=-65.0, said_mV=-65.0),
        mistake("rest-too-early", "the rest is read after 5 ms, before the soma has come to it", rest_ms=5.0),
        mistake("stimulus-left-on", "the current does not end", dur_ms=FOREVER_ms, credit=0.3),
        mistake("delay-and-duration-exchanged", "delay and duration of the pulse are exchanged", delay_ms=DUR_ms, dur_ms=DELAY_ms, credit=0.5),
        mistake("hyperpolarizing", "the current has the other sign: it hyperpolarizes", density=-DENSITY_uA_cm2, credit=0.3),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 2 ms", delay_ms=0.0, credit=0.5),
        mistake("step-too-coarse", "the time step is 0.1 ms, too coarse for a spike", dt_ms=0.1, credit=0.3),
        mistake("currents-exchanged", "the sodium and the potassium current stand in each other's place", then=exchanged("ina", "ik"), credit=0.3),
    ),
)  # fmt: skip
