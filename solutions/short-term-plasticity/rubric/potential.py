# SPDX-License-Identifier: BSD-3-Clause
"""Conductance and potential that a train makes."""

import numpy as np

from .terminal import PROTOCOL

SIDE_um, G_S_cm2, REST_mV, GMAX_uS = PROTOCOL.SIDE_um, PROTOCOL.G_S_cm2, PROTOCOL.REST_mV, PROTOCOL.WEIGHT_uS


def conductance(t, spikes_ms, released, tau_ms, at_spike=True):
    """Sum of the responses, as a part of the conductance of all resources."""
    since = np.subtract.outer(t, spikes_ms)
    begun = since > -1e-6 if at_spike else since > 1e-6
    return np.where(begun, np.exp(-np.maximum(since, 0) / tau_ms), 0.0) @ released


def potential(t, g_uS, dt_ms, exponential=False, sign=1.0):
    """Potential of the passive cell: the implicit steps that NEURON takes, or exponential Euler."""
    c_pF, leak_nS = _cell()
    g_nS = sign * 1000 * g_uS
    v = np.empty_like(t)
    v[0] = at = REST_mV
    for k in range(len(t) - 1):
        total = leak_nS + g_nS[k]
        target = leak_nS * REST_mV / total  # the synapse reverses at 0 mV
        step = dt_ms * total / c_pF
        part = -np.expm1(-step) if exponential else step / (1 + step)
        v[k + 1] = at = at + (target - at) * part
    return v


def _cell():
    """Capacitance (pF) and leak (nS) of the cell."""
    area_um2 = np.pi * SIDE_um**2
    return 1e-2 * area_um2, 10 * G_S_cm2 * area_um2
