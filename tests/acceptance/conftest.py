# SPDX-License-Identifier: BSD-3-Clause
"""Students who work in a given way, and an assignment's rubric, tolerances and judge in this very process."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from autograder import derive, parameters, rubric, verdict

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Assignment:
    """An assignment as the judge sees it."""

    folder: Path

    def __post_init__(self) -> None:
        self.rubric = rubric.load(self.folder)
        self.public = json.loads((self.folder / "spec.json").read_text()) | {"key": "acceptance"}
        self.acceptance = json.loads((self.folder / "acceptance.json").read_text())
        self.tolerances = verdict.Tolerances.read(json.dumps(self.acceptance))
        self.bench = verdict.Bench(self.rubric, self.public)
        self.students = derive.students(self.public)

    def work(self, own: dict, ways: dict | None = None) -> dict[str, dict]:
        """Answers of a student who goes the given way in each task, and by NEURON's defaults elsewhere."""
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
        request = {"spec": self.public, "student": "someone", "handins": {}, "protocols": {}}
        for name, values in answers.items():
            task = self.rubric.tasks[name]
            handed = {key: _plain(value) for key, value in values.items()}
            if task.protocol:
                request["protocols"][name] = self._runs(task, own, handed)
                handed = {"build": "build"}
            used = {"task": name, "student": "someone", "parameters": declared or own}
            request["handins"][name] = used | {"values": handed}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(parameters, "own", lambda spec, student: dict(own))
            result = verdict.judge(self.rubric, self.tolerances, self.bench, request)
        return {one["task"]: one for one in json.loads(json.dumps(result["verdicts"], allow_nan=False))}

    def _runs(self, task: rubric.Task, own: dict, handed: dict) -> list[dict]:
        """Answers with prefixes as the runner's list of protocol runs."""
        return [
            {
                "parameters": p,
                "values": {name.partition(".")[2]: handed[name] for name in handed if prefix in name},
            }
            for prefix, p in task.parameter_sets(own, self.public).items()
        ]


def _plain(value: object) -> object:
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.fixture(scope="session")
def squid_axon() -> Assignment:
    return Assignment(ROOT / "solutions" / "squid-axon")
