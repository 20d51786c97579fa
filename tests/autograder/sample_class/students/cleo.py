# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Cleo put the radius where the diameter belongs, in the axon and in the function.
# starts from: solution

# %% axon-answer
axon = n.Section("axon")
axon.L, axon.diam, axon.nseg = 20_000 * um, p.diam / 2 * um, 43
axon.insert("hh")
for segment in axon:
    segment.hh.gnabar = p.gnabar

clamp = n.IClamp(axon(0))
clamp.delay, clamp.dur = 1 * ms, p.dur * ms

t = n.Vector().record(n._ref_t)
v = n.Vector().record(axon(0.5)._ref_v)
n.celsius = 6.3


# %% model-answer
def build(p):
    section = n.Section("axon")
    section.L, section.diam, section.nseg = 20_000 * um, p.diam / 2 * um, 43
    section.insert("hh")
    for segment in section:
        segment.hh.gnabar = p.gnabar
    return section
