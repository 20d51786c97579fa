# SPDX-License-Identifier: BSD-3-Clause
"""Parameters of one's own: a public function of the term's key, the assignment and the student's id.

They are individual, not secret: anybody can compute anybody's. They stop copied numbers, nothing else.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.handin.spec import Spec, parse


def normalized(student: str) -> str:
    """A student's id without outer blanks and without case: " Ada7 " and "ada7" are one student.

    >>> normalized(" Ada7 ")
    'ada7'
    """
    return unicodedata.normalize("NFKC", student).strip().casefold()


def own(spec: Mapping[str, Any] | Spec, student: str) -> dict[str, float]:
    """The parameters of the student with the id `student`, by name; without an id those for practice.

    Each value is drawn from the parameter's list by the SHA-256 of term key, assignment, normalized id and
    parameter name, so that the parameters of one student are independent of each other.
    """
    spec = parse(spec)
    if not normalized(student):
        return practice(spec)
    return {
        name: parameter.values[_draw(spec, student, name, len(parameter.values))]
        for name, parameter in spec.parameters.items()
    }


def practice(spec: Mapping[str, Any] | Spec) -> dict[str, float]:
    """The seed's parameters, by name: the ones everybody practices with."""
    return {name: parameter.practice for name, parameter in parse(spec).parameters.items()}


def _draw(spec: Spec, student: str, name: str, count: int) -> int:
    """A number from 0 to count - 1 that depends on all four parts and on where each of them ends."""
    parts = json.dumps([spec.key, spec.assignment, normalized(student), name]).encode()
    return int.from_bytes(hashlib.sha256(parts).digest()) % count


class Parameters(Mapping[str, float]):
    """Parameters by attribute (`p.diam`) and by item (`p["diam"]`); units show when it is printed.

    >>> p = Parameters({"diam": 100, "dur": 0.1}, {"diam": "um", "dur": "ms"})
    >>> p.diam, p["dur"]
    (100, 0.1)
    >>> p
    Parameters(diam = 100 um, dur = 0.1 ms)
    """

    __slots__ = ("_units", "_values")

    def __init__(self, values: Mapping[str, float], units: Mapping[str, str]) -> None:
        object.__setattr__(self, "_values", dict(values))
        object.__setattr__(self, "_units", dict(units))

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> float:
        if name.startswith("_") or name not in self._values:
            raise AttributeError(f"there is no parameter {name!r}; there are {', '.join(self)}")
        return self._values[name]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"parameters are given, not set: use a name of your own instead of p.{name}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def __repr__(self) -> str:
        parts = (f"{name} = {value:g} {self._units.get(name, '')}".rstrip() for name, value in self.items())
        return f"Parameters({', '.join(parts)})"
