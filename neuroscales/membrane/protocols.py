# SPDX-License-Identifier: BSD-3-Clause
"""What is done to a membrane: pulses and steps and ramps of current.

Every protocol knows the charge that it has brought by a time t. A method that takes steps asks for the charge
of a step, and so delivers all of a pulse however short it is and wherever it falls between the steps.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neuroscales.core.parameters import check_finite

Numbers = float | np.ndarray
"""One number for all cells, or one for each: shape (n_cells,)."""


class Stimulus(Protocol):
    """Anything that says how much charge it has brought."""

    def charge_nC_cm2(self, t_ms: float) -> Numbers:
        """Charge per membrane area from the beginning of time to `t_ms`."""


@dataclass(frozen=True)
class CurrentPulse:
    """A rectangular pulse of current from an electrode into a whole cell.

    Attributes:
        delay_ms: when it starts.
        dur_ms: how long it lasts.
        amp_nA: current; positive depolarizes.

    Raises:
        ValueError: a negative duration, or a value that is not finite.
    """

    delay_ms: float = 1.0
    dur_ms: float = 1.0
    amp_nA: float = 0.0

    def __post_init__(self) -> None:
        check_finite(self)
        if self.dur_ms < 0:
            raise ValueError(f"the pulse's duration cannot be negative ({self.dur_ms} ms)")

    def charge_pC(self, t_ms: Numbers) -> Numbers:
        """Charge that it has brought by `t_ms` (1 nA for 1 ms is 1 pC).

        >>> float(CurrentPulse(delay_ms=1, dur_ms=2, amp_nA=0.1).charge_pC(2.5))
        0.15000000000000002
        """
        return self.amp_nA * np.clip(np.asarray(t_ms) - self.delay_ms, 0, self.dur_ms)


@dataclass(frozen=True)
class Pulse:
    """A rectangular pulse of current density; by default a step, which does not end.

    Attributes:
        delay_ms: when it starts.
        dur_ms: how long it lasts; infinite for a step.
        amp_uA_cm2: current density; positive depolarizes.

    Each is one number for all cells, or an array of shape (n_cells,).
    """

    delay_ms: Numbers = 0.0
    dur_ms: Numbers = np.inf
    amp_uA_cm2: Numbers = 0.0

    def charge_nC_cm2(self, t_ms: float) -> Numbers:
        """Charge density by `t_ms` (1 uA/cm2 for 1 ms is 1 nC/cm2).

        >>> float(Pulse(delay_ms=5, amp_uA_cm2=10).charge_nC_cm2(7))
        20.0
        """
        return self.amp_uA_cm2 * np.minimum(np.maximum(t_ms - self.delay_ms, 0), self.dur_ms)


@dataclass(frozen=True)
class Ramp:
    """A current density that grows evenly from zero, and then stays.

    Attributes:
        delay_ms: when it begins to grow.
        dur_ms: how long it grows; must be positive.
        amp_uA_cm2: where it arrives, and stays; negative for a ramp down.

    Each is one number for all cells, or an array of shape (n_cells,).

    Raises:
        ValueError: a duration that is not positive (a `Pulse` is what jumps).
    """

    delay_ms: Numbers = 0.0
    dur_ms: Numbers = 100.0
    amp_uA_cm2: Numbers = 0.0

    def __post_init__(self) -> None:
        if not np.all(np.asarray(self.dur_ms) > 0):
            raise ValueError(f"the ramp's duration must be positive, not {self.dur_ms} ms; a Pulse jumps")

    def charge_nC_cm2(self, t_ms: float) -> Numbers:
        """Charge density by `t_ms`.

        >>> float(Ramp(dur_ms=10, amp_uA_cm2=4).charge_nC_cm2(10))
        20.0
        """
        since = np.maximum(t_ms - self.delay_ms, 0)
        growing = np.minimum(since, self.dur_ms)
        return self.amp_uA_cm2 * (growing**2 / (2 * self.dur_ms) + (since - growing))
