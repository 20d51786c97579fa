# SPDX-License-Identifier: BSD-3-Clause
"""NMODL text: what a mechanism is called, and what is wrong with it, in plain sentences.

NEURON's translator `nocmodl` and its checker of units `modlunit` know every mistake of form; they say it in
their own words, sometimes a line late. Here both are asked, and their answers are turned into the line and
one sentence. Nothing is compiled for that, so the answer comes at once.

The translator and the C++ compiler are the referees: what they take is no mistake. What the checker of units
has against a source, and what can be seen by reading, is advice.
"""

import difflib
import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mechanisms.nmodl_advice import of_form
from mechanisms.nmodl_answers import MEANINGS, UNIT_MEANINGS
from mechanisms.nmodl_text import (
    BLOCKS,
    Complaint,
    after_neuron,
    first_line,
    in_ascii,
    included,
    read_source,
    without_blocks,
    without_comments,
    without_printing,
)

_INNER = {"INITIAL", "WATCH"}  # may stand within NET_RECEIVE
_NAME = re.compile(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)")
_WHERE = re.compile(r" ?at line (\d+) in file ")
_UNDEFINED = re.compile(r"Warning: (\w+) undefined")
_UNOPENED = re.compile(r"Couldn't open:? (\S+)")
_GIVEN = {"dt", "t"}  # NEURON's own, which its translator knows without a declaration


def names_in(source: str) -> list[str]:
    """The names that NMODL text gives to mechanisms, in order.

    >>> names_in("NEURON { SUFFIX leak }  : not SUFFIX hh")
    ['leak']
    """
    return [name for _, name in declared_in(source)]


def declared_in(source: str) -> list[tuple[str, str]]:
    """The kind and the name of each mechanism in NMODL text, in order.

    >>> declared_in("NEURON { POINT_PROCESS Synapse }")
    [('POINT_PROCESS', 'Synapse')]
    """
    return _NAME.findall(without_comments(source))


def find_fault(source: str, folder: Path | None = None) -> Complaint | None:
    """What keeps NEURON from building a source: names, grammar, declarations; None if it takes it.

    Args:
        source: NMODL text.
        folder: where the files lie that it includes; None where there are none.

    Raises:
        FileNotFoundError: NEURON's translator is not where its wheel has it.
    """
    return find_slip(source) or _translators(source, folder)


def find_unit_fault(source: str, folder: Path | None = None) -> Complaint | None:
    """The first place where units do not fit, as NEURON's `modlunit` finds it; None if they all do.

    NEURON builds such a source all the same: this is advice. So it is where the checker cannot read what
    NEURON itself reads: then it says that units could not be checked.
    """
    said, *_ = _ask("modlunit", without_printing(without_comments(source)), folder)
    place = _WHERE.search(said)
    if not place:
        return None
    words = _heart(said[: place.start()])
    if any(re.search(pattern, words, re.DOTALL) for pattern, _ in UNIT_MEANINGS):
        return _explained(said, source, UNIT_MEANINGS)
    return Complaint(
        min(int(place[1]), len(source.splitlines())),
        "NEURON's checker of units cannot read this, though NEURON itself can: units could not be checked",
        words,
    )


def find_advice(source: str, folder: Path | None = None, *, check_units: bool = True) -> list[Complaint]:
    """What is probably not meant in a source that NEURON builds: it may be ignored.

    Args:
        source: NMODL text in which `find_fault` finds nothing.
        folder: where the files lie that it includes; None where there are none.
        check_units: whether to ask NEURON's checker of units too.
    """
    _, _, program = _ask("nocmodl", source, folder)
    found = [*of_form(source), _not_linear(program, source)]
    found.append(find_unit_fault(source, folder) if check_units else None)
    return [advice for advice in found if advice]


def find_slip(source: str) -> Complaint | None:
    """Faults that are found by reading alone: NEURON would not name them, or not by their line."""
    if strange := _strange_letter(source):
        return strange
    found = names_in(source)
    if not found:
        line = first_line(r"^[ \t]*NEURON\b", source)
        return Complaint(
            line,
            "the mechanism has no name: give it one in the NEURON block, with SUFFIX (a density) or "
            "POINT_PROCESS (at one point)",
        )
    if len(found) > 1:
        return Complaint(
            first_line(rf"\b{found[1]}\b", source), "one source holds one mechanism: write two sources"
        )
    return None


