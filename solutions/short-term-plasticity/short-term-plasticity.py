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
# # A synapse with a history
#
# You take one synapse and follow it from spike to spike: what is ready, what a spike takes of it, and what an electrode
# in the next cell sees of that. Then you write it as a mechanism of your own. In the last part of the core the synapse
# does not only remember, it learns.
#
# **After this you can**
#
# - follow a terminal that depresses and facilitates, spike by spike and in the long run;
# - say what of it shows in the potential of a cell, and what does not;
# - write a synapse in NMODL, so that others can run it;
# - say what a rule of learning makes of pairs of spikes, and why many pairs are not many times one.
#
# **Time:** a good two hours for the core, and an hour more if you do all the rest. The pages *A synapse with a history*,
# *Mechanisms of your own* and *Learning from time* of the book help with every step.
#
# **What you hand in.** The core is one story. The optional tasks stand each by itself; your instructor says how many of
# them count.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 1 | `train` | core | u, R and the release of nine spikes | 6 | 15 |
# | 2 | `steady` | core | where long trains settle, the most per second, and the rate of one half | 6 | 20 |
# | 3 | `simulation` | core | the potential of a cell under eight spikes, the first and the last response; two sentences | 6 + 2 | 35 |
# | 4 | `mechanism` | core | the synapse as a mechanism, in NMODL | 8 | 35 |
# | 5 | `window` | core | the change by one pair, and by sixty pairings; two sentences | 6 + 2 | 25 |
# | 6 | `pairs` | optional | second response per first, and the lowest ratio | 5 | 15 |
# | 7 | `step` | optional | the mean release while the rate steps up | 5 | 15 |
# | 8 | `triplets` | optional | sixty pairings at five frequencies, by two rules | 5 | 20 |
# | 9 | `vesicles` | optional | mean, failures and variance of whole vesicles | 5 | 20 |
#
# **How it works.** Your synapse has parameters of your own; they follow from your id. Write your work into the cells
# that say `YOUR CODE HERE`: cells of your own may stand between them, and they run too. Behind each
# of them a locked cell hands your answer in and tells you at once if its form is not as it should be. Answers are
# compared with *your* synapse. Loops, formulas or simulations are free; where time is cut into steps, a step is 0.05 ms
# or finer for a potential, and 0.5 ms or finer else. Give four significant digits. What you explain in words is read and
# marked by your instructor.
#
# Without an id you practice: the synapse is nobody's, and each hand-in tells you whether it is right.

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

# %% [markdown] nbgrader={"grade": false, "grade_id": "terminal", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## The terminal
#
# Of the resources of your terminal, the part R is ready. A spike takes the part u of what is ready. Between spikes
#
# - u decays to 0 with the time constant `p.tau_facil`,
# - R returns to 1 with the time constant `p.tau_rec`;
#
# and at a spike, in this order,
#
# - u rises by `p.U1` (1 - u),
# - u R is released,
# - R falls by u R.
#
# A terminal that has long been silent has u = 0 and R = 1. Throughout, u of a spike is that *just after* its rise, and R
# of a spike is that *just before* its release. The time constants are in ms, `p.rate` is in Hz.

# %% [markdown] nbgrader={"grade": false, "grade_id": "train-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. Nine spikes (core)
#
# **Predict first.** Eight spikes come at `p.rate` to a terminal that has long been silent, and a ninth 500 ms after the
# eighth. Sketch what each of them releases. Which is the largest? And where does the ninth lie beside the first?
#
# Hand in three lists of nine numbers:
#
# - `u`: the part of what is ready that each spike takes;
# - `R`: the part of the resources that is ready when it comes;
# - `released`: the part of all resources that it releases.

# %% nbgrader={"grade": false, "grade_id": "train-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
eight_ms = 1000 / p.rate * np.arange(8)
nine_ms = np.append(eight_ms, eight_ms[-1] + 500)


def follow(spikes_ms):
    """u, R and release of each spike of a rested terminal."""
    u, R, last_ms, rows = 0.0, 1.0, spikes_ms[0], []
    for spike_ms in spikes_ms:
        u = u * np.exp(-(spike_ms - last_ms) / p.tau_facil)
        R = 1 - (1 - R) * np.exp(-(spike_ms - last_ms) / p.tau_rec)
        u = u + p.U1 * (1 - u)
        rows.append((u, R, u * R))
        R = R - u * R
        last_ms = spike_ms
    return np.transpose(rows)


u, R, released = follow(nine_ms)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "train", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("train", u=u, R=R, released=released)

