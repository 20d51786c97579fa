# SPDX-License-Identifier: BSD-3-Clause
"""NMODL text as it is read: its blocks, its comments, and a complaint about a line of it."""

import re
from dataclasses import dataclass

BLOCKS = (
    "NEURON", "UNITS", "PARAMETER", "CONSTANT", "ASSIGNED", "STATE", "INITIAL", "BREAKPOINT", "DERIVATIVE",
    "KINETIC", "LINEAR", "NONLINEAR", "FUNCTION", "PROCEDURE", "NET_RECEIVE", "BEFORE", "AFTER",
    "FUNCTION_TABLE", "CONSTRUCTOR", "DESTRUCTOR", "INDEPENDENT", "WATCH",
)  # fmt: skip
_COMMENT, _ENDCOMMENT = re.compile(r"\s*COMMENT\b"), re.compile(r"\s*ENDCOMMENT\b")
_REMARK = re.compile(r"^\s*TITLE\b.*|[:?].*")


@dataclass(frozen=True)
class Complaint:
    """What is wrong with a source.

    Attributes:
        line: number of the line, from 1; None where no line is to blame.
        sentence: what it means and what to do.
        words: NEURON's own words for it; empty where NEURON would have said nothing.
    """

    line: int | None
    sentence: str
    words: str = ""


def without_comments(source: str) -> str:
    """The source with comments and the title blanked out; every line keeps its number.

    It takes a time that grows with the length alone, also where a stranger wrote the source.
    """
    lines, is_inside = source.split("\n"), False
    last = max((number for number, line in enumerate(lines) if _ENDCOMMENT.match(line)), default=-1)
    for number, line in enumerate(lines):
        is_inside = is_inside or (number < last and bool(_COMMENT.match(line)))
        end = _ENDCOMMENT.match(line) if is_inside else None
        hidden = (end.end() if end else len(line)) if is_inside else 0
        is_inside = is_inside and not end
        lines[number] = " " * hidden + _REMARK.sub(lambda found: " " * len(found[0]), line[hidden:])
    return "\n".join(lines)


def first_line(pattern: str, text: str) -> int | None:
    """Number of the first line in which a pattern is found."""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def after_neuron(source: str) -> str:
    """The code with its NEURON block blanked out."""
    return re.sub(r"\bNEURON\s*\{[^}]*\}", lambda b: re.sub(r"[^\n]", " ", b[0]), without_comments(source))
