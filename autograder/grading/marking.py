# SPDX-License-Identifier: BSD-3-Clause
"""From a submission to its mark: rebuild, run in the sandbox, judge, count.

A mark is a function of the submission, the assignment and the versions of what simulates. Nothing here writes
into the course; `autograder.grading` keeps what is made here.
"""

import datetime
import hashlib
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.course import roster
from autograder.course.collect import SubmissionProblem, choose_submission, released
from autograder.course.folder import Course, CourseError
from autograder.grading.judge import Judge, JudgeProblem
from autograder.handin import identity
from autograder.handin.cells import (
    NOT_RECOGNIZED,
    grade_id,
    graded_cells,
    is_answer,
    is_given,
    is_written,
    rebuild,
)
from autograder.rubric import digest as rubric_digest
from autograder.rubric import earlier_digests, file_of
from autograder.rubric.verdict.record import OPEN
from autograder.sandbox.isolation import SandboxError
from autograder.sandbox.runner import Limits, Protocol, Run, run_notebook

GRADED, UNREADABLE, NOT_GRADED = "graded", "unreadable", "not graded"
_DECIDING = ("neuroscales", "neuron", "numpy")


@dataclass(frozen=True)
class Assignment:
    """What marking one assignment needs, read once for the class.

    Attributes:
        name: The assignment's name.
        notebook: The released notebook.
        spec: The released `handin.json`.
        files: The other released files, by name.
        rubric: The folder of its rubric.
        made_with: What decides a mark beside the submission: digests of release and rubric, and the versions
            of what simulates.
        earlier_rubrics: Digests that this very rubric had before; marks made with them hold.
    """

    name: str
    notebook: NotebookNode
    spec: dict
    files: dict[str, bytes]
    rubric: Path
    made_with: dict[str, str]
    earlier_rubrics: frozenset[str] = frozenset()

    @classmethod
    def read(cls, course: Course, name: str) -> "Assignment":
        """Read the release of `name`.

        Raises:
            CourseError: When it is not released, or its rubric is not there.
        """
        course.require(name)
        rubric = course.solution(name)
        if not file_of(rubric).is_file():
            raise CourseError(
                f"{rubric} has no rubric.py, and no folder rubric; correct `rubrics` in course.json."
            )
        folder = course.release(name)
        notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".ipynb"]
        files = {str(path.relative_to(folder)): path.read_bytes() for path in paths}
        release = _digest([json.dumps(notebook, sort_keys=True), repr(files)])
        made_with = {"release": release, "rubric": rubric_digest(rubric)} | deciding_versions()
        handin = json.loads(files["handin.json"])
        return cls(name, notebook, handin, files, rubric, made_with, earlier_digests(rubric))

    @property
    def digest(self) -> str:
        """Changes with the release, the rubric, and the versions of what simulates."""
        return _assignment_digest(self.made_with)

    def made(self, mark: dict) -> bool:
        """Whether a mark was made with this release, this rubric and these versions."""
        same = [self.made_with | {"rubric": rubric} for rubric in self.earlier_rubrics]
        return mark["digests"]["assignment"] in map(_assignment_digest, [self.made_with, *same])

    def max_points(self) -> dict[str, float]:
        """Points of each graded cell, by its grade id."""
        cells = graded_cells(self.notebook).items()
        return {name: float(cell.metadata.nbgrader.points) for name, cell in cells}


