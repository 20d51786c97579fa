# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: what does a tolerance of the variable step buy?"""

import numpy as np

from neuroscales.cable.explorers.shared import MIDDLE, TSTOP_ms, beside_converged, error_ms, how_far_off
from neuroscales.cable.numerics import simulate_impulse
from neuroscales.core.engine import Method
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries


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
            MIDDLE,
            TimeSeries((Line("step", meaning="leak"),), "Step that is taken", "ms", (0, 0.16)),
            Summary(
                error_ms, allowed, "Error of the arrival", "ms", (1e-8, 1), side_by_side=2, logarithmic=True
            ),
            Summary(_number_of_steps, allowed, "Steps", "1", (10, 10_000), side_by_side=2, logarithmic=True),
        ),
        describe=how_far_off,
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
    recording = beside_converged(simulate_impulse(method, tstop_ms=TSTOP_ms))
    steps_ms = np.diff(recording.time)
    # Steps longer than the axis lie along its edge.
    shown = np.minimum(np.append(steps_ms, steps_ms[-1]), 0.15)
    return Recording(recording.time, [*recording.signals, Signal("step", shown, "ms")])


def _number_of_steps(recording: Recording) -> int:
    return len(recording.time) - 1
