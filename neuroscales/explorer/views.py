# SPDX-License-Identifier: BSD-3-Clause
"""The views of an explorer: signals over time, along a cable, over both, and numbers measured in all runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes

from neuroscales.core import style, units
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer.declare import Control, Line, Run, refuse_twins, shown_unit

COARSE = 511
"""Levels of what fills a small panel or an image: half a step is a third of a pixel on 340 pixels."""

FINE = 2047
"""Levels of a trace over time: half a step is a quarter of a pixel on 1000 pixels."""


def axis_label(label: str, unit: str) -> str:
    """Quantity and unit, as they stand beside an axis.

    >>> axis_label("Membrane potential", "mV")
    'Membrane potential (mV)'
    """
    return label if unit == "1" else f"{label} ({shown_unit(unit)})"


def dash_lengths(line: str | tuple) -> Sequence[float]:
    """Dash lengths, in line widths, of a matplotlib line style; none for a solid line."""
    return () if line == "-" else line[1]


@dataclass(frozen=True)
class _Panel:
    """What every panel of lines has: the lines, and a vertical axis that is the same for every run.

    Attributes:
        lines: the lines, at most three of one meaning.
        label: the quantity on the vertical axis.
        unit: its unit; signals are converted to it.
        range: lowest and highest value of the axis, the same for every run.
        side_by_side: how many panels like this one share the width of a desk.

    Raises:
        ValueError: no line, no label, a line twice, lines that could not be told apart, an unknown unit, or a
            range that is empty.
    """

    lines: Sequence[Line]
    label: str
    unit: str
    range: tuple[float, float]
    side_by_side: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "lines", tuple(self.lines))
        check_axis(self.label, self.unit, self.range)
        what = f"the view {self.label!r}"
        if not self.lines:
            raise ValueError(f"{what} needs at least one line")
        refuse_twins([f"{line.signal} at {line.place}" for line in self.lines], f"the line {{}} of {what}")
        if len(self.lines) > 1:
            refuse_twins([line.label for line in self.lines], f"the label {{}} in {what}")
        self.styles()

    def styles(self) -> list[tuple[str, Sequence[float]]]:
        """Color and dashes (in line widths; none for a solid line) of each line.

        Several lines of one meaning are places: told apart by dash as well as by shade.
        """
        keys = [line.color_key for line in self.lines]
        return [_style(key, keys[:i].count(key), keys.count(key)) for i, key in enumerate(keys)]

    def _spec(self) -> dict[str, Any]:
        lines = [
            {
                "label": line.label,
                "color": "ink" if color == style.INK else color,
                "dash": list(dash),
                "jumps": line.jumps,
            }
            for line, (color, dash) in zip(self.lines, self.styles(), strict=True)
        ]
        shown = {"label": axis_label(self.label, self.unit), "range": list(self.range), "lines": lines}
        return {"kind": self.kind, "sideBySide": self.side_by_side, **shown}

    def _plot(self, ax: Axes, x: np.ndarray, drawn: Sequence[np.ndarray]) -> None:
        for line, values, (color, dash) in zip(self.lines, drawn, self.styles(), strict=True):
            way = "steps-pre" if line.jumps else "default"
            ax.plot(x, values, color=color, linestyle=(0, tuple(dash)) if dash else "-", drawstyle=way)
        self._label(ax, x, drawn)
        ax.grid(axis="y", alpha=0.3)
        ax.set(xlim=(x[0], x[-1]), ylim=self.range)
        ax.set_title(axis_label(self.label, self.unit), loc="left", fontsize="medium")

    def _label(self, ax: Axes, x: np.ndarray, drawn: Sequence[np.ndarray]) -> None:
        """Write each line's name at its peak, outward at the first and the last, but inside the axes."""
        peaks = [int(np.argmax(values)) for values in drawn]
        for line, values, top in zip(self.lines, drawn, peaks, strict=True):
            side = "center"
            if len(set(peaks)) > 1 and top in (min(peaks), max(peaks)):
                side = "right" if top == min(peaks) else "left"
            if not 0.05 < top / len(x) < 0.95:
                side = "left" if top < len(x) / 2 else "right"
            below = values[top] > self.range[1] - 0.1 * (self.range[1] - self.range[0])
            place = {"xytext": (0, -13 if below else 4), "textcoords": "offset points", "ha": side}
            ax.annotate(line.label, (x[top], values[top]), **place)


