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
# # A dendrite
#
# You take one dendrite, passive from end to end, and ask how far, how fast and in which direction a potential spreads
# in it. Then you hang it on a soma that fires, write it as a function, and find out how finely it has to be cut.
#
# **After this you can**
#
# - say from thickness, length and two resistances what a cable does to a potential, by formula and with NEURON;
# - say why a signal fades less on one way than on the other, and what is equal on both;
# - say why a spike fades more than a steady potential;
# - write a dendrite as a function of its parameters, cut finely enough for what it is used for;
# - measure how wrong a grid is, and how its error falls;
# - take a cell from a file, and say what it is to a current.
#
# **Time:** two hours for the core, and an hour and a half more if you do all the rest. The pages *The cable*, *Dendrites* and *How far to trust the
# numbers* of the book help with every step.
#
# **What you hand in.** The core is one story, from the bare cable to the spike that enters it. The optional tasks stand
# each by itself; your instructor says how many of them count.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 1 | `cable` | core | time constant, length constant, input resistance | 6 | 25 |
# | 2 | `profile` | core | the steady potential along the dendrite, and the part that arrives | 6 | 25 |
# | 3 | `directions` | core | there, back, and the transfer resistance; two sentences | 6 + 2 | 30 |
# | 4 | `spike` | core | a spike in the soma, the tip beside it, their ratio; two sentences | 8 + 2 | 25 |
# | 5 | `model` | core | a function that returns the dendrite | 6 | 15 |
# | 6 | `frequency` | optional | length constant and attenuation at your frequency | 5 | 20 |
# | 7 | `tree` | optional | two daughters that continue a stem, and two that are too thick | 6 | 20 |
# | 8 | `convergence` | optional | errors of two grids, their order, and a rule | 5 | 20 |
# | 9 | `morphology` | optional | area, a length and three resistances of a cell from a file | 6 | 25 |
#
# **How it works.** Your dendrite has parameters of your own; they follow from your id. Write your work into the cells
# that say `YOUR CODE HERE`: cells of your own may stand between them, and they run too. Behind each
# of them a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers are
# compared with *your* dendrite. Formulas or simulations, the time step, the method, the number of segments are free, as
# long as the step is 0.1 ms or finer (0.025 ms for the spike) and there are at least 21 segments where nothing else is
# said. Give four significant digits. What you explain in words is read and marked by your instructor.
#
# *Rest* is -65 mV throughout; *height* is potential minus rest.
#
# Without an id you practice: the dendrite is the one of the book's examples, and each hand-in tells you whether it is
# right.

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

# %% [markdown] nbgrader={"grade": false, "grade_id": "dendrite", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## The dendrite
#
# Throughout, the dendrite is a cylinder `p.L` long and `p.diam` thick, `p.Ra` inside, with 1 uF/cm2 and a leak whose
# conductance density is 1 / `p.rm`, reversing at -65 mV. `p.rm` is in kohm cm2, and NEURON wants S/cm2: 1 / (1 kohm cm2)
# is 0.001 S/cm2. Both ends are sealed: no current leaves there. That is what an end of a section is in NEURON if you do
# nothing.

# %% [markdown] nbgrader={"grade": false, "grade_id": "cable-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. Three numbers (core)
#
# **Predict first.** Your dendrite and one that is four times as thick, as long, and of the same membrane: which of time
# constant, length constant and input resistance are larger, and by how much?
#
# Hand in the time constant `tau` (ms), the length constant `lam` (um) and the input resistance `r_in` (Mohm) at x = 0:
# the height there, in the steady state, per current that enters there. By formula or by a run, as you like; do both if
# you want to be sure. Remember that your dendrite ends.

# %% nbgrader={"grade": false, "grade_id": "cable-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
tau = p.rm * 1.0  # kohm cm2 times uF/cm2 is ms

radius_cm = p.diam / 2 * 1e-4
lam_cm = np.sqrt(radius_cm * 1000 * p.rm / (2 * p.Ra))
lam = 1e4 * lam_cm

endless_Mohm = 1e-6 * p.Ra * lam_cm / (np.pi * radius_cm**2)
r_in = endless_Mohm / np.tanh(p.L / lam)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "cable", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("cable", tau=tau, lam=lam, r_in=r_in)

