# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown] nbgrader={"grade": false, "grade_id": "head", "locked": true, "schema_version": 3, "solution": false, "task": false}
# # The squid axon: threshold and spike
#
# You build a squid giant axon with NEURON, find the smallest current pulse that starts a spike, look at the spike
# that twice this current starts, and turn your model into a function that others can run.
#
# **After this you can**
#
# - build an axon from a section, its geometry and its membrane;
# - find a threshold with a search instead of by hand;
# - measure the amplitude and the half-width of a spike, each from a definition that you can name;
# - write a model as a function of its parameters.
#
# **Time:** about 90 minutes. The chapter *The squid axon* of the book helps with every step.
#
# **What you hand in**
#
# | task | what | points |
# |---|---|---|
# | `threshold` | `amp`, the threshold in nA | 5 |
# | `spike` | `v` over time, `amplitude` in mV, `half_width` in ms | 9 |
# | `model` | `build(p)`, a function that returns the axon | 6 |
#
# **How it works.** Your axon has parameters of your own; they follow from your id. Write your work into the cells
# that say `YOUR CODE HERE`: the grader takes these cells and no others, so that a cell you add is not read. Behind
# each of them a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers
# are compared with a simulation of *your* axon. The time step, the integration method and the way you search are
# free, as long as the step is 0.025 ms or finer.
#
# Without an id you practice: the axon is the one of the book, and each hand-in tells you whether it is right.

# %% [markdown] nbgrader={"grade": false, "grade_id": "binder", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **On Binder, your work is gone when the session ends:** when you close it, or when nothing happens for a few
# minutes. Press *Save and download this notebook* before you stop; the button is below the first cell that runs and
# at the end. To go on later, open the assignment again, close its tab (*Discard*), drag your file into the file
# list on the left (*Overwrite*), and open it from there.

# %% [markdown] nbgrader={"grade": false, "grade_id": "who", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Who are you?
#
# In place of `None`, type your id in quotes, as your instructor knows it: `student = "ada7"`. With `None` you
# practice. On your institution's hub, leave `None`: there it stands for the name you logged in with.

# %% tags=["given"] nbgrader={"grade": false, "grade_id": "student-id", "locked": false, "schema_version": 3, "solution": true, "task": false}
student = None

# %% nbgrader={"grade": false, "grade_id": "start", "locked": true, "schema_version": 3, "solution": false, "task": false}
import os

os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")  # no windows

import matplotlib.pyplot as plt
import numpy as np
from neuron import n
from neuron.units import ms, mV, um

from autograder import handin

n.load_file("stdrun.hoc")
work = handin.start("handin.json", student=student)
p = work.parameters
p

# %% [markdown] nbgrader={"grade": false, "grade_id": "axon", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. The axon
#
# Build one section, `axon`:
#
# - 20,000 um long, `p.diam` wide, divided into 43 segments;
# - with the Hodgkin-Huxley membrane `hh` everywhere, and in every segment the sodium conductance density
#   `p.gnabar` (S/cm2).
#
# Put a current clamp, `clamp`, on its end at x = 0. Its pulse starts at 1 ms and lasts `p.dur`. Record the time in
# `t` and the membrane potential at x = 0.5 in `v`. The temperature is 6.3 degC.

# %% nbgrader={"grade": false, "grade_id": "axon-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
axon = n.Section("axon")
axon.L, axon.diam, axon.nseg = 20_000 * um, p.diam * um, 43
axon.insert("hh")
for segment in axon:
    segment.hh.gnabar = p.gnabar

clamp = n.IClamp(axon(0))
clamp.delay, clamp.dur = 1 * ms, p.dur * ms

t = n.Vector().record(n._ref_t)
v = n.Vector().record(axon(0.5)._ref_v)
n.celsius = 6.3
### END SOLUTION

# %% [markdown] nbgrader={"grade": false, "grade_id": "threshold-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. The threshold
#
# **Predict first.** Sketch `v` at x = 0.5 for a pulse just below the threshold and for one just above it. Do the
# two curves differ a little or a lot? Where, and when?
#
# Now find the smallest amplitude that sends a spike along the axon: `v` at x = 0.5 must rise above 0 mV. Start
# every run from -65 mV and let it last 15 ms, because a spike close to the threshold takes its time.
#
# Put the result in nA into `amp`, to two significant digits, three if the first of them is 1. You may round it up,
# so that it still starts a spike, round it to nearest, or leave it as it is.


# %% nbgrader={"grade": false, "grade_id": "threshold-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def run(amp):
    """Time and potential at x = 0.5 after a pulse of `amp` nA."""
    clamp.amp = amp
    n.finitialize(-65 * mV)
    n.continuerun(15 * ms)
    return np.array(t), np.array(v)


low, high = 10.0, 10_000.0
while high - low > 0.001 * high:
    middle = (low + high) / 2
    if run(middle)[1].max() > 0:
        high = middle
    else:
        low = middle
amp = high

for value in (low, high):
    plt.plot(*run(value), label=f"{value:.1f} nA")
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential at x = 0.5 (mV)")
plt.legend()
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "threshold", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("threshold", amp=amp)

# %% [markdown] nbgrader={"grade": false, "grade_id": "spike-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. A spike at twice the threshold
#
# **Predict first.** The pulse is now twice as strong. Is the spike at x = 0.5 higher? Does it arrive earlier?
#
# Run the axon with twice your own threshold, for 15 ms from -65 mV, and hand in
#
# - the run: the times in `t_spike` (ms) and the potential at x = 0.5 in `v_spike` (mV);
# - `amplitude` (mV): the height of the peak above the resting potential, which is -65 mV;
# - `half_width` (ms): the width of the spike at the potential midway between rest and peak. Give at least two
#   decimals.
#
# If your stimulus starts no spike, hand in `None` for both numbers.

# %% nbgrader={"grade": false, "grade_id": "spike-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
t_spike, v_spike = run(2 * amp)
rest = -65
peak = v_spike.max()
amplitude = peak - rest

midway = (rest + peak) / 2
above = np.flatnonzero(v_spike >= midway)
first, last = above[0], above[-1]
rise = np.interp(midway, v_spike[first - 1 : first + 1], t_spike[first - 1 : first + 1])
fall = np.interp(-midway, -v_spike[last : last + 2], t_spike[last : last + 2])
half_width = fall - rise
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "spike", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
work.hand_in("spike", t=t_spike, v=v_spike, amplitude=amplitude, half_width=half_width)

# %% [markdown] nbgrader={"grade": false, "grade_id": "model-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. The axon as a function
#
# A model that others can use is a function of its parameters. Write `build(p)`: it makes a new axon as in part 1,
# for the diameter `p.diam` and the sodium density `p.gnabar` that it is given, and returns the section. It makes no
# clamp and runs nothing.
#
# The grader calls your function with your own parameters and with others, puts its own clamp on the axon, runs it
# with its own settings and compares what it records. So everything that `build` needs must come from `p`, not from
# names that happen to exist in your notebook.


# %% nbgrader={"grade": false, "grade_id": "model-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def build(p):
    """The squid axon with the diameter `p.diam` (um) and the sodium density `p.gnabar` (S/cm2)."""
    section = n.Section("axon")
    section.L, section.diam, section.nseg = 20_000 * um, p.diam * um, 43
    section.insert("hh")
    for segment in section:
        segment.hh.gnabar = p.gnabar
    return section


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "model", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("model", build=build)

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `squid-axon.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** how do amplitude and half-width change if you cut the sodium density in half?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