@dataclass(frozen=True)
class TimeSeries(_Panel):
    """Signals over time on one pair of axes; where the explorer has a moment, a cursor shows it.

    Attributes and errors: those of every panel of lines (lines, label, unit, range, side_by_side).
    """

    kind = "time-series"
    levels = FINE

    def channels(self, run: Run) -> list[np.ndarray]:
        """One array of shape (n_time,) for each line, in the view's unit.

        Raises:
            ValueError: the recording lacks a signal, or its unit does not convert.
        """
        return [self._sampled(run, line) for line in self.lines]

    def _sampled(self, run: Run, line: Line) -> np.ndarray:
        values, time = self._values(run.recording, line), run.recording.time
        if line.jumps:
            # Between two samples the later one holds; a time that rounding put just after one is that one's.
            later = np.searchsorted(time, run.time - 1e-9 * time[-1])
            return values[np.minimum(later, len(time) - 1)]
        return np.interp(run.time, time, values)

    def _values(self, recording: Recording, line: Line) -> np.ndarray:
        signal = find_signal(self.label, recording.signal, line.signal, line.place)
        return units.convert(signal.values, signal.unit, self.unit)

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """Axis, range and lines for the page."""
        return self._spec()

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw one run on matplotlib axes."""
        self._plot(ax, run.time, self.channels(run))
        ax.set(xlabel=f"Time ({run.recording.time_unit})")
        if moment is not None:
            ax.axvline(moment, color=style.INK, linewidth=0.8, alpha=0.6)


@dataclass(frozen=True)
class SpaceProfile(_Panel):
    """Signals along a cable at one instant: a picture of the movie that the time control plays.

    Attributes and errors: those of every panel of lines, and

    Attributes:
        length: length of the cable, in `length_unit`.
        length_unit: unit of the horizontal axis.
        along: what the horizontal axis measures.
        places: number of places, evenly spaced from end to end, at which the profile is drawn.
        smooth: whether the line curves through the places (without a peak of its own) or runs straight.
    """

    length: float = 1.0
    length_unit: str = "1"
    along: str = "Distance"
    places: int = 41
    smooth: bool = True
    kind = "space-profile"
    levels = COARSE

    def channels(self, run: Run) -> list[np.ndarray]:
        """One array of shape (places, n_time) for each line, in the view's unit, cut off outside its range.

        Raises:
            ValueError: the recording lacks a profile, or its unit does not convert.
        """
        return [_sheet(run, line.signal, self) for line in self.lines]

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """Axes, range and lines for the page."""
        return {**self._spec(), **_space_spec(self), "smooth": self.smooth}

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw the profile at the moment."""
        at = int(np.argmin(np.abs(run.time - moment)))
        x = np.linspace(0, self.length, self.places)
        self._plot(ax, x, [sheet[:, at] for sheet in self.channels(run)])
        ax.set(xlabel=axis_label(self.along, self.length_unit))


@dataclass(frozen=True)
class SpaceTimeMap:
    """One signal over place and time as an image; a line across it shows the movie's moment.

    Colors run evenly from dark blue to yellow for every eye (cividis: Nuñez and others 2018,
    https://doi.org/10.1371/journal.pone.0199239).

    Attributes:
        signal: name of the recording's profile.
        label: the quantity that is colored.
        unit: its unit.
        range: values of the darkest and of the brightest color, the same for every run.
        length: length of the cable, in `length_unit`.
        length_unit: unit of the horizontal axis.
        along: what the horizontal axis measures.
        places: number of places; with those of a `SpaceProfile` equal, the data travel once.
        side_by_side: how many panels like this one share the width of a desk.

    Raises:
        ValueError: no label, an unknown unit, or an empty range.
    """

    signal: str
    label: str
    unit: str
    range: tuple[float, float]
    length: float = 1.0
    length_unit: str = "1"
    along: str = "Distance"
    places: int = 41
    side_by_side: int = 1
    kind = "space-time-map"
    levels = COARSE

    def __post_init__(self) -> None:
        check_axis(self.label, self.unit, self.range)

    def channels(self, run: Run) -> list[np.ndarray]:
        """One array of shape (places, n_time), in the view's unit, cut off a little outside its range."""
        return [_sheet(run, self.signal, self)]

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """Axes, range and colors for the page."""
        colors = [mpl.colors.to_hex(mpl.colormaps["cividis"](share)) for share in np.linspace(0, 1, 17)]
        shown = {"label": axis_label(self.label, self.unit), "range": list(self.range), "colors": colors}
        return {"kind": self.kind, "sideBySide": self.side_by_side, **shown, **_space_spec(self)}

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw the image, its color scale, and the moment as a line."""
        (sheet,) = self.channels(run)
        extent = (0, self.length, run.time[0], run.time[-1])
        low, high = self.range
        image = ax.imshow(
            sheet.T, extent=extent, vmin=low, vmax=high, cmap="cividis", origin="lower", aspect="auto"
        )
        ax.figure.colorbar(image, ax=ax)
        ax.axhline(moment, color="white", linewidth=1.2)
        ax.set(xlabel=axis_label(self.along, self.length_unit), ylabel=f"Time ({run.recording.time_unit})")
        ax.set_title(axis_label(self.label, self.unit), loc="left", fontsize="medium")


@dataclass(frozen=True)
class Summary:
    """A number measured in every run, over all values of one control; the run that is shown is marked.

    Attributes:
        measure: called with a recording; returns the number, in `unit`, or None where there is none.
        over: the explorer's control that is drawn on the horizontal axis.
        label: the quantity on the vertical axis.
        unit: its unit.
        range: lowest and highest value of the axis.
        meaning: key of `neuroscales.core.style.COLORS`.
        side_by_side: how many panels like this one share the width of a desk.
        logarithmic: whether both axes are; a number that is not positive is then left out.

    Raises:
        ValueError: no label, an unknown unit, an empty range, or a logarithmic axis down to zero.
    """

    measure: Callable[[Recording], float | None]
    over: Control
    label: str
    unit: str
    range: tuple[float, float]
    meaning: str = "membrane potential"
    side_by_side: int = 1
    logarithmic: bool = False
    kind = "summary"
    levels = FINE

    def __post_init__(self) -> None:
        check_axis(self.label, self.unit, self.range)
        if self.logarithmic and min(self.range[0], self.over.values[0]) <= 0:
            raise ValueError(f"the view {self.label!r} is logarithmic: both axes must begin above zero")

    def channels(self, run: Run) -> list[np.ndarray]:
        """One array: the number (or its logarithm) at each value of the control, NaN where there is none."""
        numbers = run.across(self.measure, self.over.name)
        return [self._on_axis(np.where(numbers > 0, numbers, np.nan) if self.logarithmic else numbers)]

    def _on_axis(self, values: Sequence[float]) -> np.ndarray:
        """Values as they are laid out along an axis: themselves, or their logarithms to base 10."""
        return np.log10(values) if self.logarithmic else np.asarray(values)

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """Axes and line for the page.

        Raises:
            ValueError: the explorer has no such control.
        """
        if self.over not in controls:
            raise ValueError(f"the view {self.label!r} is drawn over {self.over.name!r}: no control")
        x = {
            "control": list(controls).index(self.over),
            "x": self._on_axis(self.over.values).tolist(),
            "xLabel": axis_label(self.over.label, self.over.unit),
            "logarithmic": self.logarithmic,
        }
        line = {
            "label": "",
            "color": style.COLORS[self.meaning],
            "dash": list(dash_lengths(style.LINES[self.meaning])),
        }
        ends = self._on_axis(self.range).tolist()
        shown = {"label": axis_label(self.label, self.unit), "range": ends, "lines": [line]}
        return {"kind": self.kind, "sideBySide": self.side_by_side, **x, **shown}

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw the line, and a dot at the run's own value."""
        (numbers,) = self.channels(run)
        if self.logarithmic:
            numbers = 10**numbers
            ax.set(xscale="log", yscale="log")
        here = self.over.values.index(run.values[self.over.name])
        color = style.COLORS[self.meaning]
        ax.plot(self.over.values, numbers, color=color, linestyle=style.LINES[self.meaning])
        ax.plot(self.over.values[here], numbers[here], "o", color=color, markersize=7)
        ax.grid(axis="y", alpha=0.3)
        ax.set(ylim=self.range, xlabel=axis_label(self.over.label, self.over.unit))
        ax.set_title(axis_label(self.label, self.unit), loc="left", fontsize="medium")


