# SPDX-License-Identifier: BSD-3-Clause
"""Tolerances are derived, not typed.

Over ten students, the corners of the parameter ranges among them, every correct variant and every named
mistake of a rubric is simulated and compared with the reference. For each check

- the *worst correct* error is the largest one that any variant makes for any student (at least the check's
  finest step);
- a mistake is *seen* by the check if for every student its error is more than `ROOM` times the worst correct
  one;
- the tolerance is the geometric mean of the worst correct error and the nearest seen mistake, but at most
  `CAP` times the worst correct error, because what nobody does right need not pass.

Every mistake must fail some check for every student that it concerns, unless the rubric says that the task
cannot show it, with the reason; then it must indeed not show. Otherwise there is no room, and the derivation
fails. Where a task builds on an earlier answer, a mistake is made throughout (the earlier answer has it too,
and costs its points there), or in this task alone. One that shows in neither way for some student is listed
as hidden; that it may be so, the rubric has to say, with the reason.

Students are simulated in processes of their own, as many as there are processors.
"""

import itertools
import json
import math
import multiprocessing
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from tqdm import tqdm

from autograder import rubric
from autograder.authoring.inputs import inputs_digest
from autograder.authoring.students import students
from autograder.rubric import Answers, Check, Feature, Number, Rubric, Task, Way, verdict

ROOM = 1.25
CAP = 2.0


class NoRoom(Exception):
    """Some mistake cannot be told from a correct answer; the message has one line for each."""


@dataclass(frozen=True)
class Error:
    """By how much one way differs from the reference in one check, for one student."""

    value: float
    way: str
    student: int

    def record(self) -> dict[str, Any]:
        """For JSON; null stands for an answer that cannot be compared at all."""
        return {
            "error": self.value if math.isfinite(self.value) else None,
            "way": self.way,
            "student": self.student,
        }


