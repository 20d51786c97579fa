# SPDX-License-Identifier: BSD-3-Clause
"""The rubric of the synapse with a history: maps from spike to spike, and the slips that have a name."""

from pathlib import Path

import numpy as np
from scipy.optimize import brentq

from autograder.rubric import Members, Number, Statistic, Task, driven, load_module, mistake, variant
from autograder.rubric.ways import digits, every, farthest
from neuroscales.core.units import convert
from neuroscales.membrane.patch import Leak, Patch
from neuroscales.synapse.conductance import ExpSynapse
from neuroscales.synapse.plasticity import PairRule, TripletRule, protocol_change
from neuroscales.synapse.plasticity import window as pair_window
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import paired_pulse_ratio, vesicle_counts
from neuroscales.synapse.short_term_rates import mean_field_step
from neuroscales.synapse.synapse_simulation import Input, Soma, simulate_synapses

PROTOCOL = load_module(Path(__file__).with_name("protocol_mechanism.py"))

# --- the terminal ----------------------------------------

LATER_ms = 500.0


def terminal(p) -> TsodyksMarkram:
    """The student's own terminal."""
    return TsodyksMarkram(p["U1"], p["tau_rec"], p["tau_facil"])


def eight_ms(p):
    """Eight spikes at the student's rate, from 0 on."""
    return 1000 / p["rate"] * np.arange(8)


def follow(
    p, spikes_ms, *, depletes=True, facilitates=True, room=True, relaxes_to_U=False, rises_first=True, old_use=False,
    since="last", start=(0.0, 1.0, None),
):  # fmt: skip
    """u and R of every spike, what it releases, and the state after the last; every slip is a keyword.

    `start` is u, R and the time of the spike before, None for a rested terminal.
    """
    U = p["U1"]
    u, R, last_ms = start
    rest = U if relaxes_to_U else 0.0
    u = rest if last_ms is None else u
    use, available, released = [], [], []
    for spike_ms in spikes_ms:
        passed_ms = 0.0 if last_ms is None else spike_ms - last_ms
        before = rest + (u - rest) * np.exp(-passed_ms / p["tau_facil"])
        risen = before + U * (1 - before if room else 1.0) if facilitates else U
        R = 1 - (1 - R) * np.exp(-passed_ms / p["tau_rec"])
        now = risen if rises_first else before
        use.append(now)
        available.append(R)
        released.append(now * R)
        if depletes:
            R = R - (before if old_use else now) * R
        u = risen
        last_ms = spike_ms if since == "last" or last_ms is None else last_ms
    return (*map(np.array, (use, available, released)), (u, R, last_ms))


# --- nine spikes ----------------------------------------


def train(p, *, ninth="after the eighth", reported="before the release", by="map", **slips):
    """u, R and release of eight spikes at the student's rate and of one 500 ms later."""
    eight = eight_ms(p)
    ninth_ms = {
        "after the eighth": eight[-1] + LATER_ms,
        "after the first": LATER_ms,
        "at the rate": eight[-1] + eight[1],
    }[ninth]
    spikes_ms = np.append(eight, ninth_ms)
    u, R, released, _ = (_by_ode if by == "ode" else follow)(p, spikes_ms, **slips)
    if reported == "after the release":
        R = R - released
    elif reported == "released after":  # u and R stand as they should; the product is that of what is left
        released = u * (R - released)
    return {"u": u, "R": R, "released": released}


def _by_ode(p, spikes_ms, *, step_ms=0.01):
    """The same, with Euler's steps between the spikes."""
    u, R, found = 0.0, 1.0, []
    for passed_ms in np.diff(spikes_ms, prepend=spikes_ms[0]):
        steps = round(passed_ms / step_ms)
        kept_u, kept_R = (1 - step_ms / p["tau_facil"]) ** steps, (1 - step_ms / p["tau_rec"]) ** steps
        u, R = u * kept_u, 1 - (1 - R) * kept_R
        u += p["U1"] * (1 - u)
        found.append((u, R, u * R))
        R -= u * R
    return (*np.transpose(found), None)


# --- a long train ----------------------------------------

RATES_Hz = np.array([2.0, 5.0, 10.0, 20.0, 30.0])


def steady(
    p, *, asked="a long train", most="one over tau_rec", half="of the most", poisson=False, slips=None
):
    """Release at five rates, the most that a second can add up to, and the rate of half of that."""

    def released(rate_Hz):
        return _settled(p, rate_Hz, poisson, **(slips or {}))

    most_per_s, limiting_Hz = 1000 / p["tau_rec"], 1000 / (p["U1"] * p["tau_rec"])
    per_spike = [float(released(rate_Hz)) for rate_Hz in RATES_Hz]
    if asked == "the eighth":
        per_spike = [float(follow(p, 1000 / rate * np.arange(8))[2][-1]) for rate in RATES_Hz]
    elif asked == "a second":
        per_spike = RATES_Hz * per_spike
    if half == "of the first":
        rate_Hz = brentq(lambda rate: released(rate) - p["U1"] / 2, 2.0, 1e3)
    elif half == "limiting rate":
        rate_Hz = limiting_Hz
    else:
        rate_Hz = brentq(lambda rate: rate * released(rate) - most_per_s / 2, 1e-5, 1e6)
    return {
        "released": np.array(per_spike),
        "most": limiting_Hz if most == "limiting rate" else most_per_s,
        "half_rate": rate_Hz,
    }


