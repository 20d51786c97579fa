# SPDX-License-Identifier: BSD-3-Clause
"""The public form of an assignment: `handin.json`, read, checked and typed.

The file says which parameters a student gets, which tasks there are, and for each task the names, kinds and
units of what is handed in. It holds no answer: the windows under "practice" belong to the seed's parameters,
which nobody is marked on.
"""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.handin import mechanism_file

FORMAT = 1
KINDS = ("number", "list", "time", "places", "frequency", "trace", "function", "mechanism")
BASES = ("time", "places", "frequency")
FEATURES = ("peak", "peak_time")

#: The keys of a spec and of its parts.
KEYS = {
    "spec": ("format", "assignment", "title", "key", "parameters", "tasks", "practice"),
    "parameter": ("name", "unit", "values", "practice", "meaning"),
    "task": ("title", "items"),
    "item": (
        "name",
        "kind",
        "unit",
        "min",
        "max",
        "window",
        "time",
        "none",
        "meaning",
        "arguments",
        "gives",
        "of",
        "mechanism",
    ),
}


class SpecError(ValueError):
    """`handin.json` is not what it should be; the message says where."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a student's own: its name, unit, the values it is drawn from and the seed's value."""

    name: str
    unit: str
    values: tuple[float, ...]
    practice: float
    meaning: str = ""


@dataclass(frozen=True)
class Item:
    """One thing that a task hands in.

    `kind` is "number", "list" (numbers in a row, as many as there are), "time" (a time base), "places" (along
    a cable, as fractions of its length), "frequency" (the base of a spectrum), "trace" (samples on the base
    `time`, of any of these three kinds), "function" or "mechanism" (one NMODL file). `minimum` and
    `maximum` are in `unit`; `window` is the stretch of time, of places or of frequencies that a base must
    cover; `none` says what `None` means where it may be handed in ("no spike").
    A function is tried in the notebook: with the parameters alone it must return a NEURON section; with
    `arguments` after them, `gives` numbers.
    A mechanism is `of` one of NMODL's kinds, "SUFFIX" or "POINT_PROCESS", and has the name `mechanism`.
    """

    name: str
    kind: str
    unit: str = ""
    minimum: float = -math.inf
    maximum: float = math.inf
    window: tuple[float, float] | None = None
    time: str | None = None
    none: str | None = None
    meaning: str = ""
    arguments: tuple[float, ...] = ()
    gives: int = 0
    of: str = ""
    mechanism: str = ""


@dataclass(frozen=True)
class Task:
    """One task: its title and the items that are handed in together."""

    name: str
    title: str
    items: Mapping[str, Item]

    @property
    def mechanism(self) -> Item | None:
        """The mechanism that the task hands in, if it does; it hands in nothing else then."""
        return next((item for item in self.items.values() if item.kind == "mechanism"), None)


@dataclass(frozen=True)
class Spec:
    """A whole `handin.json`."""

    assignment: str
    key: str
    parameters: Mapping[str, Parameter]
    tasks: Mapping[str, Task]
    practice: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def units(self) -> dict[str, str]:
        """Unit of each parameter, by name."""
        return {parameter.name: parameter.unit for parameter in self.parameters.values()}


