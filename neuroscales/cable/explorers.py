# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the cable's chapters."""

from functools import cache

import numpy as np

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, SpaceProfile, SpaceTimeMap, Summary, TimeSeries
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley

# Steps of about 1 % around the four thresholds (183, 436, 576 and 856 nA), wider elsewhere.
_AMPLITUDES_nA = (
    *range(100, 170, 10), *range(170, 200, 2), *range(200, 420, 20), *range(420, 450, 5),
    *range(450, 560, 10), *range(560, 600, 5), *range(600, 840, 20), *range(840, 880, 5),
    *range(880, 1000, 20), *range(1000, 1801, 100),
)  # fmt: skip


def threshold() -> Explorer:
    """A current pulse at one end of the squid axon: which one starts an action potential?"""
    return Explorer(
        name="threshold",
        title="Squid giant axon: find the threshold",
        model=_pulse_at_one_end,
        controls=(
            Control("dur_ms", label="Pulse duration", unit="ms", values=(0.1, 0.15, 0.2, 0.5), start=0.1),
            Control("amp_nA", label="Pulse amplitude", unit="nA", values=_AMPLITUDES_nA, start=1200),
        ),
        views=(
            TimeSeries(
                lines=(
                    Line("v", 0.0, "stimulated end"),
                    Line("v", 0.5, "middle"),
                    Line("v", 1.0, "far end"),
                ),
                label="Membrane potential",
                unit="mV",
                range=(-90, 60),
            ),
        ),
        describe=_what_happened,
        caption="A pulse of current starts at 1 ms at one end of the axon (20 mm long, 100 µm thick, at 6.3 "
        "°C). Either it dies out within a few millimeters, or an action potential runs to the other "
        "end.",
        alt="Membrane potential over 15 ms at three places. After the pulse at 1 ms an action potential "
        "rises at the stimulated end, and passes the middle and the far end at intervals of a little "
        "under two milliseconds, undiminished.",
    )


def _pulse_at_one_end(dur_ms: float, amp_nA: float) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=dur_ms, amp_nA=amp_nA)
    return simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=15.0, record={"v": (0.0, 0.5, 1.0)})


def _what_happened(recording: Recording) -> str:
    """One sentence: whether the far end sees an action potential, and when."""
    spikes = [measure.spike_times(recording.time, recording.values("v", x)) for x in (0.5, 1.0)]
    if all(len(times) for times in spikes):
        middle, far = (times[0] for times in spikes)
        return (
            f"An action potential: it passes the middle at {middle:.1f} ms and the far end at {far:.1f} ms."
        )
    top = recording.values("v", 0.0).max()
    return f"No action potential: the stimulated end reaches {top:.0f} mV, the far end stays at rest."


def impulse() -> Explorer:
    """An impulse passes a place of the squid axon: which current lifts the membrane there, and when?"""
    return Explorer(
        name="impulse",
        title="Squid giant axon: where charge goes as an impulse passes",
        model=_charge_at_one_place,
        controls=(
            Control("place", "Place", "mm", (2, 5, 10, 15, 18), start=10),
            Control("amp_nA", "Pulse amplitude", "nA", (800, 900, 1200, 1720), start=1720),
            Control("gnabar_S_cm2", "Sodium density", "S/cm2", (0, 0.06, 0.09, 0.12), start=0.12),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-85, 60)),
            TimeSeries(
                (Line("i_core", label="arrives along the core", meaning="stimulus"),
                 Line("i_cap", label="stays on the membrane", meaning="membrane potential")),
                "Current density", "uA/cm2", (-320, 320), side_by_side=2,
            ),
            TimeSeries(
                (Line("ina", label="leaves as sodium", meaning="sodium"),
                 Line("ik", label="leaves as potassium", meaning="potassium")),
                "Current density", "uA/cm2", (-1200, 1200), side_by_side=2,
            ),
        ),
        describe=_who_lifts_it,
        caption="The terms of the cable equation at one place. What arrives along the core stays on the "
        "membrane or leaves through channels; with a minus, it flows the other way.",
        alt="Potential and current densities over 10 ms in the middle of the axon. The potential rests at "
        "-65 mV, shoots up near 3 ms to about 40 mV, falls below rest and recovers. Just before, current "
        "arrives along the core; then more goes away along it. What stays on the membrane has a tall "
        "positive peak and a low negative one. Sodium comes in with up to 800 uA/cm2, and a little later "
        "as much leaves as potassium.",
        samples=401,
        moment=3.0,
        movie_s=8.0,
    )  # fmt: skip


