# SPDX-License-Identifier: BSD-3-Clause
"""What does an explorer show on a page, and what with a kernel?"""

import hashlib
import re
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from neuroscales.explorer import bundle
from neuroscales.explorer.show import PAGE_VARIABLE
from neuroscales.explorer.widget import ExplorerWidget

_EXTENSIONS = Path(__file__).resolve().parents[2] / "book" / "_ext"
_VENDORED = files("neuroscales.explorer") / "_vendor" / "uplot"


def test_are_the_vendored_files_the_ones_that_were_checked_in():
    lines = (_VENDORED / "SHA256SUMS").read_text().split("\n")
    sums = {name: digest for digest, name in (line.split() for line in lines if line)}
    assert set(sums) == {"LICENSE", "uPlot.iife.min.js", "uPlot.min.css"}
    for name, digest in sums.items():
        assert hashlib.sha256((_VENDORED / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("script", [bundle.page_script, bundle.widget_module])
def test_does_each_script_hold_each_library_once_and_fetch_nothing(script):
    text = script()
    assert text.count("var uPlot=") == 1
    assert text.count("function explorerPanel(") == 1
    assert not re.search(r"\b(import|fetch|XMLHttpRequest|importScripts)\s*\(", text)
    assert not re.search(r"^import ", text, flags=re.M)
    assert "url(" not in bundle.stylesheet()


def test_does_a_page_get_html_alone_and_no_widget(declare, monkeypatch):
    monkeypatch.setenv(PAGE_VARIABLE, "1")
    bundle_ = declare()._repr_mimebundle_()
    assert set(bundle_) == {"text/html", "text/plain"}
    assert 'class="ns-explorer-data"' in bundle_["text/html"]


def test_does_a_kernel_get_the_widget_and_a_still_figure_for_when_it_is_gone(declare, monkeypatch):
    monkeypatch.delenv(PAGE_VARIABLE, raising=False)
    shown = declare()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in shown
    assert "<svg" in shown["text/html"]
    assert "ns-explorer-data" not in shown["text/html"]


def test_does_text_from_a_declaration_reach_the_page_as_text(declare, monkeypatch):
    monkeypatch.setenv(PAGE_VARIABLE, "1")
    nasty = '<b>"</script><script>alert(1)</script>'
    html = declare(title=nasty, caption=nasty, alt=nasty, describe=lambda _: nasty)._repr_mimebundle_()[
        "text/html"
    ]
    assert "<b>" not in re.sub(r"<script type=.*?</script>", "", html, flags=re.S)
    assert html.count("</script>") == 1


def _ask(widget, cell):
    sent = []
    widget.send = lambda content, buffers=None: sent.append((content, buffers))
    widget._answer(widget, {"type": "run", "view": "a", "seq": 7, "cell": cell}, [])
    return sent[0]


def test_is_a_request_answered_with_the_models_own_values(declare):
    content, buffers = _ask(ExplorerWidget(declare()), [1, 4])
    expected = declare().frame(2, 20)
    assert (content["view"], content["seq"], content["sentence"]) == ("a", 7, expected.sentence)
    received = np.frombuffer(buffers[0], "<f4")
    assert np.abs(received - expected.channels[0]).max() < 1e-5  # single precision at 65 mV


def test_is_a_model_that_fails_live_one_sentence_and_no_traceback(declare):
    def fragile(tau_ms, v0_mV):
        if v0_mV > 10:
            raise RuntimeError("hocobj_call error:\n  the step is too large")
        return declare().run(5, 10)

    content, buffers = _ask(ExplorerWidget(declare(model=fragile)), [1, 4])
    assert content["problem"] == (
        "Time constant 2 ms, initial step 20 mV: the model could not be run "
        "(hocobj_call error: the step is too large)."
    )
    assert buffers is None


def test_do_two_explorers_of_one_name_on_one_page_stop_the_build(declare, tmp_path, monkeypatch):
    monkeypatch.setenv(PAGE_VARIABLE, "1")
    twice = (declare()._repr_mimebundle_()["text/html"] + "\n") * 2
    (tmp_path / "index.rst").write_text("Twice\n=====\n\n.. raw:: html\n   :file: twice.txt\n", "utf-8")
    (tmp_path / "twice.txt").write_text(twice, "utf-8")
    (tmp_path / "conf.py").write_text(
        f"import sys\nsys.path.insert(0, {str(_EXTENSIONS)!r})\nextensions = ['explorer']\n"
    )
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "-b",
        "html",
        str(tmp_path),
        str(tmp_path / "built"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert run.returncode != 0
    assert "index shows the explorer 'decay' 2 times: give each a name of its own" in run.stderr
