# SPDX-License-Identifier: BSD-3-Clause
"""Do the tables for instructors say what the files say?"""

import json
from pathlib import Path

import pytest

from autograder.authoring import tables

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "solutions" / "passive-membrane"


def cells(text):
    """The rows of a table in Markdown below its head."""
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]


@pytest.fixture(scope="module")
def derived():
    return json.loads((FOLDER / "acceptance.json").read_text())


def test_has_the_design_units_and_the_mistake_that_is_nearest(derived):
    rows = cells(tables.design(FOLDER, {"bilayer": (("area",), "core", 20), "leak-why": ((), "core", 15)}))
    bilayer, words = rows
    assert bilayer[:3] == ["`bilayer`", "`amp` (pA), `v` (mV)", "`area`"]
    checks = derived["tasks"]["bilayer"]["checks"].values()
    ways = {
        row["nearest_mistake"]["error"] / row["tolerance"]: row["nearest_mistake"]["way"] for row in checks
    }
    assert bilayer[3].startswith(f"`{ways[min(ways)]}`")
    assert words[1:4] == ["two or three sentences", tables.NONE, tables.NONE]


def test_has_every_parameter_its_values_and_unit():
    spec = json.loads((FOLDER / "spec.json").read_text())["parameters"]
    for one, row in zip(spec, cells(tables.parameters(FOLDER)), strict=True):
        numbers, unit = row[2].rsplit(" ", 1)
        assert (row[0], unit) == (f"`{one['name']}`", one["unit"])
        assert [float(number) for number in numbers.split(",")] == one["values"]


def test_has_every_comparison_its_row_with_tolerance_and_mistake(derived):
    rows = cells(tables.acceptance(FOLDER))
    checks = [(name, row) for task in derived["tasks"].values() for name, row in task["checks"].items()]
    assert [row[1] for row in rows] == [f"`{name}`" for name, _ in checks]
    for (_, check), row in zip(checks, rows, strict=True):
        assert row[3] == tables.figure({"error": check["tolerance"]}, check["unit"])
        assert f"`{check['nearest_mistake']['way']}`" in row[4]


def test_is_every_task_counted():
    spec = json.loads((FOLDER / "spec.json").read_text())["tasks"].values()
    assert [row[0] for row in cells(tables.counted(FOLDER))] == [task["title"] for task in spec]


def test_has_every_mistake_of_the_notes_its_line_and_its_page():
    notes = json.loads((FOLDER / "teaching.json").read_text())["again"]
    rows = cells(tables.again(FOLDER, ROOT / "book"))
    assert [row[1] for row in rows] == [one["teach"] for one in notes]
    assert [row[0] for row in rows] == [", ".join(f"`{name}`" for name in one["mistakes"]) for one in notes]
    assert {row[2] for row in rows} >= {"The leak", "The membrane as a capacitor"}


def test_are_mistakes_that_cost_nothing_told_with_their_reason(derived):
    text = tables.untold(FOLDER)
    for task in derived["tasks"].values():
        assert all(f"`{name}` costs nothing | {why}" in text for name, why in task["unseen"].items())
    assert "clamp-in-the-process` and `recorded-in-the-process" in text


def test_has_every_written_answer_its_guide():
    text = tables.guides(FOLDER)
    assert text.count("**Marking guide") == 2 and "`leak-why`" in text
