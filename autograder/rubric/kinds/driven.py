# SPDX-License-Identifier: BSD-3-Clause
"""Traces that are driven or relax, by their root mean square."""

from autograder.rubric import metrics
from autograder.rubric.check import Check
from autograder.rubric.kinds.spikes import Shape


def driven(
    item: str,
    time: str,
    end: float,
    plot: str,
    points: float,
    label: str,
    *,
    name: str = "",
    unit: str = "mV",
    finest: float = 0.01,
) -> Check:
    """Check of a trace that is driven or relaxes: RMS over the time that both traces share, up to `end`.

    Args:
        item: the item that holds the trace.
        time: the item that holds its time base, in ms.
        end: time up to which the trace is looked at, in ms.
        plot: what the trace is, in words.
        points: what it is worth.
        label: what is compared, in words.
        name: of the check; the item's where nothing is said.
        unit: of the trace.
        finest: the smallest tolerance that makes sense.
    """
    return Shape(
        name or item, item, label, unit, points,
        finest=finest, time=time, end=end, plot=plot, distance=metrics.driven_difference,
    )  # fmt: skip
