# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Bert is right by another road: variable step, three times as many segments, a threshold found by walking up in
# ever smaller steps and rounded up, and a record with a step of its own.
# starts from: release

# %% axon-answer
from neuron import h

cable = h.Section(name="cable")
cable.nseg = 129
cable.L = 20e3
cable.diam = p["diam"]
cable.insert(h.hh)
for seg in cable.allseg():
    if 0 < seg.x < 1:
        seg.hh.gnabar = p["gnabar"]

stim = h.IClamp(cable(0))
stim.delay = 1
stim.dur = p["dur"]
every_50_us = h.Vector(np.arange(301) * 0.05)
trace = h.Vector().record(cable(0.5)._ref_v, every_50_us)
h.celsius = 6.3
solver = h.CVode()
solver.active(True)
solver.atol(1e-5)


# %% threshold-answer
def fires(nA):
    stim.amp = nA
    h.finitialize(-65)
    solver.solve(15.1)
    return max(trace) > 0


step, nA = 512.0, 0.0
while step > 0.5:
    while not fires(nA + step):
        nA += step
    step /= 2
amp = nA + 2 * step
digits = 1 if amp < 2 * 10 ** int(np.log10(amp)) else 0
unit = 10 ** (int(np.log10(amp)) - 1 - digits)
amp = float(np.ceil(amp / unit) * unit)
print(amp)

# %% spike-answer
fires(2 * amp)
t_spike, v_spike = list(every_50_us), list(trace)
top = max(v_spike)
amplitude = top - (-65)
half = -65 + amplitude / 2
crossing = []
for i in range(300):
    a, b = v_spike[i] - half, v_spike[i + 1] - half
    if a * b < 0:
        crossing.append(t_spike[i] + 0.05 * a / (a - b))
half_width = crossing[1] - crossing[0]


# %% model-answer
def build(p):
    s = h.Section(name="axon")
    s.L, s.diam, s.nseg = 20000, p["diam"], 129
    s.insert("hh")
    s.gnabar_hh = p["gnabar"]
    return s


# %% velocity-answer
clock = h.Vector().record(h._ref_t)
at_quarters = [h.Vector().record(cable(x)._ref_v) for x in (0.25, 0.75)]
fires(2 * amp)


def crossing(trace):
    for i in range(1, len(trace)):
        if trace[i - 1] < 0 <= trace[i]:
            return clock[i - 1] - trace[i - 1] * (clock[i] - clock[i - 1]) / (trace[i] - trace[i - 1])


first, later = [crossing(trace) for trace in at_quarters]
mm_between = 20 * ((96 + 0.5) / 129 - (32 + 0.5) / 129)  # the nodes of 129 that stand for 0.25 and 0.75
velocity = round(mm_between / (later - first), 3)

# %% collision-answer
other_end = h.IClamp(cable(1))
other_end.delay = 1 + p["delay2"]
other_end.dur = p["dur"]
other_end.amp = 2 * amp
everywhere = [
    [h.Vector().record(getattr(seg, ref)) for seg in cable] for ref in ("_ref_v", "_ref_h_hh", "_ref_n_hh")
]
three = [h.Vector().record(cable(x)._ref_v) for x in (0.25, 0.5, 0.75)]
fires(2 * amp)
other_end.amp = 0
t_collision = list(clock)
v25, v50, v75 = three
when = [crossing(trace) for trace in everywhere[0]]
x_nodes = [seg.x for seg in cable]
site = round(x_nodes[when.index(max(when))], 2)
after = max(when) + 0.3
h_nodes = [np.interp(after, t_collision, trace) for trace in everywhere[1]]
gk_nodes = [0.036 * np.interp(after, t_collision, trace) ** 4 for trace in everywhere[2]]

# %% sodium-answer
amp_used = 2 * amp
far_trace = h.Vector().record(cable(0.75)._ref_v)
middle_trace = h.Vector().record(cable(0.5)._ref_v)
cable.gnabar_hh = p["gnabar"] / 2
fires(amp_used)
amplitude_less = max(middle_trace) + 65
level = -65 + amplitude_less / 2
edges = []
for i in range(1, len(middle_trace)):
    a, b = middle_trace[i - 1] - level, middle_trace[i] - level
    if a * b < 0:
        edges.append(clock[i - 1] + (clock[i] - clock[i - 1]) * a / (a - b))
half_width_less = edges[1] - edges[0]

gnabar_min, step = p["gnabar"] / 2, p["gnabar"] / 8
while step > 1e-5:
    cable.gnabar_hh = gnabar_min - step
    fires(amp_used)
    if max(far_trace) > -40:
        gnabar_min -= step
    else:
        step /= 2
gnabar_min = round(gnabar_min, 4)
cable.gnabar_hh = p["gnabar"]


# %% resolution-answer
def middle_of(nseg):
    axon15 = h.Section(name="axon15")
    axon15.L, axon15.diam, axon15.nseg = 20000, p["diam"], nseg
    axon15.insert("hh")
    axon15.gnabar_hh = p["gnabar"]
    push = h.IClamp(axon15(0))
    push.delay, push.dur, push.amp = 1, p["dur"], 2 * amp
    trace = h.Vector().record(axon15(0.5)._ref_v)
    fires(2 * amp)
    return list(clock), list(trace)


t_43, v_43 = middle_of(43)
when_43 = crossing(v_43)
t_15, v_15 = middle_of(15)
shift = crossing(v_15) - when_43

# %% anode_break-answer
first_segment = cable(0.5 / 129)
v_break = h.Vector().record(cable(0)._ref_v)
m_break = h.Vector().record(first_segment.hh._ref_m)
h_break = h.Vector().record(first_segment.hh._ref_h)
n_break = h.Vector().record(first_segment.hh._ref_n)
stim.dur = 10


def hold(nA):
    stim.amp = -nA
    h.finitialize(-65)
    solver.solve(25.1)
    return min(v_break) < -80


weak, strong = 1.0, 1000.0
while strong / weak > 1.0005:
    guess = (weak * strong) ** 0.5
    if hold(guess):
        strong = guess
    else:
        weak = guess
hold(strong)
amp_break = -strong
t_break = list(clock)
latency = crossing(v_break) - 11
