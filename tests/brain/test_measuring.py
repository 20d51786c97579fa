# SPDX-License-Identifier: BSD-3-Clause
"""What instruments see: BOLD, EEG and LFP against closed forms, series and a second integrator."""

import numpy as np
import pytest
from neuron import h
from scipy.integrate import solve_ivp
from scipy.special import eval_legendre

from neuroscales.brain import bold, eeg, lfp
from neuroscales.brain.bold import FRISTON, Balloon, pulses, response, simulate_bold
from neuroscales.brain.eeg import Dipole, Head
from neuroscales.core.engine import Method, neuron_as_found, run


def test_is_the_response_to_one_second_the_one_that_is_known():
    found = response(simulate_bold(FRISTON, pulses(0.0)))
    # Confirmed by two integrators: 2.523 % at 3.38 s, -0.562 % at 9.58 s, width 4.20 s (last digit).
    assert found.peak_percent == pytest.approx(2.5235, abs=5e-4)
    assert found.t_peak_s == pytest.approx(3.376, abs=2e-3)
    assert found.undershoot_percent == pytest.approx(-0.5620, abs=5e-4)
    assert found.t_undershoot_s == pytest.approx(9.580, abs=2e-3)
    assert found.fwhm_s == pytest.approx(4.206, abs=5e-3)


@pytest.mark.parametrize(
    ("balloon", "duration_s"),
    [
        (Balloon(kappa_per_s=0.8, tau_s=1.3), 2.0),
        (Balloon(gamma_per_s2=0.32, alpha=0.4), 0.5),
        (Balloon(rho=0.42, tau_s=0.8, k1=3.0), 1.0),
    ],
)
def test_does_an_adaptive_solver_stopped_at_the_edges_find_the_same_response(balloon, duration_s):
    run_ = simulate_bold(balloon, pulses(0.0, duration_s=duration_s), tstop_s=20)
    state, found = bold.AT_REST, []
    for u, start, stop in ((1.0, 0.0, duration_s), (0.0, duration_s, 20.0)):
        times = run_.time[(run_.time >= start - 1e-9) & (run_.time <= stop + 1e-9)].clip(start, stop)
        solved = solve_ivp(
            lambda t, x, u=u: bold.slope(balloon, u, x),
            (start, stop),
            state,
            t_eval=times,
            rtol=1e-9,
            atol=1e-11,
        )
        state = solved.y[:, -1]
        found.append(bold.signal_percent(balloon, solved.y)[(1 if found else 0) :])
    # Fourth order at 0.05 s: the two differ by 1e-5 % at most.
    assert run_.profile("bold").values[:, 0] == pytest.approx(np.concatenate(found), abs=3e-5)


def test_is_the_response_with_longer_transit_the_confirmed_one():
    balloon = Balloon(kappa_per_s=0.8, tau_s=1.3)
    found = response(simulate_bold(balloon, pulses(0.0, duration_s=2.0)))
    assert found.peak_percent == pytest.approx(3.40905, abs=2e-5)


@pytest.mark.parametrize(("gap_s", "part"), [(1.5, 0.610), (2.0, 0.682), (4.0, 0.974)])
def test_is_the_second_response_smaller_though_the_activity_is_the_same(gap_s, part):
    assert bold.second_response(FRISTON, 1.0, gap_s) == pytest.approx(part, abs=1e-3)


def test_does_the_response_saturate_with_the_amplitude():
    peaks = [
        response(simulate_bold(FRISTON, pulses(0.0, amplitude=a))).peak_percent for a in (0.25, 0.5, 1, 2)
    ]
    assert peaks == pytest.approx([0.825, 1.499, 2.523, 3.793], abs=1e-3)


@pytest.mark.parametrize("u", [0.2, 0.6, -0.15])
def test_is_the_steady_state_where_the_equations_stand_still(u):
    steady = bold.steady_state(FRISTON, u)
    assert bold.slope(FRISTON, u, steady) == pytest.approx(np.zeros(4), abs=1e-14)
    late = simulate_bold(FRISTON, lambda t: u, tstop_s=60).profile("bold").values[-1, 0]
    assert late == pytest.approx(float(bold.signal_percent(FRISTON, steady)), abs=1e-6)


def test_is_the_signal_at_a_constant_activity_the_known_one():
    assert float(bold.signal_percent(FRISTON, bold.steady_state(FRISTON, 0.2))) == pytest.approx(
        1.889, abs=5e-4
    )