class Derivation:
    """All simulations of one derivation, each made once."""

    def __init__(self, loaded: Rubric, progress: bool) -> None:
        self.rubric, self.progress = loaded, progress
        self.inputs = inputs_digest(loaded)
        self.spec = json.loads((loaded.folder / "spec.json").read_text(encoding="utf-8"))
        self.bench = verdict.Bench(loaded, self.spec)
        self.students = students(self.spec)

    def acceptance(self) -> dict[str, Any]:
        """Everything that goes into `acceptance.json`."""
        errors = self._spread(self._student, "one by one")
        made = {name: self._task(task, errors[name]) for name, task in self.rubric.tasks.items()}
        problems = [line for _, lines in made.values() for line in lines]
        if problems:
            raise NoRoom("\n".join(problems))
        tasks = {name: entry for name, (entry, _) in made.items()}
        self._add_together(tasks)
        return {
            "format": 1,
            "assignment": self.rubric.folder.name,
            "inputs": self.inputs,
            "rule": {"room": ROOM, "cap": CAP},
            "students": self.students,
            "tasks": tasks,
            "practice": {
                name: window for name in tasks if (window := self._practice(name, tasks[name]["checks"]))
            },
        }

    def error(self, task: Task, check: str, way: str, student: int) -> float:
        """One figure of the table."""
        chosen = next(one for one in task.checks if one.name == check)
        return self._errors(task, student, task.way(way))[chosen.name]

    # all tasks

    def _spread(self, work: Callable[[str, int], Any], label: str) -> dict[str, dict[int, Any]]:
        """What `work(task, student)` gives, by task and student, from as many processes as help."""
        jobs = [(name, i) for i in range(len(self.students)) for name in self.rubric.tasks]
        found: dict[str, dict[int, Any]] = {name: {} for name in self.rubric.tasks}
        global _work
        _work = work
        # A fork has the rubric as it was loaded; it starts before the bar's thread does.
        with multiprocessing.get_context("fork").Pool(multiprocessing.cpu_count()) as pool:
            results = pool.imap_unordered(_do, jobs)
            for (name, i), made in tqdm(
                results, label, len(jobs), unit="task", disable=not self.progress, file=sys.stderr
            ):
                found[name][i] = made
        return found

    def _add_together(self, tasks: Mapping[str, dict[str, Any]]) -> None:
        """Pairs of mistakes that a task cannot tell apart, and for how many students."""
        tolerances = {
            name: {check: row["tolerance"] for check, row in entry["checks"].items()}
            for name, entry in tasks.items()
        }
        pairs = self._spread(lambda name, i: self._together(name, i, tolerances[name]), "side by side")
        for name, entry in tasks.items():
            counts: dict[tuple[str, str], int] = {}
            for i in sorted(pairs[name]):
                for pair in pairs[name][i]:
                    counts[pair] = counts.get(pair, 0) + 1
            entry["together"] = [{"names": list(pair), "students": count} for pair, count in counts.items()]

    # one task

    def _task(self, task: Task, errors: Mapping[int, tuple]) -> tuple[dict[str, Any], list[str]]:
        """The entry of one task, and the lines on what leaves no room."""
        right, wrong, alone = (
            {key: value for i in sorted(errors) for key, value in errors[i][kind].items()}
            for kind in range(3)
        )
        rows = {check.name: self._check(check, task, right, wrong) for check in task.checks}
        tolerances = {name: row["tolerance"] for name, row in rows.items()}
        unseen = {way.name: way.unseen for way in task.mistakes if way.unseen}
        entry = {
            "points": task.points,
            "checks": rows,
            "unseen": unseen,
            "partly": {way.name: way.partly for way in task.mistakes if way.partly},
            "hidden": _hidden(task, (wrong, alone), tolerances),
        }
        return entry, list(_no_room(task, right, wrong, tolerances, self._known_before(task)))

    def _student(self, name: str, i: int) -> tuple[dict, dict, dict]:
        """Errors of one student's correct ways, mistakes, and mistakes made in this task alone."""
        task = self.rubric.tasks[name]
        kinds = [(task.variants, False), (task.mistakes, False)]
        kinds += [(task.mistakes if task.builds_on else (), True)]
        return tuple(
            {(way.name, i): self._errors(task, i, way, alone) for way in ways if self._concerns(task, way, i)}
            for ways, alone in kinds
        )

    def _known_before(self, task: Task) -> set[str]:
        """Mistakes that cost their points in a task that this one builds on."""
        before = [self.rubric.tasks[source.partition(".")[0]] for source in task.builds_on.values()]
        return {way.name for earlier in before for way in earlier.mistakes if not way.unseen}

    def _concerns(self, task: Task, way: Way, i: int) -> bool:
        own = self.students[i]
        return not way.is_idle(task.parameter_sets(own, self.spec).values(), own)

    def _check(self, check: Check, task: Task, right: Mapping, wrong: Mapping) -> dict[str, Any]:
        """The row of one check."""
        correct = [Error(errors[check.name], *key) for key, errors in right.items()]
        worst = max(correct, key=lambda error: error.value)
        base = max(worst.value, check.finest / CAP)
        reach = {
            way.name: min(
                (
                    Error(errors[check.name], name, i)
                    for (name, i), errors in wrong.items()
                    if name == way.name
                ),
                key=lambda error: error.value,
                default=None,
            )
            for way in task.mistakes
            if not way.unseen
        }
        seen = {name: error for name, error in reach.items() if error and error.value > ROOM * base}
        nearest = min(seen.values(), key=lambda error: error.value, default=None)
        tolerance = min(CAP * base, check.most)
        if nearest is not None and math.isfinite(nearest.value):
            tolerance = min(tolerance, math.sqrt(base * nearest.value))
        return {
            "unit": check.error_unit,
            "tolerance": float(f"{tolerance:.4g}"),
            "worst_correct": worst.record(),
            "nearest_mistake": nearest.record() if nearest else None,
            "blind_to": sorted(set(reach) - set(seen)),
        }

    # one student

    def _errors(self, task: Task, i: int, way: Way, alone: bool = False) -> dict[str, float]:
        """Errors of one way against the kinder of the judge's references."""
        own = self.students[i]
        earlier = self._earlier(task, own, "" if alone else way.name)
        drives = {keyword: _item(earlier, source) for keyword, source in task.builds_on.items()}
        mine = self.bench.answers(task, own, way, drives)
        references = verdict.candidates(self.bench, task, own, earlier, mine)
        every = [
            {check.name: check.error(mine, reference) for check in task.checks} for reference in references
        ]
        return min(every, key=lambda errors: sum(_weighed(check, errors) for check in task.checks))

    def _earlier(self, task: Task, own: Mapping[str, float], name: str) -> dict[str, Answers]:
        """The earlier answers of this student: found the way of that name, or with common settings."""
        found: dict[str, Answers] = {}
        for source in task.builds_on.values():
            before = self.rubric.tasks[source.partition(".")[0]]
            drives, common = self.bench.true_drives(before, own), before.variants[0]
            found[before.name] = self.bench.answers(before, own, before.way(name) or common, drives)
            if found[before.name][source.partition(".")[2]] is None:
                found[before.name] = self.bench.answers(before, own, common, drives)
        return found

    def _together(self, name: str, i: int, tolerances: Mapping[str, float]) -> list[tuple[str, str]]:
        """Pairs of mistakes that the task cannot tell apart for one student."""
        task, own = self.rubric.tasks[name], self.students[i]
        ways = [way for way in task.mistakes if not way.unseen and self._concerns(task, way, i)]
        drives = self.bench.true_drives(task, own)
        answers = {way.name: self.bench.answers(task, own, way, drives) for way in ways}
        reference = self.bench.answers(task, own, drives=drives)
        seen = {
            way: verdict.signature(task.checks, found, reference, tolerances)
            for way, found in answers.items()
        }
        return [
            (one, other)
            for one, other in itertools.combinations(answers, 2)
            if seen[one]
            and seen[one] == seen[other]
            and _agree(task, answers[one], answers[other], tolerances)
        ]

    # the seed's parameters

    def _practice(self, name: str, rows: Mapping[str, Any]) -> dict[str, Any]:
        """Windows in which the answers for the seed's parameters are right."""
        task, own = self.rubric.tasks[name], {p["name"]: p["practice"] for p in self.spec["parameters"]}
        if task.protocol:
            return {}
        reference = self.bench.answers(task, own, drives=self.bench.true_drives(task, own))
        windows: dict[str, Any] = {}
        for check in task.checks:
            tolerance = rows[check.name]["tolerance"]
            if isinstance(check, Number):
                windows[check.item] = _rounded(check.window(reference[check.item], tolerance))
            elif isinstance(check, Feature) and check.name.endswith((".peak", ".arrival")):
                windows.setdefault(check.item, {}).update(_practice_feature(check, reference, tolerance))
        return windows


