# SPDX-License-Identifier: BSD-3-Clause
"""A bilayer."""

import numpy as np

from autograder.rubric import Number, Task, driven, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.core.units import convert
from neuroscales.membrane.patch import Patch, charging_mV
from neuroscales.membrane.protocols import CurrentPulse

from .cell import NEVER_ms, V_INIT_mV, run
from .shared import HABITS, RUNS

LIFT_mV = 10.0
TSTOP_ms = 10.0


def bilayer(
    p, *, at_pA=None, area_scale=1.0, c_pF=None, scale=1.0, divisions=1, lift_mV=LIFT_mV, v_init_mV=V_INIT_mV,
    exchanged=False, ends=True, by="formula", dt_ms=0.025, secondorder=0, tstop_ms=TSTOP_ms,
):  # fmt: skip
    """The amplitude that lifts the patch by 10 mV, I = C dV / t, and the potential that it gives."""
    patch = Patch.of_area(area_scale * p["area"], v_init_mV=v_init_mV)
    per_pC = charging_mV(1.0, c_pF or patch.capacitance_pF)
    solved_pA = scale * convert(lift_mV / per_pC / p["dur"] ** divisions, "nA", "pA")
    delay_ms, dur_ms = (p["dur"], 1.0) if exchanged else (1.0, p["dur"])
    pulse = CurrentPulse(delay_ms, dur_ms if ends else NEVER_ms, convert(at_pA or solved_pA, "pA", "nA"))
    if by == "NEURON":
        t, v = run(patch, None, pulse, tstop_ms=tstop_ms, dt_ms=dt_ms, secondorder=secondorder)
    else:
        t = np.arange(0, tstop_ms + dt_ms / 2, dt_ms)
        v = v_init_mV + charging_mV(pulse.charge_pC(t), patch.capacitance_pF)
    return {"amp": solved_pA, "t": t, "v": v}


BILAYER = Task("bilayer", bilayer,
    checks=(
        Number("amp", "amp", "Amplitude of the pulse", "pA", 3, relative=True, finest=0.005),
        driven("v", "t", 9.5, "Membrane potential of the patch", 3, "Membrane potential", finest=0.05),
    ),
    habits=HABITS,
    judged_at={"at_pA": "amp"},
    variants=(
        *RUNS,
        variant("by formula alone", by="formula"),
        variant("formula, one sample per 0.1 ms", by="formula", dt_ms=0.1),
        variant("three digits", then=digits(3, "amp")),
        variant("longer run", tstop_ms=20.0),
    ),
    mistakes=(
        mistake("area-forgotten", "the capacitance is 1 uF, that of a whole cm2", c_pF=1e6),
        mistake("area-times-1e4", "um2 are turned into cm2 with 1e-4 in place of 1e-8", scale=1e4),
        mistake("density-for-current", "it is the current of 1 cm2 in uA: the area of the patch is left out", c_pF=1.0, credit=0.3),
        mistake("square-for-cylinder", "length and diameter are both the root of the area: pi is missing", area_scale=np.pi, credit=0.5),
        mistake("ends-counted", "the end faces of the cylinder are counted as membrane", scale=1.5, credit=0.3),
        mistake("to-10-mV", "the pulse leads to +10 mV: it lifts the patch by 75 mV, not by 10", lift_mV=75.0, credit=0.3),
        mistake("charge-for-current", "it is the charge: what is left to do is to divide it by the duration", divisions=0, credit=0.5),
        mistake("duration-multiplied", "the charge is multiplied by the duration, not divided by it", divisions=-1, credit=0.3),
        mistake("stimulus-left-on", "the current stays on after its pulse should have ended", ends=False, credit=0.3),
        mistake("delay-and-duration-exchanged", "delay and duration of the clamp are exchanged", exchanged=True, credit=0.3),
        mistake("v-init", "the run starts from -70 mV, not from -65 mV", v_init_mV=-70.0, credit=0.5),
    ),
)  # fmt: skip
