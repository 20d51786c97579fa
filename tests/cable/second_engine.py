# SPDX-License-Identifier: BSD-3-Clause
"""The Hodgkin-Huxley axon a second time, without NEURON: finite volumes, staggered Crank-Nicolson.

Written from Hodgkin and Huxley's equations (1952, https://doi.org/10.1113/jphysiol.1952.sp004764), shifted
to a rest near -65 mV, with the time stepping of Hines (1984, https://doi.org/10.1016/0020-7101(84)90008-4):
the gates live half a step beside the potential, so that both are of second order and neither waits for the
other. NEURON's default (implicit Euler) and its variable step share the physics and nothing of the method.
"""

import numpy as np
from scipy.linalg import solve_banded

from neuroscales.cable import CurrentClamp, SquidAxon

_CM_uF_cm2, _RA_ohm_cm = 1.0, 35.4
_GK_S_cm2, _GL_S_cm2 = 0.036, 0.0003
_ENA_mV, _EK_mV, _EL_mV = 50.0, -77.0, -54.3


def simulate(
    axon: SquidAxon, clamps: list[CurrentClamp], tstop_ms: float, dt_ms: float = 0.005
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """Time (n,), potential at the centers (n, nseg), and the gates m, h, n there, half a step earlier."""
    area_cm2 = np.pi * axon.diam_um * axon.L_um / axon.nseg * 1e-8
    step_cm = axon.L_um / axon.nseg * 1e-4
    # Axial conductance between neighboring centers, per membrane area of one segment.
    axial = np.pi * (axon.diam_um * 1e-4) ** 2 / 4 / (_RA_ohm_cm * step_cm) / area_cm2
    lap = np.full(axon.nseg, -2 * axial)
    lap[[0, -1]] = -axial if axon.nseg > 1 else 0.0
    capacity = _CM_uF_cm2 * 1e-3 / dt_ms  # uF/cm2 / ms = 1e-3 S/cm2

    v = np.full(axon.nseg, axon.v_init_mV)
    gates = [a / (a + b) for a, b in _rates(v)]
    n_steps = round(tstop_ms / dt_ms)
    trace, states = np.empty((n_steps + 1, axon.nseg)), np.empty((n_steps + 1, 3, axon.nseg))
    trace[0], states[0] = v, gates
    speed = 3 ** ((axon.celsius_degC - 6.3) / 10)
    for i in range(n_steps):
        for k, (a, b) in enumerate(_rates(v)):
            span = dt_ms / 2 if i == 0 else dt_ms  # the first step takes the gates to half a step
            gates[k] = a / (a + b) + (gates[k] - a / (a + b)) * np.exp(-speed * (a + b) * span)
        m, h, n = gates
        g_na, g_k = axon.gnabar_S_cm2 * m**3 * h, _GK_S_cm2 * n**4
        g = g_na + g_k + _GL_S_cm2
        drive = g_na * _ENA_mV + g_k * _EK_mV + _GL_S_cm2 * _EL_mV
        drive = drive + _stimulus(axon, clamps, i * dt_ms, dt_ms) / area_cm2
        # Crank-Nicolson as an implicit half step, doubled.
        band = np.zeros((3, axon.nseg))
        band[0, 1:] = band[2, :-1] = -axial
        band[1] = 2 * capacity + g - lap
        middle = solve_banded((1, 1), band, 2 * capacity * v + drive)
        v = 2 * middle - v
        trace[i + 1], states[i + 1] = v, gates
    return np.arange(n_steps + 1) * dt_ms, trace, dict(zip("mhn", states.swapaxes(0, 1), strict=True))


def _stimulus(axon: SquidAxon, clamps: list[CurrentClamp], t_ms: float, dt_ms: float) -> np.ndarray:
    """Current into each segment in mA, each pulse by the charge that it brings in this step."""
    current = np.zeros(axon.nseg)
    for clamp in clamps:
        overlap = min(t_ms + dt_ms, clamp.delay_ms + clamp.dur_ms) - max(t_ms, clamp.delay_ms)
        segment = min(int(clamp.place * axon.nseg), axon.nseg - 1)
        current[segment] += clamp.amp_nA * 1e-6 * max(overlap, 0.0) / dt_ms
    return current


def _rates(v: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Opening and closing rates of m, h and n in 1/ms at 6.3 degC."""
    return [
        (_over_expm1(-(v + 40) / 10), 4 * np.exp(-(v + 65) / 18)),
        (0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))),
        (0.1 * _over_expm1(-(v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)),
    ]


def _over_expm1(x: np.ndarray) -> np.ndarray:
    """x / (exp(x) - 1), which is 1 at 0."""
    small = np.abs(x) < 1e-7
    return np.where(small, 1 - x / 2, x / np.expm1(np.where(small, 1.0, x)))