# What the processes of a derivation do; each finds it as it was when the process began.
_work: Callable[[str, int], Any]


def _do(job: tuple[str, int]) -> tuple[tuple[str, int], Any]:
    """One job in a process of its own."""
    return job, _work(*job)


def _practice_feature(check: Feature, reference: Answers, tolerance: float) -> dict[str, list[float]]:
    """The window of the peak, or of its time, which moves as the arrival does."""
    if check.name.endswith(".peak"):
        return {"peak": _rounded((check.value(reference) - tolerance, check.value(reference) + tolerance))}
    time, trace = rubric.trace_of(reference, check.time, check.item)
    top = float(time[np.argmax(trace)])
    return {"peak_time": _rounded((top - 2 * tolerance, top + 2 * tolerance))}


def _rounded(window: tuple[float, float]) -> list[float]:
    return [float(f"{end:.6g}") for end in window]


def _item(earlier: Mapping[str, Answers], source: str) -> float:
    task, _, item = source.partition(".")
    return earlier[task][item]


def _weighed(check: Check, errors: Mapping[str, float]) -> float:
    """An error in units of what is about right, to choose between references."""
    return min(errors[check.name] / (check.finest or 1e-3), 1e6)


def _agree(task: Task, one: Answers, other: Answers, tolerances: Mapping[str, float]) -> bool:
    return all(check.error(one, other) <= tolerances[check.name] for check in task.checks)


def _no_room(
    task: Task, right: Mapping, wrong: Mapping, tolerances: Mapping[str, float], known: set[str]
) -> Iterator[str]:
    """A line for each correct way that would not pass, and each mistake that would, or shows after all."""
    for (name, i), errors in right.items():
        failed = [check for check, error in errors.items() if error > tolerances[check]]
        if failed:
            yield f"{task.name}: {name} is correct, but student {i} fails in {', '.join(failed)}."
    for (name, i), errors in wrong.items():
        shows = [check for check, error in errors.items() if error > tolerances[check]]
        if task.way(name).unseen and shows:
            yield f"{task.name}: {name} is said not to show, but student {i} fails in {', '.join(shows)}."
        elif not task.way(name).unseen and not task.way(name).partly and not shows and name not in known:
            best = max(errors, key=lambda check: errors[check] / tolerances[check])
            yield (
                f"{task.name}: {name} cannot be told from a correct answer for student {i}; "
                f"nearest is {best} with {errors[best]:.3g} of {tolerances[best]:.3g}."
            )


def _hidden(task: Task, modes: tuple[Mapping, ...], tolerances: Mapping[str, float]) -> dict[str, int]:
    """For each mistake, the number of students whose checks all pass however they made it."""
    shows = {
        key
        for errors_by_key in modes
        for key, errors in errors_by_key.items()
        if any(error > tolerances[check] for check, error in errors.items())
    }
    hidden = [name for name, i in modes[0] if (name, i) not in shows and not task.way(name).unseen]
    return {name: hidden.count(name) for name in dict.fromkeys(hidden)}
