# SPDX-License-Identifier: BSD-3-Clause
"""The same hostile class through plain `nbgrader autograde`, for the page that shows both.

    python -m tests.hostile.plain_nbgrader

It takes about half an hour on an idle machine, and writes `book/instructors/hostile.json` and the table that
the page shows. Stopped and started again, it goes on where it was, unless a submission has changed.

The hostile code would harm the machine that grades it, and here it is meant to: nbgrader, its course and its
home live in a sandbox of their own, made anew for each kind, with limits of time and memory. Kinds that need
no watching go together as long as nothing happens to the others. The assignment is the same, with asserts
against the true answers where ours hands in; nbgrader's settings are its own, but for the time of a cell.
Our own column is graded here as well, as `tests/hostile` does.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

import jupytext
import nbformat
from tqdm import tqdm

from autograder.sandbox import isolation as sandbox
from autograder.sandbox import rights, walls
from autograder.sandbox.limits import Limits
from autograder.sandbox.process import Sandbox
from tests.hostile import stage
from tests.hostile.kinds import KINDS, POINTS, Desk, Kind, Places, honest

RESULTS = stage.HERE.parent.parent / "book/instructors/hostile.json"
PAGE_PART = stage.HERE.parent.parent / "book/_parts/hostile.md"
ROOT = "/grader"
PORT = 47_000
LIMITS = Limits(memory_bytes=3_000_000_000, processes=300, file_bytes=4_000_000_000, cpu_s=600)
SECONDS = 90  # for one run, and as many for every three students in it

_TESTS = {
    "start": "class p:\n    radius = 3",
    "area": "assert abs(area - 3.14159265 * p.radius**2) < 0.01 * area",
    "wave": "import numpy as np\nassert len(t) == len(v) > 50\n"
    "assert np.allclose(v, 10 * np.exp(-np.asarray(t) / p.radius), atol=0.1)",
    "model": "assert abs(build(p)(0.5).area() - 20 * 3.14159265 * p.radius**2) < 1",
}

_CONFIG = """\
c = get_config()
c.CourseDirectory.root = "/grader/course"
c.ExecutePreprocessor.timeout = 10
c.Execute.timeout = 10
"""

# Runs inside the sandbox: nbgrader on one class, a port that listens, and who is left.
_AUTOGRADE = """
import ctypes, json, os, subprocess, sys, time
from pathlib import Path
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
from tests_hostile_stage import listening
with listening() as (port, calls):
    Path("/grader/port").write_text(str(port))
    command = [sys.executable, "-m", "nbgrader", "autograde", "rods", "--force"]
    with open("/grader/log", "wb") as log:
        ended = subprocess.run(command, cwd="/grader/course", stdout=log, stderr=log).returncode
    time.sleep(2)
left = []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes().decode()
        if line and int(pid) not in (1, 2, os.getpid()): left.append(line)
    except OSError: pass
Path("/grader/about.json").write_text(json.dumps({"ended": ended, "left": left, "calls": len(calls)}))
"""

_SCORES = """
import json
from nbgrader.api import Gradebook
with Gradebook("sqlite:////grader/course/gradebook.db") as book:
    graded = {s.student.id: {g.name: g.score for n in s.notebooks for g in n.grades}
              for s in book.assignment_submissions("rods")}
open("/grader/scores.json", "w").write(json.dumps(graded))
"""


def main() -> None:
    """Grade both ways, and write the results and the page's table."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as made:
        ours = {row["kind"]: row for row in stage.grade_all(Path(made) / "ours").rows()}
        plain = measured()
        for found in Plain(Path(made) / "plain").examine_all(leave_out=plain):
            plain |= found
            keep(ours, plain)


def measured() -> dict[str, dict]:
    """What the file holds already of plain nbgrader with these very submissions."""
    data = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.is_file() else {"inputs": ""}
    if data["inputs"] != inputs():
        return {}
    return {row["kind"]: row["plain"] for row in data["rows"] if row["plain"]}


