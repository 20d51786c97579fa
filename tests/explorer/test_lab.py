# SPDX-License-Identifier: BSD-3-Clause
"""Does the same explorer run the model when it stands in JupyterLab?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.browser
@pytest.mark.slow
def test_does_a_key_press_in_jupyterlab_run_neuron(chromium, tmp_path):
    script = ROOT / "benchmarks" / "explorer_roundtrip.py"
    command = [sys.executable, str(script), "--moves", "2", "--picture", str(tmp_path / "lab.png")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    result = json.loads(run.stdout)
    assert result["badge"].startswith("live NEURON (")
    start, below, above = result["sentences"]
    assert start.startswith("An action potential")
    assert below.startswith("No action potential")
    assert above.startswith("An action potential")
    assert result["uncaught"] == []
