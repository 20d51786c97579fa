# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Dora read the membrane potential at the far end, x = 1, in place of the middle, and counted the second clamp's delay
# from 0 ms.
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

# %% collision-answer
second = n.IClamp(axon(1))
second.delay, second.dur, second.amp = p.delay2, p.dur, 2 * amp

segments = list(axon)
at_places = [n.Vector().record(axon(x)._ref_v) for x in (0.25, 0.5, 0.75)]
v_all = [n.Vector().record(segment._ref_v) for segment in segments]
h_all = [n.Vector().record(segment.hh._ref_h) for segment in segments]
gk_all = [n.Vector().record(segment.hh._ref_gk) for segment in segments]
t_collision, _ = run(2 * amp)
second.amp = 0

v25, v50, v75 = (np.array(trace) for trace in at_places)
crossings = []
for trace in map(np.array, v_all):
    i = np.flatnonzero((trace[:-1] < 0) & (trace[1:] >= 0))[0]
    crossings.append(np.interp(0, trace[i : i + 2], t_collision[i : i + 2]))
last = int(np.argmax(crossings))
x_nodes = np.array([segment.x for segment in segments])
site = x_nodes[last]
moment = crossings[last] + 0.3
h_nodes = np.array([np.interp(moment, t_collision, trace) for trace in h_all])
gk_nodes = np.array([np.interp(moment, t_collision, trace) for trace in gk_all])
