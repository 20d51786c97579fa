# SPDX-License-Identifier: BSD-3-Clause
"""What grading a class costs: `autograder grade` beside `nbgrader autograde` and `otter run`.

One small assignment (an axon, a pulse, a figure, three numbers), handed in by a class that repeats what the
sample class does: right, right by another road, far end, radius for diameter, a crash. The same notebooks go
through all three. nbgrader and otter-grader check with a few asserts and no isolation; ours runs in the
sandbox, simulates each student's own reference, names mistakes and writes feedback. otter-grader gets an
environment of its own in a temporary folder; it is not among the packages that this repository needs.

    python benchmarks/grading.py --students 100 --rounds 3 --to book/instructors/speed.json
    python benchmarks/grading.py --students 2 --peers 1                     does it all run?

Each round makes everything anew; the figures are those of the round in the middle, with all wall times.
CPU time and memory are those of a control group (root and cgroup v1; without one they are left out). Prints
the figures as JSON, and writes them to `--to`.
"""

import argparse
import contextlib
import itertools
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import Course
from autograder.course.create import create
from autograder.handin.cells import grade_id
from autograder.sandbox.runner import run_notebook

ROOT = Path(__file__).resolve().parent.parent
OTTER = "otter-grader==7.0.0"
NAME = "pulse"
GROUPS = Path("/sys/fs/cgroup")
_groups = itertools.count()
TESTS = {
    "area": "assert 1e6 < area_um2 < 2e7",
    "peak": "assert 30 < peak_mV < 50",
    "arrival": "assert 1 < arrival_ms < 4",
}

_CELL = '# %% nbgrader={{"grade": {grade}, "grade_id": "{name}", "locked": {locked}, "schema_version": 3, "solution": {solution}, "task": false{points}}}\n'  # noqa: E501


def _cell(name: str, source: str, *, answer: bool = False, points: int = 0) -> str:
    """One cell of the assignment's notebook, as py:percent."""
    flags = {"solution": answer, "locked": not answer, "grade": points > 0}
    words = {key: str(value).lower() for key, value in flags.items()}
    head = _CELL.format(name=name, points=f', "points": {points}' if points else "", **words)
    body = f"### BEGIN SOLUTION\n{source}\n### END SOLUTION" if answer else source
    return f"{head}{body}\n\n"


MODEL = """from neuron import h, n
axon = n.Section("axon")
axon.L, axon.diam, axon.nseg = 20_000, p.diam, 43
axon.insert("hh")
clamp = n.IClamp(axon(0))
clamp.delay, clamp.dur, clamp.amp = 1, 0.1, 30 * p.diam
t, v = n.Vector().record(n._ref_t), n.Vector().record(axon(0.5)._ref_v)
n.celsius = 6.3
n.load_file("stdrun.hoc")
n.finitialize(-65)
n.continuerun(15)
t, v = np.array(t), np.array(v)"""
FIGURE = 'plt.plot(t, v)\nplt.xlabel("t (ms)")\nplt.ylabel("v (mV)");'
RIGHT = {
    "area-answer": "area_um2 = np.pi * p.diam * 20_000",
    "model-answer": MODEL,
    "figure-answer": FIGURE,
    "peak-answer": "peak_mV = v.max()\narrival_ms = t[v.argmax()]\nprint(peak_mV, arrival_ms)",
}
VARIABLE = MODEL.replace(
    "n.continuerun(15)", "h.CVode().active(True)\nn.finitialize(-65)\nh.CVode().solve(15)"
)
CLASS = (
    {},
    {"model-answer": VARIABLE},
    {"model-answer": MODEL.replace("axon(0.5)", "axon(1)")},
    {"area-answer": "area_um2 = np.pi * (2 * p.diam) * 20_000"},
    {"peak-answer": "peak_mV = vm.max()"},
)
HEAD = """# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = ""

"""  # noqa: E501
START = """import matplotlib.pyplot as plt
import numpy as np
from autograder import handin

work = handin.start("handin.json", student=student)
p = work.parameters"""
NOTEBOOK = HEAD + "".join(
    [
        _cell("start", START),
        _cell("area-answer", RIGHT["area-answer"], answer=True),
        _cell("area", 'work.hand_in("area", area=area_um2)', points=1),
        _cell("model-answer", MODEL, answer=True),
        _cell("figure-answer", FIGURE, answer=True),
        _cell("peak-answer", RIGHT["peak-answer"], answer=True),
        _cell("peak", 'work.hand_in("peak", peak=peak_mV)', points=2),
        _cell("arrival", 'work.hand_in("arrival", arrival=arrival_ms)', points=2),
    ]
)
SPEC = {
    "format": 1,
    "title": "A pulse",
    "parameters": [
        {"name": "diam", "unit": "um", "values": [*range(70, 145, 5)], "practice": 100, "meaning": "diameter"}
    ],
    "tasks": {
        name: {"title": name, "items": [{"name": name, "kind": "number", "unit": unit, "meaning": name}]}
        for name, unit in (("area", "um2"), ("peak", "mV"), ("arrival", "ms"))
    },
}
RUBRIC = '''"""A pulse on the squid axon."""

import math

from autograder.rubric import Number, Task, mistake
from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon


def area(p, *, factor=1.0):
    return {"area": factor * math.pi * p["diam"] * 20_000}


def _run(p, place):
    axon = SquidAxon(20_000.0, p["diam"], 43)
    clamp = CurrentClamp(0.0, 1.0, 0.1, 30 * p["diam"])
    record = {"v": [place]}
    run = simulate_squid_axon(axon, [clamp], record=record, tstop_ms=15.0, dt_ms=0.005, rate_table=False)
    return run.time, run.values("v")


def peak(p, *, place=0.5):
    return {"peak": float(_run(p, place)[1].max())}


def arrival(p, *, place=0.5):
    t, v = _run(p, place)
    return {"arrival": float(t[v.argmax()])}


TASKS = (
    Task("area", area, (Number("area", "area", "Area", "um2", 1.0, relative=True),),
         mistakes=(mistake("twice", "you took the diameter for the radius", factor=2.0),)),
    Task("peak", peak, (Number("peak", "peak", "Peak", "mV", 2.0),),
         mistakes=(mistake("far", "you recorded at the far end", place=1.0),)),
    Task("arrival", arrival, (Number("arrival", "arrival", "Arrival", "ms", 2.0),),
         mistakes=(mistake("far", "you recorded at the far end", place=1.0),)),
)
'''
TOLERANCES = {"area": 0.001, "peak": 1.0, "arrival": 0.1}


