# SPDX-License-Identifier: BSD-3-Clause
"""A mechanism of NMODL's as a module for the page: what it holds, how it starts, flows, moves and hears."""

import json
import re
from pathlib import Path
from typing import Any

from neuroscales.explorer.engine.nmodl.code import Code, indented, unwrapped
from neuroscales.explorer.engine.nmodl.kinetic import Kinetic
from neuroscales.explorer.engine.nmodl.linear import cnexp
from neuroscales.explorer.engine.nmodl.source import Source, text

_HANDLED = {
    "NeuronBlock", "UnitBlock", "ParamBlock", "ConstantBlock", "StateBlock", "AssignedBlock", "Define",
    "Model", "BlockComment", "LineComment", "UnitState", "InitialBlock", "BreakpointBlock", "DerivativeBlock",
    "KineticBlock", "FunctionBlock", "ProcedureBlock", "NetReceiveBlock", "BeforeBlock", "AfterBlock",
}  # fmt: skip
_MOMENTS = {("BeforeBlock", "STEP"): "beforeRecording", ("AfterBlock", "SOLVE"): "afterSolve"}


def translate(path: Path) -> str:
    """The page module of a `.mod` file.

    Args:
        path: The file.

    Returns:
        The text of a module of JavaScript that exports the mechanism under its name.

    Raises:
        NotTranslated: Something that the page engine does not cover; the message names the line.
    """
    return Module(Source(path)).text()


