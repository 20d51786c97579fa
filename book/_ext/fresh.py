# SPDX-License-Identifier: BSD-3-Clause
"""No page shows an old result: pages run with this tree's library, and again when it changes.

Jupyter's cache knows the code of a page, not the library that the page calls, nor the files that it reads.
This extension takes a fingerprint of all that a page can call or read: the library, the mechanisms, the
grader and its assignments, the lock, our own extensions, and the figures and programs that lie beside the
pages. When it differs from the one of the last build, the execution cache is removed, and every page is read
and executed again.
"""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("neuroscales", "mechanisms", "autograder", "solutions", "requirements.lock", "book")
_BESIDE_RESULTS = {"book/_static", "book/_vendor", "book/images"}  # how a page looks, not what it says
_TEXT = {".md", ".bib", ".yml"}  # Sphinx watches these itself
STAMP = "results-hang-on.sha256"


def source_files(root: Path, sources: Iterable[str] = SOURCES) -> list[Path]:
    """All files below `sources` (folders or files, relative to `root`), sorted, without bytecode and text."""
    files: list[Path] = []
    for source in sources:
        path = root / source
        files += [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    skipped = {"__pycache__", "x86_64", "arm64", ".ipynb_checkpoints"}
    names = {file: file.relative_to(root) for file in files}
    return sorted(
        file for file, name in names.items() if not skipped & set(name.parts) and not _is_text_or_look(name)
    )


def _is_text_or_look(name: Path) -> bool:
    """Is this file, relative to the root, part of the book without being read by a page's cells?"""
    in_book = name.parts[0] == "book"
    return in_book and (name.suffix in _TEXT or "/".join(name.parts[:2]) in _BESIDE_RESULTS)


def fingerprint(root: Path, sources: Iterable[str] = SOURCES) -> str:
    """SHA-256 over names and contents of everything that a page's results hang on."""
    digest = hashlib.sha256()
    for file in source_files(root, sources):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def clear_if_stale(cache: Path, key: str) -> bool:
    """Remove the execution cache when it was filled under another key; say whether it was removed."""
    stamp = cache / STAMP
    if stamp.is_file() and stamp.read_text() == key:
        return False
    existed = cache.is_dir()
    shutil.rmtree(cache, ignore_errors=True)
    cache.mkdir(parents=True)
    stamp.write_text(key)
    return existed


def prepare_kernels() -> None:
    """Let the pages' kernels import the library of this tree, and NEURON without its note on the display."""
    others = os.environ.get("PYTHONPATH", "")
    if str(ROOT) not in others.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), others]))
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")


def check(app: Sphinx, config: Config) -> None:
    """Compare the fingerprint with the last build's; clear what is older than the sources."""
    prepare_kernels()
    config.fresh_key = fingerprint(ROOT)  # a changed value of this setting makes Sphinx read every page
    cache = Path(config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")
    if clear_if_stale(cache, config.fresh_key):
        logging.getLogger(__name__).info("fresh: sources have changed, every page is executed again")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the check."""
    app.add_config_value("fresh_key", "", "env", [str])
    app.connect("config-inited", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