def _charge_at_one_place(place: float, amp_nA: float, gnabar_S_cm2: float) -> Recording:
    """Potential and currents at one place (mm); what the core brings is what the others sum to."""
    axon, hh, x = SquidAxon(gnabar_S_cm2=gnabar_S_cm2), HodgkinHuxley(), place / 20.0
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=amp_nA)
    record = {name: (x,) for name in ("v", "gna", "gk")}
    run = simulate_squid_axon(axon, [clamp], tstop_ms=10.0, record=record, dt_ms=0.0125, rate_table=False)
    v, gna, gk = (run.values(name) for name in record)
    # As implicit Euler balances them: slope and conductances of the step that ends here.
    i_cap = hh.cm_uF_cm2 * np.diff(v, prepend=v[0]) / run.time[1]
    ina, ik, il = 1e3 * gna * (v - hh.ena_mV), 1e3 * gk * (v - hh.ek_mV), 1e3 * hh.gl_S_cm2 * (v - hh.el_mV)
    flows = {"i_core": i_cap + ina + ik + il, "i_cap": i_cap, "ina": ina, "ik": ik}
    return Recording(run.time, [Signal("v", v, "mV"), *(Signal(k, i, "uA/cm2") for k, i in flows.items())])


def _who_lifts_it(recording: Recording) -> str:
    """One sentence: up to which potential the core brings more than sodium, or that nothing passes."""
    v, core, ina = (recording.values(name) for name in ("v", "i_core", "ina"))
    if not measure.spike_times(recording.time, v).size:
        return f"No impulse passes. The core lifts the membrane by {v.max() - v[0]:.1f} mV at most."
    rising = (v > v[0] + 5.0) & (np.arange(len(v)) < v.argmax())
    first = np.flatnonzero(rising & (-ina > core))[0]
    text = (
        f"Until {recording.time[first]:.2f} ms, and up to {v[first]:.0f} mV, the core brings more than sodium"
    )
    return f"{text}; from then on sodium does.".replace("-", "\N{MINUS SIGN}")


_THRESHOLD_nA = 860.0  # two digits, for 0.1 ms at one end of the axon
_STRENGTHS = (0, 0.5, 0.98, 1.02, 1.2, 2, 3)
_ALONG = {"length": 20.0, "length_unit": "mm", "along": "Distance from the first clamp"}


def collision() -> Explorer:
    """Two action potentials from the two ends: what is left when they have met?"""
    return Explorer(
        name="collision",
        title="Squid giant axon: two action potentials meet",
        model=_pulses_at_both_ends,
        controls=(
            Control("delay_ms", "Delay of 2nd pulse", "ms", np.arange(-1, 3.01, 0.25), start=1),
            Control("strength", "2nd pulse / threshold", "1", _STRENGTHS, start=2),
        ),
        views=(
            SpaceProfile((Line("v"),), "Membrane potential", "mV", (-90, 60), **_ALONG),
            SpaceProfile(
                (Line("m", label="m"), Line("h", label="h"), Line("n", label="n")),
                "Open fraction of the gates", "1", (0, 1), side_by_side=2, **_ALONG,
            ),
            SpaceProfile(
                (Line("gna", label="sodium"), Line("gk", label="potassium")),
                "Conductance", "mS/cm2", (0, 40), side_by_side=2, **_ALONG,
            ),
            SpaceTimeMap("v", "Membrane potential", "mV", (-90, 60), **_ALONG),
        ),
        describe=_how_they_met,
        caption="Each action potential leaves a stretch behind it in which sodium channels are inactivated "
        "(h is low) and potassium channels still open (n and the potassium conductance are high). Where "
        "two meet, each runs into the other's wake, and neither comes out on the far side.",
        alt="Two action potentials approach each other along the axon: two humps of the membrane potential."
        " In front of both, h is at rest near 0.6 and the potassium conductance near zero; behind both, "
        "h is below 0.25 and the potassium conductance high. On the map of place and time two oblique "
        "bands start at the two ends, meet beyond the middle, and end there.",
        samples=151,
        moment=3.6,
        movie_s=5.0,
    )  # fmt: skip


