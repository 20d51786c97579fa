# SPDX-License-Identifier: BSD-3-Clause
"""When the Hodgkin-Huxley membrane fires, and when it does not.

Equilibria and their eigenvalues are computed from the equations; firing is asked of many cells in one
simulation, each with its own current, slope, delay or starting point. The bifurcations are those found by
Hassard (1978, https://doi.org/10.1016/0022-5193(78)90168-6) and by Rinzel and Miller (1980,
https://doi.org/10.1016/0025-5564(80)90109-1); that one well-timed pulse silences a firing axon was shown by
Guttman, Lewis and Rinzel (1980, https://doi.org/10.1113/jphysiol.1980.sp013370). Heat block is not here: it
is a failure to propagate, and needs a cable.
"""

from collections.abc import Callable, Iterable

import numpy as np
from scipy.optimize import brentq

from neuroscales.membrane.hodgkin_huxley import (
    HodgkinHuxley,
    derivatives,
    ionic_currents_uA_cm2,
    march,
    start,
    steady_gates,
)
from neuroscales.membrane.protocols import Numbers, Pulse, Ramp, Stimulus
from neuroscales.membrane.stability import eigenvalues

_SQUID = HodgkinHuxley(el_mV=-54.387)  # Hodgkin and Huxley's own leak: rest at -65 mV


def steady_current_uA_cm2(v_mV: Numbers, membrane: HodgkinHuxley = _SQUID) -> np.ndarray:
    """Current that holds the membrane at this potential with all gates settled there."""
    return ionic_currents_uA_cm2(membrane, v_mV, steady_gates(v_mV)).sum(axis=0)


def equilibrium_mV(amp_uA_cm2: float = 0.0, membrane: HodgkinHuxley = _SQUID) -> float:
    """Potential at which the membrane stands still under a steady current; its rest without one.

    >>> round(equilibrium_mV(), 3)
    -64.996
    """
    low, high = membrane.ek_mV - 100, membrane.ena_mV + 100
    return float(brentq(lambda v: steady_current_uA_cm2(v, membrane) - amp_uA_cm2, low, high, xtol=1e-10))


def equilibrium_eigenvalues(v_mV: Numbers, membrane: HodgkinHuxley = _SQUID) -> np.ndarray:
    """Eigenvalues of the equilibrium at this potential in 1/ms, the largest real part first: (..., 4)."""
    v_mV = np.asarray(v_mV, dtype=float)
    state = np.concatenate([v_mV[None], steady_gates(v_mV)])
    return eigenvalues(lambda x: derivatives(membrane, 0.0, x), state)


def hopf_points(membrane: HodgkinHuxley = _SQUID) -> list[tuple[float, float]]:
    """Equilibria at which a pair of complex eigenvalues crosses the imaginary axis.

    Returns:
        Potential (mV) and current density (uA/cm2) of each, in the order of the potential.
    """
    v = np.linspace(membrane.ek_mV, 0.0, 771)
    values = equilibrium_eigenvalues(v, membrane)
    growth = values[:, 0].real
    found = []
    for i in np.flatnonzero((growth[:-1] < 0) != (growth[1:] < 0)):
        if values[i, 0].imag:
            at_mV = brentq(lambda x: equilibrium_eigenvalues(x, membrane)[0].real, v[i], v[i + 1], xtol=1e-10)
            found.append((float(at_mV), float(steady_current_uA_cm2(at_mV, membrane))))
    return found


def spike_trains(
    stimuli: Iterable[Stimulus],
    membrane: HodgkinHuxley = _SQUID,
    *,
    tstop_ms: float,
    dt_ms: float = 0.05,
    v_init_mV: Numbers | None = None,
    gates: np.ndarray | None = None,
    level_mV: float = 0.0,
) -> list[np.ndarray]:
    """Spike times of every cell, without keeping its trace.

    Args:
        stimuli: current densities, added up; arrays give each cell its own.
        membrane: the parameters.
        tstop_ms: when the simulation ends.
        dt_ms: the time step.
        v_init_mV: potential at the start; the rest where nothing is said.
        gates: m, h and n at the start; settled at `v_init_mV` where nothing is said.
        level_mV: a spike is an upward crossing of it, interpolated between steps.

    Returns:
        For each cell the times in ms, shape (n_spikes,).
    """
    stimuli = list(stimuli)
    v_init_mV = equilibrium_mV(0.0, membrane) if v_init_mV is None else v_init_mV
    _, v, gates = start(membrane, stimuli, v_init_mV, gates)
    times: list[list[float]] = [[] for _ in v]
    for t, now, _ in march(membrane, stimuli, tstop_ms=tstop_ms, dt_ms=dt_ms, v_mV=v, gates=gates):
        before, v = v, now
        for cell in np.flatnonzero((before < level_mV) & (v >= level_mV)):
            times[cell].append(t - dt_ms * (v[cell] - level_mV) / (v[cell] - before[cell]))
    return [np.array(train) for train in times]


