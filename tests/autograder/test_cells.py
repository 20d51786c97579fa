# SPDX-License-Identifier: BSD-3-Clause
"""Is a submission the release with the student's answers, and nothing else of theirs?"""

import base64
import copy
import struct
import zlib

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.handin.cells import MAX_ANSWER_CHARS, rebuild
from autograder.handin.pictures import clean_png


def marks(name, **flags):
    flags = {"solution": False, "grade": False, "locked": False, "task": False} | flags
    return {"nbgrader": {"grade_id": name, "schema_version": 3} | flags}


@pytest.fixture
def release():
    cells = [
        new_markdown_cell("# The axon", metadata=marks("text", locked=True)),
        new_code_cell("amp = ...", metadata=marks("amp", solution=True)),
        new_code_cell("work.hand_in('threshold', amp=amp)", metadata=marks("hand", grade=True, locked=True)),
        new_markdown_cell("Your words", metadata=marks("words", solution=True, grade=True)),
    ]
    cells[2].outputs = [nbformat.v4.new_output("stream", text="old")]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new_notebook(cells=cells, metadata=kernel)


@pytest.fixture
def submitted(release):
    theirs = copy.deepcopy(release)
    theirs.cells[1].source = "amp = 860"
    theirs.cells[3].source = "It is the sodium."
    return theirs


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def test_are_code_and_written_answers_taken(release, submitted):
    rebuilt, remarks = rebuild(submitted, release)
    assert remarks == []
    assert sources(rebuilt) == [
        "# The axon",
        "amp = 860",
        "work.hand_in('threshold', amp=amp)",
        "It is the sodium.",
    ]
    assert rebuilt.cells[2].outputs == []
    nbformat.validate(rebuilt)


def test_does_everything_but_the_answers_come_from_the_release(release, submitted):
    theirs = submitted
    theirs.metadata.kernelspec = {"name": "evil", "display_name": "x", "language": "bash"}
    theirs.cells[2].source = "pass"
    theirs.cells[1].metadata.tags = ["skip-execution"]
    theirs.cells[1].metadata.nbgrader.update(points=1000, solution=False, locked=True)
    theirs.cells.insert(0, new_code_cell("import os; os._exit(0)"))
    theirs.cells.reverse()
    rebuilt, remarks = rebuild(theirs, release)
    assert remarks == []
    expected = copy.deepcopy(release)
    expected.cells[1].source, expected.cells[3].source = "amp = 860", "It is the sodium."
    expected.cells[2].outputs = []
    assert rebuilt == expected


def test_is_a_missing_answer_graded_as_it_was_given_out(release, submitted):
    del submitted.cells[1]
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = ..."
    assert remarks == ["The answer cell 'amp' is missing; it was graded as it was given out."]


def test_is_the_last_of_two_copies_graded(release, submitted):
    submitted.cells.append(new_code_cell("amp = 870", metadata=marks("amp")))
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = 870"
    assert "stands 2 times" in remarks[0]


def test_is_a_retyped_answer_graded_as_its_own_type(release, submitted):
    submitted.cells[1] = new_raw_cell("amp = 860", metadata=marks("amp"))
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].cell_type == "code" and rebuilt.cells[1].source == "amp = 860"
    assert "was a raw cell" in remarks[0]


def test_is_an_answer_that_lost_its_marks_found_by_its_cell_id(release, submitted):
    submitted.cells[1].metadata = nbformat.from_dict({})
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = 860" and remarks == []


def test_is_an_endless_answer_left_out(release, submitted):
    submitted.cells[1].source = "#" * (MAX_ANSWER_CHARS + 1)
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = ..." and "longer than" in remarks[0]


@pytest.mark.parametrize("damage", ["grade", 7, None, [], {"grade_id": ["amp"]}, {"grade_id": None}])
def test_do_damaged_marks_stop_nothing(release, submitted, damage):
    submitted.cells.append(new_code_cell("1", metadata={"nbgrader": damage}))
    rebuilt, _ = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = 860"


def chunk(kind, body):
    return struct.pack(">I4s", len(body), kind) + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width=1, extra=b"", tail=b""):
    header = struct.pack(">IIBBBBB", width, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + parts + tail).decode()


def test_does_a_picture_come_through_without_what_rides_on_it():
    assert clean_png(png()) == png()
    assert clean_png(png(extra=chunk(b"tEXt", b"<script>"), tail=b"<html>")) == png()


@pytest.mark.parametrize("bad", [None, 5, "", "!!", "QUJD", png(width=100_000), png()[:40]])
def test_is_what_is_no_sound_picture_dropped(bad):
    assert clean_png(bad) is None


def test_is_a_picture_pasted_into_a_written_answer_kept(release, submitted):
    submitted.cells[3].attachments = {
        "a.png": {"image/png": png()},
        "b.svg": {"image/svg+xml": "<svg/>"},
        "c": 3,
    }
    rebuilt, _ = rebuild(submitted, release)
    assert rebuilt.cells[3].attachments == {"a.png": {"image/png": png()}}
