# SPDX-License-Identifier: BSD-3-Clause
"""Do movies play, do panels share one time, and do runs that lie beside the page arrive?"""

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

_NAMES = ("collision", "anode-break", "sodium", "resolution")
_ALL_DRAWN = "document.querySelectorAll('.ns-explorer-live[data-shown]').length === 4"


@pytest.fixture
def open_movies(open_page, serve, site):
    """A function that opens the page with four explorers and waits until all are drawn."""

    def start(**options):
        page = open_page(serve(site) + "/parts/movies.html", **options)
        if options.get("java_script_enabled", True):
            page.wait_for_function(_ALL_DRAWN)
        return page

    return start


def _explorer(page, name: str = "collision"):
    return page.locator(f"#explorer-{name}")


def _time(explorer) -> str:
    return explorer.locator(".ns-explorer-movie input").get_attribute("aria-valuetext")


def _pictures(explorer) -> list[str]:
    return explorer.locator(".ns-explorer-plot canvas").evaluate_all("all => all.map(c => c.toDataURL())")


def test_does_the_movie_play_and_pause_by_keyboard(open_movies):
    page = open_movies()
    explorer = _explorer(page)
    button, before = explorer.get_by_role("button"), _pictures(explorer)
    assert button.inner_text().split() == ["\N{BLACK RIGHT-POINTING TRIANGLE}", "Play"]
    button.focus()
    page.keyboard.press("Space")
    assert "Pause" in button.inner_text()
    page.wait_for_timeout(400)
    page.keyboard.press("Space")
    assert "Play" in button.inner_text()
    held = _time(explorer)
    assert 0 < float(held.split()[0]) < 3.6  # it began at the beginning
    pictures = _pictures(explorer)
    assert all(one != other for one, other in zip(before, pictures, strict=True))
    page.wait_for_timeout(200)
    assert (_time(explorer), _pictures(explorer)) == (held, pictures)
    assert page.complaints == []


def test_does_the_movie_end_at_the_end_and_begin_again(open_movies):
    page = open_movies()
    explorer = _explorer(page)
    explorer.locator(".ns-explorer-movie input").focus()
    page.keyboard.press("End")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    button = explorer.get_by_role("button")
    button.click()
    page.wait_for_function("!document.querySelector('#explorer-collision .is-playing')")
    assert _time(explorer) == "9.00 ms"
    button.click()
    page.wait_for_timeout(300)
    button.click()
    assert float(_time(explorer).split()[0]) < 5


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_does_nothing_move_before_it_is_asked_to(open_movies, motion):
    explorer = _explorer(open_movies(reduced_motion=motion))
    assert _time(explorer) == "3.60 ms"
    explorer.page.wait_for_timeout(400)
    assert _time(explorer) == "3.60 ms"


def test_do_all_panels_follow_one_time_control(open_movies):
    page = open_movies()
    for name in ("collision", "anode-break", "resolution"):
        explorer = _explorer(page, name)
        before = _pictures(explorer)
        explorer.locator(".ns-explorer-movie input").focus()
        for _ in range(10):
            page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
        assert all(one != other for one, other in zip(before, _pictures(explorer), strict=True)), name


def test_does_the_time_control_read_out_what_the_cursor_stands_on(open_movies):
    page = open_movies()
    gates = _explorer(page, "anode-break").locator(".ns-explorer-readout").nth(1)
    at_release = [float(number) for number in re.findall(r"[\d.]+", gates.inner_text())]
    _explorer(page, "anode-break").locator(".ns-explorer-movie input").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(100)
    at_rest = [float(number) for number in re.findall(r"[\d.]+", gates.inner_text())]
    assert at_rest == [pytest.approx(x, abs=0.006) for x in (0.053, 0.596, 0.318)]  # hh at -65 mV
    assert at_release[1] > at_rest[1] + 0.2 and at_release[2] < at_rest[2] - 0.1


def test_does_a_press_on_a_panel_move_the_cursor_there(open_movies):
    page = open_movies()
    explorer = _explorer(page, "anode-break")
    over = explorer.locator(".u-over").first
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + 10)
    assert float(_time(explorer).split()[0]) == pytest.approx(30, abs=0.3)


