# SPDX-License-Identifier: BSD-3-Clause
"""The loader compiles once, loads once, and says in one sentence what is wrong.

NEURON keeps what it has loaded for the life of the process, so every question is asked of a new one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mechanisms.loader import FOLDER

PLAY = "from neuron import h; s = h.VecStim(); s.play(h.Vector([1, 2])); print(int(s.count()))"


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A cache that holds the course's mechanisms."""
    cache = tmp_path_factory.mktemp("cache")
    assert ask("import mechanisms; mechanisms.load()", cache).returncode == 0
    return cache


def command(code):
    return [sys.executable, "-c", code]


def environment(cache, **changes):
    return {**os.environ, "NEUROSCALES_CACHE": str(cache), "PYTHONPATH": str(FOLDER.parent), **changes}


def ask(code, cache, cwd=None, **changes):
    """Run `code` in a new process with its own cache."""
    return subprocess.run(
        command(code), env=environment(cache, **changes), cwd=cwd, capture_output=True, text=True, timeout=120
    )


def complaint(run):
    """The last line of a run that failed: the sentence a student reads."""
    assert run.returncode == 1
    return run.stderr.strip().splitlines()[-1]


def libraries(cache):
    return sorted((cache / "mechanisms").iterdir())


def _names_all(sentence):
    """Whether a complaint about doubled mechanisms names those of the course."""
    return re.search(r"already has a mechanism named .*SimpleAMPA_NMDA.*VecStim from elsewhere", sentence)


def copy_sources(folder):
    """A folder with one small mechanism: compiling all of the course's takes several times as long."""
    folder.mkdir()
    shutil.copy(FOLDER / "vecstim.mod", folder)
    return folder


def test_is_the_library_compiled_into_the_cache_and_nowhere_else(tmp_path):
    here, cache = tmp_path / "notebooks", tmp_path / "cache"
    here.mkdir()
    run = ask(f"import mechanisms; print(mechanisms.load()); {PLAY}", cache, cwd=here)
    assert run.returncode == 0, run.stderr
    path, count = run.stdout.split()
    assert count == "2"
    assert libraries(cache) == [Path(path)]
    assert list(here.iterdir()) == []


def test_does_a_second_process_find_what_the_first_compiled(warm):
    before = [path.stat().st_mtime_ns for path in libraries(warm)]
    assert ask(f"import mechanisms; mechanisms.load(); {PLAY}", warm).stdout == "2\n"
    assert [path.stat().st_mtime_ns for path in libraries(warm)] == before


def test_does_loading_twice_in_one_process_do_nothing(warm):
    run = ask("import mechanisms; print(mechanisms.load() == mechanisms.load())", warm)
    assert (run.stdout, run.stderr, run.returncode) == ("True\n", "", 0)


def test_does_neuron_print_nothing_while_it_compiles_and_loads(tmp_path):
    folder = copy_sources(tmp_path / "mod")
    run = ask(f"import mechanisms; mechanisms.load({str(folder)!r})", tmp_path / "cache", DISPLAY="")
    assert (run.stdout, run.stderr, run.returncode) == ("", "", 0)


def test_do_several_processes_at_once_all_get_their_library(tmp_path):
    folder, cache = copy_sources(tmp_path / "mod"), tmp_path / "cache"
    code = f"import mechanisms; mechanisms.load({str(folder)!r}); {PLAY}"
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    runs = [subprocess.Popen(command(code), env=environment(cache), **pipes) for _ in range(4)]
    answers = [run.communicate(timeout=120) for run in runs]
    assert answers == [("2\n", "")] * 4
    assert len(libraries(cache)) == 1  # nothing half-made is left behind


def test_does_a_cached_library_load_with_no_compiler_and_a_cache_nobody_may_write_to(warm, tmp_path):
    frozen = tmp_path / "frozen"
    shutil.copytree(warm, frozen)
    for path in [*frozen.rglob("*"), frozen]:
        path.chmod(0o555)
    run = ask(f"import mechanisms; mechanisms.load(); {PLAY}", frozen, PATH=str(tmp_path))
    assert (run.stdout, run.returncode) == ("2\n", 0), run.stderr


