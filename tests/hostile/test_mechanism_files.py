# SPDX-License-Identifier: BSD-3-Clause
"""Can a mechanism file earn what it did not work for, see what it must not, or harm anybody?

A class that hands in mechanisms, hostile ones among good ones, graded once by an instructor's command.
`python -m pytest tests/hostile/test_mechanism_files.py -m slow` prints the table.
"""

import json
import secrets
import sys
import textwrap
from dataclasses import dataclass

import pytest

from autograder.course import Course
from tests.autograder.conftest import put_in
from tests.autograder.mechanisms import (
    CRASH,
    ENDLESS,
    ENDLESS_LATER,
    HIDDEN,
    PROTOCOL,
    RIGHT,
    SPEC,
    beginning_with,
    verbatim,
)
from tests.conftest import require_tool
from tests.hostile import stage
from tests.hostile.kinds import MIME

pytestmark = pytest.mark.slow

FULL = 4.0
LIMITS = stage.LIMITS | {"run_s": 2, "compile_s": 20}

_NOTEBOOK = """\
# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = ""

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
from autograder import handin

work = handin.start("handin.json", student=student)
p = work.parameters

# %% nbgrader={"grade": false, "grade_id": "synapse-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
MOD = ""
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "synapse", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("synapse", mechanism=MOD)
"""  # noqa: E501

_RUBRIC = '''\
"""@canary@"""

import numpy as np

from autograder.rubric import Task, driven, mistake


def decay(p, *, factor=1.0):
    t = np.arange(201) * 0.025
    return {"t": t, "g": np.where(t > 1, np.exp(-(t - 1) / (factor * p["tau"])), 0.0)}


TASKS = (
    Task(
        "synapse",
        decay,
        (
            driven("other.g", "other.t", 4.9, "Conductance", 2.0, "For another time constant", unit="uS"),
            driven("own.g", "own.t", 4.9, "Conductance", 2.0, "For your time constant", unit="uS"),
        ),
        protocol="protocol_synapse.py",
        sets=lambda own, spec: {"other": {"tau": 1.5}, "own": own},
        mistakes=(mistake("half", "the time constant is half of it", factor=0.5),),
    ),
)
'''
# One sample more or less at the rise is an RMS error of 0.07; half the time constant one of 0.13 and more.
_TOLERANCES = {"checks": {"other.g": {"tolerance": 0.1}, "own.g": {"tolerance": 0.1}}}


def answer(text: str) -> str:
    """The answer cell of a student who hands in this text."""
    return f"MOD = {text!r}"


def forged(*texts: object, times: int = 1) -> str:
    """An answer cell that shows hand-ins without asking `hand_in`, and then has nothing to hand in."""
    envelope = {"format": 1, "assignment": "decay", "task": "synapse", "student": ""}
    return textwrap.dedent(f"""
        from IPython.display import display
        for text in {list(texts)!r}:
            made = {envelope!r} | {{"parameters": {{"tau": p.tau}}}}
            made["values"] = {{"mechanism": text if {times} == 1 else text * {times}}}
            display({{{MIME!r}: made}}, raw=True)
        MOD = ...""")


_READS = verbatim('FILE* f = fopen("/etc/passwd", "r"); if (f) { g = 1; }')
_TWO = RIGHT + RIGHT.replace("Decay", "Other")
_RUNS = f"""
from IPython.display import display
import numpy as np
t = np.arange(201) * 0.025
for index, tau in enumerate((1.5, p.tau)):
    made = {{"format": 1, "assignment": "decay", "task": "synapse", "student": "", "index": index,
            "values": {{"t": t.tolist(), "g": np.where(t > 1, np.exp(-(t - 1) / tau), 0).tolist()}},
            "parameters": {{"tau": tau}}, "protocol": True}}
    display({{{MIME!r}: made}}, raw=True)
MOD = {RIGHT.replace("-g / tau", "-0.1 * g / tau")!r}"""
_LEFT_BEHIND = f"""
import os, pathlib
for folder in ("/home/student", "/tmp", os.getcwd()):
    for name in ("request.json", "sitecustomize.py", "numpy.py", "autograder/mechanism_inside.py"):
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("raise SystemExit('left behind')")
MOD = {RIGHT!r}"""

