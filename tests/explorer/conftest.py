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

_MOVIES = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Movies

```{code-cell}
from neuroscales.cable.explorers import anode_break, collision, resolution, sodium

collision()
```

```{code-cell}
anode_break()
```

```{code-cell}
sodium()
```

```{code-cell}
resolution()
```
"""

_PREDICT = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Predict

```{code-cell}
from neuroscales.explorer import Axis, PredictFirst

PredictFirst(
    name="triangle",
    question="Draw a triangle that rises from 2 to 4 ms.",
    x=Axis("Time", "ms", (0, 8)),
    y=Axis("Membrane potential", "mV", (-80, 40)),
    simulated=([0, 2, 4, 6, 8], [-60, -60, 20, -60, -60]),
    caption="It peaks at 4 ms.",
    alt="A triangle of 80 mV over the middle half.",
    hint="It is a straight one.",
    explain="So it was asked.",
)
```
"""


_PLANE = """---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# Plane

```{code-cell}
import numpy as np

from neuroscales.core import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries


def turn(turns, pulse_ms):
    time_ms = np.linspace(0, 10, 501)
    angle = 2 * np.pi * turns * time_ms / 10
    current_nA = np.where((time_ms > 2) & (time_ms <= 2 + pulse_ms), 1.0, 0.0)
    return Recording(time_ms, [
        Signal("v", 20 * np.cos(angle), "mV"), Signal("w", 0.5 + 0.4 * np.sin(angle), "1"),
        Signal("i_stim", current_nA, "nA"),
    ])


Explorer(
    name="turn", title="A state that turns", model=turn,
    controls=(Control("turns", "Way round", "1", (0.5, 1), start=1, words=("half", "whole")),
              Control("pulse_ms", "Pulse", "ms", (1, 4), start=1)),
    views=(
        Plane((Curve("a line", lambda x, /, turns, pulse_ms: 0.5 + turns * x / 100, "potassium"),),
              "Potential", "mV", (-30, 30), "Fraction", "1", (0, 1), path=("v", "w"),
              points=lambda recording, /, turns, pulse_ms: [(0, 0.5, turns == 1)]),
        TimeSeries((Line("i_stim"),), "Current", "nA", (-0.1, 1.1)),
    ),
    describe=lambda recording: f"It ends at {recording.values('v')[-1]:.0f} mV.",
    caption="It turns.", alt="A circle.", moment=2.0, samples=51, engine="numpy",
)
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
def site(once) -> Path:
    """The built pages: index (two explorers), plain (none), and movies (four), predict, plane in parts."""
    return once("explorer-pages", _build_pages)


def _build_pages(folder: Path) -> Path:
    source, built = folder / "source", folder / "built"
    (source / "parts").mkdir(parents=True)
    (source / "conf.py").write_text(_CONF.format(ext=str(ROOT / "book" / "_ext")))
    (source / "index.md").write_text(
        _PAGE + "\n```{toctree}\nplain\nparts/movies\nparts/predict\nparts/plane\n```\n"
    )
    (source / "parts" / "movies.md").write_text(_MOVIES)
    (source / "parts" / "predict.md").write_text(_PREDICT)
    (source / "parts" / "plane.md").write_text(_PLANE)
    (source / "plain.md").write_text("# Plain\n\nNo explorer here.\n")
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
def read_data():
    """A function that reads what each explorer of a page carries with it, as it stands in the page."""
    data = re.compile(r'<script type="application/json" class="ns-explorer-data">(.*?)</script>')
    return lambda page: [json.loads(text) for text in data.findall(page.read_text("utf-8"))]


@pytest.fixture(scope="session")
def payloads(site, read_data) -> dict[str, dict]:
    """What each explorer of the pages carries with it, by name; rows that lie beside the page are read."""
    payloads = {}
    for page in (site / "index.html", site / "parts" / "movies.html"):
        for data in read_data(page):
            data["rows"] = [row if "data" in row else _read_row(page, row["url"]) for row in data["rows"]]
            payloads[data["name"]] = data
    return payloads


def _read_row(page: Path, url: str) -> dict[str, str]:
    """A row from its file."""
    text = (page.parent / url.split("?")[0]).read_text("utf-8")
    return {"data": re.fullmatch(r'neuroscalesRow\("[0-9a-f]+","(.*)"\);\n', text)[1]}
