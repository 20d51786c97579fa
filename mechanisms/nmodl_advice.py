# SPDX-License-Identifier: BSD-3-Clause
"""Advice on NMODL text that NEURON builds as it is, though it hardly does what is meant."""

import re
from collections.abc import Iterator

from mechanisms.nmodl_text import Complaint, first_line, without_comments

_EQUATIONS = re.compile(r"^[ \t]*(DERIVATIVE|KINETIC)\s+(\w+)", re.MULTILINE)
_SOLVED = re.compile(r"\bSOLVE\s+(\w+)")
_FUNCTION = re.compile(r"^[ \t]*FUNCTION\s+(\w+)[^{]*\{", re.MULTILINE)
_CURRENTS = re.compile(r"\b(?:NONSPECIFIC_CURRENT|ELECTRODE_CURRENT)\s+([\w,\s]+)")
_WRITTEN = re.compile(r"\bUSEION\s+(\w+)([^\n]*)")
_STATEMENTS = {"RANGE", "GLOBAL", "POINTER", "BBCOREPOINTER", "EXTERNAL", "THREADSAFE", "USEION", "SUFFIX"}


def of_form(source: str) -> Iterator[Complaint]:
    """What is probably not meant: equations unsolved, currents that do not flow, functions that return 0."""
    code = without_comments(source)
    for found in (_unsolved(code), _without_method(code), _undeclared_current(code), _returns_nothing(code)):
        if found:
            yield found


def _unsolved(code: str) -> Complaint | None:
    """Equations that no SOLVE names: NEURON compiles them, and their states stay where they start."""
    equations = {found[2]: found for found in _EQUATIONS.finditer(code)}
    solved = set(_SOLVED.findall(code)) | set(re.findall(r"\bSTEADYSTATE\s+(\w+)", code))
    forgotten = [name for name in equations if name not in solved]
    if not forgotten:
        return None
    found = equations[forgotten[0]]
    method = {"DERIVATIVE": "cnexp", "KINETIC": "sparse"}[found[1]]
    return Complaint(
        code.count("\n", 0, found.start(1)) + 1,
        f"nothing solves the equations of {found[2]}, so their states would stay where they start: write "
        f"SOLVE {found[2]} METHOD {method} in BREAKPOINT",
    )


def _without_method(code: str) -> Complaint | None:
    """A SOLVE of equations without a METHOD: with fixed steps NEURON leaves their states where they start."""
    methods = {"DERIVATIVE": "cnexp", "KINETIC": "sparse"}
    equations = {name: methods[kind] for kind, name in _EQUATIONS.findall(code)}
    for found in re.finditer(r"\bSOLVE\s+(\w+)(?!\w|\s+(?:METHOD|STEADYSTATE)\b)", code):
        if found[1] in equations:
            return Complaint(
                code.count("\n", 0, found.start()) + 1,
                f"SOLVE {found[1]} names no method, and with fixed steps the states would stay where they "
                f"start: write SOLVE {found[1]} METHOD {equations[found[1]]}",
            )
    return None


def _undeclared_current(code: str) -> Complaint | None:
    """A current that BREAKPOINT computes and nothing declares: NEURON computes it too, and nothing flows."""
    block = _block(r"\bBREAKPOINT\b", code)
    declared = _declared_currents(code)
    ions = {f"i{ion}" for ion, _ in _WRITTEN.findall(code)}
    unit = r"\s*\(\s*(?:mA/cm2|milliamp/cm2|nA|nanoamp)\s*\)"
    for name in re.findall(r"^[ \t{]*(\w+)\s*=[^=]", block, re.MULTILINE):
        is_current = re.search(rf"\b{name}{unit}", code) and (not declared or name == "i" or name in ions)
        is_used = re.search(rf"=[^=\n]*\b{name}\b", code)
        if name not in declared and is_current and not is_used:
            how = f"USEION {name[1:]} WRITE {name}" if name in ions else f"NONSPECIFIC_CURRENT {name}"
            return Complaint(
                first_line(rf"\b{name}\s*=[^=]", code),
                f"{name} is computed and declared as no current, so nothing flows: write {how} in the NEURON "
                "block",
            )
    return None


def _declared_currents(code: str) -> set[str]:
    """The names of the currents that the NEURON block declares."""
    names: set[str] = set()
    for listed in _CURRENTS.findall(code):
        for word in re.findall(r"\w+", listed):
            if word in _STATEMENTS:
                break
            names.add(word)
    for _, rest in _WRITTEN.findall(code):
        names |= set(re.findall(r"\w+", rest.partition("WRITE")[2]))
    return names


def _returns_nothing(code: str) -> Complaint | None:
    """A FUNCTION whose name is never given a value: it returns 0."""
    for found in _FUNCTION.finditer(code):
        body = _inside(code, found.end())
        if "VERBATIM" not in body and not re.search(rf"\b{found[1]}\s*=[^=]", body):
            return Complaint(
                code.count("\n", 0, found.start(1)) + 1,
                f"the FUNCTION {found[1]} returns 0 always, because nothing in it gives {found[1]} a value: "
                f"write {found[1]} = ... in it",
            )
    return None


def _block(pattern: str, code: str) -> str:
    """What stands in the braces of the first block with that beginning."""
    found = re.search(pattern + r"[^{]*\{", code)
    return _inside(code, found.end()) if found else ""


def _inside(code: str, start: int) -> str:
    """The text up to the brace that closes the one before `start`."""
    depth = 1
    for place in range(start, len(code)):
        depth += (code[place] == "{") - (code[place] == "}")
        if depth == 0:
            return code[start:place]
    return code[start:]
