# SPDX-License-Identifier: BSD-3-Clause
"""What data can tell: bounds beside fits, exact symmetries beside ranks, profiles that stay open."""

import numpy as np
import pytest

from neuroscales.bridges import experiments as ex
from neuroscales.bridges import identifiability as idf
from neuroscales.bridges.identifiability import cramer_rao, fisher, in_logarithms, sensitivities
from neuroscales.membrane import hodgkin_huxley as hh
from neuroscales.membrane.protocols import Pulse
from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import releases

DUAL_TIME = 0.25 * np.arange(1, 121)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (ex.decay(np.arange(5.0)), [1.0, 20.0]),
        (ex.synaptic_current(DUAL_TIME[:9]), [1.5, 0.8, 9.0]),
        (ex.synapse_responses([0, 50, 100, 600]), [1.0, 0.4, 300.0, 80.0]),
        (ex.wilson_cowan(np.arange(1.0, 20.0)), ex.WILSON_COWAN),
        (ex.squid_membrane(np.arange(1.0, 8.0), 12.0), [120.0, 36.0, 0.3]),
    ],
    ids=["decay", "current", "synapse", "wilson-cowan", "squid"],
)
def test_are_exact_sensitivities_the_limit_of_differences(model, parameters):
    parameters = np.array(parameters)
    exact = sensitivities(model, parameters)
    for j, value in enumerate(parameters):
        step = 1e-5 * value * np.eye(parameters.size)[j]
        difference = (model(parameters + step) - model(parameters - step)) / (2 * step[j])
        assert exact[:, j] == pytest.approx(difference, rel=1e-5, abs=1e-6 * np.abs(exact[:, j]).max())


def test_is_the_bound_of_a_decay_the_known_one_and_do_fits_reach_it():
    model, true = ex.decay(np.arange(101.0)), np.array([1.0, 20.0])
    bound = cramer_rao(fisher(sensitivities(model, true), 0.02))
    assert bound.sd == pytest.approx([0.00852, 0.2474], rel=1e-3)
    assert bound.correlation[0, 1] == pytest.approx(-0.690, abs=5e-4)
    assert bound.known == pytest.approx([0.0062, 0.179], rel=5e-3)
    fits = idf.monte_carlo(model, true, 0.02, 600, np.random.default_rng(1))
    # The sd of an sd from 600 fits is 2.9 %.
    assert fits.std(axis=0, ddof=1) == pytest.approx(bound.sd, rel=3.3 * 0.029)
    assert np.corrcoef(fits.T)[0, 1] == pytest.approx(-0.690, abs=3.3 * (1 - 0.69**2) / np.sqrt(600))
    dense = cramer_rao(fisher(sensitivities(ex.decay(np.arange(0, 101, 0.25)), true), 0.02))
    # Four samples in place of one, but for the first, which has no neighbors before it.
    assert dense.sd / bound.sd == pytest.approx([0.5, 0.5], rel=0.05)


@pytest.mark.parametrize(("a", "rise", "decay"), [(1.0, 0.8, 6.0), (1.5, 1.2, 9.0), (2.2, 1.8, 14.0)])
def test_do_fits_of_a_synaptic_current_scatter_as_the_bound_says(a, rise, decay):
    model, true = ex.synaptic_current(DUAL_TIME), np.array([a, rise, decay])
    bound = cramer_rao(fisher(sensitivities(model, true), 0.02))
    fits = idf.monte_carlo(model, true, 0.02, 300, np.random.default_rng(2))
    # 4.1 % for the sd of 300 fits; the bound itself is for small noise, 2 % more.
    assert fits.std(axis=0, ddof=1) == pytest.approx(bound.sd, rel=3.3 * 0.041 + 0.02)
    assert np.all(bound.known < bound.sd)


def test_is_the_bound_of_a_dual_exponential_the_known_one():
    model, true = ex.synaptic_current(DUAL_TIME), np.array([1.0, 1.0, 5.0])
    relative = cramer_rao(fisher(in_logarithms(sensitivities(model, true), true), 0.02)).sd
    assert relative == pytest.approx([0.038, 0.049, 0.027], abs=1e-3)


def test_can_a_charging_curve_of_unknown_gain_tell_two_of_three():
    true = np.array([2.0, 100.0, 0.2])
    jacobian = in_logarithms(sensitivities(ex.charging(np.arange(1.0, 100.0)), true), true)
    information = fisher(jacobian, 0.01)
    assert idf.rank(information) == 2
    null = idf.sloppy_spectrum(jacobian, 0.01)[1][:, -1]
    # q times lambda, R over lambda, C times lambda.
    assert np.abs(null) == pytest.approx(np.full(3, 1 / np.sqrt(3)), abs=1e-9)
    with pytest.raises(ValueError, match="leaves no trace"):
        cramer_rao(information)


