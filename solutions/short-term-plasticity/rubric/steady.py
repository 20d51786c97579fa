# SPDX-License-Identifier: BSD-3-Clause
"""A long train."""

import numpy as np
from scipy.optimize import brentq

from autograder.rubric import Members, Number, Task, mistake, variant
from autograder.rubric.ways import digits

from .shared import IN_SECONDS, INTERVALS, SWAPPED, slips_of
from .terminal import follow

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


STEADY = Task("steady", steady,
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
