# SPDX-License-Identifier: BSD-3-Clause
"""The instructor's desk on the command line: collect, hand back, keep copies, begin an assignment."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.course.folder import Course, CourseError, default_rubrics, solutions_in, write_atomically

_OK, _SOMETHING_FAILED, _LEFT_OUT = 0, 1, 3

Command = Callable[..., argparse.ArgumentParser]


def add_to(commands: argparse._SubParsersAction, command: Command) -> None:
    """Add the desk's commands; `command(commands, name, run, words)` makes one."""
    for add in (
        _add_collect, _add_return, _add_check, _add_new, _add_fuzz, _add_lazy, _add_backup, _add_restore,
    ):  # fmt: skip
        add(commands, command)


def settled(course: Course, assignments: Sequence[str]) -> Sequence[str]:
    """The assignments, with late penalties as dates and roster have them now, on the pages too."""
    from autograder.course import late
    from autograder.pages import feedback

    for assignment in assignments:
        if changed := late.settle(course, assignment):
            feedback.write_all(course, assignment, changed)
    return assignments


def warn_of_stale(solutions: Sequence[Path]) -> None:
    """Say which tolerances are older than what they were derived from."""
    from autograder.authoring.derive import is_stale

    for solution in filter(is_stale, solutions):
        words = "has tolerances that are older than its rubric, spec or library: run"
        print(f"Warning: {solution.name} {words} `autograder derive {solution.name}`.")


def say_affected(course: Course, solution: Path) -> None:
    """Who gets new parameters, since that was asked for."""
    from autograder.course.release import public_form
    from autograder.course.solution import affected, named

    given = course.release(solution.name) / "handin.json"
    public = public_form(solution, course.key)
    if given.exists() and (students := affected(course.root, given, public)):
        print(f"{solution.name}: new parameters for {named(students)}.", file=sys.stderr)


def appeal(course: Course, options: argparse.Namespace) -> int:
    """`autograder grade ... --reason`: one student's work again, with the reason on record."""
    from autograder.course import appeals as record
    from autograder.grading import appeals
    from autograder.pages import feedback

    if not options.student or not options.assignment:
        raise CourseError("A reason belongs to one student's work: name ASSIGNMENT and --student ID.")
    course.require(options.assignment)
    isolation = {"isolation": options.isolation}
    marks = appeals.regrade(course, options.assignment, options.student, options.reason, **isolation)
    settled(course, [options.assignment])
    feedback.write_all(course, options.assignment, [options.student])
    before, after = record.load(course, options.student, options.assignment)[-1]["points"]
    print(f"{options.student}: {before:g} points before, {after:g} now.")
    return _OK if all(mark["status"] == "graded" for mark in marks) else _SOMETHING_FAILED


def export_for_platform(course: Course, assignments: Sequence[str], options: argparse.Namespace) -> int:
    """`autograder export` into a platform's own file, or as Gradescope's results."""
    from autograder.pages import platforms

    if len(assignments) != 1:
        raise CourseError(f"Such a file is about one assignment; name it: {', '.join(assignments)}.")
    if not options.to:
        raise CourseError("Name the file to write with --to.")
    if options.gradescope:
        print(f"{platforms.results(course, assignments[0], options.to)} results in {options.to}.")
        return _OK
    text, left = platforms.fill(course, assignments[0], options.into, options.column)
    write_atomically(options.to, text)
    for sentence in left:
        print(sentence, file=sys.stderr)
    return _SOMETHING_FAILED if left else _OK


def _one_assignment(parser: argparse.ArgumentParser) -> None:
    """A course folder and an assignment, both needed."""
    parser.add_argument("course", metavar="DIR", type=Path, help="the course folder")
    parser.add_argument("assignment", metavar="ASSIGNMENT", help="the assignment")


def _add_collect(commands: argparse._SubParsersAction, command: Command) -> None:
    words = "put what came in where the grader finds it: a zip from Moodle or Canvas, or cloned repositories"
    parser = command(commands, "collect", _collect, words)
    _one_assignment(parser)
    parser.add_argument("source", metavar="ZIP", type=Path, help="the zip, or a folder of clones or files")
    parser.add_argument(
        "--roster",
        metavar="FILE",
        type=Path,
        help="who is who: Canvas's exported gradebook, Moodle's grading worksheet, or a table with a column "
        "id; added to the course's roster.csv",
    )
    words = (
        "where in a file's path the student stands, for platforms other than Moodle and Canvas, such as "
        "'*_{id}_attempt_*_{file}'; {id}, {lms_id}, {email}, {name}, {first}, {last}, {order}, {file}, *, **"
    )
    parser.add_argument("--pattern", metavar="PATTERN", help=words)
    words = "where the names can be read both ways: which platform the zip is from"
    parser.add_argument("--platform", choices=("moodle", "canvas"), help=words)


def _collect(options: argparse.Namespace) -> int:
    course = Course.open(options.course)
    from autograder.course.lms import collect

    how = {"pattern": options.pattern, "platform": options.platform}
    done = collect(course, options.assignment, options.source, options.roster, **how)
    for sentence in done.remarks:
        print(sentence)
    for sentence in done.problems:
        print(sentence, file=sys.stderr)
    left = f", {len(done.left_out)} files left out" if done.left_out else ""
    print(f"{len(done.new)} new, {len(done.changed)} handed in again, {len(done.same)} unchanged{left}.")
    return _LEFT_OUT if done.left_out or done.problems else _OK