# %% [markdown] nbgrader={"grade": false, "grade_id": "profile-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. How a steady potential falls (core)
#
# **Predict first.** A current of 0.02 nA enters at x = 0 and stays on. Sketch the steady potential along your dendrite.
# Is it steeper near the current or near the far end? What is its slope at the far end?
#
# Simulate this dendrite, or use the formula, and hand in, in the steady state,
#
# - `x`: places along the dendrite, as fractions of its length (the centers of all segments will do);
# - `v_along` (mV): the potential at these places;
# - `ratio`: the height at x = 1 divided by the height at x = 0. Here read the two ends themselves, `dendrite(0)` and
#   `dendrite(1)`.
#
# A run must be long enough to be steady: compare with your time constant.


# %% nbgrader={"grade": false, "grade_id": "profile-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
dendrite = n.Section("dendrite")
dendrite.L, dendrite.diam, dendrite.nseg, dendrite.Ra = p.L * um, p.diam * um, 51, p.Ra
dendrite.insert("pas")
for segment in dendrite:
    segment.pas.g, segment.pas.e = 0.001 / p.rm, -65

electrode = n.IClamp(dendrite(0))
electrode.delay, electrode.dur, electrode.amp = 0, 1e9, 0.02
n.finitialize(-65 * mV)
n.continuerun(20 * p.rm)
electrode.amp = 0  # the dendrite is as it was, for what follows

x = np.array([segment.x for segment in dendrite])
v_along = np.array([segment.v for segment in dendrite])
ratio = (dendrite(1).v + 65) / (dendrite(0).v + 65)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "profile", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("profile", x=x, v=v_along, ratio=ratio)

# %% [markdown] nbgrader={"grade": false, "grade_id": "directions-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. There and back (core)
#
# **Predict first.** Hang the dendrite on a soma, and let the same current enter once in the soma, once at the tip of the
# dendrite. Does the same part of the height arrive at the other place? Is the height that arrives the same?
#
# Make a soma, 30 um long and 30 um thick, with the same leak per area, the same `p.Ra` and 1 uF/cm2, and let your
# dendrite begin at `soma(1)`. A current of 0.02 nA enters first `soma(0.5)`, then `dendrite(1)`. Hand in, from the steady
# heights,
#
# - `out`: current into the soma; height at the tip divided by that in the soma;
# - `back`: current into the tip; height in the soma divided by that at the tip;
# - `transfer` (Mohm): current into the soma; height at the tip divided by the current.


# %% nbgrader={"grade": false, "grade_id": "directions-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
soma = n.Section("soma")
soma.L = soma.diam = 30 * um
soma.Ra = p.Ra
soma.insert("pas")
soma(0.5).pas.g, soma(0.5).pas.e = 0.001 / p.rm, -65
dendrite.connect(soma(1))


def steady_heights(segment):
    """Heights in the soma and at the tip while a current enters the segment."""
    needle = n.IClamp(segment)
    needle.delay, needle.dur, needle.amp = 0, 1e9, 0.02
    n.finitialize(-65 * mV)
    n.continuerun(20 * p.rm)
    return soma(0.5).v + 65, dendrite(1).v + 65


soma_height, tip_height = steady_heights(soma(0.5))
out, transfer = tip_height / soma_height, tip_height / 0.02
soma_back, tip_back = steady_heights(dendrite(1))
back = soma_back / tip_back
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "directions", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("directions", out=out, back=back, transfer=transfer)

# %% [markdown] nbgrader={"grade": false, "grade_id": "directions-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** One of the three numbers would be the same if current and electrode changed places; the other two are not the
# same as each other. Say in two sentences which is the same, and why the two ratios differ.

# %% [markdown] nbgrader={"grade": true, "grade_id": "directions-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** The transfer resistance is the same both ways: what a current at one place does at the other does not
# depend on which is which. The ratios differ because each is the transfer resistance divided by the input resistance at
# the place where the current enters, and that of the tip, a thin cable with a sealed end, is much higher than that of
# the soma with its large membrane: the tip's own height is large, so that a smaller part of it arrives.
#
# **Marking guide (2 points).** One point for the transfer resistance as what is equal. One point for the reason: the
# input resistances of the two places differ (the soma is a large load, the tip is not). "The current flows more easily in
# one direction" earns nothing: the core conducts both ways alike.

