# SPDX-License-Identifier: BSD-3-Clause
"""Jaxley's part of firing_curve.py: the same cells, in a process and an environment of its own.

Arguments and answers are those of brian2_curve.py. The cells are one compartment that is simulated for many
currents at once (`jax.vmap`), compiled before the first run that is timed.
"""

import json
import sys
import time

import jax
import jax.numpy as jnp
import jaxley as jx
import numpy as np
from jaxley.channels import HH

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platform_name", "cpu")


def main() -> None:
    cells, (low, high, tstop_ms, dt_ms) = int(sys.argv[1]), map(float, sys.argv[2:6])
    started = time.perf_counter()
    cell = jx.Compartment()
    cell.insert(HH())
    cell.set("HH_eLeak", -54.3)
    cell.set("v", float(sys.argv[6]))
    for gate, value in zip("mhn", sys.argv[7:10], strict=True):
        cell.set(f"HH_{gate}", float(value))
    cell.record("v", verbose=False)
    area_cm2 = 2e-8 * np.pi * float(cell.nodes["radius"].iloc[0]) * float(cell.nodes["length"].iloc[0])
    n_steps = round(tstop_ms / dt_ms)

    def potential(amp_uA_cm2):
        amp_nA = 1e3 * amp_uA_cm2 * area_cm2
        data = cell.data_stimulate(amp_nA * jnp.ones(n_steps))
        return jx.integrate(cell, data_stimuli=data, delta_t=dt_ms)[0]

    def crossings(amps):
        v = jax.vmap(potential)(amps)
        return v, (v[:, :-1] < 0) & (v[:, 1:] >= 0)

    amps, run = jnp.linspace(low, high, cells), jax.jit(crossings)

    def trains():
        v, up = map(np.asarray, run(amps))
        cell_of, step = np.nonzero(up)
        before, after = v[cell_of, step], v[cell_of, step + 1]
        times_ms = dt_ms * (step - before / (after - before))
        return np.split(times_ms, np.searchsorted(cell_of, np.arange(1, cells)))

    found = trains()  # compiles
    say(prepared_s=time.perf_counter() - started, version=jx.__version__)
    for line in sys.stdin:
        if line.strip() == "trains":
            say(trains=[train.tolist() for train in found])
            continue
        started = time.perf_counter()
        found = trains()
        say(s=time.perf_counter() - started)


def say(**what: object) -> None:
    """One line of JSON."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    main()