def _pulses_at_both_ends(delay_ms: float, strength: float) -> Recording:
    first = CurrentClamp(place=0.0, delay_ms=1.5, dur_ms=0.1, amp_nA=2 * _THRESHOLD_nA)
    second = CurrentClamp(1.0, first.delay_ms + delay_ms, dur_ms=0.1, amp_nA=strength * _THRESHOLD_nA)
    profiles = ("v", "m", "h", "n", "gna", "gk")
    return simulate_squid_axon(SquidAxon(), [first, second], tstop_ms=9.0, record={}, profiles=profiles)


def _how_they_met(recording: Recording) -> str:
    """One sentence: where the last membrane to fire is, inside or at an end, and when it fires."""
    v = recording.profile("v")
    inner = slice(1, -1)  # the ends also see the electrodes
    arrivals_ms = np.array([_first(recording.time, column) for column in v.values.T[inner]])
    last = int(np.argmax(arrivals_ms))
    where_mm, when_ms = 20 * v.place[inner][last], arrivals_ms[last]
    if where_mm > 19:
        return f"One action potential passes, and reaches the far end at {when_ms:.1f} ms."
    return f"They meet {where_mm:.1f} mm from the first clamp, at {when_ms:.1f} ms, and both end there."


def _first(time_ms: np.ndarray, v_mV: np.ndarray) -> float:
    """Time of the first spike; infinite where there is none."""
    return float(next(iter(measure.spike_times(time_ms, v_mV)), np.inf))


def anode_break() -> Explorer:
    """A hyperpolarizing pulse at one end: does its end start an action potential?"""
    return Explorer(
        name="anode-break",
        title="Squid giant axon: the end of a hyperpolarizing pulse",
        model=_anodal_pulse,
        controls=(
            Control("dur_ms", "Pulse duration", "ms", (1, 2, 5, 10, 20), start=10),
            Control("amp_nA", "Pulse amplitude", "nA", _ANODAL_nA, start=-100),
        ),
        views=(
            TimeSeries((Line("v", 0.0),), "Membrane potential at the stimulated end", "mV", (-130, 60)),
            TimeSeries(
                (Line("m", 0.0, "m"), Line("h", 0.0, "h"), Line("n", 0.0, "n")),
                "Open fraction of the gates", "1", (0, 1), side_by_side=2,
            ),
            TimeSeries(
                (Line("gna", 0.0, "sodium"), Line("gk", 0.0, "potassium")),
                "Conductance", "mS/cm2", (0, 60), side_by_side=2,
            ),
        ),
        describe=_after_release,
        caption="While the membrane is held below rest, sodium channels recover from inactivation (h rises), "
        "and potassium channels close (n falls). When it is released, both are slower than the potential: "
        "for some milliseconds the membrane is more excitable than at rest.",
        alt="Membrane potential, gates and conductances over 40 ms at the stimulated end. During the pulse,"
        " from 2 to 12 ms, the potential sinks to about -80 mV, h climbs from 0.6 to 0.85 and n falls "
        "from 0.3 to 0.2. After the release the potential creeps up past rest, and about five "
        "milliseconds later an action potential rises.",
        samples=401,
        moment=12.0,
        movie_s=8.0,
    )  # fmt: skip


_ANODAL_nA = (-300, -250, -200, *range(-180, -120, 10), *range(-120, -50, 5), -50, -40, -30, -20, -10)


