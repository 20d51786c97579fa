# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Fred's notebook stops in the middle: a name is used before it exists. Threshold and model still count.
# starts from: solution

# %% spike-answer
t_spike, v_spike = run(2 * amp)
amplitude = v_spike.max() - resting_potential
half_width = 1.6
