# SPDX-License-Identifier: BSD-3-Clause
"""Are the cables that the page builds by hand the library's, and does its explorer show what theory says?"""

import numpy as np
import pytest

from neuroscales.cable import CurrentClamp, PassiveCable, simulate_cable
from neuroscales.cable.cable_simulation import finite_difference_impedances_Mohm, simulate_finite_differences
from neuroscales.cable.cable_theory import (
    REFLECTIONS,
    ac_profile,
    equalizing_time_constants_ms,
    input_impedance_Mohm,
    input_resistance_Mohm,
    length_constant_um,
    step_response_mV,
)
from neuroscales.cable.explorers import ends_and_frequency
from tests.pages import page_fixture

CABLE = PassiveCable()
ELECTRODE = CurrentClamp(place=0, delay_ms=0, dur_ms=1e9, amp_nA=0.01)


page = page_fixture("cable/cable")


def test_is_the_dendrite_built_line_by_line_equal_to_the_librarys(page):
    for end, name in (("sealed", "sealed"), ("infinite", "endless"), ("killed", "killed")):
        run = simulate_cable(CABLE, [ELECTRODE], end=end, tstop_ms=300)
        # The same equations with the same method on the same grid: equal to rounding.
        np.testing.assert_allclose(page["simulated"][name], run.profile("v").values[-1], atol=1e-9)


def test_are_the_dozen_lines_of_numpy_equal_to_the_librarys(page):
    cut = PassiveCable(nseg=page["pieces"])
    run = simulate_finite_differences(cut, [ELECTRODE], tstop_ms=60)
    np.testing.assert_allclose(page["own_mV"], run.profile("v").values + 70, atol=1e-9)
    steady = 0.01 * finite_difference_impedances_Mohm(cut)
    np.testing.assert_allclose(page["own_steady_mV"], steady.real, atol=1e-9)
    killed = 0.01 * finite_difference_impedances_Mohm(cut, "killed")
    assert page["v"][0] == pytest.approx(killed[0].real, abs=1e-6)  # the last of the page's loads


def test_does_the_page_find_what_its_sentences_say(page):
    assert page["tau_ms"] == pytest.approx(CABLE.tau_ms, rel=1e-9)
    assert page["lambda_um"] == pytest.approx(CABLE.lambda_um, rel=1e-9)
    for end, name in (("sealed", "sealed"), ("infinite", "endless"), ("killed", "killed")):
        # NEURON's grid of 101 segments is off by a few in a hundred thousand.
        assert page["resistances"][name] == pytest.approx(input_resistance_Mohm(CABLE, end), rel=1e-4)
    assert page["R_endless_Mohm"] == pytest.approx(CABLE.endless_resistance_Mohm, rel=1e-9)
    assert page["lambda_100_um"] == pytest.approx(length_constant_um(CABLE, 100), rel=1e-9)
    assert page["neuron_100_um"] == pytest.approx(325.7, abs=0.05)
    final = 0.01 * input_resistance_Mohm(CABLE)
    rising = step_response_mV(CABLE, [20.0], 0.0, "sealed", 0.01) / final
    # Implicit Euler at 0.025 ms: dt / 2 tau of the rate of change.
    assert page["at_tau"]["electrode"] == pytest.approx(rising[0], abs=1e-3)
    assert page["at_tau"]["far end"] < 1 - np.exp(-1) < page["at_tau"]["electrode"]
    slowest, second = equalizing_time_constants_ms(CABLE, 2)
    assert page["slow_ms"] == pytest.approx(slowest, rel=1e-3)
    assert page["fast_ms"] == pytest.approx(second, rel=5e-3)  # a little of the third is left
    assert page["found_L"] == pytest.approx(CABLE.electrotonic_length, rel=3e-3)


