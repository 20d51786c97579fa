# SPDX-License-Identifier: BSD-3-Clause
"""The squid axon's correct ways that its tolerances were not derived from; `autograder derive` reads none.

Read by ``autograder fairness squid-axon``. Steps of time are such that the student's own pulse is a whole
number of them: another step delivers another charge, and so is no correct way to this pulse.
"""

import functools
from pathlib import Path

import numpy as np
from neuron import n

from autograder.authoring.measurement import HeldOut
from autograder.rubric import Way, load_module, variant
from autograder.rubric.ways import digits, every
from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import Recording, Signal

SOURCES = (Path(__file__).parents[2] / "cable" / "second_engine.py",)
_second_engine = load_module(SOURCES[0])
_GK_S_cm2 = 0.036


def simulate_without_neuron(
    axon: SquidAxon,
    clamps: list[CurrentClamp],
    *,
    tstop_ms: float,
    record: dict[str, list[float]],
    profiles: tuple[str, ...],
    dt_ms: float,
    **_: object,
) -> Recording:
    """What `simulate_squid_axon` gives, from the second engine: read at the nodes' centers alone."""
    time, v, gates = _second_engine.simulate(axon, clamps, tstop_ms, dt_ms)
    traces = {"v": v}
    for name, states in gates.items():  # they are half a step older than the potential
        traces[name] = np.array([np.interp(time, time - dt_ms / 2, one) for one in states.T]).T
    traces["gk"] = _GK_S_cm2 * traces["n"] ** 4
    signals = [
        Signal(name, traces[name][:, min(int(place * axon.nseg), axon.nseg - 1)], _UNITS[name], place)
        for name, places in record.items()
        for place in places
    ]
    centers = (np.arange(axon.nseg) + 0.5) / axon.nseg
    for name in profiles:
        values, places = traces[name], centers
        if name == "v":  # with both ends, as NEURON has them
            values, places = np.hstack([v[:, :1], v, v[:, -1:]]), np.array([0.0, *centers, 1.0])
        signals.append(Signal(name, values, _UNITS[name], places))
    return Recording(time, signals)


_UNITS = {"v": "mV", "m": "1", "h": "1", "n": "1", "gk": "S/cm2"}


def _steps(own: dict[str, float]) -> list[Way]:
    """Fixed steps, none of the derivation's, of which the pulse and its delay are whole multiples."""
    fitting = [dt for dt in (0.02, 0.0125, 0.004) if abs(own["dur"] / dt - round(own["dur"] / dt)) < 1e-6]
    return [variant(f"step {dt} ms", dt_ms=dt, rate_table=dt > 0.01) for dt in fitting]


def _variable(tolerance: float) -> Way:
    """A variable step with another absolute tolerance; 1e-3 is NEURON's own."""
    engine = functools.partial(simulate_squid_axon, absolute_tolerance=tolerance)
    return variant(f"variable step, tolerance {tolerance:g}", dt_ms=None, engine=engine)


_METHODS = (
    variant("step 0.00625 ms, exact rates", dt_ms=0.00625, rate_table=False),
    variant("Crank-Nicolson, step 0.0125 ms", secondorder=2, dt_ms=0.0125),
    variant("Crank-Nicolson with currents, exact rates", secondorder=1, rate_table=False),
    *(_variable(tolerance) for tolerance in (1e-3, 1e-4, 1e-8)),
    variant("another engine", engine=simulate_without_neuron, dt_ms=0.01),
)
_GRIDS = (
    variant("nseg 61", nseg=61),
    variant("nseg 87, step 0.0125 ms", nseg=87, dt_ms=0.0125),
)
_LONGER = (variant("run of 20 ms", tstop_ms=20.0), variant("run of 40 ms", tstop_ms=40.0))


def _sampled(*items: str) -> tuple[Way, ...]:
    return tuple(
        variant(f"one sample per {step} ms", then=every(step, *items)) for step in (0.03, 0.04, 0.08)
    )


