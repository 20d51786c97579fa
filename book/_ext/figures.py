# SPDX-License-Identifier: BSD-3-Clause
"""No figure without words: an image that lacks alternative text or a caption is a warning, so an error.

Looks at every image of a page, whether written in the text, put out by a cell or inside a cell's HTML.
A drawing that only decorates says so with `aria-hidden="true"` or an empty `alt` in raw HTML.
"""

from html.parser import HTMLParser
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)
MENDS = "Make figures with neuroscales.core.style.figure(caption=..., alt=...)."


def _speaks_or_hides(svg: dict[str, str | None]) -> bool:
    """Has a drawing words, or does it say that it only decorates?"""
    return bool(svg.get("aria-label") or svg.get("aria-labelledby") or svg.get("aria-hidden") == "true")


class _Images(HTMLParser):
    """Collects what is wrong with the images of one piece of HTML."""

    def __init__(self, from_cell: bool) -> None:
        super().__init__()
        self.from_cell = from_cell
        self.open_figures: list[bool] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Check an image, follow figures and their captions."""
        given = dict(attributes)
        if tag == "figure":
            self.open_figures.append(False)
        elif tag == "figcaption" and self.open_figures:
            self.open_figures[-1] = True
        elif tag == "img":
            self.check_image(given)
        elif tag == "svg" and not _speaks_or_hides(given):
            self.faults.append("a drawing (svg) has no aria-label")

    def check_image(self, given: dict[str, str | None]) -> None:
        """An image needs `alt`; one from a cell also stands in a figure, which has a caption."""
        if "alt" not in given or (self.from_cell and not given["alt"]):
            self.faults.append("an image has no alternative text")
        if self.from_cell and not self.open_figures:
            self.faults.append("an image has no caption")

    def handle_endtag(self, tag: str) -> None:
        """At the end of a figure its caption must have been seen."""
        if tag == "figure" and self.open_figures and not self.open_figures.pop():
            self.faults.append("a figure has no caption")


def faults_in_html(html: str, from_cell: bool) -> list[str]:
    """What is wrong with the images in `html`, in words; empty when nothing is."""
    parser = _Images(from_cell)
    parser.feed(html)
    parser.close()
    return parser.faults


def from_cell(node: nodes.Node) -> bool:
    """Does the node stand in the output of a code cell?"""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.container) and node.get("nb_element") == "cell_code_output":
            return True
    return False


def faults_of_image(image: nodes.image) -> list[str]:
    """What is wrong with an image of the text or with a picture that a cell put out."""
    faults = []
    if not image.get("alt"):
        faults.append("an image has no alternative text")
    figure = image.parent if isinstance(image.parent, nodes.figure) else image.parent.parent
    captioned = isinstance(figure, nodes.figure) and any(isinstance(n, nodes.caption) for n in figure)
    if from_cell(image) and not captioned:
        faults.append("an image has no caption")
    return faults


def check(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Warn about every image of the page that lacks words."""
    for image in doctree.findall(nodes.image):
        for fault in faults_of_image(image):
            logger.warning("%s. %s", fault.capitalize(), MENDS, location=image, type="figures")
    for raw in doctree.findall(nodes.raw):
        if "html" in raw.get("format", ""):
            for fault in faults_in_html(raw.astext(), from_cell(raw)):
                logger.warning("%s. %s", fault.capitalize(), MENDS, location=raw, type="figures")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the check."""
    app.connect("doctree-resolved", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
