# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of the membrane's chapters."""

import numpy as np

from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Leak, Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse


def charge() -> Explorer:
    """A pulse of current into a bilayer without channels: where does it leave the potential?"""
    return Explorer(
        name="charge",
        title="A bilayer without channels: what a pulse leaves behind",
        model=_pulse_into_bilayer,
        controls=(
            Control("area_um2", "Membrane area", "um2", (50, 100, 200, 400), start=100),
            Control("dur_ms", "Pulse duration", "ms", (0.5, 1, 2), start=1),
            Control("amp_nA", "Pulse amplitude", "nA", np.arange(-4, 9) / 200, start=0.01),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-150, 110)),
            TimeSeries((Line("i_stim"),), "Current through the electrode", "nA", (-0.025, 0.045)),
        ),
        describe=_what_stayed,
        caption="The potential moves while current flows, as fast as the current is strong, and stays where "
        "the current leaves it. Only the charge counts, divided by the area.",
        alt="Two panels over 5 ms. The current is zero but for a rectangular pulse from 1 to 2 ms. The "
        "potential lies flat at -65 mV, climbs along a straight line during the pulse, and lies flat at "
        "-55 mV after it.",
    )


def _pulse_into_bilayer(area_um2: float, dur_ms: float, amp_nA: float) -> Recording:
    pulse = CurrentPulse(delay_ms=1.0, dur_ms=dur_ms, amp_nA=amp_nA)
    return simulate_patch(Patch.of_area(area_um2), None, [pulse], tstop_ms=5.0, record=("v", "i_stim"))


def _what_stayed(recording: Recording) -> str:
    """One sentence: the charge, and how far it moved the potential."""
    v_mV, current_nA = recording.values("v"), recording.values("i_stim")
    charge_pC = float(np.sum(current_nA[1:] * np.diff(recording.time)))
    moved_mV = v_mV[-1] - v_mV[0]
    if not current_nA.any():
        return "No current flows: the potential stays where it was."
    text = f"A charge of {charge_pC:.3g} pC moves the potential by {moved_mV:.3g} mV, to {v_mV[-1]:.3g} mV."
    return text.replace("-", "\N{MINUS SIGN}")


def leak() -> Explorer:
    """A leaky soma: where does it rest, how far does a current move it, and how soon?"""
    return Explorer(
        name="leak",
        title="A leaky soma: rest, resistance, time constant",
        model=_step_into_leaky_soma,
        controls=(
            Control("v_init_mV", "Initial potential", "mV", (-75, -70, -65), start=-65),
            Control("g_mS_cm2", "Leak conductance", "mS/cm2", (0.1, 0.2, 0.5, 1), start=0.5),
            Control("amp_nA", "Current", "nA", (-0.2, -0.1, -0.05, 0, 0.05, 0.1, 0.2), start=0.1),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-115, -25)),
            TimeSeries(
                (Line("i_cap", label="charges the membrane", meaning="membrane potential"),
                 Line("il", label="leaks out", meaning="leak")),
                "Current density", "uA/cm2", (-6, 6),
            ),
        ),
        describe=_where_it_settles,
        caption="The leak's battery is at -70 mV. Whatever the start, the potential goes there; a current "
        "from 20 to 60 ms moves it aside, sooner or later, until the leak carries all of the current.",
        alt="Potential and two current densities over 100 ms. The potential falls from -65 to -70 mV within "
        "10 ms, rises within a few milliseconds to -66 mV while the current flows, and falls back. The "
        "charging current jumps when the current begins and dies away; the leak takes over as it does.",
    )  # fmt: skip


def _step_into_leaky_soma(v_init_mV: float, g_mS_cm2: float, amp_nA: float) -> Recording:
    membrane = Leak(g_S_cm2=1e-3 * g_mS_cm2, e_mV=-70.0)
    pulse = CurrentPulse(delay_ms=20.0, dur_ms=40.0, amp_nA=amp_nA)
    record = ("v", "i_cap", "il", "i_stim")
    return simulate_patch(Patch(v_init_mV=v_init_mV), membrane, [pulse], tstop_ms=100.0, record=record)


