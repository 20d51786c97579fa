# SPDX-License-Identifier: BSD-3-Clause
"""The passive cable three times: in closed form, in NEURON, and in finite differences.

Two tolerances recur. SPACE: both grids err by about (dx / lambda)^2 / 6 of the potential, which is 2e-5 at
101 segments for each length constant. TIME: implicit Euler errs by about dt / (2 tau) times the rate of
change, 6e-4 at 0.025 ms for a time constant of 20 ms.
"""

import numpy as np
import pytest
from neuron import h
from scipy.optimize import brentq

from neuroscales.cable import CurrentClamp
from neuroscales.cable.cable_simulation import (
    CableSections,
    finite_difference_impedances_Mohm,
    finite_difference_time_constants_ms,
    neuron_impedances_Mohm,
    simulate_cable,
    simulate_finite_differences,
)
from neuroscales.cable.cable_theory import (
    Branch,
    PassiveCable,
    ac_profile,
    daughter_diam_um,
    electrotonic_length_from,
    equalizing_time_constants_ms,
    input_admittance_uS,
    input_impedance_Mohm,
    input_resistance_Mohm,
    length_constant_um,
    pulse_peak_ms,
    steady_profile,
    step_response_mV,
    three_halves,
    tree_admittance_uS,
    tree_resistance_Mohm,
)
from neuroscales.core import engine, measure

ONE = PassiveCable.of_electrotonic_length(1.0)
ENDS = ("sealed", "infinite", "killed")
SPACE, TIME = 2e-5, 6e-4
STEP = CurrentClamp(place=0, delay_ms=0, dur_ms=1e6, amp_nA=0.01)


def _globals() -> tuple:
    return h.celsius, h.dt, h.t, h.secondorder, h.usetable_hh, h.CVode().active(), h.CVode().atol()


def _of_the_grid(cable, end="sealed", frequency_Hz=0.0):
    """Places and impedances of finite differences."""
    z = finite_difference_impedances_Mohm(cable, end, frequency_Hz)
    return np.linspace(0, 1, len(z)), z


# What a cable is made of


def test_are_tau_lambda_and_input_resistance_those_of_a_cortical_dendrite():
    # From R_m = 20 kohm cm2, R_a = 150 ohm cm, d = 2 um by hand: lambda^2 = d R_m / (4 R_a).
    assert ONE.tau_ms == pytest.approx(20, rel=1e-12)
    assert ONE.lambda_um == pytest.approx(1e4 * np.sqrt(2e-4 * 2e4 / 600), rel=1e-12)
    assert ONE.endless_resistance_Mohm == pytest.approx(389.8, abs=0.05)


def test_is_the_classic_dendrite_almost_two_length_constants_long():
    dendrite = PassiveCable(L_um=400, diam_um=2, Ra_ohm_cm=200, g_S_cm2=5e-4)
    assert dendrite.lambda_um == pytest.approx(223.6, abs=0.05)
    assert dendrite.electrotonic_length == pytest.approx(1.789, abs=5e-4)
    assert steady_profile(dendrite, 1.0) == pytest.approx(0.325, abs=5e-4)


# Steady state


@pytest.mark.parametrize(
    ("end", "middle", "far"),
    [("sealed", 0.7308, 0.6481), ("infinite", 0.6065, 0.3679), ("killed", 0.4434, 0)],
)
def test_does_the_steady_potential_fall_as_its_end_says(end, middle, far):
    # Canonical values have four digits.
    assert steady_profile(ONE, [0.5, 1.0], end) == pytest.approx([middle, far], abs=5e-5)
    for places, z in ((ONE.nodes(), neuron_impedances_Mohm(ONE, end)), _of_the_grid(ONE, end)):
        np.testing.assert_allclose((z / z[0]).real, steady_profile(ONE, places, end), atol=SPACE)