@dataclass(frozen=True)
class Submission:
    """One student's work as it was handed in: a notebook, or the sentence why there is none.

    Attributes:
        student: The owner.
        notebook: What was handed in.
        problem: Why there is none.
        acts_as: Whose parameters count where the owner typed another name of his or hers; "" for the owner's.
        id_line: What is run in place of the id that was typed; "" to leave that.
        remarks: What the student is told about the file and the id.
    """

    student: str
    notebook: NotebookNode | None
    problem: str = ""
    acts_as: str = ""
    id_line: str = ""
    remarks: tuple[str, ...] = ()

    @classmethod
    def read(cls, course: Course, assignment: str, student: str) -> "Submission":
        """Collect the work of `student`; what cannot be read becomes the submission's problem."""
        release = released(course, assignment)
        try:
            notebook, remark = choose_submission(course.submitted(student, assignment), assignment, release)
        except SubmissionProblem as problem:
            return cls(student, None, str(problem))
        rebuilt, _ = rebuild(notebook, release)
        who = identity.identify(rebuilt, student, roster.whose(course), identity.variable(release))
        acts_as = "" if who.acts_as == student else who.acts_as
        remarks = tuple(filter(None, (remark, who.sentence)))
        return cls(student, notebook, "", acts_as, who.line, remarks)

    @property
    def parameters_of(self) -> str:
        """The id whose parameters the work is judged with."""
        return self.acts_as or self.student

    def rebuilt(self, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
        """The release with this student's answers, own cells and id, and the remarks on them."""
        notebook, remarks = rebuild(self.notebook or release, release)
        identity.put(notebook, self.id_line)
        return notebook, [*self.remarks, *remarks]

    def digest(self) -> str:
        """Changes with the work, and with what it counts as."""
        counts_as = [self.acts_as, self.id_line, *self.remarks]
        unusual = counts_as if any(counts_as) else []
        return _digest([self.student, json.dumps(self.notebook, sort_keys=True), self.problem, *unusual])


@dataclass
class Outcome:
    """A mark that is not kept yet.

    Attributes:
        mark: The record, ready for JSON: points, verdicts, and what produced them.
        notebook: The executed notebook; each graded cell shows its points as nbgrader reads them.
        answered: By grade id of each answer cell, whether the student changed it.
    """

    mark: dict
    notebook: NotebookNode
    answered: dict[str, bool] = field(default_factory=dict)


@dataclass
class Finding:
    """What running and judging one submission gave: all that a worker contributes to a mark.

    Attributes:
        status: GRADED, UNREADABLE or NOT_GRADED.
        problem: One sentence, if something went wrong.
        notebook: The notebook with the student's answers, executed where it could be.
        remarks: One sentence for each oddity.
        result: The judge's verdicts.
        isolation: What kept the notebook in.
        times_s: Wall time in s of each step.
    """

    status: str
    problem: str
    notebook: NotebookNode
    remarks: list[str] = field(default_factory=list)
    result: dict | None = None
    isolation: str = ""
    times_s: dict[str, float] = field(default_factory=dict)


def mark_submission(
    assignment: Assignment, submission: Submission, judge: Judge, limits: Limits, isolation: str
) -> Outcome:
    """Run and judge one submission.

    Returns:
        The outcome, always: what cannot be read is marked with zero, what cannot be judged is left open.

    Raises:
        CourseError: When notebook and rubric do not agree on the points, so that nobody's mark could be
            right.
    """
    return compose(assignment, submission, find(assignment, submission, judge, limits, isolation))


def find(
    assignment: Assignment, submission: Submission, judge: Judge, limits: Limits, isolation: str
) -> Finding:
    """Run a submission in the sandbox, and have the judge compare what it handed in.

    Raises:
        CourseError: When the rubric is not the one that the assignment was read with.
    """
    if submission.notebook is None:
        return Finding(UNREADABLE, submission.problem, assignment.notebook)
    clock = Clock()
    notebook, remarks = submission.rebuilt(assignment.notebook)
    asked = {"rubric": str(assignment.rubric), "student": submission.parameters_of, "spec": assignment.spec}
    try:
        protocols = {task: Protocol(**one) for task, one in judge.protocols(**asked).items()}
        clock.lap("prepare")
        run = run_notebook(
            notebook,
            assignment.files,
            protocols=protocols,
            spec=assignment.spec,
            student=submission.student,
            limits=limits,
            isolation=isolation,
        )
        clock.lap("run")
        result = judge.judge({**asked, "handins": run.handins, "protocols": run.protocols})
        _require_same_rubric(assignment, result)
    except (JudgeProblem, SandboxError) as problem:
        return Finding(NOT_GRADED, str(problem), notebook)
    clock.lap("judge")
    problem, remarks = _problem(run, assignment.notebook, remarks), remarks + run.remarks
    return Finding(GRADED, problem, run.notebook, remarks, result, run.isolation, clock.laps)


def left_open(assignment: Assignment, submission: Submission, problem: str) -> Finding:
    """The finding on work that was neither run nor judged to its end, through no fault of its own."""
    notebook, _ = submission.rebuilt(assignment.notebook)
    return Finding(NOT_GRADED, problem, notebook)


def open_tasks(mark: dict) -> list[str]:
    """A sentence for each task of a mark that the judge could not judge, and left open."""
    verdicts = mark["result"]["verdicts"] if mark["result"] else []
    return [f"{one['task']}: {one['note']}" for one in verdicts if one["status"] == OPEN]


def compose(assignment: Assignment, submission: Submission, finding: Finding) -> Outcome:
    """The mark that follows from a finding.

    Raises:
        CourseError: When notebook and rubric do not agree on the points.
    """
    mark = {
        "format": 1,
        "assignment": assignment.name,
        "title": assignment.spec.get("title", assignment.name),
        "student": submission.student,
        "status": finding.status,
        "problem": finding.problem,
        "remarks": finding.remarks,
        "result": finding.result,
        "isolation": finding.isolation,
        "digests": {"assignment": assignment.digest, "submission": submission.digest()},
        "made_with": assignment.made_with,
        "changes": [],
        "graded_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds"),
        "times_s": dict(finding.times_s),
    }
    return _with_points(assignment, mark, finding.notebook)