#: What is tried, by a short name; the answer cell; what its honest part earns.
KINDS: dict[str, tuple[str, str, float]] = {
    "endless-initial": ("a loop in INITIAL that never ends", answer(ENDLESS), 0),
    "endless-breakpoint": ("a loop in BREAKPOINT that never ends", answer(ENDLESS_LATER), 0),
    "crash": ("writes far beyond the end of an array", answer(CRASH), 0),
    "verbatim-reads": ("a program in C that opens a file", answer(_READS), 0),
    "verbatim-forged": ("the same, shown without asking hand_in", forged(_READS), 0),
    "verbatim-hidden": ("the same behind comments and odd letters", forged(*HIDDEN.values()), 0),
    "include": ("includes a file of the system", forged(RIGHT + '\nINCLUDE "/etc/passwd"\n'), 0),
    "include-of-c": ("includes it as C does", forged(RIGHT + '\n#include "/etc/passwd"\n'), 0),
    "huge": ("a text of six million letters", forged(RIGHT, times=10_000), 0),
    "two": ("two mechanisms in one text", forged(_TWO), 0),
    "built-in": ("the name of a mechanism that NEURON has", forged(RIGHT.replace("Decay", "ExpSyn")), 0),
    "path": ("a path for a name", forged(RIGHT.replace("Decay", "../../Decay")), 0),
    "path-after": ("a name that goes on as a path", forged(RIGHT.replace("Decay", "Decay/../../x")), 0),
    "prints": ("prints without end", forged(beginning_with('while (g < 1) { printf("%g", g) }')), 0),
    "kills": ("calls the system's own functions", forged(beginning_with("    g = kill(-1, 9) + fork()")), 0),
    "brackets": ("ten thousand brackets", forged(beginning_with(f"g = {'(' * 9000}1{')' * 9000}")), 0),
    "hog": ("an array of two gigabytes", answer(RIGHT.replace("other[2]", "other[250000000]")), 0),
    "not-finite": ("a conductance that is no number", answer(beginning_with("    g = 1 (uS) / other[0]")), 0),
    "not-text": ("numbers and lists for a text", forged(17, None, ["NEURON"], {"a": RIGHT}, True), 0),
    "forged-runs": ("shows right runs of the protocol, and hands in a wrong mechanism", _RUNS, 0),
    "left-behind": ("leaves files for the process that compiles; an honest mechanism", _LEFT_BEHIND, FULL),
    "exits": ("an honest mechanism, and the end of the process", f"{answer(RIGHT)}\nwork.hand_in('synapse', "
              "mechanism=MOD)\nimport os; os._exit(0)", FULL),
    "for-one-set": ("never ends for one time constant", answer(beginning_with(
        "    while (tau < 2 && other[0] < 1) { other[1] = other[1] + 1 }")), FULL / 2),
}  # fmt: skip
STUDENTS = {kind: f"{number}-{kind}" for number, kind in enumerate(KINDS, 100)}
GOOD = ("000-good", "110-good", "zzz-good")


@dataclass
class Graded:
    """What one run over the class gave.

    Attributes:
        marks: every mark, by student.
        said: what the command printed.
        outputs: what it wrote for people to see, by path.
        canary: what stands in the rubric.
        about: how long it took, and what processes it left.
        temporary: what was left in the folder for temporary files.
        changed: paths in course, rubrics, home and cache that are not as they were.
    """

    marks: dict[str, dict]
    said: str
    outputs: dict[str, bytes]
    canary: str
    about: dict
    temporary: list[str]
    changed: list[str]


