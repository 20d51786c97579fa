# SPDX-License-Identifier: BSD-3-Clause
"""Expressions and statements of NMODL as lines of JavaScript.

Instance `_i` of a mechanism keeps its numbers at index `_i` of one typed array per name, and sits at the node
`_node[_i]`. NMODL's names never begin with an underscore, so these cannot meet.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neuroscales.explorer.engine.nmodl.source import RUN_NAMES, Source, number, text

_MATH = {"exp": "Math.exp", "log": "Math.log", "fabs": "Math.abs", "sqrt": "Math.sqrt", "pow": "Math.pow",
         "sin": "Math.sin", "cos": "Math.cos", "tanh": "Math.tanh"}  # fmt: skip
_DRAWS = {"random_uniform": "uniform", "random_negexp": "exponential", "random_setseq": "setSequence"}
_EXPENSIVE = {"exp", "log", "pow", "sqrt"}
_SILENT = {"LineComment", "BlockComment", "UnitState", "TableStatement"}
_OPERATORS = {"==": "===", "!=": "!=="}


class Code:
    """Writes the statements of one mechanism.

    Args:
        source: The parsed file.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.names = source, source.names
        self.routines = {
            text(block.name): block
            for kind in ("FunctionBlock", "ProcedureBlock")
            for block in source.of(kind)
        }
        self.hoisted: dict[str, str] = {}
        self._scopes: list[dict[str, str]] = []
        self.with_instance = self._routines_with_instance()

    def _routines_with_instance(self) -> set[str]:
        """The routines that need to know which instance they are called for, themselves or through others."""
        shared = set(self.names.constants) | set(self.names.defines) | {"celsius", "t", "dt"}
        uses = {}
        for name, block in self.routines.items():
            own = self._parameters(block) | self._locals(block) | {name}
            uses[name] = {word for word in words(block) if word not in own and word not in shared}
        own = set(self.names.own) | set(self.names.reads) | set(self.names.writes) | {"diam", "area"}
        needy = {name for name, words in uses.items() if words & (own | set(self.names.streams))}
        while more := {name for name, words in uses.items() if words & needy} - needy:
            needy |= more
        return needy

    @staticmethod
    def _parameters(block: Any) -> set[str]:
        return {text(parameter.name) for parameter in block.parameters}

    def _locals(self, block: Any) -> set[str]:
        """The names that LOCAL and FROM make anywhere in a block."""
        return {name for node in _nodes(block.statement_block) for name in _made_by(node)}

    # Blocks.

    def routine(self, name: str) -> list[str]:
        """A FUNCTION or PROCEDURE as a JavaScript function."""
        block = self.routines[name]
        scope = {text(parameter.name): text(parameter.name) for parameter in block.parameters}
        arguments = (["_i"] if name in self.with_instance else []) + list(scope)
        head = f"function {name}({', '.join(arguments)}) {{"
        if type(block).__name__ == "ProcedureBlock":
            return [head, *indented(self.block(block.statement_block, scope)), "}"]
        if (only := self._single_value(block, name)) is not None:
            self.source.here = block
            return [head, f"  return {self.scoped(scope, only)};", "}"]
        body = self.block(block.statement_block, scope | {name: "_result"})
        return [head, "  let _result = 0;", *indented(body), "  return _result;", "}"]

    @staticmethod
    def _single_value(block: Any, name: str) -> Any:
        """The right-hand side of a FUNCTION that is one assignment; else None."""
        said = [s for s in block.statement_block.statements if type(s).__name__ not in _SILENT]
        if len(said) == 1 and type(said[0]).__name__ == "ExpressionStatement":
            inner = unwrapped(said[0].expression)
            if (
                type(inner).__name__ == "BinaryExpression"
                and text(inner.op) == "="
                and text(inner.lhs) == name
            ):
                return inner.rhs
        return None

    @contextmanager
    def within(self, scope: dict[str, str] | None) -> Iterator[None]:
        """What is written inside means by the names of `scope` what stands there."""
        self._scopes.append(dict(scope or {}))
        try:
            yield
        finally:
            self._scopes.pop()

    def block(self, block: Any, scope: dict[str, str] | None = None) -> list[str]:
        """The lines of a statement block; `scope` renames what is known in it alone."""
        with self.within(scope):
            said = [s for s in block.statements if type(s).__name__ not in _SILENT]
            return [line for statement in said for line in self.statement(statement)]

    def statement(self, statement: Any) -> list[str]:
        """The lines of one statement."""
        self.source.here = statement
        write = getattr(self, f"_{type(statement).__name__}", None)
        if write is None:
            what = type(statement).__name__.removesuffix("Statement").upper()
            raise self.source.refuse(statement, f"the page engine does not translate {what}")
        return write(statement)

    def _LocalListStatement(self, statement: Any) -> list[str]:
        names = [text(variable.name) for variable in statement.variables]
        self._scopes[-1] |= dict(zip(names, names, strict=True))
        return [f"let {', '.join(f'{name} = 0' for name in names)};"]

    def _ExpressionStatement(self, statement: Any) -> list[str]:
        inner = unwrapped(statement.expression)
        if type(inner).__name__ == "InitialBlock":  # of NET_RECEIVE; written on its own
            return []
        if type(inner).__name__ not in {"BinaryExpression", "FunctionCall"}:
            raise self.source.refuse(statement, f"the page engine cannot solve {type(inner).__name__} here")
        return [self.expression(inner) + ";"]

    def _IfStatement(self, statement: Any) -> list[str]:
        lines = self._branch("if", statement)
        for other in statement.elseifs:
            lines[-1] += " else " + (branch := self._branch("if", other))[0]
            lines += branch[1:]
        if statement.elses:
            lines[-1] += " else {"
            lines += [*indented(self.block(statement.elses.statement_block)), "}"]
        return lines

    def _WhileStatement(self, statement: Any) -> list[str]:
        return self._branch("while", statement)

    def _branch(self, word: str, statement: Any) -> list[str]:
        head = f"{word} ({self.expression(statement.condition)}) {{"
        return [head, *indented(self.block(statement.statement_block)), "}"]

    def _FromStatement(self, statement: Any) -> list[str]:
        if statement.increment:
            raise self.source.refuse(statement, "the page engine counts FROM TO in steps of 1")
        name = text(statement.name)
        first, last = self.expression(getattr(statement, "from")), self.expression(statement.to)
        head = f"for (let {name} = {first}; {name} <= {last}; {name}++) {{"
        return [head, *indented(self.block(statement.statement_block, {name: name})), "}"]

    # Expressions.

    def scoped(self, scope: dict[str, str], node: Any) -> str:
        """An expression in which some names mean what `scope` says."""
        with self.within(scope):
            return self.expression(node)

    def expression(self, node: Any) -> str:
        """An expression as JavaScript."""
        node = unwrapped(node)
        write = getattr(self, f"_of_{type(node).__name__}", None)
        if write is None:
            raise self.source.refuse(node, f"the page engine does not translate {type(node).__name__}")
        return write(node)

    def _of_ParenExpression(self, node: Any) -> str:
        return f"({self.expression(node.expression)})"

    def _of_Integer(self, node: Any) -> str:
        return str(self.source.size(text(node)))

    def _of_Double(self, node: Any) -> str:
        return number(text(node))

    def _of_DoubleUnit(self, node: Any) -> str:
        return number(text(node.value))

    def _of_UnaryExpression(self, node: Any) -> str:
        return f"{text(node.op).strip()}{self.expression(node.expression)}"

    def _of_BinaryExpression(self, node: Any) -> str:
        operator = text(node.op).strip()
        if operator == "^":
            return self._hoist(node, f"Math.pow({self.expression(node.lhs)}, {self.expression(node.rhs)})")
        operator = _OPERATORS.get(operator, operator)
        return f"{self.expression(node.lhs)} {operator} {self.expression(node.rhs)}"

    def _of_FunctionCall(self, node: Any) -> str:
        name = text(node.name)
        if name in _DRAWS:
            stream, *rest = (text(argument) for argument in node.arguments)
            return f"{stream}[_i].{_DRAWS[name]}({', '.join(rest)})"
        arguments = [self.expression(argument) for argument in node.arguments]
        if name == "net_send":
            return f"_run.sendToSelf(_self, _i, {', '.join(arguments)})"
        if name in _MATH:
            return self._hoist(node, f"{_MATH[name]}({', '.join(arguments)})")
        if name not in self.routines:
            raise self.source.refuse(node, f"the page engine has no function {name}")
        return f"{name}({', '.join((['_i'] if name in self.with_instance else []) + arguments)})"

    def _hoist(self, node: Any, written: str) -> str:
        """What depends on nothing but the temperature is computed once, when a run starts."""
        name = text(node.name) if type(node).__name__ == "FunctionCall" else "pow"
        constant = set(self.names.constants) | {"celsius"} | set(_MATH)
        if name not in _EXPENSIVE or not words(node) <= constant or "celsius" not in words(node):
            return written
        return self.hoisted.setdefault(written, f"_c{len(self.hoisted) + 1}")

    def _of_VarName(self, node: Any) -> str:
        inner = unwrapped(node.name)
        if type(inner).__name__ == "IndexedName":
            return self.name(node, text(inner.name), self.expression(inner.length))
        return self.name(node, text(inner))

    def _of_ReactVarName(self, node: Any) -> str:
        return self._of_VarName(node.name)

    def _of_Name(self, node: Any) -> str:
        return self.name(node, text(node))

    def name(self, node: Any, name: str, index: str | None = None) -> str:
        """Where the value of a name lies."""
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        names = self.names
        if name in names.own:
            return f"{name}[{self._place(node, name, index)}]"
        if name in names.constants or name == "celsius":
            return name
        if name in names.defines:
            return str(names.defines[name])
        if name in names.reads or name in names.writes:
            return f"{name}[_node[_i]]"
        if name in {"diam", "area"}:
            return f"_{name}[_node[_i]]"
        if name in {"t", "dt"}:
            return f"_run.{name}"
        why = "hand v to the routine as an argument" if name in RUN_NAMES else f"what is {name}?"
        raise self.source.refuse(node, why)

    def _place(self, node: Any, name: str, index: str | None) -> str:
        size = self.names.own[name]
        if size == 1:
            return "_i"
        if index is None:
            raise self.source.refuse(node, f"{name} is an array: give an index")
        return f"{size} * _i + {index}"


