# SPDX-License-Identifier: BSD-3-Clause
"""What a run costs in the page, beside the same run by NEURON: exact rates, fixed step of 0.025 ms.

Page and NEURON take turns, round after round, so that a busy moment of the machine meets both. In the page
everything is timed from the description of the cell to its last sample. NEURON runs a cell that is there
already, by `continuerun`, which everybody uses, and by `psolve`, which does not go through hoc in each step.
Prints for each cell quartiles in ms, those of the ratios of page to NEURON over the rounds, and the largest
difference of the potential in mV; then how many bytes the engine has, compressed.

    python benchmarks/page_engine.py --rounds 60
"""

import argparse
import gzip
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
from playwright.sync_api import sync_playwright

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")
from neuron import h

from neuroscales.explorer.engine import joined

DT_ms = 0.025

RUN = """
window.run = ({L_um, diam_um, nseg, mechanism, amp_nA, dur_ms, tstop_ms}, dt) => {
    const started = performance.now(), model = new Model();
    const cable = model.section({L: L_um, diam: diam_um, nseg}).insert({hh, pas}[mechanism]);
    model.place(IClamp, cable.at(0), {delay: 1, dur: dur_ms, amp: amp_nA});
    const v = model.record(cable.at(0.5), "v"), run = model.start({dt}).advance(tstop_ms);
    return {ms: performance.now() - started, v: Array.from(run.trace(v))};
};"""


@dataclass(frozen=True)
class Cell:
    """A cable with a pulse into its beginning."""

    L_um: float
    diam_um: float
    nseg: int
    mechanism: str
    amp_nA: float
    dur_ms: float
    tstop_ms: float


CELLS = {
    "squid axon, 43 segments, 20 ms": Cell(20_000, 100, 43, "hh", 1720, 0.1, 20),
    "squid axon, 201 segments, 20 ms": Cell(20_000, 100, 201, "hh", 1720, 0.1, 20),
    "patch, 100 ms": Cell(10, 10, 1, "hh", 0.05, 90, 100),
    "passive cable, 101 segments, 50 ms": Cell(1000, 2, 101, "pas", 0.1, 40, 50),
}


class InNeuron:
    """The cell in NEURON's own words."""

    def __init__(self, cell: Cell) -> None:
        self.tstop_ms, self.context = cell.tstop_ms, h.ParallelContext()
        self.context.set_maxstep(10)
        self.section = h.Section("cable")
        self.section.L, self.section.diam, self.section.nseg = cell.L_um, cell.diam_um, cell.nseg
        self.section.insert(cell.mechanism)
        self.clamp = h.IClamp(self.section(0))
        self.clamp.delay, self.clamp.dur, self.clamp.amp = 1, cell.dur_ms, cell.amp_nA
        self.v = h.Vector().record(self.section(0.5)._ref_v)

    def run(self, way: Callable[[float], object]) -> float:
        """Wall time of a run in ms."""
        started = time.perf_counter()
        h.finitialize(-65)
        way(self.tstop_ms)
        return 1e3 * (time.perf_counter() - started)


def compare(page, cell: Cell, rounds: int) -> dict:
    """Times of both, and how far apart they are."""
    theirs = InNeuron(cell)
    times_ms = np.empty((rounds, 3))
    for number in range(-3, rounds):  # three to warm up
        ours = page.evaluate("([cell, dt]) => run(cell, dt)", [asdict(cell), DT_ms])
        row = ours["ms"], theirs.run(h.continuerun), theirs.run(theirs.context.psolve)
        if number >= 0:
            times_ms[number] = row
    page_ms, usual_ms, fastest_ms = times_ms.T
    return {
        "page_ms": quartiles(page_ms),
        "continuerun_ms": quartiles(usual_ms),
        "psolve_ms": quartiles(fastest_ms),
        "page_to_continuerun": quartiles(page_ms / usual_ms),
        "page_to_psolve": quartiles(page_ms / fastest_ms),
        "apart_mV": float(f"{np.max(np.abs(np.array(ours['v']) - np.array(theirs.v))):.2g}"),
    }


def quartiles(values: np.ndarray) -> list[float]:
    """Lower quartile, median, upper quartile, to three digits."""
    return [float(f"{value:.3g}") for value in np.quantile(values, [0.25, 0.5, 0.75])]


def main() -> None:
    """Run the benchmark and print its result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=60, help="rounds that are timed (default 60)")
    rounds = parser.parse_args().rounds
    h.load_file("stdrun.hoc")
    h.usetable_hh, h.celsius, h.dt, h.steps_per_ms = 0, 6.3, DT_ms, 1 / DT_ms
    executable = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page()
        page.set_content(f"<script type=module>{joined()}\n{RUN}</script>")
        page.wait_for_function("() => Boolean(window.run)")
        cells = {name: compare(page, cell, rounds) for name, cell in CELLS.items()}
        browser.close()
    size = len(gzip.compress(joined().encode(), 9))
    print(
        json.dumps(
            {"rounds": rounds, "load": os.getloadavg()[0], "cells": cells, "gzip_bytes": size}, indent=1
        )
    )


if __name__ == "__main__":
    main()
