# SPDX-License-Identifier: BSD-3-Clause
"""What an explorer is made of: controls, lines and views, checked when they are declared."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from matplotlib.axes import Axes

from neuroscales.core import style, units
from neuroscales.core.recording import Recording

# signal -> what it means, where the name alone tells
_MEANINGS = {
    "v": "membrane potential",
    "i_stim": "stimulus",
    "m": "sodium",
    "h": "sodium",
    "gna": "sodium",
    "ina": "sodium",
    "n": "potassium",
    "gk": "potassium",
    "ik": "potassium",
}


_JUMPING = ("i_stim", "n_open")
"""Signals that jump between two samples, and hold in between."""


def shown_unit(unit: str) -> str:
    """A unit as it is printed.

    >>> [shown_unit(unit) for unit in ("S/cm2", "um2", "uA/cm2", "uM", "degC")]
    ['S/cm²', 'µm²', 'µA/cm²', 'µM', '°C']
    """
    for plain, sign in (("m2", "m²"), ("um", "µm"), ("uA", "µA"), ("uM", "µM"), ("degC", "°C")):
        unit = unit.replace(plain, sign)
    return unit


@dataclass(frozen=True)
class Control:
    """A slider over the values that one argument of the model can take.

    Attributes:
        name: the model's argument.
        label: what it is, in words.
        unit: unit of the values; ``"1"`` for a pure number.
        values: the values, increasing; their steps need not be equal.
        start: the one the slider stands at first.
        words: what is shown in place of each value, where the values only number what there is to choose.

    Raises:
        ValueError: no label, an unknown unit, fewer than two values, values that do not increase, a start
            that is none of them, or not one text for each value.
    """

    name: str
    label: str
    unit: str
    values: Sequence[float]
    start: float
    words: Sequence[str] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
        object.__setattr__(self, "words", tuple(self.words))
        what = f"control {self.name!r}"
        if not self.label.strip():
            raise ValueError(f"{what} needs a label: say in words what the slider changes")
        units.check_unit(self.unit)
        if len(self.values) < 2:
            raise ValueError(f"{what} needs at least two values, not {len(self.values)}")
        if not np.all(np.isfinite(self.values)) or np.any(np.diff(self.values) <= 0):
            raise ValueError(f"the values of {what} must be finite and increase")
        if self.start not in self.values:
            raise ValueError(f"{what} starts at {self.start:g} {self.unit}, which is none of its values")
        if self.words and len(self.words) != len(self.values):
            raise ValueError(f"{what} has {len(self.words)} words for {len(self.values)} values")

    @property
    def start_index(self) -> int:
        """Number of the start value among the values."""
        return self.values.index(self.start)

    def text(self, value: float) -> str:
        """A value with its unit, as it is shown and read aloud.

        >>> Control("amp_nA", "Amplitude", "nA", (430, 860), 860).text(860.0)
        '860 nA'
        """
        if self.words:
            return self.words[self.values.index(value)]
        number = f"{value:g}".replace("-", "\N{MINUS SIGN}")
        return number if self.unit == "1" else f"{number} {shown_unit(self.unit)}"

    def spec(self) -> dict[str, Any]:
        """What the page needs to know."""
        texts = [self.text(value) for value in self.values]
        return {"label": self.label, "texts": texts, "start": self.start_index}


@dataclass(frozen=True)
class Line:
    """One line of a view: a signal at a place, and the words written where it runs.

    Attributes:
        signal: name of the recording's signal.
        place: where it was recorded; None where there is only one place.
        label: a few words.
        meaning: key of `neuroscales.core.style.COLORS`; None where the signal's name tells.
    """

    signal: str
    place: float | str | None = None
    label: str = ""
    meaning: str | None = None

    @property
    def color_key(self) -> str:
        """The meaning that decides the color."""
        meaning = self.meaning or _MEANINGS.get(self.signal)
        if meaning not in style.COLORS:
            raise ValueError(
                f"line {self.label or self.signal!r} needs a meaning, one of {', '.join(style.COLORS)}"
            )
        return meaning

    @property
    def jumps(self) -> bool:
        """Whether the line goes in steps: each value holds since the sample before."""
        return self.signal in _JUMPING


@dataclass(frozen=True)
class Run:
    """One run of the model, as its views see it.

    Attributes:
        recording: what the model returned.
        time: the time base of what is drawn, shape (samples,), in the recording's unit.
        values: the controls' values, by name.
        across: called with a `measure` of recordings and the name of a control: what is measured at all
            values of that control, the others as they are here; NaN where there is nothing to measure.
    """

    recording: Recording
    time: np.ndarray
    values: Mapping[str, float]
    across: Callable[[Callable[[Recording], float | None], str], np.ndarray]


class View(Protocol):
    """A panel of an explorer.

    What it shows travels as channels: flat arrays of fixed size, the same number of them for every run. A new
    kind of view is one class in `neuroscales.explorer.views` and one drawing function in `script/`,
    registered under its `kind`.

    Attributes:
        kind: name of the drawing function.
        levels: steps between a channel's lowest and highest value on a page.
        side_by_side: how many panels like this one stand in one row where there is room.
    """

    kind: str
    levels: int
    side_by_side: int

    def channels(self, run: Run) -> list[np.ndarray]:
        """The arrays to be drawn, from one run; NaN where there is no value."""

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """What the drawing function needs beside the channels."""

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw one run at the instant `moment` with matplotlib, for paper and for readers without scripts."""


def refuse_twins(names: Iterable[str], sentence: str) -> None:
    """Raise a ValueError for the first name that stands twice; `sentence` has a place for it."""
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"{sentence.format(repr(name))} stands {times} times")


def check_words(what: str, declared: Any, fields: Iterable[str]) -> None:
    """Refuse a name that cannot stand in an address, and a figure that lacks its words."""
    if not re.fullmatch(r"[a-z][a-z0-9-]*", declared.name):
        raise ValueError(f"{what}: a name is lower-case letters, digits and hyphens")
    for field in fields:
        if not getattr(declared, field).strip():
            raise ValueError(f"{what} needs {_WORDS[field]}")


_WORDS = {
    "title": "a title: a few words above the figure",
    "question": "a question: what the reader is to draw",
    "caption": "a caption: what the reader should take from it",
    "alt": "alternative text: say in words what is to be seen",
}
