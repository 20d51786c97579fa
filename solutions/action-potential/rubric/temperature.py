# SPDX-License-Identifier: BSD-3-Clause
"""A warmer soma."""

from autograder.rubric import Number, Task, mistake, variant
from neuroscales.core import measure
from neuroscales.membrane.excitability import equilibrium_mV
from neuroscales.membrane.protocols import Pulse

from .shared import AREA, HABITS, MEMBRANE
from .soma import (
    DELAY_ms,
    DENSITY_uA_cm2,
    DUR_ms,
    EL_mV,
    SPIKE_ms,
    find,
    nA,
    of,
    per_nA,
    soma,
    states,
    trains,
)

WARM_degC = 12.0


@of("diam", "gnabar", "ek")
def temperature(
    p, *, celsius_degC=WARM_degC, area=1.0, dur_ms=DUR_ms, base_mV=None, height_from_mV=None, level_mV=0.0, by="library", dt_ms=0.01, **settings,
):  # fmt: skip
    """Height and width of the spike at 12 degC, and the temperature at which the pulse draws none any more."""
    pulse = Pulse(DELAY_ms, dur_ms, nA(p, DENSITY_uA_cm2, area) * per_nA(p))
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


TEMPERATURE = Task("temperature", temperature,
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