def _anodal_pulse(dur_ms: float, amp_nA: float) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=2.0, dur_ms=dur_ms, amp_nA=amp_nA)
    record = {name: (0.0,) for name in ("v", "m", "h", "n", "gna", "gk", "i_stim")}
    return simulate_squid_axon(SquidAxon(), [clamp], tstop_ms=40.0, record=record)


def _after_release(recording: Recording) -> str:
    """One sentence: how far down, and whether and when an action potential follows the release."""
    v_mV = recording.values("v", 0.0)
    released_ms = recording.time[np.flatnonzero(recording.values("i_stim"))[-1]]
    low = f"{v_mV.min():.0f} mV".replace("-", "\N{MINUS SIGN}")
    latency_ms = _first(recording.time, v_mV) - released_ms
    if np.isinf(latency_ms):
        return f"The end of the axon is drawn down to {low}; after the release no action potential follows."
    return (
        f"The end of the axon is drawn down to {low}; {latency_ms:.1f} ms after the release "
        "an action potential crosses 0 mV."
    )


_DENSITIES_S_cm2 = (
    0.02, 0.022, *np.arange(24, 45) / 1000, 0.046, 0.05, 0.055, 0.06, 0.07, 0.08, 0.09, 0.1, 0.11, 0.12,
    0.14, 0.16, 0.18, 0.2,
)  # fmt: skip


def sodium() -> Explorer:
    """Fewer sodium channels: how does the action potential change, and where does it end?"""
    density = Control("gnabar_S_cm2", "Sodium density", "S/cm2", _DENSITIES_S_cm2, start=0.12)
    return Explorer(
        name="sodium",
        title="Squid giant axon: sodium channels to spare",
        model=_with_sodium,
        controls=(
            Control("amp_nA", "Stimulus", "nA", (1720, 1800, 2000, 2500, 3500, 5000, 10_000), start=1720),
            density,
        ),
        views=(
            TimeSeries(
                (Line("v", 0.25, "a quarter"), Line("v", 0.5, "middle"), Line("v", 0.75, "three quarters")),
                "Membrane potential", "mV", (-90, 60),
            ),
            Summary(_height_mV, density, "Amplitude", "mV", (0, 120), side_by_side=3),
            Summary(_width_ms, density, "Half-width", "ms", (0, 3), side_by_side=3),
            Summary(_velocity_m_s, density, "Velocity", "m/s", (0, 8), side_by_side=3),
        ),
        describe=_with_how_much_sodium,
        caption="Amplitude, half-width and velocity change gently over most of the range: the axon has "
        "sodium channels to spare. It fails at two densities, not one. With the weakest stimulus no action "
        "potential starts below about 0.04 S/cm²; a stronger one starts a low and slow one that still "
        "travels, down to about 0.027 S/cm².",
        alt="Above, the membrane potential over 15 ms at three places: an action potential of 100 mV passes"
        " each in turn. Below, amplitude, half-width and velocity of the action potential against "
        "sodium density. Amplitude and velocity rise with density, steeply at first and then less and "
        "less; all three lines begin at 0.041 S/cm², below which nothing arrives.",
    )  # fmt: skip


def _with_sodium(amp_nA: float, gnabar_S_cm2: float) -> Recording:
    axon = SquidAxon(gnabar_S_cm2=gnabar_S_cm2)
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=amp_nA)
    return simulate_squid_axon(axon, [clamp], tstop_ms=15.0, record={"v": (0.25, 0.5, 0.75)})


_ARRIVED_mV = -40.0  # low action potentials stay below 0 mV


def _arrives(recording: Recording, place: float = 0.75) -> bool:
    return bool(recording.values("v", place).max() > _ARRIVED_mV)


def _height_mV(recording: Recording) -> float | None:
    """Amplitude in the middle, from -65 mV."""
    return measure.amplitude(recording.values("v", 0.5), -65.0) if _arrives(recording) else None


def _width_ms(recording: Recording) -> float | None:
    """Half-width in the middle, from rest to peak."""
    return (
        measure.half_width(recording.time, recording.values("v", 0.5), -65.0) if _arrives(recording) else None
    )


