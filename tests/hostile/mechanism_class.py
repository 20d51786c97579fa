# SPDX-License-Identifier: BSD-3-Clause
"""A class that hands in mechanism files, hostile ones among good ones, graded once by a teacher's command.

    python -m tests.hostile.mechanism_class

grades it (about a minute), and writes `book/instructors/hostile-mechanisms.json` and the table that the page
shows.
"""

import hashlib
import json
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from mechanisms import loader
from tests.autograder.conftest import put_in
from tests.autograder.mechanisms import PROTOCOL, RIGHT
from tests.hostile import stage
from tests.hostile.mechanism_kinds import (
    KINDS,
    NOTEBOOK,
    NUMBER,
    PUBLIC_SPEC,
    RUBRIC,
    TOLERANCES,
    Kind,
    answer,
)

LIMITS = stage.LIMITS | {"run_s": 5, "compile_s": 20}
STUDENTS = {kind.name: f"{number}-{kind.name}" for number, kind in enumerate(KINDS, 100)}
GOOD = ("000-good", "110-good", "zzz-good")
RESULTS = stage.HERE.parent.parent / "book/instructors/hostile-mechanisms.json"
PAGE_PART = stage.HERE.parent.parent / "book/_parts/hostile-mechanisms.md"


@dataclass
class Graded:
    """What one run over the class gave.

    Attributes:
        marks: every mark, by student.
        said: what the command printed.
        outputs: what it wrote for people to see, by path.
        canary: what stands in the rubric.
        left: command lines of processes that were still there two seconds later.
        temporary: what was left in the folder for temporary files.
        changed: paths in course, rubrics, home and cache that are not as they were.
        wall_s: time that grading took.
    """

    marks: dict[str, dict]
    said: str
    outputs: dict[str, bytes]
    canary: str
    left: list[str]
    temporary: list[str]
    changed: list[str]
    wall_s: float

    def mark(self, kind: Kind) -> dict:
        """The mark of a kind."""
        return self.marks[STUDENTS[kind.name]]

    def read_by(self, kind: Kind) -> list[str]:
        """What a student of that kind reads: of what was not taken, of the mechanism, of the notebook."""
        mark = self.mark(kind)
        notes = [verdict["note"] for verdict in mark["result"]["verdicts"] if verdict["task"] == "synapse"]
        refused = [remark for remark in mark["remarks"] if remark.startswith("A hand-in was not taken")]
        telling = [note for note in notes if "did not run" in note]
        return [line for line in [*refused, *telling, mark["problem"], *notes, *mark["remarks"]] if line]

    def rows(self) -> list[dict[str, object]]:
        """Per kind what was tried, what it earned of what it is worth, and what was said."""
        return [
            {"kind": kind.name, "tried": kind.tried, "points": sum(self.mark(kind)["points"].values())}
            | {"worth": sum(kind.worth.values()), "said": next(iter(self.read_by(kind)), "")}
            for kind in KINDS
        ]

    def lines(self) -> Iterator[str]:
        """The rows, to be read in a terminal."""
        for row in self.rows():
            yield f"{row['kind']:20} {row['points']:g} of {row['worth']:g}  {row['said']}"[:180]
        yield f"{len(KINDS)} kinds, {len(self.marks)} submissions, {self.wall_s:.0f} s; left: {self.left}"


