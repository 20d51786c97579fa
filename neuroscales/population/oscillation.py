# SPDX-License-Identifier: BSD-3-Clause
"""Measures of a rhythm, and the drives that raise and lower a population by degrees.

A phase lag has several definitions in use: for one run of the rhythm set they give 24 to 36 degrees. Here a
crossing is one of the level midway between the highest and the lowest value.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neuroscales.core.measure import crossings
from neuroscales.core.recording import Recording


@dataclass(frozen=True)
class Rhythm:
    """What a rhythm is like.

    Attributes:
        period_ms: mean distance of the upward crossings of the middle.
        low: lowest value.
        high: highest value.
        lag_ms: from such a crossing to the next one of the second signal; NaN where there is none.
    """

    period_ms: float
    low: float
    high: float
    lag_ms: float = float("nan")

    @property
    def frequency_Hz(self) -> float:
        """1000 per period."""
        return 1e3 / self.period_ms

    @property
    def lag_degrees(self) -> float:
        """The lag as a part of the circle."""
        return 360 * self.lag_ms / self.period_ms


def rhythm(
    recording: Recording,
    name: str = "E",
    second: str | None = None,
    *,
    place: float | None = None,
    since_ms: float = 200.0,
    smallest: float = 1e-3,
) -> Rhythm | None:
    """Measure a rhythm, or say that there is none.

    Args:
        recording: of the signals.
        name: the signal whose period is measured.
        second: the signal whose lag behind it is measured.
        place: which run, where there are several.
        since_ms: what comes earlier is left out.
        smallest: a swing smaller than this is no rhythm.

    Returns:
        The rhythm; None where the swing is too small, where there are fewer than three crossings, or where
        the swing of the last third is less than nine tenths of that of the first: it is dying out.

    Raises:
        ValueError: nothing is left after `since_ms`.
    """
    late = recording.time >= since_ms
    if late.sum() < 3:
        raise ValueError(f"the recording ends at {recording.time[-1]:g} ms: since_ms must be earlier")
    time, trace = recording.time[late], _trace(recording, name, place)[late]
    ups = _ups(time, trace)
    third = len(trace) // 3
    if np.ptp(trace) < smallest or len(ups) < 3 or np.ptp(trace[-third:]) < 0.9 * np.ptp(trace[:third]):
        return None
    period, lag = float(np.diff(ups).mean()), float("nan")
    if second is not None:
        later = _ups(time, _trace(recording, second, place)[late])
        following = [later[later >= up] for up in ups]
        lag = float(np.mean([after[0] - up for after, up in zip(following, ups, strict=True) if after.size]))
    return Rhythm(period, float(trace.min()), float(trace.max()), lag)


def triangle(
    low: float, high: float, per_s: float, hold_ms: float = 0.0
) -> tuple[Callable[[np.ndarray], np.ndarray], float]:
    """A drive that is held, raised evenly, and lowered again at the same pace.

    Args:
        low: where it begins and ends.
        high: where it turns.
        per_s: its pace, per second.
        hold_ms: how long it is held first.

    Returns:
        The drive as a function of time in ms, and the time at which it is back.

    Raises:
        ValueError: a pace that is not positive, a hold that is negative, or a high that is not above low.

    >>> drive, back_ms = triangle(0.0, 1.0, per_s=0.5, hold_ms=100.0)
    >>> drive(np.array([0.0, 1100.0, 2100.0])).tolist(), back_ms
    ([0.0, 0.5, 1.0], 4100.0)
    """
    if not (per_s > 0 and hold_ms >= 0 and high > low):
        raise ValueError(
            f"from {low} to {high} at {per_s} per s after {hold_ms} ms: it must rise, at a positive pace"
        )
    turn_ms = hold_ms + 1e3 * (high - low) / per_s
    back_ms = 2 * turn_ms - hold_ms

    def drive(time_ms: np.ndarray) -> np.ndarray:
        return np.interp(time_ms, [hold_ms, turn_ms, back_ms], [low, high, low])

    return drive, float(back_ms)


def _trace(recording: Recording, name: str, place: float | None) -> np.ndarray:
    if place is None:
        return recording.values(name)
    profile = recording.profile(name)
    return profile.values[:, int(np.argmin(np.abs(profile.place - place)))]


def _ups(time: np.ndarray, trace: np.ndarray) -> np.ndarray:
    return crossings(time, trace, 0.5 * (trace.min() + trace.max()))
