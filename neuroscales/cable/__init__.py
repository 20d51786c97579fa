# SPDX-License-Identifier: BSD-3-Clause
"""Cables: passive ones, the squid giant axon, and dendrites."""

from neuroscales.cable.cable_simulation import simulate_cable
from neuroscales.cable.cable_theory import PassiveCable
from neuroscales.cable.dendrite import BallAndStick, Dendrite, simulate_ball_and_stick
from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon

__all__ = [
    "BallAndStick",
    "CurrentClamp",
    "Dendrite",
    "PassiveCable",
    "SquidAxon",
    "simulate_ball_and_stick",
    "simulate_cable",
    "simulate_squid_axon",
]
