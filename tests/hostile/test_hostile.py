# SPDX-License-Identifier: BSD-3-Clause
"""Can a submission earn what it did not work for, see what it must not, or harm anybody?

More than a hundred kinds of hostile, broken and odd submissions, each between two good ones, graded once.
`python -m pytest tests/hostile -m slow` prints the table.
"""

import json
from html.parser import HTMLParser

import pytest

from tests.conftest import require_tool
from tests.hostile import stage
from tests.hostile.kinds import KINDS, POINTS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def graded(tmp_path_factory, request):
    """The class, graded once; its table is printed."""
    require_tool("bwrap")
    made = stage.grade_all(tmp_path_factory.mktemp("hostile"))
    lines = [
        f"{row['kind']:24} {row['points']:4g} of {row['worth']:2g}  {row['said']}"[:180]
        for row in made.rows()
    ]
    lines.append(f"{len(KINDS)} kinds, {len(made.marks)} submissions, {made.wall_s:.0f} s")
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("", *lines, sep="\n")
    return made


def changed(graded):
    """Paths that are not as they were."""
    paths = graded.before.keys() | graded.after.keys()
    return [path for path in paths if graded.before.get(path) != graded.after.get(path)]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_does_a_submission_earn_what_its_honest_part_is_worth_and_no_more(kind, graded):
    points = graded.mark(kind)["points"]
    assert {task: points[task] for task in POINTS} == {task: kind.worth.get(task, 0.0) for task in POINTS}
    assert points["why"] in (0.0, None)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_is_the_mark_there_with_a_sentence_where_something_was_wrong(kind, graded):
    mark = graded.mark(kind)
    assert mark["status"] in ("graded", "unreadable")
    said = json.dumps([mark["problem"], mark["remarks"], mark["result"]])
    assert kind.worth == POINTS or "." in said
    assert len(mark["problem"]) < 500 and len(json.dumps(mark)) < 2_000_000


def test_do_the_good_ones_around_them_get_everything(graded):
    good = [mark for student, mark in graded.marks.items() if student.endswith(("-good", "-other"))]
    assert len(good) == len(KINDS) + 3
    for mark in good:
        assert mark["points"] == {**POINTS, "why": None}, mark["student"]
        assert (mark["problem"], mark["remarks"]) == ("", [])


def test_does_no_output_hold_a_secret(graded):
    for place, secret in graded.canaries.items():
        spelled = stage.spellings(secret)
        found = [path for path, data in graded.outputs.items() if any(one in data for one in spelled)]
        own = {"another student", "gradebook"}
        assert [path for path in found if not (place in own and stage.OTHER in path)] == [], place


def test_would_a_secret_in_an_output_be_found():
    import base64

    spelled = stage.spellings("canary-0123456789abcdef")
    for before in range(5):
        text = b"y" * before + b"canary-0123456789abcdef" + b"zz"
        for written in (text, text.hex().encode(), base64.b64encode(text)):
            assert any(one in written for one in spelled)


def test_is_nothing_changed_in_course_rubrics_and_home(graded):
    assert changed(graded) == []
    assert len(graded.before) > 2 * len(KINDS)


def test_is_no_process_left_two_seconds_later(graded):
    assert graded.left == []


def test_is_no_temporary_file_left(graded):
    assert graded.temporary == []


def test_did_nobody_call_out(graded):
    assert graded.calls == []


def test_do_saved_notebooks_hold_text_and_sound_pictures_alone(graded):
    for path, data in graded.outputs.items():
        if path.startswith("autograded/"):
            for cell in json.loads(data)["cells"]:
                kinds = {kind for output in cell.get("outputs", []) for kind in output.get("data", {})}
                assert kinds <= {"text/plain", "image/png"}, path
                assert all(list(bundle) == ["image/png"] for bundle in cell.get("attachments", {}).values())


class Markup(HTMLParser):
    """Whatever of a page could run."""

    def __init__(self, html):
        super().__init__()
        self.runs = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "iframe", "object", "embed", "img", "link", "form", "base"):
            self.runs.append(tag)
        self.runs += [
            name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")
        ]


def test_does_nothing_on_a_page_run(graded):
    pages = {path: data.decode() for path, data in graded.outputs.items() if path.endswith(".html")}
    assert len(pages) >= len(graded.marks) + 2
    for path, html in pages.items():
        assert Markup(html).runs == [], path
        assert "default-src 'none'" in html


def test_does_no_cell_of_the_table_compute(graded):
    assert len(graded.table) == len(graded.marks)
    for row in graded.table:
        assert not any(value.lstrip().startswith(("=", "+", "-", "@")) for value in row.values()), row


def test_are_the_numbers_that_nbgrader_reads_those_of_the_mark(graded):
    for row in graded.table:
        mark = graded.marks[row["student_id"].lstrip("'")]
        assert {task: float(row[f"task:{task}"]) for task in POINTS} == {
            task: mark["points"][task] for task in POINTS
        }