def _require_same_rubric(assignment: Assignment, result: dict) -> None:
    """A rubric that was edited while the class was graded must not mix versions under one digest."""
    if result["versions"]["rubric"] != assignment.made_with["rubric"]:
        raise CourseError(
            f"The rubric of {assignment.name} was changed while the class was graded: start again."
        )


def _problem(run: Run, release: NotebookNode, remarks: list[str]) -> str:
    """What went wrong in the run; cells that nobody filled in stop as well, which is no crash."""
    lost = next((remark for remark in remarks if remark.startswith(NOT_RECOGNIZED)), "")
    if lost and not run.handins:
        return lost
    code = {grade_id(cell) for cell in release.cells if cell.cell_type == "code" and not is_given(cell)}
    answered = _answered(run.notebook, release)
    has_own = len(run.notebook.cells) > len(release.cells)
    if has_own or any(answered[name] for name in code & set(answered)):
        return run.problem or ""
    return "The answer cells are as they were given out."


def _with_points(assignment: Assignment, mark: dict, notebook: NotebookNode) -> Outcome:
    """Count the points of each graded cell, and write them where nbgrader reads them."""
    verdicts = {verdict["task"]: verdict for verdict in mark["result"]["verdicts"]} if mark["result"] else {}
    maxima = assignment.max_points()
    _compare_points(assignment, verdicts, maxima)
    notebook = nbformat.from_dict(notebook)
    answered = _answered(notebook, assignment.notebook)
    mark["points"], mark["max_points"] = {}, maxima
    for name, cell in graded_cells(notebook).items():
        points = _points(name, cell, mark["status"], verdicts, answered)
        mark["points"][name] = points
        if not is_written(cell):
            cell.outputs = _score(points, maxima[name], verdicts.get(name), mark["problem"])
    return Outcome(mark, notebook, answered)


def _compare_points(assignment: Assignment, verdicts: dict[str, dict], maxima: dict[str, float]) -> None:
    """Notebook and rubric must agree on what a task is worth, or the class gets wrong marks."""
    for task, verdict in verdicts.items():
        if maxima.get(task) != float(verdict["max_points"]):
            raise CourseError(
                f"{assignment.name}: the notebook gives {maxima.get(task, 0):g} points for {task}, "
                f"the rubric {verdict['max_points']:g}; make them equal and release again."
            )


def _points(
    name: str, cell: NotebookNode, status: str, verdicts: dict[str, dict], answered: dict[str, bool]
) -> float | None:
    """Points of one graded cell; None where a person must decide."""
    if status == UNREADABLE:
        return 0.0
    if is_written(cell):
        return None if answered.get(name, True) else 0.0
    if status == NOT_GRADED or verdicts.get(name, {}).get("status") == OPEN:
        return None
    return float(verdicts[name]["points"]) if name in verdicts else 0.0


def _answered(notebook: NotebookNode, release: NotebookNode) -> dict[str, bool]:
    """By grade id of each answer cell, whether it differs from what was given out."""
    given = {grade_id(cell): cell.source.strip() for cell in release.cells if is_answer(cell)}
    answers = [cell for cell in notebook.cells if is_answer(cell)]
    return {
        grade_id(cell): cell.source.strip() != given[grade_id(cell)]
        and not (cell.cell_type == "code" and not cell.source.strip())  # a stub that an own cell replaced
        for cell in answers
    }


def _score(points: float | None, maximum: float, verdict: dict | None, problem: str) -> list[NotebookNode]:
    """Outputs of a graded cell: sentences to read, and the number in which nbgrader reads the same points.

    nbgrader takes the first result that is a Python float; an empty output, NaN or `np.float64(0.5)` would
    count as full points.
    """
    if points is None:
        text = f"Not graded yet. {verdict['note'] if verdict else problem}"
    else:
        notes = (
            [verdict["note"], *(check["sentence"] for check in verdict["checks"])] if verdict else [problem]
        )
        text = "\n".join([f"{points:g} of {maximum:g} points.", *filter(None, notes)])
    number = repr(float(points or 0.0))
    return [
        nbformat.v4.new_output("stream", name="stdout", text=f"{text}\n"),
        nbformat.v4.new_output("execute_result", {"text/plain": number}, execution_count=1),
    ]


def deciding_versions() -> dict[str, str]:
    """Versions of the packages that decide what a simulation gives."""
    return {package: version(package) for package in _DECIDING}


def _assignment_digest(made_with: dict[str, str]) -> str:
    return _digest(f"{name} {value}" for name, value in made_with.items())


def _digest(parts: Iterable[str]) -> str:
    """One number for all parts, in order."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()


class Clock:
    """Wall times of the steps of one submission, in seconds."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, step: str) -> None:
        """Note the time since the last call under the name of the step that ended."""
        now = time.perf_counter()
        self.laps[step] = round(now - self._last, 3)
        self._last = now
