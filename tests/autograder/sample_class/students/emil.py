# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Emil took the half-width midway between trough and peak, another of the definitions in use.
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
