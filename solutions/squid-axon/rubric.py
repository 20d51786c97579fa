# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's rubric: references, what is compared, correct ways, and the mistakes that have a name."""

from pathlib import Path

import numpy as np
from neuron import n

from autograder.rubric import (
    Guided,
    Number,
    Place,
    Profile,
    Task,
    Threshold,
    driven,
    load_module,
    metrics,
    mistake,
    spiking,
    variant,
)
from autograder.rubric.ways import digits, every, farthest, scaled
from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.engine import neuron_as_found

TSTOP_ms = 15.0
END_ms = 14.5  # a variable-step record may end a little before 15 ms
FINE_ms, COARSE_ms = 0.005, 0.025
HIGHEST_nA = 1e5
NODE = 1 / 43  # distance of two nodes, as a fraction of the length

PROTOCOL = load_module(Path(__file__).with_name("protocol_model.py"))

# --- references ----------------------------------------


def run(
    p,
    clamps,
    *,
    record=None,
    profiles=(),
    L_um=20_000.0,
    nseg=43,
    celsius_degC=6.3,
    v_init_mV=-65.0,
    tstop_ms=TSTOP_ms,
    dt_ms=FINE_ms,
    rate_table=False,
    secondorder=0,
    engine=simulate_squid_axon,
):
    """What is recorded on the student's own axon under these clamps."""
    axon = SquidAxon(L_um, p["diam"], nseg, p["gnabar"], celsius_degC, v_init_mV)
    return engine(
        axon, clamps, record=record or {}, profiles=profiles, tstop_ms=tstop_ms, dt_ms=dt_ms,
        rate_table=rate_table, secondorder=secondorder,
    )  # fmt: skip


def excite(p, amp_nA, *, place=0.0, delay_ms=1.0, record_at=0.5, **settings):
    """Time and potential after one pulse of the student's own duration."""
    clamp = CurrentClamp(place, delay_ms, p["dur"], amp_nA)
    recording = run(p, [clamp], record={"v": [record_at]}, **settings)
    return recording.time, recording.values("v")


def threshold(p, *, level_mV=0.0, dt_ms=FINE_ms, **settings):
    """Smallest amplitude that sends a spike past the middle: sought with a coarse step first."""

    def spikes(amp_nA, step_ms):
        return excite(p, amp_nA, dt_ms=step_ms, **settings)[1].max() > level_mV

    if spikes(0.0, COARSE_ms):
        return {"amp": None}  # it fires by itself: there is no threshold
    high = 10.0
    while not spikes(high, COARSE_ms):
        high *= 2
        if high > HIGHEST_nA:
            return {"amp": None}
    about = measure.bisect(lambda amp: spikes(amp, COARSE_ms), 0.0 if high == 10.0 else high / 2, high, 0.02)
    low, high = 0.96 * about, 1.02 * about
    while spikes(low, dt_ms):
        low *= 0.9
    while not spikes(high, dt_ms):
        high *= 1.1
    return {"amp": measure.bisect(lambda amp: spikes(amp, dt_ms), low, high, 2e-4)}


def spike(p, *, amp_nA, factor=2.0, rest_mV=-65.0, definition="rest to peak", **settings):
    """The spike at twice the threshold: its trace in the middle, its amplitude and its half-width."""
    t, v = excite(p, factor * amp_nA, **settings)
    numbers = {"amplitude": None, "half_width": None}
    if measure.spike_times(t, v).size:
        numbers = {
            "amplitude": measure.amplitude(v, rest_mV),
            "half_width": _half_width(t, v, rest_mV, definition),
        }
    return {"t": t, "v": v, **numbers}


def velocity(
    p, *, amp_nA, factor=2.0, near=0.25, far=0.75, distance_um=None, mark="crossing", place=0.0, delay_ms=1.0,
    nseg=43, L_um=20_000.0, **settings,
):  # fmt: skip
    """Speed of the spike at twice the threshold between two places, or rather the nodes that are read there."""
    clamp = CurrentClamp(place, delay_ms, p["dur"], factor * amp_nA)
    recording = run(p, [clamp], record={"v": [near, far]}, nseg=nseg, L_um=L_um, **settings)
    arrivals = [_arrival(recording.time, recording.values("v", x), mark) for x in (near, far)]
    if distance_um is None:
        axon = SquidAxon(L_um=L_um, nseg=nseg)
        distance_um = L_um * (axon.node(far) - axon.node(near))
    if None in arrivals or arrivals[0] == arrivals[1]:
        return {"velocity": None}
    return {"velocity": float(1e-3 * distance_um / (arrivals[1] - arrivals[0]))}


