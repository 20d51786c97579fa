# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: how many segments are enough?"""

from functools import cache

import numpy as np

from neuroscales.cable.explorers.shared import ALONG, THRESHOLD_nA, first_spike_ms
from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, SpaceProfile, TimeSeries

_FINEST = 129


def resolution() -> Explorer:
    """The same axon cut into more and more segments: when is the answer the axon's own?"""
    lines = (Line("v", 0.5, "chosen nseg"), Line("v", "finest", f"nseg = {_FINEST}", "reference"))
    along = (Line("v", label="chosen nseg"), Line("v_finest", label=f"nseg = {_FINEST}", meaning="reference"))
    return Explorer(
        name="resolution",
        title="Squid giant axon: how many segments?",
        model=_in_segments,
        controls=(Control("nseg", "Segments (nseg)", "1", (1, 3, 5, 9, 15, 27, 43, 81, 129), start=15),),
        views=(
            TimeSeries(lines, "Membrane potential in the middle", "mV", (-90, 60)),
            SpaceProfile(
                along, "Membrane potential along the axon", "mV", (-90, 60),
                places=130, smooth=False, **ALONG,
            ),
        ),
        describe=_how_late,
        caption="The same axon and the same pulse, with few segments and with many. Too few, and the action "
        "potential has another speed, or does not start at all; beyond a few dozen nothing changes any "
        "more.",
        alt="Membrane potential in the middle over 10 ms, and along the axon at one instant, with 15 "
        "segments and with 129. The two action potentials have nearly the same shape; that of 15 "
        "segments arrives a little later, and along the axon its front has corners.",
        samples=201,
        moment=3.0,
        movie_s=5.0,
    )  # fmt: skip


def _in_segments(nseg: float) -> Recording:
    chosen, finest = _segmented(int(nseg)), _segmented(_FINEST)
    profile = finest.profile("v")
    reference = [
        Signal("v", finest.values("v", 0.5), "mV", "finest"),
        Signal("v_finest", profile.values, "mV", profile.place),
    ]
    return Recording(chosen.time, [*chosen.signals, *reference])


@cache
def _segmented(nseg: int) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=2 * THRESHOLD_nA)
    return simulate_squid_axon(
        SquidAxon(nseg=nseg), [clamp], tstop_ms=10.0, record={"v": (0.5,)}, profiles=("v",)
    )


def _how_late(recording: Recording) -> str:
    """One sentence: the arrival in the middle, and by how much it differs from that of the finest grid."""
    arrival_ms, best_ms = (
        first_spike_ms(recording.time, recording.values("v", place)) for place in (0.5, "finest")
    )
    if np.isinf(arrival_ms):
        return f"No action potential in the middle; with {_FINEST} segments one passes at {best_ms:.2f} ms."
    shift_ms = arrival_ms - best_ms
    if abs(shift_ms) < 0.005:
        return f"The action potential passes the middle at {arrival_ms:.2f} ms, as with {_FINEST} segments."
    return (
        f"The action potential passes the middle at {arrival_ms:.2f} ms, {abs(shift_ms):.2f} ms "
        f"{'later' if shift_ms > 0 else 'earlier'} than with {_FINEST} segments."
    )
