# SPDX-License-Identifier: BSD-3-Clause
"""The student's page: true, whole without any other file, and safe whatever the student wrote."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from autograder.course.gradebook import NO_RESPONSE, connect, standings
from autograder.pages import feedback, svg
from autograder.pages.feedback import page, write_all
from autograder.pages.report import write

SPEC = {"parameters": [{"name": "diam", "unit": "um", "meaning": "diameter of the axon"}]}
TRACE = {"t": [0.0, 1.0, 2.0, 3.0], "v": [-65.0, 40.0, -75.0, -65.0]}


def check(**changes):
    made = {"name": "amp", "label": "Threshold", "points": 0.0, "max_points": 2.0, "passed": False}
    made |= {
        "error": 0.03,
        "tolerance": 0.01,
        "handed_in": "860 nA",
        "sentence": "Threshold: 3 % above the reference.",
    }
    return made | changes


def verdict(**changes):
    made = {
        "task": "threshold",
        "title": "The threshold",
        "points": 0.0,
        "max_points": 2.0,
        "status": "judged",
    }
    made |= {"checks": [check()], "mistakes": [], "note": "", "plots": []}
    return made | changes


def record(*verdicts, **changes):
    result = {
        "parameters": {"diam": 80},
        "declared": None,
        "verdicts": list(verdicts),
        "versions": {"neuron": "9"},
    }
    made = {
        "title": "Axon",
        "student": "ada",
        "assignment": "axon",
        "status": "graded",
        "problem": "",
        "remarks": [],
    }
    made |= {"result": result, "isolation": "bubblewrap", "graded_at": "2025-01-01T00:00:00+00:00"}
    made["points"] = {one["task"]: one["points"] for one in verdicts}
    made["max_points"] = {one["task"]: one["max_points"] for one in verdicts}
    return made | changes


def standing(mark, **changes):
    cells = mark["points"]
    made = {
        "points": sum(cells.values()),
        "max_points": sum(mark["max_points"].values()),
        "late_penalty": 0.0,
    }
    made |= {"cells": cells, "by_hand": dict.fromkeys(cells, False), "open": [], "comments": {}}
    return made | changes


def shown(mark, show_reference=False, **changes):
    return page(mark, standing(mark, **changes), SPEC, show_reference=show_reference)


class Tags(HTMLParser):
    """Collects tags, attributes and visible text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.text.append(data)


def test_does_the_page_need_no_script_and_no_other_file():
    html = shown(record(verdict(plots=[{"label": "V", "unit": "mV", "student": TRACE, "reference": TRACE}])))
    tags = Tags(html)
    assert not {"script", "link", "img", "iframe", "object"} & set(tags.tags)
    assert not {"src", "href", "srcset"} & {name for name, _ in tags.attributes}
    assert "default-src 'none'" in html
    assert "http" not in re.sub(r"http-equiv", "", html)


@pytest.mark.parametrize("place", ["student", "problem", "remarks", "sentence", "note", "comment", "label"])
def test_is_markup_from_a_student_shown_as_text(place):
    bad = "<img src=x onerror=alert(1)>"
    one = verdict(
        checks=[check(sentence=bad if place == "sentence" else "")],
        note=bad if place == "note" else "",
        plots=[
            {"label": bad if place == "label" else "V", "unit": "mV", "student": TRACE, "reference": None}
        ],
    )
    changes = {"student": {"student": bad}, "problem": {"problem": bad}, "remarks": {"remarks": [bad]}}
    comments = {"threshold": bad} if place == "comment" else {}
    html = shown(record(one, **changes.get(place, {})), comments=comments)
    assert bad in "".join(Tags(html).text) or place == "label"
    assert "<img" not in html


def test_is_the_reference_drawn_only_where_the_instructor_allows_it():
    mark = record(
        verdict(
            plots=[{"label": "V", "unit": "mV", "student": TRACE, "reference": {"t": [0, 9], "v": [1, 7.77]}}]
        )
    )
    hidden, open_ = shown(mark), shown(mark, show_reference=True)
    assert hidden.count("<polyline") == 1 and "7.77 at" not in hidden
    assert open_.count("<polyline") == 2 and "7.77 at" in open_


def test_does_a_row_say_the_difference_in_words_and_as_a_bar():
    html = shown(record(verdict()))
    assert "3 % above the reference." in html
    assert 'class="gauge outside"' in html
    assert 'class="gauge inside"' in shown(record(verdict(checks=[check(error=0.005, passed=True)])))


