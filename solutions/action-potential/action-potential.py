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
# # The action potential
#
# You give a soma of your own its channels, write the equations behind them, and ask when it fires: once, for good,
# never. Then you look at the channels one by one.
#
# **After this you can**
#
# - turn a current density into a current, and read a spike from its currents;
# - write the Hodgkin-Huxley equations as a function that others can use;
# - tell the current that draws one spike from the one under which firing lasts, and say why the rate begins with a
#   jump;
# - simulate single channels, measure how long they stay open, and say what they have to do with n.
#
# **Time:** an hour and a half for the core, two hours more if you do all the rest. The chapters *The
# action potential*, *Simpler spikes*, *Excitability* and *Channels one by one* of the book help.
#
# **What you hand in.** The optional tasks stand each by itself, but `silence` and `accommodation`, which start from
# what you found in `firing`; your instructor says how many of them count.
#
# | part | task | | what | points | minutes |
# |---|---|---|---|---|---|
# | 1 | `spike` | core | rest, current, potential and two currents over time | 9 | 25 |
# | 2 | `equations` | core | a function that returns four rates of change | 8 | 20 |
# | 3 | `firing` | core | two smallest currents, the rate at the second, three more rates; a prediction and its reason | 8 + 3 | 25 |
# | 4 | `channels` | core | open times, and the fraction open at two times | 8 | 20 |
# | 5 | `integrator` | optional | smallest current and three rates of a simpler spike | 5 | 10 |
# | 6 | `silence` | optional | when one pulse stops the firing for good | 5 | 15 |
# | 7 | `accommodation` | optional | how slowly a current may grow | 3 | 10 |
# | 8 | `temperature` | optional | height and width of a warm spike, and where it fails | 6 | 10 |
# | 9 | `rebound` | optional | a current that excites by ending, and its gates; two sentences | 6 + 2 | 20 |
# | 10 | `noise` | optional | current and number of channels, from their noise | 4 | 15 |
# | 11 | `plane` | optional | a spike in two variables: its fixed point, what makes it unstable, a trace | 7 | 20 |
# | 12 | `patch` | optional | how often a small patch fires by chance | 5 | 20 |
#
# **How it works.** Your soma has parameters of your own; they follow from your id. Write your work into the cells
# that say `YOUR CODE HERE` or `YOUR ANSWER HERE`: cells of your own may stand between them, and they run too. Answers are compared
# with a simulation of *your* soma. You may use NEURON, or the equations that you write in part 2, in every task; the
# time step (0.025 ms or finer with NEURON, unless a task says otherwise), the method and the way you search are free.
# A spike is an upward crossing of 0 mV, between two samples by linear interpolation.
#
# Without an id you practice, on a soma that is nobody's, and each hand-in tells you whether a number is right.

# %% [markdown] nbgrader={"grade": false, "grade_id": "binder", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **On Binder, your work is gone when the session ends:** when you close it, or when nothing happens for a few
# minutes. Press *Save and download this notebook* before you stop; the button is below the first cell that runs and
# at the end. To go on later, open the assignment again, close its tab (*Discard*), drag your file into the file list
# on the left (*Overwrite*), and open it from there.

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

# %% [markdown] nbgrader={"grade": false, "grade_id": "spike-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 1. One spike (core)
#
# Build one section, `soma`, with both its length and its diameter `p.diam`, and insert `hh`. Leave `hh` as it is, but
# for three things:
#
# - the sodium conductance density is `p.gnabar` (S/cm2);
# - potassium's reversal potential, `soma.ek`, is `p.ek`;
# - the leak's reversal potential is -60 mV.
#
# The temperature is 6.3 degC throughout, unless a task says otherwise.
#
# **Rest.** This soma does not rest at -65 mV. Let it run without a current until nothing changes any more, and put
# the potential at which it stands still into `rest` (mV, to 0.01 mV). **From here on, every run starts from there:**
# `n.finitialize(rest * mV)` settles the gates, too.
#
# **Predict first.** A pulse of 1 ms excites the soma. Sketch the potential, and below it the sodium and the potassium
# current. Which comes first? At the highest point of the potential, how large are the two?
#
# A clamp in the soma passes 20 uA/cm2 of current from 2 to 3 ms. Clamps count in nA: put the current that this is on
# *your* soma into `amp`. Run for 25 ms and hand in the times `t_spike` (ms), the potential `v_spike` (mV) and the
# current densities `ina_spike` and `ik_spike` (mA/cm2, as NEURON counts them, outward positive).

# %% nbgrader={"grade": false, "grade_id": "spike-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
soma = n.Section("soma")
soma.L = soma.diam = p.diam * um
soma.insert("hh")
soma.ek = p.ek
middle = soma(0.5)
middle.hh.gnabar, middle.hh.el = p.gnabar, -60
n.celsius = 6.3