def check_axis(label: str, unit: str, ends: tuple[float, float]) -> None:
    """Refuse an axis without a quantity, of an unknown unit, or without length."""
    if not label.strip():
        raise ValueError("a view needs a label: the quantity on its vertical axis")
    units.check_unit(unit)
    if not ends[0] < ends[1]:
        raise ValueError(f"the range of the view {label!r} must go up, not from {ends[0]} to {ends[1]}")


def find_signal(label: str, look_up: Callable[..., Signal], *what: Any) -> Signal:
    """A signal of the recording; where there is none, say which view asked for it."""
    try:
        return look_up(*what)
    except KeyError as error:
        raise ValueError(f"the view {label!r} draws {error.args[0]}") from None


def _sheet(run: Run, name: str, view: SpaceProfile | SpaceTimeMap) -> np.ndarray:
    """A profile at evenly spaced places and on the page's time base, shape (places, n_time)."""
    signal = find_signal(view.label, run.recording.profile, name)
    at_nodes = np.array([np.interp(run.time, run.recording.time, column) for column in signal.values.T])
    x = np.linspace(0, 1, view.places)
    sheet = np.array([np.interp(x, signal.place, row) for row in at_nodes.T]).T
    return np.clip(units.convert(sheet, signal.unit, view.unit), *in_sight(view.range))


def in_sight(ends: tuple[float, float]) -> tuple[float, float]:
    """The range with a margin: what lies farther out (the leap at an electrode) would cost levels unseen."""
    margin = 0.1 * (ends[1] - ends[0])
    return ends[0] - margin, ends[1] + margin


def _space_spec(view: SpaceProfile | SpaceTimeMap) -> dict[str, Any]:
    """The horizontal axis of a view along a cable."""
    return {"places": view.places, "length": view.length, "xLabel": axis_label(view.along, view.length_unit)}


def _style(meaning: str, number: int, of: int) -> tuple[str, Sequence[float]]:
    """Color and dashes of the `number`-th of `of` lines of one meaning."""
    if of == 1:
        return style.COLORS[meaning], dash_lengths(style.LINES[meaning])
    if of > len(style.PLACES):
        raise ValueError(
            f"{of} lines of {meaning} in one view: at most {len(style.PLACES)} can be told apart"
        )
    color, line = style.PLACES[number]
    return (color if meaning == "membrane potential" else style.COLORS[meaning]), dash_lengths(line)
