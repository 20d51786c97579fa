# SPDX-License-Identifier: BSD-3-Clause
"""A mechanism file that a student hands in: what its text may hold.

The text is read here and nowhere run: the same rules hold in the student's notebook and in the grader, where
NEURON's translator and the compiler get to see a stranger's text only inside the sandbox. What they see is
the text without its comments, the very text that these rules were applied to, so that nothing hides behind a
comment that ends elsewhere than it seems to.
"""

import os
import re
from pathlib import Path
from typing import Any

from mechanisms import nmodl
from mechanisms.nmodl_text import as_source, without_printing

#: What "of" of a mechanism item may be, in NMODL's own words.
KINDS = ("SUFFIX", "POINT_PROCESS")
MAX_BYTES = 20_000
_REFUSED = {
    "VERBATIM": "it is not NMODL but a program in another language",
    "INCLUDE": "a mechanism is handed in as one whole file",
    "POINTER": "nothing else can be reached from it",
    "EXTERNAL": "nothing else can be reached from it",
    "FUNCTION_TABLE": "nobody would fill the table",
    "CONSTRUCTOR": "begin in INITIAL",
    "DESTRUCTOR": "a mechanism has nothing to put away",
}


def text_of(value: Any) -> str:
    """The text that was handed in: a text itself, or the content of the file at a `Path`; lines end alike.

    Raises:
        ValueError: it is neither, or there is no such file; the message is a clause that begins with a verb.
    """
    if isinstance(value, os.PathLike):
        value = _content(Path(value))
    if not isinstance(value, str):
        raise ValueError(f"must be the text of a mechanism or the Path of its file, not {value!r:.40}")
    if not value.strip():
        raise ValueError("is still empty: write the mechanism's text there")
    if value.strip().endswith(".mod") and "\n" not in value.strip():
        raise ValueError(f"is the name of a file: hand in its text, or Path({value.strip()[-40:]!r})")
    return as_source(value)


def find_fault(text: str, of: str, name: str) -> nmodl.Complaint | None:
    """What keeps a text from being taken, found by reading alone; None where it is taken.

    Args:
        text: NMODL, written by anybody.
        of: "SUFFIX" or "POINT_PROCESS".
        name: what the mechanism must be called.
    """
    if len(text) > MAX_BYTES:
        return nmodl.Complaint(None, f"it has {len(text):,} characters, at most {MAX_BYTES:,} are taken")
    return _strange_letter(text) or _refused(text) or nmodl.find_slip(text) or _another(text, of, name)


def compiled_text(text: str) -> str:
    """What is compiled of a text that is taken: all but comments and printf, each line in its place."""
    return without_printing(nmodl.without_comments(text))


def placeholder(of: str, name: str) -> str:
    r"""The smallest mechanism of that kind and name, which does nothing.

    >>> placeholder("SUFFIX", "leak")
    'NEURON { SUFFIX leak }\n'
    """
    return f"NEURON {{ {of} {name} }}\n"


def trial_protocol() -> str:
    """The source of a protocol that asks no more of a mechanism than to run."""
    return Path(__file__).with_name("trial_protocol.py").read_text(encoding="utf-8")


def _content(path: Path) -> str:
    """The text of a file in the student's own folder."""
    try:
        with path.open("rb") as file:
            data = file.read(4 * MAX_BYTES)
    except OSError as error:
        raise ValueError(f"cannot be read from {str(path)[-60:]!r} ({error.strerror})") from None
    return data.decode("utf-8", "replace")


def _strange_letter(text: str) -> nmodl.Complaint | None:
    """A character that cannot be seen: some of them break lines or end texts, for some programs."""
    for number, line in enumerate(text.split("\n"), 1):
        for letter in line:
            if not letter.isprintable() and letter != "\t":
                what = f"a character that cannot be seen ({letter!r}) stands in this line"
                return nmodl.Complaint(number, f"{what}: delete the line and type it anew")
    return None


def _refused(text: str) -> nmodl.Complaint | None:
    """A word, or a text in quotation marks, that no task needs; in any case, and as a part of a name too."""
    for number, line in enumerate(compiled_text(text).split("\n"), 1):
        for word, reason in _REFUSED.items():
            if _holds(word, line):
                return nmodl.Complaint(number, _not_taken(word, reason, line))
        if '"' in line:
            return nmodl.Complaint(
                number,
                "text in quotation marks is not taken, but in a printf that begins and ends in its line",
            )
    return None


def _holds(word: str, line: str) -> bool:
    """Whether a line holds a refused word; of VERBATIM a part of a name is enough, of others the whole word.

    NMODL has its words in capitals alone; `#include` is a word of C.
    """
    if word in ("VERBATIM", "POINTER"):
        return word in line.upper()
    return bool(re.search(rf"\b{word}\b", line)) or f"#{word}" in re.sub(r"\s", "", line).upper()


def _not_taken(word: str, reason: str, line: str) -> str:
    """A sentence on a word that is refused, or on a name that holds it."""
    names = [name for name in re.findall(r"\w+", line) if word in name.upper()]
    if all(name.upper() in (word, f"BBCORE{word}", f"END{word}") for name in names):
        return f"{word} is not taken here: {reason}"
    return f"{word} is not taken here, not as a part of {names[0]} either: choose another name"


def _another(text: str, of: str, name: str) -> nmodl.Complaint | None:
    """Another name or kind than the task asks for."""
    ((kind, called),) = nmodl.declared_in(text)
    if (kind, called) == (of, name):
        return None
    found = re.search(rf"\b{kind}\s+{called}\b", compiled_text(text))
    line = text.count("\n", 0, found.end()) + 1 if found else None
    return nmodl.Complaint(line, f"the task asks for {of} {name}, and this is {kind} {called}")