def _settled(
    p, rate_Hz, poisson, *, depletes=True, facilitates=True, room=True, relaxes_to_U=False, rises_first=True, old_use=False
):  # fmt: skip
    """The fixed point of the map with its slips, or its mean field under a Poisson train."""
    U, per_ms = p["U1"], rate_Hz / 1000
    if poisson:
        use = U * (1 + per_ms * p["tau_facil"]) / (1 + U * per_ms * p["tau_facil"])
        return use / (1 + use * per_ms * p["tau_rec"])
    fades, lacks = np.exp(-1 / (per_ms * p["tau_facil"])), np.exp(-1 / (per_ms * p["tau_rec"]))
    # u just after its rise is a + b u of the spike before
    rest = U * (1 - fades) if relaxes_to_U else 0.0
    kept = 1 - U if room else 1.0
    risen = (U + kept * rest) / (1 - kept * fades) if facilitates else U
    before = rest + risen * fades
    now = risen if rises_first else before
    taken = (before if old_use else now) if depletes else 0.0
    return now * (1 - lacks) / (1 - (1 - taken) * lacks)


# --- what an electrode sees ----------------------------------------

SEEN_ms, SEEN_END_ms, FIRST_ms, SAMPLE_ms = 495.0, 494.0, 5.0, 0.05
SIDE_um, G_S_cm2, REST_mV, GMAX_uS = PROTOCOL.SIDE_um, PROTOCOL.G_S_cm2, PROTOCOL.REST_mV, PROTOCOL.WEIGHT_uS


def simulation(
    p, *, dt_ms=0.005, by="NEURON", gmax_uS=GMAX_uS, tau_ms=None, e_mV=REST_mV, v_init_mV=REST_mV, side_um=(SIDE_um, SIDE_um),
    g_S_cm2=G_S_cm2, measured="from its spike", constant=False, slips=None, **settings,
):  # fmt: skip
    """Potential of a passive cell under eight spikes, and the heights of the first and the last response."""
    spikes_ms = FIRST_ms + eight_ms(p)
    released = np.full(8, p["U1"]) if constant else follow(p, spikes_ms, **(slips or {}))[2]
    tau_ms = p["tau"] if tau_ms is None else tau_ms
    if by == "NEURON":
        cell = Soma(Patch(*side_um, v_init_mV=v_init_mV), Leak(g_S_cm2, e_mV))
        inputs = {
            f"spike {k}": Input(ExpSynapse(tau_ms), (float(at),), gmax_uS * part, 0.0)
            for k, (at, part) in enumerate(zip(spikes_ms, released, strict=True))
        }
        run = simulate_synapses(cell, inputs, tstop_ms=SEEN_ms, dt_ms=dt_ms, **settings)
        t, v = run.time, run.values("v")
    else:
        t = dt_ms * np.arange(round(SEEN_ms / dt_ms) + 1)
        v = _potential(
            t, _conductance(t, spikes_ms, released, tau_ms) * gmax_uS, dt_ms, by == "exponential Euler"
        )
    rises = [_rise(t, v, at, 1000 / p["rate"], measured) for at in spikes_ms[[0, 7]]]
    kept = slice(None, None, max(1, round(SAMPLE_ms / dt_ms)) if dt_ms else 1)
    return {"t": t[kept], "v": v[kept], "rise1": rises[0], "rise8": rises[1]}


def _conductance(t, spikes_ms, released, tau_ms, at_spike=True):
    """Sum of the responses, as a part of the conductance of all resources."""
    since = np.subtract.outer(t, spikes_ms)
    begun = since > -1e-6 if at_spike else since > 1e-6
    return np.where(begun, np.exp(-np.maximum(since, 0) / tau_ms), 0.0) @ released


def _potential(t, g_uS, dt_ms, exponential=False, sign=1.0):
    """Potential of the passive cell: the implicit steps that NEURON takes, or exponential Euler."""
    c_pF, leak_nS = _cell()
    g_nS = sign * 1000 * g_uS
    v = np.empty_like(t)
    v[0] = at = REST_mV
    for k in range(len(t) - 1):
        total = leak_nS + g_nS[k]
        target = leak_nS * REST_mV / total  # the synapse reverses at 0 mV
        step = dt_ms * total / c_pF
        part = -np.expm1(-step) if exponential else step / (1 + step)
        v[k + 1] = at = at + (target - at) * part
    return v