@pytest.mark.parametrize(("end", "Mohm"), [("sealed", 511.9), ("infinite", 389.8), ("killed", 296.9)])
def test_is_the_input_resistance_coth_and_tanh(end, Mohm):
    assert input_resistance_Mohm(ONE, end) == pytest.approx(Mohm, abs=0.05)
    exact = {"sealed": 1 / np.tanh(1), "infinite": 1.0, "killed": np.tanh(1)}[end]
    assert input_resistance_Mohm(ONE, end) == pytest.approx(exact * ONE.endless_resistance_Mohm, rel=1e-12)
    # NEURON's electrode sits on a node without membrane, half a segment before the first that has some.
    assert neuron_impedances_Mohm(ONE, end)[0].real == pytest.approx(
        input_resistance_Mohm(ONE, end), rel=1e-4
    )
    assert _of_the_grid(ONE, end)[1][0].real == pytest.approx(input_resistance_Mohm(ONE, end), rel=1e-4)


def test_do_long_runs_settle_where_the_steady_state_is():
    for end in ENDS:
        neuron = simulate_cable(ONE, [STEP], end=end, tstop_ms=300).profile("v")
        own = simulate_finite_differences(ONE, [STEP], end=end, tstop_ms=300, dt_ms=0.5).profile("v")
        for profile in (neuron, own):
            lifted = profile.values[-1] - ONE.e_mV
            expected = 0.01 * input_resistance_Mohm(ONE, end) * steady_profile(ONE, profile.place, end)
            # After 15 time constants e^(-15) of 5 mV is left to come; the rest is the grid's.
            np.testing.assert_allclose(lifted, expected, atol=5 * (SPACE + np.exp(-15)) + 1e-4)


def test_does_what_goes_in_here_and_is_seen_there_go_both_ways():
    # Reciprocity holds on any grid, so to rounding.
    odd = PassiveCable(nseg=20)
    for end in ("sealed", "killed"):
        there, back = (finite_difference_impedances_Mohm(odd, end, 50, place) for place in (0.0, 0.25))
        assert there[5] == pytest.approx(back[0], rel=1e-9)
    there, back = (neuron_impedances_Mohm(ONE, "sealed", 50, place) for place in (0.0, 1.0))
    assert there[-1] == pytest.approx(back[0], rel=1e-9)


# Sinusoids


def test_does_a_fast_sinusoid_reach_less_far():
    ratios = length_constant_um(ONE, np.array([10.0, 50, 100, 500])) / ONE.lambda_um
    assert ratios == pytest.approx([0.876, 0.521, 0.383, 0.177], abs=5e-4)
    assert length_constant_um(ONE, 100) == pytest.approx(313, abs=0.5)


def test_is_neurons_lambda_f_the_limit_in_which_the_leak_no_longer_counts():
    with engine.neuron_as_found():
        section = h.Section(name="cable")
        section.L, section.diam, section.Ra, section.nseg = ONE.L_um, ONE.diam_um, ONE.Ra_ohm_cm, 101
        h.load_file("stdlib.hoc")
        approximate = {f: h.lambda_f(f, sec=section) for f in (100, 10_000)}
    assert approximate[100] == pytest.approx(325.7, abs=0.05)
    assert approximate[100] > length_constant_um(ONE, 100)
    # What is left out is of the order of 1 / (omega tau).
    assert length_constant_um(ONE, 10_000) == pytest.approx(approximate[10_000], rel=1e-3)


@pytest.mark.parametrize("frequency_Hz", [10, 50, 100, 500])
def test_do_three_methods_find_the_same_length_constant_of_a_sinusoid(frequency_Hz):
    apart_um = 0.5 * ONE.L_um
    for places, z in (
        (ONE.nodes(), neuron_impedances_Mohm(ONE, "infinite", frequency_Hz)),
        _of_the_grid(ONE, "infinite", frequency_Hz),
    ):
        logarithm = np.interp([0.25, 0.75], places, np.log(np.abs(z)))
        # The grid errs by (dx / lambda_AC)^2 / 6: at 500 Hz, where lambda_AC is short, 31 times SPACE.
        expected = length_constant_um(ONE, frequency_Hz)
        assert apart_um / (logarithm[0] - logarithm[1]) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("frequency_Hz", [0, 20, 200])
def test_are_amplitude_and_phase_right_everywhere(end, frequency_Hz):
    z0 = input_impedance_Mohm(ONE, end, frequency_Hz)
    for places, z in (
        (ONE.nodes(), neuron_impedances_Mohm(ONE, end, frequency_Hz)),
        _of_the_grid(ONE, end, frequency_Hz),
    ):
        expected = z0 * ac_profile(ONE, places, end, frequency_Hz)
        # (dx / |lambda / q|)^2 / 6 at 200 Hz, where |q|^2 is 25, is 4e-4 of the largest.
        assert np.abs(z - expected).max() < 5e-4 * abs(z0)