def _scaled(names, factor):
    scale = np.ones(11)
    for name in names:
        down = name.startswith("a_")
        scale[ex.WILSON_COWAN_NAMES.index(name)] = 1 / factor if down else factor
    return scale


E_TWIN = ("c1", "c2", "P", "theta_e", "a_e")
I_TWIN = ("c3", "c4", "theta_i", "a_i")


@pytest.mark.parametrize("drive", [1.2, 1.35, 1.55])
@pytest.mark.parametrize("both", [False, True])
def test_do_eleven_parameters_have_two_exact_twins_and_rank_nine(drive, both):
    model = ex.wilson_cowan(np.arange(0.5, 100.5, 0.5), both=both)
    true = ex.WILSON_COWAN.copy()
    true[8] = drive
    for names in (E_TWIN, I_TWIN):
        assert model(true * _scaled(names, 1.3)) == pytest.approx(model(true), abs=1e-13)
    assert np.abs(model(true * _scaled(("c1",), 1.01)) - model(true)).max() > 0.01
    jacobian = in_logarithms(sensitivities(model, true), true)
    values, vectors = idf.sloppy_spectrum(jacobian, 0.01)
    assert np.all(values[:9] > 1e-3) and np.all(values[9:] < 1e-18 * values[0])
    for names in (E_TWIN, I_TWIN):
        direction = np.log(_scaled(names, np.e))
        inside = vectors[:, 9:].T @ direction / np.linalg.norm(direction)
        assert np.linalg.norm(inside) > 0.999999


def test_is_the_spectrum_of_eleven_parameters_the_known_one_and_the_control_too():
    model = ex.wilson_cowan(np.arange(0.5, 100.5, 0.5))
    jacobian = in_logarithms(sensitivities(model, ex.WILSON_COWAN), ex.WILSON_COWAN)
    values, _ = idf.sloppy_spectrum(jacobian, 0.01)
    assert np.log10(values[0] / values[8]) == pytest.approx(9.3, abs=0.15)
    change = np.abs(model(ex.WILSON_COWAN * _scaled(("c1",), 1.01)) - model(ex.WILSON_COWAN)).max()
    assert change == pytest.approx(0.041, abs=1e-3)


def test_do_plain_differences_show_a_combination_that_is_not_there():
    model, true = ex.wilson_cowan(np.arange(0.5, 100.5, 0.5)), ex.WILSON_COWAN
    columns = []
    for j in range(11):
        step = 1e-3 * true[j] * np.eye(11)[j]
        columns.append((model(true + step) - model(true - step)) / 2e-3)
    coarse, _ = idf.sloppy_spectrum(np.stack(columns, axis=1), 0.01)
    exact, _ = idf.sloppy_spectrum(in_logarithms(sensitivities(model, true), true), 0.01)
    assert coarse[9] > 1e-3 and exact[9] < 1e-9


def test_is_the_ladder_of_decays_evenly_spaced_over_decades():
    rates = 0.2 * 2.2 ** np.arange(4)
    jacobian = in_logarithms(sensitivities(ex.sum_of_decays(0.1 * np.arange(201)), rates), rates)
    values, vectors = idf.sloppy_spectrum(jacobian, 0.01)
    by_matrix = np.linalg.eigvalsh(fisher(jacobian, 0.01))[::-1]
    assert values == pytest.approx(by_matrix, rel=1e-6)
    steps = -np.diff(np.log10(values))
    assert np.all((steps > 0.5) & (steps < 2.5))
    assert vectors.T @ vectors == pytest.approx(np.eye(4), abs=1e-12)


@pytest.mark.parametrize(
    ("use", "rec", "facil"), [(0.35, 300.0, 40.0), (0.5, 500.0, 80.0), (0.65, 800.0, 150.0)]
)
def test_are_the_responses_those_of_the_courses_synapse(use, rec, facil):
    spikes = [0.0, 50.0, 100.0, 150.0, 700.0]
    found = ex.synapse_responses(spikes)(np.array([1.0, use, rec, facil]))
    terminal = TsodyksMarkram(U1=use, tau_rec_ms=rec, tau_facil_ms=facil)
    assert found == pytest.approx(releases(terminal, spikes).released, rel=1e-12)


def _relative_sds(spikes_ms, parameters):
    parameters = np.array(parameters)
    jacobian = in_logarithms(sensitivities(ex.synapse_responses(spikes_ms), parameters), parameters)
    return cramer_rao(fisher(jacobian, 0.01)).sd