# --- the class ----------------------------------------


def make_course(folder: Path, students: int) -> Course:
    """A course of the small assignment with a class that has handed in."""
    solution = folder / "solutions" / NAME
    solution.mkdir(parents=True)
    checks = {name: {"checks": {name: {"tolerance": size}}} for name, size in TOLERANCES.items()}
    written = {
        f"{NAME}.py": NOTEBOOK,
        "rubric.py": RUBRIC,
        "manifest.json": json.dumps({"notebook": f"{NAME}.py", "files": []}),
        "spec.json": json.dumps(SPEC),
        "acceptance.json": json.dumps({"inputs": "0" * 64, "tasks": checks, "practice": {}}),
    }
    for name, text in written.items():
        (solution / name).write_text(text, encoding="utf-8")
    course = create(folder / "course", key="benchmark", rubrics=solution.parent)
    release = nbformat.read(course.release(NAME) / f"{NAME}.ipynb", as_version=4)
    for number in range(students):
        hand_in(course, release, f"s{number:04d}", CLASS[number % len(CLASS)])
    return course


def hand_in(course: Course, release: nbformat.NotebookNode, student: str, changes: dict[str, str]) -> None:
    """Put one student's notebook where submissions lie."""
    notebook = nbformat.from_dict(release)
    answers = {**RIGHT, **changes, "student-id": f'student = "{student}"'}
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    target = course.submitted(student, NAME) / f"{NAME}.ipynb"
    target.parent.mkdir(parents=True)
    target.write_text(nbformat.writes(notebook), encoding="utf-8")


# --- measuring ----------------------------------------


@contextlib.contextmanager
def control_group() -> Iterator[Path | None]:
    """The name of a fresh control group under both controllers, or None where there can be none."""
    name = f"grading-{os.getpid()}-{next(_groups)}"
    folders = [GROUPS / controller / name for controller in ("cpuacct", "memory")]
    try:
        for folder in folders:
            folder.mkdir()
    except OSError:
        yield None
        return
    try:
        yield Path(name)
    finally:
        for folder in folders:
            with contextlib.suppress(OSError):
                folder.rmdir()


