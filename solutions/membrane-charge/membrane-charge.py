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
# # The charge on a membrane
#
# A cell membrane is a capacitor: charge that flows in stays on it, and raises the potential by charge over capacitance.
# You compute the capacitance of a round cell, and watch a current pulse charge it.
#
# **After this you can**
#
# - compute the capacitance of a cell from its size;
# - predict by how much a current pulse moves the potential of a membrane without channels;
# - say where the charge of a pulse is, and what a leak would do with it.
#
# **Time:** about 30 minutes. The chapter *What moves, and what is conserved* of the book helps.
#
# | task | what you hand in | points |
# |---|---|---|
# | `capacitance` | `c`, the capacitance in pF | 3 |
# | `charge` | `v` over time, and its rise in mV | 5 |
# | written answer | where the charge is | 2 |
#
# Your cell has parameters of your own; they follow from your id. Write your work into the cells that say
# `YOUR CODE HERE` or `YOUR ANSWER HERE`: cells of your own may stand between them, and they run too.

# %% [markdown] nbgrader={"grade": false, "grade_id": "who", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Who are you?
#
# In place of `None`, type your id in quotes, as your instructor knows it: `student = "ada7"`. With `None` you
# practice, with the parameters of the text.

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

# %% [markdown] nbgrader={"grade": false, "grade_id": "capacitance-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. The capacitance of a round cell
#
# Your cell is a ball with the diameter `p.diam`. A membrane has about 1 µF of capacitance for each cm² of its surface.
#
# **Predict first.** A cell of twice the diameter: how much more capacitance has it?
#
# Put the capacitance of your cell in pF into `c`, to three digits or more.

# %% nbgrader={"grade": false, "grade_id": "capacitance-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
area_cm2 = np.pi * (p.diam * 1e-4) ** 2
c = 1.0 * area_cm2 * 1e6  # 1 uF/cm2, in pF
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "capacitance", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
work.hand_in("capacitance", c=c)

# %% [markdown] nbgrader={"grade": false, "grade_id": "charge-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. A pulse charges it
#
# Build the cell in NEURON: one section with both its length and its diameter `p.diam`, which has the surface of your
# ball, and no channels. A current clamp passes `p.amp` (in pA; NEURON's clamps count in nA) for `p.dur`, from 1 ms on. Run
# 10 ms from -65 mV.
#
# **Predict first.** Sketch the potential: before, during and after the pulse.
#
# Hand in the times in `t_run` (ms), the potential in `v_run` (mV), and in `rise` (mV, three digits or more) by how much the
# pulse raises the potential.

# %% nbgrader={"grade": false, "grade_id": "charge-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
cell = n.Section("cell")
cell.L = cell.diam = p.diam * um
clamp = n.IClamp(cell(0.5))
clamp.delay, clamp.dur, clamp.amp = 1 * ms, p.dur * ms, p.amp / 1000

t = n.Vector().record(n._ref_t)
v = n.Vector().record(cell(0.5)._ref_v)
n.finitialize(-65 * mV)
n.continuerun(10 * ms)
t_run, v_run = np.array(t), np.array(v)
rise = v_run[-1] - v_run[0]

plt.plot(t_run, v_run)
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential (mV)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "charge", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("charge", t=t_run, v=v_run, rise=rise)

# %% [markdown] nbgrader={"grade": false, "grade_id": "charge-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **In your words.** In two or three sentences: where is the charge of the pulse after it has ended, and why does the
# potential stay where it is? What would it do if the membrane leaked?

# %% [markdown] nbgrader={"grade": true, "grade_id": "charge-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** The charge sits on the membrane's capacitance. There is no channel, so it cannot leave, and the
# potential stays at rest plus charge over capacitance. A leak would let it out: the potential would fall back to rest
# exponentially, with the time constant of capacitance times resistance.
#
# **Marking guide (2 points).** One point for the first half: the charge is on the capacitance, and has no way out. One
# point for the leak: back to rest, gradually; "exponentially" or the time constant is enough, neither is needed.

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: is every hand-in still taken?
# - Save the notebook, and hand in this one file, `membrane-charge.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** insert NEURON's `pas` into the section. How does the sketch change?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
