# SPDX-License-Identifier: BSD-3-Clause
"""A patch of membrane whose channels open and close at random, and with them its potential.

    C dV/dt = I - gamma_na N_na (V - ena) - gamma_k N_k (V - ek) - gl A (V - el)

with the numbers of open channels of Hodgkin and Huxley's Markov schemes instead of their mean. A small patch
fires without being told to (Chow and White 1996, https://doi.org/10.1016/S0006-3495(96)79494-8; densities
and conductance as there).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording, Signal
from neuroscales.membrane.hodgkin_huxley import rates, steady_gates


@dataclass(frozen=True)
class StochasticPatch:
    """Parameters of the patch; potentials and leak are Hodgkin and Huxley's.

    Attributes:
        area_um2: membrane area.
        sodium_per_um2: density of sodium channels.
        potassium_per_um2: density of potassium channels.
        channel_pS: conductance of one open channel, of either kind.
        gl_S_cm2: leak conductance density.
        ena_mV: sodium's reversal potential.
        ek_mV: potassium's.
        el_mV: the leak's.
        cm_uF_cm2: specific capacitance.

    Raises:
        ValueError: an area, a conductance or a capacitance that is not positive, a patch too small for one
            channel of each kind, or a value that is not finite.
    """

    area_um2: float = 10.0
    sodium_per_um2: float = 60.0
    potassium_per_um2: float = 18.0
    channel_pS: float = 20.0
    gl_S_cm2: float = 0.0003
    ena_mV: float = 50.0
    ek_mV: float = -77.0
    el_mV: float = -54.387
    cm_uF_cm2: float = 1.0

    def __post_init__(self) -> None:
        check_fields(self, "the patch", positive=["area_um2", "channel_pS", "gl_S_cm2", "cm_uF_cm2"])
        if min(self.n_sodium, self.n_potassium) < 1:
            raise ValueError(f"a patch of {self.area_um2} um2 has no channel of one kind: make it larger")

    @property
    def n_sodium(self) -> int:
        """Number of sodium channels."""
        return round(self.area_um2 * self.sodium_per_um2)

    @property
    def n_potassium(self) -> int:
        """Number of potassium channels."""
        return round(self.area_um2 * self.potassium_per_um2)


def simulate_stochastic_patch(
    patch: StochasticPatch,
    rng: np.random.Generator,
    *,
    amp_uA_cm2: float = 0.0,
    tstop_ms: float = 200.0,
    dt_ms: float = 0.02,
    n_patches: int = 1,
    v_init_mV: float = -65.0,
) -> Recording:
    """Simulate independent patches side by side and return what was recorded.

    In each step the channels of each patch are dealt out among the states that they may reach, with the exact
    probabilities for the potential at the step's begin; then the potential relaxes exactly with the channels
    held. The error falls with the step; no channel is ever made or lost.

    Args:
        patch: the parameters.
        rng: source of randomness.
        amp_uA_cm2: steady current density.
        tstop_ms: when the simulation ends.
        dt_ms: the time step.
        n_patches: how many patches.
        v_init_mV: potential at the start, with the gates settled there.

    Returns:
        A Recording in ms of v (mV), n_na and n_k (numbers of open channels), each a profile of shape
        (n_time, n_patches) whose places are the patches' numbers.

    Raises:
        ValueError: times that are not positive.
    """
    if not tstop_ms > dt_ms > 0:
        raise ValueError(f"dt_ms must be positive and shorter than tstop_ms, not {dt_ms} and {tstop_ms}")
    rows = list(_march(patch, rng, amp_uA_cm2, round(tstop_ms / dt_ms), dt_ms, n_patches, v_init_mV))
    v, n_na, n_k = (np.stack(column) for column in zip(*rows, strict=True))
    place = np.arange(n_patches)
    signals = [Signal("v", v, "mV", place), Signal("n_na", n_na, "1", place), Signal("n_k", n_k, "1", place)]
    return Recording(np.arange(len(v)) * dt_ms, signals)


def count_spikes(recording: Recording, peak_mV: float = 0.0, trough_mV: float = -40.0) -> np.ndarray:
    """Spikes of each patch: it goes above `peak_mV` after having been below `trough_mV`, shape (n_patches,).

    In a small patch the potential flickers; without the second level one spike would count several times.
    """
    v = recording.profile("v").values
    armed, spikes = v[0] < trough_mV, np.zeros(v.shape[1], dtype=int)
    for row in v:
        fires = armed & (row > peak_mV)
        spikes += fires
        armed = (armed | (row < trough_mV)) & ~fires
    return spikes


def spontaneous_rate_Hz(
    patch: StochasticPatch,
    rng: np.random.Generator,
    *,
    seconds: float = 10.0,
    n_patches: int = 20,
    dt_ms: float = 0.02,
) -> tuple[float, float]:
    """Rate of spikes that nothing evokes, and its standard error by their number (a Poisson count).

    Args:
        patch: the parameters.
        rng: source of randomness.
        seconds: time simulated, all patches together, beside 20 ms each in which the start is forgotten.
        n_patches: how many patches share it.
        dt_ms: the time step.

    Returns:
        Rate and standard error in Hz.
    """
    warm_ms, span_ms = 20.0, 1e3 * seconds / n_patches
    recording = simulate_stochastic_patch(
        patch, rng, tstop_ms=warm_ms + span_ms, dt_ms=dt_ms, n_patches=n_patches
    )
    late = recording.time >= warm_ms
    v = Signal("v", recording.profile("v").values[late], "mV", np.arange(n_patches))
    n = count_spikes(Recording(recording.time[late], [v])).sum()
    return float(n / seconds), float(np.sqrt(max(n, 1)) / seconds)


def _march(
    patch: StochasticPatch,
    rng: np.random.Generator,
    amp_uA_cm2: float,
    n_steps: int,
    dt_ms: float,
    n_patches: int,
    v_init_mV: float,
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Potential and numbers of open sodium and potassium channels, step after step."""
    v = np.full(n_patches, v_init_mV)
    m, h, n = steady_gates(v)
    sodium = rng.multinomial(patch.n_sodium, _pairs(_binomial(3, m), _binomial(1, h)))
    potassium = rng.multinomial(patch.n_potassium, _binomial(4, n))
    per_channel = 1e-9 * patch.channel_pS / (1e-8 * patch.area_um2)  # mS/cm2
    gl, per_g = 1e3 * patch.gl_S_cm2, dt_ms / patch.cm_uF_cm2
    yield v, sodium[:, -1], potassium[:, -1]
    for _ in range(n_steps):
        moved, closed = _gate_moves(v, dt_ms)
        sodium = _deal(
            rng, sodium, _pairs_of_moves(_moves(3, moved[0], closed[0]), _moves(1, moved[1], closed[1]))
        )
        potassium = _deal(rng, potassium, _moves(4, moved[2], closed[2]))
        g_na, g_k = per_channel * sodium[:, -1], per_channel * potassium[:, -1]
        g = g_na + g_k + gl
        target = (g_na * patch.ena_mV + g_k * patch.ek_mV + gl * patch.el_mV + amp_uA_cm2) / g
        v = target + (v - target) * np.exp(-per_g * g)
        yield v, sodium[:, -1], potassium[:, -1]


