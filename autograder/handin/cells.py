# SPDX-License-Identifier: BSD-3-Clause
"""The rebuild: a submission is the release with the student's answers and own cells in it, nothing else.

Locked cells, their order, metadata, tags, kernel and cell types come from the release, so that no change to
them reaches the grader. `autograder.handin.match` says which cell is which; cells of code that are the
student's own run where they stand, between the locked ones.
"""

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.handin import passed_over
from autograder.handin.match import Matched, grade_id, is_answer, match, plain
from autograder.handin.pictures import clean_png

__all__ = ["CODE_STUB", "grade_id", "graded_cells", "is_answer", "is_given", "is_written", "rebuild"]

MAX_ANSWER_CHARS = 200_000
MAX_OWN_CELLS = 300

#: What students find in an answer cell of code.
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"

#: Tag of an answer cell that students get as it is.
GIVEN = "given"

#: How the remark begins when no answer of a notebook is found.
NOT_RECOGNIZED = "Your answers were not recognized"
_HOW_TO_BE_FOUND = (
    "the cells of the assignment are not in this notebook, or were changed. Open the notebook that was given "
    "out, put your answers between its locked cells, and hand in that file."
)


def rebuild(submitted: NotebookNode, release: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """The release with the answers and the own cells of a submission.

    Args:
        submitted: The student's notebook (nbformat 4), not trusted.
        release: The notebook as it was given out.

    Returns:
        The new notebook, without outputs, and remarks: one sentence for each answer that is missing, of
        another type or too long, and for each locked cell that was changed.
    """
    rebuilt = copy.deepcopy(release)
    matched = match(submitted.cells, release.cells)
    remarks = _on_the_whole(matched, release)
    after: dict[int, list[NotebookNode]] = {}
    for place, cell in enumerate(rebuilt.cells):
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_answer(cell):
            pieces = [submitted.cells[position] for position in matched.pieces.get(place, [])]
            after[place] = _take_answer(cell, pieces, remarks)
        elif place in matched.pieces:
            _remark_change(cell, submitted.cells[matched.pieces[place][0]], remarks)
    _take_own(rebuilt, submitted, matched, after, remarks)
    for number, cell in enumerate((one for place in sorted(after) for one in after[place]), 1):
        cell["id"] = f"own-{number}"
    rebuilt.cells = [one for place, cell in enumerate([None, *rebuilt.cells], -1)
                     for one in (cell, *after.get(place, ())) if one is not None]  # fmt: skip
    return rebuilt, remarks


def _on_the_whole(matched: Matched, release: NotebookNode) -> list[str]:
    """The remark on a notebook in which no answer is found."""
    answers = [place for place, cell in enumerate(release.cells) if is_answer(cell) and not is_given(cell)]
    if not answers or any(place in matched.pieces for place in answers):
        return []
    return [f"{NOT_RECOGNIZED}: {_HOW_TO_BE_FOUND}"]


def _take_answer(cell: NotebookNode, pieces: list[NotebookNode], remarks: list[str]) -> list[NotebookNode]:
    """Put the pieces of an answer into the cell; what are further pieces of code become cells behind it."""
    name, given = grade_id(cell), plain(cell.source)
    if not pieces:
        if not any(remark.startswith(NOT_RECOGNIZED) for remark in remarks):
            remarks.append(f"The answer cell {name!r} is missing; it was graded as it was given out.")
        return []
    filled = [piece for piece in pieces if piece.source.strip() and plain(piece.source) != given]
    kept = [piece for piece in filled if piece.cell_type == cell.cell_type] or filled
    if not kept:
        cell.source = pieces[0].source
        return []
    if kept[0].cell_type != cell.cell_type:
        was, now = kept[0].cell_type, cell.cell_type
        remarks.append(f"The answer cell {name!r} was a {was} cell; it was graded as {now}.")
    if sum(len(piece.source) for piece in kept) > MAX_ANSWER_CHARS:
        remarks.append(
            f"The answer cell {name!r} is longer than {MAX_ANSWER_CHARS} characters; it was left out."
        )
        return []
    if cell.cell_type == "markdown":
        cell.source = "\n\n".join(piece.source for piece in kept)
        _take_pictures(cell, kept)
        return []
    cell.source = passed_over.without(kept[0].source)
    return [_own(piece) for piece in kept[1:]]


def _remark_change(cell: NotebookNode, theirs: NotebookNode, remarks: list[str]) -> None:
    """A locked cell of code that was changed runs as it was given out; what was written there is not read."""
    if cell.cell_type == "code" and plain(theirs.source) not in ("", plain(cell.source)):
        remarks.append(
            f"The locked cell {grade_id(cell)!r} was changed; the grader runs its own. What an answer needs "
            "belongs into the answer cell above it, or into a cell of your own."
        )


def _take_own(
    rebuilt: NotebookNode,
    submitted: NotebookNode,
    matched: Matched,
    after: dict[int, list[NotebookNode]],
    remarks: list[str],
) -> None:
    """The student's own cells of code, each where it stands; an untouched answer behind one needs no stub.

    Own text between the same locked cells continues a written answer.
    """
    first = next((p for p, cell in enumerate(rebuilt.cells) if is_answer(cell) and not is_given(cell)), 0)
    own: dict[int, list[NotebookNode]] = {}
    own_chars = own_cells = 0
    for position in matched.own:
        cell = submitted.cells[position]
        place = matched.anchor(position) if matched.pieces else first - 1
        if cell.cell_type == "markdown":
            _continue_written(rebuilt, place, cell)
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        own_cells, own_chars = own_cells + 1, own_chars + len(cell.source)
        if own_cells > MAX_OWN_CELLS or own_chars > MAX_ANSWER_CHARS:
            remarks.append("Your own cells are too many or too long; the last of them were left out.")
            break
        own.setdefault(place, []).append(_own(cell))
    for place, cells in own.items():
        after[place] = [*after.get(place, ()), *cells]
    if own:
        _empty_stubs(rebuilt, min(own))


def _continue_written(rebuilt: NotebookNode, place: int, theirs: NotebookNode) -> None:
    """Add own text to the written answer right before it, or right behind; elsewhere it is for reading."""
    for near in (place, place + 1):
        cell = rebuilt.cells[near] if 0 <= near < len(rebuilt.cells) else None
        if cell is not None and cell.cell_type == "markdown" and is_answer(cell) and theirs.source.strip():
            untouched = plain(cell.source) in ("", "YOUR ANSWER HERE")
            text = theirs.source if untouched else f"{cell.source}\n\n{theirs.source}"
            if len(text) <= MAX_ANSWER_CHARS:
                cell.source = text
                _take_pictures(cell, [cell, theirs])
            return


def _empty_stubs(rebuilt: NotebookNode, place: int) -> None:
    """Where a student's own cell may hold an answer, the untouched stub behind it must not stop the run."""
    for position, cell in enumerate(rebuilt.cells):
        if (
            position >= place
            and cell.cell_type == "code"
            and is_answer(cell)
            and plain(cell.source) == plain(CODE_STUB)
        ):
            cell.source = ""


def _own(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's own: its code, and nothing that came with it."""
    return new_code_cell(passed_over.without(cell.source))


def _take_pictures(cell: NotebookNode, pieces: list[NotebookNode]) -> None:
    """Pictures pasted into a written answer: PNG alone, rebuilt."""
    found = [piece.get("attachments") for piece in pieces]
    cell.pop("attachments", None)
    bundles = {
        name: bundle
        for attachments in found
        if isinstance(attachments, dict)
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
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
