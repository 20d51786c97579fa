# SPDX-License-Identifier: BSD-3-Clause
"""Heat block: the impulse in a squid axon that is warmed, until it no longer travels.

Hodgkin and Huxley's rates all grow with temperature by the same factor, phi = 3^((T - 6.3) / 10);
conductances, core and capacitance do not. In its own, faster time, phi t, a warm membrane is a cold one
with phi times the capacitance:

    phi cm dv/d(phi t) = (d / 4 Ra) d2v/dx2 - I_ion

At first the quicker gates make the impulse faster. But those that end it are quicker, too: less and less
charge comes in before they close it off, and beyond some temperature it is too little for the next stretch.
Huxley (1959, https://doi.org/10.1111/j.1749-6632.1959.tb49311.x) computed impulses at several temperatures;
the model fails when it gets too warm, as axons do.
"""

from dataclasses import replace

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.recording import Recording

GIANT = SquidAxon(L_um=60_000.0, diam_um=476.0, nseg=301, celsius_degC=18.5)
"""The axon for which Hodgkin and Huxley computed a velocity: 238 um radius, 18.5 degC."""

ARRIVED_mV = -40.0
"""An impulse counts as one where it goes through this potential; warm ones do not reach 0 mV."""

_SHOCK = CurrentClamp(place=0.0, delay_ms=0.5, dur_ms=0.1, amp_nA=40_000.0)
_PLACES = (0.25, 0.5, 0.75, 0.9)


def simulate_at(
    celsius_degC: float, *, axon: SquidAxon = GIANT, tstop_ms: float = 8.0, dt_ms: float = 0.005
) -> Recording:
    """Start an impulse at one end of an axon at a temperature, with a strong shock of 0.1 ms at 0.5 ms.

    Args:
        celsius_degC: the temperature, in place of the axon's.
        axon: all other parameters.
        tstop_ms: when the simulation ends.
        dt_ms: the time step. Warm gates are fast: at 30 degC a step of 0.025 ms slows the impulse by 10 %.

    Returns:
        A Recording in ms of v (mV) at 0.25, 0.5, 0.75 and 0.9 of the length; rates are computed exactly.
    """
    warmed = replace(axon, celsius_degC=celsius_degC)
    return simulate_squid_axon(
        warmed, [_SHOCK], tstop_ms=tstop_ms, record={"v": _PLACES}, dt_ms=dt_ms, rate_table=False
    )


def travels(recording: Recording) -> bool:
    """Whether the impulse of `simulate_at` still is one at nine tenths of the length."""
    return bool(recording.values("v", 0.9).max() > ARRIVED_mV)


def velocity_m_s(recording: Recording, axon: SquidAxon = GIANT) -> float | None:
    """Conduction velocity over the middle half, from node to node; None where the impulse does not arrive.

    >>> velocity_m_s(simulate_at(35)) is None
    True
    """
    if not travels(recording):
        return None
    distance_um = (axon.node(0.75) - axon.node(0.25)) * axon.L_um
    quarter, three = (recording.values("v", place) for place in (0.25, 0.75))
    return measure.velocity(recording.time, quarter, three, distance_um, ARRIVED_mV)


def block_degC(
    low_degC: float = 30.0, high_degC: float = 36.0, *, tolerance_degC: float = 0.1, dt_ms: float = 0.005
) -> float:
    """Lowest temperature at which the impulse no longer arrives, by bisection.

    Args:
        low_degC: a temperature at which it does.
        high_degC: one at which it does not.
        tolerance_degC: width of the last interval.
        dt_ms: the time step.

    Raises:
        ValueError: the impulse fails at the low end, or arrives at the high one.
    """
    return measure.bisect(
        lambda celsius: not travels(simulate_at(celsius, dt_ms=dt_ms)),
        low_degC,
        high_degC,
        tolerance_degC / high_degC,
    )