# %% [markdown] nbgrader={"grade": false, "grade_id": "steady-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. Where a long train settles (core)
#
# **Predict first.** An axon fires twice as fast as before, regularly, and for long. Does a spike release half as much, more
# than that, or less? Does it matter from which rate to which?
#
# After many spikes of a regular train, each finds what the one before it found. Hand in
#
# - `settled`: what a spike releases then, at 2, 5, 10, 20 and 30 Hz, in this order (a list);
# - `most` (1/s): what the releases of one second add up to where the rate goes beyond all bounds;
# - `half_rate` (Hz): the rate of a regular train at which the releases of one second add up to half of `most`.

# %% nbgrader={"grade": false, "grade_id": "steady-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
from scipy.optimize import brentq


def settled_release(rate_Hz):
    """Release of a spike of a long regular train: the fixed point of the map."""
    fades, lacks = (np.exp(-1000 / rate_Hz / tau) for tau in (p.tau_facil, p.tau_rec))
    use = p.U1 / (1 - (1 - p.U1) * fades)
    return use * (1 - lacks) / (1 - (1 - use) * lacks)


settled = [settled_release(rate) for rate in (2, 5, 10, 20, 30)]
most = 1000 / p.tau_rec
half_rate = brentq(lambda rate: rate * settled_release(rate) - most / 2, 0.01, 1000)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "steady", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("steady", released=settled, most=most, half_rate=half_rate)

# %% [markdown] nbgrader={"grade": false, "grade_id": "simulation-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. What an electrode sees (core)
#
# **Predict first.** Eight spikes at `p.rate`, and an electrode in the next cell. Is the eighth response per first the same
# as the eighth release per first? Where do you begin to measure a response?
#
# The cell is 30 um long and 30 um thick, with 1 uF/cm2, a leak of 5e-5 S/cm2 that reverses at -65 mV, and it starts
# from there. At each spike a conductance opens at once and closes exponentially with the time constant `p.tau`; it reverses
# at 0 mV. All the resources together would open 2 nS, so a spike opens 2 nS times what it releases, on top of what is still
# open. (One way: an `ExpSyn`, and for each spike a `NetCon` with a weight of its own.) The eight spikes of part 1 now begin
# at 5 ms; there is no ninth. Run for 495 ms and hand in
#
# - `t` (ms) and `v` (mV): the potential;
# - `rise1` (mV): the height of the first response, from the potential at its spike to the peak that follows;
# - `rise8` (mV): the same for the eighth.
#
# At most 20 000 samples are taken: with steps finer than 0.025 ms, hand in every second or every tenth.

# %% nbgrader={"grade": false, "grade_id": "simulation-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
soma = n.Section("soma")
soma.L = soma.diam = 30 * um
soma.insert("pas")
soma(0.5).pas.g, soma(0.5).pas.e = 5e-5, -65

synapse = n.ExpSyn(soma(0.5))
synapse.tau, synapse.e = p.tau, 0
links = [n.NetCon(None, synapse) for _ in eight_ms]
for k, link in enumerate(links):
    link.weight[0] = 0.002 * released[k]  # uS

time, potential = n.Vector().record(n._ref_t), n.Vector().record(soma(0.5)._ref_v)
n.finitialize(-65 * mV)
for k, link in enumerate(links):
    link.event(5 + eight_ms[k])
n.continuerun(495 * ms)
t, v = np.array(time), np.array(potential)


def rise(spike_ms):
    """From the potential at a spike to the peak before the next."""
    shown = (t >= spike_ms) & (t < spike_ms + 1000 / p.rate)
    return v[shown].max() - np.interp(spike_ms, t, v)


rise1, rise8 = rise(5 + eight_ms[0]), rise(5 + eight_ms[7])

