# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the chapter on how far to trust the numbers."""

from functools import cache

import numpy as np

from neuroscales.cable.numerics import CONVERGED, arrival_ms, simulate_impulse
from neuroscales.core.engine import Method
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries

_TSTOP_ms = 6.0
_METHODS = ("implicit Euler", "Crank and Nicolson")
_LINES = (Line("v", 0.5, "chosen"), Line("v", "converged", "converged", "reference"))
_MIDDLE = TimeSeries(_LINES, "Membrane potential in the middle", "mV", (-90, 60))


def time_step() -> Explorer:
    """One impulse with longer and shorter steps, by two methods: how far from the converged run?"""
    step = Control("dt_ms", "Time step", "ms", (0.00625, 0.0125, 0.02, 0.025, 0.05, 0.1), start=0.1)
    return Explorer(
        name="time-step",
        title="Squid giant axon: how long may a step be?",
        model=_with_step,
        controls=(Control("method", "Method", "1", (0, 1), start=0, words=_METHODS), step),
        views=(
            _MIDDLE,
            TimeSeries(
                (Line("v", 0.0),),
                "Membrane potential at the stimulated end",
                "mV",
                (-120, 80),
                side_by_side=2,
            ),
            Summary(
                _error_ms, step, "Error of the arrival", "ms", (1e-5, 1), side_by_side=2, logarithmic=True
            ),
        ),
        describe=_how_far_off,
        caption="Half the step halves the error of implicit Euler, and quarters that of Crank and Nicolson's "
        "method. But that method can make the stimulated end jump to and fro with every step: the end has no "
        "membrane that would damp it.",
        alt="Above, the potential in the middle over 6 ms, with steps of 0.1 ms by implicit Euler and "
        "converged: the same impulse, but almost 0.2 ms late. Below on the left the potential at the "
        "stimulated end; on the right the error against the step on logarithmic axes, a straight line.",
        samples=601,
    )


def _with_step(method: float, dt_ms: float) -> Recording:
    how = Method(dt_ms, secondorder=2 if method else 0, rate_table=False)
    return _beside_converged(simulate_impulse(how, tstop_ms=_TSTOP_ms, places=(0.0, 0.5)))


def _beside_converged(recording: Recording) -> Recording:
    """The recording, and the converged potential in the middle on its time base."""
    best = _converged()
    on_it = np.interp(recording.time, best.time, best.values("v"))
    return Recording(recording.time, [*recording.signals, Signal("v", on_it, "mV", "converged")])


@cache
def _converged() -> Recording:
    return simulate_impulse(CONVERGED, tstop_ms=_TSTOP_ms)


def _error_ms(recording: Recording) -> float:
    """By how much the arrival in the middle is off, without its sign."""
    return abs(arrival_ms(recording) - arrival_ms(_converged()))


def _how_far_off(recording: Recording) -> str:
    """One sentence: the arrival, its error, and how many steps it took."""
    shift_us = 1e3 * (arrival_ms(recording) - arrival_ms(_converged()))
    return (
        f"{len(recording.time) - 1} steps: the action potential passes the middle at "
        f"{arrival_ms(recording):.3f} ms, {_short(abs(shift_us))} too {'late' if shift_us > 0 else 'early'}."
    )


def _short(time_us: float) -> str:
    """A short time in words."""
    return f"{time_us:.3g} µs" if time_us >= 1 else f"{1e3 * time_us:.3g} ns"


def tolerance() -> Explorer:
    """One impulse with the variable step: what does a tolerance buy, and where do the steps go?"""
    # Below, the error comes near to that of the converged run.
    powers, words = range(-7, 0), [f"10\N{SUPERSCRIPT MINUS}{digit}" for digit in "⁷⁶⁵⁴³²¹"]
    allowed = Control("tolerance", "Tolerance", "1", [10.0**k for k in powers], start=1e-3, words=words)
    return Explorer(
        name="tolerance",
        title="Squid giant axon: a step that adapts itself",
        model=_with_tolerance,
        controls=(allowed,),
        views=(
            _MIDDLE,
            TimeSeries((Line("step", meaning="leak"),), "Step that is taken", "ms", (0, 0.16)),
            Summary(
                _error_ms, allowed, "Error of the arrival", "ms", (1e-8, 1), side_by_side=2, logarithmic=True
            ),
            Summary(_number_of_steps, allowed, "Steps", "1", (10, 10_000), side_by_side=2, logarithmic=True),
        ),
        describe=_how_far_off,
        caption="The variable step is short where something happens and long where nothing does. A tolerance "
        "a hundred times smaller costs about twice the steps. It leaves a smaller error, but not one in "
        "proportion: what is held is the error of each step.",
        alt="Above, the potential in the middle over 6 ms with a tolerance of 0.001 and converged: one "
        "curve. Below, the length of the steps over time: long at rest before the pulse at 1 ms, then a few "
        "hundredths of a millisecond. At the bottom error and number of steps against the tolerance, on "
        "logarithmic axes: the error falls with it, the number of steps rises slowly.",
        samples=601,
    )


def _with_tolerance(tolerance: float) -> Recording:
    method = Method(None, absolute_tolerance=tolerance, rate_table=False)
    recording = _beside_converged(simulate_impulse(method, tstop_ms=_TSTOP_ms))
    steps_ms = np.diff(recording.time)
    # Steps longer than the axis lie along its edge.
    shown = np.minimum(np.append(steps_ms, steps_ms[-1]), 0.15)
    return Recording(recording.time, [*recording.signals, Signal("step", shown, "ms")])


def _number_of_steps(recording: Recording) -> int:
    return len(recording.time) - 1
