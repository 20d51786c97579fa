# SPDX-License-Identifier: BSD-3-Clause
"""Sphinx extension: explorers on pages, with one script and one style sheet, only where a page has one.

The runs of a heavy explorer leave the page: one file for each value of its first control, loaded when the
reader comes near it. A file's name is the hash of what it holds.
"""

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from neuroscales.explorer import bundle
from neuroscales.explorer.show import PAGE_VARIABLE, as_data

INLINE_LIMIT = 40_000
"""Characters of runs that one explorer may keep in its page."""

_FIGURE = re.compile(r'<(?:figure|div) class="ns-(?:explorer|predict)" id="(?:explorer|predict)-([^"]+)">')
_DATA = re.compile(r'<script type="application/json" class="ns-explorer-data">(.*?)</script>', re.S)
_SCRIPT, _STYLES, _ROWS = "neuroscales-explorer.js", "neuroscales-explorer.css", "_static/neuroscales-rows"
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
    body = context.get("body") or ""
    names = Counter(_FIGURE.findall(body))
    if names:
        app.add_js_file(_SCRIPT, loading_method="defer")
        app.add_css_file(_STYLES)
        context["body"] = _DATA.sub(lambda found: _lighten(app, found[1], context["pathto"]), body)
    for name, times in names.items():
        if times > 1:
            _log.warning("%s shows the explorer %r %d times: give each a name of its own", page, name, times)


def _lighten(app: Sphinx, data: str, pathto: Callable[..., str]) -> str:
    """The data of an explorer; of heavy ones all rows but the first shown go to files beside the page."""
    spec = json.loads(data)
    if sum(len(row["data"]) for row in spec["rows"]) > INLINE_LIMIT:
        start = spec["controls"][0]["start"]
        spec["rows"] = [
            row if i == start else {"url": pathto(_write_row(app, row["data"]), True)}
            for i, row in enumerate(spec["rows"])
        ]
    return as_data(spec, "ns-explorer-data")


def _write_row(app: Sphinx, data: str) -> str:
    """Write a row as a script, which loads from any address, a file's too; return its place in the site."""
    name = hashlib.sha256(data.encode()).hexdigest()[:16]
    folder = Path(app.outdir) / _ROWS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.js").write_text(f'neuroscalesRow("{name}","{data}");\n', "utf-8")
    return f"{_ROWS}/{name}.js"
