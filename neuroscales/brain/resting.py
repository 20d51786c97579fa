# SPDX-License-Identifier: BSD-3-Clause
"""Rest as a working point: states, folds and fluctuations of Wong and Wang's model, and of oscillators."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import lambertw
from scipy.stats import norm

from neuroscales.brain.connectome import Connectome
from neuroscales.brain.functional import lyapunov_covariance
from neuroscales.brain.nodes import FirstVariables, Parameter, ReducedWongWang, check_node
from neuroscales.core.parameters import check_positive

_GATES = np.concatenate([np.geomspace(1e-4, 0.02, 400), np.linspace(0.02, 0.95, 6000)[1:]])


def holding_weight(node: ReducedWongWang, s: float | np.ndarray) -> np.ndarray:
    """The total weight w + G at which S is a fixed point, when all regions share it.

    With normalized rows a network of equal regions obeys one equation with the weight w + G. Its fixed points
    need H(x) = S / ((1 - S) gamma tau), and each S has exactly one such weight. So
    the whole curve, folds included, is known.

    Args:
        node: the parameters; its own w is not used.
        s: between 0 and 1, any shape.
    """
    s = np.asarray(s, dtype=float)
    rate_Hz = s / ((1 - s) * node.gamma * node.tau_ms / 1000)
    return (input_current_nA(node, rate_Hz) - node.i0_nA) / (node.j_nA * s)


def input_current_nA(node: ReducedWongWang, rate_Hz: float | np.ndarray) -> np.ndarray:
    """The input at which the curve H gives a rate: its inverse, by Lambert's W.

    With z = d (a x - b) and R = d H, z / (1 - e^-z) = R means (z - R) e^(z - R) = -R e^-R.
    """
    r = node.d_s * np.asarray(rate_Hz, dtype=float)
    w = np.where(r < 1, lambertw(-r * np.exp(-r), -1).real, lambertw(-r * np.exp(-r), 0).real)
    z = r + w
    # W loses half of its digits where its two branches meet, at R = 1; Newton's method brings them back.
    for _ in range(2):
        near = np.where(np.abs(z) < 1e-4, 1e-4, z)
        slope = (1 - (1 + near) * np.exp(-near)) / np.expm1(-near) ** 2
        x = (z / node.d_s + node.b_Hz) / node.a_Hz_per_nA
        z = z - (node.d_s * node.rate_Hz(x) - r) / slope
    return (z / node.d_s + node.b_Hz) / node.a_Hz_per_nA


@dataclass(frozen=True)
class Folds:
    """Where the low state ends (above) and where the high one does (below), as total weights and as G.

    Attributes:
        w_up: the weight above which there is no low state.
        w_down: the weight below which there is no high one.
        g_up: `w_up` less the node's own w.
        g_down: `w_down` less the node's own w.
    """

    w_up: float
    w_down: float
    g_up: float
    g_down: float


def folds(node: ReducedWongWang = ReducedWongWang()) -> Folds:  # noqa: B008
    """The two folds of the network of equal regions.

    Raises:
        ValueError: parameters without two stable states.

    >>> found = folds()
    >>> round(found.w_up, 4), round(found.g_up, 4), round(found.w_down, 4), round(found.g_down, 4)
    (1.7977, 0.8977, 1.1547, 0.2547)
    """
    weights = holding_weight(node, _GATES)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(weights)))) + 1
    if turns.size != 2:
        raise ValueError(f"with i0_nA = {node.i0_nA} there are no two states between which to fold")
    ends = []
    for k, sign in zip(turns, (-1, 1), strict=True):
        found = minimize_scalar(
            lambda s, sign=sign: sign * float(holding_weight(node, s)),
            bounds=(_GATES[k - 1], _GATES[k + 1]),
            method="bounded",
            options={"xatol": 1e-12},
        )
        ends.append(float(sign * found.fun))
    return Folds(ends[0], ends[1], ends[0] - float(node.w), ends[1] - float(node.w))


def fixed_points(node: ReducedWongWang, gain: float) -> np.ndarray:
    """All values of S at which a network of equal regions with normalized rows rests, in ascending order."""
    excess = holding_weight(node, _GATES) - (node.w + gain)
    found = []
    for k in np.flatnonzero(excess[:-1] * excess[1:] < 0):
        bracket = (_GATES[k], _GATES[k + 1])
        found.append(brentq(lambda s: float(holding_weight(node, s)) - node.w - gain, *bracket, xtol=1e-15))
    return np.array(found)


def state_rate_Hz(node: ReducedWongWang, gain: float, s: float) -> float:
    """The firing rate of a region when all have the gating S."""
    return float(node.rate_Hz(node.j_nA * (node.w + gain) * s + node.i0_nA))


def linearized_rates_per_ms(node: ReducedWongWang, weights: np.ndarray, gain: float, s: float) -> np.ndarray:
    """The matrix A of small deviations from a shared state, dS' = A dS, for weights with normalized rows."""
    current_nA = node.j_nA * (node.w + gain) * s + node.i0_nA
    step = 1e-6
    slope = (node.rate_Hz(current_nA + step) - node.rate_Hz(current_nA - step)) / (2 * step)
    n, gamma = len(weights), node.gamma / 1000
    leak = 1 / node.tau_ms + gamma * float(node.rate_Hz(current_nA))
    coupling = node.w * np.eye(n) + gain * np.asarray(weights)
    return (1 - s) * gamma * float(slope) * node.j_nA * coupling - leak * np.eye(n)


