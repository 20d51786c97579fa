# SPDX-License-Identifier: BSD-3-Clause
"""A passive cell with the mechanism that was handed in, and nine spikes on one connection."""

from neuron import n

SIDE_um, G_S_cm2, REST_mV, DT_ms = 30, 5e-5, -65, 0.025
WEIGHT_uS = 0.002
FIRST_ms, NINTH_ms, TSTOP_ms = 20, 820, 900


def spikes_ms(rate_Hz):
    """Eight spikes at the rate, to a tenth of a millisecond, and one much later."""
    interval_ms = round(1000 / rate_Hz, 1)
    eight = [round(FIRST_ms + k * interval_ms, 1) for k in range(8)]
    return [*eight, NINTH_ms]


def run(name, p):
    """Conductance (nS) and potential, in the second of two runs: it must begin as the first did."""
    cell = n.Section(name="cell")
    cell.L = cell.diam = SIDE_um
    cell.insert("pas")
    cell(0.5).pas.g, cell(0.5).pas.e = G_S_cm2, REST_mV
    synapse = getattr(n, name)(cell(0.5))
    synapse.U1, synapse.tau_rec, synapse.tau_facil = p.U1, p.tau_rec, p.tau_facil
    synapse.tau, synapse.e = p.tau, 0
    link = n.NetCon(None, synapse)
    link.weight[0] = WEIGHT_uS
    t, g, v = n.Vector(), n.Vector(), n.Vector()
    t.record(n._ref_t)
    g.record(synapse._ref_g)
    v.record(cell(0.5)._ref_v)
    n.celsius, n.dt, n.secondorder = 6.3, DT_ms, 0
    n.CVode().active(False)
    context = n.ParallelContext()
    context.set_maxstep(10)
    times = spikes_ms(p.rate)
    for events, tstop in ((times[:3], times[3]), (times, TSTOP_ms)):
        n.finitialize(REST_mV)
        for event in events:
            link.event(event)
        context.psolve(tstop)
    return {"t": t.to_python()[::4], "g": [1000 * one for one in g][::4], "v": v.to_python()[::4]}
