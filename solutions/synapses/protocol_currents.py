# SPDX-License-Identifier: BSD-3-Clause
"""A held cell, a sweep of the potential and a free cell, made by the grader on `currents(p, v, since, mg)`."""

import math

import numpy as np

DT_ms, TSTOP_ms, EVENT_ms = 0.2, 60.0, 10.0
HOLD_mV, SWEEP_mV, SWEEP_mM, AMPA_AT_ms, NMDA_AT_ms = -35.0, (-80.0, 40.0), (0.3, 3.0), 1.0, 30.0
AREA_um2, G_S_cm2, REST_mV = math.pi * 60.0**2, 2e-4, -70.0
PULSE_ms, PULSE_pA = (4.0, 30.0), 500.0
HIGHEST_pA, HIGHEST_mV = 1e6, 500.0


def run(currents, p):
    """Both currents at a held potential and over a sweep of it; the potential of a free cell with a pulse."""

    def ask(v, since, mg):
        ampa, nmda = currents(p, float(v), float(since), mg)
        return _bounded(ampa, HIGHEST_pA), _bounded(nmda, HIGHEST_pA)

    low_mM, high_mM = SWEEP_mM
    t = [i * DT_ms for i in range(round(TSTOP_ms / DT_ms) + 1)]
    sweep_mV = np.linspace(*SWEEP_mV, len(t))
    with np.errstate(all="ignore"):
        held = [ask(HOLD_mV, at - EVENT_ms, low_mM) for at in t]
        return {
            "t": t,
            "held_ampa": [ampa for ampa, _ in held],
            "held_nmda": [nmda for _, nmda in held],
            "sweep_ampa": [ask(v, AMPA_AT_ms, high_mM)[0] for v in sweep_mV],
            "sweep_free": [ask(v, NMDA_AT_ms, 0.0)[1] for v in sweep_mV],
            "sweep_low": [ask(v, NMDA_AT_ms, low_mM)[1] for v in sweep_mV],
            "sweep_high": [ask(v, NMDA_AT_ms, high_mM)[1] for v in sweep_mV],
            "v": _cell(ask, t, 1.0),
        }


def _bounded(value, highest):
    """A number; what is none, or runs away, stays where it can be drawn."""
    value = float(value)
    return 0.0 if math.isnan(value) else min(max(value, -highest), highest)


def _cell(ask, t, mg):
    """A passive cell under the event and a pulse of current, by the midpoint of every step."""
    capacitance_pF, leak_nS = 1e-2 * AREA_um2, 10 * G_S_cm2 * AREA_um2

    def slope(at, v):
        pulse = PULSE_pA if PULSE_ms[0] <= at < PULSE_ms[1] else 0.0
        leaves = leak_nS * (v - REST_mV) + sum(ask(v, at - EVENT_ms, mg))
        return (pulse - leaves) / capacitance_pF

    v = [REST_mV]
    for at in t[:-1]:
        middle = v[-1] + 0.5 * DT_ms * slope(at, v[-1])
        v.append(_bounded(v[-1] + DT_ms * slope(at + 0.5 * DT_ms, middle), HIGHEST_mV))
    return v
