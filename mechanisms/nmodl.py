# SPDX-License-Identifier: BSD-3-Clause
"""NMODL text: what a mechanism is called, and what is wrong with it, in plain sentences.

NEURON's translator `nocmodl` and its checker of units `modlunit` know every mistake of form; they say it in
their own words, sometimes a line late. Here both are asked, and their answers are turned into the line and
one sentence. Nothing is compiled for that, so the answer comes at once.
"""

import difflib
import importlib.util
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from mechanisms.nmodl_answers import MEANINGS
from mechanisms.nmodl_text import BLOCKS, Complaint, after_neuron, first_line, without_comments

_INNER = {"INITIAL", "WATCH"}  # may stand within NET_RECEIVE
_NAME = re.compile(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)")
_WHERE = re.compile(r" ?at line (\d+) in file ")
_UNDEFINED = re.compile(r"Warning: (\w+) undefined")


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


def find_fault(source: str) -> Complaint | None:
    """The first thing wrong with the form of a source: names, grammar, declarations; None if all is well.

    Raises:
        FileNotFoundError: NEURON's translator is not where its wheel has it.
    """
    return find_slip(source) or _translators(source)


def find_unit_fault(source: str) -> Complaint | None:
    """The first place where units do not fit, as NEURON's `modlunit` finds it; None if they all do."""
    said, *_ = _ask("modlunit", source)
    return _explained(said, source) if _WHERE.search(said) else None


def find_slip(source: str) -> Complaint | None:
    """Faults that are found by reading alone: NEURON would not name them, or not by their line."""
    for number, line in enumerate(source.splitlines(), 1):
        if strange := next((letter for letter in line if not letter.isascii()), None):
            return Complaint(
                number, f"{strange!r} is no letter of NMODL, not even in a comment: write it in ASCII"
            )
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


def _translators(source: str) -> Complaint | None:
    """What NEURON's translator has against a source."""
    said, has_crashed, program = _ask("nocmodl", source)
    if _WHERE.search(said):
        return _unclosed_block(source) or _explained(said, source)
    if has_crashed:
        sentence = (
            "NEURON's translator itself breaks on an equation of this block: take the formula out into a "
            "FUNCTION, and write the equation with its value"
        )
        return Complaint(first_line(r"^\s*DERIVATIVE\b", source), sentence, said.strip().splitlines()[-1])
    if (unknown := _UNDEFINED.search(said)) and "VERBATIM" not in source:
        return _undeclared(unknown[1], source, unknown[0])
    return _not_linear(program, source)


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


def _ask(tool: str, source: str) -> tuple[str, bool, str]:
    """What one of NEURON's tools says about a source, whether it crashed, and the program it wrote."""
    data = Path(importlib.util.find_spec("neuron").submodule_search_locations[0]) / ".data"
    units = data / "share/nrn/lib/nrnunits.lib"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "source.mod").write_text(source, encoding="ascii")
        run = subprocess.run(
            [data / "bin" / tool, "source.mod"],
            cwd=folder, env={**os.environ, "MODLUNIT": str(units)}, capture_output=True, text=True,
            errors="replace", timeout=60,
        )  # fmt: skip
        program = Path(folder, "source.cpp")
        written = program.read_text(encoding="utf-8") if program.exists() else ""
    return run.stdout + run.stderr, run.returncode < 0, written


def _explained(said: str, source: str) -> Complaint:
    """The line and a plain sentence for an answer that names a line."""
    place = _WHERE.search(said)
    words = _heart(said[: place.start()])
    line = min(int(place[1]), len(source.splitlines()))
    for pattern, explain in MEANINGS:
        if found := re.search(pattern, words, re.DOTALL):
            return explain(found, line, source, words)
    return Complaint(line, f"NEURON says: {words}", words)


def _heart(said: str) -> str:
    """The words before the place, without what is said of every file; units stand behind them."""
    lines = [line.removeprefix("units:") for line in said.splitlines()]
    every = ("Translating", "Checking units", "Warning", "Notice")
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
    words, code = errors[0] if errors else (output.partition("NOTE:")[0].strip()[-300:], "")
    sentence = f"the C++ compiler refuses what NEURON made of it: {words}"
    for source in sources:
        for number, line in enumerate(source.splitlines(), 1):
            if code.strip() and line.strip() == code.strip():
                return source, Complaint(number, sentence, words)
    return sources[0], Complaint(None, sentence, words)
