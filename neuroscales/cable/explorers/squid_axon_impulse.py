# SPDX-License-Identifier: BSD-3-Clause
"""Squid axon: where does charge go as an impulse passes?"""

import numpy as np

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, TimeSeries
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley


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
