# SPDX-License-Identifier: BSD-3-Clause
"""A short pulse."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.patch import Patch, charging_mV, delivered_ms, step_of_run_ms
from neuroscales.membrane.protocols import CurrentPulse

from .cell import V_INIT_mV, run

SHORT_nA = 1.0


def short(
    p, *, area_scale=1.0, dur_ms=None, coarse_ms=0.025, fine_ms=0.01, asked_ms=None, taken=True,
    by="formula", secondorder=0, v_init_mV=V_INIT_mV,
):  # fmt: skip
    """What NEURON's fixed steps make of a pulse that is no whole number of them; a step of 0: all of it."""
    patch = Patch.of_area(area_scale * p["area"], v_init_mV=v_init_mV)
    pulse = CurrentPulse(1.0, dur_ms or p["short"], SHORT_nA)

    def moved_mV(dt_ms):
        if by == "NEURON":
            _, v = run(patch, None, pulse, tstop_ms=3.0, dt_ms=dt_ms, secondorder=secondorder)
            return float(v[-1] - v[0])
        flows_ms = delivered_ms(pulse, dt_ms) if dt_ms else pulse.dur_ms
        return charging_mV(pulse.amp_nA * flows_ms, patch.capacitance_pF)

    asked_ms = asked_ms or p["step"]
    return {
        "moved_coarse": moved_mV(coarse_ms),
        "moved_fine": moved_mV(fine_ms),
        "step_taken": step_of_run_ms(asked_ms) if taken else asked_ms,
    }


SHORT = Task("short", short,
    checks=(
        Number("moved_coarse", "moved_coarse", "Moved with steps of 0.025 ms", "mV", 2, relative=True, finest=0.005),
        Number("moved_fine", "moved_fine", "Moved with steps of 0.01 ms", "mV", 1, relative=True, finest=0.005),
        Number("step_taken", "step_taken", "Step that run() took", "ms", 1, relative=True, finest=0.005),
    ),
    variants=(
        variant("by formula"),
        variant("three digits", then=digits(3, "moved_coarse", "moved_fine", "step_taken")),
        variant("four digits", then=digits(4, "moved_coarse", "moved_fine", "step_taken")),
        variant("in NEURON", by="NEURON"),
        variant("in NEURON, from -70 mV", by="NEURON", v_init_mV=-70.0),
        variant("in NEURON, Crank-Nicolson", by="NEURON", secondorder=2),
    ),
    mistakes=(
        mistake("charge-over-capacitance", "all are what the charge says: nothing was run", coarse_ms=0, fine_ms=0, taken=False, credit=0.3),
        mistake("fine-for-coarse", "both runs had steps of 0.01 ms", coarse_ms=0.01, credit=0.3),
        mistake("coarse-for-fine", "both runs had steps of 0.025 ms", fine_ms=0.025, credit=0.3),
        mistake("changed-by-run", "run() changed the step of 0.01 ms to 0.0125 ms", fine_ms=0.0125, credit=0.3),
        mistake("step-asked-for", "it is the step that you asked for, not the one that was taken", taken=False, credit=0.3),
        mistake("practice-step", "run() was asked for a step of 0.01 ms, not for your own", asked_ms=0.01, credit=0.3),
        mistake("short-left", "the pulse lasts 0.01 ms, as in the book", dur_ms=0.01),
        mistake("square-for-cylinder", "length and diameter are both the root of the area: pi is missing", area_scale=np.pi, credit=0.3),
        mistake("ends-counted", "the end faces of the cylinder are counted as membrane", area_scale=1.5, credit=0.3),
    ),
)  # fmt: skip