def _strange_letter(source: str) -> Complaint | None:
    """A letter that NEURON's translator refuses, as it does but in COMMENT blocks."""
    for number, line in enumerate(without_blocks(source).split("\n"), 1):
        if strange := next((letter for letter in line if not letter.isascii()), None):
            return Complaint(
                number,
                f"{strange!r} is no letter of NMODL, not even in a comment behind a colon: write it in ASCII",
            )
    return None


def _translators(source: str, folder: Path | None) -> Complaint | None:
    """What NEURON's translator has against a source."""
    said, has_crashed, program = _ask("nocmodl", source, folder)
    if missing := _UNOPENED.search(said):
        line = first_line(rf'^\s*INCLUDE\s+"{re.escape(missing[1])}"', source)
        return Complaint(line, f"there is no file {missing[1]} beside it", missing[0])
    if _WHERE.search(said):
        return _unclosed_block(source) or _explained(said, source)
    if has_crashed:
        sentence = (
            "NEURON's translator itself breaks on an equation of this block: take the formula out into a "
            "FUNCTION, and write the equation with its value"
        )
        return Complaint(first_line(r"^\s*DERIVATIVE\b", source), sentence, said.strip().splitlines()[-1])
    unknown = next((found for found in _UNDEFINED.finditer(said) if found[1] not in _GIVEN), None)
    if unknown and "VERBATIM" not in source and not _compiles(program):
        return _undeclared(unknown[1], source, unknown[0])
    return None


def _compiles(program: str) -> bool:
    """Whether the C++ compiler takes what the translator wrote: it knows some more names."""
    compiler = shlex.split(os.environ.get("CXX") or "g++")
    if not shutil.which(compiler[0]):
        return False
    include = _data() / "include"
    options = [
        "-x",
        "c++",
        "-std=c++17",
        "-fsyntax-only",
        "-w",
        f"-I{include}",
        f"-I{include / 'nrncvode'}",
        "-",
    ]
    return not subprocess.run(
        [*compiler, *options], input=program, capture_output=True, text=True, timeout=60
    ).returncode


def _not_linear(program: str, source: str) -> Complaint | None:
    """A state whose equation cnexp cannot solve: NEURON 9 then drops a term of it without a word.

    Its update reads `n = n + (1. - exp(dt*(A)))*(...)`, and A, the factor of n, must be free of n.
    """
    for update in re.finditer(r"^\s*(\w+) = \1 \+ \(1\. - exp\(dt\*", program, re.MULTILINE):
        state, factor = update[1], _bracket(program[update.end() :])
        if re.search(rf"\b{state}\b", factor):
            return Complaint(
                first_line(rf"\b{state}'", without_comments(source)),
                f"the equation of {state} is not linear in {state}, and cnexp would lose a part of it "
                "without a word: write METHOD derivimplicit",
            )
    return None


def _bracket(text: str) -> str:
    """The text as far as its first bracket is open."""
    depth = 0
    for place, sign in enumerate(text):
        depth += (sign == "(") - (sign == ")")
        if depth == 0:
            return text[:place]
    return text


def _data() -> Path:
    """Where NEURON's wheel keeps its tools."""
    return Path(importlib.util.find_spec("neuron").submodule_search_locations[0]) / ".data"


def _ask(tool: str, source: str, beside: Path | None = None) -> tuple[str, bool, str]:
    """What one of NEURON's tools says about a source, whether it crashed, and the program it wrote."""
    units = _data() / "share/nrn/lib/nrnunits.lib"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "source.mod").write_text(in_ascii(source), encoding="ascii")
        copy_included(source, beside, Path(folder))
        run = subprocess.run(
            [_data() / "bin" / tool, "source.mod"],
            cwd=folder, env={**os.environ, "MODLUNIT": str(units)}, capture_output=True, text=True,
            errors="replace", timeout=60,
        )  # fmt: skip
        program = Path(folder, "source.cpp")
        written = program.read_text(encoding="utf-8") if program.exists() else ""
    return run.stdout + run.stderr, run.returncode < 0, written


def includes_of(source: str, folder: Path) -> list[Path]:
    """The files that a source includes and that lie in or below its folder, and those that they include."""
    found: list[Path] = []
    waiting = included(source)
    while waiting:
        path = folder / waiting.pop(0)
        if path.is_file() and path not in found and ".." not in path.relative_to(folder).parts:
            found.append(path)
            waiting += included(read_source(path))
    return found


