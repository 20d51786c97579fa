# SPDX-License-Identifier: BSD-3-Clause
"""Can a mechanism file earn what it did not work for, see what it must not, or harm anybody?

A class that hands in mechanisms, hostile ones among good ones, graded once by a teacher's command.
`python -m pytest tests/hostile/test_mechanism_files.py -m slow` prints the table.
"""

import json

import pytest

from tests.conftest import require_tool
from tests.hostile import mechanism_class, stage
from tests.hostile.mechanism_kinds import KINDS, POINTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request):
    """The class, graded once; its table is printed."""
    require_tool("bwrap")
    made = mechanism_class.grade_all(tmp_path_factory.mktemp("mechanisms"))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", *made.lines(), sep="\n")
    return made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_does_a_mechanism_earn_what_its_honest_part_is_worth_and_no_more(kind, graded):
    mark = graded.mark(kind)
    assert mark["status"] == "graded"
    assert mark["points"] == kind.worth
    assert len(json.dumps(mark)) < 2_000_000


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_does_the_student_read_what_was_wrong_and_briefly(kind, graded):
    lines = graded.read_by(kind)
    assert kind.words in " ".join(lines)
    assert kind.worth == POINTS or lines
    assert all(len(line) < 600 for line in lines)


@pytest.mark.parametrize("name", ["verbatim-hidden", "not-text", "huge"])
def test_was_none_of_many_texts_taken(name, graded):
    (kind,) = (kind for kind in KINDS if kind.name == name)
    assert "Nothing was handed in." in graded.read_by(kind)


def test_do_the_good_ones_around_them_get_everything(graded):
    for student in mechanism_class.GOOD:
        assert graded.marks[student]["points"] == POINTS, student
        assert (graded.marks[student]["problem"], graded.marks[student]["remarks"]) == ("", [])


def test_does_no_output_hold_a_secret(graded):
    assert graded.outputs
    system = b"root:x:0:0"
    for path, data in {**graded.outputs, "command": graded.said.encode()}.items():
        assert not any(one in data for one in (*stage.spellings(graded.canary), system)), path


def test_is_nothing_changed_and_nothing_left(graded):
    assert graded.changed == []
    assert graded.left == []
    assert graded.temporary == []
