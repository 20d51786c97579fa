# SPDX-License-Identifier: BSD-3-Clause
"""Reading what students' processes and files say: JSON with limits, and hand-ins that are checked again."""

import json
import math
from collections.abc import Mapping
from typing import Any

from autograder.handin import form
from autograder.handin.spec import Spec, Task

MAX_DEPTH = 40
_PAYLOAD = {"format", "assignment", "task", "student", "parameters", "values"}
_MAX_PROTOCOL_VALUES = 64


class UntrustedError(ValueError):
    """Input that was not written as it should be; the message is one clause, to be put into a sentence."""


def loads(text: str | bytes, *, strict: bool = True, max_depth: int = MAX_DEPTH) -> Any:
    """Parse JSON that a stranger wrote.

    Args:
        text: The JSON; its length is limited by the caller.
        strict: Refuse duplicate keys and numbers that are not finite, instead of taking the last key and
            None.
        max_depth: Deepest nesting of lists and objects.

    Raises:
        UntrustedError: If the text is not JSON, is nested too deeply, or (strict) repeats a key or holds NaN
            or infinity.
    """
    pairs = _unique if strict else dict
    constant = _refuse_constant if strict else (lambda _: None)
    try:
        value = json.loads(text, object_pairs_hook=pairs, parse_constant=constant)
    except UntrustedError:
        raise
    except (ValueError, UnicodeDecodeError):
        raise UntrustedError("it is not valid JSON") from None
    except RecursionError:
        raise UntrustedError("it is nested too deeply") from None
    _check_depth(value, max_depth)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object, in which no key stands twice."""
    built = dict(pairs)
    if len(built) != len(pairs):
        raise UntrustedError("it has a key twice")
    return built


def _refuse_constant(name: str) -> None:
    """NaN and infinities are not JSON."""
    raise UntrustedError(f"it holds {name}")


def _check_depth(value: Any, max_depth: int) -> None:
    """Level by level, so that the check itself does not recurse."""
    level = [value]
    for _ in range(max_depth):
        level = [
            child
            for part in level
            if isinstance(part, (list, dict))
            for child in (part.values() if isinstance(part, dict) else part)
            if isinstance(child, (list, dict))
        ]
        if not level:
            return
    raise UntrustedError("it is nested too deeply")


def writable(text: str) -> str:
    """The text with "?" for half characters (lone surrogates), which JSON can name but no file can hold.

    >>> writable("a" + chr(0xD800))
    'a?'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def handin(payload: Any, spec: Spec) -> dict[str, Any]:
    """A hand-in as it came out of a student's process, checked from the ground up.

    Returns:
        `task`, `student` (the declared id), `parameters` (the declared set) and `values`, plain and finite.

    Raises:
        UntrustedError: If anything is missing, unknown, too much or of the wrong form.
    """
    task = _envelope(payload, spec, _PAYLOAD)
    try:
        values = form.check(task, _mapping(payload["values"], "values"))
    except form.FormError as error:
        raise UntrustedError(str(error)) from None
    return _declared(payload, spec) | {"task": task.name, "values": values}


def protocol_run(payload: Any, spec: Spec) -> dict[str, Any]:
    """What a student's function gave under the protocol, for one set of parameters.

    Returns:
        `task`, `index`, `parameters`, and either `values` (numbers and lists of numbers by name) or `error`.
    """
    keys = _PAYLOAD | {"protocol", "index"}
    failed = isinstance(payload, Mapping) and "error" in payload
    task = _envelope(payload, spec, keys | {"error"} if failed else keys)
    if payload["protocol"] is not True or type(payload["index"]) is not int:
        raise UntrustedError("it is not a run of the protocol")
    run = _declared(payload, spec) | {"task": task.name, "index": payload["index"]}
    if failed:
        return run | {"error": _text(payload["error"], "error", 500)}
    values = _mapping(payload["values"], "values")
    if len(values) > _MAX_PROTOCOL_VALUES:
        raise UntrustedError("it has too many values")
    return run | {
        "values": {_text(name, "a name", 100): _numbers(name, value) for name, value in values.items()}
    }


def _envelope(payload: Any, spec: Spec, keys: set[str]) -> Task:
    """The outer form, and the task it is for."""
    if set(_mapping(payload, "a hand-in")) != keys:
        raise UntrustedError("its fields are not those of a hand-in")
    if payload["format"] != 1 or payload["assignment"] != spec.assignment:
        raise UntrustedError("it belongs to another assignment")
    name = payload["task"]
    if not isinstance(name, str) or name not in spec.tasks:
        raise UntrustedError("it names a task that does not exist")
    return spec.tasks[name]


def _declared(payload: Mapping[str, Any], spec: Spec) -> dict[str, Any]:
    """The id and the parameters that the notebook says it used."""
    used = _mapping(payload["parameters"], "parameters")
    if set(used) != set(spec.parameters):
        raise UntrustedError("its parameters are not those of the assignment")
    parameters = {name: _finite(value, f"the parameter {name}") for name, value in used.items()}
    return {"student": _text(payload["student"], "student", 200), "parameters": parameters}


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    """An object."""
    if not isinstance(value, Mapping):
        raise UntrustedError(f"{what} must be an object")
    return value


def _text(value: Any, what: str, longest: int) -> str:
    """A text that is not too long."""
    if not isinstance(value, str) or len(value) > longest:
        raise UntrustedError(f"{what} must be a text of at most {longest} characters")
    return writable(value)


def _finite(value: Any, what: str) -> float:
    """A finite number; an integer beyond the range of floats is none."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or abs(value) > 1e300 or not math.isfinite(value):
        raise UntrustedError(f"{what} must be a finite number")
    return value


def _numbers(name: str, value: Any) -> float | list[float]:
    """A finite number, or a list of them that is not too long."""
    if not isinstance(value, list):
        return _finite(value, name)
    if len(value) > form.MAX_SAMPLES:
        raise UntrustedError(f"{name} has more than {form.MAX_SAMPLES} samples")
    return [_finite(sample, name) for sample in value]
