# SPDX-License-Identifier: BSD-3-Clause
"""The form of a hand-in: is it complete, finite, in range and of the right shape?

The same check runs twice: in the student's notebook, where its sentence helps at once, and in the grader,
where what comes out of a student's process is not believed. It says nothing about right or wrong.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.handin import mechanism_file
from autograder.handin.spec import Item, Task
from mechanisms.nmodl import Complaint

MAX_SAMPLES = 20_000
SLACK_MS = 0.5  # a variable-step record may end a little early
_PREFIXES = ["p", "n", "u", "m", "", "k", "M"]
_BASES = ("A", "V", "S", "Ohm", "F", "Hz", "m", "s")


class FormError(ValueError):
    """Something handed in does not have the form that the task asks for; the message says what to do."""


def check(task: Task, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a hand-in as plain data: floats, lists of them, `None` where allowed, names, texts.

    Args:
        task: the task, with its items.
        values: by item: numbers (of Python or numpy), sequences (lists, arrays, NEURON Vectors), functions,
            or the text of a mechanism.

    Raises:
        FormError: at the first thing that is not as it should be.
    """
    _check_names(task, values)
    checked = {name: _plain(item, values[name]) for name, item in task.items.items()}
    for item in task.items.values():
        if item.kind == "trace" and checked[item.name] is not None:
            _check_length(item, checked)
    return checked


def _check_names(task: Task, values: Mapping[str, Any]) -> None:
    """Exactly the names that the task asks for."""
    asked = ", ".join(task.items)
    for name in values:
        if name not in task.items:
            raise FormError(f"the task {task.name!r} does not take {name!r}; it takes {asked}")
    missing = [name for name in task.items if name not in values]
    if missing:
        also = "also " if values else ""
        raise FormError(f"the task {task.name!r} {also}needs {', '.join(missing)}; it takes {asked}")


def _plain(item: Item, value: Any) -> Any:
    """One value, checked by its kind and made plain."""
    if value is None and item.none:
        return None
    if value is None or value is Ellipsis:
        raise FormError(f"{item.name} is still {'None' if value is None else '...'}: put your answer there")
    if item.kind == "function":
        return _function_name(item, value)
    if item.kind == "mechanism":
        return _mechanism_text(item, value)
    array = _floats(item, value)
    if item.kind == "number":
        return _number(item, array)
    return _series(item, array).tolist()


def _function_name(item: Item, value: Any) -> str:
    """The name of a function; in the grader the name alone has come through."""
    if isinstance(value, str):
        return value[:100]
    if not callable(value):
        raise FormError(f"{item.name} must be a function: hand in the name alone, {item.name}={item.name}")
    return str(getattr(value, "__name__", item.name))[:100]


def placeholder(item: Item) -> str:
    """The least that has the form of a function or a mechanism, where only its runs matter."""
    if item.kind == "mechanism":
        return mechanism_file.placeholder(item.of, item.mechanism)
    return "function"


def _mechanism_text(item: Item, value: Any) -> str:
    """The text of a mechanism, if it may be compiled for this task."""
    try:
        text = mechanism_file.text_of(value)
    except ValueError as error:
        raise FormError(f"{item.name} {error}") from None
    if fault := mechanism_file.find_fault(text, item.of, item.mechanism):
        raise FormError(located(item, fault))
    return text


def located(item: Item, fault: Complaint) -> str:
    """What is wrong with a mechanism's text, and in which line."""
    where = f"{item.name}, line {fault.line}" if fault.line else item.name
    return f"{where}: {fault.sentence}"


def _floats(item: Item, value: Any) -> np.ndarray:
    """The value as an array of finite floats."""
    if isinstance(value, (str, bytes, bool, np.bool_)):
        raise FormError(f"{item.name} must be {_noun(item)}, not {value!r:.40}")
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise FormError(f"{item.name} must be {_noun(item)}, not a {type(value).__name__}") from None
    if array.size and not np.isfinite(array).all():
        first = int(np.flatnonzero(~np.isfinite(array))[0])
        where = "" if array.ndim == 0 else f" at sample {first}"
        raise FormError(f"{item.name} is {array.flat[first]}{where}; it must be finite everywhere")
    return array


def _noun(item: Item) -> str:
    """What an item is, in words."""
    unit = f" in {item.unit}" if item.unit else ""
    return f"a number{unit}" if item.kind == "number" else f"a list or array of numbers{unit}"


def _number(item: Item, array: np.ndarray) -> float:
    """One number within its range."""
    if array.ndim:
        raise FormError(f"{item.name} must be one number, not an array of shape {array.shape}")
    _check_range(item, float(array))
    return float(array)


