# SPDX-License-Identifier: BSD-3-Clause
"""What goes wrong with mechanisms, each as an exception that a notebook prints in a few lines."""

import re
import textwrap

from mechanisms.nmodl import names_in
from mechanisms.nmodl_text import Complaint


class MechanismError(RuntimeError):
    """A mechanism cannot be compiled or loaded; the message says what to do."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook prints: the sentence, without the way through this package."""
        return [f"{type(self).__name__}: {self}"]


class CompilerError(MechanismError):
    """The compiler refuses a source; `output` is all that it said, without colors of a terminal."""

    def __init__(self, output: str) -> None:
        self.output = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", output)
        super().__init__(f"nrnivmodl cannot compile the mechanisms:\n{self.output[-3000:]}")


class SourceError(MechanismError):
    """A source does not compile.

    Attributes:
        name: what the mechanism is called, or its file, or "this source".
        line: number of the line, from 1; None where none is to blame.
        sentence: what is wrong and what to do.
        words: NEURON's own words; empty where it would have said nothing.
    """

    def __init__(self, source: str, complaint: Complaint, file: str = "") -> None:
        self.name = file or next(iter(names_in(source)), "this source")
        self.line, self.sentence, self.words = complaint.line, complaint.sentence, complaint.words
        super().__init__(shown(self.name, source, complaint))


def shown(name: str, source: str, complaint: Complaint) -> str:
    """The sentence, the line with its number, and NEURON's own words, narrow enough for a page."""
    place = f"{name}, line {complaint.line}" if complaint.line else name
    lines = [_wrapped(f"{place}: {complaint.sentence}")]
    if complaint.line:
        lines.append(f"  {complaint.line:4} | {source.split(chr(10))[complaint.line - 1].rstrip()}")
    if complaint.words:
        lines.append(_wrapped(f"  NEURON's words: {complaint.words}"))
    return "\n".join(lines)


def _wrapped(text: str) -> str:
    """Lines of at most 76 letters, those after the first indented."""
    return textwrap.fill(text, 76, subsequent_indent="    ", break_long_words=False)
