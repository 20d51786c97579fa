# SPDX-License-Identifier: BSD-3-Clause
"""States in which two populations stand still, and the drives at which they appear, vanish or lose hold.

The drive P enters one equation only. So one walks along the input x to E's sigmoid: each x gives E, then I,
and then the one drive P(x) that holds them. All states are found, and none by luck of a starting point.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from neuroscales.core.measure import crossings
from neuroscales.core.recording import Recording
from neuroscales.membrane.stability import classify, eigenvalues, jacobian
from neuroscales.population.wilson_cowan import (
    RHYTHM,
    WilsonCowan,
    derivatives,
    sigmoid,
    sigmoid_slope,
    simulate_wilson_cowan,
)


@dataclass(frozen=True)
class State:
    """A state that does not change.

    Attributes:
        e: activity of E.
        i: activity of I.
        drive: the drive P that holds it.
        eigenvalues: of the Jacobian in 1/ms, the largest real part first.
        kind: its name, see `neuroscales.membrane.stability.classify`.
    """

    e: float
    i: float
    drive: float
    eigenvalues: tuple[complex, complex]
    kind: str

    @property
    def growth_per_ms(self) -> float:
        """Largest real part: how fast a small disturbance grows, negative where it dies out."""
        return self.eigenvalues[0].real

    @property
    def frequency_Hz(self) -> float:
        """How often a small disturbance turns around the state per second; 0 for a node or a saddle."""
        return 1e3 * abs(self.eigenvalues[0].imag) / (2 * np.pi)


def steady_curve(pools: WilsonCowan, x: float | np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The state in which E's sigmoid receives the input x, and the drive that holds it.

    Args:
        pools: the parameters.
        x: input to E's sigmoid, any shape.

    Returns:
        E, I and the drive P, each of the shape of x.
    """
    x = np.asarray(x, dtype=float)
    s_e = sigmoid(x, pools.a_e, pools.theta_e)
    e = pools.k_e * s_e / (1 + pools.room * s_e)
    i = _settled_i(pools, _input_to_i(pools, e))
    return e, i, x - pools.w_ee * e + pools.w_ei * i


def fixed_points(pools: WilsonCowan, drive: float) -> list[State]:
    """All states that do not change under this drive, in the order of E.

    Between two folds P(x) rises or falls throughout, so that no two states can hide from the search.

    Raises:
        ValueError: a drive that is not finite.

    >>> [state.kind for state in fixed_points(WilsonCowan(), 1.25)]
    ['unstable focus']
    """
    if not np.isfinite(drive):
        raise ValueError(f"the drive must be a finite number, not {drive}")
    low, high = _inputs(pools, drive, drive)
    edges = [low, *(x for x in _fold_inputs(pools) if low < x < high), high]
    inputs = _roots(lambda x: steady_curve(pools, x)[2] - drive, np.array(edges))
    return [_state(pools, x) for x in inputs]


