# SPDX-License-Identifier: BSD-3-Clause
"""Does the instructors' page show what was measured with these submissions, and the limits that hold?"""

import json

import pytest

from autograder.sandbox.limits import Limits
from tests.conftest import ROOT
from tests.hostile import mechanism_class, mechanism_kinds, plain_nbgrader
from tests.hostile.kinds import KINDS


@pytest.fixture
def results():
    return plain_nbgrader.RESULTS.read_text(encoding="utf-8")


def test_is_the_table_made_from_the_results(results):
    assert plain_nbgrader.PAGE_PART.read_text(encoding="utf-8") == plain_nbgrader.page_part(results)


def test_are_the_results_those_of_these_submissions(results):
    data = json.loads(results)
    assert [row["kind"] for row in data["rows"]] == [kind.name for kind in KINDS]
    assert data["inputs"] == plain_nbgrader.inputs(), f"run {data['command']}"


def test_did_every_kind_earn_what_it_is_worth_here(results):
    for row in json.loads(results)["rows"]:
        assert row["points"] == row["worth"], row


def test_is_the_table_of_mechanisms_that_of_these_kinds():
    results = mechanism_class.RESULTS.read_text(encoding="utf-8")
    data = json.loads(results)
    assert [row["kind"] for row in data["rows"]] == [kind.name for kind in mechanism_kinds.KINDS]
    assert all(row["points"] == row["worth"] for row in data["rows"])
    assert data["inputs"] == mechanism_class.inputs(), f"run {data['command']}"
    assert mechanism_class.PAGE_PART.read_text(encoding="utf-8") == mechanism_class.page_part(results)


def test_are_the_limits_on_the_page_those_that_hold():
    text = (ROOT / "book/instructors/safety.md").read_text(encoding="utf-8")
    limits = Limits()
    for words in (
        f"| one cell | {limits.cell_s:g} s |",
        f"| the whole notebook | {limits.wall_s:g} s |",
        f"| memory of all its processes | {limits.memory_bytes / 1e9:g} GB |",
        f"| processes and threads | {limits.processes} |",
        f"| each scratch folder | {limits.disk_bytes // 1_000_000} MB |",
        f"| output that is kept | {limits.output_bytes // 1_000_000} MB |",
        f"| output of one cell | {limits.flood_bytes // 1_000_000} MB |",
    ):
        assert words in text
