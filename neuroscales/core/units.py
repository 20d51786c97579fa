# SPDX-License-Identifier: BSD-3-Clause
"""Units: the few that the course uses, and the one place where they are converted."""

import numpy as np

# unit -> (what it measures, its size in that quantity's base unit)
_UNITS: dict[str, tuple[str, float]] = {
    "1": ("pure number", 1.0),
    "1/mV": ("density of potentials", 1e3),
    "%": ("pure number", 1e-2),
    "s": ("time", 1.0),
    "ms": ("time", 1e-3),
    "us": ("time", 1e-6),
    "V": ("potential", 1.0),
    "mV": ("potential", 1e-3),
    "uV": ("potential", 1e-6),
    "A": ("current", 1.0),
    "mA": ("current", 1e-3),
    "uA": ("current", 1e-6),
    "nA": ("current", 1e-9),
    "pA": ("current", 1e-12),
    "A/cm2": ("current density", 1.0),
    "mA/cm2": ("current density", 1e-3),
    "uA/cm2": ("current density", 1e-6),
    "S": ("conductance", 1.0),
    "mS": ("conductance", 1e-3),
    "uS": ("conductance", 1e-6),
    "nS": ("conductance", 1e-9),
    "pS": ("conductance", 1e-12),
    "S/cm2": ("conductance density", 1.0),
    "mS/cm2": ("conductance density", 1e-3),
    "pS/um2": ("conductance density", 1e-4),
    "m": ("length", 1.0),
    "cm": ("length", 1e-2),
    "mm": ("length", 1e-3),
    "um": ("length", 1e-6),
    "cm2": ("area", 1e-4),
    "um2": ("area", 1e-12),
    "m/s": ("velocity", 1.0),
    "um/ms": ("velocity", 1e-3),
    "Hz": ("rate", 1.0),
    "kHz": ("rate", 1e3),
    "F": ("capacitance", 1.0),
    "uF": ("capacitance", 1e-6),
    "nF": ("capacitance", 1e-9),
    "pF": ("capacitance", 1e-12),
    "uF/cm2": ("specific capacitance", 1e-6),
    "F/m2": ("specific capacitance", 1e-4),
    "ohm": ("resistance", 1.0),
    "kohm": ("resistance", 1e3),
    "Mohm": ("resistance", 1e6),
    "ohm cm": ("axial resistivity", 1.0),
    "M": ("concentration", 1.0),
    "mM": ("concentration", 1e-3),
    "uM": ("concentration", 1e-6),
    "degC": ("temperature", 1.0),
}


def check_unit(unit: str) -> str:
    """Return `unit` when the course knows it.

    Raises:
        ValueError: the unit is unknown; the message lists the known ones.

    >>> check_unit("mV")
    'mV'
    """
    if unit not in _UNITS:
        raise ValueError(f"unknown unit {unit!r}; the known units are {', '.join(_UNITS)}")
    return unit


def quantity(unit: str) -> str:
    """Name what `unit` measures.

    >>> quantity("S/cm2")
    'conductance density'
    """
    return _UNITS[check_unit(unit)][0]


def convert(values: float | np.ndarray, unit: str, to: str) -> float | np.ndarray:
    """Express `values` given in `unit` in the unit `to`.

    Raises:
        ValueError: a unit is unknown, or the two measure different things.

    >>> round(convert(860.0, "nA", "uA"), 9)
    0.86
    """
    if quantity(unit) != quantity(to):
        raise ValueError(
            f"{unit} measures {quantity(unit)}, {to} measures {quantity(to)}: they do not convert"
        )
    return values * (_UNITS[unit][1] / _UNITS[to][1])
