# SPDX-License-Identifier: BSD-3-Clause
"""A simpler spike."""

import numpy as np

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.membrane.integrate_and_fire import (
    IntegrateAndFire,
    advance_mV,
    firing_rate_Hz,
    simulate_integrate_and_fire,
)
from neuroscales.membrane.patch import Patch
from neuroscales.membrane.protocols import CurrentPulse

from .shared import SIZE
from .soma import of

TIMES = (1.05, 1.5, 3.0)


@of("diam")
def integrator(
    p, *, area=1.0, refractory_ms=2.0, reset_mV=-70.0, rest_mV=-65.0, tau_ms=10.0, by="formula", dt_ms=0.01, base=np.e, count_s=None,
):  # fmt: skip
    """The integrate-and-fire neuron with the soma's capacitance: its rheobase, and three rates."""
    c_pF = Patch(L_um=p["diam"], diam_um=p["diam"]).capacitance_pF * area
    neuron = IntegrateAndFire(tau_ms, 1e3 * tau_ms / c_pF, rest_mV, -50.0, reset_mV, refractory_ms)
    amps = np.array(TIMES) * neuron.rheobase_nA
    if by == "formula":
        found = firing_rate_Hz(neuron, amps) if base == np.e else _rates_by_log10(neuron, amps)
    else:
        found = np.array([_counted_Hz(neuron, amp, by, dt_ms, count_s) for amp in amps])
    return {"rheobase": neuron.rheobase_nA, "rates": found}


def _rates_by_log10(neuron, amps):
    """Rates of one who takes the logarithm to the base ten."""
    free = IntegrateAndFire(
        neuron.tau_ms, neuron.resistance_Mohm, neuron.v_rest_mV, -50.0, neuron.v_reset_mV, 0.0
    )
    climb_ms = 1e3 / firing_rate_Hz(free, amps) / np.log(10)
    return 1e3 / (neuron.refractory_ms + climb_ms)


def _counted_Hz(neuron, amp_nA, by, dt_ms, count_s):
    """Rate from a simulation: exact, step by step, or by Euler's method."""
    if by == "exact":
        _, spikes = simulate_integrate_and_fire(neuron, [CurrentPulse(0.0, 1e4, amp_nA)], tstop_ms=1000.0)
        return 1e3 / np.diff(spikes[1:]).mean()
    v, free_ms, spikes = neuron.v_rest_mV, 0.0, []
    target = neuron.v_rest_mV + neuron.resistance_Mohm * amp_nA
    for i in range(1, round(1000 / dt_ms) + 1):
        if i * dt_ms <= free_ms + 1e-9:
            continue
        v = (
            v + dt_ms * (target - v) / neuron.tau_ms
            if by == "Euler"
            else advance_mV(v, target, dt_ms, neuron.tau_ms)
        )
        if v >= neuron.v_threshold_mV:
            spikes.append(i * dt_ms)
            v, free_ms = neuron.v_reset_mV, i * dt_ms + neuron.refractory_ms
    return len(spikes) / count_s if count_s else 1e3 / np.diff(spikes[1:]).mean()


INTEGRATOR = Task("integrator", integrator,
    checks=(
        Number("rheobase", "rheobase", "Rheobase", "nA", 2, relative=True, finest=0.005),
        Members("rates", "rates", "Rates at 1.05, 1.5 and 3 times the rheobase", "Hz", 3, relative=True, finest=0.005),
    ),
    variants=(
        variant("in closed form"),
        variant("simulated exactly", by="exact"),
        variant("exact steps of 0.025 ms", by="steps", dt_ms=0.025),
        variant("exact steps of 0.05 ms", by="steps", dt_ms=0.05),
        variant("Euler's method, step 0.05 ms", by="Euler", dt_ms=0.05),
        variant("Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025),
        variant("Euler's method, step 0.01 ms", by="Euler"),
        variant("three digits", then=digits(3, "rheobase", "rates")),
    ),
    mistakes=(
        *SIZE,
        mistake("refractory-forgotten", "the neuron has no refractory time", refractory_ms=0.0),
        mistake("reset-to-rest", "the potential is reset to rest, not to -70 mV", reset_mV=-65.0),
        mistake("log-to-ten", "the logarithm is that to the base ten", base=10.0, credit=0.5),
        mistake("ends-counted", "the area counts both ends of the cylinder", area=1.5, credit=0.5),
        mistake("disc-for-side", "the area is that of a disc", area=0.25, credit=0.5),
        mistake("twice-the-time-constant", "the time constant is 20 ms, not 10 ms", tau_ms=20.0),
        mistake("rest-at-minus-70", "the neuron rests at -70 mV, where it is reset", rest_mV=-70.0 + 1e-9),
    ),
)  # fmt: skip
