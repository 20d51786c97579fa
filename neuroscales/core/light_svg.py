# SPDX-License-Identifier: BSD-3-Clause
"""The same drawing in a third of the characters: matplotlib's SVG without what nobody sees.

Matplotlib names every group, repeats the style of every tick, and writes each point with six decimals. A
page with eight figures carries them all before it shows the first.
"""

import itertools
import re
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np

POINTS_PER_UNIT = 100
"""Coordinates are rounded to this grid; a unit is less than two pixels of a page."""

# What need not be said. Matplotlib joins lines roundly; the other values are SVG's own.
_UNSAID = {
    "fill": "currentColor",
    "stroke": "none",
    "stroke-linejoin": "round",
    "stroke-linecap": "butt",
    "stroke-dashoffset": "0",
    "text-anchor": "start",
}
_LENGTHS = ("x", "y", "width", "height")
_NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"|\bxlink:(?=href=)')
_NAMES = re.compile(r"^#(.+)$|^url\(#(.+)\)$")


def lighten(svg: str, words: str) -> str:
    """A drawing of matplotlib's as a light element of a page.

    Args:
        svg: the drawing, whose ink is ``currentColor``.
        words: its alternative text.

    Returns:
        An SVG element that is as wide as its place and takes the color of the surrounding text.
    """
    drawing = ElementTree.fromstring(_NAMESPACES.sub("", svg[svg.index("<svg") :]))
    families = [_style(text).get("font-family", "sans-serif") for text in drawing.iter("text")]
    said = _UNSAID | {"font-family": max(families, key=families.count, default="sans-serif")}
    light = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=drawing.attrib["viewBox"], role="img")
    light.set("aria-label", words)
    for name in ("fill", "stroke-linejoin", "font-family"):
        light.set(name, said[name])
    light.extend(_Lightener(drawing).children(drawing, said))
    return ElementTree.tostring(light, encoding="unicode")


class _Lightener:
    """Writes the elements of one drawing anew; knows which of them others point to."""

    def __init__(self, drawing: Element) -> None:
        values = (value for element in drawing.iter() for value in element.attrib.values())
        self.named = {name[1] or name[2] for value in values if (name := _NAMES.match(value))}
        self.styles = {f"#{e.get('id')}": _style(e) for e in drawing.iter() if e.get("id") in self.named}

    def children(self, element: Element, said: dict[str, str]) -> list[Element]:
        """The children anew; `said` is the style that they inherit."""
        return [new for child in element for new in self.anew(child, said)]

    def anew(self, element: Element, said: dict[str, str]) -> list[Element]:
        """The element anew: none if it shows nothing, its children where it only wraps them."""
        style = self.needed_style(element, said)
        if element.tag in ("metadata", "style") or _shows_nothing(element):
            return []
        new = Element(element.tag, dict(self.attributes(element, style)))
        # What is drawn elsewhere inherits there, so nothing of its style can be left unsaid here.
        new.extend(self.children(element, {} if element.tag == "defs" else said | _style(element)))
        if element.tag in ("text", "tspan"):
            new.text = element.text
        return list(new) if element.tag == "g" and not new.attrib else [new]

    def needed_style(self, element: Element, said: dict[str, str]) -> dict[str, str]:
        """What the element's style adds to what it inherits and to what its drawing says itself."""
        own = self.styles.get(element.get("href", ""), {})
        return {k: v for k, v in _style(element).items() if k not in own and said.get(k) != v}

    def attributes(self, element: Element, style: dict[str, str]) -> Iterator[tuple[str, str]]:
        """Name and value of every attribute that the element needs."""
        for name, value in element.attrib.items():
            if value.startswith("rotate(-0 "):  # horizontal text
                continue
            if name == "style" and style:
                yield name, ";".join(f"{key}:{text}" for key, text in style.items())
            elif name == "d":
                yield name, light_path(value)
            elif name in _LENGTHS:
                yield name, " ".join(_number(round(float(v) * POINTS_PER_UNIT)) for v in value.split())
            elif name not in ("style", "id") or (name == "id" and value in self.named):
                yield name, value


def light_path(data: str) -> str:
    """Path data on the grid, each point relative to the last, straight runs as one step.

    Args:
        data: moves, lines, curves and closures (``M L Q C z``) in absolute coordinates, as matplotlib writes.
    """
    parts = []
    for letter, pieces in itertools.groupby(_pieces(data), lambda piece: piece[0]):
        steps = [step for _, step in pieces]
        numbers = [number for step in (_straightened(steps) if letter == "l" else steps) for number in step]
        parts.append(letter + " ".join(map(_number, numbers)).replace(" -", "-"))
    return "".join(parts)


def _pieces(data: str) -> Iterator[tuple[str, list[int]]]:
    """Letter and relative coordinates, in points of the grid, of each piece of a path."""
    here = start = np.zeros(2, int)
    for letter, numbers in re.findall(r"([MLQCz])([^MLQCz]*)", data):
        points = np.round(np.array(numbers.split(), float) * POINTS_PER_UNIT).astype(int).reshape(-1, 2)
        yield letter.lower(), (points - here).ravel().tolist()
        here = points[-1] if len(points) else start
        start = here if letter == "M" else start


def _straightened(steps: list[list[int]]) -> list[list[int]]:
    """Steps that go on in one direction as one; a step that leads nowhere goes with its neighbor."""
    merged = steps[:1]
    for x, y in steps[1:]:
        last_x, last_y = merged[-1]
        onward = x * last_y == y * last_x and x * last_x + y * last_y >= 0
        merged[-1:] = [[x + last_x, y + last_y]] if onward else [merged[-1], [x, y]]
    return merged


def _number(points: int) -> str:
    """A number of points of the grid in units, without zeros that say nothing."""
    text = f"{points / POINTS_PER_UNIT:.2f}".rstrip("0").rstrip(".")
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _style(element: Element) -> dict[str, str]:
    pairs = (entry.partition(":") for entry in element.get("style", "").split(";") if entry.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _shows_nothing(element: Element) -> bool:
    """Is this a path without line and filling, like the ground of transparent axes?"""
    return element.tag == "path" and _style(element) == {"fill": "none"}
