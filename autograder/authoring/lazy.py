# SPDX-License-Identifier: BSD-3-Clause
"""`autograder lazy`: what do students earn who simulate nothing?

Each of them fills in a whole assignment at once:

- nothing: None where it may be handed in, flat traces, zeros;
- zeros everywhere; rest everywhere (each trace stays at its first value, numbers are None or 0);
- the mean of what other students find; another student's answers; the answers of the practice values;
- and the first three with early answers of a choice: ten extreme values, and 0.3 to 0.6 of the true ones.

An early answer is a number at which other things are judged. For a task the best of all counts. For the
assignment the early answers are chosen once, and then each task is filled in the best way: *alone* without
anybody's work, *together* with that of others, which is right where a task does not depend on whose it is.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from autograder import rubric
from autograder.authoring import inputs
from autograder.authoring.request import request
from autograder.authoring.students import students
from autograder.handin import form, parameters
from autograder.handin.spec import Item, parse
from autograder.rubric import verdict
from autograder.rubric.simulated import code_digest

#: What a lazy student may earn of an assignment.
MOST = 0.05
STUDENTS = 2
_OTHERS = 4  # of so many others the means are taken
_PARTS = (0.3, 0.4, 0.5, 0.6)
_REST = {"mV": -65.0}
_SAMPLES = 601
_FLAT = ("nothing", "zeros", "rest")
_KEY = "lazy"

Answers = dict[str, dict[str, Any]]


class Lazy:
    """One assignment, and what lazy students hand in."""

    def __init__(self, folder: Path) -> None:
        self.rubric = rubric.load(folder)
        acceptance = (folder / "acceptance.json").read_bytes()
        self.tolerances = verdict.Tolerances.read(acceptance.decode())
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        self.public = {**spec, "key": _KEY}
        self.spec = parse(self.public)
        self.bench = verdict.KeptBench(self.rubric, self.public)
        self.everyone = students(self.public)
        code = code_digest(self.rubric, [(Path(__file__), "Lazy")], acceptance)
        self.inputs = hashlib.sha256(f"{inputs.inputs_digest(self.rubric)} {code}".encode()).hexdigest()

    def table(self) -> dict[str, Any]:
        """What goes into `lazy.json`: for each task the best lazy answer, and the best of all together."""
        earned = [self.earned(i) for i in range(STUDENTS)]
        worth = {name: float(task.points) for name, task in self.rubric.tasks.items()}
        return {
            "format": 1,
            "assignment": self.rubric.folder.name,
            "inputs": self.inputs,
            "students": [self.everyone[i] for i in range(STUDENTS)],
            "points": sum(worth.values()),
            "tasks": {name: self._best(name, worth[name], earned) for name in worth},
            "alone": max((_together(_alone(one)) for one in earned), key=lambda best: best["points"]),
            "together": max((_together(one) for one in earned), key=lambda best: best["points"]),
        }

    def earned(self, i: int) -> dict[str, dict[str, dict[str, float]]]:
        """Points of one student, by early answers, by what is filled in else, and by task."""
        fills = dict(self._fills(i))
        found: dict[str, dict[str, dict[str, float]]] = {}
        for early, change in self._early(i):
            for fill, answers in fills.items() if not early else _own(fills).items():
                found.setdefault(early, {})[fill] = self.points(i, change(answers), early == "")
        return found

    def sample(self, seed: int, count: int) -> dict[str, float]:
        """The best of some lazy hand-ins, drawn by a seed: points by task."""
        lot = random.Random(seed)
        i = lot.randrange(len(self.everyone))
        fills, early = dict(self._fills(i)), list(self._early(i))
        best = dict.fromkeys(self.rubric.tasks, 0.0)
        name, change = lot.choice(early)
        for fill in lot.sample(list(fills), min(count, len(fills))):
            for task, points in self.points(i, change(fills[fill]), name == "").items():
                best[task] = max(best[task], points)
        return best

    def points(self, i: int, answers: Answers, with_reasons: bool) -> dict[str, float]:
        """What one hand-in earns, by task; parts for recognized mistakes where reasons are sought."""
        own = self.everyone[i]
        spec = {**self.public, "parameters": _only(self.public["parameters"], own)}
        asked = request(self.rubric, spec, "lazy", own, answers)
        reasons_s = verdict.REASONS_S if with_reasons else 0.0
        made = verdict.judge_apart(self.rubric, self.tolerances, self.bench, asked, reasons_s=reasons_s)
        return {one["task"]: one["points"] for one in made["verdicts"]}

    # what they hand in

    def _fills(self, i: int) -> Iterator[tuple[str, Answers]]:
        """Ways to fill in a whole assignment without a simulation of one's own."""
        yield "nothing", self._flat(lambda item: None if item.none else 0.0, 0.0)
        yield "zeros", self._flat(lambda item: 0.0, 0.0)
        yield "rest", self._flat(lambda item: None if item.none else 0.0, None)
        others = [self._found(own) for own in self._others(i)]
        yield "another student's", others[0]
        yield "means", _means(others)
        yield "practice", self._found(parameters.practice(self.spec))

    def _early(self, i: int) -> Iterator[tuple[str, Any]]:
        """Early answers of a choice: a name, and what changes answers so; first none."""
        yield "", lambda answers: answers
        true = self._found(self.everyone[i])
        sources = [(task, item) for task, item in self._sources() if true[task][item]]
        for name, choose in _choices():
            values = {
                (task, item): choose(self.spec.tasks[task].items[item], true[task][item])
                for task, item in sources
            }
            if values:
                yield name, lambda answers, values=values: _changed(answers, values)

    def _sources(self) -> list[tuple[str, str]]:
        """The numbers at which other things are judged, by task and item."""
        found = []
        for task in self.rubric.tasks.values():
            found += [tuple(source.split(".")) for source in task.builds_on.values()]
            found += [(task.name, item) for item in task.judged_at.values()]
        return list(dict.fromkeys(found))

    def _flat(self, number: Any, level: float | None) -> Answers:
        """Flat traces over the whole window, and numbers without a thought."""
        return {
            name: self._ran(name, level)
            if task.protocol
            else _filled(self.spec.tasks[name].items, number, level)
            for name, task in self.rubric.tasks.items()
        }

    def _ran(self, name: str, level: float | None) -> dict[str, Any]:
        """What a model gives in which nothing happens."""
        own = self.everyone[0]
        task = self.rubric.tasks[name]
        right = self.bench.answers(task, own, drives=self.bench.true_drives(task, own))
        return {
            item: value
            if item.endswith(".t")
            else np.full(np.shape(value), np.ravel(value)[0] if level is None else level)
            for item, value in right.items()
        }

    def _found(self, own: Mapping[str, float]) -> Answers:
        """What somebody with these parameters finds."""
        return {
            name: self.bench.answers(task, own, drives=self.bench.true_drives(task, own))
            for name, task in self.rubric.tasks.items()
        }

    def _others(self, i: int) -> list[dict[str, float]]:
        """Other students' parameters, those first who share the fewest with this one."""
        mine = self.everyone[i]
        others = [own for j, own in enumerate(self.everyone) if j != i]
        return sorted(others, key=lambda own: -sum(own[name] != mine[name] for name in mine))[:_OTHERS]

    def _best(self, task: str, worth: float, earned: list[dict]) -> dict[str, Any]:
        """The best lazy answer to one task."""
        points, early, fill = max(
            (points[task], early, fill)
            for one in earned
            for early, fills in one.items()
            for fill, points in fills.items()
        )
        by = f"{fill}, early answers {early}" if early else fill
        return {"points": worth, "earned": points, "by": by if points else ""}


