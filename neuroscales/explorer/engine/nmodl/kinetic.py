# SPDX-License-Identifier: BSD-3-Clause
"""A KINETIC scheme as a routine that fills residual and matrix of one implicit step.

NEURON's own visitor for kinetic blocks is not used: it divides every array element by the compartment of the
last one. The routine written here does what NEURON's translator writes for the method sparse: for each
reaction its flux, and in the matrix the derivative of the flux with the rates held fixed.
"""

from itertools import accumulate
from typing import Any

from neuroscales.explorer.engine.nmodl.code import Code, indented, unwrapped
from neuroscales.explorer.engine.nmodl.source import text

_SILENT = {"Compartment", "LonDiffuse"}
_REACTIONS = {(1, 1): "exchange", (2, 1): "bind"}  # numbers of species: method of SparseStep


class Kinetic:
    """Writes one KINETIC block.

    Args:
        code: Writes what is not a reaction.
        block: The KINETIC block.
    """

    def __init__(self, code: Code, block: Any) -> None:
        self.code, self.block, self.name = code, block, text(block.name)
        states = code.names.states
        self.size = sum(states.values())
        starts = accumulate(states.values(), initial=0)
        self.start = dict(zip(states, starts, strict=False))
        self.linear = True

    def diffusions(self) -> list[str]:
        """What moves along the cell: state, size, coefficient times area, and compartment."""
        found = [s for s in self.block.statement_block.statements if type(s).__name__ == "LonDiffuse"]
        if not found:
            return []
        compartments, lines = self._compartments(), ["const diffusions = ["]
        for statement in found:
            for state in map(text, statement.species):
                size = self.code.names.states[state]
                volume = self._volume(compartments.get(state), size)
                scope = {text(statement.index_name): "_j"} if statement.index_name else {}
                lines.append(f'  {{ state: "{state}", size: {size}, volume: (_i, _j) => {volume},')
                lines.append(f"    coefficient: (_i, _j) => {self.code.scoped(scope, statement.rate)} }},")
        return [*lines, "];"]

    def _compartments(self) -> dict[str, Any]:
        """The COMPARTMENT statement of each state that has one."""
        found = [s for s in self.block.statement_block.statements if type(s).__name__ == "Compartment"]
        return {text(name): statement for statement in found for name in statement.species}

    def lines(self) -> list[str]:
        """The routine: residual and matrix at the states as they are, the old ones in `_s.old`."""
        body = self._inertia() + self._statements(self.block.statement_block)
        return [f"function {self.name}(_i) {{", *indented(body), "}"]

    def _inertia(self) -> list[str]:
        """What each state resists its change with: its compartment over the step."""
        lines = ["const _rate = 1 / _s.dt;"]
        compartments = self._compartments()
        for name, size in self.code.names.states.items():
            volume = self._volume(compartments.get(name), size)
            place = f"{size} * _i + _j" if size > 1 else "_i"
            line = f"_s.inertia({self.start[name]} + _j, {name}[{place}], {volume} * _rate);"
            loop = f"for (let _j = 0; _j < {size}; _j++) "
            lines.append(loop + line if size > 1 else line.replace(" + _j", ""))
        return lines

    def _volume(self, statement: Any, size: int) -> str:
        if statement is None:
            return "1"
        scope = {text(statement.index_name): "_j" if size > 1 else "0"} if statement.index_name else {}
        return f"({self.code.scoped(scope, statement.volume)})"

    def _statements(self, block: Any, scope: dict[str, str] | None = None) -> list[str]:
        with self.code.within(scope):
            return [line for statement in block.statements for line in self._statement(statement)]

    def _statement(self, statement: Any) -> list[str]:
        kind = type(statement).__name__
        if kind == "ReactionStatement":
            return self._reaction(statement)
        if kind == "FromStatement":
            return self._loop(statement)
        return [] if kind in _SILENT else self.code.statement(statement)

    def _loop(self, statement: Any) -> list[str]:
        name, write = text(statement.name), self.code.expression
        first, last = write(getattr(statement, "from")), write(statement.to)
        head = f"for (let {name} = {first}; {name} <= {last}; {name}++) {{"
        return [head, *indented(self._statements(statement.statement_block, {name: name})), "}"]

    def _reaction(self, statement: Any) -> list[str]:
        operator = text(statement.op).strip()
        left = self._species(statement.reaction1)
        rate = self.code.expression(statement.expression1)
        if operator == "<<":
            if len(left) != 1:
                raise self.code.source.refuse(statement, "a flux << enters one state")
            return [f"_s.rhs[{left[0][0]}] += {rate};"]
        if operator != "<->":
            raise self.code.source.refuse(statement, f"the page engine does not translate ~ {operator}")
        right = self._species(statement.reaction2)
        self.linear &= len(left) == len(right) == 1
        rates = [rate, self.code.expression(statement.expression2)]
        if len(left) < len(right):
            left, right, rates = right, left, rates[::-1]
        if (len(left), len(right)) not in _REACTIONS:
            raise self.code.source.refuse(statement, "the page engine knows A <-> B and A + B <-> C")
        rows, values = zip(*left, *right, strict=True)
        method = _REACTIONS[len(left), len(right)]
        return [f"_s.{method}({', '.join([*rows, *rates, *values])});"]

    def _species(self, node: Any) -> list[tuple[str, str]]:
        """Row and value of each state on one side of a reaction."""
        node = unwrapped(node)
        if type(node).__name__ == "BinaryExpression":
            return self._species(node.lhs) + self._species(node.rhs)
        if type(node).__name__ != "ReactVarName" or (node.value and text(node.value)):
            raise self.code.source.refuse(node, "the page engine knows species without factors")
        inner = unwrapped(node.name.name)
        indexed = type(inner).__name__ == "IndexedName"
        name = text(inner.name) if indexed else text(inner)
        index = f" + {self.code.expression(inner.length)}" if indexed else ""
        return [(f"{self.start[name]}{index}", self.code.expression(node))]
