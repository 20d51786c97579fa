# SPDX-License-Identifier: BSD-3-Clause
"""The one figure style of the course: palette, line styles, and figures that cannot do without words."""

import html
import io
import itertools
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from neuroscales.core.light_svg import lighten
from neuroscales.core.recording import Recording

# Okabe and Ito's colors, told apart by colour-blind eyes (Wong 2011, https://doi.org/10.1038/nmeth.1618).
COLORS = {
    "membrane potential": "#0072B2",
    "stimulus": "#D55E00",
    "sodium": "#E69F00",
    "potassium": "#009E73",
    "leak": "#7F7F7F",
    "excitatory": "#C43C39",
    "inhibitory": "#56B4E9",
    "reference": "#7F7F7F",
    "student": "#CC79A7",
}
"""Color of each meaning, the same in figures, explorers, feedback and report."""

LINES: dict[str, Any] = {
    "membrane potential": "-",
    "stimulus": (0, (1, 1)),
    "sodium": (0, (6, 2)),
    "potassium": (0, (4, 1.5, 1, 1.5)),
    "leak": (0, (1, 2)),
    "excitatory": "-",
    "inhibitory": (0, (6, 2)),
    "reference": (0, (5, 2)),
    "student": "-",
}
"""Line style of each meaning: it says again what the color says."""

INK = "#1f2328"
"""Color of text and axes; on a page it becomes the color of the page's own text, light or dark."""

# Each keeps a contrast of 3 to 1 on a white page and on a dark one; the dash says the same again.
PLACES: tuple[tuple[str, Any], ...] = (
    ("#0072B2", "-"),
    (INK, (0, (6, 2))),
    ("#3E9BCB", (0, (2, 1.5))),
)
"""Color and line style of the first, second and third place at which one quantity is drawn."""

_RC = {
    "svg.fonttype": "none",
    "font.size": 11.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
    "figure.dpi": 100,
}
_SIZES_inch = {"wide": (6.4, 3.2), "tall": (6.4, 4.8), "square": (4.4, 4.2)}
_figure_numbers = itertools.count(1)


class CourseFigure(Figure):
    """A matplotlib figure that carries its caption and its alternative text wherever it is shown.

    On a page it is inline SVG in the page's own text color, elsewhere PNG. Make one with `figure`.
    """

    caption: str
    alt: str

    def to_svg(self) -> str:
        """The figure as an SVG element whose text and axes take the color of the surrounding text."""
        buffer = io.StringIO()
        # A salt of its own keeps the ids of two figures on one page apart.
        with mpl.rc_context({**_RC, "svg.hashsalt": f"neuroscales-{next(_figure_numbers)}"}):
            self.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
        # What matplotlib leaves unsaid is black: it becomes the page's ink, too.
        return lighten(buffer.getvalue().replace(INK, "currentColor"), self.alt)

    def to_png(self) -> bytes:
        """The figure as PNG on white."""
        buffer = io.BytesIO()
        with mpl.rc_context(_RC):
            self.savefig(buffer, format="png", dpi=160, facecolor="white")
        return buffer.getvalue()

    def to_html(self) -> str:
        """The figure as an HTML figure with its caption and alternative text."""
        caption = html.escape(self.caption)
        return (
            f'<figure class="neuroscales-figure">{self.to_svg()}<figcaption>{caption}</figcaption></figure>'
        )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {"text/html": self.to_html(), "image/png": self.to_png(), "text/plain": self.alt}


def figure(
    caption: str, alt: str, size: str = "wide", rows: int = 1, cols: int = 1, **subplots: Any
) -> tuple[CourseFigure, Any]:
    """Make a figure of the course; show it as the last expression of a cell.

    Args:
        caption: what the reader should take from it.
        alt: alternative text that says what is to be seen, for those who cannot see it.
        size: ``"wide"``, ``"tall"`` or ``"square"``.
        rows: rows of axes.
        cols: columns of axes.
        **subplots: passed on to `matplotlib.figure.Figure.subplots`.

    Returns:
        The figure and its axes (one, or an array of them).

    Raises:
        ValueError: caption or alternative text is missing, or the size is unknown.
    """
    for name, text in (("caption", caption), ("alternative text", alt)):
        if not text.strip():
            raise ValueError(f"a figure needs a {name}: say in words what is to be seen")
    if size not in _SIZES_inch:
        raise ValueError(f"size is one of {', '.join(_SIZES_inch)}, not {size!r}")
    with mpl.rc_context(_RC):
        made = CourseFigure(figsize=_SIZES_inch[size], layout="constrained")
        axes = made.subplots(rows, cols, **subplots)
    made.caption, made.alt = caption, alt
    for ax in np.atleast_1d(axes).flat:
        ax.spines[["top", "right"]].set_visible(False)
    return made, axes


def plot_signal(
    recording: Recording,
    name: str,
    ax: Axes,
    place: float | str | None = None,
    label: str = "",
    meaning: str | None = None,
    **line: Any,
) -> None:
    """Draw one signal of a recording over time, labelled where it runs.

    Args:
        recording: where the signal is.
        name: the signal's name.
        ax: the axes to draw on.
        place: the signal's place, where there are several.
        label: a few words written over the highest point of the line.
        meaning: key of `COLORS` and `LINES`.
        **line: passed on to `Axes.plot`.
    """
    style = {"color": COLORS[meaning], "linestyle": LINES[meaning]} if meaning else {}
    values = recording.values(name, place)
    ax.plot(recording.time, values, **{**style, **line})
    if label:
        top = int(np.argmax(values))
        ax.annotate(
            label,
            (recording.time[top], values[top]),
            xytext=(0, 4),
            textcoords="offset points",
            color=INK,
            ha="center",
            va="bottom",
        )
