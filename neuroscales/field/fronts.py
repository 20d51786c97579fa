# SPDX-License-Identifier: BSD-3-Clause
"""Fronts: how fast firing invades silent tissue, in theory and in a recording.

With a step gain at h the front u(x - ct) follows in closed form. Its speed c solves

    L(p) = w^(0) / 2 - h,   1/c = p tau + 1/velocity

where L is the Laplace transform of the kernel; so a finite conduction velocity adds its own time per mm. For
w = exp(-|x|/s) / 2s it is c = s (1 - 2h) / (2 h tau) (Pinto and Ermentrout 2001,
https://doi.org/10.1137/S0036139900346453; Coombes 2005, https://doi.org/10.1007/s00422-005-0574-y).
"""

import numpy as np
from scipy.optimize import brentq

from neuroscales.core import measure
from neuroscales.core.recording import Recording
from neuroscales.field.growth import step_threshold
from neuroscales.field.simulation import NeuralField


def front_speed_mm_per_ms(field: NeuralField) -> float:
    """Speed of a front of a field with a step gain, positive where firing invades silence.

    Args:
        field: the tissue, without adaptation; its kernel must not be negative anywhere.

    Returns:
        The speed in mm/ms, which is m/s; 0 where the threshold is half of the kernel's integral.

    Raises:
        ValueError: a gain that is no step, adaptation, a kernel that is negative somewhere or local, or a
            threshold that lets no front stand between firing and silence (it must lie between 0 and the
            kernel's integral).
    """
    threshold, total = step_threshold(field), float(field.kernel.transform(0.0))
    if field.adaptation:
        raise ValueError("the speed of a front is for a field without adaptation")
    if not 0 < threshold < total:
        raise ValueError(f"a front needs a threshold between 0 and {total:g}, not {threshold:g}")
    if np.any(field.kernel.density(np.linspace(0, field.kernel.extent_mm, 2001)) < 0):
        raise ValueError("the speed of a front is for kernels that are nowhere negative")
    # Seen from the other side, silence invades firing as if the threshold were the rest of the integral.
    low = min(threshold, total - threshold)
    rest = total / 2 - low
    if rest <= 1e-12 * total:
        return 0.0
    p = _decay_per_mm(field, rest)
    speed = 1 / (p * field.tau_ms + 1 / field.velocity_mm_per_ms)
    return speed if threshold == low else -speed


def front_position_mm(x_mm: np.ndarray, u: np.ndarray, level: float) -> float:
    """The rightmost place at which u falls through a level, by linear interpolation.

    Raises:
        ValueError: u never falls through it from left to right.
    """
    falls = measure.crossings(x_mm, u, level, "down")
    if not falls.size:
        raise ValueError(f"u does not fall through {level:g} anywhere: there is no front")
    return float(falls[-1])


def arrival_ms(recording: Recording, x_mm: float, level: float, name: str = "u") -> float:
    """When u first rises through a level at a place, read between the grid points beside it.

    Raises:
        ValueError: the place is outside of the recording, or u does not rise through the level there.
    """
    signal = recording.profile(name)
    if not signal.place[0] <= x_mm <= signal.place[-1]:
        raise ValueError(f"the recording reaches from {signal.place[0]:g} to {signal.place[-1]:g} mm")
    j = int(np.clip(np.searchsorted(signal.place, x_mm), 1, len(signal.place) - 1))
    part = (x_mm - signal.place[j - 1]) / (signal.place[j] - signal.place[j - 1])
    # Between two grid points the front moves evenly; u itself, on a steep front, does not.
    near, far = (_first_rise_ms(recording.time, signal.values[:, i], level) for i in (j - 1, j))
    return near + part * (far - near)


def speed_between_mm_per_ms(
    recording: Recording, from_mm: float, to_mm: float, level: float, name: str = "u"
) -> float:
    """Speed of a front from its arrivals at two places, in mm/ms; negative where it runs to the left.

    Raises:
        ValueError: see `arrival_ms`; or it arrives at both places at once.
    """
    delay = arrival_ms(recording, to_mm, level, name) - arrival_ms(recording, from_mm, level, name)
    if delay == 0:
        raise ValueError("the front arrives at both places at the same time")
    return (to_mm - from_mm) / delay


def _decay_per_mm(field: NeuralField, rest: float) -> float:
    """The p at which the Laplace transform of the kernel has fallen to `rest`."""
    high = 1 / max(field.kernel.extent_mm, 1e-9)
    while field.kernel.laplace(high) > rest:
        high *= 2
        if high > 1e9:
            raise ValueError("the front has no finite speed: the kernel is local, or the threshold too low")
    return brentq(lambda p: field.kernel.laplace(p) - rest, 0, high, xtol=1e-14)


def _first_rise_ms(time_ms: np.ndarray, u: np.ndarray, level: float) -> float:
    times = measure.crossings(time_ms, u, level)
    if not times.size:
        raise ValueError(f"u does not rise through {level:g} there while it is recorded")
    return float(times[0])
