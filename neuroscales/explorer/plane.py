# SPDX-License-Identifier: BSD-3-Clause
"""The view "plane": one quantity over another, as curves, as the path of a run, and as points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from neuroscales.core import style, units
from neuroscales.explorer.declare import Control, Run, refuse_twins
from neuroscales.explorer.views import FINE, axis_label, check_axis, dash_lengths, find_signal, in_sight

Point = tuple[float, float, bool]
"""Where a point lies, and whether it is drawn full; an empty ring repels, by convention."""


@dataclass(frozen=True)
class Curve:
    """One curve of a plane: a function of the horizontal axis that may depend on the controls.

    Attributes:
        label: a few words, written where the curve runs.
        values: called with places on the horizontal axis, shape (n,), and the controls' values by name;
            returns heights, shape (n,), in the view's unit, NaN where there is none.
        meaning: key of `neuroscales.core.style.COLORS`.
    """

    label: str
    values: Callable[..., np.ndarray]
    meaning: str


@dataclass(frozen=True)
class Plane:
    """Two quantities against each other: a phase plane with its nullclines, or a curve with the run on it.

    Attributes:
        curves: at least one.
        x_label: the quantity on the horizontal axis.
        x_unit: its unit.
        x_range: lowest and highest value of that axis, the same for every run.
        label: the quantity on the vertical axis.
        unit: its unit.
        range: lowest and highest value of that axis.
        path: names of the signals whose path through the plane is drawn, horizontal and vertical; None for
            no path. A square shows its start and, where the explorer has a moment, a dot where it then is.
        points: called with the recording and the controls' values by name; returns the points to be marked.
        most_points: how many there are at most.
        samples: number of places at which the curves are drawn.
        side_by_side: how many panels like this one share the width of a desk.

    Raises:
        ValueError: no curve, a label that is missing or stands twice, an unknown unit or an empty range.
    """

    curves: Sequence[Curve]
    x_label: str
    x_unit: str
    x_range: tuple[float, float]
    label: str
    unit: str
    range: tuple[float, float]
    path: tuple[str, str] | None = None
    points: Callable[..., Sequence[Point]] | None = None
    most_points: int = 3
    samples: int = 201
    side_by_side: int = 1
    kind = "plane"
    levels = FINE

    def __post_init__(self) -> None:
        object.__setattr__(self, "curves", tuple(self.curves))
        check_axis(self.label, self.unit, self.range)
        check_axis(self.x_label, self.x_unit, self.x_range)
        if not self.curves:
            raise ValueError(f"the view {self.label!r} needs at least one curve")
        refuse_twins([curve.label for curve in self.curves], f"the label {{}} in the view {self.label!r}")

    def channels(self, run: Run) -> list[np.ndarray]:
        """Curves, path and points, in this order.

        The heights of each curve, shape (samples,); of the path both signals, shape (n_time,); of the points
        the places, the heights, and whether they are full, shape (most_points,).

        Raises:
            ValueError: the recording lacks a signal, its unit does not convert, or there are too many points.
        """
        x = np.linspace(*self.x_range, self.samples)
        curves = [np.clip(curve.values(x, **run.values), *in_sight(self.range)) for curve in self.curves]
        return [*curves, *self._path(run), *self._points(run)]

    def _path(self, run: Run) -> list[np.ndarray]:
        both = []
        for name, unit in zip(self.path or (), (self.x_unit, self.unit), strict=False):
            signal = find_signal(self.label, run.recording.signal, name, None)
            values = units.convert(signal.values, signal.unit, unit)
            both.append(np.interp(run.time, run.recording.time, values))
        return both

    def _points(self, run: Run) -> list[np.ndarray]:
        if self.points is None:
            return []
        found = list(self.points(run.recording, **run.values))
        if len(found) > self.most_points:
            raise ValueError(f"the view {self.label!r} has {len(found)} points, at most {self.most_points}")
        table = np.full((3, self.most_points), np.nan)
        if found:
            table[:, : len(found)] = np.array(found, dtype=float).T
        return list(table)

    def spec(self, controls: Sequence[Control]) -> dict[str, Any]:
        """Axes, curves and what else is drawn, for the page."""
        lines = [
            {
                "label": curve.label,
                "color": style.COLORS[curve.meaning],
                "dash": list(dash_lengths(style.LINES[curve.meaning])),
            }
            for curve in self.curves
        ]
        x = {"xLabel": axis_label(self.x_label, self.x_unit), "xRange": list(self.x_range)}
        shown = {"label": axis_label(self.label, self.unit), "range": list(self.range), "lines": lines}
        more = {"samples": self.samples, "path": self.path is not None, "points": self.points is not None}
        color = style.COLORS["membrane potential"]
        return {"kind": self.kind, "sideBySide": self.side_by_side, "pathColor": color, **x, **shown, **more}

    def draw(self, ax: Axes, run: Run, moment: float | None) -> None:
        """Draw curves, path and points with matplotlib."""
        x = np.linspace(*self.x_range, self.samples)
        channels = self.channels(run)
        for curve, values in zip(self.curves, channels, strict=False):
            ax.plot(x, values, color=style.COLORS[curve.meaning], linestyle=style.LINES[curve.meaning])
            self._name(ax, x, values, curve.label)
        rest = channels[len(self.curves) :]
        if self.path:
            self._draw_path(ax, run, rest[:2], moment)
        for at_x, at_y, full in np.transpose(rest[2 if self.path else 0 :]):
            ax.plot(at_x, at_y, "o", color=style.INK, fillstyle="full" if full else "none", clip_on=False)
        ax.grid(axis="y", alpha=0.3)
        ax.set(xlim=self.x_range, ylim=self.range, xlabel=axis_label(self.x_label, self.x_unit))
        ax.set_title(axis_label(self.label, self.unit), loc="left", fontsize="medium")

    def _draw_path(self, ax: Axes, run: Run, path: list[np.ndarray], moment: float | None) -> None:
        color = style.COLORS["membrane potential"]
        ax.plot(*path, color=color, linewidth=1.2)
        ax.plot(path[0][0], path[1][0], "s", color=color, markersize=4)
        if moment is not None:
            now = int(np.argmin(np.abs(run.time - moment)))
            ax.plot(path[0][now], path[1][now], "o", color=color, markersize=7)

    def _name(self, ax: Axes, x: np.ndarray, values: np.ndarray, label: str) -> None:
        """Write a curve's name at its highest point in sight."""
        inside = np.where((values >= self.range[0]) & (values <= self.range[1]), values, -np.inf)
        top = int(np.argmax(inside))
        side = "left" if top < len(x) / 3 else "right" if top > 2 * len(x) / 3 else "center"
        below = values[top] > self.range[1] - 0.1 * (self.range[1] - self.range[0])
        place = {"xytext": (4 if side == "left" else 0, -13 if below else 4), "ha": side}
        ax.annotate(label, (x[top], values[top]), textcoords="offset points", **place)
