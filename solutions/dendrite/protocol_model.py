# SPDX-License-Identifier: BSD-3-Clause
"""Two experiments on the dendrite that `build(p)` returns, with the grader's own settings."""

from neuron import n


def run(build, p):
    """A long weak current and a short strong one into x = 0; the potential is read at both ends."""
    time, long_start, long_tip = _experiment(build(p), amp=0.02, dur=60)
    _, _, short_tip = _experiment(build(p), amp=1, dur=0.2)
    return {"t": time, "v_start": long_start, "v_tip": long_tip, "v_short": short_tip}


def _experiment(dendrite, amp, dur):
    clamp = n.IClamp(dendrite(0))
    clamp.delay, clamp.dur, clamp.amp = 1, dur, amp
    t, start, tip = (n.Vector() for _ in range(3))
    t.record(n._ref_t)
    start.record(dendrite(0)._ref_v)
    tip.record(dendrite(1)._ref_v)
    n.CVode().active(False)
    n.celsius, n.dt, n.secondorder = 6.3, 0.025, 0
    context = n.ParallelContext()
    context.set_maxstep(10)
    n.finitialize(-65)
    context.psolve(60)
    return list(t), list(start), list(tip)
