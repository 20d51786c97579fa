# SPDX-License-Identifier: BSD-3-Clause
"""The strict rebuild: a submission is the release with the student's answers in it, and nothing else.

Locked cells, order, metadata, tags, kernel and cell types come from the release, so that no change to them
reaches the grader. An answer is found by its nbgrader `grade_id`, wherever it stands.
"""

import copy
from collections.abc import Iterable

from nbformat import NotebookNode

from autograder.handin.pictures import clean_png

MAX_ANSWER_CHARS = 200_000

#: What students find in an answer cell of code.
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"

#: Tag of an answer cell that students get as it is.
GIVEN = "given"


def grade_id(cell: NotebookNode) -> str | None:
    """The cell's nbgrader id; None for cells that have none (or something else in its place)."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else None


def is_answer(cell: NotebookNode) -> bool:
    """Whether the release leaves this cell to the student (also where a person marks it)."""
    return grade_id(cell) is not None and bool(cell.metadata.nbgrader.get("solution"))


def rebuild(submitted: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """The release with the answer cells of a submission.

    Args:
        submitted: The student's notebook (nbformat 4), not trusted.
        release: The notebook as it was given out.

    Returns:
        The new notebook, without outputs, and remarks: one sentence for each answer that is missing, doubled,
        of another type or too long.
    """
    rebuilt = copy.deepcopy(release)
    remarks: list[str] = []
    for cell in rebuilt.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_answer(cell):
            _take_answer(cell, _candidates(cell, submitted.cells), remarks)
    return rebuilt, remarks


def _candidates(cell: NotebookNode, submitted: Iterable[NotebookNode]) -> list[NotebookNode]:
    """The submitted cells with the answer's grade id; where that is lost, those with its cell id."""
    theirs = list(submitted)
    found = [other for other in theirs if grade_id(other) == grade_id(cell)]
    if found or "id" not in cell:
        return found
    return [other for other in theirs if other.get("id") == cell.id and grade_id(other) is None]


def _take_answer(cell: NotebookNode, found: list[NotebookNode], remarks: list[str]) -> None:
    """Put the last of the candidates into the cell, and say what was unusual."""
    name = grade_id(cell)
    if not found:
        remarks.append(f"The answer cell {name!r} is missing; it was graded as it was given out.")
        return
    answer = found[-1]
    if len(found) > 1:
        remarks.append(f"The answer cell {name!r} stands {len(found)} times; the last one was graded.")
    if answer.get("cell_type") != cell.cell_type:
        remarks.append(
            f"The answer cell {name!r} was a {answer.get('cell_type')} cell; it was graded as "
            f"{cell.cell_type}."
        )
    if len(answer.source) > MAX_ANSWER_CHARS:
        remarks.append(
            f"The answer cell {name!r} is longer than {MAX_ANSWER_CHARS} characters; it was left out."
        )
        return
    cell.source = answer.source
    if cell.cell_type == "markdown":
        _take_pictures(cell, answer)


def _take_pictures(cell: NotebookNode, answer: NotebookNode) -> None:
    """Pictures pasted into a written answer: PNG alone, rebuilt."""
    cell.pop("attachments", None)
    attachments = answer.get("attachments")
    if not isinstance(attachments, dict):
        return
    bundles = {name: bundle for name, bundle in attachments.items() if isinstance(bundle, dict)}
    pictures = {name: clean_png(bundle.get("image/png")) for name, bundle in bundles.items()}
    kept = {name: {"image/png": picture} for name, picture in pictures.items() if picture}
    if kept:
        cell.attachments = NotebookNode(kept)


def graded_cells(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that carry points, by their grade id."""
    cells = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]
    return {cell.metadata.nbgrader.grade_id: cell for cell in cells}


def is_given(cell: NotebookNode) -> bool:
    """Whether students get the cell as it is, to change a word in it."""
    return GIVEN in cell.metadata.get("tags", [])


def is_written(cell: NotebookNode) -> bool:
    """Whether a graded cell is the student's own text, to be marked by hand."""
    return bool(cell.metadata.nbgrader.get("solution") or cell.metadata.nbgrader.get("task"))
