# SPDX-License-Identifier: BSD-3-Clause
"""The passive cable in closed form: how far, how fast and how much a potential spreads.

A cylinder with a leak and a core, its potential V measured from rest:

    tau dV/dt = lambda^2 d2V/dx2 - V,      tau = cm / g,      lambda = sqrt(d / (4 Ra g))

At its end, x = L, it is *sealed* (no current leaves), *killed* (cut open: the potential is held at rest), or
it goes on for ever (*infinite*). All three are one formula: what arrives at the end is thrown back with the
factor rho,

    rho = (1 - B) / (1 + B),      B = load at the end / load of a cable that goes on for ever

which is 1, -1 and 0. Under a current of frequency f the length constant becomes complex: it is divided by
q = sqrt(1 + 2 pi i f tau).

After Hodgkin and Rushton (1946, Proceedings of the Royal Society B 133, 444) for the response to a step, and
Rall (1959, https://doi.org/10.1016/0014-4886(59)90046-9; 1977, https://doi.org/10.1002/cphy.cp010103) for the
equivalent cylinder of a tree and the equalizing time constants. The same cable in NEURON and in finite
differences is in `neuroscales.cable.cable_simulation`.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.special import erfc

from neuroscales.cable.section import Segmented
from neuroscales.core.parameters import check_fields
from neuroscales.core.units import convert
from neuroscales.membrane.patch import time_constant_ms

REFLECTIONS = {"sealed": 1.0, "infinite": 0.0, "killed": -1.0}
"""What fraction of an arriving potential each kind of end throws back."""


@dataclass(frozen=True)
class PassiveCable(Segmented):
    """Parameters of an unbranched passive cable; the defaults are those of a cortical dendrite.

    Attributes:
        L_um: length.
        diam_um: diameter.
        Ra_ohm_cm: resistivity of what is inside.
        cm_uF_cm2: specific capacitance of the membrane.
        g_S_cm2: leak conductance density; 1/g is the membrane's specific resistance, here 20 kohm cm2.
        e_mV: reversal potential of the leak, at which the cable rests.
        nseg: number of segments, where the cable is simulated.

    Raises:
        ValueError: a value that is not finite, or (but for e_mV) not positive, or an nseg that is not whole.

    >>> cable = PassiveCable()
    >>> round(cable.tau_ms, 9), round(cable.lambda_um, 1), round(cable.endless_resistance_Mohm, 1)
    (20.0, 816.5, 389.8)
    """

    L_um: float = 800.0
    diam_um: float = 2.0
    Ra_ohm_cm: float = 150.0
    cm_uF_cm2: float = 1.0
    g_S_cm2: float = 5e-5
    e_mV: float = -70.0
    nseg: int = 101

    def __post_init__(self) -> None:
        positive = ["L_um", "diam_um", "Ra_ohm_cm", "cm_uF_cm2", "g_S_cm2", "nseg"]
        check_fields(self, "the cable", positive=positive, whole=["nseg"])

    @classmethod
    def of_electrotonic_length(cls, electrotonic_length: float, **others: float) -> "PassiveCable":
        """A cable that is so many length constants long; what is not said stays at its default.

        >>> round(PassiveCable.of_electrotonic_length(0.5, diam_um=1).L_um, 1)
        288.7
        """
        return cls(L_um=electrotonic_length * cls(**others).lambda_um, **others)

    @property
    def tau_ms(self) -> float:
        """Time constant of the membrane, cm / g."""
        return time_constant_ms(self.g_S_cm2, self.cm_uF_cm2)

    @property
    def lambda_um(self) -> float:
        """Length constant, sqrt(d / (4 Ra g)): without an end a steady potential falls to 1/e over it."""
        diam_cm = convert(self.diam_um, "um", "cm")
        return convert(float(np.sqrt(diam_cm / (4 * self.Ra_ohm_cm * self.g_S_cm2))), "cm", "um")

    @property
    def electrotonic_length(self) -> float:
        """Length in length constants, a pure number."""
        return self.L_um / self.lambda_um

    @property
    def endless_resistance_Mohm(self) -> float:
        """Input resistance at the end of such a cable that goes on for ever, r_a lambda.

        R = 4 Ra lambda / (pi d^2)
        """
        diam_cm, lambda_cm = (convert(length, "um", "cm") for length in (self.diam_um, self.lambda_um))
        return convert(4 * self.Ra_ohm_cm * lambda_cm / (np.pi * diam_cm**2), "ohm", "Mohm")


def reflection(end: str) -> float:
    """The factor rho of an end: 1 where it is "sealed", 0 where it is "infinite", -1 where it is "killed".

    Raises:
        ValueError: another end.
    """
    if end not in REFLECTIONS:
        raise ValueError(f"the end of a cable is {', '.join(REFLECTIONS)}, not {end!r}")
    return REFLECTIONS[end]


def slowness(cable: PassiveCable, frequency_Hz: float | np.ndarray) -> np.ndarray:
    """q = sqrt(1 + 2 pi i f tau), complex: by what a length constant is divided at this frequency.

    >>> slowness(PassiveCable(), 0.0)
    np.complex128(1+0j)
    """
    return np.sqrt(1 + 2j * np.pi * np.asarray(frequency_Hz) * convert(cable.tau_ms, "ms", "s"))


def length_constant_um(cable: PassiveCable, frequency_Hz: float | np.ndarray = 0.0) -> np.ndarray:
    """Distance over which the amplitude of a sinusoid falls to 1/e in an endless cable, lambda / Re q.

    >>> round(float(length_constant_um(PassiveCable(), 100)), 1)
    313.0
    """
    return cable.lambda_um / slowness(cable, frequency_Hz).real


def ac_profile(
    cable: PassiveCable, place: np.ndarray, end: str = "sealed", frequency_Hz: float = 0.0
) -> np.ndarray:
    """Potential along the cable as a multiple of that at x = 0, where a sinusoidal current enters.

        V(X) / V(0) = (e^(-qX) + rho e^(-q(2L - X))) / (1 + rho e^(-2qL))

    with X and L in length constants.

    Args:
        cable: the parameters.
        place: fractions of the length, any shape.
        end: "sealed", "infinite" or "killed".
        frequency_Hz: frequency of the current.

    Returns:
        Complex numbers of the shape of `place`: the amplitude is their absolute value, the phase their angle.

    Raises:
        ValueError: an unknown end.
    """
    rho, q = reflection(end), slowness(cable, frequency_Hz)
    length = cable.electrotonic_length
    x = np.asarray(place) * length
    return (np.exp(-q * x) + rho * np.exp(-q * (2 * length - x))) / (1 + rho * np.exp(-2 * q * length))


def steady_profile(cable: PassiveCable, place: np.ndarray, end: str = "sealed") -> np.ndarray:
    """Steady potential along the cable as a multiple of that at x = 0, where a constant current enters.

    With a sealed end cosh(L - X) / cosh L, with a killed one sinh(L - X) / sinh L, without an end e^(-X).

    >>> cable = PassiveCable.of_electrotonic_length(1)
    >>> [round(float(steady_profile(cable, 0.5, end)), 4) for end in ("sealed", "infinite", "killed")]
    [0.7308, 0.6065, 0.4434]
    """
    return ac_profile(cable, place, end).real


def input_admittance_uS(cable: PassiveCable, load_uS: complex = 0.0, frequency_Hz: float = 0.0) -> complex:
    """Admittance at x = 0 of a cable that carries a load at x = L: the step from which trees are built.

        Y = Y_inf (B + tanh qL) / (1 + B tanh qL),      Y_inf = q / R_inf,      B = load / Y_inf

    Args:
        cable: the parameters.
        load_uS: admittance at the far end: 0 where it is sealed, the sum of the daughters' where it branches.
        frequency_Hz: frequency of the current.

    Returns:
        A complex admittance in uS; its inverse is an impedance in Mohm.
    """
    q = slowness(cable, frequency_Hz)
    endless = q / cable.endless_resistance_Mohm
    tanh, relative = np.tanh(q * cable.electrotonic_length), load_uS / endless
    return complex(endless * (relative + tanh) / (1 + relative * tanh))


def input_impedance_Mohm(cable: PassiveCable, end: str = "sealed", frequency_Hz: float = 0.0) -> complex:
    """Potential at x = 0 per current into x = 0, complex.

        Z = (R_inf / q) (1 + rho e^(-2qL)) / (1 - rho e^(-2qL))

    Raises:
        ValueError: an unknown end.
    """
    rho, q = reflection(end), slowness(cable, frequency_Hz)
    thrown_back = rho * np.exp(-2 * q * cable.electrotonic_length)
    return complex(cable.endless_resistance_Mohm / q * (1 + thrown_back) / (1 - thrown_back))


def input_resistance_Mohm(cable: PassiveCable, end: str = "sealed") -> float:
    """Input resistance at x = 0: R_inf coth L with a sealed end, R_inf tanh L with a killed one.

    >>> cable = PassiveCable.of_electrotonic_length(1)
    >>> [round(input_resistance_Mohm(cable, end), 1) for end in ("sealed", "infinite", "killed")]
    [511.9, 389.8, 296.9]
    """
    return input_impedance_Mohm(cable, end).real


def step_response_mV(
    cable: PassiveCable, time_ms: np.ndarray, place: float = 0.0, end: str = "sealed", amp_nA: float = 1.0
) -> np.ndarray:
    """Potential above rest at a place, from the moment on at which a constant current into x = 0 begins.

    In a cable that goes on for ever, with X = x / lambda and T = t / tau,

        F(X, T) = (I R_inf / 2) [e^(-X) erfc(X / (2 sqrt T) - sqrt T) - e^X erfc(X / (2 sqrt T) + sqrt T)]

    (half of it in each direction where the current enters in the middle). An end is a mirror, and so is
    x = 0: the echo that has gone to the end n times has traveled 2nL, and is rho^n of what set out.

    Args:
        cable: the parameters.
        time_ms: since the current began, shape (n_time,); before it the potential is at rest.
        place: fraction of the length.
        end: "sealed", "infinite" or "killed".
        amp_nA: the current.

    Returns:
        V - e in mV, shape (n_time,).

    Raises:
        ValueError: an unknown end.
    """
    rho, length = reflection(end), cable.electrotonic_length
    time = np.maximum(np.asarray(time_ms, dtype=float) / cable.tau_ms, 0)
    x = place * length
    response = _endless_step(x, time)
    n_echoes = int(np.ceil(20 / length)) if rho else 0  # e^(-40) of the potential is left of the last
    for n in range(1, n_echoes + 1):
        back_and_forth = _endless_step(2 * n * length - x, time) + _endless_step(2 * n * length + x, time)
        response = response + rho**n * back_and_forth
    return amp_nA * cable.endless_resistance_Mohm * response


def _endless_step(distance: float, time: np.ndarray) -> np.ndarray:
    """F(X, T) for I R_inf = 1; zero at T = 0."""
    root = np.sqrt(np.where(time > 0, time, 1.0))
    near = np.exp(-distance) * erfc(distance / (2 * root) - root)
    far = np.exp(distance) * erfc(distance / (2 * root) + root)
    # Where e^X is beyond the range of floats, the second term has long been zero.
    return np.where(time > 0, 0.5 * (near - far), 0.0)


def pulse_peak_ms(cable: PassiveCable, distance_um: float | np.ndarray) -> float | np.ndarray:
    """When the response to a very short pulse peaks, at a distance along a cable that has no end.

        T = (sqrt(1 + 4 X^2) - 1) / 4

    >>> round(float(pulse_peak_ms(PassiveCable(), PassiveCable().lambda_um)), 2)
    6.18
    """
    x = np.asarray(distance_um) / cable.lambda_um
    return 0.25 * cable.tau_ms * (np.sqrt(1 + 4 * x**2) - 1)


def equalizing_time_constants_ms(cable: PassiveCable, n: int, end: str = "sealed") -> np.ndarray:
    """The first n time constants with which a cable relaxes, the slowest first.

        tau_k = tau / (1 + (k pi / L)^2),  k = 0, 1, 2 ...  with a sealed end (x = 0 is sealed, too)
        k = 1/2, 3/2, 5/2 ...                              with a killed one

    With sealed ends the first is that of the membrane; the others are those with which charge spreads out
    evenly, or *equalizes*.

    Returns:
        Shape (n,).

    Raises:
        ValueError: a cable without an end (it has no discrete time constants), or an unknown one.

    >>> equalizing_time_constants_ms(PassiveCable.of_electrotonic_length(1), 3).round(3)
    array([20.   ,  1.84 ,  0.494])
    """
    if reflection(end) == 0:
        raise ValueError("a cable without an end has no discrete time constants: choose sealed or killed")
    k = np.arange(n) + (0.0 if end == "sealed" else 0.5)
    return cable.tau_ms / (1 + (k * np.pi / cable.electrotonic_length) ** 2)


def electrotonic_length_from(slowest_ms: float, second_ms: float) -> float:
    """Electrotonic length of a cylinder with sealed ends from its two slowest time constants.

        L = pi / sqrt(tau_0 / tau_1 - 1)

    Raises:
        ValueError: time constants that are not positive or not in this order.

    >>> round(electrotonic_length_from(20.0, 1.84), 3)
    1.0
    """
    if not slowest_ms > second_ms > 0:
        raise ValueError(f"the slower time constant comes first: {slowest_ms:g} and {second_ms:g} ms")
    return float(np.pi / np.sqrt(slowest_ms / second_ms - 1))


@dataclass(frozen=True)
class Branch:
    """A cable and the branches that begin at its far end; where there are none, it is sealed."""

    cable: PassiveCable
    daughters: tuple["Branch", ...] = ()


def tree_admittance_uS(branch: Branch, frequency_Hz: float = 0.0) -> complex:
    """Admittance of a tree at the beginning of its stem: the daughters' are the load of their parent."""
    load = sum((tree_admittance_uS(daughter, frequency_Hz) for daughter in branch.daughters), 0.0)
    return input_admittance_uS(branch.cable, load, frequency_Hz)


def tree_resistance_Mohm(branch: Branch) -> float:
    """Input resistance of a tree at the beginning of its stem.

    >>> stem = PassiveCable.of_electrotonic_length(0.5)
    >>> twig = PassiveCable.of_electrotonic_length(0.5, diam_um=daughter_diam_um(2.0, 2))
    >>> round(tree_resistance_Mohm(Branch(stem, (Branch(twig), Branch(twig)))), 1)
    511.9
    """
    return 1 / tree_admittance_uS(branch).real


def daughter_diam_um(parent_um: float, n: int) -> float:
    """Diameter of n equal daughters that continue their parent's cylinder: d^(3/2) = D^(3/2) / n.

    >>> round(daughter_diam_um(2.0, 2), 3)
    1.26
    """
    return float(parent_um / n ** (2 / 3))


def three_halves(parent_um: float, daughters_um: Iterable[float]) -> float:
    """Sum of the daughters' d^(3/2) over the parent's: 1 where Rall's rule holds, more where they load it.

    >>> three_halves(2.0, [2.0, 2.0])
    2.0
    """
    return float(sum(np.asarray(list(daughters_um)) ** 1.5) / parent_um**1.5)