def _add_return(commands: argparse._SubParsersAction, command: Command) -> None:
    words = "pack the feedback pages into a zip that Moodle or Canvas takes back"
    parser = command(commands, "return", _return, words)
    _one_assignment(parser)
    parser.add_argument("--to", metavar="ZIP", type=Path, required=True, help="the zip to write")


def _return(options: argparse.Namespace) -> int:
    course = Course.open(options.course)
    from autograder.pages.platforms import feedback_zip

    course.require(options.assignment)
    print(f"{feedback_zip(course, options.assignment, options.to)} pages in {options.to}.")
    return _OK


def _add_check(commands: argparse._SubParsersAction, command: Command) -> None:
    words = "for students: run a notebook as the grader will, and say what is missing in form; no mark"
    parser = command(commands, "check", _check, words)
    parser.add_argument("notebook", metavar="NOTEBOOK", type=Path, help="the notebook to look at")
    parser.add_argument(
        "--isolation",
        choices=("bubblewrap", "limits"),
        default="bubblewrap",
        help="how the notebook is run (default: bubblewrap; limits is enough for your own work)",
    )


def _check(options: argparse.Namespace) -> int:
    if not any(options.notebook.resolve().parent.glob("*.ipynb")):  # told before the rooms are loaded
        raise CourseError(f"There is no {options.notebook.stem}.ipynb.")
    from autograder.grading.check import check

    found = check(options.notebook, isolation=options.isolation)
    print("\n".join(found.lines))
    return _OK if found.is_complete else _SOMETHING_FAILED


def _add_new(commands: argparse._SubParsersAction, command: Command) -> None:
    parser = command(
        commands, "new", _new, "begin a new assignment: notebook, spec and rubric that already work"
    )
    parser.add_argument(
        "name", metavar="NAME", help="small letters, digits and hyphens, such as membrane-charge"
    )
    parser.add_argument("--rubrics", metavar="FOLDER", type=Path, help="where to (default: solutions)")


def _new(options: argparse.Namespace) -> int:
    from autograder.authoring.new import create

    folder = create(options.rubrics or default_rubrics(), options.name)
    print(f"{folder}: fill in what says TODO, then: autograder derive {options.name}; "
          f"autograder release {options.name}")  # fmt: skip
    return _OK


def _add_fuzz(commands: argparse._SubParsersAction, command: Command) -> None:
    words = "hand in odd values by the thousand, and say what the judge does not stand"
    parser = command(commands, "fuzz", _fuzz, words)
    _one_rubric(parser)
    parser.add_argument("--count", metavar="N", type=int, default=1000, help="how many (default: 1000)")
    parser.add_argument("--seed", metavar="N", type=int, default=0, help="number of the first (default: 0)")


def _fuzz(options: argparse.Namespace) -> int:
    folders = solutions_in(options.rubrics or default_rubrics(), options.assignment)
    from autograder.authoring.fuzz import fuzz

    return max(fuzz(folder, options.count, options.seed) for folder in folders)


def _add_lazy(commands: argparse._SubParsersAction, command: Command) -> None:
    words = "measure what students earn who simulate nothing, and write lazy.json beside the rubric"
    _one_rubric(command(commands, "lazy", _lazy, words))


def _lazy(options: argparse.Namespace) -> int:
    folders = solutions_in(options.rubrics or default_rubrics(), options.assignment)
    from autograder.authoring.lazy import lazy

    return max(lazy(folder) for folder in folders)


def _one_rubric(parser: argparse.ArgumentParser) -> None:
    """An assignment, and where its rubric lies."""
    parser.add_argument("assignment", metavar="NAME", help="the assignment")
    words = "solutions and rubrics (default: solutions)"
    parser.add_argument("--rubrics", metavar="FOLDER", type=Path, help=words)


def _add_backup(commands: argparse._SubParsersAction, command: Command) -> None:
    parser = command(commands, "backup", _backup, "copy a whole course into one file")
    parser.add_argument("course", metavar="DIR", type=Path, help="the course folder")
    parser.add_argument(
        "--to", metavar="FILE", type=Path, required=True, help="the file, such as axons.tar.gz"
    )


def _backup(options: argparse.Namespace) -> int:
    from autograder.course.backup import save

    print(save(Course.open(options.course), options.to))
    return _OK


def _add_restore(commands: argparse._SubParsersAction, command: Command) -> None:
    parser = command(commands, "restore", _restore, "make a course again from such a file, here or elsewhere")
    parser.add_argument("file", metavar="FILE", type=Path, help="what `autograder backup` wrote")
    parser.add_argument("course", metavar="DIR", type=Path, help="the folder to make")
    parser.add_argument(
        "--rubrics", metavar="FOLDER", type=Path, help="where the solutions are on this machine"
    )


def _restore(options: argparse.Namespace) -> int:
    from autograder.course.backup import restore

    print(restore(options.file, options.course, options.rubrics).root)
    return _OK
