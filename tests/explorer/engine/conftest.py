# SPDX-License-Identifier: BSD-3-Clause
"""The page engine in a real browser, reached from Python."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from neuroscales.explorer.engine import joined

_HARNESS = "\n".join(
    (Path(__file__).parent / name).read_text(encoding="utf-8") for name in ("harness.js", "small.js")
)
_PAGE = "<!doctype html><title>engine</title><script type=module>{}\nwindow.ready = true;</script>"


@pytest.fixture(scope="session")
def page_with(chromium) -> Iterator[Callable]:
    """A function that opens a page with a script, and returns a caller of that script's functions."""
    context = chromium.new_context()

    def open_with(script: str) -> Callable:
        page, complaints = context.new_page(), []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_content(_PAGE.format(script))
        assert not complaints, complaints
        page.wait_for_function("window.ready", timeout=10_000)

        def call(function: str, *arguments: object) -> object:
            # As text: Playwright takes numbers one by one.
            run = f"(text) => JSON.stringify(window.engine.{function}(...JSON.parse(text)))"
            return json.loads(page.evaluate(run, json.dumps(arguments)))

        call.close = page.close
        return call

    yield open_with
    context.close()


@pytest.fixture(scope="session")
def engine_script() -> str:
    """The whole engine and the harness in one script."""
    return f"{joined()}\n{_HARNESS}\n"


@pytest.fixture(scope="session")
def page(page_with, engine_script) -> Callable:
    """Calls a function of the engine or of the harness in Chromium."""
    return page_with(engine_script + _exported(engine_script))


def _exported(script: str) -> str:
    """All top-level functions and constants as `window.engine`."""
    names = re.findall(r"^(?:function|class|const) (\w+)", script, flags=re.MULTILINE)
    return f"window.engine = {{ {', '.join(names)} }};"
