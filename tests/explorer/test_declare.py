# SPDX-License-Identifier: BSD-3-Clause
"""Is a declaration that cannot work refused with a sentence that helps?"""

import numpy as np
import pytest

from neuroscales.core import Recording, Signal, style
from neuroscales.explorer import Control, Line, SpaceProfile, SpaceTimeMap, Summary, TimeSeries


def _control(**changes):
    return Control(
        **{"name": "amp_nA", "label": "Amplitude", "unit": "nA", "values": (1, 2), "start": 1, **changes}
    )


def _view(*lines, **changes):
    fields = {"lines": lines or (Line("v"),), "label": "Membrane potential", "unit": "mV", "range": (-90, 60)}
    return TimeSeries(**{**fields, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": " "}, "needs a label"),
        ({"unit": "nAmp"}, "unknown unit 'nAmp'"),
        ({"values": (1,)}, "at least two values"),
        ({"values": (2, 1)}, "finite and increase"),
        ({"values": (1, 1)}, "finite and increase"),
        ({"values": (1, float("nan"))}, "finite and increase"),
        ({"start": 1.5}, "starts at 1.5 nA, which is none of its values"),
        ({"words": ("off",)}, "has 1 words for 2 values"),
    ],
)
def test_does_a_control_that_cannot_work_say_why(changes, message):
    with pytest.raises(ValueError, match=message):
        _control(**changes)


def test_does_a_control_that_chooses_say_what_is_chosen(declare):
    choice = _control(name="v0_mV", label="First pulse", unit="1", words=("none", "one"))
    assert (choice.text(2), choice.spec()["texts"]) == ("one", ["none", "one"])
    tau = Control("tau_ms", "Time constant", "ms", (1, 2), start=1)
    assert declare(controls=(choice, tau)).words(1, 2) == "First pulse none, time constant 2 ms"


@pytest.mark.parametrize(
    ("lines", "changes", "message"),
    [
        ((), {"lines": ()}, "at least one line"),
        ((), {"label": ""}, "needs a label"),
        ((), {"range": (60, -90)}, "must go up"),
        ((), {"unit": "mvolt"}, "unknown unit"),
        ((Line("v", 0.5, "a"), Line("v", 0.5, "b")), {}, "the line 'v at 0.5' .* stands 2 times"),
        ((Line("v", 0.5, "a"), Line("v", 1.0, "a")), {}, "the label 'a' .* stands 2 times"),
        ((Line("ca"),), {}, "needs a meaning, one of"),
        (tuple(Line("v", x, str(x)) for x in (0.0, 0.3, 0.6, 1.0)), {}, "at most 3 can be told apart"),
    ],
)
def test_does_a_view_that_cannot_work_say_why(lines, changes, message):
    with pytest.raises(ValueError, match=message):
        _view(*lines, **changes)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Two Words"}, "lower-case letters"),
        ({"alt": ""}, "needs alternative text"),
        ({"caption": ""}, "needs a caption"),
        ({"title": ""}, "needs a title"),
        ({"views": ()}, "at least one control and one view"),
        ({"controls": (_control(), _control())}, "the control 'amp_nA' stands 2 times"),
        ({"samples": 1}, "at least two samples"),
        ({"views": (SpaceTimeMap("v", "Potential", "mV", (-90, 60)),)}, "needs a moment"),
    ],
)
def test_does_an_explorer_that_cannot_work_say_why(declare, changes, message):
    with pytest.raises(ValueError, match=message):
        declare(**changes)


def test_is_a_signal_that_the_model_does_not_record_named(declare):
    explorer = declare(views=(_view(Line("v", 0.25)),))
    with pytest.raises(
        ValueError, match=r"'v' at 0\.25: no such signal; the recording has signal 'v' at 0\.5"
    ):
        explorer.frame(5, 10)


def test_does_a_signal_of_another_quantity_not_pass_for_a_potential(declare):
    with pytest.raises(ValueError, match="do not convert"):
        declare(views=(_view(unit="nA"),)).frame(5, 10)


def test_is_a_signal_shown_in_the_unit_of_its_view(declare):
    in_mV, in_V = (declare(views=(_view(unit=unit),)).frame(5, 10).channels[0] for unit in ("mV", "V"))
    assert in_mV[0] == pytest.approx(-55)
    assert in_V[0] == pytest.approx(-0.055)


def test_are_three_places_of_one_quantity_told_apart_by_dash_and_by_color():
    styles = _view(Line("v", 0.0, "a"), Line("v", 0.5, "b"), Line("v", 1.0, "c")).styles()
    assert len({color for color, _ in styles}) == len({tuple(dash) for _, dash in styles}) == 3


def test_does_a_single_line_take_the_color_of_its_meaning():
    (spec,) = _view(Line("gna"), unit="S/cm2").spec(())["lines"]
    assert spec["color"] == style.COLORS["sodium"]
    assert spec["dash"] == list(style.LINES["sodium"][1])


def test_has_a_pulse_upright_edges_wherever_the_drawn_samples_fall(declare):
    def pulse(tau_ms: float, v0_mV: float) -> Recording:
        time_ms = np.linspace(0, 20, 801)
        current_nA = np.where((time_ms > 5) & (time_ms <= 10), v0_mV, 0)
        return Recording(time_ms, [Signal("i_stim", current_nA, "nA"), Signal("v", current_nA, "mV")])

    view = TimeSeries((Line("i_stim"),), "Current", "nA", (-30, 30))
    explorer = declare(model=pulse, views=(view,), samples=302)  # no sample falls on the edges
    (drawn,) = explorer.frame(5, 10).channels
    assert set(drawn) == {0, 10}
    time_ms = explorer.time
    assert np.array_equal(drawn == 10, (time_ms > 5) & (time_ms <= 10))
    assert [line["jumps"] for line in view.spec(())["lines"]] == [True]
    assert not _view().spec(())["lines"][0]["jumps"]


def test_does_a_profile_without_places_in_the_recording_say_so(declare):
    view = SpaceProfile((Line("v"),), "Membrane potential", "mV", (-90, 60))
    with pytest.raises(ValueError, match="draws the recording has no profile of 'v'"):
        declare(views=(view,), moment=1).frame(5, 10)


def test_is_a_summary_over_something_that_is_no_control_refused(declare):
    view = Summary(lambda recording: 0.0, _control(), "Nothing", "mV", (0, 1))
    with pytest.raises(ValueError, match="drawn over 'amp_nA': no control"):
        declare(views=(view,)).spec()


def test_is_a_logarithmic_axis_down_to_zero_refused():
    with pytest.raises(ValueError, match="both axes must begin above zero"):
        Summary(lambda recording: 1.0, _control(), "Ratio", "1", (0, 1), logarithmic=True)
