# SPDX-License-Identifier: BSD-3-Clause
"""Short-term plasticity, from spike to spike: the exact map of Tsodyks and Markram's terminal."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neuroscales.synapse.receptors import TsodyksMarkram


@dataclass(frozen=True, eq=False)
class Releases:
    """What a terminal releases, spike by spike; all arrays have the shape (n_spikes,).

    Attributes:
        use: part of the resources that are there that the spike releases (u just after its rise).
        available: part of the resources that is there when the spike comes (R just before the release).
    """

    use: np.ndarray
    available: np.ndarray

    @property
    def released(self) -> np.ndarray:
        """Part of all resources that each spike releases, use times available."""
        return self.use * self.available


def releases(terminal: TsodyksMarkram, spikes_ms: Sequence[float]) -> Releases:
    """Follow a terminal from spike to spike; nothing is integrated.

        u <- u e^(-dt/tau_facil)             R <- 1 - (1 - R) e^(-dt/tau_rec)     since the last spike
        u <- u + U1 (1 - u);  release u R;   R <- R - u R                         at the spike

    Tsodyks and Markram 1997, https://doi.org/10.1073/pnas.94.2.719; Tsodyks, Pawelzik and Markram 1998,
    https://doi.org/10.1162/089976698300017502.

    Args:
        terminal: the parameters. Before the first spike the terminal is rested, R = 1 and u = 0.
        spikes_ms: times of its spikes, increasing.

    Raises:
        ValueError: times that are not finite or do not increase.

    >>> releases(TsodyksMarkram(0.5, 800, 50), [0, 50, 100]).released.round(4).tolist()
    [0.5, 0.3139, 0.1607]
    """
    spikes_ms = _checked(spikes_ms)
    use, available = np.empty_like(spikes_ms), np.empty_like(spikes_ms)
    u, R = 0.0, 1.0
    for k, interval_ms in enumerate(np.diff(spikes_ms, prepend=spikes_ms[:1])):
        u = u * left(interval_ms, terminal.tau_facil_ms)
        u = u + terminal.U1 * (1 - u)
        R = 1 - (1 - R) * left(interval_ms, terminal.tau_rec_ms)
        use[k], available[k] = u, R
        R = R - u * R
    return Releases(use, available)


def resources(terminal: TsodyksMarkram, spikes_ms: Sequence[float], time_ms: np.ndarray) -> np.ndarray:
    """R over time: the part of the resources that is there, the spikes' releases taken off.

    Args:
        terminal: the parameters.
        spikes_ms: times of its spikes, increasing.
        time_ms: any shape.

    Returns:
        A pure number from 0 to 1, of the shape of `time_ms`; at the instant of a spike that after it.

    Raises:
        ValueError: times of spikes that are not finite or do not increase.
    """
    spikes_ms, time_ms = _checked(spikes_ms), np.asarray(time_ms, dtype=float)
    if not spikes_ms.size:
        return np.ones_like(time_ms)
    of = releases(terminal, spikes_ms)
    after = of.available - of.released
    last = np.searchsorted(spikes_ms, time_ms, side="right") - 1
    faded = left(time_ms - spikes_ms[last], terminal.tau_rec_ms)
    return np.where(last < 0, 1.0, 1 - (1 - after[last]) * faded)


def left(time_ms: float | np.ndarray, tau_ms: float) -> float | np.ndarray:
    """What is left of 1 after a time, e^(-t/tau); nothing where tau is 0.

    >>> left(1.0, 0.0), left(0.0, 5.0)
    (0.0, 1.0)
    """
    time_ms = np.asarray(time_ms, dtype=float)
    faded = np.exp(-time_ms / tau_ms) if tau_ms > 0 else np.zeros_like(time_ms)
    return faded if faded.ndim else float(faded)


def _checked(spikes_ms: Sequence[float]) -> np.ndarray:
    spikes_ms = np.asarray(spikes_ms, dtype=float)
    if not np.all(np.isfinite(spikes_ms)) or np.any(np.diff(spikes_ms) <= 0):
        raise ValueError("the times of a terminal's spikes, in ms, must be finite and increase")
    return spikes_ms
