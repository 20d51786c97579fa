# SPDX-License-Identifier: BSD-3-Clause
"""Populations: rates of excitation and inhibition, densities of potentials, and order out of noise."""

from neuroscales.population.competition import CompetingPools, simulate_competition
from neuroscales.population.wilson_cowan import MEMORY, RHYTHM, WilsonCowan, simulate_wilson_cowan

__all__ = [
    "MEMORY",
    "RHYTHM",
    "CompetingPools",
    "WilsonCowan",
    "simulate_competition",
    "simulate_wilson_cowan",
]
