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
# # Synapses
#
# You play a train into a synapse and write down what it opens, let GABA-A act on a cell of your own, measure under voltage
# clamp what magnesium does to NMDA receptors, write both receptors of glutamate as a function, and find out what they
# detect.
#
# **After this you can**
#
# - write the conductance of a synapse under any train of spikes in closed form, and see it beside a run;
# - say from chloride and the resting potential what GABA-A does to a cell, and what a shunt is;
# - measure the block by magnesium under a clamp that holds, with one receptor silenced;
# - write receptors as a function that others can put into their cells;
# - say from charges why NMDA receptors detect a coincidence, and why without magnesium they do not.
#
# **Time:** three hours and a quarter in all, two of them for the core. The pages *A conductance, not a current*,
# *The shape of a response*, *NMDA, the coincidence detector*, *Small networks* and *What moves besides charge* of the
# book help with every step.
#
# **What you hand in.** The core goes from one synapse to what it detects. The optional tasks stand each by itself; your
# instructor says how many of them count.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 1 | `train` | core | the conductance under a train, and three of its numbers | 8 | 25 |
# | 2 | `inhibition` | core | what GABA-A does to your cell, alone and as a shunt; prediction and reason | 8 + 2 | 30 |
# | 3 | `block` | core | the block by magnesium at seven potentials, and two of its potentials | 8 | 25 |
# | 4 | `currents` | core | a function that returns the currents of both receptors | 8 | 20 |
# | 5 | `coincidence` | core | charges, alone and paired, with magnesium and without; the reason | 8 + 2 | 30 |
# | 6 | `summation` | optional | five events on a dendrite | 6 | 20 |
# | 7 | `network` | optional | fifteen cells, with inhibition and without | 5 | 30 |
# | 8 | `calcium` | optional | free calcium after a pulse, and where the rest of it is | 6 | 20 |
#
# **How it works.** Your synapses have parameters of your own; they follow from your id. Write your work into the cells that
# say `YOUR CODE HERE`: cells of your own may stand between them, and they run too. Behind each of them
# a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers are compared with
# *your* synapses. Formulas or simulations, the time step, the method are free, as long as the step is 0.05 ms or finer. Give
# four significant digits. What you explain in words is read and marked by your instructor.
#
# *Height* is potential minus rest. An event *arrives* when the conductance begins to open.
#
# Without an id you practice: the parameters are nobody's, and each hand-in tells you whether it is right.

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

import mechanisms
from autograder import handin

n.load_file("stdrun.hoc")
mechanisms.load()  # VecStim, SimpleAMPA_NMDA, GABA_A
work = handin.start("handin.json", student=student)
p = work.parameters
p

# %% [markdown] nbgrader={"grade": false, "grade_id": "train-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. A train and its closed form (core)
#
# **Predict first.** Eight spikes come at 20 Hz, and a ninth 500 ms after the eighth. Sketch the conductance. Which of the
# nine peaks is the highest, and which two are nearly the same?
#
# The synapse rises with `p.rise` and decays with `p.decay`; one event opens `p.weight` at its peak. The spikes come at 50,
# 100, ..., 400 ms and at 900 ms, and each event arrives `p.delay` later. Write the conductance under all nine in closed form,
# and compare it with a run of NEURON's `Exp2Syn` (a `VecStim` plays the spikes; a run's conductance is a step late). Hand in
#
# - `t_train` (ms) and `g_train` (nS): the conductance from 0 to 950 ms, a sample every 0.2 ms or more often, but
#   20 000 at most (of a run with a step of 0.025 ms every other one, `[::2]`);
# - `first` and `eighth` (nS): its peak after the first event and after the eighth;
# - `t_peak` (ms): the time from the arrival of a single event to its peak.

# %% nbgrader={"grade": false, "grade_id": "train-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
arrivals = np.append(np.arange(50, 401, 50), 900) + p.delay
t_peak = p.rise * p.decay / (p.decay - p.rise) * np.log(p.decay / p.rise)
norm = 1 / (np.exp(-t_peak / p.decay) - np.exp(-t_peak / p.rise))


def after(since):
    """Conductance (nS) some time after one event; none before it."""
    since = np.maximum(since, 0)
    return p.weight * norm * (np.exp(-since / p.decay) - np.exp(-since / p.rise))


