# SPDX-License-Identifier: BSD-3-Clause
"""The command line: `autograder COMMAND`, from a new course folder to the exported marks."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from autograder import desk
from autograder.course.folder import Course, CourseError, default_rubrics, solutions_in, write_atomically

_OK, _SOMETHING_FAILED, _USAGE = 0, 1, 2

_EXAMPLES = """\
examples:
  autograder init ~/axons                       a course folder outside the repository, with a key of its own
  autograder grade ~/axons                      grade what was handed in since the last time
  autograder grade ~/axons --student ada7 --regrade
  autograder collect ~/axons squid-axon all.zip --roster gradebook.csv
  autograder report ~/axons                     one page about the class
  autograder export ~/axons --to marks.csv
  autograder export ~/axons squid-axon --into gradebook.csv --to import.csv
  autograder return ~/axons squid-axon --to feedback.zip
  autograder check squid-axon.ipynb             for a student: is all handed in?
  autograder params ada7 --course ~/axons       one student's parameters and solved numbers

exit codes: 0 done; 1 a submission could not be graded (it is named), or a derivation found no room; 2 usage;
3 a file was not collected (it is named)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands behind `autograder` on the command line; `sys.argv` when None.

    Returns:
        0 when all was done, 1 when something could not be graded, 2 when the command cannot be carried out.
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except CourseError as error:
        print(f"autograder: {error}", file=sys.stderr)
        return _USAGE
    except ModuleNotFoundError as error:  # a student's environment has no grader
        words = f'{error.name} is not installed; grading needs the group grader: pip install ".[grader]".'
        print(f"autograder: {words}", file=sys.stderr)
        return _USAGE
    except KeyboardInterrupt:
        print("autograder: stopped; the next run goes on from here.", file=sys.stderr)
        return _SOMETHING_FAILED
    except BrokenPipeError:  # `autograder export DIR | head`
        sys.stderr.close()
        return _OK


def _parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    parser = argparse.ArgumentParser(
        prog="autograder",
        description="Release, grade and report assignments whose simulations are compared with references.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        _add_init,
        _add_release,
        _add_grade,
        _add_feedback,
        _add_report,
        _add_export,
        _add_derive,
        _add_fairness,
        _add_params,
    ):
        add(commands)
    desk.add_to(commands, _command)
    return parser


def _command(
    commands: argparse._SubParsersAction, name: str, run: Callable, words: str
) -> argparse.ArgumentParser:
    """One subcommand, whose help is its description."""
    parser = commands.add_parser(name, help=words, description=words[0].upper() + words[1:] + ".")
    parser.set_defaults(run=run)
    return parser


def _add_course(parser: argparse.ArgumentParser) -> None:
    """The course folder, and one assignment of it."""
    parser.add_argument("course", metavar="DIR", type=Path, help="the course folder")
    words = "one assignment; all when left out"
    parser.add_argument("assignment", nargs="?", metavar="ASSIGNMENT", help=words)


def _add_init(commands: argparse._SubParsersAction) -> None:
    parser = _command(commands, "init", _init, "make a course folder with every assignment released in it")
    parser.add_argument("course", metavar="DIR", type=Path, help="a new folder outside the repository")
    parser.add_argument("--key", help="the term's key (default: a new random one)")
    parser.add_argument(
        "--rubrics", metavar="FOLDER", type=Path, help="solutions and rubrics (default: solutions)"
    )
    words = "IANA name of the zone of due times, such as Europe/Zurich (default: this machine's)"
    parser.add_argument("--zone", metavar="NAME", help=words)


