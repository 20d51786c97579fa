# SPDX-License-Identifier: BSD-3-Clause
"""Slips of unit and sign: what is right in another unit, or with the other sign."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from autograder.handin.form import scaled_unit
from autograder.rubric.check import Check
from autograder.rubric.kinds.number import Number
from autograder.rubric.kinds.spikes import Shape
from autograder.rubric.task import Task
from autograder.rubric.verdict.judged import Comparison
from autograder.rubric.verdict.read import Student

_FACTORS = (1e-3, 1e3, 1e-6, 1e6, -1.0)


def unit_slips(
    student: Student, task: Task, comparison: Comparison
) -> Iterator[tuple[frozenset[str], dict[str, Any]]]:
    """Items that are right in another unit, or with the other sign: their checks, and the sentence."""
    handed, tolerances = student.values[task.name], student.tolerances.by_task[task.name]
    for item in dict.fromkeys(judged.check.item for judged in comparison.checks if not judged.passed):
        checks = [check for check in task.checks if check.item == item]
        for factor in _FACTORS:
            scaled = checks[0].scaled(handed, factor)
            if all(check.error(scaled, comparison.reference) <= tolerances[check.name] for check in checks):
                asked = student.spec.tasks[task.name].items.get(item)
                unit = asked.unit if asked else _item_unit(checks)
                yield frozenset(check.name for check in checks), _slip(item, unit, factor)
                break


def _item_unit(checks: Iterable[Check]) -> str:
    """Unit of what a protocol recorded; a count or an arrival has one of its own."""
    return next((check.unit for check in checks if isinstance(check, Number | Shape)), "")


def _slip(item: str, unit: str, factor: float) -> dict[str, Any]:
    """The sentence on a slip of unit or sign."""
    if factor < 0:
        return {"names": ["sign"], "sentence": f"{item} is right with the other sign."}
    read_in = scaled_unit(unit, round(math.log10(factor) / 3))
    asked = "a pure number" if unit in ("", "1") else unit
    named = f"in {read_in}" if read_in else f"{1 / factor:g} times the value"
    return {
        "names": ["unit-slip"],
        "sentence": f"{item} is right if it is {named}; {asked} was asked for.",
    }