def grade_all(folder: Path) -> Graded:
    """Make the course, hand in the class, grade it, and look what became of it."""
    canary = f"canary-{secrets.token_hex(12)}"
    course = make_course(folder, canary)
    (folder / "tmp").mkdir()
    # The library's compiled mechanisms, where nobody else writes: it is looked at whether they stay the same.
    shutil.copy(loader.build(loader.FOLDER), _made(folder / "cache/mechanisms"))
    environment = stage._environment(folder / "home", folder / "tmp")
    environment |= {"NEUROSCALES_CACHE": str(folder / "cache")}
    grading = [sys.executable, "-c", stage._ADOPT, stage._GRADE, str(course.root), json.dumps(LIMITS)]
    hand_in(course, GOOD[0], answer(RIGHT))
    stage._run(grading, environment)  # leaves lists of fonts and compiled Python, which are no students'
    hand_in_class(course)
    watched = [course.root, course.rubrics, folder / "home", folder / "cache"]
    before = stage.snapshot(watched)
    ran = stage._run(grading, environment)
    after = stage.snapshot(watched)
    about = json.loads(ran.stdout)
    return Graded(
        {mark["student"]: mark for mark in course.marks("decay")},
        ran.stdout + ran.stderr,
        stage.written(course),
        canary,
        about["left"],
        [path.name for path in (folder / "tmp").iterdir()],
        [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)],
        about["wall_s"],
    )


def make_course(folder: Path, canary: str) -> Course:
    """A course with this one assignment, and a secret in its rubric."""
    solution = _made(folder / "rubrics/decay")
    files = {
        "decay.py": NOTEBOOK,
        "rubric.py": RUBRIC.replace("@canary@", canary),
        "protocol_synapse.py": PROTOCOL,
        "spec.json": json.dumps(PUBLIC_SPEC),
        "acceptance.json": json.dumps({"inputs": "0" * 64, "tasks": TOLERANCES}),
        "manifest.json": json.dumps({"notebook": "decay.py", "files": []}),
    }
    for name, text in files.items():
        (solution / name).write_text(text)
    command = [sys.executable, "-m", "autograder.cli", "init", str(folder / "course")]
    command += ["--rubrics", str(folder / "rubrics")]
    stage._run(command, stage._environment(_made(folder / "home")))
    return Course.open(folder / "course")


def hand_in_class(course: Course) -> None:
    """Every kind, and good ones among and after them."""
    for student in GOOD[1:]:
        hand_in(course, student, answer(RIGHT))
    for kind in KINDS:
        hand_in(course, STUDENTS[kind.name], kind.code, kind.after)


def hand_in(course: Course, student: str, code: str, after: str = NUMBER) -> None:
    """One student's submission."""
    put_in(course, student, {"synapse-answer": code, "rate-answer": after}, "decay")


def inputs() -> str:
    """A hash of what the table is made from: every kind, the assignment, the limits."""
    made = (KINDS, NOTEBOOK, RUBRIC, TOLERANCES, PUBLIC_SPEC, PROTOCOL, LIMITS)
    return hashlib.sha256(repr(made).encode()).hexdigest()


def page_part(results: str) -> str:
    """What the page shows of the results: a summary, and the table."""
    rows = json.loads(results)["rows"]
    fair = sum(row["points"] == row["worth"] for row in rows)
    summary = f"Of {len(rows)} kinds, {fair} earned exactly what their honest part is worth."
    head = "| what was tried | worth | here | what the student reads first |\n|---|---|---|---|\n"
    return f"{summary}\n\n{head}" + "".join(map(_line, rows))


def _line(row: dict) -> str:
    """One kind."""
    said = row["said"] if len(row["said"]) < 280 else f"{row['said'][:180]}..."
    for sign in "\\|_*`<>[]{}$":
        said = said.replace(sign, f"\\{sign}")
    return f"| {row['tried']} | {row['worth']:g} | {row['points']:g} | {said or 'nothing'} |\n"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def main() -> None:
    """Grade, print, and write the results and the page's table."""
    with tempfile.TemporaryDirectory() as folder:
        graded = grade_all(Path(folder))
    print(*graded.lines(), sep="\n")
    about = {"command": "python -m tests.hostile.mechanism_class", "inputs": inputs()}
    results = json.dumps(about | {"rows": graded.rows()}, indent=1) + "\n"
    RESULTS.write_text(results, encoding="utf-8")
    PAGE_PART.write_text(page_part(results), encoding="utf-8")


if __name__ == "__main__":
    main()
