# SPDX-License-Identifier: BSD-3-Clause
"""The explorer: an interactive figure, declared once, at home on a page, in JupyterLab and on paper."""

import itertools
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neuroscales.core.recording import Recording
from neuroscales.explorer.declare import Control, View, refuse_twins

PAGE_VARIABLE = "NEUROSCALES_PAGE"
"""Environment variable that is set where a cell runs for a static page, so that no kernel will answer."""


@dataclass(frozen=True)
class Frame:
    """One run as it is shown.

    Attributes:
        channels: the arrays of all views, one after the other.
        sentence: what happened, in words.
    """

    channels: list[np.ndarray]
    sentence: str


@dataclass(frozen=True, eq=False)
class Explorer:
    """An interactive figure: a model, its controls and its views.

    Show it as the last expression of a cell. With a kernel, moving a slider runs the model. On a page of the
    book, and on paper, the same declaration becomes a figure that needs no kernel: the runs travel with it.

    Attributes:
        name: a word of lower-case letters, digits and hyphens; no two on one page are equal.
        title: a few words above the figure.
        model: called with one value per control, by name; returns a Recording over the same window each time.
        controls: the sliders. The runs of one value of the first control travel together.
        views: the panels, from top to bottom.
        describe: says in one sentence what happened in a recording.
        caption: what the reader should take from the figure.
        alt: alternative text for the figure at its start.
        samples: number of samples in time that are drawn.
        engine: what computes the model, shown beside the figure.

    Raises:
        ValueError: a declaration that cannot work; the message says what to change.
    """

    name: str
    title: str
    model: Callable[..., Recording]
    controls: Sequence[Control]
    views: Sequence[View]
    describe: Callable[[Recording], str]
    caption: str
    alt: str
    samples: int = 301
    engine: str = "NEURON"

    def __post_init__(self) -> None:
        object.__setattr__(self, "controls", tuple(self.controls))
        object.__setattr__(self, "views", tuple(self.views))
        what = f"explorer {self.name!r}"
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.name):
            raise ValueError(f"{what}: a name is lower-case letters, digits and hyphens")
        for field in ("title", "caption", "alt"):
            if not getattr(self, field).strip():
                raise ValueError(f"{what} needs {_WORDS[field]}")
        if not self.controls or not self.views:
            raise ValueError(f"{what} needs at least one control and one view")
        if self.samples < 2:
            raise ValueError(f"{what} needs at least two samples in time, not {self.samples}")
        refuse_twins([control.name for control in self.controls], f"{what}: the control {{}}")

    @cached_property
    def start(self) -> Recording:
        """The run at the start values."""
        return self.run(*(control.start for control in self.controls))

    @cached_property
    def time(self) -> np.ndarray:
        """The time base of what is drawn, shape (samples,), in the recordings' unit."""
        return np.linspace(self.start.time[0], self.start.time[-1], self.samples)

    def run(self, *values: float) -> Recording:
        """Run the model with one value for each control, in their order."""
        return self.model(**{c.name: value for c, value in zip(self.controls, values, strict=True)})

    def frame(self, *values: float) -> Frame:
        """Run the model and prepare what is shown.

        Raises:
            ValueError: a view cannot be drawn from the recording, or it ends before the window does.
        """
        return self._frame(self.run(*values))

    def words(self, *values: float) -> str:
        """The controls' values in words.

        >>> from neuroscales.cable.explorers import threshold
        >>> threshold().words(0.1, 860)
        'Pulse duration 0.1 ms, pulse amplitude 860 nA'
        """
        parts = [f"{c.label} {c.text(value)}" for c, value in zip(self.controls, values, strict=True)]
        return ", ".join([parts[0], *(part[0].lower() + part[1:] for part in parts[1:])])

    def grid(self, progress: Callable[[int, int], None] = lambda done, total: None) -> Iterator[list[Frame]]:
        """Run the model at every combination of the controls' values.

        Args:
            progress: called after every run with the number of runs done and of all.

        Yields:
            For each value of the first control the frames of all combinations of the others.

        Raises:
            RuntimeError: the model failed; the message says at which values.
        """
        first, *others = (control.values for control in self.controls)
        combinations = list(itertools.product(*others))
        for i, value in enumerate(first):
            row = []
            for rest in combinations:
                row.append(self._frame_or_where(value, *rest))
                progress(i * len(combinations) + len(row), len(first) * len(combinations))
            yield row

    def spec(self) -> dict[str, Any]:
        """What a page or a widget must know to draw the views and the controls."""
        return {
            "name": self.name,
            "title": self.title,
            "engine": self.engine,
            "controls": [control.spec() for control in self.controls],
            "views": [view.spec() for view in self.views],
            "time": {
                "from": float(self.time[0]),
                "to": float(self.time[-1]),
                "unit": self.start.time_unit,
                "samples": self.samples,
            },
        }

    def _frame(self, recording: Recording) -> Frame:
        missing = self.time[-1] - recording.time[-1]
        # The last interval of a variable step may be left out; its length is the page's sample at most.
        if missing > self.time[1] - self.time[0]:
            raise ValueError(
                f"this run ends at {recording.time[-1]:g} {recording.time_unit}, "
                f"the one at the start values at {self.time[-1]:g}: all runs must cover one window"
            )
        channels = [array for view in self.views for array in view.channels(recording, self.time)]
        return Frame([np.ravel(array) for array in channels], self.describe(recording))

    def _frame_or_where(self, *values: float) -> Frame:
        try:
            return self.frame(*values)
        except Exception as error:
            raise RuntimeError(
                f"explorer {self.name!r} cannot be computed at {self.words(*values)}: {error}"
            ) from error

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        from neuroscales.explorer import page

        plain = f"{self.title}. {self.alt}"
        if os.environ.get(PAGE_VARIABLE):
            return {"text/html": page.interactive_figure(self), "text/plain": plain}
        # Without a kernel that answers (a stored notebook), the still figure stands for the widget.
        still = {"text/html": page.still_figure(self), "text/plain": plain}
        return {**self._widget._repr_mimebundle_()[0], **still}

    @cached_property
    def _widget(self) -> Any:
        from neuroscales.explorer.widget import ExplorerWidget

        return ExplorerWidget(self)


_WORDS = {
    "title": "a title: a few words above the figure",
    "caption": "a caption: what the reader should take from it",
    "alt": "alternative text: say in words what is to be seen at the start",
}
