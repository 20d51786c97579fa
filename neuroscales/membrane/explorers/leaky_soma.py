# SPDX-License-Identifier: BSD-3-Clause
"""A leaky soma: where does it rest, how far does a current move it, and how soon?"""

import numpy as np

from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.patch import Leak, Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse


def leak() -> Explorer:
    """A leaky soma: where does it rest, how far does a current move it, and how soon?"""
    return Explorer(
        name="leak",
        title="A leaky soma: rest, resistance, time constant",
        model=_step_into_leaky_soma,
        controls=(
            Control("v_init_mV", "Initial potential", "mV", (-75, -70, -65), start=-65),
            Control("g_mS_cm2", "Leak conductance", "mS/cm2", (0.1, 0.2, 0.5, 1), start=0.5),
            Control("amp_nA", "Current", "nA", (-0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2), start=0.1),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-115, -25)),
            TimeSeries(
                (Line("i_cap", label="charges the membrane", meaning="membrane potential"),
                 Line("il", label="leaks out", meaning="leak")),
                "Current density", "uA/cm2", (-6, 6),
            ),
        ),
        describe=_where_it_settles,
        caption="The leak's battery is at -70 mV. Whatever the start, the potential goes there; a current "
        "from 20 to 60 ms moves it aside, sooner or later, until the leak carries all of the current.",
        alt="Potential and two current densities over 100 ms. The potential falls from -65 to -70 mV within "
        "10 ms, rises within a few milliseconds to -66 mV while the current flows, and falls back. The "
        "charging current jumps when the current begins and dies away; the leak takes over as it does.",
    )  # fmt: skip


def _step_into_leaky_soma(v_init_mV: float, g_mS_cm2: float, amp_nA: float) -> Recording:
    membrane = Leak(g_S_cm2=1e-3 * g_mS_cm2, e_mV=-70.0)
    pulse = CurrentPulse(delay_ms=20.0, dur_ms=40.0, amp_nA=amp_nA)
    record = ("v", "i_cap", "il", "i_stim")
    return simulate_patch(Patch(v_init_mV=v_init_mV), membrane, [pulse], tstop_ms=100.0, record=record)


def _where_it_settles(recording: Recording) -> str:
    """One sentence: how far the current has moved it by its end."""
    v_mV, flows = recording.values("v"), np.flatnonzero(recording.values("i_stim"))
    if not flows.size:
        return f"No current flows: from {v_mV[0]:.0f} mV the potential goes to {v_mV[-1]:.1f} mV.".replace(
            "-", "\N{MINUS SIGN}"
        )
    moved_mV = v_mV[flows[-1]] - v_mV[flows[0] - 1]
    amp_nA = recording.values("i_stim")[flows[-1]]
    text = f"In 40 ms the current moves the potential by {moved_mV:.1f} mV, to {v_mV[flows[-1]]:.1f} mV"
    return f"{text}: {moved_mV / amp_nA:.1f} mV for every nA, or Mohm.".replace("-", "\N{MINUS SIGN}")
