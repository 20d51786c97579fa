# SPDX-License-Identifier: BSD-3-Clause
"""How far a simulated number can be trusted: its error against the time step, the tolerance and nseg.

A grid in time and in space replaces the cable equation by one that a computer can solve. The error of what
is measured then falls with a power of the step, its order p:

    measured = limit + constant * step^p + smaller terms

NEURON offers with a fixed step implicit Euler (``secondorder = 0``, p = 1) and the method of Crank and
Nicolson (1947, https://doi.org/10.1017/S0305004100023197; ``secondorder = 1`` or ``2``, p = 2), and with a
variable step CVode, which is told a tolerance instead (Hines and Carnevale 1997 and 2001,
https://doi.org/10.1162/neco.1997.9.6.1179 and https://doi.org/10.1177/107385840100700207). In space p = 2.
"""

from collections.abc import Callable, Iterable
from dataclasses import asdict

import numpy as np
from neuron import h

from neuroscales.cable.squid_axon import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import engine, measure
from neuroscales.core.engine import Method
from neuroscales.core.recording import Recording
from neuroscales.core.units import convert

PULSE = CurrentClamp(place=0.0, delay_ms=1.0, dur_ms=0.1, amp_nA=1720.0)
"""Twice the threshold of the squid axon; it begins and ends on a step of every dt that divides 0.1 ms."""

CONVERGED = Method(dt_ms=None, absolute_tolerance=1e-9, rate_table=False)
"""A method whose own error is far below that of every other here: CVode held to 1e-9."""

AXIAL_RESISTIVITY_ohm_cm = 35.4
"""NEURON's default Ra, which the squid axon has."""


# --- simulate ----------------------------------------


def simulate_impulse(
    method: Method = CONVERGED,
    axon: SquidAxon | None = None,
    pulse: CurrentClamp = PULSE,
    *,
    tstop_ms: float = 8.0,
    places: Iterable[float] = (0.5,),
) -> Recording:
    """Simulate an impulse along the squid axon by one of NEURON's methods.

    Args:
        method: how NEURON integrates.
        axon: its parameters, nseg among them; the classic axon where nothing is said.
        pulse: the stimulus.
        tstop_ms: when the simulation ends.
        places: where v is recorded, as fractions of the length.

    Returns:
        A Recording of v (mV) at the places. With a variable step its times are the steps that were taken.
    """
    axon, record = axon or SquidAxon(), {"v": tuple(places)}
    return simulate_squid_axon(axon, [pulse], tstop_ms=tstop_ms, record=record, **asdict(method))


def simulate_synapse(
    method: Method,
    *,
    weight_uS: float = 1e-3,
    tau_ms: float = 2.0,
    start_ms: float = 1.0,
    tstop_ms: float = 20.0,
) -> Recording:
    """Simulate one event of a synapse (``ExpSyn``) on a leaky soma of 40 x 40 um.

    Its conductance is a state like any other, in uS, and jumps by the weight at the event; its closed form
    is `synapse_uS`. NEURON's global state is afterwards as it was before.

    Args:
        method: how NEURON integrates.
        weight_uS: by how much the conductance jumps; 1e-3 uS is a large synapse of the cortex.
        tau_ms: time constant with which it decays.
        start_ms: when the event comes.
        tstop_ms: when the simulation ends.

    Returns:
        A Recording of g (uS) and v (mV), begun at the leak's reversal potential of -70 mV.
    """
    with engine.neuron_as_found():
        soma = h.Section(name="soma")
        soma.L = soma.diam = 40
        soma.insert("pas")
        synapse = h.ExpSyn(soma(0.5))
        synapse.tau = tau_ms
        event = h.NetStim()
        event.number, event.start, event.noise = 1, start_ms, 0
        wire = h.NetCon(event, synapse)
        wire.delay, wire.weight[0] = 0, weight_uS
        tapes = engine.Tapes()
        tapes.record("g", "uS", None, synapse._ref_g)
        tapes.record("v", "mV", None, soma(0.5)._ref_v)
        engine.run(method, tstop_ms, soma(0.5).pas.e)
        return tapes.recording()


