# SPDX-License-Identifier: BSD-3-Clause
"""The action potential's rubric: one soma and its channels, correct ways, and the mistakes that have a name."""

import functools
from dataclasses import replace
from math import comb
from pathlib import Path

import numpy as np
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from autograder.rubric import (
    Guided,
    Members,
    Number,
    Statistic,
    Task,
    driven,
    load_module,
    metrics,
    mistake,
    oscillating,
    spiking,
    variant,
)
from autograder.rubric.ways import digits, every, farthest, scaled
from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane import morris_lecar
from neuroscales.membrane.channels import (
    Scheme,
    VoltageStep,
    dwell_times_ms,
    mean_and_variance,
    noise_analysis,
    open_probability,
    potassium,
    simulate_channel_openings,
    simulate_open_channels,
)
from neuroscales.membrane.excitability import equilibrium_mV, smallest, spike_trains
from neuroscales.membrane.hodgkin_huxley import (
    HodgkinHuxley,
    derivatives,
    ionic_currents_uA_cm2,
    rates,
    simulate_hodgkin_huxley,
    steady_gates,
)
from neuroscales.membrane.integrate_and_fire import (
    IntegrateAndFire,
    advance_mV,
    firing_rate_Hz,
    simulate_integrate_and_fire,
)
from neuroscales.membrane.patch import Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse, Pulse, Ramp
from neuroscales.membrane.stability import jacobian
from neuroscales.membrane.stochastic_patch import StochasticPatch, count_spikes, simulate_stochastic_patch

EL_mV = -60.0
DENSITY_uA_cm2, DUR_ms, DELAY_ms = 20.0, 1.0, 2.0
STEP_AT_ms = 5.0
FOREVER_ms = 1e9

# --- the soma, and three ways to simulate it ----------------------------------------


def soma(p, celsius_degC=6.3, el_mV=EL_mV) -> HodgkinHuxley:
    """The student's own membrane."""
    return HodgkinHuxley(p["gnabar"], ek_mV=p["ek"], el_mV=el_mV, celsius_degC=celsius_degC)


def nA(p, density_uA_cm2, times=1.0):
    """A current density as a current into the student's soma; `times` is an area that is too large."""
    if density_uA_cm2 is None:
        return None
    if times == "no area":
        return density_uA_cm2
    return times * density_uA_cm2 / _per_nA(p)


def _per_nA(p):
    """Current density of 1 nA."""
    return Patch(L_um=p["diam"], diam_um=p["diam"]).density_uA_cm2(1.0)


def states(
    p, pulses, *, tstop_ms, names=("v",), from_mV=None, gates=None, celsius_degC=6.3, el_mV=EL_mV, by="library",
    dt_ms=0.01, rate_table=False, secondorder=0,
):  # fmt: skip
    """Time, and signals by name, of one soma under pulses of current density."""
    membrane = soma(p, celsius_degC, el_mV)
    from_mV = equilibrium_mV(0.0, membrane) if from_mV is None else from_mV
    if by == "NEURON":
        patch = Patch(L_um=p["diam"], diam_um=p["diam"], v_init_mV=from_mV)
        clamps = [
            CurrentPulse(one.delay_ms, min(one.dur_ms, FOREVER_ms), nA(p, one.amp_uA_cm2)) for one in pulses
        ]
        found = simulate_patch(
            patch, membrane, clamps, tstop_ms=tstop_ms, record=names, dt_ms=dt_ms, rate_table=rate_table,
            secondorder=secondorder,
        )  # fmt: skip
    elif by == "Euler":
        return _by_euler(membrane, pulses, tstop_ms, dt_ms, from_mV, gates, names)
    else:
        found = simulate_hodgkin_huxley(
            membrane, pulses, tstop_ms=tstop_ms, dt_ms=dt_ms, v_init_mV=from_mV, gates=gates, record=names
        )
    return found.time, {name: found.values(name) for name in names}


def _by_euler(membrane, pulses, tstop_ms, dt_ms, from_mV, gates, names):
    """The same by Euler's method, which students write themselves; the cells of one run stand in columns."""
    gates = steady_gates(from_mV) if gates is None else np.asarray(gates, dtype=float)
    cells = [gates.reshape(3, -1)[0], *(np.ravel(one.charge_nC_cm2(1e3)) for one in pulses)]
    n_cells = max(len(values) for values in cells)
    state = np.vstack([np.full((1, n_cells), from_mV), np.broadcast_to(gates.reshape(3, -1), (3, n_cells))])
    charge, found = 0.0, [state]
    with np.errstate(over="ignore", invalid="ignore"):  # a search asks currents that throw Euler's method off
        for i in range(1, round(tstop_ms / dt_ms) + 1):
            before, charge = charge, sum((one.charge_nC_cm2(i * dt_ms) for one in pulses), 0.0)
            state = state + dt_ms * derivatives(membrane, (charge - before) / dt_ms, state)
            found.append(state)
    time, all_states = np.arange(len(found)) * dt_ms, np.stack(found, axis=1)
    v, *gates = (values[:, 0] if n_cells == 1 else values for values in all_states)
    with np.errstate(over="ignore", invalid="ignore"):
        ina, ik, _ = 1e-3 * ionic_currents_uA_cm2(membrane, v, np.array(gates))
    known = {"v": v, "ina": ina, "ik": ik, **dict(zip("mhn", gates, strict=True))}
    return time, {name: known[name] for name in names}


def of(*names):
    """Makes an answer depend on these parameters alone, and remembers it; its numbers are Python's own."""

    def decorate(simulate):
        @functools.lru_cache(maxsize=64)
        def remembered(own, settings):
            found = simulate(dict(own), **dict(settings))
            return {
                name: float(value) if isinstance(value, np.generic) else value
                for name, value in found.items()
            }

        @functools.wraps(simulate)
        def made(p, **settings):
            return dict(remembered(tuple((name, p[name]) for name in names), tuple(settings.items())))

        return made

    return decorate


def trains(p, stimuli, *, tstop_ms, by="library", dt_ms=0.05, level_mV=0.0, **settings):
    """Spike times of many somata under stimuli of current density, one after the other in NEURON."""
    if by == "library":
        celsius_degC, el_mV = settings.get("celsius_degC", 6.3), settings.get("el_mV", EL_mV)
        return spike_trains(
            stimuli, soma(p, celsius_degC, el_mV), tstop_ms=tstop_ms, dt_ms=dt_ms, level_mV=level_mV,
            v_init_mV=settings.get("from_mV"), gates=settings.get("gates"),
        )  # fmt: skip
    if by == "Euler":
        time, found = states(p, stimuli, tstop_ms=tstop_ms, by=by, dt_ms=dt_ms, **settings)
        return [measure.spike_times(time, v, level_mV) for v in np.atleast_2d(found["v"].T)]
    n_cells = max(np.size(value) for one in stimuli for value in (one.delay_ms, one.amp_uA_cm2))
    found = []
    for i in range(n_cells):
        pulses = [piece for one in stimuli for piece in _pieces(one, i)]
        time, of = states(p, pulses, tstop_ms=tstop_ms, by=by, dt_ms=dt_ms, **settings)
        found.append(measure.spike_times(time, of["v"], level_mV))
    return found


def _pieces(stimulus, i, stair_ms=0.25):
    """A stimulus of one cell as pulses: a ramp becomes a staircase, which NEURON's clamps can play."""
    delay_ms, dur_ms, amp = (
        float(np.ravel(value)[i if np.size(value) > 1 else 0])
        for value in (stimulus.delay_ms, stimulus.dur_ms, stimulus.amp_uA_cm2)
    )
    if isinstance(stimulus, Pulse):
        return [Pulse(delay_ms, dur_ms, amp)]
    stairs = max(round(dur_ms / stair_ms), 1)
    rise_ms = dur_ms / stairs
    return [Pulse(delay_ms + (k + 0.5) * rise_ms, np.inf, amp / stairs) for k in range(stairs)]


def find(answers, low, high, *, by="library", fine=2e-3, resolution=None):
    """Smallest value with the answer yes, by bisection or many at once; None where there is none."""
    try:
        if by == "NEURON":
            return measure.bisect(lambda x: answers(np.array([x]))[0], low, high, fine)
        return smallest(answers, low, high, resolution or 3e-4 * (high - low), n_cells=61)
    except ValueError:
        return None


# --- one spike ----------------------------------------

SPIKE_ms, SPIKE_END_ms = 25.0, 24.5


@of("diam", "gnabar", "ek")
def spike(
    p, *, at_nA=None, density=DENSITY_uA_cm2, area=1.0, delay_ms=DELAY_ms, dur_ms=DUR_ms, tstop_ms=SPIKE_ms,
    rest_ms=None, from_mV=None, said_mV=None, **settings,
):  # fmt: skip
    """Where the soma rests, and its answer to a pulse of 20 uA/cm2."""
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    rest_mV = equilibrium_mV(0.0, soma(p, **membrane))
    if rest_ms:
        rest_mV = float(states(p, [], tstop_ms=rest_ms, from_mV=-65.0, **settings)[1]["v"][-1])
    solved_nA = nA(p, density, area)
    pulse = Pulse(delay_ms, dur_ms, _per_nA(p) * (at_nA or solved_nA))
    start_mV = rest_mV if from_mV is None else from_mV
    t, found = states(p, [pulse], tstop_ms=tstop_ms, names=("v", "ina", "ik"), from_mV=start_mV, **settings)
    return {"rest": rest_mV if said_mV is None else said_mV, "amp": solved_nA, "t": t, **found}


