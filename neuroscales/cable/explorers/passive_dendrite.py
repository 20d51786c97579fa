# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the passive cable: what its end and the frequency do to a potential that spreads."""

from functools import cache

import numpy as np

from neuroscales.cable.cable_simulation import neuron_impedances_Mohm
from neuroscales.cable.cable_theory import REFLECTIONS, PassiveCable
from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Line, Plane, TimeSeries

_ENDS = tuple(REFLECTIONS)
_FREQUENCIES_Hz = (0, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_AMPLITUDE_nA = 0.01
_LENGTH_um = 800.0


def ends_and_frequency() -> Explorer:
    """A sinusoidal current into one end of a dendrite: how far does its potential reach?"""
    return Explorer(
        name="cable-ends",
        title="A passive dendrite: its end, its diameter, and the frequency",
        model=_sinusoid,
        controls=(
            Control("end", "Far end", "1", range(len(_ENDS)), start=0, words=_ENDS),
            Control("diam_um", "Diameter", "um", (2, 3, 4), start=2),
            Control("frequency_Hz", "Frequency", "Hz", _FREQUENCIES_Hz, start=20),
        ),
        views=(
            Plane(
                (
                    Curve("this frequency", _amplitude_mV, "membrane potential"),
                    Curve("constant current", _steady_mV, "reference"),
                ),
                "Distance from the electrode", "um", (0, _LENGTH_um), "Amplitude", "mV", (0, 6),
            ),
            Plane(
                (Curve("", _share_over_frequency, "membrane potential"),),
                "Frequency", "Hz", (0, 1000), "Amplitude in the middle / at the electrode", "1", (0, 1),
                points=_share_here, most_points=1, side_by_side=2,
            ),
            TimeSeries(
                (Line("v", 0.0, "electrode"), Line("v", 0.5, "middle")),
                "Membrane potential", "mV", (-76, -64), side_by_side=2,
            ),
        ),
        describe=_how_much_arrives,
        caption="A current of 10 pA, constant or sinusoidal, enters a dendrite 800 µm long. A sealed end "
        "holds the potential up, a killed one draws it down to rest. The faster the current changes, the "
        "more of it the capacitance takes on its way: the potential moves less at the electrode, less of "
        "that arrives, and it arrives later.",
        alt="Above, the amplitude of the potential along the dendrite: for a constant current it falls from "
        "5.2 to 3.4 mV and is level at the sealed end; at 20 Hz it falls from 2.3 to 1.2 mV. Below on the "
        "left, the share that reaches the middle falls with frequency, from about three quarters to almost "
        "nothing. On the right, two sinusoids over 40 ms; that in the middle is the lower and later one.",
        samples=401,
    )  # fmt: skip


_OVER_Hz = np.linspace(0, 1000, 201)


@cache
def _impedances_Mohm(end: float, diam_um: float, frequency_Hz: float) -> np.ndarray:
    return neuron_impedances_Mohm(_dendrite(diam_um), _ENDS[int(end)], frequency_Hz)


@cache
def _share_over_all(end: float, diam_um: float) -> np.ndarray:
    z = neuron_impedances_Mohm(_dendrite(diam_um), _ENDS[int(end)], _OVER_Hz)
    return np.array([_share(row) for row in z])


@cache
def _dendrite(diam_um: float) -> PassiveCable:
    return PassiveCable(L_um=_LENGTH_um, diam_um=diam_um)


def _sinusoid(end: float, diam_um: float, frequency_Hz: float) -> Recording:
    """Two places over 40 ms, long after the current began."""
    z = _impedances_Mohm(end, diam_um, frequency_Hz)
    cable, time_ms = _dendrite(diam_um), np.linspace(0, 40, 1601)
    turning = np.exp(2e-3j * np.pi * frequency_Hz * time_ms)
    nodes = {0.0: 0, 0.5: len(z) // 2}
    signals = [
        Signal("v", cable.e_mV + _AMPLITUDE_nA * (z[node] * turning).real, "mV", place)
        for place, node in nodes.items()
    ]
    for name, unit, number in (("share", "1", _share(z)), ("height", "mV", _AMPLITUDE_nA * abs(z[0]))):
        signals.append(Signal(name, np.full(len(time_ms), number), unit))
    return Recording(time_ms, signals)


def _share(z: np.ndarray) -> float:
    """Amplitude in the middle over that at the electrode."""
    return float(abs(z[len(z) // 2]) / abs(z[0]))


def _amplitude_mV(x_um: np.ndarray, end: float, diam_um: float, frequency_Hz: float) -> np.ndarray:
    nodes = _dendrite(diam_um).nodes() * _LENGTH_um
    return np.interp(x_um, nodes, _AMPLITUDE_nA * np.abs(_impedances_Mohm(end, diam_um, frequency_Hz)))


def _steady_mV(x_um: np.ndarray, end: float, diam_um: float, frequency_Hz: float) -> np.ndarray:
    return _amplitude_mV(x_um, end, diam_um, 0.0)


def _share_over_frequency(x_Hz: np.ndarray, end: float, diam_um: float, frequency_Hz: float) -> np.ndarray:
    return np.interp(x_Hz, _OVER_Hz, _share_over_all(end, diam_um))


def _share_here(recording: Recording, end: float, diam_um: float, frequency_Hz: float) -> list:
    return [(frequency_Hz, recording.values("share")[0], True)]


def _how_much_arrives(recording: Recording) -> str:
    """One sentence: the amplitude at the electrode, and the share of it that reaches the middle."""
    height_mV, share = recording.values("height")[0], recording.values("share")[0]
    return (
        f"The potential moves by {height_mV:.1f} mV at the electrode; {100 * share:.0f} % of that "
        "arrives in the middle."
    )
