# SPDX-License-Identifier: BSD-3-Clause
"""Whatever students write, does nothing of it run in the browser of whoever reads it?"""

import re

import pytest

from autograder.course.gradebook import connect
from autograder.grading.grade import grade
from autograder.pages.report import write
from autograder.pages.safe_markdown import markdown2html


def in_browser(test):
    """Mark a test that drives a browser."""
    return pytest.mark.browser(pytest.mark.slow(test))


WRITTEN = """<script>alert(1)</script> <img src=x onerror=alert(2)> [click](javascript:alert(3))
<svg onload=alert(4)></svg> <iframe srcdoc="<script>alert(5)</script>"></iframe>
<details open ontoggle=alert(6)> </details>
<a href="java&#x0A;script:alert(7)">a</a> <form action=javascript:alert(8)><button>b</button></form>
<style>* { background: url(https://example.org/pixel) }</style> <base href="https://example.org/">

And the words of the answer.
"""
SHOWN = """
from IPython.display import display
bad = "<script>alert(9)</script><img src=x onerror=alert(10)>"
for kind in ("text/html", "text/plain", "text/latex", "image/svg+xml", "application/javascript"):
    display({kind: bad}, raw=True)
print(bad, "\\x1b[31m" + bad)
area = 1.0
raise type("A" + bad, (Exception,), {})(bad)
"""
RUNS = """() => [...document.querySelectorAll('*')].flatMap(element =>
    [...element.attributes].filter(one => /^on/i.test(one.name) || /^\\s*javascript:/i.test(one.value))
        .map(one => element.outerHTML.slice(0, 200)))"""


@pytest.fixture
def course(small_course, hand_in):
    """A class of one who writes scripts wherever one can write."""
    hand_in(small_course, "mal", {"area-answer": SHOWN, "why": WRITTEN})
    grade(small_course)
    write(small_course, "circles")
    return small_course


def watched(page):
    """Note every dialog that a page opens."""
    page.dialogs = []
    page.on("dialog", lambda dialog: (page.dialogs.append(dialog.message), dialog.dismiss()))
    return page


@in_browser
def test_does_no_script_run_on_feedback_and_report(course, serve, open_page):
    address = serve(course.root)
    for path in (course.feedback("mal", "circles"), course.report("circles"), course.report("index")):
        page = watched(open_page("about:blank"))
        page.goto(f"{address}/{path.relative_to(course.root)}")
        assert page.evaluate(RUNS) == []
        assert page.locator("script, iframe, form, base, link, object, img").count() == 0
        assert (page.dialogs, page.blocked, page.complaints) == ([], [], [])


@in_browser
def test_would_the_policy_of_a_page_stop_a_script_that_came_through(course, serve, open_page):
    path = course.feedback("mal", "circles")
    came_through = "<script>alert(1)</script><img src='https://example.org/pixel' onerror='alert(2)'>"
    path.write_text(path.read_text().replace("</body>", f"{came_through}</body>"))
    page = watched(open_page("about:blank"))
    page.goto(f"{serve(course.root)}/{path.relative_to(course.root)}")
    assert page.locator("body > script").count() == 1  # it is there, and
    assert (page.dialogs, page.blocked) == ([], [])  # neither ran nor called out
    assert len([line for line in page.complaints if "Content Security Policy" in line]) >= 2


@in_browser
def test_does_no_script_run_in_the_formgrader(course, jupyterlab, open_page):
    formgrader = jupyterlab(course.root)
    with connect(course.db_url) as book:
        submission = book.find_submission_notebook("circles", "circles", "mal").id
    page = watched(open_page("about:blank"))
    page.goto(f"{formgrader}formgrader/submissions/{submission}/")
    page.wait_for_selector("text=And the words of the answer.")
    page.wait_for_function("document.getElementById('area')?.placeholder === '0'")
    notebook = page.locator("#notebook-container, #notebook").first
    assert notebook.locator("script, iframe, form, base, object, svg[onload]").count() == 0
    assert [one for one in page.evaluate(RUNS) if "alert" in one] == []
    assert page.dialogs == []
    assert not [address for address in page.blocked if "example.org" in address]


def rendered(source, **cell):
    return markdown2html({"cell": cell}, source)


def test_do_words_links_formulas_and_pasted_pictures_stay():
    html = rendered("*It* [leads](https://example.org) to $x < y$.\n\n| a |\n|---|\n| b |\n")
    assert "<em>It</em>" in html and '<a href="https://example.org">leads</a>' in html
    assert "$x &lt; y$" in html and "<td>b</td>" in html
    picture = {"p.png": {"image/png": "iVBORw0KGgo="}}
    assert 'src="data:image/png;base64,iVBORw0KGgo="' in rendered(
        "![p](attachment:p.png)", attachments=picture
    )


@pytest.mark.parametrize(
    "source", [*WRITTEN.splitlines(), "<span id=why class=score>x</span>", "[x](data:text/html,1)"]
)
def test_does_no_markup_of_a_written_answer_come_through(source):
    html = rendered(source)
    assert not re.search(
        r"<(script|svg|iframe|style|base|form|details|button)|<[^>]* (on|id|class|style)", html
    )
    assert not re.search(r"(href|src)=.?(java|data:text|https?://example.org/pixel|x)", html)