def keep(ours: Mapping[str, dict], plain: Mapping[str, dict]) -> None:
    """Write the results of both, with what they were made from."""
    rows = [{**ours[one.name], "ours_alone": one.ours_alone, "plain": plain.get(one.name)} for one in KINDS]
    versions = {name: version(name) for name in ("nbgrader", "nbclient", "ipykernel")}
    about = {"command": "python -m tests.hostile.plain_nbgrader", "inputs": inputs(), "versions": versions}
    RESULTS.write_text(json.dumps({**about, "rows": rows}, indent=1) + "\n", encoding="utf-8")
    PAGE_PART.write_text(page_part(RESULTS.read_text(encoding="utf-8")), encoding="utf-8")


def page_part(results: str) -> str:
    """What the page shows of the results: a summary, and the table."""
    data = json.loads(results)
    rows = data["rows"]
    taken = [row for row in rows if row["plain"]]
    unearned = sum(_sum(row) > row["worth"] for row in taken)
    lost = sum(_sum(row) < row["worth"] for row in taken)
    harmful = sum(bool(row["plain"]["harm"]) for row in taken)
    fair = sum(_sum(row) == row["worth"] and not row["plain"]["harm"] for row in taken)
    ours = sum(row["points"] == row["worth"] for row in rows)
    versions = ", ".join(f"{name} {value}" for name, value in data["versions"].items())
    could = sum(not row["ours_alone"] for row in rows)
    summary = f"Of {len(rows)} kinds, {ours} earned here exactly what their honest part is worth. "
    summary += f"{could} of them attack something that plain nbgrader has as well, and {len(taken)} of these "
    summary += f"were given to it ({versions}): {fair} earned there what they are worth and harmed nobody, "
    summary += f"{unearned} got points they had not earned, {lost} fewer than they had, and "
    summary += f"{harmful} did something to others."
    head = "| what was tried | worth | here | plain nbgrader |\n|---|---|---|---|\n"
    return f"{summary}\n\n{head}" + "".join(map(_line, rows))


def _sum(row: Mapping) -> float:
    """All points that plain nbgrader gave."""
    return sum(row["plain"]["points"].values())


def _line(row: Mapping) -> str:
    """One kind."""
    other = "has nothing like it" if row["ours_alone"] else "not given to it"
    if row["plain"]:
        points = f"{_sum(row):g}"
        points = points if _sum(row) == row["worth"] else f"**{points}**"
        other = "; ".join([points, *row["plain"]["harm"]])
    return f"| {row['tried']} | {row['worth']:g} | {row['points']:g} | {other} |\n"


def inputs() -> str:
    """A hash of what the table is made from: every submission, what it is worth, and the tests."""
    release = jupytext.read(stage.HERE / "assignment/rods/rods.py")
    for number, cell in enumerate(release.cells):
        cell["id"] = f"cell-{number}"
    total = hashlib.sha256(repr((_TESTS, _CONFIG, stage.LIMITS)).encode())
    places = Places("/course", "/rubrics", "/home", "/other", PORT)
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="kind-") as made:
            folder = Path(made) / "rods"
            folder.mkdir()
            kind.hand_in(Desk(folder, release, "student", places))
            total.update(f"{kind.name} {kind.tried} {dict(kind.worth)} {kind.ours_alone}".encode())
            total.update(_content(folder / "rods.ipynb"))
    return total.hexdigest()


