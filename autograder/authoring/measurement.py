# SPDX-License-Identifier: BSD-3-Clause
"""How the cases of a fairness table are made: other students, other ways, through the judge itself."""

import dataclasses
import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from autograder import rubric
from autograder.authoring import inputs, students
from autograder.authoring.request import request
from autograder.handin import parameters
from autograder.rubric import Rubric, Task, Way, variant, verdict
from autograder.rubric.simulated import code_digest

STUDENTS = 8
MISTAKEN_STUDENTS = 2
PERTURBED_STUDENTS = 2
PERCENT = (0.5, 1, 2, 5, 10)
# By how much a figure may differ when it is measured again, as a part of it and in tolerances. Last bits of
# another processor move it by less than 0.01 %, a bisection that ends one step beside the other by 0.4 %; a
# variable step heeds the errors of whatever else NEURON holds, and one section more moved it by 2.4 %.
AGAIN = {"rel_tol": 0.03, "abs_tol": 0.01}
_KEY = "fairness"
_COMMON = "as most do"


@dataclass(frozen=True)
class HeldOut:
    """What one student of an assignment does that the derivation has not seen.

    Attributes:
        variants: correct ways, by task; one that stands in several tasks is gone throughout.
        habits: the settings from which these, and the mistakes, start, in tasks that have habits at all.
        exact: the settings under which parameters are perturbed, likewise.
    """

    variants: Mapping[str, tuple[Way, ...]]
    habits: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    exact: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Measurement:
    """One assignment with its students, and what they hand in; each case is judged as a submission is."""

    def __init__(self, folder: Path, held_out: Path) -> None:
        self.rubric = rubric.load(folder)
        module = rubric.load_module(held_out)
        self.held_out = module.held_out
        stored = (self.rubric.folder / "acceptance.json").read_text(encoding="utf-8")
        self.tolerances = verdict.Tolerances.read(stored)
        spec = json.loads((self.rubric.folder / "spec.json").read_text(encoding="utf-8"))
        self.public = {**spec, "key": _KEY}
        self.ids = _ids(self.public)
        self.students = [parameters.own(self.public, name) for name in self.ids]
        self.inputs = _digest(self.rubric, held_out, module.SOURCES)
        self._benches: dict[tuple[int, str], tuple[verdict.Bench, verdict.Bench]] = {}

    def jobs(self) -> list[tuple[str, int, str]]:
        """Kind, student and task: what one process does without a break, the longest first."""
        tasks = self.rubric.tasks
        everyone = range(len(self.students))
        wrong = [("mistake", i, task) for i in everyone[:MISTAKEN_STUDENTS] for task in tasks]
        right = [("correct", i, "") for i in everyone]
        return (
            wrong + right + [("perturbed", i, task) for i in everyone[:PERTURBED_STUDENTS] for task in tasks]
        )

    def cases(self, kind: str, i: int, task: str) -> list[dict[str, Any]]:
        """All cases of one job."""
        self._benches.clear()
        ways = {"correct": self._correct, "mistake": self._mistakes, "perturbed": self._perturbed}[kind](
            i, task
        )
        return [self.case(kind, name, i, tasks) for name, tasks in ways.items()]

    def case(self, kind: str, way: str, i: int, tasks: Sequence[str]) -> dict[str, Any]:
        """One hand-in and what the judge says about it."""
        made = self._hand_in(kind, way, i, tasks)
        case: dict[str, Any] = {"kind": kind, "way": way, "student": i}
        if kind == "perturbed":
            parameter, _, size = way.partition(" ")
            case |= {"parameter": parameter, "percent": float(size.rstrip(" %"))}
            return case | {"tasks": {name: self._compared(i, name, made) for name in tasks}}
        verdicts = self._judged(i, made)
        return case | {"tasks": {name: _outcome(self.rubric.tasks[name], verdicts[name]) for name in tasks}}

    def _correct(self, i: int, _: str) -> dict[str, list[str]]:
        """Held-out correct ways, each with all tasks that know it."""
        found: dict[str, list[str]] = {}
        for task, ways in self.held_out(self.students[i]).variants.items():
            for way in ways:
                found.setdefault(way.name, []).append(task)
        return found

    def _mistakes(self, i: int, task: str) -> dict[str, list[str]]:
        """The mistakes of a task that it can show, and that change something for this student."""
        chosen, own = self.rubric.tasks[task], self.students[i]
        sets = list(chosen.parameter_sets(own, self.public).values())
        return {way.name: [task] for way in chosen.mistakes if not way.unseen and not way.is_idle(sets, own)}

    def _perturbed(self, i: int, task: str) -> dict[str, list[str]]:
        """Each parameter a little off, up and down."""
        sizes = [sign * size for size in PERCENT for sign in (1, -1)]
        return {_perturbation(name, size): [task] for name in self.students[i] for size in sizes}

    def _hand_in(self, kind: str, way: str, i: int, tasks: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Answers of a student who goes this way in these tasks, and the common one in those before them."""
        bench, own = self._bench(kind, i)[0], self.students[i]
        found: dict[str, dict[str, Any]] = {}
        for name in self._needed(tasks):
            task = bench.rubric.tasks[name]
            drives = {keyword: _item(found, source) for keyword, source in task.builds_on.items()}
            found[name] = bench.answers(task, own, task.way(way if name in tasks else _COMMON), drives)
        return found

    def _compared(self, i: int, name: str, made: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        """The points of a task alone: which mistake a wrong parameter is taken for is not asked."""
        task, bench, own = self.rubric.tasks[name], self._bench("perturbed", i)[1], self.students[i]
        references = verdict.candidates(bench, task, own, made, made[name])
        comparison = verdict.compare(task, made[name], references, self.tolerances.by_task[name])
        worst = max(judged.error / judged.tolerance for judged in comparison.checks)
        return {
            "part": round(comparison.points / task.points, 4),
            "worst": _finite(worst),
            "unmoved": self._is_unmoved(i, name, made[name]),
            **_edge(
                task, {judged.check.name: judged.error / judged.tolerance for judged in comparison.checks}
            ),
        }

    def _is_unmoved(self, i: int, task: str, made: Mapping[str, Any]) -> bool:
        """Whether these answers are those of the true parameters to the last digit."""
        common = self._hand_in("perturbed", _COMMON, i, [task])[task]
        return all(np.array_equal(made[item], common[item]) for item in common)

    def _needed(self, tasks: Iterable[str]) -> list[str]:
        """These tasks and all that they build on, in order."""
        needed, waiting = set(), list(tasks)
        while waiting:
            needed.add(name := waiting.pop())
            waiting += [source.partition(".")[0] for source in self.rubric.tasks[name].builds_on.values()]
        return [name for name in self.rubric.tasks if name in needed]

    def _bench(self, kind: str, i: int) -> tuple[verdict.Bench, verdict.Bench]:
        """Where this student simulates, and where the judge does; both remember."""
        if (i, kind) not in self._benches:
            maker = dataclasses.replace(self.rubric, tasks=self._made_tasks(kind, i))
            judge = verdict.Bench(self.rubric, self.public)
            self._benches = {(i, kind): (verdict.Bench(maker, self.public), judge)}
        return self._benches[i, kind]

    def _made_tasks(self, kind: str, i: int) -> dict[str, Task]:
        """The tasks as this student does them: other habits, and ways that the rubric does not know."""
        held = self.held_out(self.students[i])
        base = held.exact if kind == "perturbed" else held.habits
        small = [
            Way(_perturbation(name, sign * size), parameters=_off(name, 1 + sign * size / 100))
            for name in self.students[i]
            for size in PERCENT
            for sign in (1, -1)
        ]
        return {
            name: dataclasses.replace(
                task,
                habits={**task.habits, **base} if task.habits else task.habits,
                variants=(variant(_COMMON), *held.variants.get(name, ()), *small),
            )
            for name, task in self.rubric.tasks.items()
        }

    def _judged(self, i: int, made: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
        """The judge's verdicts by task, on what would come out of this student's notebook."""
        asked = request(self.rubric, self.public, self.ids[i], self.students[i], made)
        bench = next(iter(self._benches.values()))[1]
        told = verdict.judge(self.rubric, self.tolerances, bench, asked)["verdicts"]
        return {one["task"]: one for one in told}


def _ids(public: Mapping[str, Any]) -> list[str]:
    """Ids of students whose parameters are none of those that the tolerances were derived on.

    Raises:
        RubricError: there is none, because the parameters have too few values.
    """
    known = students.students(public)
    found: dict[str, dict[str, float]] = {}
    for i in range(100 * STUDENTS):
        own = parameters.own(public, f"fair {i}")
        if own not in known and own not in found.values() and len(found) < STUDENTS:
            found[f"fair {i}"] = own
    if not found:
        raise rubric.RubricError(
            f"{public['assignment']}: every set of its parameters is in the derivation already, and nothing "
            "is left to measure fairness on; give the parameters in spec.json more values"
        )
    return list(found)


def _digest(loaded: Rubric, held_out: Path, sources: Iterable[Path]) -> str:
    """SHA-256 over all that the cases follow from; NEURON's version stands in the derivation's."""
    code = [
        (Path(__file__), "Measurement"),
        (held_out, ""),
        *((one, "") for one in sources if one.suffix == ".py"),
    ]
    files = [loaded.folder / "acceptance.json", *(one for one in sources if one.suffix != ".py")]
    digest = code_digest(loaded, code, *(file.read_bytes() for file in files))
    return hashlib.sha256(f"{inputs.inputs_digest(loaded)} {digest}".encode()).hexdigest()


def _perturbation(parameter: str, percent: float) -> str:
    return f"{parameter} {percent:+g} %"


def _off(parameter: str, factor: float) -> Callable[[dict, dict], dict[str, float]]:
    """Changes one parameter by a factor."""
    return lambda p, own: {parameter: p[parameter] * factor}


def _item(found: Mapping[str, Mapping[str, Any]], source: str) -> float:
    task, _, item = source.partition(".")
    return found[task][item]


def _outcome(task: Task, told: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of a verdict."""
    errors = {check["name"]: _in_tolerances(check) for check in told["checks"]}
    kept = {
        "part": round(told["points"] / told["max_points"], 4),
        "worst": _finite(max(errors.values(), default=0.0)),
        "names": [name for one in told["mistakes"] for name in one["names"]],
        **_edge(task, errors),
    }
    return kept if told["status"] == "judged" else kept | {"status": told["status"]}


def _edge(task: Task, errors: Mapping[str, float]) -> dict[str, bool]:
    """Says so where an error, in tolerances, lies so near a limit that it may cross it elsewhere."""
    limits = [(errors[check.name], limit) for check in task.checks for limit in (1.0, check.near)]
    return {"edge": True} if any(math.isclose(error, limit, **AGAIN) for error, limit in limits) else {}


def _finite(value: float) -> float | None:
    return float(f"{value:.4g}") if math.isfinite(value) else None


def _in_tolerances(check: Mapping[str, Any]) -> float:
    return math.inf if check["error"] is None else check["error"] / check["tolerance"]