clamp = n.IClamp(middle)
clamp.delay, clamp.dur, clamp.amp = 2 * ms, 1 * ms, 0
references = {"t": n._ref_t, "v": middle._ref_v, "ina": middle._ref_ina, "ik": middle._ref_ik}
tapes = {name: n.Vector().record(reference) for name, reference in references.items()}


def run(tstop, start):
    """What the tapes hold after a run from the potential `start`."""
    n.finitialize(start * mV)
    n.continuerun(tstop * ms)
    return {name: np.array(tape) for name, tape in tapes.items()}


rest = run(200, -65)["v"][-1]


def current(density):
    """A density in uA/cm2 as a current in nA."""
    area = middle.area() * 1e-8  # cm2
    return density * area * 1e3


amp = clamp.amp = current(20)
spike = run(25, rest)
t_spike, v_spike, ina_spike, ik_spike = (spike[name] for name in ("t", "v", "ina", "ik"))

fig, (above, below) = plt.subplots(2, sharex=True)
above.plot(t_spike, v_spike)
above.set_ylabel("Membrane potential (mV)")
below.plot(t_spike, ina_spike, label="sodium")
below.plot(t_spike, ik_spike, "--", label="potassium")
below.set(xlabel="Time (ms)", ylabel="Current density (mA/cm2)")
below.legend()
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "spike", "locked": true, "points": 9, "schema_version": 3, "solution": false, "task": false}
work.hand_in("spike", rest=rest, amp=amp, t=t_spike, v=v_spike, ina=ina_spike, ik=ik_spike)

# %% [markdown] nbgrader={"grade": false, "grade_id": "equations-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 2. The equations as a function (core)
#
# Write `derivatives(p, v, m, h, n, amp)`: the right-hand side of the four equations of your soma at 6.3 degC. It
# takes the parameters, the potential (mV), the three gates and a current density `amp` (uA/cm2, positive
# depolarizes), one number each, and returns the rates of change of v (mV/ms), m, h and n (per ms), in this order.
#
# Conductance densities are `p.gnabar`, 0.036 and 0.0003 S/cm2, reversal potentials 50, `p.ek` and -60 mV, the
# capacitance is 1 uF/cm2. The rates of the gates, per ms, with v in mV:
#
# | gate | opens with alpha | closes with beta |
# |---|---|---|
# | m | 0.1 (v + 40) / (1 - exp(-(v + 40) / 10)) | 4 exp(-(v + 65) / 18) |
# | h | 0.07 exp(-(v + 65) / 20) | 1 / (1 + exp(-(v + 35) / 10)) |
# | n | 0.01 (v + 55) / (1 - exp(-(v + 55) / 10)) | 0.125 exp(-(v + 65) / 80) |
#
# The grader integrates your function with its own steps, under a current step and in a voltage clamp, for your
# parameters and for others. So everything that depends on the soma must come from `p`. And look closely: there are
# two potentials at which this table, typed as it stands, gives no number.


# %% nbgrader={"grade": false, "grade_id": "equations-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
def ratio(x):
    """x / (1 - exp(-x)), which has the limit 1 at 0."""
    return 1 + x / 2 if abs(x) < 1e-6 else x / (1 - np.exp(-x))