def measured(command: list[str], cores: int, **options: object) -> dict[str, float | None]:
    """Wall and CPU time in s and peak memory in MB of a command and all that it starts, on so many cores."""
    with control_group() as name:
        groups = [GROUPS / one / name for one in ("cpuacct", "memory")] if name else []
        join = "".join(f"echo $$ > {group}/cgroup.procs;" for group in groups)
        on_cores = f'{join} exec taskset -c 0-{cores - 1} "$@"'
        start = time.perf_counter()
        done = subprocess.run(
            ["sh", "-c", on_cores, "sh", *command], capture_output=True, text=True, **options
        )
        wall_s = time.perf_counter() - start
        if done.returncode not in (0, 1):
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}")
        read = {
            "cpu_s": ("cpuacct", "cpuacct.usage", 1e-9),
            "peak_MB": ("memory", "memory.max_usage_in_bytes", 1e-6),
        }
        used = {
            key: int((GROUPS / group / name / file).read_text()) * unit if name else None
            for key, (group, file, unit) in read.items()
        }
    return {"wall_s": wall_s, **used}


def ours(folder: Path, students: int, cores: int) -> dict:
    """`autograder grade`, with isolation and feedback; the steps are those of the marks."""
    course = make_course(folder, students)
    command = [sys.executable, "-m", "autograder.cli", "grade", str(course.root), "--jobs", str(cores)]
    figures = measured(command, cores)
    marks = [json.loads(path.read_text()) for path in sorted((course.root / "marks").rglob("*.json"))]
    times = [mark["times_s"] for mark in marks]
    steps = {step: statistics.median(one[step] for one in times) for step in times[0]}
    points = [round(sum(mark["points"].values()), 2) for mark in marks[: len(CLASS)]]
    return figures | {"steps_s": steps, "isolation": marks[0]["isolation"], "points": points}


def cells_and_start(course: Course, runs: int = 7) -> dict[str, float]:
    """Wall and CPU time in s of a kernel that runs nothing, and of a right answer's cells."""
    release = nbformat.read(course.submitted("s0000", NAME) / f"{NAME}.ipynb", as_version=4)
    files = {"handin.json": (course.release(NAME) / "handin.json").read_bytes()}
    spec = json.loads(files["handin.json"])
    asking = new_code_cell("import time; print(time.process_time())")

    def cpu_and_wall(cells: list) -> list[float]:
        rows = []
        for _ in range(runs):
            ran = run_notebook(new_notebook(cells=[*cells, asking]), files, spec=spec)
            rows.append((float(ran.notebook.cells[-1].outputs[0].text), ran.wall_s))
        return [statistics.median(column) for column in zip(*rows, strict=True)]

    cpu_empty, wall_empty = cpu_and_wall([])
    cpu_whole, wall_whole = cpu_and_wall(release.cells)
    start = {"kernel_wall_s": wall_empty, "kernel_cpu_s": cpu_empty}
    return start | {"cells_wall_s": wall_whole - wall_empty, "cells_cpu_s": cpu_whole - cpu_empty}