def test_do_the_exercises_find_what_their_solutions_say(page):
    tree = page["tree_Mohm"]
    assert tree[1.26] == pytest.approx(tree["cylinder"], rel=1e-4)
    assert tree[1] > tree["cylinder"] > tree[2]
    assert page["off_percent"]["diameter for radius"] == pytest.approx(78, abs=0.6)
    assert page["off_percent"]["radius for diameter"] == pytest.approx(-40, abs=0.6)
    printed = {
        "A": (0.779, 0.607, 0.472, 0.368),
        "B": (0.700, 0.443, 0.215, 0),
        "C": (0.907, 0.843, 0.806, 0.793),
    }
    for name, values in printed.items():
        assert page["candidates"][name][1:] == pytest.approx(values, abs=6e-4)


# The explorer


@pytest.fixture(scope="module")
def explorer():
    return ends_and_frequency()


def test_does_the_explorer_show_what_theory_says_at_every_setting(explorer):
    end, diam, frequency = explorer.controls
    low, high = explorer.views[0].range
    for number in end.values:
        name = tuple(REFLECTIONS)[int(number)]
        assert end.text(number) == name
        for diam_um in diam.values[::2]:
            cable = PassiveCable(diam_um=diam_um)
            for f_Hz in frequency.values:
                shown = explorer.frame(number, diam_um, f_Hz).channels[0]
                x = np.linspace(0, 1, len(shown))
                z = input_impedance_Mohm(cable, name, f_Hz) * ac_profile(cable, x, name, f_Hz)
                # The grid errs by (dx / |lambda / q|)^2 / 6 of the largest: 1.3e-3 at 1 kHz.
                np.testing.assert_allclose(shown, 0.01 * np.abs(z), atol=0.01 * abs(z[0]) * 2e-3)
                assert low <= shown.min() <= shown.max() <= high


def test_do_the_waves_of_the_explorer_have_the_amplitudes_that_it_draws(explorer):
    recording = explorer.run(0, 2, 100)
    # 40 ms are four periods of 400 samples each.
    for place, share in ((0.0, 0.0), (0.5, 0.5)):
        swing = recording.values("v", place) + 70
        expected = 0.01 * abs(
            input_impedance_Mohm(CABLE, "sealed", 100) * ac_profile(CABLE, share, "sealed", 100)
        )
        assert np.ptp(swing) / 2 == pytest.approx(expected, rel=1e-3)
    assert recording.values("share")[0] == pytest.approx(abs(ac_profile(CABLE, 0.5, "sealed", 100)), rel=2e-3)


def test_does_the_point_lie_on_its_curve(explorer):
    for f_Hz in (0, 20, 1000):
        _, _, curve, at_x, at_y, _, *_ = explorer.frame(2, 3, f_Hz).channels
        over = np.linspace(0, 1000, len(curve))
        # The curve bends most at low frequencies, where 201 points lie 5 Hz apart.
        assert at_y[0] == pytest.approx(np.interp(at_x[0], over, curve), abs=1e-9)


def test_does_the_sentence_say_how_much_arrives(explorer):
    sealed, endless, killed = (explorer.frame(end, 2, 0).sentence for end in (0, 1, 2))
    assert sealed == "The potential moves by 5.2 mV at the electrode; 74 % of that arrives in the middle."
    assert "3.9 mV at the electrode; 61 %" in endless
    assert "2.9 mV at the electrode; 45 %" in killed


def test_do_the_three_ends_become_one_at_200_hertz(explorer):
    curves = [explorer.frame(end, 2, 200).channels[0] for end in (0, 1, 2)]
    reached = slice(
        0, len(curves[0]) // 2
    )  # at the end itself a killed one is at rest, whatever the frequency
    for curve in curves[1:]:
        assert np.abs(curve - curves[0])[reached].max() < 0.05 * curves[0][0]
    steady = [explorer.frame(end, 2, 0).channels[0] for end in (0, 2)]
    assert np.abs(steady[1] - steady[0])[reached].max() > 0.4 * steady[0][0]
