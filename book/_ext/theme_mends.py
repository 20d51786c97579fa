# SPDX-License-Identifier: BSD-3-Clause
"""Small mends of what theme and markup do wrong; each says what it answers, so that it can go with that."""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

PLAIN = ("n", "nn", "nx", "p", "pm", "w")
"""Kinds of code, as Pygments names them, that the theme's colors set like plain text, in light and dark."""

_PLAIN_SPAN = re.compile(rf'<span class="(?:{"|".join(PLAIN)})">([^<]*)</span>')

_HYPHEN = re.compile(
    r"<(pre|code|script|style|svg)\b.*?</\1>"  # code, data and drawings stay as they are,
    r'|<span class="math.*?</span>|<div class="math.*?</div>'  # equations,
    r"|<[^>]*>"  # and tags
    r"|(?<![^\s(>])-(?=\d)",
    re.DOTALL,
)


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


def no_mathjax_without_mathematics(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load MathJax, 1.2 MB, only where there is an equation.

    Sphinx 7.4 also loads it on every page whose table of contents leads to one, so on the front page.
    """
    if not app.env.get_domain("math").data["has_equations"].get(pagename, False):
        context["script_files"] = [s for s in context.get("script_files", []) if not _is_mathjax(s)]


def _is_mathjax(script: Any) -> bool:
    """Is this MathJax, or its settings?"""
    filename = str(getattr(script, "filename", script) or "")
    return "mathjax" in filename or "window.MathJax" in getattr(script, "attributes", {}).get("body", "")


def no_spans_without_color(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Write names and punctuation of code without spans, which were half of its weight and color nothing."""
    body = context.get("body") or ""
    context["body"] = re.sub(
        r"<pre>.*?</pre>", lambda code: _PLAIN_SPAN.sub(r"\1", code[0]), body, flags=re.S
    )


def a_minus_before_negative_numbers(
    app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None
) -> None:
    """Write -65 mV with a minus sign, as figures and explorers do.

    A keyboard has only the hyphen, which is too short, too low, and may end a line.
    """
    context["body"] = _HYPHEN.sub(
        lambda found: "\N{MINUS SIGN}" if found[0] == "-" else found[0], context.get("body") or ""
    )


def empty_icon_script(app: Sphinx, exception: Exception | None) -> None:
    """Drop 1.5 MB of script from every page.

    pydata-sphinx-theme 0.17 ships Font Awesome twice, as web fonts and as a script that replaces the same
    icons by drawings; the fonts suffice.
    """
    script = Path(app.outdir) / "_static" / "scripts" / "fontawesome.js"
    if exception is None and script.is_file():
        script.write_text("/* The web fonts draw the icons. */\n")


def always_the_front_page(app: Sphinx, *_: Any) -> list[str]:
    """Read the front page in every build.

    Sphinx 7.4 copies a changed style sheet or picture only in a build that writes some page.
    """
    return [app.config.root_doc]


def open_reference(translator: Any, node: nodes.citation) -> None:
    """Write references as the plain list that they are.

    docutils 0.21 marks them as a list whose items have another role, which screen readers cannot make sense
    of. The label goes: the text cites by author and year.
    """
    node.children = [child for child in node.children if not isinstance(child, nodes.label)]
    if not isinstance(node.previous_sibling(), nodes.citation):
        translator.body.append('<ul class="references">')
    translator.body.append(translator.starttag(node, "li"))


def close_reference(translator: Any, node: nodes.citation) -> None:
    """End the item, and after the last one the list."""
    last = not isinstance(node.next_node(descend=False, siblings=True), nodes.citation)
    translator.body.append("</li></ul>" if last else "</li>")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the mends, after the theme has added its scripts."""
    app.connect("env-get-outdated", always_the_front_page)
    app.connect("html-page-context", drop_repeated_scripts, priority=900)
    app.connect("html-page-context", no_mathjax_without_mathematics, priority=901)
    app.connect("html-page-context", no_spans_without_color)
    app.connect("html-page-context", a_minus_before_negative_numbers)
    app.add_node(nodes.citation, override=True, html=(open_reference, close_reference))
    app.connect("build-finished", empty_icon_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