def _init(options: argparse.Namespace) -> int:
    from autograder.course.create import create

    course = create(options.course, key=options.key, rubrics=options.rubrics, zone=options.zone)
    zone = json.loads((course.root / "course.json").read_text(encoding="utf-8"))["zone"]
    print(f"Course folder {course.root}, released: {', '.join(course.assignments())}.")
    print(f"Give out the folders in {course.root / 'release'}; put what comes back into")
    print(f"{course.submitted('STUDENT', 'ASSIGNMENT') / 'ASSIGNMENT.ipynb'}, then run `autograder grade`.")
    print(f"Fill in: `due` in course.json, in the zone {zone} (as 2027-03-01 23:59), and roster.csv.")
    desk.warn_of_stale(solutions_in(course.rubrics))
    return _OK


def _add_release(commands: argparse._SubParsersAction) -> None:
    words = (
        "make what students get: with the open key into exercises/, or with the term's key in a course folder"
    )
    parser = _command(commands, "release", _release, words)
    parser.add_argument(
        "assignment", nargs="?", metavar="ASSIGNMENT", help="one assignment; all when left out"
    )
    parser.add_argument("--course", metavar="DIR", type=Path, help="release again inside this course folder")
    parser.add_argument(
        "--rubrics", metavar="FOLDER", type=Path, help="solutions and rubrics (default: solutions)"
    )
    parser.add_argument(
        "--to", metavar="FOLDER", type=Path, help="where to (default: exercises beside solutions)"
    )
    words = "with --course: students of this released assignment get new parameters (may be said again)"
    parser.add_argument("--new-parameters", metavar="ASSIGNMENT", action="append", default=[], help=words)


def _release(options: argparse.Namespace) -> int:
    course = Course.open(options.course) if options.course else None
    rubrics = course.rubrics if course else options.rubrics or default_rubrics()
    solutions = solutions_in(rubrics, options.assignment)
    from autograder.course.release import publish, release

    if course:
        for solution in solutions:
            is_new = solution.name in options.new_parameters
            if is_new:
                desk.say_affected(course, solution)
            print(release(solution, course.root, course.key, course.db_url, new_parameters=is_new))
        if missing := course.missing_settings():
            words = "has not the lines of a new course; write them, unless they are another way on purpose:"
            print("\n".join([f"{course.root / 'nbgrader_config.py'} {words}", *missing]), file=sys.stderr)
        desk.warn_of_stale(solutions)
        return _OK
    for solution in solutions:
        print(publish(solution, (options.to or rubrics.parent / "exercises") / solution.name))
    desk.warn_of_stale(solutions)
    return _OK


def _add_grade(commands: argparse._SubParsersAction) -> None:
    words = "run what was handed in in a sandbox, judge it, and write marks, gradebook and feedback"
    parser = _command(commands, "grade", _grade, words)
    _add_course(parser)
    parser.add_argument("--student", metavar="ID", help="this student alone")
    parser.add_argument("--regrade", action="store_true", help="also what is unchanged since its last mark")
    words = "why one student's work is graded again: kept in the record, and shown on the student's page"
    parser.add_argument("--reason", metavar="WORDS", help=words)
    parser.add_argument(
        "--isolation",
        choices=("bubblewrap", "limits"),
        default="bubblewrap",
        help="how students' code is kept apart (default: bubblewrap; limits protects little)",
    )
    words = "how many submissions at a time (default: one per core)"
    parser.add_argument("--jobs", metavar="N", type=_count, default=_cores(), help=words)
    words = "send the work to the Dask cluster with this scheduler, in place of this machine's cores"
    parser.add_argument("--scheduler", metavar="ADDRESS", help=words)


def _cores() -> int:
    """How many cores this process may use."""
    can_ask = hasattr(os, "sched_getaffinity")  # on Linux, where a container may be given a few of many
    return len(os.sched_getaffinity(0)) if can_ask else os.cpu_count() or 1


def _count(text: str) -> int:
    """A number of workers."""
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("at least one worker is needed")
    return count


