# SPDX-License-Identifier: BSD-3-Clause
"""Jansen and Rit's column: alpha rhythm, spikes, and what separates them; and Wendling's column.

Jansen and Rit 1995, https://doi.org/10.1007/BF00199471; bifurcations as in Grimbert and Faugeras 2006,
https://doi.org/10.1162/neco.2006.18.12.3052.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from neuroscales.brain.nodes import FirstVariables, Parameter, check_node
from neuroscales.core.recording import Recording
from neuroscales.membrane.stability import eigenvalues


@dataclass(frozen=True, eq=False)
class JansenRit(FirstVariables):
    """Pyramidal cells, excitatory and inhibitory interneurons; three second-order synapses.

        y0'' = A a S(y1 - y2) - 2 a y0' - a^2 y0
        y1'' = A a (p + drive + 0.8 C S(C y0)) - 2 a y1' - a^2 y1
        y2'' = B b 0.25 C S(0.25 C y0) - 2 b y2' - b^2 y2
        S(v) = 2 e0 / (1 + e^(r (v0 - v)))

    The state is (y0, y1, y2) in mV and (y3, y4, y5), their rates of change, in mV/s. Other columns receive
    S(y1 - y2), a rate per s. The electroencephalogram is y1 - y2.

    Attributes:
        A_mV: excitatory gain.
        B_mV: inhibitory gain.
        a_per_s: rate of the excitatory synapses.
        b_per_s: rate of the inhibitory ones.
        C: number of contacts.
        p_per_s: input from outside.
        v0_mV: potential at which S is half of its highest value.
        e0_per_s: half of the highest value of S.
        r_per_mV: steepness of S.

    Raises:
        ValueError: a gain, rate or steepness that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("y0", "y1", "y2", "y3", "y4", "y5")
    rest: ClassVar[tuple[float, ...]] = (0.0,) * 6
    kernel: ClassVar[int | None] = 6

    A_mV: Parameter = 3.25
    B_mV: Parameter = 22.0
    a_per_s: Parameter = 100.0
    b_per_s: Parameter = 50.0
    C: Parameter = 135.0
    p_per_s: Parameter = 220.0
    v0_mV: Parameter = 6.0
    e0_per_s: Parameter = 2.5
    r_per_mV: Parameter = 0.56

    def __post_init__(self) -> None:
        check_node(self, "A_mV", "B_mV", "a_per_s", "b_per_s", "C", "e0_per_s", "r_per_mV")

    def rate_per_s(self, v_mV: np.ndarray) -> np.ndarray:
        """S(v), the rate of a population at the mean potential v."""
        return 2 * self.e0_per_s / (1 + np.exp(self.r_per_mV * (self.v0_mV - v_mV)))

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        y, speed = state[:3], state[3:]
        a, b, c = self.a_per_s, self.b_per_s, self.C
        pushes = (
            self.A_mV * a * self.rate_per_s(y[1] - y[2]),
            self.A_mV * a * (self.p_per_s + drive[0] + 0.8 * c * self.rate_per_s(c * y[0])),
            self.B_mV * b * 0.25 * c * self.rate_per_s(0.25 * c * y[0]),
        )
        rates = (a, a, b)
        bends = [p - 2 * k * s - k**2 * x for p, k, s, x in zip(pushes, rates, speed, y, strict=True)]
        return np.stack([*speed, *bends]) / 1000

    def outputs(self, state: np.ndarray) -> np.ndarray:
        """The rate of the pyramidal cells, per s."""
        return self.rate_per_s(state[1] - state[2])[None]


def eeg_mV(recording: Recording) -> np.ndarray:
    """The column's electroencephalogram y1 - y2, shape (n_time, n_regions)."""
    return recording.profile("y1").values - recording.profile("y2").values


