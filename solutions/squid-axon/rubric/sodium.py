# SPDX-License-Identifier: BSD-3-Clause
"""Less sodium."""

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits, scaled
from neuroscales.core import measure

from .axon import COARSE_ms, FINE_ms, excite, half_width, threshold
from .shared import CARRIED, HABITS, LEFT, RUNS, SEED


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
            "half_width": half_width(t, v, rest_mV, definition),
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


SODIUM = Task("sodium", sodium,
    checks=(
        Number("amplitude", "amplitude", "Amplitude with half of the sodium", "mV", 1.5, finest=0.1),
        Number("half_width", "half_width", "Half-width with half of the sodium", "ms", 1.5, finest=0.01),
        Number("amp_used", "amp_used", "Amplitude of the pulse", "nA", 1, relative=True, finest=0.005),
        Number("gnabar_min", "gnabar_min", "Smallest density with a spike", "S/cm2", 2, relative=True),
    ),
    habits=HABITS,
    builds_on=CARRIED,
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
