# SPDX-License-Identifier: BSD-3-Clause
"""How fair a rubric is, measured on what its tolerances were not derived from.

`autograder derive` looks at one set of correct ways and at ten students. This module takes other students and
other ways, the *held-out* ones, which stand in the tests and which the derivation never reads; and it sends
what these students find through the judge itself, form check included:

- *correct ways*: any point lost is a false rejection, any name given to them a slander;
- *named mistakes*, made in one task alone: a full mark is a false acceptance, and the name must be right;
- *perturbations*: each parameter off by 0.5 to 10 %, in one task alone, judged against the true one.

The cases go into `fairness.json` beside the rubric, with a hash of what they follow from. What is told about
them, the confusion table, is counted from the cases each time (`autograder.authoring.confusion`).
"""

import json
import math
import multiprocessing
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from autograder import rubric
from autograder.authoring import confusion
from autograder.authoring.measurement import AGAIN, Measurement


def held_out_file(folder: Path) -> Path:
    """Where an assignment's held-out ways stand: in the tests beside the folder of all solutions."""
    tests = folder.resolve().parents[1] / "tests" / "acceptance" / "held_out"
    return tests / f"{folder.name.replace('-', '_')}.py"


def fairness(folder: str | Path, held_out: str | Path, check: bool = False, processes: int = 2) -> int:
    """Measure how fair the rubric in `folder` is, write its `fairness.json` and print the confusion table.

    Args:
        folder: The rubric's folder, such as ``solutions/squid-axon``.
        held_out: The Python file whose function ``held_out(own)`` gives a student's `HeldOut`, and whose
            ``SOURCES`` names the files that it stands on beside the library's (empty where there is none).
        check: Write nothing; compare `fairness.json` with its inputs and with a sample that is judged anew.
        processes: How many cases are simulated at a time.

    Returns:
        0 when all is well; 1 after one line for each thing that is not.
    """
    try:
        if check:
            complaints = differences(folder, held_out)
        else:
            made = measure(folder, held_out, processes, progress=sys.stderr.isatty())
            (Path(folder) / "fairness.json").write_text(_text(made), encoding="utf-8")
            print(confusion.table(made))
            complaints = [*confusion.unfair(made)]
    except (OSError, rubric.RubricError) as error:
        complaints = [f"{error}."]
    print("\n".join(complaints) or f"{Path(folder).name}: fairness.json is as it should be.")
    return 1 if complaints else 0


def measure(
    folder: str | Path, held_out: str | Path, processes: int = 2, progress: bool = False
) -> dict[str, Any]:
    """All cases of one assignment.

    Returns:
        What goes into `fairness.json`: `inputs`, `students`, and `cases`, each with its kind, its way, the
        student's number, and for each task that counts the part of the points, the largest error in
        tolerances (None where the two cannot be compared), the mistakes that were named, and `edge` where an
        error lies so near a limit that the points may differ elsewhere.
    """
    work = Measurement(Path(folder), Path(held_out))
    found = [case for cases in _spread(work.cases, work.jobs(), processes, progress) for case in cases]
    order = ("correct", "mistake", "perturbed")
    found.sort(key=lambda case: (order.index(case["kind"]), case["student"]))
    return {
        "format": 1,
        "assignment": work.rubric.folder.name,
        "inputs": work.inputs,
        "students": work.students,
        "cases": found,
    }


def differences(folder: str | Path, held_out: str | Path, sample: int = 6, seed: int = 0) -> list[str]:
    """Compare `fairness.json` with its inputs, and with a seeded sample of its cases judged anew.

    Call it where NEURON holds no section of anybody else's: a variable step also heeds the errors of those.

    Returns:
        One sentence for each thing that is not as it was; empty when all is well.
    """
    work = Measurement(Path(folder), Path(held_out))
    stored = json.loads((work.rubric.folder / "fairness.json").read_text(encoding="utf-8"))
    complaints = []
    if stored["inputs"] != work.inputs:
        complaints.append(
            f"{work.rubric.folder.name}: fairness.json is older than what it is measured on; "
            f"run `autograder fairness {work.rubric.folder.name}` again."
        )
    for case in random.Random(seed).sample(stored["cases"], min(sample, len(stored["cases"]))):
        again = work.case(case["kind"], case["way"], case["student"], list(case["tasks"]))
        if not _same(case["tasks"], again["tasks"]):
            was = f"{case['kind']} case {case['way']!r} of student {case['student']}"
            complaints.append(f"{was} was {case['tasks']}, now it is {again['tasks']}.")
    return complaints


def _or_inf(worst: float | None) -> float:
    return math.inf if worst is None else worst


def _same(was: Mapping[str, Mapping], now: Mapping[str, Mapping]) -> bool:
    """Whether two records of outcomes agree: points and names exactly, except at a limit; errors nearly."""
    return all(_agree(was[task], now[task]) for task in was)


def _agree(was: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two outcomes of one task agree."""
    told = all(was.get(what) == now.get(what) for what in ("part", "names"))
    undecided = "edge" in was or "edge" in now
    return (told or undecided) and math.isclose(_or_inf(was["worst"]), _or_inf(now["worst"]), **AGAIN)


def _text(made: Mapping[str, Any]) -> str:
    """JSON with one line per case, so that a change shows as what it is."""
    head = json.dumps({key: value for key, value in made.items() if key != "cases"}, indent=1)
    lines = ",\n".join("  " + json.dumps(case, ensure_ascii=False, allow_nan=False) for case in made["cases"])
    return f'{head[:-2]},\n "cases": [\n{lines}\n ]\n}}\n'


_work: Callable[..., list[dict[str, Any]]]


def _do(job: tuple[str, int, str]) -> list[dict[str, Any]]:
    """One job in a process of its own."""
    return _work(*job)


def _spread(
    work: Callable[..., list], jobs: Sequence[tuple], processes: int, progress: bool
) -> Iterator[list[dict[str, Any]]]:
    """What `work` gives for each job, from several processes."""
    global _work
    _work = work
    with multiprocessing.get_context("fork").Pool(processes, maxtasksperchild=8) as pool:
        results = pool.imap_unordered(_do, jobs)
        yield from tqdm(results, "cases", len(jobs), unit="job", disable=not progress, file=sys.stderr)
