# SPDX-License-Identifier: BSD-3-Clause
"""The doctor says ok where all is well, and what to do where it is not."""

import os
import subprocess
import sys

import pytest

from neuroscales import doctor


def examine(**variables):
    """Run the doctor in a new process; its exit code, and its lines by their name."""
    run = subprocess.run(
        [sys.executable, "-m", "neuroscales.doctor"],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.stderr == ""
    return run.returncode, {line[10:20].strip(): line for line in run.stdout.splitlines()}


def test_is_this_environment_installed_and_working():
    code, lines = examine()
    assert code == 0, lines
    assert [name for name in doctor.NEEDED if not lines[name].startswith("ok ")] == []


def test_does_it_say_what_to_install_where_there_is_no_compiler(tmp_path):
    code, lines = examine(PATH=str(tmp_path), NEUROSCALES_CACHE=str(tmp_path))
    assert code == 1
    assert lines["mechanism"].startswith("TO DO") and "apt install g++ make" in lines["mechanism"]
    assert lines["sandbox"].startswith("optional") and "apt install bubblewrap" in lines["sandbox"]
    assert lines["axon"].startswith("ok ")  # one fault does not stop the other checks


def test_is_a_missing_package_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "efel", None)  # an import of it now fails
    good, line = doctor.examine(doctor.check_imports)
    assert not good
    assert "efel cannot be imported" in line


def test_is_an_old_python_told_by_its_number(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 0))
    good, line = doctor.examine(doctor.check_python)
    assert not good
    assert "install 3.11 or later" in line


@pytest.mark.parametrize("error", [RuntimeError("the page is torn"), ImportError("no such name")])
def test_is_whatever_breaks_told_in_one_line(error):
    def breaks():
        raise error

    good, line = doctor.examine(breaks)
    assert not good
    assert str(error) in line and "\n" not in line