# %% [markdown] nbgrader={"grade": false, "grade_id": "spike-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. A spike from the soma (core)
#
# **Predict first.** The soma now fires. Sketch the potential in the soma and at the tip on one axis of time. Which part of
# the spike's height arrives: more or less than the part `out` of the steady height?
#
# Take the `pas` out of the soma (or make a new one) and insert `hh` with its own parameters; the dendrite keeps its leak.
# At 1 ms a current of 2 nA enters the soma for 1 ms. The temperature is 6.3 degC, the run starts from -65 mV and lasts
# 25 ms. Hand in the times `t_spike` (ms), the potentials `v_soma` and `v_tip` (mV) at `soma(0.5)` and `dendrite(1)`, and
# `spike_ratio`: the height of the peak at the tip divided by that in the soma, both from -65 mV.

# %% nbgrader={"grade": false, "grade_id": "spike-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
soma.uninsert("pas")
soma.insert("hh")
n.celsius = 6.3

pulse = n.IClamp(soma(0.5))
pulse.delay, pulse.dur, pulse.amp = 1 * ms, 1 * ms, 2
t, at_soma, at_tip = n.Vector(), n.Vector(), n.Vector()
t.record(n._ref_t)
at_soma.record(soma(0.5)._ref_v)
at_tip.record(dendrite(1)._ref_v)
n.finitialize(-65 * mV)
n.continuerun(25 * ms)
t_spike, v_soma, v_tip = np.array(t), np.array(at_soma), np.array(at_tip)
spike_ratio = (v_tip.max() + 65) / (v_soma.max() + 65)

plt.plot(t_spike, v_soma, label="soma")
plt.plot(t_spike, v_tip, label="tip")
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential (mV)")
plt.legend()
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "spike", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("spike", t=t_spike, v_soma=v_soma, v_tip=v_tip, ratio=spike_ratio)

# %% [markdown] nbgrader={"grade": false, "grade_id": "spike-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Compare `spike_ratio` with `out`. Say in two sentences why a spike fades as it does.

# %% [markdown] nbgrader={"grade": true, "grade_id": "spike-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Less of the spike arrives than of a steady potential. A spike is over before the dendrite's membrane is
# charged: much of the current that runs along the core goes into the capacitance on the way, so that for such a fast
# signal the length constant is shorter; the longer the membrane's time constant beside the spike, the more it fades.
#
# **Marking guide (2 points).** One point for the comparison: the spike fades more, with both numbers. One point for the
# reason: the capacitance of the dendrite takes the current of a fast signal (or: the length constant falls with
# frequency, the dendrite is a low-pass filter). "The leak takes it" alone earns nothing for the reason: the leak is the
# same for both.

# %% [markdown] nbgrader={"grade": false, "grade_id": "model-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. The dendrite as a function (core)
#
# A model that others can use is a function of its parameters. Write `build(p)`: it makes a new dendrite for the length
# `p.L`, the diameter `p.diam`, the resistivity `p.Ra` and the membrane resistance `p.rm` that it is given, and returns the
# section. It makes no soma and no clamp and runs nothing.
#
# The grader calls your function with your own parameters and with others, and lets a long weak and a short strong current
# in at x = 0. The short one is a signal of high frequency: choose the number of segments so that it is right.


# %% nbgrader={"grade": false, "grade_id": "model-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def build(p):
    """A passive dendrite of the given geometry, resistivity (ohm cm) and membrane resistance (kohm cm2)."""
    section = n.Section("dendrite")
    section.L, section.diam, section.nseg, section.Ra = p.L * um, p.diam * um, 51, p.Ra
    section.insert("pas")
    for segment in section:
        segment.pas.g, segment.pas.e = 0.001 / p.rm, -65
    return section


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "model", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("model", build=build)

