# SPDX-License-Identifier: BSD-3-Clause
"""Which cell of a student's notebook is which of the release, whatever an editor did to the notebook.

Editors and platforms drop metadata, or cell ids, or both; people split and copy cells, and add cells of their
own. A cell is known by, in this order: nbgrader's grade id, the cell id, its text (locked cells), its place
between the locked cells around it. All that is known as one answer are its pieces, in their order. What is
left is the student's own.
"""

from __future__ import annotations  # a student's notebook loads this room, and nbformat is heavy

import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

_TELLING_CHARS = 8


@dataclass
class Matched:
    """What was recognized.

    Attributes:
        pieces: by position in the release, the submitted cells that are this cell's, by position.
        own: positions of the submitted cells that are the student's own.
    """

    pieces: dict[int, list[int]] = field(default_factory=dict)
    own: list[int] = field(default_factory=list)

    def anchor(self, position: int) -> int:
        """The cell of the release that the submitted cell at `position` comes after; -1 for none."""
        known = {theirs: ours for ours, found in self.pieces.items() for theirs in found}
        return next((known[before] for before in range(position - 1, -1, -1) if before in known), -1)


def match(submitted: list[NotebookNode], release: list[NotebookNode]) -> Matched:
    """Recognize the cells of a submission."""
    matched = Matched()
    _by_marks(submitted, release, matched)
    _by_cell_id(submitted, release, matched)
    _by_text(submitted, release, matched)
    _by_place(submitted, release, matched)
    known = {theirs for found in matched.pieces.values() for theirs in found}
    matched.own = [position for position in range(len(submitted)) if position not in known]
    return matched


def grade_id(cell: Mapping[str, Any]) -> str | None:
    """The cell's nbgrader id; None for cells that have none (or something else in its place)."""
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    name = marks.get("grade_id") if isinstance(marks, dict) else None
    return name if isinstance(name, str) else None


def is_answer(cell: NotebookNode) -> bool:
    """Whether the release leaves this cell to the student (also where a person marks it)."""
    return grade_id(cell) is not None and bool(cell.metadata.nbgrader.get("solution"))


def plain(text: str) -> str:
    """The text without what editors change in passing: blanks at the ends of lines and around."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _by_marks(submitted: list[NotebookNode], release: list[NotebookNode], matched: Matched) -> None:
    """By grade id. A copy of a locked cell that was written over is a cell of the student's own."""
    places = {grade_id(cell): place for place, cell in enumerate(release) if grade_id(cell)}
    for position, cell in enumerate(submitted):
        if (place := places.get(grade_id(cell))) is not None:
            matched.pieces.setdefault(place, []).append(position)
    for place, found in matched.pieces.items():
        if len(found) > 1 and not is_answer(release[place]):
            text = plain(release[place].source)
            same = [position for position in found if plain(submitted[position].source) == text]
            matched.pieces[place] = same or found[:1]


def _by_cell_id(submitted: list[NotebookNode], release: list[NotebookNode], matched: Matched) -> None:
    """By the id that the release gave to each marked cell."""
    places = {cell.get("id"): place for place, cell in enumerate(release) if grade_id(cell)}
    for position, cell in enumerate(submitted):
        place = places.get(cell.get("id"))
        if place is not None and place not in matched.pieces and grade_id(cell) is None:
            matched.pieces[place] = [position]


def _by_text(submitted: list[NotebookNode], release: list[NotebookNode], matched: Matched) -> None:
    """Locked cells by their text; one that is not found so, by a text nearly the same in the right place."""
    free = _free(submitted, matched)
    for place in _unmatched(release, matched, answers=False):
        text = plain(release[place].source)
        same = [position for position in free if plain(submitted[position].source) == text and text]
        if same:
            inside = _gap(place, matched, len(submitted))
            position = next((one for one in same if one in inside), same[0])
            matched.pieces[place] = [position]
            free.remove(position)
    for place in _unmatched(release, matched, answers=False):
        inside = [one for one in free if one in _gap(place, matched, len(submitted))]
        near = [one for one in inside if _is_alike(submitted[one], release[place])]
        if near:
            matched.pieces[place] = near[:1]
            free.remove(near[0])


def _by_place(submitted: list[NotebookNode], release: list[NotebookNode], matched: Matched) -> None:
    """Answers by their place: code to the code answer between the same cells, text to the written one."""
    if not matched.pieces:
        return
    for place in _unmatched(release, matched, answers=True):
        gap = _gap(place, matched, len(submitted))
        kind = release[place].cell_type
        inside = [
            position
            for position in _free(submitted, matched)
            if position in gap
            and submitted[position].cell_type == kind
            and submitted[position].source.strip()
        ]
        rivals = [
            other
            for other in _unmatched(release, matched, answers=True)
            if other > place
            and release[other].cell_type == kind
            and _gap(other, matched, len(submitted)) == gap
        ]
        if inside:
            matched.pieces[place] = inside[:1] if rivals else inside


def _gap(place: int, matched: Matched, length: int) -> range:
    """The positions between what is known before a cell of the release and what is known after it."""
    known = sorted(matched.pieces)
    index = bisect.bisect_left(known, place)
    before = max(matched.pieces[known[index - 1]]) if index else -1
    after = min(matched.pieces[known[index]]) if index < len(known) else length
    return range(before + 1, after)


def _unmatched(release: list[NotebookNode], matched: Matched, *, answers: bool) -> list[int]:
    """The cells of the release that carry a grade id and are not found yet."""
    return [
        place
        for place, cell in enumerate(release)
        if grade_id(cell) and place not in matched.pieces and is_answer(cell) == answers
    ]


def _free(submitted: list[NotebookNode], matched: Matched) -> list[int]:
    """The submitted cells that are not recognized yet; one that carries another mark is not looked at."""
    known = {theirs for found in matched.pieces.values() for theirs in found}
    return [
        position
        for position, cell in enumerate(submitted)
        if position not in known and grade_id(cell) is None
    ]


def _is_alike(one: NotebookNode, other: NotebookNode) -> bool:
    """Whether two cells of one type begin or end with the same line; whole texts of strangers cost time."""
    if one.cell_type != other.cell_type:
        return False
    lines, others = plain(one.source).splitlines(), plain(other.source).splitlines()
    ends = [(lines[end], others[end]) for end in (0, -1) if lines and others]
    return any(mine == theirs and len(mine) >= _TELLING_CHARS for mine, theirs in ends)
