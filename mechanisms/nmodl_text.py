# SPDX-License-Identifier: BSD-3-Clause
"""NMODL text as it is read: its blocks, its comments, and a complaint about a line of it."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

BLOCKS = (
    "NEURON", "UNITS", "PARAMETER", "CONSTANT", "ASSIGNED", "STATE", "INITIAL", "BREAKPOINT", "DERIVATIVE",
    "KINETIC", "LINEAR", "NONLINEAR", "FUNCTION", "PROCEDURE", "NET_RECEIVE", "BEFORE", "AFTER",
    "FUNCTION_TABLE", "CONSTRUCTOR", "DESTRUCTOR", "INDEPENDENT", "WATCH",
)  # fmt: skip
_COMMENT, _ENDCOMMENT = re.compile(r"\s*COMMENT\b"), re.compile(r"\s*ENDCOMMENT\b")
_REMARK = re.compile(r'^\s*TITLE\b.*|"[^"]*"|[:?].*')
_PRINTED = re.compile(r'\bprintf\s*\(\s*"[^"]*"')
_INCLUDED = re.compile(r'^\s*INCLUDE\s+"([^"\n]+)"', re.MULTILINE)


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
    return "\n".join(_REMARK.sub(_blank, line) for line in without_blocks(source).split("\n"))


def without_blocks(source: str) -> str:
    """The source with its COMMENT blocks blanked out, and nothing else."""
    lines, is_inside = source.split("\n"), False
    last = max((number for number, line in enumerate(lines) if _ENDCOMMENT.match(line)), default=-1)
    for number, line in enumerate(lines):
        is_inside = is_inside or (number < last and bool(_COMMENT.match(line)))
        end = _ENDCOMMENT.match(line) if is_inside else None
        hidden = (end.end() if end else len(line)) if is_inside else 0
        is_inside = is_inside and not end
        lines[number] = " " * hidden + line[hidden:]
    return "\n".join(lines)


def _blank(found: re.Match) -> str:
    """Blanks for a remark; a text in quotation marks, which may hold a colon, stays."""
    return found[0] if found[0].startswith('"') else " " * len(found[0])


def without_printing(code: str) -> str:
    """Code without comments whose printf statements are blanked out: they change nothing that is computed."""
    return "\n".join(_without_printing(line) for line in code.split("\n"))


def _without_printing(line: str) -> str:
    """A line without its statements printf(...), as far as each of them ends in it."""
    start = 0
    while found := _PRINTED.search(line, start):
        start = _bracket_end(line, found.end())
        if not start:
            return line
        line = line[: found.start()] + " " * (start - found.start()) + line[start:]
    return line


def _bracket_end(line: str, place: int) -> int:
    """Where the bracket that is open at `place` has closed; 0 where it does not, or a second text begins."""
    depth = 1
    while depth and place < len(line) and line[place] != '"':
        depth += (line[place] == "(") - (line[place] == ")")
        place += 1
    return 0 if depth else place


def included(source: str) -> list[str]:
    """The names of the files that a source includes.

    >>> included('INCLUDE "rates.inc"')
    ['rates.inc']
    """
    return _INCLUDED.findall(without_comments(source))


def first_line(pattern: str, text: str) -> int | None:
    """Number of the first line in which a pattern is found."""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


def after_neuron(source: str) -> str:
    """The code with its NEURON block blanked out."""
    return re.sub(r"\bNEURON\s*\{[^}]*\}", lambda b: re.sub(r"[^\n]", " ", b[0]), without_comments(source))


def read_source(path: Path) -> str:
    """The text of a file in whatever encoding it came, its lines all ended alike."""
    data = path.read_bytes().removeprefix(codecs.BOM_UTF8)
    try:
        return as_source(data.decode("utf-8"))
    except UnicodeDecodeError:
        return as_source(data.decode("latin-1"))


def as_source(text: str) -> str:
    """The text with lines that all end alike, whatever system they come from."""
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def in_ascii(source: str) -> str:
    """What NEURON's translator is given: question marks for letters beyond ASCII, which it never reads."""
    return source.encode("ascii", "replace").decode("ascii")
