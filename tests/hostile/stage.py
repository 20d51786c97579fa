# SPDX-License-Identifier: BSD-3-Clause
"""A course with secrets planted in it, a class of hostile submissions, and what is left after grading.

Every hostile submission is graded between two good ones, by the command that an instructor uses, in one run.
"""

import base64
import csv
import hashlib
import io
import json
import os
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.course import Course
from autograder.course.gradebook import connect
from tests.hostile.kinds import KINDS, RIGHT, Desk, Kind, Places, honest

HERE = Path(__file__).resolve().parent
OTHER = "000-0-other"
#: Short, so that the suite is; a class gets more of everything.
LIMITS = {"cell_s": 10, "wall_s": 25, "grace_s": 1, "memory_bytes": 700_000_000, "processes": 64}
LIMITS |= {"disk_bytes": 64_000_000, "flood_bytes": 16_000_000, "flood_messages": 10_000}
WRITTEN_BY_GRADING = ("autograded", "feedback", "marks", "report", "gradebook.db", ".lock")

# What an instructor's command does, with these limits.
_GRADE = """
import json, sys
from pathlib import Path
from autograder.course import Course
from autograder.grading.grade import grade
from autograder.sandbox.limits import Limits
grade(Course.open(Path(sys.argv[1])), limits=Limits(**json.loads(sys.argv[2])))
"""

# Runs the command above, adopts whatever detaches itself, and says what is left of it two seconds later.
_ADOPT = """
import ctypes, json, os, subprocess, sys, time
from pathlib import Path
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
from autograder.sandbox import family
started = time.monotonic()
subprocess.run([sys.executable, "-c", *sys.argv[1:]], check=True)
wall_s = time.monotonic() - started
time.sleep(2)
def state(pid):
    try: return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError: return "Z"
left = [Path(f"/proc/{pid}/cmdline").read_text() for pid in family.family(os.getpid()) if state(pid) != "Z"]
print(json.dumps({"left": left, "wall_s": wall_s}))
"""


@dataclass
class Graded:
    """What one run over the class gave.

    Attributes:
        course: the course, graded.
        marks: every mark, by student.
        students: the student of each kind, by its name.
        before, after: what stood in course, rubrics and home, by path.
        canaries: what was planted, by place.
        left: command lines of processes that were still there two seconds later.
        said: what the commands printed.
        table: the exported CSV.
        temporary: what was left in the folder for temporary files.
        calls: what came in on the port that listened.
        wall_s: time that grading took.
    """

    course: Course
    marks: dict[str, dict]
    students: dict[str, str]
    before: dict[str, tuple]
    after: dict[str, tuple]
    canaries: dict[str, str]
    left: list[str]
    said: str
    table: list[dict[str, str]]
    temporary: list[str]
    calls: list[bytes]
    wall_s: float
    outputs: dict[str, bytes] = field(default_factory=dict)

    def mark(self, kind: Kind) -> dict:
        """The mark of a kind."""
        return self.marks[self.students[kind.name]]

    def rows(self) -> list[dict[str, object]]:
        """The table: per kind what was tried, what it earned of what it is worth, and what was said."""
        return [self._row(kind) for kind in KINDS]

    def _row(self, kind: Kind) -> dict[str, object]:
        mark = self.mark(kind)
        points = {task: value for task, value in mark["points"].items() if value is not None}
        said = mark["problem"] or next(iter(mark["remarks"]), "")
        verdicts = (mark["result"] or {}).get("verdicts", [])
        said = said or next((verdict["note"] for verdict in verdicts if verdict["note"]), "")
        row = {"kind": kind.name, "tried": kind.tried, "points": sum(points.values())}
        return row | {"worth": sum(kind.worth.values()), "said": said}


def grade_all(folder: Path) -> Graded:
    """Make the course, hand in the class, grade it, report and export it, and look what became of it."""
    course, home, canaries = make_course(folder)
    temporary = folder / "tmp"
    temporary.mkdir()
    environment = _environment(home, temporary) | {"COURSE_SECRET": canaries["environment"]}
    hand_in(course, OTHER, Kind("other", "", honest), Places("", "", "", "", 0), canaries["another student"])
    grading = [sys.executable, "-c", _ADOPT, _GRADE, str(course.root), json.dumps(LIMITS)]
    runs = [_run(grading, environment)]
    plant_comment(course, canaries["gradebook"])
    with listening() as (port, calls):
        other = str(course.submitted(OTHER, "rods"))
        places = Places(str(course.root), str(course.rubrics), str(home), other, port)
        students = hand_in_class(course, places)
        watched = [course.root, course.rubrics, home]
        before = snapshot(watched)
        runs.append(_run(grading, environment))
        after = snapshot(watched)
    about = json.loads(runs[-1].stdout)
    command = [sys.executable, "-m", "autograder.cli"]
    runs.append(_run([*command, "report", str(course.root)], environment))
    table = _run([*command, "export", str(course.root)], environment).stdout
    said = "".join(run.stdout + run.stderr for run in runs)
    marks = {mark["student"]: mark for mark in course.marks("rods")}
    graded = Graded(
        course, marks, students, before, after, canaries, about["left"], said,
        list(csv.DictReader(io.StringIO(table))), [path.name for path in temporary.iterdir()],
        calls, about["wall_s"],
    )  # fmt: skip
    graded.outputs = {"commands": said.encode(), "csv": table.encode(), **written(course)}
    return graded


