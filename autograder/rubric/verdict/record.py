# SPDX-License-Identifier: BSD-3-Clause
"""Recording: the verdict on one task, ready for JSON, with its pictures."""

import importlib.metadata
import math
from typing import Any

import numpy as np

from autograder.rubric.check import Answers, trace_of
from autograder.rubric.kinds.spikes import Shape
from autograder.rubric.task import Rubric, Task
from autograder.rubric.verdict.bench import Tolerances
from autograder.rubric.verdict.judged import Judged
from autograder.rubric.verdict.word import shown

_PLOT_SAMPLES = 1500
#: Status of a task that a person must look at, because judging it failed.
OPEN = "open"


def record(
    task: Task,
    title: str,
    status: str,
    checks: list[Judged],
    note: str = "",
    mistakes: list | None = None,
    plots: list | None = None,
    handed: Answers | None = None,
) -> dict[str, Any]:
    """The verdict on one task, ready for JSON."""
    return {
        "task": task.name,
        "title": title,
        "points": round(sum(judged.points for judged in checks), 6),
        "max_points": float(task.points),
        "status": status,
        "checks": [_check_record(judged, handed or {}) for judged in checks],
        "mistakes": mistakes or [],
        "note": note,
        "plots": plots or [],
    }


def _check_record(judged: Judged, handed: Answers) -> dict[str, Any]:
    check = judged.check
    return {
        "name": check.name,
        "label": check.label,
        "points": round(judged.points, 6),
        "max_points": float(check.points),
        "passed": judged.passed,
        "error": judged.error if math.isfinite(judged.error) else None,
        "tolerance": judged.tolerance,
        "unit": check.error_unit,
        "handed_in": shown(check, handed),
        "sentence": judged.sentence,
    }


def plots(task: Task, handed: Answers, reference: Answers) -> list[dict[str, Any]]:
    """Each trace of the task, the student's and the reference; a line without samples where there is none."""
    traces = {check.item: check for check in task.checks if isinstance(check, Shape)}
    made = []
    for item, check in traces.items():
        lines = {
            "student": trace_of(handed, check.time, item),
            "reference": trace_of(reference, check.time, item),
        }
        if len(lines["student"][0]):
            made.append(
                {
                    "label": check.plot or check.item,
                    "unit": check.unit,
                    "over": check.over,
                    **{who: _line(*line) for who, line in lines.items()},
                }
            )
    return made


def _line(time: np.ndarray, values: np.ndarray) -> dict[str, list[float]]:
    """A trace thinned out for a picture, with as many digits as a picture shows."""
    step = max(1, math.ceil(len(time) / _PLOT_SAMPLES))
    return {"t": _rounded(time[::step]), "v": _rounded(values[::step])}


def _rounded(values: np.ndarray) -> list[float]:
    """Numbers to a ten-thousandth of what they span, or of their size where they are all the same."""
    if not values.size:
        return []
    with np.errstate(over="ignore"):  # the span of the largest numbers is larger than any
        span = float(np.ptp(values)) or float(np.abs(values).max()) or 1.0
    if not math.isfinite(span):
        return values.tolist()
    return np.round(values, min(4 - math.floor(math.log10(span)), 20)).tolist()


def versions(rubric: Rubric, tolerances: Tolerances) -> dict[str, str]:
    """What produced these verdicts."""
    packages = {name: importlib.metadata.version(name) for name in ("neuron", "neuroscales", "numpy")}
    return packages | {"rubric": rubric.digest, "acceptance": tolerances.digest}
