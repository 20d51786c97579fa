# SPDX-License-Identifier: BSD-3-Clause
"""Fill a course folder with the sample class: students who did well, and students who did what students do.

    autograder init _build/sample-course --key sample
    python tests/autograder/sample_class/make.py _build/sample-course
    autograder grade _build/sample-course
    autograder report _build/sample-course

Each file in `students` is one student: a comment that says who this is, then the answers, one cell each,
under the grade id of the answer cell (`# %% threshold-answer`); a written answer stands as a comment. The
first comment's line `starts from: solution` (or `release`) says what stands in the answer cells that the file
leaves out. Marks depend on a student's own parameters, so the class is made with the key "sample".
"""

import re
import sys
from pathlib import Path

import jupytext
import nbformat

from autograder.course import Course
from autograder.handin.cells import grade_id, is_answer

STUDENTS = Path(__file__).resolve().parent / "students"
ASSIGNMENT = "squid-axon"


def fill(course: Course) -> list[str]:
    """Hand in for every student of the class; returns their ids."""
    release = nbformat.read(course.release(ASSIGNMENT) / f"{ASSIGNMENT}.ipynb", as_version=4)
    solution = solution_answers(course.solution(ASSIGNMENT) / f"{ASSIGNMENT}.py")
    for path in sorted(STUDENTS.glob("*.py")):
        notebook = nbformat.from_dict(release)
        answer(notebook, path, solution)
        target = course.submitted(path.stem, ASSIGNMENT) / f"{ASSIGNMENT}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(nbformat.writes(notebook), encoding="utf-8")
    return [path.stem for path in sorted(STUDENTS.glob("*.py"))]


def answer(notebook: nbformat.NotebookNode, path: Path, solution: dict[str, str]) -> None:
    """Write one student's answers into the notebook.

    Raises:
        ValueError: When the file names an answer cell that the release does not have.
    """
    head, *parts = re.split(r"^# %% (\S+)\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    cells = {grade_id(cell): cell for cell in notebook.cells if is_answer(cell)}
    answers = {"student-id": f'student = "{path.stem}"'}
    if "starts from: solution" in head:
        answers = {**solution, **answers}
    answers |= dict(zip(parts[::2], parts[1::2], strict=True))
    if unknown := answers.keys() - cells.keys():
        raise ValueError(f"{path.name} answers {', '.join(sorted(unknown))}, which the release does not ask")
    for name, source in answers.items():
        cells[name].source = _prose(source) if cells[name].cell_type == "markdown" else source.strip()


def _prose(source: str) -> str:
    """A written answer, which stands in a student's file as a comment."""
    return re.sub(r"^# ?", "", source.strip(), flags=re.MULTILINE)


def solution_answers(path: Path) -> dict[str, str]:
    """The answers of the solution in code by grade id, without nbgrader's marks."""
    cells = [cell for cell in jupytext.read(path).cells if is_answer(cell) and cell.cell_type == "code"]
    markers = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", flags=re.MULTILINE)
    return {grade_id(cell): markers.sub("", cell.source) for cell in cells}


if __name__ == "__main__":
    print(f"Handed in for {', '.join(fill(Course.open(Path(sys.argv[1]))))}.")