def _cell():
    """Capacitance (pF) and leak (nS) of the cell."""
    area_um2 = np.pi * SIDE_um**2
    return 1e-2 * area_um2, 10 * G_S_cm2 * area_um2


def _rise(t, v, at_ms, interval_ms, measured):
    """Height of one response."""
    shown = (t >= at_ms - 1e-6) & (t < min(at_ms + interval_ms, SEEN_ms) + 1e-6)
    if measured == "all":
        return float(v.max() - REST_mV)
    if measured == "as a potential":
        return float(v[shown].max())
    below = np.interp(at_ms, t, v) if measured == "from its spike" else REST_mV
    return float(v[shown].max() - below)


# --- a mechanism ----------------------------------------


def mechanism(
    p, *, seen="a state", euler=False, weight_uS=PROTOCOL.WEIGHT_uS, sign=1.0, begins="rested", spent_first=False,
    defaults=False, **slips,
):  # fmt: skip
    """What the grader's protocol finds on the mechanism, or on one with a slip, without compiling it."""
    spikes_ms = PROTOCOL.spikes_ms(p["rate"])
    q = {**p, **PRACTICE} if defaults else p
    start = {"rested": (0.0, 1.0, None), "empty": (0.0, 0.0, 0.0)}.get(begins)
    if begins == "as it ended":
        start = follow(q, spikes_ms[:3], **slips)[3]
    elif begins == "with the R that was left":
        (_, left, _) = follow(q, spikes_ms[:3], start=(0.0, 0.0, 0.0), **slips)[3]
        start = (0.0, left, 0.0)
    use, available, released, _ = follow(q, spikes_ms, start=start, **slips)
    if spent_first:
        released = use * (available - released)
    t = PROTOCOL.DT_ms * np.arange(round(PROTOCOL.TSTOP_ms / PROTOCOL.DT_ms) + 1)
    tau_ms = q["tau"]
    if euler:
        tau_ms = -PROTOCOL.DT_ms / np.log1p(-PROTOCOL.DT_ms / tau_ms)
    acts = _conductance(t, spikes_ms, released, tau_ms) * weight_uS
    v = _potential(t, acts, PROTOCOL.DT_ms, sign=sign)
    # what BREAKPOINT assigns is what the step began with; a state has taken the step
    state = _conductance(t, spikes_ms, released, tau_ms, at_spike=False) * weight_uS
    g = state if seen == "a state" else np.append(0.0, acts[:-1])
    return {"t": t[::4], "g": convert(g[::4], "uS", "nS"), "v": v[::4]}


# --- before or after ----------------------------------------

DELAYS_ms = np.array([-40.0, -20, -10, -5, 5, 10, 20, 40])
A_PLUS, A_MINUS = 0.01, 0.004
NUMBER, DELAY_ms = 60, 10.0


def pair_rule(p, *, nearest=False, taus_swapped=False, amplitudes_swapped=False, one_tau=False) -> PairRule:
    """The student's own pair rule, or one with a slip."""
    taus = (p["tau_plus"], p["tau_plus"] if one_tau else p["tau_minus"])
    amplitudes = (A_PLUS, A_MINUS)
    if taus_swapped:
        taus = taus[::-1]
    if amplitudes_swapped:
        amplitudes = amplitudes[::-1]
    return PairRule(*amplitudes, *taus, nearest=nearest)


def window(
    p, *, by="library", sign=1.0, absolute=False, count="all", per_cent=True, compounded=False, rule=None
):  # fmt: skip
    """Change by one pair at eight delays, and by sixty pairings."""
    made = pair_rule(p, **(rule or {}))
    change = pair_window(made, sign * DELAYS_ms)
    if count == "pairs alone":
        sixty = NUMBER * pair_window(made, sign * DELAY_ms)
    elif by == "sums":
        sixty = _by_sums(p)
    else:
        sixty = protocol_change(made, p["rate"], sign * DELAY_ms, NUMBER)
    if compounded:
        sixty = np.expm1(NUMBER * np.log1p(sixty / NUMBER))
    unit = 100.0 if per_cent else 1.0
    return {"change": unit * (np.abs(change) if absolute else change), "sixty": unit * float(sixty)}


def _by_sums(p):
    """The sum over all pairs of a presynaptic and a postsynaptic spike."""
    pre_ms = 1000 / p["rate"] * np.arange(NUMBER)
    apart = np.subtract.outer(pre_ms + DELAY_ms, pre_ms)
    grows = A_PLUS * np.exp(-np.abs(apart) / p["tau_plus"])
    return np.where(apart > 0, grows, -A_MINUS * np.exp(-np.abs(apart) / p["tau_minus"])).sum()


# --- two spikes ----------------------------------------

