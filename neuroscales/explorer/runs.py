# SPDX-License-Identifier: BSD-3-Clause
"""What an explorer declares, its runs, and what is drawn of each; where it is shown does not matter here."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from neuroscales.core.recording import Recording
from neuroscales.explorer.declare import Control, Run, View, check_words, refuse_twins
from neuroscales.explorer.views import SpaceProfile, SpaceTimeMap, Summary


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
class ModelRuns:
    """A model behind its controls and views: every run, and what is drawn of it.

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
        moment: the instant, in the recordings' unit, at which the time control stands first, and that paper
            shows; None for a figure without a time control. Views along a cable need one.
        movie_s: how long the whole window takes to play, in seconds.
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
    moment: float | None = None
    movie_s: float = 5.0
    engine: str = "NEURON"

    def __post_init__(self) -> None:
        object.__setattr__(self, "controls", tuple(self.controls))
        object.__setattr__(self, "views", tuple(self.views))
        what = f"explorer {self.name!r}"
        check_words(what, self, ("title", "caption", "alt"))
        if not self.controls or not self.views:
            raise ValueError(f"{what} needs at least one control and one view")
        if self.samples < 2:
            raise ValueError(f"{what} needs at least two samples in time, not {self.samples}")
        if self.moment is None and any(isinstance(view, SpaceProfile | SpaceTimeMap) for view in self.views):
            raise ValueError(f"{what} needs a moment: the instant at which its views along the cable start")
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

    def view_of(self, recording: Recording, *values: float) -> Run:
        """A run with all that its views need; `values` are those of the controls, in their order."""
        here = dict(zip((control.name for control in self.controls), values, strict=True))
        return Run(recording, self.time, here, lambda measure, name: self._across(here, measure, name))

    def frame(self, *values: float) -> Frame:
        """Run the model and prepare what is shown.

        Raises:
            ValueError: a view cannot be drawn from the recording, or it ends before the window does.
        """
        return self._frame(self.run(*values), *values)

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
            "views": [view.spec(self.controls) for view in self.views],
            "time": self._time_spec(),
        }

    def _time_spec(self) -> dict[str, Any]:
        # A sum of many steps ends beside the number that is meant; the axis would lose its last label.
        first, last = (round(float(t), 9) for t in self.time[[0, -1]])
        ends = {"from": first, "to": last, "unit": self.start.time_unit}
        if self.moment is None:
            return {**ends, "samples": self.samples}
        moment = int(np.argmin(np.abs(self.time - self.moment)))
        return {**ends, "samples": self.samples, "moment": moment, "movieSeconds": self.movie_s}

    @cached_property
    def _numbers(self) -> dict[tuple, list[float]]:
        """What has been measured so far: the numbers of all views that measure, by the controls' values."""
        return {}

    def _across(self, here: dict[str, float], measure: Callable, name: str) -> np.ndarray:
        control = next(control for control in self.controls if control.name == name)
        number = self._measures.index(measure)
        along = [tuple({**here, name: value}.values()) for value in control.values]
        return np.array([self._measured(values)[number] for values in along])

    @cached_property
    def _measures(self) -> list[Callable]:
        return [view.measure for view in self.views if isinstance(view, Summary)]

    def _measured(self, values: tuple[float, ...]) -> list[float]:
        """All measures of one run; one run of the model serves them all."""
        if values not in self._numbers:
            recording = self.run(*values)
            found = [measure(recording) for measure in self._measures]
            self._numbers[values] = [np.nan if number is None else float(number) for number in found]
        return self._numbers[values]

    def _frame(self, recording: Recording, *values: float) -> Frame:
        missing = self.time[-1] - recording.time[-1]
        # The last interval of a variable step may be left out; its length is the page's sample at most.
        if missing > self.time[1] - self.time[0]:
            raise ValueError(
                f"this run ends at {recording.time[-1]:g} {recording.time_unit}, "
                f"the one at the start values at {self.time[-1]:g}: all runs must cover one window"
            )
        run = self.view_of(recording, *values)
        channels = [array for view in self.views for array in view.channels(run)]
        return Frame([np.ravel(array) for array in channels], self.describe(recording))

    def _frame_or_where(self, *values: float) -> Frame:
        try:
            return self.frame(*values)
        except Exception as error:
            raise RuntimeError(
                f"explorer {self.name!r} cannot be computed at {self.words(*values)}: {error}"
            ) from error

    @cached_property
    def levels(self) -> list[int]:
        """For each channel the number of levels that its view asks for."""
        run = self.view_of(self.start, *(control.start for control in self.controls))
        return [view.levels for view in self.views for _ in view.channels(run)]