def _where_it_settles(recording: Recording) -> str:
    """One sentence: how far the current has moved it by its end."""
    v_mV, flows = recording.values("v"), np.flatnonzero(recording.values("i_stim"))
    if not flows.size:
        return f"No current flows: from {v_mV[0]:.0f} mV the potential goes to {v_mV[-1]:.1f} mV.".replace(
            "-", "\N{MINUS SIGN}"
        )
    moved_mV = v_mV[flows[-1]] - v_mV[flows[0] - 1]
    amp_nA = recording.values("i_stim")[flows[-1]]
    text = f"In 40 ms the current moves the potential by {moved_mV:.1f} mV, to {v_mV[flows[-1]]:.1f} mV"
    return f"{text}: {moved_mV / amp_nA:.1f} mV for every nA, or Mohm.".replace("-", "\N{MINUS SIGN}")


def spike() -> Explorer:
    """A soma with sodium and potassium channels under a step of current: who does what in a spike?"""
    return Explorer(
        name="spike",
        title="A soma that fires: potential, gates and currents",
        model=_step_into_firing_soma,
        controls=(
            Control("amp_nA", "Current from 5 ms on", "nA", (0.05, 0.1, 0.2, 0.3), start=0.1),
            Control("gnabar_S_cm2", "Sodium density", "S/cm2", _SODIUM_S_cm2, start=0.1),
            Control("celsius_degC", "Temperature", "degC", (6.3, 12, 18), start=6.3),
        ),
        views=(
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-85, 60)),
            TimeSeries(
                (Line("m", label="m"), Line("h", label="h"), Line("n", label="n")),
                "Open fraction of the gates", "1", (0, 1), side_by_side=2,
            ),
            TimeSeries(
                (Line("ina", label="sodium"), Line("ik", label="potassium")),
                "Current density, outward", "uA/cm2", (-1200, 600), side_by_side=2,
            ),
        ),
        describe=_what_fired,
        caption="Sodium's fast gate m opens and lifts the potential; its slow gate h closes behind it while "
        "potassium's n opens. Both bring the potential down again, past where it began.",
        alt="Potential, gates and currents over 30 ms. From 5 ms on the potential creeps up from -65 mV, "
        "near 12 ms it shoots to about 43 mV and falls to below -70 mV. With the upstroke m rises to near 1; "
        "h falls to near 0 and n rises to about 0.8 a little later. A large inward sodium current is "
        "followed, and partly canceled, by an outward potassium current.",
        samples=401,
        moment=12.0,
        movie_s=8.0,
    )  # fmt: skip


_SODIUM_S_cm2 = (0.04, 0.05, 0.06, 0.07, 0.075, 0.08, 0.085, 0.09, 0.1, 0.12, 0.15, 0.2)


def _step_into_firing_soma(amp_nA: float, gnabar_S_cm2: float, celsius_degC: float) -> Recording:
    membrane = HodgkinHuxley(
        gnabar_S_cm2, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65.0, celsius_degC=celsius_degC
    )
    pulse = CurrentPulse(delay_ms=5.0, dur_ms=50.0, amp_nA=amp_nA)
    record = ("v", "m", "h", "n", "ina", "ik")
    return simulate_patch(Patch(), membrane, [pulse], tstop_ms=30.0, record=record)


def _what_fired(recording: Recording) -> str:
    """One sentence: whether it fires, and how high."""
    v_mV = recording.values("v")
    times_ms = measure.spike_times(recording.time, v_mV)
    if not times_ms.size:
        return f"No spike: the potential reaches {v_mV.max():.1f} mV.".replace("-", "\N{MINUS SIGN}")
    return f"It fires at {times_ms[0]:.1f} ms and reaches {v_mV.max():.1f} mV."
