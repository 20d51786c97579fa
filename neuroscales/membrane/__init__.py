# SPDX-License-Identifier: BSD-3-Clause
"""One compartment: the membrane's charge, its leak, its spikes, and its channels one by one."""

from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, simulate_hodgkin_huxley
from neuroscales.membrane.integrate_and_fire import IntegrateAndFire, simulate_integrate_and_fire
from neuroscales.membrane.morris_lecar import MorrisLecar, simulate_morris_lecar
from neuroscales.membrane.patch import Leak, Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse, Pulse, Ramp

__all__ = [
    "CurrentPulse",
    "HodgkinHuxley",
    "IntegrateAndFire",
    "Leak",
    "MorrisLecar",
    "Patch",
    "Pulse",
    "Ramp",
    "simulate_hodgkin_huxley",
    "simulate_integrate_and_fire",
    "simulate_morris_lecar",
    "simulate_patch",
]
