# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: how few sodium channels are enough?"""

import numpy as np

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries

_DENSITIES_S_cm2 = (
    0.02, 0.022, *np.arange(24, 45) / 1000, 0.046, 0.05, 0.055, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12,
    0.14, 0.16, 0.18, 0.2,
)  # fmt: skip


def sodium() -> Explorer:
    """Fewer sodium channels: how does the action potential change, and where does it end?"""
    density = Control("gnabar_S_cm2", "Sodium density", "S/cm2", _DENSITIES_S_cm2, start=0.12)
    return Explorer(
        name="sodium",
        title="Squid giant axon: sodium channels to spare",
        model=_with_sodium,
        controls=(
            Control("amp_nA", "Stimulus", "nA", (1720, 1800, 2000, 2500, 3500, 5000, 10_000), start=1720),
            density,
        ),
        views=(
            TimeSeries(
                (Line("v", 0.25, "a quarter"), Line("v", 0.5, "middle"), Line("v", 0.75, "three quarters")),
                "Membrane potential", "mV", (-90, 60),
            ),
            Summary(_height_mV, density, "Amplitude", "mV", (0, 120), side_by_side=3),
            Summary(_width_ms, density, "Half-width", "ms", (0, 3), side_by_side=3),
            Summary(_velocity_m_s, density, "Velocity", "m/s", (0, 8), side_by_side=3),
        ),
        describe=_with_how_much_sodium,
        caption="Amplitude, half-width and velocity change gently over most of the range: the axon has "
        "sodium channels to spare. It fails at two densities, not one. With the weakest stimulus no action "
        "potential starts below about 0.04 S/cm²; a stronger one starts a low and slow one that still "
        "travels, down to about 0.027 S/cm².",
        alt="Above, the membrane potential over 15 ms at three places: an action potential of 100 mV passes"
        " each in turn. Below, amplitude, half-width and velocity of the action potential against "
        "sodium density. Amplitude and velocity rise with density, steeply at first and then less and "
        "less; all three lines begin at 0.041 S/cm², below which nothing arrives.",
    )  # fmt: skip


def _with_sodium(amp_nA: float, gnabar_S_cm2: float) -> Recording:
    axon = SquidAxon(gnabar_S_cm2=gnabar_S_cm2)
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=amp_nA)
    return simulate_squid_axon(axon, [clamp], tstop_ms=15.0, record={"v": (0.25, 0.5, 0.75)})


_ARRIVED_mV = -40.0  # low action potentials stay below 0 mV


def _arrives(recording: Recording, place: float = 0.75) -> bool:
    return bool(recording.values("v", place).max() > _ARRIVED_mV)


def _height_mV(recording: Recording) -> float | None:
    """Amplitude in the middle, from -65 mV."""
    return measure.amplitude(recording.values("v", 0.5), -65.0) if _arrives(recording) else None


def _width_ms(recording: Recording) -> float | None:
    """Half-width in the middle, from rest to peak."""
    return (
        measure.half_width(recording.time, recording.values("v", 0.5), -65.0) if _arrives(recording) else None
    )


def _velocity_m_s(recording: Recording) -> float | None:
    """Velocity over the middle half, between the nodes that were read."""
    if not _arrives(recording):
        return None
    axon = SquidAxon()
    distance_um = (axon.node(0.75) - axon.node(0.25)) * axon.L_um
    quarter, three = (recording.values("v", place) for place in (0.25, 0.75))
    return measure.velocity(recording.time, quarter, three, distance_um, _ARRIVED_mV)


def _with_how_much_sodium(recording: Recording) -> str:
    """One sentence: the action potential that arrives, or whether it failed to start or to travel."""
    if _arrives(recording):
        height_mV, width_ms = _height_mV(recording), _width_ms(recording)
        return (
            f"An action potential passes, {height_mV:.0f} mV high and {width_ms:.1f} ms wide, "
            f"at {_velocity_m_s(recording):.1f} m/s."
        )
    if _arrives(recording, 0.25):
        return "An action potential starts, and dies out on its way: propagation fails."
    return "No action potential reaches even a quarter of the length: initiation fails."