def _grade(options: argparse.Namespace) -> int:
    course = Course.open(options.course)  # a slip in its name is told before the rooms are loaded
    from autograder.grading.grade import each_mark
    from autograder.grading.job import How
    from autograder.grading.keep import WITHDRAWN, new_changes
    from autograder.grading.marking import open_tasks

    if options.reason is not None:
        return desk.appeal(course, options)
    bad = done = 0
    how = How(options.isolation, jobs=options.jobs, scheduler=options.scheduler, progress=True)
    choice = {"student": options.student, "regrade": options.regrade, "how": how}
    for mark in each_mark(course, options.assignment, **choice):
        if mark["status"] == WITHDRAWN:
            aside = course.withdrawn(mark["student"], mark["assignment"])
            print(f"{mark['student']}: withdrawn, its last mark is put aside in {aside}.")
            continue
        done += 1
        for change in new_changes(mark):
            print(
                f"{mark['student']}: {change['task']} {change['from']:g} -> {change['to']:g} points, "
                f"{change['reason']}."
            )
        for sentence in open_tasks(mark):
            print(f"{mark['student']}: {sentence}", file=sys.stderr)
        if mark["status"] != "graded" or open_tasks(mark):
            bad += 1
            if mark["problem"]:
                print(f"{mark['student']}: {mark['problem']}", file=sys.stderr)
    desk.settled(course, _chosen(course, options.assignment))
    if not done:
        print(f"Nothing is new in {course.root / 'submitted'}: every submission has its mark.")
    elif bad:
        print(f"{done} graded now, {bad} of them could not be read or judged.")
    else:
        print(f"{done} graded now.")
    return _SOMETHING_FAILED if bad else _OK


def _add_feedback(commands: argparse._SubParsersAction) -> None:
    words = "write the students' pages again, with the marks and comments given by hand since"
    _add_course(_command(commands, "feedback", _feedback, words))


def _feedback(options: argparse.Namespace) -> int:
    course = Course.open(options.course)
    from autograder.pages.feedback import write_all

    for assignment in desk.settled(course, _chosen(course, options.assignment)):
        print(f"{write_all(course, assignment)} pages of {assignment} written.")
    return _OK


def _add_report(commands: argparse._SubParsersAction) -> None:
    words = "write one page about the class: points, tasks, mistakes, submissions that need a look"
    _add_course(_command(commands, "report", _report, words))


def _report(options: argparse.Namespace) -> int:
    course = Course.open(options.course)
    from autograder.pages.report import write

    chosen = _chosen(course, options.assignment)
    # an assignment that nobody was graded on yet has no page, unless it was asked for
    graded = [name for name in chosen if options.assignment or course.marks(name)] or chosen
    for assignment in desk.settled(course, graded):
        print(write(course, assignment))
    return _OK


def _add_export(commands: argparse._SubParsersAction) -> None:
    words = "marks as CSV, into Canvas's or Moodle's own file, or as Gradescope's results"
    parser = _command(commands, "export", _export, words)
    _add_course(parser)
    parser.add_argument("--to", metavar="FILE", type=Path, help="the file (default: standard output)")
    words = "fill in this file: Canvas's exported gradebook, or Moodle's grading worksheet"
    parser.add_argument("--into", metavar="TABLE", type=Path, help=words)
    parser.add_argument("--column", metavar="NAME", help="with --into: the heading of the column to fill in")
    words = "a zip with one results.json per student in Gradescope's form"
    parser.add_argument("--gradescope", action="store_true", help=words)


def _export(options: argparse.Namespace) -> int:
    course = Course.open(options.course)
    from autograder.pages.export import as_csv, rows

    chosen = desk.settled(course, _chosen(course, options.assignment))
    if options.into or options.gradescope:
        return desk.export_for_platform(course, chosen, options)
    table = as_csv([row for assignment in chosen for row in rows(course, assignment)])
    if options.to:
        write_atomically(options.to, table)  # readable by its owner alone
    else:
        sys.stdout.write(table)
    return _OK


def _add_derive(commands: argparse._SubParsersAction) -> None:
    words = "derive the tolerances of an assignment from its correct variants and its mistakes"
    _add_solutions(_command(commands, "derive", _derive, words))


