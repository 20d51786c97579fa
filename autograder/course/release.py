# SPDX-License-Identifier: BSD-3-Clause
"""From a solution to what students get.

A solution folder holds the notebook with its solution (jupytext's py:percent with nbgrader's
metadata), `spec.json` (the form of every hand-in), `acceptance.json` (derived tolerances and practice
windows), the rubric, and `manifest.json`:

```json
{"title": "The squid axon", "notebook": "squid-axon.py", "files": []}
```

nbgrader copies whatever lies in its source folder. Its source is therefore generated: the notebook, the
files that the manifest names, and `handin.json`. nbgrader's own converter then removes solutions: what
stands between BEGIN SOLUTION and END SOLUTION, or, in an answer cell without them, everything. An answer
cell that students get as it is (where they type their id) carries the tag `given`.
"""

import json
import logging
import shutil
import tempfile
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode, ValidationError
from traitlets.config import Config

from autograder.course import solution as solutions
from autograder.course.folder import Course, CourseError, solutions_in, write_atomically
from autograder.course.gradebook import connect
from autograder.handin import spec
from autograder.handin.cells import CODE_STUB, graded_cells, is_written

#: The key of the release that is committed; a course takes a key of its own each term.
OPEN_KEY = "open"

_KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def release_all(course: Course) -> list[str]:
    """Release every assignment of the course's rubrics; returns their names.

    Raises:
        CourseError: When there is none, or one cannot be released.
    """
    solutions = solutions_in(course.rubrics)
    return [release(solution, course.root, course.key, course.db_url).name for solution in solutions]


def publish(solution: Path, target: Path, key: str = OPEN_KEY) -> Path:
    """Write what students get of `solution` to the folder `target`, without a course.

    Raises:
        CourseError: When the solution folder is not complete.
    """
    with tempfile.TemporaryDirectory() as scratch:
        made = release(solution, Path(scratch), key)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
    return target


def release(
    solution: Path, root: Path, key: str, db_url: str | None = None, *, new_parameters: bool = False
) -> Path:
    """Make `source/NAME` and `release/NAME` under `root` from the folder `solution`; returns the release.

    What was there before stays until the new release is whole. The gradebook at `db_url` (that in `root`
    when None) learns of the assignment. Students keep the parameters of an earlier release, unless
    `new_parameters`
    asks for new ones.

    Raises:
        CourseError: When the solution folder is not complete, its parts do not agree, nbgrader refuses it, or
            students would get other parameters.
    """
    solution, name = Path(solution), Path(solution).name
    with tempfile.TemporaryDirectory(dir=root, prefix=".release-") as folder:
        scratch = Path(folder)
        _make_source(solution, scratch / "source" / name, key)
        if not new_parameters:
            _keep_parameters(root, name, scratch / "source" / name / "handin.json")
        _convert(scratch, name, db_url or f"sqlite:///{root / 'gradebook.db'}")
        path = scratch / "release" / name / f"{name}.ipynb"
        write_atomically(path, nbformat.writes(normalize(nbformat.read(path, as_version=4))) + "\n")
        for file in path.parent.rglob("*"):
            file.chmod(0o755 if file.is_dir() else 0o644)
        for step in ("source", "release"):
            _replace(root / step / name, scratch / step / name)
    return root / "release" / name


def _keep_parameters(root: Path, name: str, handin: Path) -> None:
    """Refuse a release that would give students other parameters than they have."""
    given, public = root / "release" / name / "handin.json", _read_json(handin)
    if solutions.changed_parameters(given, public):
        raise CourseError(
            f"{name} is released already, and this release would change parameters: of "
            f"{solutions.named(solutions.affected(root, given, public))}. Work on the old ones would be "
            f"wrong. If that is meant, say --new-parameters {name}."
        )


def _replace(old: Path, new: Path) -> None:
    """Put the folder `new` where `old` may be."""
    shutil.rmtree(old, ignore_errors=True)
    old.parent.mkdir(exist_ok=True)
    new.replace(old)


