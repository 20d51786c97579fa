# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: which current pulse starts an action potential?"""

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries

# Steps of about 1 % around the four thresholds (183, 436, 576 and 856 nA), wider elsewhere.
_AMPLITUDES_nA = (
    *range(100, 170, 10), *range(170, 200, 2), *range(200, 420, 20), *range(420, 450, 5),
    *range(450, 560, 10), *range(560, 600, 5), *range(600, 840, 20), *range(840, 880, 5),
    *range(880, 1000, 20), *range(1000, 1801, 100),
)  # fmt: skip


def threshold() -> Explorer:
    """A current pulse at one end of the squid axon: which one starts an action potential?"""
    return Explorer(
        name="threshold",
        title="Squid giant axon: find the threshold",
        model=_pulse_at_one_end,
        controls=(
            Control("dur_ms", label="Pulse duration", unit="ms", values=(0.1, 0.15, 0.2, 0.5), start=0.1),
            Control("amp_nA", label="Pulse amplitude", unit="nA", values=_AMPLITUDES_nA, start=1200),
        ),
        views=(
            TimeSeries(
                lines=(
                    Line("v", 0.0, "stimulated end"),
                    Line("v", 0.5, "middle"),
                    Line("v", 1.0, "far end"),
                ),
                label="Membrane potential",
                unit="mV",
                range=(-90, 60),
            ),
        ),
        describe=_what_happened,
        caption="A pulse of current starts at 1 ms at one end of the axon (20 mm long, 100 µm thick, at 6.3 "
        "°C). Either it dies out within a few millimeters, or an action potential runs to the other "
        "end.",
        alt="Membrane potential over 15 ms at three places. After the pulse at 1 ms an action potential "
        "rises at the stimulated end, and passes the middle and the far end at intervals of a little "
        "under two milliseconds, undiminished.",
    )


def _pulse_at_one_end(dur_ms: float, amp_nA: float) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=dur_ms, amp_nA=amp_nA)
    return simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=15.0, record={"v": (0.0, 0.5, 1.0)})


def _what_happened(recording: Recording) -> str:
    """One sentence: whether the far end sees an action potential, and when."""
    spikes = [measure.spike_times(recording.time, recording.values("v", x)) for x in (0.5, 1.0)]
    if all(len(times) for times in spikes):
        middle, far = (times[0] for times in spikes)
        return (
            f"An action potential: it passes the middle at {middle:.1f} ms and the far end at {far:.1f} ms."
        )
    top = recording.values("v", 0.0).max()
    return f"No action potential: the stimulated end reaches {top:.0f} mV, the far end stays at rest."