plt.plot(t, v)
plt.xlabel("Time (ms)")
plt.ylabel("Membrane potential (mV)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "simulation", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("simulation", t=t, v=v, rise1=rise1, rise8=rise8)

# %% [markdown] nbgrader={"grade": false, "grade_id": "simulation-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Compare what you drew with what came out. Say in two sentences why the eighth spike releases less than the first
# although it takes a larger part of what is ready, and what somebody who measures each response *from rest* takes for
# release that is none.

# %% [markdown] nbgrader={"grade": true, "grade_id": "simulation-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** Facilitation has raised u, but the seven spikes before have used up resources faster than they come back
# between two spikes, so that R has fallen by a larger factor than u has risen, and the release is their product. Measured
# from rest, what is left of the responses before is counted as part of the new one: that is the membrane's memory, and not
# the synapse's.
#
# **Marking guide (2 points).** One point for the release as a product of which one factor rises and the other falls more
# (own numbers of u and R will do). One point for the summation on the membrane: the response begins on what the last
# ones have left. "The synapse is tired" earns nothing without saying what is used up.

# %% [markdown] nbgrader={"grade": false, "grade_id": "mechanism-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. A synapse of your own (core)
#
# A synapse that others can use is a mechanism. Write your terminal in NMODL, with the exponential conductance of part 3:
#
# - a `POINT_PROCESS` with the name `Remembering` and a nonspecific current `i`, in nA;
# - in `RANGE`: `U1`, `tau_rec`, `tau_facil`, `tau` (all times in ms), the reversal potential `e` (mV) and the
#   conductance `g` (uS);
# - an event opens, on top of what is open, its weight (uS) times what the spike releases. The weight is what all the
#   resources together would open.
#
# The grader puts it into a passive cell, sets your parameters and others, sends nine spikes on one connection, and looks at
# conductance and potential. It does so twice, and looks at the *second* run: that must begin as the first did. Blocks of C,
# other files and anything printed are not taken, and no task needs them; the chapter *Mechanisms of your own* has a
# synapse to start from.
#
# **Predict first.** Which of the quantities of part 1 belong into which block: what changes between spikes, what at a
# spike, what at the beginning of a run?
#
# Put the text into `MOD`. The cell below the answer defines `try_it`, which sends your nine spikes to the mechanism in a fresh
# process: call `try_it(MOD)` in a cell of your own, and compare with `released` of part 1.

# %% nbgrader={"grade": false, "grade_id": "mechanism-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
MOD = """
NEURON {
    POINT_PROCESS Remembering
    NONSPECIFIC_CURRENT i
    RANGE U1, tau_rec, tau_facil, tau, e, g, i
}
UNITS {
    (mV) = (millivolt)
    (nA) = (nanoamp)
    (uS) = (microsiemens)
}
PARAMETER {
    U1 = 0.2 (1)
    tau_rec = 400 (ms)
    tau_facil = 100 (ms)
    tau = 5 (ms)
    e = 0 (mV)
}
ASSIGNED {
    v (mV)
    i (nA)
}
STATE { g (uS) }
INITIAL {
    g = 0
}
BREAKPOINT {
    SOLVE closing METHOD cnexp
    i = g * (v - e)
}
DERIVATIVE closing {
    g' = -g / tau
}
NET_RECEIVE(weight (uS), u (1), R (1), last (ms)) {
    INITIAL {
        u = 0
        R = 1
        last = t
    }
    u = u * exp(-(t - last) / tau_facil)
    R = 1 - (1 - R) * exp(-(t - last) / tau_rec)
    u = u + U1 * (1 - u)
    g = g + weight * u * R
    R = R - u * R
    last = t
}
"""
### END SOLUTION


# %% nbgrader={"grade": false, "grade_id": "mechanism-try", "locked": true, "schema_version": 3, "solution": false, "task": false}
def nine_events(p, spikes_ms):
    """What each event opens, as a part of the weight: how far g jumps."""
    n.load_file("stdrun.hoc")
    cell = n.Section("cell")
    synapse = n.Remembering(cell(0.5))
    synapse.U1, synapse.tau_rec, synapse.tau_facil, synapse.tau = (
        p["U1"],
        p["tau_rec"],
        p["tau_facil"],
        p["tau"],
    )
    link = n.NetCon(None, synapse)
    link.weight[0] = 1
    t, g = n.Vector().record(n._ref_t), n.Vector().record(synapse._ref_g)
    n.finitialize(-65)
    for spike_ms in spikes_ms:
        link.event(20 + spike_ms)
    n.continuerun(spikes_ms[-1] + 50)
    t, g = np.array(t), np.array(g)
    return [float(np.interp(20.1 + at, t, g) - np.interp(19.95 + at, t, g)) for at in spikes_ms]


def try_it(text):
    """Compile a mechanism, and send the nine spikes of part 1 to it."""
    from mechanisms.workbench import write

    eight = 1000 / p.rate * np.arange(8)
    return write(text).run(nine_events, dict(p), [*eight, eight[-1] + 500])


# %% nbgrader={"grade": true, "grade_id": "mechanism", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("mechanism", mechanism=MOD)

# %% [markdown] nbgrader={"grade": false, "grade_id": "window-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. Before or after (core)
#
# From here on the synapse changes for good. Each pair of a presynaptic and a postsynaptic spike changes its weight, by a
# part of the weight with which it began: with the delay d from the presynaptic to the postsynaptic spike,
#
# - by + 1 % e^(-d / `p.tau_plus`) if the presynaptic spike comes first (d > 0),
# - by - 0.4 % e^(d / `p.tau_minus`) if it comes second (d < 0).
#
# The changes of all pairs add up, those between spikes of different pairings too, and nothing bounds them.
#
# **Predict first.** One pair with +10 ms makes the synapse stronger. Sixty such pairs, `p.rate` times a second: are they
# sixty times as good?
#
# Hand in, in per cent of the first weight,
#
# - `change`: the change by a single pair with the delay -40, -20, -10, -5, 5, 10, 20 and 40 ms, in this order (a list);
# - `sixty`: the change by sixty pairings with the delay +10 ms, at `p.rate`.


# %% nbgrader={"grade": false, "grade_id": "window-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def pair(delay_ms):
    """Change by one pair, in per cent."""
    grows, falls = 1.0 * np.exp(-abs(delay_ms) / p.tau_plus), 0.4 * np.exp(-abs(delay_ms) / p.tau_minus)
    return np.where(delay_ms > 0, grows, -falls)


change = pair(np.array([-40, -20, -10, -5, 5, 10, 20, 40]))
pre_ms = 1000 / p.rate * np.arange(60)
post_ms = pre_ms + 10
sixty = float(pair(post_ms[:, None] - pre_ms).sum())
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "window", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("window", change=change, sixty=sixty)

# %% [markdown] nbgrader={"grade": false, "grade_id": "window-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Compare `sixty` with sixty times the change by one pair. Say in two sentences where the difference comes from,
# and what becomes of it when the pairings come faster.

# %% [markdown] nbgrader={"grade": true, "grade_id": "window-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** After each postsynaptic spike comes the next presynaptic one, one period less 10 ms later: such pairs
# are in the wrong order and depress, so that sixty pairings give less than sixty times one pair. The faster the
# pairings come, the shorter is that way back, the more they depress, until the order of the spikes no longer decides.
#
# **Marking guide (2 points).** One point for the pairs between a postsynaptic spike and the presynaptic spikes that follow it
# (or: between different pairings). One point for what happens at a higher rate: their delay shrinks, and the change gets
# less. "The synapse saturates" earns nothing: nothing bounds this rule.

# %% [markdown] nbgrader={"grade": false, "grade_id": "pairs-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. Two spikes (optional)
#
# **Predict first.** Two spikes come to your rested terminal. For which interval is the second response the largest, for
# which the smallest?
#
# Hand in
#
# - `ratios`: the second release per first, for intervals of 20, 50, 100, 200, 500 and 1000 ms, in this order (a list);
# - `lowest`: the lowest ratio at any interval from 10 to 2000 ms.


# %% nbgrader={"grade": false, "grade_id": "pairs-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def ratio(interval_ms):
    """Second release per first of a rested terminal."""
    risen = 1 + (1 - p.U1) * np.exp(-interval_ms / p.tau_facil)
    return risen * (1 - p.U1 * np.exp(-interval_ms / p.tau_rec))


ratios = [ratio(interval) for interval in (20, 50, 100, 200, 500, 1000)]
lowest = ratio(np.arange(10, 2001)).min()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "pairs", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("pairs", ratios=ratios, lowest=lowest)

# %% [markdown] nbgrader={"grade": false, "grade_id": "step-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7. A step of the rate (optional)
#
# **Predict first.** Very many axons end in synapses like yours, each fires at random (a Poisson process) with 5 Hz, and from
# time 0 on with twice `p.rate`. Sketch what such a synapse releases per second, on average.
#
# Compute it in the mean field, as if u and R did not depend on each other. With u *before* the rise of a spike,
#
# - du/dt = -u / tau_facil + r U1 (1 - u),
# - dR/dt = (1 - R) / tau_rec - r w R, where w = u + U1 (1 - u) is what a spike takes,
#
# and r w R is released per unit of time. Until time 0 all is steady. Hand in
#
# - `t_step` (ms) from 0 to 600, and `r_step` (1/s): the release per second at these times, from the step on;
# - `r_before` (1/s): the release per second before the step.

# %% nbgrader={"grade": false, "grade_id": "step-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
dt = 0.1
t_step = np.arange(0, 600 + dt / 2, dt)


def taken(u):
    """What a spike takes that finds u before its rise."""
    return u + p.U1 * (1 - u)


per_ms = 0.005
u_now = p.U1 * per_ms * p.tau_facil / (1 + p.U1 * per_ms * p.tau_facil)
R_now = 1 / (1 + taken(u_now) * per_ms * p.tau_rec)
r_before = 1000 * per_ms * taken(u_now) * R_now

per_ms, rows = 2 * p.rate / 1000, []
for _ in t_step:
    rows.append(1000 * per_ms * taken(u_now) * R_now)
    slope_u = -u_now / p.tau_facil + per_ms * p.U1 * (1 - u_now)
    slope_R = (1 - R_now) / p.tau_rec - per_ms * taken(u_now) * R_now
    u_now, R_now = u_now + dt * slope_u, R_now + dt * slope_R
r_step = np.array(rows)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "step", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("step", t=t_step, r=r_step, before=r_before)

# %% [markdown] nbgrader={"grade": false, "grade_id": "triplets-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8. The third spike (optional)
#
# **Predict first.** Sixty pairings with +10 ms, once at 1 Hz, once at 50 Hz. In the cortex the fast ones strengthen a
# synapse, and the slow ones do not. Which of these does the rule of part 5 say?
#
# In the triplet rule a *postsynaptic* spike changes the weight by + 0.65 % for each presynaptic spike before it and each
# earlier postsynaptic one: e^(-d / `p.tau_plus`) e^(-d' / 114 ms), where d and d' are the times since these two, summed over
# both. A *presynaptic* spike changes it by - 0.71 % e^(-d / `p.tau_minus`) for each postsynaptic one before it. A spike does not count
# itself. Hand in, for sixty pairings with +10 ms at 1, 10, 20, 40 and 50 Hz, in this order, in per cent of the first weight,
#
# - `by_pairs`: the changes by the rule of part 5 (a list);
# - `by_triplets`: the changes by the triplet rule (a list).


# %% nbgrader={"grade": false, "grade_id": "triplets-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def learn(frequency_Hz):
    """Per cent by the pair rule and by the triplet rule, by traces that every spike leaves."""
    events = sorted((1000 * k / frequency_Hz + late, late > 0) for k in range(60) for late in (0, 10))
    r = o = y = pairs = triplets = last = 0.0
    for at, is_post in events:
        r, o, y = (
            trace * np.exp((last - at) / tau) for trace, tau in ((r, p.tau_plus), (o, p.tau_minus), (y, 114))
        )
        last = at
        if is_post:
            pairs, triplets = pairs + r, triplets + 0.65 * r * y
            o, y = o + 1, y + 1
        else:
            pairs, triplets = pairs - 0.4 * o, triplets - 0.71 * o
            r = r + 1
    return pairs, triplets


by_pairs, by_triplets = np.transpose([learn(frequency) for frequency in (1, 10, 20, 40, 50)])
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "triplets", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("triplets", pair=by_pairs, triplet=by_triplets)

# %% [markdown] nbgrader={"grade": false, "grade_id": "vesicles-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 9. Counting vesicles (optional)
#
# **Predict first.** Your terminal has `p.places` places, each for one vesicle. If the eighth spike releases half a vesicle on
# average, how often does it release none?
#
# A spike releases each vesicle that is there with the probability u of part 1. An empty place is filled again after a random
# time, exponentially distributed with the mean `p.tau_rec`. At the first of the eight spikes every place is filled.
# Repeat the eight spikes of part 1 in 2000 runs (more will do, too; so will the exact values), and hand in
#
# - `mean8`: the mean number of vesicles that the eighth spike releases;
# - `failures8`: the part of the runs in which it releases none;
# - `var_sum`: the variance, over the runs, of the number that all eight release together.

# %% nbgrader={"grade": false, "grade_id": "vesicles-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
rng = np.random.default_rng(1)
there, counts = np.full(2000, int(p.places)), []
for k in range(8):
    if k > 0:
        there = there + rng.binomial(int(p.places) - there, 1 - np.exp(-1000 / p.rate / p.tau_rec))
    counts.append(rng.binomial(there, u[k]))
    there = there - counts[-1]

mean8 = counts[7].mean()
failures8 = (counts[7] == 0).mean()
var_sum = np.sum(counts, axis=0).var()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "vesicles", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("vesicles", mean8=mean8, failures8=failures8, var_sum=var_sum)

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed in?
# - Save the notebook, and hand in this one file, `short-term-plasticity.ipynb`, where your instructor said. The button below
#   brings it to your computer.
#
# **To go on:** the synapse of part 1 forgets within a second, that of part 5 never. What would a synapse be good for that
# did both, and how would you tell the two apart in a recording?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
