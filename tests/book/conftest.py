# SPDX-License-Identifier: BSD-3-Clause
"""The book as tests read it: built as `make book` does, so always fresh and free of warnings."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ["build", "book", "--config", "_config.yml", "--path-output", ".", "-W", "--keep-going"]

_HEADER = """---
jupytext:
  text_representation: {extension: .md, format_name: myst}
kernelspec: {display_name: Python 3, language: python, name: python3}
---

"""


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Build the book that lies in `folder`, as `make book` does."""
    program = [sys.executable, str(ROOT / "tools" / "build_book.py")]
    said = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.run([*program, *COMMAND], cwd=folder, timeout=600, **said)


@pytest.fixture(scope="session")
def site(once) -> Path:
    """The built site of the real book."""

    def make(_: Path) -> Path:
        done = build(ROOT)
        assert done.returncode == 0, done.stdout[-4000:]
        return ROOT / "_build" / "html"

    return once("book", make)


class SmallBook:
    """A book of one page, with the real settings and extensions and a copy of the library."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for part in ("neuroscales", "mechanisms", "book/_ext"):
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        links = ("_config.yml", "requirements.lock", "book/references.bib", "book/_static", "book/_vendor")
        for part in links:
            (folder / part).symlink_to(ROOT / part)
        (folder / "book/_toc.yml").write_text("format: jb-book\nroot: index\n")

    def build(self, text: str = "", code: str = "") -> tuple[int, str]:
        """Build the page; return the exit status and everything that was said."""
        cell = f"```{{code-cell}} ipython3\n{code}\n```\n" if code else ""
        (self.folder / "book/index.md").write_text(f"{_HEADER}# A page\n\n{text}\n\n{cell}")
        done = build(self.folder)
        return done.returncode, done.stdout

    def page(self) -> str:
        """The page's HTML."""
        return (self.folder / "_build/html/index.html").read_text()


@pytest.fixture
def small_book(tmp_path: Path) -> SmallBook:
    """A book of one page."""
    return SmallBook(tmp_path)


@pytest.fixture(scope="session")
def extension() -> Callable[[str], ModuleType]:
    """A function that imports one of the book's Sphinx extensions."""
    import importlib.util

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "book" / "_ext" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load
