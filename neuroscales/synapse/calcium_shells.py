# SPDX-License-Identifier: BSD-3-Clause
"""The shells of the mechanism CalciumPool with scipy: a second way to the same numbers, for any number.

The inside of a cylinder of radius r is cut into N rings of equal thickness r / N. With the shares of the
volume s_j = (2 (N - j) - 1) / N^2 and the flux from ring j into the next one inward

    q_j = 2 D (N - j - 1) (c_j - c_{j+1}) / r^2        (per ms, in parts of the whole volume)

the concentrations obey s_j dc_j/dt = q_{j-1} - q_j + s_j (released - bound), and ring 0 has the membrane.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.integrate import solve_ivp

from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.synapse.calcium import SHELLS, CalciumEntry, CalciumPool, influx_mM_um_ms


def shares(shells: int) -> np.ndarray:
    """The part of a cylinder's volume in each of its rings of equal thickness, the outermost first.

    >>> shares(2).tolist()
    [0.75, 0.25]
    """
    return (2 * (shells - np.arange(shells)) - 1) / shells**2


def integrate_shells(
    pool: CalciumPool,
    entries: Sequence[CalciumEntry],
    diam_um: float = 1.0,
    *,
    shells: int = SHELLS,
    tstop_ms: float = 300.0,
    time_ms: np.ndarray | None = None,
    relative_tolerance: float = 1e-9,
) -> Recording:
    """Integrate calcium in the depth of a cylinder with scipy's LSODA, which chooses its own steps.

    Args:
        pool: buffers, pump and diffusion.
        entries: prescribed currents; their edges are met exactly, and their places play no part.
        diam_um: diameter.
        shells: number of rings.
        tstop_ms: when the simulation ends.
        time_ms: times of the samples, ascending from 0 to `tstop_ms`; by default every 0.1 ms.
        relative_tolerance: of each step.

    Returns:
        A Recording with the signals of `neuroscales.synapse.calcium.simulate_calcium` that have no length:
        ca at "membrane" and "center", "shells", "free", "bound", "entered" and "pumped".

    Raises:
        ValueError: a diameter or a time that is not positive, no shell, or a solver that gave up.
    """
    check_positive("the cylinder", diam_um=diam_um, shells=shells, tstop_ms=tstop_ms)
    rings = _Rings(pool, diam_um, shells)
    if time_ms is None:
        time_ms = np.linspace(0, tstop_ms, round(10 * tstop_ms) + 1)
    ends = {t for each in entries for t in (each.delay_ms, each.delay_ms + each.dur_ms) if 0 < t < tstop_ms}
    edges = [0.0, *sorted(ends), tstop_ms]
    state, columns = rings.at_rest(), []
    for start, stop in pairwise(edges):
        influx = influx_mM_um_ms(_amp_mA_cm2(entries, (start + stop) / 2))
        last = stop == tstop_ms
        inside = time_ms[(time_ms >= start) & ((time_ms < stop) | last)]
        found = solve_ivp(
            rings.slope, (start, stop), state, "LSODA", np.append(inside, stop) if not last else inside,
            args=(influx,), rtol=relative_tolerance, atol=1e-13,
        )  # fmt: skip
        if not found.success:
            raise ValueError(f"scipy gave up between {start} and {stop} ms: {found.message}")
        columns.append(found.y[:, : len(inside)])
        state = found.y[:, -1]
    return rings.recording(time_ms, np.concatenate(columns, axis=1), entries)


def _amp_mA_cm2(entries: Sequence[CalciumEntry], t_ms: float) -> float:
    """Current that enters at an instant."""
    return sum(e.amp_mA_cm2 for e in entries if e.delay_ms <= t_ms < e.delay_ms + e.dur_ms)


class _Rings:
    """The state, rows of rings: free, on the fixed buffer, on the mobile one, mobile buffer that is empty."""

    def __init__(self, pool: CalciumPool, diam_um: float, shells: int) -> None:
        self.pool, self.diam_um, self.shells = pool, diam_um, shells
        self.share = shares(shells)
        self._across = 8 * (shells - np.arange(1, shells)) / diam_um**2

    def at_rest(self) -> np.ndarray:
        """Everything in equilibrium; the last number is what has been pumped."""
        pool, rest = self.pool, self.pool.rest_mM
        mobile = pool.mobile.bound_mM(rest)
        rows = (rest, pool.fixed.bound_mM(rest), mobile, pool.mobile.total_mM - mobile)
        return np.append(np.repeat(rows, self.shells), 0.0)

    def slope(self, t_ms: float, state: np.ndarray, influx: float) -> np.ndarray:
        """How fast each number changes, per ms."""
        free, fixed, mobile, empty = state[:-1].reshape(4, -1)
        pool = self.pool
        to_fixed = (
            pool.fixed.on_per_mM_ms * free * (pool.fixed.total_mM - fixed) - pool.fixed.off_per_ms * fixed
        )
        to_mobile = pool.mobile.on_per_mM_ms * free * empty - pool.mobile.off_per_ms * mobile
        out = pool.pumped_mM_um_ms(free[0]) * 4 / self.diam_um
        rows = np.array([-to_fixed - to_mobile, to_fixed, to_mobile, -to_mobile])
        for row, values, D in ((0, free, pool.D_um2_ms), (2, mobile, pool.mobile.D_um2_ms),
                               (3, empty, pool.mobile.D_um2_ms)):  # fmt: skip
            rows[row] += self._diffused(values, D)
        rows[0, 0] += (influx * 4 / self.diam_um - out) / self.share[0]
        return np.append(rows.ravel(), out)

    def _diffused(self, values: np.ndarray, D_um2_ms: float) -> np.ndarray:
        """What comes into each ring from its neighbors."""
        inward = D_um2_ms * self._across * (values[:-1] - values[1:])
        return (np.append(0, inward) - np.append(inward, 0)) / self.share

    def recording(
        self, time_ms: np.ndarray, states: np.ndarray, entries: Sequence[CalciumEntry]
    ) -> Recording:
        """The states, shape (n_states, n_time), as signals."""
        free, fixed, mobile, _ = states[:-1].reshape(4, self.shells, -1)
        come = [
            e.total_mM(self.diam_um) * np.clip((time_ms - e.delay_ms) / e.dur_ms, 0, 1)
            for e in entries
            if e.dur_ms
        ]
        means = {
            "free": self.share @ free,
            "bound": self.share @ (fixed + mobile),
            "entered": np.sum([np.zeros_like(time_ms), *come], axis=0),
            "pumped": states[-1],
        }
        depths = (np.arange(self.shells) + 0.5) / self.shells
        places = [Signal("ca", free[0], "mM", "membrane"), Signal("ca", free[-1], "mM", "center")]
        means = [Signal(name, values, "mM") for name, values in means.items()]
        return Recording(time_ms, [*places, Signal("shells", free.T, "mM", depths), *means])
