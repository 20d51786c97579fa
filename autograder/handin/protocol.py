# SPDX-License-Identifier: BSD-3-Clause
"""Run what was handed in under the grader's protocol, in a process where a student's code may run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.handin.parameters import Parameters


def attempt(
    source: str, handed: Sequence[Any], values: Mapping[str, float], units: Mapping[str, str]
) -> dict[str, Any]:
    """What a protocol gives for one set of parameters, or why it gives nothing; plain data in both cases.

    Args:
        source: Python that defines `run(*handed, p) -> dict` with numbers and sequences of numbers by name.
        handed: what was handed in: functions, or the name of a mechanism that is loaded.
        values: the parameters.
        units: their units, by name.

    Returns:
        `values`, floats and lists of floats by name, all finite; or `error`, in one line.
    """
    scope: dict[str, Any] = {"__name__": "protocol"}
    exec(compile(source, "protocol.py", "exec"), scope)
    try:
        made = scope["run"](*handed, Parameters(values, units))
        return {"values": {name: _plain(name, value) for name, value in made.items()}}
    except Exception as error:  # whatever is raised there is told to whom it belongs
        return {"error": f"{type(error).__name__}: {error}"[:500]}


def _plain(name: str, value: Any) -> Any:
    """A float or a list of floats."""
    array = np.asarray(value, dtype=float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} is not finite everywhere")
    return array.tolist()