def test_is_a_missing_compiler_named_in_one_sentence(tmp_path):
    sentence = complaint(ask("import mechanisms; mechanisms.load()", tmp_path, PATH=str(tmp_path)))
    assert "without g++, make, perl: install" in sentence
    assert "apt install g++ make" in sentence


def test_is_a_compiler_of_ones_own_choice_looked_for_by_its_name(tmp_path):
    sentence = complaint(ask("import mechanisms; mechanisms.load()", tmp_path, CXX="no-such-compiler"))
    assert "without no-such-compiler" in sentence


def test_is_a_cache_that_cannot_be_made_told_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    sentence = complaint(ask("import mechanisms; mechanisms.load()", tmp_path / "file"))
    assert "cannot write to" in sentence and "set NEUROSCALES_CACHE" in sentence


def test_does_an_edited_source_ask_for_a_new_kernel(tmp_path):
    folder = copy_sources(tmp_path / "mod")
    code = f"""
from pathlib import Path
import mechanisms
folder = Path({str(folder)!r})
mechanisms.load(folder)
with (folder / "vecstim.mod").open("a") as file:
    file.write(": edited")
mechanisms.load(folder)
"""
    assert "restart the kernel" in complaint(ask(code, tmp_path / "cache"))


def test_does_an_edited_source_reach_the_next_process(tmp_path):
    folder, cache = copy_sources(tmp_path / "mod"), tmp_path / "cache"
    code = f"import mechanisms; mechanisms.load({str(folder)!r}); {PLAY}"
    assert ask(code, cache).stdout == "2\n"
    source = folder / "vecstim.mod"
    body = "FUNCTION count() {"
    source.write_text(source.read_text().replace(body, f"{body}\n    count = 7\n}}\nFUNCTION unused() {{"))
    assert ask(code, cache).stdout == "7\n"


def test_is_a_mechanism_of_the_same_name_told_in_one_sentence(tmp_path, warm):
    compiled = ask("import mechanisms; print(mechanisms.load())", warm).stdout.strip()
    code = f"from neuron import h; h.nrn_load_dll({compiled!r}); import mechanisms; mechanisms.load()"
    sentence = complaint(ask(code, warm))
    assert _names_all(sentence) and "restart the kernel" in sentence


def test_is_a_library_that_lies_in_the_working_directory_told_too(tmp_path, warm):
    compiled = ask("import mechanisms; print(mechanisms.load())", warm).stdout.strip()
    machine = os.uname().machine
    (tmp_path / machine).mkdir()
    shutil.copy(compiled, tmp_path / machine / "libnrnmech.so")
    sentence = complaint(ask("import mechanisms; mechanisms.load()", warm, cwd=tmp_path))
    assert _names_all(sentence) and "remove that folder" in sentence


def test_is_a_source_with_a_mistake_told_by_its_file_and_line(tmp_path):
    folder = tmp_path / "mod"
    folder.mkdir()
    (folder / "broken.mod").write_text("NEURON { SUFFIX broken RANGE g \n BREAKPOINT {")
    run = ask(f"import mechanisms; mechanisms.load({str(folder)!r})", tmp_path / "cache")
    assert run.returncode == 1
    assert "SourceError: broken.mod, line 1: the block NEURON that begins here is not closed" in run.stderr
    assert libraries(tmp_path / "cache") == []


def test_is_a_folder_without_sources_named(tmp_path):
    sentence = complaint(ask(f"import mechanisms; mechanisms.load({str(tmp_path)!r})", tmp_path))
    assert f"there is no .mod file in {tmp_path}" in sentence


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"NEUROSCALES_CACHE": "{tmp}/a", "XDG_CACHE_HOME": "{tmp}/b"}, "a"),
        ({"NEUROSCALES_CACHE": "", "XDG_CACHE_HOME": "{tmp}/b"}, "b/neuroscales"),
        ({"NEUROSCALES_CACHE": "", "XDG_CACHE_HOME": "", "HOME": "{tmp}"}, ".cache/neuroscales"),
    ],
)
def test_is_the_cache_where_the_reader_is_told(tmp_path, variables, expected):
    variables = {name: value.format(tmp=tmp_path) for name, value in variables.items()}
    run = ask("from mechanisms import loader; print(loader.cache_folder())", tmp_path, **variables)
    assert run.stdout.strip() == str(tmp_path / expected / "mechanisms")
