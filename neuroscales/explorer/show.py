# SPDX-License-Identifier: BSD-3-Clause
"""What a cell shows in place of a figure: HTML on a page, a widget where a kernel answers."""

import json
import os
from collections.abc import Callable
from typing import Any

PAGE_VARIABLE = "NEUROSCALES_PAGE"
"""Environment variable that is set where a cell runs for a static page, so that no kernel will answer."""


def show(
    figure: Any, plain: str, on_page: Callable[[Any], str], still: Callable[[Any], str]
) -> dict[str, Any]:
    """What a cell shows: the figure that needs no kernel where a page is made, else the widget."""
    if os.environ.get(PAGE_VARIABLE):
        return {"text/html": on_page(figure), "text/plain": plain}
    # Without a kernel that answers (a stored notebook), the still figure stands for the widget.
    return {**figure._widget._repr_mimebundle_()[0], "text/html": still(figure), "text/plain": plain}


def as_data(spec: dict[str, Any], name: str) -> str:
    """A script element of class `name` that holds a spec as JSON and cannot be ended from within."""
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":"))
    # "</" could end the element early; JSON reads "<\\/" as the same string.
    data = data.replace("</", "<\\/")
    return f'<script type="application/json" class="{name}">{data}</script>'
