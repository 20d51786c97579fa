# SPDX-License-Identifier: BSD-3-Clause
"""A soma with one process."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits, every
from neuroscales.cable.dendrite import BallAndStick, Dendrite, simulate_ball_and_stick
from neuroscales.membrane.patch import Patch, input_resistance_Mohm
from neuroscales.membrane.protocols import CurrentPulse

from .cell import (
    MEMBRANES,
    DELAY_ms,
    DUR_ms,
    LONG_END_ms,
    LONG_TSTOP_ms,
    NEVER_ms,
    STEADY_ms,
    before_mV,
    start_mV,
)
from .shared import OF_G, OF_REST, OF_SIZE, RUNS


def neurite(
    p, *, site="soma", read="soma", attached=True, g_process=None, diam_um=1.5, Ra_ohm_cm=150.0, nseg=51,
    v_init_mV=None, dur_ms=DUR_ms, per_nA=1e-3, read_at_ms=STEADY_ms, counted="both", tstop_ms=LONG_TSTOP_ms,
    dt_ms=None, **settings,
):  # fmt: skip
    """The same pulse into a soma with one process, and two resistances: measured, and from all of the area."""
    v_init_mV = start_mV(p) if v_init_mV is None else v_init_mV
    process = Dendrite(p["neurite"], diam_um, nseg, Ra_ohm_cm)
    membrane = MEMBRANES["hh without gates"]
    cell = BallAndStick(
        Patch(p["L"], p["diam"], v_init_mV=v_init_mV), process, membrane(p),
        membrane(p if g_process is None else p | {"g": g_process}), attached,
    )  # fmt: skip
    pulse = CurrentPulse(DELAY_ms, dur_ms, per_nA * p["amp"])
    recording = simulate_ball_and_stick(
        cell, {site: pulse}, record=[read], tstop_ms=tstop_ms, dt_ms=dt_ms, **settings
    )
    t, v = recording.time, recording.values("v")
    areas_um2 = {"soma": cell.soma.area_um2, "process": process.area_um2}
    area_um2 = areas_um2.get(counted) or sum(areas_um2.values())
    return {
        "t": t,
        "v": v,
        "resistance": (float(np.interp(read_at_ms, t, v)) - before_mV(p, t, v)) / (1e-3 * p["amp"]),
        "resistance_area": input_resistance_Mohm(area_um2, p["g"]),
    }


NEURITE = Task("neurite", neurite,
    checks=(
        driven("v", "t", LONG_END_ms, "Membrane potential of the soma", 2, "Membrane potential", finest=0.05),
        Number("resistance", "resistance", "Input resistance at the soma", "Mohm", 2.5, relative=True, finest=0.005),
        Number("resistance_area", "resistance_area", "Resistance if all were at one potential", "Mohm", 1.5, relative=True, finest=0.005),
    ),
    habits={"dt_ms": 0.025},
    variants=(
        *(way for way in RUNS),
        variant("101 segments", nseg=101),
        variant("153 segments, variable step", nseg=153, dt_ms=None),
        variant("three digits", then=digits(3, "resistance", "resistance_area")),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("longer run", tstop_ms=150.0),
    ),
    mistakes=(
        *OF_SIZE,
        *OF_G,
        *OF_REST,
        mistake("Ra-left", "the resistivity inside is NEURON's own, 35.4 ohm cm", Ra_ohm_cm=35.4, credit=0.3),
        mistake("process-of-3-um", "the process is 3 um thick: twice what is asked", diam_um=3.0, credit=0.3),
        mistake("process-of-0.75-um", "the process is 0.75 um thick: the radius stands where the diameter belongs", diam_um=0.75, credit=0.3),
        mistake("nseg-left", "the process has one segment", nseg=1, credit=0.5),
        mistake("not-connected", "the process is not connected to the soma", attached=False, credit=0.3),
        mistake("no-leak-in-the-process", "the process has no leak", g_process=0.0, credit=0.3),
        mistake("leak-left-in-the-process", "the process has pas's own conductance, 0.001 S/cm2", g_process=0.001, credit=0.3),
        mistake("clamp-in-the-process", "the clamp sits at the far end of the process", site=1.0, credit=0.3),
        mistake("recorded-in-the-process", "v is read at the far end of the process", read=1.0, credit=0.3),
        mistake("both-in-the-process", "current and v are those of the far end", site=1.0, read=1.0, credit=0.3),
        mistake("area-of-the-soma", "the area is that of the soma alone", counted="soma", credit=0.5),
        mistake("area-of-the-process", "the area is that of the process alone", counted="process", credit=0.5),
        mistake("same-resistance", "the measured resistance is handed in twice", then=lambda found: found | {"resistance_area": found["resistance"]}),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", dur_ms=NEVER_ms, credit=0.5),
        mistake("read-too-early", "the rise is read 10 ms after the pulse began", read_at_ms=DELAY_ms + 10, credit=0.5),
        mistake("amplitude-in-pA", "the clamp is given the number of pA: NEURON counts nA", per_nA=1.0, credit=0.3),
    ),
)  # fmt: skip
