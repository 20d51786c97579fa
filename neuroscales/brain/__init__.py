# SPDX-License-Identifier: BSD-3-Clause
"""The whole brain: regions connected by tracts, and what an instrument sees of them."""

from neuroscales.brain.connectome import Connectome, ring, synthetic
from neuroscales.brain.formats import load_connectome, vepcon

__all__ = ["Connectome", "load_connectome", "ring", "synthetic", "vepcon"]
