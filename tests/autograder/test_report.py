# SPDX-License-Identifier: BSD-3-Clause
"""The page about the class: who made which mistake, what was hard, and who needs a look."""

import pytest

from autograder.course import CourseError
from autograder.pages import report
from autograder.pages.teaching import Line


def test_does_the_report_list_everyone_with_a_way_to_their_page(graded_course):
    path = report.write(graded_course, "circles")
    html = graded_course.report("circles").read_text()
    assert path == str(graded_course.report("circles"))
    for student in ("ada", "bob", "eve", "zoe", "&lt;i&gt;mal"):
        assert f">{student}</a>" in html
    assert 'href="../feedback/ada/circles/circles.html"' in html
    assert 'href="../feedback/%3Ci%3Emal/circles/circles.html"' in html
    assert "circles.html" in graded_course.report("index").read_text()


def test_does_the_report_stand_alone_and_escape_what_students_wrote(graded_course):
    report.write(graded_course, "circles")
    html = graded_course.report("circles").read_text()
    assert "default-src 'none'" in html
    assert "<script" not in html and "<i>mal" not in html


def mark(student, *mistakes, **changes):
    verdicts = [
        {
            "task": "spike",
            "title": "The spike",
            "status": "judged",
            "mistakes": [{"names": [name], "sentence": name}],
        }
        for name in mistakes
    ]
    return {"student": student, "problem": "", "result": {"verdicts": verdicts}} | changes


def test_are_mistakes_counted_and_the_most_frequent_first():
    found = report.mistakes(
        [mark("a", "radius"), mark("b", "place"), mark("c", "place", "radius"), mark("d", "place")]
    )
    assert [(one.names, one.students) for one in found] == [
        ("place", ["b", "c", "d"]),
        ("radius", ["a", "c"]),
    ]


def test_do_only_those_who_need_it_get_a_look():
    marks = [mark("fine"), mark("crashed", problem="Cell 3 stopped."), mark("open")]
    standings = {"fine": {"open": []}, "crashed": {"open": []}, "open": {"open": ["why"]}}
    assert report.needing_a_look(marks, standings) == [
        ("crashed", ["Cell 3 stopped."]),
        ("open", ["To be marked by hand: why."]),
    ]


def test_does_the_distribution_count_full_marks():
    picture = report._distribution([10.0, 10.0, 0.0, 4.9], 10.0)
    assert "1 from 0 on, 1 from 4 on, 2 from 9 on" in picture


def test_is_a_course_without_marks_told_what_to_do_first(small_course):
    with pytest.raises(CourseError, match="autograder grade"):
        report.write(small_course, "circles")


def test_is_there_a_line_on_what_to_teach_again():
    found = report.mistakes([mark("a", "radius")], {"radius": Line("Draw it.", "cable/squid-axon")})
    assert found[0].again == ["Draw it."]


def test_does_the_page_say_how_to_mark_what_waits_and_who_works_alike(graded_course, hand_in, right):
    from autograder.grading.grade import grade

    code = "\n".join(f"r{i} = p.radius * {i} + sum([{i}, {i + 1}]) / max({i}, 1)" for i in range(6))
    hand_in(graded_course, "ada", right | {"area-answer": f"{code}\narea = 3.1416 * p.radius**2"})
    copied = code.replace("r", "q").replace("p.qadius", "p.radius").replace("max", "min")
    hand_in(graded_course, "bob", right | {"area-answer": f"# mine\n{copied}\narea = 3.14159 * p.radius**2"})
    grade(graded_course)
    report.write(graded_course, "circles")
    html = graded_course.report("circles").read_text()
    assert "why: 2 waiting" in html and "Because the planted model answer says so." in html
    assert "ada and bob" in html and "of the code that is their own" in html
