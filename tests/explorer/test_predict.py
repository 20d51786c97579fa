# SPDX-License-Identifier: BSD-3-Clause
"""Can a reader draw what they expect, by mouse, touch or keyboard, and see where it differs?"""

import re

import numpy as np
import pytest

from neuroscales.core import Recording, Signal
from neuroscales.explorer import Axis, Line, PredictFirst
from neuroscales.explorer.show import PAGE_VARIABLE


@pytest.fixture
def predict():
    """A function that declares a valid predict-first, with the fields that a test changes."""

    def make(**changes: object) -> PredictFirst:
        fields = {
            "name": "ramp",
            "question": "Draw a ramp.",
            "x": Axis("Time", "ms", (0, 10)),
            "y": Axis("Membrane potential", "mV", (-80, 40)),
            "simulated": ([0, 10], [-60, 20]),
            "caption": "A ramp.",
            "alt": "A straight line upward.",
        }
        return PredictFirst(**{**fields, **changes})

    return make


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "A Ramp"}, "lower-case letters"),
        ({"question": " "}, "needs a question"),
        ({"caption": ""}, "needs a caption"),
        ({"alt": ""}, "needs alternative text"),
        ({"points": 2}, "at least three points"),
        ({"simulated": ([0, 5], [-60, 20])}, "runs from 0 to 5 ms, the axis from 0 to 10"),
        ({"simulated": ([0, 10], [-60, float("nan")])}, "two finite arrays"),
        ({"simulated": ([10, 0], [-60, 20])}, "increasing"),
    ],
)
def test_does_a_declaration_that_cannot_work_say_why(predict, changes, message):
    with pytest.raises(ValueError, match=message):
        predict(**changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": ""}, "needs a label"),
        ({"unit": "mvolt"}, "unknown unit"),
        ({"range": (1, 0)}, "must go up"),
    ],
)
def test_does_an_axis_that_cannot_work_say_why(changes, message):
    with pytest.raises(ValueError, match=message):
        Axis(**{"label": "Time", "unit": "ms", "range": (0, 1), **changes})


def test_is_a_line_of_a_recording_converted_to_the_axes_units(predict):
    time_ms = np.linspace(0, 12, 601)
    recording = Recording(time_ms, [Signal("v", -65 + time_ms, "mV", 0.5)])
    made = predict(
        simulated=(recording, Line("v", 0.5)), x=Axis("Time", "s", (0, 0.01)), y=Axis("v", "V", (-0.08, 0.04))
    )
    assert made.curve[1][[0, -1]] == pytest.approx([-0.065, -0.055])
    assert made.spec()["simulated"][-1] == pytest.approx(-0.055, abs=1e-5)


def test_does_the_page_hold_the_curve_and_a_fold_with_the_figure(predict, monkeypatch):
    monkeypatch.setenv(PAGE_VARIABLE, "1")
    html = predict(question="<b>?")._repr_mimebundle_()["text/html"]
    assert "ns-predict-data" in html and "<svg" in html and "<figcaption>A ramp.</figcaption>" in html
    assert "<b>" not in re.sub(r"<script type=.*?</script>", "", html, flags=re.S)


def test_does_a_kernel_get_a_widget_that_knows_all(predict, monkeypatch):
    monkeypatch.delenv(PAGE_VARIABLE, raising=False)
    made = predict()
    assert "application/vnd.jupyter.widget-view+json" in made._repr_mimebundle_()
    assert made._widget.spec == made.spec()


@pytest.fixture
def open_predict(open_page, serve, site):
    """A function that opens the page with a triangle to draw."""

    def start(**options):
        page = open_page(serve(site) + "/parts/predict.html", **options)
        if options.get("java_script_enabled", True):
            page.wait_for_selector(".ns-predict.is-live .ns-predict-handle")
        return page

    return start


def _said(page) -> str:
    return page.inner_text(".ns-predict [role=status]")


def _button(page, name: str):
    return page.locator(".ns-predict").get_by_role("button", name=name)


