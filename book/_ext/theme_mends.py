# SPDX-License-Identifier: BSD-3-Clause
"""Small mends of what the theme does wrong; each says which defect it answers, so that it can go with it."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def drop_repeated_scripts(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Keep one of each script.

    Jupyter Book 1.0.4 adds sphinx-thebe's inline script twice, once without a file name and once with an
    empty one; a `const` declared twice is an error in every page's console.
    """
    seen, kept = set(), []
    for script in context.get("script_files", []):
        key = (str(getattr(script, "filename", script) or ""), getattr(script, "attributes", {}).get("body"))
        if key not in seen:
            seen.add(key)
            kept.append(script)
    context["script_files"] = kept


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the mends, after the theme has added its scripts."""
    app.connect("html-page-context", drop_repeated_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
