# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: does the end of a hyperpolarizing pulse start an action potential?"""

import numpy as np

from neuroscales.cable.explorers.shared import first_spike_ms
from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries


def anode_break() -> Explorer:
    """A hyperpolarizing pulse at one end: does its end start an action potential?"""
    return Explorer(
        name="anode-break",
        title="Squid giant axon: the end of a hyperpolarizing pulse",
        model=_anodal_pulse,
        controls=(
            Control("dur_ms", "Pulse duration", "ms", (1, 2, 5, 10, 20), start=10),
            Control("amp_nA", "Pulse amplitude", "nA", _ANODAL_nA, start=-100),
        ),
        views=(
            TimeSeries((Line("v", 0.0),), "Membrane potential at the stimulated end", "mV", (-130, 60)),
            TimeSeries(
                (Line("m", 0.0, "m"), Line("h", 0.0, "h"), Line("n", 0.0, "n")),
                "Open fraction of the gates", "1", (0, 1), side_by_side=2,
            ),
            TimeSeries(
                (Line("gna", 0.0, "sodium"), Line("gk", 0.0, "potassium")),
                "Conductance", "mS/cm2", (0, 60), side_by_side=2,
            ),
        ),
        describe=_after_release,
        caption="While the membrane is held below rest, sodium channels recover from inactivation (h rises), "
        "and potassium channels close (n falls). When it is released, both are slower than the potential: "
        "for some milliseconds the membrane is more excitable than at rest.",
        alt="Membrane potential, gates and conductances over 40 ms at the stimulated end. During the pulse,"
        " from 2 to 12 ms, the potential sinks to about -80 mV, h climbs from 0.6 to 0.85 and n falls "
        "from 0.3 to 0.2. After the release the potential creeps up past rest, and about five "
        "milliseconds later an action potential rises.",
        samples=401,
        moment=12.0,
        movie_s=8.0,
    )  # fmt: skip


_ANODAL_nA = (-300, -250, -200, *range(-180, -120, 10), *range(-120, -50, 5), -50, -40, -30, -20, -10)


def _anodal_pulse(dur_ms: float, amp_nA: float) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=2.0, dur_ms=dur_ms, amp_nA=amp_nA)
    record = {name: (0.0,) for name in ("v", "m", "h", "n", "gna", "gk", "i_stim")}
    return simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=40.0, record=record)


def _after_release(recording: Recording) -> str:
    """One sentence: how far down, and whether and when an action potential follows the release."""
    v_mV = recording.values("v", 0.0)
    released_ms = recording.time[np.flatnonzero(recording.values("i_stim"))[-1]]
    low = f"{v_mV.min():.0f} mV".replace("-", "\N{MINUS SIGN}")
    latency_ms = first_spike_ms(recording.time, v_mV) - released_ms
    if np.isinf(latency_ms):
        return f"The end of the axon is drawn down to {low}; after the release no action potential follows."
    return (
        f"The end of the axon is drawn down to {low}; {latency_ms:.1f} ms after the release "
        "an action potential crosses 0 mV."
    )