def derivatives(p, v, m, h, n, amp):
    """Rates of change of v (mV/ms), m, h and n (1/ms) under `amp` uA/cm2."""
    alpha_m, beta_m = ratio((v + 40) / 10), 4 * np.exp(-(v + 65) / 18)
    alpha_h, beta_h = 0.07 * np.exp(-(v + 65) / 20), 1 / (1 + np.exp(-(v + 35) / 10))
    alpha_n, beta_n = 0.1 * ratio((v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)
    sodium = p.gnabar * m**3 * h * (v - 50)
    potassium = 0.036 * n**4 * (v - p.ek)
    leak = 0.0003 * (v + 60)
    dv = amp - 1000 * (sodium + potassium + leak)  # mA/cm2 to uA/cm2, over 1 uF/cm2
    dm = alpha_m * (1 - m) - beta_m * m
    dh = alpha_h * (1 - h) - beta_h * h
    dn = alpha_n * (1 - n) - beta_n * n
    return dv, dm, dh, dn


### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "equations", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("equations", derivatives=derivatives)

# %% [markdown] nbgrader={"grade": false, "grade_id": "firing-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 3. From one spike to many (core)
#
# **Predict first,** and write it down below before you run anything: a current is switched on and stays. As it is
# made stronger from run to run, how does the *rate* of firing begin: from zero, ever so slowly, or with a jump? Does
# the weakest current that draws a spike make the soma fire on?
#
# The current is now a step: it begins at 5 ms and does not end. Hand in
#
# - `rheobase` (nA): the smallest step that draws a spike. Runs of 60 ms are long enough;
# - `onset` (nA): the smallest step under which the firing lasts: in a run of 300 ms there are still spikes in the
#   last 100 ms;
# - `onset_rate` (Hz): the rate there, from the mean interval between the spikes after 100 ms;
# - `rates` (Hz): the rates under 20, 30 and 40 uA/cm2, found in the same way, as a list in this order.
#
# Give three digits at least.

# %% nbgrader={"grade": false, "grade_id": "firing-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
clamp.delay, clamp.dur = 5 * ms, 1e9


def spikes(step, tstop):
    """Times of the spikes under a step of `step` nA."""
    clamp.amp = step
    found = run(tstop, rest)
    t, v = found["t"], found["v"]
    i = np.flatnonzero((v[:-1] < 0) & (v[1:] >= 0))
    return t[i] - v[i] * (t[i + 1] - t[i]) / (v[i + 1] - v[i])


def smallest(question, low, high):
    """Smallest value at which a question turns from no to yes."""
    while high - low > 0.0005 * high:
        middle_of_both = (low + high) / 2
        if question(middle_of_both):
            high = middle_of_both
        else:
            low = middle_of_both
    return high


def rate(step):
    """Rate in Hz after the first 100 ms."""
    times = spikes(step, 300)
    return 1000 / np.diff(times[times > 100]).mean()


rheobase = smallest(lambda step: len(spikes(step, 60)) > 0, 0, current(40))
onset = smallest(lambda step: (spikes(step, 300) > 200).any(), rheobase, current(40))
onset_rate = rate(onset)
rates = [rate(current(density)) for density in (20, 30, 40)]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "firing", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("firing", rheobase=rheobase, onset=onset, onset_rate=onset_rate, rates=rates)

# %% [markdown] nbgrader={"grade": false, "grade_id": "firing-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Predict, observe, explain.** What did you expect of the rate, before you ran? What did you see? And why can this
# soma not fire as slowly as you like: what happens between two spikes that sets the pace? Four or five sentences. A
# prediction that turned out wrong costs nothing.

# %% [markdown] nbgrader={"grade": true, "grade_id": "firing-why", "locked": false, "points": 3, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** I expected the rate to begin at zero and to grow with the current. I saw a single spike from the
# rheobase on, and nothing after it; only with about three times this current did the firing last, and then it began
# at once with some fifty spikes a second. After a spike the potassium gates n are open and the sodium gates h shut,
# and both come back within some ten milliseconds: when they have, the next upstroke comes at once, or, if the current
# is too weak, n and h follow the slowly rising potential and hold it where it is. The pace is that of the gates'
# recovery, not that of a slow charging toward a threshold, so that there is a smallest rate.
#
# **Marking guide (3 points).** One point for a prediction, right or wrong, that the observation is held against. One
# point for the observation: one spike first, then lasting firing that begins with a jump, with a number. One point
# for the reason: h and n, recovering within a time of their own, set the pace; or the rest loses its stability to an
# oscillation that has a frequency already. "Because of the threshold" alone earns nothing: an integrate-and-fire
# neuron has one, and fires as slowly as you like.

# %% [markdown] nbgrader={"grade": false, "grade_id": "channels-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 4. Channels, one by one (core)
#
# A potassium channel of the squid has four gates, each open with the probability n; the channel conducts while all
# four are open. Each gate by itself jumps, with the rates alpha and beta of n, so that a channel with k gates open
# opens one more with the rate (4 - k) alpha and closes one with k beta. Simulate such channels in a voltage clamp, by
# any method that you like: jump by jump, or gate by gate in steps of 0.05 ms or finer. What is random comes out a
# little different each time; the grader allows for that.
#
# **Predict first.** A channel opens. For how long, on average, does it stay open: 1/beta, longer, shorter?
#
# - **How long it stays open.** Hold channels at `p.v_step` (mV) and watch 100 of them for as long as it takes to see
#   5000 openings. An amplifier is too slow for openings shorter than 1 ms: leave them out, and put the mean of the
#   others into `seen` (ms). From it, infer the true mean open time, all openings counted, and put it into `open_time`
#   (ms). Openings cut off by the beginning or the end of the record do not count.
# - **What many do together.** Take 2000 channels, settled at -65 mV, and step to `p.v_step`. Hand in the fraction
#   that is open 3 ms after the step, `early`, and 30 ms after it, `late`.

# %% nbgrader={"grade": false, "grade_id": "channels-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
rng = np.random.default_rng()
v = p.v_step
alpha, beta = 0.1 * ratio((v + 55) / 10), 0.125 * np.exp(-(v + 65) / 80)
dt = 0.02


def throw(channels, start, tstop):
    """Which channels are open at each step, with gates that are open with the probability `start` at first."""
    gates = rng.random((channels, 4)) < start
    is_open = []
    for _ in range(round(tstop / dt)):
        dice = rng.random(gates.shape)
        gates = np.where(gates, dice > beta * dt, dice < alpha * dt)
        is_open.append(gates.all(axis=1))
    return np.array(is_open)


openings = []
while len(openings) < 5000:
    for channel in throw(100, alpha / (alpha + beta), 200).T:
        edges = np.flatnonzero(np.diff(channel.astype(int)))
        if len(edges) and channel[edges[0]]:
            edges = edges[1:]  # it was open from the beginning
        starts, ends = edges[::2], edges[1::2]
        lengths = (ends - starts[: len(ends)]) * dt
        openings += list(lengths[lengths >= 1])
seen = np.mean(openings)
open_time = seen - 1  # an exponential does not remember how long it has lasted

held = -65
n_held = 0.1 * ratio((held + 55) / 10) / (0.1 * ratio((held + 55) / 10) + 0.125 * np.exp(-(held + 65) / 80))
fraction = throw(2000, n_held, 30.1).mean(axis=1)
early, late = fraction[round(3 / dt) - 1], fraction[round(30 / dt) - 1]
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "channels", "locked": true, "points": 8, "schema_version": 3, "solution": false, "task": false}
work.hand_in("channels", seen=seen, open_time=open_time, early=early, late=late)

