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
# # The squid axon
#
# You build a squid giant axon with NEURON, find the smallest current pulse that starts a spike, and measure how high,
# how wide and how fast the spike is. Then you let two spikes meet, take sodium away, make the model coarser, and
# start a spike by switching a current off.
#
# **After this you can**
#
# - build an axon from a section, its geometry and its membrane;
# - find a threshold with a search instead of by hand;
# - measure the amplitude, the half-width and the speed of a spike, each from a definition that you can name;
# - say from h and gk why two spikes that meet do not pass each other, and why a spike can follow the end of a
#   hyperpolarizing current;
# - say what the number of segments does to a result, and when it matters;
# - write a model as a function of its parameters.
#
# **Time:** two and a half hours in all. The chapter *The squid axon* of the book helps with every step.
#
# **What you hand in.** The core is one story: a spike starts, travels, and meets another. The optional tasks stand
# each by itself; your instructor says how many of them count. Do them in any order, or leave them out.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 2 | `threshold` | core | the threshold in nA | 5 | 30 (with part 1) |
# | 3 | `spike` | core | `v` over time, its amplitude and half-width | 9 | 15 |
# | 4 | `velocity` | core | the conduction velocity in m/s | 4 | 10 |
# | 5 | `collision` | core | three traces, the site, h and gk along the axon; two sentences | 9 + 2 | 25 |
# | 6 | `model` | optional | a function that returns the axon | 6 | 10 |
# | 7 | `sodium` | optional | amplitude and half-width with less sodium, and the least that still fires | 6 | 20 |
# | 8 | `resolution` | optional | the spike with 15 segments, and its shift; two sentences | 5 + 2 | 15 |
# | 9 | `anode_break` | optional | current, traces of v, m, h and n, latency; two sentences | 6 + 2 | 25 |
#
# **How it works.** Your axon has parameters of your own; they follow from your id. Write your work into the cells
# that say `YOUR CODE HERE`: cells of your own may stand between them, and they run too. Behind
# each of them a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers
# are compared with a simulation of *your* axon. The time step, the integration method and the way you search are
# free, as long as the step is 0.025 ms or finer. Read times between two samples, by linear interpolation. What you
# explain in words is read and marked by your instructor.
#
# *Rest* means -65 mV throughout: every run starts there, and heights are counted from there. The axon's own rest
# lies up to 0.5 mV beside it, depending on the sodium density; nothing here asks for that.
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
# ## 2. The threshold (core)
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
# ## 3. A spike at twice the threshold (core)
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

# %% [markdown] nbgrader={"grade": false, "grade_id": "velocity-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. How fast (core)
#
# **Predict first.** The axon is 20 mm long, and you know when the spike passes its middle. How fast is it, roughly, in
# m/s? Would a pulse twice as strong make it faster?
#
# Send the same spike again, at twice your threshold, and measure its velocity between x = 0.25 and x = 0.75, from the
# upward crossings of 0 mV at both places.
#
# NEURON reads a potential at the center of a segment: ask for x = 0.25, and you get the center of the segment around
# it. Use the distance between the two centers that are really read. (`axon(0.25).x` does not tell: it repeats what
# you asked for. The loop `for segment in axon` gives the true centers, `segment.x`.)
#
# Put the result in m/s into `velocity`; if there is no spike, `None`.


# %% nbgrader={"grade": false, "grade_id": "velocity-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def arrival(time, trace):
    """First upward crossing of 0 mV, between two samples."""
    time, trace = np.array(time), np.array(trace)
    i = np.flatnonzero((trace[:-1] < 0) & (trace[1:] >= 0))[0]
    return np.interp(0, trace[i : i + 2], time[i : i + 2])


centers = np.array([segment.x for segment in axon])
near, far = (centers[int(x * axon.nseg)] for x in (0.25, 0.75))
v_near = n.Vector().record(axon(near)._ref_v)
v_far = n.Vector().record(axon(far)._ref_v)
run(2 * amp)
distance = (far - near) * axon.L / 1000  # mm
velocity = distance / (arrival(t, v_far) - arrival(t, v_near))  # mm/ms, which is m/s
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "velocity", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("velocity", velocity=velocity)

# %% [markdown] nbgrader={"grade": false, "grade_id": "collision-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. Two spikes meet (core)
#
# **Predict first.** A second spike starts at the other end and runs toward the first. What happens where they meet: do
# they pass each other, bounce, or stop? Sketch `v` at x = 0.25, 0.5 and 0.75.
#
# Put a second clamp on the end at x = 1. Its pulse is as strong and as long as the first one, twice your threshold and
# `p.dur`, and starts `p.delay2` *after the first*, which starts at 1 ms. Run for 15 ms and hand in
#
# - the times `t_collision` (ms), and the potentials `v25`, `v50` and `v75` (mV) at x = 0.25, 0.5 and 0.75;
# - `site`: where the spikes meet, as a fraction of the length from the first clamp. The potential at every center
#   crosses 0 mV upward at some time; take the first such crossing of each. The *meeting* is the last of these
#   crossings along the axon, and the site is the center at which it happens;
# - `x_nodes`: the places of all centers, as fractions of the length; `h_nodes` and `gk_nodes`: h, and the conductance
#   gk in S/cm2, at these places 0.3 ms after the meeting.
#
# If no spikes meet, hand in `None` for the site, for the places and for h and gk.