def nbgrader(folder: Path, course: Course, students: int, cores: int) -> dict:
    """`nbgrader autograde` and `nbgrader generate_feedback`, as they come, on a course of their own."""
    notebook = nbformat.read(course.root / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        cell.source = "\n".join([cell.source, TESTS.get(grade_id(cell), "")]).strip()
    (folder / "source" / NAME).mkdir(parents=True)
    nbformat.write(notebook, folder / "source" / NAME / f"{NAME}.ipynb")
    shutil.copy(course.release(NAME) / "handin.json", folder / "source" / NAME)
    program = [str(Path(sys.executable).parent / "nbgrader")]
    environment = {"cwd": folder, "env": plain_environment()}
    measured([*program, "generate_assignment", NAME], cores, **environment)
    for student in sorted((course.root / "submitted").iterdir())[:students]:
        shutil.copytree(student, folder / "submitted" / student.name)
    one = measured([*program, "autograde", NAME, "--student", "s0000"], cores, **environment)
    others = measured([*program, "autograde", NAME], cores, **environment)
    feedback = measured([*program, "generate_feedback", NAME], cores, **environment)
    graded = len(list((folder / "autograded").glob(f"*/{NAME}/*.ipynb")))
    if graded != students:
        raise RuntimeError(f"nbgrader graded {graded} of {students}")
    return {"first": one, "others": others, "feedback": feedback}


def otter(folder: Path, course: Course, students: int, cores: int) -> dict:
    """`otter run` on one notebook after the other, with the asserts as its tests."""
    python = folder / "environment" / "bin" / "python"
    uv = Path(sys.executable).parent / "uv"
    same = ("neuron", "numpy", "matplotlib", "scipy", "ipykernel")
    wanted = [OTTER, *(f"{name}=={version(name)}" for name in same)]
    subprocess.run([uv, "venv", "-q", "--python", sys.executable, folder / "environment"], check=True)
    subprocess.run([uv, "pip", "install", "-q", "--python", python, *wanted], check=True)
    with zipfile.ZipFile(folder / "autograder.zip", "w") as packed:
        packed.writestr("otter_config.json", "{}")
        packed.write(course.release(NAME) / "handin.json", "files/handin.json")
        for name, test in TESTS.items():
            case = {"code": f">>> {test}\n", "hidden": False, "locked": False}
            suite = {"name": name, "points": 1, "suites": [{"cases": [case], "type": "doctest"}]}
            packed.writestr(f"tests/{name}.py", f"OK_FORMAT = True\ntest = {suite!r}\n")
    submissions = sorted((course.root / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"))[:students]
    environment = plain_environment() | {"PYTHONPATH": str(ROOT)}
    figures = []
    for path in submissions:
        out = folder / path.parent.parent.name
        out.mkdir()
        shutil.copy(path, out)
        shutil.copy(course.release(NAME) / "handin.json", out)
        program = [str(python.parent / "otter"), "run", "--no-logo", "-a", "../autograder.zip", "-o", "."]
        figures.append(measured([*program, path.name], cores, cwd=out, env=environment))
        if not (out / "results.json").exists():
            raise RuntimeError(f"otter run gave no results for {path}")
    known = {key: [one[key] for one in figures] for key in figures[0] if figures[0][key] is not None}
    total = {key: sum(values) for key, values in known.items() if key.endswith("_s")}
    return total | {"peak_MB": max(known["peak_MB"])} if "peak_MB" in known else total


def plain_environment() -> dict[str, str]:
    """The environment for the peers: no thread pools, no display, as ours has it."""
    set_here = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "NEURON_MODULE_OPTIONS": "-nogui"}
    return {**os.environ, **set_here, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def main() -> None:
    """Run the benchmark and give its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=100, help="size of the class (default 100)")
    parser.add_argument("--peers", type=int, help="how many of them nbgrader and otter grade (default: all)")
    parser.add_argument("--to", type=Path, help="a file for the figures")
    parser.add_argument("--rounds", type=int, default=1, help="how often to measure each (default 1)")
    options = parser.parse_args()
    students, peers, cores = options.students, options.peers or options.students, os.cpu_count()
    figures = {"students": students, "peers": peers, "cores": cores, "machine": machine()}
    figures["load_before"] = os.getloadavg()
    with tempfile.TemporaryDirectory(prefix="grading-") as made:
        folder = Path(made)
        course = make_course(folder / "peers", students)

        def in_rounds(name: str, measure: Callable[[Path], dict]) -> dict:
            return middle([measure(folder / f"{name}-{number}") for number in range(options.rounds)])

        figures["ours, all cores"] = in_rounds("all", lambda to: ours(to, students, cores))
        figures["ours, one core"] = in_rounds("one", lambda to: ours(to, students, 1))
        figures["kernel and cells"] = cells_and_start(course)
        figures["nbgrader"] = in_rounds("nbgrader", lambda to: nbgrader(to, course, peers, cores))
        figures["otter"] = in_rounds("otter", lambda to: otter(to, course, peers, cores))
    figures["load_after"] = os.getloadavg()
    text = json.dumps(rounded(figures), indent=1) + "\n"
    print(text)
    if options.to:
        options.to.write_text(text, encoding="utf-8")


def middle(rounds: list[dict]) -> dict:
    """The round whose wall time lies in the middle, with the wall times in s of all."""
    walls = [sum(part["wall_s"] for part in (one.values() if "first" in one else [one])) for one in rounds]
    order = sorted(range(len(rounds)), key=walls.__getitem__)
    return rounds[order[len(order) // 2]] | {"rounds_wall_s": walls}


def machine() -> dict[str, str]:
    """What the times depend on."""
    packages = ("nbgrader", "ipykernel", "neuron", "numpy", "matplotlib")
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "otter-grader": OTTER.partition("==")[2],
        **{package: version(package) for package in packages},
    }


def rounded(value: object) -> object:
    """The figures with three digits after the point."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(one) for one in value]
    return round(value, 3) if isinstance(value, float) else value


if __name__ == "__main__":
    main()