@pytest.mark.parametrize("error", [None, float("inf")])
def test_is_there_no_bar_where_nothing_can_be_measured(error):
    assert '<svg class="gauge' not in shown(record(verdict(checks=[check(error=error)])))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"status": "missing"}, "Nothing of “The threshold” was handed in"),
        ({"status": "invalid"}, "its message says what the answer lacks in form"),
        ({"status": "other-parameters"}, "Type your own id"),
        (
            {"mistakes": [{"names": ["radius"], "sentence": "This is a radius."}]},
            "put right what is named there",
        ),
        ({}, "look at the rows marked ✗"),
        ({"points": 2.0}, "Nothing is left to mend"),
    ],
)
def test_does_the_page_say_what_to_do_next(changes, sentence):
    assert sentence in "".join(Tags(shown(record(verdict(**changes)))).text)


def test_is_an_answer_that_was_not_written_asked_for():
    mark = record(verdict(points=2.0), points={"threshold": 2.0, "why": 0.0})
    mark["max_points"] |= {"why": 2.0}
    comments = {"why": NO_RESPONSE, "threshold-answer": NO_RESPONSE}
    text = "".join(Tags(shown(mark, comments=comments)).text)
    assert "Still to be written: “Your written answer”." in text and "Nothing is left to mend" not in text
    assert f"Your instructor: {NO_RESPONSE}" not in text


@pytest.mark.parametrize("high", [0.35, 0.0123, 40.0, -12345.0])
def test_do_the_numbers_of_an_axis_leave_room_for_its_name(high):
    line = svg.Line("student", [0.0, 1.0], [0.0, high])
    picture = svg.plot([line], x_label="t", y_label="v", words="")
    numbers = re.findall(r'<text x="([\d.]+)"[^>]* text-anchor="end">([^<]+)<', picture)
    assert numbers
    for right, text in numbers:
        # labels of 17 px at most, the name of the axis ends 17 px from the left
        assert float(right) - 9.5 * len(text) >= 17


def test_does_someone_with_other_parameters_see_both_sets():
    mark = record(verdict(status="other-parameters"))
    mark["result"]["declared"] = {"diam": 90}
    text = "".join(Tags(shown(mark)).text)
    assert "80 um" in text and "90 um" in text and "you used" in text


def test_is_a_fault_of_the_grader_never_told_as_the_students():
    mark = record(
        verdict(),
        status="not graded",
        problem="/secret/rubric.py does not run",
        result=None,
        points={"threshold": None},
    )
    html = shown(mark | {"points": {"threshold": 0.0}}, open=["threshold"])
    assert "secret" not in html
    assert "this is not your fault" in html


def test_do_marks_given_by_hand_reach_the_page(graded_course):
    with connect(graded_course.db_url) as book:
        grade = book.find_grade("why", "circles", "circles", "ada")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        book.find_comment("why", "circles", "circles", "ada").manual_comment = "Nearly & well."
        book.db.commit()
    assert write_all(graded_course, "circles") == 5
    html = graded_course.feedback("ada", "circles").read_text()
    assert "Nearly &amp; well." in html
    assert "1.5 of 2 points" in html
    assert standings(graded_course, "circles")["ada"]["points"] == 5.5


def test_does_every_student_of_a_class_get_a_page(graded_course):
    for mark in graded_course.marks("circles"):
        html = graded_course.feedback(mark["student"], "circles").read_text()
        assert "What to do next" in html
        assert "<script" not in html


def test_are_long_traces_thinned_without_losing_their_peaks():
    time = np.linspace(0, 15, 20_000)
    v = np.full(20_000, -65.0)
    v[12_345] = 40.0
    x, y = svg.thinned(time, v)
    assert len(x) <= 802
    assert y.max() == 40.0 and x[np.argmax(y)] == time[12_345]
    assert (x[0], x[-1]) == (0.0, 15.0)


@pytest.mark.parametrize(("low", "high"), [(-75.3, 41.0), (0, 0), (1e-4, 3e-4), (-1, 1), (0, 15), (0, 1e6)])
def test_do_ticks_cover_the_data_with_few_round_numbers(low, high):
    found = svg.ticks(low, high)
    assert 2 <= len(found) <= 7 or low == high
    assert found[0] <= low and found[-1] >= high
    assert found == sorted(found)


def test_does_a_page_speak_in_the_palette_of_the_book():
    from neuroscales.core import style

    assert style.COLORS["student"] in shown(record(verdict()))
    assert json.dumps(sorted(feedback.environment().globals["colors"])) == json.dumps(sorted(style.COLORS))


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_can_everyone_read_the_pages_on_a_phone_and_with_a_screen_reader(
    graded_course, open_page, serve, scheme
):
    from axe_playwright_python.sync_playwright import Axe

    write(graded_course, "circles")
    pages = [graded_course.feedback(student, "circles") for student in ("ada", "bob", "zoe")]
    address = serve(graded_course.root)
    for path in [*pages, graded_course.report("circles"), graded_course.report("index")]:
        url = f"{address}/{path.relative_to(graded_course.root)}"
        page = open_page(url, color_scheme=scheme, viewport={"width": 375, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert (page.blocked, page.complaints) == ([], [])
