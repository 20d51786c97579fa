# SPDX-License-Identifier: BSD-3-Clause
"""Hodgkin and Huxley's membrane: one current, two answers.

All runs are made at once, as the model allows, and kept; a slider then picks one of them.
"""

from functools import cache

import numpy as np

from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries
from neuroscales.explorer.plane import Point
from neuroscales.membrane import excitability
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, march, steady_gates
from neuroscales.membrane.protocols import Pulse

_AMPS_uA_cm2 = (0, 2, 4, 5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5, 10, 11, 12, 14, 16)
_AFTER_ms = (0.0, 2.0, 4.0, 6.0, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5, 10.0, 12.0, 14.0, 16.0)
_NEVER_ms = -1.0
_FIRST_ms, _FIRST_uA_cm2, _SECOND_uA_cm2 = 20.0, 20.0, 5.0
_TSTOP_ms, _DT_ms, _EVERY = 250.0, 0.05, 4
_SINCE_ms = 170.0
_ASIDE_mV = 2.0


def bistability() -> Explorer:
    """The firing curve of Hodgkin and Huxley's membrane: which of two answers does it give, and why?"""
    after = (_NEVER_ms, *_AFTER_ms)
    return Explorer(
        name="bistability",
        title="Rest or firing: the same membrane, the same current",
        model=_held_and_kicked,
        controls=(
            Control("amp_uA_cm2", "Steady current", "uA/cm2", _AMPS_uA_cm2, start=8),
            Control("kicked", "First pulse, at 20 ms", "1", (0, 1), start=0, words=("none", "20 µA/cm²")),
            Control("after_ms", "Second pulse", "ms", after, start=_NEVER_ms,
                    words=("none", *(f"{delay:g} ms after a spike" for delay in _AFTER_ms))),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-90, 55)),
            TimeSeries((Line("i_stim"),), "Current density", "uA/cm2", (-2, 40), side_by_side=2),
            Plane(
                (Curve("after a first pulse", _rate_when_kicked, "membrane potential"),
                 Curve("left alone", _rate_when_left_alone, "reference")),
                "Steady current", "uA/cm2", (0, 16), "Rate of firing at the end", "Hz", (-14, 95),
                points=_rate_here, most_points=1, samples=321, side_by_side=2,
            ),
        ),
        describe=_rest_or_firing,
        caption="The membrane has settled under the steady current, to within 2 mV. In a range of currents "
        "it rests if it is left alone, and goes on firing if it was once made to; a second pulse, of "
        "5 µA/cm², stops it for good if it comes at the right moment.",
        alt="Potential and current over 250 ms, and a curve of rate against current. The current is a steady "
        "8 µA/cm². The potential stays near -60 mV. The curve of a membrane that was made to fire jumps from "
        "0 to 52 Hz at 6.3 µA/cm² and rises to 80 Hz at 16; the curve of one left alone is zero up to 9.8, "
        "and then the same. The run is a dot at 8 µA/cm² and 0 Hz.",
        samples=1251,
        engine="numpy",
    )  # fmt: skip


def _held_and_kicked(amp_uA_cm2: float, kicked: float, after_ms: float) -> Recording:
    time, v, current = _all_held()
    delays = (_NEVER_ms, *_AFTER_ms)
    cell = (_AMPS_uA_cm2.index(amp_uA_cm2) * 2 + int(kicked)) * len(delays) + delays.index(after_ms)
    return Recording(
        time, [Signal("v", v[:, cell].astype(float), "mV"), Signal("i_stim", current[:, cell], "uA/cm2")]
    )


@cache
def _all_held() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time, potentials and currents of all runs: (n_time,) and twice (n_time, n_runs)."""
    amps, kicked, after = (
        grid.ravel() for grid in np.meshgrid(_AMPS_uA_cm2, (0.0, 1.0), (_NEVER_ms, *_AFTER_ms), indexing="ij")
    )
    held = [Pulse(amp_uA_cm2=amps), Pulse(_FIRST_ms, 1.0, _FIRST_uA_cm2 * kicked)]
    time, without, _ = _settled_and_nudged(amps, held)
    # The second pulse counts from the fifth spike; where there is none, from the moment of one at 60 Hz.
    fifth_ms = [(*measure.spike_times(time, v)[4:5], 90.0)[0] for v in without.T]
    second = Pulse(fifth_ms + np.abs(after), 1.0, np.where(after == _NEVER_ms, 0.0, _SECOND_uA_cm2))
    return _settled_and_nudged(amps, [*held, second])


def _settled_and_nudged(amps: np.ndarray, stimuli: list[Pulse]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run the membranes from a little beside where each stands still under its current."""
    membrane = HodgkinHuxley(el_mV=-54.387)
    at_mV = np.array([excitability.equilibrium_mV(amp, membrane) for amp in amps])
    steps = march(
        membrane, stimuli, tstop_ms=_TSTOP_ms, dt_ms=_DT_ms, v_mV=at_mV + _ASIDE_mV, gates=steady_gates(at_mV)
    )
    kept = [(t, v) for i, (t, v, _) in enumerate(steps) if i % _EVERY == 0]
    time, v = np.array([t for t, _ in kept]), np.array([v for _, v in kept], dtype=np.float32)
    charge = sum(np.array([stimulus.charge_nC_cm2(t) for t in time]) for stimulus in stimuli)
    return time, v, np.diff(charge, axis=0, prepend=charge[:1] - amps * time[1]) / time[1]


@cache
def _kicked_curve() -> tuple[np.ndarray, np.ndarray]:
    """Currents and the rates at which a membrane that fires goes on."""
    amps = np.linspace(0, 16, 161)
    return amps, excitability.firing_from_above_Hz(amps, tstop_ms=900.0)


def _rate_when_kicked(at_uA_cm2: np.ndarray, /, **_: float) -> np.ndarray:
    amps, rates_Hz = _kicked_curve()
    return np.interp(at_uA_cm2, amps, rates_Hz)


def _rate_when_left_alone(at_uA_cm2: np.ndarray, /, **_: float) -> np.ndarray:
    (_, lower_uA_cm2), _ = excitability.hopf_points()
    return np.where(at_uA_cm2 > lower_uA_cm2, _rate_when_kicked(at_uA_cm2), 0.0)


def _late_rate_Hz(recording: Recording) -> float:
    train = measure.spike_times(recording.time, recording.values("v"))
    return float(excitability.late_rates_Hz([train], _SINCE_ms, _TSTOP_ms)[0])


def _rate_here(recording: Recording, /, amp_uA_cm2: float, **_: float) -> list[Point]:
    return [(amp_uA_cm2, _late_rate_Hz(recording), True)]


def _rest_or_firing(recording: Recording) -> str:
    """One sentence: what it does in the end, and what it did before."""
    spikes_ms = measure.spike_times(recording.time, recording.values("v"))
    rate_Hz = _late_rate_Hz(recording)
    if rate_Hz:
        return f"It fires to the end, {rate_Hz:.0f} times a second."
    if not spikes_ms.size:
        return "It does not fire."
    count = "one spike" if len(spikes_ms) == 1 else f"{len(spikes_ms)} spikes"
    return f"It rests in the end, after {count}; the last came at {spikes_ms[-1]:.0f} ms."
