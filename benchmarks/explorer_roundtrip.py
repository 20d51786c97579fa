# SPDX-License-Identifier: BSD-3-Clause
"""From a key press to the redrawn explorer in JupyterLab, with one live NEURON run in between.

Starts a JupyterLab server of its own, opens a notebook that shows an explorer (the threshold, unless another
is named), runs it, presses Home and End on one of its sliders and prints what the explorer showed and how
long it took, as JSON:

    python benchmarks/explorer_roundtrip.py --moves 30 --picture lab.png
    python benchmarks/explorer_roundtrip.py --slider 0 \
        --explorer neuroscales.synapse.explorers:magnesium_block
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
from playwright.sync_api import Page, TimeoutError, sync_playwright

_LIVE = ".ns-explorer-live"
_CELL = "from {} import {name}\n\n{name}()"


def main() -> None:
    """Run the benchmark and print its result."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--moves", type=int, default=30, help="key presses that are timed (default 30)")
    parser.add_argument("--explorer", default="neuroscales.cable.explorers:threshold", metavar="MODULE:NAME")
    parser.add_argument(
        "--slider", type=int, default=-1, help="which one is moved, from 0 (default: the last)"
    )
    parser.add_argument("--picture", type=Path, help="where to write a picture of the page")
    options = parser.parse_args()
    module, _, name = options.explorer.partition(":")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        address = stack.enter_context(_lab(folder, _CELL.format(module, name=name)))
        play = stack.enter_context(sync_playwright())
        executable = shutil.which("chromium") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1200, "height": 1250})
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            result = _drive(page, address, options.moves, options.slider)
        finally:
            if options.picture:
                page.screenshot(path=options.picture)
            browser.close()
    print(json.dumps({**result, "uncaught": complaints}, indent=1))


@contextlib.contextmanager
def _lab(folder: Path, cell: str) -> Iterator[str]:
    """A JupyterLab server on a notebook of one cell in `folder`; yields the notebook's address."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "explorer.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    homes = {name: str(folder / ".jupyter") for name in ("JUPYTER_CONFIG_DIR", "JUPYTERLAB_SETTINGS_DIR")}
    options = ["--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    options += ["--IdentityProvider.token=", f"--ServerApp.root_dir={folder}", "--log-level=ERROR"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    server = subprocess.Popen(command, env={**os.environ, **homes}, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api")
        yield f"http://127.0.0.1:{port}/lab/tree/explorer.ipynb"
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str, patience_s: float = 90) -> None:
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.3)
    raise SystemExit(f"JupyterLab did not answer within {patience_s:g} s")


def _run_cell(page: Page, patience: int = 10) -> None:
    """Run the notebook's cell; on a busy machine JupyterLab may ask for the kernel, or lose the first key."""
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=90_000)
    for _ in range(patience):
        if (question := page.locator(".jp-Dialog .jp-mod-accept")).count():
            question.click()
        page.locator(".jp-CodeCell .cm-content").click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(TimeoutError):
            begun = "document.querySelector('.jp-InputPrompt').textContent !== '[ ]:'"
            page.wait_for_function(begun, timeout=5_000)
            return
    raise SystemExit("JupyterLab did not run the cell")


def _wait_for_explorer(page: Page) -> None:
    try:
        page.wait_for_selector(f"{_LIVE}[data-shown='1']", timeout=90_000)
    except TimeoutError:
        printed = page.locator(".jp-OutputArea").all_inner_texts()
        raise SystemExit("the explorer did not start; the cell shows:\n" + "\n".join(printed)) from None


def _drive(page: Page, address: str, moves: int, slider: int) -> dict:
    page.goto(address)
    _run_cell(page)
    _wait_for_explorer(page)
    sentences, times_ms, model_ms = [page.inner_text(f"{_LIVE} [role=status]")], [], []
    page.locator(f"{_LIVE} .ns-explorer-desk > .ns-explorer-control input").nth(slider).focus()
    for number in range(moves):
        page.keyboard.press("Home" if number % 2 == 0 else "End")
        page.wait_for_selector(f"{_LIVE}[data-shown='{number + 2}']", timeout=30_000)
        times_ms.append(float(page.get_attribute(_LIVE, "data-roundtrip-ms")))
        model_ms.append(float(page.inner_text(f"{_LIVE} .ns-explorer-badge").split("(")[1].split()[0]))
        sentences.append(page.inner_text(f"{_LIVE} [role=status]"))
    return {
        "badge": page.inner_text(f"{_LIVE} .ns-explorer-badge"),
        "sentences": sentences[:3],
        "roundtrip_ms": {"median": statistics.median(times_ms), "slowest": max(times_ms)},
        "model_ms": {"median": statistics.median(model_ms)},
    }


if __name__ == "__main__":
    main()