def _add_solutions(parser: argparse.ArgumentParser) -> None:
    """One solution or all, to measure anew or to check."""
    parser.add_argument(
        "assignment", nargs="?", metavar="ASSIGNMENT", help="one assignment; all when left out"
    )
    parser.add_argument(
        "--rubrics", metavar="FOLDER", type=Path, help="solutions and rubrics (default: solutions)"
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing: compare what is there with a sample computed anew",
    )


def _derive(options: argparse.Namespace) -> int:
    solutions = solutions_in(options.rubrics or default_rubrics(), options.assignment)
    from autograder.authoring.derive import derive

    return max(derive(solution, options.check) for solution in solutions)


def _add_fairness(commands: argparse._SubParsersAction) -> None:
    words = "measure how fair derived tolerances are, on students and ways that they were not derived from"
    parser = _command(commands, "fairness", _fairness, words)
    _add_solutions(parser)
    words = "the held-out ways (default: tests/acceptance/held_out/ASSIGNMENT.py beside the rubrics' folder)"
    parser.add_argument("--held-out", metavar="FILE", type=Path, help=words)
    words = "how many cases at a time (default: one per core)"
    parser.add_argument("--jobs", metavar="N", type=_count, default=_cores(), help=words)


def _fairness(options: argparse.Namespace) -> int:
    found = solutions_in(options.rubrics or default_rubrics(), options.assignment)
    from autograder.authoring.fairness import fairness, held_out_file

    ways = {folder: options.held_out or held_out_file(folder) for folder in found}
    if not options.assignment:  # an assignment without held-out ways is not measured, unless it was asked for
        ways = {folder: file for folder, file in ways.items() if file.is_file()}
    for file in ways.values():
        if not file.is_file():
            raise CourseError(
                f"There are no held-out ways in {file}; write some, or name them with --held-out."
            )
    return max(
        (fairness(folder, file, options.check, options.jobs) for folder, file in ways.items()), default=0
    )


def _add_params(commands: argparse._SubParsersAction) -> None:
    words = "print the parameters of one student, and the numbers that follow from them"
    parser = _command(commands, "params", _params, words)
    parser.add_argument("student", metavar="STUDENT", help="the student's id")
    parser.add_argument(
        "--course", metavar="DIR", type=Path, help="the course folder (default: exercises here)"
    )


def _params(options: argparse.Namespace) -> int:
    course = Course.open(options.course) if options.course else None
    folder = course.root / "release" if course else default_rubrics().parent / "exercises"
    for path in sorted(folder.glob("*/handin.json")):
        solution = (course.rubrics if course else default_rubrics()) / path.parent.name
        print("\n".join(_solved(solution, path, options.student)))
    return _OK


def _solved(solution: Path, handin: Path, student: str) -> Iterator[str]:
    """Parameters, then one line per number of the reference, with its unit."""
    from autograder import rubric
    from autograder.handin.parameters import Parameters, own
    from autograder.handin.spec import parse
    from autograder.rubric import verdict

    public = json.loads(handin.read_text(encoding="utf-8"))
    spec = parse(public)
    values = own(spec, student)
    yield f"{spec.assignment}: {Parameters(values, spec.units)!r}"
    try:
        bench = verdict.Bench(rubric.load(solution), public)
    except rubric.RubricError as error:
        raise CourseError(f"{error}.") from None
    for task, numbers in verdict.solved(bench, values).items():
        for name, value in numbers.items():
            item = spec.tasks[task].items[name]
            shown = item.none if value is None else f"{value:.4g} {item.unit}".rstrip()
            yield f"  {task + '.' + name:<24}{shown:<16}{item.meaning}"


def _chosen(course: Course, assignment: str | None) -> list[str]:
    """The assignment named, or all."""
    if not assignment:
        return course.assignments()
    course.require(assignment)
    return [assignment]


if __name__ == "__main__":
    sys.exit(main())