def test_do_flow_and_signal_swing_as_their_eigenvalues_say():
    value, _ = bold.flow_eigenvalues_per_s(FRISTON)
    matrix = np.array([[-0.65, -0.41], [1.0, 0.0]])
    assert np.sort_complex(np.linalg.eigvals(matrix))[1] == pytest.approx(value, abs=1e-12)
    assert (value.real, value.imag / (2 * np.pi)) == pytest.approx((-0.325, 0.0878), abs=5e-5)
    hertz = np.linspace(0.05, 0.09, 4001)
    gain = 1 / np.abs(0.41 - (2 * np.pi * hertz) ** 2 + 1j * 0.65 * 2 * np.pi * hertz)
    assert bold.gain_peak_Hz(FRISTON) == pytest.approx(hertz[gain.argmax()], abs=2e-5)


def test_do_the_papers_parameter_sets_differ_as_they_are_said_to():
    stephan, tvb = (response(simulate_bold(b, pulses(0.0))) for b in (bold.STEPHAN, bold.TVB))
    assert stephan.peak_percent == pytest.approx(1.135, abs=1e-3)
    assert tvb.t_peak_s < stephan.t_peak_s and tvb.t_undershoot_s < stephan.t_undershoot_s - 1.5


def test_has_the_double_gamma_the_published_landmarks():
    t = np.arange(0, 40, 0.01)
    y = bold.double_gamma(t)
    assert (t[y.argmax()], t[y.argmin()]) == pytest.approx((5.0, 15.75), abs=0.011)
    assert -y.min() / y.max() == pytest.approx(0.0889, abs=5e-5)


def test_is_a_balloon_that_cannot_be_refused():
    with pytest.raises(ValueError, match="rho"):
        Balloon(rho=1.2)
    with pytest.raises(ValueError, match="tau_s"):
        Balloon(tau_s=0.0)
    with pytest.raises(ValueError, match="blood stands still"):
        bold.steady_state(FRISTON, -0.5)
    with pytest.raises(ValueError, match="flow stopped"):
        simulate_bold(FRISTON, lambda t: -5.0)
    with pytest.raises(ValueError, match="600 x 1"):
        simulate_bold(FRISTON, np.zeros((3, 1)))


def test_is_a_dipole_in_an_unbounded_medium_two_poles_close_together():
    electrode = np.array([30.0, -20.0, 60.0])
    moment = np.array([4.0, 1.0, -8.0])
    gap = 1e-3
    poles = [eeg.unbounded_uV([0, 0, 10.0], [0, 0, 90.0])]
    assert poles[0] == pytest.approx(0.2977, abs=5e-5)
    # Two monopoles +-|p|/gap, in nA and um.
    nA = 1e6 * np.linalg.norm(moment) / (1e3 * gap)
    ends = 0.5 * gap * 1e3 * np.array([1, -1])[:, None] * moment / np.linalg.norm(moment)
    two = lfp.point_uV([nA, -nA], ends, electrode * 1e3, sigma_S_m=0.33)
    assert eeg.unbounded_uV(moment, electrode) == pytest.approx(float(two), rel=1e-6)


def _series_sphere_uV(dipole, angle_deg, n_terms=400):
    """The Neumann series of one sphere: (2n + 1)/n f^(n-1) times n P_n, or sin(theta) P_n' if tangential."""
    theta, tilt = np.radians(angle_deg), np.radians(dipole.tilt_deg)
    f, n, c = dipole.radius_mm / 92.0, np.arange(1, n_terms + 1), np.cos(theta)
    polynomials = eval_legendre(n, c)
    slope = n * (eval_legendre(n - 1, c) - c * polynomials) / (1 - c**2)
    factor = (2 * n + 1) / n * f ** (n - 1)
    scale = 1e3 * dipole.moment_nAm / (4 * np.pi * 0.33 * 92.0**2)
    radial, tangential = np.sum(factor * n * polynomials), np.sin(theta) * np.sum(factor * slope)
    return scale * (np.cos(tilt) * radial + np.sin(tilt) * tangential)


@pytest.mark.parametrize(
    ("radius_mm", "tilt_deg", "angle_deg"), [(78, 0, 10), (65, 90, 30), (60, 45, -75), (70, 20, 120)]
)
def test_is_the_closed_form_of_the_sphere_its_series(radius_mm, tilt_deg, angle_deg):
    dipole = Dipole(10.0, radius_mm, tilt_deg)
    assert float(eeg.sphere_uV(dipole, angle_deg)) == pytest.approx(
        _series_sphere_uV(dipole, angle_deg), rel=1e-12
    )
    even = eeg.shells_uV(dipole, angle_deg, Head(skull_ratio=1.0), n_terms=400)
    assert float(even) == pytest.approx(float(eeg.sphere_uV(dipole, angle_deg)), rel=1e-10)