INTERVALS_ms = np.array([20.0, 50, 100, 200, 500, 1000])


def pairs(p, *, by="formula", upside_down=False, slips=None, grid_ms=1.0):
    """Second release per first at six intervals, and the lowest ratio."""

    def ratio(interval_ms):
        if by == "formula" and not slips:
            return paired_pulse_ratio(terminal(p), interval_ms)
        released = follow(p, [0.0, interval_ms], **(slips or {}))[2]
        return released[1] / released[0]

    ratios = np.array([ratio(interval_ms) for interval_ms in INTERVALS_ms])
    grid_ms = np.arange(10, 2000 + grid_ms / 2, grid_ms)
    values = [ratio(interval_ms) for interval_ms in grid_ms]
    return {"ratios": 1 / ratios if upside_down else ratios, "lowest": float(min(values))}


# --- a step of the rate ----------------------------------------

BEFORE_Hz, TIMES, STEP_ms, STEP_END_ms = 5.0, 2.0, 600.0, 599.0


def step(
    p, *, dt_ms=0.5, by="library", times=TIMES, per="second", jumps=True, before="before", released="risen",
    depletes=True, facilitates=True,
):  # fmt: skip
    """Mean release per second while the rate of Poisson trains steps from 5 Hz to twice the student's rate."""
    t = np.linspace(0, STEP_ms, round(STEP_ms / dt_ms) + 1)
    after_Hz = times * p["rate"]
    if by == "library" and released == "risen" and depletes and facilitates and jumps:
        part = mean_field_step(terminal(p), BEFORE_Hz, after_Hz, t).released
        first = mean_field_step(terminal(p), BEFORE_Hz, BEFORE_Hz, t[:2]).released[0]
    else:
        part, first = _mean_field(p, t, dt_ms, after_Hz, jumps, released, depletes, facilitates)
    r, level = (part, first) if per == "spike" else (after_Hz * part, BEFORE_Hz * first)
    return {"t": t, "r": r, "before": float(r[0] if before == "after" else level)}


def _mean_field(p, t, dt_ms, after_Hz, jumps, released, depletes, facilitates):
    """The same by Euler's steps, for u before its rise; the release of a spike at each time, and before."""
    U, tau_rec, tau_facil = p["U1"], p["tau_rec"], p["tau_facil"]
    per_ms = BEFORE_Hz / 1000

    def used(u):
        return (u + U * (1 - u) if facilitates else U) if released == "risen" else u

    u = U * per_ms * tau_facil / (1 + U * per_ms * tau_facil)
    R = 1 / (1 + used(u) * per_ms * tau_rec) if depletes else 1.0
    first, part = used(u) * R, []
    if not jumps:
        u, R = 0.0, 1.0  # the run begins with a rested terminal
    per_ms = after_Hz / 1000
    for _ in t:
        part.append(used(u) * R)
        taken = per_ms * used(u) * R if depletes else 0.0
        u, R = (
            u + dt_ms * (-u / tau_facil + per_ms * U * (1 - u)),
            R + dt_ms * ((1 - R) / tau_rec - taken),
        )
    return np.array(part), first


# --- the third spike ----------------------------------------

FREQUENCIES_Hz = np.array([1.0, 10, 20, 40, 50])
A3_PLUS, A2_MINUS, TAU_Y_ms = 0.0065, 0.0071, 114.0


def triplets(
    p, *, sign=1.0, nearest=False, taus_swapped=False, tau_y_ms=TAU_Y_ms, itself=False, depresses=True,
    per_cent=True, exchanged=False, by="library",
):  # fmt: skip
    """Change by sixty pairings at five frequencies, by the pair rule and by the triplet rule."""
    taus = (p["tau_plus"], p["tau_minus"])[:: -1 if taus_swapped else 1]
    tau_y_ms = p["tau_minus"] if tau_y_ms == "tau_minus" else tau_y_ms
    pair = pair_rule(p, nearest=nearest, taus_swapped=taus_swapped)
    # a third spike that also counts itself finds y larger by 1: a pair then potentiates by A3
    triplet = TripletRule(A3_PLUS if itself else 0.0, A3_PLUS, A2_MINUS, *taus, tau_y_ms, nearest)
    if not depresses:
        pair, triplet = (
            PairRule(A_PLUS, 0.0, *taus, nearest=nearest),
            TripletRule(triplet.A2_plus, A3_PLUS, 0.0, *taus, tau_y_ms, nearest),
        )
    unit = 100.0 if per_cent else 1.0
    if by == "loops":
        found = [
            unit * np.array([_by_loops(p, f_Hz, rule) for f_Hz in FREQUENCIES_Hz])
            for rule in ("pair", "triplet")
        ]
    else:
        found = [
            unit * protocol_change(rule, FREQUENCIES_Hz, sign * DELAY_ms, NUMBER) for rule in (pair, triplet)
        ]
    return dict(zip(("pair", "triplet"), found[:: -1 if exchanged else 1], strict=True))