def _own(fills: Mapping[str, Any]) -> dict[str, Any]:
    """What is filled in without anybody's work."""
    return {name: fills[name] for name in _FLAT}


def _alone(earned: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Points without anybody else's work."""
    return {early: _own(fills) for early, fills in earned.items()}


def _together(earned: Mapping[str, Mapping[str, Mapping[str, float]]]) -> dict[str, Any]:
    """The best that one choice of early answers earns when each task is filled in as is best for it."""
    sums = {
        early: sum(max(points[task] for points in fills.values()) for task in next(iter(fills.values())))
        for early, fills in earned.items()
    }
    early = max(sums, key=sums.__getitem__)
    return {"points": round(sums[early], 6), "early answers": early}


def _choices() -> Iterator[tuple[str, Any]]:
    """Ten extreme values of an early answer, and parts of the true one."""
    yield "lowest", lambda item, true: max(item.minimum, -1e12)
    yield "highest", lambda item, true: min(item.maximum, 1e12)
    yield "0", lambda item, true: min(max(item.minimum, 0.0), item.maximum)
    yield "1", lambda item, true: min(max(item.minimum, 1.0), item.maximum)
    for factor in (1e-6, 1e-3, 0.1, *_PARTS, 2.4, 10.0, 1e3, -1.0):
        yield (
            f"x {factor:g}",
            lambda item, true, factor=factor: min(max(item.minimum, factor * true), item.maximum),
        )


def _changed(answers: Answers, values: Mapping[tuple[str, str], float]) -> Answers:
    """Answers with other early ones."""
    made = {task: dict(items) for task, items in answers.items()}
    for (task, item), value in values.items():
        made[task][item] = value
    return made


def _filled(items: Mapping[str, Item], number: Any, level: float | None) -> dict[str, Any]:
    """One task's items without a thought."""
    return {name: _flat_item(item, number, level) for name, item in items.items()}


def _flat_item(item: Item, number: Any, level: float | None) -> Any:
    """A number, a base, or a flat trace on it."""
    if item.kind == "number":
        value = number(item)
        return None if value is None else min(max(value, item.minimum), item.maximum)
    if item.kind in ("time", "places", "frequency"):
        return np.linspace(*(item.window or (0.0, 1.0)), _SAMPLES)
    if item.kind == "trace":
        flat = _REST.get(item.unit, 0.0) if level is None else level
        return np.full(_SAMPLES, min(max(flat, item.minimum), item.maximum))
    if item.kind == "list":
        return np.zeros(1)
    return form.placeholder(item)


def _means(others: list[Answers]) -> Answers:
    """The mean of what others find; where some find nothing or rows of another length, the first one's."""
    return {
        task: {item: _mean([one[task].get(item) for one in others]) for item in items}
        for task, items in others[0].items()
    }


def _mean(values: list[Any]) -> Any:
    same = all(value is not None and np.shape(value) == np.shape(values[0]) for value in values)
    if not same:
        return values[0]
    mean = np.mean([np.asarray(value, dtype=float) for value in values], axis=0)
    return mean if mean.ndim else float(mean)


def _only(entries: list[dict], own: Mapping[str, float]) -> list[dict]:
    """The spec's parameters with this student's values alone, so that whoever asks gets these."""
    return [{**entry, "values": [own[entry["name"]]]} for entry in entries]


def lazy(folder: str | Path) -> int:
    """Measure what lazy students earn, write `lazy.json` and print the table.

    Args:
        folder: the rubric's folder.

    Returns:
        0 where who works alone earns less than `MOST` of the assignment; else 1.
    """
    try:
        made = Lazy(Path(folder)).table()
    except (OSError, rubric.RubricError) as error:
        print(f"{error}.")
        return 1
    text = json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False)
    (Path(folder) / "lazy.json").write_text(text + "\n", encoding="utf-8")
    for name, best in made["tasks"].items():
        print(f"{name:<16}{best['earned']:>6g} of {best['points']:<6g}{best['by']}")
    for name in ("alone", "together"):
        best = made[name]
        print(f"{name:<16}{best['points']:>6g} of {made['points']:<6g}{best['early answers']}")
    return int(made["alone"]["points"] >= MOST * made["points"])