t_train = np.arange(0, 950.01, 0.1)
g_train = sum(after(t_train - arrival) for arrival in arrivals)
first = g_train[t_train < arrivals[1]].max()
eighth = g_train[(t_train >= arrivals[7]) & (t_train < arrivals[8])].max()

plt.plot(t_train, g_train)
plt.xlabel("Time (ms)")
plt.ylabel("Conductance (nS)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "train", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("train", t=t_train, g=g_train, first=first, eighth=eighth, t_peak=t_peak)

# %% [markdown] nbgrader={"grade": false, "grade_id": "cell", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## The cell
#
# From here on, up to part 5, there is one cell: a soma 60 um long and 60 um thick, 1 uF/cm2, with a leak of 2e-4 S/cm2
# (`pas`) that reverses at `p.rest`. Every run starts from there.

# %% [markdown] nbgrader={"grade": false, "grade_id": "inhibition-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. What GABA-A does to your cell (core)
#
# **Predict first, in words.** Compute the reversal potential of chloride: 130 mM outside, `p.cli` inside, at 37 degC. Your
# cell rests at `p.rest`. Does an event of GABA-A alone move it up or down? And what happens to the height of an excitatory
# event that comes 4 ms later: does it grow or shrink, even if GABA-A reversed exactly at rest? Write your prediction into
# the last cell of this part *before* you run anything: it is marked for its reason, not for being right.
#
# Then simulate. GABA-A rises with 0.5 ms and decays with 10 ms, opens `p.g_gaba` at its peak, reverses at chloride's
# potential, and its event arrives at 46 ms. The excitatory synapse is an `ExpSyn` with 2 ms and 10 nS that reverses at
# 0 mV; its event arrives at 50 ms. Runs last 120 ms. Hand in
#
# - `e_cl` (mV): chloride's reversal potential;
# - `gaba` (mV): the largest change of the potential under the GABA-A event alone, with its sign;
# - `epsp` (mV): the height of the peak under the excitatory event alone;
# - `t_both` (ms) and `v_both` (mV): the soma under both events;
# - `shunt`: the height of the peak under both events if GABA-A reverses at `p.rest`, divided by `epsp`.

# %% nbgrader={"grade": false, "grade_id": "inhibition-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
e_cl = -1000 * 8.314462618 * (37 + 273.15) / 96485.33212 * np.log(130 / p.cli)

soma = n.Section("soma")
soma.L = soma.diam = 60 * um
soma.insert("pas")
soma(0.5).pas.g, soma(0.5).pas.e = 2e-4, p.rest
v_tape, t_tape = n.Vector().record(soma(0.5)._ref_v), n.Vector().record(n._ref_t)

glutamate = n.ExpSyn(soma(0.5))
glutamate.tau, glutamate.e = 2 * ms, 0 * mV
gaba_a = n.Exp2Syn(soma(0.5))
gaba_a.tau1, gaba_a.tau2 = 0.5 * ms, 10 * ms
clocks, wires = [], []
for synapse, arrives in ((glutamate, 50), (gaba_a, 46)):
    clock = n.NetStim()
    clock.start, clock.number = arrives, 1
    wire = n.NetCon(clock, synapse)
    wire.delay = 0
    clocks.append(clock)
    wires.append(wire)


def potential(glutamate_nS, gaba_nS, e):
    """Time and potential with these weights and this reversal potential of GABA-A."""
    wires[0].weight[0], wires[1].weight[0] = 1e-3 * glutamate_nS, 1e-3 * gaba_nS
    gaba_a.e = e
    n.finitialize(p.rest * mV)
    n.continuerun(120 * ms)
    return np.array(t_tape), np.array(v_tape)


t_both, v_both = potential(10, p.g_gaba, e_cl)
change = potential(0, p.g_gaba, e_cl)[1] - p.rest
gaba = change[np.abs(change).argmax()]
epsp = potential(10, 0, e_cl)[1].max() - p.rest
shunt = (potential(10, p.g_gaba, p.rest)[1].max() - p.rest) / epsp
clocks = wires = glutamate = gaba_a = None  # the cell is as it was, for what follows
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "inhibition", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("inhibition", e_cl=e_cl, gaba=gaba, epsp=epsp, t=t_both, v=v_both, shunt=shunt)

# %% [markdown] nbgrader={"grade": false, "grade_id": "inhibition-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Predict, observe, explain.** In three sentences: what you predicted for your cell, what you saw (with `gaba` and `shunt`),
# and why a synapse that moves nothing still takes from the other's height.

# %% [markdown] nbgrader={"grade": true, "grade_id": "inhibition-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** I predicted that GABA-A pulls the cell toward chloride's potential: down where that lies below rest, up
# where there is much chloride inside. I saw a change `gaba` of that sign, and with the reversal at rest, where GABA-A alone
# moves nothing, the excitatory event reached only the part `shunt` of its height. The open channels are a second leak: as
# soon as the potential leaves rest, current flows back through them, so that the same charge moves the cell less and is
# lost sooner.
#
# **Marking guide (2 points).** One point for a prediction with a reason and for comparing it with both numbers, right or
# wrong. One point for the shunt: a conductance that is open takes charge out as soon as the potential is off its reversal
# (or: the input conductance grows, the time constant shrinks). "GABA is inhibitory" earns nothing: with much chloride inside
# it depolarizes, and with the reversal at rest it does not hyperpolarize.

# %% [markdown] nbgrader={"grade": false, "grade_id": "block-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. Magnesium under voltage clamp (core)
#
# **Predict first.** Sketch the NMDA conductance against the holding potential with your magnesium. Where is half of it left?
# Is the inward current largest at -80 mV, where the driving force is?
#
# Put `SimpleAMPA_NMDA` on the soma, with `mg` = `p.mg`, `tau_d_NMDA` = `p.tau_nmda`, all else as it comes (AMPA 1 nS, NMDA
# 0.7 nS). One event of weight `p.count`: so many synapses are active together. Hold the soma with a voltage clamp that holds.
# Hand in
#
# - `g_held` (nS): the peaks of the NMDA conductance, and of it alone, at -80, -60, -40, -20, 0, 20 and 40 mV, in this order;
# - `half` (mV): the potential at which half of the receptors are free;
# - `turn` (mV): the potential at which the NMDA current is most inward, on half a millivolt.
#
# The last two belong to the curve itself, not to seven points of it: use the formula that your points lie on. Take the
# clamp off again.

# %% nbgrader={"grade": false, "grade_id": "block-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
synapse = n.SimpleAMPA_NMDA(soma(0.5))
synapse.mg, synapse.tau_d_NMDA = p.mg, p.tau_nmda
player, spikes = n.VecStim(), n.Vector([50])
player.play(spikes)
wire = n.NetCon(player, synapse)
wire.delay, wire.weight[0] = 0, p.count
g_tape = n.Vector().record(synapse._ref_g_NMDA)
i_tape = n.Vector().record(synapse._ref_i_NMDA)

clamp = n.SEClamp(soma(0.5))
clamp.rs, clamp.dur1 = 0.001, 1e9
g_held = []
for hold in range(-80, 41, 20):
    clamp.amp1 = hold
    n.finitialize(hold * mV)
    n.continuerun(65 * ms)
    g_held.append(1000 * g_tape.max())
clamp = None

v_fine = np.arange(-80, 40, 0.01)
free = 1 / (1 + p.mg / 3.57 * np.exp(-0.062 * v_fine))
half = np.log(p.mg / 3.57) / 0.062
turn = v_fine[np.argmin(free * v_fine)]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "block", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("block", g=g_held, half=half, turn=turn)

# %% [markdown] nbgrader={"grade": false, "grade_id": "currents-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. The receptors as a function (core)
#
# A model that others can use is a function of its parameters. Write `currents(p, v, since, mg)`: it returns two numbers, the
# current through the AMPA receptors and the current through the NMDA receptors, in pA and outward positive, at the potential
# `v` (mV), `since` ms after an event, in `mg` mM of magnesium.
#
# `p.count` synapses are active together, each with 1 nS of AMPA (0.2 and 1.7 ms) and 0.7 nS of NMDA (0.29 ms and
# `p.tau_nmda`), at the peak and without magnesium; both reverse at 0 mV. Before the event (`since` below zero) nothing is
# open. No NEURON is needed: nS times mV is pA.
#
# The grader calls your function with your own parameters and with others, at many potentials and with other magnesium, none
# among them, and lets it drive a cell of its own.


# %% nbgrader={"grade": false, "grade_id": "currents-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def opened(since, rise, decay):
    """Conductance after one event, in parts of its peak."""
    peak = rise * decay / (decay - rise) * np.log(decay / rise)
    highest = np.exp(-peak / decay) - np.exp(-peak / rise)
    return (np.exp(-since / decay) - np.exp(-since / rise)) / highest


def currents(p, v, since, mg):
    """Current (pA) through the AMPA and through the NMDA receptors."""
    if since < 0:
        return 0.0, 0.0
    ampa = p.count * 1.0 * opened(since, 0.2, 1.7)
    nmda = p.count * 0.7 * opened(since, 0.29, p.tau_nmda)
    return ampa * v, nmda * v / (1 + mg / 3.57 * np.exp(-0.062 * v))


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "currents", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("currents", currents=currents)

# %% [markdown] nbgrader={"grade": false, "grade_id": "coincidence-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. What is detected (core)
#
# **Predict first.** While the event comes, other inputs depolarize the cell. Does more or less charge then enter through the
# NMDA receptors? With magnesium, and without?
#
# Let the cell go free, with the receptors of part 3, AMPA and NMDA both active. The event arrives at 50 ms; the run lasts
# 500 ms. Hand in
#
# - `alone` (pC): the charge that enters through the NMDA receptors alone, as a positive number (1 nA for 1 ms is 1 pC);
# - `paired` (pC): the same while a current of 0.5 nA depolarizes the cell from 30 to 80 ms;
# - `ratio`: `paired` divided by `alone`;
# - `ratio_free`: this ratio with `mg` = 0.

# %% nbgrader={"grade": false, "grade_id": "coincidence-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
pulse = n.IClamp(soma(0.5))
pulse.delay, pulse.dur = 30 * ms, 50 * ms


def charge(mg, amp):
    """Charge (pC) that enters through the NMDA receptors."""
    synapse.mg, pulse.amp = mg, amp
    n.finitialize(p.rest * mV)
    n.continuerun(500 * ms)
    return -np.sum(np.array(i_tape)[1:] * np.diff(np.array(t_tape)))


alone, paired = charge(p.mg, 0), charge(p.mg, 0.5)
ratio = paired / alone
ratio_free = charge(0, 0.5) / charge(0, 0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "coincidence", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("coincidence", alone=alone, paired=paired, ratio=ratio, ratio_free=ratio_free)

# %% [markdown] nbgrader={"grade": false, "grade_id": "coincidence-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** One of your ratios is above 1, the other below. Say in two or three sentences what the depolarization does to the
# charge in each case, and what the receptor with its magnesium detects.

# %% [markdown] nbgrader={"grade": true, "grade_id": "coincidence-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** The depolarization does two things: it lowers the driving force, and it pushes magnesium out of the pores.
# Without magnesium there is only the first, so that less charge enters and the ratio is below 1; with it the second wins,
# for at rest most receptors are blocked, and more charge enters. So much current flows only if glutamate has been released
# *and* the cell is depolarized at the same time: the receptor detects that both coincide.
#
# **Marking guide (2 points).** One point for both effects, each with its ratio: driving force down (below 1 without
# magnesium), block relieved (above 1 with it). One point for the coincidence: transmitter and depolarization together.
# "NMDA opens when the cell is depolarized" alone earns nothing: without glutamate it stays closed.

# %% [markdown] nbgrader={"grade": false, "grade_id": "summation-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. Five events on a dendrite (optional)
#
# **Predict first.** Five events reach one place of a dendrite. Is the height in the soma five times that of one, or less?
# What would it be if each had decayed before the next came? And if they all came at once?
#
# Soma: 40 um long and thick. Dendrite: 400 um long, 2 um thick, beginning at `soma(1)`, cut into 25 segments or more (a
# multiple of five that is odd, so that your place is a node). Both passive: `pas` with 5e-4 S/cm2 at -65 mV, `Ra` 150
# ohm cm, 1 uF/cm2. An `ExpSyn` with 2 ms that reverses at 0 mV sits at `p.place`. A `NetStim` sends events from 20 ms on,
# every `p.interval`; a `NetCon` with a delay of 1 ms gives each of them five times `p.weight`. Runs start from -65 mV and last
# 80 ms. Hand in
#
# - `t_sum` (ms) and `v_sum` (mV): the potential of the soma under five events;
# - `one` and `five` (mV): the height of the soma's peak under one event and under five;
# - `there` (mV): the height of the peak at the synapse under five.

# %% nbgrader={"grade": false, "grade_id": "summation-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
ball = n.Section("ball")
ball.L = ball.diam = 40 * um
stick = n.Section("stick")
stick.L, stick.diam, stick.nseg = 400 * um, 2 * um, 45
stick.connect(ball(1))
for section in (ball, stick):
    section.Ra = 150
    section.insert("pas")
    for segment in section:
        segment.pas.g, segment.pas.e = 5e-4, -65
contact = n.ExpSyn(stick(p.place))
contact.tau = 2 * ms
source = n.NetStim()
source.start, source.interval = 20 * ms, p.interval * ms
cable = n.NetCon(source, contact)
cable.delay, cable.weight[0] = 1 * ms, 5 * p.weight / 1000
in_ball, in_stick = n.Vector().record(ball(0.5)._ref_v), n.Vector().record(stick(p.place)._ref_v)


def heights(number):
    """Heights of the peaks in the soma and at the synapse."""
    source.number = number
    n.finitialize(-65 * mV)
    n.continuerun(80 * ms)
    return in_ball.max() + 65, in_stick.max() + 65


one, _ = heights(1)
five, there = heights(5)
t_sum, v_sum = np.array(t_tape), np.array(in_ball)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "summation", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("summation", t=t_sum, v=v_sum, one=one, five=five, there=there)

# %% [markdown] nbgrader={"grade": false, "grade_id": "network-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7. A small network (optional)
#
# **Predict first.** Twelve cells excite each other and three inhibitory ones, which inhibit the twelve. Inhibition is made
# twice as strong. Does the rate fall to a half?
#
# Cells 0 to 14 are somas, 40 um long and thick, with `hh`: gnabar 0.1, gkbar 0.01, gl 5e-4 S/cm2, el -65 mV, at 6.3 degC. Each has
# an `ExpSyn` (2 ms, 0 mV) and an `Exp2Syn` (0.5 and 10 ms, -80 mV). Cells 0 to 11 are excitatory, 12 to 14 inhibitory.
#
# - Each excitatory cell `k` has a background: a `NetStim` that starts at 0, goes on for ever, with a mean interval of 1 ms and
#   noise 1, on the stream `noiseFromRandom123(k, p.seed, 0)`; its events arrive after 1 ms and open 3 nS.
# - A spike of the excitatory cell `k` opens 3 nS in the cells k + 1, k + 2, k + 3 and k + 4 (after 11 comes 0), and in all three
#   inhibitory ones.
# - A spike of an inhibitory cell opens `p.inhibition` in the `Exp2Syn` of each excitatory cell, and of no other.
# - A spike is an upward crossing of 0 mV. It arrives after 1.5 ms.
#
# Run from -65 mV for 500 ms with a step of 0.025 ms. Hand in
#
# - `first_spike` (ms): the time of the very first spike;
# - `rate` and `rate_inhibitory` (Hz): spikes per second, the mean over the excitatory and over the inhibitory cells;
# - `rate_free` (Hz): the mean over the excitatory cells when `p.inhibition` is set to 0.
#
# Rates depend on chance, and are judged in standard deviations from one seed to the next.

# %% nbgrader={"grade": false, "grade_id": "network-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
n.celsius = 6.3


class Cell:
    """A soma that fires, with its two synapses and a list of its spikes."""

    def __init__(self, number):
        self.soma = n.Section("soma", self)
        self.soma.L = self.soma.diam = 40 * um
        self.soma.insert("hh")
        channels = self.soma(0.5).hh
        channels.gnabar, channels.gkbar, channels.gl, channels.el = 0.1, 0.01, 5e-4, -65
        self.excited, self.inhibited = n.ExpSyn(self.soma(0.5)), n.Exp2Syn(self.soma(0.5))
        self.excited.tau, self.excited.e = 2, 0
        self.inhibited.tau1, self.inhibited.tau2, self.inhibited.e = 0.5, 10, -80
        self.wires, self.spikes = [], n.Vector()
        self.to(None).record(self.spikes)
        if number < 12:
            self.background = n.NetStim()
            self.background.start, self.background.number = 0, 1e9
            self.background.interval, self.background.noise = 1, 1
            self.background.noiseFromRandom123(number, int(p.seed), 0)
            self.wires.append(n.NetCon(self.background, self.excited))
            self.wires[-1].delay, self.wires[-1].weight[0] = 1, 0.003

    def to(self, synapse, weight=0.0):
        """Connect the spikes of this cell to a synapse."""
        wire = n.NetCon(self.soma(0.5)._ref_v, synapse, sec=self.soma)
        wire.threshold, wire.delay, wire.weight[0] = 0, 1.5, weight
        self.wires.append(wire)
        return wire


def rates(inhibition):
    """Mean rates of the excitatory and of the inhibitory cells, and the time of the first spike."""
    cells = [Cell(number) for number in range(15)]
    for k in range(12):
        for target in [*((k + j) % 12 for j in (1, 2, 3, 4)), 12, 13, 14]:
            cells[k].to(cells[target].excited, 0.003)
    for inhibitory in cells[12:]:
        for target in cells[:12]:
            inhibitory.to(target.inhibited, inhibition / 1000)
    n.finitialize(-65 * mV)
    n.continuerun(500 * ms)
    counts = np.array([len(cell.spikes) for cell in cells])
    start = min(cell.spikes[0] for cell in cells if len(cell.spikes))
    return 2 * counts[:12].mean(), 2 * counts[12:].mean(), start


rate, rate_inhibitory, first_spike = rates(p.inhibition)
rate_free, _, _ = rates(0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "network", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("network", first=first_spike, rate=rate, rate_inhibitory=rate_inhibitory, rate_free=rate_free)

# %% [markdown] nbgrader={"grade": false, "grade_id": "calcium-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8. Calcium, bound and free (optional)
#
# **Predict first.** Calcium enters a piece of dendrite within a millisecond. A buffer binds most of it. Does the buffer make
# the free calcium return sooner or later?
#
# The piece is `p.thick` thick and stirred: calcium is the same all over it. From 10 to 11 ms a calcium current of 0.05 mA/cm2
# flows in through its membrane. A pump takes out v (c - c0) per membrane area, with v = 0.1 um/ms and c0 = 0.05 uM, where
# the free calcium c is at rest. There are `p.buffer` of a buffer, which binds with 0.1 per uM and ms, lets go with 1 per ms,
# and is in equilibrium at the beginning. Count no end faces: surface over volume is 4 over the diameter. The run lasts
# 150 ms. Write the two equations down, and solve them as you like (forward steps must be 0.01 ms or finer). Hand in
#
# - `entered` (uM): by how much the pulse raises all calcium, bound and free, per volume;
# - `t_ca` (ms) and `ca` (uM): the free calcium, a sample every 0.1 ms or more often;
# - `out` (uM): what the pump has carried out by 150 ms, less what has leaked back;
# - `tau` (ms): the time constant with which the free calcium returns, from the formula, with the buffer's binding capacity
#   at rest.

# %% nbgrader={"grade": false, "grade_id": "calcium-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
per_um = 4 / p.thick
influx = 0.05e-3 / (2 * 96485.33212) * 1e10  # from A/cm2 to uM um/ms
entered = per_um * influx * 1
dt, v_pump, at_rest = 0.005, 0.1, 0.05
free_ca, carried = at_rest, 0.0
bound = p.buffer * at_rest / (at_rest + 10)  # half of the buffer is bound at 1 / 0.1 uM
t_ca, ca = dt * np.arange(30001), np.zeros(30001)
for step in range(30001):
    ca[step] = free_ca
    comes = influx if 10 <= t_ca[step] + dt / 2 < 11 else 0
    binds = 0.1 * free_ca * (p.buffer - bound) - bound
    goes = v_pump * (free_ca - at_rest)
    if step < 30000:
        free_ca += dt * (per_um * (comes - goes) - binds)
        bound += dt * binds
        carried += dt * per_um * goes
out = carried
t_ca, ca = t_ca[::2], ca[::2]
kappa = p.buffer * 10 / (at_rest + 10) ** 2
tau = p.thick / (4 * v_pump) * (1 + kappa)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "calcium", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("calcium", entered=entered, t=t_ca, ca=ca, out=out, tau=tau)

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `synapses.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** an NMDA receptor lets calcium in. Which of your charges would you want a synapse to remember?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