# --- the equations ----------------------------------------

PROTOCOL = load_module(Path(__file__).with_name("protocol_equations.py"))


def equations(
    p, *, powers=(3, 4), with_h=True, el_mV=EL_mV, stimulus=1.0, ionic=1.0, faster=1.0, swapped=False, unguarded=False,
    order=(0, 1, 2), aside_mV=0.0, digits=None,
):  # fmt: skip
    """What the grader's protocol finds on the equations, or on equations that differ from them."""
    membrane = soma(p, el_mV=el_mV)

    def of_the_student(_, v, m, h, n, amp):
        seen = (m ** (powers[0] / 3), h if with_h else 1.0, np.abs(n) ** (powers[1] / 4))
        dv = stimulus * amp - ionic * ionic_currents_uA_cm2(membrane, v, np.array(seen)).sum()
        alpha, beta = rates(v + aside_mV)
        if unguarded:
            alpha = np.where([v == -40.0, False, v == -55.0], np.nan, alpha)
        if swapped:
            alpha, beta = beta, alpha
        gates = np.array([m, h, n])
        moves = (faster * (alpha * (1 - gates) - beta * gates))[list(order)]
        found = np.array([dv, *moves])
        return found.astype(np.float32) if digits == "single" else found

    with np.errstate(all="ignore"):
        return {name: np.array(values) for name, values in PROTOCOL.run(of_the_student, p).items()}


# --- from one spike to many ----------------------------------------

CURVE_uA_cm2 = (20.0, 30.0, 40.0)
ONE_ms, MANY_ms, SINCE_ms, LATE_ms = 60.0, 300.0, 100.0, 100.0
HIGHEST_uA_cm2 = 40.0


@of("diam", "gnabar", "ek")
def firing(
    p, *, area=1.0, told=1.0, ramp_ms=None, many_ms=MANY_ms, first_interval=False, count_one=False, by="NEURON",
    dt_ms=0.0125,
    secondorder=2, **settings,
):  # fmt: skip
    """The smallest step that draws a spike, the smallest that draws them for good, and rates."""
    ask = functools.partial(trains, p, by=by, dt_ms=dt_ms, secondorder=secondorder, **settings)

    def steps(amps):
        return [Ramp(STEP_AT_ms, ramp_ms, amps)] if ramp_ms else [Pulse(STEP_AT_ms, np.inf, amps)]

    def fires(amps):
        return [train.size > 0 for train in ask(steps(amps), tstop_ms=(ramp_ms or 0.0) + ONE_ms)]

    def lasts(amps):
        return [
            train.size > 2 and train[-1] > many_ms - LATE_ms
            for train in ask([Pulse(STEP_AT_ms, np.inf, amps)], tstop_ms=many_ms)
        ]

    rheobase = find(fires, 0.0, HIGHEST_uA_cm2, by=by, fine=4e-3, resolution=0.02)
    onset = rheobase if count_one else find(lasts, 0.0, HIGHEST_uA_cm2, by=by, fine=4e-3, resolution=0.05)
    amps = np.array([onset or 0.0, *(nA(p, density, area) * _per_nA(p) for density in CURVE_uA_cm2)])
    curve = [
        _rate_Hz(train, first_interval) for train in ask([Pulse(STEP_AT_ms, np.inf, amps)], tstop_ms=MANY_ms)
    ]
    return {
        "rheobase": nA(p, rheobase, told),
        "onset": nA(p, onset, told),
        "onset_rate": 1e3 / MANY_ms if count_one else curve[0],
        "rates": np.array(curve[1:]),
    }


def _rate_Hz(train, first_interval):
    """Rate from the mean interval after the beginning, or from the first one; zero where there is none."""
    intervals = np.diff(train[:2] if first_interval else train[train > SINCE_ms])
    return float(1e3 / intervals.mean()) if intervals.size else 0.0


# --- numbers that dice have a part in ----------------------------------------


class Estimate(float):
    """A number with the standard error of an estimate of it."""

    def __new__(cls, value, se):
        """The number itself is what is handed in."""
        made = super().__new__(cls, value)
        made.se = float(se)
        return made


class Estimated(Statistic):
    """An estimate, in the standard errors that the reference's number brings along."""

    def error(self, handed, reference):
        """Distance from the expectation in standard errors."""
        mine, true = self.value(handed), self.value(reference)
        return metrics.standard_errors_apart(mine, true, getattr(true, "se", 0.0))


# --- channels, one by one ----------------------------------------

HELD_mV, N_CHANNELS, N_OPENINGS, DEAD_ms, EARLY_ms, LATE_AT_ms = -65.0, 2000, 5000, 1.0, 3.0, 30.0
FEW = 100  # channels that are watched for long


@of("v_step")
def channels(
    p, *, seed=None, scheme="potassium", way="jump by jump", held_mV=HELD_mV, dead_ms=DEAD_ms, taken_off_ms=DEAD_ms,
):  # fmt: skip
    """Mean open time and the fraction open after a step; without a seed what is expected."""
    channel, held_mV = SCHEMES[scheme], p["v_step"] if held_mV is None else held_mV
    mean_ms = -1 / channel.rates_per_ms(p["v_step"])[channel.open_states[0], channel.open_states[0]]
    clamp = [VoltageStep(held_mV, 1e-3), VoltageStep(p["v_step"], LATE_AT_ms)]
    expected = open_probability(channel, clamp, np.array([0.0, 1e-3 + EARLY_ms, 1e-3 + LATE_AT_ms]))[1:]
    found = {"seen": mean_ms + dead_ms, "early": expected[0], "late": expected[1]}
    open_se = mean_ms / np.sqrt(N_OPENINGS)
    spread = {
        name: max(np.sqrt(found[name] * (1 - found[name]) / N_CHANNELS), 1e-3) for name in ("early", "late")
    }
    if seed is not None:
        found |= ALGORITHMS[way](channel, p["v_step"], held_mV, dead_ms, np.random.default_rng(seed))
    return {
        "seen": Estimate(found["seen"], open_se),
        "open_time": Estimate(found["seen"] - taken_off_ms, open_se),
        **{name: Estimate(found[name], se) for name, se in spread.items()},
    }


def _chain(forward, backward):
    """A scheme of states in a row, the last one open; rates per ms as functions of the potential."""

    def matrix(v_mV):
        q = np.diag(np.array(forward(v_mV), dtype=float), 1) + np.diag(
            np.array(backward(v_mV), dtype=float), -1
        )
        return q - np.diag(q.sum(axis=1))

    n_states = len(forward(0.0)) + 1
    return Scheme("channel", tuple(map(str, range(n_states))), (n_states - 1,), matrix)


def _gate(name, v_mV):
    """Opening and closing rate of a gate."""
    which = "mhn".index(name)
    return tuple(float(rate[which]) for rate in rates(v_mV))


SCHEMES = {
    "potassium": potassium(),
    "one gate": _chain(lambda v: [_gate("n", v)[0]], lambda v: [_gate("n", v)[1]]),
    "all rates alike": _chain(lambda v: [_gate("n", v)[0]] * 4, lambda v: [_gate("n", v)[1]] * 4),
    "gates m": _chain(
        lambda v: [k * _gate("m", v)[0] for k in (4, 3, 2, 1)],
        lambda v: [k * _gate("m", v)[1] for k in (1, 2, 3, 4)],
    ),
    "rates of the rest": _chain(
        lambda v: [k * _gate("n", HELD_mV)[0] for k in (4, 3, 2, 1)],
        lambda v: [k * _gate("n", HELD_mV)[1] for k in (1, 2, 3, 4)],
    ),
}


def _needed_ms(channel, v_mV, dead_ms, n_channels):
    """For how long so many channels must be watched to see enough openings."""
    mean_ms = -1 / channel.rates_per_ms(v_mV)[channel.open_states[0], channel.open_states[0]]
    p_open = open_probability(channel, [VoltageStep(v_mV, 1.0)], np.zeros(1))[0]
    seen_per_ms = p_open / mean_ms * np.exp(-dead_ms / mean_ms)
    return 1.1 * N_OPENINGS / (n_channels * seen_per_ms)


def _jump_by_jump(channel, v_mV, held_mV, dead_ms, rng, n_channels=FEW):
    """Every jump drawn by itself."""
    long_ms = _needed_ms(channel, v_mV, dead_ms, n_channels)
    openings = simulate_channel_openings(channel, [VoltageStep(v_mV, long_ms)], n_channels, rng)
    step = [VoltageStep(held_mV, 1e-3), VoltageStep(v_mV, LATE_AT_ms + 0.1)]
    ensemble = simulate_channel_openings(channel, step, N_CHANNELS, rng)
    early, late = (
        np.mean([((one[:, 0] <= t) & (t < one[:, 1])).any() for one in ensemble])
        for t in (1e-3 + EARLY_ms, 1e-3 + LATE_AT_ms)
    )
    seen, _ = dwell_times_ms(openings, long_ms, dead_ms)
    return {"seen": seen[:N_OPENINGS].mean(), "early": early, "late": late}