def collision(
    p, *, amp_nA, factor=2.0, place2=1.0, delay2_ms=None, from_ms=1.0, factor2=None, places=(0.25, 0.5, 0.75),
    after_ms=0.3, meeting="last", site="between nodes", nearest_sample=False, gk_from_n=False, **settings,
):  # fmt: skip
    """Two spikes from the two ends: three traces, where they meet, and what they leave behind."""
    delay2_ms = from_ms + (p["delay2"] if delay2_ms is None else delay2_ms)
    strength = factor if factor2 is None else factor2
    clamps = [
        CurrentClamp(0.0, 1.0, p["dur"], factor * amp_nA),
        CurrentClamp(place2, delay2_ms, p["dur"], strength * amp_nA),
    ]
    conductance = "n" if gk_from_n else "gk"
    recording = run(p, clamps, record={"v": list(places)}, profiles=["v", "h", conductance], **settings)
    t, traces = recording.time, (recording.values("v", place) for place in places)
    found = {"t": t, **dict(zip(("v25", "v50", "v75"), traces, strict=True))}
    profile = recording.profile("v")
    x, v = profile.place[1:-1], profile.values[:, 1:-1]
    arrivals = [_arrival(t, trace, "crossing") for trace in v.T]
    if None in arrivals:
        return found | dict.fromkeys(("site", "x", "h", "gk"))
    order = np.argsort(arrivals)
    last = int(order[0] if meeting == "first" else order[-1])
    moment = arrivals[last if meeting != "middle" else len(x) // 2] + after_ms
    if nearest_sample:
        moment = t[np.argmin(np.abs(t - moment))]
    h, gk = (
        np.array([np.interp(moment, t, values) for values in recording.profile(name).values.T])
        for name in ("h", conductance)
    )
    where = _apex(x, np.array(arrivals), last) if site == "between nodes" else x[last]
    return found | {"site": float(where), "x": x, "h": h, "gk": 0.036 * gk**4 if gk_from_n else gk}


def sodium(
    p, *, amp_nA, at_nA=None, factor=2.0, fraction=0.5, fire_factor=None, modified=False, fire_level_mV=-40.0, fire_at=0.75,
    as_fraction=False, rest_mV=-65.0, definition="rest to peak", record_at=0.5, **settings,
):  # fmt: skip
    """The spike with half of the sodium channels, and the density at which the same stimulus starts none."""
    half = p | {"gnabar": fraction * p["gnabar"]}
    if modified:
        amp_nA = threshold(half, record_at=record_at, **{"dt_ms": COARSE_ms, **settings})["amp"] or amp_nA
    solved_nA = factor * amp_nA
    used_nA = at_nA or solved_nA
    t, v = excite(half, used_nA, record_at=record_at, **settings)
    numbers = {"amplitude": None, "half_width": None}
    if measure.spike_times(t, v, -40.0).size:
        numbers = {
            "amplitude": measure.amplitude(v, rest_mV),
            "half_width": _half_width(t, v, rest_mV, definition),
        }
    sought_nA = used_nA if fire_factor is None else fire_factor * amp_nA
    lowest = _lowest_density(p, sought_nA, fire_level_mV, fire_at, **settings)
    if as_fraction and lowest:
        lowest /= p["gnabar"]
    return numbers | {"amp_used": solved_nA, "gnabar_min": lowest}


def _lowest_density(p, amp_nA, level_mV, record_at, *, dt_ms=FINE_ms, **settings):
    """Smallest sodium density with a spike, sought with a coarse step first; None where there is none."""

    def fires(gnabar, step_ms):
        _, v = excite(p | {"gnabar": gnabar}, amp_nA, record_at=record_at, dt_ms=step_ms, **settings)
        return bool(v.max() > level_mV)

    low, high = 0.005, 0.2
    if fires(low, COARSE_ms) or not fires(high, COARSE_ms):
        return None
    about = measure.bisect(lambda gnabar: fires(gnabar, COARSE_ms), low, high, 0.02)
    low, high = 0.96 * about, 1.02 * about
    while fires(low, dt_ms):
        low *= 0.95
    while not fires(high, dt_ms):
        high *= 1.05
    return measure.bisect(lambda gnabar: fires(gnabar, dt_ms), low, high, 3e-4)


def resolution(
    p,
    *,
    amp_nA,
    factor=2.0,
    coarse=15,
    fine=43,
    shown=None,
    dt_coarse_ms=None,
    mark="crossing",
    sign=1.0,
    **settings,
):
    """The spike on an axon of few segments, and by how much later it arrives than on the usual one."""
    arrivals = {}
    for nseg in (fine, coarse):
        step = {"dt_ms": dt_coarse_ms} if nseg == coarse and dt_coarse_ms else {}
        t, v = excite(p, factor * amp_nA, nseg=nseg, **{**settings, **step})
        arrivals[nseg] = _arrival(t, v, mark)
    if shown:
        t, v = excite(p, factor * amp_nA, nseg=shown, **settings)
    shift = None if None in arrivals.values() else sign * (arrivals[coarse] - arrivals[fine])
    return {"t": t, "v": v, "shift": shift}


BREAK_TSTOP_ms, BREAK_END_ms, RELEASE_ms = 25.0, 24.5, 11.0
GOAL_mV = -80.0


def anode_break(
    p, *, at_nA=None, read="node", aim="end", goal_mV=GOAL_mV, dur_ms=10.0, sign=-1.0, place=0.0, delay_ms=1.0,
    record_at=None, from_ms=RELEASE_ms, digits=None, nseg=43, tstop_ms=BREAK_TSTOP_ms, **settings,
):  # fmt: skip
    """A pulse that hyperpolarizes the end to -80 mV, and what follows when it is released."""
    dur_ms = p["dur"] if dur_ms is None else dur_ms
    end = {"node": 0.0, "segment": 0.5 / nseg}[read]
    end = end if record_at is None else record_at

    def respond(amp_nA, until_ms, signals):
        clamp = CurrentClamp(place, delay_ms, dur_ms, amp_nA)
        return run(
            p, [clamp], record={name: [end] for name in signals}, nseg=nseg, tstop_ms=until_ms, **settings
        )

    def reaches(size_nA):
        pulse = respond(-size_nA, delay_ms + dur_ms + 0.1, "v")
        t, v = pulse.time, pulse.values("v")
        return bool((v.min() if aim == "minimum" else np.interp(delay_ms + dur_ms - 0.01, t, v)) <= goal_mV)

    solved_nA = sign * measure.bisect(reaches, 0.1, 1e4, 1e-3)
    if digits:
        solved_nA = float(f"{solved_nA:.{digits}g}")
    recording = respond(at_nA or solved_nA, tstop_ms, ("v", "m", "h", "n"))
    t = recording.time
    traces = {name: recording.values(name) for name in ("v", "m", "h", "n")}
    arrivals = measure.spike_times(t, traces["v"])
    latency = float(arrivals[0] - from_ms) if arrivals.size else None
    return {"amp": solved_nA, "t": t, **traces, "latency": latency}


def _arrival(t, v, mark):
    """First upward crossing of 0 mV, or the time of the peak between samples; None where there is no spike."""
    arrivals = measure.spike_times(t, v)
    if not arrivals.size:
        return None
    if mark == "crossing":
        return float(arrivals[0])
    top = int(np.argmax(v))
    if not 0 < top < len(t) - 1:
        return float(t[top])
    near = slice(top - 1, top + 2)
    curvature, slope, _ = np.polyfit(t[near] - t[top], v[near], 2)
    return float(t[top] - slope / (2 * curvature))


def _apex(x, arrivals, last):
    """Where two fronts meet between the nodes: the straight courses on either side, drawn on."""
    left, right = (slice(last - 7, last - 2), slice(last + 3, last + 8))
    if last < 7 or last + 8 > len(x):
        return x[last]
    (a, b), (c, d) = (np.polyfit(x[side], arrivals[side], 1) for side in (left, right))
    return (d - b) / (a - c)


def model(p, *, L_um=20_000.0, nseg=43, hh=True, in_every_segment=True, Ra_ohm_cm=35.4, build=None):
    """What the grader's protocol finds on an axon that is built in NEURON's own words, or by another `build(p)`."""

    def as_asked(q):
        axon = n.Section(name="axon")
        axon.L, axon.diam, axon.nseg, axon.Ra = L_um, q["diam"], nseg, Ra_ohm_cm
        if hh:
            axon.insert("hh")
            for segment in axon if in_every_segment else [axon(0.5)]:
                segment.hh.gnabar = q["gnabar"]
        return axon

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build or as_asked, p).items()}