def synapse_uS(
    time_ms: np.ndarray, weight_uS: float = 1e-3, tau_ms: float = 2.0, start_ms: float = 1.0
) -> np.ndarray:
    """Conductance of `simulate_synapse` in closed form, w e^(-(t - start)/tau) from the event on.

    >>> [float(g) for g in synapse_uS(np.array([0.5, 1.0]))]
    [0.0, 0.001]
    """
    since_ms = np.asarray(time_ms, dtype=float) - start_ms
    return np.where(since_ms < 0, 0.0, weight_uS * np.exp(-np.maximum(since_ms, 0) / tau_ms))


# --- measure ----------------------------------------


def arrival_ms(recording: Recording, place: float = 0.5) -> float:
    """When the impulse passes `place`: the first upward crossing of 0 mV; infinite where none passes."""
    times_ms = measure.spike_times(recording.time, recording.values("v", place))
    return float(times_ms[0]) if len(times_ms) else np.inf


def order_of_convergence(steps: Iterable[float], errors: Iterable[float]) -> float:
    """Order p of an error that falls as step^p: the slope of log(error) against log(step).

    Args:
        steps: steps in time or in space, any unit.
        errors: their errors, of either sign; the same number of them.

    Raises:
        ValueError: fewer than two, or an error of zero, which has no logarithm.

    >>> round(order_of_convergence([0.1, 0.05, 0.025], [4.0, 1.0, 0.25]), 6)
    2.0
    """
    steps, errors = np.asarray(list(steps), dtype=float), np.abs(np.asarray(list(errors), dtype=float))
    if len(steps) < 2 or steps.shape != errors.shape:
        raise ValueError(f"an order needs at least two steps with an error each, not {len(steps)}")
    if not np.all(errors > 0) or not np.all(steps > 0):
        raise ValueError("steps and errors must not be zero: an order is a slope between logarithms")
    return float(np.polyfit(np.log(steps), np.log(errors), 1)[0])


def order_from_three(coarse: float, middle: float, fine: float, factor: float) -> float:
    """Order p from three measurements, each with a step smaller by `factor`, without knowing the limit.

        (coarse - middle) / (middle - fine) = factor^p

    Raises:
        ValueError: the two differences have opposite signs, or one is zero: not yet converging by a power.

    >>> round(order_from_three(1 + 0.9, 1 + 0.1, 1 + 0.1 / 9, factor=3), 6)
    2.0
    """
    ratio = (coarse - middle) / (middle - fine) if middle != fine else 0.0
    if ratio <= 0:
        raise ValueError(f"{coarse:g}, {middle:g}, {fine:g} do not approach a limit from one side")
    return float(np.log(ratio) / np.log(factor))


def extrapolate(coarse: float, fine: float, factor: float, order: float) -> float:
    """Limit that two measurements point to when the error falls as step^order.

        limit = fine + (fine - coarse) / (factor^order - 1)

    The difference to `fine` estimates the error of `fine` (Richardson 1911,
    https://doi.org/10.1098/rsta.1911.0009).

    Args:
        coarse: measured with a step.
        fine: measured with a step smaller by `factor`.
        factor: by how much smaller, above 1.
        order: the order of the method.

    >>> round(extrapolate(1 + 0.9, 1 + 0.1, factor=3, order=2), 6)
    1.0
    """
    return fine + (fine - coarse) / (factor**order - 1)


