# SPDX-License-Identifier: BSD-3-Clause
"""The synapses' rubric: closed forms, NEURON's runs, and the mistakes that have a name."""

import functools
import math
from pathlib import Path

import numpy as np
from neuron import n
from scipy.integrate import solve_ivp

from autograder.handin.form import MAX_SAMPLES
from autograder.rubric import Members, Number, Statistic, Task, driven, load_module, mistake, variant
from autograder.rubric.ways import digits, every, farthest
from neuroscales.cable.dendrite import PASSIVE, BallAndStick, Dendrite
from neuroscales.core import engine
from neuroscales.core.units import convert
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Leak, Patch, section_of
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse.conductance import Exp2Synapse, ExpSynapse, conductance_uS, nernst_mV
from neuroscales.synapse.nmda import CLAMP_Mohm, simulate_ampa_nmda
from neuroscales.synapse.receptors import (
    AmpaNmda,
    BLOCK_PER_mV,
    half_block_mV,
    most_inward_mV,
)
from neuroscales.synapse.synapse_simulation import Input, Soma, Train, simulate_synapses

FARADAY_C_mol = 96485.33212
PROTOCOL = load_module(Path(__file__).with_name("protocol_currents.py"))

# --- the soma ----------------------------------------

SIDE_um, G_S_cm2 = 60.0, 2e-4


def soma(p, *, v_init_mV=None, e_mV=None, side_um=(SIDE_um, SIDE_um), g_S_cm2=G_S_cm2) -> Soma:
    """The student's own cell: passive, resting at `rest`."""
    start_mV = p["rest"] if v_init_mV is None else v_init_mV
    return Soma(Patch(*side_um, v_init_mV=start_mV), Leak(g_S_cm2, p["rest"] if e_mV is None else e_mV))


# --- a train of eight, and one that comes later ----------------------------------------

TRAIN_ms, TRAIN_END_ms = 950.0, 949.0
EIGHT_ms, INTERVAL_ms, LATER_ms = 50.0, 50.0, 500.0


