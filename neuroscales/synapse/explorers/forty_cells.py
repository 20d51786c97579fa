# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on small networks: how much inhibition, and who is inhibited."""

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries
from neuroscales.synapse.network import ExcitatoryInhibitory, NetworkRun, simulate_network
from neuroscales.synapse.spikes import rates_Hz, synchrony

_TSTOP_MS, _FROM_MS, _BIN_MS = 300.0, 50.0, 5.0
_SHOWN = {"excitatory": 0, "inhibitory": 32}
"""The cells whose potential is drawn."""


def small_network() -> Explorer:
    """Forty cells that excite and inhibit each other: does more inhibition make them quieter?"""
    inhibition = Control("inhibition_nS", "Inhibition, at its peak", "nS", (0, 5, 10, 20, 40), start=10)
    active = tuple(
        TimeSeries(
            (Line("active", kind, "", kind),),
            f"Part of the {kind} cells that fires in 5 ms",
            "1",
            (0, 1.08),
            side_by_side=2,
        )
        for kind in _SHOWN
    )
    cells = tuple(Line("v", kind, f"an {kind} cell", kind) for kind in _SHOWN)
    return Explorer(
        name="small-network",
        title="Forty cells: how much inhibition, and who is inhibited",
        model=_forty_cells,
        controls=(
            inhibition,
            Control("background_Hz", "Background on each cell", "Hz", (500, 1000, 2000), start=1000),
            Control(
                "mutual", "Inhibitory cells inhibit each other", "1", (0, 1), start=1, words=("no", "yes")
            ),
        ),
        views=(
            *active,
            TimeSeries(cells, "Potential of one soma of each kind", "mV", (-90, 50)),
            Summary(
                _rate_Hz, inhibition, "Rate of the excitatory cells", "Hz", (0, 90),
                meaning="excitatory", side_by_side=2,
            ),
            Summary(
                _synchrony, inhibition, "Synchrony; 1 when the cells are independent", "1", (0, 16),
                side_by_side=2,
            ),
        ),
        describe=_how_often,
        caption="32 excitatory and 8 inhibitory cells, each with a background of its own. Every position of "
        "the sliders is one run of 300 ms with the same connections and the same background.",
        alt="Five panels. The part of the excitatory cells that fires goes up and down in waves, and that "
        "of the inhibitory cells with it. The potentials of two cells show spikes at irregular intervals. "
        "The rate of the excitatory cells falls with inhibition, but does not reach zero; the synchrony is "
        "largest at a medium strength.",
        samples=401,
    )  # fmt: skip


def _forty_cells(inhibition_nS: float, background_Hz: float, mutual: float) -> Recording:
    network = ExcitatoryInhibitory(
        inhibition_uS=1e-3 * inhibition_nS, background_Hz=background_Hz, mutual=mutual
    )
    run = simulate_network(network, tstop_ms=_TSTOP_MS, record=tuple(_SHOWN.values()))
    rates, signals = rates_Hz(run.spikes, _FROM_MS), []
    for kind, gids in network.groups.items():
        v_mV = run.potentials.values("v", f"cell {_SHOWN[kind]}")
        signals.append(Signal("v", v_mV, "mV", kind))
        signals.append(Signal("active", _active(run, gids), "1", kind))
        signals.append(Signal("rate", np.full(v_mV.shape, rates[gids].mean()), "Hz", kind))
    together = synchrony(run.spikes, _BIN_MS, _FROM_MS)
    signals.append(Signal("synchrony", np.full(v_mV.shape, together), "1"))
    return Recording(run.potentials.time, signals)


def _active(run: NetworkRun, gids: range) -> np.ndarray:
    """The part of these cells that fires in the bin around each instant."""
    parts = (run.spikes.counts(_BIN_MS)[gids] > 0).mean(axis=0)
    bins = np.minimum((run.potentials.time / _BIN_MS).astype(int), len(parts) - 1)
    return parts[bins]


def _rate_Hz(recording: Recording) -> float:
    return float(recording.values("rate", "excitatory")[0])


def _synchrony(recording: Recording) -> float:
    return float(recording.values("synchrony")[0])


def _how_often(recording: Recording) -> str:
    """One sentence: the rates of both kinds, and the synchrony."""
    excitatory, inhibitory = (recording.values("rate", kind)[0] for kind in _SHOWN)
    return (
        f"After the first {_FROM_MS:.0f} ms the excitatory cells fire at {excitatory:.1f} Hz, the inhibitory "
        f"at {inhibitory:.1f} Hz; synchrony {_synchrony(recording):.1f}."
    )