# %% [markdown] nbgrader={"grade": false, "grade_id": "integrator-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 5. A simpler spike (optional)
#
# A leaky integrate-and-fire neuron has the capacitance of your soma (1 uF/cm2 on the side of a cylinder as long and
# as thick as `p.diam`) and a time constant of 10 ms; its input resistance follows. It rests at -65 mV. At -50 mV it
# fires, is reset to -70 mV, and stays there for 2 ms.
#
# **Predict first.** Does its rate begin with a jump?
#
# Hand in the current above which it fires, `lif_rheobase` (nA), and in `lif_rates` (Hz) its rates at 1.05, 1.5 and 3
# times this current. A formula or a simulation (steps of 0.05 ms or finer) will do; give three digits.

# %% nbgrader={"grade": false, "grade_id": "integrator-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
capacitance = np.pi * p.diam**2 * 0.01  # pF: 1 uF/cm2 is 0.01 pF/um2
resistance = 10 / capacitance * 1000  # MOhm: ms / pF is GOhm
lif_rheobase = 15 / resistance

targets = -65 + 15 * np.array([1.05, 1.5, 3])
lif_rates = 1000 / (2 + 10 * np.log((targets + 70) / (targets + 50)))
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "integrator", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("integrator", rheobase=lif_rheobase, rates=lif_rates)

# %% [markdown] nbgrader={"grade": false, "grade_id": "silence-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 6. A pulse that stops it for good (optional)
#
# Hold your soma (that of part 1) with a step of 1.15 times your `onset`, from 5 ms on. It fires and goes on firing.
# Now add one pulse of +10 uA/cm2 that lasts 1 ms.
#
# **Predict first.** Can a pulse that *depolarizes* stop the firing, not for a moment but for good?
#
# Let the pulse begin some time after the fourth spike, or a later one, and change this delay from 3 to 12 ms. There
# is one stretch of delays after which no spike ever follows: none in the last 60 ms of a run of 220 ms. Hand in its
# two ends, the shortest delay `first` and the longest, `last` (ms, to 0.1 ms or finer). Delays are counted from the
# spike's upward crossing of 0 mV to the begin of the pulse. If there is no such delay, `None` twice.

# %% nbgrader={"grade": false, "grade_id": "silence-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
hold = 1.15 * onset
fourth = spikes(hold, 150)[3]
kick = n.IClamp(middle)
kick.dur, kick.amp = 1 * ms, current(10)


def goes_on(delay):
    """Whether there are still spikes at the end."""
    kick.delay = fourth + delay
    return (spikes(hold, 220) > 160).any()


delays = np.arange(3, 12.01, 0.5)
quiet = [delay for delay in delays if not goes_on(delay)]
if quiet:
    first = smallest(lambda delay: not goes_on(delay), quiet[0] - 0.5, quiet[0])
    last = smallest(goes_on, quiet[-1], quiet[-1] + 0.5)
else:
    first = last = None
kick.amp = 0
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "silence", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("silence", first=first, last=last)

