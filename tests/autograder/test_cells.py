# SPDX-License-Identifier: BSD-3-Clause
"""Is a submission the release with the student's answers, and nothing else of theirs?"""

import base64
import copy
import struct
import zlib

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from autograder.handin.cells import CODE_STUB, MAX_ANSWER_CHARS, MAX_OWN_CELLS, NOT_RECOGNIZED, rebuild
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


def code(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


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


def test_does_everything_but_answers_and_own_cells_come_from_the_release(release, submitted):
    theirs = submitted
    theirs.metadata.kernelspec = {"name": "evil", "display_name": "x", "language": "bash"}
    theirs.cells[2].source = "pass"
    theirs.cells[1].metadata.tags = ["skip-execution"]
    theirs.cells[1].metadata.nbgrader.update(points=1000, solution=False, locked=True)
    theirs.cells.reverse()
    rebuilt, remarks = rebuild(theirs, release)
    assert len(remarks) == 1 and "The locked cell 'hand' was changed" in remarks[0]
    expected = copy.deepcopy(release)
    expected.cells[1].source, expected.cells[3].source = "amp = 860", "It is the sodium."
    expected.cells[2].outputs = []
    assert rebuilt == expected


def test_is_a_missing_answer_graded_as_it_was_given_out(release, submitted):
    del submitted.cells[1]
    rebuilt, remarks = rebuild(submitted, release)
    assert rebuilt.cells[1].source == "amp = ..."
    assert remarks == ["The answer cell 'amp' is missing; it was graded as it was given out."]


def test_are_all_pieces_of_an_answer_taken_in_their_order(release, submitted):
    submitted.cells.insert(2, new_code_cell("amp = amp + 10", metadata=marks("amp", solution=True)))
    submitted.cells.append(new_markdown_cell("And the leak.", metadata=marks("words")))
    rebuilt, remarks = rebuild(submitted, release)
    assert remarks == []
    assert code(rebuilt) == ["amp = 860", "amp = amp + 10", "work.hand_in('threshold', amp=amp)"]
    assert rebuilt.cells[-1].source == "It is the sodium.\n\nAnd the leak."
    nbformat.validate(rebuilt)


@pytest.mark.parametrize("first", ["amp = ...", ""])
def test_is_an_untouched_copy_of_an_answer_passed_over(release, submitted, first):
    submitted.cells[1].source = first
    submitted.cells.insert(2, new_code_cell("amp = 870", metadata=marks("amp", solution=True)))
    assert code(rebuild(submitted, release)[0])[0] == "amp = 870"


def test_do_own_cells_run_where_they_stand(release, submitted):
    submitted.cells.insert(3, new_code_cell("print(amp)"))
    submitted.cells.insert(1, new_code_cell("def helper(): return 1"))
    submitted.cells.insert(0, new_code_cell("import math"))
    submitted.cells.insert(0, new_markdown_cell("My notes"))
    submitted.cells.insert(0, new_code_cell("  "))
    rebuilt, remarks = rebuild(submitted, release)
    assert remarks == []
    assert code(rebuilt) == [
        "import math",
        "def helper(): return 1",
        "amp = 860",
        "work.hand_in('threshold', amp=amp)",
        "print(amp)",
    ]
    nbformat.validate(rebuilt)
    assert rebuild(submitted, release)[0] == rebuilt, "twice the same, to the byte"


def test_does_the_stub_leave_where_an_own_cell_holds_the_answer(release, submitted):
    release.cells[1].source = submitted.cells[1].source = CODE_STUB
    submitted.cells.insert(2, new_code_cell("amp = 860"))
    assert code(rebuild(submitted, release)[0]) == ["", "amp = 860", "work.hand_in('threshold', amp=amp)"]


def test_is_a_written_answer_in_an_own_cell_taken(release, submitted):
    release.cells[3].source = submitted.cells[3].source = "YOUR ANSWER HERE"
    submitted.cells.append(new_markdown_cell("It is the potassium."))
    assert rebuild(submitted, release)[0].cells[3].source == "It is the potassium."


def test_is_a_copy_of_a_locked_cell_that_was_written_over_an_own_cell(release, submitted):
    submitted.cells.insert(3, new_code_cell("x = amp / 2", metadata=marks("hand", locked=True)))
    rebuilt, remarks = rebuild(submitted, release)
    assert code(rebuilt)[-2:] == ["work.hand_in('threshold', amp=amp)", "x = amp / 2"]
    assert remarks == []


def drop(notebook, metadata, ids):
    for position, cell in enumerate(notebook.cells):
        if metadata:
            cell.metadata = nbformat.from_dict({})
        if ids:
            cell["id"] = f"{position:08x}"


@pytest.mark.parametrize("ids", [False, True])
def test_are_answers_found_where_an_editor_dropped_what_marked_them(release, submitted, ids):
    drop(submitted, metadata=True, ids=ids)
    submitted.cells[0].source += "\n"  # what editors do in passing
    rebuilt, remarks = rebuild(submitted, release)
    assert (code(rebuilt)[0], rebuilt.cells[3].source, remarks) == ("amp = 860", "It is the sodium.", [])


def test_are_split_answers_and_own_cells_found_without_any_mark(release, submitted):
    submitted.cells.insert(2, new_code_cell("amp += 1"))
    submitted.cells.insert(4, new_code_cell("amp * 2"))
    drop(submitted, metadata=True, ids=True)
    rebuilt, _ = rebuild(submitted, release)
    assert code(rebuilt) == ["amp = 860", "amp += 1", "work.hand_in('threshold', amp=amp)", "amp * 2"]


def test_is_a_slightly_changed_locked_cell_found_without_any_mark(release, submitted):
    submitted.cells[0].source += "\n\nI added this line."
    submitted.cells[2].source += "\nprint(amp)"
    drop(submitted, metadata=True, ids=True)
    rebuilt, remarks = rebuild(submitted, release)
    assert code(rebuilt) == ["amp = 860", "work.hand_in('threshold', amp=amp)"]
    assert len(remarks) == 1 and "changed" in remarks[0]


def test_is_a_notebook_of_ones_own_told_that_its_answers_are_not_recognized(release):
    own = new_notebook(cells=[new_markdown_cell("Mine"), new_code_cell("amp = 860")])
    rebuilt, remarks = rebuild(own, release)
    assert code(rebuilt) == ["amp = 860", "amp = ...", "work.hand_in('threshold', amp=amp)"]
    assert len(remarks) == 1 and remarks[0].startswith(NOT_RECOGNIZED)


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib widget",
        "%matplotlib notebook",
        "  %matplotlib qt5",
        "get_ipython().run_line_magic('matplotlib', 'widget')",
        "matplotlib.use('TkAgg')",
        "plt.switch_backend('Qt5Agg')",
        "!pip install ipympl",
        "%pip install -q numpy",
        "%load_ext autoreload",
    ],
)
def test_is_a_line_for_the_screen_passed_over(release, submitted, line):
    submitted.cells[1].source = f"if True:\n  pass\n{line}\namp = 860"
    source = code(rebuild(submitted, release)[0])[0]
    compile(source, "cell", "exec")
    assert "not needed here" in source and source.endswith("amp = 860")


@pytest.mark.parametrize(
    "line", ["%matplotlib inline", "%%time\namp = 1", "x = 5 % 3", "# %matplotlib widget"]
)
def test_does_every_other_line_stay(release, submitted, line):
    submitted.cells[1].source = line
    assert code(rebuild(submitted, release)[0])[0] == line


def test_are_own_cells_without_end_left_out(release, submitted):
    submitted.cells += [new_code_cell(f"x = {number}") for number in range(MAX_OWN_CELLS + 5)]
    rebuilt, remarks = rebuild(submitted, release)
    assert len(rebuilt.cells) == len(release.cells) + MAX_OWN_CELLS
    assert "too many" in remarks[0]


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
