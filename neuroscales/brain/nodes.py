# SPDX-License-Identifier: BSD-3-Clause
"""What a region can be: node models that all share one interface, so that any of them fits into any network.

A node model is a frozen set of parameters. Each parameter is one number for all regions, or an array with
one number a region. Its equations are

    state' = slope(state, drive),   drive = G sum_j C_ij outputs_j(t - tau_ij)  (+ stimulus)

in milliseconds. The Epileptor and Jansen and Rit's column, which have the same interface, have modules of
their own.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Protocol

import numpy as np

Parameter = float | np.ndarray
"""One number for all regions, or one for each: shape (n_regions,)."""


class NodeModel(Protocol):
    """What a network asks of a node model."""

    variables: ClassVar[tuple[str, ...]]
    """Names of the state variables."""
    unit: ClassVar[str]
    """Unit of the state variables."""
    diffusive: ClassVar[bool]
    """Whether a region feels its neighbors' outputs, or how much these differ from its own output."""
    kernel: ClassVar[int | None]
    """Number of its compiled twin in `neuroscales.brain.kernels`; None where there is none."""

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms; state (n_variables, ..., n_regions), drive (n_outputs, ..., n_regions)."""

    def outputs(self, state: np.ndarray) -> np.ndarray:
        """What other regions receive, shape (n_outputs, ..., n_regions)."""

    def start(self, n_regions: int) -> np.ndarray:
        """A state to start from, shape (n_variables, n_regions)."""


def check_node(node: Any, *positive: str) -> None:
    """Check that each field is a number or one array of numbers, finite, and positive where it must be.

    Raises:
        ValueError: one is not; the message names it.
    """
    for field in fields(node):
        value = np.asarray(getattr(node, field.name))
        if value.dtype.kind not in "fiu" or value.ndim > 1 or not np.all(np.isfinite(value)):
            raise ValueError(f"{field.name} must be a finite number, or one for each region, not {value!r}")
        if field.name in positive and not np.all(value > 0):
            raise ValueError(f"{field.name} of the regions must be positive, not {value.min()}")


def parameter_table(node: NodeModel, n_regions: int) -> np.ndarray:
    """All parameters of a node in the order of their declaration, shape (n_parameters, n_regions).

    Raises:
        ValueError: a parameter has another number of regions.
    """
    table = np.empty((len(fields(node)), n_regions))
    for row, field in enumerate(fields(node)):
        value = np.asarray(getattr(node, field.name), dtype=float)
        if value.ndim and value.shape != (n_regions,):
            raise ValueError(f"{field.name} has {value.size} values for {n_regions} regions")
        table[row] = value
    return table


class FirstVariables:
    """A node whose first `n_outputs` state variables are what the others receive."""

    n_outputs: ClassVar[int] = 1
    diffusive: ClassVar[bool] = False
    kernel: ClassVar[int | None] = None
    variables: ClassVar[tuple[str, ...]]
    unit: ClassVar[str] = "1"
    rest: ClassVar[tuple[float, ...]]

    def outputs(self, state: np.ndarray) -> np.ndarray:
        """The first state variables."""
        return state[: self.n_outputs]

    def start(self, n_regions: int) -> np.ndarray:
        """The model's usual start, the same in every region."""
        return np.repeat(np.array(self.rest)[:, None], n_regions, axis=1)


@dataclass(frozen=True, eq=False)
class Linear(FirstVariables):
    """A leaky region, tau x' = -x + drive.

    Attributes:
        tau_ms: time constant.

    Raises:
        ValueError: a time constant that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("x",)
    rest: ClassVar[tuple[float, ...]] = (0.0,)
    kernel: ClassVar[int] = 0

    tau_ms: Parameter = 20.0

    def __post_init__(self) -> None:
        check_node(self, "tau_ms")

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        return (drive - state) / self.tau_ms


@dataclass(frozen=True, eq=False)
class WilsonCowanNode(FirstVariables):
    """An excitatory and an inhibitory population (Wilson and Cowan 1972, 10.1016/S0006-3495(72)86068-5).

        tau_e E' = -E + (k_e - r E) S_e(c1 E - c2 I + P + drive)
        tau_i I' = -I + (k_i - r I) S_i(c3 E - c4 I + Q)
        S(x) = 1 / (1 + e^(-a (x - theta))) - 1 / (1 + e^(a theta)),   k = 1 - 1 / (1 + e^(a theta))

    Attributes:
        c1: excitation of E by E.
        c2: inhibition of E by I.
        c3: excitation of I by E.
        c4: inhibition of I by I.
        a_e: steepness of S_e.
        theta_e: input at which S_e is steepest.
        a_i: steepness of S_i.
        theta_i: input at which S_i is steepest.
        p: input P of E from outside.
        q: input Q of I from outside.
        tau_e_ms: time constant of E.
        tau_i_ms: time constant of I.
        r: 1 with the refractory factor of 1972, 0 without.

    Raises:
        ValueError: a time constant or a steepness that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("E", "I")
    rest: ClassVar[tuple[float, ...]] = (0.0, 0.0)
    kernel: ClassVar[int] = 1

    c1: Parameter = 16.0
    c2: Parameter = 12.0
    c3: Parameter = 15.0
    c4: Parameter = 3.0
    a_e: Parameter = 1.3
    theta_e: Parameter = 4.0
    a_i: Parameter = 2.0
    theta_i: Parameter = 3.7
    p: Parameter = 1.25
    q: Parameter = 0.0
    tau_e_ms: Parameter = 8.0
    tau_i_ms: Parameter = 8.0
    r: Parameter = 1.0

    def __post_init__(self) -> None:
        check_node(self, "tau_e_ms", "tau_i_ms", "a_e", "a_i")

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        e, i = state
        to_e = _squash(self.c1 * e - self.c2 * i + self.p + drive[0], self.a_e, self.theta_e)
        to_i = _squash(self.c3 * e - self.c4 * i + self.q, self.a_i, self.theta_i)
        k_e, k_i = (
            1 - 1 / (1 + np.exp(a * b)) for a, b in ((self.a_e, self.theta_e), (self.a_i, self.theta_i))
        )
        return np.stack(
            [
                (-e + (k_e - self.r * e) * to_e) / self.tau_e_ms,
                (-i + (k_i - self.r * i) * to_i) / self.tau_i_ms,
            ]
        )