def times_three(
    measured: Callable[[int], float], nseg: int, tolerance: float, at_most: int = 2_000
) -> list[tuple[int, float]]:
    """Multiply nseg by three until what is measured changes by no more than `tolerance`.

    An odd factor keeps every node where one was before, so that the same place is compared.

    Args:
        measured: called with nseg; returns the number that is to be trusted.
        nseg: where to begin.
        tolerance: largest change that is accepted, in the unit of what is measured.
        at_most: no more segments than these.

    Returns:
        Every nseg with what was measured; the change between the last two is within the tolerance.

    Raises:
        ValueError: nseg or the tolerance is not positive.
        RuntimeError: the tolerance is not met with `at_most` segments.

    >>> times_three(lambda nseg: 1 + 1 / nseg**2, nseg=1, tolerance=0.1)
    [(1, 2.0), (3, 1.1111111111111112), (9, 1.0123456790123457)]
    """
    if nseg < 1 or not tolerance > 0:
        raise ValueError(f"nseg and the tolerance must be positive, not {nseg} and {tolerance:g}")
    tried = [(nseg, measured(nseg))]
    while len(tried) < 2 or not abs(tried[-1][1] - tried[-2][1]) <= tolerance:
        nseg *= 3
        if nseg > at_most:
            raise RuntimeError(f"still changing by more than {tolerance:g} at nseg {tried[-1][0]}")
        tried.append((nseg, measured(nseg)))
    return tried


def lambda_f_um(
    diam_um: float,
    frequency_Hz: float = 100.0,
    Ra_ohm_cm: float = AXIAL_RESISTIVITY_ohm_cm,
    cm_uF_cm2: float = 1.0,
) -> float:
    """Length over which a fast sinusoid decays to 1/e along a cable whose membrane is all capacitor.

        lambda_f = (1/2) sqrt(d / (pi f Ra cm))

    It leaves the leak out, as NEURON's own function of that name does (Carnevale and Hines 2006, chapter 5).

    >>> round(lambda_f_um(100.0), 1)
    4741.3
    """
    d_cm, c_F_cm2 = convert(diam_um, "um", "cm"), convert(cm_uF_cm2, "uF", "F")
    half_cm = 0.5 * float(np.sqrt(d_cm / (np.pi * frequency_Hz * Ra_ohm_cm * c_F_cm2)))
    return convert(half_cm, "cm", "um")


def d_lambda_nseg(L_um: float, lambda_um: float, d_lambda: float = 0.1) -> int:
    """Smallest odd nseg with which no segment is longer than about `d_lambda` length constants.

    >>> [d_lambda_nseg(20_000, lambda_f_um(100), part) for part in (0.1, 0.3)]
    [43, 15]
    """
    return int((L_um / (d_lambda * lambda_um) + 0.9) / 2) * 2 + 1


def alternation_mV(v_mV: np.ndarray) -> np.ndarray:
    """How far a trace jumps to and fro from step to step, shape (n_time - 2,).

        |v[i-1] - 2 v[i] + v[i+1]| / 4

    For an alternation between +a and -a it is a; a smooth trace gives nearly zero.

    >>> alternation_mV(np.array([3.0, -3.0, 3.0]))
    array([3.])
    """
    v = np.asarray(v_mV, dtype=float)
    return np.abs(v[:-2] - 2 * v[1:-1] + v[2:]) / 4


def step_at_the_end_mV(axon: SquidAxon, amp_nA: float) -> float:
    """By how much a current lifts the node at an end above the center of the first segment, by Ohm's law.

    The end has no membrane: all of the current runs through half a segment of core,

        R = Ra (dx / 2) / (pi d^2 / 4)

    It falls with 1/nseg: what is read at a stimulated end belongs to the grid.

    >>> round(step_at_the_end_mV(SquidAxon(), 1720), 2)
    18.03
    """
    half_cm = convert(0.5 * axon.L_um / axon.nseg, "um", "cm")
    cross_section_cm2 = 0.25 * np.pi * convert(axon.diam_um, "um", "cm") ** 2
    resistance_Mohm = convert(AXIAL_RESISTIVITY_ohm_cm * half_cm / cross_section_cm2, "ohm", "Mohm")
    return amp_nA * resistance_Mohm
