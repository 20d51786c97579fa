# SPDX-License-Identifier: BSD-3-Clause
"""Is a light drawing the drawing that matplotlib made?"""

import io
import re
import xml.etree.ElementTree as ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from PIL import Image

from neuroscales.core import style
from neuroscales.core.light_svg import POINTS_PER_UNIT, light_path, lighten

SVG = "{http://www.w3.org/2000/svg}"


def _drawn() -> str:
    """What matplotlib writes for a figure with everything that the course's figures have."""
    made, (left, right) = style.figure("Everything.", 'Lines, "marks" & a map.', cols=2)
    x = np.linspace(0, 10, 400)
    left.plot(x, np.sin(x), label="sine")
    left.plot(x, np.sign(np.sin(3 * x)), drawstyle="steps-post", ls=(0, (4, 1.5, 1, 1.5)), color="#009E73")
    left.plot(x[::40], np.cos(x[::40]), "o", mfc="none")
    left.plot(x[::50], np.cos(x[::50]), "s", alpha=0.5)
    left.plot([5, 5], [0, 0], "-", solid_capstyle="round", lw=6)  # a line that leads nowhere is a dot
    left.fill_between(x, -0.2, 0.2, alpha=0.3)
    left.annotate("here", (2, 0.9), xytext=(6, 1.2), arrowprops={"arrowstyle": "->"})
    left.set(xlabel="time (ms)", ylabel=r"$\bar g_{Na}$ (S/cm$^2$)")
    left.legend()
    right.imshow(np.outer(np.arange(4.0), np.arange(5.0)), aspect="auto")
    right.scatter([1, 2, 3], [1, 2, 1], c=[0.1, 0.5, 0.9], s=[20, 60, 100], edgecolors=style.INK)
    buffer = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        made.savefig(buffer, format="svg", transparent=True)
    return buffer.getvalue().replace(style.INK, "currentColor")


@pytest.fixture(scope="module")
def drawn() -> str:
    return _drawn()


@pytest.fixture(scope="module")
def light(drawn) -> str:
    return lighten(drawn, 'Lines, "marks" & a map.')


def _points(light: str) -> np.ndarray:
    """The points of a light path of moves, lines and closures, shape (n, 2)."""
    found, here, start = [], np.zeros(2), np.zeros(2)
    for letter, numbers in re.findall(r"([mlz])([^mlz]*)", light):
        steps = np.array(re.findall(r"-?[\d.]+", numbers), float).reshape(-1, 2)
        for step in steps:
            here = here + step
            found.append(here)
        start = found[-1] if letter == "m" else start
        here = start if letter == "z" else here
    return np.array(found)


def _distance(point: np.ndarray, line: np.ndarray) -> float:
    """From a point to a line of points."""
    along = np.diff(line, axis=0)
    share = np.sum((point - line[:-1]) * along, axis=1) / np.maximum(np.sum(along**2, axis=1), 1e-12)
    nearest = line[:-1] + np.clip(share, 0, 1)[:, None] * along
    return float(np.hypot(*(nearest - point).T).min())


def test_does_a_light_line_pass_every_point_of_the_line():
    # A long random walk: were steps rounded and not places, the errors would add up along it.
    walk = 200 + np.cumsum(np.random.default_rng(1).normal(0, 3, (5000, 2)), axis=0)
    data = " ".join(f"{'L' if i else 'M'} {x:f} {y:f} \n" for i, (x, y) in enumerate(walk))
    light = light_path(data)
    line = _points(light)
    diagonal = np.sqrt(0.5) / POINTS_PER_UNIT  # of half a square of the grid
    assert max(_distance(point, line) for point in walk[::50]) <= diagonal + 1e-9
    assert np.abs(line[-1] - walk[-1]).max() <= 0.5 / POINTS_PER_UNIT + 1e-9
    assert len(light) < len(data) / 2


@pytest.mark.parametrize(
    "data, expected",
    [
        ("M 0 0 \nL 1 0 \nL 2 0 \nL 4 0 \n", "m0 0l4 0"),  # onward
        ("M 0 0 \nL 4 0 \nL 1 0 \n", "m0 0l4 0-3 0"),  # and back
        ("M 5 5 \nL 5 5 \n", "m5 5l0 0"),  # a dot
        ("M 1 1 \nL 2 1 \nz\nM 3 3 \nL 3 4 \n", "m1 1l1 0zm2 2l0 1"),  # after z one is at the start again
        ("M 0 0 \nC 1 0 1 1 2 1.004 \nQ 3 1 3 2 \n", "m0 0c1 0 1 1 2 1q1 0 1 1"),
        ("M 0.5 -0.25 \nL 0.123456 0 \n", "m.5-.25l-.38 .25"),
    ],
)
def test_is_a_path_written_as_one_would_by_hand(data, expected):
    assert light_path(data) == expected


def _words(root: ElementTree.Element) -> list[str]:
    """The texts of a drawing; every piece of an equation has a place of its own, so blanks are nothing."""
    return ["".join("".join(text.itertext()).split()) for text in root.iter(f"{SVG}text")]


def test_are_all_words_there_and_every_name_that_something_points_to(drawn, light):
    before, after = (ElementTree.fromstring(svg[svg.index("<svg") :]) for svg in (drawn, light))
    assert _words(before) == _words(after) != []
    assert after.get("aria-label") == 'Lines, "marks" & a map.'
    ids = [element.get("id") for element in after.iter() if element.get("id")]
    pointed = set(re.findall(r'(?:href="|url\()#([\w-]+)', light))
    assert set(ids) == pointed and len(ids) == len(pointed) > 3


def test_is_it_less_than_half_as_heavy(drawn, light):
    assert len(light) < len(drawn) / 2


@pytest.mark.browser
def test_does_it_look_the_same(drawn, light, chromium):
    page = chromium.new_page(viewport={"width": 704, "height": 400})
    rules = "svg { width: 100%; height: auto } text { display: none }"

    def seen(svg: str) -> np.ndarray:
        # Letters are set on whole pixels, so a hundredth of one may move them; words are compared above.
        page.set_content(f"<style>{rules}</style>{svg[svg.index('<svg') :]}")
        return np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("L"), float)

    one, other = seen(drawn), seen(light)
    page.close()
    assert one.std() > 20  # something is drawn
    # A line that moves by 0.005 of a unit changes the shade of its edge by a few levels; one that is missing,
    # or has another color or width, by more than a hundred.
    assert np.abs(one - other).max() < 40
