# SPDX-License-Identifier: BSD-3-Clause
"""A spike in the dendrite."""

from autograder.rubric import Number, Task, driven, mistake, spiking, variant
from autograder.rubric.ways import digits, every
from neuroscales.cable import simulate_ball_and_stick
from neuroscales.core.units import convert
from neuroscales.membrane import CurrentPulse, HodgkinHuxley

from .cell import REST_mV, SOMA_um, passive
from .cell import cell as ball_and_stick
from .shared import GEOMETRY

SPIKE_TSTOP_ms, SPIKE_END_ms = 25.0, 24.5


def spike(
    p, *, dt_ms=0.005, rate_table=False, secondorder=0, nseg=101, attached=True, tip=1.0, into="soma", amp_nA=2.0, dur_ms=1.0,
    celsius_degC=6.3, v_init_mV=REST_mV, height_from_mV=REST_mV, active=False, e_mV=REST_mV, rm=None, soma_um=SOMA_um,
    tstop_ms=SPIKE_TSTOP_ms, upside_down=False,
):  # fmt: skip
    """A spike of the soma, and what is left of it at the tip of the dendrite."""
    hh = HodgkinHuxley(celsius_degC=celsius_degC)
    dendritic = hh if active else passive(convert(1 / (rm or p["rm"]), "mS", "S"), e_mV, celsius_degC)
    cell = ball_and_stick(p, hh, nseg, attached, soma_um, dendritic, celsius_degC, v_init_mV)
    recording = simulate_ball_and_stick(
        cell, {into: CurrentPulse(1.0, dur_ms, amp_nA)}, tstop_ms=tstop_ms, record=("soma", tip), dt_ms=dt_ms,
        rate_table=rate_table, secondorder=secondorder,
    )  # fmt: skip
    v_soma, v_tip = recording.values("v", "soma"), recording.values("v", tip)
    ratio = (v_tip.max() - height_from_mV) / (v_soma.max() - height_from_mV)
    return {
        "t": recording.time,
        "v_soma": v_soma,
        "v_tip": v_tip,
        "ratio": float(1 / ratio if upside_down else ratio),
    }


SPIKE_HABITS = {"dt_ms": 0.025, "rate_table": True}


SPIKE = Task("spike", spike,
    checks=(
        *spiking("v_soma", "t", SPIKE_END_ms, "Membrane potential in the soma", {"count": 0.5, "peak": 1.5, "shape": 1}, ", soma"),
        driven("v_tip", "t", SPIKE_END_ms, "Membrane potential at the tip", 3, "v at the tip", finest=0.1),
        Number("ratio", "ratio", "What is left at the tip", "", 2, finest=0.005),
    ),
    habits=SPIKE_HABITS,
    variants=(
        variant("NEURON's defaults"),
        variant("exact rates", rate_table=False),
        variant("step 0.01 ms", dt_ms=0.01),
        variant("step 0.005 ms, exact rates", dt_ms=0.005, rate_table=False),
        variant("variable step", dt_ms=None),
        variant("nseg 27", nseg=27),
        variant("nseg 51, Crank-Nicolson", nseg=51, secondorder=2),
        variant("longer run", tstop_ms=40.0),
        variant("one sample per 0.1 ms", then=every(0.1, "v_soma", "v_tip")),
        variant("three digits", then=digits(3, "ratio")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("not-attached", "the dendrite is not attached to the soma", attached=False),
        mistake("recorded-in-the-middle", "the dendrite is read at x = 0.5, not at its tip", tip=0.5, credit=0.5),
        mistake("clamp-at-the-tip", "the pulse enters the tip of the dendrite, not the soma", into=1.0),
        mistake("hh-everywhere", "hh is inserted into the dendrite, too", active=True),
        mistake("e-left", "the leak of the dendrite still reverses at pas' own -70 mV", e_mV=-70.0),
        mistake("soma-of-20-um", "the soma is 20 um long and thick, not 30 um", soma_um=20.0),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("pulse-of-10-ms", "the pulse lasts 10 ms, not 1 ms", dur_ms=10.0),
        mistake("one-segment", "nseg is still 1", nseg=1),
        mistake("ratio-from-0-mV", "the ratio is that of the potentials themselves, not of their heights above -65 mV", height_from_mV=0.0, credit=0.5),
        mistake("ratio-upside-down", "the ratio is upside down", upside_down=True, credit=0.5),
    ),
)  # fmt: skip
