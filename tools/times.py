# SPDX-License-Identifier: BSD-3-Clause
"""Where a test run spends its time: CPU and wall time by file and by fixture, as tables in Markdown.

    python -m pytest -p tools.times --times=times.md

CPU time is the process's own and that of the children it has waited for (`os.times`). What a fixture
makes once is counted for the fixture, not for the test that asks for it first. With pytest-xdist each
worker counts its own, and the tables add them up.
"""

import os
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

_ROWS = 25
_KEY = "times"


def cpu_s() -> float:
    """CPU time of this process and of the children it has waited for, in s."""
    return sum(os.times()[:4])


class _Clock:
    """CPU and wall time by name; what runs inside another measured stretch is taken off that one."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        self._inner = [[0.0, 0.0]]

    def measure(self, name: str) -> Iterator[None]:
        """Measure what runs until the generator goes on."""
        began = (cpu_s(), time.perf_counter())
        self._inner.append([0.0, 0.0])
        try:
            return (yield)
        finally:
            inner = self._inner.pop()
            took = [now - then for now, then in zip((cpu_s(), time.perf_counter()), began, strict=True)]
            for i in range(2):
                self.spent[name][i] += took[i] - inner[i]
                self._inner[-1][i] += took[i]


class Times:
    """The plugin: measures each test and each fixture, and writes the tables at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = _Clock()
        self.from_workers: list[Mapping[str, list[float]]] = []

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """One test with its set-up."""
        return (yield from self.clock.measure(f"file {item.location[0]}"))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: Any) -> Iterator[None]:
        """One fixture as it is made."""
        return (yield from self.clock.measure(f"fixture {fixturedef.argname} ({fixturedef.scope})"))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """A worker hands its figures over; the one process, or the first of several, writes them."""
        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput[_KEY] = dict(self.clock.spent)
            return
        total: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for spent in [self.clock.spent, *self.from_workers]:
            for name, took in spent.items():
                total[name] = [a + b for a, b in zip(total[name], took, strict=True)]
        self.path.write_text(tables(total), encoding="utf-8")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended."""
        self.from_workers.append(getattr(node, "workeroutput", {}).get(_KEY, {}))


def tables(spent: Mapping[str, list[float]]) -> str:
    """Both tables, the most CPU time first.

    >>> print(tables({"file a.py": [2.0, 3.0], "fixture site (session)": [1.0, 1.0]}))
    | file | CPU (s) | wall (s) |
    | --- | --- | --- |
    | a.py | 2.0 | 3.0 |
    | all | 2.0 | 3.0 |
    <BLANKLINE>
    | fixture | CPU (s) | wall (s) |
    | --- | --- | --- |
    | site (session) | 1.0 | 1.0 |
    | all | 1.0 | 1.0 |
    <BLANKLINE>
    """
    return "\n".join(_table(kind, spent) for kind in ("file", "fixture"))


def _table(kind: str, spent: Mapping[str, list[float]]) -> str:
    start = f"{kind} "
    rows = {name.removeprefix(start): took for name, took in spent.items() if name.startswith(start)}
    first = sorted(rows.items(), key=lambda row: -row[1][0])[:_ROWS]
    whole = ("all", [sum(took[i] for took in rows.values()) for i in range(2)])
    lines = [f"| {name} | {took[0]:.1f} | {took[1]:.1f} |" for name, took in [*first, whole]]
    return "\n".join([f"| {kind} | CPU (s) | wall (s) |", "| --- | --- | --- |", *lines]) + "\n"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--times=FILE`."""
    parser.addoption("--times", default="times.md", help="the file that the tables go to")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin."""
    config.pluginmanager.register(Times(Path(config.getoption("--times"))), "times-of-this-run")
