# SPDX-License-Identifier: BSD-3-Clause
"""Where references and mistakes are simulated, each once; and the tolerances that were derived."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from autograder.rubric.kinds.number import Number
from autograder.rubric.task import Rubric, Task, Way

# What a simulation at a number that a student handed in may raise; at the true one it may raise nothing.
SIMULATION_ERRORS = (ValueError, ArithmeticError, RuntimeError)


@dataclass(frozen=True)
class Tolerances:
    """The derived acceptance: tolerance by task and check, and the hash it carries."""

    by_task: Mapping[str, Mapping[str, float]]
    digest: str

    @classmethod
    def read(cls, text: str) -> "Tolerances":
        """From the text of `acceptance.json`."""
        data = json.loads(text)
        tasks = data["tasks"].items()
        return cls(
            {
                name: {check: row["tolerance"] for check, row in task["checks"].items()}
                for name, task in tasks
            },
            data["inputs"],
        )


class Bench:
    """Simulates answers for one assignment, and remembers them: many students ask for the same ones."""

    def __init__(self, rubric: Rubric, public: Mapping[str, Any]) -> None:
        self.rubric, self.public = rubric, public
        self._remembered = functools.lru_cache(maxsize=2048)(self._simulate)

    def answers(
        self,
        task: Task,
        own: Mapping[str, float],
        way: Way | None = None,
        drives: Mapping[str, float] | None = None,
        habitual: bool = True,
    ) -> dict[str, Any]:
        """The answers of a student with the parameters `own`, by the reference or another way."""
        name = way.name if way else None
        frozen = [tuple(sorted(values.items())) for values in (own, drives or {})]
        return self._remembered(task.name, name, *frozen, habitual)

    def true_drives(self, task: Task, own: Mapping[str, float]) -> dict[str, float]:
        """The earlier answers that `task` builds on, as they truly are."""
        true = {}
        for keyword, source in task.builds_on.items():
            earlier, _, item = source.partition(".")
            before = self.rubric.tasks[earlier]
            true[keyword] = self.answers(before, own, drives=self.true_drives(before, own))[item]
        return true

    def _simulate(
        self, task: str, way: str | None, own: tuple, drives: tuple, habitual: bool
    ) -> dict[str, Any]:
        chosen = self.rubric.tasks[task]
        made = chosen.way(way) if way else None
        return chosen.answers(dict(own), self.public, made, dict(drives), habitual)


def solved(bench: Bench, own: Mapping[str, float]) -> dict[str, dict[str, float | None]]:
    """The numbers that a student with the parameters `own` should find, by task and item."""
    found: dict[str, dict[str, float | None]] = {}
    for task in bench.rubric.tasks.values():
        items = [check.item for check in task.checks if isinstance(check, Number)]
        settings = {**bench.true_drives(task, own), **task.alternatives[0]}
        if items:
            reference = bench.answers(task, own, drives=settings)
            found[task.name] = {item: reference[item] for item in items}
    return found