def equilibrium(column: JansenRit, v_mV: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The equilibrium whose y1 - y2 is v, and the input that holds it there.

    Every v has exactly one such input, so the whole branch, folds and all, is a function of v.

    Args:
        column: the parameters; its own input is not used.
        v_mV: y1 - y2, any shape.

    Returns:
        Inputs p in 1/s, of the shape of `v_mV`, and states, shape (6, ...).
    """
    v = np.asarray(v_mV, dtype=float)
    y0 = column.A_mV / column.a_per_s * column.rate_per_s(v)
    y2 = column.B_mV / column.b_per_s * 0.25 * column.C * column.rate_per_s(0.25 * column.C * y0)
    p = column.a_per_s / column.A_mV * (v + y2) - 0.8 * column.C * column.rate_per_s(column.C * y0)
    return p, np.stack([y0, v + y2, y2, 0 * v, 0 * v, 0 * v])


_BRANCH_mV = np.linspace(-10.0, 20.0, 6001)


def folds_per_s(column: JansenRit) -> tuple[float, ...]:
    """Inputs at which two equilibria meet, in the order of growing y1 - y2.

    >>> [round(p, 2) for p in folds_per_s(JansenRit())]
    [113.59, -41.3]
    """
    p, _ = equilibrium(column, _BRANCH_mV)
    slope = np.diff(p)
    turns = np.flatnonzero(slope[:-1] * slope[1:] < 0) + 1
    return tuple(_turn(column, _BRANCH_mV[k - 1], _BRANCH_mV[k + 1], np.sign(slope[k - 1])) for k in turns)


def _turn(column: JansenRit, low_mV: float, high_mV: float, sign: float) -> float:
    found = minimize_scalar(
        lambda v: -sign * float(equilibrium(column, v)[0]),
        bounds=(low_mV, high_mV),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(-sign * found.fun)


@dataclass(frozen=True)
class Hopf:
    """An equilibrium at which an oscillation is born: input, y1 - y2, frequency."""

    p_per_s: float
    v_mV: float
    frequency_Hz: float


def hopf_points(column: JansenRit) -> tuple[Hopf, ...]:
    """Where a pair of eigenvalues of the equilibrium crosses the imaginary axis, by growing y1 - y2.

    >>> [(round(h.p_per_s, 2), round(h.frequency_Hz, 2)) for h in hopf_points(JansenRit())]
    [(-12.15, 7.24), (89.83, 10.38), (315.7, 11.16)]
    """
    grid = _BRANCH_mV[::10]
    growth = np.array([_pair(column, v)[0] for v in grid])
    crossings = np.flatnonzero(
        np.isfinite(growth[:-1]) & np.isfinite(growth[1:]) & (growth[:-1] * growth[1:] < 0)
    )
    found = []
    for k in crossings:
        v = brentq(lambda v: _pair(column, v)[0], grid[k], grid[k + 1], xtol=1e-12)
        growth_per_s, frequency_Hz = _pair(column, v)
        # Where a pair turns real and another takes its place, growth jumps through 0: no Hopf point.
        if abs(growth_per_s) < 1e-6 and frequency_Hz > 1e-3:
            found.append(Hopf(float(equilibrium(column, v)[0]), v, frequency_Hz))
    return tuple(found)


def _pair(column: JansenRit, v_mV: float) -> tuple[float, float]:
    """Growth (1/s) and frequency (Hz) of the oscillating pair that grows most; nan where none oscillates."""
    values = equilibrium_eigenvalues_per_s(column, v_mV)
    turning = values[values.imag > 1e-9]
    if not turning.size:
        return float("nan"), float("nan")
    return float(turning[0].real), float(turning[0].imag / (2 * np.pi))


def equilibrium_eigenvalues_per_s(column: JansenRit, v_mV: float) -> np.ndarray:
    """Eigenvalues in 1/s of the equilibrium with y1 - y2 = v, the largest real part first, shape (6,)."""
    p, state = equilibrium(column, v_mV)
    at = replace(column, p_per_s=float(p))
    return 1000 * eigenvalues(lambda x: at.slope(x, np.zeros((1, 1))), state[:, None])[0]


def onset_gain_mV(column: JansenRit, low_mV: float = 2.8, high_mV: float = 8.0) -> float:
    """The excitatory gain A at which, under the column's input, the lower resting state disappears.

    Args:
        column: the parameters; its own gain is not used.
        low_mV: a gain with a resting state.
        high_mV: a gain without one.

    Raises:
        ValueError: the resting state does not disappear between the two.

    >>> round(onset_gain_mV(JansenRit(p_per_s=90.0)), 4)
    3.5933
    """
    if not _has_fold(column, low_mV) or not _has_fold(column, high_mV):
        raise ValueError(f"between the gains {low_mV} and {high_mV} mV the fold comes or goes: narrow them")

    def excess(gain_mV: float) -> float:
        return folds_per_s(replace(column, A_mV=gain_mV))[0] - float(column.p_per_s)

    if excess(low_mV) < 0 or excess(high_mV) > 0:
        raise ValueError(f"at {column.p_per_s} per s the rest does not end between {low_mV} and {high_mV} mV")
    return brentq(excess, low_mV, high_mV, xtol=1e-9)


def _has_fold(column: JansenRit, gain_mV: float) -> bool:
    return bool(folds_per_s(replace(column, A_mV=gain_mV)))


@dataclass(frozen=True, eq=False)
class Wendling(FirstVariables):
    """Jansen and Rit's column with fast somatic inhibition.

    Wendling et al. 2002, https://doi.org/10.1046/j.1460-9568.2002.01985.x. Two synapses are
    added: fast inhibition y3 of the pyramidal cells (gain G, rate g), and the slow inhibition y4 of the cells
    that exert it.

        y3'' = G g 0.8 C S(0.3 C y0 - y4) - 2 g y3' - g^2 y3
        y4'' = B b 0.1 C S(0.25 C y0) - 2 b y4' - b^2 y4

    and pyramidal cells feel y1 - y2 - y3. The state is (y0 .. y4) in mV, then their rates in mV/s.

    Attributes:
        A_mV: excitatory gain.
        B_mV: gain of slow inhibition.
        G_mV: gain of fast inhibition.
        p_per_s: input from outside.
        C: number of contacts.
        a_per_s: rate of the excitatory synapses.
        b_per_s: rate of slow inhibition.
        g_per_s: rate of fast inhibition.

    Raises:
        ValueError: a rate that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("y0", "y1", "y2", "y3", "y4", "y5", "y6", "y7", "y8", "y9")
    rest: ClassVar[tuple[float, ...]] = (0.0,) * 10

    A_mV: Parameter = 5.0
    B_mV: Parameter = 25.0
    G_mV: Parameter = 15.0
    p_per_s: Parameter = 90.0
    C: Parameter = 135.0
    a_per_s: Parameter = 100.0
    b_per_s: Parameter = 50.0
    g_per_s: Parameter = 500.0

    def __post_init__(self) -> None:
        check_node(self, "C", "a_per_s", "b_per_s", "g_per_s")

    def rate_per_s(self, v_mV: np.ndarray) -> np.ndarray:
        """S(v) with the published constants, 5 / (1 + e^(0.56 (6 - v)))."""
        return 5.0 / (1 + np.exp(0.56 * (6.0 - v_mV)))

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        y, speed, c, rate = state[:5], state[5:], self.C, self.rate_per_s
        excite, slow = self.A_mV * self.a_per_s, self.B_mV * self.b_per_s
        pushes = (
            excite * rate(y[1] - y[2] - y[3]),
            excite * (self.p_per_s + drive[0] + 0.8 * c * rate(c * y[0])),
            slow * 0.25 * c * rate(0.25 * c * y[0]),
            self.G_mV * self.g_per_s * 0.8 * c * rate(0.3 * c * y[0] - y[4]),
            slow * 0.1 * c * rate(0.25 * c * y[0]),
        )
        rates = (self.a_per_s, self.a_per_s, self.b_per_s, self.g_per_s, self.b_per_s)
        bends = [p - 2 * k * s - k**2 * x for p, k, s, x in zip(pushes, rates, speed, y, strict=True)]
        return np.stack([*speed, *bends]) / 1000

    def outputs(self, state: np.ndarray) -> np.ndarray:
        """The rate of the pyramidal cells, per s."""
        return self.rate_per_s(state[1] - state[2] - state[3])[None]