def _half_width(t, v, rest_mV, definition):
    """By one of the definitions in use; None where this trace has none."""
    try:
        return measure.half_width(t, v, rest_mV, definition)
    except ValueError:
        return None


def _width_at(level_mV):
    """Changes the half-width to the width at a fixed potential, or at a fraction of the peak's potential."""

    def change(found):
        if found["half_width"] is None:
            return found
        level = level_mV(found["v"].max())
        up, down = (measure.crossings(found["t"], found["v"], level, way) for way in ("up", "down"))
        return found | {"half_width": float(down[0] - up[0])}

    return change


def _amplitude(of):
    """Changes what is called the amplitude, as a function of the trace and of the time."""
    return lambda found: found if found["amplitude"] is None else found | {"amplitude": float(of(found["v"]))}


def _from_own_rest(found):
    """Changes both numbers to those from the potential just before the pulse."""
    rest_mV = float(np.interp(0.99, found["t"], found["v"]))
    width = _half_width(found["t"], found["v"], rest_mV, "rest to peak")
    return found | {"amplitude": measure.amplitude(found["v"], rest_mV), "half_width": width}


def _rounded(found):
    """One decimal for mV, two for ms."""
    if found["amplitude"] is None:
        return found
    return found | {"amplitude": round(found["amplitude"], 1), "half_width": round(found["half_width"], 2)}


