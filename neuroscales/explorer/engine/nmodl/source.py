# SPDX-License-Identifier: BSD-3-Clause
"""An NMODL file as NEURON's own parser reads it, with its names sorted by what they are."""

import importlib.util
import os
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

_WHEEL = Path(importlib.util.find_spec("neuron").origin).parent / ".data"
NEURONS_OWN = _WHEEL / "share" / "modfile"

RUN_NAMES = frozenset({"v", "t", "dt", "celsius", "diam", "area"})
"""What a mechanism knows of the run and of its segment."""

_CONSTANTS = {
    ("faraday", "coulomb"): 96485.3321233100141,
    ("faraday", "10000 coulomb"): 9.64853321233100141,
    ("k-mole", "joule/degC"): 8.3144626181532395,
    ("pi", "1"): 3.14159265358979312,
}
"""Values of the unit factors that our files use, as NEURON computes them from its table of 2019 units."""

_RESERVED = {
    "arguments", "await", "break", "case", "catch", "class", "const", "continue", "debugger",
    "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false", "finally",
    "for", "function", "if", "implements", "import", "in", "instanceof", "interface", "let", "new",
    "null", "package", "private", "protected", "public", "return", "static", "super", "switch",
    "this", "throw", "true", "try", "typeof", "var", "void", "while", "with", "yield", "Math",
    "Float64Array",
}  # fmt: skip


class NotTranslated(ValueError):
    """A statement that the translator does not cover; the message names file and line and says what to do."""


@dataclass
class Names:
    """The names of a mechanism, sorted by what they are. Sizes are 1 for a number, more for an array."""

    parameters: dict[str, str] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    variables: dict[str, int] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    reads: dict[str, str] = field(default_factory=dict)  # ion variable: ion
    writes: dict[str, str] = field(default_factory=dict)
    currents: list[str] = field(default_factory=list)
    streams: list[str] = field(default_factory=list)
    defines: dict[str, int] = field(default_factory=dict)

    @property
    def own(self) -> dict[str, int]:
        """Everything that each instance has for itself."""
        return dict.fromkeys(self.parameters, 1) | self.states | self.variables


