# SPDX-License-Identifier: BSD-3-Clause
"""What a step of a neural field costs, beside the Fourier transforms in it that nothing can avoid.

The floor is one real transform forth and one back, of the field's own shape, by the same `scipy.fft`. Field
and floor take turns, round by round, and CPU time is counted. The last column is the largest difference
between the field after its run and the same run in a dozen plain lines: the answers are the same.

python benchmarks/field.py --rounds 15
"""

import argparse
import os
import statistics
import time

import numpy as np
import scipy.fft

from neuroscales.field import Grid, Heaviside, MexicanHat, NeuralField, Sigmoid, simulate_field

DT_MS = 0.5
CASES = {
    "line of 512, sigmoid": (Grid(512, 100.0), Sigmoid(3.0, 0.1), 2000),
    "line of 1024, sigmoid": (Grid(1024, 100.0), Sigmoid(3.0, 0.1), 2000),
    "line of 4096, sigmoid": (Grid(4096, 400.0), Sigmoid(3.0, 0.1), 1000),
    "line of 1024, step": (Grid(1024, 100.0), Heaviside(0.3), 2000),
    "sheet of 96 x 96, sigmoid": (Grid(96, 60.0, dimensions=2), Sigmoid(3.0, 0.1), 300),
    "sheet of 128 x 128, sigmoid": (Grid(128, 60.0, dimensions=2), Sigmoid(3.0, 0.1), 300),
    "sheet of 128 x 128, step": (Grid(128, 60.0, dimensions=2), Heaviside(0.3), 300),
}


def cpu_s(work):
    """CPU time of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def transforms(shape, n):
    """The floor: `n` times forth and back."""
    u = np.random.default_rng(1).normal(size=shape)
    line = len(shape) == 1
    forth, back = (scipy.fft.rfft, scipy.fft.irfft) if line else (scipy.fft.rfftn, scipy.fft.irfftn)
    for _ in range(n):
        back(forth(u), shape[0] if line else shape, overwrite_x=True)


def plain(field, grid, start, n):
    """The same steps of Euler's method, written out; for a smooth gain on a ring or torus."""
    axes = [np.minimum(np.arange(grid.points), grid.points - np.arange(grid.points)) * grid.step_mm] * (
        grid.dimensions
    )
    distance = np.sqrt(sum(x**2 for x in np.meshgrid(*axes, indexing="ij")))
    w = np.fft.fftn(field.kernel.density(distance, grid.dimensions) * grid.step_mm**grid.dimensions)
    u = start.copy()
    for _ in range(n):
        f = field.gain.over_cells(u)
        u = u + DT_MS / field.tau_ms * (-u + np.fft.ifftn(w * np.fft.fftn(f)).real)
    return u


def measured(grid, gain, n, method, rounds):
    """Median time of a step and of its floor in us, and the median of their ratio."""
    field = NeuralField(MexicanHat(), gain)
    start = 0.2 * np.random.default_rng(1).normal(size=grid.shape)
    options = {"dt_ms": DT_MS, "method": method, "sample_ms": n * DT_MS}

    def run(steps):
        simulate_field(field, grid, start, tstop_ms=steps * DT_MS, **options)

    rows = []
    for _ in range(rounds):
        whole, begun = cpu_s(lambda: run(n)), cpu_s(lambda: run(1))
        floor = cpu_s(lambda: transforms(grid.shape, n * (2 if method == "heun" else 1)))
        rows.append(((whole - begun) / (n - 1) * 1e6, floor / n * 1e6))
    steps, floors = zip(*rows, strict=True)
    return statistics.median(steps), statistics.median(floors), statistics.median(s / f for s, f in rows)


def difference(grid, gain):
    """Largest difference from the plain lines after 20 steps of Euler's method."""
    field = NeuralField(MexicanHat(), gain)
    start = 0.2 * np.random.default_rng(1).normal(size=grid.shape)
    run = simulate_field(field, grid, start, tstop_ms=20 * DT_MS, dt_ms=DT_MS, method="euler")
    return np.abs(run.values("u")[-1] - plain(field, grid, start, 20).ravel()).max()


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    print(f"load {os.getloadavg()[0]:.1f}, medians of {rounds} rounds; us of CPU per step")
    for name, (grid, gain, n) in CASES.items():
        for method in ("euler", "heun"):
            step, floor, ratio = measured(grid, gain, n, method, rounds)
            print(
                f"{name:28s} {method:6s} {step:7.1f}   floor {floor:7.1f}   ratio {ratio:.2f}"
                f"   off by {difference(grid, gain):.0e}",
                flush=True,
            )


if __name__ == "__main__":
    main()
