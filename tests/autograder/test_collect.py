# SPDX-License-Identifier: BSD-3-Clause
"""Is a submission read as a stranger's bytes, and refused with one sentence where it is none?"""

import json
import os

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.course import collect
from autograder.course.collect import SubmissionProblem, read_submission
from autograder.handin import untrusted

NOTEBOOK = new_notebook(cells=[new_code_cell("amp = 860", metadata={"nbgrader": {"grade_id": "amp"}})])


def refusal(folder):
    with pytest.raises(SubmissionProblem) as caught:
        read_submission(folder, "axon")
    assert str(caught.value).endswith(".") and "\n" not in str(caught.value)
    return str(caught.value)


def test_is_a_notebook_read_with_its_answers(tmp_path):
    nbformat.write(NOTEBOOK, tmp_path / "axon.ipynb")
    read = read_submission(tmp_path, "axon")
    assert read.cells[0].source == "amp = 860"
    assert read.cells[0].metadata.nbgrader.grade_id == "amp"


def test_is_an_older_notebook_read(tmp_path):
    nbformat.write(nbformat.convert(NOTEBOOK, 3), tmp_path / "axon.ipynb", version=3)
    assert json.loads((tmp_path / "axon.ipynb").read_text())["nbformat"] == 3
    read = read_submission(tmp_path, "axon")
    assert read.nbformat == 4 and read.cells[0].source == "amp = 860"
    assert read.cells[0].metadata.nbgrader.grade_id == "amp"


def test_is_a_byte_order_mark_forgiven(tmp_path):
    (tmp_path / "axon.ipynb").write_bytes(b"\xef\xbb\xbf" + nbformat.writes(NOTEBOOK).encode())
    assert read_submission(tmp_path, "axon").cells[0].source == "amp = 860"


def test_is_a_missing_notebook_named(tmp_path):
    assert refusal(tmp_path) == "There is no axon.ipynb."
    assert refusal(tmp_path / "nobody") == "There is no nobody."


@pytest.mark.parametrize(
    ("names", "taken"),
    [
        (["axon (1).ipynb"], "axon (1).ipynb"),
        (["Axon.ipynb", "notes.txt"], "Axon.ipynb"),
        (["mine.ipynb"], "mine.ipynb"),
        (["axon (2).ipynb", "axon (10).ipynb", "mine.ipynb"], "axon (10).ipynb"),
        (["axon (1).ipynb", "axon.ipynb"], "axon.ipynb"),
    ],
)
def test_is_a_renamed_upload_found(tmp_path, names, taken):
    for name in names:
        nbformat.write(new_notebook(cells=[new_code_cell(name)]), tmp_path / name)
    assert read_submission(tmp_path, "axon").cells[0].source == taken


def test_is_one_of_two_notebooks_with_other_names_not_guessed(tmp_path):
    for name in ("mine.ipynb", "final.ipynb"):
        nbformat.write(NOTEBOOK, tmp_path / name)
    assert "2 notebooks and none is called axon.ipynb" in refusal(tmp_path)


def test_are_links_not_followed(tmp_path):
    secret = tmp_path / "secret.ipynb"
    nbformat.write(NOTEBOOK, secret)
    folder = tmp_path / "student"
    folder.mkdir()
    (folder / "axon.ipynb").symlink_to(secret)
    assert "not a regular file" in refusal(folder)
    (tmp_path / "link").symlink_to(folder)
    assert "not a regular file" in refusal(tmp_path / "link")
    (folder / "axon.ipynb").rename(folder / "axon (1).ipynb")
    assert "not a regular file" in refusal(folder)


def test_are_pipes_and_folders_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "axon.ipynb")
    assert refusal(tmp_path) == "axon.ipynb is not a regular file."
    (tmp_path / "axon.ipynb").unlink()
    (tmp_path / "axon.ipynb").mkdir()
    assert "not a regular file" in refusal(tmp_path)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "cannot be read, it is not valid JSON"),
        (b"{", "cannot be read, it is not valid JSON"),
        ("{}".encode("utf-16"), "is not UTF-8 text"),
        (b"[" * 100_000, "it is nested too deeply"),
        (b"[" * 200 + b"]" * 200, "it is nested too deeply"),
        (b"1" * 10_000, "it is not valid JSON"),
        (b"[]", "is not a notebook of a known version"),
        (b'{"nbformat": 9}', "is not a notebook of a known version"),
        (b'{"nbformat": true}', "is not a notebook of a known version"),
        (b'{"nbformat": 4}', "is not a sound notebook"),
        (b'{"nbformat": 4, "cells": [3]}', "is not a sound notebook"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": {"a": 1}}]}', "is not a sound notebook"),
        (b'{"nbformat": 3, "worksheets": 5}', "is not a sound notebook"),
    ],
)
def test_is_what_is_no_notebook_told_in_a_sentence(tmp_path, data, sentence):
    (tmp_path / "axon.ipynb").write_bytes(data)
    assert sentence in refusal(tmp_path)


def test_is_a_notebook_beyond_the_limit_refused(tmp_path):
    with (tmp_path / "axon.ipynb").open("wb") as file:
        file.truncate(collect.MAX_NOTEBOOK_BYTES + 1)
    assert "is larger than 20 MB" in refusal(tmp_path)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', '{"a": NaN}', "[-Infinity]"])
def test_does_strict_json_refuse_what_reads_two_ways(text):
    with pytest.raises(untrusted.UntrustedError):
        untrusted.loads(text)
    untrusted.loads(text, strict=False)


def test_does_half_a_character_stop_nothing(tmp_path):
    (tmp_path / "axon.ipynb").write_text(
        nbformat.writes(NOTEBOOK).replace("amp = 860", "amp = 860 # \\ud800")
    )
    assert read_submission(tmp_path, "axon").cells[0].source == "amp = 860 # ?"


def test_are_many_small_parts_refused_before_they_fill_the_memory(tmp_path):
    (tmp_path / "axon.ipynb").write_bytes(b"[" + b"{}," * collect.MAX_PARTS + b"0]")
    assert "has more than 1000000 parts" in refusal(tmp_path)
