# SPDX-License-Identifier: BSD-3-Clause
"""Experiments whose design decides what they tell: models for `neuroscales.bridges.identifiability`.

Each function makes a model of parameters only, which takes complex numbers, so that sensitivities are exact.
"""

from collections.abc import Sequence

import numpy as np

from neuroscales.bridges.identifiability import Model, cramer_rao, fisher, in_logarithms, sensitivities
from neuroscales.core.parameters import check_positive
from neuroscales.membrane.hodgkin_huxley import rates

WILSON_COWAN_NAMES = ("c1", "c2", "c3", "c4", "a_e", "theta_e", "a_i", "theta_i", "P", "tau_e", "tau_i")
"""Order of the parameters of `wilson_cowan`."""

WILSON_COWAN = np.array([16.0, 12.0, 15.0, 3.0, 1.3, 4.0, 2.0, 3.7, 1.25, 8.0, 8.0])
"""Those of the rhythm of 25 Hz."""


def decay(time_ms: np.ndarray) -> Model:
    """A e^(-t/tau) at given times; parameters A, tau."""
    return lambda p: p[0] * np.exp(-np.asarray(time_ms) / p[1])


def synaptic_current(time_ms: np.ndarray) -> Model:
    """a (e^(-t/decay) - e^(-t/rise)) at given times; parameters a, rise, decay."""
    t = np.asarray(time_ms, dtype=float)
    return lambda p: p[0] * (np.exp(-t / p[2]) - np.exp(-t / p[1]))


def charging(time_ms: np.ndarray, amp: float = 1.0) -> Model:
    """A step of current on a membrane, seen with unknown gain: q R I (1 - e^(-t/(R C))); parameters q, R, C.

    Only tau = R C and the product q R can be told.
    """
    t = np.asarray(time_ms, dtype=float)
    return lambda p: p[0] * p[1] * amp * (1 - np.exp(-t / (p[1] * p[2])))


def sum_of_decays(time: np.ndarray) -> Model:
    """Sum of e^(-k_i t) at given times; parameters k_i. The classic sloppy model."""
    t = np.asarray(time, dtype=float)
    return lambda p: np.exp(-np.multiply.outer(t, p)).sum(axis=-1)


def synapse_responses(spikes_ms: Sequence[float]) -> Model:
    """Responses of a Tsodyks-Markram synapse to spikes, A u R; parameters A, U, tau_rec, tau_facil (ms).

    u jumps by U (1 - u) at a spike, from 0, R falls by u R, and both recover between spikes.

    Args:
        spikes_ms: increasing times.

    Raises:
        ValueError: times that do not increase.
    """
    spikes_ms = np.asarray(spikes_ms, dtype=float)
    if not spikes_ms.size or np.any(np.diff(spikes_ms) <= 0):
        raise ValueError("the times of the spikes, in ms, must increase, and there must be one")

    def responses(p: np.ndarray) -> np.ndarray:
        scale, use, tau_rec_ms, tau_facil_ms = p
        u, r, found = 0.0 * use, 1.0 + 0.0 * use, []
        for interval_ms in np.diff(spikes_ms, prepend=spikes_ms[0]):
            u = u * np.exp(-interval_ms / tau_facil_ms)
            r = 1 - (1 - r) * np.exp(-interval_ms / tau_rec_ms)
            u = u + use * (1 - u)
            found.append(scale * u * r)
            r = r - u * r
        return np.array(found)

    return responses


def best_probe(
    parameters: np.ndarray, train_ms: Sequence[float], noise_sd: float, index: int, delays_ms: np.ndarray
) -> tuple[float, float]:
    """The delay after a train at which one more spike tells most of one parameter, and its relative sd then.

    Args:
        parameters: A, U, tau_rec, tau_facil.
        train_ms: times of the train.
        noise_sd: of each response, in units of A's.
        index: which parameter.
        delays_ms: the delays to try.

    Returns:
        Delay in ms and relative sd.
    """
    sds = []
    for delay_ms in delays_ms:
        model = synapse_responses([*train_ms, train_ms[-1] + delay_ms])
        jacobian = in_logarithms(sensitivities(model, parameters), parameters)
        sds.append(cramer_rao(fisher(jacobian, noise_sd)).sd[index])
    best = int(np.argmin(sds))
    return float(delays_ms[best]), float(sds[best])


