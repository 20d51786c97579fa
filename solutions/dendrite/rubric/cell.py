# SPDX-License-Identifier: BSD-3-Clause
"""The dendrite and the soma that several tasks share."""

from neuroscales.cable import BallAndStick, CurrentClamp, Dendrite, PassiveCable, simulate_cable
from neuroscales.cable import cable_theory as theory
from neuroscales.cable.cable_simulation import finite_difference_impedances_Mohm, neuron_impedances_Mohm
from neuroscales.core.units import convert
from neuroscales.membrane import HodgkinHuxley, Patch
from neuroscales.membrane.patch import Leak

REST_mV = -65.0
LONG_nA = 0.02  # a few mV: what a recording shows well
SOMA_um = 30.0
STEADY_ms = 300.0


def cable_of(p, nseg=101, e_mV=REST_mV):
    """The student's dendrite: 1 / (1 kohm cm2) is 1 mS/cm2."""
    return PassiveCable(p["L"], p["diam"], p["Ra"], 1.0, convert(1 / p["rm"], "mS", "S"), e_mV, nseg)


def impedances(cable, end, frequency_Hz, by):
    """Potential at both ends per current into x = 0, complex, in Mohm; in closed form or by one of two engines."""
    if by == "formula":
        start = theory.input_impedance_Mohm(cable, end, frequency_Hz)
        return start, start * complex(theory.ac_profile(cable, 1.0, end, frequency_Hz))
    solve = {"NEURON": neuron_impedances_Mohm, "finite differences": finite_difference_impedances_Mohm}[by]
    found = solve(cable, end, frequency_Hz)
    return complex(found[0]), complex(found[-1])


def steady(cable, *, place=0.0, end="sealed", at_ms=STEADY_ms, dt_ms=0.1, absolute_tolerance=1e-6):
    """Places and potentials some time after a current began, in NEURON."""
    clamp = CurrentClamp(place, 0.0, 1e9, LONG_nA)
    recording = simulate_cable(
        cable,
        [clamp],
        end=end,
        tstop_ms=at_ms,
        places=[0.0],
        dt_ms=dt_ms,
        absolute_tolerance=absolute_tolerance,
    )
    profile = recording.profile("v")
    return profile.place, profile.values[-1]


def cell(
    p, soma_membrane, nseg, attached, soma_um, dendrite_membrane=None, celsius_degC=6.3, v_init_mV=REST_mV
):
    """Soma and dendrite; a leak is hh without its channels, the same equation as pas."""
    g_S_cm2 = convert(1 / p["rm"], "mS", "S")
    if soma_membrane is None or isinstance(soma_membrane, Leak):
        soma_membrane = passive(soma_membrane.g_S_cm2 if soma_membrane else 0.0, REST_mV, celsius_degC)
    return BallAndStick(
        Patch(soma_um, soma_um, v_init_mV=v_init_mV),
        Dendrite(p["L"], p["diam"], nseg, p["Ra"]),
        soma_membrane,
        dendrite_membrane or passive(g_S_cm2, REST_mV, celsius_degC),
        attached,
    )


def passive(g_S_cm2, e_mV, celsius_degC):
    return HodgkinHuxley(
        gnabar_S_cm2=0.0, gkbar_S_cm2=0.0, gl_S_cm2=g_S_cm2, el_mV=e_mV, celsius_degC=celsius_degC
    )
