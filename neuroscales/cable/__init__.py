# SPDX-License-Identifier: BSD-3-Clause
"""Cables: the squid giant axon, and dendrites."""

from neuroscales.cable.dendrite import BallAndStick, Dendrite, simulate_ball_and_stick
from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon

__all__ = [
    "BallAndStick",
    "CurrentClamp",
    "Dendrite",
    "SquidAxon",
    "simulate_ball_and_stick",
    "simulate_squid_axon",
]