def test_does_one_late_spike_tell_more_of_recovery_than_eight_early_ones():
    train = 50.0 * np.arange(8)
    for parameters in ((1.0, 0.35, 300.0, 40.0), (1.0, 0.5, 500.0, 80.0), (1.0, 0.65, 800.0, 150.0)):
        alone, probed = (_relative_sds(spikes, parameters) for spikes in (train, [*train, train[-1] + 500.0]))
        assert np.all(probed < alone) and probed[2] < 0.75 * alone[2]
        _, best = ex.best_probe(np.array(parameters), list(train), 0.01, 2, np.arange(100.0, 4000.0, 100.0))
        assert best <= probed[2] + 1e-12
    # The known rows, at U 0.5, tau_rec 800 and tau_facil 50 ms.
    known = (1.0, 0.5, 800.0, 50.0)
    assert _relative_sds(train, known) == pytest.approx([0.043, 0.043, 0.145, 0.319], abs=6e-4)
    probed = _relative_sds([*train, train[-1] + 500.0], known)
    assert probed == pytest.approx([0.032, 0.030, 0.065, 0.278], abs=6e-4)
    one = in_logarithms(sensitivities(ex.synapse_responses([0.0]), np.ones(4)), np.ones(4))
    assert idf.rank(fisher(one, 0.01)) == 1


def test_is_a_profile_closed_on_a_long_recording_and_open_on_a_short_noisy_one():
    true = np.array([1.5, 1.2, 9.0])
    k = np.arange(1, 121)
    wave = 0.02 * np.sqrt(2) * np.sin(k.astype(float) ** 2)
    model = ex.synaptic_current(DUAL_TIME)
    found = idf.profile(model, model(true) + wave, 0.02, 2, true)
    low, high = found.end(2.0), found.end(50.0)
    assert low < found.estimate[2] < high
    for end in (low, high):
        assert found.chi2(end) - found.least == pytest.approx(3.84, abs=1e-3)
    # In the middle the profile is the parabola of the bound.
    sd = cramer_rao(fisher(sensitivities(model, found.estimate), 0.02)).sd[2]
    assert (high - low) / (2 * 1.96 * sd) == pytest.approx(1.0, abs=0.05)
    short_time = 0.05 * np.arange(1, 61)
    short, noise_sd = ex.synaptic_current(short_time), 0.05 * 1.5
    data = short(true) + noise_sd * np.sqrt(2) * np.sin(np.arange(1, 61).astype(float) ** 2)
    open_profile = idf.profile(short, data, noise_sd, 2, true)
    flat = open_profile.chi2(1000.0) - open_profile.least
    assert (open_profile.end(1000.0) is None) == (flat < 3.84)


@pytest.mark.parametrize("amp", [1.4, 12.0, 22.0])
def test_is_the_complex_membrane_the_courses_own(amp):
    time_ms = np.arange(0.1, 20.05, 0.1)
    found = ex.squid_membrane(time_ms, amp)(np.array([120.0, 36.0, 0.3]))
    pulse = Pulse(delay_ms=1.0, dur_ms=2.0, amp_uA_cm2=amp)
    run = hh.simulate_hodgkin_huxley(stimuli=[pulse], tstop_ms=20.0, dt_ms=0.005)
    # The course's cell has second order: 0.1 mV on the flank of a spike, a thousandth of its slope there.
    assert found == pytest.approx(np.interp(time_ms, run.time, run.values("v")), abs=0.2)


def test_does_a_spike_tell_what_a_subthreshold_response_does_not():
    time_ms, g = 0.1 * np.arange(1, 201), np.array([120.0, 36.0, 0.3])
    strong, weak = (
        cramer_rao(fisher(in_logarithms(sensitivities(ex.squid_membrane(time_ms, amp), g), g), 0.5)).sd
        for amp in (15.0, 1.4)
    )
    assert np.all(strong < weak) and strong[0] < 0.1 * weak[0]


def test_does_a_fit_find_the_conductances_again():
    time_ms, g = 0.1 * np.arange(1, 201), np.array([115.0, 33.0, 0.35])
    model = ex.squid_membrane(time_ms, 15.0, dt_ms=0.02)
    data = model(g) + 0.5 * np.random.default_rng(3).standard_normal(time_ms.size)
    found = idf.fit(model, data, np.array([120.0, 36.0, 0.3]))
    sd = cramer_rao(fisher(sensitivities(model, g), 0.5)).sd
    assert np.all(np.abs(found - g) < 4 * sd)


def test_is_what_cannot_be_estimated_refused():
    with pytest.raises(ValueError, match="noise_sd"):
        fisher(np.ones((3, 1)), 0.0)
    with pytest.raises(ValueError, match="positive parameters"):
        idf.fit(ex.decay(np.arange(3.0)), np.zeros(3), np.array([-1.0, 1.0]))
    with pytest.raises(ValueError, match="must increase"):
        ex.synapse_responses([3.0, 1.0])
