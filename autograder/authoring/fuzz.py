# SPDX-License-Identifier: BSD-3-Clause
"""`autograder fuzz`: does the judge stand whatever is handed in? Odd values in right answers, seeded.

Each hand-in starts from right answers, and some items of some tasks are replaced by what no simulation gives:
numbers of any size, nothing, text, rows of another length, rows in rows. The judge must give every task a
mark or refuse it in one sentence, as `hand_in` does in the notebook, and leave the other tasks alone.
"""

import json
import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder import rubric
from autograder.authoring.request import request
from autograder.grading import parcels
from autograder.handin import form, parameters
from autograder.handin.spec import Item, parse
from autograder.rubric import verdict
from autograder.rubric.verdict.record import OPEN

HANDINS = 1000
_STUDENTS = 3
_WITH_REASONS = 50  # one in so many is explained as well: reasons take long
_KEY = "fuzz"
_SIZES = (0.0, 5e-324, 1e-30, 1.0, 1e8, 1e30, 1e154, 1e300, 1e305, 1.7e308, math.inf, math.nan)
_ODD = (None, "", "1", True, {}, [], [[]], [[1.0, 2.0], [3.0]], [None, 1.0], 10**400, "x" * 5000)


class Fuzz:
    """One assignment, and a few students with right answers."""

    def __init__(self, folder: Path) -> None:
        self.rubric = rubric.load(folder)
        acceptance = (folder / "acceptance.json").read_text(encoding="utf-8")
        self.tolerances = verdict.Tolerances.read(acceptance)
        spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
        self.public = {**spec, "key": _KEY}
        self.spec = parse(self.public)
        self.bench = verdict.KeptBench(self.rubric, self.public)
        self.found: Counter[str] = Counter()
        self._right: dict[int, dict[str, Any]] = {}

    def complaints(self, number: int) -> Iterator[str]:
        """A line for each thing that is wrong with the judge's answer to the hand-in of this number."""
        lot = random.Random(number)
        asked, odd = self._hand_in(lot)
        reasons_s = verdict.REASONS_S if number % _WITH_REASONS == 0 else 0.0
        try:
            made = verdict.judge_apart(self.rubric, self.tolerances, self.bench, asked, reasons_s=reasons_s)
            result = json.loads(json.dumps(made, allow_nan=False))
            parcels.check_verdicts(result["verdicts"])
        except Exception as error:  # that is what is looked for
            yield f"{number}: {type(error).__name__}: {error}"[:300]
            return
        for one in result["verdicts"]:
            self.found[one["status"]] += 1
            if one["status"] == OPEN:
                yield f"{number}, {one['task']}: {one['note']}"
            if one["task"] not in odd and one["status"] != "judged":
                yield f"{number}, {one['task']}: nothing odd was handed in, and it is {one['status']}."
            refused = self._refused(asked, one["task"])
            if refused and one["status"] == "judged":
                yield f"{number}, {one['task']}: judged, though the notebook refuses it: {refused}"

    def _hand_in(self, lot: random.Random) -> tuple[dict[str, Any], set[str]]:
        """A request, and the tasks in which something is odd."""
        student = lot.randrange(_STUDENTS)
        asked = json.loads(json.dumps(self._right_of(student)))
        odd = set(lot.sample(list(self.rubric.tasks), lot.randint(1, len(self.rubric.tasks))))
        for name in odd:
            items = self.spec.tasks[name].items
            if self.rubric.tasks[name].protocol:
                runs = [run["values"] for run in asked["protocols"][name]]
                values = lot.choice(runs)
                chosen = lot.sample(list(values), lot.randint(1, len(values)))
                values |= {one: _odd(lot, values[one], None) for one in chosen}
            else:
                values = asked["handins"][name]["values"]
                chosen = lot.sample(list(values), lot.randint(1, len(values)))
                values |= {one: _odd(lot, values[one], items[one]) for one in chosen}
        return asked, odd

    def _right_of(self, student: int) -> dict[str, Any]:
        """The request of a student who has everything right."""
        if student not in self._right:
            name = f"student {student}"
            own = parameters.own(self.public, name)
            made = {
                task.name: self.bench.answers(task, own, drives=self.bench.true_drives(task, own))
                for task in self.rubric.tasks.values()
            }
            self._right[student] = request(self.rubric, self.public, name, own, made)
        return self._right[student]

    def _refused(self, asked: Mapping[str, Any], name: str) -> str:
        """Why the notebook would not take it; empty where it would."""
        try:
            form.check(self.spec.tasks[name], asked["handins"][name]["values"])
        except form.FormError as error:
            return str(error)
        return ""


def _odd(lot: random.Random, right: Any, item: Item | None) -> Any:
    """Something odd in place of a right value; often of the right form, so that it gets to be compared."""
    kind = lot.randrange(4)
    if kind == 0:
        return lot.choice(_ODD)
    if isinstance(right, list) and kind < 3:
        return lot.choice(_ROWS)(lot, right)
    if isinstance(right, list):
        low, high = (-1e3, 1e3) if item is None else (max(item.minimum, -1e9), min(item.maximum, 1e9))
        return [lot.uniform(low, high) for _ in right]
    if item is not None and kind == 1:
        return lot.choice([end for end in (item.minimum, item.maximum, 0.0) if math.isfinite(end)])
    return _number(lot) if kind == 2 or right is None else right * 10.0 ** lot.uniform(-9, 9)


def _number(lot: random.Random) -> float:
    """A number of any size and sign."""
    return lot.choice((-1.0, 1.0)) * lot.choice(_SIZES)


_ROWS = (
    lambda lot, row: [_number(lot)] * len(row),
    lambda lot, row: row[: lot.randrange(4)],
    lambda lot, row: [*row[:-1], _number(lot)],
    lambda lot, row: [_number(lot), *row[1:]],
    lambda lot, row: row[::-1],
    lambda lot, row: [row],
    lambda lot, row: [one * 10.0 ** lot.randrange(-9, 300, 20) for one in row],
    lambda lot, row: [row[0]] * form.MAX_SAMPLES,
    lambda lot, row: [float(i) for i in range(form.MAX_SAMPLES + lot.randrange(2))],
    lambda lot, row: [0.0] * len(row),
    lambda lot, row: sorted(row),
)


def fuzz(folder: str | Path, count: int = HANDINS, seed: int = 0) -> int:
    """Judge odd hand-ins to one assignment, and say what the judge does not stand.

    Args:
        folder: the rubric's folder.
        count: how many hand-ins.
        seed: number of the first.

    Returns:
        0 when each was judged or refused; 1 after one line for each that was not.
    """
    try:
        work = Fuzz(Path(folder))
    except (OSError, rubric.RubricError) as error:
        print(f"{error}.")
        return 1
    complaints = [line for number in range(seed, seed + count) for line in work.complaints(number)]
    told = ", ".join(f"{times} {status}" for status, times in sorted(work.found.items()))
    print("\n".join([*complaints, f"{Path(folder).name}: {count} odd hand-ins; tasks: {told}."]))
    return 1 if complaints else 0
