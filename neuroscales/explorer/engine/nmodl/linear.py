# SPDX-License-Identifier: BSD-3-Clause
"""The method cnexp: a differential equation linear in its own state, advanced by its exact exponential.

Of `x' = (a x + b) / q` the step is `x += (1 - exp(dt a / q)) (-b / a - x)`, which is what NEURON computes.
"""

from dataclasses import dataclass
from typing import Any

from neuroscales.explorer.engine.nmodl.code import Code, unwrapped, without_parentheses, words
from neuroscales.explorer.engine.nmodl.source import text


@dataclass(frozen=True)
class _Linear:
    """(slope * x + rest) / over, each an expression in JavaScript; an empty one is 0, of `over` 1."""

    slope: str = ""
    rest: str = ""
    over: str = ""


def cnexp(code: Code, equation: Any) -> str:
    """The step of one equation as a statement of JavaScript.

    Args:
        code: Writes expressions.
        equation: The equation, `x' = ...`.

    Raises:
        NotTranslated: The equation is not linear in its state.
    """
    name = text(unwrapped(equation.lhs)).rstrip("'")
    linear = _split(code, equation.rhs, name)
    if linear is None or not linear.slope:
        raise code.source.refuse(equation, f"cnexp needs an equation that is linear in {name}")
    state = code.name(equation, name)
    share = f"(1 - Math.exp({_rate(linear)}))"
    if not linear.rest:
        return f"{state} -= {share} * {state};"
    return f"{state} += {share} * ({_target(linear)} - {state});"


def _rate(linear: _Linear) -> str:
    """The exponent over one step."""
    top = "-_dt" if linear.slope == "-1" else f"_dt * ({linear.slope})"
    return f"{top} / {_closed(linear.over)}" if linear.over else top


def _target(linear: _Linear) -> str:
    """What the state goes to."""
    return linear.rest if linear.slope == "-1" else f"-({linear.rest}) / ({linear.slope})"


def _closed(expression: str) -> str:
    """In parentheses, unless it is a name or an element."""
    return expression if expression.replace("[", "").replace("]", "").isidentifier() else f"({expression})"


def _split(code: Code, node: Any, name: str) -> _Linear | None:
    """An expression split into its slope and its rest; None where it is not linear."""
    node = without_parentheses(node)
    if name not in words(node):
        return _Linear(rest=code.expression(node))
    kind = type(node).__name__
    if kind in {"VarName", "Name"}:
        return _Linear(slope="1")
    if kind == "UnaryExpression" and text(node.op).strip() == "-":
        return _times(_split(code, node.expression, name), "-1")
    if kind == "BinaryExpression":
        return _split_binary(code, node, name)
    return None


def _split_binary(code: Code, node: Any, name: str) -> _Linear | None:
    operator, sides = text(node.op).strip(), (node.lhs, node.rhs)
    depends = [name in words(side) for side in sides]
    if operator in {"+", "-"}:
        return _sum(*(_split(code, side, name) for side in sides), operator)
    if operator == "*" and sum(depends) == 1:
        return _times(
            _split(code, sides[depends.index(True)], name), code.expression(sides[depends.index(False)])
        )
    if operator == "/" and not depends[1]:
        top = _split(code, node.lhs, name)
        if top is None or top.over:
            return None
        return _Linear(top.slope, top.rest, code.expression(node.rhs))
    return None


def _times(linear: _Linear | None, factor: str) -> _Linear | None:
    if linear is None:
        return None
    return _Linear(_product(linear.slope, factor), _product(linear.rest, factor), linear.over)


def _product(one: str, factor: str) -> str:
    if not one:
        return ""
    return factor if one == "1" else f"({one}) * ({factor})"


def _sum(one: _Linear | None, two: _Linear | None, operator: str) -> _Linear | None:
    """The sum or difference of two, which must have no denominator."""
    if one is None or two is None or one.over or two.over:
        return None
    return _Linear(_added(one.slope, two.slope, operator), _added(one.rest, two.rest, operator))


def _added(one: str, two: str, operator: str) -> str:
    if not two:
        return one
    if not one:
        return two if operator == "+" else ("-1" if two == "1" else f"-({two})")
    return f"{one} {operator} ({two})" if operator == "-" else f"{one} + {two}"