def make_course(folder: Path) -> tuple[Course, Path, dict[str, str]]:
    """A course with a rubric, a home and a private folder, each with a secret in it."""
    places = ("rubric", "solution", "private folder", "home", "environment", "another student", "gradebook")
    canaries = {place: f"canary-{secrets.token_hex(12)}" for place in places}
    rubrics, home, root = folder / "rubrics", folder / "home", folder / "course"
    shutil.copytree(HERE / "assignment", rubrics, ignore=shutil.ignore_patterns("__pycache__"))
    for name, place in (("rubric.py", "rubric"), ("rods.py", "solution")):
        path = rubrics / "rods" / name
        path.write_text(path.read_text().replace(f"CANARY-{place.upper()}", canaries[place]))
    _write(home / ".private/secret.txt", canaries["home"])
    _run(
        [sys.executable, "-m", "autograder.cli", "init", str(root), "--rubrics", str(rubrics)],
        _environment(home),
    )
    _write(root / "private/key.txt", canaries["private folder"])
    return Course.open(root), home, canaries


def hand_in_class(course: Course, places: Places) -> dict[str, str]:
    """One good student before and after each kind; returns the student of each kind."""
    students = {}
    for number, kind in enumerate(KINDS, 1):
        hand_in(course, f"{number:03d}-0-good", Kind("good", "", honest), places)
        students[kind.name] = kind.student or f"{number:03d}-1-{kind.name}"
        hand_in(course, students[kind.name], kind, places)
    hand_in(course, "999-0-good", Kind("good", "", honest), places)
    hand_in(course, "zz-good", Kind("good", "", honest), places)
    return students


def hand_in(course: Course, student: str, kind: Kind, places: Places, secret: str = "") -> None:
    """One student's submission."""
    folder = course.submitted(student, "rods")
    folder.mkdir(parents=True)
    release = nbformat.read(course.release("rods") / "rods.ipynb", as_version=4)
    desk = Desk(folder, release, student, places)
    kind.hand_in(desk)
    if secret:
        desk.save(desk.notebook({**RIGHT, "why": secret}))


def plant_comment(course: Course, secret: str) -> None:
    """What the instructor wrote about another student."""
    with connect(course.db_url) as book:
        book.find_comment("why", "rods", "rods", OTHER).manual_comment = secret
        book.db.commit()


def snapshot(folders: Iterable[Path]) -> dict[str, tuple]:
    """Kind, mode and content of everything below `folders`, but for what grading writes in a course."""
    seen = {}
    for folder in folders:
        for top, names, files in os.walk(folder):
            if (Path(top) / "course.json").is_file():
                names[:] = [name for name in names if name not in WRITTEN_BY_GRADING]
                files = [name for name in files if name not in WRITTEN_BY_GRADING]
            for name in [*names, *files]:
                path = Path(top) / name
                seen[str(path)] = _about(path)
    return seen


def _about(path: Path) -> tuple:
    """What a change of one entry would change."""
    status = path.lstat()
    if stat.S_ISLNK(status.st_mode):
        return status.st_mode, str(path.readlink())
    if not stat.S_ISREG(status.st_mode) or status.st_size > 100_000_000:
        return status.st_mode, status.st_size if stat.S_ISREG(status.st_mode) else 0
    return status.st_mode, hashlib.sha256(path.read_bytes()).hexdigest()


def written(course: Course) -> dict[str, bytes]:
    """All files that grading and reporting wrote for people to see, by path inside the course."""
    folders = [course.root / name for name in ("autograded", "feedback", "marks", "report")]
    files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(course.root)): path.read_bytes() for path in files}


def spellings(secret: str) -> list[bytes]:
    """A secret as it is, in hexadecimal, and in base64 whatever stands before it."""
    data = secret.encode()
    shifted = [base64.b64encode(b"x" * shift + data)[4:-4] for shift in range(3)]
    return [data, data.hex().encode(), *shifted]


class listening:
    """A port of this machine that listens, and what came in on it."""

    def __enter__(self) -> tuple[int, list[bytes]]:
        self._server, self._calls = socket.create_server(("127.0.0.1", 0)), []
        threading.Thread(target=self._take, daemon=True).start()
        return self._server.getsockname()[1], self._calls

    def __exit__(self, *_: object) -> None:
        self._server.close()

    def _take(self) -> None:
        for connection in self._connections():
            with connection:
                self._calls.append(connection.recv(1000))

    def _connections(self) -> Iterator[socket.socket]:
        while True:
            try:
                yield self._server.accept()[0]
            except OSError:
                return


def _environment(home: Path, temporary: Path | None = None) -> dict[str, str]:
    """The grader's environment, with a home of its own and the mechanisms that are compiled already."""
    from mechanisms import loader

    made = {**os.environ, "HOME": str(home), "NEUROSCALES_CACHE": str(loader.cache_folder().parent)}
    return made | ({"TMPDIR": str(temporary)} if temporary else {})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess:
    """Run a command that must end well."""
    ran = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=900, cwd=HERE.parent.parent
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran


if __name__ == "__main__":  # python -m tests.hostile.stage FOLDER: grade the class and print the table
    made = grade_all(Path(sys.argv[1]))
    for row in made.rows():
        print(f"{row['kind']:24} {row['points']:4g} of {row['worth']:2g}  {row['said']}"[:180])
    print(f"{len(KINDS)} kinds, {len(made.marks)} submissions, {made.wall_s:.0f} s; left: {made.left}")
