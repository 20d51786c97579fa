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
# # The passive membrane
#
# You charge a bilayer, predict on paper what a soma will do, measure whether it does, and write the soma as a function
# that others can use. Then, if you like, you grow a process on it, and ask for a pulse that is shorter than a step.
#
# **After this you can**
#
# - find the current that moves a membrane by a given amount, without trying;
# - compute area, capacitance, input resistance and time constant of a cell from its size and its leak, with their units;
# - measure resistance and time constant as one does in a real cell, from rest;
# - say what a leak changes about the response to a current, and what it leaves as it is;
# - write a model as a function of its parameters;
# - say when a cell is more than one compartment, and what a time step does to a short pulse.
#
# **Time:** two and a half hours in all, one hour and forty minutes for the core. The chapters *The membrane as a
# capacitor* and *The leak* of the book help with every step, and *The cable* with part 5.
#
# **What you hand in.** The core goes from a bilayer to a soma that you can trust. The optional tasks stand each by
# itself; your instructor says how many of them count.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 1 | `bilayer` | core | the amplitude in pA, and `v` over time | 6 | 20 |
# | 2 | `soma` | core | area, capacitance, input resistance and time constant, on paper | 6 | 15 |
# | 3 | `leak` | core | `v` over time, and what you measure from it; predict, observe, explain | 9 + 3 | 45 |
# | 4 | `model` | core | a function that returns the soma | 6 | 20 |
# | 5 | `neurite` | optional | the soma with a process: `v` over time, and two resistances | 6 | 25 |
# | 6 | `short` | optional | what steps of time make of a short pulse; two sentences | 4 + 2 | 20 |
#
# **How it works.** Your cell has parameters of your own; they follow from your id. Write your work into the cells that
# say `YOUR CODE HERE`: cells of your own may stand between them, and they run too. Behind each of
# them a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers are compared
# with *your* cell. How you find them is free: NEURON, a formula, both; where you run, with any method and with steps of
# 0.025 ms or finer. Give numbers to three digits or more. What you explain in words is read and marked by your
# instructor.
#
# Without an id you practice, on a cell that is nobody's, and each hand-in tells you whether your numbers are right.

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

# %% [markdown] nbgrader={"grade": false, "grade_id": "bilayer-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. Ten millivolts (core)
#
# A patch of bilayer without channels has the area `p.area`, in um2, and 1 uF/cm2 of capacitance. It starts at -65 mV. From 1 ms
# on, a current flows into it for `p.dur`.
#
# **Predict first.** Sketch the potential over 10 ms. Then do the division on paper: which current lifts this patch *by*
# exactly 10 mV? In a linear model nobody has to try.
#
# Make the patch in NEURON, let the current flow, and look whether it does what you said. Hand in
#
# - `amp`: the amplitude in pA. (NEURON's clamps count in nA.)
# - the run: the times in `t_patch` (ms) and the potential in `v_patch` (mV), over 10 ms.

# %% nbgrader={"grade": false, "grade_id": "bilayer-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
capacitance_pF = 0.01 * p.area  # 1 uF/cm2 is 0.01 pF/um2
charge_fC = 10 * capacitance_pF  # mV times pF
amp = charge_fC / p.dur  # fC per ms is pA

patch = n.Section("patch")
patch.L = patch.diam = np.sqrt(p.area / np.pi) * um  # its side, pi d L, has the area
clamp = n.IClamp(patch(0.5))
clamp.delay, clamp.dur, clamp.amp = 1 * ms, p.dur * ms, amp / 1000

t = n.Vector().record(n._ref_t)
v = n.Vector().record(patch(0.5)._ref_v)
n.finitialize(-65 * mV)
n.continuerun(10 * ms)
t_patch, v_patch = np.array(t), np.array(v)

plt.plot(t_patch, v_patch)
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential (mV)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "bilayer", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("bilayer", amp=amp, t=t_patch, v=v_patch)

# %% [markdown] nbgrader={"grade": false, "grade_id": "soma-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. A soma on paper (core)
#
# Your soma is a cylinder, `p.L` long and `p.diam` thick (um). Its membrane is the side of the cylinder; the two end
# faces have none. It has 1 uF/cm2 of capacitance and a leak of `p.g` (S/cm2).
#
# **Predict first.** Before any arithmetic: which of the four numbers below would change if the soma were twice as long,
# and which would not?
#
# Compute, from size and leak alone,
#
# - `area` in um2;
# - `capacitance` of the whole soma in pF;
# - `resistance`, its input resistance, in Mohm;
# - `tau`, its time constant, in ms.
#
# The next part shows whether the soma agrees.

# %% nbgrader={"grade": false, "grade_id": "soma-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
area = np.pi * p.diam * p.L
area_cm2 = area * 1e-8
capacitance = 1.0 * area_cm2 * 1e6  # uF, in pF
resistance = 1 / (p.g * area_cm2) * 1e-6  # ohm, in Mohm
tau = resistance * capacitance * 1e-3  # Mohm times pF is us
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "soma", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("soma", area=area, c=capacitance, resistance=resistance, tau=tau)

