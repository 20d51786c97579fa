# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the chapters on cables, one file each."""

from neuroscales.cable.explorers.ball_and_stick import attenuation
from neuroscales.cable.explorers.numerics_time_step import time_step
from neuroscales.cable.explorers.numerics_tolerance import tolerance
from neuroscales.cable.explorers.passive_dendrite import ends_and_frequency
from neuroscales.cable.explorers.squid_axon_anode_break import anode_break
from neuroscales.cable.explorers.squid_axon_collision import collision
from neuroscales.cable.explorers.squid_axon_impulse import impulse
from neuroscales.cable.explorers.squid_axon_resolution import resolution
from neuroscales.cable.explorers.squid_axon_sodium import sodium
from neuroscales.cable.explorers.squid_axon_threshold import threshold

__all__ = [
    "anode_break",
    "attenuation",
    "collision",
    "ends_and_frequency",
    "impulse",
    "resolution",
    "sodium",
    "threshold",
    "time_step",
    "tolerance",
]
