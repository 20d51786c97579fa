# SPDX-License-Identifier: BSD-3-Clause
"""A slow potassium channel written in NMODL, its closed form, and what it does to a train of spikes.

The channel lies beside this file as `slow_potassium.mod`. It has one gate,

    tau dn/dt = s(v) - n,    s(v) = 1 / (1 + exp(-(v - vhalf) / slope)),    i = gbar n (v - ek).

It is loaded into fresh processes alone, so that a reader may write, change and load one of the same name.
"""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from neuron import n

from mechanisms.workbench import write
from neuroscales.core.engine import Method, Tapes, run
from neuroscales.core.recording import Recording, Signal

SOURCE = Path(__file__).with_name("slow_potassium.mod").read_text(encoding="ascii")
VHALF_mV, SLOPE_mV = -30.0, 5.0
_HELD_mV, _STEP_mV = -80.0, -20.0


def steady_gate(v_mV: float | np.ndarray) -> float | np.ndarray:
    """Open fraction s(v) that the gate approaches at a potential.

    Args:
        v_mV: potential in mV, any shape.

    Returns:
        Numbers between 0 and 1, of the same shape.
    """
    return 1 / (1 + np.exp(-(np.asarray(v_mV) - VHALF_mV) / SLOPE_mV))


def gate_after_step(time_ms: np.ndarray, from_mV: float, to_mV: float, tau_ms: float) -> np.ndarray:
    """The gate after a step of the potential at time zero: n(t) = s1 + (s0 - s1) exp(-t / tau).

    Args:
        time_ms: times after the step in ms.
        from_mV: potential before, held until the gate had settled.
        to_mV: potential after.
        tau_ms: the gate's time constant in ms.

    Returns:
        Open fraction at those times.

    Raises:
        ValueError: the time constant is not positive.
    """
    if not tau_ms > 0:
        raise ValueError(f"tau_ms must be positive, in ms, not {tau_ms}")
    before, after = steady_gate(from_mV), steady_gate(to_mV)
    return after + (before - after) * np.exp(-np.asarray(time_ms) / tau_ms)


def simulate_settings(
    settings: Iterable[tuple[float, float]], amp_nA: float = 0.15, tstop_ms: float = 400.0
) -> dict[tuple[float, float], Recording]:
    """Run the channel at several settings, all in one fresh process.

    At each setting two cells of 20 um diameter are run at 6.3 degC with steps of 0.025 ms: one whose
    potential is held at -80 mV before time zero and at -20 mV after it, and one with Hodgkin and Huxley's
    channels and the slow one, which a current starts to drive at 20 ms.

    Args:
        settings: pairs of peak conductance in S/cm2 and time constant in ms.
        amp_nA: the current.
        tstop_ms: how long each runs.

    Returns:
        By setting a recording of the gate under the step (`n`), its closed form (`expected`), and the driven
        cell's potential (`v`).

    Raises:
        mechanisms.MechanismError: the channel cannot be compiled or run here.
    """
    return write(SOURCE).run(_run_all, list(settings), amp_nA, tstop_ms)


def _run_all(
    settings: list[tuple[float, float]], amp_nA: float, tstop_ms: float
) -> dict[tuple[float, float], Recording]:
    """In the fresh process: all settings, one after the other."""
    runs = {}
    for gbar, tau in settings:
        held = _step(tau, tstop_ms)
        driven = _drive(gbar, tau, amp_nA, tstop_ms)
        expected = Signal("expected", gate_after_step(held.time, _HELD_mV, _STEP_mV, tau), "1")
        runs[gbar, tau] = Recording(held.time, [*held.signals, expected, *driven.signals])
    return runs


def _step(tau_ms: float, tstop_ms: float) -> Recording:
    """The gate of a cell that is held at one potential and then at another."""
    cell = _cell("slowk")
    cell(0.5).slowk.tau = tau_ms
    clamp = n.SEClamp(cell(0.5))
    clamp.rs, clamp.dur1, clamp.amp1 = 1e-6, 1e9, _STEP_mV
    tapes = Tapes()
    tapes.record("n", "1", None, cell(0.5).slowk._ref_n)
    run(Method(), tstop_ms, _HELD_mV)
    return tapes.recording()


def _drive(gbar_S_cm2: float, tau_ms: float, amp_nA: float, tstop_ms: float) -> Recording:
    """The potential of a cell that can fire, and has the slow channel too."""
    cell = _cell("hh", "slowk")
    cell(0.5).slowk.gbar, cell(0.5).slowk.tau = gbar_S_cm2, tau_ms
    electrode = n.IClamp(cell(0.5))
    electrode.delay, electrode.dur, electrode.amp = 20, 1e9, amp_nA
    tapes = Tapes()
    tapes.record("v", "mV", None, cell(0.5)._ref_v)
    run(Method(), tstop_ms, -65.0)
    return tapes.recording()


def _cell(*mechanisms: str) -> object:
    """A round cell of 20 um."""
    cell = n.Section("cell")
    cell.L = cell.diam = 20
    for name in mechanisms:
        cell.insert(name)
    return cell
