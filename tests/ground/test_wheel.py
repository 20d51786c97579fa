# SPDX-License-Identifier: BSD-3-Clause
"""The wheel holds all that the library is made of, and works where there is nothing else."""

import re
import runpy
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import mechanisms

ROOT = Path(mechanisms.__file__).resolve().parent.parent
PACKAGES = ("neuroscales", "mechanisms", "autograder")

USE_IT = """
import mechanisms
from neuron import h
from neuroscales.cable.explorers import threshold

library = mechanisms.load()
assert hasattr(h, "VecStim"), library
shown = threshold()._repr_mimebundle_()
assert "application/vnd.jupyter.widget-view+json" in shown or "<svg" in shown["text/html"], shown.keys()
print(mechanisms.__file__)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this tree without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(ROOT)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return next(folder.glob("*.whl"))


def test_is_every_file_of_the_packages_in_the_wheel(wheel):
    held = set(zipfile.ZipFile(wheel).namelist())
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file()]
    wanted = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert wanted <= held
    kinds = {Path(name).suffix for name in wanted}
    assert {".py", ".mod", ".inc", ".js", ".css"} <= kinds  # or the question above asks for too little


def test_is_nothing_else_in_the_wheel_but_its_metadata_and_licenses(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    others = {name for name in names if not name.startswith(tuple(f"{package}/" for package in PACKAGES))}
    assert {name.split("/")[0].split(".")[-1] for name in others} == {"dist-info"}
    assert {Path(name).name for name in others if "/licenses/" in name} == {"LICENSE", "LICENSE-TEXT"}


def locked_base(folder):
    """A requirements file with the lock's pins and hashes for the library alone."""
    tool = runpy.run_path(str(ROOT / "tools" / "environment.py"))
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = tool["closure"](
        {tool["canonical"](each) for each in project["dependencies"]}, tool["read_lock"](lock)[1]
    )
    blocks = [block for block in re.split(r"^(?=[a-z0-9])", lock, flags=re.MULTILINE) if "==" in block]
    file = folder / "base.txt"
    file.write_text("".join(block for block in blocks if block.split("==")[0] in wanted))
    return file


@pytest.mark.slow
def test_does_the_wheel_work_in_an_empty_environment(wheel, tmp_path):
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    locked = ["--only-binary", ":all:", "--require-hashes", "--requirement", str(locked_base(tmp_path))]
    subprocess.run([*pip, *locked], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], check=True)

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(tmp_path)}
    options = {"cwd": elsewhere, "env": environment, "capture_output": True, "text": True}

    used = subprocess.run([python, "-c", USE_IT], **options)
    assert used.returncode == 0, used.stderr
    assert used.stdout.startswith(str(tmp_path / "venv"))
    assert list(elsewhere.iterdir()) == []

    examined = subprocess.run([python, "-m", "neuroscales.doctor"], **options)
    assert examined.returncode == 0, examined.stdout
    broken = subprocess.run([python, "-m", "pip", "check"], **options)
    assert broken.returncode == 0, broken.stdout
