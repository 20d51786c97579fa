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
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

BLOCKS = (
    "NEURON", "UNITS", "PARAMETER", "CONSTANT", "ASSIGNED", "STATE", "INITIAL", "BREAKPOINT", "DERIVATIVE",
    "KINETIC", "LINEAR", "NONLINEAR", "FUNCTION", "PROCEDURE", "NET_RECEIVE", "BEFORE", "AFTER",
    "FUNCTION_TABLE", "CONSTRUCTOR", "DESTRUCTOR", "INDEPENDENT", "WATCH",
)  # fmt: skip
_INNER = {"INITIAL", "WATCH"}  # may stand within NET_RECEIVE

_COMMENT, _ENDCOMMENT = re.compile(r"\s*COMMENT\b"), re.compile(r"\s*ENDCOMMENT\b")
_REMARK = re.compile(r"^\s*TITLE\b.*|[:?].*")
_NAME = re.compile(r"\b(SUFFIX|POINT_PROCESS|ARTIFICIAL_CELL)\s+(\w+)")
_WHERE = re.compile(r" ?at line (\d+) in file ")
_UNDEFINED = re.compile(r"Warning: (\w+) undefined")

# Units that mechanisms need most, in the words of NEURON's table of units.
_USUAL_UNITS = {
    "mV": "millivolt", "V": "volt", "mA": "milliamp", "nA": "nanoamp", "pA": "picoamp", "S": "siemens",
    "mS": "millisiemens", "uS": "microsiemens", "nS": "nanosiemens", "pS": "picosiemens", "mM": "milli/liter",
    "uM": "micro/liter", "um": "micron", "uF": "microfarad", "molar": "1/liter",
}  # fmt: skip


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
        line = _first_line(r"^[ \t]*NEURON\b", source)
        return Complaint(
            line,
            "the mechanism has no name: give it one in the NEURON block, with SUFFIX (a density) or "
            "POINT_PROCESS (at one point)",
        )
    if len(found) > 1:
        return Complaint(
            _first_line(rf"\b{found[1]}\b", source), "one source holds one mechanism: write two sources"
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
        return Complaint(_first_line(r"^\s*DERIVATIVE\b", source), sentence, said.strip().splitlines()[-1])
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
                _first_line(rf"\b{state}'", without_comments(source)),
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
    for pattern, explain in _MEANINGS:
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
    code = _after_neuron(source)
    line = _first_line(rf"\b{name}\b", code)
    near = difflib.get_close_matches(name, sorted(set(re.findall(r"\b[a-zA-Z]\w*", code)) - {name}), 1, 0.75)
    if re.search(rf"\b{name}\s*\(", code):
        what = f"there is no function {name}: write a FUNCTION block for it"
    else:
        what = f"{name} is declared nowhere: declare it in PARAMETER, ASSIGNED or STATE, or as LOCAL"
    hint = f" (or is {near[0]} meant?)" if near else ""
    return Complaint(line, what + hint, words)


def _first_line(pattern: str, text: str) -> int | None:
    """Number of the first line in which a pattern is found."""
    found = re.search(pattern, text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else None


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


def _syntax(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """A place that the grammar cannot read; the fault is often at the end of the line before."""
    code = without_comments(source).splitlines()
    before = max((n for n in range(1, line) if code[n - 1].strip()), default=line)
    for number in (before, line):
        if code[number - 1].count("(") > code[number - 1].count(")"):
            return Complaint(number, "a ( of this line is not closed: a ) is missing", words)
    text = code[line - 1]
    if text.count(")") > text.count("("):
        return Complaint(line, "this line closes a bracket that it never opened: a ) too many", words)
    for pattern, sentence in _FOREIGN:
        if re.search(pattern, text):
            return Complaint(line, sentence, words)
    return _unknown_block(text, line, words) or Complaint(
        line,
        "NEURON cannot read this line: look for a missing operator, name or bracket, here or at the end of "
        f"line {before}",
        words,
    )


# What other languages write and NMODL does not.
_FOREIGN = (
    (r"\*\*", "NMODL writes a power as ^, not as **"),
    (r"#|//|/\*", "a comment in NMODL begins with a colon"),
    (r";", "NMODL puts no ; at the end of a line"),
    (r"\b(?:and|or|not)\b", "NMODL writes && for and, || for or, ! for not"),
    (r"\bif\b", "NMODL writes if (condition) { statements }, with both kinds of brackets"),
    (r"\bd(\w+)\s*/\s*dt\b", "NMODL writes the derivative of n as n', not as dn/dt"),
    (r"\bLOCAL\b", "LOCAL stands first in its block, before all else"),
    (r"^\s*(?:float|double|int)\b", "NMODL declares variables in PARAMETER, ASSIGNED, STATE or as LOCAL"),
    (
        r"\b(?:SUFFIX|POINT_PROCESS)\b",
        "a mechanism's name is letters, digits and _ alone, and no word of NMODL",
    ),
)


def _unknown_block(text: str, line: int, words: str) -> Complaint | None:
    """A word before a brace that is the name of no block."""
    word = re.match(r"\s*(\w+)[^={]*\{", text)
    if not word or word[1] in BLOCKS or word[1] in {"if", "while", "else"}:
        return None
    near = difflib.get_close_matches(word[1].upper(), BLOCKS, 1, 0.6)
    hint = f": is {near[0]} meant?" if near else f" (the blocks are {', '.join(BLOCKS[:9])}, ...)"
    return Complaint(line, f"NMODL has no block named {word[1]}{hint}", words)


def _unknown_unit(found: re.Match, line: int, source: str, words: str) -> Complaint:
    unit = found[1]
    meaning = _USUAL_UNITS.get(unit)
    what = f"add ({unit}) = ({meaning}) to" if meaning else "is it misspelled? If not, say what it is in"
    line = _first_line(rf"\([^)\n]*\b{re.escape(unit)}\b", without_comments(source)) or line
    return Complaint(line, f"the unit {unit} is not declared: {what} the UNITS block", words)


def _units_differ(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """Two units that should be the same, as NEURON writes them, in those of the SI."""
    one, other = (re.sub(r"(?<=\d)([-+]\d\d)\b", r"e\1", unit).strip() for unit in found.groups())
    return Complaint(
        line,
        f"the units of the two sides, or of two terms, do not fit: one is {one}, the other {other}",
        words,
    )


def _state_missing(found: re.Match, line: int, source: str, words: str) -> Complaint:
    state = found[1]
    line = _first_line(rf"\b{state}'", without_comments(source)) or line
    return Complaint(line, f"{state}' has an equation, but {state} stands in no STATE block", words)


def _fixed_unit(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """NEURON fixes some units: those of v, of ions' potentials, and of currents per area or at a point."""
    name, unit = found[1], _SHORT.get(found[2], found[2])
    declared = _first_line(rf"\b{name}\b[^\n(]*\(", _after_neuron(source)) if found[3] else None
    if not declared:
        sentence = f"{name} is declared without its unit, or not at all: write {name} ({unit}) in ASSIGNED"
        return Complaint(_first_line(rf"\b{name}\b", _after_neuron(source)) or line, sentence, words)
    why = ", because this is a density (SUFFIX)" if unit == "mA/cm2" else ""
    why = ", because this is a POINT_PROCESS" if unit == "nA" else why
    return Complaint(declared, f"{name} must be declared in {unit}{why}, not in {found[3]}", words)


_SHORT = {"milliamp/cm2": "mA/cm2", "nanoamp": "nA", "millivolt": "mV", "micron2": "um2"}


def _after_neuron(source: str) -> str:
    """The code with its NEURON block blanked out."""
    return re.sub(r"\bNEURON\s*\{[^}]*\}", lambda b: re.sub(r"[^\n]", " ", b[0]), without_comments(source))


def _at(sentence: str) -> Callable[[re.Match, int, str, str], Complaint]:
    """A complaint at the line that NEURON names; {0} stands for what the pattern found."""
    return lambda found, line, source, words: Complaint(line, sentence.format(*found.groups()), words)


def _at_word(pattern: str, sentence: str) -> Callable[[re.Match, int, str, str], Complaint]:
    """A complaint at the first line with that pattern, which says more than the end of the file."""

    def explain(found: re.Match, line: int, source: str, words: str) -> Complaint:
        return Complaint(_first_line(pattern, source) or line, sentence.format(*found.groups()), words)

    return explain


_MEANINGS: tuple[tuple[str, Callable[[re.Match, int, str, str], Complaint]], ...] = (
    (
        r"VERBATIM\s?block goes to end",
        _at_word(r"^\s*VERBATIM", "VERBATIM is never ended: write ENDVERBATIM"),
    ),
    (r"COMMENT\s?block goes to end", _at_word(r"^\s*COMMENT", "COMMENT is never ended: write ENDCOMMENT")),
    (
        r"error: syntax: NET_RECEIVE|NET_RECEIVE.*at least one argument",
        _at("NET_RECEIVE needs the weight of the connection in brackets: NET_RECEIVE(weight (uS))"),
    ),
    (
        r"NET_RECEIVE can only exist",
        _at_word(
            r"\bSUFFIX\b", "NET_RECEIVE belongs to a synapse, a POINT_PROCESS; this is a density (SUFFIX)"
        ),
    ),
    (
        r"Illegal SOLVE",
        _at("SOLVE names a block and a method: SOLVE states METHOD cnexp (or derivimplicit, sparse, euler)"),
    ),
    (
        r"Method (\w+) can't be used with Block (\w+)",
        _at_word(
            r"\bSOLVE\b",
            "{0} cannot solve {1}: there is no block of that name, or not one of that kind (cnexp, "
            "derivimplicit, euler: DERIVATIVE; sparse: KINETIC)",
        ),
    ),
    (r"No derivative equations", _at("this DERIVATIVE block has no equation: write one such as n' = ...")),
    (r"(\w+?)\s?must be declared as a state", _state_missing),
    (r"Multiple declaration of (\w+)", _at("{0} is declared twice: keep one of the two")),
    (
        r"name = number",
        _at("a parameter is declared as name = number (unit), the number with a point, as in 0.5"),
    ),
    (
        r"(\w+?)\s?cannot be a RANGE",
        _at_word(r"\bRANGE\b", "{0} is a name that NEURON keeps for itself: choose another one"),
    ),
    (r"Cannot recognize the units: (\S+)", _unknown_unit),
    (r"not conformable: (.*), (.*)", _units_differ),
    (
        r"missing a conversion factor and should read: \(([^)]+)\)",
        _at("two units here measure the same and differ by a factor: write ({0}) * before the second"),
    ),
    (
        r"not dimensionless",
        _at("a function such as exp takes a pure number, and this has a unit: divide by one of that unit"),
    ),
    (r"(\w+) must have the units, (\S+), instead of (\S*)\.", _fixed_unit),
    (r"syntax error|Illegal|not allowed in this kind", _syntax),
)


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