def working_point(node: ReducedWongWang, brain: Connectome, gain: float) -> tuple[float, np.ndarray]:
    """Slowest time constant (ms) and covariance, for noise of 1 per sqrt(ms), about the low state.

    Raises:
        ValueError: a gain at which there is no low state.
    """
    states = fixed_points(node, gain)
    if gain > folds(node).g_up or not states.size:
        raise ValueError(f"at G = {gain} there is no low state to work at: lower it")
    rates = linearized_rates_per_ms(node, brain.row_normalized(), gain, states[0])
    return float(-1 / np.linalg.eigvals(rates).real.max()), lyapunov_covariance(rates, 1.0)


@dataclass(frozen=True, eq=False)
class WongWangPair(FirstVariables):
    """Excitatory and inhibitory pool of a region (Deco et al. 2014, 10.1523/JNEUROSCI.5068-13.2014).

        S_E' = -S_E / tau_E + (1 - S_E) gamma H_E(I0 + w J S_E + J drive - J_I S_I)
        S_I' = -S_I / tau_I + H_I(0.7 I0 + J S_E - S_I)

    with J = 0.15 nA; (a, b, d) of H are 310 Hz/nA, 125 Hz, 0.16 s for E and 615, 177, 0.087 for I.

    Attributes:
        feedback_nA: J_I, the inhibition that tunes the region; 1 for a region alone.
        i0_nA: background current.
        w: recurrent weight.
        j_nA: excitatory synaptic coupling J.
        tau_e_ms: time constant of excitatory gating.
        tau_i_ms: time constant of inhibitory gating.
        gamma: gating per spike.

    Raises:
        ValueError: a time constant that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("S_E", "S_I")
    rest: ClassVar[tuple[float, ...]] = (0.16, 0.04)

    feedback_nA: Parameter = 1.0
    i0_nA: Parameter = 0.382
    w: Parameter = 1.4
    j_nA: Parameter = 0.15
    tau_e_ms: Parameter = 100.0
    tau_i_ms: Parameter = 10.0
    gamma: Parameter = 0.641

    def __post_init__(self) -> None:
        check_node(self, "tau_e_ms", "tau_i_ms")

    def currents_nA(self, state: np.ndarray, drive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Input currents of the excitatory and of the inhibitory pool."""
        s_e, s_i = state
        to_e = self.i0_nA + self.j_nA * (self.w * s_e + drive[0]) - self.feedback_nA * s_i
        return to_e, 0.7 * self.i0_nA + self.j_nA * s_e - s_i

    def rates_Hz(self, state: np.ndarray, drive: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Firing rates of the excitatory and of the inhibitory pool."""
        curves = (_CURVE, replace(_CURVE, a_Hz_per_nA=615.0, b_Hz=177.0, d_s=0.087))
        return tuple(h.rate_Hz(x) for h, x in zip(curves, self.currents_nA(state, drive), strict=True))

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        s_e, s_i = state
        r_e, r_i = self.rates_Hz(state, drive)
        gating = -s_e / self.tau_e_ms + (1 - s_e) * self.gamma * r_e / 1000
        return np.stack([gating, -s_i / self.tau_i_ms + r_i / 1000])


_CURVE = ReducedWongWang(a_Hz_per_nA=310.0, b_Hz=125.0, d_s=0.16)
"""Input-output curve of the excitatory pool of 2014."""


def stuart_landau_variance(a_per_s: float, noise_per_sqrt_s: float) -> float:
    """Variance of each component of z' = (a + i omega - |z|^2) z + noise, exactly.

    |z|^2 is a normal number of mean a and sd beta, cut off at 0, so

        variance = (a + beta phi(a/beta) / Phi(a/beta)) / 2

    Args:
        a_per_s: distance from the Hopf point.
        noise_per_sqrt_s: beta, noise of either component.

    Raises:
        ValueError: noise that is not positive.

    >>> round(stuart_landau_variance(-0.02, 0.02), 7)
    0.0052514
    """
    check_positive("the oscillator", noise_per_sqrt_s=noise_per_sqrt_s)
    ratio = a_per_s / noise_per_sqrt_s
    tail = np.exp(norm.logpdf(ratio) - norm.logcdf(ratio))
    return float((a_per_s + noise_per_sqrt_s * tail) / 2)


def euler_growth_per_s(a_per_s: float, frequency_Hz: float, dt_s: float) -> float:
    """The a that Euler's method makes of a: rotating by straight steps leads outward, a + omega^2 dt / 2.

    >>> round(euler_growth_per_s(-0.02, 0.05, 0.1), 4)
    -0.0151
    """
    return a_per_s + (2 * np.pi * frequency_Hz) ** 2 * dt_s / 2


def kuramoto_order(coupling: float, width: float = 1.0) -> float:
    """Order parameter r of many phase oscillators, all coupled, with a Lorentzian spread of frequencies.

    r = sqrt(1 - 2 Delta / K) above K = 2 Delta, else 0 (Kuramoto 1984).

    Args:
        coupling: K.
        width: Delta, half width at half maximum, in the unit of K.

    >>> round(kuramoto_order(4.0), 4)
    0.7071
    """
    check_positive("the oscillators", coupling=coupling, width=width)
    return float(np.sqrt(max(0.0, 1 - 2 * width / coupling)))
