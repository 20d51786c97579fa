# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on synapses with a history: what a terminal makes of a train."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries
from neuroscales.explorer.plane import Point
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import releases, simulate_terminal, steady
from neuroscales.synapse.short_term_rates import mean_field

_TSTOP_ms = 1300.0
_FIRST_ms, _STEP_ms = 50.0, 650.0
_PATTERNS = ("eight, and one 500 ms later", "a step, from a quarter of it", "Poisson")
_MOST_SPIKES = 80


def short_term() -> Explorer:
    """A train, what each spike of it releases, and the potential of the cell behind the synapse."""
    variables = (
        Line("R", None, "R, what is there", "excitatory"),
        Line("Use", None, "u, the part that is used", "excitatory"),
    )
    released = Plane(
        (Curve("where it would settle", _settled, "reference"),),
        "Time", "ms", (0, _TSTOP_ms), "Released by each spike, as a part of all", "1", (0, 1.0),
        points=_released, most_points=_MOST_SPIKES, samples=27,
    )  # fmt: skip
    return Explorer(
        name="short-term-plasticity",
        title="A synapse with a history: what each spike releases",
        model=_train,
        controls=(
            Control("U1", "Part that a rested terminal releases", "1", (0.05, 0.15, 0.2, 0.5, 0.7, 0.9), 0.5),
            Control("tau_rec_ms", "Recovery", "ms", (50, 200, 800), start=800),
            Control("tau_facil_ms", "Facilitation fades within", "ms", (0, 50, 200, 750), start=50),
            Control("rate_Hz", "Rate", "Hz", (10, 20, 50), start=20),
            Control("pattern", "Train", "1", range(len(_PATTERNS)), start=0, words=_PATTERNS),
        ),
        views=(
            TimeSeries(variables, "u and R", "1", (0, 1.12)),
            released,
            TimeSeries((Line("v"),), "Potential of the cell", "mV", (-70.1, -68.2)),
        ),
        describe=_what_happens,
        caption="A spike releases the product of u, just after its rise, and R, just before its fall: the "
        "dots. The dashed line is where a regular train of that rate, or the mean over Poisson trains, would "
        "settle. The cell has a time constant of 20 ms.",
        alt="Three panels over 1300 ms. Eight spikes at 20 Hz: u jumps to 0.5 or more and fades between "
        "them, R falls to about 0.1 and recovers slowly. The dots fall from 0.5 to 0.06, where the dashed "
        "line is; the ninth, half a second later, is at 0.24. The potential rises by 0.9 mV at the first "
        "spike, by less at each of those that follow, and by about half as much at the ninth.",
        samples=261,
    )  # fmt: skip


def _train(U1: float, tau_rec_ms: float, tau_facil_ms: float, rate_Hz: float, pattern: float) -> Recording:
    terminal = TsodyksMarkram(U1, tau_rec_ms, tau_facil_ms)
    spikes_ms = _spikes_ms(rate_Hz, int(pattern))
    run = simulate_terminal(terminal, spikes_ms, tstop_ms=_TSTOP_ms, dt_ms=0.1)
    released = np.zeros_like(run.time)  # but where a spike is
    released[np.searchsorted(run.time, spikes_ms)] = releases(terminal, spikes_ms).released
    shown = [run.signal(name) for name in ("v", "R", "Use")]
    return Recording(run.time, [*shown, Signal("released", released, "1")])


def _spikes_ms(rate_Hz: float, pattern: int) -> np.ndarray:
    interval_ms = 1000 / rate_Hz
    if pattern == 0:
        eight_ms = _FIRST_ms + interval_ms * np.arange(8)
        return np.append(eight_ms, eight_ms[-1] + 500)
    if pattern == 1:
        slow_ms = np.arange(_FIRST_ms, _STEP_ms - 1e-6, 4 * interval_ms)
        return np.append(slow_ms, np.arange(_STEP_ms, _TSTOP_ms - 10, interval_ms))
    # One and the same random train, run through faster or slower.
    times_ms = interval_ms * np.cumsum(np.random.default_rng(6).exponential(size=4 * _MOST_SPIKES))
    return times_ms[times_ms < _TSTOP_ms]


def _settled(time_ms: np.ndarray, /, rate_Hz: float, pattern: float, **terminal: float) -> np.ndarray:
    of = mean_field if _PATTERNS[int(pattern)] == "Poisson" else steady
    slow = _PATTERNS[int(pattern)].startswith("a step")
    rates_Hz = np.where(slow & (time_ms < _STEP_ms), rate_Hz / 4, rate_Hz)
    return of(TsodyksMarkram(**terminal), rates_Hz).released


def _released(recording: Recording, /, **_: float) -> list[Point]:
    released = recording.values("released")
    return [(recording.time[at], released[at], True) for at in np.flatnonzero(released)]


def _what_happens(recording: Recording) -> str:
    """One sentence: the first releases, the largest and the last, and how far the cell went."""
    released = recording.values("released")[recording.values("released") > 0]
    largest = int(released.argmax())
    rise_mV = np.ptp(recording.values("v"))
    return (
        f"{len(released)} spikes: the first releases {released[0]:.2f} of all, the second {released[1]:.2f}, "
        f"the last {released[-1]:.2f}. Number {largest + 1} releases most, {released[largest]:.2f}. "
        f"The cell rises by {rise_mV:.1f} mV."
    )
