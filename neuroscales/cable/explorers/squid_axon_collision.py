# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: what is left when two action potentials meet?"""

import numpy as np

from neuroscales.cable.explorers.shared import ALONG, THRESHOLD_nA, first_spike_ms
from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, SpaceProfile, SpaceTimeMap

_STRENGTHS = (0, 0.5, 0.98, 1.02, 1.2, 2, 3)


def collision() -> Explorer:
    """Two action potentials from the two ends: what is left when they have met?"""
    return Explorer(
        name="collision",
        title="Squid giant axon: two action potentials meet",
        model=_pulses_at_both_ends,
        controls=(
            Control("delay_ms", "Delay of 2nd pulse", "ms", np.arange(-1, 3.01, 0.25), start=1),
            Control("strength", "2nd pulse / threshold", "1", _STRENGTHS, start=2),
        ),
        views=(
            SpaceProfile((Line("v"),), "Membrane potential", "mV", (-90, 60), **ALONG),
            SpaceProfile(
                (Line("m", label="m"), Line("h", label="h"), Line("n", label="n")),
                "Open fraction of the gates", "1", (0, 1), side_by_side=2, **ALONG,
            ),
            SpaceProfile(
                (Line("gna", label="sodium"), Line("gk", label="potassium")),
                "Conductance", "mS/cm2", (0, 40), side_by_side=2, **ALONG,
            ),
            SpaceTimeMap("v", "Membrane potential", "mV", (-90, 60), **ALONG),
        ),
        describe=_how_they_met,
        caption="Each action potential leaves a stretch behind it in which sodium channels are inactivated "
        "(h is low) and potassium channels still open (n and the potassium conductance are high). Where "
        "two meet, each runs into the other's wake, and neither comes out on the far side.",
        alt="Two action potentials approach each other along the axon: two humps of the membrane potential."
        " In front of both, h is at rest near 0.6 and the potassium conductance near zero; behind both, "
        "h is below 0.25 and the potassium conductance high. On the map of place and time two oblique "
        "bands start at the two ends, meet beyond the middle, and end there.",
        samples=151,
        moment=3.6,
        movie_s=5.0,
    )  # fmt: skip


def _pulses_at_both_ends(delay_ms: float, strength: float) -> Recording:
    first = CurrentClamp(place=0.0, delay_ms=1.5, dur_ms=0.1, amp_nA=2 * THRESHOLD_nA)
    second = CurrentClamp(1.0, first.delay_ms + delay_ms, dur_ms=0.1, amp_nA=strength * THRESHOLD_nA)
    profiles = ("v", "m", "h", "n", "gna", "gk")
    return simulate_squid_axon(SquidAxon(), [first, second], tstop_ms=9.0, record={}, profiles=profiles)


def _how_they_met(recording: Recording) -> str:
    """One sentence: where the last membrane to fire is, inside or at an end, and when it fires."""
    v = recording.profile("v")
    inner = slice(1, -1)  # the ends also see the electrodes
    arrivals_ms = np.array([first_spike_ms(recording.time, column) for column in v.values.T[inner]])
    last = int(np.argmax(arrivals_ms))
    where_mm, when_ms = 20 * v.place[inner][last], arrivals_ms[last]
    if where_mm > 19:
        return f"One action potential passes, and reaches the far end at {when_ms:.1f} ms."
    return f"They meet {where_mm:.1f} mm from the first clamp, at {when_ms:.1f} ms, and both end there."
