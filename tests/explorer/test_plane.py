# SPDX-License-Identifier: BSD-3-Clause
"""The view of one quantity over another: curves that follow the controls, the path of a run, points."""

import matplotlib as mpl
import numpy as np
import pytest

from neuroscales.core import Recording, Signal
from neuroscales.explorer import Control, Curve, Explorer, Plane, TimeSeries
from neuroscales.explorer.declare import Line
from neuroscales.explorer.page import payload, still_svg


def _spiral(turns: float) -> Recording:
    time_ms = np.linspace(0, 10, 501)
    angle = 2 * np.pi * turns * time_ms / 10
    size = 20 * np.exp(-time_ms / 5)
    w = Signal("w", 0.5 + size / 40 * np.sin(angle), "1")
    return Recording(time_ms, [Signal("v", size * np.cos(angle), "mV"), w])


def _line(v_mV: np.ndarray, turns: float) -> np.ndarray:
    return 0.5 + v_mV * turns / 100


def _fixed(recording: Recording, turns: float) -> list:
    return [(0.0, 0.5, True), (10.0, 0.9, False)][: int(turns)]


def _plane(**changes: object) -> Plane:
    fields = {
        "curves": (Curve("at rest", _line, "membrane potential"),),
        "x_label": "Membrane potential", "x_unit": "mV", "x_range": (-30, 30),
        "label": "Open fraction", "unit": "1", "range": (0, 1),
    }  # fmt: skip
    return Plane(**{**fields, **changes})


def _explorer(**changes: object) -> Explorer:
    return Explorer(
        name="spiral",
        title="A spiral",
        model=_spiral,
        controls=(Control("turns", "Turns", "1", (1, 2), start=2),),
        views=(
            _plane(**{"path": ("v", "w"), "points": _fixed, **changes}),
            TimeSeries((Line("v"),), "Membrane potential", "mV", (-30, 30)),
        ),
        describe=lambda recording: "It turns inward.",
        caption="It turns inward.",
        alt="A spiral.",
        moment=5.0,
    )


def test_do_curves_path_and_points_follow_the_controls():
    once, twice = (_explorer().frame(turns).channels for turns in (1, 2))
    curve, v, w, x, y, full, trace = once
    assert curve == pytest.approx(_line(np.linspace(-30, 30, 201), 1))
    assert twice[0] == pytest.approx(_line(np.linspace(-30, 30, 201), 2))
    assert v == pytest.approx(trace)
    assert (w[0], w[-1]) == pytest.approx((0.5, 0.5), abs=1e-9)
    assert (x[0], y[0], full[0]) == (0, 0.5, 1) and np.isnan(x[1:]).all()
    assert (twice[3][1], twice[4][1], twice[5][1]) == (10, 0.9, 0) and np.isnan(twice[3][2])


def test_does_the_potential_that_two_panels_draw_travel_once():
    channels = payload(_explorer())["channels"]
    assert [channel.get("same") for channel in channels] == [None] * 6 + [1]


def test_is_a_curve_that_leaves_the_plane_cut_off_a_little_outside():
    steep = Curve("steep", lambda v_mV, turns: 1e6 * v_mV, "potassium")
    (values,) = _explorer(curves=(steep,), path=None, points=None).frame(1).channels[:1]
    assert (values.min(), values.max()) == pytest.approx((-0.1, 1.1))


def test_does_paper_show_the_curves_names_the_points_and_both_axes():
    svg = still_svg(_explorer())
    for words in ("at rest", "Membrane potential (mV)", "Open fraction"):
        assert words in svg
    figure = mpl.figure.Figure()
    explorer = _explorer()
    explorer.views[0].draw(figure.subplots(), explorer.view_of(explorer.start, 2), 5.0)
    marked = [line for line in figure.axes[0].lines if line.get_marker() == "o"]
    assert [line.get_fillstyle() for line in marked[:2]] == [
        "full",
        "full",
    ]  # where the run is, and what attracts
    assert marked[2].get_fillstyle() == "none"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"curves": ()}, "needs at least one curve"),
        ({"curves": (Curve("a", _line, "sodium"), Curve("a", _line, "sodium"))}, "the label 'a' .* stands 2"),
        ({"x_range": (1, 1)}, "must go up"),
        ({"unit": "mvolt"}, "unknown unit"),
    ],
)
def test_does_a_plane_that_cannot_work_say_why(changes, message):
    with pytest.raises(ValueError, match=message):
        _plane(**changes)


def test_does_a_plane_with_too_many_points_or_without_its_signal_say_why():
    with pytest.raises(ValueError, match="has 2 points, at most 1"):
        _explorer(most_points=1).frame(2)
    with pytest.raises(ValueError, match="draws 'u' at None: no such signal"):
        _explorer(path=("u", "w")).frame(2)