def _content(path: Path) -> bytes:
    """A notebook without the ids that cells get by chance; the kind and size of anything else."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 10**8:
        return b"no notebook"
    return re.sub(rb'"id": "[0-9a-f]{8}"', b"", path.read_bytes())


class Plain:
    """nbgrader's course, and what happens in copies of it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder, self._pattern = folder, folder / "pattern"
        self._canary = f"canary-{os.urandom(12).hex()}"
        self._make_course()

    def examine_all(self, leave_out: Iterable[str] = ()) -> Iterator[dict[str, dict]]:
        """Group by group, by kind: points by task, and what happened besides."""
        wanted = [kind for kind in self.kinds() if kind.name not in leave_out]
        for group in tqdm(_groups(wanted), unit="group"):
            yield self._examine(group)

    @staticmethod
    def kinds() -> list[Kind]:
        """Those that plain nbgrader can take."""
        return [kind for kind in KINDS if not kind.ours_alone]

    def _examine(self, kinds: Sequence[Kind]) -> dict[str, dict]:
        """Grade some kinds together; where something happened that is nobody's points, one by one."""
        work = self._folder / "work"
        shutil.copytree(self._pattern, work, symlinks=True)
        students = self._hand_in(work, kinds)
        before = stage.snapshot([work / "course", work / "home", work / "rubrics"])
        ended_by = self._run(work, _AUTOGRADE, SECONDS * (1 + len(students) // 3))
        after = stage.snapshot([work / "course", work / "home", work / "rubrics"])
        scores = self._scores(work)
        harm = self._harm(work, before, after, ended_by, scores, set(students.values()))
        shutil.rmtree(work)
        if harm and len(kinds) > 1:
            half = len(kinds) // 2
            return self._examine(kinds[:half]) | self._examine(kinds[half:])
        found = {kind.name: scores.get(students[kind.name]) or {} for kind in kinds}
        return {
            name: {"points": {task: points.get(task) or 0.0 for task in POINTS}, "harm": harm}
            for name, points in found.items()
        }

    def _make_course(self) -> None:
        """Source with tests, a home with a secret, and the release that nbgrader makes of it."""
        source = jupytext.read(stage.HERE / "assignment/rods/rods.py")
        for cell in source.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
            hidden = f"### BEGIN HIDDEN TESTS\n{_TESTS[name]}\n### END HIDDEN TESTS" if name in POINTS else ""
            cell.source = hidden or _TESTS.get(name, cell.source)
        source.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
        path = self._pattern / "course/source/rods/rods.ipynb"
        for folder in (path.parent, self._pattern / "home/.private", self._pattern / "rubrics/rods"):
            folder.mkdir(parents=True)
        path.write_text(nbformat.writes(source))
        for name in ("home/.private/secret.txt", "rubrics/rods/rubric.py", "course/secret.txt"):
            (self._pattern / name).write_text(self._canary)
        (self._pattern / "course/nbgrader_config.py").write_text(_CONFIG)
        (self._pattern / "tests_hostile_stage.py").write_text(_listener())
        generate = "import subprocess, sys\nfor _ in 'x': subprocess.run([sys.executable, '-m', 'nbgrader', "
        generate += "'generate_assignment', 'rods', '--force'], cwd='/grader/course', check=True)"
        self._run(self._pattern, generate)

    def _hand_in(self, work: Path, kinds: Iterable[Kind]) -> dict[str, str]:
        """A good student, the kinds, a good student."""
        release = nbformat.read(work / "course/release/rods/rods.ipynb", as_version=4)
        other = f"{ROOT}/course/submitted/{stage.OTHER}/rods"
        places = Places(f"{ROOT}/course", f"{ROOT}/rubrics", f"{ROOT}/home", other, PORT)
        students = {}
        for name, kind in (
            (stage.OTHER, Kind("good", "", honest)),
            *((kind.student or f"5-{kind.name}", kind) for kind in kinds),
            ("zz-good", Kind("good", "", honest)),
        ):
            folder = work / "course/submitted" / name / "rods"
            folder.mkdir(parents=True)
            kind.hand_in(Desk(folder, release, name, places))
            students[kind.name] = name
        students.pop("good")
        return students

    def _run(self, work: Path, code: str, seconds: float = SECONDS) -> str | None:
        """Run Python in a sandbox in which `work` alone can be written; why it had to be ended, or None."""
        isolation = sandbox.find_isolation("bubblewrap")
        dropped, user = rights.drop()
        if dropped:
            for path in (work, *work.rglob("*")):
                os.chown(path, user, user, follow_symlinks=False)
        environment = {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": f"{ROOT}/home",
            "PYTHONPATH": ROOT,
        }
        environment |= {"LANG": "C.UTF-8", "NEURON_MODULE_OPTIONS": "-nogui", "OMP_NUM_THREADS": "1"}
        environment |= {
            "MPLCONFIGDIR": "/tmp",
            "IPYTHONDIR": "/tmp/ipython",
            "JUPYTER_RUNTIME_DIR": "/tmp/runtime",
        }
        environment |= {"COURSE_SECRET": self._canary}
        argv = ["bwrap", *isolation.namespaces, "--die-with-parent", *walls._system(), "--proc", "/proc"]
        argv += [
            "--dev",
            "/dev",
            *walls._tmpfs("/tmp", 500_000_000),
            *walls._tmpfs("/dev/shm", 100_000_000),
        ]
        argv += [word for words in walls._read_only() for word in words if walls._FONTS not in words]
        argv += ["--bind", str(work), ROOT, "--chdir", ROOT, "--clearenv"]
        argv += [word for pair in environment.items() for word in ("--setenv", *pair)]
        argv += ["--", *dropped, *rights.prlimit(LIMITS, user), sys.executable, "-c", code]
        return _watched(argv, seconds)

    def _harm(
        self,
        work: Path,
        before: Mapping,
        after: Mapping,
        ended_by: str | None,
        scores: Mapping,
        own: set[str],
    ) -> list[str]:
        """What happened to others."""
        harm = [f"the outer sandbox ended it: {ended_by}"] if ended_by else []
        about = work / "about.json"
        said = json.loads(about.read_text()) if about.is_file() and not about.is_symlink() else None
        if said is None:
            harm += [] if ended_by else ["the grader was killed"]
        else:
            harm += ["processes were left"] if said["left"] else []
            harm += ["it called out"] if said["calls"] else []
        paths = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        if changed := [
            path
            for path in paths
            if not re.search(r"/home/\.|/course/(autograded|\.nbgrader|gradebook)", path)
        ]:
            harm.append(f"it wrote, changed or removed {len(changed)} of the files outside")
        for student in (stage.OTHER, "zz-good"):
            if scores.get(student, {}) is not None and any(
                scores.get(student, {}).get(t) != POINTS[t] for t in POINTS
            ):
                harm.append(
                    "a good student lost the mark"
                    if student == stage.OTHER
                    else "the one after it got no mark"
                )
        if self._leaks(work, own):
            harm.append("secrets stand in the graded notebook")
        return harm

    def _leaks(self, work: Path, own: set[str]) -> bool:
        """Whether a notebook that the student gets back holds what was planted."""
        spelled = stage.spellings(self._canary)
        for student in own:
            folder = work / "course/autograded" / student
            files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
            if any(
                one in path.read_bytes() for path in files if path.stat().st_size < 10**8 for one in spelled
            ):
                return True
        return False

    def _scores(self, work: Path) -> dict[str, dict]:
        """Points by student, read in a sandbox: the database may be anything by now."""
        path = work / "scores.json"
        path.unlink(missing_ok=True)
        self._run(work, _SCORES)
        return json.loads(path.read_text()) if path.is_file() else {}


def _groups(kinds: Sequence[Kind]) -> list[list[Kind]]:
    """Kinds that take or reach for more than their share one by one, the others eight at a time."""
    names = [kind.name for kind in KINDS]
    alone = set(names[names.index("endless-loop") : names.index("empty")])
    quiet = [kind for kind in kinds if kind.name not in alone]
    eights = [quiet[start : start + 8] for start in range(0, len(quiet), 8)]
    return eights + [[kind] for kind in kinds if kind.name in alone]


def _listener() -> str:
    """The class `listening`, alone in a module that can be imported inside; it listens on the known port."""
    text = Path(stage.__file__).read_text()
    body = text[text.index("class listening") : text.index("def _environment")].replace(
        '1", 0)', f'1", {PORT})'
    )
    return f"import socket, threading\nfrom collections.abc import Iterator\n\n\n{body}"


def _watched(argv: list[str], seconds: float) -> str | None:
    """Run to its end, with the sum of its memory watched; why it was ended, or None."""
    reading, writing = os.pipe()
    at = argv.index("--")
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    command = [*argv[:at], "--info-fd", str(writing), *argv[at:]]
    started = subprocess.Popen(command, start_new_session=True, pass_fds=(writing,), **quiet)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        inner = json.loads(pipe.read(10_000))["child-pid"]
    watched = Sandbox(started, inner, "", LIMITS)
    until = time.monotonic() + seconds
    try:
        while watched.is_alive and time.monotonic() < until:
            time.sleep(0.1)
        if watched.is_alive:
            watched.end(f"it ran for more than {seconds:g} s")
        return watched.ended_by
    finally:
        watched.close()


if __name__ == "__main__":
    main()