# %% [markdown] nbgrader={"grade": false, "grade_id": "accommodation-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 7. Slowly, and nothing happens (optional)
#
# **Predict first.** A step to twice the rheobase draws a spike. Does a current that grows to the same strength slowly
# draw one, too?
#
# From 5 ms on, let a current grow evenly from zero to twice your `rheobase`, and stay there. How long may the growing
# take, at most, so that there is still a spike within 60 ms? Hand in `longest` (ms, three digits). Your own equations
# of part 2 are handy here; with NEURON, a vector can be played into the clamp.

# %% nbgrader={"grade": false, "grade_id": "accommodation-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
settled = np.array([rest, 0.05, 0.6, 0.32])
for _ in range(20_000):  # the potential is held until the gates are at rest
    settled[1:] += 0.025 * np.array(derivatives(p, *settled, 0)[1:])
per_nA = 20 / current(20)  # uA/cm2 on this soma


def fires(ramp):
    """Whether a ramp of `ramp` ms to twice the rheobase draws a spike."""
    state, dt = np.array(settled), 0.025
    for i in range(round(60 / dt)):
        grown = np.clip((i * dt + dt / 2 - 5) / ramp, 0, 1)
        state = state + dt * np.array(derivatives(p, *state, 2 * rheobase * per_nA * grown))
        if state[0] > 0:
            return True
    return False


longest = smallest(lambda ramp: not fires(ramp), 0.1, 40)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "accommodation", "locked": true, "points": 3, "schema_version": 3, "solution": false, "task": false}
work.hand_in("accommodation", longest=longest)

# %% [markdown] nbgrader={"grade": false, "grade_id": "temperature-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 8. Warmer (optional)
#
# **Predict first.** All gates of the squid are faster when it is warm: three times for ten degrees. What does that do
# to the height of the spike, and to its width?
#
# A warm spike is quick: take steps of 0.01 ms here, or finer. (`n.dt = 0.01` alone does not do it: NEURON's run
# system fits the step to `n.steps_per_ms`, which must be 100 then.) Send the pulse of part 1 into your soma once more
# (20 uA/cm2 from 2 to 3 ms, from `rest`), at 12 degC. Hand in `height` (mV), from `rest` to the peak, and
# `half_width` (ms, two decimals at least): the width midway between rest and peak. Then find the temperature (degC,
# one decimal at least) at which this pulse does not take the potential above 0 mV any more: `hottest`.

# %% nbgrader={"grade": false, "grade_id": "temperature-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
clamp.delay, clamp.dur, clamp.amp = 2 * ms, 1 * ms, current(20)
n.dt, n.steps_per_ms = 0.01, 100


def at_temperature(celsius):
    """Time and potential after the pulse."""
    n.celsius = celsius
    found = run(25, rest)
    n.celsius = 6.3
    return found["t"], found["v"]


t_warm, v_warm = at_temperature(12)
height = v_warm.max() - rest
midway = rest + height / 2
above = np.flatnonzero(v_warm >= midway)
i, j = above[0], above[-1]
rise = np.interp(midway, v_warm[i - 1 : i + 1], t_warm[i - 1 : i + 1])
fall = np.interp(-midway, -v_warm[j : j + 2], t_warm[j : j + 2])
half_width = fall - rise
hottest = smallest(lambda celsius: at_temperature(celsius)[1].max() <= 0, 6.3, 40)
n.dt, n.steps_per_ms = 0.025, 40
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "temperature", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("temperature", amplitude=height, half_width=half_width, hottest=hottest)

# %% [markdown] nbgrader={"grade": false, "grade_id": "rebound-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 9. Anode break, from the gates (optional)
#
# A current that *hyperpolarizes* flows from 5 to 55 ms, and ends. If it was strong enough, a spike follows.
#
# **Predict first.** Two gates have moved meanwhile: h is higher than at rest, n is lower. Which of them makes the
# spike?
#
# - Find the weakest such current, `amp_break` (nA, negative), that is followed by a spike before 100 ms, and hand in
#   `h_end` and `n_end`, the two gates at 55 ms, when it ends.
# - Then take the gates one at a time. Start your soma at its resting potential, with m and n at rest and h = 1, as
#   high as h can be: which potential does it reach within 40 ms, `peak_h` (mV)? And with m and h at rest: which is
#   the largest n from which it fires within 40 ms, `n_alone`? If none does, `None`.
#
# With your own equations a start is four numbers. With NEURON, set `middle.hh.h` or `middle.hh.n` after
# `n.finitialize(...)`, then call `n.fcurrent()`, and run. `h_end` and `n_end` are judged at the current that you hand
# in.

