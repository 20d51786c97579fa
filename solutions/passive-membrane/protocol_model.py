# SPDX-License-Identifier: BSD-3-Clause
"""Two experiments on the soma that `build(p)` returns, with the grader's own settings."""

from neuron import n


def run(build, p):
    """Let the soma relax from -65 mV, alone and under a current step; `v` is read in its middle."""
    time, alone = _experiment(build(p), amp=0)
    _, step = _experiment(build(p), amp=0.05)
    return {"t": time, "v_alone": alone, "v_step": step}


def _experiment(soma, amp):
    clamp = n.IClamp(soma(0.5))
    clamp.delay, clamp.dur, clamp.amp = 5, 35, amp
    t, v = n.Vector().record(n._ref_t), n.Vector().record(soma(0.5)._ref_v)
    n.CVode().active(False)
    n.celsius, n.dt, n.secondorder, n.usetable_hh = 6.3, 0.05, 0, 0
    context = n.ParallelContext()
    context.set_maxstep(10)
    n.finitialize(-65)
    context.psolve(60)
    return list(t), list(v)
