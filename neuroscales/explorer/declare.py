# SPDX-License-Identifier: BSD-3-Clause
"""What an explorer is made of: its controls and its views, checked when they are declared."""

from collections import Counter
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Control:
    """A slider over the values that one argument of the model can take.

    Attributes:
        name: the model's argument.
        label: what it is, in words.
        unit: unit of the values; ``"1"`` for a pure number.
        values: the values, increasing; their steps need not be equal.
        start: the one the slider stands at first.

    Raises:
        ValueError: no label, an unknown unit, fewer than two values, values that do not increase, or a start
            that is none of them.
    """

    name: str
    label: str
    unit: str
    values: Sequence[float]
    start: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", tuple(float(value) for value in self.values))
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

    @property
    def start_index(self) -> int:
        """Number of the start value among the values."""
        return self.values.index(self.start)

    def text(self, value: float) -> str:
        """A value with its unit, as it is shown and read aloud.

        >>> Control("amp_nA", "Amplitude", "nA", (430, 860), 860).text(860.0)
        '860 nA'
        """
        return f"{value:g}" if self.unit == "1" else f"{value:g} {self.unit}"

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


class View(Protocol):
    """A panel of an explorer.

    What it shows travels as channels: flat arrays of fixed size, the same number of them for every run. A new
    kind of view is one class here and one drawing function in `script/`, registered under its `kind`.
    """

    kind: str

    def channels(self, recording: Recording, time: np.ndarray) -> list[np.ndarray]:
        """The arrays to be drawn, from one run; `time` is the page's time base."""

    def spec(self) -> dict[str, Any]:
        """What the drawing function needs beside the channels."""

    def draw(self, ax: Axes, recording: Recording, time: np.ndarray) -> None:
        """Draw one run with matplotlib, for paper and for readers without scripts."""


@dataclass(frozen=True)
class TimeSeries:
    """Signals over time on one pair of axes.

    Attributes:
        lines: the lines, at most three of one meaning.
        label: the quantity on the vertical axis.
        unit: its unit; signals are converted to it.
        range: lowest and highest value of the axis, the same for every run.

    Raises:
        ValueError: no line, no label, a line twice, lines that could not be told apart, an unknown unit, or a
            range that is empty.
    """

    lines: Sequence[Line]
    label: str
    unit: str
    range: tuple[float, float]
    kind = "time-series"

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.lines))
        what = f"the view {self.label!r}"
        if not self.label.strip():
            raise ValueError("a view needs a label: the quantity on its vertical axis")
        if not self.lines:
            raise ValueError(f"{what} needs at least one line")
        units.check_unit(self.unit)
        if not self.range[0] < self.range[1]:
            raise ValueError(f"the range of {what} must go up, not from {self.range[0]} to {self.range[1]}")
        refuse_twins([f"{line.signal} at {line.place}" for line in self.lines], f"the line {{}} of {what}")
        if len(self.lines) > 1:
            refuse_twins([line.label for line in self.lines], f"the label {{}} in {what}")
        self.styles()

    @property
    def axis_label(self) -> str:
        """Quantity and unit."""
        return self.label if self.unit == "1" else f"{self.label} ({self.unit})"

    def styles(self) -> list[tuple[str, Sequence[float]]]:
        """Color and dashes (in line widths; none for a solid line) of each line.

        Several lines of one meaning are places: told apart by dash as well as by shade.
        """
        keys = [line.color_key for line in self.lines]
        return [_style(key, keys[:i].count(key), keys.count(key)) for i, key in enumerate(keys)]

    def channels(self, recording: Recording, time: np.ndarray) -> list[np.ndarray]:
        """One array of shape (n_time,) for each line, in the view's unit.

        Raises:
            ValueError: the recording lacks a signal, its unit does not convert, or it ends too early.
        """
        return [np.interp(time, recording.time, self._values(recording, line)) for line in self.lines]

    def _label(self, ax: Axes, drawn: list[np.ndarray], time: np.ndarray) -> None:
        """Write each line's name at its peak, the first and last of several peaks outward."""
        peaks = [int(np.argmax(values)) for values in drawn]
        for line, values, top in zip(self.lines, drawn, peaks, strict=True):
            side = "center"
            if len(set(peaks)) > 1 and top in (min(peaks), max(peaks)):
                side = "right" if top == min(peaks) else "left"
            where = (time[top], values[top])
            ax.annotate(line.label, where, xytext=(0, 4), textcoords="offset points", ha=side)

    def _values(self, recording: Recording, line: Line) -> np.ndarray:
        try:
            signal = recording.signal(line.signal, line.place)
        except KeyError as error:
            raise ValueError(f"the view {self.label!r} draws {error.args[0]}") from None
        return units.convert(signal.values, signal.unit, self.unit)

    def spec(self) -> dict[str, Any]:
        """Axis, range and lines for the page."""
        lines = [
            {"label": line.label, "color": "ink" if color == style.INK else color, "dash": list(dash)}
            for line, (color, dash) in zip(self.lines, self.styles(), strict=True)
        ]
        return {"kind": self.kind, "label": self.axis_label, "range": list(self.range), "lines": lines}

    def draw(self, ax: Axes, recording: Recording, time: np.ndarray) -> None:
        """Draw one run on matplotlib axes."""
        drawn = self.channels(recording, time)
        for values, (color, dash) in zip(drawn, self.styles(), strict=True):
            ax.plot(time, values, color=color, linestyle=(0, tuple(dash)) if dash else "-")
        self._label(ax, drawn, time)
        ax.grid(axis="y", alpha=0.3)
        ax.set(xlim=(time[0], time[-1]), ylim=self.range, xlabel=f"Time ({recording.time_unit})")
        ax.set_title(self.axis_label, loc="left", fontsize="medium")


def refuse_twins(names: Iterable[str], sentence: str) -> None:
    """Raise a ValueError for the first name that stands twice; `sentence` has a place for it."""
    for name, times in Counter(names).items():
        if times > 1:
            raise ValueError(f"{sentence.format(repr(name))} stands {times} times")


def _style(meaning: str, number: int, of: int) -> tuple[str, Sequence[float]]:
    """Color and dashes of the `number`-th of `of` lines of one meaning."""
    if of == 1:
        return style.COLORS[meaning], _dashes(style.LINES[meaning])
    if of > len(style.PLACES):
        raise ValueError(
            f"{of} lines of {meaning} in one view: at most {len(style.PLACES)} can be told apart"
        )
    color, line = style.PLACES[number]
    return (color if meaning == "membrane potential" else style.COLORS[meaning]), _dashes(line)


def _dashes(line: str | tuple) -> Sequence[float]:
    """Dash lengths of a matplotlib line style; none for a solid line."""
    return () if line == "-" else line[1]
