# SPDX-License-Identifier: BSD-3-Clause
import numpy as np
import pytest

from neuroscales.core import measure


def _triangle() -> tuple[np.ndarray, np.ndarray]:
    """Rises from -60 to 40 mV in 1 ms, falls to -80 in 2 ms, returns to -60."""
    return np.array([0, 1, 2, 4, 6.0]), np.array([-60, -60, 40, -80, -60.0])


def test_are_crossings_interpolated_in_both_directions():
    time, v = _triangle()
    # Up: 60 of 100 mV into the rise; down: 40 of 120 mV into the fall of 2 ms.
    assert measure.crossings(time, v, 0.0, "up") == pytest.approx([1.6], abs=1e-12)
    assert measure.crossings(time, v, 0.0, "down") == pytest.approx([2 + 2 * 40 / 120], abs=1e-12)


def test_is_a_trace_that_touches_the_level_from_below_a_crossing():
    assert measure.crossings([0, 1, 2], [-1, 0, -1], 0.0, "up").tolist() == [1.0]
    assert measure.crossings([0, 1, 2], [0, 1, 2], 0.0, "up").size == 0


def test_is_the_half_width_from_rest_that_of_the_triangle():
    time, v = _triangle()
    # Half-way between -60 and 40 is -10 mV: reached at 1.5 ms, left 50 of 120 mV into the fall.
    assert measure.half_width(time, v, -60.0) == pytest.approx(0.5 + 2 * 50 / 120, abs=1e-12)


def test_is_the_half_width_from_the_trough_wider():
    time, v = _triangle()
    # Half-way between -80 and 40 is -20 mV.
    width = measure.half_width(time, v, definition="trough to peak")
    assert width == pytest.approx((2 - 1.4) + 2 * 60 / 120, abs=1e-12)


def test_is_the_width_that_of_the_first_spike_of_a_train():
    time, v = _triangle()
    twice = np.concatenate([time, time + 7]), np.concatenate([v, v])
    assert measure.half_width(*twice, -60.0) == pytest.approx(measure.half_width(time, v, -60.0), abs=1e-12)


def test_do_the_definitions_from_efel_agree_with_ours_where_they_mean_the_same():
    time = np.arange(0, 20, 0.01)
    v = -65 + 100 * np.exp(-(((time - 8) / 0.7) ** 2)) - 10 * np.exp(-(((time - 11) / 1.5) ** 2))
    ours = measure.half_width(time, v, definition="trough to peak")
    # eFEL works on a grid of 0.01 ms: two crossings, each within a sample.
    assert measure.half_width(time, v, definition="eFEL spike_half_width") == pytest.approx(ours, abs=0.02)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"definition": "from somewhere"}, "unknown half-width 'from somewhere'"),
        ({}, "needs rest_mV"),
        ({"rest_mV": -60.0, "v_mV": np.array([-60, -50, -40, -30, -20.0])}, "holds no whole spike"),
    ],
)
def test_does_a_width_that_cannot_be_had_say_why(arguments, message):
    time, v = _triangle()
    with pytest.raises(ValueError, match=message):
        measure.half_width(time, arguments.pop("v_mV", v), **arguments)


def test_is_the_velocity_distance_over_delay():
    time = np.linspace(0, 10, 1001)
    first, second = np.where(time < 2, -65.0, 20.0), np.where(time < 4, -65.0, 20.0)
    # Both jumps are smeared over one sample in the same way, so that the delay is exactly 2 ms.
    assert measure.velocity(time, first, second, 10_000) == pytest.approx(5.0, rel=1e-9)
    assert measure.velocity(time, second, first, 10_000) == pytest.approx(-5.0, rel=1e-9)
    with pytest.raises(ValueError, match="no spike at the second place"):
        measure.velocity(time, first, np.full_like(time, -65), 10_000)


def test_does_bisection_bracket_the_answer():
    asked = []

    def question(x: float) -> bool:
        asked.append(x)
        return x >= 856.9

    found = measure.bisect(question, 0, 10_000, 1e-4)
    assert 856.9 <= found <= 856.9 * (1 + 1e-4)
    assert len(asked) < 25


def test_does_bisection_refuse_a_question_that_does_not_turn():
    with pytest.raises(ValueError, match="already yes at the low end, 1"):
        measure.bisect(lambda x: True, 1, 2)
    with pytest.raises(ValueError, match="still no at the high end, 2"):
        measure.bisect(lambda x: False, 1, 2)
    with pytest.raises(ValueError, match="low < high"):
        measure.bisect(lambda x: True, 2, 1)


def test_are_lists_of_unequal_length_refused():
    with pytest.raises(ValueError, match="they must be equal"):
        measure.crossings([0, 1], [0, 1, 2])