class Source:
    """A parsed file.

    Args:
        path: The `.mod` file; what it includes lies beside it.

    Raises:
        NotTranslated: The file holds something that the page engine does not cover.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.program = _parsed(path)
        self.blocks = list(self._flat(self.program.blocks))
        self.name, self.kind = "", "density"
        self.here: Any = None  # the statement that is being translated
        self.names = Names()
        self._read_names()

    def _flat(self, blocks: Any) -> Any:
        """The blocks of the file, those of what it includes in their place."""
        for block in blocks:
            if type(block).__name__ == "Include":
                yield from self._flat(block.blocks)
            else:
                yield block

    def of(self, kind: str) -> list:
        """All blocks of one type of NMODL's syntax tree."""
        return [block for block in self.blocks if type(block).__name__ == kind]

    def refuse(self, node: Any, why: str) -> NotTranslated:
        """The error that names the line of a statement."""
        shown = " ".join(text(node).split())[:60]
        line = self._line(node) or (self._line(self.here) if self.here else None)
        where = f"{self.path.name}, line {line}" if line else self.path.name
        return NotTranslated(f"{where}: {why} ({shown})")

    def _line(self, node: Any) -> int | None:
        """The line that a node begins on; the parser's binding does not tell."""
        wanted = re.sub(r"\s+", "", text(node)).casefold()
        for length in range(min(24, len(wanted)), 2, -1):
            for number, line in enumerate(self._lines, 1):
                if wanted[:length] in line:
                    return number
        return None

    @cached_property
    def _lines(self) -> list[str]:
        """The lines without blanks, comments and capitals."""
        code = re.sub(
            r"\bCOMMENT\b.*?\bENDCOMMENT\b",
            lambda found: "\n" * found[0].count("\n"),
            self.path.read_text(encoding="utf-8"),
            flags=re.DOTALL,
        )
        return [re.sub(r"\s+", "", re.split(r"[:?]", line)[0]).casefold() for line in code.split("\n")]

    # Which names there are.

    def _read_names(self) -> None:
        known = {
            "Define": self._read_define, "NeuronBlock": self._read_neuron, "UnitBlock": self._read_units,
            "ParamBlock": self._read_parameters, "ConstantBlock": self._read_constants,
            "StateBlock": lambda block: self._read_sizes(block, self.names.states),
            "AssignedBlock": lambda block: self._read_sizes(block, self.names.variables),
        }  # fmt: skip
        for kind, read in known.items():
            for block in self.of(kind):
                read(block)
        for name in self.names.own:
            self._check_name(name)

    def _check_name(self, name: str) -> None:
        if name in _RESERVED:
            raise NotTranslated(f"{self.path.name}: {name} is a word of JavaScript's: rename it")

    def _read_neuron(self, block: Any) -> None:
        for statement in block.statement_block.statements:
            kind = type(statement).__name__
            if kind == "Suffix":
                self.name = text(statement.name)
                self.kind = {"SUFFIX": "density", "POINT_PROCESS": "point"}.get(text(statement.type), "other")
                if self.kind == "other":
                    raise self.refuse(statement, "artificial cells are written by hand")
            elif kind == "Useion":
                self._read_ion(statement)
            elif kind == "Nonspecific":
                self.names.currents += [text(current.name) for current in statement.currents]
            elif kind == "RandomVarList":
                self.names.streams += [text(variable.name) for variable in statement.variables]
            elif kind not in {"Range", "Global", "ThreadSafe"}:
                raise self.refuse(statement, f"the page engine has no {kind}: leave it out")

    def _read_ion(self, statement: Any) -> None:
        ion = text(statement.name)
        if ion not in {"na", "k", "ca"}:
            raise self.refuse(statement, "the page engine knows na, k and ca")
        self.names.reads |= {text(variable.name): ion for variable in statement.readlist}
        written = [text(variable.name) for variable in statement.writelist]
        if f"e{ion}" in written or f"{ion}o" in written:
            raise self.refuse(statement, "only an ion's current and its inner concentration can be written")
        self.names.writes |= dict.fromkeys(written, ion)
        self.names.currents += [name for name in written if name == f"i{ion}"]

    def _read_define(self, block: Any) -> None:
        self.names.defines[text(block.name)] = int(text(block.value))

    def _read_units(self, block: Any) -> None:
        for definition in block.definitions:
            if type(definition).__name__ != "FactorDef":
                continue
            units = tuple(text(unit).strip("()") for unit in (definition.unit1, definition.unit2))
            if units not in _CONSTANTS:
                raise self.refuse(definition, "this factor's value is not in the translator's table: add it")
            self.names.constants[text(definition.name)] = repr(_CONSTANTS[units])

    def _read_constants(self, block: Any) -> None:
        for statement in block.statements:
            self.names.constants[text(statement.name)] = number(text(statement.value))

    def _read_parameters(self, block: Any) -> None:
        for statement in block.statements:
            name = text(statement.name)
            if name not in RUN_NAMES and name not in self.names.reads:
                self.names.parameters[name] = number(text(statement.value)) if statement.value else "0"

    def _read_sizes(self, block: Any, into: dict[str, int]) -> None:
        for definition in block.definitions:
            name = text(definition.name)
            concentration = name in self.names.writes and name not in self.names.currents
            if name in RUN_NAMES or name in self.names.reads or concentration or name in self.names.streams:
                continue
            length = definition.length
            into[name] = self.size(text(length)) if length else 1

    def size(self, word: str) -> int:
        """The value of a whole number or of a DEFINEd name."""
        return self.names.defines[word] if word in self.names.defines else int(word)


def _parsed(path: Path) -> Any:
    """The syntax tree of a file."""
    # The parser's binding looks for its library here, and not where the wheel has put it.
    os.environ.setdefault("NMODLHOME", str(_WHEEL))
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
    from neuron.nmodl import NmodlDriver

    try:
        return NmodlDriver().parse_file(str(path))
    except RuntimeError as error:
        raise NotTranslated(f"{path.name}: NEURON's parser does not read it: {error}") from error


def text(node: Any) -> str:
    """A node of the tree as NMODL."""
    from neuron.nmodl import to_nmodl

    return to_nmodl(node)


def number(word: str) -> str:
    """A number of NMODL's as JavaScript writes it.

    >>> number(".12"), number("1e-4"), number("7")
    ('0.12', '0.0001', '7')
    """
    value = float(word)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
