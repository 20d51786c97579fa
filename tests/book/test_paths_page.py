# SPDX-License-Identifier: BSD-3-Clause
"""Do the paths through the course lead to all of it, with the times that its pages give?"""

import re
from pathlib import Path

import pytest
import yaml

BOOK = Path(__file__).resolve().parents[2] / "book"
TOC = yaml.safe_load((BOOK / "_toc.yml").read_text())
_ROW = re.compile(r"^\| (?:(\d+) \| )?\[[^\]]+\]\(([^)]+)\.md\) \| (\d+) \| .+ \|$", re.M)
PATHS = re.split(r"\n## ", (BOOK / "start/paths.md").read_text())[1:5]
ROWS = [[(week, page, int(minutes)) for week, page, minutes in _ROW.findall(path)] for path in PATHS]
_IN_WORDS = {
    "an hour ": 60,
    "an hour and a half": 90,
    "an hour and forty minutes": 100,
    "two of them for the core": 120,
    "two and a half hours": 150,
    "three hours": 180,
    "three and a half hours": 210,
}


def _file(link: str) -> str:
    """The page that a link on `start/paths` leads to, as the table of contents names it."""
    return (BOOK / "start" / link).resolve().relative_to(BOOK).as_posix()


def _stated(page: str) -> set[int]:
    """The minutes that a page gives at its top: for all of it and, for an assignment, for its core."""
    text = (BOOK / f"{page}.md").read_text()
    said = re.search(r"^About (.*?)(?:\. |\.\n)", text, re.M)[1]
    found = {int(number) for number in re.findall(r"(\d+) minutes", said)}
    found |= {minutes for phrase, minutes in _IN_WORDS.items() if phrase in f"{said} "}
    return found | ({max(found) // 2} if "half of it for the core" in said else set())


@pytest.mark.parametrize("rows", ROWS, ids=["a day", "six weeks", "a semester", "synapses"])
def test_are_the_times_those_that_the_pages_give(rows):
    assert rows
    for _, link, minutes in rows:
        assert minutes in _stated(_file(link)), (link, minutes)


def test_does_the_day_fit_a_day_and_a_week_a_week():
    day, six, semester, synapses = ROWS
    assert sum(minutes for *_, minutes in day) <= 6 * 60
    for weeks, number, most in ((six, 6, 5 * 60), (semester, 14, 5 * 60), (synapses, 5, 4 * 60)):
        assert {week for week, *_ in weeks} == {str(k + 1) for k in range(number)}
        for week in range(1, number + 1):
            assert sum(minutes for name, _, minutes in weeks if name == str(week)) <= most


@pytest.mark.parametrize(
    ("path", "parts"),
    [(2, ("Start", "The membrane", "The cable", "The squid axon")), (3, ("Synapses",))],
    ids=["one cell in the semester", "synapses in their weeks"],
)
def test_does_a_path_lead_to_every_chapter_of_its_parts(path, parts):
    shown = {_file(link) for _, link, _ in ROWS[path]}
    chapters = {
        chapter["file"] for part in TOC["parts"] if part["caption"] in parts for chapter in part["chapters"]
    }
    # This page itself, what each assignment links to, and assignments: an instructor chooses among them.
    beside = {"start/paths", "cable/hand-in"} | {page for page in chapters if page.endswith("assignment")}
    assert chapters - beside <= shown
