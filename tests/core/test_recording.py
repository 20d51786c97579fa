# SPDX-License-Identifier: BSD-3-Clause
import numpy as np
import pytest

from neuroscales.core import Recording, Signal


def _recording(rng: np.random.Generator, n_time: int) -> Recording:
    time = np.cumsum(rng.exponential(0.03, n_time)) + 1e-9
    profile = Signal("v", rng.normal(-65, 30, (n_time, 5)), "mV", np.linspace(0, 1, 5))
    return Recording(
        time,
        [
            Signal("v", rng.normal(-65, 30, n_time), "mV", 0.5),
            Signal("gna", rng.random(n_time) / 3, "S/cm2", 1),
            Signal("i_stim", rng.random(n_time), "nA"),
            profile,
        ],
    )


def _equal(one: Recording, other: Recording) -> bool:
    return np.array_equal(one.time, other.time) and all(
        (a.name, a.unit) == (b.name, b.unit)
        and np.array_equal(a.values, b.values)
        and np.array_equal(np.asarray(a.place, object), np.asarray(b.place, object))
        for a, b in zip(one.signals, other.signals, strict=True)
    )


@pytest.mark.parametrize("seed", range(5))
def test_does_a_recording_survive_json_and_npz_without_loss(seed, tmp_path):
    rng = np.random.default_rng(seed)
    recording = _recording(rng, int(rng.integers(1, 300)))
    recording.to_npz(tmp_path / "recording.npz")
    assert _equal(recording, Recording.from_json(recording.to_json()))
    assert _equal(recording, Recording.from_npz(tmp_path / "recording.npz"))


def test_can_a_recording_be_empty():
    empty = Recording([], [Signal("v", [], "mV")])
    assert _equal(empty, Recording.from_json(empty.to_json()))


def test_is_what_was_recorded_safe_from_later_changes():
    values = np.zeros(3)
    recording = Recording([0, 1, 2], [Signal("v", values, "mV")])
    values[:] = 7
    assert recording.values("v").tolist() == [0, 0, 0]
    with pytest.raises(ValueError, match="read-only"):
        recording.values("v")[0] = 1


@pytest.mark.parametrize(
    ("time", "values", "unit", "message"),
    [
        ([0, 1, 1], [0, 0, 0], "mV", "time must increase: after 1 ms .sample 1. comes 1 ms"),
        ([0, 2, 1], [0, 0, 0], "mV", "time must increase"),
        ([0, 1, np.nan], [0, 0, 0], "mV", "the time base is not a finite number at sample 2"),
        ([0, 1, 2], [0, np.inf, np.nan], "mV", "not a finite number at sample 1 .2 such values."),
        ([0, 1, 2], [0, 0], "mV", "has 2 samples, the time base has 3"),
        ([0, 1, 2], [0, 0, 0], "millivolt", "unknown unit 'millivolt'"),
    ],
)
def test_is_bad_input_answered_in_words(time, values, unit, message):
    with pytest.raises(ValueError, match=message):
        Recording(time, [Signal("v", values, unit)])


def test_is_a_wrong_time_unit_or_a_doubled_signal_refused():
    v = Signal("v", [0.0], "mV", 0.5)
    with pytest.raises(ValueError, match="measures potential"):
        Recording([0], [v], time_unit="mV")
    with pytest.raises(ValueError, match="stands twice"):
        Recording([0], [v, v])


def test_does_looking_up_say_what_there_is():
    recording = Recording([0], [Signal("v", [1.0], "mV", 0.0), Signal("v", [2.0], "mV", 1.0)])
    assert recording.values("v", place=1.0) == 2.0
    with pytest.raises(KeyError, match="say at which place"):
        recording.values("v")
    with pytest.raises(KeyError, match="no such signal"):
        recording.values("m", 0.0)


def test_does_resampling_interpolate_and_refuse_to_extrapolate():
    recording = Recording([0, 1, 4], [Signal("v", [0, 2, 8], "mV"), Signal("x", [[0], [2], [8]], "1", [0.5])])
    resampled = recording.resample([0.5, 2.5])
    assert resampled.values("v").tolist() == [1, 5]
    assert resampled.profile("x").values.tolist() == [[1], [5]]
    with pytest.raises(ValueError, match=r"recorded are 0 .. 4 ms"):
        recording.resample([3, 5])


@pytest.mark.parametrize("text", ["{}", "[]", '{"time": [0], "time_unit": "ms", "signals": [3]}', "nonsense"])
def test_is_json_that_is_no_recording_refused(text):
    with pytest.raises(ValueError):
        Recording.from_json(text)
