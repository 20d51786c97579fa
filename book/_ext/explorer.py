# SPDX-License-Identifier: BSD-3-Clause
"""Sphinx extension: explorers on pages, with one script and one style sheet, only where a page has one."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from neuroscales.explorer import bundle
from neuroscales.explorer.explorer import PAGE_VARIABLE

_FIGURE = re.compile(r'<figure class="ns-explorer" id="explorer-([^"]+)">')
_SCRIPT, _STYLES = "neuroscales-explorer.js", "neuroscales-explorer.css"
_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("config-inited", _tell_kernels)
    app.connect("builder-inited", _write_assets)
    app.connect("html-page-context", _add_assets)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _tell_kernels(_: Sphinx, __: Config) -> None:
    """Kernels that execute pages inherit this and show explorers without a widget."""
    os.environ[PAGE_VARIABLE] = "1"


def _write_assets(app: Sphinx) -> None:
    # Straight to the output: Jupyter Book adds every script below _static of the source to every page.
    if app.builder.format == "html":
        folder = Path(app.outdir) / "_static"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _SCRIPT).write_text(bundle.page_script(), "utf-8")
        (folder / _STYLES).write_text(bundle.stylesheet(), "utf-8")


def _add_assets(app: Sphinx, page: str, _: str, context: dict[str, Any], __: object) -> None:
    names = Counter(_FIGURE.findall(context.get("body") or ""))
    if names:
        app.add_js_file(_SCRIPT, loading_method="defer")
        app.add_css_file(_STYLES)
    for name, times in names.items():
        if times > 1:
            _log.warning("%s shows the explorer %r %d times: give each a name of its own", page, name, times)