# %% [markdown] nbgrader={"grade": false, "grade_id": "leak-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. A soma measured (core)
#
# Build the soma of part 2 in NEURON, with one segment. The leak, `p.g` in S/cm2, reverses at `p.e` (mV): NEURON's `pas`
# does it, and so does any other mechanism with the same current. From 10 ms on, a current of `p.amp`, in pA, flows into
# its middle for 75 ms. Run for 95 ms.
#
# **Predict first.** Where does this soma rest? Begin the run there. Then sketch the potential, with two numbers from
# part 2 on its axes.
#
# Hand in the run, the times in `t_soma` (ms) and the potential in `v_soma` (mV), and what you measure on it:
#
# - `v_steady` (mV): the potential that the pulse leads to, read just before its end;
# - `resistance_measured` (Mohm): the input resistance, from the rise above rest and the current;
# - `tau_measured` (ms): the time from the start of the pulse until 63.2 % (that is 1 - 1/e) of this rise is reached.

# %% nbgrader={"grade": false, "grade_id": "leak-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
soma = n.Section("soma")
soma.L, soma.diam = p.L * um, p.diam * um
soma.insert("pas")
soma(0.5).pas.g, soma(0.5).pas.e = p.g, p.e
electrode = n.IClamp(soma(0.5))
electrode.delay, electrode.dur, electrode.amp = 10 * ms, 75 * ms, p.amp / 1000
t = n.Vector().record(n._ref_t)
v = n.Vector().record(soma(0.5)._ref_v)


def respond():
    """Time and potential under the pulse, from rest."""
    n.finitialize(p.e * mV)
    n.continuerun(95 * ms)
    return np.array(t), np.array(v)


t_soma, v_soma = respond()
v_steady = np.interp(84.9, t_soma, v_soma)
rise = v_steady - p.e
resistance_measured = rise / (p.amp / 1000)  # mV over nA is Mohm
level = p.e + (1 - np.exp(-1)) * rise
i = np.flatnonzero(v_soma >= level)[0]
tau_measured = np.interp(level, v_soma[i - 1 : i + 1], t_soma[i - 1 : i + 1]) - 10

plt.plot(t_soma, v_soma)
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential (mV)")
plt.show()
print(f"{resistance_measured:.2f} Mohm, on paper {resistance:.2f}")
print(f"{tau_measured:.3f} ms, on paper {tau:.3f}")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "leak", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "leak",
    t=t_soma,
    v=v_soma,
    v_steady=v_steady,
    resistance=resistance_measured,
    tau=tau_measured,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "leak-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Predict, observe, explain.** Twice as many leak channels open: the soma leaks with `2 * p.g`, and all else stays.
#
# - *Predict*, before you run it: by which factor does each of these change? The rise just before the end of the pulse,
#   the time constant, and the rise half a millisecond after the pulse began. Write your prediction down, and leave it.
# - *Observe*: run it in a cell that you add, and write the three pairs of numbers beside your prediction.
# - *Explain* in two or three sentences why two of them change, and the third hardly does.

# %% [markdown] nbgrader={"grade": true, "grade_id": "leak-why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Prediction: half, half, the same. For the practice soma (226 Mohm, 45 pA) the rise goes from 10.2 to
# 5.1 mV and the time constant from 6.25 to 3.125 ms; half a millisecond after the start the rise is 0.78 mV with the leak
# as it was and 0.75 mV with twice the leak. In the end all of the current leaves through the leak, so the rise is I over
# G, and twice G gives half of it; the time constant is C over G. At the start the potential is still at the reversal
# potential, nothing leaks, and all of the current charges the capacitance: the slope is I over C, with no G in it.
#
# **Marking guide (3 points).** One point for a prediction with the three pairs of numbers beside it; a prediction that
# turned out wrong costs nothing. One point for the plateau and the time constant: all of the current leaks, I over G and
# C over G. One point for the beginning: at rest nothing leaks yet, the current charges the membrane. "The leak is
# faster", without what happens at the start and at the end, earns neither of the two.

# %% [markdown] nbgrader={"grade": false, "grade_id": "model-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. The soma as a function (core)
#
# A model that others can use is a function of its parameters. Write `build(p)`: it makes a new soma as in part 3, of the
# size `p.L` by `p.diam` and with the leak `p.g` and `p.e` that it is given, and returns the section. It makes no clamp
# and runs nothing.
#
# **Predict first.** The grader starts your soma from -65 mV, once alone and once with a current. What will it see?
#
# The grader calls your function with your own parameters and with others, puts its own clamp on what comes back, runs
# it with its own settings and compares what it records. So everything that `build` needs must come from `p`, not from
# names that happen to exist in your notebook.


# %% nbgrader={"grade": false, "grade_id": "model-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def build(p):
    """A soma of `p.L` by `p.diam` (um) with a leak of `p.g` (S/cm2) that reverses at `p.e` (mV)."""
    section = n.Section("soma")
    section.L, section.diam = p.L * um, p.diam * um
    section.insert("pas")
    for segment in section:
        segment.pas.g, segment.pas.e = p.g, p.e
    return section


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "model", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("model", build=build)

