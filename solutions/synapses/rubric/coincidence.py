# SPDX-License-Identifier: BSD-3-Clause
"""Charge of a coincidence."""

import numpy as np

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse.nmda import simulate_ampa_nmda

from .shared import G_LEFT, MG_LEFT, NEURONS_SIZE, ONE_SYNAPSE, REST_LEFT, AMPA_uS, receptors, soma

PAIRED_EVENT_ms, LONG_ms = 50.0, 500.0
PULSE = {"delay_ms": 30.0, "dur_ms": 50.0, "amp_nA": 0.5}


def coincidence(
    p, *, mg=None, seen="NMDA", held_mV=None, free_mM=0.0, ampa_uS=AMPA_uS, tau_nmda=None, count=None, pulse=None,
    tstop_ms=LONG_ms, dt_ms=0.05, cell=None, **settings,
):  # fmt: skip
    """Charge that enters through the NMDA receptors, alone and paired, with magnesium and without."""
    paired_by = CurrentPulse(**(PULSE | (pulse or {})))

    def charge_pC(mg, pulses):
        run = simulate_ampa_nmda(
            receptors(p, mg=mg, ampa_uS=ampa_uS, tau_nmda=tau_nmda), [PAIRED_EVENT_ms], soma(p, **(cell or {})),
            weight=p["count"] if count is None else count, pulses=pulses, hold_mV=held_mV, tstop_ms=tstop_ms,
            dt_ms=dt_ms, **settings,
        )  # fmt: skip
        i_nA = run.values("i", seen)
        if dt_ms is None:
            return -float(np.trapezoid(i_nA, run.time))
        return -float(i_nA[1:] @ np.diff(run.time))  # each current is what flowed during the step before

    with_mM = p["mg"] if mg is None else mg
    alone, paired = (charge_pC(with_mM, pulses) for pulses in ([], [paired_by]))
    free = [charge_pC(free_mM if free_mM is not None else with_mM, pulses) for pulses in ([], [paired_by])]
    return {"alone": alone, "paired": paired, "ratio": paired / alone, "ratio_free": free[1] / free[0]}


COINCIDENCE = Task("coincidence", coincidence,
    checks=(
        Number("alone", "alone", "Charge alone", "pC", 2, relative=True, finest=0.006),
        Number("paired", "paired", "Charge when paired", "pC", 2, relative=True, finest=0.006),
        Number("ratio", "ratio", "Ratio with magnesium", "", 2, relative=True, finest=0.006),
        Number("ratio_free", "ratio_free", "Ratio without magnesium", "", 2, relative=True, finest=0.006),
    ),
    variants=(
        variant("NEURON's defaults", dt_ms=0.025),
        variant("step 0.1 ms", dt_ms=0.1),
        variant("step 0.05 ms, Crank-Nicolson", secondorder=2),
        variant("variable step", dt_ms=None),
        variant("run of 700 ms", tstop_ms=700.0),
        variant("three digits", then=digits(3, "alone", "paired", "ratio", "ratio_free")),
    ),
    mistakes=(
        mistake("clamp-attached", "the voltage clamp is still attached, at 40 mV", held_mV=40.0, credit=0.3),
        mistake("AMPA-still-silent", "AMPA is still silenced from the block curve", ampa_uS=0.0, credit=0.5),
        mistake("AMPA-counted", "the charge through AMPA is counted, too", seen="both", credit=0.3),
        mistake("magnesium-stays", "the ratio without magnesium still has your magnesium in it", free_mM=None, credit=0.5),
        mistake("pulse-of-5-ms", "the pulse lasts 5 ms, not 50 ms", pulse={"dur_ms": 5.0}, credit=0.5),
        mistake("pulse-of-0.05-nA", "the pulse has 0.05 nA, not 0.5 nA", pulse={"amp_nA": 0.05}, credit=0.5),
        mistake("run-too-short", "the run ends at 100 ms, when the receptors are still open", tstop_ms=100.0, credit=0.5),
        mistake("decay-left", "NMDA closes with the mechanism's own 43 ms", tau_nmda=43.0, credit=0.5),
        mistake("ratio-upside-down", "the ratios are upside down", then=lambda found: found | {"ratio": 1 / found["ratio"], "ratio_free": 1 / found["ratio_free"]}, credit=0.5),
        MG_LEFT, ONE_SYNAPSE, REST_LEFT, G_LEFT, NEURONS_SIZE,
    ),
)  # fmt: skip
