# SPDX-License-Identifier: BSD-3-Clause
"""Small pictures for pages that stand alone: inline SVG that takes its colors from the page.

A page has one style sheet for light, dark and paper; a picture made of classes instead of colors follows it,
and a trace of 20,000 samples becomes a line of a few hundred points.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

_WIDTH, _HEIGHT = 520, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 12, 10, 46
_BUCKETS = 400
_DIGIT = 9.5  # widest digit at the largest size that a page sets the labels in


@dataclass(frozen=True)
class Line:
    """One line of a plot: its meaning in the house's palette, and its samples.

    Attributes:
        meaning: "student" or "reference"; names the style.
        x, y: Samples, shape (n,).
    """

    meaning: str
    x: Sequence[float]
    y: Sequence[float]


def plot(lines: Sequence[Line], *, x_label: str, y_label: str, words: str) -> Markup:
    """Lines over a common x axis.

    Args:
        lines: At least one; the last is drawn on top.
        x_label: Quantity and unit.
        y_label: Quantity and unit.
        words: What is to be seen, for those who do not see it.
    """
    left, right = _extent([line.x for line in lines])
    low, high = _extent([line.y for line in lines])
    room = 0.05 * (high - low or 1.0)
    y_scale = _scale((low - room, high + room), _HEIGHT - _BOTTOM, _TOP)
    x_ticks = [value for value in ticks(left, right) if left <= value <= right]
    y_ticks = [value for value in ticks(low, high, at_most=8) if low - room <= value <= high + room]
    margin = max(_LEFT, 33 + _DIGIT * max((len(f"{value:g}") for value in y_ticks), default=0))
    x_scale = _scale((left, right), margin, _WIDTH - _RIGHT)
    parts = [_axis_x(x_ticks, x_scale, x_label, margin), _axis_y(y_ticks, y_scale, y_label, margin)]
    parts += [_polyline(line, x_scale, y_scale) for line in lines]
    return _picture(_WIDTH, _HEIGHT, words, parts)


def histogram(counts: Sequence[int], labels: Sequence[str], *, x_label: str, words: str) -> Markup:
    """Columns with their counts written above them; `labels` stand below the columns."""
    width = (_WIDTH - _LEFT - _RIGHT) / max(1, len(counts))
    base, top = _HEIGHT - _BOTTOM, _TOP + 18
    parts = [f'<path class="axis" d="M{_LEFT} {base}H{_WIDTH - _RIGHT}"/>']
    for index, (count, label) in enumerate(zip(counts, labels, strict=True)):
        height = (base - top) * count / max(1, *counts)
        left = _LEFT + index * width
        middle = left + width / 2
        if count:
            parts.append(
                f'<rect class="column" x="{left + 2:.1f}" y="{base - height:.1f}" width="{width - 4:.1f}" '
                f'height="{height:.1f}"/>{_text(middle, base - height - 6, str(count))}'
            )
        parts.append(_text(middle, base + 18, label))
    parts.append(_text(_LEFT + (_WIDTH - _LEFT - _RIGHT) / 2, _HEIGHT - 6, x_label))
    return _picture(_WIDTH, _HEIGHT, words, parts)


def gauge(ratio: float) -> Markup:
    """An error beside its tolerance: a mark at `ratio` tolerances; what is allowed ends in the middle.

    It repeats what the words beside it say, so a screen reader passes over it.
    """
    inside = ratio <= 1
    position = 7 + 108 * min(max(ratio, 0.0), 2.0) / 2
    mark = (
        f'<circle class="mark" cx="{position:.1f}" cy="9" r="5"/>'
        if inside
        else f'<path class="mark" d="M{position:.1f} 3l5.5 6l-5.5 6l-5.5 -6z"/>'
    )
    return Markup(
        f'<svg class="gauge {"inside" if inside else "outside"}" viewBox="0 0 122 18" aria-hidden="true">'
        '<rect class="track" x="4" y="6" width="114" height="6" rx="3"/>'
        '<rect class="allowed" x="4" y="6" width="57" height="6" rx="3"/>'
        f'<path class="limit" d="M61 2v14"/>{mark}</svg>'
    )


def share(fraction: float) -> Markup:
    """A bar filled to `fraction` of its length; the words beside it say the same."""
    width = 120 * min(max(fraction, 0.0), 1.0)
    return Markup(
        '<svg class="share" viewBox="0 0 120 10" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="track" width="120" height="10" rx="2"/>'
        f'<rect class="column" width="{width:.1f}" height="10" rx="2"/></svg>'
    )


def ticks(low: float, high: float, at_most: int = 7) -> list[float]:
    """Round numbers that cover `low` to `high`.

    >>> ticks(-74.2, 38.0)
    [-80.0, -60.0, -40.0, -20.0, 0.0, 20.0, 40.0]
    """
    span = (high - low) or 1.0
    rough = 10.0 ** np.floor(np.log10(span))
    steps = [rough * factor for factor in (0.1, 0.2, 0.5, 1, 2, 4, 5)]
    for step in (step for step in steps if span / step + 2 <= at_most + 1):
        first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
        if last - first + 1 <= at_most:
            return [float(round(step * index, 12)) for index in np.arange(first, last + 1)]
    return [float(low), float(high)]


def thinned(x: np.ndarray, y: np.ndarray, buckets: int = _BUCKETS) -> tuple[np.ndarray, np.ndarray]:
    """The trace without the samples that a picture cannot show: lowest and highest of each bucket stay."""
    if len(x) <= 2 * buckets:
        return x, y
    edges = np.linspace(0, len(x), buckets + 1).astype(int)
    keep = {0, len(x) - 1}
    for start, stop in itertools.pairwise(edges):
        keep |= {start + int(np.argmin(y[start:stop])), start + int(np.argmax(y[start:stop]))}
    order = np.array(sorted(keep))
    return x[order], y[order]


def _extent(rows: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Lowest and highest value of all rows."""
    return min(float(np.min(row)) for row in rows), max(float(np.max(row)) for row in rows)