# %% nbgrader={"grade": false, "grade_id": "rebound-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
clamp.delay, clamp.dur = 5 * ms, 50 * ms
amp_break = -smallest(lambda size: len(spikes(-size, 100)) > 0, 0, current(30))
tapes |= {"h": n.Vector().record(middle.hh._ref_h), "n": n.Vector().record(middle.hh._ref_n)}
clamp.amp = amp_break
pulse = run(60, rest)
h_end, n_end = (np.interp(55, pulse["t"], pulse[name]) for name in "hn")

clamp.amp = 0
n.finitialize(rest * mV)
h_rest, n_rest = middle.hh.h, middle.hh.n


def peak_from(h_start, n_start):
    """Highest potential after a start at rest with these two gates."""
    n.finitialize(rest * mV)
    middle.hh.h, middle.hh.n = h_start, n_start
    n.fcurrent()
    n.continuerun(40 * ms)
    return max(tapes["v"])


peak_h = peak_from(1, n_rest)
n_alone = n_rest - smallest(lambda less: peak_from(h_rest, n_rest - less) > 0, 0, n_rest)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "rebound", "locked": true, "points": 6, "schema_version": 3, "solution": false, "task": false}
work.hand_in("rebound", amp=amp_break, h_end=h_end, n_end=n_end, peak_h=peak_h, n_alone=n_alone)

# %% [markdown] nbgrader={"grade": false, "grade_id": "rebound-why-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# **Why?** Many books say that the spike comes because sodium channels have lost their inactivation. Say in two
# sentences what your two numbers make of this sentence, and what the other gate does.

# %% [markdown] nbgrader={"grade": true, "grade_id": "rebound-why", "locked": false, "points": 2, "schema_version": 3, "solution": true, "task": false}
# **Model answer.** With n where it rests, not even h = 1 is enough: the potential hardly rises, and comes back. More
# sodium channels ready to open do not fire this soma as long as the potassium conductance holds the potential down.
# With n alone as low as the current leaves it, and h at rest, the soma fires: potassium channels that have closed no
# longer hold the potential, it drifts up past rest, and sodium takes over; the higher h helps, and is not the cause.
#
# **Marking guide (2 points).** One point for what the numbers say: h alone does not fire it, n alone does. One point
# for how: less potassium current holds the potential, so that it goes past rest before n has come back. "Sodium is no
# longer inactivated" by itself earns nothing.

# %% [markdown] nbgrader={"grade": false, "grade_id": "noise-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 10. Counting channels by their noise (optional)
#
# Who records the current of a patch sees many channels at once, and can count them all the same: at each moment the
# current flickers from sweep to sweep, and its variance depends on its mean as i mean - mean² / N, where i is the
# current of one channel and N their number.
#
# Take N = 10 `p.diam` of the channels of part 4 (`p.diam` as a pure number), each with a conductance of 10 pS, in a
# clamp that steps from -65 mV to `p.v_step`. One open channel then passes 0.01 nS (`p.v_step` - `p.ek`), in pA.
# Simulate 1000 sweeps, take the current every 0.1 ms from 0.1 to 10 ms after the step, compute mean and variance over
# the sweeps at each time, and fit the parabola by least squares, all times alike. Hand in what the fit gives:
# `i_channel` (pA) and `n_channels`.

# %% nbgrader={"grade": false, "grade_id": "noise-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
count, i_true = 10 * p.diam, 0.01 * (p.v_step - p.ek)
settled_n, tau = alpha / (alpha + beta), 1 / (alpha + beta)
left = np.exp(-0.1 / tau)  # exact chances from one sample to the next
gates = rng.random((1000, count, 4), dtype=np.float32) < n_held
currents = []
for _ in range(100):
    chance = np.where(gates, settled_n + (1 - settled_n) * left, settled_n * (1 - left)).astype(np.float32)
    gates = rng.random(gates.shape, dtype=np.float32) < chance
    currents.append(i_true * gates.all(axis=2).sum(axis=1))
mean, variance = np.mean(currents, axis=1), np.var(currents, axis=1, ddof=1)
(i_channel, minus_over_n), *_ = np.linalg.lstsq(np.stack([mean, mean**2], axis=1), variance, rcond=None)
n_channels = -1 / minus_over_n

plt.plot(mean, variance, ".")
plt.plot(mean, i_channel * mean - mean**2 / n_channels)
plt.xlabel("Mean current (pA)")
plt.ylabel("Variance (pA²)")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "noise", "locked": true, "points": 4, "schema_version": 3, "solution": false, "task": false}
work.hand_in("noise", i=i_channel, count=n_channels)

