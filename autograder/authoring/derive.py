# SPDX-License-Identifier: BSD-3-Clause
"""`autograder derive`: derive the tolerances of a rubric, or check that they still are what they were."""

import json
import math
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from autograder import rubric
from autograder.authoring.derivation import Derivation, NoRoom
from autograder.authoring.inputs import inputs_digest
from autograder.rubric import Rubric


def derive(folder: str | Path, check: bool = False) -> int:
    """Derive the tolerances of the rubric in `folder`, write its `acceptance.json` and print the table.

    Args:
        folder: the rubric's folder, such as ``solutions/squid-axon``.
        check: write nothing; compare `acceptance.json` with a seeded sample that is computed anew.

    Returns:
        0 when all is well; 1 after one line for each thing that is not.
    """
    try:
        if check:
            complaints = differences(folder)
            print("\n".join(complaints) or f"{Path(folder).name}: acceptance.json is fresh.")
            return 1 if complaints else 0
        made = acceptance(rubric.load(folder), progress=sys.stderr.isatty())
    except (NoRoom, rubric.RubricError) as error:
        print(error, file=sys.stderr)
        return 1
    text = json.dumps(made, indent=1, ensure_ascii=False, allow_nan=False)
    (Path(folder) / "acceptance.json").write_text(text + "\n", encoding="utf-8")
    print(table(made))
    return 0


def is_stale(folder: str | Path) -> bool:
    """Whether `acceptance.json` is older than what it is derived from; told without deriving anything."""
    try:
        stored = json.loads((Path(folder) / "acceptance.json").read_text(encoding="utf-8"))
        return stored.get("inputs") != inputs_digest(rubric.load(folder))
    except (OSError, ValueError, rubric.RubricError):
        return True


def acceptance(loaded: Rubric, progress: bool = False) -> dict[str, Any]:
    """Tolerances, and the figures they follow from, of a rubric that has been loaded.

    Raises:
        NoRoom: some check or mistake leaves no room between right and wrong.
    """
    return Derivation(loaded, progress).acceptance()


def differences(folder: str | Path, sample: int = 12, seed: int = 0) -> list[str]:
    """Compare `acceptance.json` with its inputs, and with a seeded sample of its figures computed anew.

    Call it where NEURON holds no section of anybody else's: a variable step also heeds the errors of those,
    and then takes other steps here.

    Returns:
        One sentence for each thing that is not as it was; empty when all is well.
    """
    loaded = rubric.load(folder)
    stored = json.loads((loaded.folder / "acceptance.json").read_text(encoding="utf-8"))
    complaints = []
    if stored["inputs"] != inputs_digest(loaded):
        complaints.append(
            f"{loaded.folder.name}: acceptance.json is older than what it is derived from; derive it again."
        )
    derivation = Derivation(loaded, progress=False)
    entries = list(_stored_errors(stored))
    for task, name, entry in random.Random(seed).sample(entries, min(sample, len(entries))):
        again = derivation.error(loaded.tasks[task], name, entry["way"], entry["student"])
        was = math.inf if entry["error"] is None else entry["error"]
        if not (again == was or math.isclose(again, was, rel_tol=1e-3, abs_tol=1e-9)):
            complaints.append(f"{task}, {name}: {entry['way']} was {was:.6g} off, now it is {again:.6g}.")
    return complaints


def table(acceptance: Mapping[str, Any]) -> str:
    """The acceptance table for people: per check worst correct, tolerance, nearest mistake, and by whom."""
    head = f"{'check':<28}{'worst correct':>14}  {'by':<38}{'tolerance':>11}{'nearest mistake':>17}  by"
    lines = []
    for name, task in acceptance["tasks"].items():
        lines += [f"\n{name} ({task['points']:g} points)", head]
        lines += [_row(check, row) for check, row in task["checks"].items()]
        for names, count in ((" or ".join(one["names"]), one["students"]) for one in task["together"]):
            lines.append(f"  not told apart for {count} of {len(acceptance['students'])} students: {names}")
        lines += [f"  cannot show: {name} ({reason})" for name, reason in task["unseen"].items()]
        for name, count in task["hidden"].items():
            reason = task["partly"].get(name, "costs its points in the earlier task alone")
            lines.append(
                f"  does not show for {count} of {len(acceptance['students'])} students: {name} ({reason})"
            )
    return "\n".join(lines)


def _stored_errors(stored: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for task, entry in stored["tasks"].items():
        for name, row in entry["checks"].items():
            for error in (row["worst_correct"], row["nearest_mistake"]):
                if error is not None:
                    yield task, name, error


def _row(check: str, row: Mapping[str, Any]) -> str:
    def figure(error: Mapping | None) -> str:
        if error is None or error["error"] is None:
            return "-"
        return (
            f"{100 * error['error']:.3g} %" if row["unit"] == "1" else f"{error['error']:.3g} {row['unit']}"
        )

    worst, nearest = row["worst_correct"], row["nearest_mistake"]
    by = [f"{error['way']} [{error['student']}]" if error else "-" for error in (worst, nearest)]
    tolerance = figure({"error": row["tolerance"]})
    return f"{check:<28}{figure(worst):>14}  {by[0]:<38}{tolerance:>11}{figure(nearest):>17}  {by[1]}"
