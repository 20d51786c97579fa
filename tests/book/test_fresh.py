# SPDX-License-Identifier: BSD-3-Clause
"""What makes a page's results old?"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SOURCES = ("library", "lock")


@pytest.fixture
def fresh(extension):
    return extension("fresh")


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library/model.py").write_text("default = 1\n")
    (tmp_path / "lock").write_text("neuron==9.0.2\n")
    return tmp_path


def change_default(tree):
    (tree / "library/model.py").write_text("default = 2\n")


def change_lock(tree):
    (tree / "lock").write_text("neuron==9.0.3\n")


def add_file(tree):
    (tree / "library/new.mod").write_text("")


def rename_file(tree):
    (tree / "library/model.py").rename(tree / "library/cell.py")


@pytest.mark.parametrize("change", [change_default, change_lock, add_file, rename_file])
def test_does_every_change_of_the_sources_change_the_key(fresh, tree, change):
    before = fresh.fingerprint(tree, SOURCES)
    change(tree)
    assert fresh.fingerprint(tree, SOURCES) != before


def test_do_compiled_files_leave_the_key_alone(fresh, tree):
    before = fresh.fingerprint(tree, SOURCES)
    (tree / "library/__pycache__").mkdir()
    (tree / "library/__pycache__/model.pyc").write_bytes(b"1")
    assert fresh.fingerprint(tree, SOURCES) == before


def test_is_a_cache_kept_under_its_key_and_cleared_under_another(fresh, tmp_path):
    cache = tmp_path / "cache"
    assert not fresh.clear_if_stale(cache, "one")  # there was none
    (cache / "result").write_text("42")
    assert not fresh.clear_if_stale(cache, "one")
    assert (cache / "result").exists()
    assert fresh.clear_if_stale(cache, "two")
    assert not (cache / "result").exists()


@pytest.fixture
def copy_of_book(fresh, tmp_path):
    ignored = shutil.ignore_patterns("_vendor", "__pycache__")
    shutil.copytree(fresh.ROOT / "book", tmp_path / "book", ignore=ignored)
    return tmp_path


@pytest.mark.parametrize(
    "file",
    [
        "cable/other/cell.hoc",
        "cable/other/README",
        "cable/rig/axonrig.py",
        "instructors/speed.json",
        "instructors/firing-curve.json",
    ],
)
def test_does_a_change_beside_the_pages_change_the_key(fresh, copy_of_book, file):
    before = fresh.fingerprint(copy_of_book)
    with (copy_of_book / "book" / file).open("a") as changed:
        changed.write(" ")
    assert fresh.fingerprint(copy_of_book) != before


@pytest.mark.parametrize("file", ["index.md", "references.bib", "_toc.yml", "_static/course.css"])
def test_does_a_change_of_text_or_looks_leave_the_key_alone(fresh, copy_of_book, file):
    before = fresh.fingerprint(copy_of_book)
    with (copy_of_book / "book" / file).open("a") as changed:
        changed.write(" ")
    assert fresh.fingerprint(copy_of_book) == before


def test_does_the_key_hang_on_every_module_of_ours_that_a_page_calls(fresh):
    ours = re.compile(r"^(?:from|import) (?:neuroscales|mechanisms|autograder)\b.*[^(\n]$", re.M)
    longer = re.compile(r"^from ((?:neuroscales|mechanisms|autograder)\b.*) import \($", re.M)
    cell = re.compile(r"^```\{code-cell\}.*?^```", re.M | re.S)
    cells = "\n".join(
        c for path in (fresh.ROOT / "book").rglob("*.md") for c in cell.findall(path.read_text())
    )
    lines = set(ours.findall(cells)) | {f"import {module}" for module in longer.findall(cells)}
    files = "print(*(getattr(m, '__file__', None) for m in list(sys.modules.values())), sep='\\n')"
    program = "\n".join([*sorted(lines), "import sys", files])
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=fresh.ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    folders = tuple(
        f"{fresh.ROOT / name}/" for name in ("neuroscales", "mechanisms", "autograder", "solutions")
    )
    loaded = {Path(line) for line in run.stdout.splitlines() if line.startswith(folders)}
    assert fresh.ROOT / "autograder/tables.py" in loaded
    assert loaded <= set(fresh.source_files(fresh.ROOT))


def test_does_the_key_hang_on_the_lock_the_extensions_and_each_assignment(fresh):
    names = {path.relative_to(fresh.ROOT).as_posix() for path in fresh.source_files(fresh.ROOT)}
    assert {"requirements.lock", "book/_ext/explorer.py", "mechanisms/ampa_nmda.inc"} <= names
    assert {"solutions/squid-axon/fairness.json", "solutions/squid-axon/teaching.json"} <= names
