# SPDX-License-Identifier: BSD-3-Clause
"""Synapses: conductances that events open."""

from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse
from neuroscales.synapse.nmda import simulate_ampa_nmda
from neuroscales.synapse.receptors import AmpaNmda, GabaA, TsodyksMarkram, Vesicles
from neuroscales.synapse.synapse_simulation import Input, Presynaptic, Soma, Train, simulate_synapses

__all__ = [
    "AmpaNmda",
    "Exp2Synapse",
    "ExpSynapse",
    "GabaA",
    "Input",
    "Presynaptic",
    "Soma",
    "Train",
    "TsodyksMarkram",
    "Vesicles",
    "simulate_ampa_nmda",
    "simulate_synapses",
]