def test_does_a_simulated_sinusoid_settle_on_the_computed_one():
    # A second way to an impedance: let NEURON run 50 Hz for 300 ms, and take the last period's Fourier term.
    frequency_Hz, dt_ms = 50.0, 0.025
    with engine.neuron_as_found():
        sections = CableSections(ONE, "sealed")
        clamp = h.IClamp(sections.section(0))
        clamp.delay, clamp.dur = 0, 1e9
        t = np.arange(0, 300 + dt_ms, dt_ms)
        current, time = h.Vector(0.01 * np.cos(2e-3 * np.pi * frequency_Hz * t)), h.Vector(t)
        current.play(clamp._ref_amp, time, 1)
        v = h.Vector().record(sections.section(1)._ref_v)
        engine.run(engine.Method(dt_ms), 300, ONE.e_mV)
        last = np.array(v)[-800:] - ONE.e_mV
    phasor = 2 * np.mean(last * np.exp(-2j * np.pi * np.arange(800) / 800))
    expected = 0.01 * input_impedance_Mohm(ONE, "sealed", 50) * ac_profile(ONE, 1.0, "sealed", 50)
    # Implicit Euler shifts the phase of a rate by omega dt / 2, 0.4 %, of which the cable makes a few.
    assert abs(phasor) == pytest.approx(abs(expected), rel=0.01)
    assert abs(np.angle(phasor / expected)) < 0.02


# In time


def test_does_the_potential_rise_as_the_error_function_says():
    endless = PassiveCable.of_electrotonic_length(1.0)
    final = 0.01 * endless.endless_resistance_Mohm
    at_tau = step_response_mV(endless, [20.0], 0.0, "infinite", 0.01) / final
    assert at_tau == pytest.approx([0.8427], abs=5e-5)  # erf(1)
    assert step_response_mV(endless, [20.0], 1.0, "infinite", 0.01) / final == pytest.approx(
        [0.2336], abs=5e-5
    )
    neuron = simulate_cable(endless, [STEP], end="infinite", tstop_ms=20).profile("v").values[-1] + 70
    own = (
        simulate_finite_differences(endless, [STEP], end="infinite", tstop_ms=20).profile("v").values[-1] + 70
    )
    for lifted in (neuron, own):
        assert lifted[0] / final == pytest.approx(0.8427, abs=TIME)
        assert lifted[-1] / final == pytest.approx(0.2336, abs=TIME)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("length", [0.3, 1.0, 2.5])
def test_does_the_closed_form_hold_at_every_time_and_at_every_end(end, length):
    cable = PassiveCable.of_electrotonic_length(length)
    neuron = simulate_cable(cable, [STEP], end=end, tstop_ms=40)
    own = simulate_finite_differences(cable, [STEP], end=end, tstop_ms=40)
    later = neuron.time > 2
    for place in (0.0, 0.5, 1.0):
        exact = cable.e_mV + step_response_mV(cable, neuron.time, place, end, STEP.amp_nA)
        nodes = own.profile("v")
        # With an odd nseg the middle is a node of NEURON's, and lies between two of the grid's.
        at_place = [np.interp(place, nodes.place, row) for row in nodes.values]
        found = [neuron.values("v", place), np.array(at_place)]
        for v in found:
            # dt / 2 times the rate of change, which 2 ms after the step is at most 1.5 mV a ms here.
            np.testing.assert_allclose(v[later], exact[later], atol=0.02)
            assert v[-1] == pytest.approx(exact[-1], abs=3e-3)


def test_is_the_sum_of_echoes_the_sum_of_relaxations():
    # The same solution twice: images for early times, eigenfunctions for late ones (Rall 1977).
    length = 0.8
    cable = PassiveCable.of_electrotonic_length(length)
    time = np.array([1.0, 5.0, 20.0, 60.0])
    n = np.arange(1, 4000)[:, None]
    rates = 1 + (n * np.pi / length) ** 2
    decays = np.exp(-time / 20) + 2 * (np.exp(-rates * time / 20) / rates).sum(axis=0)
    modes = cable.endless_resistance_Mohm * (1 / np.tanh(length) - decays / length)
    np.testing.assert_allclose(step_response_mV(cable, time, 0.0, "sealed", 1.0), modes, rtol=1e-9)