def test_does_the_map_show_where_the_axon_is_excited(open_movies):
    page = open_movies()
    canvas = _explorer(page).locator(".ns-explorer-plot canvas").last
    brightness = """(canvas, [x, y]) => {
        const ctx = canvas.getContext("2d");
        const [r, g, b] = ctx.getImageData(x * canvas.width, y * canvas.height, 1, 1).data;
        return r + g + b; }"""
    # Time runs upward: early on only the first end is bright; late, nothing is.
    front, ahead, late = (canvas.evaluate(brightness, at) for at in ([0.13, 0.64], [0.5, 0.64], [0.13, 0.15]))
    assert front > 1.5 * ahead
    assert front > 1.5 * late


def test_does_a_row_beside_the_page_load_when_its_slider_moves(open_movies):
    page = open_movies()
    explorer, sentence = _explorer(page), _explorer(page).locator("[role=status]")
    assert "12.8 mm" in sentence.inner_text()
    explorer.locator(".ns-explorer-control input").nth(1).focus()
    page.keyboard.press("Home")
    page.wait_for_selector("#explorer-collision .ns-explorer-live[data-shown='2']")
    assert float(sentence.inner_text().split()[2]) < 8
    assert (page.blocked, page.complaints) == ([], [])


def test_does_it_all_work_from_a_file_without_any_server(chromium, site):
    page = chromium.new_page()
    page.goto((site / "parts" / "movies.html").as_uri())
    page.wait_for_function(_ALL_DRAWN)
    _explorer(page).locator(".ns-explorer-control input").nth(1).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#explorer-collision .ns-explorer-live[data-shown='2']")
    assert "They meet" in _explorer(page).locator("[role=status]").inner_text()
    page.close()


def test_is_the_neighbor_of_a_row_there_before_it_is_asked_for(open_movies):
    page = open_movies()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    slider = _explorer(page).locator(".ns-explorer-control input").nth(1)
    slider.focus()  # the reader comes near: both neighbors load
    page.wait_for_timeout(500)
    assert len(asked) == 2 and all("neuroscales-rows" in url for url in asked)
    page.context.set_offline(True)
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#explorer-collision .ns-explorer-live[data-shown='2']")
    assert "They meet" in _explorer(page).locator("[role=status]").inner_text()


def test_does_a_row_that_is_slow_say_so_and_one_that_is_missing_leave_the_picture(open_movies):
    page = open_movies()
    explorer, held, gone = _explorer(page), [], []
    slow_then_missing = lambda route: route.abort() if gone else held.append(route)  # noqa: E731
    page.context.route("**/neuroscales-rows/*", slow_then_missing)
    before = _pictures(explorer)
    explorer.locator(".ns-explorer-control input").nth(1).focus()
    page.keyboard.press("Home")
    page.wait_for_function(
        "document.querySelector('#explorer-collision .ns-explorer-badge').textContent === 'loading'"
    )
    gone.append(True)
    for route in held:
        route.abort()
    page.wait_for_selector("#explorer-collision .ns-explorer-live[data-shown='2']")
    assert explorer.locator("[role=status]").inner_text().startswith("These runs could not be loaded")
    assert _pictures(explorer) == before
    page.context.unroute("**/neuroscales-rows/*")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#explorer-collision .ns-explorer-live[data-shown='3']")
    assert "They meet" in explorer.locator("[role=status]").inner_text()


def test_does_no_explorer_put_more_than_its_share_into_the_page(site, read_data):
    page = site / "parts" / "movies.html"
    for data in read_data(page):
        assert [k for k, row in enumerate(data["rows"]) if "data" in row] == [data["controls"][0]["start"]]
    for figure in re.findall(
        r"<figure class=\"ns-explorer\".*?</figure>", page.read_text("utf-8"), flags=re.S
    ):
        assert len(figure) < 150_000  # two on a page stay below 300 kB


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_does_axe_find_nothing_in_movies(open_movies, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_movies(color_scheme=theme)
    found = Axe().run(page, context="figure.ns-explorer").response["violations"]
    assert [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in found] == []


def test_does_a_phone_show_movies_without_scrolling_sideways_and_keep_the_time_control_in_sight(open_movies):
    page = open_movies(viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    _explorer(page).evaluate("figure => figure.scrollIntoView()")
    page.wait_for_timeout(200)
    button = _explorer(page).get_by_role("button").bounding_box()
    assert button["y"] > 0 and button["y"] + button["height"] <= 740


def test_is_there_a_figure_of_all_panels_without_scripts(open_movies):
    page = open_movies(java_script_enabled=False)
    for name in _NAMES:
        assert _explorer(page, name).locator(".ns-explorer-still svg").is_visible()