def _sample_by_sample(channel, v_mV, held_mV, dead_ms, rng, dt_ms=0.05):
    """How many channels go from each state to each other, from sample to sample."""
    long_ms = np.ceil(_needed_ms(channel, v_mV, dead_ms, FEW))
    alone = simulate_open_channels(channel, [VoltageStep(v_mV, long_ms)], 1, rng, n_sweeps=FEW, dt_ms=dt_ms)
    step = [VoltageStep(held_mV, dt_ms), VoltageStep(v_mV, LATE_AT_ms)]
    many = simulate_open_channels(channel, step, N_CHANNELS, rng, dt_ms=dt_ms).profile("n_open").values[:, 0]
    early, late = (many[round(t / dt_ms) + 1] / N_CHANNELS for t in (EARLY_ms, LATE_AT_ms))
    return {
        "seen": _mean_stay(alone.profile("n_open").values > 0, dt_ms, dead_ms),
        "early": early,
        "late": late,
    }


def _gate_by_gate(channel, v_mV, held_mV, dead_ms, rng, dt_ms=0.05):
    """Four gates to a channel, each with its own dice at every step; of potassium's channel alone."""
    alpha, beta = _gate("n", v_mV)
    held, settled = steady_gates(held_mV)[2], steady_gates(v_mV)[2]

    def throw(n_channels, start, span_ms):
        gates = rng.random((n_channels, 4)) < start
        found = []
        for _ in range(round(span_ms / dt_ms)):
            dice = rng.random(gates.shape)
            gates = np.where(gates, dice > beta * dt_ms, dice < alpha * dt_ms)
            found.append(gates.all(axis=1))
        return np.array(found)

    is_open = throw(FEW, settled, _needed_ms(channel, v_mV, dead_ms, FEW))
    many = throw(N_CHANNELS, held, LATE_AT_ms).mean(axis=1)
    early, late = (many[round(t / dt_ms) - 1] for t in (EARLY_ms, LATE_AT_ms))
    return {"seen": _mean_stay(is_open, dt_ms, dead_ms), "early": early, "late": late}


