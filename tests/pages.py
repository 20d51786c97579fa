# SPDX-License-Identifier: BSD-3-Clause
"""Runs the cells of a page in this process, in NEURON as when just started, and clears up after them."""

import gc
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import jupytext
import pytest
from neuron import h

from neuroscales.core.engine import neuron_as_found
from neuroscales.explorer import Explorer

BOOK = Path(__file__).resolve().parents[1] / "book"
_AS_STARTED = {
    "celsius": 6.3,
    "dt": 0.025,
    "steps_per_ms": 40,
    "tstop": 5,
    "v_init": -65,
    "secondorder": 0,
    "usetable_hh": 1,
}


@contextmanager
def names_of(page: str, until: str | None = None) -> Iterator[dict]:
    """What a page's cells hold after they ran; afterwards its sections are gone and NEURON is as it was.

    Args:
        page: The page's path below ``book/``, without its ending, such as ``cable/collision``.
        until: Stops before the first cell that contains this; None runs the page to its end.

    Raises:
        AssertionError: No cell contains `until`.
    """
    names: dict = {}
    with neuron_as_found(), _neuron_as_started():
        for cell in _cells(page, until):
            exec(compile(cell, page, "exec"), names)
    try:
        yield names
    finally:
        names.clear()
        gc.collect()  # a function and the names that it sees hold each other


def page_fixture(page: str, until: str | None = None) -> object:
    """A fixture that runs a page once for a module of tests; the arguments are those of `names_of`.

    Bind it to the name by which tests ask for it: ``leak = page_fixture("membrane/leak")``.
    """

    @pytest.fixture(scope="module")
    def names() -> Iterator[dict]:
        with names_of(page, until) as found:
            yield found

    return names


def settings_of(explorer: Explorer) -> Iterator[tuple[float, ...]]:
    """Every combination of the values that an explorer's sliders can take, in the order of its controls."""
    return itertools.product(*(control.values for control in explorer.controls))


def _cells(page: str, until: str | None) -> list[str]:
    """The sources of a page's code cells, up to the one that contains `until`."""
    cells = [cell.source for cell in jupytext.read(BOOK / f"{page}.md").cells if cell.cell_type == "code"]
    if until is None:
        return cells
    stops = [number for number, source in enumerate(cells) if until in source]
    assert stops, f"no cell of {page} contains {until!r}"
    return cells[: stops[0]]


@contextmanager
def _neuron_as_started() -> Iterator[None]:
    """NEURON's globals as they are in a new process, whatever other tests left in them."""
    h.load_file("stdrun.hoc")
    found = {name: getattr(h, name) for name in _AS_STARTED}
    for name, value in _AS_STARTED.items():
        setattr(h, name, value)
    cvode = h.CVode()
    cvode.active(False)
    cvode.atol(1e-3)
    cvode.rtol(0)
    try:
        yield
    finally:
        for name, value in found.items():
            setattr(h, name, value)
