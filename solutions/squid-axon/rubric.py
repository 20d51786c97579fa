# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's rubric: references, what is compared, correct ways, and the mistakes that have a name."""

from pathlib import Path

import numpy as np
from neuron import n

from autograder import metrics
from autograder.rubric import Number, Task, Threshold, driven, load_module, mistake, spiking, variant
from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.engine import neuron_as_found

TSTOP_ms = 15.0
END_ms = 14.5  # a variable-step record may end a little before 15 ms
FINE_ms, COARSE_ms = 0.005, 0.025
HIGHEST_nA = 1e5

PROTOCOL = load_module(Path(__file__).with_name("protocol_model.py"))

# --- references ----------------------------------------


def excite(
    p,
    amp_nA,
    *,
    place=0.0,
    delay_ms=1.0,
    record_at=0.5,
    L_um=20_000.0,
    nseg=43,
    celsius_degC=6.3,
    v_init_mV=-65.0,
    tstop_ms=TSTOP_ms,
    dt_ms=FINE_ms,
    rate_table=False,
    secondorder=0,
):
    """Time and potential after one pulse of the student's own duration."""
    axon = SquidAxon(L_um, p["diam"], nseg, p["gnabar"], celsius_degC, v_init_mV)
    clamp = CurrentClamp(place, delay_ms, p["dur"], amp_nA)
    recording = simulate_squid_axon(
        axon, [clamp], record={"v": [record_at]}, tstop_ms=tstop_ms, dt_ms=dt_ms, rate_table=rate_table,
        secondorder=secondorder,
    )  # fmt: skip
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


def model(p, *, L_um=20_000.0, nseg=43, hh=True, in_every_segment=True, Ra_ohm_cm=35.4):
    """What the grader's protocol finds on an axon that is built in NEURON's own words."""

    def build(q):
        axon = n.Section(name="axon")
        axon.L, axon.diam, axon.nseg, axon.Ra = L_um, q["diam"], nseg, Ra_ohm_cm
        if hh:
            axon.insert("hh")
            for segment in axon if in_every_segment else [axon(0.5)]:
                segment.hh.gnabar = q["gnabar"]
        return axon

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build, p).items()}


def farthest(own, spec):
    """The student's own axon, and the one of the spec's values that are farthest from it."""
    values = {parameter["name"]: parameter["values"] for parameter in spec["parameters"]}
    other = {
        name: max(choice, key=lambda value, name=name: abs(value - own[name]))
        for name, choice in values.items()
    }
    return {"own": own, "other": other}


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


def _every(step_ms):
    """Changes the recording to one sample per step."""

    def change(found):
        grid = np.arange(0, found["t"][-1] + 1e-9, step_ms)
        return found | {"t": grid, "v": np.interp(grid, found["t"], found["v"])}

    return change


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
        variant("one sample per 0.05 ms", then=_every(0.05)),
        variant("one sample per 0.1 ms", then=_every(0.1)),
        variant("rest read from the trace", then=_from_own_rest),
    ),
    mistakes=(
        *SETUP,
        mistake("clamp-at-the-far-end", "the clamp sits at x = 1", place=1.0, unseen=SYMMETRY),
        mistake("recorded-at-the-clamp", "v is read at x = 0, where the current enters", record_at=0.0),
        mistake("recorded-at-the-far-end", "v is read at x = 1", record_at=1.0),
        mistake("stimulus-ten-times", "the stimulus is ten times too strong", factor=20.0),
        mistake("not-doubled", "the stimulus is the threshold itself, not twice the threshold", factor=1.0),
        mistake("doubled-twice", "the stimulus is four times the threshold", factor=4.0),
        mistake("pulse-at-0-ms", "the pulse comes at 0 ms, not at 1 ms", delay_ms=0.0),
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

TASKS = (THRESHOLD, SPIKE, MODEL)