def _mean_stay(is_open, dt_ms, dead_ms):
    """Mean of the stays in the open state that are long enough, from samples of many channels in columns."""
    stays = []
    for channel in is_open.T:
        edges = np.flatnonzero(np.diff(channel.astype(int)))
        if edges.size and not channel[edges[0] + 1]:
            edges = edges[1:]
        pairs = edges[: len(edges) // 2 * 2].reshape(-1, 2)
        stays.append((pairs[:, 1] - pairs[:, 0]) * dt_ms)
    stays = np.concatenate(stays)
    return stays[stays >= dead_ms - 1e-9][:N_OPENINGS].mean()


ALGORITHMS = {
    "jump by jump": _jump_by_jump,
    "sample by sample": _sample_by_sample,
    "gate by gate": _gate_by_gate,
    "gate by gate, step 0.02 ms": functools.partial(_gate_by_gate, dt_ms=0.02),
    "short records": functools.partial(_jump_by_jump, n_channels=20 * FEW),
}

# --- counting by noise ----------------------------------------

SWEEPS, SWEEP_ms, SAMPLE_ms, CHANNEL_nS = 1000, 10.0, 0.1, 0.01


@of("diam", "ek", "v_step")
def noise(
    p,
    *,
    seed=None,
    fit="parabola",
    from_what="variance",
    from_mV=None,
    by="states",
    one_less=True,
):
    """Current of one channel and their number; without a seed what is expected, with its spread."""
    n_channels, i_pA = _many(p), CHANNEL_nS * (p["v_step"] - p["ek"])
    spread = dict(zip(("i", "count"), _spread_of_noise(n_channels, p["v_step"], i_pA), strict=True))
    found = {"i": i_pA, "count": float(n_channels)}
    if seed is not None:
        used_pA = i_pA if from_mV is None else CHANNEL_nS * (p["v_step"] - from_mV)
        found = _estimate(p, used_pA, np.random.default_rng(seed), fit, from_what, by, one_less)
    return {name: Estimate(found[name], se) for name, se in spread.items()}


def _estimate(p, i_pA, rng, fit, from_what, by, one_less):
    """Current and number from simulated sweeps."""
    sweeps = _sweeps_of_gates if by == "gates" else _sweeps
    mean, variance = sweeps(_many(p), p["v_step"], SWEEPS, rng)
    mean, variance = i_pA * mean, i_pA**2 * variance * (1.0 if one_less else 1 - 1 / SWEEPS)
    if from_what == "standard deviation":
        variance = np.sqrt(variance)
    if fit == "straight line":
        i = float(mean @ variance / (mean @ mean))
        return {"i": i, "count": float(mean.max() / i)}
    i, n_channels = noise_analysis(mean, variance)
    return {"i": i, "count": n_channels}


def _many(p):
    """How many channels: ten for each um of the soma's diameter."""
    return round(10 * p["diam"])


def _sweeps(n_channels, v_mV, n_sweeps, rng):
    """Mean and variance of the number of open channels after the step."""
    clamp = [VoltageStep(HELD_mV, SAMPLE_ms), VoltageStep(v_mV, SWEEP_ms)]
    recording = simulate_open_channels(
        potassium(), clamp, n_channels, rng, n_sweeps=n_sweeps, dt_ms=SAMPLE_ms
    )
    mean, variance = mean_and_variance(recording)
    return mean[1:], variance[1:]


def _sweeps_of_gates(n_channels, v_mV, n_sweeps, rng):
    """The same with four gates to a channel, thrown from sample to sample with their exact probabilities."""
    alpha, beta = _gate("n", v_mV)
    left, settled = np.exp(-(alpha + beta) * SAMPLE_ms), steady_gates(v_mV)[2]
    gates = rng.random((n_sweeps, n_channels, 4), dtype=np.float32) < steady_gates(HELD_mV)[2]
    n_open = []
    for _ in range(round(SWEEP_ms / SAMPLE_ms)):
        chance = np.where(gates, np.float32(settled + (1 - settled) * left), np.float32(settled * (1 - left)))
        gates = rng.random(gates.shape, dtype=np.float32) < chance
        n_open.append(gates.all(axis=2).sum(axis=1))
    return np.mean(n_open, axis=1), np.var(n_open, axis=1, ddof=1)


@functools.lru_cache(maxsize=64)
def _spread_of_noise(n_channels, v_mV, i_pA):
    """Standard errors of the two estimates, to first order in the scatter of the variance over the sweeps.

    Channels are independent, so the covariance of the number of open ones at two times is N times that of one
    channel, and that of two sample variances, for so many channels nearly Gaussian, is 2 C^2 / (sweeps - 1).
    """
    times = SAMPLE_ms * np.arange(1, round(SWEEP_ms / SAMPLE_ms) + 1)
    p = open_probability(potassium(), [VoltageStep(HELD_mV, 1e-6), VoltageStep(v_mV, SWEEP_ms)], times)
    stays = expm(potassium().rates_per_ms(v_mV) * SAMPLE_ms)
    again = np.array([np.linalg.matrix_power(stays, k)[4, 4] for k in range(len(times))])
    lag = np.subtract.outer(np.arange(len(times)), np.arange(len(times)))
    first = p[np.minimum.outer(np.arange(len(times)), np.arange(len(times)))]
    covariance = n_channels * (first * again[np.abs(lag)] - np.outer(p, p))
    scatter = 2 * (i_pA**2 * covariance) ** 2 / (SWEEPS - 1)
    mean = i_pA * n_channels * p
    solve = np.linalg.pinv(np.stack([mean, -(mean**2)], axis=1))
    i_se, over_n_se = np.sqrt(np.diag(solve @ scatter @ solve.T))
    relative = over_n_se * n_channels
    # 1/N is nearly Gaussian, N is not: its longer side, at 3.3 standard errors, counts for both
    return float(i_se), float(n_channels * relative / (1 - 3.3 * relative))


# --- a simpler spike ----------------------------------------

TIMES = (1.05, 1.5, 3.0)


@of("diam")
def integrator(
    p, *, area=1.0, refractory_ms=2.0, reset_mV=-70.0, rest_mV=-65.0, tau_ms=10.0, by="formula", dt_ms=0.01, base=np.e, count_s=None,
):  # fmt: skip
    """The integrate-and-fire neuron with the soma's capacitance: its rheobase, and three rates."""
    c_pF = Patch(L_um=p["diam"], diam_um=p["diam"]).capacitance_pF * area
    neuron = IntegrateAndFire(tau_ms, 1e3 * tau_ms / c_pF, rest_mV, -50.0, reset_mV, refractory_ms)
    amps = np.array(TIMES) * neuron.rheobase_nA
    if by == "formula":
        found = firing_rate_Hz(neuron, amps) if base == np.e else _rates_by_log10(neuron, amps)
    else:
        found = np.array([_counted_Hz(neuron, amp, by, dt_ms, count_s) for amp in amps])
    return {"rheobase": neuron.rheobase_nA, "rates": found}


def _rates_by_log10(neuron, amps):
    """Rates of one who takes the logarithm to the base ten."""
    free = IntegrateAndFire(
        neuron.tau_ms, neuron.resistance_Mohm, neuron.v_rest_mV, -50.0, neuron.v_reset_mV, 0.0
    )
    climb_ms = 1e3 / firing_rate_Hz(free, amps) / np.log(10)
    return 1e3 / (neuron.refractory_ms + climb_ms)


def _counted_Hz(neuron, amp_nA, by, dt_ms, count_s):
    """Rate from a simulation: exact, step by step, or by Euler's method."""
    if by == "exact":
        _, spikes = simulate_integrate_and_fire(neuron, [CurrentPulse(0.0, 1e4, amp_nA)], tstop_ms=1000.0)
        return 1e3 / np.diff(spikes[1:]).mean()
    v, free_ms, spikes = neuron.v_rest_mV, 0.0, []
    target = neuron.v_rest_mV + neuron.resistance_Mohm * amp_nA
    for i in range(1, round(1000 / dt_ms) + 1):
        if i * dt_ms <= free_ms + 1e-9:
            continue
        v = (
            v + dt_ms * (target - v) / neuron.tau_ms
            if by == "Euler"
            else advance_mV(v, target, dt_ms, neuron.tau_ms)
        )
        if v >= neuron.v_threshold_mV:
            spikes.append(i * dt_ms)
            v, free_ms = neuron.v_reset_mV, i * dt_ms + neuron.refractory_ms
    return len(spikes) / count_s if count_s else 1e3 / np.diff(spikes[1:]).mean()


# --- a spike in two variables ----------------------------------------

PLANE_ms, SETTLED_ms, PLANE_END_ms, BEGINNING_ms = 500.0, 100.0, 495.0, 40.0
START = (0.0, 0.0)


@of("phi", "drive")
def plane(
    p, *, by="Runge and Kutta", dt_ms=0.1, start=START, with_cosh=True, tstop_ms=PLANE_ms, at_rest=False, onset="first Hopf point",
    derived="exactly", scaled_rows=(1.0, 1.0), **membrane,
):  # fmt: skip
    """The fixed point of the plane, what its linear part says, where it lets go, and a trace."""
    one = replace(morris_lecar.HOPF, phi_per_ms=p["phi"], **membrane)
    slopes = functools.partial(_slopes, one, with_cosh)
    amp = 0.0 if at_rest else p["drive"]
    v, w, _ = morris_lecar.fixed_points(one, amp)[0]
    linear = (
        _linear(functools.partial(slopes, amp), np.array([v, w]), derived) * np.array(scaled_rows)[:, None]
    )
    t, trace = _trace(one, with_cosh, p["drive"], start, by, dt_ms, tstop_ms)
    return {
        "v_fixed": v, "w_fixed": w, "tr": np.trace(linear), "det": np.linalg.det(linear), "onset": ONSETS[onset](one, slopes),
        "t": t, "v": trace,
    }  # fmt: skip


def _slopes(membrane, with_cosh, amp, state):
    """The right-hand side, or one whose w is as fast at every potential."""
    dv, dw = morris_lecar.derivatives(membrane, amp, state)
    if not with_cosh:
        dw = membrane.phi_per_ms * (morris_lecar.open_potassium(membrane, state[0]) - state[1])
    return np.stack([dv, dw])


def _linear(slopes, state, derived, step=1e-4):
    """The matrix of derivatives, exactly or by differences."""
    if derived == "exactly":
        return jacobian(slopes, state)
    aside = step * np.eye(2)
    return np.stack([(slopes(state + one) - slopes(state - one)) / (2 * step) for one in aside], axis=1)


@functools.lru_cache(maxsize=64)
def _trace(membrane, with_cosh, amp, start, by, dt_ms, tstop_ms):
    """Time and potential from a start in the plane."""
    slopes = functools.partial(_slopes, membrane, with_cosh, amp)
    t = np.arange(round(tstop_ms / dt_ms) + 1) * dt_ms
    if by in SOLVERS:
        run = solve_ivp(lambda _, x: slopes(x), (0, t[-1]), start, t_eval=t, **SOLVERS[by])
        return t, run.y[0]
    x, found = np.array(start), [start[0]]
    for _ in t[1:]:
        x = x + dt_ms * slopes(x) if by == "Euler" else _runge_kutta(slopes, x, dt_ms)
        found.append(x[0])
    return t, np.array(found)


SOLVERS = {"solver": {}, "exact solver": {"method": "LSODA", "rtol": 1e-7, "atol": 1e-9}}


def _runge_kutta(slopes, x, dt_ms):
    """One step with four looks ahead."""
    one = slopes(x)
    two = slopes(x + dt_ms / 2 * one)
    three = slopes(x + dt_ms / 2 * two)
    return x + dt_ms / 6 * (one + 2 * two + 2 * three + slopes(x + dt_ms * three))


def _trace_changes_sign(membrane, slopes):
    """The smallest current at which the trace of the linear part is positive."""

    def grows(amp):
        v, w, _ = morris_lecar.fixed_points(membrane, amp)[0]
        return np.trace(_linear(functools.partial(slopes, amp), np.array([v, w]), "by differences")) > 0

    return measure.bisect(grows, 60.0, 130.0, 1e-3)


@functools.lru_cache(maxsize=64)
def _from_far_away(membrane):
    """The smallest current at which a large oscillation lasts, beside a fixed point that is still stable."""

    def fires(amps):
        run = morris_lecar.simulate_morris_lecar(
            membrane, amps, tstop_ms=1500.0, dt_ms=0.4, v_init_mV=0.0, w_init=0.0
        )
        return np.ptp(run.profile("v").values[run.time > 1000], axis=0) > 20

    return smallest(fires, 75.0, 110.0, 0.1)


ONSETS = {
    "first Hopf point": lambda membrane, _: morris_lecar.hopf_currents_uA_cm2(membrane)[0],
    "second Hopf point": lambda membrane, _: morris_lecar.hopf_currents_uA_cm2(membrane)[-1],
    "trace": _trace_changes_sign,
    "firing": lambda membrane, _: _from_far_away(membrane),
}

# --- a patch that fires by chance ----------------------------------------

PATCHES, WARM_ms, WATCHED_ms, PATCH_EL_mV = 200, 20.0, 100.0, -54.4
AREAS_um2 = (10, 20, 30, 40, 55, 70, 90, 110, 140)
#: Rate (Hz), variance over mean of the number of spikes in 100 ms, and the part of the patches that are silent
#: then: 3000 patches of each area, each opening and closing drawn by itself (Gillespie 1977).
BY_CHANCE = {
    "rate": (38.98, 32.61, 28.01, 23.74, 19.31, 15.27, 11.33, 8.40, 5.23),
    "fano": (0.217, 0.298, 0.340, 0.407, 0.506, 0.588, 0.703, 0.808, 0.857),
    "silent": (0.0, 0.0037, 0.0057, 0.0230, 0.0623, 0.1347, 0.2597, 0.3950, 0.5670),
}
#: What a step of 0.01 ms may cost, half of what 0.02 ms does: dealt along the arrows, gates forget a little sooner.
STEP_COSTS = {"rate": 0.03, "silent": 0.01}
#: The same of other membranes, 1500 patches each, for the areas that there are, the practice notebook's included.
OTHER_AREAS_um2 = (20, 40, 55, 70, 110)
OTHERWISE = {
    "potassium smooth": {
        "rate": (12.58, 3.93, 1.50, 0.64, 0.07),
        "silent": (0.223, 0.665, 0.858, 0.939, 0.993),
    },
    "leak at -60 mV": {
        "rate": (19.49, 9.40, 5.68, 3.21, 0.68),
        "silent": (0.057, 0.324, 0.525, 0.713, 0.933),
    },
}


@of("area")
def patch(p, *, seed=None, way="along the arrows", dt_ms=0.01, membrane="", **settings):
    """Rate of spikes that nothing evokes, and the part of the patches without one; without a seed what is expected."""
    expected, fano, silent = (
        np.interp(p["area"], AREAS_um2, BY_CHANCE[name]) for name in ("rate", "fano", "silent")
    )
    by_chance_Hz = np.sqrt(fano * expected / (1e-3 * PATCHES * WATCHED_ms))
    rate_se = np.hypot(by_chance_Hz, STEP_COSTS["rate"] * expected)
    silent_se = np.hypot(np.sqrt(max(silent, 1 / PATCHES) * (1 - silent) / PATCHES), STEP_COSTS["silent"])
    found = {"rate": expected, "silent": silent}
    if membrane:
        found = {name: np.interp(p["area"], OTHER_AREAS_um2, OTHERWISE[membrane][name]) for name in found}
    if seed is not None:
        counts = _spikes_by_chance(p["area"], way, dt_ms, seed, **settings)
        found = {"rate": 1e3 * counts.mean() / WATCHED_ms, "silent": np.mean(counts == 0)}
    return {"rate": Estimate(found["rate"], rate_se), "silent": Estimate(found["silent"], silent_se)}


@functools.lru_cache(maxsize=256)  # patches of one area are the same for all students
def _spikes_by_chance(area_um2, way, dt_ms, seed, **settings):
    """Number of spikes of each patch, from the 20th ms on."""
    rng = np.random.default_rng(seed)
    v = PATCH_WAYS[way](area_um2, dt_ms, rng, **settings)
    late = v[round(WARM_ms / dt_ms) :]
    found = Recording(np.arange(len(late)) * dt_ms, [Signal("v", late, "mV", np.arange(late.shape[1]))])
    return count_spikes(found)


def _dealt_out(area_um2, dt_ms, rng):
    """The library's way: in each step all channels are dealt out among all states."""
    return (
        simulate_stochastic_patch(
            StochasticPatch(area_um2, el_mV=PATCH_EL_mV),
            rng,
            tstop_ms=WARM_ms + WATCHED_ms,
            dt_ms=dt_ms,
            n_patches=PATCHES,
        )
        .profile("v")
        .values
    )


def _along_the_arrows(area_um2, dt_ms, rng, euler=False, smooth_potassium=False, el_mV=PATCH_EL_mV):
    """A student's way: in each step a channel leaves its state along an arrow with the chance rate times dt."""
    v = np.full(PATCHES, -65.0)
    m, h, n = steady_gates(-65.0)
    four = np.array([_of_equal(3, m) * (1 - h), _of_equal(3, m) * h])
    sodium = rng.multinomial(round(60 * area_um2), four.ravel(), size=PATCHES).reshape(PATCHES, 2, 4)
    potassium = rng.multinomial(round(18 * area_um2), _of_equal(4, n), size=PATCHES)
    smooth, found = np.full(PATCHES, n), [v]
    for _ in range(round((WARM_ms + WATCHED_ms) / dt_ms)):
        alpha, beta = dt_ms * np.array(rates(v))
        # one channel's 20 pS on 1 um2 would be 2 mS/cm2
        g_na, g_k = 2 / area_um2 * sodium[:, 1, 3], 2 / area_um2 * potassium[:, 4]
        if smooth_potassium:
            g_k, smooth = 36 * smooth**4, smooth + alpha[2] * (1 - smooth) - beta[2] * smooth
        g = g_na + g_k + 0.3
        goal = (50 * g_na - 77 * g_k + 0.3 * el_mV) / g
        v = v + dt_ms * g * (goal - v) if euler else goal + (v - goal) * np.exp(-dt_ms * g)
        sodium = _sodium_moved(sodium, alpha, beta, rng)
        potassium = _potassium_moved(potassium, alpha, beta, rng)
        found.append(v)
    return np.array(found)


def _of_equal(n_gates, p):
    """Probability of 0 to n of n equal gates open."""
    return np.array([comb(n_gates, k) * p**k * (1 - p) ** (n_gates - k) for k in range(n_gates + 1)])


def _sodium_moved(counts, alpha, beta, rng):
    """Sodium channels after a step; counts of h closed and open, m from 0 to 3, shape (n_patches, 2, 4)."""
    k = np.arange(4)
    chance = np.zeros((*counts.shape, 4))
    chance[..., 0] = alpha[0][:, None, None] * (3 - k)
    chance[..., 1] = beta[0][:, None, None] * k
    chance[:, 0, :, 2], chance[:, 1, :, 2] = alpha[1][:, None], beta[1][:, None]
    chance[..., 3] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(counts, chance)
    after = moved[..., 3] + moved[:, ::-1, :, 2]
    after[:, :, 1:] += moved[:, :, :3, 0]
    after[:, :, :3] += moved[:, :, 1:, 1]
    return after


def _potassium_moved(counts, alpha, beta, rng):
    """Potassium channels after a step; counts of 0 to 4 gates open, shape (n_patches, 5)."""
    k = np.arange(5)
    chance = np.zeros((*counts.shape, 3))
    chance[..., 0], chance[..., 1] = alpha[2][:, None] * (4 - k), beta[2][:, None] * k
    chance[..., 2] = 1 - chance.sum(axis=-1)
    moved = rng.multinomial(counts, chance)
    after = moved[..., 2].copy()
    after[:, 1:] += moved[:, :4, 0]
    after[:, :4] += moved[:, 1:, 1]
    return after


PATCH_WAYS = {"along the arrows": _along_the_arrows, "dealt out": _dealt_out}

# --- a pulse that stops it, a ramp that is too slow ----------------------------------------

HOLD, KICK_uA_cm2, FOURTH, SCAN_ms = 1.15, 10.0, 3, (3.0, 12.0)
QUIET_ms, SILENCE_ms, SCAN_STEP_ms = 60.0, 220.0, 0.75


@of("diam", "gnabar", "ek")
def silence(
    p, *, onset_nA, hold=HOLD, kick=KICK_uA_cm2, dur_ms=1.0, area=1.0, spike=FOURTH, at_hold_start=False, by="NEURON",
    dt_ms=0.025, secondorder=2, **settings,
):  # fmt: skip
    """The delays after a spike at which a pulse of 10 uA/cm2 and 1 ms stops the firing."""
    held = Pulse(STEP_AT_ms, np.inf, hold * onset_nA * _per_nA(p))
    ask = functools.partial(trains, p, by=by, dt_ms=dt_ms, secondorder=secondorder, **settings)
    (train,) = ask([held], tstop_ms=150.0)
    if len(train) <= spike:
        return {"first": None, "last": None}
    since_ms, size = STEP_AT_ms if at_hold_start else train[spike], nA(p, kick, area) * _per_nA(p)

    def goes_on(delays):
        found = ask([held, Pulse(since_ms + delays, dur_ms, size)], tstop_ms=SILENCE_ms)
        return np.array([one.size > 0 and one[-1] >= SILENCE_ms - QUIET_ms for one in found])

    scan = np.arange(SCAN_ms[0], SCAN_ms[1] + 1e-9, SCAN_STEP_ms)
    inside = scan[~goes_on(scan)]
    if not inside.size:
        return {"first": None, "last": None}
    first = find(lambda delays: ~goes_on(delays), inside[0] - SCAN_STEP_ms, inside[0], by=by, resolution=0.02)
    last = find(goes_on, inside[-1], inside[-1] + SCAN_STEP_ms, by=by, resolution=0.02)
    return {"first": first, "last": SCAN_ms[1] if last is None else min(last, SCAN_ms[1])}


@of("diam", "gnabar", "ek")
def accommodation(p, *, rheobase_nA, factor=2.0, by="library", dt_ms=0.05, tstop_ms=60.0, **settings):
    """The longest ramp to twice the rheobase that still draws a spike."""
    goal = factor * rheobase_nA * _per_nA(p)

    def silent(durations):
        found = trains(
            p, [Ramp(STEP_AT_ms, durations, goal)], by=by, dt_ms=dt_ms, tstop_ms=tstop_ms, **settings
        )
        return [train.size == 0 for train in found]

    return {"longest": find(silent, 0.1, 40.0, by=by, fine=5e-3, resolution=0.03)}


# --- warmer ----------------------------------------

WARM_degC = 12.0


@of("diam", "gnabar", "ek")
def temperature(
    p, *, celsius_degC=WARM_degC, area=1.0, dur_ms=DUR_ms, base_mV=None, height_from_mV=None, level_mV=0.0, by="library", dt_ms=0.01, **settings,
):  # fmt: skip
    """Height and width of the spike at 12 degC, and the temperature at which the pulse draws none any more."""
    pulse = Pulse(DELAY_ms, dur_ms, nA(p, DENSITY_uA_cm2, area) * _per_nA(p))
    rest_mV = equilibrium_mV(0.0, soma(p, el_mV=settings.get("el_mV", EL_mV)))
    settings = {"from_mV": rest_mV, "by": by, "dt_ms": dt_ms, **settings}
    time, found = states(p, [pulse], tstop_ms=SPIKE_ms, celsius_degC=celsius_degC, **settings)
    foot_mV = rest_mV if height_from_mV is None else height_from_mV
    numbers = {"amplitude": measure.amplitude(found["v"], foot_mV), "half_width": None}
    if measure.spike_times(time, found["v"], -40.0).size:
        numbers["half_width"] = measure.half_width(time, found["v"], rest_mV if base_mV is None else base_mV)

    def fails(temperatures):
        one = temperatures if by == "library" else float(temperatures[0])
        told = trains(p, [pulse], tstop_ms=SPIKE_ms, level_mV=level_mV, celsius_degC=one, **settings)
        return [train.size == 0 for train in told]

    return numbers | {"hottest": find(fails, 6.3, 40.0, by=by, fine=5e-4)}


# --- anode break ----------------------------------------

RELEASED_ms, REBOUND_ms = 55.0, 100.0


@of("diam", "gnabar", "ek")
def rebound(
    p, *, at_nA=None, dur_ms=50.0, sign=-1.0, read_at_start=False, others="rest", by="library", dt_ms=0.05, **settings,
):  # fmt: skip
    """The weakest current whose end draws a spike, the gates at its end, and which of them is enough."""
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    settings |= {"by": by, "dt_ms": dt_ms}
    size = _weakest(tuple(p.items()), dur_ms, sign, tuple(settings.items()))
    used = sign * (size or 0.0) if at_nA is None else at_nA * _per_nA(p)
    pulse = Pulse(STEP_AT_ms, dur_ms, used)
    t, found = states(p, [pulse], tstop_ms=STEP_AT_ms + dur_ms + 1, names=("h", "n"), **settings)
    at_ms = STEP_AT_ms + (0.0 if read_at_start else dur_ms)
    ends = {f"{name}_end": float(np.interp(at_ms, t, found[name])) for name in "hn"}
    engine = {"by": by, "dt_ms": dt_ms} if by == "Euler" else {}
    held = (ends["h_end"], ends["n_end"]) if others == "of the pulse" else None
    alone = _alone(tuple(p.items()), held, tuple({**membrane, **engine}.items()))
    return {"amp": None if size is None else sign * nA(p, size), **ends, **alone}


@functools.lru_cache(maxsize=256)
def _weakest(own, dur_ms, sign, settings):
    """Size of the weakest current density whose end draws a spike; None where none does."""

    def fires(sizes):
        found = trains(
            dict(own), [Pulse(STEP_AT_ms, dur_ms, sign * sizes)], tstop_ms=REBOUND_ms, **dict(settings)
        )
        return [train.size > 0 for train in found]

    return find(fires, 0.0, 12.0, by=dict(settings)["by"])


@functools.lru_cache(maxsize=256)
def _alone(own, held, settings):
    """How far h = 1 takes the resting soma, and the largest n from which it fires, the other gate as it is `held`."""
    p, settings = dict(own), dict(settings)
    membrane = {name: settings[name] for name in ("celsius_degC", "el_mV") if name in settings}
    rest_mV = equilibrium_mV(0.0, soma(p, **membrane))
    m, h, n = resting = steady_gates(rest_mV)
    if held:
        h, n = held

    def fires(less):
        start = np.stack(np.broadcast_arrays(m, h, resting[2] - less))
        from_mV = np.full(start.shape[1], rest_mV)
        found = trains(p, [], tstop_ms=40.0, from_mV=from_mV, gates=start, **settings)
        return [train.size > 0 for train in found]

    less = find(fires, 0.0, resting[2])
    start = np.array([m, 1.0, n])
    _, with_h = states(p, [], tstop_ms=40.0, from_mV=rest_mV, gates=start, **{"dt_ms": 0.05, **settings})
    return {
        "peak_h": float(with_h["v"].max()),
        "n_alone": None if less is None else float(resting[2] - less),
    }


# --- correct ways and mistakes that several tasks share ----------------------------------------

HABITS = {
    "by": "NEURON",
    "dt_ms": 0.025,
    "secondorder": 0,
    "rate_table": True,
}  # NEURON's own defaults, which most students keep

RUNS = (
    variant("NEURON's defaults"),
    variant("exact rates", rate_table=False),
    variant("step 0.01 ms", dt_ms=0.01),
    variant("step 0.005 ms, exact rates", dt_ms=0.005, rate_table=False),
    variant("variable step", dt_ms=None),
    variant("variable step, exact rates", dt_ms=None, rate_table=False),
    variant("Crank-Nicolson", secondorder=2),
    variant("own equations, half a step each", by="library", dt_ms=0.05, rate_table=False),
)
EULER = (
    variant("own equations, Euler's method, step 0.01 ms", by="Euler", dt_ms=0.01, rate_table=False),
    variant("own equations, Euler's method, step 0.005 ms", by="Euler", dt_ms=0.005, rate_table=False),
)

SEED = {"gnabar": 0.12, "ek": -77}
MEMBRANE = (
    mistake("sodium-left", "the sodium density is still hh's own 0.12 S/cm2", p={"gnabar": SEED["gnabar"]}),
    mistake(
        "potassium-left", "potassium's reversal potential is still NEURON's own -77 mV", p={"ek": SEED["ek"]}
    ),
    mistake("leak-left", "the leak's reversal potential is still hh's own -54.3 mV, not -60 mV", el_mV=-54.3),
    mistake("twenty-degrees", "the temperature is 20 degC", celsius_degC=20.0),
)
SIZE = (
    mistake(
        "radius-for-diameter",
        "length and diameter are half of what was asked",
        p=lambda p, own: {"diam": p["diam"] / 2},
    ),
    mistake(
        "length-left",
        "the length is still NEURON's own 100 um",
        p=lambda p, own: {"diam": np.sqrt(100 * p["diam"])},
    ),
)
AREA = (
    mistake(
        "area-forgotten", "the current density is used as a current in nA, without the area", area="no area"
    ),
    mistake(
        "area-in-um2",
        "the area was not converted from um2 to cm2 as it should be: the current is 10,000 times too large",
        area=1e4,
    ),
    mistake(
        "ends-counted",
        "the area counts both ends of the cylinder, which NEURON's does not",
        area=1.5,
        credit=0.5,
    ),
)
SAMPLED_ms = 0.1


def _exchanged(one, other):
    """Puts two answers in each other's place."""
    return lambda found: {**found, one: found[other], other: found[one]}


def _copied(to, source):
    """Hands in one answer for another."""
    return lambda found: {**found, to: found[source]}


# --- tasks ----------------------------------------

SPIKE = Task(
    "spike",
    spike,
    checks=(
        Number("rest", "rest", "Resting potential", "mV", 1, finest=0.02),
        Number("amp", "amp", "Amplitude of the pulse", "nA", 1, relative=True, finest=0.005),
        *spiking("v", "t", SPIKE_END_ms, "Membrane potential", {"count": 1, "arrival": 1, "peak": 1, "trough": 1, "shape": 1}),
        Guided("ina", "ina", "Sodium current around the spike", "mA/cm2", 1, finest=0.005, end=SPIKE_END_ms, plot="Sodium current density"),
        Guided("ik", "ik", "Potassium current around the spike", "mA/cm2", 1, finest=0.005, end=SPIKE_END_ms, plot="Potassium current density"),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    variants=(
        *RUNS,
        *EULER,
        variant("rest read after 200 ms", rest_ms=200.0),
        variant("rest read after 100 ms", rest_ms=100.0),
        variant("longer run", tstop_ms=40.0),
        variant("one sample per 0.05 ms", then=every(0.05, "v", "ina", "ik")),
        variant("three digits", then=digits(3, "amp")),
        variant("five digits of the rest", then=digits(4, "rest")),
    ),
    mistakes=(
        *MEMBRANE,
        mistake("eighteen-degrees", "the temperature is 18.5 degC, that of a famous axon, not 6.3 degC", celsius_degC=18.5),
        *SIZE,
        *AREA,
        mistake("v-init", "the run starts from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("rest-is-minus-65", "the rest is given as -65 mV, from where NEURON starts by itself", from_mV=-65.0, said_mV=-65.0),
        mistake("rest-too-early", "the rest is read after 5 ms, before the soma has come to it", rest_ms=5.0),
        mistake("stimulus-left-on", "the current does not end", dur_ms=FOREVER_ms, credit=0.3),
        mistake("delay-and-duration-exchanged", "delay and duration of the pulse are exchanged", delay_ms=DUR_ms, dur_ms=DELAY_ms, credit=0.5),
        mistake("hyperpolarizing", "the current has the other sign: it hyperpolarizes", density=-DENSITY_uA_cm2, credit=0.3),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 2 ms", delay_ms=0.0, credit=0.5),
        mistake("step-too-coarse", "the time step is 0.1 ms, too coarse for a spike", dt_ms=0.1, credit=0.3),
        mistake("currents-exchanged", "the sodium and the potassium current stand in each other's place", then=_exchanged("ina", "ik"), credit=0.3),
    ),
)  # fmt: skip

_SOMAS = {"own": ", your own soma", "other": ", another soma"}
EQUATIONS = Task(
    "equations",
    equations,
    checks=(
        *(
            driven(f"own.{gate}", "own.t", 11.9, f"{name} in a voltage clamp", 1, f"Gate {gate} while the potential is held", name=f"own.{gate}", unit="", finest=1e-3)
            for gate, name in (("m", "Sodium activation m"), ("h", "Sodium inactivation h"), ("n", "Potassium activation n"))
        ),
        *(
            check
            for which, where in _SOMAS.items()
            for check in spiking(f"{which}.v", f"{which}.t", 11.5, f"Membrane potential under a step of current{where}", {"count": 0.5, "arrival": 1, "shape": 1}, where)
        ),
    ),
    protocol="protocol_equations.py",
    sets=farthest,
    variants=(
        variant("as asked"),
        variant("single precision", digits="single"),
        variant("guarded by a step aside of 1e-6 mV", aside_mV=1e-6),
        variant("guarded by a step aside of 1e-4 mV", aside_mV=1e-4),
        variant("guarded by a step aside to the left", aside_mV=-1e-5),
        variant("guarded by a step aside of 1e-3 mV, single precision", aside_mV=1e-3, digits="single"),
    ),
    mistakes=(
        *(one for one in MEMBRANE[:2]),
        mistake("leak-left", "the leak's reversal potential is hh's own -54.3 mV, not -60 mV", el_mV=-54.3),
        mistake("practice-values", "derivatives ignores p and takes the values of practice", p=SEED),
        mistake("own-values", "derivatives ignores p and always takes your own values", p=lambda p, own: own),
        mistake("m-squared", "the sodium conductance goes with m^2 h, not with m^3 h", powers=(2, 4)),
        mistake("n-once", "the potassium conductance goes with n, not with n^4", powers=(3, 1)),
        mistake("n-cubed", "the potassium conductance goes with n^3, not with n^4", powers=(3, 3)),
        mistake("h-forgotten", "the sodium conductance has no inactivation h", with_h=False),
        mistake("gates-exchanged", "the rates of h and n are returned in each other's place", order=(0, 2, 1)),
        mistake("alpha-beta-exchanged", "alpha and beta are exchanged: gates open where they should close", swapped=True),
        mistake("unguarded", "at -40 and -55 mV two rates read 0/0, and the result is not a number", unguarded=True, credit=0.5),
        mistake("stimulus-sign", "the stimulus counts with the wrong sign", stimulus=-1.0),
        mistake("stimulus-missing", "the stimulus is left out", stimulus=0.0),
        mistake("per-second", "the rates of the gates are per second, not per ms", faster=1e3),
        mistake("millisiemens", "the currents of the channels are a thousand times too small: S/cm2 times mV is mA/cm2, not uA/cm2", ionic=1e-3),
        mistake("warm-gates", "the gates have the speed of 20 degC, not of 6.3 degC", faster=3.0**1.37),
    ),
)  # fmt: skip

FIRING = Task(
    "firing",
    firing,
    checks=(
        Number("rheobase", "rheobase", "Rheobase", "nA", 2, relative=True, finest=0.005),
        Number("onset", "onset", "Onset of lasting firing", "nA", 2, relative=True, finest=0.005),
        Number("onset_rate", "onset_rate", "Rate at the onset", "Hz", 2, relative=True, finest=0.01),
        Members("rates", "rates", "Rates at 20, 30 and 40 uA/cm2", "Hz", 2, relative=True, finest=0.005),
    ),
    habits=HABITS,
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and way.name != "variable step"),
        variant("three digits", then=digits(3, "rheobase", "onset", "onset_rate", "rates")),
        variant("spike counted above -10 mV", level_mV=-10.0),
        variant("step 0.0125 ms, exact rates", dt_ms=0.0125, rate_table=False),
    ),
    mistakes=(
        *MEMBRANE,
        SIZE[0],
        AREA[0],
        AREA[-1],
        mistake("v-init", "the runs start from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("ramp-for-step", "the rheobase is sought with a current that grows slowly, not with a step", ramp_ms=300.0, by="library", dt_ms=0.05, credit=0.5),
        mistake("one-spike-is-firing", "a single spike is counted as lasting firing: the onset is the rheobase", count_one=True, credit=0.3),
        mistake("short-runs", "the firing was watched for 120 ms, and dies out later", many_ms=120.0, credit=0.5,
                partly="in some somata what lasts 120 ms lasts for good"),
        mistake("first-interval", "the rates are those of the first interval, before the firing is even", first_interval=True, credit=0.5),
        mistake("step-too-coarse", "the time step is 0.1 ms, too coarse for a spike", dt_ms=0.1, credit=0.3),
        mistake("rheobase-onset-exchanged", "rheobase and onset stand in each other's place", then=_exchanged("rheobase", "onset"), credit=0.3),
        mistake("given-as-density", "rheobase and onset are given in uA/cm2, not in nA", told="no area"),
    ),
)  # fmt: skip

CHANNELS = Task(
    "channels",
    channels,
    checks=(
        Estimated("seen", "seen", "Mean of the openings of 1 ms and longer", "ms", 2),
        Estimated("open_time", "open_time", "Mean open time", "ms", 2),
        Estimated("early", "early", "Fraction open after 3 ms", "1", 2),
        Estimated("late", "late", "Fraction open after 30 ms", "1", 2),
    ),
    variants=tuple(
        variant(f"{way}, seed {seed}", way=way, seed=seed)
        for seed, way in enumerate(("jump by jump", "gate by gate", "sample by sample") + ("jump by jump",) * 3)
    ),
    mistakes=(
        mistake("one-gate", "a channel has one gate, not four: n stands for n^4, and 1/beta for the open time", scheme="one gate", seed=11),
        mistake("all-rates-alike", "the rates between the states are alpha and beta throughout, without their factors 4, 3, 2, 1", scheme="all rates alike", seed=12),
        mistake("gates-m", "the gates have the rates of sodium's m, not of potassium's n", scheme="gates m", seed=14),
        mistake("rates-of-rest", "the rates are those at -65 mV, not at the potential of the step", scheme="rates of the rest", seed=15),
        mistake("not-corrected", "the mean open time is that of the openings of 1 ms and longer, as it stands", seed=16, taken_off_ms=0.0, credit=0.5),
        mistake("nothing-left-out", "openings shorter than 1 ms are counted, too, and 1 ms is taken off all the same", seed=17, dead_ms=0.0, credit=0.5),
        mistake("short-records", "the open times are read from records so short that the longest openings do not fit in", seed=18, way="short records", credit=0.5),
        mistake("settled-from-the-start", "the channels have settled at the potential of the step before it begins", seed=19, held_mV=None, credit=0.5),
        mistake("all-closed", "all gates are closed at the step, not settled at -65 mV", seed=20, held_mV=-100.0, credit=0.5,
                partly="where the gates are fast, three milliseconds are enough to forget it"),
    ),
)  # fmt: skip

INTEGRATOR = Task(
    "integrator",
    integrator,
    checks=(
        Number("rheobase", "rheobase", "Rheobase", "nA", 2, relative=True, finest=0.005),
        Members("rates", "rates", "Rates at 1.05, 1.5 and 3 times the rheobase", "Hz", 3, relative=True, finest=0.005),
    ),
    variants=(
        variant("in closed form"),
        variant("simulated exactly", by="exact"),
        variant("exact steps of 0.025 ms", by="steps", dt_ms=0.025),
        variant("exact steps of 0.05 ms", by="steps", dt_ms=0.05),
        variant("Euler's method, step 0.05 ms", by="Euler", dt_ms=0.05),
        variant("Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025),
        variant("Euler's method, step 0.01 ms", by="Euler"),
        variant("three digits", then=digits(3, "rheobase", "rates")),
    ),
    mistakes=(
        *SIZE,
        mistake("refractory-forgotten", "the neuron has no refractory time", refractory_ms=0.0),
        mistake("reset-to-rest", "the potential is reset to rest, not to -70 mV", reset_mV=-65.0),
        mistake("log-to-ten", "the logarithm is that to the base ten", base=10.0, credit=0.5),
        mistake("ends-counted", "the area counts both ends of the cylinder", area=1.5, credit=0.5),
        mistake("disc-for-side", "the area is that of a disc", area=0.25, credit=0.5),
        mistake("twice-the-time-constant", "the time constant is 20 ms, not 10 ms", tau_ms=20.0),
        mistake("rest-at-minus-70", "the neuron rests at -70 mV, where it is reset", rest_mV=-70.0 + 1e-9),
    ),
)  # fmt: skip

SILENCE = Task(
    "silence",
    silence,
    checks=(
        Number("first", "first", "Shortest delay that silences", "ms", 2.5, finest=0.1),
        Number("last", "last", "Longest delay that silences", "ms", 2.5, finest=0.1),
    ),
    habits=HABITS,
    builds_on={"onset_nA": "firing.onset"},
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and "variable" not in way.name),
        variant("own equations, half a step each, step 0.1 ms", by="library", dt_ms=0.1, rate_table=False),
        variant("after another spike", spike=4),
        variant("scanned in steps of 0.1 ms", then=lambda found: {item: None if value is None else round(value, 1) for item, value in found.items()}),
    ),
    mistakes=(
        *(one for one in MEMBRANE if one.name not in ("leak-left", "eighteen-degrees")),
        mistake("negative-pulse", "the pulse is negative", kick=-KICK_uA_cm2, credit=0.3),
        mistake("half-the-pulse", "the pulse is 5 uA/cm2, not 10", kick=KICK_uA_cm2 / 2, credit=0.5),
        mistake("pulse-of-2-ms", "the pulse lasts 2 ms, not 1 ms", dur_ms=2.0, credit=0.5),
        mistake("held-at-the-onset", "the current is held at the onset itself, not 1.15 times as high", hold=1.0, credit=0.5),
        mistake("from-the-step", "the delay is counted from the start of the current, not from a spike", at_hold_start=True),
        mistake("ends-exchanged", "the shortest and the longest delay stand in each other's place", then=_exchanged("first", "last"), credit=0.5),
    ),
)  # fmt: skip

ACCOMMODATION = Task(
    "accommodation",
    accommodation,
    checks=(Number("longest", "longest", "Longest ramp with a spike", "ms", 3, relative=True, finest=0.01),),
    habits={"by": "library", "dt_ms": 0.05},
    builds_on={"rheobase_nA": "firing.rheobase"},
    variants=(
        variant("own equations, half a step each"),
        variant("own equations, half a step each, step 0.025 ms", dt_ms=0.025),
        variant("own equations, Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025),
        variant("own equations, Euler's method, step 0.01 ms", by="Euler", dt_ms=0.01),
        variant("a staircase in NEURON", by="NEURON", dt_ms=0.025, rate_table=True),
        variant("a staircase in NEURON, exact rates", by="NEURON", dt_ms=0.025),
        variant("three digits", then=digits(3, "longest")),
    ),
    mistakes=(
        *MEMBRANE,
        mistake("to-the-rheobase", "the ramp goes to 1.2 times the rheobase, not to twice it", factor=1.2),
        mistake("to-three-times", "the ramp goes to three times the rheobase", factor=3.0),
        mistake("v-init", "the runs start from -65 mV, not from the soma's own rest", from_mV=-65.0, credit=0.5),
        mistake("delay-counted", "the 5 ms before the ramp are counted, too", then=lambda found: {"longest": found["longest"] and found["longest"] + STEP_AT_ms}, credit=0.5),
        mistake("slope-for-length", "the slope of the ramp is given, in uA/cm2 per ms", then=lambda found: {"longest": found["longest"] and 10 / found["longest"]}),
    ),
)  # fmt: skip

TEMPERATURE = Task(
    "temperature",
    temperature,
    checks=(
        Number("amplitude", "amplitude", "Height of the spike at 12 degC", "mV", 2, finest=0.2),
        Number("half_width", "half_width", "Half-width of the spike at 12 degC", "ms", 2, finest=0.005),
        Number("hottest", "hottest", "Temperature at which it fails", "degC", 2, finest=0.1),
    ),
    habits={**HABITS, "dt_ms": 0.01},
    variants=(
        variant("NEURON's defaults, step 0.01 ms"),
        variant("exact rates", rate_table=False),
        variant("step 0.005 ms, exact rates", dt_ms=0.005, rate_table=False),
        variant("variable step", dt_ms=None),
        variant("Crank-Nicolson", secondorder=2),
        variant("own equations, half a step each", by="library", dt_ms=0.02, rate_table=False),
        variant("own equations, half a step each, step 0.005 ms", by="library", dt_ms=0.005, rate_table=False),
        variant("rounded", then=lambda found: {"amplitude": round(found["amplitude"], 1), "half_width": round(found["half_width"], 2), "hottest": round(found["hottest"], 1)}),
    ),
    mistakes=(
        *(one for one in MEMBRANE if "degrees" not in one.name),
        AREA[0],
        AREA[-1],
        mistake("step-left", "the time step is still 0.025 ms, coarse for a spike that is so quick", dt_ms=0.025, credit=0.7,
                partly="in some somata it is within what correct steps differ by"),
        mistake("still-cold", "height and width are those at 6.3 degC", celsius_degC=6.3, credit=0.3),
        mistake("ten-degrees-more", "height and width are those at 16.3 degC, ten degrees above the cold", celsius_degC=16.3, credit=0.3),
        mistake("half-of-the-peak", "the width is taken at half of the peak's potential, counted from 0 mV", base_mV=0.0, credit=0.5),
        mistake("amplitude-from-0-mV", "the amplitude is taken from 0 mV, not from rest", height_from_mV=0.0, credit=0.5),
        mistake("any-bump-is-a-spike", "a spike is counted above -40 mV, not above 0 mV", level_mV=-40.0, credit=0.5),
    ),
)  # fmt: skip


REBOUND = Task(
    "rebound",
    rebound,
    checks=(
        Number("amp", "amp", "Weakest current", "nA", 2, relative=True, finest=0.005),
        Number("h_end", "h_end", "h at the release", "", 1, finest=0.005),
        Number("n_end", "n_end", "n at the release", "", 1, finest=0.005),
        Number("peak_h", "peak_h", "Highest potential with h = 1", "mV", 1, finest=0.1),
        Number("n_alone", "n_alone", "Largest n that fires", "", 1, finest=0.002),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    variants=(
        *(way for way in RUNS if "0.0" not in way.name and "variable" not in way.name),
        variant("step 0.01 ms, exact rates", dt_ms=0.01, rate_table=False),
        variant("own equations, Euler's method, step 0.025 ms", by="Euler", dt_ms=0.025, rate_table=False),
        variant("three digits", then=digits(3, "amp", "h_end", "n_end", "n_alone")),
    ),
    mistakes=(
        *MEMBRANE,
        SIZE[0],
        mistake("pulse-of-10-ms", "the current lasts 10 ms, not 50 ms", dur_ms=10.0, credit=0.3),
        mistake("depolarizing", "the current depolarizes", sign=1.0, credit=0.3),
        mistake("gates-of-the-start", "h and n are read when the current begins, not when it ends", read_at_start=True, credit=0.5),
        mistake("both-gates-moved", "the gate that is not asked about was left at its value after the pulse, not at rest", others="of the pulse", credit=0.5),
        mistake("h-and-n-exchanged", "h and n stand in each other's place", then=_exchanged("h_end", "n_end"), credit=0.5),
    ),
)  # fmt: skip

NOISE = Task(
    "noise",
    noise,
    checks=(Estimated("i", "i", "Current of one channel", "pA", 2), Estimated("count", "count", "Number of channels", "1", 2)),
    variants=(
        *(variant(f"states of the channel, seed {seed}", seed=seed) for seed in range(4)),
        variant("gate by gate, seed 4", seed=4, by="gates"),
        variant("states of the channel, seed 5", seed=5),
        variant("divided by the number of sweeps", seed=6, one_less=False),
    ),
    mistakes=(
        mistake("straight-line", "a straight line is fitted: channels that are mostly open flicker less, and the parabola bends", seed=11, fit="straight line"),
        mistake("standard-deviation", "the standard deviation stands for the variance", seed=12, from_what="standard deviation"),
        mistake("from-0-mV", "the current of a channel is counted from 0 mV, not from potassium's reversal potential", seed=13, from_mV=0.0),
    ),
)  # fmt: skip

PLANE = Task(
    "plane",
    plane,
    checks=(
        Number("v_fixed", "v_fixed", "Potential of the fixed point", "mV", 1, finest=0.05),
        Number("w_fixed", "w_fixed", "w of the fixed point", "", 1, finest=0.002),
        Number("tr", "tr", "Trace", "1/ms", 1, relative=True, finest=0.005),
        Number("det", "det", "Determinant", "1/ms2", 1, relative=True, finest=0.005),
        Number("onset", "onset", "Current at which it lets go", "uA/cm2", 1, relative=True, finest=0.005),
        *oscillating("v", "t", (SETTLED_ms, PLANE_END_ms), "Membrane potential", {"period": 1, "amplitude": 0.5, "early": 0.5}, unit="mV", early=BEGINNING_ms),
    ),
    variants=(
        variant("exactly"),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("step 0.2 ms, derivatives by differences", dt_ms=0.2, derived="by differences"),
        variant("Euler's method, step 0.02 ms, every fifth handed in", by="Euler", dt_ms=0.02, then=every(0.1, "v")),
        variant("Euler's method, step 0.05 ms", by="Euler", dt_ms=0.05),
        variant("a solver with its own tolerances", by="solver", dt_ms=0.25),
        variant("a solver with fine tolerances", by="exact solver", dt_ms=0.25),
        variant("the current at which the trace is zero", onset="trace"),
        variant("one sample per 0.5 ms", then=every(0.5, "v")),
        variant("longer run", tstop_ms=800.0),
        variant("three digits", then=digits(3, "v_fixed", "w_fixed", "tr", "det", "onset")),
    ),
    mistakes=(
        mistake("speed-of-the-book", "phi is still the book's 0.04 per ms", p={"phi": 0.04}, credit=0.3),
        mistake("current-of-the-book", "the current is 90 uA/cm2, as in the book", p={"drive": 90.0}, credit=0.3),
        mistake("second-set", "V3, V4 and the calcium conductance are those of the book's second set", v3_mV=12.0, v4_mV=17.4, gca_mS_cm2=4.0),
        mistake("capacitance-one", "the capacitance is 1 uF/cm2, not 20 uF/cm2", cm_uF_cm2=1.0),
        mistake("cosh-forgotten", "w follows with the rate phi alone, without the cosh", with_cosh=False, onset="trace", credit=0.3),
        mistake("negative-current", "the current has the other sign", p=lambda p, own: {"drive": -p["drive"]}),
        mistake("fixed-point-of-rest", "the fixed point is that without a current", at_rest=True, credit=0.5),
        mistake("not-per-capacitance", "the first row of the matrix is not divided by the capacitance", scaled_rows=(20.0, 1.0), credit=0.5),
        mistake("exchanged", "trace and determinant stand in each other's place", then=_exchanged("tr", "det"), credit=0.5),
        mistake("upper-end", "the current is that at which the firing ends, the upper of the two", onset="second Hopf point", credit=0.5),
        mistake("from-far-away", "the current is that from which it fires when it is pushed; the fixed point is still stable there", onset="firing", credit=0.5),
        mistake("from-minus-60", "the trace starts at -60 mV, not at 0 mV", start=(-60.0, 0.0), credit=0.7),
    ),
)  # fmt: skip

PATCH = Task(
    "patch",
    patch,
    checks=(
        Estimated("rate", "rate", "Rate of spikes that nothing evokes", "Hz", 3),
        Estimated("silent", "silent", "Part of the patches without a spike", "1", 2),
    ),
    variants=(
        variant("along the arrows, seed 0", seed=0),
        variant("along the arrows, seed 1", seed=1),
        variant("along the arrows, Euler's method for v, seed 2", seed=2, euler=True),
        variant("dealt out, seed 3", seed=3, way="dealt out"),
    ),
    mistakes=(
        mistake("potassium-smooth", "the potassium channels follow n^4 smoothly: only sodium's are left to chance", membrane="potassium smooth", credit=0.3),
        mistake("leak-of-the-soma", "the leak reverses at -60 mV, as in your soma", membrane="leak at -60 mV", credit=0.3),
        mistake("patch-of-the-book", "the patch has 10 um2, as in the book", p={"area": 10}, credit=0.3),
        mistake("channels-not-scaled", "there are 60 and 18 channels, whatever the area: that is how many there are on one um2", then=lambda found: {"rate": 0.0, "silent": 1.0}),
        mistake("per-run", "the rate is the number of spikes of a patch in 100 ms, not in a second", then=scaled("rate", 1e-3 * WATCHED_ms), credit=0.5),
        mistake("all-patches", "the rate is that of all 200 patches together", then=scaled("rate", PATCHES), credit=0.5),
        mistake("whole-run", "spikes are counted for 100 ms and divided by 120 ms", then=scaled("rate", WATCHED_ms / (WARM_ms + WATCHED_ms)), credit=0.5,
                partly="where spikes are rare, chance alone moves the rate as much"),
        mistake("fired-for-silent", "the part is that of the patches that fired", then=lambda found: {**found, "silent": 1 - found["silent"]}, credit=0.5),
    ),
)  # fmt: skip

TASKS = (
    SPIKE, EQUATIONS, FIRING, CHANNELS, INTEGRATOR, SILENCE, ACCOMMODATION, TEMPERATURE, REBOUND, NOISE, PLANE, PATCH,
)  # fmt: skip
