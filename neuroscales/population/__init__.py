# SPDX-License-Identifier: BSD-3-Clause
"""Populations: rates of excitation and inhibition, densities of potentials, and order out of noise."""

from neuroscales.population.cloud import simulate_cloud
from neuroscales.population.competition import CompetingPools, simulate_competition
from neuroscales.population.density import Bins, Feedback, simulate_density, steady_density
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_cv, siegert_rate_Hz
from neuroscales.population.rate_model import Gain, simulate_rate
from neuroscales.population.wilson_cowan import MEMORY, RHYTHM, WilsonCowan, simulate_wilson_cowan

__all__ = [
    "MEMORY",
    "RHYTHM",
    "Bins",
    "CompetingPools",
    "Feedback",
    "Gain",
    "NoisyNeuron",
    "WilsonCowan",
    "siegert_cv",
    "siegert_rate_Hz",
    "simulate_cloud",
    "simulate_competition",
    "simulate_density",
    "simulate_rate",
    "simulate_wilson_cowan",
    "steady_density",
]
