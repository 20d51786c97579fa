# SPDX-License-Identifier: BSD-3-Clause
"""The explorer: an interactive figure, declared once, at home on a page, in JupyterLab and on paper."""

from functools import cached_property
from typing import Any

from neuroscales.explorer import page
from neuroscales.explorer.runs import ModelRuns
from neuroscales.explorer.show import show


class Explorer(ModelRuns):
    """An interactive figure: a model, its controls and its views, declared as in `ModelRuns`.

    Show it as the last expression of a cell. With a kernel, moving a slider runs the model. On a page of the
    book, and on paper, the same declaration becomes a figure that needs no kernel: the runs travel with it.

    Raises:
        ValueError: a declaration that cannot work; the message says what to change.
    """

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return show(self, f"{self.title}. {self.alt}", page.interactive_figure, page.still_figure)

    @cached_property
    def _widget(self) -> Any:
        from neuroscales.explorer.widget import ExplorerWidget  # anywidget: only where a kernel answers

        return ExplorerWidget(self)
