# SPDX-License-Identifier: BSD-3-Clause
"""A mechanism of NMODL's as a module for the page: what it holds, how it starts, flows, moves and hears."""

import json
import re
from pathlib import Path
from typing import Any

from neuroscales.explorer.engine.nmodl.code import Code, indented, unwrapped
from neuroscales.explorer.engine.nmodl.kinetic import Kinetic
from neuroscales.explorer.engine.nmodl.linear import cnexp
from neuroscales.explorer.engine.nmodl.source import NotTranslated, Source, text

_HANDLED = {
    "NeuronBlock", "UnitBlock", "ParamBlock", "ConstantBlock", "StateBlock", "AssignedBlock", "Define",
    "Model", "BlockComment", "LineComment", "UnitState", "InitialBlock", "BreakpointBlock", "DerivativeBlock",
    "KineticBlock", "FunctionBlock", "ProcedureBlock", "NetReceiveBlock", "BeforeBlock", "AfterBlock",
}  # fmt: skip
_INCLUDABLE = {
    "UnitBlock", "ParamBlock", "ConstantBlock", "StateBlock", "AssignedBlock", "Define", "BlockComment",
    "LineComment", "UnitState", "BreakpointBlock", "DerivativeBlock", "FunctionBlock", "ProcedureBlock",
}  # fmt: skip
_MOMENTS = {("BeforeBlock", "STEP"): "beforeRecording", ("AfterBlock", "SOLVE"): "afterSolve"}


def translate(path: Path) -> str:
    """The page module of a file in NMODL.

    What a file includes becomes a module of its own, so it must declare all the names that it uses.

    Args:
        path: A `.mod` file, or a file that such a one includes.

    Returns:
        The text of a module of JavaScript. That of a `.mod` file exports the mechanism under its name. That
        of an included file exports a function, under its name, which returns what mechanisms take from it.

    Raises:
        NotTranslated: Something that the page engine does not cover; the message names the line.
    """
    return Module(Source(path)).text()


