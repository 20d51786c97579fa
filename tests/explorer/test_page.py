# SPDX-License-Identifier: BSD-3-Clause
"""Does the explorer work in a browser, for everyone, with no kernel and no other host?"""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_LIVE = ".ns-explorer-live"
_DESK = {"width": 1000, "height": 900}


@pytest.fixture
def open_site(open_page, serve, site):
    """A function that opens the page with two explorers and waits until both are drawn."""

    def start(**options):
        page = open_page(serve(site) + "/index.html", **{"viewport": _DESK, **options})
        if options.get("java_script_enabled", True):
            page.wait_for_function(f"document.querySelectorAll('{_LIVE}[data-shown]').length === 2")
        return page

    return start


def _first(page):
    return page.locator(_LIVE).first


def _picture(page) -> str:
    """What the first explorer's canvas shows."""
    return _first(page).locator("canvas").evaluate("canvas => canvas.toDataURL()")


def _press(page, key: str, times: int = 1, slider: int = 1) -> None:
    _first(page).locator("input").nth(slider).focus()
    for _ in range(times):
        shown = int(_first(page).get_attribute("data-shown"))
        page.keyboard.press(key)
        page.wait_for_selector(f"{_LIVE}[data-shown='{shown + 1}']")


def test_does_an_arrow_key_change_the_sentence_and_the_drawing(open_site):
    page = open_site()
    sentence, picture = _first(page).locator("[role=status]"), _picture(page)
    assert sentence.inner_text().startswith("An action potential")
    _press(page, "ArrowLeft")
    assert _picture(page) != picture
    _press(page, "ArrowRight")
    assert _picture(page) == picture
    _press(page, "Home")
    assert sentence.inner_text().startswith("No action potential")
    assert _picture(page) != picture
    assert page.blocked == []
    assert page.complaints == []


def test_do_home_and_end_and_the_other_slider_work_and_tell_their_value_with_unit(open_site):
    page = open_site()
    duration, amplitude = (_first(page).locator("input").nth(i) for i in (0, 1))
    _press(page, "End", slider=0)
    assert duration.get_attribute("aria-valuetext") == "0.5 ms"
    _press(page, "Home")
    assert amplitude.get_attribute("aria-valuetext") == "100 nA"
    assert _first(page).locator(".ns-explorer-value").all_inner_texts() == ["0.5 ms", "100 nA"]
    assert "No action potential" in _first(page).locator("[role=img]").get_attribute("aria-label")


def test_does_a_dragged_slider_end_on_the_run_of_its_last_position(open_site):
    page = open_site()
    amplitude = _first(page).locator("input").nth(1)
    amplitude.evaluate(
        """input => { for (let i = 0; i <= 20; i++) {
            input.value = i; input.dispatchEvent(new Event("input", {bubbles: true})); } }"""
    )
    page.wait_for_timeout(300)
    dragged = _picture(page)
    _press(page, "ArrowRight")
    _press(page, "ArrowLeft")
    assert _picture(page) == dragged


def test_do_two_explorers_share_one_script_and_one_style_sheet(page_html):
    assert page_html.count('<figure class="ns-explorer"') == 2
    assert len(re.findall(r"<script[^>]*neuroscales-explorer\.js", page_html)) == 1
    assert len(re.findall(r"<link[^>]*neuroscales-explorer\.css", page_html)) == 1
    assert "html-manager" not in page_html
    assert "require" not in page_html


def test_does_a_page_without_explorers_carry_none_of_it(site):
    assert "neuroscales-explorer" not in (site / "plain.html").read_text("utf-8")


def test_do_two_explorers_move_apart(open_site):
    page = open_site()
    second = page.locator(_LIVE).nth(1)
    before = second.locator("[role=status]").inner_text()
    _press(page, "Home")
    assert second.locator("[role=status]").inner_text() == before
    assert second.get_attribute("data-shown") == "1"


def test_does_the_drawing_follow_the_theme_without_a_reload(open_site):
    page = open_site(color_scheme="light")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_timeout(500)
    light = _picture(page)
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(500)
    assert _picture(page) != light
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    page.wait_for_timeout(500)
    assert _picture(page) == light


_CLEAR_SHARE = """canvas => {
    const bytes = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
    const linear = c => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
    const paper = luminance(getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number));
    let drawn = 0, clear = 0;
    for (let i = 0; i < bytes.length; i += 4) {
        if (bytes[i + 3] < 255) continue;
        const [low, high] = [luminance(bytes.slice(i, i + 3)), paper].sort((a, b) => a - b);
        drawn += 1;
        clear += (high + 0.05) / (low + 0.05) >= 3;
    }
    return [drawn, clear / drawn];
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_do_lines_and_words_stand_out_from_the_page(open_site, theme):
    page = open_site(color_scheme=theme)
    page.wait_for_timeout(400)
    behind = "e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; "
    behind += "if (c !== 'rgba(0, 0, 0, 0)') return [c, getComputedStyle(document.body).backgroundColor]; } }"
    card, body = _first(page).evaluate(behind)
    assert card == body  # no card of another color behind the explorer
    drawn, clear = _first(page).locator("canvas").evaluate(_CLEAR_SHARE)
    assert drawn > 1000  # opaque pixels: lines, words and the words' halos
    assert clear > 0.5


def test_does_a_phone_show_it_without_scrolling_sideways(open_site):
    page = open_site(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    canvas = _first(page).locator("canvas").bounding_box()
    assert 250 <= canvas["width"] <= 360


def test_does_the_drawing_take_the_width_of_a_window_that_changes(open_site):
    page = open_site()
    page.set_viewport_size({"width": 420, "height": 800})
    page.wait_for_timeout(400)
    figure, canvas = (page.locator(s).first.bounding_box() for s in ("figure.ns-explorer", f"{_LIVE} canvas"))
    assert abs(figure["width"] - canvas["width"]) <= 1


def test_is_there_a_figure_and_a_sentence_without_scripts(open_site):
    page = open_site(java_script_enabled=False)
    still = page.locator(".ns-explorer-still").first
    assert still.locator("svg").is_visible()
    assert "undiminished" in still.locator("svg").get_attribute("aria-label")
    assert "amplitude 1200 nA. An action potential" in still.inner_text()
    assert page.locator("figure.ns-explorer figcaption").first.is_visible()


def test_does_the_still_figure_stay_in_a_browser_that_cannot_unpack(open_page, serve, site, tmp_path):
    page = open_page("about:blank")
    page.add_init_script("delete window.DecompressionStream")
    page.goto(serve(site) + "/index.html")
    assert page.locator(".ns-explorer-still svg").first.is_visible()
    assert page.locator(_LIVE).count() == 0
    assert page.complaints == []


def test_does_it_work_from_a_file_without_any_server(chromium, site):
    page = chromium.new_page()
    page.goto((site / "index.html").as_uri())
    page.wait_for_selector(f"{_LIVE}[data-shown='1']")
    assert "precomputed with NEURON" in page.locator(".ns-explorer-badge").first.inner_text()
    page.close()


def test_does_paper_show_the_still_figure_in_place_of_the_sliders(open_site):
    page = open_site()
    page.emulate_media(media="print")
    assert page.locator(".ns-explorer-still svg").first.is_visible()
    assert not _first(page).is_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_does_axe_find_nothing_in_the_explorers(open_site, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_site(color_scheme=theme)
    found = Axe().run(page, context="figure.ns-explorer").response["violations"]
    assert [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found] == []
