# SPDX-License-Identifier: BSD-3-Clause
"""Is a declaration that cannot work refused with a sentence that helps?"""

import pytest

from neuroscales.core import style
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
    ],
)
def test_does_a_control_that_cannot_work_say_why(changes, message):
    with pytest.raises(ValueError, match=message):
        _control(**changes)


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


def test_does_a_profile_without_places_in_the_recording_say_so(declare):
    view = SpaceProfile((Line("v"),), "Membrane potential", "mV", (-90, 60))
    with pytest.raises(ValueError, match="draws the recording has no profile of 'v'"):
        declare(views=(view,), moment=1).frame(5, 10)


def test_is_a_summary_over_something_that_is_no_control_refused(declare):
    view = Summary(lambda recording: 0.0, _control(), "Nothing", "mV", (0, 1))
    with pytest.raises(ValueError, match="drawn over 'amp_nA': no control"):
        declare(views=(view,)).spec()
