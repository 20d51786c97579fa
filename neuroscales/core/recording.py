# SPDX-License-Identifier: BSD-3-Clause
"""The Recording: a time base and named signals, each with its unit and its place.

It is the one thing that flows through the course: from a simulation to a figure, to an explorer, to a
hand-in, to the judge.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from neuroscales.core.units import check_unit, quantity

Place = float | str | np.ndarray | None


@dataclass(frozen=True, eq=False)
class Signal:
    """One recorded quantity.

    Attributes:
        name: the field's name of it, such as ``"v"`` or ``"gna"``.
        values: array of shape (n_time,) at one place, or (n_time, n_places) for a profile.
        unit: unit of the values, one of those in `neuroscales.core.units`; ``"1"`` for a pure number.
        place: where it was recorded: a fraction of the length (0 to 1), a name, or None where there is
            only one place. For a profile, the array of the fractions, shape (n_places,).

    Raises:
        ValueError: values that are not finite numbers, an unknown unit, or places that do not fit the shape.
    """

    name: str
    values: np.ndarray
    unit: str
    place: Place = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _read_only(self.values))
        if isinstance(self.place, list | tuple | np.ndarray):
            object.__setattr__(self, "place", _read_only(self.place))
        elif isinstance(self.place, int | np.floating | np.integer):
            object.__setattr__(self, "place", float(self.place))
        check_unit(self.unit)
        _check_finite(self.values, self.label)
        self._check_shape()

    @property
    def is_profile(self) -> bool:
        """Whether the signal holds several places at once."""
        return isinstance(self.place, np.ndarray)

    @property
    def label(self) -> str:
        """Name and place in words, for messages."""
        if self.place is None:
            return f"signal {self.name!r}"
        where = f"{len(self.place)} places" if self.is_profile else self.place
        return f"signal {self.name!r} at {where}"

    def _check_shape(self) -> None:
        expected = 2 if self.is_profile else 1
        if self.values.ndim != expected:
            raise ValueError(f"{self.label} has {self.values.ndim} dimensions where {expected} is expected")
        if self.is_profile and self.values.shape[1] != len(self.place):
            raise ValueError(f"{self.label} has values at {self.values.shape[1]} places")


@dataclass(frozen=True, eq=False)
class Recording:
    """A time base and the signals recorded on it, uniform or with variable step.

    Attributes:
        time: array of shape (n_time,), strictly increasing.
        signals: the signals; no two share both name and place.
        time_unit: unit of `time`.

    Raises:
        ValueError: time that is not finite or does not increase, a signal of another length, two signals of
            the same name and place, an unknown unit.

    >>> recording = Recording([0.0, 1.0], [Signal("v", [-65.0, -64.0], "mV", place=0.5)])
    >>> float(recording.values("v", place=0.5)[-1])
    -64.0
    """

    time: np.ndarray
    signals: tuple[Signal, ...]
    time_unit: str = "ms"

    def __init__(self, time: Iterable[float], signals: Iterable[Signal], time_unit: str = "ms") -> None:
        object.__setattr__(self, "time", _read_only(time))
        object.__setattr__(self, "signals", tuple(signals))
        object.__setattr__(self, "time_unit", time_unit)
        self._check_time()
        self._check_signals()

    def signal(self, name: str, place: float | str | None = None) -> Signal:
        """Return the signal `name` at `place`; without a place, the only signal of that name.

        Raises:
            KeyError: there is none, or there are several and no place is given.
        """
        found = [s for s in self.signals if s.name == name and (place is None or _same_place(s.place, place))]
        if len(found) != 1:
            have = ", ".join(s.label for s in self.signals)
            problem = "no such signal" if not found else "several such signals: say at which place"
            raise KeyError(f"{name!r} at {place!r}: {problem}; the recording has {have}")
        return found[0]

    def values(self, name: str, place: float | str | None = None) -> np.ndarray:
        """Return the values of the signal `name` at `place`, in the signal's unit."""
        return self.signal(name, place).values

    def profile(self, name: str) -> Signal:
        """Return the signal `name` that holds the whole space profile.

        Raises:
            KeyError: the recording has no profile of that name.
        """
        for candidate in self.signals:
            if candidate.name == name and candidate.is_profile:
                return candidate
        raise KeyError(f"the recording has no profile of {name!r}")

    def resample(self, time: Iterable[float]) -> "Recording":
        """Return the recording interpolated linearly at `time` (same unit).

        Raises:
            ValueError: `time` reaches outside the recorded window.
        """
        new_time = _read_only(time)
        if new_time.size and (new_time[0] < self.time[0] or new_time[-1] > self.time[-1]):
            raise ValueError(
                f"cannot resample to {new_time[0]:g} .. {new_time[-1]:g} {self.time_unit}: "
                f"recorded are {self.time[0]:g} .. {self.time[-1]:g} {self.time_unit}"
            )
        signals = [
            Signal(s.name, _interpolate(new_time, self.time, s.values), s.unit, s.place) for s in self.signals
        ]
        return Recording(new_time, signals, self.time_unit)

    def to_json(self) -> str:
        """Write the recording as JSON, without loss: every float is written so that it reads back equal."""
        return json.dumps(
            {
                "time": self.time.tolist(),
                "time_unit": self.time_unit,
                "signals": [
                    {"name": s.name, "unit": s.unit, "place": _plain(s.place), "values": s.values.tolist()}
                    for s in self.signals
                ],
            },
            allow_nan=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Recording":
        """Read a recording from the JSON that `to_json` writes.

        Raises:
            ValueError: the text is no such JSON; the message says what is wrong.
        """
        try:
            data = json.loads(text)
            signals = [Signal(s["name"], s["values"], s["unit"], s["place"]) for s in data["signals"]]
            return cls(data["time"], signals, data["time_unit"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"this JSON is not a recording: {error!r}") from error

    def to_npz(self, path: str | Path) -> None:
        """Write the recording to a compressed npz file."""
        header = {
            "time_unit": self.time_unit,
            "signals": [{"name": s.name, "unit": s.unit, "place": _plain(s.place)} for s in self.signals],
        }
        arrays = {f"values_{i}": s.values for i, s in enumerate(self.signals)}
        np.savez_compressed(path, header=np.array(json.dumps(header)), time=self.time, **arrays)

    @classmethod
    def from_npz(cls, path: str | Path) -> "Recording":
        """Read a recording from the npz file that `to_npz` writes (no pickle is ever loaded).

        Raises:
            ValueError: the file is no recording.
        """
        with np.load(path, allow_pickle=False) as file:
            if "header" not in file:
                raise ValueError(f"{path} is an npz file, but not a recording")
            header = json.loads(str(file["header"]))
            signals = [
                Signal(s["name"], file[f"values_{i}"], s["unit"], s["place"])
                for i, s in enumerate(header["signals"])
            ]
            return cls(file["time"], signals, header["time_unit"])

    def _check_time(self) -> None:
        check_unit(self.time_unit)
        if quantity(self.time_unit) != "time":
            raise ValueError(
                f"the time base is in {self.time_unit}, which measures {quantity(self.time_unit)}"
            )
        if self.time.ndim != 1:
            raise ValueError(f"the time base has {self.time.ndim} dimensions where 1 is expected")
        _check_finite(self.time, "the time base")
        steps = np.diff(self.time)
        if np.any(steps <= 0):
            i = int(np.argmax(steps <= 0))
            raise ValueError(
                f"time must increase: after {self.time[i]:g} {self.time_unit} (sample {i}) "
                f"comes {self.time[i + 1]:g} {self.time_unit}"
            )

    def _check_signals(self) -> None:
        seen: list[Signal] = []
        for signal in self.signals:
            if len(signal.values) != len(self.time):
                raise ValueError(
                    f"{signal.label} has {len(signal.values)} samples, the time base has {len(self.time)}"
                )
            if any(s.name == signal.name and _same_place(s.place, signal.place) for s in seen):
                raise ValueError(f"{signal.label} stands twice in the recording")
            seen.append(signal)


def _read_only(values: Any) -> np.ndarray:
    """A float64 copy that nobody changes behind the recording's back."""
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


def _check_finite(values: np.ndarray, label: str) -> None:
    bad = ~np.isfinite(values)
    if bad.any():
        first = int(np.argmax(bad.reshape(len(values), -1).any(axis=1)))
        raise ValueError(f"{label} is not a finite number at sample {first} ({int(bad.sum())} such values)")


def _same_place(one: Place, other: Place) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return isinstance(one, np.ndarray) and isinstance(other, np.ndarray) and np.array_equal(one, other)
    return one == other


def _plain(place: Place) -> Any:
    return place.tolist() if isinstance(place, np.ndarray) else place


def _interpolate(new_time: np.ndarray, time: np.ndarray, values: np.ndarray) -> np.ndarray:
    if values.ndim == 1:
        return np.interp(new_time, time, values)
    return np.stack([np.interp(new_time, time, column) for column in values.T], axis=1)