def _velocity_m_s(recording: Recording) -> float | None:
    """Velocity over the middle half, between the nodes that were read."""
    if not _arrives(recording):
        return None
    axon = SquidAxon()
    distance_um = (axon.node(0.75) - axon.node(0.25)) * axon.L_um
    quarter, three = (recording.values("v", place) for place in (0.25, 0.75))
    return measure.velocity(recording.time, quarter, three, distance_um, _ARRIVED_mV)


def _with_how_much_sodium(recording: Recording) -> str:
    """One sentence: the action potential that arrives, or whether it failed to start or to travel."""
    if _arrives(recording):
        height_mV, width_ms = _height_mV(recording), _width_ms(recording)
        return (
            f"An action potential passes, {height_mV:.0f} mV high and {width_ms:.1f} ms wide, "
            f"at {_velocity_m_s(recording):.1f} m/s."
        )
    if _arrives(recording, 0.25):
        return "An action potential starts, and dies out on its way: propagation fails."
    return "No action potential reaches even a quarter of the length: initiation fails."


_FINEST = 129


def resolution() -> Explorer:
    """The same axon cut into more and more segments: when is the answer the axon's own?"""
    lines = (Line("v", 0.5, "chosen nseg"), Line("v", "finest", f"nseg = {_FINEST}", "reference"))
    along = (Line("v", label="chosen nseg"), Line("v_finest", label=f"nseg = {_FINEST}", meaning="reference"))
    return Explorer(
        name="resolution",
        title="Squid giant axon: how many segments?",
        model=_in_segments,
        controls=(Control("nseg", "Segments (nseg)", "1", (1, 3, 5, 9, 15, 27, 43, 81, 129), start=15),),
        views=(
            TimeSeries(lines, "Membrane potential in the middle", "mV", (-90, 60)),
            SpaceProfile(
                along, "Membrane potential along the axon", "mV", (-90, 60),
                places=130, smooth=False, **_ALONG,
            ),
        ),
        describe=_how_late,
        caption="The same axon and the same pulse, with few segments and with many. Too few, and the action "
        "potential has another speed, or does not start at all; beyond a few dozen nothing changes any "
        "more.",
        alt="Membrane potential in the middle over 10 ms, and along the axon at one instant, with 15 "
        "segments and with 129. The two action potentials have nearly the same shape; that of 15 "
        "segments arrives a little later, and along the axon its front has corners.",
        samples=201,
        moment=3.0,
        movie_s=5.0,
    )  # fmt: skip


def _in_segments(nseg: float) -> Recording:
    chosen, finest = _segmented(int(nseg)), _segmented(_FINEST)
    profile = finest.profile("v")
    reference = [
        Signal("v", finest.values("v", 0.5), "mV", "finest"),
        Signal("v_finest", profile.values, "mV", profile.place),
    ]
    return Recording(chosen.time, [*chosen.signals, *reference])


@cache
def _segmented(nseg: int) -> Recording:
    clamp = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=2 * _THRESHOLD_nA)
    return simulate_squid_axon(
        SquidAxon(nseg=nseg), [clamp], tstop_ms=10.0, record={"v": (0.5,)}, profiles=("v",)
    )


def _how_late(recording: Recording) -> str:
    """One sentence: the arrival in the middle, and by how much it differs from that of the finest grid."""
    arrival_ms, best_ms = (_first(recording.time, recording.values("v", place)) for place in (0.5, "finest"))
    if np.isinf(arrival_ms):
        return f"No action potential in the middle; with {_FINEST} segments one passes at {best_ms:.2f} ms."
    shift_ms = arrival_ms - best_ms
    if abs(shift_ms) < 0.005:
        return f"The action potential passes the middle at {arrival_ms:.2f} ms, as with {_FINEST} segments."
    return (
        f"The action potential passes the middle at {arrival_ms:.2f} ms, {abs(shift_ms):.2f} ms "
        f"{'later' if shift_ms > 0 else 'earlier'} than with {_FINEST} segments."
    )