# %% [markdown] nbgrader={"grade": false, "grade_id": "plane-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 11. A spike in a plane (optional)
#
# Morris and Lecar's membrane has two variables, v (mV) and w, the open fraction of its potassium channels:
#
# - 20 dv/dt = `p.drive` - 4.4 m (v - 120) - 8 w (v + 84) - 2 (v + 60), where m = (1 + tanh((v + 1.2) / 18)) / 2 follows
#   v at once; currents are in uA/cm2, and 20 is the capacitance in uF/cm2;
# - dw/dt = `p.phi` cosh((v - 2) / 60) (w_goal - w), where w_goal = (1 + tanh((v - 2) / 30)) / 2.
#
# Both are per ms. (It is the book's first set, with a `phi` and a current of your own.)
#
# **Predict first.** At 90 uA/cm2 the book's membrane can rest. Yours gets more. Where is its fixed point: on the left
# branch of the v-nullcline, on the middle one, on the right? Does a state beside it come back?
#
# - Find the fixed point under your current: `v_fixed` (mV) and `w_fixed`.
# - There, take the matrix of derivatives, d(dv/dt)/dv, d(dv/dt)/dw and so on, by formula or by differences, and hand in
#   its trace `tr` (1/ms) and its determinant `det` (1/ms2). What do their signs say?
# - As the current is made stronger from zero, the fixed point moves, and at some current it stops being stable: hand in
#   this `letting_go` (uA/cm2).
# - Start at v = 0 mV, w = 0 and run for 500 ms under your current; hand in the times `t_plane` (ms) and the potential
#   `v_plane` (mV), one sample per 0.05 to 0.5 ms. Steps of 0.05 ms are fine enough for Euler's method, of 0.2 ms for
#   better ones.
#
# Give three digits.

# %% nbgrader={"grade": false, "grade_id": "plane-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
from scipy.integrate import solve_ivp
from scipy.optimize import brentq


def goal(v):
    """Where w is heading."""
    return (1 + np.tanh((v - 2) / 30)) / 2


def slopes(state, drive):
    """How fast v (mV/ms) and w (1/ms) change."""
    v, w = state
    calcium = 4.4 * (1 + np.tanh((v + 1.2) / 18)) / 2 * (v - 120)
    dv = (drive - calcium - 8 * w * (v + 84) - 2 * (v + 60)) / 20
    return np.array([dv, p.phi * np.cosh((v - 2) / 60) * (goal(v) - w)])


def fixed(drive):
    """The state that stands still."""
    v = brentq(lambda v: slopes((v, goal(v)), drive)[0], -80, 60)
    return np.array([v, goal(v)])


def derivatives_at(drive, step=1e-4):
    """The matrix of derivatives at the fixed point."""
    x = fixed(drive)
    return np.transpose(
        [(slopes(x + aside, drive) - slopes(x - aside, drive)) / (2 * step) for aside in step * np.eye(2)]
    )


v_fixed, w_fixed = fixed(p.drive)
tr, det = np.trace(derivatives_at(p.drive)), np.linalg.det(derivatives_at(p.drive))
letting_go = brentq(lambda drive: np.trace(derivatives_at(drive)), 60, 130)

t_plane = np.arange(0, 500.1, 0.1)
way = solve_ivp(lambda _, x: slopes(x, p.drive), (0, 500.1), [0, 0], t_eval=t_plane, rtol=1e-6)
v_plane = way.y[0]

plt.plot(*way.y)
plt.plot(v_fixed, w_fixed, "o")
plt.xlabel("Membrane potential (mV)")
plt.ylabel("w")
plt.show()
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "plane", "locked": true, "points": 7, "schema_version": 3, "solution": false, "task": false}
work.hand_in(
    "plane", v_fixed=v_fixed, w_fixed=w_fixed, tr=tr, det=det, onset=letting_go, t=t_plane, v=v_plane
)

# %% [markdown] nbgrader={"grade": false, "grade_id": "patch-text", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## 12. A patch that fires by chance (optional)
#
# Now let channels and potential act on each other. A patch of squid membrane has the area `p.area` (um2), and on each
# um2 60 sodium and 18 potassium channels (round to whole channels). An open channel conducts 20 pS. The leak is
# 0.0003 S/cm2 and reverses at -54.4 mV, sodium at 50 mV, potassium at -77 mV (not at your `p.ek`); the capacitance is
# 1 uF/cm2, the gates are those of part 2. A sodium channel has three gates m and one h, and conducts when all four are
# open. There is no current from outside.
#
# **Predict first.** With smooth gates this membrane rests at -65 mV for good. How often does your patch fire: never, once
# a second, twenty times a second?
#
# Simulate 200 such patches for 120 ms, from -65 mV with the gates settled there. A spike is an upward crossing of 0 mV
# after the potential has been below -40 mV. Leave out the first 20 ms, and hand in, from the 100 ms that are left,
#
# - `chance_rate` (Hz): the spikes of a patch per second;
# - `silent`: the part of the 200 patches that did not fire.
#
# Thousands of channels are too many to throw one by one. Count how many stand in each state (sodium: m from 0 to 3, h
# closed or open; potassium: 0 to 4), and deal them out step by step: in a step of 0.01 ms or less, a channel goes along an
# arrow of its scheme with the probability rate times step, and `rng.multinomial` deals a whole row at once. All moves of a
# step start from the numbers *before* it: one kind of move after the other would shut again what has just opened. The
# potential may follow by Euler's method.

