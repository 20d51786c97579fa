# SPDX-License-Identifier: BSD-3-Clause
import xml.etree.ElementTree as ElementTree

import pytest

from neuroscales.core import Recording, Signal, style


def _figure() -> style.CourseFigure:
    made, ax = style.figure("A caption with <b>.", 'A line that rises from "zero" to one.')
    recording = Recording([0, 1], [Signal("v", [0, 1], "mV")])
    style.plot_signal(recording, "v", ax, label="v", meaning="membrane potential")
    return made


@pytest.mark.parametrize("words", [("", "alt"), ("caption", " ")])
def test_is_a_figure_without_words_refused(words):
    with pytest.raises(ValueError, match="a figure needs a"):
        style.figure(*words)


def test_does_the_figure_on_a_page_carry_its_words_and_the_pages_ink():
    page = _figure().to_html()
    root = ElementTree.fromstring(page)
    svg = root.find("{http://www.w3.org/2000/svg}svg")
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'A line that rises from "zero" to one.'
    assert root.find("figcaption").text == "A caption with <b>."
    assert "currentColor" in page
    assert style.INK not in page


def test_do_two_figures_on_one_page_have_ids_of_their_own():
    def ids(page: str) -> set[str]:
        clips = ElementTree.fromstring(page).iter("{http://www.w3.org/2000/svg}clipPath")
        return {clip.get("id") for clip in clips}

    one, other = ids(_figure().to_html()), ids(_figure().to_html())
    assert one and other and not one & other


def test_has_every_meaning_a_color_and_a_line():
    assert style.COLORS.keys() == style.LINES.keys()
    assert (
        len(style.PLACES)
        == len({color for color, _ in style.PLACES})
        == len({str(d) for _, d in style.PLACES})
    )