# %% [markdown] nbgrader={"grade": false, "grade_id": "frequency-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. Up and down (optional)
#
# **Predict first.** The current at x = 0 now goes up and down `p.freq` times a second. Does more or less of its amplitude
# arrive at the far end than of a steady height?
#
# For the dendrite alone, without the soma, hand in
#
# - `lam_ac` (um): the length constant at your frequency, over which the amplitude falls to 1/e in a dendrite without end;
# - `ratio_ac`: the amplitude at x = 1 divided by that at x = 0, in your dendrite with its sealed end.
#
# Formulas with complex numbers, NEURON's `Impedance`, or a run with a sinusoidal current: all three are right.

# %% nbgrader={"grade": false, "grade_id": "frequency-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
q = np.sqrt(1 + 2j * np.pi * p.freq * tau / 1000)
lam_ac = lam / q.real
ratio_ac = 1 / abs(np.cosh(q * p.L / lam))
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "frequency", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("frequency", lam_ac=lam_ac, ratio_ac=ratio_ac)

# %% [markdown] nbgrader={"grade": false, "grade_id": "tree-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7. A branch that is none (optional)
#
# **Predict first.** A stem divides into two equal daughters. How thick must they be so that, seen from the beginning of
# the stem, nothing has changed?
#
# The stem is as thick as your dendrite and half as long. Two equal daughters begin at its end; their membrane and their
# inside are the same. Hand in
#
# - `d_daughter` (um): the diameter with which they continue the stem's cylinder, by Rall's rule;
# - `L_daughter` (um): their length, such that a daughter is as many of its own length constants long as the stem is of
#   its own;
# - `r_tree` (Mohm): the input resistance of this tree at the beginning of the stem;
# - `r_thick` (Mohm): the same where the daughters are as thick as the stem, and as long as `L_daughter`.


# %% nbgrader={"grade": false, "grade_id": "tree-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def end_to_start(load, diam, L):
    """Conductance (uS) at the beginning of a branch that carries a load at its end."""
    length = 1e4 * np.sqrt(diam / 2 * 1e-4 * 1000 * p.rm / (2 * p.Ra))
    endless = np.pi * (diam / 2 * 1e-4) ** 2 / (p.Ra * length * 1e-4) * 1e6
    relative, tanh = load / endless, np.tanh(L / length)
    return endless * (relative + tanh) / (1 + relative * tanh)


d_daughter = p.diam / 2 ** (2 / 3)
L_daughter = p.L / 2 * np.sqrt(d_daughter / p.diam)
r_tree, r_thick = (
    1 / end_to_start(2 * end_to_start(0, diam, L_daughter), p.diam, p.L / 2) for diam in (d_daughter, p.diam)
)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "tree", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("tree", d_daughter=d_daughter, L_daughter=L_daughter, r_tree=r_tree, r_thick=r_thick)

# %% [markdown] nbgrader={"grade": false, "grade_id": "convergence-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8. How many segments (optional)
#
# **Predict first.** Part 2 once more, with 3 and with 9 segments. By which factor does the error fall?
#
# Compare the steady `ratio` of part 2 (both ends read at `dendrite(0)` and `dendrite(1)`, no soma) with the exact one,
# 1 / cosh(L / lambda), and hand in
#
# - `error3` and `error9` (%): how far the ratio with 3 and with 9 segments is from the exact one, in per cent of the exact
#   one, without its sign. Let a run be 300 ms long, with a fixed step, so that nothing but the segments is wrong;
# - `order`: the error falls as nseg to the power -`order`; from 3 to 9 segments;
# - `nseg_rule`: the smallest odd number of segments of which none is longer than a tenth of the length constant at
#   100 Hz, as NEURON computes it for this purpose: sqrt(d / (4 pi f Ra cm)), all in cm, s, ohm and F.


# %% nbgrader={"grade": false, "grade_id": "convergence-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def ratio_with(nseg):
    """The steady ratio of the dendrite alone, cut into so many segments."""
    cable = build(p)
    cable.nseg = nseg
    for segment in cable:
        segment.pas.g, segment.pas.e = 0.001 / p.rm, -65
    needle = n.IClamp(cable(0))
    needle.delay, needle.dur, needle.amp = 0, 1e9, 0.02
    n.finitialize(-65 * mV)
    n.continuerun(300 * ms)
    return (cable(1).v + 65) / (cable(0).v + 65)


