# SPDX-License-Identifier: BSD-3-Clause
"""The synapses of the course's own mechanisms: their parameters, checked, and their formulas.

The equations and their sources stand at the top of the files in ``mechanisms/``.
"""

from dataclasses import dataclass, field, fields

import numpy as np
from neuron import h
from scipy.special import lambertw

import mechanisms
from neuroscales.core.parameters import check_fields, check_not_negative, check_positive
from neuroscales.synapse.conductance import Exp2Synapse

BLOCK_mM = 3.57
"""Magnesium that leaves half of the NMDA receptors open at 0 mV (Jahr and Stevens 1990)."""

BLOCK_PER_mV = 0.062
"""How steeply the block falls with the potential (Jahr and Stevens 1990)."""


def magnesium_block(v_mV: float | np.ndarray, mg_mM: float = 1.0) -> float | np.ndarray:
    """Part of the NMDA receptors that magnesium leaves open.

        B = 1 / (1 + mg / 3.57 mM e^(-0.062 V / mV))

    Jahr and Stevens 1990, https://doi.org/10.1523/JNEUROSCI.10-09-03178.1990.

    Args:
        v_mV: potential, any shape.
        mg_mM: magnesium outside; 0 leaves all of them open.

    Returns:
        A pure number from 0 to 1, of the shape of `v_mV`.

    Raises:
        ValueError: a negative concentration.

    >>> magnesium_block(np.array([-80, -20, 40])).round(4).tolist()
    [0.0244, 0.5081, 0.9771]
    """
    check_not_negative("the block", mg_mM=mg_mM)
    return 1 / (1 + mg_mM / BLOCK_mM * np.exp(-BLOCK_PER_mV * np.asarray(v_mV, dtype=float)))


def half_block_mV(mg_mM: float = 1.0) -> float:
    """Potential at which magnesium leaves half of the NMDA receptors open, -ln(3.57 / mg) / 0.062.

    Raises:
        ValueError: no magnesium, which blocks nothing.

    >>> [round(half_block_mV(mg), 1) for mg in (0.1, 1, 2)]
    [-57.7, -20.5, -9.3]
    """
    check_positive("the block", mg_mM=mg_mM)
    return float(np.log(mg_mM / BLOCK_mM) / BLOCK_PER_mV)


def most_inward_mV(mg_mM: float = 1.0, e_mV: float = 0.0) -> float:
    """Potential at which the NMDA current is most inward: the bottom of B(V) (V - E).

    Its derivative is zero where ``y e^y = 3.57 / mg e^(0.062 E - 1)`` with ``y = -1 - 0.062 (V - E)``, which
    Lambert's W solves. Below this potential the current shrinks when the cell is hyperpolarized: the slope of
    the I-V curve is negative.

    Args:
        mg_mM: magnesium outside.
        e_mV: reversal potential.

    Raises:
        ValueError: no magnesium; the current is then a straight line without a bottom.

    >>> round(most_inward_mV(1.0), 2)
    -26.96
    """
    check_positive("the block", mg_mM=mg_mM)
    y = lambertw(BLOCK_mM / mg_mM * np.exp(BLOCK_PER_mV * e_mV - 1)).real
    return float(e_mV - (1 + y) / BLOCK_PER_mV)


@dataclass(frozen=True)
class AmpaNmda:
    """The mechanism SimpleAMPA_NMDA: glutamate receptors that answer every spike alike.

    Attributes:
        gmax_AMPA_uS: peak of the AMPA conductance after one event of weight 1.
        gmax_NMDA_uS: the same for NMDA, without magnesium.
        tau_r_AMPA_ms: time constant of the rise.
        tau_d_AMPA_ms: time constant of the decay.
        tau_r_NMDA_ms: time constant of the rise.
        tau_d_NMDA_ms: time constant of the decay.
        e_mV: reversal potential of both.
        mg_mM: magnesium outside.

    Raises:
        ValueError: a time that is not positive, a rise that is slower than its decay, a negative conductance
            or concentration, or a value that is not finite.
    """

    gmax_AMPA_uS: float = 0.001
    gmax_NMDA_uS: float = 0.0007
    tau_r_AMPA_ms: float = 0.2
    tau_d_AMPA_ms: float = 1.7
    tau_r_NMDA_ms: float = 0.29
    tau_d_NMDA_ms: float = 43.0
    e_mV: float = 0.0
    mg_mM: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self, "the synapse", not_negative=["gmax_AMPA_uS", "gmax_NMDA_uS", "mg_mM"])
        for name in ("AMPA", "NMDA"):
            rise, decay = f"tau_r_{name}_ms", f"tau_d_{name}_ms"
            _check_rise("the synapse", **{rise: getattr(self, rise), decay: getattr(self, decay)})

    @property
    def ampa(self) -> Exp2Synapse:
        """The course of the AMPA conductance after one event."""
        return Exp2Synapse(self.tau_r_AMPA_ms, self.tau_d_AMPA_ms, self.e_mV)

    @property
    def nmda(self) -> Exp2Synapse:
        """The course of the NMDA conductance after one event, without magnesium."""
        return Exp2Synapse(self.tau_r_NMDA_ms, self.tau_d_NMDA_ms, self.e_mV)

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        return _made("SimpleAMPA_NMDA", segment, self)