def _scale(data: tuple[float, float], start: float, end: float) -> Mapping[str, float]:
    """Slope and offset that map data to the picture."""
    span = (data[1] - data[0]) or 1.0
    slope = (end - start) / span
    return {"slope": slope, "offset": start - slope * data[0]}


def _at(scale: Mapping[str, float], value: float) -> float:
    return scale["offset"] + scale["slope"] * value


def _axis_x(values: Sequence[float], scale: Mapping[str, float], label: str, left: float) -> str:
    base = _HEIGHT - _BOTTOM
    marks = "".join(f"M{_at(scale, value):.1f} {base}v5" for value in values)
    texts = "".join(_text(_at(scale, value), base + 20, f"{value:g}") for value in values)
    middle = (left + _WIDTH - _RIGHT) / 2
    path = f'<path class="axis" d="M{left:.1f} {base}H{_WIDTH - _RIGHT}{marks}"/>'
    return path + texts + _text(middle, _HEIGHT - 5, label)


def _axis_y(values: Sequence[float], scale: Mapping[str, float], label: str, left: float) -> str:
    marks = "".join(f"M{left:.1f} {_at(scale, value):.1f}h-5" for value in values)
    texts = "".join(
        _text(left - 9, _at(scale, value) + 4.5, f"{value:g}".replace("-", "\N{MINUS SIGN}"), "end")
        for value in values
    )
    path = f'<path class="axis" d="M{left:.1f} {_TOP}V{_HEIGHT - _BOTTOM}{marks}"/>'
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    turn = f"translate(13 {middle:.0f}) rotate(-90)"
    return f'{path}{texts}<text transform="{turn}" text-anchor="middle">{escape(label)}</text>'


def _text(x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _polyline(line: Line, x_scale: Mapping[str, float], y_scale: Mapping[str, float]) -> str:
    x, y = thinned(np.asarray(line.x, dtype=float), np.asarray(line.y, dtype=float))
    pairs = zip(_at(x_scale, x), _at(y_scale, y), strict=True)
    points = " ".join(f"{px:.1f},{py:.1f}" for px, py in pairs)
    return f'<polyline class="trace {escape(line.meaning)}" points="{points}"/>'


def _picture(width: int, height: int, words: str, parts: Sequence[str]) -> Markup:
    content = "".join(parts)
    head = f'<svg class="picture" viewBox="0 0 {width} {height}" role="img" aria-label="{escape(words)}">'
    return Markup(f"{head}{content}</svg>")
