# SPDX-License-Identifier: BSD-3-Clause
"""The explorer's script and style sheet, put together from the package's files; no build step."""

from functools import cache
from importlib.resources import files

_LIBRARY = ("_vendor/uplot/uPlot.iife.min.js",)
_VIEWS = ("time-series", "space", "summary", "plane")
_RENDERER = tuple(
    f"script/{name}.js" for name in ("theme", "labels", "plot", *_VIEWS, "movie", "panel", "predict")
)
_STYLES = ("_vendor/uplot/uPlot.min.css", "script/explorer.css")


def page_script() -> str:
    """The classic script of a static page: works under any address, a file's too."""
    return f"(() => {{\n{_join(*_LIBRARY, *_RENDERER, 'script/unpack.js', 'script/page.js')}\n}})();\n"


def widget_module() -> str:
    """The front-end module of the widget in JupyterLab."""
    return _join(*_LIBRARY, *_RENDERER, "script/widget.js")


def stylesheet() -> str:
    """The style sheet of both."""
    return _join(*_STYLES)


@cache
def _join(*names: str) -> str:
    return "\n".join(files("neuroscales.explorer").joinpath(name).read_text("utf-8") for name in names)
