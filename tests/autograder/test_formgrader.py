# SPDX-License-Identifier: BSD-3-Clause
"""The formgrader, started in a course folder as an instructor would, in a real browser."""

import pytest

from autograder.course.gradebook import connect, standings

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_does_the_formgrader_show_the_class_and_take_a_mark_by_hand(jupyterlab, graded_course, open_page):
    formgrader = jupyterlab(graded_course.root)
    page = open_page(f"{formgrader}formgrader/gradebook/circles/circles")
    page.wait_for_selector("text=Submission #1")
    assert page.locator("tbody tr").count() == 5
    with connect(graded_course.db_url) as book:
        submission = book.find_submission_notebook("circles", "circles", "ada").id
    page.goto(f"{formgrader}formgrader/submissions/{submission}/")
    page.wait_for_selector("text=4 of 4 points.")
    page.wait_for_function("document.getElementById('area')?.placeholder === '4'")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.fill("#why", "1.5")
        page.press("#why", "Tab")
    ada = standings(graded_course, "circles")["ada"]
    assert ada["cells"] == {"area": 4.0, "why": 1.5}
    assert ada["open"] == []
    # The one thing that nbgrader fetches from elsewhere is the typesetting of formulas in comments.
    assert all("mathjax" in address for address in page.blocked)
