# SPDX-License-Identifier: BSD-3-Clause
"""Cables: the squid giant axon."""

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon

__all__ = ["CurrentClamp", "SquidAxon", "simulate_squid_axon"]
