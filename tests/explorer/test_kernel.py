# SPDX-License-Identifier: BSD-3-Clause
"""How does the widget treat a kernel that is slow, wrong or gone? Here a page plays the kernel."""

import json

import pytest

from neuroscales.explorer import bundle
from neuroscales.explorer.widget import ExplorerWidget

pytestmark = pytest.mark.browser

# The model keeps what it is sent; `answer` replies as ExplorerWidget does.
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Kernel</title></head>
<body style="background: #111; color: #eee; font-family: serif"><script type="module">
import widget from "./widget.js";
const spec = SPEC;
const listeners = [];
window.sent = [];
window.widget = widget;
window.model = {
  get: () => spec, send: (message) => sent.push(message),
  on: (_, f) => listeners.push(f), off: (_, f) => listeners.splice(listeners.indexOf(f), 1),
};
window.listeners = listeners;
window.answer = (request, more, value = -60) => {
  const values = new Float32Array(spec.time.samples + 1).fill(value).subarray(1);
  const buffers = more.problem ? [] : [new DataView(values.buffer, values.byteOffset, values.byteLength)];
  listeners.forEach((f) => f({view: request.view, seq: request.seq, ms: 3.4, ...more}, buffers));
};
// JupyterLab renders first and attaches afterwards.
const host = document.createElement("div");
window.remove = widget.render({model, el: host});
document.body.append(host);
</script></body></html>"""


@pytest.fixture
def page(open_page, serve, declare, tmp_path):
    """A page with the widget; its first request is answered."""
    (tmp_path / "widget.js").write_text(bundle.widget_module(), "utf-8")
    spec = json.dumps(ExplorerWidget(declare()).spec)
    (tmp_path / "index.html").write_text(_PAGE.replace("SPEC", spec), "utf-8")
    page = open_page(serve(tmp_path) + "/index.html")
    page.wait_for_function("window.sent?.length === 1")
    page.evaluate("answer(sent[0], {sentence: 'First.'})")
    return page


def _sentence(page) -> str:
    return page.inner_text("[role=status]")


def _badge(page) -> str:
    return page.inner_text(".ns-explorer-badge")


def _move(page, key: str = "ArrowRight") -> None:
    page.locator("input").last.focus()
    page.keyboard.press(key)


def test_does_an_answer_show_that_the_kernel_is_live(page):
    assert (_sentence(page), _badge(page)) == ("First.", "live NEURON (3.4 ms)")
    assert page.evaluate("sent[0].cell") == [2, 3]
    assert page.complaints == []


def test_is_one_request_under_way_and_the_newest_position_asked_for_next(page):
    for _ in range(3):
        _move(page, "ArrowLeft")
    assert page.evaluate("sent.map(s => s.cell[1])") == [3, 2]
    page.evaluate("answer(sent[1], {sentence: 'Second.'})")
    assert page.evaluate("sent.map(s => s.cell[1])") == [3, 2, 0]


def test_is_an_answer_to_an_old_question_dropped(page):
    _move(page)
    page.evaluate("answer(sent[1], {sentence: 'Second.'}); answer(sent[0], {sentence: 'Stale.'})")
    assert _sentence(page) == "Second."


def test_is_an_answer_to_another_view_of_the_same_widget_left_alone(page):
    _move(page)
    page.evaluate("answer({...sent[1], view: 'another'}, {sentence: 'Not mine.'})")
    assert _sentence(page) == "First."


def test_is_a_problem_of_the_model_one_sentence_and_the_next_move_works(page):
    _move(page, "ArrowLeft")
    page.evaluate("answer(sent[1], {problem: 'At 10 mV the model could not be run.'})")
    assert _sentence(page) == "At 10 mV the model could not be run."
    assert page.locator("canvas").is_visible()
    _move(page, "ArrowLeft")
    page.evaluate("answer(sent[2], {sentence: 'Again.'})")
    assert _sentence(page) == "Again."
    assert "is-waiting" not in page.get_attribute(".ns-explorer-live", "class")


def test_does_a_kernel_that_is_gone_leave_the_picture_and_say_so(page):
    picture = page.evaluate("document.querySelector('canvas').toDataURL()")
    _move(page)
    page.wait_for_selector(".ns-explorer-live.is-waiting")
    assert _badge(page) == "waiting for the kernel"
    assert page.evaluate("document.querySelector('canvas').toDataURL()") == picture
    _move(page, "ArrowLeft")  # asks again: the kernel may be back
    assert page.evaluate("sent.length") == 3


def test_does_a_widget_that_is_attached_late_take_its_look_from_the_page(page):
    attached_first = """() => {
        const host = document.body.appendChild(document.createElement("div"));
        widget.render({model, el: host});
    }"""
    page.evaluate(attached_first)
    page.wait_for_function("sent.length === 2")
    page.evaluate("answer(sent[1], {sentence: 'First.'})")
    late, early = page.locator("canvas").evaluate_all("all => all.map(canvas => canvas.toDataURL())")
    assert late == early


def test_does_a_removed_widget_leave_nothing_behind(page):
    page.evaluate("remove()")
    assert page.evaluate("[listeners.length, document.querySelectorAll('canvas, input').length]") == [0, 0]
    assert page.complaints == []