def late_rates_Hz(trains: Iterable[np.ndarray], since_ms: float, tstop_ms: float) -> np.ndarray:
    """Rate of each cell that still fires at the end, from its intervals since `since_ms`; zero otherwise.

    A cell counts as silent when it has fired less than three times since, or when the silence at the end is
    longer than one and a half of its last intervals.
    """
    rates = []
    for train in trains:
        late = train[train >= since_ms]
        intervals = np.diff(late)
        firing = len(late) >= 3 and tstop_ms - late[-1] <= 1.5 * intervals[-1]
        rates.append(1e3 / intervals.mean() if firing else 0.0)
    return np.array(rates)


def firing_curve_Hz(
    amps_uA_cm2: np.ndarray, membrane: HodgkinHuxley = _SQUID, *, tstop_ms: float = 400.0, dt_ms: float = 0.05
) -> np.ndarray:
    """Rate under a step from rest, for each current, from the second half of the run; shape (n_currents,)."""
    trains = spike_trains(
        [Pulse(amp_uA_cm2=np.asarray(amps_uA_cm2))], membrane, tstop_ms=tstop_ms, dt_ms=dt_ms
    )
    return late_rates_Hz(trains, tstop_ms / 2, tstop_ms)


def firing_from_above_Hz(
    amps_uA_cm2: np.ndarray,
    membrane: HodgkinHuxley = _SQUID,
    *,
    above_uA_cm2: float = 7.0,
    ramp_ms: float = 600.0,
    tstop_ms: float = 1000.0,
    dt_ms: float = 0.05,
) -> np.ndarray:
    """Rate at each current, approached slowly from one at which the membrane fires; shape (n_currents,).

    Beside `firing_curve_Hz` it shows where rest and firing both last: which one is met depends on the past.
    """
    amps = np.asarray(amps_uA_cm2, dtype=float)
    stimuli = [Pulse(amp_uA_cm2=above_uA_cm2), Ramp(50.0, ramp_ms, amps - above_uA_cm2)]
    trains = spike_trains(stimuli, membrane, tstop_ms=tstop_ms, dt_ms=dt_ms)
    return late_rates_Hz(trains, 50 + ramp_ms + 0.5 * (tstop_ms - 50 - ramp_ms), tstop_ms)


def smallest(
    answers: Callable[[np.ndarray], np.ndarray], low: float, high: float, tolerance: float, n_cells: int = 41
) -> float:
    """Smallest value with the answer yes, asking many cells at once instead of one as bisection does.

    Args:
        answers: from values, shape (n_cells,), to yes or no, one for each; changes once between the ends.
        low: a value with the answer no.
        high: a value with the answer yes.
        tolerance: width of the last interval.
        n_cells: how many are asked at once.

    Returns:
        The upper end of the last interval.

    Raises:
        ValueError: the answers at the ends are not no and yes.

    >>> round(smallest(lambda x: x * x > 2, 0.0, 2.0, 1e-6), 5)
    1.41421
    """
    while True:
        values = np.linspace(low, high, n_cells)
        yes = np.asarray(answers(values))
        if yes[0] or not yes[-1]:
            raise ValueError(f"the answer must be no at {low:g} and yes at {high:g}")
        first = int(np.argmax(yes))
        low, high = values[first - 1], values[first]
        if high - low <= tolerance:
            return float(high)


def rheobase_uA_cm2(
    membrane: HodgkinHuxley = _SQUID,
    *,
    dur_ms: float = np.inf,
    tstop_ms: float = 60.0,
    tolerance: float = 1e-3,
) -> float:
    """Smallest step from rest that draws at least one spike; with `dur_ms`, the smallest pulse that long."""

    def fires(amps: np.ndarray) -> np.ndarray:
        trains = spike_trains([Pulse(0.0, dur_ms, amps)], membrane, tstop_ms=tstop_ms, dt_ms=0.025)
        return np.array([train.size > 0 for train in trains])

    high = 20.0 if np.isinf(dur_ms) else 20.0 + 40 / dur_ms
    return smallest(fires, 0.0, high, tolerance)


