# SPDX-License-Identifier: BSD-3-Clause
"""Does the plane draw its curve, its path and its points in a browser, and do pulses stand upright?"""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# How many pixels of a canvas are close to a color; the canvas is drawn at one pixel per CSS pixel.
_COUNT = """(canvas, [r, g, b]) => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let i = 0; i < data.length; i += 4)
        count += Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b) < 40
            && data[i + 3] > 200;
    return count;
}"""
_BLUE, _ORANGE = [0x00, 0x72, 0xB2], [0xD5, 0x5E, 0x00]

# Of a canvas: for each row the number of columns in which it has the color of a pulse.
_ROWS = """(canvas, [r, g, b]) => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return Array.from({length: canvas.height}, (_, y) => {
        const columns = [];
        for (let x = 0; x < canvas.width; x++) {
            const i = 4 * (y * canvas.width + x);
            const far = Math.abs(data[i] - r) + Math.abs(data[i + 1] - g) + Math.abs(data[i + 2] - b);
            if (far < 120 && data[i + 3] > 100) columns.push(x);
        }
        return columns;
    });
}"""


@pytest.fixture
def page(open_page, serve, site):
    """The page with the plane, drawn."""
    page = open_page(serve(site) + "/parts/plane.html", viewport={"width": 1000, "height": 900})
    page.wait_for_selector(".ns-explorer-live[data-shown]")
    return page


def _set(page, slider: int, key: str) -> None:
    shown = int(page.locator(".ns-explorer-live").get_attribute("data-shown"))
    page.locator(".ns-explorer-control input").nth(slider).focus()
    page.keyboard.press(key)
    if slider:
        page.wait_for_selector(f".ns-explorer-live[data-shown='{shown + 1}']")


def _blue(page) -> int:
    return page.locator("canvas").first.evaluate(_COUNT, _BLUE)


def test_does_the_path_grow_with_time(page):
    early = _blue(page)
    _set(page, 0, "End")
    page.wait_for_timeout(200)
    assert _blue(page) > 2 * early > 100
    assert page.complaints == []


def test_does_the_plane_follow_the_sliders_and_say_what_it_shows(page):
    picture = "canvas => canvas.toDataURL()"
    canvas, label = page.locator("canvas").first, page.locator(".ns-explorer-plot").first
    before = canvas.evaluate(picture)
    _set(page, 1, "Home")
    assert canvas.evaluate(picture) != before
    assert label.get_attribute("aria-label") == (
        "Fraction over Potential (mV): a line. It ends at \N{HYPHEN-MINUS}20 mV."
    )
    assert page.locator(".ns-explorer-value").all_inner_texts()[1:] == ["half", "1 ms"]
    _set(page, 1, "End")
    assert canvas.evaluate(picture) == before


def test_do_the_edges_of_a_pulse_stand_upright(page):
    rows = page.locator("canvas").nth(1).evaluate(_ROWS, _ORANGE)
    crossed = [row for row in rows if row]
    middle = crossed[len(crossed) // 3 : 2 * len(crossed) // 3]
    columns = sorted({column for row in middle for column in row})
    between = (columns[0] + columns[-1]) / 2
    edges = [[c for c in columns if c < between], [c for c in columns if c > between]]
    # Two strokes of 2 pixels; slanted over one of the 50 samples they would spread over a dozen.
    assert len(middle) > 30 and edges[1][0] - edges[0][-1] > 40
    assert max(edge[-1] - edge[0] for edge in edges) <= 3
    assert page.complaints == []
