# SPDX-License-Identifier: BSD-3-Clause
"""Populations: rates of excitation and inhibition, densities of potentials, and order out of noise."""

from neuroscales.population.balance import BalancedNetwork, simulate_balance, steady_activities
from neuroscales.population.binary_network import simulate_binary_network
from neuroscales.population.cloud import simulate_cloud
from neuroscales.population.competition import CompetingPools, simulate_competition
from neuroscales.population.density import Bins, Feedback, simulate_density, steady_density
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_cv, siegert_rate_Hz
from neuroscales.population.rate_model import Gain, simulate_rate
from neuroscales.population.spiking_network import SpikingNetwork, brunel_network, simulate_spiking_network
from neuroscales.population.wilson_cowan import MEMORY, RHYTHM, WilsonCowan, simulate_wilson_cowan
from neuroscales.population.wiring import Wiring, wire

__all__ = [
    "MEMORY",
    "RHYTHM",
    "BalancedNetwork",
    "Bins",
    "CompetingPools",
    "Feedback",
    "Gain",
    "NoisyNeuron",
    "SpikingNetwork",
    "WilsonCowan",
    "Wiring",
    "brunel_network",
    "siegert_cv",
    "siegert_rate_Hz",
    "simulate_balance",
    "simulate_binary_network",
    "simulate_cloud",
    "simulate_competition",
    "simulate_density",
    "simulate_rate",
    "simulate_spiking_network",
    "simulate_wilson_cowan",
    "steady_activities",
    "steady_density",
    "wire",
]
