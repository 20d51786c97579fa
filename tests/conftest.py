# SPDX-License-Identifier: BSD-3-Clause
"""What several rooms of tests share: tools that may be missing, and a browser that reaches no other host.

With `-n` the tests of a file run in one process, so what a module makes is made once; what several files
need is made once for all processes by `once`.
"""

import functools
import gc
import http.server
import os
import pickle
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parent.parent


def require_tool(*names: str) -> str:
    """Path of the first of `names` that is installed; without one, skip here by name and fail in CI."""
    for name in names:
        if found := shutil.which(name):
            return found
    message = f"{names[0]} is not installed (the README's first line of packages names it)"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files are dealt out one at a time, the long ones first; the files of every assignment by assignment."""
    from tests.dealing import Dealing

    return Dealing(config, log)


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], Any]], Any]:
    """`once(name, make)`: what `make(folder)` returned, called once for all processes of this run.

    Whoever asks first makes it, in a new folder; the others wait, and read what was made. It can be pickled.
    """
    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared

    def get(name: str, make: Callable[[Path], Any]) -> Any:
        folder, made = shared / f"once-{name}", shared / f"once-{name}.pickle"
        with FileLock(shared / f"once-{name}.lock"):
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                made.write_bytes(pickle.dumps(make(folder)))
        return pickle.loads(made.read_bytes())

    return get


@pytest.fixture(scope="module")
def alone_in_neuron() -> None:
    """No section of another test's is left: a variable step and a share of threads count every section."""
    from neuron import h

    gc.collect()
    for section in list(h.allsec()):
        h.delete_section(sec=section)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves a folder and writes no log."""

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def serve() -> Iterator:
    """A function that serves a folder on a free local port and returns its address."""
    servers = []

    def start(folder: Path) -> str:
        handler = functools.partial(_QuietHandler, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    """Debian's Chromium, driven by Playwright."""
    executable = require_tool("chromium", "chromium-browser", "google-chrome")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium) -> Iterator:
    """A function that opens an address with every other host blocked.

    The page it returns carries `blocked` (requests that left the local host) and `complaints`
    (console errors and uncaught exceptions); a test asserts that both are empty.
    """
    contexts = []

    def start(url: str, **options: object):
        context = chromium.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.blocked, page.complaints = [], []

        def gate(route) -> None:
            address = route.request.url
            if address.startswith(("http://127.0.0.1", "http://localhost", "data:", "blob:")):
                route.continue_()
            else:
                page.blocked.append(address)
                route.abort()

        context.route("**/*", gate)
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(url)
        return page

    yield start
    for context in contexts:
        context.close()