def _series(item: Item, array: np.ndarray) -> np.ndarray:
    """One row of numbers, not too long, within its range; time increases and covers its window."""
    least = 1 if item.kind == "list" else 2
    if array.ndim != 1 or array.size < least:
        row = "numbers in one row" if item.kind == "list" else "one row of at least 2 samples"
        raise FormError(f"{item.name} must be {row}, not of shape {array.shape}")
    if array.size > MAX_SAMPLES:
        step = -(-array.size // MAX_SAMPLES)
        hint = f"hand in every {step}th sample: {item.name}[::{step}]"
        raise FormError(f"{item.name} has {array.size} samples, at most {MAX_SAMPLES} are taken; {hint}")
    if item.kind == "time":
        _check_time(item, array)
    _check_range(item, float(array.min()))
    _check_range(item, float(array.max()))
    if item.kind == "places":
        _check_places(item, array)
    if item.kind == "frequency":
        _check_frequencies(item, array)
    return array


def _check_frequencies(item: Item, frequency: np.ndarray) -> None:
    """Frequencies increase, and cover the window."""
    if (np.diff(frequency) <= 0).any():
        raise FormError(f"{item.name} does not increase: give each frequency once, in order")
    low, high = item.window or (frequency[0], frequency[-1])
    if frequency[0] > low or frequency[-1] < high:
        slip = _slip(item, float(frequency[-1]), high, 10 * high)
        covered = f"{item.name} covers {frequency[0]:g} to {frequency[-1]:g} {item.unit}"
        raise FormError(slip or f"{covered}, the task needs {low:g} to {high:g} {item.unit}")


def _check_places(item: Item, places: np.ndarray) -> None:
    """Places go from one end of the cable to the other, each once."""
    if (np.diff(places) <= 0).any():
        first = int(np.argmax(np.diff(places) <= 0)) + 1
        raise FormError(f"{item.name} does not increase at sample {first}: give each node once, in order")
    low, high = item.window or (places[0], places[-1])
    if places[0] > low or places[-1] < high:
        covered = f"{item.name} covers {places[0]:g} to {places[-1]:g} of the length"
        raise FormError(f"{covered}, the task needs all nodes")


def _check_time(item: Item, time: np.ndarray) -> None:
    """Time increases, and covers the window with a little slack."""
    steps = np.diff(time)
    if (steps < 0).any():
        raise FormError(f"{item.name} runs backwards at sample {int(np.argmax(steps < 0)) + 1}")
    if not steps.any():
        raise FormError(f"{item.name} does not increase")
    if item.window is None:
        return
    start, end = item.window
    if time[0] > start + SLACK_MS or time[-1] < end - SLACK_MS:
        slip = _slip(item, float(time[-1]), end - SLACK_MS, 10 * end)
        covered = f"{item.name} covers {time[0]:g} to {time[-1]:g} {item.unit}"
        hint = "run longer" if time[-1] < end - SLACK_MS else "record from the start"
        raise FormError(slip or f"{covered}, the task needs {start:g} to {end:g} {item.unit}: {hint}")


def _check_length(item: Item, checked: Mapping[str, Any]) -> None:
    """A trace has one sample per time."""
    time = checked[item.time]
    if time is None or len(time) != len(checked[item.name]):
        count = 0 if time is None else len(time)
        lengths = f"{item.name} has {len(checked[item.name])} samples, {item.time} has {count}"
        raise FormError(f"{lengths}: they belong together, one sample for each")


def _check_range(item: Item, value: float) -> None:
    """Between `minimum` and `maximum`; a factor of a thousand is told as what it looks like."""
    if item.minimum <= value <= item.maximum:
        return
    slip = _slip(item, value, item.minimum, item.maximum)
    if item.minimum <= -value <= item.maximum:
        slip = f"{item.name} looks like it has the wrong sign: it is {value:g}"
    bounds = f"between {item.minimum:g} and {item.maximum:g} {item.unit}"
    raise FormError(slip or f"{item.name} is {value:g}, it must lie {bounds}".rstrip())


def _slip(item: Item, value: float, low: float, high: float) -> str | None:
    """A sentence if the value fits once it is read in a unit that is larger or smaller by thousands."""
    for power in (1, -1, 2, -2, 3, -3):
        unit = scaled_unit(item.unit, power)
        if unit and low <= value * 1000.0**power <= high:
            return f"{item.name} looks like it is in {unit}; {item.unit} is expected"
    return None


def scaled_unit(unit: str, power: int) -> str | None:
    """The unit that is 1000**power times `unit`, or None if there is no name for it.

    >>> scaled_unit("nA", 1), scaled_unit("mV", 1), scaled_unit("ms", 1), scaled_unit("S/cm2", -1)
    ('uA', 'V', 's', 'mS/cm2')
    """
    numerator, slash, rest = unit.partition("/")
    for base in _BASES:
        prefix = numerator.removesuffix(base)
        if numerator.endswith(base) and prefix in _PREFIXES:
            index = _PREFIXES.index(prefix) + power
            return f"{_PREFIXES[index]}{base}{slash}{rest}" if 0 <= index < len(_PREFIXES) else None
    return None
