# SPDX-License-Identifier: BSD-3-Clause
"""A grader that dies at a named point: what it leaves, and whether the next run makes the class whole."""

import pytest

POINTS = (
    "collected",
    "marked",
    "notebook half written",
    "notebook written",
    "gradebook half written",
    "gradebook written",
    "page half written",
    "page written",
    "mark half written",
    "mark written",
)
STUDENTS = 6


@pytest.fixture(scope="module")
def undisturbed(request):
    """Filled by the first test that needs it."""
    return {}


def the_undisturbed(undisturbed, make_class, grader, tools):
    if not undisturbed:
        course = make_class("undisturbed", STUDENTS)
        code, said = grader(course).run()
        assert code == 0, said
        undisturbed.update(tools.dump(course))
    return undisturbed


@pytest.mark.parametrize("point", POINTS)
def test_does_a_grader_killed_at_this_point_lose_or_repeat_anything(
    point, make_class, grader, tools, undisturbed
):
    course = make_class("killed", STUDENTS)
    one = grader(course)
    code, said = one.run(point=point, nth=3)
    assert code == -9, f"the trap was never passed: {said}"
    kept = one.entries("kept")
    code, said = one.run()
    assert code == 0, said
    assert not set(kept) & set(one.entries("kept")[len(kept) :]), "graded twice"
    assert tools.dump(course) == the_undisturbed(undisturbed, make_class, grader, tools)
    assert not list(course.root.glob("**/.*.part")), "half-written files were left"
