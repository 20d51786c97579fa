# SPDX-License-Identifier: BSD-3-Clause
"""A small explorer that runs in no time, and a small site built by Sphinx with the course's extension."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neuroscales.core import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, TimeSeries

ROOT = Path(__file__).resolve().parents[2]

_CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["myst_nb", "explorer"]
html_theme = "sphinx_book_theme"
html_context = {{"default_mode": "auto"}}
nb_execution_mode = "force"
nb_execution_raise_on_error = True
"""

_PAGE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Threshold

```{code-cell}
from neuroscales.cable.explorers import threshold

threshold()
```

```{code-cell}
import dataclasses

dataclasses.replace(threshold(), name="second", title="The same once more")
```
"""


def _decay(tau_ms: float, v0_mV: float) -> Recording:
    time_ms = np.linspace(0, 20, 401)
    return Recording(time_ms, [Signal("v", -65 + v0_mV * np.exp(-time_ms / tau_ms), "mV", 0.5)])


def _describe(recording: Recording) -> str:
    return f"It ends at {recording.values('v')[-1]:.1f} mV."


@pytest.fixture
def declare():
    """A function that declares a valid explorer, with the fields that a test changes."""

    def make(**changes: object) -> Explorer:
        fields = {
            "name": "decay",
            "title": "Decay of a membrane potential",
            "model": _decay,
            "controls": (
                Control("tau_ms", "Time constant", "ms", (1, 2, 5, 10), start=5),
                Control("v0_mV", "Initial step", "mV", (-20, -10, 0, 10, 20), start=10),
            ),
            "views": (TimeSeries((Line("v", 0.5, "middle"),), "Membrane potential", "mV", (-90, -40)),),
            "describe": _describe,
            "caption": "It decays.",
            "alt": "A line that falls to -65 mV.",
        }
        return Explorer(**{**fields, **changes})

    return make


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The built pages: index.html with two explorers, plain.html with none."""
    source = tmp_path_factory.mktemp("source")
    (source / "conf.py").write_text(_CONF.format(ext=str(ROOT / "book" / "_ext")))
    (source / "index.md").write_text(_PAGE + "\n```{toctree}\nplain\n```\n")
    (source / "plain.md").write_text("# Plain\n\nNo explorer here.\n")
    built = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", str(source), str(built)]
    # The extension itself must say that a page is being made.
    environment = {k: v for k, v in os.environ.items() if k != "NEUROSCALES_PAGE"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    return built


@pytest.fixture(scope="session")
def page_html(site) -> str:
    return (site / "index.html").read_text("utf-8")


@pytest.fixture(scope="session")
def payloads(page_html) -> list[dict]:
    """What each explorer of the page carries with it."""
    found = re.findall(r'<script type="application/json" class="ns-explorer-data">(.*?)</script>', page_html)
    return [json.loads(text) for text in found]
