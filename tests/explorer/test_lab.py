# SPDX-License-Identifier: BSD-3-Clause
"""Does the same explorer run the model when it stands in JupyterLab?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _in_lab(*options: str) -> dict:
    """What an explorer in JupyterLab says at its start, at one end of a slider and at the other."""
    script = ROOT / "benchmarks" / "explorer_roundtrip.py"
    command = [sys.executable, str(script), "--moves", "2", *options]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["badge"].startswith("live NEURON (")
    assert result["uncaught"] == []
    return result


def test_does_a_key_press_in_jupyterlab_run_neuron(chromium):
    start, below, above = _in_lab()["sentences"]
    assert start.startswith("An action potential")
    assert below.startswith("No action potential")
    assert above.startswith("An action potential")


def test_does_the_magnesium_block_run_our_own_mechanism_in_jupyterlab(chromium):
    explorer = "neuroscales.synapse.explorers:magnesium_block"
    start, without, most = _in_lab("--explorer", explorer, "--slider", "0")["sentences"]
    assert "clamp 7.96 % of the NMDA receptors" in start  # Jahr and Stevens' block at -60 mV and 1 mM
    assert "clamp 100 % of the NMDA receptors" in without
    assert "clamp 4.15 % of the NMDA receptors" in most  # at 2 mM