def test_is_nothing_there_before_the_step():
    np.testing.assert_array_equal(step_response_mV(ONE, [-5.0, 0.0], 0.0), [0, 0])
    np.testing.assert_array_equal(step_response_mV(ONE, [-5.0, 0.0], 1.0, "killed"), [0, 0])


def _half_time_ms(cable, place):
    """When the potential has risen half of its way, by the closed form."""
    final = cable.endless_resistance_Mohm * np.exp(-place * cable.electrotonic_length)

    def missing_mV(t):
        return step_response_mV(cable, [t], place, "infinite")[0] - 0.5 * final

    return brentq(missing_mV, 1e-3, 500, xtol=1e-10)


def test_does_half_of_the_potential_travel_at_two_length_constants_for_each_time_constant():
    cable = PassiveCable.of_electrotonic_length(4.0, nseg=401)
    half_ms = [_half_time_ms(cable, place) for place in (0.5, 1.0)]
    pace = 2 * cable.tau_ms / (half_ms[1] - half_ms[0])
    assert pace == pytest.approx(1.995, abs=5e-4)
    far = CurrentClamp(0, 0, 1e6, 1.0)
    run = simulate_cable(cable, [far], end="infinite", tstop_ms=80, places=(cable.node(0.5), 1.0))
    for place, expected in zip((cable.node(0.5), 1.0), half_ms, strict=True):
        final = cable.endless_resistance_Mohm * np.exp(-4 * place)
        found = measure.crossings(run.time, run.values("v", place) - cable.e_mV, 0.5 * final)[0]
        # Implicit Euler is late by about half a step for each place that the front has passed.
        assert found == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("x", [0.5, 1.0])
def test_when_does_a_short_pulse_peak_along_the_way(x):
    cable = PassiveCable.of_electrotonic_length(x, nseg=201)
    pulse = CurrentClamp(0, 0, 0.05, 1.0)
    expected = pulse_peak_ms(cable, cable.L_um)
    assert expected == pytest.approx(20 * (np.sqrt(1 + 4 * x * x) - 1) / 4, rel=1e-12)
    neuron = simulate_cable(cable, [pulse], end="infinite", tstop_ms=12)
    own = simulate_finite_differences(cable, [pulse], end="infinite", tstop_ms=12).profile("v").values[:, -1]
    for v in (neuron.values("v", 1.0), own):
        # The middle of the pulse is at 0.025 ms; samples lie 0.025 ms apart, and the step is late by as much.
        assert neuron.time[np.argmax(v)] == pytest.approx(expected + 0.025, abs=0.08)


def test_is_all_of_the_charge_of_a_pulse_still_there_but_for_the_leak():
    pulse = CurrentClamp(0.2, 0, 1.0, 0.1)
    own = simulate_finite_differences(ONE, [pulse], tstop_ms=30).profile("v").values[-1] - ONE.e_mV
    per_node = np.full(len(own), ONE.L_um / ONE.nseg)
    per_node[[0, -1]] /= 2
    charge_pC = 1e-5 * np.pi * ONE.diam_um * (per_node @ own)  # 1 uF/cm2 is 1e-5 pC/(mV um2)
    # Implicit Euler multiplies the charge by 1 / (1 + dt / tau) a step: exact, wherever the charge is.
    left = 1 / (1 + 0.025 / 20)
    expected = 0.1 * 0.025 * sum(left ** (1200 - i) for i in range(40))
    assert charge_pC == pytest.approx(expected, rel=1e-9)
    neuron = simulate_cable(ONE, [pulse], tstop_ms=30).profile("v").values[-1, 1:-1] - ONE.e_mV
    neurons_pC = 1e-5 * np.pi * ONE.diam_um * ONE.L_um * neuron.mean()
    assert neurons_pC == pytest.approx(expected, rel=1e-6)


# Time constants


