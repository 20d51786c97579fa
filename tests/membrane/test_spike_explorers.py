# SPDX-License-Identifier: BSD-3-Clause
"""The explorers of simpler spikes and of excitability: do they show what the models do?"""

import numpy as np
import pytest

from neuroscales.membrane import excitability, explorers, morris_lecar
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley, simulate_hodgkin_huxley, steady_gates
from neuroscales.membrane.protocols import Pulse


@pytest.mark.parametrize("values", [(0, 0, -10, 0.02), (90, 0, -25, 0.13), (45, 1, -60, 0.3)])
def test_does_the_plane_show_the_run_that_its_sliders_ask_for(values):
    amp, kind, v_init_mV, w_init = values
    explorer = explorers.phase_plane()
    shown = explorer.run(*values)
    membrane = (morris_lecar.HOPF, morris_lecar.SADDLE_NODE)[kind]
    alone = morris_lecar.simulate_morris_lecar(
        membrane, float(amp), tstop_ms=500, dt_ms=0.125, v_init_mV=v_init_mV, w_init=w_init
    )
    # The explorer's step of 0.25 ms against half of it: hundredths of a millivolt where the spike is steep.
    assert shown.values("v") == pytest.approx(alone.values("v")[::2], abs=0.02)
    assert shown.values("w") == pytest.approx(alone.values("w")[::2], abs=1e-4)


def test_do_the_planes_curves_cross_at_its_points():
    explorer = explorers.phase_plane()
    for amp in explorer.controls[0].values:
        for kind in (0, 1):
            channels = explorer.frame(amp, kind, -60, 0.02).channels
            v_stands, w_stands, places, heights = channels[0], channels[1], channels[4], channels[5]
            grid = np.linspace(-75, 70, 201)
            there = ~np.isnan(places)
            assert there.sum() in (1, 3)
            # Both curves are drawn at 201 places, straight in between.
            for x, y in zip(places[there], heights[there], strict=True):
                assert np.interp(x, grid, w_stands) == pytest.approx(y, abs=2e-3)
                assert np.interp(x, grid, v_stands) == pytest.approx(y, abs=6e-3)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((0, 0, -20, 0.02), "No spike, then \N{MINUS SIGN}61 mV, where it stays."),
        ((0, 0, -10, 0.02), "One spike, then \N{MINUS SIGN}61 mV, where it stays."),
        ((90, 0, -60, 0.02), "It fires again and again, every 103 ms."),
        ((90, 0, -25, 0.13), "No spike, then \N{MINUS SIGN}27 mV, where it stays."),
        ((42, 1, -60, 0.02), "It fires again and again, every 145 ms."),
        ((230, 0, -60, 0.02), "One spike, then 9 mV, where it stays."),
    ],
)
def test_does_the_planes_sentence_say_how_it_ends(values, said):
    assert explorers.phase_plane().frame(*values).sentence == said


def test_does_everything_stay_in_the_panels_of_the_plane():
    explorer = explorers.phase_plane()
    plane = explorer.views[0]
    for amp in explorer.controls[0].values:
        for kind in (0, 1):
            run = explorer.run(amp, kind, 20, 0.02)
            assert plane.x_range[0] < run.values("v").min() <= run.values("v").max() < plane.x_range[1]
            assert plane.range[0] < run.values("w").min() <= run.values("w").max() < plane.range[1]


def test_does_the_firing_curve_show_the_run_that_its_sliders_ask_for():
    shown = explorers.bistability().run(7, 1, -1)
    at_mV = excitability.equilibrium_mV(7.0)
    alone = simulate_hodgkin_huxley(
        HodgkinHuxley(el_mV=-54.387),
        [Pulse(amp_uA_cm2=7.0), Pulse(20.0, 1.0, 20.0)],
        tstop_ms=40,
        dt_ms=0.05,
        v_init_mV=at_mV + 2.0,
        gates=steady_gates(at_mV),
    )
    until = np.searchsorted(shown.time, 40.0)
    assert shown.values("v")[:until] == pytest.approx(alone.values("v")[::4][:until], abs=1e-4)
    current = shown.values("i_stim")
    assert np.sum(current[1:]) * 0.2 == pytest.approx(250 * 7 + 20, rel=1e-9)


def test_do_rest_and_firing_live_side_by_side_on_the_firing_curve():
    explorer = explorers.bistability()
    amps = np.array(explorer.controls[0].values)
    alone = np.array(["times a second" in explorer.frame(amp, 0, -1).sentence for amp in amps])
    fires = np.array(["times a second" in explorer.frame(amp, 1, -1).sentence for amp in amps])
    # The borders that eigenvalues and slow descents give: 9.775 from rest, 6.25 from firing.
    assert amps[alone].min() == 10 and amps[fires].min() == 6.5


def test_does_the_dot_lie_on_the_curve_of_what_was_done():
    explorer = explorers.bistability()
    for amp in explorer.controls[0].values:
        for kicked in (0, 1):
            channels = explorer.frame(amp, kicked, -1).channels
            curve = channels[2] if kicked else channels[3]
            on_curve = np.interp(amp, np.linspace(0, 16, 321), curve)
            # Few spikes are left late in the run: their intervals are still settling by a hertz.
            assert channels[5][0] == pytest.approx(on_curve, abs=1.5)


def test_does_one_pulse_stop_the_firing_and_the_same_one_begin_it():
    explorer = explorers.bistability()
    stopped = [
        after for after in explorer.controls[2].values if "rests" in explorer.frame(8, 1, after).sentence
    ]
    assert stopped == [8.0, 8.5, 9.0]  # of the window from 7.75 to 9.25 ms
    assert "It fires to the end" in explorer.frame(8, 0, 8).sentence
    assert explorer.frame(8, 0, -1).sentence == "It does not fire."


def test_do_the_panels_hold_all_runs_of_the_firing_curve():
    explorer = explorers.bistability()
    for kicked in (0, 1):
        for after in explorer.controls[2].values:
            for amp in (0, 8, 16):
                run = explorer.run(amp, kicked, after)
                for view, signal in zip(explorer.views, ("v", "i_stim"), strict=False):
                    low, high = view.range
                    assert low < run.values(signal).min() <= run.values(signal).max() < high