def _gate_moves(v_mV: np.ndarray, dt_ms: float) -> tuple[np.ndarray, np.ndarray]:
    """Probability of one gate to be open a step after it was closed, and after it was open, each (3, n)."""
    alpha, beta = rates(v_mV)
    settled, left = alpha / (alpha + beta), np.exp(-(alpha + beta) * dt_ms)
    return settled * (1 - left), settled + (1 - settled) * left


def _binomial(n_gates: int, p: np.ndarray) -> np.ndarray:
    """Probability of 0 to n of n equal gates open, shape (..., n + 1)."""
    found = np.ones((*p.shape, 1))
    for _ in range(n_gates):
        longer = np.zeros((*p.shape, found.shape[-1] + 1))
        longer[..., :-1] += found * (1 - p)[..., None]
        longer[..., 1:] += found * p[..., None]
        found = longer
    return found


def _moves(n_gates: int, from_closed: np.ndarray, from_open: np.ndarray) -> np.ndarray:
    """Probability to go from k open gates to j, shape (..., n + 1, n + 1): each gate moves by itself."""
    rows = []
    for k in range(n_gates + 1):
        stay, come = _binomial(k, from_open), _binomial(n_gates - k, from_closed)
        row = np.zeros((*from_open.shape, n_gates + 1))
        for j in range(k + 1):
            row[..., j : j + n_gates - k + 1] += stay[..., j : j + 1] * come
        rows.append(row)
    return np.stack(rows, axis=-2)


def _pairs(fast: np.ndarray, slow: np.ndarray) -> np.ndarray:
    """Joint probabilities of two independent parts, the slow one's number first: (..., n_slow n_fast)."""
    return (slow[..., :, None] * fast[..., None, :]).reshape(*fast.shape[:-1], -1)


def _pairs_of_moves(fast: np.ndarray, slow: np.ndarray) -> np.ndarray:
    """The same of the matrices of moves."""
    both = slow[..., :, None, :, None] * fast[..., None, :, None, :]
    n = slow.shape[-1] * fast.shape[-1]
    return both.reshape(*fast.shape[:-2], n, n)


def _deal(rng: np.random.Generator, counts: np.ndarray, moves: np.ndarray) -> np.ndarray:
    """Channels dealt out among the states that they may reach, shape (n_patches, n_states)."""
    moves = moves / moves.sum(axis=-1, keepdims=True)
    return rng.multinomial(counts, moves).sum(axis=-2)