@dataclass(frozen=True)
class TsodyksMarkram:
    """The mechanism TsodyksMarkram_AMPA_NMDA: the receptors behind a terminal with a history.

    Attributes:
        U1: part of its resources that a spike of a rested terminal releases.
        tau_rec_ms: time constant with which they recover; 0 for no depression.
        tau_facil_ms: time constant with which facilitation fades; 0 for no facilitation.
        receptors: what the release opens.

    Raises:
        ValueError: U1 that is no part, a negative time constant, or a value that is not finite.
    """

    U1: float = 0.5
    tau_rec_ms: float = 200.0
    tau_facil_ms: float = 200.0
    receptors: AmpaNmda = field(default_factory=AmpaNmda)

    def __post_init__(self) -> None:
        check_fields(self, "the terminal", not_negative=["tau_rec_ms", "tau_facil_ms"], but=["receptors"])
        if not 0 < self.U1 <= 1:
            raise ValueError(f"U1 of the terminal is a part, more than 0 and at most 1, not {self.U1}")

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        return _made("TsodyksMarkram_AMPA_NMDA", segment, self.receptors, self)


@dataclass(frozen=True)
class Vesicles:
    """The mechanism StochasticTsodyksMarkram_AMPA_NMDA: a terminal with a whole number of vesicles.

    Attributes:
        terminal: release, recovery and facilitation, and the receptors.
        n_sites: places for one vesicle each.
        stream: three whole numbers that name its stream of random numbers; equal streams are equal runs.

    Raises:
        ValueError: no place or no whole number of places, or a stream that is not three whole numbers.
    """

    terminal: TsodyksMarkram = field(default_factory=TsodyksMarkram)
    n_sites: int = 5
    stream: tuple[int, int, int] = (1, 0, 0)

    def __post_init__(self) -> None:
        if not _is_count(self.n_sites) or self.n_sites < 1:
            raise ValueError(f"n_sites of the terminal is a whole number from 1 on, not {self.n_sites}")
        if len(self.stream) != 3 or not all(_is_count(number) for number in self.stream):
            raise ValueError(f"stream of the terminal is three whole numbers from 0 on, not {self.stream}")

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        terminal = self.terminal
        synapse = _made("StochasticTsodyksMarkram_AMPA_NMDA", segment, terminal.receptors, terminal)
        synapse.n_sites = int(self.n_sites)
        synapse.rng.set_ids(*(int(number) for number in self.stream))
        return synapse


@dataclass(frozen=True)
class GabaA:
    """The mechanism GABA_A: a chloride conductance; its reversal follows from chloride and NEURON's celsius.

    Attributes:
        gmax_uS: peak of the conductance after one event of weight 1.
        tau_r_ms: time constant of the rise.
        tau_d_ms: time constant of the decay.
        cli_mM: chloride inside; about 7 in a mature cell, 30 in a young one.
        clo_mM: chloride outside.

    Raises:
        ValueError: a time or a concentration that is not positive, a rise that is slower than the decay, a
            negative conductance, or a value that is not finite.
    """

    gmax_uS: float = 0.001
    tau_r_ms: float = 0.5
    tau_d_ms: float = 10.0
    cli_mM: float = 7.0
    clo_mM: float = 130.0

    def __post_init__(self) -> None:
        check_fields(self, "GABA_A", positive=["cli_mM", "clo_mM"], not_negative=["gmax_uS"])
        _check_rise("GABA_A", tau_r_ms=self.tau_r_ms, tau_d_ms=self.tau_d_ms)

    def into(self, segment: object) -> object:
        """Attach it to a segment of NEURON's; it lives as long as what is returned."""
        return _made("GABA_A", segment, self)


def _made(mechanism: str, segment: object, *parameters: object) -> object:
    """A point process of NEURON's with every number of `parameters` under its name there, without unit."""
    mechanisms.load()
    synapse = getattr(h, mechanism)(segment)
    for dataclass_ in parameters:
        for each in fields(dataclass_):
            value = getattr(dataclass_, each.name)
            if not isinstance(value, AmpaNmda):
                setattr(synapse, _without_unit(each.name), value)
    return synapse


def _without_unit(name: str) -> str:
    """NEURON's name of a parameter.

    >>> [_without_unit(name) for name in ("tau_r_AMPA_ms", "gmax_uS", "U1")]
    ['tau_r_AMPA', 'gmax', 'U1']
    """
    stem, _, unit = name.rpartition("_")
    return stem if unit in ("ms", "mV", "mM", "uS") else name


def _check_rise(what: str, **times_ms: float) -> None:
    """Check a rise and a decay, in this order."""
    check_positive(what, **times_ms)
    (rise, rise_ms), (decay, decay_ms) = times_ms.items()
    if rise_ms > decay_ms:
        raise ValueError(
            f"{rise} of {what} is the rise and {decay} the decay: {rise_ms} ms is longer than {decay_ms} ms; "
            "swap them"
        )


def _is_count(value: object) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | np.integer) and value >= 0
