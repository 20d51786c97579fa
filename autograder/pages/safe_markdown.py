# SPDX-License-Identifier: BSD-3-Clause
"""What students write in words, as HTML in which nothing runs, loads or leads the page astray.

nbgrader's formgrader turns written answers into HTML as they are, whatever `sanitize_html` says: a script in
an answer would run with all rights of the person who marks it. Every course's `nbgrader_config.py` therefore
names the filter below in place of nbconvert's.
"""

import re
from typing import Any

import bleach
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

_TAGS = {
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "del",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
}
_TAGS |= {"img", "li", "ol", "p", "pre", "span", "strong", "sub", "sup", "ul"}
_TAGS |= {"table", "tbody", "td", "th", "thead", "tr"}
_LINK = re.compile(r"(?:https?://|mailto:|#)", re.ASCII)
_PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=]*", re.ASCII)


@pass_context
def markdown2html(context: Any, source: str) -> str:
    """A written answer as HTML, for nbconvert's templates.

    Args:
        context: The template's; the cell in it may carry pasted pictures.
        source: Markdown.

    Returns:
        HTML with plain tags, links to other pages, and pictures that the answer itself carries; no class and
        no id, so that nothing in it can stand in the place of a part of the page. Formulas stay as they are.
    """
    cell = context.get("cell") or {}
    renderer = IPythonRenderer(escape=False, attachments=cell.get("attachments", {}), anchor_link_text="")
    return bleach.clean(
        MarkdownWithMath(renderer=renderer).render(source),
        tags=_TAGS,
        attributes=_is_allowed,
        protocols={"http", "https", "mailto", "data"},
    )


def _is_allowed(tag: str, name: str, value: str) -> bool:
    """Where links lead, what pictures are, and what both say."""
    if tag == "a":
        return name == "title" or (name == "href" and _LINK.match(value) is not None)
    if tag == "img":
        return name == "alt" or (name == "src" and _PICTURE.fullmatch(value) is not None)
    return False
