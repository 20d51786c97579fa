# SPDX-License-Identifier: BSD-3-Clause
"""Does the channel that the chapter writes do what its equation says, and its explorer show it?"""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from mechanisms import nmodl
from neuroscales.core import measure
from neuroscales.synapse import explorers, own_mechanism


@pytest.fixture(scope="module")
def run():
    """One setting that no explorer has."""
    setting = (0.0015, 30.0)
    return own_mechanism.simulate_settings([setting], tstop_ms=200.0)[setting]


def test_is_the_source_free_of_faults():
    assert nmodl.find_fault(own_mechanism.SOURCE) is None
    assert nmodl.find_unit_fault(own_mechanism.SOURCE) is None


def test_is_the_closed_form_the_solution_of_the_equation():
    times = np.linspace(0, 100, 51)

    def equation(t, n):
        return (own_mechanism.steady_gate(-35.0) - n) / 20.0

    start = [own_mechanism.steady_gate(-70.0)]
    solved = solve_ivp(equation, (0, 100), start, t_eval=times, rtol=1e-10, atol=1e-12).y[0]
    assert own_mechanism.gate_after_step(times, -70.0, -35.0, 20.0) == pytest.approx(solved, abs=1e-8)
    assert own_mechanism.steady_gate(own_mechanism.VHALF_mV) == 0.5


def test_does_the_mechanism_follow_its_closed_form(run):
    # cnexp is exact while the potential stands still; the electrode's 1 Ohm lets it stray by 1e-6 mV.
    assert run.values("n") == pytest.approx(run.values("expected"), abs=1e-7)
    assert run.values("n")[-1] > 0.85  # it did move


def test_does_the_slow_channel_lengthen_the_intervals(run):
    intervals_ms = np.diff(measure.spike_times(run.time, run.values("v")))
    assert (np.diff(intervals_ms[:5]) > 0).all()
    assert intervals_ms[-1] > intervals_ms[0] + 1


def test_is_a_time_constant_that_cannot_be_refused():
    with pytest.raises(ValueError, match="tau_ms must be positive, in ms, not 0"):
        own_mechanism.gate_after_step(np.zeros(2), -80, -20, 0)


@pytest.mark.slow
def test_does_the_explorer_show_every_setting_in_its_panels_and_say_when_the_cell_falls_silent():
    explorer = explorers.own_channel()
    sentences = []
    for row in explorer.grid():
        for frame in row:
            mechanism, expected, v_mV = frame.channels
            assert mechanism == pytest.approx(expected, abs=1e-6)
            assert 0 <= expected.min() <= expected.max() <= 1
            assert v_mV.min() > -90 and v_mV.max() < 60
            sentences.append(frame.sentence)
    assert len(sentences) == 36 and all("agree to 7 digits" in sentence for sentence in sentences)
    silent = [sentence for sentence in sentences if "falls silent" in sentence]
    assert 0 < len(silent) < 12
    assert "the first interval is 14.9 ms, the last 18.0 ms" in explorer.frame(50, 0.002).sentence
    assert "fires 3 times and falls silent" in explorer.frame(100, 0.005).sentence
