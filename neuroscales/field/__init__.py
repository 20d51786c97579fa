# SPDX-License-Identifier: BSD-3-Clause
"""Tissue as a continuum: bumps that remember, patterns out of nothing, fronts that travel."""

from neuroscales.field.gains import Gain, Heaviside, Sigmoid
from neuroscales.field.grid import Grid
from neuroscales.field.kernels import Amari, Exponential, Gaussian, Kernel, Local, MexicanHat, Rippled
from neuroscales.field.simulation import NeuralField, frames, simulate_field

__all__ = [
    "Amari",
    "Exponential",
    "Gain",
    "Gaussian",
    "Grid",
    "Heaviside",
    "Kernel",
    "Local",
    "MexicanHat",
    "NeuralField",
    "Rippled",
    "Sigmoid",
    "frames",
    "simulate_field",
]