def test_are_the_potentials_of_the_sphere_those_that_are_known():
    assert float(eeg.sphere_uV(Dipole(), 0.0)) == pytest.approx(26.48, abs=5e-3)
    assert float(eeg.sphere_uV(Dipole(10, 65, 90), 30.0)) == pytest.approx(2.42420, abs=5e-6)
    # Potentials count from infinity: the mean over the sphere is zero.
    x, w = np.polynomial.legendre.leggauss(200)
    assert np.sum(w * eeg.sphere_uV(Dipole(), np.degrees(np.arccos(x)))) == pytest.approx(0.0, abs=1e-9)


def _by_linear_system(head, n):
    """The same transfer from one system of equations: continuity at two boundaries, no flux out."""
    r1, r2, sigma = head.brain_mm / head.scalp_mm, head.skull_mm / head.scalp_mm, 1 / head.skull_ratio
    grow, fade = (lambda r: r**n), (lambda r: r ** -(n + 1.0))
    d_grow, d_fade = (lambda r: n * r ** (n - 1.0)), (lambda r: -(n + 1) * r ** -(n + 2.0))
    # Unknowns: brain a; skull a, b; scalp a, b. The brain's b is 1.
    matrix = [
        [grow(r1), -grow(r1), -fade(r1), 0, 0],
        [d_grow(r1), -sigma * d_grow(r1), -sigma * d_fade(r1), 0, 0],
        [0, grow(r2), fade(r2), -grow(r2), -fade(r2)],
        [0, sigma * d_grow(r2), sigma * d_fade(r2), -d_grow(r2), -d_fade(r2)],
        [0, 0, 0, d_grow(1.0), d_fade(1.0)],
    ]
    found = np.linalg.solve(matrix, [-fade(r1), -d_fade(r1), 0, 0, 0])
    return found[3] + found[4]


@pytest.mark.parametrize("ratio", [15.0, 45.0, 80.0])
def test_do_transfer_and_linear_system_agree_on_the_shells(ratio):
    head = Head(skull_ratio=ratio)
    for n in (1, 5, 20, 50):
        assert float(eeg.transfer(head, n)) == pytest.approx(_by_linear_system(head, n), rel=1e-9)


@pytest.mark.parametrize(("ratio", "pole", "attenuation"), [(80.0, 3.521, 7.52), (20.0, 9.517, 2.78)])
def test_does_the_skull_weaken_and_blur_the_potential(ratio, pole, attenuation):
    dipole, head = Dipole(), Head(skull_ratio=ratio)
    at_pole = float(eeg.shells_uV(dipole, 0.0, head))
    assert at_pole == pytest.approx(pole, abs=5e-4)
    assert float(eeg.sphere_uV(dipole, 0.0)) / at_pole == pytest.approx(attenuation, abs=5e-3)
    assert eeg.half_angle_deg(dipole, head) > eeg.half_angle_deg(dipole, shells=False) + 2


def test_at_which_angle_is_the_potential_half():
    assert eeg.half_angle_deg(Dipole(), shells=False) == pytest.approx(7.18, abs=5e-3)
    assert eeg.half_angle_deg(Dipole(), Head(skull_ratio=80)) == pytest.approx(13.52, abs=5e-3)


def test_is_a_dipole_outside_the_head_refused():
    with pytest.raises(ValueError, match="inside 80"):
        eeg.shells_uV(Dipole(radius_mm=85), 0.0)
    with pytest.raises(ValueError, match="grow outwards"):
        Head(brain_mm=90)
    with pytest.raises(ValueError, match="lies in the dipole"):
        eeg.unbounded_uV([1, 0, 0], [0, 0, 0])


@pytest.mark.parametrize(("distance_um", "error"), [(300, 0.111), (1000, 0.0100), (3000, 0.0011)])
def test_does_a_pair_of_poles_look_like_a_dipole_from_afar(distance_um, error):
    poles = [[0, 0, 100.0], [0, 0, -100.0]]
    exact = float(lfp.point_uV([1.0, -1.0], poles, [0, 0, distance_um]))
    dipole = eeg.unbounded_uV([0, 0, 1e-6 * 200], [0, 0, distance_um / 1e3], sigma_S_m=0.3)
    # On the axis the exact value is larger by 1 / (1 - (100 / z)^2).
    assert 1 - dipole / exact == pytest.approx((100 / distance_um) ** 2, rel=1e-9)
    assert 1 - dipole / exact == pytest.approx(error, rel=0.02)


