# SPDX-License-Identifier: BSD-3-Clause
"""Synapses that open a conductance at every event: NEURON's ExpSyn and Exp2Syn, beside their closed forms.

The current that leaves the cell through a synapse depends on where the potential is:

    I = g(t) (V - E)

Every event adds the same conductance to g, whatever the potential and however much is open already. So the
conductances of several events add, and their currents and potentials do not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from neuron import h

from neuroscales.core.parameters import check_fields, check_positive
from neuroscales.core.units import convert

_GAS_J_mol_K, _FARADAY_C_mol = 8.314462618, 96485.33212


@dataclass(frozen=True)
class ExpSynapse:
    """NEURON's ExpSyn: a conductance that jumps at an event and decays.

        g = weight e^(-t/tau)

    Attributes:
        tau_ms: time constant of the decay. NEURON's own default is 0.1 ms; that of AMPA receptors about 2.
        e_mV: reversal potential.

    Raises:
        ValueError: a time constant that is not positive, or a value that is not finite.
    """

    tau_ms: float = 2.0
    e_mV: float = 0.0

    def __post_init__(self) -> None:
        check_fields(self, "ExpSyn", positive=["tau_ms"])

    @property
    def area_ms(self) -> float:
        """Integral over time of the conductance after one event, per weight: tau."""
        return self.tau_ms

    def course(self, after_ms: float | np.ndarray) -> np.ndarray:
        """Conductance per weight at a time after one event; none before it.

        >>> ExpSynapse(tau_ms=2).course([-1, 0, 2]).round(4).tolist()
        [0.0, 1.0, 0.3679]
        """
        after_ms = np.asarray(after_ms, dtype=float)
        return np.where(after_ms >= 0, np.exp(-np.maximum(after_ms, 0) / self.tau_ms), 0.0)

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        synapse = h.ExpSyn(segment)
        synapse.tau, synapse.e = self.tau_ms, self.e_mV
        return synapse


@dataclass(frozen=True)
class Exp2Synapse:
    """NEURON's Exp2Syn: a conductance that rises and decays; an event's weight is its peak.

        g = weight n (e^(-t/tau2) - e^(-t/tau1)),   n such that the peak is 1

    Attributes:
        tau1_ms: time constant of the rise.
        tau2_ms: time constant of the decay. Where the two are equal, g = weight (t/tau) e^(1 - t/tau).
        e_mV: reversal potential.

    Raises:
        ValueError: a time constant that is not positive, a rise that is slower than the decay (NEURON would
            put the decay in its place, without a word), or a value that is not finite.
    """

    tau1_ms: float = 0.5
    tau2_ms: float = 10.0
    e_mV: float = -80.0

    def __post_init__(self) -> None:
        check_fields(self, "Exp2Syn", positive=["tau1_ms", "tau2_ms"])
        if self.tau1_ms > self.tau2_ms:
            raise ValueError(
                f"tau1_ms is the rise and tau2_ms the decay of Exp2Syn: {self.tau1_ms} ms is longer than "
                f"{self.tau2_ms} ms; swap them"
            )

    @property
    def _apart_per_ms(self) -> float:
        """Difference of the two rates, 1/tau1 - 1/tau2."""
        return (self.tau2_ms - self.tau1_ms) / (self.tau1_ms * self.tau2_ms)

    @property
    def peak_ms(self) -> float:
        """Time from an event to the peak of its conductance, tau1 tau2 / (tau2 - tau1) ln(tau2 / tau1).

        >>> round(Exp2Synapse(0.5, 10).peak_ms, 4), Exp2Synapse(3.0, 3.0).peak_ms
        (1.5767, 3.0)
        """
        if self.tau1_ms == self.tau2_ms:
            return self.tau2_ms
        # log1p, because with nearly equal times numerator and denominator vanish together.
        return float(np.log1p((self.tau2_ms - self.tau1_ms) / self.tau1_ms) / self._apart_per_ms)

    @property
    def area_ms(self) -> float:
        """Integral over time of the conductance after one event, per weight: n (tau2 - tau1).

        >>> round(Exp2Synapse(0.5, 10).area_ms, 3)
        11.708
        """
        # In which n is written out: at the peak the rising part is tau1/tau2 of the decaying one.
        return float(self.tau2_ms * np.exp(self.peak_ms / self.tau2_ms))

    def course(self, after_ms: float | np.ndarray) -> np.ndarray:
        """Conductance per weight at a time after one event; none before it.

        >>> Exp2Synapse(0.5, 10).course([-1, 0, 1.5767, 10]).round(4).tolist()
        [0.0, 0.0, 1.0, 0.4534]
        """
        after_ms = np.maximum(np.asarray(after_ms, dtype=float), 0)
        return self._raw(after_ms) / self._raw(np.float64(self.peak_ms))

    def _raw(self, after_ms: np.ndarray) -> np.ndarray:
        """The difference of the exponentials, as a product that keeps its digits where they are near."""
        if self.tau1_ms == self.tau2_ms:
            return after_ms * np.exp(-after_ms / self.tau2_ms)
        return -np.exp(-after_ms / self.tau2_ms) * np.expm1(-after_ms * self._apart_per_ms)

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        synapse = h.Exp2Syn(segment)
        synapse.tau1, synapse.tau2, synapse.e = self.tau1_ms, self.tau2_ms, self.e_mV
        return synapse


def conductance_uS(
    time_ms: np.ndarray, synapse: ExpSynapse | Exp2Synapse, arrivals_ms: Iterable[float], weight_uS: float
) -> np.ndarray:
    """Conductance of a synapse after any number of events, in closed form: that of every event, summed.

    Args:
        time_ms: shape (n_time,).
        synapse: how the conductance runs after one event.
        arrivals_ms: when the events arrive: their times at the source, plus the delay.
        weight_uS: the conductance that each opens.

    Returns:
        Conductance in uS, shape (n_time,).
    """
    time_ms = np.asarray(time_ms, dtype=float)
    total = np.zeros_like(time_ms)
    for arrival_ms in arrivals_ms:
        total += synapse.course(time_ms - arrival_ms)
    return weight_uS * total


def steady_potential_mV(conductances: Sequence[float], reversals_mV: Sequence[float]) -> float:
    """Potential at which the currents through several open conductances cancel: their weighted mean.

        V = sum g E / sum g

    Args:
        conductances: of the leak and of each synapse, all in one unit.
        reversals_mV: their reversal potentials.

    >>> steady_potential_mV([5, 5], [-65, 0]), steady_potential_mV([5, 5, 20], [-65, 0, -65])
    (-32.5, -54.166666666666664)
    """
    return float(np.average(reversals_mV, weights=conductances))


def nernst_mV(outside_mM: float, inside_mM: float, valence: int, celsius_degC: float = 37.0) -> float:
    """Potential at which an ion's drift and its diffusion balance.

        E = (R T / z F) ln(outside / inside)

    Args:
        outside_mM: concentration outside the cell.
        inside_mM: concentration inside.
        valence: of the ion, with its sign.
        celsius_degC: temperature.

    Raises:
        ValueError: a concentration that is not positive, or no charge.

    >>> [round(nernst_mV(130, inside, -1), 1) for inside in (7, 10, 30)]
    [-78.1, -68.6, -39.2]
    """
    check_positive("the ion", outside_mM=outside_mM, inside_mM=inside_mM)
    if valence == 0:
        raise ValueError("an ion without charge has no Nernst potential: its valence cannot be 0")
    thermal_V = _GAS_J_mol_K * (celsius_degC + 273.15) / _FARADAY_C_mol
    return float(convert(thermal_V / valence * np.log(outside_mM / inside_mM), "V", "mV"))
