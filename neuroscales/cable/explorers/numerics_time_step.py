# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: how long may a time step be?"""

from neuroscales.cable.explorers.shared import MIDDLE, TSTOP_ms, beside_converged, error_ms, how_far_off
from neuroscales.cable.numerics import simulate_impulse
from neuroscales.core.engine import Method
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries

_METHODS = ("implicit Euler", "Crank and Nicolson")


def time_step() -> Explorer:
    """One impulse with longer and shorter steps, by two methods: how far from the converged run?"""
    step = Control("dt_ms", "Time step", "ms", (0.00625, 0.0125, 0.02, 0.025, 0.05, 0.1), start=0.1)
    return Explorer(
        name="time-step",
        title="Squid giant axon: how long may a step be?",
        model=_with_step,
        controls=(Control("method", "Method", "1", (0, 1), start=0, words=_METHODS), step),
        views=(
            MIDDLE,
            TimeSeries(
                (Line("v", 0.0),),
                "Membrane potential at the stimulated end",
                "mV",
                (-120, 80),
                side_by_side=2,
            ),
            Summary(
                error_ms, step, "Error of the arrival", "ms", (1e-5, 1), side_by_side=2, logarithmic=True
            ),
        ),
        describe=how_far_off,
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
    return beside_converged(simulate_impulse(how, tstop_ms=TSTOP_ms, places=(0.0, 0.5)))