def train(
    p, *, by="formula", swapped=False, delayed=True, events=9, interval_ms=INTERVAL_ms, later_ms=None, kind="Exp2Syn",
    normalized=True, eighth="with the others", counted_from="arrival", dt_ms=0.025, step_ms=0.1, **settings,
):  # fmt: skip
    """Conductance under eight events at 20 Hz and one 500 ms later, and its peaks."""
    # NEURON puts the decay in the place of a rise that is slower, so that what was the rise stands for both.
    rise, decay = (p["rise"], p["rise"]) if swapped else (p["rise"], p["decay"])
    synapse = ExpSynapse(decay) if kind == "ExpSyn" else Exp2Synapse(rise, decay)
    eight = EIGHT_ms + interval_ms * np.arange(8)
    spikes = np.append(eight, eight[-1] + LATER_ms if later_ms is None else later_ms)[:events]
    delay_ms = p["delay"] if delayed else 0.0
    weight_uS = convert(p["weight"], "nS", "uS")
    if by == "formula":
        t = np.arange(0, TRAIN_ms + step_ms / 2, step_ms)
        g_uS = conductance_uS(t, synapse, spikes + delay_ms, weight_uS)
    else:
        source = {"train": Input(synapse, tuple(spikes), weight_uS, delay_ms)}
        run = simulate_synapses(soma(p), source, tstop_ms=TRAIN_ms, dt_ms=dt_ms, **settings)
        t, g_uS = run.time, run.values("g", "train")
    g = convert(g_uS, "uS", "nS") * (1.0 if normalized else 1 / _norm(rise, decay))
    arrivals = spikes + delay_ms
    first = _peak(t, g, arrivals[0], interval_ms)
    alone = eighth == "alone" or events < 8
    last = first if alone else _peak(t, g, arrivals[7], interval_ms)
    t_peak = 0.0 if kind == "ExpSyn" else synapse.peak_ms
    if by != "formula":
        t_peak = float(t[np.argmax(np.where(t < arrivals[0] + interval_ms, g, 0))] - arrivals[0])
    if counted_from == "spike":
        t_peak += delay_ms
    few = slice(None, None, -(-len(t) // MAX_SAMPLES))  # as many as are taken
    return {"t": t[few], "g": g[few], "first": first, "eighth": last, "t_peak": t_peak}


@functools.cache
def _norm(rise_ms, decay_ms):
    """Factor that makes the difference of the two exponentials peak at one."""
    peak_ms = Exp2Synapse(rise_ms, decay_ms).peak_ms
    return 1 / (np.exp(-peak_ms / decay_ms) - np.exp(-peak_ms / rise_ms))


def _peak(t, g, from_ms, for_ms):
    """Highest value from one event to the next."""
    return float(g[(t >= from_ms - 1e-9) & (t < from_ms + for_ms)].max())


# --- GABA-A ----------------------------------------

CLO_mM, BODY_degC = 130.0, 37.0
INHIBITED_ms, INHIBITED_END_ms, GABA_AT_ms, GLUTAMATE_AT_ms = 120.0, 119.0, 46.0, 50.0
GLUTAMATE_uS, TAU_ms = 0.01, 2.0


def inhibition(
    p, *, e_cl=None, e_used=None, gaba_ms=(0.5, 10.0), exchanged=False, tau_ms=TAU_ms,
    gaba_at_ms=GABA_AT_ms, shunt_at="rest", cell=None, **settings,
):  # fmt: skip
    """Chloride's reversal potential, and what GABA-A does alone and to an excitatory event."""
    e_mV = nernst_mV(CLO_mM, p["cli"], -1, BODY_degC) if e_cl is None else e_cl(p)
    used_mV = e_mV if e_used is None else e_used
    one, rest_mV = soma(p, **(cell or {})), p["rest"]
    weights_uS = [GLUTAMATE_uS, convert(p["g_gaba"], "nS", "uS")][:: -1 if exchanged else 1]

    def height(t, v):
        """Highest potential above rest; what is left of another start is no response."""
        return float(v[t >= GABA_AT_ms - 1e-9].max() - rest_mV)

    def potential(*events, gaba_mV=used_mV):
        inputs = {
            "glutamate": Input(ExpSynapse(tau_ms), (GLUTAMATE_AT_ms,), weights_uS[0], 0.0),
            "gaba": Input(Exp2Synapse(*gaba_ms, gaba_mV), (gaba_at_ms,), weights_uS[1], 0.0),
        }
        chosen = {name: inputs[name] for name in events}
        run = simulate_synapses(one, chosen, tstop_ms=INHIBITED_ms, **settings)
        return run.time, run.values("v")

    (since, alone), (t, both) = potential("gaba"), potential("glutamate", "gaba")
    shunted = potential("glutamate", "gaba", gaba_mV=p["rest"]) if shunt_at == "rest" else (t, both)
    epsp, gaba = height(*potential("glutamate")), alone[since >= GABA_AT_ms - 1e-9] - rest_mV
    return {
        "e_cl": float(e_mV), "gaba": float(gaba[np.abs(gaba).argmax()]), "epsp": epsp, "t": t, "v": both,
        "shunt": height(*shunted) / epsp,
    }  # fmt: skip


def _of_nernst(*, outside=CLO_mM, celsius_degC=BODY_degC, factor=1.0):
    """Another slip in Nernst's equation, as a function of the parameters."""
    return lambda p: factor * nernst_mV(outside, p["cli"], -1, celsius_degC)


# --- NMDA ----------------------------------------

HOLDS_mV = np.arange(-80.0, 41.0, 20.0)
AMPA_uS, NMDA_uS = 0.001, 0.0007
EVENT_ms, SEEN_ms = 5.0, 15.0


def receptors(p, *, tau_nmda=None, ampa_uS=AMPA_uS, nmda_uS=NMDA_uS, mg=None) -> AmpaNmda:
    """The student's own receptors; what is not said is the mechanism's."""
    return AmpaNmda(
        gmax_AMPA_uS=ampa_uS, gmax_NMDA_uS=nmda_uS, tau_d_NMDA_ms=p["tau_nmda"] if tau_nmda is None else tau_nmda,
        mg_mM=p["mg"] if mg is None else mg,
    )  # fmt: skip


def _part(v, mg, *, sign=1.0, base=3.57, per_mV=BLOCK_PER_mV):
    """Part of the receptors that is free; the formula with a slip in it."""
    return 1 / (1 + mg / base * np.exp(-sign * per_mV * v))


def block(
    p, *, by="clamp", slip=None, mg=None, seen="NMDA", clamp_Mohm=CLAMP_Mohm, count=None, turn="formula", fraction=False,
    dt_ms=0.025, window_ms=SEEN_ms, **settings,
):  # fmt: skip
    """Peak of the NMDA conductance at seven potentials, the half of the block, and where the current turns."""
    mg = p["mg"] if mg is None else mg
    weight = p["count"] if count is None else count
    if by == "formula":
        g = convert(NMDA_uS, "uS", "nS") * weight * _part(HOLDS_mV, mg, **(slip or {}))
    else:
        made = receptors(p, mg=mg, ampa_uS=0.0 if seen == "NMDA" else AMPA_uS)
        g = np.array([
            _held_nS(p, made, hold_mV, weight, seen, window_ms, clamp_Mohm=clamp_Mohm, dt_ms=dt_ms, **settings)
            for hold_mV in HOLDS_mV
        ])  # fmt: skip
    if fraction:
        g = g / (convert(NMDA_uS, "uS", "nS") * weight)
    half, bottom = half_block_mV(mg), most_inward_mV(mg)
    if slip or turn != "formula":
        v = HOLDS_mV if turn == "the seven" else np.arange(-80, 40.005, 0.01)
        free = _part(v, mg, **(slip or {}))
        bottom = float(v[np.argmin(free * v)])
    if slip:
        half = _half_mV(mg, **slip)
    return {"g": g, "half": float(half), "turn": float(bottom)}


def _held_nS(p, made, hold_mV, weight, seen, window_ms, **settings):
    """Peak conductance after one event while the cell is held."""
    run = simulate_ampa_nmda(
        made, [EVENT_ms], soma(p), weight=weight, hold_mV=hold_mV, tstop_ms=EVENT_ms + window_ms, **settings
    )
    return float(convert(run.values("g", seen).max(), "uS", "nS"))


def _half_mV(mg, *, sign=1.0, base=3.57, per_mV=BLOCK_PER_mV):
    return sign * np.log(mg / base) / per_mV


CURRENTS_END_ms = PROTOCOL.TSTOP_ms - 1
SMALL_ms = {"AMPA": (0.2, 1.7), "NMDA": (0.29, None)}  # rise and decay; that of NMDA is the student's


def currents(
    p, *, slip=None, mg_used=None, normalized=True, block_of=("NMDA",), reversal=0.0, ampa=1.0, nmda=1.0,
    count=None, tau_nmda=None, exchanged=False, before="closed", rise=True, current=True, decimals=15, function=None,
):  # fmt: skip
    """What the grader's protocol finds on the receptors, or on receptors that differ from them."""

    def of_the_student(q, v, since, mg):
        times = {"AMPA": SMALL_ms["AMPA"], "NMDA": (SMALL_ms["NMDA"][0], tau_nmda or q["tau_nmda"])}
        if exchanged:
            times = {"AMPA": times["NMDA"], "NMDA": times["AMPA"]}
        mg = mg if mg_used is None else mg_used(q)
        found = []
        for name, gmax in (("AMPA", ampa), ("NMDA", nmda * 0.7)):
            g = (
                gmax
                * (q["count"] if count is None else count)
                * _course(since, *times[name], normalized, before, rise)
            )
            if name in block_of:
                g *= _part(v, mg, **(slip or {}))
            found.append(round(float(g) * (v - reversal if current else 1.0), decimals))
        return found

    chosen = function or of_the_student
    with np.errstate(all="ignore"):
        return {name: np.array(values) for name, values in PROTOCOL.run(chosen, p).items()}


def _from_a_grid(p, v, since, mg):
    """The same receptors as one might write them otherwise: the peak by sampling, the block as a logistic."""
    found = []
    for gmax, rise_ms, decay_ms in ((1.0, *SMALL_ms["AMPA"]), (0.7, SMALL_ms["NMDA"][0], p["tau_nmda"])):
        course = max(math.exp(-since / decay_ms) - math.exp(-since / rise_ms), 0) if since > 0 else 0.0
        found.append(gmax * p["count"] * course / _sampled_peak(rise_ms, decay_ms) * v)
    if mg > 0:
        found[1] /= 1 + math.exp(BLOCK_PER_mV * (half_block_mV(mg) - v))
    return found


@functools.cache
def _sampled_peak(rise_ms, decay_ms):
    grid_ms = np.arange(0, 20, 0.01)
    return float((np.exp(-grid_ms / decay_ms) - np.exp(-grid_ms / rise_ms)).max())


def _course(since, rise_ms, decay_ms, normalized, before, rise):
    """Course of a conductance after one event."""
    if since < 0 and before == "closed":
        return 0.0
    if not rise:
        return math.exp(-since / decay_ms)
    difference = math.exp(-since / decay_ms) - math.exp(-since / rise_ms)
    return difference * (_norm(rise_ms, decay_ms) if normalized else 1.0)


# --- charge ----------------------------------------

PAIRED_EVENT_ms, LONG_ms = 50.0, 500.0
PULSE = {"delay_ms": 30.0, "dur_ms": 50.0, "amp_nA": 0.5}


def coincidence(
    p, *, mg=None, seen="NMDA", held_mV=None, free_mM=0.0, ampa_uS=AMPA_uS, tau_nmda=None, count=None, pulse=None,
    tstop_ms=LONG_ms, dt_ms=0.05, cell=None, **settings,
):  # fmt: skip
    """Charge that enters through the NMDA receptors, alone and paired, with magnesium and without."""
    paired_by = CurrentPulse(**(PULSE | (pulse or {})))

    def charge_pC(mg, pulses):
        run = simulate_ampa_nmda(
            receptors(p, mg=mg, ampa_uS=ampa_uS, tau_nmda=tau_nmda), [PAIRED_EVENT_ms], soma(p, **(cell or {})),
            weight=p["count"] if count is None else count, pulses=pulses, hold_mV=held_mV, tstop_ms=tstop_ms,
            dt_ms=dt_ms, **settings,
        )  # fmt: skip
        i_nA = run.values("i", seen)
        if dt_ms is None:
            return -float(np.trapezoid(i_nA, run.time))
        return -float(i_nA[1:] @ np.diff(run.time))  # each current is what flowed during the step before

    with_mM = p["mg"] if mg is None else mg
    alone, paired = (charge_pC(with_mM, pulses) for pulses in ([], [paired_by]))
    free = [charge_pC(free_mM if free_mM is not None else with_mM, pulses) for pulses in ([], [paired_by])]
    return {"alone": alone, "paired": paired, "ratio": paired / alone, "ratio_free": free[1] / free[0]}


# --- summation ----------------------------------------

SUMMED_ms, SUMMED_END_ms, FIRST_ms, SUMMED_uS_per_nS = 80.0, 79.0, 20.0, 5e-3
DENDRITE = {"nseg": 45, "Ra_ohm_cm": 150.0}


def summation(
    p, *, tau_ms=2.0, number=5, interval_ms=None, site=None, dendrite=None, weight=1.0, seen="soma", from_mV=-65.0,
    delay_ms=1.0, start_ms=FIRST_ms, attached=True, **settings,
):  # fmt: skip
    """The soma's potential under five events on the dendrite, and the heights of one and of five."""
    cell = BallAndStick(
        dendrite=Dendrite(**(DENDRITE | (dendrite or {}))), soma_membrane=PASSIVE, attached=attached
    )
    place = p["place"] if site is None else site

    def run(events):
        source = Train(start_ms, p["interval"] if interval_ms is None else interval_ms, events)
        one = Input(ExpSynapse(tau_ms), source, SUMMED_uS_per_nS * weight * p["weight"], delay_ms, place)
        record = ("soma",) if place == "soma" else ("soma", place)
        return simulate_synapses(cell, {"one": one}, tstop_ms=SUMMED_ms, record=record, **settings)

    single, train_of = run(1), run(number)
    return {
        "t": train_of.time, "v": train_of.values("v", seen if seen == "soma" else place),
        "one": float(single.values("v", "soma").max() - from_mV),
        "five": float(train_of.values("v", "soma").max() - from_mV),
        "there": float(train_of.values("v", place).max() - from_mV),
    }  # fmt: skip


# --- a network ----------------------------------------

N_EXCITATORY, N_INHIBITORY, NETWORK_ms, REACH = 12, 3, 500.0, 4
EXCITATION_uS, NETWORK_DELAY_ms, BACKGROUND_ms = 0.003, 1.5, 1.0
FIRING = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65.0)

# Rates (Hz) of the excitatory and the inhibitory cells, by the inhibition in nS: mean over 200 seeds, and
# standard deviation from one to the next. A test makes a part of them anew.
EXPECTED_Hz = {
    0: ((77.07, 0.75), (70.20, 1.39)),
    10: ((51.26, 0.88), (52.80, 1.00)),
    15: ((45.45, 0.81), (48.29, 0.71)),
    20: ((41.73, 0.91), (45.47, 0.88)),
    40: ((32.99, 1.00), (37.95, 0.37)),
}
LEAST_Hz = 1.0  # the cells fire in volleys: one more or less in 500 ms is 2 Hz, and no mistake
RATES = ("rate", "rate_inhibitory", "rate_free")


def network(p, *, run=False, seed=None, inhibited=True, **settings):
    """First spike of the student's own streams; rates that a run gives, or else those that are expected."""
    seed = p["seed"] if seed is None else seed
    # Where rates are expected, not counted, nothing but the first spike is needed.
    ran = spikes(
        p["inhibition"] if inhibited else 0.0, seed, tstop_ms=NETWORK_ms if run else 20.0, **settings
    )
    first = min((float(train[0]) for train in ran if train.size), default=None)
    if run:
        free = spikes(0.0, seed, **settings)
        rates = [rate_Hz(ran[:N_EXCITATORY]), rate_Hz(ran[N_EXCITATORY:]), rate_Hz(free[:N_EXCITATORY])]
        return dict(zip(("first", *RATES), (first, *rates), strict=True))
    expected = [*EXPECTED_Hz[p["inhibition"]], EXPECTED_Hz[0][0]]
    return {"first": first} | {
        key: value
        for name, (mean, deviation) in zip(RATES, expected, strict=True)
        for key, value in ((name, mean), (f"{name}_se", max(deviation, LEAST_Hz)))
    }


def rate_Hz(trains):
    """Mean rate of some cells."""
    return float(1e3 * sum(len(train) for train in trains) / len(trains) / NETWORK_ms)


def spikes(
    inhibition_nS, seed, *, e_mV=-80.0, streams="own", noise=1.0, gaba_ms=(0.5, 10.0), tau_ms=2.0, reach=REACH,
    everybody=False, onto_inhibitory=True, delay_ms=NETWORK_DELAY_ms, threshold_mV=0.0,
    tstop_ms=NETWORK_ms, **method,
):  # fmt: skip
    """Spike times of the fifteen cells, one by one."""
    with engine.neuron_as_found():
        cells = [section_of(Patch(), FIRING) for _ in range(N_EXCITATORY + N_INHIBITORY)]
        alive, tapes = [], []
        excited = [ExpSynapse(tau_ms).into(cell(0.5)) for cell in cells]
        inhibited = [Exp2Synapse(*gaba_ms, e_mV).into(cell(0.5)) for cell in cells]

        def connect(source, target, weight_uS):
            sends = source if isinstance(source, type(n.NetStim())) else cells[source](0.5)._ref_v
            section = {} if sends is source else {"sec": cells[source]}
            connection = n.NetCon(sends, target, **section)
            connection.threshold, connection.weight[0] = threshold_mV, weight_uS
            connection.delay = 1.0 if sends is source else delay_ms
            alive.append(connection)
            return connection

        for i in range(len(cells)):
            tapes.append(n.Vector())
            connect(i, None, 0.0).record(tapes[-1])
        for i in range(N_EXCITATORY if not everybody else len(cells)):
            outside = n.NetStim()
            outside.start, outside.number, outside.interval, outside.noise = 0, 1e9, BACKGROUND_ms, noise
            outside.noiseFromRandom123(i if streams == "own" else 0, int(seed), 0)
            alive.append(outside)
            connect(outside, excited[i], EXCITATION_uS)
        for k in range(N_EXCITATORY):
            onto = [(k + j) % N_EXCITATORY for j in range(1, reach + 1)]
            onto += range(N_EXCITATORY, len(cells)) if onto_inhibitory else []
            for target in onto:
                connect(k, excited[target], EXCITATION_uS)
        for i in range(N_EXCITATORY, len(cells)):
            for target in range(N_EXCITATORY):
                connect(i, inhibited[target], convert(inhibition_nS, "nS", "uS"))
        engine.run(engine.Method(**method), tstop_ms, -65.0)
        return [np.array(tape) for tape in tapes]


# --- calcium ----------------------------------------

CALCIUM_ms, CALCIUM_END_ms, ENTERS_ms = 150.0, 149.0, (10.0, 11.0)
ENTRY_mA_cm2, PUMP_um_ms, CA_REST_uM, ON_per_uM_ms, OFF_per_ms = 0.05, 0.1, 0.05, 0.1, 1.0


def calcium(
    p, *, valence=2, surface=4.0, sign=1.0, equilibrium=True, leaks=True, binds=True, lets_go=True, counted="net",
    capacity="at rest", above=1.0, by="solver", dt_ms=0.01,
):  # fmt: skip
    """Free calcium after a pulse, what entered and what was carried out, and how fast it returns."""
    per_um, buffer_uM = surface / p["thick"], p["buffer"] if binds else 0.0
    # mA/cm2 over C/mol is 1e-3 mol/(cm2 s): 1e4 um/cm, 1e-3 s/ms and 1e9 uM cm3/mol make it uM um/ms.
    influx = sign * 1e-3 * ENTRY_mA_cm2 / (valence * FARADAY_C_mol) * 1e10
    half_uM = OFF_per_ms / ON_per_uM_ms
    leak_uM = CA_REST_uM if leaks else 0.0
    off_per_ms = OFF_per_ms if lets_go else 0.0

    def slope(entering, state):
        free, bound, _, _ = state
        binding = ON_per_uM_ms * free * (buffer_uM - bound) - off_per_ms * bound
        goes, back = (per_um * PUMP_um_ms * c for c in (free, leak_uM))
        return np.array([per_um * influx * entering - goes + back - binding, binding, goes, back])

    bound = buffer_uM * CA_REST_uM / (CA_REST_uM + half_uM) if equilibrium else 0.0
    t, (free, _, gone, back) = _SOLVERS[by](slope, np.array([CA_REST_uM, bound, 0.0, 0.0]), dt_ms)
    kappa = buffer_uM / half_uM if capacity == "B/K" else buffer_uM * half_uM / (CA_REST_uM + half_uM) ** 2
    return {
        "entered": per_um * influx * (ENTERS_ms[1] - ENTERS_ms[0]), "t": t, "ca": free,
        "out": float(gone[-1] - (back[-1] if counted == "net" else 0.0)),
        "tau": p["thick"] / (4 * PUMP_um_ms) * (above + kappa),
    }  # fmt: skip


def _by_solver(slope, state, _):
    """Times and states by scipy's solver, which begins anew where the current does."""
    times, states = [np.zeros(1)], [state[:, None]]
    for start, end, entering in ((0.0, 10.0, 0), (*ENTERS_ms, 1), (11.0, CALCIUM_ms, 0)):
        grid = np.linspace(start, end, round((end - start) / 0.05) + 1)
        run = solve_ivp(
            lambda t, y, entering=entering: slope(entering, y), (start, end), states[-1][:, -1], t_eval=grid,
            method="LSODA", rtol=1e-8, atol=1e-10,
        )  # fmt: skip
        times.append(grid[1:])
        states.append(run.y[:, 1:])
    return np.concatenate(times), np.concatenate(states, axis=1)


def _by_steps(increment):
    """A solver that goes ahead by fixed steps; as many samples are kept as are taken."""

    def solve(slope, state, dt_ms):
        count = round(CALCIUM_ms / dt_ms)
        states = np.empty((4, count + 1))
        states[:, 0] = state
        for k in range(count):
            entering = float(ENTERS_ms[0] <= (k + 0.5) * dt_ms < ENTERS_ms[1])
            states[:, k + 1] = states[:, k] + dt_ms * increment(
                lambda y, entering=entering: slope(entering, y), states[:, k], dt_ms
            )
        few = slice(None, None, -(-(count + 1) // MAX_SAMPLES))
        return dt_ms * np.arange(count + 1)[few], states[:, few]

    return solve


_SOLVERS = {
    "solver": _by_solver,
    "Euler": _by_steps(lambda slope, y, dt_ms: slope(y)),
    "Heun": _by_steps(lambda slope, y, dt_ms: (slope(y) + slope(y + dt_ms * slope(y))) / 2),
}


# --- mistakes that several tasks share ----------------------------------------

REST_LEFT = mistake(
    "rest-left", "the leak still reverses at pas' own -70 mV", cell={"e_mV": -70.0}, credit=0.3
)
G_LEFT = mistake(
    "g-left", "the leak is still that of pas itself, 0.001 S/cm2", cell={"g_S_cm2": 0.001}, credit=0.3
)
NEURONS_SIZE = mistake(
    "size-left",
    "the soma still has NEURON's own length and diameter, 100 and 500 um",
    cell={"side_um": (100.0, 500.0)},
    credit=0.3,
)
V_INIT = mistake(
    "v-init", "the run starts from -65 mV, not from your cell's rest", cell={"v_init_mV": -65.0}, credit=0.5
)
MG_LEFT = mistake("mg-left", "magnesium is still 1 mM, not yours", mg=1.0, credit=0.3)
ONE_SYNAPSE = mistake("one-synapse", "a single synapse is active, not all of yours", count=1.0, credit=0.5)

# --- tasks ----------------------------------------

TRAIN = Task(
    "train",
    train,
    checks=(
        driven("g", "t", TRAIN_END_ms, "Conductance under the train", 3, "Conductance", unit="nS", finest=0.01),
        Number("first", "first", "Peak of the first event", "nS", 1, relative=True, finest=0.004),
        Number("eighth", "eighth", "Peak of the eighth event", "nS", 2, relative=True, finest=0.006),
        Number("t_peak", "t_peak", "Time to the peak", "ms", 2, finest=0.06),
    ),
    variants=(
        variant("closed form, once per 0.1 ms"),
        variant("closed form, once per 0.025 ms, every other handed in", step_ms=0.025),
        variant("closed form, once per 0.2 ms", step_ms=0.2),
        variant("recorded in NEURON", by="NEURON"),
        variant("recorded in NEURON, step 0.05 ms", by="NEURON", dt_ms=0.05),
        variant("recorded in NEURON, variable step", by="NEURON", dt_ms=None),
        variant("three digits", then=digits(3, "first", "eighth", "t_peak")),
    ),
    mistakes=(
        mistake("swapped", "rise and decay are swapped: NEURON then takes your rise for both", swapped=True, credit=0.3),
        mistake("no-delay", "the closed form counts from the spikes, not from the arrival of their events: the delay is left out", delayed=False, credit=0.5),
        mistake("one-event", "the closed form holds the first event alone", events=1, credit=0.3),
        mistake("ninth-missing", "the ninth event, 500 ms after the eighth, is missing", events=8, credit=0.5),
        mistake("later-from-the-first", "the ninth event comes 500 ms after the first, not after the eighth", later_ms=EIGHT_ms + LATER_ms, credit=0.5),
        mistake("interval-of-20", "the events come every 20 ms: 20 Hz is one every 50 ms", interval_ms=20.0, credit=0.3),
        mistake("not-normalized", "the difference of the exponentials is not normalized to a peak of 1", normalized=False, credit=0.5),
        mistake("jump", "the conductance jumps and decays, as that of ExpSyn", kind="ExpSyn", credit=0.3),
        mistake("eighth-for-first", "the peak of the eighth event stands for that of the first", then=lambda found: found | {"first": found["eighth"]}, credit=0.5),
        mistake("first-for-eighth", "the peak of the eighth event is that of an event alone: what the seven before have left is missing", eighth="alone", credit=0.5),
        mistake("peak-from-the-spike", "the time to the peak is counted from the spike, not from the arrival of its event", counted_from="spike", credit=0.5),
    ),
)  # fmt: skip

INHIBITION = Task(
    "inhibition",
    inhibition,
    checks=(
        Number("e_cl", "e_cl", "Reversal potential of chloride", "mV", 2, finest=0.4),
        Number("gaba", "gaba", "Change under GABA-A alone", "mV", 2, relative=True, finest=0.005),
        Number("epsp", "epsp", "Height of the excitatory event alone", "mV", 1, relative=True, finest=0.005),
        driven("v", "t", INHIBITED_END_ms, "Potential under both events", 2, "Potential under both", finest=0.02),
        Number("shunt", "shunt", "Part of the height that the shunt leaves", "", 1, finest=0.005),
    ),
    variants=(
        variant("NEURON's defaults"),
        variant("step 0.0125 ms", dt_ms=0.0125),
        variant("step 0.01 ms, Crank-Nicolson", dt_ms=0.01, secondorder=2),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("potential to 0.1 mV", e_cl=lambda p: round(_of_nernst()(p), 1)),
        variant("one sample per 0.25 ms", then=every(0.25, "v")),
        variant("three digits", then=digits(3, "e_cl", "gaba", "epsp", "shunt")),
    ),
    mistakes=(
        mistake("cli-clo-swapped", "chloride's potential has the wrong sign: its valence is -1, so that inside stands above outside", e_cl=_of_nernst(factor=-1.0), credit=0.3),
        mistake("log-to-ten", "the logarithm is that to the base ten", e_cl=_of_nernst(factor=1 / np.log(10)), credit=0.5),
        mistake("cold", "the temperature in Nernst's equation is NEURON's own 6.3 degC", e_cl=_of_nernst(celsius_degC=6.3), credit=0.5),
        mistake("celsius-for-kelvin", "37 stands for the temperature in Nernst's equation, in degC: it wants kelvin", e_cl=_of_nernst(factor=37 / 310.15), credit=0.5),
        mistake("reverses-at-0", "the inhibitory synapse still reverses at Exp2Syn's own 0 mV", e_used=0.0, credit=0.3),
        mistake("reverses-at-80", "the inhibitory synapse reverses at -80 mV, not at your chloride's potential", e_used=-80.0, credit=0.3),
        mistake("weights-exchanged", "the two weights stand in each other's place", exchanged=True, credit=0.3),
        mistake("gaba-later", "the inhibitory event comes 4 ms after the excitatory one, not before it", gaba_at_ms=54.0, credit=0.5),
        mistake("gaba-times-left", "the inhibitory synapse still has Exp2Syn's own times, 0.1 and 10 ms", gaba_ms=(0.1, 10.0), credit=0.5),
        mistake("gaba-swapped", "rise and decay of the inhibitory synapse are swapped: NEURON then takes 0.5 ms for both", gaba_ms=(0.5, 0.5), credit=0.3),
        mistake("tau-left", "the excitatory synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("shunt-at-chloride", "in shunt the inhibitory synapse reverses at chloride's potential, not at rest", shunt_at="chloride", credit=0.5),
        REST_LEFT, G_LEFT, NEURONS_SIZE, V_INIT,
    ),
)  # fmt: skip

BLOCK = Task(
    "block",
    block,
    checks=(
        Members("g", "g", "Conductance at seven potentials", "nS", 4, finest=0.01),
        Number("half", "half", "Potential of the half", "mV", 2, finest=0.3),
        Number("turn", "turn", "Potential of the largest inward current", "mV", 2, finest=0.5),
    ),
    variants=(
        variant("clamp of 1 kohm"),
        variant("clamp of 10 kohm", clamp_Mohm=0.01),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("step 0.0125 ms", dt_ms=0.0125),
        variant("from the formula", by="formula"),
        variant("both receptors there, NMDA recorded", window_ms=30.0),
        variant("three digits", then=digits(3, "g", "half", "turn")),
    ),
    mistakes=(
        mistake("sign-of-the-exponent", "the exponent has the wrong sign: the block falls with the potential", by="formula", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57", "magnesium is not divided by 3.57 mM", by="formula", slip={"base": 1.0}, credit=0.3),
        mistake("sign-in-the-numbers", "the two potentials come from the formula with the wrong sign of the exponent", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57-in-the-numbers", "the two potentials come from the formula without 3.57 mM", slip={"base": 1.0}, credit=0.3),
        mistake("AMPA-not-silenced", "AMPA is in it: g is both receptors' conductance, and gmax_AMPA was not set to 0", seen="both", credit=0.3),
        mistake("clamp-of-1-Mohm", "the clamp has NEURON's own 1 Mohm between it and the cell, and does not hold", clamp_Mohm=1.0, credit=0.5),
        mistake("given-as-a-part", "g is the part of the receptors that is free, not their conductance", fraction=True, credit=0.5),
        mistake("turn-of-the-seven", "the largest inward current is sought among the seven potentials alone", turn="the seven", credit=0.5),
        mistake("half-for-turn", "the two potentials stand in each other's place", then=lambda found: found | {"half": found["turn"], "turn": found["half"]}, credit=0.5),
        MG_LEFT, ONE_SYNAPSE,
    ),
)  # fmt: skip

_SETS = {"own": ", your own receptors", "other": ", other receptors"}
CURRENTS = Task(
    "currents",
    currents,
    checks=tuple(
        driven(f"{name}.{item}", f"{name}.t", CURRENTS_END_ms, plot + where, points, label + where, unit=unit, finest=finest)
        for name, where in _SETS.items()
        for item, plot, label, unit, points, finest in (
            ("held_ampa", "AMPA current, held", "AMPA current, held", "pA", 0.5, 0.1),
            ("held_nmda", "NMDA current, held", "NMDA current, held", "pA", 1, 0.1),
            ("sweep_ampa", "AMPA current over a sweep", "AMPA current over a sweep", "pA", 0.5, 0.1),
            ("sweep_free", "NMDA current over a sweep, no magnesium", "NMDA current without magnesium", "pA", 0.5, 0.1),
            ("sweep_low", "NMDA current over a sweep, 0.3 mM", "NMDA current, 0.3 mM", "pA", 0.5, 0.1),
            ("sweep_high", "NMDA current over a sweep, 3 mM", "NMDA current, 3 mM", "pA", 0.5, 0.1),
            ("v", "Potential of a free cell", "Potential of a free cell", "mV", 0.5, 0.02),
        )
    ),
    protocol="protocol_currents.py",
    sets=farthest,
    variants=(
        variant("as it is written"),
        variant("rounded to 0.01 pA", decimals=2),
        variant("the normalization read from a fine grid", function=_from_a_grid),
    ),
    mistakes=(
        mistake("sign-of-the-exponent", "the exponent has the wrong sign: the block falls with the potential", slip={"sign": -1.0}, credit=0.3),
        mistake("without-3.57", "magnesium is not divided by 3.57 mM", slip={"base": 1.0}, credit=0.3),
        mistake("no-block", "magnesium blocks nothing", block_of=(), credit=0.3),
        mistake("AMPA-blocked", "magnesium blocks AMPA, too", block_of=("AMPA", "NMDA"), credit=0.3),
        mistake("own-magnesium", "the function takes magnesium from p, not the mg that it is given", mg_used=lambda q: q["mg"], credit=0.5),
        mistake("not-normalized", "the difference of the exponentials is not normalized to a peak of 1", normalized=False, credit=0.5),
        mistake("exchanged", "the time constants of the two receptors stand in each other's place", exchanged=True, credit=0.3),
        mistake("no-rise", "the conductances jump and decay: the rise is missing", rise=False, credit=0.5),
        mistake("before-the-event", "before the event the conductances are not zero", before="open", credit=0.5),
        mistake("conductances", "the conductances are returned, not the currents", current=False, credit=0.3),
        mistake("from-minus-70", "the currents reverse at -70 mV, not at 0 mV", reversal=-70.0, credit=0.3),
        mistake("ratio-forgotten", "NMDA has 1 nS a synapse, not 0.7 nS", nmda=1 / 0.7, credit=0.5),
        mistake("outward-is-inward", "inward current is counted positive, not outward", ampa=-1.0, nmda=-1.0, credit=0.5),
        mistake("in-nA", "the currents are in nA, not in pA", ampa=1e-3, nmda=1e-3, credit=0.5),
        mistake("one-synapse", "a single synapse is active, not p.count of them", count=1.0, credit=0.5),
        mistake("decay-left", "NMDA closes with the mechanism's own 43 ms", tau_nmda=43.0, credit=0.5),
        mistake("practice-values", "currents ignores p and has the values of the practice", p=lambda p, own: {"count": 5, "tau_nmda": 50, "mg": 1}),
        mistake("own-values", "currents ignores p and always has your own values", p=lambda p, own: own),
    ),
)  # fmt: skip

COINCIDENCE = Task(
    "coincidence",
    coincidence,
    checks=(
        Number("alone", "alone", "Charge alone", "pC", 2, relative=True, finest=0.006),
        Number("paired", "paired", "Charge when paired", "pC", 2, relative=True, finest=0.006),
        Number("ratio", "ratio", "Ratio with magnesium", "", 2, relative=True, finest=0.006),
        Number("ratio_free", "ratio_free", "Ratio without magnesium", "", 2, relative=True, finest=0.006),
    ),
    variants=(
        variant("NEURON's defaults", dt_ms=0.025),
        variant("step 0.1 ms", dt_ms=0.1),
        variant("step 0.05 ms, Crank-Nicolson", secondorder=2),
        variant("variable step", dt_ms=None),
        variant("run of 700 ms", tstop_ms=700.0),
        variant("three digits", then=digits(3, "alone", "paired", "ratio", "ratio_free")),
    ),
    mistakes=(
        mistake("clamp-attached", "the voltage clamp is still attached, at 40 mV", held_mV=40.0, credit=0.3),
        mistake("AMPA-still-silent", "AMPA is still silenced from the block curve", ampa_uS=0.0, credit=0.5),
        mistake("AMPA-counted", "the charge through AMPA is counted, too", seen="both", credit=0.3),
        mistake("magnesium-stays", "the ratio without magnesium still has your magnesium in it", free_mM=None, credit=0.5),
        mistake("pulse-of-5-ms", "the pulse lasts 5 ms, not 50 ms", pulse={"dur_ms": 5.0}, credit=0.5),
        mistake("pulse-of-0.05-nA", "the pulse has 0.05 nA, not 0.5 nA", pulse={"amp_nA": 0.05}, credit=0.5),
        mistake("run-too-short", "the run ends at 100 ms, when the receptors are still open", tstop_ms=100.0, credit=0.5),
        mistake("decay-left", "NMDA closes with the mechanism's own 43 ms", tau_nmda=43.0, credit=0.5),
        mistake("ratio-upside-down", "the ratios are upside down", then=lambda found: found | {"ratio": 1 / found["ratio"], "ratio_free": 1 / found["ratio_free"]}, credit=0.5),
        MG_LEFT, ONE_SYNAPSE, REST_LEFT, G_LEFT, NEURONS_SIZE,
    ),
)  # fmt: skip

SUMMATION = Task(
    "summation",
    summation,
    checks=(
        driven("v", "t", SUMMED_END_ms, "Potential of the soma", 1, "Potential of the soma", finest=0.02),
        Number("one", "one", "Height after one event", "mV", 1.5, relative=True, finest=0.005),
        Number("five", "five", "Height under five", "mV", 1.5, relative=True, finest=0.005),
        Number("there", "there", "Height at the synapse", "mV", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("nseg 45"),
        variant("nseg 25", dendrite={"nseg": 25}),
        variant("nseg 35, step 0.0125 ms", dendrite={"nseg": 35}, dt_ms=0.0125),
        variant("nseg 101", dendrite={"nseg": 101}),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("three digits", then=digits(3, "one", "five", "there")),
    ),
    mistakes=(
        mistake("tau-left", "the synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("number-left", "the source still sends NetStim's own ten events", number=10, credit=0.5),
        mistake("interval-left", "the events still come every 10 ms, NetStim's own interval", interval_ms=10.0, credit=0.5),
        mistake("start-left", "the train still begins at NetStim's own 50 ms", start_ms=50.0, credit=0.5),
        mistake("in-the-middle", "the synapse sits in the middle of the dendrite, not at your place", site=0.5, credit=0.3),
        mistake("on-the-soma", "the synapse sits on the soma, not on the dendrite", site="soma", credit=0.3),
        mistake("Ra-left", "Ra is still NEURON's own 35.4 ohm cm", dendrite={"Ra_ohm_cm": 35.4}, credit=0.3),
        mistake("one-segment", "nseg is still 1", dendrite={"nseg": 1}, credit=0.3),
        mistake("a-fifth-of-the-weight", "an event opens your weight, not five times as much", weight=0.2, credit=0.5),
        mistake("read-at-the-synapse", "v is read at the synapse, not in the soma", seen="synapse", credit=0.5),
        mistake("five-times-one", "the height under five is five times that of one: it was multiplied, not simulated", then=lambda found: found | {"five": 5 * found["one"]}, credit=0.5),
        mistake("from-0-mV", "the heights are the potentials themselves, not counted from rest", from_mV=0.0, credit=0.5),
    ),
)  # fmt: skip

NETWORK = Task(
    "network",
    network,
    checks=(
        Number("first", "first", "First spike", "ms", 1.5, finest=0.05),
        Statistic("rate", "rate", "Rate of the excitatory cells", "Hz", 1.5),
        Statistic("rate_inhibitory", "rate_inhibitory", "Rate of the inhibitory cells", "Hz", 1),
        Statistic("rate_free", "rate_free", "Rate without inhibition", "Hz", 1),
    ),
    habits={"run": True},
    variants=tuple(
        variant(name, **settings)
        for name, settings in {
            "NEURON's defaults": {},
            "exact rates": {"rate_table": False},
            "step 0.0125 ms": {"dt_ms": 0.0125},
            "step 0.05 ms": {"dt_ms": 0.05},
            "Crank-Nicolson": {"secondorder": 2},
            "Crank-Nicolson, step 0.0125 ms": {"dt_ms": 0.0125, "secondorder": 2},
            "threshold of 10 mV": {"threshold_mV": 10.0},
        }.items()
    ),
    mistakes=(
        mistake("seed-of-the-practice", "the streams are those of the seed 1, not of yours", seed=1, credit=0.5),
        mistake("one-stream", "all cells share one stream of random numbers", streams="one", credit=0.5),
        mistake("noise-left", "the background is regular: noise is still 0", noise=0.0, credit=0.3),
        mistake("no-inhibition", "the inhibitory cells open nothing: their weight is still 0", inhibited=False, credit=0.3),
        mistake("reverses-at-0", "the inhibitory synapse still reverses at Exp2Syn's own 0 mV", e_mV=0.0, credit=0.3),
        mistake("tau-left", "the excitatory synapse still has ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("gaba-swapped", "rise and decay of the inhibitory synapse are swapped: NEURON then takes 0.5 ms for both", gaba_ms=(0.5, 0.5), credit=0.3),
        mistake("not-onto-inhibitory", "the excitatory cells do not excite the inhibitory ones", onto_inhibitory=False, credit=0.3),
        mistake("background-for-everybody", "the inhibitory cells have a background, too", everybody=True, credit=0.5),
        mistake("one-neighbor", "an excitatory cell excites the next one alone, not the next four", reach=1, credit=0.5),
    ),
)  # fmt: skip

CALCIUM = Task(
    "calcium",
    calcium,
    checks=(
        Number("entered", "entered", "What enters", "uM", 1.5, relative=True, finest=0.005),
        driven("ca", "t", CALCIUM_END_ms, "Free calcium", 2, "Free calcium", unit="uM", finest=0.002),
        Number("out", "out", "What is carried out", "uM", 1, relative=True, finest=0.01),
        Number("tau", "tau", "Time constant of the return", "ms", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("scipy's solver"),
        variant("forward steps of 0.01 ms", by="Euler"),
        variant("forward steps of 0.005 ms", by="Euler", dt_ms=0.005),
        variant("Heun's steps of 0.01 ms", by="Heun"),
        variant("binding capacity as B/K", capacity="B/K"),
        variant("one sample per 0.1 ms", then=every(0.1, "ca")),
        variant("three digits", then=digits(3, "entered", "out", "tau")),
    ),
    mistakes=(
        mistake("valence", "calcium has two charges: an ion is 2e, and the current goes over 2F", valence=1, credit=0.5),
        mistake("half-the-surface", "surface over volume is 2 over the diameter, not 4", surface=2.0, credit=0.5),
        mistake("calcium-leaves", "the current that flows in takes calcium out", sign=-1.0, credit=0.3),
        mistake("buffer-empty", "at the beginning nothing is bound: the buffer is not in equilibrium", equilibrium=False, credit=0.5),
        mistake("no-leak", "the pump takes out v c, and nothing leaks back", leaks=False, credit=0.5),
        mistake("no-buffer", "the free calcium has no buffer", binds=False, credit=0.3),
        mistake("never-lets-go", "the buffer binds and never lets go", lets_go=False, credit=0.3),
        mistake("gross", "what leaks back is not taken off what is carried out", counted="gross", credit=0.5),
        mistake("kappa-alone", "the time constant has kappa in the place of 1 + kappa", above=0.0, credit=0.5),
    ),
)  # fmt: skip

TASKS = (TRAIN, INHIBITION, BLOCK, CURRENTS, COINCIDENCE, SUMMATION, NETWORK, CALCIUM)
