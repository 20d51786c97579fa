# SPDX-License-Identifier: BSD-3-Clause
"""What one notebook run costs: wall and CPU time, start-up, cells and isolation told apart.

python benchmarks/runner.py [runs]
"""

import json
import statistics
import subprocess
import sys
import time

from nbformat.v4 import new_code_cell, new_notebook

from autograder.sandbox import isolation as sandbox
from autograder.sandbox.limits import Limits
from autograder.sandbox.runner import run_notebook

SPEC = {
    "format": 1,
    "assignment": "axon",
    "key": "benchmark",
    "parameters": [{"name": "diam", "unit": "um", "values": [70, 100, 140], "practice": 100}],
    "tasks": {"threshold": {"items": [{"name": "amp", "kind": "number", "unit": "nA"}]}},
}
FILES = {"handin.json": json.dumps(SPEC).encode()}
START = "from autograder import handin\nwork = handin.start('handin.json', student='ada7')"
CELLS = [
    START,
    "from neuron import n\nfrom neuron.units import ms, mV\nn.load_file('stdrun.hoc')\n"
    "axon = n.Section('axon')\naxon.L, axon.diam, axon.nseg = 20_000, work.parameters.diam, 43\n"
    "axon.insert(n.hh)",
    "pulse = n.IClamp(axon(0))\npulse.delay, pulse.dur, pulse.amp = 1, 0.1, 2_000\n"
    "t, v = n.Vector().record(n._ref_t), n.Vector().record(axon(0.5)._ref_v)\n"
    "n.finitialize(-65 * mV)\nn.continuerun(20 * ms)",
    "import matplotlib.pyplot as plt\nplt.plot(t, v);",
    "work.hand_in('threshold', amp=2_000)",
]


def measured(sources, runs):
    """Median wall time, CPU time of the grader and CPU time of the kernel in s, of running a notebook."""
    figures = []
    asking = new_code_cell("import time; print(time.process_time())")
    for _ in range(runs):
        before = time.process_time()
        ran = run_notebook(new_notebook(cells=[*map(new_code_cell, sources), asking]), FILES, spec=SPEC)
        kernel_cpu = float(ran.notebook.cells[-1].outputs[0].text)
        figures.append((ran.wall_s, time.process_time() - before, kernel_cpu))
    return [statistics.median(column) for column in zip(*figures, strict=True)]


def timed(work, runs):
    """Median wall time in s of `work`."""
    walls = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        walls.append(time.perf_counter() - start)
    return statistics.median(walls)


def started(isolation, command):
    """Run one command to its end in the sandbox."""
    with sandbox.open_sandbox(isolation, command, {}, Limits()) as box:
        while box.is_alive:
            time.sleep(0.001)


def main(runs):
    isolation = sandbox.find_isolation("bubblewrap")
    nothing = [sys.executable, "-c", "pass"]
    plain = timed(lambda: subprocess.run(nothing, check=True), runs)
    contained = timed(lambda: started(isolation, nothing), runs)
    print(f"{isolation.words}; medians of {runs} runs")
    print(f"python -c pass: plain {plain:.3f} s, in the sandbox {contained:.3f} s")
    notebooks = {"no cells": [], "a hand-in": [START, CELLS[-1]], "NEURON, figure, hand-in": CELLS}
    for name, sources in notebooks.items():
        wall, grader, student = measured(sources, runs)
        print(f"{name:24s} wall {wall:.2f} s   CPU: grader {grader:.3f} s, kernel {student:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