# %% [markdown] nbgrader={"grade": false, "grade_id": "neurite-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. A soma with a process (optional)
#
# A process grows out of the end of your soma: a cylinder `p.neurite` long (um) and 1.5 um thick, with the same
# capacitance and the same leak as the soma. What is inside has a resistivity `Ra` of 150 ohm cm. Give the process 51
# segments, the soma one. (The soma's own `Ra` hardly matters.)
#
# **Predict first.** The process brings more membrane, so the input resistance falls. As far as the added area says, or
# not so far?
#
# Repeat the run of part 3, from rest, with the same current into the middle of the soma, and hand in
#
# - the times `t_neurite` (ms) and the soma's potential `v_neurite` (mV), over 95 ms;
# - `resistance_neurite` (Mohm): the input resistance that you measure at the soma, as in part 3;
# - `resistance_area` (Mohm): what it would be if all of the membrane, of soma and process, were at one potential.
#
# Which is larger? What would you have to do to the process to make them equal?

# %% nbgrader={"grade": false, "grade_id": "neurite-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
cell = build(p)
process = n.Section("process")
process.L, process.diam, process.nseg, process.Ra = p.neurite * um, 1.5 * um, 51, 150
process.insert("pas")
for segment in process:
    segment.pas.g, segment.pas.e = p.g, p.e
process.connect(cell(1))

into_cell = n.IClamp(cell(0.5))
into_cell.delay, into_cell.dur, into_cell.amp = 10 * ms, 75 * ms, p.amp / 1000
v = n.Vector().record(cell(0.5)._ref_v)
t_neurite, v_neurite = respond()

resistance_neurite = (np.interp(84.9, t_neurite, v_neurite) - p.e) / (p.amp / 1000)
both_cm2 = np.pi * (p.diam * p.L + 1.5 * p.neurite) * 1e-8
resistance_area = 1 / (p.g * both_cm2) * 1e-6
print(f"{resistance_neurite:.2f} Mohm, from the area {resistance_area:.2f}")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "neurite", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "neurite",
    t=t_neurite,
    v=v_neurite,
    resistance=resistance_neurite,
    resistance_area=resistance_area,
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "short-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. Shorter than a step (optional)
#
# Back to the bilayer of part 1. A pulse of 1 nA begins at 1 ms and lasts `p.short`, a few of NEURON's steps at most. The
# charge that it brings says how far it ought to move the patch.
#
# **Predict first.** Does NEURON deliver this charge? Within one step the current flows all the time or not at all.
#
# Hand in
#
# - `moved_coarse` (mV): by how much the pulse moves the patch with steps of 0.025 ms, NEURON's own;
# - `moved_fine` (mV): by how much with steps of 0.01 ms. Set `n.dt`, and use `n.finitialize` and `n.continuerun`, which
#   keep it;
# - `step_taken` (ms): set `n.dt` to `p.step` and use `n.run()` this time. Which step did it really take? Read it from the
#   recorded times. (`n.steps_per_ms` stays at NEURON's own 40.)

# %% nbgrader={"grade": false, "grade_id": "short-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
clamp.delay, clamp.dur, clamp.amp = 1 * ms, p.short * ms, 1
t = n.Vector().record(n._ref_t)
v = n.Vector().record(patch(0.5)._ref_v)


def moved(dt):
    """By how much the pulse moves the patch with this step."""
    n.dt = dt
    n.finitialize(-65 * mV)
    n.continuerun(3 * ms)
    return v[-1] - v[0]


moved_coarse, moved_fine = moved(0.025), moved(0.01)
n.dt, n.tstop = p.step, 3
n.run()
step_taken = t[1] - t[0]
n.dt = 0.025

charge_says = 1000 * p.short / capacitance_pF  # nA ms over pF is V
print(f"{moved_coarse:.3f} mV, {moved_fine:.3f} mV; the charge says {charge_says:.3f} mV")
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "short", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("short", moved_coarse=moved_coarse, moved_fine=moved_fine, step_taken=step_taken)

# %% [markdown] nbgrader={"grade": false, "grade_id": "short-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Say in two sentences why the coarse run moved the patch too far, or not far enough, and name two ways to let a
# short pulse bring what it should.

# %% [markdown] nbgrader={"grade": true, "grade_id": "short-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** In the middle of each step NEURON asks whether the current flows, and lets it flow for the whole step
# or not at all; so the pulse lasts as many whole steps as there are middles inside it, and brings so much charge. Let it
# begin and end on steps, with a step of which the pulse is a whole multiple, or use the variable step, which stops where
# a pulse begins and ends.
#
# **Marking guide (2 points).** One point for the reason: whole steps, decided at one moment within each. One point for
# two ways that work: a step that divides the pulse, a pulse that fits the step, the variable step. "A smaller step" alone
# is half a way: it makes the error smaller, and not zero.

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `passive-membrane.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** how long must a process be, before the soma no longer notices when it grows?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