def make_course(folder, canary) -> Course:
    """A course with this one assignment."""
    solution = folder / "rubrics" / "decay"
    solution.mkdir(parents=True)
    public = {name: value for name, value in SPEC.items() if name not in ("key", "assignment")}
    files = {
        "decay.py": _NOTEBOOK,
        "rubric.py": _RUBRIC.replace("@canary@", canary),
        "protocol_synapse.py": PROTOCOL,
        "spec.json": json.dumps(public | {"title": "Decay"}),
        "acceptance.json": json.dumps({"inputs": "0" * 64, "tasks": {"synapse": _TOLERANCES}}),
        "manifest.json": json.dumps({"notebook": "decay.py", "files": []}),
    }
    for name, text in files.items():
        (solution / name).write_text(text)
    (folder / "home").mkdir()
    command = [sys.executable, "-m", "autograder.cli", "init", str(folder / "course")]
    stage._run([*command, "--rubrics", str(folder / "rubrics")], stage._environment(folder / "home"))
    return Course.open(folder / "course")


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request):
    """The class, graded once; its table is printed."""
    require_tool("bwrap")
    folder, canary = tmp_path_factory.mktemp("mechanisms"), f"canary-{secrets.token_hex(12)}"
    course = make_course(folder, canary)
    compiled = folder / "cache" / "mechanisms"
    for one in (folder / "tmp", compiled):
        one.mkdir(parents=True)
    environment = stage._environment(folder / "home", folder / "tmp") | {
        "NEUROSCALES_CACHE": str(compiled.parent)
    }
    grading = [sys.executable, "-c", stage._ADOPT, stage._GRADE, str(course.root), json.dumps(LIMITS)]
    put_in(course, GOOD[0], {"synapse-answer": answer(RIGHT)}, "decay")
    stage._run(grading, environment)
    for student in GOOD[1:]:
        put_in(course, student, {"synapse-answer": answer(RIGHT)}, "decay")
    for kind, student in STUDENTS.items():
        put_in(course, student, {"synapse-answer": KINDS[kind][1]}, "decay")
    watched = [course.root, course.rubrics, folder / "home", folder / "cache"]
    before = stage.snapshot(watched)
    ran = stage._run(grading, environment)
    after = stage.snapshot(watched)
    made = Graded(
        {mark["student"]: mark for mark in course.marks("decay")},
        ran.stdout + ran.stderr,
        stage.written(course),
        canary,
        json.loads(ran.stdout),
        [path.name for path in (folder / "tmp").iterdir()],
        [path for path in before.keys() | after.keys() if before.get(path) != after.get(path)],
    )
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", *table(made), f"{len(KINDS)} kinds, {made.about['wall_s']:.0f} s", sep="\n")
    return made


def table(made: Graded):
    """A line for each kind: what it earned of what its honest part is worth, and what was said."""
    for name, (_, _, worth) in KINDS.items():
        mark = made.marks[STUDENTS[name]]
        yield f"{name:20} {mark['points']['synapse']!s:>4} of {worth:g}  {said(mark)}"[:180]


def said(mark) -> str:
    """What the student is told first."""
    notes = [verdict["note"] for verdict in mark["result"]["verdicts"]]
    return next(filter(None, [*notes, *mark["remarks"], mark["problem"]]), "")


@pytest.mark.parametrize("kind", KINDS)
def test_does_a_mechanism_earn_what_its_honest_part_is_worth_and_no_more(kind, graded):
    mark = graded.marks[STUDENTS[kind]]
    assert mark["status"] == "graded"
    assert mark["points"] == {"synapse": KINDS[kind][2]}


@pytest.mark.parametrize("kind", [name for name, (_, _, worth) in KINDS.items() if worth < FULL])
def test_is_it_said_what_was_wrong(kind, graded):
    assert (
        said(graded.marks[STUDENTS[kind]])
        or graded.marks[STUDENTS[kind]]["result"]["verdicts"][0]["checks"][0]["sentence"]
    )


def test_do_the_good_ones_around_them_get_everything(graded):
    for student in GOOD:
        assert graded.marks[student]["points"] == {"synapse": FULL}, student
        assert graded.marks[student]["remarks"] == []


def test_does_no_output_hold_a_secret(graded):
    system = b"root:x:0:0"
    for path, data in {**graded.outputs, "command": graded.said.encode()}.items():
        assert not any(one in data for one in (*stage.spellings(graded.canary), system)), path


def test_is_nothing_changed_and_nothing_left(graded):
    assert graded.changed == []
    assert graded.about["left"] == []
    assert graded.temporary == []