# --- correct ways and mistakes that several tasks share ----------------------------------------

HABITS = {"dt_ms": COARSE_ms, "rate_table": True}  # NEURON's own defaults, which most students keep

RUNS = (
    variant("NEURON's defaults"),
    variant("exact rates", rate_table=False),
    variant("step 0.01 ms", dt_ms=0.01),
    variant("step 0.005 ms", dt_ms=0.005),
    variant("variable step", dt_ms=None),
    variant("variable step, exact rates", dt_ms=None, rate_table=False),
    variant("Crank-Nicolson", secondorder=2),
    variant("nseg 129", nseg=129),
    variant("nseg 129, step 0.005 ms, exact rates", nseg=129, dt_ms=0.005, rate_table=False),
    variant("longer run", tstop_ms=25.0),
)

SEED = {"diam": 100, "dur": 0.1, "gnabar": 0.12}
LEFT = (
    mistake("diameter-left", "the diameter is still the seed's 100 um", p={"diam": SEED["diam"]}),
    mistake("sodium-left", "the sodium density is still hh's own 0.12 S/cm2", p={"gnabar": SEED["gnabar"]}),
    mistake(
        "radius-for-diameter",
        "the radius stands where the diameter belongs",
        p=lambda p, own: {"diam": p["diam"] / 2},
    ),
    mistake("length-left", "the length is still NEURON's own 100 um", L_um=100.0),
    mistake("nseg-left", "nseg is still 1", nseg=1),
)
SETUP = (
    *LEFT,
    mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}),
    mistake("pulse-of-1-ms", "the pulse lasts 1 ms", p={"dur": 1.0}),
    mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
    mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
    mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
    mistake(
        "celsius-not-set", "the temperature is not set", celsius_degC=6.3,
        unseen="NEURON's own temperature is 6.3 degC, so that nothing changes",
    ),
)  # fmt: skip
SYMMETRY = "the axon is symmetric: seen from its middle, both ends are the same"

# --- tasks ----------------------------------------