def copy_included(source: str, folder: Path | None, to: Path) -> None:
    """Copy what a source includes to another folder, under the same names."""
    for path in includes_of(source, folder) if folder else []:
        copy = to / path.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(in_ascii(read_source(path)), encoding="ascii")


def _explained(said: str, source: str, meanings: tuple = MEANINGS) -> Complaint:
    """The line and a plain sentence for an answer that names a line."""
    place = _WHERE.search(said)
    words = _heart(said[: place.start()])
    line = min(int(place[1]), len(source.splitlines()))
    file = said[place.end() :].split()[:1]
    if file and file[0] in included(source):
        line = first_line(rf'^\s*INCLUDE\s+"{re.escape(file[0])}"', source)
        return Complaint(line, f"NEURON cannot take line {place[1]} of {file[0]}: {words}", words)
    for pattern, explain in meanings:
        if found := re.search(pattern, words, re.DOTALL):
            return explain(found, line, source, words)
    return Complaint(line, f"NEURON says: {words}", words)


def _heart(said: str) -> str:
    """The words before the place, without what is said of every file; units stand behind them."""
    lines = [line.removeprefix("units:") for line in said.splitlines()]
    every = ("Translating", "Checking units", "INCLUDEing", "Warning", "Notice")
    kept = [line.strip() for line in lines if line.strip() and not line.startswith((*every, "\t"))]
    words = " ".join(line.removeprefix("Error: ") for line in kept)
    units = [line.strip() for line in lines if re.match(r"\t[-\d]", line)]
    return f"{words}: {', '.join(units)}" if units else words


def _undeclared(name: str, source: str, words: str) -> Complaint:
    """A name that is used and stands in no block of declarations."""
    code = after_neuron(source)
    line = first_line(rf"\b{name}\b", code)
    near = difflib.get_close_matches(name, sorted(set(re.findall(r"\b[a-zA-Z]\w*", code)) - {name}), 1, 0.75)
    if re.search(rf"\b{name}\s*\(", code):
        what = f"there is no function {name}: write a FUNCTION block for it"
    else:
        what = f"{name} is declared nowhere: declare it in PARAMETER, ASSIGNED or STATE, or as LOCAL"
    hint = f" (or is {near[0]} meant?)" if near else ""
    return Complaint(line, what + hint, words)


def _unclosed_block(source: str) -> Complaint | None:
    """A block that begins before the one above has ended; NEURON finds this only lines later."""
    opened: list[tuple[str, int]] = []
    begin = re.compile(rf"^\s*({'|'.join(BLOCKS)})\b")
    for number, line in enumerate(without_comments(source).splitlines(), 1):
        block = begin.match(line)
        if block and opened and not (block[1] in _INNER and opened[0][0] == "NET_RECEIVE"):
            return _never_closed(*opened[0], f"before {block[1]} in line {number}")
        for sign in re.findall("[{}]", line):
            if sign == "{":
                opened.append((block[1] if block else "", number))
            elif opened:
                opened.pop()
    return _never_closed(*opened[0], "before the end") if opened else None


def _never_closed(block: str, line: int, where: str) -> Complaint:
    return Complaint(line, f"the block {block} that begins here is not closed {where}: a }} is missing")


def compilers_fault(output: str, sources: Sequence[str]) -> tuple[str, Complaint]:
    """Which source the C++ compiler refuses though NEURON's translator let it pass, and why."""
    errors = re.findall(r"error: ([^\n]*)\n(?:\s*\d+ \|([^\n]*))?", output)
    output = re.sub(r"\x1b\[[0-9;]*m", "", output)
    errors = errors or re.findall(r"error: ([^\n]*)\n(?:\s*\d+ \|([^\n]*))?", output)
    words, code = errors[0] if errors else (" ".join(_last_words(output))[-300:], "")
    sentence = f"the C++ compiler refuses what NEURON made of it: {words}"
    for source in sources:
        for number, line in enumerate(source.splitlines(), 1):
            if code.strip() and line.strip() == code.strip():
                return source, Complaint(number, sentence, words)
    return sources[0], Complaint(None, sentence, words)


def _last_words(output: str) -> list[str]:
    """What NEURON's build says, without its progress."""
    progress = re.compile(r"\s*(->|cfiles|Mod files|Creating|MODOBJS|Translating|/|$)")
    return [line.strip() for line in output.partition("NOTE:")[0].splitlines() if not progress.match(line)]