def _by_loops(p, f_Hz, rule):
    """One protocol, spike by spike."""
    r = o = y = change = 0.0
    events = sorted((1000 * k / f_Hz + late, late > 0) for k in range(NUMBER) for late in (0, DELAY_ms))
    last_ms = 0.0
    for at_ms, is_post in events:
        passed_ms, last_ms = at_ms - last_ms, at_ms
        r, o, y = (
            trace * np.exp(-passed_ms / tau)
            for trace, tau in ((r, p["tau_plus"]), (o, p["tau_minus"]), (y, TAU_Y_ms))
        )
        if is_post:
            change += r * (A_PLUS if rule == "pair" else A3_PLUS * y)
            o, y = o + 1, y + 1
        else:
            change -= o * (A_MINUS if rule == "pair" else A2_MINUS)
            r += 1
    return change


# --- vesicles ----------------------------------------

RUNS = 2000


def vesicles(
    p,
    *,
    seed=None,
    runs=RUNS,
    independent=False,
    deviation=False,
    per_place=False,
    chance="failures",
    slips=None,
):
    """Mean and failures of the eighth spike and the variance of the sum of eight: expected, or of runs."""
    places = int(p["places"])
    if seed is not None:
        rng = np.random.default_rng([seed, places, int(p["tau_rec"]), int(1000 * p["U1"])])
        counts = vesicle_counts(terminal(p), places, eight_ms(p), runs, rng)
        total = counts.sum(axis=1)
        return {
            "mean8": float(counts[:, 7].mean()),
            "failures8": float((counts[:, 7] == 0).mean()),
            "var_sum": float(total.var(ddof=1)),
        }
    use, _, released, _ = follow(p, eight_ms(p), **(slips or {}))
    chances = np.ones(1)
    for _ in range(places):
        chances = np.convolve(chances, _of_one_place(p, use, (slips or {}).get("depletes", True)))
    number = np.arange(chances.size)
    variance, fourth = (float(((number - number @ chances) ** power) @ chances) for power in (2, 4))
    p8 = float(released[7])
    failures = (1 - p8) ** places
    found = {
        "mean8": p8 if per_place else places * p8,
        "failures8": failures if chance == "failures" else 1 - failures,
        "var_sum": variance,
        "mean8_se": np.sqrt(places * p8 * (1 - p8) / RUNS),
        "failures8_se": np.sqrt(failures * (1 - failures) / RUNS),
        "var_sum_se": np.sqrt((fourth - variance**2 * (RUNS - 3) / (RUNS - 1)) / RUNS),
    }
    if independent:
        found["var_sum"] = float(places * (released * (1 - released)).sum())
    if deviation:
        found["var_sum"] = float(np.sqrt(variance))
    return found


def _of_one_place(p, use, depletes=True):
    """Chances that a place releases 0 to 8 times in the train."""
    filled, empty = np.zeros(9), np.zeros(9)
    filled[0] = 1.0
    stays_empty = np.exp(-1000 / p["rate"] / p["tau_rec"])
    for part in use:
        filled, empty = filled + (1 - stays_empty) * empty, stays_empty * empty
        gone = np.roll(part * filled, 1)  # at most eight times, so that nothing comes round
        filled = (1 - part) * filled
        if depletes:
            empty = empty + gone
        else:
            filled = filled + gone
    return filled + empty


# --- mistakes that several tasks share ----------------------------------------

PRACTICE = {"U1": 0.22, "tau_rec": 350, "tau_facil": 100, "tau": 5}


def _swapped(p, own):
    return {"tau_rec": p["tau_facil"], "tau_facil": p["tau_rec"]}


def _scaled(factor):
    return lambda p, own: {name: factor * p[name] for name in ("tau_rec", "tau_facil")}


SLIPS = {
    "depletion-forgotten": ("the resources are never used up: R stays 1", {"depletes": False}),
    "facilitation-forgotten": ("every spike takes the part U1: u does not add up", {"facilitates": False}),
    "no-room": ("u rises by U1, not by U1 (1 - u)", {"room": False}),
    "orders-mixed": (
        "two published forms are mixed: u relaxes to U1, and rises before the release as well",
        {"relaxes_to_U": True},
    ),
    "released-before-the-rise": (
        "the release takes u from before its rise, and u relaxes to 0",
        {"rises_first": False},
    ),
    "old-use": ("R falls by the u from before its rise", {"old_use": True}),
}
SWAPPED = mistake("swapped", "tau_rec and tau_facil are swapped", p=_swapped, credit=0.3)
IN_SECONDS = mistake(
    "tau-in-seconds", "the time constants are taken in s, the intervals in ms", p=_scaled(1e-3)
)
INTERVALS = mistake(
    "intervals-in-seconds", "the intervals are taken in s, the time constants in ms", p=_scaled(1e3)
)