def wilson_cowan(
    time_ms: np.ndarray, dt_ms: float = 0.1, start: tuple[float, float] = (0.1, 0.05), both: bool = False
) -> Model:
    """E(t) of Wilson and Cowan's pair; parameters in the order of `WILSON_COWAN_NAMES`, Q = 0.

    Two families of parameters give the same E(t): (c1, c2, P, theta_e) times lambda with a_e over lambda, and
    (c3, c4, theta_i) times lambda with a_i over lambda.

    Args:
        time_ms: multiples of `dt_ms`, increasing.
        dt_ms: step of Runge and Kutta's fourth order.
        start: E and I at time 0.
        both: whether I(t) is recorded as well, and follows E(t) in the samples.
    """
    steps = np.round(np.asarray(time_ms) / dt_ms).astype(int)

    def simulate(p: np.ndarray) -> np.ndarray:
        c1, c2, c3, c4, a_e, theta_e, a_i, theta_i, drive, tau_e, tau_i = p
        low_e, low_i = 1 / (1 + np.exp(a_e * theta_e)), 1 / (1 + np.exp(a_i * theta_i))

        def slope(x: np.ndarray) -> np.ndarray:
            e, i = x
            s_e = 1 / (1 + np.exp(-a_e * (c1 * e - c2 * i + drive - theta_e))) - low_e
            s_i = 1 / (1 + np.exp(-a_i * (c3 * e - c4 * i - theta_i))) - low_i
            return np.array([(-e + (1 - low_e - e) * s_e) / tau_e, (-i + (1 - low_i - i) * s_i) / tau_i])

        trace = runge_kutta(slope, np.array(start, dtype=p.dtype), int(steps[-1]), dt_ms)[steps]
        return trace.T.ravel() if both else trace[:, 0]

    return simulate


def runge_kutta(slope: Model, state: np.ndarray, n_steps: int, dt_ms: float) -> np.ndarray:
    """Fourth-order steps that keep complex numbers complex, shape (n_steps + 1, n_variables)."""
    kept = np.empty((n_steps + 1, state.size), dtype=state.dtype)
    kept[0] = state
    for k in range(n_steps):
        k1 = slope(state)
        k2 = slope(state + dt_ms / 2 * k1)
        k3 = slope(state + dt_ms / 2 * k2)
        k4 = slope(state + dt_ms * k3)
        state = kept[k + 1] = state + dt_ms / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return kept


def squid_membrane(
    time_ms: np.ndarray,
    amp_uA_cm2: float,
    *,
    start_ms: float = 1.0,
    duration_ms: float = 2.0,
    dt_ms: float = 0.01,
) -> Model:
    """V(t) of Hodgkin and Huxley's membrane (6.3 degC) under a pulse; parameters gna, gk, gl in mS/cm2.

    E = 50, -77 and -54.3 mV, 1 uF/cm2, from -65 mV with settled gates.

    Args:
        time_ms: multiples of `dt_ms`, increasing.
        amp_uA_cm2: the pulse.
        start_ms: when it begins; a multiple of `dt_ms`.
        duration_ms: how long it lasts; likewise.
        dt_ms: step of Runge and Kutta's fourth order.
    """
    check_positive("the membrane", dt_ms=dt_ms, duration_ms=duration_ms)
    steps = np.round(np.asarray(time_ms) / dt_ms).astype(int)
    edges = [0, round(start_ms / dt_ms), round((start_ms + duration_ms) / dt_ms), int(steps[-1])]

    def simulate(g: np.ndarray) -> np.ndarray:
        opening, closing = rates(np.array(-65.0, dtype=g.dtype))
        state, parts = np.concatenate([[-65.0 + 0 * g[0]], opening / (opening + closing)]), []
        for first, last, amp in zip(edges, edges[1:], (0.0, amp_uA_cm2, 0.0), strict=False):
            part = runge_kutta(lambda x, amp=amp: _squid_slope(g, amp, x), state, max(0, last - first), dt_ms)
            state = part[-1]
            parts.append(part[:-1, 0])
        return np.append(np.concatenate(parts), state[0])[steps]

    return simulate


def _squid_slope(g: np.ndarray, amp: float, x: np.ndarray) -> np.ndarray:
    v, m, h, n = x
    ionic = g[0] * m**3 * h * (v - 50.0) + g[1] * n**4 * (v + 77.0) + g[2] * (v + 54.3)
    opening, closing = rates(v)
    return np.concatenate([[amp - ionic], opening * (1 - x[1:]) - closing * x[1:]])
