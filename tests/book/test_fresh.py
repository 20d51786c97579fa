# SPDX-License-Identifier: BSD-3-Clause
"""What makes a page's results old?"""

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


def test_does_the_key_hang_on_library_mechanisms_lock_extensions_and_the_figures_on_fairness(fresh):
    names = {path.relative_to(fresh.ROOT).parts[0] for path in fresh.source_files(fresh.ROOT)}
    assert names == {"neuroscales", "mechanisms", "requirements.lock", "book", "autograder", "solutions"}