# %% nbgrader={"grade": false, "grade_id": "patch-answer", "locked": false, "schema_version": 3, "solution": true, "task": false}
### BEGIN SOLUTION
from math import comb

dt, patches = 0.01, 200
v = np.full(patches, -65.0)
k, j = np.arange(4), np.arange(5)


def gates(v):
    """Opening and closing rates of m, h and n in each patch."""
    x, y = (v + 40) / 10, (v + 55) / 10
    x, y = np.where(abs(x) < 1e-6, 1e-6, x), np.where(abs(y) < 1e-6, 1e-6, y)
    opening = x / (1 - np.exp(-x)), 0.07 * np.exp(-(v + 65) / 20), 0.1 * y / (1 - np.exp(-y))
    closing = 4 * np.exp(-(v + 65) / 18), 1 / (1 + np.exp(-(v + 35) / 10)), 0.125 * np.exp(-(v + 65) / 80)
    return opening, closing


def open_of(count, chance):
    """Probability of 0 to `count` of equal gates to be open."""
    return np.array([comb(count, i) * chance**i * (1 - chance) ** (count - i) for i in range(count + 1)])


opening, closing = gates(-65.0)
m_0, h_0, n_0 = (a / (a + b) for a, b in zip(opening, closing, strict=True))
both = np.outer([1 - h_0, h_0], open_of(3, m_0))
sodium = rng.multinomial(60 * p.area, both.ravel(), size=patches).reshape(patches, 2, 4)
potassium = rng.multinomial(18 * p.area, open_of(4, n_0), size=patches)

armed, count = np.full(patches, True), np.zeros(patches)
for step in range(round(120 / dt)):
    opening, closing = gates(v)
    g_sodium, g_potassium = 2 / p.area * sodium[:, 1, 3], 2 / p.area * potassium[:, 4]  # mS/cm2
    dv = -g_sodium * (v - 50) - g_potassium * (v + 77) - 0.3 * (v + 54.4)

    chance = np.zeros((patches, 2, 4, 4))  # m opens, m closes, h moves, nothing
    chance[..., 0] = dt * opening[0][:, None, None] * (3 - k)
    chance[..., 1] = dt * closing[0][:, None, None] * k
    chance[:, 0, :, 2], chance[:, 1, :, 2] = dt * opening[1][:, None], dt * closing[1][:, None]
    chance[..., 3] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(sodium, chance)
    sodium = moved[..., 3] + moved[:, ::-1, :, 2]
    sodium[:, :, 1:] += moved[:, :, :3, 0]
    sodium[:, :, :3] += moved[:, :, 1:, 1]

    chance = np.zeros((patches, 5, 3))  # n opens, n closes, nothing
    chance[..., 0] = dt * opening[2][:, None] * (4 - j)
    chance[..., 1] = dt * closing[2][:, None] * j
    chance[..., 2] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(potassium, chance)
    potassium = moved[..., 2].copy()
    potassium[:, 1:] += moved[:, :4, 0]
    potassium[:, :4] += moved[:, 1:, 1]

    v = v + dt * dv
    spikes = armed & (v > 0)
    armed = (armed & ~spikes) | (v < -40)
    if (step + 1) * dt >= 20:
        count += spikes

chance_rate, silent = count.mean() / 0.1, np.mean(count == 0)
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "patch", "locked": true, "points": 5, "schema_version": 3, "solution": false, "task": false}
work.hand_in("patch", rate=chance_rate, silent=silent)

# %% [markdown] nbgrader={"grade": false, "grade_id": "end", "locked": true, "schema_version": 3, "solution": false, "task": false}
# ## Before you hand in
#
# - Is your id in the first code cell?
# - Choose *Restart Kernel and Run All Cells* from the menu *Kernel*: does every hand-in still say that it was handed
#   in?
# - Save the notebook, and hand in this one file, `action-potential.ipynb`, where your instructor said. The button
#   below brings it to your computer.
#
# **To go on:** what would your soma of part 1 have to be made of, to fire by chance once a day?

# %% nbgrader={"grade": false, "grade_id": "download", "locked": true, "schema_version": 3, "solution": false, "task": false}
work.download()
