# SPDX-License-Identifier: BSD-3-Clause
"""Predict first: the reader draws the curve they expect, then sees the simulated one over it."""

import html
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neuroscales.core import style, units
from neuroscales.core.recording import Recording
from neuroscales.explorer.declare import Line, check_words, shown_unit
from neuroscales.explorer.show import as_data, show
from neuroscales.explorer.views import axis_label, dash_lengths

_SAMPLES = 241  # of the simulated curve on a page; nine points fall on samples


@dataclass(frozen=True)
class Axis:
    """An axis to draw on.

    Attributes:
        label: the quantity.
        unit: its unit.
        range: its ends.

    Raises:
        ValueError: no label, an unknown unit, or a range that does not go up.
    """

    label: str
    unit: str
    range: tuple[float, float]

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise ValueError("an axis needs a label: its quantity")
        units.check_unit(self.unit)
        if not self.range[0] < self.range[1]:
            raise ValueError(f"the axis {self.label!r} must go up, not {self.range[0]} to {self.range[1]}")

    def spec(self) -> dict[str, Any]:
        """What the page needs to know."""
        unit = "" if self.unit == "1" else shown_unit(self.unit)
        return {
            "label": axis_label(self.label, self.unit),
            "name": self.label,
            "unit": unit,
            "range": list(self.range),
        }


@dataclass(frozen=True, eq=False)
class PredictFirst:
    """Empty axes, a question, and a curve that shows itself when the reader has drawn another.

    Show it as the last expression of a cell. The drawing stays in the reader's browser and is kept nowhere.
    Without scripts the question stands above a fold with the figure.

    Attributes:
        name: a word of lower-case letters, digits and hyphens; no two on one page are equal.
        question: what to draw.
        x: the horizontal axis.
        y: the vertical axis.
        simulated: a recording and the line of it that answers; or two arrays in the axes' units.
        caption: what the reader should take from the simulated curve; shown with it.
        alt: alternative text for the simulated curve; shown with it.
        hint: optional, folded until it is asked for.
        explain: optional, shown after the reveal.
        points: number of handles by which the curve can be set from the keyboard.

    Raises:
        ValueError: a declaration that cannot work; the message says what to change.
    """

    name: str
    question: str
    x: Axis
    y: Axis
    simulated: tuple[Recording, Line] | tuple[Sequence[float], Sequence[float]]
    caption: str
    alt: str
    hint: str = ""
    explain: str = ""
    points: int = 9

    def __post_init__(self) -> None:
        what = f"predict-first {self.name!r}"
        check_words(what, self, ("question", "caption", "alt"))
        if self.points < 3:
            raise ValueError(f"{what} needs at least three points, not {self.points}")
        x = self._source[0]
        if x[0] > self.x.range[0] or x[-1] < self.x.range[1]:
            raise ValueError(
                f"{what}: the simulated curve runs from {x[0]:g} to {x[-1]:g} {self.x.unit}, "
                f"the axis from {self.x.range[0]:g} to {self.x.range[1]:g}"
            )

    @cached_property
    def curve(self) -> tuple[np.ndarray, np.ndarray]:
        """The simulated curve over the horizontal axis, both of shape (241,), in the axes' units."""
        x = np.linspace(*self.x.range, _SAMPLES)
        return x, np.interp(x, *self._source)

    @cached_property
    def _source(self) -> tuple[np.ndarray, np.ndarray]:
        if not isinstance(self.simulated[0], Recording):
            x, y = (np.asarray(values, dtype=float) for values in self.simulated)
        else:
            recording, line = self.simulated
            signal = recording.signal(line.signal, line.place)
            x = units.convert(recording.time, recording.time_unit, self.x.unit)
            y = units.convert(signal.values, signal.unit, self.y.unit)
        if x.ndim != 1 or x.shape != y.shape or not np.all(np.isfinite(y)) or np.any(np.diff(x) <= 0):
            raise ValueError(
                f"predict-first {self.name!r}: the simulated curve needs two finite arrays of one length, "
                "the first of them increasing"
            )
        return x, y

    @property
    def _color(self) -> str:
        line = self.simulated[1]
        return style.COLORS[line.color_key if isinstance(line, Line) else "membrane potential"]

    def spec(self) -> dict[str, Any]:
        """What a page or a widget must know to ask and to answer."""
        span = self.y.range[1] - self.y.range[0]
        digits = max(0, 4 - int(np.floor(np.log10(span))))
        words = {key: getattr(self, key) for key in ("name", "question", "caption", "alt", "hint", "explain")}
        return {
            "kind": "predict",
            **words,
            "x": self.x.spec(),
            "y": self.y.spec(),
            "points": self.points,
            "simulated": [round(float(value), digits) for value in self.curve[1]],
            "colors": {"drawn": style.COLORS["student"], "simulated": self._color},
            "dash": list(dash_lengths(style.LINES["reference"])),
        }

    def still_svg(self) -> str:
        """The simulated curve on its axes as one SVG, in the color of the page's text."""
        figure, ax = style.figure(self.caption, self.alt)
        ax.plot(*self.curve, color=self._color, linestyle=style.LINES["reference"])
        ax.set(xlim=self.x.range, ylim=self.y.range, xlabel=axis_label(self.x.label, self.x.unit))
        ax.set_title(axis_label(self.y.label, self.y.unit), loc="left", fontsize="medium")
        return figure.to_svg()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return show(self, f"Predict first: {self.question}", _interactive, _still)

    @cached_property
    def _widget(self) -> Any:
        from neuroscales.explorer.widget import PredictWidget  # anywidget: only where a kernel answers

        return PredictWidget(self.spec())


def _still(predict: PredictFirst) -> str:
    return _html(predict, "")


def _interactive(predict: PredictFirst) -> str:
    return _html(predict, as_data(predict.spec(), "ns-predict-data"))


def _html(predict: PredictFirst, data: str) -> str:
    """The question, and a fold with the figure; the page's script puts the empty axes in their place."""
    hint = (
        f"<details><summary>A hint</summary><p>{html.escape(predict.hint)}</p></details>"
        if predict.hint
        else ""
    )
    explain = f"<p>{html.escape(predict.explain)}</p>" if predict.explain else ""
    return (
        f'<div class="ns-predict" id="predict-{predict.name}"><div class="ns-predict-still">'
        f'<p class="ns-explorer-title">{html.escape(predict.question)}</p>{hint}'
        f"<details><summary>Show the simulated curve</summary><figure>{predict.still_svg()}"
        f"<figcaption>{html.escape(predict.caption)}</figcaption></figure>{explain}</details></div>{data}</div>"
    )
