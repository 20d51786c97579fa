# SPDX-License-Identifier: BSD-3-Clause
"""A soma with sodium and potassium channels: who does what in a spike?"""

from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse


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
