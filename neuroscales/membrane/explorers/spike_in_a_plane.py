# SPDX-License-Identifier: BSD-3-Clause
"""Two variables in a plane: where does a spike go, and from where does it start?

All starting points are run at once, as the model allows, and kept; a slider then picks one of them.
"""

from functools import cache

import numpy as np

from neuroscales.core import measure
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries
from neuroscales.explorer.plane import Point
from neuroscales.membrane import morris_lecar

_MEMBRANES = (morris_lecar.HOPF, morris_lecar.SADDLE_NODE)
_STARTS_mV = (-60.0, -40.0, -30.0, -25.0, -20.0, -10.0, 0.0, 20.0)
_STARTS_W = (0.02, 0.13, 0.3)
_PLANE_AMPS_uA_cm2 = (0, 20, 30, 35, 38, 39.5, 42, 45, 60, 80, 88, 90, 93, 95, 100, 150, 200, 213, 230)


def phase_plane() -> Explorer:
    """Two variables, all of them in sight: where does a spike go, and from where does it start?"""
    return Explorer(
        name="phase-plane",
        title="A spike in a plane: potential and open potassium channels",
        model=_two_variables,
        controls=(
            Control("amp_uA_cm2", "Steady current", "uA/cm2", _PLANE_AMPS_uA_cm2, start=0),
            Control("kind", "Firing begins", "1", (0, 1), start=0, words=("with a jump", "from zero")),
            Control("v_init_mV", "Potential at the start", "mV", _STARTS_mV, start=-10),
            Control("w_init", "w at the start", "1", _STARTS_W, start=0.02),
        ),
        views=(
            Plane(
                (Curve("V stands still", _v_stands, "stimulus"),
                 Curve("w stands still", _w_stands, "potassium")),
                "Membrane potential", "mV", (-75, 70),
                "Open potassium channels, w", "1", (-0.02, 0.7),
                path=("v", "w"), points=_stand_still,
            ),
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-75, 70)),
        ),
        describe=_how_it_ends,
        caption="The whole state of the membrane is one point in the plane. On the dotted curve it moves "
        "neither left nor right, on the green one neither up nor down. Where both cross it can rest: a full "
        "dot attracts, an empty one repels.",
        alt="Above, a plane of potential and open potassium channels. A curve like an N and a rising curve "
        "cross once, at -61 mV, at a full dot. From -10 mV the path runs to the right up to 32 mV, turns "
        "upward and back to the left, and ends in the dot. Below, the same as a spike over time.",
        samples=1001,
        moment=60.0,
        movie_s=8.0,
        engine="numpy",
    )  # fmt: skip


def _two_variables(amp_uA_cm2: float, kind: float, v_init_mV: float, w_init: float) -> Recording:
    time, v, w = _all_starts(amp_uA_cm2, int(kind))
    cell = _STARTS_W.index(w_init) * len(_STARTS_mV) + _STARTS_mV.index(v_init_mV)
    return Recording(time, [Signal("v", v[:, cell], "mV"), Signal("w", w[:, cell], "1")])


@cache
def _all_starts(amp_uA_cm2: float, kind: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time, potentials and w of the runs from all starts: (n_time,) and twice (n_time, n_starts)."""
    w_init, v_init_mV = (grid.ravel() for grid in np.meshgrid(_STARTS_W, _STARTS_mV, indexing="ij"))
    recording = morris_lecar.simulate_morris_lecar(
        _MEMBRANES[kind], amp_uA_cm2, tstop_ms=500, dt_ms=0.25, v_init_mV=v_init_mV, w_init=w_init
    )
    return recording.time, recording.profile("v").values, recording.profile("w").values


def _v_stands(v_mV: np.ndarray, /, amp_uA_cm2: float, kind: float, **_: float) -> np.ndarray:
    return morris_lecar.v_nullcline(_MEMBRANES[int(kind)], amp_uA_cm2, v_mV)


def _w_stands(v_mV: np.ndarray, /, kind: float, **_: float) -> np.ndarray:
    return morris_lecar.open_potassium(_MEMBRANES[int(kind)], v_mV)


def _stand_still(_: Recording, /, amp_uA_cm2: float, kind: float, **__: float) -> list[Point]:
    return _fixed_points(amp_uA_cm2, int(kind))


@cache
def _fixed_points(amp_uA_cm2: float, kind: int) -> list[Point]:
    found = morris_lecar.fixed_points(_MEMBRANES[kind], amp_uA_cm2)
    return [(v_mV, w, name.startswith("stable")) for v_mV, w, name in found]


def _how_it_ends(recording: Recording) -> str:
    """One sentence: whether it fires, and whether it goes on."""
    time, v = recording.time, recording.values("v")
    spikes_ms = measure.spike_times(time, v)
    settled = np.ptp(v[time > time[-1] - 60]) < 1.0
    if settled or len(spikes_ms) < 3:
        count = {0: "No spike", 1: "One spike"}.get(len(spikes_ms), f"{len(spikes_ms)} spikes")
        where = f"then {v[-1]:.0f} mV, where it stays" if settled else "and it has not settled yet"
        return f"{count}, {where}.".replace("-", "\N{MINUS SIGN}")
    return f"It fires again and again, every {np.diff(spikes_ms)[-1]:.0f} ms."
