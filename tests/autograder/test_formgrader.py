# SPDX-License-Identifier: BSD-3-Clause
"""The formgrader, started in a course folder as an instructor would, in a real browser."""

import os
import re
import signal
import subprocess
import sys
import time

import pytest

from autograder.gradebook import connect, standings

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def formgrader(graded_course, tmp_path):
    """Address of a Jupyter server that was started in the course folder."""
    options = ["--no-browser", "--port=0", "--ServerApp.token=", "--ServerApp.password=", "--allow-root"]
    options += ["--ServerApp.ip=127.0.0.1", "--LabApp.news_url=", "--ServerApp.use_redirect_file=False"]
    home = {
        "HOME": str(tmp_path),
        "JUPYTER_CONFIG_DIR": str(tmp_path / "config"),
        "JUPYTER_RUNTIME_DIR": str(tmp_path),
    }
    log = tmp_path / "server.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=graded_course.root,
            env={**os.environ, **home},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield _address(server, log)
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def _address(server, log):
    """Wait until the server says where it listens."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", log.read_text()):
            return found.group()
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    pytest.fail(f"the Jupyter server did not start:\n{log.read_text()}")


def test_does_the_formgrader_show_the_class_and_take_a_mark_by_hand(formgrader, graded_course, open_page):
    page = open_page(f"{formgrader}formgrader/gradebook/circles/circles")
    page.wait_for_selector("text=Submission #1")
    assert page.locator("tbody tr").count() == 5
    with connect(graded_course.db_url) as book:
        submission = book.find_submission_notebook("circles", "circles", "ada").id
    page.goto(f"{formgrader}formgrader/submissions/{submission}/")
    page.wait_for_selector("text=4 of 4 points.")
    page.wait_for_function("document.getElementById('area')?.placeholder === '4'")
    with page.expect_response(lambda answer: answer.request.method == "PUT" and answer.ok):
        page.fill("#why", "1.5")
        page.press("#why", "Tab")
    ada = standings(graded_course, "circles")["ada"]
    assert ada["cells"] == {"area": 4.0, "why": 1.5}
    assert ada["open"] == []
    # The one thing that nbgrader fetches from elsewhere is the typesetting of formulas in comments.
    assert all("mathjax" in address for address in page.blocked)
