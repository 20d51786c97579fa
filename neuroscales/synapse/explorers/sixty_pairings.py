# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on learning: what sixty pairings leave, at any frequency and delay."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries
from neuroscales.explorer.plane import Point
from neuroscales.synapse.plasticity import (
    MEASURED,
    PairRule,
    Rule,
    TripletRule,
    pairings_ms,
    protocol_change,
    simulate_learning,
)

_PAIR, _TRIPLET = PairRule(), TripletRule()
_TSTOP_ms = 500.0
_PERCENT = (-60.0, 140.0)


def pairing() -> Explorer:
    """Sixty pairings at one frequency and delay: the pair rule, the triplet rule, and the experiment."""
    over_frequency = Plane(
        (
            Curve("pair rule", lambda x, **at: _over_frequency(_PAIR, x, **at), "stimulus"),
            Curve("triplet rule", lambda x, **at: _over_frequency(_TRIPLET, x, **at), "potassium"),
        ),
        "Pairings per second", "Hz", (0, 50), "Change after 60 pairings, in percent", "1", _PERCENT,
        points=_at_frequency, most_points=7, samples=101, side_by_side=2,
    )  # fmt: skip
    over_delay = Plane(
        (
            Curve("pairs", lambda x, **at: _over_delay(_PAIR, x, **at), "stimulus"),
            Curve("triplets", lambda x, **at: _over_delay(_TRIPLET, x, **at), "potassium"),
        ),
        "Delay from pre to post", "ms", (-19, 19), "The same, against the delay", "1", _PERCENT,
        points=_at_delay, most_points=2, samples=153, side_by_side=2,
    )  # fmt: skip
    traces = (
        Line("r", None, "r", "excitatory"),
        Line("o", None, "o", "inhibitory"),
        Line("y", None, "y", "membrane potential"),
    )
    return Explorer(
        name="pairing",
        title="Sixty pairings: what a synapse learns from them",
        model=_first_pairings,
        controls=(
            Control("frequency_Hz", "Pairings", "Hz", (0.1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50), start=10),
            Control("delay_ms", "From pre to post", "ms", (-15, -10, -5, 5, 10, 15), start=10),
        ),
        views=(
            over_frequency,
            over_delay,
            TimeSeries(traces, "Traces of the triplet rule, in the first half second", "1", (-0.8, 7)),
        ),
        describe=_what_is_left,
        caption="Above, the change that 60 pairings leave; the dots are where the sliders stand, and the "
        "rings, at delays of 10 ms, what was measured in visual cortex (Sjöström and others 2001). Below, "
        "r follows presynaptic spikes, o and the slow y postsynaptic ones.",
        alt="Three panels. Against the frequency, at +10 ms, the dotted pair rule falls from 18 percent to "
        "below 0, the dash-dotted triplet rule climbs from 0 to 76 percent, and five rings lie near it. "
        "Against the delay, at 10 Hz, both are negative before 0; after it both are positive. Below, the "
        "traces jump by one at every spike and decay, r fastest, y slowest.",
        samples=501,
        engine="numpy",
    )  # fmt: skip


def _first_pairings(frequency_Hz: float, delay_ms: float) -> Recording:
    run = simulate_learning(_TRIPLET, *pairings_ms(frequency_Hz, delay_ms), tstop_ms=_TSTOP_ms, dt_ms=1.0)
    signals = [run.signal(name) for name in "roy"]
    for name, rule in (("pair", _PAIR), ("triplet", _TRIPLET)):
        after = 100 * protocol_change(rule, frequency_Hz, delay_ms)
        signals.append(Signal("after", np.full(run.time.shape, after), "1", name))
    return Recording(run.time, signals)


def _over_frequency(rule: Rule, frequency_Hz: np.ndarray, /, delay_ms: float, **_: float) -> np.ndarray:
    """Percent; the axis begins where nothing is ever paired, so its first place is the slowest protocol."""
    return 100 * protocol_change(rule, np.maximum(frequency_Hz, 0.1), delay_ms)


def _over_delay(rule: Rule, delay_ms: np.ndarray, /, frequency_Hz: float, **_: float) -> np.ndarray:
    """Percent; nothing is drawn at no delay, where the two sides do not meet, nor above the panel."""
    return np.where(delay_ms == 0, np.nan, 100 * protocol_change(rule, frequency_Hz, delay_ms))


def _at_frequency(recording: Recording, frequency_Hz: float, delay_ms: float) -> list[Point]:
    rings = [(at_Hz, 100 * mean, False) for at_Hz, mean, _ in MEASURED.get(delay_ms, ())]
    return [*rings, *((frequency_Hz, left, True) for left in _left(recording))]


def _at_delay(recording: Recording, frequency_Hz: float, delay_ms: float) -> list[Point]:
    return [(delay_ms, left, True) for left in _left(recording)]


def _left(recording: Recording) -> list[float]:
    return [float(recording.values("after", rule)[-1]) for rule in ("pair", "triplet")]


def _what_is_left(recording: Recording) -> str:
    """One sentence: what the two rules leave after all pairings."""
    pair, triplet = (f"{left:+.0f}".replace("-", "\N{MINUS SIGN}") for left in _left(recording))
    return f"60 pairings change the weight by {pair} % with the pair rule, by {triplet} % with triplets."