@pytest.mark.parametrize(
    ("end", "known"), [("sealed", [20, 1.840, 0.494]), ("killed", [5.768, 0.862, 0.319])]
)
def test_are_the_equalizing_time_constants_the_eigenvalues_of_the_grid(end, known):
    exact = equalizing_time_constants_ms(ONE, 3, end)
    assert exact == pytest.approx(known, abs=5e-4)
    # The grid's second derivative of the third mode is too small by (k pi dx)^2 / 12: 5e-4.
    assert finite_difference_time_constants_ms(ONE, 3, end) == pytest.approx(exact, rel=6e-4)


def test_can_the_length_be_read_from_two_time_constants_of_a_run():
    pulse = CurrentClamp(0, 0, 0.5, 0.1)
    run = simulate_cable(ONE, [pulse], tstop_ms=120, dt_ms=0.0125)
    lifted, time = run.values("v", 0.0) - ONE.e_mV, run.time
    late = (time > 40) & (time < 120)
    slope, intercept = np.polyfit(time[late], np.log(lifted[late]), 1)
    rest = lifted - np.exp(intercept + slope * time)
    early = (time > 3) & (time < 7)
    faster = np.polyfit(time[early], np.log(rest[early]), 1)[0]
    # At 3 ms e^(-3 / 0.494) / e^(-3 / 1.84), 1 %, of the third is still there, and Euler's step adds dt / 2.
    assert -1 / slope == pytest.approx(20, rel=1e-3)
    assert -1 / faster == pytest.approx(1.840, rel=0.01)
    assert electrotonic_length_from(-1 / slope, -1 / faster) == pytest.approx(1.0, rel=5e-3)


def test_is_the_length_read_back_exactly_from_exact_time_constants():
    slowest, second = equalizing_time_constants_ms(ONE, 2)
    assert electrotonic_length_from(slowest, second) == pytest.approx(1.0, rel=1e-12)


# Trees


def _tree(diam_um, frequency_Hz=0.0):
    """Stem of half a length constant, and two daughters of half a length constant each."""
    stem = PassiveCable.of_electrotonic_length(0.5)
    daughter = PassiveCable.of_electrotonic_length(0.5, diam_um=diam_um)
    return Branch(stem, (Branch(daughter), Branch(daughter)))


def _neurons_tree_Mohm(tree):
    """Input impedance of the same tree in NEURON."""
    with engine.neuron_as_found():
        stem = CableSections(tree.cable, "sealed").section
        twigs = [CableSections(branch.cable, "sealed").section for branch in tree.daughters]
        for twig in twigs:
            twig.connect(stem(1))
        h.finitialize(-70)
        probe = h.Impedance()
        probe.loc(0, sec=stem)
        probe.compute(0)
        return probe.input(0, sec=stem)


@pytest.mark.parametrize(("diam_um", "Mohm"), [(daughter_diam_um(2.0, 2), 511.9), (1.0, 568.8), (2.0, 401.3)])
def test_is_a_tree_that_keeps_ralls_rule_the_cylinder_that_it_continues(diam_um, Mohm):
    tree = _tree(diam_um)
    assert tree_resistance_Mohm(tree) == pytest.approx(Mohm, abs=0.06)
    assert _neurons_tree_Mohm(tree) == pytest.approx(tree_resistance_Mohm(tree), rel=1e-4)


def test_does_ralls_rule_hold_at_every_frequency_or_only_at_zero():
    tree = _tree(daughter_diam_um(2.0, 2))
    assert three_halves(2.0, [daughter_diam_um(2.0, 2)] * 2) == pytest.approx(1, rel=1e-12)
    for frequency_Hz in (0, 30, 1000):
        cylinder = input_admittance_uS(ONE, 0.0, frequency_Hz)
        assert tree_admittance_uS(tree, frequency_Hz) == pytest.approx(cylinder, rel=1e-12)


def test_do_unequal_daughters_keep_the_rule_too():
    # Rall's rule asks for the sum of d^(3/2) and for equal electrotonic lengths, not for equal daughters.
    diams = (1.5, (2**1.5 - 1.5**1.5) ** (2 / 3))
    stem = PassiveCable.of_electrotonic_length(0.5)
    twigs = tuple(Branch(PassiveCable.of_electrotonic_length(0.5, diam_um=d)) for d in diams)
    assert tree_resistance_Mohm(Branch(stem, twigs)) == pytest.approx(input_resistance_Mohm(ONE), rel=1e-12)


