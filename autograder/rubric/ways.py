# SPDX-License-Identifier: BSD-3-Clause
"""Words for the ways in a rubric: what students do to right answers, and whose parameters a model runs with.

The first three make a function for ``then=`` of `autograder.rubric.variant` and `autograder.rubric.mistake`;
an answer of None, where nothing happened, stays None.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Change = Callable[[dict[str, Any]], dict[str, Any]]


def digits(count: int, *items: str) -> Change:
    """Rounds numbers, or rows of them, to so many significant digits.

    >>> digits(3, "amp")({"amp": 853.7, "t": [0.025]})
    {'amp': 854.0, 't': [0.025]}
    """

    def rounded(value: Any) -> Any:
        if value is None:
            return None
        made = np.array([float(f"{one:.{count}g}") for one in np.ravel(value)]).reshape(np.shape(value))
        return made if made.ndim else float(made)

    return lambda found: {**found, **{item: rounded(found[item]) for item in items}}


def scaled(item: str, factor: float) -> Change:
    """Multiplies a number, or each of a row: another unit, another sign.

    >>> scaled("amp", -1.0)({"amp": 2.5})
    {'amp': -2.5}
    """

    def change(found: dict[str, Any]) -> dict[str, Any]:
        value = found[item]
        if value is None:
            return found
        return {**found, item: np.multiply(value, factor) if np.ndim(value) else float(value * factor)}

    return change


def every(step: float, *items: str, time: str = "t") -> Change:
    """Reads traces once a step, by linear interpolation, in the unit of their time base.

    >>> found = every(0.5, "v")({"t": np.array([0, 0.4, 1]), "v": np.array([0, 0.4, 1])})
    >>> found["v"].tolist()
    [0.0, 0.5, 1.0]
    """

    def change(found: dict[str, Any]) -> dict[str, Any]:
        grid = np.arange(0, found[time][-1] + 1e-9, step)
        return {**found, time: grid, **{item: np.interp(grid, found[time], found[item]) for item in items}}

    return change


def farthest(own: Mapping[str, float], spec: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """For a task's ``sets``: the student's own parameters, and the spec's values farthest from them."""
    values = {parameter["name"]: parameter["values"] for parameter in spec["parameters"]}
    other = {
        name: max(choice, key=lambda value, name=name: abs(value - own[name]))
        for name, choice in values.items()
    }
    return {"own": dict(own), "other": other}