def _squash(x: np.ndarray, a: Parameter, theta: Parameter) -> np.ndarray:
    return 1 / (1 + np.exp(-a * (x - theta))) - 1 / (1 + np.exp(a * theta))


@dataclass(frozen=True, eq=False)
class ReducedWongWang(FirstVariables):
    """One excitatory pool with slow NMDA gating (Deco et al. 2013, 10.1523/JNEUROSCI.1091-13.2013).

        S' = -S / tau + (1 - S) gamma H(x),   x = J (w S + drive) + I0
        H(x) = (a x - b) / (1 - e^(-d (a x - b)))

    Attributes:
        w: recurrent weight.
        j_nA: synaptic coupling J.
        i0_nA: background current I0.
        a_Hz_per_nA: slope of the input-output curve.
        b_Hz: its offset.
        d_s: its curvature.
        tau_ms: time constant of the gating.
        gamma: gating per spike; a pure number.

    Raises:
        ValueError: a slope, a curvature or a time constant that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("S",)
    rest: ClassVar[tuple[float, ...]] = (0.03,)
    kernel: ClassVar[int] = 2

    w: Parameter = 0.9
    j_nA: Parameter = 0.2609
    i0_nA: Parameter = 0.3
    a_Hz_per_nA: Parameter = 270.0
    b_Hz: Parameter = 108.0
    d_s: Parameter = 0.154
    tau_ms: Parameter = 100.0
    gamma: Parameter = 0.641

    def __post_init__(self) -> None:
        check_node(self, "a_Hz_per_nA", "d_s", "tau_ms")

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms."""
        current_nA = self.j_nA * (self.w * state + drive) + self.i0_nA
        return -state / self.tau_ms + (1 - state) * self.gamma * self.rate_Hz(current_nA) / 1000

    def rate_Hz(self, current_nA: Parameter) -> Parameter:
        """Firing rate H for an input current; guarded where its denominator is 0."""
        y = self.a_Hz_per_nA * np.asarray(current_nA) - self.b_Hz
        # y / (1 - e^(-z)) with z = d y is 1/d at z = 0; the series is exact to rounding below 1e-5.
        z = self.d_s * y
        small = np.abs(z) < 1e-5
        safe = np.where(small, 1.0, z)
        return np.where(small, 1 + z / 2, safe / -np.expm1(-safe)) / self.d_s


@dataclass(frozen=True, eq=False)
class StuartLandau(FirstVariables):
    """An oscillator near its Hopf point (Deco et al. 2017, 10.1038/s41598-017-03073-5).

        z' = (a + i 2 pi f - |z|^2) z + drive,   z = x + i y;   drive = G sum_j C_ij (z_j - z_i)

    Attributes:
        a_per_s: distance from the Hopf point; below 0 activity is damped noise, above 0 a rhythm.
        frequency_Hz: natural frequency f.

    Raises:
        ValueError: a value that is not finite.
    """

    variables: ClassVar[tuple[str, ...]] = ("x", "y")
    rest: ClassVar[tuple[float, ...]] = (0.0, 0.0)
    n_outputs: ClassVar[int] = 2
    diffusive: ClassVar[bool] = True
    kernel: ClassVar[int] = 3

    a_per_s: Parameter = -0.02
    frequency_Hz: Parameter = 0.05

    def __post_init__(self) -> None:
        check_node(self)

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms; the drive is per s, as a is."""
        x, y = state
        growth, omega = self.a_per_s - x**2 - y**2, 2 * np.pi * self.frequency_Hz
        return np.stack([growth * x - omega * y + drive[0], growth * y + omega * x + drive[1]]) / 1000


@dataclass(frozen=True, eq=False)
class Kuramoto:
    """A phase oscillator, theta_i' = 2 pi f + G sum_j C_ij sin(theta_j(t - tau_ij) - theta_i); G in rad/s.

    Attributes:
        frequency_Hz: natural frequency f.

    Raises:
        ValueError: a value that is not finite.
    """

    variables: ClassVar[tuple[str, ...]] = ("theta",)
    unit: ClassVar[str] = "1"
    diffusive: ClassVar[bool] = False
    kernel: ClassVar[int | None] = 4

    frequency_Hz: Parameter = 10.0

    def __post_init__(self) -> None:
        check_node(self)

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per ms, from sin(a - b) = sin a cos b - cos a sin b."""
        theta = state[0]
        pull = np.cos(theta) * drive[0] - np.sin(theta) * drive[1]
        return ((2 * np.pi * self.frequency_Hz + pull) / 1000)[None]

    def outputs(self, state: np.ndarray) -> np.ndarray:
        """Sine and cosine of the phase."""
        return np.stack([np.sin(state[0]), np.cos(state[0])])

    def start(self, n_regions: int) -> np.ndarray:
        """All phases 0."""
        return np.zeros((1, n_regions))
