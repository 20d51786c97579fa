# SPDX-License-Identifier: BSD-3-Clause
"""Functions and results on their way between a notebook and a fresh process of the same Python.

What a module holds crosses by its name, as `pickle` does it. A function of the notebook has no module that
the other side could import: it crosses as its compiled code, with the names of the notebook that it uses.
"""

import builtins
import dis
import importlib
import io
import marshal
import pickle
import sys
import types
from collections.abc import Iterator
from typing import Any

from mechanisms.loader import MechanismError


class CrossingError(MechanismError, TypeError):
    """Something cannot cross; the message says what, and what to do instead."""


def pack(content: Any) -> bytes:
    """Make `content` ready to cross.

    Args:
        content: numbers, strings, arrays, recordings, containers of these, and functions, those of a notebook
            with the modules, functions and values that they use.

    Returns:
        Bytes that `pickle.loads` reads in another process of the same Python.

    Raises:
        CrossingError: it holds what lives in one process alone, such as one of NEURON's sections.
    """
    buffer = io.BytesIO()
    try:
        _Pickler(buffer, protocol=pickle.HIGHEST_PROTOCOL).dump(content)
    except CrossingError:
        raise
    except (pickle.PicklingError, TypeError, AttributeError, ValueError) as error:
        raise CrossingError(
            f"this cannot leave its process ({error}): pass and return numbers, text, arrays or a Recording"
        ) from error
    return buffer.getvalue()


class _Pickler(pickle.Pickler):
    """Pickles a notebook's functions by their code, and NEURON's two doors by their names."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._spaces: dict[int, dict] = {}

    def reducer_override(self, thing: Any) -> Any:
        if isinstance(thing, types.ModuleType):
            return importlib.import_module, (thing.__name__,)
        if isinstance(thing, types.FunctionType) and not _is_importable(thing):
            return self._function(thing)
        if isinstance(thing, type) and not _is_importable(thing):
            raise CrossingError(
                f"the class {thing.__name__} was made in the notebook: write it within the function"
            )
        return _neurons(thing)

    def _function(self, function: types.FunctionType) -> tuple:
        """Code first and what it uses second, so that functions may use each other and themselves."""
        space = self._spaces.setdefault(id(function.__globals__), {"__name__": "__main__"})
        code = marshal.dumps(function.__code__)
        cells = tuple(cell.cell_contents for cell in function.__closure__ or ())
        used = {
            name: function.__globals__[name]
            for name in _global_names(function.__code__)
            if name in function.__globals__
        }
        state = (used, cells, function.__defaults__, function.__kwdefaults__)
        return _make_function, (code, space, len(cells)), state, None, None, _fill_function


def _make_function(code: bytes, space: dict, n_cells: int) -> types.FunctionType:
    """A function that knows nothing yet."""
    space["__builtins__"] = builtins  # C code that imports looks for it, as numpy's does
    cells = tuple(types.CellType() for _ in range(n_cells))
    return types.FunctionType(marshal.loads(code), space, closure=cells)


def _fill_function(function: types.FunctionType, state: tuple) -> None:
    """Give it the names and values that it uses."""
    used, cells, function.__defaults__, function.__kwdefaults__ = state
    function.__globals__.update(used)
    for cell, content in zip(function.__closure__ or (), cells, strict=True):
        cell.cell_contents = content


def _global_names(code: types.CodeType) -> Iterator[str]:
    """The names that code, and code within it, looks up in its module."""
    for step in dis.get_instructions(code):
        if step.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
            yield step.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _global_names(constant)


def _is_importable(thing: Any) -> bool:
    """Whether another process finds it under its module's name."""
    module = sys.modules.get(thing.__module__ or "")
    if module is None or module.__name__ == "__main__" or getattr(module, "__spec__", None) is None:
        return False
    found: Any = module
    for part in thing.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is thing


def _neurons(thing: Any) -> Any:
    """NEURON's `h` and `n` cross by name, its vectors by value, and nothing else of it."""
    neuron = sys.modules.get("neuron")
    for name in ("h", "n"):
        if neuron and thing is getattr(neuron, name, None):
            return getattr, (neuron, name)
    if type(thing).__module__ not in ("hoc", "nrn") or type(thing).__name__ == "Vector":
        return NotImplemented
    raise CrossingError(
        f"{thing} is one of NEURON's {type(thing).__name__} objects and lives in the process that made it: "
        "make it within the function, and return numbers, arrays or a Recording"
    )
