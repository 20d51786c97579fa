# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the chapters on the membrane, one file each."""

from neuroscales.membrane.explorers.bilayer_charge import charge
from neuroscales.membrane.explorers.channel_crowd import crowd
from neuroscales.membrane.explorers.firing_soma import spike
from neuroscales.membrane.explorers.leaky_soma import leak
from neuroscales.membrane.explorers.rest_or_firing import bistability
from neuroscales.membrane.explorers.spike_in_a_plane import phase_plane

__all__ = ["bistability", "charge", "crowd", "leak", "phase_plane", "spike"]
