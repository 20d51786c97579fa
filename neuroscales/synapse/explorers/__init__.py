# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the chapters on synapses, one file each."""

from neuroscales.synapse.explorers.calcium_balance import calcium
from neuroscales.synapse.explorers.event_summation import summation
from neuroscales.synapse.explorers.forty_cells import small_network
from neuroscales.synapse.explorers.mechanism_of_your_own import own_channel
from neuroscales.synapse.explorers.nmda_block import magnesium_block
from neuroscales.synapse.explorers.response_shape import response
from neuroscales.synapse.explorers.sixty_pairings import pairing
from neuroscales.synapse.explorers.train_of_spikes import short_term

__all__ = [
    "calcium",
    "magnesium_block",
    "own_channel",
    "pairing",
    "response",
    "short_term",
    "small_network",
    "summation",
]