THRESHOLD = Task(
    "threshold",
    threshold,
    checks=(Threshold("amp", "amp", "Threshold amplitude", "nA", 5),),
    habits=HABITS,
    variants=(
        *RUNS,
        variant("rounded up", then=lambda found: {"amp": metrics.round_up(found["amp"])}),
        variant("rounded to nearest", then=lambda found: {"amp": metrics.round_to_nearest(found["amp"])}),
        variant("spike counted above 20 mV", level_mV=20.0),
        variant("spike counted above -20 mV", level_mV=-20.0),
    ),
    mistakes=(
        *SETUP,
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1", place=1.0, unseen=SYMMETRY),
        mistake(
            "recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0,
            unseen="at threshold the pulse alone does not reach 0 mV: the spike at x = 0 decides, and it propagates",
        ),
        mistake(
            "recorded-at-the-far-end", "v is read at x = 1", record_at=1.0,
            unseen="a spike that passes the middle reaches the end",
        ),
        mistake(
            "step-of-0.02-ms", "the step of time, 0.02 ms, does not divide your pulse, so that another charge is delivered",
            dt_ms=0.02, credit=0.5, partly="a step of 0.02 ms divides pulses of 0.1 and 0.2 ms: for these it is a correct way",
        ),
        mistake("run-of-5-ms", "the run ends at 5 ms, before a spike near threshold arrives", tstop_ms=5.0, credit=0.5),
        mistake("ten-times", "the amplitude is ten times too high", then=lambda found: {"amp": 10 * found["amp"]}),
        mistake("twice", "this is twice the threshold", then=lambda found: {"amp": 2 * found["amp"]}, credit=0.5),
    ),
)  # fmt: skip

SPIKE = Task(
    "spike",
    spike,
    checks=(
        *spiking("v", "t", END_ms, "Membrane potential at x = 0.5", {"count": 1, "arrival": 2, "peak": 1, "trough": 0.5, "end": 0.5, "shape": 1}),
        Number("amplitude", "amplitude", "Amplitude of the spike", "mV", 1.5, finest=0.1),
        Number("half_width", "half_width", "Half-width of the spike", "ms", 1.5, finest=0.01),
    ),
    habits=HABITS,
    builds_on={"amp_nA": "threshold.amp"},
    variants=(
        *RUNS,
        variant("rounded up", then=_rounded),
        variant("rounded to nearest", then=_rounded),
        variant("one sample per 0.05 ms", then=every(0.05, "v")),
        variant("one sample per 0.1 ms", then=every(0.1, "v")),
        variant("rest read from the trace", then=_from_own_rest),
    ),
    mistakes=(
        *SETUP,
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1", place=1.0, unseen=SYMMETRY),
        mistake("recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0, credit=0.6),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0, credit=0.6),
        mistake("stimulus-ten-times", "the stimulus is ten times too strong", factor=20.0, credit=0.6),
        mistake("not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0, credit=0.6),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, credit=0.6),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 1 ms", delay_ms=0.0, credit=0.6),
        mistake("amplitude-from-0-mV", "the amplitude is taken from 0 mV, not from rest", then=_amplitude(np.max)),
        mistake("amplitude-from-trough", "the amplitude is taken from the trough, not from rest", then=_amplitude(np.ptp)),
        mistake("half-of-the-peak", "the half-width is taken at half of the peak's potential, counted from 0 mV",
                then=_width_at(lambda peak: peak / 2), credit=0.5),
        mistake("width-at-0-mV", "the half-width is taken at 0 mV", then=_width_at(lambda peak: 0.0), credit=0.5),
        *(
            mistake(f"half-width {name}", f"the half-width follows another definition, {name!r}", definition=name, credit=0.5)
            for name in measure.HALF_WIDTH_DEFINITIONS if name != "rest to peak"
        ),
    ),
)  # fmt: skip

_AXONS = {"own": ", your own axon", "other": ", another axon"}
MODEL = Task(
    "model",
    model,
    checks=tuple(
        check
        for axon, where in _AXONS.items()
        for check in (
            *spiking(
                f"{axon}.v", f"{axon}.t", END_ms, f"Spike at x = 0.75{where}",
                {"count": 0.5, "arrival": 1, "shape": 0.5}, where,
            ),
            driven(
                f"{axon}.v_small", f"{axon}.t", END_ms, f"Small hyperpolarizing current, x = 0{where}", 1,
                f"Response to a small current{where}",
            ),
        )
    ),
    protocol="protocol_model.py",
    sets=farthest,
    variants=(
        variant("as asked"),
        variant("nseg 129", nseg=129),
    ),
    mistakes=(
        *LEFT,
        mistake("practice-values", "build ignores p and makes the seed's axon", p=SEED),
        mistake("own-values", "build ignores p and always makes your own axon", p=lambda p, own: own),
        mistake("length-in-mm", "the length is 20 um: it was given in mm", L_um=20.0),
        mistake("length-2-mm", "the length is 2000 um, a tenth of what is asked", L_um=2000.0),
        mistake("no-hh", "hh is not inserted", hh=False),
        mistake("sodium-in-the-middle", "the sodium density is set in the middle segment alone", in_every_segment=False),
    ),
)  # fmt: skip

_CARRIED = {"amp_nA": "threshold.amp"}
STRENGTH = (
    mistake("stimulus-ten-times", "the stimulus is ten times too strong", factor=20.0, credit=0.5),
    mistake(
        "not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0, credit=0.5
    ),
    mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, credit=0.5),
)


