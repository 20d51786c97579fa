# SPDX-License-Identifier: BSD-3-Clause
"""No page shows an old result, and no page runs again for a change that it does not use.

Jupyter's cache knows the code of a page, not the library that the page calls, nor the files that it reads.
So each page keeps its results in a folder of its own, named by its key: a hash of the page's code cells, of
the modules of ours that they import (and the modules that those import), of the data beside these modules
and beside the page, of the lock and of the extensions that set up its kernel. A new key means an empty
folder, so the page is read and executed anew. Pages that need it are executed before Sphinx reads them, as
many at a time as there are cores, the longest first.
"""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import page_keys
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import create_nb_reader
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[2]
_QUIET = ["--IPKernelApp.log_level=40"]  # kernels warn at every start that they speak over TCP
_log = logging.getLogger(__name__)


def prepare_kernels() -> None:
    """Let the pages' kernels import the library of this tree, and NEURON without its note on the display."""
    others = os.environ.get("PYTHONPATH", "")
    if str(ROOT) not in others.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(ROOT), others]))
    os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")


def prepare(app: Sphinx, config: Config) -> None:
    """Set up the kernels, and let Sphinx read every page again when an extension has changed."""
    prepare_kernels()
    app.page_sources = page_keys.Sources(ROOT)
    config.fresh_key = app.page_sources.key_of_extensions()


_SILENT = ("sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
"""Extensions that do not say whether pages may be read in parallel: they act only before or after reading."""


def read_in_parallel(app: Sphinx, *_: Any) -> list[str]:
    """Let Sphinx read and write pages on all cores, if each extension allows it."""
    for name in _SILENT:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True
    if all(each.parallel_read_safe for each in app.extensions.values()):
        app.parallel = os.cpu_count() or 1
    return []


def find_outdated(app: Sphinx, env: BuildEnvironment, *_: set[str]) -> list[str]:
    """Pages whose key is not the one under which they were last read."""
    app.page_keys = {name: app.page_sources.key_of_page(Path(env.doc2path(name))) for name in env.found_docs}
    before = getattr(env, "page_keys", {})
    outdated = [name for name, key in app.page_keys.items() if before.get(name, key) != key]
    if outdated:
        _log.info("fresh: sources have changed for %s", ", ".join(sorted(outdated)))
    return outdated


def cache_of(app: Sphinx, docname: str) -> Path:
    """Where the results of a page lie."""
    return _cache(app) / app.page_keys[docname][:32]


def _cache(app: Sphinx) -> Path:
    return Path(app.config.nb_execution_cache_path or Path(app.outdir).parent / ".jupyter_cache")


def execute(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute what will be read and has no results yet; what fails is left for myst-nb to report."""
    env.page_keys = dict(app.page_keys)
    missing = [(name, notebook) for name in docnames if (notebook := _without_results(app, name))]
    missing.sort(key=lambda pair: -_expected_time(app, pair[0]))
    if missing:
        _log.info("fresh: executing %d pages", len(missing))
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        list(pool.map(lambda pair: _execute_page(app, *pair), missing))


def _without_results(app: Sphinx, docname: str) -> NotebookNode | None:
    """The page as a notebook if it has code that must be executed, else None."""
    path = Path(app.env.doc2path(docname))
    text = path.read_text("utf-8")
    reader = create_nb_reader(str(path), app.env.myst_config, app.env.mystnb_config, text)
    notebook = reader and reader.read(text)
    if not notebook or not any(cell.cell_type == "code" for cell in notebook.cells):
        return None
    try:
        get_cache(cache_of(app, docname)).match_cache_notebook(notebook)
    except KeyError:
        return notebook
    return None


def _expected_time(app: Sphinx, docname: str) -> float:
    """Seconds that the page took last time; an unknown one goes first."""
    return getattr(app.env, "page_seconds", {}).get(docname, float("inf"))


def _execute_page(app: Sphinx, docname: str, notebook: NotebookNode) -> None:
    path = Path(app.env.doc2path(docname))
    timeout = app.config.nb_execution_timeout
    done = single_nb_execution(
        notebook, cwd=str(path.parent), timeout=timeout, allow_errors=False, extra_arguments=_QUIET
    )
    if done.err is None:
        bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": done.time})
        get_cache(cache_of(app, docname)).cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        _log.info("fresh: executed %s in %.1f s", docname, done.time)


def choose_cache(app: Sphinx, docname: str, _: list[str]) -> None:
    """Let myst-nb look for the page's results where its key says."""
    app.env.mystnb_config = app.env.mystnb_config.copy(execution_cache_path=str(cache_of(app, docname)))


def forget_old_results(app: Sphinx, exception: Exception | None) -> None:
    """Remove results that no page of this book has any more."""
    if exception is None and _cache(app).is_dir():
        kept = {cache_of(app, name).name for name in app.page_keys}
        for entry in _cache(app).iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the check."""
    app.add_config_value("fresh_key", "", "env", [str])
    app.connect("config-inited", prepare)
    app.connect("env-get-outdated", read_in_parallel)
    app.connect("env-get-outdated", find_outdated)
    app.connect("env-before-read-docs", execute)
    app.connect("source-read", choose_cache)
    app.connect("build-finished", forget_old_results)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