def displacement_threshold_mV(membrane: HodgkinHuxley = _SQUID, *, tolerance: float = 1e-3) -> float:
    """Smallest sudden depolarization from rest, the gates still at rest, that draws a spike."""
    rest_mV = equilibrium_mV(0.0, membrane)
    gates = steady_gates(rest_mV)[:, None]

    def fires(shifts: np.ndarray) -> np.ndarray:
        many = np.broadcast_to(gates, (3, len(shifts)))
        trains = spike_trains([], membrane, tstop_ms=30, dt_ms=0.02, v_init_mV=rest_mV + shifts, gates=many)
        return np.array([train.size > 0 for train in trains])

    return smallest(fires, 0.5, 20.0, tolerance)


def repetitive_firing_uA_cm2(
    membrane: HodgkinHuxley = _SQUID,
    *,
    from_above: bool = False,
    tolerance: float = 0.01,
    tstop_ms: float = 1000.0,
) -> float:
    """Smallest current at which firing lasts: under a step from rest, or coming down from firing."""

    def lasts(amps: np.ndarray) -> np.ndarray:
        if from_above:
            return firing_from_above_Hz(amps, membrane, tstop_ms=tstop_ms) > 0
        return firing_curve_Hz(amps, membrane, tstop_ms=tstop_ms) > 0

    return smallest(lasts, 4.0, 9.0, tolerance)


def longest_ramp_ms(
    amp_uA_cm2: float, membrane: HodgkinHuxley = _SQUID, *, tolerance: float = 0.1, tstop_ms: float = 150.0
) -> float:
    """How slowly a current may grow to its value and draw a spike; slower, the membrane accommodates.

    Raises:
        ValueError: a step to that current draws no spike, or a ramp of 100 ms still does.
    """

    def silent(durations: np.ndarray) -> np.ndarray:
        trains = spike_trains([Ramp(0.0, durations, amp_uA_cm2)], membrane, tstop_ms=tstop_ms, dt_ms=0.025)
        return np.array([train.size == 0 for train in trains])

    return smallest(silent, 0.01, 100.0, tolerance)


def anode_break_uA_cm2(
    membrane: HodgkinHuxley = _SQUID, *, dur_ms: float = 50.0, tolerance: float = 5e-3
) -> float:
    """Weakest hyperpolarizing pulse (its size) after whose end a spike follows within 40 ms."""

    def fires(sizes: np.ndarray) -> np.ndarray:
        trains = spike_trains([Pulse(0.0, dur_ms, -sizes)], membrane, tstop_ms=dur_ms + 40, dt_ms=0.025)
        return np.array([train.size > 0 for train in trains])

    return smallest(fires, 0.0, 20.0, tolerance)


def silencing_delays_ms(
    delays_ms: np.ndarray,
    pulse_uA_cm2: float,
    membrane: HodgkinHuxley = _SQUID,
    *,
    amp_uA_cm2: float = 8.0,
    dur_ms: float = 1.0,
    kick_uA_cm2: float = 20.0,
    tstop_ms: float = 400.0,
) -> np.ndarray:
    """Delays after a spike at which one pulse stops the firing for good.

    The membrane is held at a current at which rest and firing both last, and is made to fire by a first,
    brief kick. Each cell receives the pulse at its own delay after one and the same later spike.

    Args:
        delays_ms: from the spike's upward crossing of 0 mV to the pulse's begin, shape (n_delays,).
        pulse_uA_cm2: size of the pulse; negative hyperpolarizes.
        membrane: the parameters.
        amp_uA_cm2: the steady current.
        dur_ms: length of the pulse.
        kick_uA_cm2: size of the first pulse, of 1 ms, that sets the membrane firing.
        tstop_ms: when the simulation ends.

    Returns:
        Those of the delays after which no spike follows, once the pulse's own response is over.

    Raises:
        ValueError: the membrane does not keep firing without the pulse.
    """
    held = [Ramp(0.0, 100.0, amp_uA_cm2), Pulse(150.0, 1.0, kick_uA_cm2)]
    (train,) = spike_trains(held, membrane, tstop_ms=tstop_ms, dt_ms=0.025)
    if len(train) < 8 or tstop_ms - train[-1] > 2 * (train[-1] - train[-2]):
        raise ValueError(f"at {amp_uA_cm2} uA/cm2 the membrane does not keep firing")
    reference_ms = train[5]
    delays_ms = np.asarray(delays_ms, dtype=float)
    pulse = Pulse(reference_ms + delays_ms, dur_ms, pulse_uA_cm2)
    trains = spike_trains([*held, pulse], membrane, tstop_ms=tstop_ms, dt_ms=0.025)
    quiet = [cell[-1] < tstop_ms - 100 for cell in trains]
    return delays_ms[np.array(quiet)]