def normalize(notebook: NotebookNode) -> NotebookNode:
    """The notebook with stable cell ids, no outputs and no trace of the machine that made it."""
    for position, cell in enumerate(notebook.cells):
        grading = cell.metadata.get("nbgrader", {})
        cell["id"] = grading.get("grade_id") or f"cell-{position:02d}"
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in ("nbgrader", "tags")}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    notebook.metadata = {"kernelspec": _KERNELSPEC, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.from_dict(notebook)


def _make_source(solution: Path, source: Path, key: str) -> None:
    """Fill nbgrader's source folder with the notebook, the manifest's files and `handin.json`, only."""
    manifest = _read_json(solution / "manifest.json")
    source.mkdir(parents=True)
    try:
        notebook = normalize(jupytext.read(solution / manifest["notebook"]))
    except (OSError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise CourseError(f"{solution / manifest['notebook']} cannot be read: {reason}.") from None
    write_atomically(source / f"{solution.name}.ipynb", nbformat.writes(notebook) + "\n")
    solutions.check_keys(_read_json(solution / "spec.json"), manifest, solution)
    for name in manifest.get("files", []):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(solution / name, source / name)
    handin = public_form(solution, key)
    write_atomically(source / "handin.json", json.dumps(handin, indent=1, ensure_ascii=False) + "\n")
    _check_tasks(notebook, source / "handin.json")
    solutions.check_points(notebook, spec.read(source / "handin.json"), solution)


def public_form(solution: Path, key: str) -> dict:
    """The public form of every hand-in: the spec, the term's key, and the practice windows."""
    public = _read_json(solution / "spec.json")
    derived = solution / "acceptance.json"
    if not derived.exists():
        raise CourseError(f"{derived} is missing; run `autograder derive {solution.name}`, which makes it.")
    practice = _read_json(derived).get("practice", {})
    return {**public, "assignment": solution.name, "key": key, "practice": practice}


def _read_json(path: Path) -> dict:
    """The object in `path`, or a sentence that says what is missing."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{path} is missing; every assignment's solution folder needs one.") from None
    except ValueError as error:
        raise CourseError(f"{path} is not valid JSON: {error}.") from None


def _convert(root: Path, assignment: str, database: str) -> None:
    """Run nbgrader's `generate_assignment` on one assignment in the folder `root`."""
    from nbgrader.converters import GenerateAssignment  # takes half a second, needed here alone
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from autograder.course.release_steps import RELEASE_STEPS

    config = Config()
    config.ClearSolutions.code_stub = {"python": CODE_STUB}
    config.GenerateAssignment.preprocessors = RELEASE_STEPS
    with connect(database):
        pass  # makes the gradebook if there is none
    config.CourseDirectory.course_id = "default_course"  # the gradebook's own: PostgreSQL looks
    folder = CourseDirectory(root=str(root), db_url=database, assignment_id=assignment, config=config)
    converter = GenerateAssignment(coursedir=folder, force=True, config=config)
    said = _Memory()
    converter.log = folder.log = said.logger()
    try:
        converter.start()
    except (NbGraderException, OSError) as error:
        raise CourseError(f"nbgrader cannot release {assignment}: {said.last or error}") from error


class _Memory(logging.Handler):
    """Keeps what went wrong inside nbgrader: the last line of the traceback that it logs."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Remember the record's last line if it is a traceback."""
        message = record.getMessage().strip()
        if message.startswith("Traceback"):
            self.last = message.splitlines()[-1]

    def logger(self) -> logging.Logger:
        """A logger that writes here alone."""
        logger = logging.Logger("nbgrader", logging.WARNING)
        logger.addHandler(self)
        return logger


def _check_tasks(notebook: NotebookNode, handin: Path) -> None:
    """The spec is sound, and its tasks are the graded code cells by their grade ids."""
    try:
        tasks = set(spec.read(handin).tasks)
    except spec.SpecError as error:
        file = "run `autograder derive` for acceptance.json, or" if '"practice"' in str(error) else ""
        raise CourseError(
            f"{error}; {file} correct spec.json in the solution folder.".replace(";  ", "; ")
        ) from None
    graded = {name for name, cell in graded_cells(notebook).items() if not is_written(cell)}
    if graded != tasks:
        raise CourseError(
            f"Graded cells and the tasks of spec.json differ in {', '.join(sorted(graded ^ tasks))}: "
            "the cell that hands in a task carries the task's name as its grade id."
        )