SAME_SPEED = (
    "the spike of a thin axon has found its speed before the first node: what started it has no part in it"
)
VELOCITY = Task(
    "velocity",
    velocity,
    checks=(Number("velocity", "velocity", "Conduction velocity", "m/s", 4, relative=True),),
    habits=HABITS,
    builds_on=_CARRIED,
    variants=(
        *RUNS,
        variant("three digits", then=digits(3, "velocity")),
        variant("between the peaks", mark="peak"),
        variant("between other nodes of the middle half", near=0.3, far=0.7),
    ),
    mistakes=(
        *LEFT,
        mistake("nominal-10-mm", "the distance is taken as 10 mm, half of the length: the nodes that are read lie farther apart",
                distance_um=10_000.0, credit=0.5),
        mistake("whole-length", "the distance is the whole length, 20 mm, for the time between the quarters", distance_um=20_000.0),
        mistake("end-to-end", "the time is counted from one end to the other: the start and the sealed end have a share in it", near=0.0, far=1.0, credit=0.5),
        mistake("from-the-clamp", "the time is counted from x = 0, where the spike starts, to the middle", near=0.0, far=0.5),
        mistake("um-per-ms", "it is given in um/ms", then=scaled("velocity", 1e3)),
        mistake("cm-per-ms", "it is given in cm/ms", then=scaled("velocity", 0.1)),
        mistake("time-over-distance", "time is divided by distance", then=lambda found: found if not found["velocity"] else {"velocity": 1 / found["velocity"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1: the spike runs the other way", place=1.0),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 1 ms", delay_ms=0.0, unseen="the time between two arrivals does not know when the pulse came"),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, partly=SAME_SPEED),
        mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}, unseen=SAME_SPEED),
    ),
)  # fmt: skip

