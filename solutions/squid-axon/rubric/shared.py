# SPDX-License-Identifier: BSD-3-Clause
"""Correct ways and mistakes that several tasks share."""

from autograder.rubric import mistake, variant

from .axon import COARSE_ms

HABITS = {"dt_ms": COARSE_ms, "rate_table": True}  # NEURON's own defaults, which most students keep


RUNS = (
    variant("NEURON's defaults"),
    variant("exact rates", rate_table=False),
    variant("step 0.01 ms", dt_ms=0.01),
    variant("step 0.005 ms", dt_ms=0.005),
    variant("variable step", dt_ms=None),
    variant("variable step, exact rates", dt_ms=None, rate_table=False),
    variant("Crank-Nicolson", secondorder=2),
    variant("nseg 129", nseg=129),
    variant("nseg 129, step 0.005 ms, exact rates", nseg=129, dt_ms=0.005, rate_table=False),
    variant("longer run", tstop_ms=25.0),
)


SEED = {"diam": 100, "dur": 0.1, "gnabar": 0.12}


LEFT = (
    mistake("diameter-left", "the diameter is still the seed's 100 um", p={"diam": SEED["diam"]}),
    mistake("sodium-left", "the sodium density is still hh's own 0.12 S/cm2", p={"gnabar": SEED["gnabar"]}),
    mistake(
        "radius-for-diameter",
        "the radius stands where the diameter belongs",
        p=lambda p, own: {"diam": p["diam"] / 2},
    ),
    mistake("length-left", "the length is still NEURON's own 100 um", L_um=100.0),
    mistake("nseg-left", "nseg is still 1", nseg=1),
)


SETUP = (
    *LEFT,
    mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}),
    mistake("pulse-of-1-ms", "the pulse lasts 1 ms", p={"dur": 1.0}),
    mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
    mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
    mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
    mistake(
        "celsius-not-set", "the temperature is not set", celsius_degC=6.3,
        unseen="NEURON's own temperature is 6.3 degC, so that nothing changes",
    ),
)  # fmt: skip


SYMMETRY = "the axon is symmetric: seen from its middle, both ends are the same"
CARRIED = {"amp_nA": "threshold.amp"}


STRENGTH = (
    mistake("stimulus-ten-times", "the stimulus is ten times too strong", factor=20.0, credit=0.5),
    mistake(
        "not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0, credit=0.5
    ),
    mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, credit=0.5),
)