def branches(
    pools: WilsonCowan, low: float, high: float, n_points: int = 2001
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The curve of all states whose drive lies between two values, for a bifurcation diagram.

    Returns:
        Drive, E, I and the growth per ms of a small disturbance, in the order in which the curve is walked;
        each of shape (n,). The stable parts are those with a negative growth.
    """
    x = np.linspace(*_inputs(pools, low, high), n_points)
    e, i, drive = steady_curve(pools, x)
    inside = (drive >= low) & (drive <= high)
    state = np.stack([e, i])[:, inside]
    growth = eigenvalues(lambda y: derivatives(pools, drive[inside], y), state)[:, 0].real
    return drive[inside], *state, growth


def folds(pools: WilsonCowan) -> list[State]:
    """States at which two states meet and vanish, in the order of E: the extremes of P along the curve."""
    return [_state(pools, x) for x in _fold_inputs(pools)]


def hopf_points(pools: WilsonCowan) -> list[State]:
    """States at which a pair of complex eigenvalues crosses the imaginary axis, in the order of E."""

    def trace(x: float | np.ndarray) -> np.ndarray:
        e, i, drive = steady_curve(pools, x)
        values = eigenvalues(lambda y: derivatives(pools, drive, y), np.stack([e, i]))
        return values.sum(axis=-1).real

    found = [_state(pools, x) for x in _roots(trace, _grid(pools))]
    return [state for state in found if state.eigenvalues[0].imag != 0]


def cycle_birth(pools: WilsonCowan = RHYTHM, tolerance: float = 1e-7) -> tuple[float, str]:
    """The drive at which the cycle appears at its slow end, and how.

    The saddle sends one of its two unstable branches around the unstable focus. Where this branch comes to
    lie on the stable branch of the same saddle, the cycle ends in a loop: a *homoclinic* bifurcation, beside
    a stable state that is already there. Where the branch leads to the stable node at every drive up to the
    fold, the cycle opens exactly where node and saddle meet: a *saddle-node on an invariant circle*.

    Args:
        pools: the parameters.
        tolerance: width of the last interval of drives.

    Returns:
        The drive, and ``"homoclinic"`` or ``"saddle-node on the circle"``.

    Raises:
        ValueError: there are no three states to begin with: no fold, or no unstable focus beside a saddle.
    """
    turning = folds(pools)
    if len(turning) < 2:
        raise ValueError("the states do not fold: the cycle, if there is one, has no saddle to end at")
    low, high = sorted(state.drive for state in turning[:2])
    if not _stays_away(pools, high - 1e-5 * (high - low)):
        return float(high), "saddle-node on the circle"
    falling = np.linspace(high, low, 42)[1:-1]
    low = next((drive for drive in falling if not _stays_away(pools, drive)), None)
    if low is None:
        raise ValueError("the unstable branch of the saddle never leads to the node: no cycle ends here")
    while high - low > tolerance:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _stays_away(pools, middle) else (middle, high)
    return float(high), "homoclinic"


def saddle_branch(pools: WilsonCowan, drive: float, dt_ms: float = 0.1) -> tuple[np.ndarray, bool]:
    """Follow the saddle's unstable branch that leads away from the node below it.

    Args:
        pools: the parameters.
        drive: P, with three states.
        dt_ms: the time step.

    Returns:
        E and I along it, shape (2, n), and whether it stayed away from that node.

    Raises:
        ValueError: there is no saddle between two other states.
    """
    points = fixed_points(pools, drive)
    if len(points) != 3 or points[1].kind != "saddle":
        raise ValueError(f"at a drive of {drive:g} there is no saddle between two states")
    node, saddle, focus = (np.array([point.e, point.i]) for point in points)
    values, vectors = np.linalg.eig(jacobian(lambda y: derivatives(pools, drive, y), saddle))
    away = vectors[:, np.argmax(values.real)].real
    gap = float(np.linalg.norm(saddle - node))
    at = saddle + 1e-4 * gap * away * np.sign(away[0]) / np.linalg.norm(away)
    pieces, turns = [at[:, None]], 0
    # To leave the saddle takes ln(size of the loop / first distance) of its growth times, twice or more.
    for _ in range(5 + int(0.1 / points[1].growth_per_ms)):
        run = simulate_wilson_cowan(pools, drive, tstop_ms=500, dt_ms=dt_ms, e_init=at[0], i_init=at[1])
        piece = np.stack([run.values("E"), run.values("I")])
        at, turns = piece[:, -1], turns + crossings(run.time, piece[1], focus[1]).size
        pieces.append(piece[:, 1:])
        home = np.hypot(*(piece - node[:, None])).min() < 0.3 * gap
        if home or turns >= 3:
            break
    return np.concatenate(pieces, axis=1), not home


def _stays_away(pools: WilsonCowan, drive: float) -> bool:
    return saddle_branch(pools, drive)[1]


def ramp_jumps(recording: Recording, level: float) -> tuple[float, float]:
    """Drives at which E rises through a level for the first time, and falls through it for the last.

    Args:
        recording: of a drive that is raised and lowered again.
        level: of E.

    Returns:
        The drive at each of the two, interpolated between samples.

    Raises:
        ValueError: E does not pass the level in both directions.
    """
    e, drive = recording.values("E"), recording.values("drive")
    up, down = (crossings(recording.time, e, level, way) for way in ("up", "down"))
    if not up.size or not down.size:
        raise ValueError(f"E does not rise and fall through {level:g} in this recording")
    return tuple(float(np.interp(t, recording.time, drive)) for t in (up[0], down[-1]))


def _input_to_i(pools: WilsonCowan, e: np.ndarray) -> np.ndarray:
    """The u = w_ie E - w_ii I + Q that I's sigmoid receives once I has settled, by halving."""
    outside = pools.w_ie * e + pools.drive_i
    low, high = outside - pools.w_ii, outside + pools.w_ii  # I lies between -1 and 1
    for _ in range(60):
        u = 0.5 * (low + high)
        above = u + pools.w_ii * _settled_i(pools, u) > outside
        low, high = np.where(above, low, u), np.where(above, u, high)
    return 0.5 * (low + high)


def _settled_i(pools: WilsonCowan, u: np.ndarray) -> np.ndarray:
    s_i = sigmoid(u, pools.a_i, pools.theta_i)
    return pools.k_i * s_i / (1 + pools.room * s_i)


def _settled_i_slope(pools: WilsonCowan, u: np.ndarray) -> np.ndarray:
    s_i = sigmoid(u, pools.a_i, pools.theta_i)
    return pools.k_i * sigmoid_slope(u, pools.a_i, pools.theta_i) / (1 + pools.room * s_i) ** 2


def _inputs(pools: WilsonCowan, low: float, high: float) -> tuple[float, float]:
    """All inputs to E's sigmoid that any state has under drives from `low` to `high`: E and I are in +-1."""
    widest = pools.w_ee + pools.w_ei
    return low - widest - 1, high + widest + 1


def _grid(pools: WilsonCowan) -> np.ndarray:
    """Inputs to E's sigmoid, dense and wide enough that nothing happens between or beyond them."""
    reach = 40 / pools.a_e  # where the sigmoid is flat to the last digit, nothing turns
    return np.linspace(pools.theta_e - reach, pools.theta_e + reach, 4001)


@lru_cache(maxsize=64)
def _fold_inputs(pools: WilsonCowan) -> tuple[float, ...]:
    """The inputs x at which dP/dx = 0."""

    def turn(x: float | np.ndarray) -> np.ndarray:
        e, i, _ = steady_curve(pools, x)
        s_e = sigmoid(x, pools.a_e, pools.theta_e)
        de = pools.k_e * sigmoid_slope(x, pools.a_e, pools.theta_e) / (1 + pools.room * s_e) ** 2
        inhibition = _settled_i_slope(pools, pools.w_ie * e - pools.w_ii * i + pools.drive_i)
        di = inhibition * pools.w_ie * de / (1 + pools.w_ii * inhibition)
        return 1 - pools.w_ee * de + pools.w_ei * di

    return tuple(_roots(turn, _grid(pools)))


def _roots(function: Callable, x: np.ndarray) -> list[float]:
    """One root in each interval between whose ends the sign changes."""
    y = function(x)
    at = np.flatnonzero((y[:-1] < 0) != (y[1:] < 0))
    return [float(brentq(lambda z: float(function(z)), x[k], x[k + 1], xtol=1e-13)) for k in at]


def _state(pools: WilsonCowan, x: float) -> State:
    e, i, drive = (float(value) for value in steady_curve(pools, x))
    values = eigenvalues(lambda y: derivatives(pools, drive, y), np.array([e, i]))
    return State(e, i, drive, tuple(complex(value) for value in values), classify(values))
