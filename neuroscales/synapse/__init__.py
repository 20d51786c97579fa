# SPDX-License-Identifier: BSD-3-Clause
"""Synapses: conductances that events open."""

from neuroscales.synapse.conductance import (
    Exp2Synapse,
    ExpSynapse,
    Input,
    Presynaptic,
    Soma,
    Train,
    simulate_synapses,
)

__all__ = ["Exp2Synapse", "ExpSynapse", "Input", "Presynaptic", "Soma", "Train", "simulate_synapses"]