@pytest.mark.browser
@pytest.mark.slow
def test_can_the_curve_be_set_and_revealed_by_keyboard(open_predict):
    page = open_predict(reduced_motion="reduce")
    handles = page.locator(".ns-predict-handle")
    assert handles.count() == 9
    assert handles.nth(4).get_attribute("aria-label") == "Membrane potential at 4.00 ms"
    assert handles.nth(4).get_attribute("aria-valuetext") == "not set"
    # -60 mV at the ends and at 2 and 6 ms, the top at 4 ms; the points between follow.
    base, top = ("Home", "PageUp", "PageUp"), ("End", "PageDown", "PageDown")
    for number, keys in ((0, base), (2, base), (4, top), (6, base), (8, base)):
        handles.nth(number).focus()
        for key in keys:
            page.keyboard.press(key)
    assert handles.nth(3).get_attribute("aria-valuetext") == "\N{MINUS SIGN}20 mV"
    assert handles.nth(0).get_attribute("aria-valuetext") == "\N{MINUS SIGN}60 mV"
    assert handles.nth(4).get_attribute("aria-valuetext") == "20 mV"
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Reveal":
            break
    page.keyboard.press("Enter")
    assert _said(page) == "Well predicted: your curve stays within 0 mV of the simulated one."
    assert page.locator(".ns-predict-answer").inner_text().split("\n\n") == [
        "It peaks at 4 ms.",
        "So it was asked.",
    ]
    page.keyboard.press("Enter")  # try again
    assert handles.nth(4).get_attribute("aria-valuetext") == "not set"
    assert _said(page).startswith("Draw your curve")
    assert (page.blocked, page.complaints) == ([], [])


def _drag(page, points: list[tuple[float, float]]) -> None:
    """Draw through points given as fractions of the axes, from the left and from the top."""
    over = page.locator(".ns-predict .u-over")
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    spots = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*spots[0])
    page.mouse.down()
    for spot in spots[1:]:
        page.mouse.move(*spot, steps=8)
    page.mouse.up()


@pytest.mark.browser
@pytest.mark.slow
def test_does_a_drawing_by_mouse_show_where_it_differs_most(open_predict):
    page = open_predict()
    before = page.locator(".ns-predict canvas").first.evaluate("c => c.toDataURL()")
    _drag(page, [(0.002, 5 / 6), (0.5, 5 / 6), (0.75, 1 / 3), (0.998, 5 / 6)])  # late and low
    assert page.locator(".ns-predict canvas").first.evaluate("c => c.toDataURL()") != before
    _button(page, "Reveal").click()
    said = _said(page)
    where_ms, drawn_mV, simulated_mV = re.search(
        r"differ most at ([\d.]+) ms: (\S+) mV drawn, (\S+) mV simulated", said
    ).groups()
    assert (float(where_ms), float(simulated_mV)) == pytest.approx((4, 20), abs=0.3)
    assert float(drawn_mV.replace("\N{MINUS SIGN}", "-")) == pytest.approx(-60, abs=2)
    peaks = re.search(r"your peak is (\S+) mV at (\S+) ms, the simulated one (\S+) mV at (\S+) ms\.", said)
    assert [float(number) for number in peaks.groups()] == pytest.approx([0, 6, 20, 4], abs=1)
    page.wait_for_timeout(1200)
    assert page.complaints == []


@pytest.mark.browser
@pytest.mark.slow
def test_does_a_finger_draw_too(open_predict):
    page = open_predict(has_touch=True, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    over = page.locator(".ns-predict .u-over")
    assert over.evaluate("e => getComputedStyle(e).touchAction") == "none"  # else the page would scroll
    over.scroll_into_view_if_needed()
    box = over.bounding_box()
    session = page.context.new_cdp_session(page)
    for kind, share in [
        ("touchStart", 0.1),
        *(("touchMove", s / 10) for s in range(2, 10)),
        ("touchEnd", None),
    ]:
        spot = {"x": box["x"] + (share or 0) * box["width"], "y": box["y"] + box["height"] / 2}
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [spot] if share else []})
    _button(page, "Reveal").click()
    assert "drawn" in _said(page)


@pytest.mark.browser
@pytest.mark.slow
def test_is_nothing_revealed_by_mistake_and_all_on_insistence(open_predict):
    page = open_predict(reduced_motion="reduce")
    _button(page, "Reveal").click()
    assert _said(page).startswith("Nothing is drawn yet.")
    assert page.locator(".ns-predict-answer").inner_text() == ""
    _button(page, "Reveal").click()
    assert _said(page) == "Here is the simulated curve."
    assert "It peaks at 4 ms." in page.locator(".ns-predict-answer").inner_text()


@pytest.mark.browser
@pytest.mark.slow
def test_are_there_the_question_and_a_fold_without_scripts(open_predict):
    page = open_predict(java_script_enabled=False)
    assert "Draw a triangle" in page.inner_text(".ns-predict-still")
    figure = page.locator(".ns-predict-still figure svg")
    assert not figure.is_visible()
    page.get_by_text("Show the simulated curve").click()
    assert figure.is_visible()


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_does_axe_find_nothing_before_and_after_the_reveal(open_predict, theme):
    from axe_playwright_python.sync_playwright import Axe

    page = open_predict(color_scheme=theme, reduced_motion="reduce")
    before = Axe().run(page, context=".ns-predict").response["violations"]
    _drag(page, [(0.1, 0.5), (0.9, 0.3)])
    _button(page, "Reveal").click()
    after = Axe().run(page, context=".ns-predict").response["violations"]
    assert [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in [*before, *after]] == []