exact = 1 / np.cosh(p.L / lam)
error3, error9 = (100 * abs(ratio_with(nseg) / exact - 1) for nseg in (3, 9))
order = np.log(error3 / error9) / np.log(3)

lam_100 = 1e4 * np.sqrt(p.diam * 1e-4 / (4 * np.pi * 100 * p.Ra * 1e-6))
nseg_rule = 1
while p.L / nseg_rule > 0.1 * lam_100:
    nseg_rule += 2
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "convergence", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("convergence", error3=error3, error9=error9, order=order, nseg_rule=nseg_rule)

# %% [markdown] nbgrader={"grade": false, "grade_id": "morphology-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 9. A cell from a file (optional)
#
# Beside this notebook lies `cell.swc`, a small cell with two basal dendrites and an apical one. Each line of an SWC file
# is a point: its number, its type (1 soma, 3 basal, 4 apical dendrite), x, y, z and the *radius* (um), and the number of
# its parent, the point to which it is connected. The soma is one point, a sphere. Where a dendrite leaves the soma, it
# begins at its own first point, on the soma's surface: between the soma's center and that point there is no membrane and
# no resistance. NEURON's reader takes it so, too; the chapter *Dendrites* shows how to call it.
#
# The tissue had shrunk when this cell was measured. **First multiply everything that is a length, coordinates and radii,
# by `p.swell`.** Membrane and inside are those of your dendrite (`p.rm`, `p.Ra`, 1 uF/cm2). Your tip is the point with
# the number `p.tip`.
#
# **Predict first.** A current enters once the soma, once your tip. Where is the local potential higher? And by how much
# does the other place feel it?
#
# Hand in
#
# - `area` (um2): the membrane of the whole cell, soma and dendrites;
# - `path` (um): the way along the dendrite from the surface of the soma, where the dendrite begins, to your tip;
# - `r_soma` and `r_tip` (Mohm): the input resistances at the soma and at your tip;
# - `transfer_tip` (Mohm): the height at your tip per current into the soma.
#
# No segment may be longer than 20 um. Whoever prefers sums and formulas can do without NEURON.

# %% nbgrader={"grade": false, "grade_id": "morphology-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
n.load_file("import3d.hoc")
points = np.loadtxt("cell.swc")
points[:, 2:6] *= p.swell
np.savetxt("swollen.swc", points, fmt="%.8g")


class Cell:
    """Owner of the sections."""

    def __str__(self):
        return "cell"


cell = Cell()
reader = n.Import3d_SWC_read()
reader.quiet = 1
reader.input("swollen.swc")
n.Import3d_GUI(reader, False).instantiate(cell)
for section in cell.all:
    section.Ra, section.cm, section.nseg = p.Ra, 1, 2 * int(section.L / 20) + 1
    section.insert("pas")
    for segment in section:
        segment.pas.g, segment.pas.e = 0.001 / p.rm, -65

area = sum(segment.area() for section in cell.all for segment in section)


def apart(section):
    """Distance of a section's end from the tip."""
    last = section.n3d() - 1
    return np.linalg.norm([section.x3d(last), section.y3d(last), section.z3d(last)] - tip_um)


(tip_um,) = points[points[:, 0] == p.tip, 2:5]
body, twig = cell.soma[0], min(cell.all, key=apart)
path = n.distance(body(0.5), twig(1))  # the dendrites begin at body(0.5): no way inside the soma

n.finitialize(-65 * mV)
tool = n.Impedance()
tool.loc(1, sec=twig)
tool.compute(0)
r_tip = tool.input(1, sec=twig)
tool.loc(0.5, sec=body)
tool.compute(0)
r_soma, transfer_tip = tool.input(0.5, sec=body), tool.transfer(1, sec=twig)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "morphology", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("morphology", area=area, path=path, r_soma=r_soma, r_tip=r_tip, transfer=transfer_tip)

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `dendrite.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** where on the dendrite would you put a synapse that the soma should hear best, and where one that is to be
# heard by its neighbors alone?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
