# SPDX-License-Identifier: BSD-3-Clause
"""From spikes to a rate: a measured firing curve becomes the gain function of a rate model.

    tau dr/dt = -r + gain(input + coupling s),   tau_s ds/dt = -s + r

The gain comes from any neuron: the integrate-and-fire neuron of the part *membrane*, Hodgkin and Huxley's
membrane, or a neuron under noise. In a steady state the rate model is then as exact as its gain; on the way
there it knows nothing of the cloud of potentials, and relaxes with tau.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import brentq

from neuroscales.core.parameters import check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.excitability import firing_curve_Hz
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.integrate_and_fire import IntegrateAndFire, firing_rate_Hz
from neuroscales.population.density import NO_FEEDBACK, Feedback, Input, input_values, steps
from neuroscales.population.noisy_neuron import NoisyNeuron, siegert_rate_Hz


@dataclass(frozen=True, eq=False)
class Gain:
    """A firing curve as a function: cubic between its points, without overshoot, and constant beyond them.

    Attributes:
        inputs: in rising order, shape (n_points,), in the unit of the curve (mV, nA or uA/cm2).
        rates_Hz: one for each.

    Raises:
        ValueError: fewer than two points, inputs that do not rise, a negative rate, or a value that is not
            finite.

    >>> float(Gain([0.0, 1.0, 2.0], [0.0, 0.0, 50.0])(3.0))
    50.0
    """

    inputs: np.ndarray
    rates_Hz: np.ndarray

    def __post_init__(self) -> None:
        inputs, rates = np.array(self.inputs, dtype=float), np.array(self.rates_Hz, dtype=float)
        if inputs.ndim != 1 or inputs.shape != rates.shape or len(inputs) < 2:
            raise ValueError("a firing curve needs two points or more, with one rate in Hz for each input")
        if not (np.isfinite(inputs).all() and np.isfinite(rates).all()):
            raise ValueError("inputs and rates of a firing curve must be finite numbers")
        if np.any(np.diff(inputs) <= 0) or np.any(rates < 0):
            raise ValueError("the inputs of a firing curve must rise, and its rates be 0 Hz or more")
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "rates_Hz", rates)
        object.__setattr__(self, "_curve", PchipInterpolator(inputs, rates))

    def __call__(self, value: float | np.ndarray) -> np.ndarray:
        """Rate in Hz at an input."""
        return self._curve(np.clip(value, self.inputs[0], self.inputs[-1]))

    def slope(self, value: float | np.ndarray) -> np.ndarray:
        """Its derivative in Hz per unit of the input; 0 beyond the points."""
        inside = (value >= self.inputs[0]) & (value <= self.inputs[-1])
        return np.where(inside, self._curve(np.clip(value, self.inputs[0], self.inputs[-1]), 1), 0.0)


def gain_of_noisy_neuron(neuron: NoisyNeuron, sigma_mV: float, mu_mV: np.ndarray | None = None) -> Gain:
    """Siegert's rate over the mean input in mV, at one noise; from -20 to 60 mV where nothing is said."""
    mu = np.linspace(-20.0, 60.0, 801) if mu_mV is None else np.asarray(mu_mV, dtype=float)
    return Gain(mu, siegert_rate_Hz(neuron, mu, sigma_mV))


def gain_of_neuron(neuron: IntegrateAndFire, amps_nA: np.ndarray) -> Gain:
    """Rate of the part *membrane*'s integrate-and-fire neuron over a steady current in nA."""
    return Gain(amps_nA, firing_rate_Hz(neuron, np.asarray(amps_nA, dtype=float)))


def gain_of_membrane(amps_uA_cm2: np.ndarray, membrane: HodgkinHuxley | None = None) -> Gain:
    """Rate of Hodgkin and Huxley's membrane over a steady current density in uA/cm2, simulated from rest.

    At its rheobase the rate jumps: a gain function need not be a sigmoid that begins at zero.
    """
    amps = np.asarray(amps_uA_cm2, dtype=float)
    return Gain(amps, firing_curve_Hz(amps) if membrane is None else firing_curve_Hz(amps, membrane))


def steady_rates_Hz(gain: Gain, outside: float, feedback: Feedback = NO_FEEDBACK) -> list[float]:
    """All rates that hold themselves, r = gain(outside + coupling r), in rising order."""

    def excess(rate: float | np.ndarray) -> np.ndarray:
        return gain(outside + feedback.coupling_mV_per_Hz * rate) - rate

    rates = np.linspace(-1e-9, gain.rates_Hz.max() + 1e-9, 4001)
    y = excess(rates)
    at = np.flatnonzero((y[:-1] < 0) != (y[1:] < 0))
    return [float(brentq(excess, rates[k], rates[k + 1], xtol=1e-12)) for k in at]


def simulate_rate(
    gain: Gain,
    outside: Input,
    *,
    tau_ms: float = 20.0,
    tstop_ms: float = 100.0,
    dt_ms: float = 0.1,
    every: int = 10,
    start_Hz: float = 0.0,
    feedback: Feedback = NO_FEEDBACK,
) -> Recording:
    """Simulate the rate model, by Heun's method.

    Args:
        gain: the gain function.
        outside: input from outside in the unit of the gain; a number or a function of time in ms.
        tau_ms: how fast the rate follows its gain.
        tstop_ms: when to end.
        dt_ms: the time step.
        every: keep one of so many steps.
        start_Hz: rate at the start, filtered too.
        feedback: what the population does to itself; its coupling is per Hz in the unit of the gain.

    Returns:
        A Recording of rate (Hz) in ms.

    Raises:
        ValueError: times that are not positive, a start that is not a rate, or an input that is not finite.
    """
    n_steps = steps(tstop_ms, dt_ms, every)
    check_positive("the rate model", tau_ms=tau_ms)
    if not (np.isfinite(start_Hz) and start_Hz >= 0):
        raise ValueError(f"start_Hz is a rate of 0 Hz or more, not {start_Hz}")
    values = input_values(outside, dt_ms * np.arange(n_steps + 1))
    tau_s, coupling = feedback.synapse_ms, feedback.coupling_mV_per_Hz

    def slope(state: np.ndarray, value: float) -> np.ndarray:
        rate, heard = state if tau_s else (state[0], state[0])
        return np.array(
            [(gain(value + coupling * heard) - rate) / tau_ms, (rate - heard) / tau_s if tau_s else 0.0]
        )

    state, rates = np.array([start_Hz, start_Hz], dtype=float), [start_Hz]
    for n in range(n_steps):
        one = slope(state, values[n])
        two = slope(state + dt_ms * one, values[n + 1])
        state = state + 0.5 * dt_ms * (one + two)
        if (n + 1) % every == 0:
            rates.append(state[0])
    return Recording(dt_ms * every * np.arange(len(rates)), [Signal("rate", rates, "Hz")])