def slips_of(*names, credit=0.3, inside=True):
    """The shared slips as mistakes of one task; inside a keyword `slips`, or as keywords themselves."""
    return tuple(
        mistake(
            name, SLIPS[name][0], credit=credit, **({"slips": SLIPS[name][1]} if inside else SLIPS[name][1])
        )
        for name in names or SLIPS
    )


# --- tasks ----------------------------------------

TRAIN = Task(
    "train",
    train,
    checks=(
        Members("u", "u", "Part that is used", "", 2, relative=True, finest=0.005),
        Members("R", "R", "Part that is ready", "", 2, relative=True, finest=0.005),
        Members("released", "released", "Part that is released", "", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("map"),
        variant("three digits", then=digits(3, "u", "R", "released")),
        variant("four digits", then=digits(4, "u", "R", "released")),
        variant("Euler's steps of 0.01 ms", by="ode"),
        variant("Euler's steps of 0.025 ms", by="ode", step_ms=0.025),
    ),
    mistakes=(
        *slips_of(inside=False),
        SWAPPED,
        IN_SECONDS,
        INTERVALS,
        mistake("ninth-at-the-rate", "the ninth spike comes one interval after the eighth, not 500 ms", ninth="at the rate", credit=0.5),
        mistake("ninth-after-the-first", "the ninth spike comes 500 ms after the first, not after the eighth", ninth="after the first", credit=0.5),
        mistake("R-after", "R is that after the release, not the one that the spike finds", reported="after the release", credit=0.5),
        mistake("released-of-what-is-left", "the release is u times the R that is left after it", reported="released after", credit=0.5),
    ),
)  # fmt: skip

STEADY = Task(
    "steady",
    steady,
    checks=(
        Members("released", "released", "Release at five rates", "", 3, relative=True, finest=0.005),
        Number("most", "most", "The most per second", "1/s", 1.5, relative=True, finest=0.005),
        Number("half_rate", "half_rate", "Rate of one half", "Hz", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("fixed point"),
        variant("three digits", then=digits(3, "released", "most", "half_rate")),
        variant("four digits", then=digits(4, "released", "most", "half_rate")),
        variant("two digits after the point of the rate", then=lambda found: found | {"half_rate": round(found["half_rate"], 2)}),
    ),
    mistakes=(
        *slips_of(),
        SWAPPED,
        IN_SECONDS,
        INTERVALS,
        mistake("poisson", "the release is the mean field of a Poisson train, not that of a regular one", poisson=True, credit=0.3),
        mistake("eighth-spike", "the release is that of the eighth spike, before the train has settled", asked="the eighth", credit=0.3),
        mistake("per-second", "the release is that of a second, not that of a spike", asked="a second", credit=0.5),
        mistake("limiting-rate-for-most", "the most per second is taken as 1/(U1 tau_rec), the limiting rate: the resources that come back in a second are what can be released", most="limiting rate", credit=0.3),
        mistake("limiting-rate-for-half", "the limiting rate 1/(U1 tau_rec) stands for the rate of one half", half="limiting rate", credit=0.5),
        mistake("half-of-the-first", "the rate is that at which a spike releases half of what the first does", half="of the first", credit=0.5),
    ),
)  # fmt: skip

SIMULATION = Task(
    "simulation",
    simulation,
    checks=(
        driven("v", "t", SEEN_END_ms, "Membrane potential", 3, "Membrane potential", finest=0.02),
        Number("rise1", "rise1", "First response", "mV", 1, relative=True, finest=0.01),
        Number("rise8", "rise8", "Eighth response", "mV", 2, relative=True, finest=0.01),
    ),
    habits={"dt_ms": 0.025},
    variants=(
        variant("NEURON's defaults"),
        variant("step 0.01 ms", dt_ms=0.01),
        variant("step 0.05 ms", dt_ms=0.05),
        variant("variable step", dt_ms=None),
        variant("Crank-Nicolson", secondorder=2),
        variant("a loop in numpy", by="implicit Euler"),
        variant("a loop with exponential Euler", by="exponential Euler", dt_ms=0.05),
        variant("one sample per 0.2 ms", then=every(0.2, "v")),
        variant("three digits", then=digits(3, "rise1", "rise8")),
    ),
    mistakes=(
        *slips_of("depletion-forgotten", "facilitation-forgotten", "no-room", "orders-mixed", "released-before-the-rise", "old-use", credit=0.5),
        SWAPPED,
        mistake("all-alike", "every spike opens as much as the first", constant=True),
        mistake("from-rest", "the responses are measured from rest, not from where they begin", measured="from rest", credit=0.5),
        mistake("highest-of-all", "both responses are the highest potential of the run, above rest", measured="all", credit=0.5),
        mistake("peaks-themselves", "the responses are the peaks themselves, in mV, not their heights", measured="as a potential", credit=0.5),
        mistake("tau-left", "the conductance decays with ExpSyn's own 0.1 ms", tau_ms=0.1, credit=0.3),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", e_mV=-70.0, credit=0.3),
        mistake("g-left", "the leak is still that of pas itself, 0.001 S/cm2", g_S_cm2=0.001, credit=0.3),
        mistake("cell-left", "the cell still has NEURON's own length and diameter", side_um=(100.0, 500.0), credit=0.3),
        mistake("one-nS", "all resources open 1 nS, not 2 nS", gmax_uS=GMAX_uS / 2, credit=0.3),
        mistake("nS-as-uS", "the weight is 2 times the release, in uS: a thousand times too much", gmax_uS=1000 * GMAX_uS),
    ),
)  # fmt: skip

_TERMINALS = {"own": ", your own terminal", "other": ", another terminal"}
MECHANISM = Task(
    "mechanism",
    mechanism,
    checks=tuple(
        check
        for name, where in _TERMINALS.items()
        for check in (
            driven(f"{name}.g", f"{name}.t", PROTOCOL.TSTOP_ms - 1, f"Conductance{where}", 2.5, f"Conductance{where}", unit="nS", finest=0.002),
            driven(f"{name}.v", f"{name}.t", PROTOCOL.TSTOP_ms - 1, f"Membrane potential{where}", 1.5, f"Membrane potential{where}", finest=0.02),
        )
    ),
    protocol="protocol_mechanism.py",
    sets=farthest,
    variants=(
        variant("as a state"),
        variant("assigned in BREAKPOINT", seen="assigned"),
        variant("METHOD euler", euler=True),
        variant("both", seen="assigned", euler=True),
    ),
    mistakes=(
        *slips_of(inside=False, credit=0.3),
        SWAPPED,
        mistake("begins-empty", "R begins at 0: NET_RECEIVE has no INITIAL block that sets it to 1", begins="empty", credit=0.5),
        mistake("R-not-reset", "R begins a second run with what the first has left: the INITIAL block does not set it", begins="with the R that was left", credit=0.5),
        mistake("not-reset", "a second run begins with what the first has left: nothing is set in an INITIAL block", begins="as it ended", credit=0.5),
        mistake("never-updated", "the time of the last spike is never set: every spike looks back to the first", since="first", credit=0.3),
        mistake("spent-first", "the release takes the R that is left after it", spent_first=True, credit=0.3),
        mistake("weight-forgotten", "what is released is not multiplied by the weight", weight_uS=1.0, credit=0.3),
        mistake("sign-of-the-current", "the current has the wrong sign: what opens at a synapse of 0 mV drives the cell away from it", sign=-1.0, credit=0.5),
        mistake("practice-values", "the values of the practice stand in it as numbers: what RANGE offers is not used", defaults=True, credit=0.3),
    ),
)  # fmt: skip

WINDOW = Task(
    "window",
    window,
    checks=(
        Members("change", "change", "Change by one pair, in per cent of the first weight", "%", 4, finest=0.002),
        Number("sixty", "sixty", "Change by sixty pairings", "%", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("traces"),
        variant("sums over all pairs", by="sums"),
        variant("three digits", then=digits(3, "change", "sixty")),
        variant("four digits", then=digits(4, "change", "sixty")),
        variant("three digits after the point", then=lambda found: {"change": np.round(found["change"], 3), "sixty": round(found["sixty"], 1)}),
    ),
    mistakes=(
        mistake("sides-swapped", "before and after are swapped: the window is mirrored", sign=-1.0, credit=0.3),
        mistake("taus-swapped", "tau_plus and tau_minus are swapped", rule={"taus_swapped": True}, credit=0.3),
        mistake("amplitudes-swapped", "the two amplitudes are swapped", rule={"amplitudes_swapped": True}, credit=0.3),
        mistake("one-tau", "depression falls with tau_plus, too", rule={"one_tau": True}, credit=0.3),
        mistake("no-depression", "depression counts as a growth: its sign is missing", absolute=True, credit=0.3),
        mistake("nearest", "sixty pairings are counted with the nearest spikes alone, not with all", rule={"nearest": True}, credit=0.5),
        mistake("pairs-alone", "sixty pairings are sixty times one pair: the spikes of different pairings do not meet", count="pairs alone", credit=0.5),
        mistake("compounded", "each pairing changes the weight that the last has left, not the first one", compounded=True, credit=0.5, partly="where sixty pairings change little, both come to the same"),
        mistake("as-a-part", "the changes are parts of the weight, not per cent", per_cent=False, credit=0.5),
    ),
)  # fmt: skip

PAIRS = Task(
    "pairs",
    pairs,
    checks=(
        Members("ratios", "ratios", "Second release per first", "", 3, relative=True, finest=0.005),
        Number("lowest", "lowest", "Lowest ratio", "", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("formula"),
        variant("spike by spike", by="map"),
        variant("spike by spike, every 5 ms", by="map", grid_ms=5.0),
        variant("three digits", then=digits(3, "ratios", "lowest")),
    ),
    mistakes=(
        *slips_of("depletion-forgotten", "facilitation-forgotten", "no-room", "orders-mixed"),
        SWAPPED,
        mistake("upside-down", "the ratios are first per second", upside_down=True, credit=0.5),
    ),
)  # fmt: skip

STEP = Task(
    "step",
    step,
    checks=(
        driven("r", "t", STEP_END_ms, "Release per second", 3.5, "Release per second", unit="1/s", finest=0.1),
        Number("before", "before", "Before the step", "1/s", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("solved"),
        variant("Euler's steps of 0.5 ms", by="Euler"),
        variant("Euler's steps of 0.1 ms", by="Euler", dt_ms=0.1),
        variant("one sample per 2 ms", dt_ms=2.0),
        variant("three digits", then=digits(3, "before", "r")),
    ),
    mistakes=(
        mistake("depletion-forgotten", SLIPS["depletion-forgotten"][0], depletes=False, credit=0.3),
        mistake("facilitation-forgotten", SLIPS["facilitation-forgotten"][0], facilitates=False, credit=0.3),
        SWAPPED,
        mistake("u-before-its-rise", "a spike releases by the u from before its rise", released="before the rise", credit=0.3),
        mistake("per-spike", "the release is that of a spike, not that of a second", per="spike", credit=0.5),
        mistake("from-rest", "at the step the terminal is rested: the rate before it is forgotten", jumps=False, credit=0.5),
        mistake("single-rate", "the rate steps to yours, not to twice yours", times=1.0, credit=0.5),
        mistake("before-is-after", "the value before the step is the first one after it", before="after", credit=0.5),
    ),
)  # fmt: skip

TRIPLETS = Task(
    "triplets",
    triplets,
    checks=(
        Members("pair", "pair", "Pair rule at five frequencies", "%", 2, finest=0.1),
        Members("triplet", "triplet", "Triplet rule at five frequencies", "%", 3, finest=0.1),
    ),
    variants=(
        variant("traces"),
        variant("spike by spike", by="loops"),
        variant("three digits", then=digits(3, "pair", "triplet")),
        variant("two digits after the point", then=lambda found: {name: np.round(row, 2) for name, row in found.items()}),
    ),
    mistakes=(
        mistake("sides-swapped", "before and after are swapped", sign=-1.0, credit=0.3),
        mistake("taus-swapped", "tau_plus and tau_minus are swapped", taus_swapped=True, credit=0.3),
        mistake("nearest", "only the nearest spikes are counted, not all", nearest=True, credit=0.5),
        mistake("counts-itself", "a postsynaptic spike finds its own trace: y is raised before it is read", itself=True, credit=0.5),
        mistake("no-depression", "depression is left out", depresses=False, credit=0.3),
        mistake("o-for-y", "the third spike is remembered with tau_minus, not for 114 ms", tau_y_ms="tau_minus", credit=0.5),
        mistake("rules-exchanged", "the two rules stand in each other's place", exchanged=True, credit=0.5),
        mistake("as-a-part", "the changes are parts of the weight, not per cent", per_cent=False, credit=0.5),
    ),
)  # fmt: skip

VESICLES = Task(
    "vesicles",
    vesicles,
    checks=(
        Statistic("mean8", "mean8", "Mean of the eighth spike", "", 1.5),
        Statistic("failures8", "failures8", "Failures of the eighth spike", "", 1.5),
        Statistic("var_sum", "var_sum", "Variance of the sum", "", 2),
    ),
    variants=(
        variant("2000 runs, seed 1", seed=1),
        variant("expected values"),
        variant("2000 runs, seed 2", seed=2),
        variant("2000 runs, seed 3", seed=3),
        variant("20000 runs", seed=4, runs=20000),
    ),
    mistakes=(
        *slips_of("depletion-forgotten"),
        mistake("orders-mixed", SLIPS["orders-mixed"][0], slips=SLIPS["orders-mixed"][1], credit=0.3, partly="the scatter of 2000 runs hides it for some"),
        SWAPPED,
        mistake("as-if-independent", "the variances of the eight are summed, as if one spike did not take what the next then does not find", independent=True, credit=0.5),
        mistake("deviation-for-variance", "the standard deviation stands in the variance's place", deviation=True, credit=0.5),
        mistake("one-place", "the mean is that of one place, not of all", per_place=True, credit=0.5),
        mistake("successes", "the runs are counted that released something, not those that failed", chance="successes", credit=0.5),
    ),
)  # fmt: skip

TASKS = (TRAIN, STEADY, SIMULATION, MECHANISM, WINDOW, PAIRS, STEP, TRIPLETS, VESICLES)
