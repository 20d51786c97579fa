# SPDX-License-Identifier: BSD-3-Clause
"""What a class costs as it grows: wall time per submission and peak memory of the grader.

python benchmarks/scale.py --students 100 1000             small submissions in the real sandbox
python benchmarks/scale.py --students 200 1000 --play      no sandbox: the grader's own part alone
"""

import argparse
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"


def module(path):
    """A module of the test suite, from its path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def fill(folder, students):
    """A course of the small assignment in which so many students handed in."""
    from autograder.course.create import create

    small = module(TESTS / "autograder" / "conftest.py")
    small.write_small_solution(folder / "solutions")
    course = create(folder / "course", key="spring", rubrics=folder / "solutions")
    for number in range(students):
        small.put_in(course, f"s{number:05d}", small.RIGHT)
    return course.root


def grade(root, jobs, play):
    """Grade twice in this process, the second time with nothing to do; figures as JSON on standard output."""
    from autograder.course import Course
    from autograder.grading import worker
    from autograder.grading.grade import each_mark
    from autograder.grading.job import How

    if play:
        worker.COMMAND = (str(TESTS / "durability" / "play_worker.py"), os.devnull)
    course, figures = Course.open(Path(root)), {}
    for run in ("all", "nothing new"):
        started = time.perf_counter()
        figures[f"{run}, marks"] = sum(1 for _ in each_mark(course, how=How(jobs=jobs)))
        figures[f"{run}, wall s"] = round(time.perf_counter() - started, 2)
    helpers = resource.getrusage(resource.RUSAGE_CHILDREN)
    figures["grader's CPU s"] = round(time.process_time(), 2)
    figures["workers' and judges' CPU s"] = round(helpers.ru_utime + helpers.ru_stime, 2)
    status = Path("/proc/self/status").read_text()
    figures["grader's peak MB"] = int(status.partition("VmHWM:")[2].split()[0]) // 1000
    print(json.dumps(figures))


def main():
    """Each class in a process of its own, so that its peak is its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--students", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--play", action="store_true", help="answers are computed without a sandbox")
    parser.add_argument("--grade", metavar="DIR", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.grade:
        grade(options.grade, options.jobs, options.play)
        return
    for students in options.students:
        with tempfile.TemporaryDirectory() as folder:
            root = fill(Path(folder), students)
            again = [sys.executable, __file__, "--grade", str(root), "--jobs", str(options.jobs)]
            said = subprocess.run([*again, *["--play"] * options.play], capture_output=True, text=True)
            print(
                students,
                "students,",
                options.jobs,
                "workers:",
                said.stdout.strip() or said.stderr,
                flush=True,
            )


if __name__ == "__main__":
    main()
