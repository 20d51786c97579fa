# SPDX-License-Identifier: BSD-3-Clause
"""Do the pages work for a reader: no other host, no error, by keyboard, with a screen reader, on a phone?"""

from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

TOC = yaml.safe_load((Path(__file__).resolve().parents[2] / "book/_toc.yml").read_text())
PAGES = [TOC["root"], *(chapter["file"] for part in TOC["parts"] for chapter in part["chapters"])]

# What axe finds in the theme's own markup: (rule, part of the element).
THEME = {("region", "logo__title")}  # the site's name stands outside every landmark


@pytest.fixture
def open_book(site, serve, open_page):
    """A function that opens a page of the book, and waits until it has loaded."""
    address = serve(site)

    def start(page, **options):
        opened = open_page(f"{address}/{page}.html", **options)
        opened.wait_for_load_state("networkidle")
        return opened

    return start


@pytest.mark.parametrize("page", PAGES)
def test_does_a_page_stay_on_its_own_host_and_complain_of_nothing(open_book, page):
    opened = open_book(page)
    assert opened.blocked == []
    assert opened.complaints == []


def test_are_equations_set_without_a_network_and_readable_aloud(open_book):
    opened = open_book("cable/squid-axon")
    opened.wait_for_selector("mjx-container")
    assert opened.locator("mjx-container").count() > 20
    assert opened.locator("mjx-merror").count() == 0
    assert opened.locator("mjx-assistive-mml math").count() == opened.locator("mjx-container").count()
    assert opened.blocked == []


@pytest.mark.parametrize("page", ["index", "start/how-to", "cable/threshold"])
def test_does_mathjax_stay_away_where_there_is_no_equation(open_book, page):
    assert open_book(page).locator("script[src*=mathjax]").count() == 0


@pytest.mark.parametrize("page", [page for page in PAGES[1:] if not page.startswith("instructors/")])
def test_can_a_question_be_answered_by_keyboard(open_book, page):
    opened = open_book(page)
    right = opened.locator("details.selfcheck-option.right").first
    choice, answer = right.locator("summary"), right.locator(".selfcheck-answer")
    assert not answer.is_visible()
    choice.focus()
    opened.keyboard.press("Enter")
    assert answer.is_visible()
    assert answer.inner_text().startswith("Yes.")
    opened.keyboard.press("Space")
    assert not answer.is_visible()


def test_do_questions_work_without_scripts(open_book):
    opened = open_book("cable/squid-axon", java_script_enabled=False)
    wrong = opened.locator("details.selfcheck-option.wrong").first
    wrong.locator("summary").click()
    assert wrong.locator(".selfcheck-answer").inner_text().startswith("Not quite.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", PAGES)
def test_does_axe_find_nothing_but_the_themes_own_items(open_book, page, scheme):
    opened = open_book(page, color_scheme=scheme)
    violations = Axe().run(opened).response["violations"]
    ours = [
        (found["id"], node["html"][:200])
        for found in violations
        for node in found["nodes"]
        if not any(rule == found["id"] and part in node["html"] for rule, part in THEME)
    ]
    assert ours == []


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [320, 390])
def test_does_a_page_fit_a_phone(open_book, page, width):
    opened = open_book(page, viewport={"width": width, "height": 844})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


FIGURES_TO_TOUCH = {
    "threshold": "cable/threshold",
    "collision": "cable/collision",
    "anode-break": "cable/anode-break",
    "magnesium-block": "synapse/nmda",
}
_ON_TOP = """input => {
    const {left, width, top, height} = input.getBoundingClientRect();
    return document.elementFromPoint(left + width / 2, top + height / 2) === input; }"""


@pytest.mark.parametrize("name, page", FIGURES_TO_TOUCH.items())
def test_do_the_four_figures_that_the_front_page_names_work_on_a_phone(open_book, name, page):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    opened = open_book("index", **phone)
    opened.locator(f"article p a[href='{page}.html']").first.tap()
    figure, live = opened.locator(f"#explorer-{name}"), f"#explorer-{name} .ns-explorer-live"
    opened.wait_for_selector(f"{live}[data-shown]")
    figure.evaluate("figure => figure.scrollIntoView()")
    opened.wait_for_timeout(300)
    for box in [canvas.bounding_box() for canvas in figure.locator(".ns-explorer-plot canvas").all()]:
        assert box["x"] >= 0 and 250 <= box["width"] <= 390 - box["x"]
    sentence = figure.locator("[role=status]")
    told = {sentence.inner_text()}
    for slider in figure.locator(".ns-explorer-desk > .ns-explorer-control input").all():
        assert slider.evaluate(_ON_TOP)  # in sight beside the uppermost panel, and under nothing
        before, shown = slider.get_attribute("aria-valuetext"), opened.get_attribute(live, "data-shown")
        slider.tap(position={"x": 0.3 * slider.bounding_box()["width"], "y": 12})
        opened.wait_for_selector(f"{live}[data-shown='{int(shown) + 1}']")
        assert slider.get_attribute("aria-valuetext") != before
        told.add(sentence.inner_text())
    assert len(told) > 1
    assert opened.blocked == [] and opened.complaints == []


def test_are_lines_of_text_about_seventy_characters_long(open_book):
    opened = open_book("cable/squid-axon", viewport={"width": 1600, "height": 900})
    longest = opened.evaluate(
        """() => {
            const text = document.querySelector(".bd-article section > p").firstChild;
            const range = document.createRange();
            let most = 0, start = 0, top = null;
            for (let i = 0; i < text.length; i++) {
                range.setStart(text, i); range.setEnd(text, i + 1);
                const y = range.getBoundingClientRect().top;
                if (top !== null && y > top + 5) { most = Math.max(most, i - start); start = i; }
                top = y;
            }
            return most;
        }"""
    )
    assert 60 <= longest <= 85


def test_do_the_ends_of_the_cable_answer_to_the_keyboard(open_book):
    opened = open_book("cable/cable")
    live = "#explorer-cable-ends .ns-explorer-live"
    opened.wait_for_selector(f"{live}[data-shown]")
    sentence, sliders = opened.locator(f"{live} [role=status]"), opened.locator(f"{live} input")

    def press(slider: int, key: str) -> str:
        shown = int(opened.locator(live).get_attribute("data-shown"))
        sliders.nth(slider).focus()
        opened.keyboard.press(key)
        opened.wait_for_selector(f"{live}[data-shown='{shown + 1}']")
        return sentence.inner_text()

    assert "5.2 mV at the electrode; 74 %" in press(2, "Home")  # a constant current, a sealed end
    assert "2.9 mV at the electrode; 45 %" in press(0, "End")  # a killed one
    assert sliders.nth(0).get_attribute("aria-valuetext") == "killed"
    assert "0.3 mV at the electrode" in press(2, "End")
    assert opened.blocked == [] and opened.complaints == []