# %% nbgrader={"grade": false, "grade_id": "collision-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
second = n.IClamp(axon(1))
second.delay, second.dur, second.amp = 1 + p.delay2, p.dur, 2 * amp

segments = list(axon)
at_places = [n.Vector().record(axon(x)._ref_v) for x in (0.25, 0.5, 0.75)]
v_all = [n.Vector().record(segment._ref_v) for segment in segments]
h_all = [n.Vector().record(segment.hh._ref_h) for segment in segments]
gk_all = [n.Vector().record(segment.hh._ref_gk) for segment in segments]
t_collision, _ = run(2 * amp)
second.amp = 0  # the axon is as it was, for what follows

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
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "collision", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "collision",
    t=t_collision,
    v25=v25,
    v50=v50,
    v75=v75,
    site=site,
    x=x_nodes,
    h=h_nodes,
    gk=gk_nodes,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "collision-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Say in two sentences why neither spike goes on, from what you see in h and gk on both sides of the site.

# %% [markdown] nbgrader={"grade": true, "grade_id": "collision-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Behind each front the sodium channels are inactivated (h is far below its value of 0.6 at rest) and
# many potassium channels are open (gk is many times its value at rest). Each spike therefore runs into membrane that
# the other has just made refractory: the current that it sends ahead can no longer start a spike there, and both end.
#
# **Marking guide (2 points).** One point for h: low behind both fronts, sodium is inactivated. One point for what
# follows: the membrane ahead of each spike is refractory, so that the local current cannot excite it; gk high belongs
# here. "They cancel" or "they have opposite signs", without the refractory membrane, earns nothing: both spikes are
# positive.

# %% [markdown] nbgrader={"grade": false, "grade_id": "model-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. The axon as a function (optional)
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

# %% [markdown] nbgrader={"grade": false, "grade_id": "sodium-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7. Less sodium (optional)
#
# **Predict first.** A toxin blocks half of the sodium channels. What happens to the height of the spike, to its width?
# How many of the channels can be lost before no spike arrives?
#
# The stimulus is the same all along: `amp_used` (nA), twice the threshold of your own axon *as it was*, with all of its
# sodium channels.
#
# - Set the sodium density to half of `p.gnabar`, in every segment. Hand in the height of the spike at x = 0.5 above
#   -65 mV, `amplitude_less` (mV), and its width midway between -65 mV and the peak, `half_width_less` (ms).
# - Find the smallest density (S/cm2) at which this stimulus still sends a spike along the axon, `gnabar_min`, to three
#   digits. A weak spike need not reach 0 mV: here a spike is a potential above -40 mV at x = 0.75. Every run starts
#   from -65 mV and lasts 15 ms.
#
# If there is no spike, hand in `None` for height and width.


# %% nbgrader={"grade": false, "grade_id": "sodium-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def set_density(gnabar):
    """The same sodium density in every segment."""
    for segment in axon:
        segment.hh.gnabar = gnabar


amp_used = 2 * amp
v_far = n.Vector().record(axon(0.75)._ref_v)

set_density(p.gnabar / 2)
t_less, v_less = run(amp_used)
amplitude_less = v_less.max() - (-65)
midway = (-65 + v_less.max()) / 2
above = np.flatnonzero(v_less >= midway)
first, last = above[0], above[-1]
rise = np.interp(midway, v_less[first - 1 : first + 1], t_less[first - 1 : first + 1])
fall = np.interp(-midway, -v_less[last : last + 2], t_less[last : last + 2])
half_width_less = fall - rise

low, high = 0.0, p.gnabar
while high - low > 0.001 * high:
    middle = (low + high) / 2
    set_density(middle)
    run(amp_used)
    if max(v_far) > -40:
        high = middle
    else:
        low = middle
gnabar_min = high
set_density(p.gnabar)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "sodium", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "sodium",
    amplitude=amplitude_less,
    half_width=half_width_less,
    amp_used=amp_used,
    gnabar_min=gnabar_min,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "resolution-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8. Fifteen segments (optional)
#
# **Predict first.** The same axon, divided into 15 segments in place of 43. Does the spike arrive earlier or later? Does
# its height change?
#
# Build the axon with 15 segments, all else as before, and send a spike along it at twice your threshold (found with 43
# segments). Hand in the times `t_15` (ms) and the potential `v_15` (mV) at x = 0.5, for 15 ms, and `shift` (ms): the
# arrival at x = 0.5 with 15 segments minus the arrival with 43, both as upward crossings of 0 mV. If there is no spike,
# the shift is `None`.
#
# A vector that records does not survive a change of `nseg`: make a new axon, or record anew.