def read(path: str | Path) -> Spec:
    """The spec in the file at `path`.

    Raises:
        SpecError: if the file is missing, is not JSON, or does not have the form above.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise SpecError(f"{path} is missing: keep it in the folder of the notebook") from None
    try:
        return parse(json.loads(text))
    except json.JSONDecodeError as error:
        raise SpecError(f"{path} is not JSON (line {error.lineno}): download it again") from None


def parse(data: "Mapping[str, Any] | Spec") -> Spec:
    """The spec in `data`, the parsed content of `handin.json`; a `Spec` is given back as it is.

    Raises:
        SpecError: if something is missing, has the wrong type or refers to a name that is not there.
    """
    if isinstance(data, Spec):
        return data
    if _get(data, "format", int, "handin.json") != FORMAT:
        raise SpecError(f"handin.json has format {data['format']}; this autograder reads format {FORMAT}")
    tasks = _get(data, "tasks", dict, "handin.json")
    spec = Spec(
        assignment=_get(data, "assignment", str, "handin.json"),
        key=_get(data, "key", str, "handin.json"),
        parameters=_by_name(_get(data, "parameters", list, "handin.json"), _parameter, "parameters"),
        tasks={name: _task(name, value) for name, value in tasks.items()},
        practice=_get(data, "practice", dict, "handin.json", {}),
    )
    _check_practice(spec)
    return spec


def _get(data: Any, key: str, kind: type | tuple[type, ...], where: str, default: Any = None) -> Any:
    """`data[key]`, of the type `kind`; without a default the key must be there."""
    if not isinstance(data, Mapping):
        raise SpecError(f"{where} must be an object")
    value = data.get(key, default)
    if value is None:
        raise SpecError(f'"{key}" is missing in {where}')
    if not isinstance(value, kind) or isinstance(value, bool):
        names = kind.__name__ if isinstance(kind, type) else "number"
        raise SpecError(f'"{key}" in {where} must be of the type {names}')
    return value


def _number(data: Any, key: str, where: str, default: float | None = None) -> float:
    """A finite number (or the default, which need not be finite)."""
    value = float(_get(data, key, (int, float), where, default))
    if key in data and not math.isfinite(value):
        raise SpecError(f'"{key}" in {where} must be finite')
    return value


def _pair(value: Any, where: str) -> tuple[float, float]:
    """Two increasing numbers."""
    numbers = isinstance(value, list) and all(isinstance(part, (int, float)) for part in value)
    if not numbers or len(value) != 2 or not value[0] <= value[1]:
        raise SpecError(f"{where} must be [low, high] with low <= high")
    return float(value[0]), float(value[1])


def _by_name(entries: list[Any], build: Callable[[Any, str], Any], where: str) -> dict[str, Any]:
    """Entries built one by one, by name; a name stands once."""
    built: dict[str, Any] = {}
    for number, entry in enumerate(entries, 1):
        made = build(entry, f"entry {number} of {where}")
        if made.name in built:
            raise SpecError(f'"{made.name}" stands twice in {where}')
        built[made.name] = made
    return built


def _parameter(data: Any, where: str) -> Parameter:
    """One entry of "parameters"."""
    values = _get(data, "values", list, where)
    if not values or not all(isinstance(value, (int, float)) and math.isfinite(value) for value in values):
        raise SpecError(f'"values" in {where} must be a list of finite numbers')
    return Parameter(
        name=_get(data, "name", str, where),
        unit=_get(data, "unit", str, where, ""),
        values=tuple(values),
        practice=_get(data, "practice", (int, float), where),
        meaning=_get(data, "meaning", str, where, ""),
    )


def _task(name: str, data: Any) -> Task:
    """One entry of "tasks"; a trace must name a base of the same task."""
    where = f'the task "{name}"'
    items = _by_name(_get(data, "items", list, where), _item, where)
    for item in items.values():
        base = items.get(item.time) if item.time else None
        if item.kind == "trace" and (base is None or base.kind not in BASES):
            raise SpecError(f'the trace "{item.name}" in {where} must name its base with "time"')
        if item.kind == "mechanism" and len(items) > 1:
            raise SpecError(f'the mechanism "{item.name}" in {where} must be all that is handed in there')
    return Task(name, _get(data, "title", str, where, name), items)


def _item(data: Any, where: str) -> Item:
    """One entry of a task's "items"."""
    kind = _get(data, "kind", str, where)
    if kind not in KINDS:
        raise SpecError(f'"kind" in {where} must be one of {", ".join(KINDS)}, not "{kind}"')
    if kind == "mechanism":
        _check_mechanism(data, where)
    return Item(
        name=_get(data, "name", str, where),
        kind=kind,
        unit=_get(data, "unit", str, where, ""),
        minimum=_number(data, "min", where, -math.inf),
        maximum=_number(data, "max", where, math.inf),
        window=_pair(data["window"], f'"window" in {where}') if "window" in data else None,
        time=data.get("time"),
        none=data.get("none"),
        meaning=_get(data, "meaning", str, where, ""),
        arguments=tuple(_get(data, "arguments", list, where, [])),
        gives=_get(data, "gives", int, where, 0),
        of=_get(data, "of", str, where, ""),
        mechanism=_get(data, "mechanism", str, where, ""),
    )


def _check_mechanism(data: Any, where: str) -> None:
    """A mechanism has a kind and a name of NMODL's."""
    kinds = mechanism_file.KINDS
    if data.get("of") not in kinds:
        raise SpecError(f'"of" in {where} must be {" or ".join(kinds)}')
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,63}", str(data.get("mechanism", ""))):
        raise SpecError(f'"mechanism" in {where} must be a name of letters, digits and _')


def _check_practice(spec: Spec) -> None:
    """Every practice window belongs to an item, and is [low, high] (by feature for a trace)."""
    for task, windows in spec.practice.items():
        for name, window in windows.items():
            item = spec.tasks[task].items.get(name) if task in spec.tasks else None
            if item is None:
                raise SpecError(f'"practice" names "{task}: {name}", which no task hands in')
            for feature, pair in window.items() if item.kind == "trace" else [("", window)]:
                if feature and feature not in FEATURES:
                    raise SpecError(f'"practice" of "{name}" knows {", ".join(FEATURES)}, not "{feature}"')
                _pair(pair, f'"practice" of "{task}: {name}"')
