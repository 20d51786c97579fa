# SPDX-License-Identifier: BSD-3-Clause
"""A bilayer without channels: where does a pulse of current leave the potential?"""

import numpy as np

from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.patch import Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse


def charge() -> Explorer:
    """A pulse of current into a bilayer without channels: where does it leave the potential?"""
    return Explorer(
        name="charge",
        title="A bilayer without channels: what a pulse leaves behind",
        model=_pulse_into_bilayer,
        controls=(
            Control("area_um2", "Membrane area", "um2", (50, 100, 200, 400), start=100),
            Control("dur_ms", "Pulse duration", "ms", (0.5, 1, 2), start=1),
            Control("amp_nA", "Pulse amplitude", "nA", np.arange(-4, 9) / 200, start=0.01),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-150, 110)),
            TimeSeries((Line("i_stim"),), "Current through the electrode", "nA", (-0.025, 0.045)),
        ),
        describe=_what_stayed,
        caption="The potential moves while current flows, as fast as the current is strong, and stays where "
        "the current leaves it. Only the charge counts, divided by the area.",
        alt="Two panels over 5 ms. The current is zero but for a rectangular pulse from 1 to 2 ms. The "
        "potential lies flat at -65 mV, climbs along a straight line during the pulse, and lies flat at "
        "-55 mV after it.",
    )


def _pulse_into_bilayer(area_um2: float, dur_ms: float, amp_nA: float) -> Recording:
    pulse = CurrentPulse(delay_ms=1.0, dur_ms=dur_ms, amp_nA=amp_nA)
    return simulate_patch(Patch.of_area(area_um2), None, [pulse], tstop_ms=5.0, record=("v", "i_stim"))


def _what_stayed(recording: Recording) -> str:
    """One sentence: the charge, and how far it moved the potential."""
    v_mV, current_nA = recording.values("v"), recording.values("i_stim")
    charge_pC = float(np.sum(current_nA[1:] * np.diff(recording.time)))
    moved_mV = v_mV[-1] - v_mV[0]
    if not current_nA.any():
        return "No current flows: the potential stays where it was."
    text = f"A charge of {charge_pC:.3g} pC moves the potential by {moved_mV:.3g} mV, to {v_mV[-1]:.3g} mV."
    return text.replace("-", "\N{MINUS SIGN}")
