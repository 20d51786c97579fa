# SPDX-License-Identifier: BSD-3-Clause
"""The rig: electrodes and instruments for the axon in hhaxon.py.

    python -i axonrig.py         starts it, and leaves you at the prompt
    run()                        one run from -65 mV; says when each place fires
    plot("v", 0, 0.5, 1)         a variable over time, at some places
    space("h_hh", 2.8, 2.9, 3)   a variable along the axon, at some times
    movie("v")                   the same as a movie (needs a display)

Change anything between two runs: first.amp = 500, second.amp = 1720, axon.nseg = 15, axon(0.5).hh.gnabar ...
"""

import matplotlib.pyplot as plt
import numpy as np
from hhaxon import axon
from neuron import n

VARIABLES = ("v", "m_hh", "h_hh", "n_hh", "gna_hh", "gk_hh")
PICTURE = "axonrig.png"

first = n.IClamp(axon(0))
first.delay, first.dur, first.amp = 1, 0.1, 1720  # ms, ms, nA

second = n.IClamp(axon(1))
second.delay, second.dur, second.amp = 1, 0.1, 0  # silent until you give it an amplitude

times = np.array([])  # ms
places = np.array([])  # the nodes in the segments, as fractions of the length
recorded = {}  # name -> array, one row for each time, one column for each place


def run(tstop: float = 20.0, dt: float = 0.025) -> None:
    """Run from -65 mV to `tstop` (ms) and say when each place fires."""
    global times, places
    clock = n.Vector().record(n._ref_t)
    tapes = {
        name: [n.Vector().record(getattr(segment, f"_ref_{name}")) for segment in axon] for name in VARIABLES
    }
    n.dt = dt
    n.finitialize(-65)
    n.continuerun(tstop)  # n.run() would change dt to fit n.steps_per_ms
    times = np.array(clock)
    places = np.array([segment.x for segment in axon])
    recorded.update({name: np.array(columns).T for name, columns in tapes.items()})
    for x in (0.25, 0.5, 0.75):
        said = ", ".join(f"{spike:.2f} ms" for spike in fires(x)) or "never"
        print(f"at {places[node(x)]:.4f}: fires {said}; highest {recorded['v'][:, node(x)].max():.1f} mV")


def node(x: float) -> int:
    """Number of the node that is read for the place `x`."""
    return min(int(x * len(places)), len(places) - 1)


def fires(x: float) -> np.ndarray:
    """When the potential at `x` passes 0 mV on the way up (ms), between samples by a straight line."""
    v = recorded["v"][:, node(x)]
    i = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
    return times[i] - v[i] / (v[i + 1] - v[i]) * (times[i + 1] - times[i])


def plot(name: str = "v", *at: float) -> None:
    """Draw a variable over time at the places `at`."""
    figure, ax = plt.subplots()
    for x in at or (0.5,):
        ax.plot(times, recorded[name][:, node(x)], label=f"at {places[node(x)]:.3f}")
    show(figure, ax, "time (ms)", name)


def space(name: str = "v", *at: float) -> None:
    """Draw a variable along the axon at the times `at` (ms)."""
    figure, ax = plt.subplots()
    for t in at or (3.0,):
        ax.plot(places, recorded[name][np.abs(times - t).argmin()], label=f"{t:g} ms")
    show(figure, ax, "place (fraction of the length)", name)


def movie(name: str = "v", until: float = 10.0) -> None:
    """Play a variable along the axon, ten pictures for each millisecond."""
    _, ax = plt.subplots()
    (line,) = ax.plot(places, recorded[name][0])
    margin = 0.05 * np.ptp(recorded[name])
    ax.set(ylim=(recorded[name].min() - margin, recorded[name].max() + margin))
    ax.set(xlabel="place (fraction of the length)", ylabel=name)
    for i in np.searchsorted(times, np.arange(0, min(until, times[-1]), 0.1)):
        line.set_ydata(recorded[name][i])
        ax.set_title(f"{times[i]:.1f} ms")
        plt.pause(0.03)


def show(figure: plt.Figure, ax: plt.Axes, across: str, up: str) -> None:
    """Show a picture in a window; where there is no display, write it to a file."""
    ax.set(xlabel=across, ylabel=up)
    ax.legend()
    if plt.get_backend().lower() == "agg":
        figure.savefig(PICTURE)
        print("drawn into", PICTURE)
    else:
        plt.show(block=False)
        plt.pause(0.01)


run()
