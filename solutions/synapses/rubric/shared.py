# SPDX-License-Identifier: BSD-3-Clause
"""The soma, its receptors, and the mistakes that several tasks share."""

import functools

import numpy as np

from autograder.rubric import mistake
from neuroscales.membrane.patch import Leak, Patch
from neuroscales.synapse.conductance import Exp2Synapse
from neuroscales.synapse.receptors import AmpaNmda, BLOCK_PER_mV
from neuroscales.synapse.synapse_simulation import Soma

SIDE_um, G_S_cm2 = 60.0, 2e-4


def soma(p, *, v_init_mV=None, e_mV=None, side_um=(SIDE_um, SIDE_um), g_S_cm2=G_S_cm2) -> Soma:
    """The student's own cell: passive, resting at `rest`."""
    start_mV = p["rest"] if v_init_mV is None else v_init_mV
    return Soma(Patch(*side_um, v_init_mV=start_mV), Leak(g_S_cm2, p["rest"] if e_mV is None else e_mV))


@functools.cache
def norm(rise_ms, decay_ms):
    """Factor that makes the difference of the two exponentials peak at one."""
    peak_ms = Exp2Synapse(rise_ms, decay_ms).peak_ms
    return 1 / (np.exp(-peak_ms / decay_ms) - np.exp(-peak_ms / rise_ms))


AMPA_uS, NMDA_uS = 0.001, 0.0007


def receptors(p, *, tau_nmda=None, ampa_uS=AMPA_uS, nmda_uS=NMDA_uS, mg=None) -> AmpaNmda:
    """The student's own receptors; what is not said is the mechanism's."""
    return AmpaNmda(
        gmax_AMPA_uS=ampa_uS, gmax_NMDA_uS=nmda_uS, tau_d_NMDA_ms=p["tau_nmda"] if tau_nmda is None else tau_nmda,
        mg_mM=p["mg"] if mg is None else mg,
    )  # fmt: skip


def part(v, mg, *, sign=1.0, base=3.57, per_mV=BLOCK_PER_mV):
    """Part of the receptors that is free; the formula with a slip in it."""
    return 1 / (1 + mg / base * np.exp(-sign * per_mV * v))


REST_LEFT = mistake(
    "rest-left", "the leak still reverses at pas' own -70 mV", cell={"e_mV": -70.0}, credit=0.3
)


G_LEFT = mistake(
    "g-left", "the leak is still that of pas itself, 0.001 S/cm2", cell={"g_S_cm2": 0.001}, credit=0.3
)


NEURONS_SIZE = mistake(
    "size-left",
    "the soma still has NEURON's own length and diameter, 100 and 500 um",
    cell={"side_um": (100.0, 500.0)},
    credit=0.3,
)


MG_LEFT = mistake("mg-left", "magnesium is still 1 mM, not yours", mg=1.0, credit=0.3)
ONE_SYNAPSE = mistake("one-synapse", "a single synapse is active, not all of yours", count=1.0, credit=0.5)
