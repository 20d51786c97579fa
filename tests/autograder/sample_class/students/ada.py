# SPDX-License-Identifier: BSD-3-Clause
# ruff: noqa
# Ada did everything right, the way the solution does it, and explained one of three things in words.
# starts from: solution

# %% collision-why
# Behind each spike h has fallen far below its resting value and gk is raised, so the membrane there is refractory.
# Where they meet, each finds nothing but membrane that the other has just used, and neither can start a spike in it.
