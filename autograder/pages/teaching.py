# SPDX-License-Identifier: BSD-3-Clause
"""Teaching notes of an assignment: outcomes, what to teach again, and how to mark what is written.

Outcomes and lines lie in `teaching.json` beside the rubric, for instructors alone, and decide no mark:

```json
{"outcomes": [{"outcome": "...", "chapter": "cable/threshold", "tasks": ["threshold"]}],
 "again": [{"mistakes": ["name-of-a-mistake"], "teach": "What to teach again.", "chapter": "..."}]}
```

The guide to a written answer stands where its model answer stands, in the answer's own cell of the solution's
notebook, and is taken away when the notebook is released.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import jupytext

from autograder.course.folder import CourseError
from autograder.handin.cells import graded_cells, is_written


@dataclass(frozen=True)
class Outcome:
    """One thing that a student can do afterwards, the page that teaches it, and the tasks that show it."""

    outcome: str
    chapter: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """What to teach again when a mistake is frequent, and the page where it stands."""

    teach: str
    chapter: str


# The mistakes that the judge names by itself, in every assignment.
_EVERYWHERE = {
    "unit-slip": Line(
        "Carry the unit through every line, and say the result aloud: can a cell have that?", ""
    ),
    "sign": Line("Draw the axis with its arrow before the first number: what does positive mean here?", ""),
}


@dataclass(frozen=True)
class Teaching:
    """Everything in a `teaching.json`, the lines by mistake; empty where there is none."""

    outcomes: tuple[Outcome, ...] = ()
    again: Mapping[str, Line] = field(default_factory=dict)


def read(solution: Path) -> Teaching:
    """The notes in the folder `solution`.

    Raises:
        CourseError: they are there but not of the form above.
    """
    path = Path(solution) / "teaching.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        outcomes = [Outcome(one["outcome"], one["chapter"], tuple(one["tasks"])) for one in data["outcomes"]]
        again = {
            name: Line(one["teach"], one["chapter"]) for one in data["again"] for name in one["mistakes"]
        }
    except FileNotFoundError:
        return Teaching(again=_EVERYWHERE)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CourseError(f"{path} is not of the form of teaching notes: {error!r}.") from None
    return Teaching(tuple(outcomes), {**_EVERYWHERE, **again})


def guides(solution: Path) -> dict[str, str]:
    """Model answer and marking guide of each written answer, as Markdown, by grade id."""
    path = Path(solution) / f"{Path(solution).name}.py"
    if not path.is_file():
        return {}
    cells = graded_cells(jupytext.read(path)).items()
    return {name: cell.source.strip() for name, cell in cells if is_written(cell)}
