# SPDX-License-Identifier: BSD-3-Clause
"""AMPA and NMDA receptors on a cell of one compartment, free or held by a voltage clamp."""

from collections.abc import Iterable, Sequence

import numpy as np
from neuron import h

import mechanisms
from neuroscales.core import engine
from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording
from neuroscales.membrane.patch import Leak, Patch, clamp, section_of
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse.receptors import AmpaNmda
from neuroscales.synapse.synapse_simulation import Soma

SMALL_CELL = Soma(Patch(L_um=50, diam_um=50, v_init_mV=-70), Leak(g_S_cm2=5e-5, e_mV=-70))
"""A passive cell with a time constant of 20 ms and an input resistance of about 250 Mohm."""

CLAMP_Mohm = 0.001
"""Resistance between a voltage clamp and the cell that it holds; NEURON's 1 Mohm lets the potential go."""


def simulate_ampa_nmda(
    receptors: AmpaNmda,
    arrivals_ms: Sequence[float],
    cell: Soma = SMALL_CELL,
    *,
    weight: float = 1.0,
    pulses: Iterable[CurrentPulse] = (),
    hold_mV: float | None = None,
    clamp_Mohm: float = CLAMP_Mohm,
    tstop_ms: float = 200.0,
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-6,
) -> Recording:
    """Simulate glutamate receptors on a cell with NEURON.

        C dv/dt = stimulus - membrane - (g_AMPA + g_NMDA) (v - e)

    NEURON's global state is afterwards as it was before.

    Args:
        receptors: the parameters.
        arrivals_ms: when the events arrive at the synapse.
        cell: geometry, membrane and initial potential.
        weight: of each event, in parts of gmax; a number of synapses that fire together.
        pulses: any number of current pulses into the cell.
        hold_mV: potential at which a voltage clamp holds the cell from the beginning; None for no clamp.
        clamp_Mohm: resistance between the clamp and the cell.
        tstop_ms: when the simulation ends.
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the one that follows.
        absolute_tolerance: of the variable step.

    Returns:
        A Recording on the time base in ms with v (mV), and g (uS) and i (nA, outward positive) at the places
        "AMPA", "NMDA" and "both". The conductance at NMDA is what magnesium leaves of it. With a fixed step,
        g and i are one step late: they hold what was there when the step began.

    Raises:
        ValueError: a negative weight, times of events that are not finite, or a time that is not positive.
    """
    method = engine.Method(dt_ms, secondorder, absolute_tolerance)
    _check(arrivals_ms, weight, hold_mV)
    check_positive("the clamp", clamp_Mohm=clamp_Mohm)
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    with engine.neuron_as_found():
        section = section_of(cell.patch, cell.membrane)
        synapse = receptors.into(section(0.5))
        playing = play_events(arrivals_ms, synapse, weight)
        electrodes = [clamp(section(0.5), pulse) for pulse in pulses]
        if hold_mV is not None:
            electrodes.append(_hold(section(0.5), hold_mV, clamp_Mohm))
        tapes = _tapes(section(0.5), synapse)
        engine.run(method, tstop_ms, cell.patch.v_init_mV if hold_mV is None else hold_mV)
        del playing, electrodes
        return tapes.recording()


def peaks_uS(
    recording: Recording, arrivals_ms: Sequence[float], place: str = "NMDA", window_ms: float = 10.0
) -> np.ndarray:
    """Highest conductance within a window after each event.

    Args:
        recording: of `simulate_ampa_nmda`.
        arrivals_ms: when the events arrive.
        place: "AMPA", "NMDA" or "both".
        window_ms: how long after each event to look.

    Returns:
        Conductances in uS, shape (n_events,).

    Raises:
        ValueError: the recording ends before a window does.
    """
    time_ms, g_uS = recording.time, recording.values("g", place)
    found = []
    for arrival_ms in arrivals_ms:
        if arrival_ms + window_ms > time_ms[-1] + 1e-9:
            raise ValueError(f"the recording ends before {window_ms} ms after the event at {arrival_ms} ms")
        found.append(g_uS[(time_ms >= arrival_ms) & (time_ms <= arrival_ms + window_ms)].max())
    return np.array(found)


def block_curve_uS(
    receptors: AmpaNmda, holds_mV: Sequence[float], cell: Soma = SMALL_CELL, *, dt_ms: float = 0.025
) -> np.ndarray:
    """Peak NMDA conductance after one event, at each holding potential of a voltage clamp.

    Args:
        receptors: the parameters.
        holds_mV: holding potentials, shape (n_holds,).
        cell: the cell that is held; under a good clamp it does not matter.
        dt_ms: fixed time step.

    Returns:
        Conductances in uS, shape (n_holds,).
    """
    window_ms = max(3 * receptors.nmda.peak_ms, 1.0)
    runs = (
        simulate_ampa_nmda(receptors, [1.0], cell, hold_mV=hold_mV, tstop_ms=2 + window_ms, dt_ms=dt_ms)
        for hold_mV in holds_mV
    )
    return np.array([peaks_uS(run, [1.0], window_ms=window_ms)[0] for run in runs])


def _check(arrivals_ms: Sequence[float], weight: float, hold_mV: float | None) -> None:
    if not np.all(np.isfinite(arrivals_ms)) or np.any(np.asarray(arrivals_ms) < 0):
        raise ValueError("events arrive at times in ms that are finite and not negative")
    if not (np.isfinite(weight) and weight >= 0):
        raise ValueError(f"weight of an event must be a number from 0 on, not {weight}")
    if hold_mV is not None and not np.isfinite(hold_mV):
        raise ValueError(f"hold_mV must be a finite number, not {hold_mV}")


def play_events(arrivals_ms: Sequence[float], synapse: object, weight: float) -> tuple[object, object]:
    """Send an event to a synapse at each time; it does so as long as what is returned lives."""
    mechanisms.load()
    source = h.VecStim()
    source.play(h.Vector(arrivals_ms))
    connection = h.NetCon(source, synapse)
    connection.delay, connection.weight[0] = 0, weight
    return source, connection


def _hold(segment: object, hold_mV: float, clamp_Mohm: float) -> object:
    """Attach a voltage clamp; it lives as long as what is returned."""
    point = h.SEClamp(segment)
    point.rs, point.dur1, point.amp1 = clamp_Mohm, 1e9, hold_mV
    return point


def _tapes(segment: object, synapse: object) -> engine.Tapes:
    """What NEURON is to record while it runs."""
    tapes = engine.Tapes()
    tapes.record("v", "mV", None, segment._ref_v)
    for place, suffix in (("AMPA", "_AMPA"), ("NMDA", "_NMDA"), ("both", "")):
        tapes.record("g", "uS", place, getattr(synapse, f"_ref_g{suffix}"))
        tapes.record("i", "nA", place, getattr(synapse, f"_ref_i{suffix}"))
    return tapes