_PLACES = {"v25": "x = 0.25", "v50": "x = 0.5", "v75": "x = 0.75"}
COLLISION = Task(
    "collision",
    collision,
    checks=(
        *(
            check
            for item, where in _PLACES.items()
            for check in spiking(
                item, "t", END_ms, f"Membrane potential at {where}",
                {"count": 0.25, "arrival": 0.75, "shape": 0.5}, f", {where}",
            )
        ),
        Number("site", "site", "Where they meet", "of the length", 2.5, finest=NODE / 2, most=0.9 * NODE),
        Profile("h", "h", "h along the axon", "", 0.75, finest=0.002, time="x", plot="h along the axon, 0.3 ms after the meeting"),
        Place("h.place", "h", "Place where h is highest", "of the length", 0.25, finest=NODE / 2, time="x", most=0.9 * NODE),
        Profile("gk", "gk", "gk along the axon", "S/cm2", 0.75, finest=5e-5, time="x", plot="gk along the axon, 0.3 ms after the meeting"),
        Place("gk.place", "gk", "Place where gk is lowest", "of the length", 0.25, finest=NODE / 2, time="x", most=0.9 * NODE, highest=False),
    ),
    habits={**HABITS, "site": "at a node"},
    builds_on=_CARRIED,
    variants=(
        *RUNS,
        variant("site between the nodes", site="between nodes"),
        variant("site to three digits", then=digits(3, "site")),
        variant("profiles at the nearest sample", nearest_sample=True),
        variant("gk computed from n", gk_from_n=True),
    ),
    mistakes=(
        *LEFT,
        *STRENGTH,
        mistake("pulse-left", "the pulses still last the seed's 0.1 ms", p={"dur": SEED["dur"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("second-clamp-at-the-same-end", "both clamps sit at x = 0", place2=0.0, credit=0.3),
        mistake("second-clamp-silent", "no spike starts at the far end: the second clamp gives no current, or sits at x = 0 as well", factor2=0.0, credit=0.3),
        mistake("both-at-the-same-time", "both pulses come at the same time", delay2_ms=0.0, credit=0.5),
        mistake("delay-from-0", "the delay is counted from 0 ms, not from the first pulse", from_ms=0.0, credit=0.5),
        mistake("practice-delay", "the delay is the practice value, 0.8 ms", delay2_ms=0.8, credit=0.5),
        mistake("second-at-the-threshold", "the second pulse is at the threshold itself", factor2=1.0, credit=0.5),
        mistake("site-from-the-other-end", "the site is counted from the other end", then=lambda found: found if found["site"] is None else found | {"site": 1 - found["site"]}, credit=0.5),
        mistake("site-in-mm", "the site is given in mm, not as a fraction of the length", then=scaled("site", 20.0), credit=0.5),
        mistake("first-crossing", "the meeting is taken to be the first of the crossings, not the last", meeting="first", credit=0.5),
        mistake("meeting-in-the-middle", "the moment is counted from the arrival at x = 0.5, not from the meeting", meeting="middle", credit=0.5),
        mistake("at-the-meeting", "h and gk are read at the meeting itself, not 0.3 ms after it", after_ms=0.0, credit=0.5),
        mistake("three-ms-after", "h and gk are read 3 ms after the meeting, not 0.3 ms", after_ms=3.0, credit=0.5),
        mistake("gk-in-mS", "gk is given in mS/cm2", then=lambda found: found if found["gk"] is None else found | {"gk": 1e3 * found["gk"]}),
        mistake("quarters-exchanged", "the traces at x = 0.25 and x = 0.75 are exchanged", places=(0.75, 0.5, 0.25), credit=0.5),
    ),
)  # fmt: skip

SODIUM = Task(
    "sodium",
    sodium,
    checks=(
        Number("amplitude", "amplitude", "Amplitude with half of the sodium", "mV", 1.5, finest=0.1),
        Number("half_width", "half_width", "Half-width with half of the sodium", "ms", 1.5, finest=0.01),
        Number("amp_used", "amp_used", "Amplitude of the pulse", "nA", 1, relative=True, finest=0.005),
        Number("gnabar_min", "gnabar_min", "Smallest density with a spike", "S/cm2", 2, relative=True),
    ),
    habits=HABITS,
    builds_on=_CARRIED,
    judged_at={"at_nA": "amp_used"},
    variants=(
        *RUNS,
        variant("density to two digits", then=digits(2, "gnabar_min")),
        variant("density to three digits", then=digits(3, "gnabar_min")),
        variant("spike read at the middle", fire_at=0.5),
    ),
    mistakes=(
        *LEFT,
        mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}),
        mistake("pulse-of-1-ms", "the pulse lasts 1 ms", p={"dur": 1.0}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0, fire_at=1.0),
        mistake("whole-density", "amplitude and half-width are those of the whole sodium density", fraction=1.0, credit=0.3),
        mistake("not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0, credit=0.3),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0, credit=0.3),
        mistake("modified-threshold", "the stimulus is twice the threshold of the axon with half of the sodium, not of your own", modified=True, credit=0.3),
        mistake("stronger-stimulus", "the density is sought with a stronger stimulus than amp_used says", fire_factor=4.0, credit=0.3),
        mistake("spike-above-0-mV", "a spike is counted above 0 mV, not above -40 mV", fire_level_mV=0.0, credit=0.3,
                partly="with many channels to begin with it is the start that fails, and what starts rises above 0 mV"),
        mistake("as-a-fraction", "the density is given as a fraction of your own", as_fraction=True, credit=0.5),
        mistake("amplitude-from-0-mV", "the amplitude is taken from 0 mV, not from rest", rest_mV=0.0),
        mistake("density-in-mS", "the density is given in mS/cm2", then=scaled("gnabar_min", 1e3)),
    ),
)  # fmt: skip

RESOLUTION = Task(
    "resolution",
    resolution,
    checks=(
        *spiking("v", "t", END_ms, "Membrane potential at x = 0.5 with 15 segments", {"count": 0.25, "arrival": 1, "peak": 0.25, "shape": 0.5}, ", 15 segments"),
        # it is halved in a thick axon, and every error with it; the shift of the peaks is another one by 5 % or more
        Number("shift", "shift", "Shift of the arrival", "ms", 3, relative=True, finest=0.03, most=0.04),
    ),
    habits=HABITS,
    builds_on=_CARRIED,
    variants=(
        *(way for way in RUNS if "nseg" not in way.name),
        variant("three digits", then=digits(3, "shift")),
    ),
    mistakes=(
        *(way for way in LEFT if way.name != "nseg-left"),
        *STRENGTH,
        mistake("pulse-left", "the pulse still lasts the seed's 0.1 ms", p={"dur": SEED["dur"]}),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5),
        mistake("recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0),
        mistake("shift-sign", "the shift is counted the other way round: 43 segments against 15", sign=-1.0, credit=0.5),
        mistake("segments-left", "both runs have 43 segments: the number was not changed", coarse=43, credit=0.3),
        mistake("trace-of-43", "v is the trace with 43 segments, not with 15", shown=43, credit=0.5),
        mistake("five-segments", "the coarse axon has 5 segments, not 15", coarse=5, credit=0.3),
        mistake("against-129", "the shift is counted against 129 segments, not against 43", fine=129, credit=0.3, partly="the front of a thick axon is long: 43 segments are as good as 129"),
        mistake("step-changed-too", "the step of time was changed together with the segments", dt_coarse_ms=0.1, credit=0.3),
        mistake("shift-of-the-peaks", "the shift is that of the peaks, not of the upward crossings of 0 mV", mark="peak", credit=0.5),
        mistake("shift-in-us", "the shift is given in us", then=scaled("shift", 1e3)),
    ),
)  # fmt: skip

_GATES = {"m": "sodium activation m", "h": "sodium inactivation h", "n": "potassium activation n"}
_END = "at the stimulated end"
ANODE_BREAK = Task(
    "anode_break",
    anode_break,
    checks=(
        Number("amp", "amp", "Amplitude of the pulse", "nA", 1, relative=True),
        driven("v", "t", RELEASE_ms - 0.1, f"Membrane potential {_END}", 0.5, "v up to the release", name="v.pulse", finest=0.05),
        *spiking("v", "t", BREAK_END_ms, f"Membrane potential {_END}", {"count": 0.25, "arrival": 0.25, "peak": 0.25, "shape": 0.25}),
        *(
            check
            for item, name in _GATES.items()
            for check in (
                driven(item, "t", RELEASE_ms - 0.1, f"{name} {_END}", 0.25, f"{item} up to the release", name=f"{item}.pulse", unit="", finest=5e-4),
                Guided(f"{item}.spike", item, f"{item} around the spike", "", 0.25, finest=0.002, end=BREAK_END_ms, plot=f"{name} {_END}"),
            )
        ),
        Number("latency", "latency", "Time from release to spike", "ms", 2, finest=0.01),
    ),
    habits=HABITS,
    judged_at={"at_nA": "amp"},
    alternatives=({"read": "node"}, {"read": "segment"}),
    variants=(
        *(way for way in RUNS if way.name not in ("Crank-Nicolson", "longer run")),  # it rings at the end node
        variant("Crank-Nicolson, first segment", secondorder=2, read="segment"),
        variant("longer run", tstop_ms=40.0),
        variant("at the minimum", aim="minimum"),
        variant("first segment", read="segment"),
        variant("first segment, at the minimum", read="segment", aim="minimum"),
        variant("amplitude to two digits", digits=2),
    ),
    mistakes=(
        *LEFT,
        mistake("positive-current", "the current is positive: it depolarizes", sign=1.0, credit=0.3),
        mistake("pulse-of-1-ms", "the pulse lasts 1 ms, not 10 ms", dur_ms=1.0, credit=0.3),
        mistake("pulse-left", "the pulse still has your own duration, not 10 ms", dur_ms=None),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("clamp-in-the-middle", "the clamp sits at x = 0.5, not at x = 0", place=0.5, record_at=0.5),
        mistake("recorded-in-the-middle", "the traces are read at x = 0.5, not at the stimulated end", place=0.0, record_at=0.5),
        mistake("by-80-mV", "the membrane is hyperpolarized by 80 mV, not to -80 mV", goal_mV=-145.0),
        mistake("latency-from-the-start", "the latency is counted from the start of the pulse, not from its end", from_ms=1.0, credit=0.5),
        mistake("latency-from-0", "the latency is counted from the start of the simulation, not from the release", from_ms=0.0, credit=0.5),
        mistake("amplitude-without-sign", "the amplitude is given without its sign", then=scaled("amp", -1.0), credit=0.5),
    ),
)  # fmt: skip

TASKS = (THRESHOLD, SPIKE, VELOCITY, COLLISION, MODEL, SODIUM, RESOLUTION, ANODE_BREAK)