def unwrapped(node: Any) -> Any:
    """The node inside the wrappings that have no meaning of their own."""
    while type(node).__name__ == "WrappedExpression":
        node = node.expression
    return node


def without_parentheses(node: Any) -> Any:
    """The node inside wrappings and parentheses."""
    node = unwrapped(node)
    while type(node).__name__ == "ParenExpression":
        node = unwrapped(node.expression)
    return node


def indented(lines: list[str]) -> list[str]:
    """The lines, one step further in."""
    return [f"  {line}" for line in lines]


def _nodes(node: Any) -> Iterator[Any]:
    """All variable names and loops below a node."""
    from neuron.nmodl import ast, visitor

    lookup, kinds = visitor.AstLookupVisitor(), ast.AstNodeType
    for kind in (kinds.LOCAL_LIST_STATEMENT, kinds.FROM_STATEMENT):
        yield from lookup.lookup(node, kind)


def _made_by(node: Any) -> list[str]:
    """The names that a LOCAL or a FROM makes."""
    if type(node).__name__ == "FromStatement":
        return [text(node.name)]
    return [text(variable.name) for variable in node.variables]


def words(node: Any) -> set[str]:
    """All names below a node, functions' too."""
    from neuron.nmodl import ast, visitor

    return {text(found) for found in visitor.AstLookupVisitor().lookup(node, ast.AstNodeType.NAME)}