# %% nbgrader={"grade": false, "grade_id": "resolution-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def spike_with(nseg):
    """Time and potential in the middle of an axon with that many segments, and the arrivals there."""
    cable = n.Section("cable")
    cable.L, cable.diam, cable.nseg = 20_000 * um, p.diam * um, nseg
    cable.insert("hh")
    for segment in cable:
        segment.hh.gnabar = p.gnabar
    pulse = n.IClamp(cable(0))
    pulse.delay, pulse.dur, pulse.amp = 1 * ms, p.dur * ms, 2 * amp
    times, potential = n.Vector().record(n._ref_t), n.Vector().record(cable(0.5)._ref_v)
    n.finitialize(-65 * mV)
    n.continuerun(15 * ms)
    times, potential = np.array(times), np.array(potential)
    upward = np.flatnonzero((potential[:-1] < 0) & (potential[1:] >= 0))
    return times, potential, [np.interp(0, potential[i : i + 2], times[i : i + 2]) for i in upward]


t_15, v_15, arrivals_15 = spike_with(15)
_, _, arrivals_43 = spike_with(43)
shift = arrivals_15[0] - arrivals_43[0] if arrivals_15 and arrivals_43 else None
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "resolution", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("resolution", t=t_15, v=v_15, shift=shift)

# %% [markdown] nbgrader={"grade": false, "grade_id": "resolution-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Say in two sentences what the number of segments changes, and why this shifts the spike the way it does.

# %% [markdown] nbgrader={"grade": true, "grade_id": "resolution-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Within one segment the potential is the same everywhere; with 15 segments each of them is 1.3 mm long,
# a good part of the rising front, so that the front is a staircase. The current that a spike sends ahead must charge a
# whole segment before the next one can fire, and the first one, with its larger membrane, takes longer to reach its
# threshold: the spike starts later and travels more slowly.
#
# **Marking guide (2 points).** One point for what nseg means: the equation is solved at the centers alone, the front is
# as long as a few segments. One point for the direction: more membrane to charge at once, at the start or from segment
# to segment, so that the spike comes later. That the result depends on numerics, without a reason, earns one point.

# %% [markdown] nbgrader={"grade": false, "grade_id": "anode_break-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 9. Anode break (optional)
#
# **Predict first.** A current *hyperpolarizes* the end of the axon for 10 ms and is switched off. What follows? Sketch
# `v`, and beside it m, h and n at the moment of release.
#
# Let a pulse of 10 ms, from 1 to 11 ms, take the end at x = 0 to -80 mV. You may mean the end of the pulse or the lowest
# point, and the node at the end, `axon(0)`, or the center of the first segment: all of these pass. Run for 25 ms
# from -65 mV and hand in
#
# - `amp_break`: the amplitude (nA, with its sign) that you found;
# - the times `t_break` (ms), the potential `v_break` (mV) at the stimulated end, and the gates `m_break`, `h_break`
#   and `n_break` there (a node at an end has no membrane: NEURON gives the gates of the first segment);
# - `latency`: the time from the release of the pulse to the upward crossing of 0 mV (ms), `None` if there is none.
#
# All of these are judged at the amplitude that you hand in.


# %% nbgrader={"grade": false, "grade_id": "anode_break-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
clamp.dur = 10 * ms
v_end = n.Vector().record(axon(0)._ref_v)
gates = {name: n.Vector().record(getattr(axon(0.01).hh, f"_ref_{name}")) for name in "mhn"}


def hyperpolarize(amp):
    """Time and potential at the end, under a pulse of 10 ms."""
    clamp.amp = amp
    n.finitialize(-65 * mV)
    n.continuerun(25 * ms)
    return np.array(t), np.array(v_end)


low, high = -1000.0, 0.0
while high - low > 0.01:
    middle = (low + high) / 2
    times, potential = hyperpolarize(middle)
    if np.interp(11, times, potential) < -80:
        low = middle
    else:
        high = middle
amp_break = low

t_break, v_break = hyperpolarize(amp_break)
m_break, h_break, n_break = (np.array(gates[name]) for name in "mhn")
i = np.flatnonzero((v_break[:-1] < 0) & (v_break[1:] >= 0))[0]
latency = np.interp(0, v_break[i : i + 2], t_break[i : i + 2]) - 11
clamp.dur = p.dur * ms

plt.plot(t_break, v_break)
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential at x = 0 (mV)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "anode_break", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "anode_break",
    amp=amp_break,
    t=t_break,
    v=v_break,
    m=m_break,
    h=h_break,
    n=n_break,
    latency=latency,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "anode_break-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Say in two sentences why a spike follows, from the values of h and n at the moment of release.

# %% [markdown] nbgrader={"grade": true, "grade_id": "anode_break-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** During the pulse the sodium channels lose the inactivation that they have at rest (h rises from 0.6
# toward 0.9) and potassium channels close (n falls). At the release the potential springs back faster than h and n
# follow: for some milliseconds more sodium can flow, and less potassium, than at rest, the threshold lies below the
# resting potential, and the membrane fires.
#
# **Marking guide (2 points).** One point for the state at release: h above, n below its value at rest (Frankenhaeuser and
# Widen 1956). One point for the time: both are slow beside m and v, so that the membrane comes back to rest before they
# do. "The membrane overshoots", without the gates, earns nothing.

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `squid-axon.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** does a spike still pass where the axon becomes twice as thick half-way?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
