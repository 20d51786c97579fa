# SPDX-License-Identifier: BSD-3-Clause
"""Answers of NEURON's tools about NMODL text, each as the line and one plain sentence."""

import difflib
import re
from collections.abc import Callable

from mechanisms.nmodl_text import BLOCKS, Complaint, after_neuron, first_line, without_comments

# Units that mechanisms need most, in the words of NEURON's table of units.
_USUAL_UNITS = {
    "mV": "millivolt", "V": "volt", "mA": "milliamp", "nA": "nanoamp", "pA": "picoamp", "S": "siemens",
    "mS": "millisiemens", "uS": "microsiemens", "nS": "nanosiemens", "pS": "picosiemens", "mM": "milli/liter",
    "uM": "micro/liter", "um": "micron", "uF": "microfarad", "molar": "1/liter",
}  # fmt: skip


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
    line = first_line(rf"\([^)\n]*\b{re.escape(unit)}\b", without_comments(source)) or line
    return Complaint(line, f"the unit {unit} is not declared: {what} the UNITS block", words)


def _units_differ(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """Two units that should be the same, as NEURON writes them, in those of the SI."""
    one, other = (re.sub(r"(?<=\d)([-+]\d\d)\b", r"e\1", unit).strip() for unit in found.groups())
    return Complaint(
        line,
        f"the units of the two sides, or of two terms, do not fit: one is {one}, the other {other}"
        f"{_unitless(line, source, {one, other})}",
        words,
    )


def _unitless(line: int, source: str, units: set[str]) -> str:
    """A clause on the variables of a line that are declared without a unit, and one of which may lack it."""
    code = after_neuron(source)
    text = code.split("\n")[line - 1]
    states = {
        word for block in re.findall(r"\bSTATE\s*\{([^}]*)\}", code) for word in re.findall(r"\w+", block)
    }
    bare = [
        name
        for name in dict.fromkeys(re.findall(r"\b[A-Za-z]\w*", text))
        if name not in states and _is_bare(name, code)
    ]
    divisors = [name for name in bare if re.search(rf"/\s*{name}\b", text)]
    if units == {"1", "1000 /sec"} and "'" in text and divisors:
        return f"; {divisors[0]} lacks its unit: declare {divisors[0]} (ms)"
    return f"; declared without a unit: {', '.join(bare)}" if bare else ""


def _is_bare(name: str, code: str) -> bool:
    """Whether a name is declared in PARAMETER or ASSIGNED, without a unit or with (1)."""
    for block in re.findall(r"\b(?:PARAMETER|ASSIGNED)\s*\{([^}]*)\}", code):
        number = r"(?:\s*=\s*-?[\d.eE+-]+)?"
        if found := re.search(rf"(?<![\w(]){name}\b{number}\s*(\([^)]*\))?", block):
            return found[1] in (None, "(1)")
    return False


def _state_missing(found: re.Match, line: int, source: str, words: str) -> Complaint:
    state = found[1]
    line = first_line(rf"\b{state}'", without_comments(source)) or line
    return Complaint(line, f"{state}' has an equation, but {state} stands in no STATE block", words)


def _fixed_unit(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """NEURON fixes some units: those of v, of ions' potentials, and of currents per area or at a point."""
    name, unit = found[1], _SHORT.get(found[2], found[2])
    declared = first_line(rf"\b{name}\b[^\n(]*\(", after_neuron(source)) if found[3] else None
    if not declared:
        sentence = f"{name} is declared without its unit, or not at all: write {name} ({unit}) in ASSIGNED"
        return Complaint(first_line(rf"\b{name}\b", after_neuron(source)) or line, sentence, words)
    why = ", because this is a density (SUFFIX)" if unit == "mA/cm2" else ""
    why = ", because this is a POINT_PROCESS" if unit == "nA" else why
    return Complaint(declared, f"{name} must be declared in {unit}{why}, not in {found[3]}", words)


def _unsolvable(found: re.Match, line: int, source: str, words: str) -> Complaint:
    """SOLVE with a METHOD of a block that has no equations."""
    block = found[1]
    at = first_line(rf"\bSOLVE\s+{block}\b", without_comments(source))
    return Complaint(
        line,
        f"SOLVE takes a DERIVATIVE or KINETIC block, or `SOLVE {block}` alone: {block} is none of these, so "
        f"take METHOD away in line {at}",
        words,
    )


_SHORT = {"milliamp/cm2": "mA/cm2", "nanoamp": "nA", "millivolt": "mV", "micron2": "um2"}


def _at(sentence: str) -> Callable[[re.Match, int, str, str], Complaint]:
    """A complaint at the line that NEURON names; {0} stands for what the pattern found."""
    return lambda found, line, source, words: Complaint(line, sentence.format(*found.groups()), words)


def _at_word(pattern: str, sentence: str) -> Callable[[re.Match, int, str, str], Complaint]:
    """A complaint at the first line with that pattern, which says more than the end of the file."""

    def explain(found: re.Match, line: int, source: str, words: str) -> Complaint:
        return Complaint(first_line(pattern, source) or line, sentence.format(*found.groups()), words)

    return explain


UNIT_MEANINGS: tuple[tuple[str, Callable[[re.Match, int, str, str], Complaint]], ...] = (
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
)

MEANINGS: tuple[tuple[str, Callable[[re.Match, int, str, str], Complaint]], ...] = (
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
    (r"unimplemented SOLVE type: (\w+)", _unsolvable),
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
    *UNIT_MEANINGS,
    (r"syntax error|Illegal|not allowed in this kind", _syntax),
)