def _hh_axon(p: dict[str, float], nseg: int = 43) -> n.Section:
    """The axon with its sodium density set by NEURON's own loop over a section, of any parameters `p`."""
    axon = n.Section(name="axon")
    axon.L, axon.diam, axon.nseg = 20_000, p["diam"], nseg
    axon.insert("hh")
    axon.gnabar_hh = p["gnabar"]
    return axon


def _from_points(p: dict[str, float]) -> n.Section:
    """The same axon, its geometry given by points."""
    axon = n.Section(name="axon")
    axon.pt3dclear()
    for x_um in (0, 5000, 20_000):
        axon.pt3dadd(x_um, 0, 0, p["diam"])
    axon.nseg = 43
    axon.insert("hh")
    axon.gnabar_hh = p["gnabar"]
    return axon


def _with_settings(p: dict[str, float]) -> n.Section:
    """A build that also leaves settings of its own behind: the grader's hold all the same."""
    n.CVode().active(True)
    n.celsius, n.dt, n.usetable_hh = 20.0, 0.1, 1
    return _hh_axon(p)


def _segments_after_the_membrane(p: dict[str, float]) -> n.Section:
    """An axon that is divided when its membrane is there already: NEURON hands the density on."""
    axon = _hh_axon(p, nseg=1)
    axon.nseg = 43
    return axon


_BUILDS = {
    "density of the whole section": _hh_axon,
    "geometry from points": _from_points,
    "settings left behind": _with_settings,
    "divided at last": _segments_after_the_membrane,
}


def held_out(own: dict[str, float]) -> HeldOut:
    """Held-out ways of one student."""
    runs = (variant("plainly"), *_steps(own), *_METHODS, *_GRIDS)
    at_the_end = tuple(  # the end node itself rings under secondorder 1 and 2, and the second engine has none
        variant(f"{way.name}, first segment", **way.settings, read="segment")
        if way.settings.get("secondorder") or way.name == "another engine"
        else way
        for way in runs
    )
    return HeldOut(
        variants={
            "threshold": (
                *runs,
                *_LONGER,
                variant("three digits", then=digits(3, "amp")),
                variant("spike counted above 10 mV", level_mV=10.0),
                variant("spike counted above -10 mV", level_mV=-10.0),
            ),
            "spike": (
                *runs,
                *_LONGER,
                *_sampled("v"),
                variant("four digits", then=digits(4, "amplitude", "half_width")),
            ),
            "velocity": (
                *runs,
                *_LONGER,
                variant("three digits", then=digits(3, "velocity")),
                variant("from 0.35 to 0.65", near=0.35, far=0.65),
                variant("from 0.27 to 0.71, between the peaks", near=0.27, far=0.71, mark="peak"),
            ),
            "collision": (
                *runs,
                *_LONGER,
                *_sampled("v25", "v50", "v75"),
                variant("three digits", then=digits(3, "site")),
            ),
            "model": (
                *(variant(f"nseg {nseg}", nseg=nseg) for nseg in (45, 61, 87, 215)),
                *(variant(name, build=build) for name, build in _BUILDS.items()),
            ),
            "sodium": (
                *runs,
                *_LONGER,
                variant("three digits", then=digits(3, "amp_used", "gnabar_min", "amplitude")),
                variant("spike read at x = 0.6", fire_at=0.6),
            ),
            "resolution": (
                *(way for way in runs if way not in _GRIDS),
                *_LONGER,
                *_sampled("v"),
                variant("three digits", then=digits(3, "shift")),
            ),
            "anode_break": (
                *at_the_end,
                variant("run of 40 ms", tstop_ms=40.0),
                *_sampled("v", "m", "h", "n"),
                variant("three digits", digits=3),
                variant("at the minimum, step 0.0125 ms", aim="minimum", dt_ms=0.0125),
                variant("first segment, three digits", read="segment", digits=3),
            ),
        },
        habits={"dt_ms": 0.0125},
        exact={"dt_ms": None, "rate_table": False},
    )