def test_is_an_admittance_with_a_load_that_of_the_three_ends():
    for end, load_uS in (("sealed", 0.0), ("infinite", 1 / ONE.endless_resistance_Mohm), ("killed", 1e9)):
        assert 1 / input_admittance_uS(ONE, load_uS) == pytest.approx(
            input_impedance_Mohm(ONE, end), rel=1e-9
        )


# The numerics


@pytest.mark.parametrize("method", [neuron_impedances_Mohm, finite_difference_impedances_Mohm])
def test_does_the_error_fall_with_the_square_of_the_grid(method):
    errors = []
    for nseg in (11, 33, 99):
        cable = PassiveCable.of_electrotonic_length(1.0, nseg=nseg)
        errors.append(abs(method(cable, "sealed", 100.0)[0] - input_impedance_Mohm(cable, "sealed", 100.0)))
    # Three times as many segments, a ninth of the error; higher powers are left at eleven.
    assert errors[0] / errors[1] == pytest.approx(9, rel=0.05)
    assert errors[1] / errors[2] == pytest.approx(9, rel=0.05)


@pytest.mark.parametrize("simulate", [simulate_cable, simulate_finite_differences])
def test_does_the_error_fall_with_the_step(simulate):
    fine = PassiveCable.of_electrotonic_length(1.0, nseg=301)
    exact = fine.e_mV + step_response_mV(fine, [20.0], 0.0, "sealed", STEP.amp_nA)[0]
    errors = [
        simulate(fine, [STEP], tstop_ms=20, dt_ms=dt_ms).profile("v").values[-1, 0] - exact
        for dt_ms in (0.2, 0.1)
    ]
    # First order: halved with the step.
    assert errors[0] / errors[1] == pytest.approx(2, rel=0.03)


def test_does_a_variable_step_come_closer_than_a_fixed_one():
    exact = ONE.e_mV + step_response_mV(ONE, [20.0], 0.0, "sealed", STEP.amp_nA)[0]
    run = simulate_cable(ONE, [STEP], tstop_ms=20, dt_ms=None)
    assert run.values("v", 0.0)[-1] == pytest.approx(exact, abs=5 * SPACE)


# Good neighbors


@pytest.mark.parametrize("end", ENDS)
def test_is_neuron_afterwards_as_it_was_before(end):
    before, sections = _globals(), len(list(h.allsec()))
    simulate_cable(ONE, [STEP], end=end, tstop_ms=1, dt_ms=None)
    neuron_impedances_Mohm(ONE, end, 10)
    assert _globals() == before
    assert len(list(h.allsec())) == sections


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PassiveCable(diam_um=0), "diam_um of the cable must be positive, not 0"),
        (lambda: PassiveCable(g_S_cm2=-1), "g_S_cm2 of the cable must be positive"),
        (lambda: PassiveCable(Ra_ohm_cm=float("nan")), "Ra_ohm_cm must be a finite number"),
        (lambda: PassiveCable(nseg=2.5), "nseg of the cable is a whole number"),
        (lambda: steady_profile(ONE, 0.5, "open"), "sealed, infinite, killed, not 'open'"),
        (lambda: simulate_cable(ONE, end="cut"), "sealed, infinite, killed, not 'cut'"),
        (lambda: simulate_cable(ONE, places=[1.2]), "fraction of the cable's length from 0 to 1, not 1.2"),
        (lambda: simulate_finite_differences(ONE, dt_ms=0), "dt_ms must be positive, not 0"),
        (lambda: simulate_finite_differences(ONE, tstop_ms=0.01), "longer than a step"),
        (lambda: equalizing_time_constants_ms(ONE, 3, "infinite"), "no discrete time constants"),
        (lambda: finite_difference_time_constants_ms(ONE, 3, "infinite"), "no discrete time constants"),
        (lambda: electrotonic_length_from(1.0, 2.0), "the slower time constant comes first: 1 and 2 ms"),
        (lambda: neuron_impedances_Mohm(ONE, place=-0.1), "from 0 to 1, not -0.1"),
    ],
)
def test_does_bad_input_get_one_clear_sentence(call, message):
    with pytest.raises(ValueError, match=message):
        call()
