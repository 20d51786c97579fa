# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Emil took the half-width midway between trough and peak, another of the definitions in use, and for the velocity
# the nominal 10 mm between the quarters.
# starts from: solution

# %% spike-answer
t_spike, v_spike = run(2 * amp)
rest = -65
peak = v_spike.max()
trough = v_spike.min()
amplitude = peak - rest

midway = (trough + peak) / 2
above = np.flatnonzero(v_spike >= midway)
first, last = above[0], above[-1]
rise = np.interp(midway, v_spike[first - 1 : first + 1], t_spike[first - 1 : first + 1])
fall = np.interp(-midway, -v_spike[last : last + 2], t_spike[last : last + 2])
half_width = fall - rise

# %% velocity-answer
v_near = n.Vector().record(axon(0.25)._ref_v)
v_far = n.Vector().record(axon(0.75)._ref_v)
run(2 * amp)


def arrival(time, trace):
    time, trace = np.array(time), np.array(trace)
    i = np.flatnonzero((trace[:-1] < 0) & (trace[1:] >= 0))[0]
    return np.interp(0, trace[i : i + 2], time[i : i + 2])


velocity = 10 / (arrival(t, v_far) - arrival(t, v_near))  # 0.75 - 0.25 of 20 mm
