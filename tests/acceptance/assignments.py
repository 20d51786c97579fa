# SPDX-License-Identifier: BSD-3-Clause
"""Every assignment as the judge sees it, the students who are asked, and the ways they go."""

import functools
import json
import os
import random
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from autograder import rubric
from autograder.authoring import fairness, students
from autograder.authoring.request import request
from autograder.handin import parameters
from autograder.rubric import verdict

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = ROOT / "solutions"
#: Every assignment that has been derived, and those that have held-out ways.
NAMES = sorted(path.parent.name for path in SOLUTIONS.glob("*/acceptance.json"))
MEASURED = [name for name in NAMES if fairness.held_out_file(SOLUTIONS / name).is_file()]

#: Assignments whose ten students take seconds: everyone is asked each time. Of the others' students a seeded
#: sample is asked, and everyone by ``EVERY_STUDENT=1 python -m pytest tests/acceptance``.
QUICK = {"membrane-charge", "passive-membrane"}
_ORDER = random.Random(4).sample(range(students.STUDENTS), students.STUDENTS)


def each_student(sample: int, quick: int = 0, of: list[str] = NAMES):
    """Parametrizes a test by assignment and student.

    Args:
        sample: how many students of an assignment that takes long are asked.
        quick: how many of these belong to a quick run; the others are slow.
        of: the assignments.
    """
    cases = []
    for name in of:
        everyone = name in QUICK or os.environ.get("EVERY_STUDENT")
        for number, i in enumerate(_ORDER[: None if everyone else sample]):
            marks = [] if name in QUICK or number < quick else [pytest.mark.slow]
            cases.append(pytest.param(name, i, marks=marks, id=f"{name}, student {i}"))
    return pytest.mark.parametrize(("assignment", "student"), cases, indirect=["assignment"])


each_assignment = pytest.mark.parametrize("assignment", NAMES, indirect=True)
each_measured = pytest.mark.parametrize("assignment", MEASURED, indirect=True)


@functools.cache
def load(name: str) -> "Assignment":
    """The assignment of that name; what it simulates is remembered for all tests."""
    return Assignment(SOLUTIONS / name)


def held_out(name: str) -> ModuleType:
    """The module with an assignment's held-out ways."""
    return rubric.load_module(fairness.held_out_file(SOLUTIONS / name))


def in_a_process_of_its_own(*command: str) -> list[str]:
    """What the command line says where NEURON holds nothing: a variable step heeds what other tests left."""
    run = subprocess.run(
        [sys.executable, "-m", "autograder.cli", *command],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    return [*run.stdout.splitlines(), *(run.stderr.splitlines() if run.returncode > 1 else ())]


@dataclass
class Assignment:
    """An assignment as the judge sees it."""

    folder: Path

    def __post_init__(self) -> None:
        self.rubric = rubric.load(self.folder)
        self.public = json.loads((self.folder / "spec.json").read_text()) | {"key": "acceptance"}
        self.acceptance = json.loads((self.folder / "acceptance.json").read_text())
        self.tolerances = verdict.Tolerances.read(json.dumps(self.acceptance))
        self.bench = verdict.KeptBench(self.rubric, self.public)
        self.students = students.students(self.public)

    def work(self, own: dict, ways: dict | None = None) -> dict[str, dict]:
        """Answers of a student who goes the given way in each task, and the first correct way elsewhere."""
        found: dict[str, dict] = {}
        for task in self.rubric.tasks.values():
            way = task.way((ways or {}).get(task.name, "")) or task.variants[0]
            drives = {
                keyword: found[source.partition(".")[0]][source.partition(".")[2]]
                for keyword, source in task.builds_on.items()
            }
            found[task.name] = self.bench.answers(task, own, way, drives)
        return found

    def judged(self, own: dict, answers: dict[str, dict], declared: dict | None = None) -> dict[str, dict]:
        """Verdicts by task on `answers`; `own` are the parameters that the judge finds for the student."""
        asked = request(self.rubric, self.public, "someone", own, answers, declared)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parameters, "own", lambda spec, student: dict(own))
            result = verdict.judge(self.rubric, self.tolerances, self.bench, asked)
        return {one["task"]: one for one in json.loads(json.dumps(result["verdicts"], allow_nan=False))}

    def distance(self, own: dict, parameter: str, one: float, other: float) -> float:
        """Distance of the answers for two values of a parameter, in tolerances, where it is largest."""
        apart = []
        for name, task in self.rubric.tasks.items():
            mine, theirs = (self.bench.answers(task, own | {parameter: value}) for value in (one, other))
            tolerances = self.tolerances.by_task[name]
            apart += [check.error(theirs, mine) / tolerances[check.name] for check in task.checks]
        return max(apart)

    def ways(self, kind: str) -> dict[str, list[str]]:
        """Every one of the `variants` or `mistakes`, with the tasks that know it."""
        found: dict[str, list[str]] = {}
        for task in self.rubric.tasks.values():
            for way in getattr(task, kind):
                found.setdefault(way.name, []).append(task.name)
        return found

    def throughout(self, own: dict, name: str, tasks: list[str]) -> tuple[dict[str, dict], list[str]]:
        """Answers of one who goes one way in all these tasks, and the tasks where it was gone.

        Where the way gives no number to a task on which others build, it is gone in the later ones alone.
        """
        first = self.rubric.tasks[tasks[0]]
        drives = self.bench.true_drives(first, own)
        found = self.bench.answers(first, own, first.way(name), drives)
        gone = tasks[1:] if not first.builds_on and None in _plain(found).values() else tasks
        return self.work(own, dict.fromkeys(gone, name)), gone

    def needed(self, tasks: list[str]) -> set[str]:
        """These tasks and those that they build on."""
        before = {
            source.partition(".")[0]
            for task in tasks
            for source in self.rubric.tasks[task].builds_on.values()
        }
        return before | self.needed([*before]) | {*tasks} if before else {*tasks}

    def concerns(self, task: str, name: str, own: dict) -> bool:
        """Whether the task can show the mistake, and it changes something for this student."""
        chosen = self.rubric.tasks[task]
        way = chosen.way(name)
        return not way.unseen and not way.is_idle(chosen.parameter_sets(own, self.public).values(), own)

    def twins(self, tasks: list[str], name: str) -> set[str]:
        """A mistake's name, and those from which some student's answers cannot tell it."""
        pairs = [one["names"] for task in tasks for one in self.acceptance["tasks"][task]["together"]]
        return {name}.union(*(pair for pair in pairs if name in pair))


def _plain(values: dict) -> dict:
    """Numbers alone: an array equals nothing."""
    return {name: value for name, value in values.items() if not isinstance(value, np.ndarray)}
