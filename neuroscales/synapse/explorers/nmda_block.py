# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on NMDA receptors: what magnesium blocks, and what a depolarization frees."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries
from neuroscales.explorer.plane import Point
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse import receptors
from neuroscales.synapse.nmda import simulate_ampa_nmda

_GMAX_nS = 0.7
_EVENT_ms = 30.0
_PAIRED = {"none": 0.0, "20 mV": 0.08, "40 mV": 0.16}  # what it adds at rest -> the current, in nA


def magnesium_block() -> Explorer:
    """One event, twice: in a cell under voltage clamp, and in a free cell beside a depolarization."""
    held = (
        Line("i_held", "AMPA", "AMPA", "reference"),
        Line("i_held", "NMDA", "NMDA", "excitatory"),
    )
    currents = Plane(
        (
            Curve("no magnesium", _open_current_pA, "reference"),
            Curve("NMDA current", _current_pA, "excitatory"),
        ),
        "Held at", "mV", (-80, 40), "Clamped cell: peak NMDA current", "pA", (-68, 36),
        points=_measured_current, most_points=1, samples=121,
    )  # fmt: skip
    blocked = Plane(
        (Curve("left open", _part_open, "excitatory"),),
        "Held at", "mV", (-80, 40), "Part of NMDA receptors left open", "1", (0, 1.08),
        points=_measured_block, most_points=1, samples=121, side_by_side=2,
    )  # fmt: skip
    return Explorer(
        name="magnesium-block",
        title="Magnesium block: what opens an NMDA receptor",
        model=_held_and_free,
        controls=(
            Control("mg_mM", "Magnesium outside", "mM", (0, 0.1, 0.25, 0.5, 1, 2), start=1),
            Control("hold_mV", "Clamp holds at", "mV", range(-80, 41, 10), start=-60),
            Control("paired", "Free cell is depolarized by", "1", range(3), start=0, words=tuple(_PAIRED)),
        ),
        views=(
            currents,
            TimeSeries(held, "Clamped cell: currents", "pA", (-85, 45), side_by_side=2),
            blocked,
            TimeSeries((Line("v"),), "Free cell: potential", "mV", (-75, -20), side_by_side=2),
            TimeSeries(
                (Line("i_free", "NMDA", "", "excitatory"),), "Free cell: NMDA current", "pA", (-52, 4),
                side_by_side=2,
            ),
        ),
        describe=_what_magnesium_leaves,
        caption="One event at 30 ms opens at most 1 nS of AMPA and 0.7 nS of NMDA receptors; negative "
        "currents flow in. The dots are measured where the clamp holds the cell. In the lowest row "
        "another cell is free, and a current pulse from 10 to 60 ms depolarizes it.",
        alt="Five panels. The NMDA current against potential is near zero at -80 mV, lowest at -27 mV, and "
        "zero again at 0 mV; without magnesium it is a straight line from -56 to 28 pA. In the cell clamped "
        "at -60 mV, AMPA brings in 60 pA for a few milliseconds and NMDA 3 pA for a hundred. The part left "
        "open rises from 0.02 at -80 mV to 0.98 at +40 mV. In the free cell the potential rises by 2 mV, "
        "and hardly any NMDA current flows.",
        samples=321,
    )  # fmt: skip


def _held_and_free(mg_mM: float, hold_mV: float, paired: float) -> Recording:
    synapse = receptors.AmpaNmda(mg_mM=mg_mM, gmax_NMDA_uS=1e-3 * _GMAX_nS)
    amp_nA = list(_PAIRED.values())[int(paired)]
    pulse = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=amp_nA)
    held = simulate_ampa_nmda(synapse, [_EVENT_ms], hold_mV=hold_mV, tstop_ms=160)
    free = simulate_ampa_nmda(synapse, [_EVENT_ms], pulses=[pulse], tstop_ms=160)
    signals = [Signal("i_held", held.values("i", place), "nA", place) for place in ("AMPA", "NMDA")]
    signals += [
        Signal("g_held", held.values("g", "NMDA"), "uS", "NMDA"),
        Signal("i_free", free.values("i", "NMDA"), "nA", "NMDA"),
        free.signal("v"),
    ]
    return Recording(free.time, signals)


def _part_open(v_mV: np.ndarray, mg_mM: float, **others: float) -> np.ndarray:
    """What magnesium leaves open at each potential."""
    return receptors.magnesium_block(v_mV, mg_mM)


def _current_pA(v_mV: np.ndarray, mg_mM: float, **others: float) -> np.ndarray:
    """Peak of the NMDA current at each potential; 1 nS at 1 mV is 1 pA."""
    return _GMAX_nS * _part_open(v_mV, mg_mM) * v_mV


def _open_current_pA(v_mV: np.ndarray, **others: float) -> np.ndarray:
    """The same when nothing is blocked."""
    return _current_pA(v_mV, mg_mM=0.0)


def _measured_current(recording: Recording, hold_mV: float, **others: float) -> list[Point]:
    i_nA = recording.values("i_held", "NMDA")
    return [(hold_mV, 1e3 * float(i_nA[np.abs(i_nA).argmax()]), True)]


def _measured_block(recording: Recording, hold_mV: float, **others: float) -> list[Point]:
    return [(hold_mV, 1e3 * float(recording.values("g_held").max()) / _GMAX_nS, True)]


def _what_magnesium_leaves(recording: Recording) -> str:
    """One sentence: what is left open under the clamp, and the charge that enters the free cell."""
    part = 1e3 * recording.values("g_held").max() / _GMAX_nS
    charge_pC = -float(np.sum(recording.values("i_free")[1:] * np.diff(recording.time)))
    return (
        f"Under the clamp {100 * part:.3g} % of the NMDA receptors that glutamate opens conduct. "
        f"Into the free cell NMDA receptors let {charge_pC:.2f} pC."
    )
