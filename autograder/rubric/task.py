# SPDX-License-Identifier: BSD-3-Clause
"""Tasks, and the ways to their answers: correct ones and mistakes."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.rubric.check import Check

Change = Mapping[str, Any] | Callable[[dict, dict], Mapping[str, Any]]


@dataclass(frozen=True)
class Way:
    """A way to an answer: correct (a variant) or not (a mistake).

    Attributes:
        name: short and stable; appears in records and reports.
        sentence: for a mistake, what the student did: "the clamp sits in the middle of the axon".
        settings: keywords of `simulate` that differ.
        parameters: parameters that differ: name to value, or a function of the parameters that are simulated
            and of the student's own.
        then: changes the answers afterwards.
        unseen: for a mistake that this task cannot show, the reason.
        partly: for a mistake that this task shows for some parameters alone, the reason.
        credit: part of the lost points that is given back where this mistake explains the answer.
    """

    name: str
    sentence: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    parameters: Change = field(default_factory=dict)
    then: Callable[[dict], Mapping[str, Any]] | None = None
    unseen: str = ""
    credit: float = 0.0
    partly: str = ""

    def changed(self, p: Mapping[str, float], own: Mapping[str, float]) -> dict[str, float]:
        """The parameters that are simulated in place of `p`."""
        change = self.parameters(dict(p), dict(own)) if callable(self.parameters) else self.parameters
        return {**p, **change}

    def is_idle(self, sets: Iterable[Mapping[str, float]], own: Mapping[str, float]) -> bool:
        """Whether this way changes parameters only, and none of these students'."""
        changes_more = self.settings or self.then or not self.parameters
        return not changes_more and all(self.changed(p, own) == dict(p) for p in sets)


def variant(name: str, *, p: Change | None = None, then: Callable | None = None, **settings: Any) -> Way:
    """A correct way: other settings, or the same answer put differently."""
    return Way(name, settings=settings, parameters=p or {}, then=then)


def mistake(
    name: str,
    sentence: str,
    *,
    p: Change | None = None,
    then: Callable | None = None,
    unseen: str = "",
    partly: str = "",
    credit: float = 0.0,
    **settings: Any,
) -> Way:
    """A mistake in one line: its name, what the student did, and what changes in the simulation."""
    return Way(name, sentence, settings, p or {}, then, unseen, credit, partly)


@dataclass(frozen=True)
class Task:
    """One task of an assignment.

    Attributes:
        name: as in the spec.
        simulate: ``simulate(p, **settings) -> answers``; the defaults of its keywords make the reference.
        checks: the comparisons.
        variants: correct ways.
        mistakes: wrong ways.
        habits: settings that students commonly have, from which variants and mistakes start.
        builds_on: keyword of `simulate` to ``"task.item"``, an earlier answer that drives this task.
        judged_at: keyword of `simulate` to an item of this very task. The number handed in for it is compared
            with the one that `simulate` solves for, and everything else with a simulation at that number,
            unless it is out of all proportion.
        alternatives: settings under which the question may be understood; each makes a reference.
        protocol: file beside the rubric that the sandbox runs on a handed-in function.
        sets: for a protocol, the parameter sets it is run with, by name, from the student's own and the spec.
    """

    name: str
    simulate: Callable[..., Mapping[str, Any]]
    checks: tuple[Check, ...]
    variants: tuple[Way, ...] = ()
    mistakes: tuple[Way, ...] = ()
    habits: Mapping[str, Any] = field(default_factory=dict)
    builds_on: Mapping[str, str] = field(default_factory=dict)
    judged_at: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[Mapping[str, Any], ...] = ({},)
    protocol: str = ""
    sets: Callable[[dict, Mapping], dict[str, dict]] | None = None

    @property
    def points(self) -> float:
        """Points of the whole task."""
        return sum(check.points for check in self.checks)

    def parameter_sets(self, own: Mapping[str, float], spec: Mapping) -> dict[str, dict]:
        """The parameter sets that are simulated, by the prefix of their answers."""
        return self.sets(dict(own), spec) if self.sets else {"": dict(own)}

    def answers(
        self,
        own: Mapping[str, float],
        spec: Mapping,
        way: Way | None = None,
        drives: Mapping | None = None,
        habitual: bool = True,
    ) -> dict[str, Any]:
        """What a student with the parameters `own` finds: the reference, or by another way.

        Args:
            own: the student's parameters.
            spec: the assignment's public form.
            way: a variant or a mistake, which starts from the habits; None for the reference.
            drives: the earlier answers this task builds on, by keyword of `simulate`, and other settings that
                a way may override.
            habitual: whether a way starts from the habits; else from the settings of the reference.
        """
        habits = self.habits if habitual else {}
        settings = {**(drives or {}), **({**habits, **way.settings} if way else {})}
        found: dict[str, Any] = {}
        for prefix, p in self.parameter_sets(own, spec).items():
            changed = way.changed(p, own) if way else dict(p)
            made = self.simulate(changed, **settings)
            found |= {f"{prefix}.{name}" if prefix else name: value for name, value in made.items()}
        return dict(way.then(found)) if way and way.then else found

    def way(self, name: str) -> Way | None:
        """The variant or mistake of that name, if the task has it."""
        return next((way for way in (*self.variants, *self.mistakes) if way.name == name), None)


@dataclass(frozen=True)
class Rubric:
    """A rubric that has been loaded.

    Attributes:
        folder: where it lies.
        tasks: its tasks by name, in order.
        protocols: source of each protocol by task, read when the rubric was loaded.
        digest: SHA-256 over what decides a mark in the folder, see `digest`.
    """

    folder: Path
    tasks: Mapping[str, Task]
    protocols: Mapping[str, str]
    digest: str