@pytest.mark.parametrize("electrode", [(50.0, 20.0, 0.0), (-30.0, 5.0, 40.0), (180.0, 0.0, 1.0)])
def test_is_a_line_source_many_point_sources(electrode):
    n = 4000
    places = np.zeros((n, 3))
    places[:, 0] = (np.arange(n) + 0.5) * 100 / n
    points = lfp.point_uV(np.full(n, 1.0 / n), places, electrode)
    line = lfp.line_uV([1.0], [[0, 0, 0]], [[100, 0, 0]], electrode)
    assert float(line) == pytest.approx(float(points), rel=1e-6)


def test_are_the_potentials_of_sources_those_that_are_known():
    assert float(lfp.line_uV([1.0], [[0, 0, 0]], [[100, 0, 0]], [50, 20, 0])) == pytest.approx(
        8.739, abs=5e-4
    )
    assert float(lfp.point_uV([1.0], [[50, 0, 0]], [50, 20, 0])) == pytest.approx(13.263, abs=5e-4)
    with pytest.raises(ValueError, match="lies in a source"):
        lfp.point_uV([1.0], [[0, 0, 0]], [0, 0, 0])
    with pytest.raises(ValueError, match="on the axis"):
        lfp.line_uV([1.0], [[0, 0, 0]], [[100, 0, 0]], [50, 0, 0])
    with pytest.raises(ValueError, match="needs a length"):
        lfp.line_uV([1.0], [[0, 0, 0]], [[0, 0, 0]], [50, 0, 0])


def _synapse_on_a_dendrite(place):
    """A soma and a passive dendrite of 41 segments with one synaptic event; currents and places."""
    soma, dendrite = h.Section(name="soma"), h.Section(name="dendrite")
    soma.L = soma.diam = 20
    dendrite.L, dendrite.diam, dendrite.nseg = 500, 2, 41
    dendrite.connect(soma(1))
    for section in (soma, dendrite):
        section.Ra, section.cm = 150, 1
        section.insert("pas")
        section.g_pas, section.e_pas = 5e-5, -65
    synapse = h.ExpSyn(dendrite(place))
    synapse.tau, synapse.e = 2, 0
    stimulus = h.NetStim()
    stimulus.start, stimulus.number = 5, 1
    connection = h.NetCon(stimulus, synapse)
    connection.delay, connection.weight[0] = 0, 2e-3
    currents = lfp.record_membrane_currents([soma, dendrite], lambda: run(Method(), 60.0, -65.0))
    z = np.r_[0.0, 10 + 500 * (np.arange(41) + 0.5) / 41]
    return currents, np.stack([0 * z, 0 * z, z], axis=1)


@pytest.mark.parametrize("place", [0.5, 0.7, 0.9])
def test_is_the_field_of_a_synapse_a_sink_there_and_a_source_at_the_soma(place):
    with neuron_as_found():
        currents, places = _synapse_on_a_dendrite(place)
        values = currents.profile("i_membrane").values
        # What goes in at the synapse comes out elsewhere.
        assert np.abs(values.sum(axis=1)).max() < 1e-9 * np.abs(values).max()
        phi = lfp.field_potential(currents, places, [[80, 0, 10 + 500 * place], [80, 0, 0]])
    near, at_soma = phi.profile("phi").values.T
    assert near.min() < -0.1 and abs(near.min()) > 3 * near.max()
    assert at_soma.max() > 0.02 and at_soma.max() > 3 * abs(at_soma.min())
    moment = lfp.dipole_moment_nA_um(currents, places)
    assert np.all(moment[:, :2] == 0)
    # From afar, along the axis, the cell is its dipole moment; 3 % is the next order, length / distance.
    far = np.array([[0, 0, 40_000.0]])
    direct = lfp.field_potential(currents, places, far).profile("phi").values[:, 0]
    as_dipole = eeg.unbounded_uV(1e-6 * moment, far[0] / 1e3, sigma_S_m=0.3)
    k = np.abs(direct).argmax()
    assert direct[k] == pytest.approx(as_dipole[k], rel=0.03)


def test_does_a_spike_leave_its_field():
    with neuron_as_found():
        axon = h.Section(name="axon")
        axon.L, axon.diam, axon.nseg = 1000, 2, 51
        axon.insert("hh")
        pulse = h.IClamp(axon(0.01))
        pulse.delay, pulse.dur, pulse.amp = 1, 0.5, 1.0
        currents = lfp.record_membrane_currents([axon], lambda: run(Method(), 10.0, -65.0))
        x = 1000 * (np.arange(51) + 0.5) / 51
        places = np.stack([x, 0 * x, 0 * x], axis=1)
        phi = lfp.field_potential(currents, places, [[500, 20, 0]]).profile("phi").values[:, 0]
    # Current flows in where the spike is: the middle of an axon records a negative peak between two humps.
    low = phi.argmin()
    assert phi[low] < -5
    assert phi[:low].max() > 0.5 and phi[low:].max() > 0.5