class Module:
    """Writes the module of one mechanism."""

    def __init__(self, source: Source) -> None:
        self.source, self.names, self.code = source, source.names, Code(source)
        for block in source.blocks:
            if type(block).__name__ not in _HANDLED:
                raise source.refuse(
                    block, f"the page engine has no {type(block).__name__.removesuffix('Block')}"
                )
        self.solve = self._solve()
        kinetic = [b for b in source.of("KineticBlock") if self.solve and text(b.name) == self.solve[0]]
        self.kinetic = Kinetic(self.code, kinetic[0]) if kinetic else None

    def text(self) -> str:
        """The whole module."""
        routines = [line for name in self.code.routines for line in self.code.routine(name)]
        scheme = self.kinetic.lines() if self.kinetic else []
        blocks, methods = self._methods()
        if self.kinetic and (diffusions := self.kinetic.diffusions()):
            blocks, methods = [*blocks, *diffusions], [*methods, "diffusions"]
        hoisted = [f"const {name} = {value};" for value, name in self.code.hoisted.items()]
        imports = ['import { SparseStep } from "../sparse-step.js";', ""] if self.kinetic else []
        body = [*hoisted, *routines, *self._sparse(), *scheme, *blocks]
        body = [*self._taken({word for line in body for word in _js_words(line)}), *body]
        lines = [
            f"// Made from {self.source.path.name} by python -m neuroscales.explorer.engine.",
            *imports,
            f"export const {self.source.name} = {{",
            *indented(self._declared()),
            "  build(_it) {",
            *indented(indented(body)),
            f"    return {{ {', '.join(methods)} }};",
            "  },",
            "};",
        ]
        return "\n".join(lines) + "\n"

    # What it holds.

    def _declared(self) -> list[str]:
        """The fields that say what a mechanism has."""
        names = self.names
        parameters = ", ".join(f"{name}: {value}" for name, value in names.parameters.items())
        sizes = names.states | names.variables
        ions = list(dict.fromkeys((names.reads | names.writes).values()))
        lines = [
            f'name: "{self.source.name}", kind: "{self.source.kind}",',
            f"parameters: {{ {parameters} }},",
            f"sizes: {{ {', '.join(f'{name}: {size}' for name, size in sizes.items())} }},",
            f"ions: {json.dumps(ions)}, uses: {json.dumps([*(names.reads | names.writes)])},",
        ]
        if names.streams:
            lines.append(f"streams: {json.dumps(names.streams)},")
        if self.source.of("NetReceiveBlock"):
            lines.append(f"weights: {len(self.source.of('NetReceiveBlock')[0].parameters)},")
        return lines

    def _taken(self, used: set[str]) -> list[str]:
        """What the routines see of the run: arrays of the instances, ions by node, constants."""
        names = self.names
        of_the_run = [name for name in ("_run", "_count", "_node", "_area", "_diam", "_self") if name in used]
        own = [name for name in [*names.own, *dict.fromkeys(names.streams)] if name in used]
        lines = [f"const {{ {', '.join(of_the_run)} }} = _it;"] if of_the_run else []
        lines += [f"const {{ {', '.join(own)} }} = _it.arrays;"] if own else []
        lines += ["const { celsius } = _it._run;"] if "celsius" in used else []
        for ion, fields in self._of_ions().items():
            lines.append(f"const {{ {', '.join(fields)} }} = _it.ions.{ion};")
        lines += [f"const {name} = {value};" for name, value in names.constants.items() if name in used]
        return lines

    def _of_ions(self) -> dict[str, list[str]]:
        """For each ion the fields that the mechanism uses, under NMODL's names."""
        fields: dict[str, list[str]] = {}
        for name, ion in (self.names.reads | self.names.writes).items():
            own = name in self.names.own
            field = {f"e{ion}": "e", f"{ion}i": "inside", f"{ion}o": "outside", f"i{ion}": "i"}[name]
            fields.setdefault(ion, []).append(f"{field}: {'_' * own}{name}")
            if own:
                fields[ion].append(f"slope: _d{name}")
        return fields

    def _ionic(self) -> list[str]:
        """The currents that belong to an ion."""
        return [name for name in self.names.currents if name in self.names.writes]

    # What it does.

    def _methods(self) -> tuple[list[str], list[str]]:
        """The functions that the engine calls, and their names."""
        parts = {
            "initialize": self._initialize(), "currents": self._currents(), "advance": self._advance(),
            "receive": self._receive(), "connect": self._connect(), **self._at_moments(),
        }  # fmt: skip
        parts = {name: lines for name, lines in parts.items() if lines}
        return [line for lines in parts.values() for line in lines], [*parts]

    def _each(self, name: str, body: list[str], before: tuple[str, ...] = ()) -> list[str]:
        """A function that does `body` for each instance."""
        if not body:
            return []
        needs_v = any("v" in _js_words(line) for line in body)
        v = ["const v = _run.v[_node[_i]];"] if needs_v else []
        loop = ["for (let _i = 0; _i < _count; _i++) {", *indented(v + body), "}"]
        return [f"function {name}() {{", *indented([*before, *loop]), "}"]

    def _initialize(self) -> list[str]:
        body = [line for b in self.source.of("InitialBlock") for line in self._block(b.statement_block)]
        return self._each("initialize", body)

    def _block(self, block: Any) -> list[str]:
        return self.code.block(block, {"v": "v"})

    def _statements_of_breakpoint(self) -> list[Any]:
        return [s for block in self.source.of("BreakpointBlock") for s in block.statement_block.statements]

    def _solve(self) -> tuple[str, str] | None:
        """Name and method of the block that BREAKPOINT solves."""
        found = [s for s in self._statements_of_breakpoint() if _is_solve(s)]
        if not found:
            return None
        solve = unwrapped(found[0].expression)
        method = text(solve.method) if solve.method else ""
        if len(found) > 1 or method not in {"cnexp", "sparse"}:
            raise self.source.refuse(found[-1], "the page engine solves one block, by cnexp or sparse")
        return text(solve.block_name), method

    def _currents(self) -> list[str]:
        """The current at a potential, and the loop that puts it and its slope into the tree's equations."""
        if not self.names.currents:
            return []
        said = [s for s in self._statements_of_breakpoint() if not _is_solve(s)]
        with self.code.within({"v": "v"}):
            body = [line for statement in said for line in self.code.statement(statement)]
        total = " + ".join(f"{name}[_i]" for name in self.names.currents)
        return [
            "function current(_i, v) {", *indented(body), f"  return {total};", "}",
            "function currents() {", "  const { v: _v, d: _d, rhs: _rhs } = _run;",
            "  for (let _i = 0; _i < _count; _i++) {", *indented(indented(self._loop())), "  }", "}",
        ]  # fmt: skip

    def _loop(self) -> list[str]:
        point, ionic = self.source.kind == "point", self._ionic()
        scale = " * _per" if point else ""
        return [
            "const _k = _node[_i];",
            *(["const _per = 100 / _area[_k];"] if point else []),
            "const _shifted = current(_i, _v[_k] + 0.001);",
            *(f"const _before_{name} = {name}[_i];" for name in ionic),
            "const _now = current(_i, _v[_k]);",
            *(f"_d{name}[_k] += (_before_{name} - {name}[_i]) / 0.001{scale};" for name in ionic),
            *(f"_{name}[_k] += {name}[_i]{scale};" for name in ionic),
            f"_d[_k] += (_shifted - _now) / 0.001{scale};",
            f"_rhs[_k] -= _now{scale};",
        ]

    def _advance(self) -> list[str]:
        """One step of the states."""
        if self.solve is None:
            return []
        if self.kinetic:
            states = ", ".join(f"[{name}, {size}]" for name, size in self.names.states.items())
            return self._each(
                "advance", [f"_s.step(_i, _run.dt, _run.secondorder, {self.solve[0]}, _states);"],
                (f"const _states = [{states}];",),
            )  # fmt: skip
        blocks = [b for b in self.source.of("DerivativeBlock") if text(b.name) == self.solve[0]]
        with self.code.within({"v": "v"}):
            body = [line for s in blocks[0].statement_block.statements for line in self._differential(s)]
        return self._each("advance", body, ("const _dt = _run.dt;",))

    def _differential(self, statement: Any) -> list[str]:
        """An equation as its step, any other statement as it is."""
        inner = unwrapped(statement.expression) if type(statement).__name__ == "ExpressionStatement" else None
        if type(inner).__name__ != "DiffEqExpression":
            return self.code.statement(statement)
        return [cnexp(self.code, inner.expression)]

    def _sparse(self) -> list[str]:
        if not self.kinetic:
            return []
        self.kinetic.lines()  # finds out whether it is linear
        return [f"const _s = new SparseStep({self.kinetic.size}, {json.dumps(self.kinetic.linear)});"]

    def _at_moments(self) -> dict[str, list[str]]:
        """BEFORE STEP and AFTER SOLVE."""
        found: dict[str, list[str]] = {}
        for kind in ("BeforeBlock", "AfterBlock"):
            for block in self.source.of(kind):
                moment = text(block.bablock.type).strip()
                if (kind, moment) not in _MOMENTS:
                    raise self.source.refuse(block, "the page engine knows BEFORE STEP and AFTER SOLVE")
                name = _MOMENTS[kind, moment]
                found[name] = self._each(name, self._block(block.bablock.statement_block))
        return found

    def _receive(self) -> list[str]:
        """What an event does; `_weights` are the numbers of its connection."""
        blocks = self.source.of("NetReceiveBlock")
        if not blocks:
            return []
        body = self.code.block(blocks[0].statement_block, self._weights() | {"v": "v"})
        v = ["const v = _run.v[_node[_i]];"] if any("v" in _js_words(line) for line in body) else []
        return ["function receive(_i, _weights, _flag) {", *indented(v + body), "}"]

    def _weights(self) -> dict[str, str]:
        parameters = self.source.of("NetReceiveBlock")[0].parameters
        return {text(p.name): f"_weights[{k}]" for k, p in enumerate(parameters)} | {"flag": "_flag"}

    def _connect(self) -> list[str]:
        """The INITIAL of NET_RECEIVE: what a connection begins with."""
        found = []
        for block in self.source.of("NetReceiveBlock"):
            found += [s for s in block.statement_block.statements if _initial_of(s)]
        if not found:
            return []
        body = self.code.block(_initial_of(found[0]).statement_block, self._weights())
        return ["function connect(_i, _weights) {", *indented(body), "}"]


def _is_solve(statement: Any) -> bool:
    return (
        type(statement).__name__ == "ExpressionStatement"
        and type(unwrapped(statement.expression)).__name__ == "SolveBlock"
    )


def _initial_of(statement: Any) -> Any:
    """The INITIAL block that a statement is, else None."""
    if type(statement).__name__ != "ExpressionStatement":
        return None
    inner = unwrapped(statement.expression)
    return inner if type(inner).__name__ == "InitialBlock" else None


def _js_words(line: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", line))
