# SPDX-License-Identifier: BSD-3-Clause
"""The leaky integrate-and-fire neuron: a leak, a threshold, and a clock that starts anew.

    tau dV/dt = v_rest - V + R I
    where V reaches v_threshold: a spike, and V stays at v_reset for the refractory time

after Lapicque (1907; reprinted 2007, https://doi.org/10.1007/s00422-007-0189-6). Between two events the
solution is an exponential, so that nothing has to be integrated: spikes are found where they are, and the
result does not depend on any time step.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.protocols import CurrentPulse


@dataclass(frozen=True)
class IntegrateAndFire:
    """Parameters of the neuron.

    Attributes:
        tau_ms: membrane time constant.
        resistance_Mohm: input resistance.
        v_rest_mV: potential at which the leak is silent.
        v_threshold_mV: potential at which it fires.
        v_reset_mV: potential after a spike.
        refractory_ms: how long it stays there.

    Raises:
        ValueError: a time constant or resistance that is not positive, a negative refractory time, a reset at
            or above threshold, or a value that is not finite.
    """

    tau_ms: float = 10.0
    resistance_Mohm: float = 100.0
    v_rest_mV: float = -65.0
    v_threshold_mV: float = -50.0
    v_reset_mV: float = -65.0
    refractory_ms: float = 2.0

    def __post_init__(self) -> None:
        check_fields(self, "the cell", positive=["tau_ms", "resistance_Mohm"], not_negative=["refractory_ms"])
        if self.v_reset_mV >= self.v_threshold_mV:
            raise ValueError(
                f"the reset ({self.v_reset_mV} mV) must lie below threshold ({self.v_threshold_mV} mV)"
            )

    @property
    def rheobase_nA(self) -> float:
        """Steady current above which it fires, (v_threshold - v_rest) / R.

        >>> IntegrateAndFire().rheobase_nA
        0.15
        """
        return (self.v_threshold_mV - self.v_rest_mV) / self.resistance_Mohm


def advance_mV(
    v_mV: float | np.ndarray, target_mV: float | np.ndarray, span_ms: float | np.ndarray, tau_ms: float
) -> float | np.ndarray:
    """Potential after `span_ms` without a spike, V_target + (V - V_target) e^(-span/tau): the exact step.

    >>> round(float(advance_mV(-65.0, -45.0, 10.0, 10.0)), 4)
    -52.3576
    """
    return target_mV + (v_mV - target_mV) * np.exp(-span_ms / tau_ms)


def firing_rate_Hz(neuron: IntegrateAndFire, amp_nA: float | np.ndarray) -> np.ndarray:
    """Rate of spikes under a steady current.

        1 / (refractory + tau ln((V_target - v_reset) / (V_target - v_threshold))),  V_target = v_rest + R I

    Zero up to the rheobase; from there the rate begins at zero and rises steeply, without a jump.

    >>> [round(float(rate), 2) for rate in firing_rate_Hz(IntegrateAndFire(), np.array([0.15, 0.2]))]
    [0.0, 63.04]
    """
    target_mV = neuron.v_rest_mV + neuron.resistance_Mohm * np.asarray(amp_nA, dtype=float)
    fires = target_mV > neuron.v_threshold_mV
    safe_mV = np.where(fires, target_mV, neuron.v_threshold_mV + 1)
    climb = np.log((safe_mV - neuron.v_reset_mV) / (safe_mV - neuron.v_threshold_mV))
    return np.where(fires, 1e3 / (neuron.refractory_ms + neuron.tau_ms * climb), 0.0)


def simulate_integrate_and_fire(
    neuron: IntegrateAndFire,
    pulses: Iterable[CurrentPulse] = (),
    *,
    tstop_ms: float = 100.0,
    dt_ms: float = 0.1,
    v_init_mV: float | None = None,
) -> tuple[Recording, np.ndarray]:
    """Solve the neuron exactly under rectangular pulses.

    Args:
        neuron: the parameters.
        pulses: any number of current pulses, added up.
        tstop_ms: when to end.
        dt_ms: how finely the potential is sampled; it changes nothing else.
        v_init_mV: potential at the start, below threshold; the rest where nothing is said.

    Returns:
        A Recording of v (mV) and i_stim (nA), and the times of the spikes in ms, shape (n_spikes,).

    Raises:
        ValueError: a start at or above threshold, or times that are not positive.
    """
    pulses = list(pulses)
    v_mV = neuron.v_rest_mV if v_init_mV is None else v_init_mV
    if v_mV >= neuron.v_threshold_mV:
        raise ValueError(f"v_init_mV ({v_mV}) must lie below threshold ({neuron.v_threshold_mV} mV)")
    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    pieces = _pieces(neuron, pulses, tstop_ms, v_mV)
    time = np.arange(round(tstop_ms / dt_ms) + 1) * dt_ms
    begins, starts_mV, targets_mV, fired = (np.array(column) for column in zip(*pieces, strict=True))
    i = np.searchsorted(begins, time, side="right") - 1
    v = advance_mV(starts_mV[i], targets_mV[i], time - begins[i], neuron.tau_ms)
    current_nA = sum((_amp_nA(pulse, time) for pulse in pulses), np.zeros_like(time))
    signals = [Signal("v", v, "mV"), Signal("i_stim", current_nA, "nA")]
    return Recording(time, signals), begins[fired]


def _pieces(
    neuron: IntegrateAndFire, pulses: list[CurrentPulse], tstop_ms: float, v_mV: float
) -> list[tuple[float, float, float, bool]]:
    """Stretches of one exponential: when it begins, from where, toward where, and whether with a spike."""
    edges = sorted(
        {0.0, *(e for p in pulses for e in (p.delay_ms, p.delay_ms + p.dur_ms) if 0 < e < tstop_ms)}
    )
    pieces, free_ms, fired = [], 0.0, False
    for begin, end in zip(edges, [*edges[1:], tstop_ms], strict=True):
        target = neuron.v_rest_mV + neuron.resistance_Mohm * sum(_amp_nA(pulse, begin) for pulse in pulses)
        t = begin
        while t < end:
            held = t < free_ms
            toward = neuron.v_reset_mV if held else target
            spike_ms = np.inf if held else t + _climb_ms(neuron, v_mV, toward)
            until = min(end, spike_ms, free_ms if held else np.inf)
            pieces.append((t, v_mV, toward, fired))
            v_mV, fired = advance_mV(v_mV, toward, until - t, neuron.tau_ms), False
            if until == spike_ms:
                v_mV, fired, free_ms = neuron.v_reset_mV, True, until + neuron.refractory_ms
            t = until
    return pieces


def _climb_ms(neuron: IntegrateAndFire, v_mV: float, target_mV: float) -> float:
    """Time from here to threshold; infinite where it is never reached."""
    if target_mV <= neuron.v_threshold_mV:
        return np.inf
    return neuron.tau_ms * np.log((target_mV - v_mV) / (target_mV - neuron.v_threshold_mV))


def _amp_nA(pulse: CurrentPulse, t_ms: float | np.ndarray) -> float | np.ndarray:
    """Current of a pulse; at its first instant it flows, at its last no longer."""
    return np.where((t_ms >= pulse.delay_ms) & (t_ms < pulse.delay_ms + pulse.dur_ms), pulse.amp_nA, 0.0)
