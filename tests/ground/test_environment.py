# SPDX-License-Identifier: BSD-3-Clause
"""One place for dependencies: pyproject.toml; the lock and the student's environment follow from it."""

import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement

import mechanisms

ROOT = Path(mechanisms.__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TOOL = runpy.run_path(str(ROOT / "tools" / "environment.py"))
PINS, PARENTS = TOOL["read_lock"]((ROOT / "requirements.lock").read_text(encoding="utf-8"))
GROUPS = {"library": PROJECT["dependencies"], **PROJECT["optional-dependencies"]}


@pytest.mark.parametrize(
    ("group", "requirement"), [(group, each) for group, all_of_it in GROUPS.items() for each in all_of_it]
)
def test_does_the_lock_hold_a_fitting_version_of_what_pyproject_asks_for(group, requirement):
    asked = Requirement(requirement)
    locked = [Requirement(pin) for name, pin in PINS if name == TOOL["canonical"](requirement)]
    versions = [next(iter(pin.specifier)).version for pin in locked]
    assert versions and all(asked.specifier.contains(version) for version in versions)


def test_is_environment_yml_what_the_lock_says():
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == TOOL["environment"](), "environment.yml is not fresh: run `make lock`"


def test_does_the_students_environment_hold_all_that_its_packages_need():
    """Followed through the installed packages' own metadata, not through the lock's remarks."""
    from importlib.metadata import requires

    pinned = {TOOL["canonical"](pin) for pin in TOOL["student_pins"]()}
    here = {name for name, pin in PINS if applies(pin)}
    for name in sorted(pinned & here):
        needed = [Requirement(text) for text in requires(name) or []]
        missing = [
            str(each)
            for each in needed
            if (each.marker is None or each.marker.evaluate({"extra": ""}))
            and TOOL["canonical"](each.name) not in pinned
        ]
        assert missing == [], f"{name} needs {missing}"


def applies(pin):
    """Whether a pin is for this platform and Python."""
    _, _, marker = pin.partition(" ; ")
    return not marker or Marker(marker).evaluate()


def test_is_the_students_environment_small():
    pinned = {TOOL["canonical"](pin) for pin in TOOL["student_pins"]()}
    assert pinned.isdisjoint({"nbgrader", "sphinx", "jupyter-book", "playwright", "pytest", "ruff"})
    assert {"neuron", "jupyterlab", "jupytext", "anywidget"} <= pinned


def test_is_environment_yml_a_conda_environment():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, section = environment["dependencies"]
    assert python.startswith("python=3.") and pip == "pip"
    assert not [line for line in section["pip"] if line.startswith("-")]  # the repository is not there yet
    version = python.removeprefix("python=")
    assert version in Requirement(f"python{PROJECT['requires-python']}").specifier


def test_does_binder_find_its_files(tmp_path):
    """The Dockerfile that Binder would build, without building it."""
    for name in ("environment.yml", "apt.txt", "postBuild", "start"):
        shutil.copy(ROOT / name, tmp_path)
    tool = Path(sys.executable).parent / "jupyter-repo2docker"
    user = ["--user-id", "1000", "--user-name", "jovyan"]
    run = subprocess.run(
        [tool, "--no-build", "--debug", *user, str(tmp_path)], capture_output=True, text=True, timeout=120
    )
    dockerfile = run.stdout + run.stderr
    assert run.returncode == 0, dockerfile
    lines = [line.strip() for line in dockerfile.splitlines()]
    assert "apt-get install --yes --no-install-recommends g++ make && \\" in lines
    assert any("env update" in line and "environment.yml" in line for line in lines)
    assert lines.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < lines.index("RUN ./postBuild")
    assert 'ENV R2D_ENTRYPOINT="${REPO_DIR}/start"' in lines


@pytest.mark.parametrize("name", ["postBuild", "start", ".ci/run"])
def test_is_a_script_executable_and_well_formed(name):
    path = ROOT / name
    assert path.stat().st_mode & 0o111 == 0o111
    assert subprocess.run(["bash", "-n", str(path)]).returncode == 0


def test_does_the_start_script_keep_neuron_silent_and_hand_over():
    run = subprocess.run(
        [str(ROOT / "start"), "printenv", "NEURON_MODULE_OPTIONS"], capture_output=True, text=True
    )
    assert (run.stdout, run.returncode) == ("-nogui\n", 0)
