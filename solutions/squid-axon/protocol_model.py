# SPDX-License-Identifier: BSD-3-Clause
"""Two experiments on the axon that `build(p)` returns, with the grader's own settings."""

from neuron import n


def run(build, p):
    """Excite the axon at x = 0, then hyperpolarize it a little; `v` is read at x = 0.75 and at x = 0."""
    time, spike = _experiment(build(p), amp=4000, dur=0.1, place=0.75)
    _, small = _experiment(build(p), amp=-40, dur=10, place=0)
    return {"t": time, "v": spike, "v_small": small}


def _experiment(axon, amp, dur, place):
    clamp = n.IClamp(axon(0))
    clamp.delay, clamp.dur, clamp.amp = 1, dur, amp
    t, v = n.Vector().record(n._ref_t), n.Vector().record(axon(place)._ref_v)
    n.CVode().active(False)
    n.celsius, n.dt, n.secondorder, n.usetable_hh = 6.3, 0.025, 0, 0
    context = n.ParallelContext()
    context.set_maxstep(10)
    n.finitialize(-65)
    context.psolve(15)
    return list(t), list(v)
