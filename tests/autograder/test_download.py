# SPDX-License-Identifier: BSD-3-Clause
"""Does a student on Binder get the work home, and back again the next day?"""

import contextlib
import json

import nbformat
import pytest
from playwright.sync_api import TimeoutError

from autograder.handin import download

START = 'from autograder import handin\n\nwork = handin.start("handin.json", student=None)'


@pytest.fixture
def elsewhere(monkeypatch):
    for name in download._BINDER:
        monkeypatch.delenv(name, raising=False)


def test_is_binder_told_by_what_its_hub_sets(elsewhere, monkeypatch):
    assert not download.is_binder()
    monkeypatch.setenv("BINDER_LAUNCH_HOST", "https://mybinder.org/")
    assert download.is_binder()


def test_is_there_a_warning_on_binder_alone(elsewhere, monkeypatch):
    assert "gone" not in download.bundle()["text/plain"]
    monkeypatch.setenv("BINDER_REPO_URL", "https://example.org/course")
    assert "your work is gone" in download.bundle()["text/plain"]


@pytest.fixture
def session(tmp_path):
    """A folder as Binder has it: an assignment whose first cell has not been run."""
    folder = tmp_path / "session"
    folder.mkdir()
    spec = {"format": 1, "assignment": "axon", "key": "open", "parameters": [], "tasks": {}}
    (folder / "handin.json").write_text(json.dumps(spec))
    cells = [nbformat.v4.new_code_cell(START, id="start"), nbformat.v4.new_code_cell("", id="answer")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, folder / "axon.ipynb")
    return folder


def run_first_cell(page):
    """Run it and give the button that it shows; on a busy machine JupyterLab may lose the first key."""
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=90_000)
    button = page.get_by_role("button", name="Save and download this notebook")
    for _ in range(10):
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(TimeoutError):
            button.wait_for(timeout=8_000)
            break
    return button


def drop(page, file):
    """Let the file fall onto the file list, as a hand with a mouse does."""
    box = page.locator(".jp-DirListing-content").bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] - 50}
    data = {"items": [], "files": [str(file)], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": step, "data": data, **place})


@pytest.mark.browser
@pytest.mark.slow
def test_does_the_work_come_home_and_back(jupyterlab, session, tmp_path, open_page):
    empty = (session / "axon.ipynb").read_bytes()
    hub = "--ServerApp.base_url=/user/someone-axon-1x2y/"
    address = jupyterlab(session, hub, BINDER_LAUNCH_HOST="https://mybinder.org/")
    page = open_page(f"{address}lab/tree/axon.ipynb")
    button = run_first_cell(page)
    page.locator(".jp-CodeCell .cm-content").last.click()
    page.keyboard.type("amp = 860  # not saved by hand")
    with page.expect_download() as arriving:
        button.click()
    assert arriving.value.suggested_filename == "axon.ipynb"
    home = tmp_path / "axon.ipynb"
    arriving.value.save_as(home)
    assert home.read_bytes() == (session / "axon.ipynb").read_bytes()
    assert "not saved by hand" in nbformat.read(home, as_version=4).cells[1].source

    (session / "axon.ipynb").write_bytes(empty)  # a new session has the notebook as it was released
    page.goto(f"{address}lab/tree/axon.ipynb?reset")
    page.wait_for_selector(".jp-CodeCell .cm-content")
    page.click(".lm-TabBar-tabCloseIcon >> visible=true")
    page.get_by_role("button", name="Discard").click()
    drop(page, home)
    page.get_by_role("button", name="Overwrite").click()
    page.dblclick(".jp-DirListing-item:has-text('axon.ipynb')")
    page.wait_for_selector("text=not saved by hand", timeout=30_000)
    assert nbformat.read(session / "axon.ipynb", as_version=4) == nbformat.read(home, as_version=4)