class Module:
    """Writes the module of one mechanism."""

    def __init__(self, source: Source) -> None:
        self.source, self.names, self.code = source, source.names, Code(source)
        self._check_blocks()
        self.includes = [Module(Source(path)) for path in source.includes]
        self.solve = self._solve()
        kinetic = [b for b in source.of("KineticBlock") if self.solve and text(b.name) == self.solve[0]]
        self.kinetic = Kinetic(self.code, kinetic[0]) if kinetic else None

    def _check_blocks(self) -> None:
        for block in self.source.own:
            kind = type(block).__name__
            if kind not in _HANDLED:
                raise self.source.refuse(block, f"the page engine has no {kind.removesuffix('Block')}")
            if self.source.kind == "include" and kind not in _INCLUDABLE:
                raise self.source.refuse(
                    block, "write this into the .mod file, the page engine does not include it"
                )

    def text(self) -> str:
        """The whole module."""
        blocks, methods = self._methods()
        written = [*self._routines(), *self._scheme(), *blocks]
        taken = self._from_includes(_words_of(written), methods)
        for name, given in taken.items():
            written = [f"const {{ {', '.join(given)} }} = {name}(_it);", *written]
        body = [*(f"const {name} = {value};" for value, name in self.code.hoisted.items()), *written]
        body = [*self._taken(_words_of(body)), *body]
        lines = [
            f"// Made from {self.source.path.name} by python -m neuroscales.explorer.engine.",
            *self._imports(taken),
            *(self._included(body) if self.source.kind == "include" else self._mechanism(body, methods)),
        ]
        return "\n".join(lines) + "\n"

    def _mechanism(self, body: list[str], methods: list[str]) -> list[str]:
        """What a mechanism's module exports: what it has, and how it is built for the instances of a run."""
        methods = [*methods, *(name for include in self.includes for name in include.methods)]
        return [
            f"export const {self.source.name} = {{",
            *indented(self._declared()),
            "  build(_it) {",
            *indented(indented(body)),
            f"    return {{ {', '.join(methods)} }};",
            "  },",
            "};",
        ]

    def _included(self, body: list[str]) -> list[str]:
        """What the module of an included file exports: a function that gives routines and methods."""
        given = ", ".join([*self.routines, *self.methods])
        head = f"export function {self.source.name}({'_it' if '_it' in _words_of(body) else ''}) {{"
        return [head, *indented(body), f"  return {{ {given} }};", "}"]

    def _imports(self, taken: dict[str, list[str]]) -> list[str]:
        lines = ['import { SparseStep } from "../sparse-step.js";'] if self.kinetic else []
        lines += [f'import {{ {name} }} from "./{name}.js";' for name in taken]
        return [*lines, ""] if lines else []

    @property
    def routines(self) -> list[str]:
        """The names of the FUNCTIONs and PROCEDUREs of this file."""
        return [text(b.name) for kind in ("FunctionBlock", "ProcedureBlock") for b in self.source.of(kind)]

    @property
    def methods(self) -> list[str]:
        """The names of the functions that the engine calls."""
        return self._methods()[1]

    def _routines(self) -> list[str]:
        return [line for name in self.routines for line in self.code.routine(name)]

    def _scheme(self) -> list[str]:
        """The kinetic scheme and what solves it."""
        if not self.kinetic:
            return []
        scheme = self.kinetic.lines()  # finds out whether it is linear
        return [
            f"const _s = new SparseStep({self.kinetic.size}, {json.dumps(self.kinetic.linear)});",
            *scheme,
        ]

    def _from_includes(self, used: set[str], methods: list[str]) -> dict[str, list[str]]:
        """What comes from each included file: the routines that are used, and what the engine calls."""
        taken = {}
        for include in self.includes:
            if twice := set(methods) & set(include.methods):
                raise NotTranslated(
                    f"{self.source.path.name}: {include.source.path.name} has a block of the same kind "
                    f"({', '.join(sorted(twice))}): keep one of them"
                )
            given = [name for name in include.routines if name in used]
            given += include.methods if self.source.kind != "include" else []
            if given:
                taken[include.source.name] = given
        return taken

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
        if names.currents:
            lines.append(f"currents: {json.dumps(names.currents)},")
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
            field = {f"e{ion}": "e", f"{ion}i": "inside", f"{ion}o": "outside", f"i{ion}": "i"}[name]
            if name not in self.names.own:
                fields.setdefault(ion, []).append(f"{field}: {name}")
        return fields

    # What it does.

    def _methods(self) -> tuple[list[str], list[str]]:
        """The functions that the engine calls, and their names."""
        parts = {
            "initialize": self._initialize(), "currentsAt": self._currents(), "advance": self._advance(),
            "receive": self._receive(), "connect": self._connect(), **self._at_moments(),
        }  # fmt: skip
        parts = {name: lines for name, lines in parts.items() if lines}
        if self.kinetic and (diffusions := self.kinetic.diffusions()):
            parts["diffusions"] = diffusions
        return [line for lines in parts.values() for line in lines], [*parts]

    def _each(self, name: str, body: list[str], before: tuple[str, ...] = (), above: str = "") -> list[str]:
        """A function that does `body` for each instance, at its potential or `above` it."""
        if not body:
            return []
        v = [f"const v = _run.v[_node[_i]]{above and f' + {above}'};"] if "v" in _words_of(body) else []
        loop = ["for (let _i = 0; _i < _count; _i++) {", *indented(v + body), "}"]
        return [f"function {name}({above}) {{", *indented([*before, *loop]), "}"]

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
        """The currents so much above the potential as the engine says."""
        if not self.names.currents and self.source.kind != "include":
            return []
        said = [s for s in self._statements_of_breakpoint() if not _is_solve(s)]
        with self.code.within({"v": "v"}):
            body = [line for statement in said for line in self.code.statement(statement)]
        return self._each("currentsAt", body, above="_above")

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
        if not blocks:
            raise self.source.refuse(
                self.source.of("BreakpointBlock")[0], f"{self.solve[0]} stands in another file"
            )
        with self.code.within({"v": "v"}):
            body = [line for s in blocks[0].statement_block.statements for line in self._differential(s)]
        return self._each("advance", body, ("const _dt = _run.dt;",))

    def _differential(self, statement: Any) -> list[str]:
        """An equation as its step, any other statement as it is."""
        inner = unwrapped(statement.expression) if type(statement).__name__ == "ExpressionStatement" else None
        if type(inner).__name__ != "DiffEqExpression":
            return self.code.statement(statement)
        return [cnexp(self.code, inner.expression)]

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
        v = ["const v = _run.v[_node[_i]];"] if "v" in _words_of(body) else []
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


def _words_of(lines: list[str]) -> set[str]:
    """The names in lines of JavaScript."""
    return {word for line in lines for word in re.findall(r"[A-Za-z_]\w*", line)}
