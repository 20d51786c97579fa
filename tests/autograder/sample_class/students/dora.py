# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Dora read the membrane potential at the far end, x = 1, in place of the middle.
# starts from: solution

# %% axon-answer
axon = n.Section("axon")
axon.L, axon.diam, axon.nseg = 20_000 * um, p.diam * um, 43
axon.insert("hh")
for segment in axon:
    segment.hh.gnabar = p.gnabar

clamp = n.IClamp(axon(0))
clamp.delay, clamp.dur = 1 * ms, p.dur * ms

t = n.Vector().record(n._ref_t)
v = n.Vector().record(axon(1)._ref_v)
n.celsius = 6.3
