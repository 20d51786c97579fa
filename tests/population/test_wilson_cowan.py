# SPDX-License-Identifier: BSD-3-Clause
"""Wilson and Cowan's equations, beside a second integrator, closed forms and what the canon computed."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.optimize import fsolve

from neuroscales.membrane.stability import jacobian
from neuroscales.population import wilson_cowan as wc
from neuroscales.population import wilson_cowan_states as states
from neuroscales.population.oscillation import rhythm, triangle
from neuroscales.population.wilson_cowan_kernels import march
from tests.population import twins

RHYTHM, MEMORY = wc.RHYTHM, wc.MEMORY
SIMPLE_RHYTHM, SIMPLE_MEMORY = replace(RHYTHM, form="simple"), replace(MEMORY, form="simple")
# Points of our own, each with other time constants, a drive to I, or the other form.
OWN = [
    (replace(RHYTHM, w_ee=15.2, tau_i_ms=11.0), 1.4),
    (replace(RHYTHM, w_ee=16.8, tau_i_ms=9.0, drive_i=0.2), 1.6),
    (replace(MEMORY, w_ee=13.0, w_ei=4.5, tau_i_ms=12.0, form="simple"), -0.5),
]


def written_out(t, y, p, drive):
    """The equations once more, as they are printed, with exponentials."""

    def s(x, a, theta):
        return 1 / (1 + np.exp(-a * (x - theta))) - 1 / (1 + np.exp(a * theta))

    k_e, k_i, r = (1.0, 1.0, 0.0) if p.form == "simple" else (
        1 - 1 / (1 + np.exp(p.a_e * p.theta_e)), 1 - 1 / (1 + np.exp(p.a_i * p.theta_i)), 1.0,
    )  # fmt: skip
    e, i = y
    return [
        (-e + (k_e - r * e) * s(p.w_ee * e - p.w_ei * i + drive, p.a_e, p.theta_e)) / p.tau_e_ms,
        (-i + (k_i - r * i) * s(p.w_ie * e - p.w_ii * i + p.drive_i, p.a_i, p.theta_i)) / p.tau_i_ms,
    ]


def long_run(pools, drive, tstop_ms=1200):
    return wc.simulate_wilson_cowan(pools, drive, tstop_ms=tstop_ms)


@pytest.mark.parametrize(("pools", "drive"), [(RHYTHM, 1.25), (MEMORY, 0.1), *OWN])
def test_does_a_second_integrator_follow_the_same_path(pools, drive):
    recording = wc.simulate_wilson_cowan(pools, drive, tstop_ms=100, dt_ms=0.05)
    other = solve_ivp(
        written_out,
        (0, 100),
        [0.1, 0.05],
        "DOP853",
        recording.time,
        args=(pools, drive),
        rtol=1e-11,
        atol=1e-13,
    )
    # Runge and Kutta's error at 0.05 ms is (0.05 / 4 ms)^4 of the swing per step of 4 ms: below 1e-7.
    assert np.abs(recording.values("E") - other.y[0]).max() < 1e-7
    assert np.abs(recording.values("I") - other.y[1]).max() < 1e-7


def test_is_the_error_of_fourth_order_in_the_step():
    def drive(t):
        return 1.25 + 0.3 * np.sin(t / 5)

    at = np.arange(0, 60, 0.8)
    exact = solve_ivp(
        lambda t, y: written_out(t, y, RHYTHM, drive(t)), (0, 60), [0.1, 0.05], "DOP853", at,
        rtol=1e-12, atol=1e-14,
    ).y[0]  # fmt: skip
    runs = [wc.simulate_wilson_cowan(RHYTHM, drive, tstop_ms=60, dt_ms=dt) for dt in (0.4, 0.2, 0.1)]
    errors = np.array([np.linalg.norm(run.resample(at).values("E") - exact) for run in runs])
    assert np.log2(errors[:-1] / errors[1:]) == pytest.approx(4, abs=0.25)  # the next order shows at 0.4 ms


@pytest.mark.parametrize("kick", [0.0, 0.02])
@pytest.mark.parametrize("rows", [1, 401])
def test_is_the_kernel_equal_to_its_numpy_twin(kick, rows):
    drives = (
        np.ascontiguousarray(np.broadcast_to([1.0, 1.3, 1.9], (rows, 3)))
        + 0.1 * np.arange(rows)[:, None] / 400
    )
    start = np.array([[0.1, 0.2, 0.3], [0.05, 0.1, 0.0]])
    pools = replace(RHYTHM, drive_i=0.1, tau_i_ms=9.0)
    kernel = march(wc.constants(pools), drives, start, 200, 0.1, 5, kick, np.random.default_rng(3))
    twin = twins.wilson_cowan(pools, drives, start, 200, 0.1, 5, kick, np.random.default_rng(3))
    assert kernel.shape == (41, 2, 3)
    assert np.abs(kernel - twin).max() < 1e-12  # rounding of 200 steps


def test_are_the_published_numbers_of_the_rhythm_met():
    found = rhythm(long_run(RHYTHM, 1.25), "E", "I")
    # DOP853 at 1e-10 gives 39.967, 0.10256, 0.26966 and a lag of 30.3 degrees; ours differ by interpolation.
    assert found.period_ms == pytest.approx(39.967, rel=1e-4)
    assert (found.low, found.high) == pytest.approx((0.10256, 0.26966), abs=1e-4)
    assert found.lag_degrees == pytest.approx(30.3, abs=0.1)
    simple = rhythm(long_run(SIMPLE_RHYTHM, 1.25), "E", "I")
    assert simple.period_ms == pytest.approx(62.8, abs=0.1)
    assert (simple.low, simple.high) == pytest.approx((0.0435, 0.361), abs=5e-4)


def test_is_a_rhythm_that_dies_out_none():
    hopf = states.hopf_points(RHYTHM)[0].drive
    assert rhythm(long_run(RHYTHM, hopf + 0.1), since_ms=50) is None
    assert rhythm(long_run(RHYTHM, hopf - 0.1, 3000), since_ms=1500) is not None
    with pytest.raises(ValueError, match="since_ms must be earlier"):
        rhythm(long_run(RHYTHM, 1.25), since_ms=1e4)


@pytest.mark.parametrize(
    ("pools", "drives"),
    [
        (RHYTHM, (1.08733, 0.90868)),
        (MEMORY, (0.30475, -0.39961)),
        (SIMPLE_RHYTHM, (1.04494, 0.78122, 6.96186, 3.14534)),
        (SIMPLE_MEMORY, (0.25185, -3.32113)),
    ],
)
def test_are_the_folds_those_that_a_newton_search_finds(pools, drives):
    found = states.folds(pools)
    assert [state.drive for state in found] == pytest.approx(drives, abs=1e-5)  # as printed in the canon
    for state in found:

        def fold(z):
            y = np.array(z[:2])
            slope = jacobian(lambda x: wc.derivatives(pools, z[2], x), y)
            return [*written_out(0, y, pools, z[2]), np.linalg.det(slope)]

        other = fsolve(fold, [state.e + 1e-3, state.i, state.drive + 1e-3], xtol=1e-13)
        assert other[2] == pytest.approx(state.drive, abs=1e-8)


@pytest.mark.parametrize(("pools", "drive"), [(RHYTHM, 1.0), (MEMORY, 0.0), *OWN])
def test_does_every_state_stand_still_and_is_none_missed(pools, drive):
    found = states.fixed_points(pools, drive)
    for state in found:
        assert written_out(0, [state.e, state.i], pools, drive) == pytest.approx([0, 0], abs=1e-13)
    # Signed distance of the two nullclines, counted on a fine grid of I: the number must be the same.
    i = np.linspace(-0.03, 0.99, 200_001)
    e = wc.i_nullcline(pools, i)
    e = np.where((e > -0.5) & (e < 1.0), e, np.nan)
    gap = wc.e_nullcline(pools, drive, e) - i
    gap = gap[np.isfinite(gap)]
    assert len(found) == np.count_nonzero((gap[:-1] < 0) != (gap[1:] < 0))


def test_are_the_states_of_the_memory_those_of_the_canon():
    found = states.fixed_points(MEMORY, 0.0)
    assert [(s.e, s.i) for s in found] == [
        pytest.approx(pair, abs=5e-5) for pair in [(0, 0), (0.1897, 0.0681), (0.4398, 0.2259)]
    ]
    assert [s.kind for s in found] == ["stable node", "saddle", "stable node"]
    simple = states.fixed_points(SIMPLE_MEMORY, 0.0)
    assert [(s.e, s.i) for s in simple] == [
        pytest.approx(pair, abs=5e-5) for pair in [(0, 0), (0.1407, 0.0462), (0.9657, 0.6949)]
    ]


def test_are_two_states_found_that_have_hardly_parted():
    fold = states.folds(RHYTHM)[0].drive
    assert len(states.fixed_points(RHYTHM, fold - 1e-9)) == 3
    assert len(states.fixed_points(RHYTHM, fold + 1e-9)) == 1


def test_is_the_focus_inside_the_rhythm_that_of_the_canon():
    (focus,) = states.fixed_points(RHYTHM, 1.25)
    assert (focus.e, focus.i) == pytest.approx((0.2017, 0.1069), abs=6e-5)
    assert focus.eigenvalues[0] == pytest.approx(0.0144 + 0.2338j, abs=1e-4)
    (focus,) = states.fixed_points(SIMPLE_RHYTHM, 1.25)
    assert (focus.e, focus.i) == pytest.approx((0.2124, 0.1359), abs=6e-5)
    assert focus.eigenvalues[0] == pytest.approx(0.0523 + 0.276j, abs=6e-4)


def test_where_does_the_rhythm_shrink_to_nothing_at_a_finite_rate():
    (hopf,) = states.hopf_points(RHYTHM)
    assert hopf.drive == pytest.approx(1.87931, abs=1e-5)
    assert hopf.frequency_Hz == pytest.approx(53.005, abs=1e-3)
    assert abs(hopf.growth_per_ms) < 1e-10
    assert states.hopf_points(SIMPLE_RHYTHM) == [] == states.hopf_points(MEMORY)
    # So close, a swing takes 2 s to settle.
    near, far = (rhythm(long_run(RHYTHM, hopf.drive - d, 25_000), since_ms=24_000) for d in (0.02, 0.08))
    # The rate changes in proportion to the distance: from two of them, that at the point itself.
    at_hopf = near.frequency_Hz - (far.frequency_Hz - near.frequency_Hz) / 3
    assert at_hopf == pytest.approx(hopf.frequency_Hz, rel=2e-3)
    # The swing grows as the root of the distance: four times as far, twice as wide.
    assert (far.high - far.low) / (near.high - near.low) == pytest.approx(2, rel=0.05)


@pytest.mark.parametrize(("tau_i_ms", "drive"), [(8.0, 1.06819), (8.2, 1.0797), (8.4, 1.0860), (8.5, 1.0872)])
def test_does_the_rhythm_end_in_a_loop_where_i_is_quick(tau_i_ms, drive):
    found, how = states.cycle_birth(replace(RHYTHM, tau_i_ms=tau_i_ms))
    assert how == "homoclinic"
    assert found == pytest.approx(drive, abs=5e-5)  # as printed


def test_is_there_a_rhythm_above_the_loop_and_none_below():
    pools = RHYTHM
    found, _ = states.cycle_birth(pools)
    for drive, lasts in ((found + 1e-3, True), (found - 1e-3, False)):
        focus = states.fixed_points(pools, drive)[2]
        run = wc.simulate_wilson_cowan(pools, drive, tstop_ms=4000, e_init=focus.e + 0.04, i_init=focus.i)
        assert (rhythm(run, since_ms=3000) is not None) == lasts
    # Node and rhythm side by side: from rest the run stays at rest.
    rest = wc.simulate_wilson_cowan(pools, found + 1e-3, tstop_ms=2000, e_init=0, i_init=0)
    assert rhythm(rest, since_ms=1000) is None


@pytest.mark.parametrize("tau_i_ms", [8.6, 10.0, 13.0])
def test_does_the_rhythm_end_on_the_circle_where_i_is_slow(tau_i_ms):
    pools = replace(RHYTHM, tau_i_ms=tau_i_ms)
    found, how = states.cycle_birth(pools)
    assert how == "saddle-node on the circle"
    assert found == pytest.approx(states.folds(pools)[0].drive, abs=1e-12)


def test_does_the_rate_rise_as_the_root_of_the_distance_from_the_fold():
    pools = replace(RHYTHM, w_ee=16.8, tau_i_ms=10.0)
    low, _ = states.cycle_birth(pools)
    runs = wc.simulate_wilson_cowan(pools, low + np.array([0.02, 0.08, 0.32]), tstop_ms=4000)
    rates = [rhythm(runs, place=n, since_ms=1000).frequency_Hz for n in range(3)]
    assert rates == pytest.approx([4.31, 8.62, 17.23], abs=0.01)


@pytest.mark.parametrize("per_s", [0.3, 0.05])
def test_does_a_ramp_jump_behind_the_folds_and_a_slower_one_nearer_to_them(per_s):
    drive, back_ms = triangle(-2.0, 1.0, per_s, hold_ms=300)
    run = wc.simulate_wilson_cowan(MEMORY, drive, tstop_ms=back_ms, dt_ms=0.5, e_init=0, i_init=0, every=2)
    up, down = states.ramp_jumps(run, 0.2)
    assert 0 < up - 0.30475 < 0.16 * per_s**0.667 and 0 < -0.39961 - down < 0.16 * per_s**0.667
    # The delay behind a fold goes as the pace to the power of two thirds.
    if per_s == 0.05:
        fast, fast_ms = triangle(-2.0, 1.0, 8 * per_s, hold_ms=300)
        other = wc.simulate_wilson_cowan(MEMORY, fast, tstop_ms=fast_ms, dt_ms=0.5, e_init=0, i_init=0)
        assert (states.ramp_jumps(other, 0.2)[0] - 0.30475) / (up - 0.30475) == pytest.approx(4, rel=0.15)


def test_does_the_diagram_hold_every_state_once():
    drive, e, i, growth = states.branches(MEMORY, -1.0, 1.0, 20_001)
    assert drive.min() > -1.001 and drive.max() < 1.001
    stable = growth < 0
    turns = np.flatnonzero(stable[:-1] != stable[1:])
    assert drive[turns] == pytest.approx([0.30475, -0.39961], abs=1e-3)  # the grid of x
    assert written_out(0, np.stack([e, i]), MEMORY, drive) == pytest.approx(np.zeros((2, e.size)), abs=1e-12)


def test_is_the_spread_under_noise_that_of_the_linear_theory():
    noise, pools = 2e-4, replace(MEMORY, drive_i=0.1)
    (state, *_) = states.fixed_points(pools, -0.1)
    n = 400
    run = wc.simulate_wilson_cowan(
        pools, np.full(n, -0.1), tstop_ms=400, dt_ms=0.2, e_init=state.e, i_init=state.i, noise=noise,
        rng=np.random.default_rng(11), every=100,
    )  # fmt: skip
    from scipy.linalg import solve_continuous_lyapunov

    slope = jacobian(lambda y: wc.derivatives(pools, -0.1, y), np.array([state.e, state.i]))
    expected = solve_continuous_lyapunov(slope, -(noise**2) * np.eye(2))
    late = np.stack([run.profile("E").values[5:], run.profile("I").values[5:]])
    spread = np.cov(late.reshape(2, -1))
    # 16 samples of 400 runs, 20 ms apart with a memory of 13 ms: some 3,000 free ones, so 2.6 % a standard
    # error of a variance, and as much for the covariance; four of them.
    assert np.abs(spread - expected).max() < 0.11 * expected[0, 0]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: wc.WilsonCowan(tau_e_ms=0), "tau_e_ms of the populations must be positive"),
        (lambda: wc.WilsonCowan(w_ei=-1), "w_ei of the populations cannot be negative"),
        (lambda: wc.WilsonCowan(form="1972"), "form is one of original, simple"),
        (lambda: wc.WilsonCowan(w_ee=float("nan")), "w_ee must be a finite number"),
        (lambda: wc.simulate_wilson_cowan(RHYTHM, 1.0, dt_ms=0), "dt_ms must be positive"),
        (lambda: wc.simulate_wilson_cowan(RHYTHM, 1.0, every=0), "every is a whole number"),
        (lambda: wc.simulate_wilson_cowan(RHYTHM, float("nan")), "must be finite"),
        (lambda: wc.simulate_wilson_cowan(RHYTHM, 1.0, noise=0.1), "needs a generator"),
        (lambda: wc.simulate_wilson_cowan(RHYTHM, lambda t: 1.0), "one for each"),
        (lambda: states.fixed_points(RHYTHM, np.inf), "drive must be a finite number"),
        (lambda: states.saddle_branch(RHYTHM, 1.25), "no saddle between two states"),
        (lambda: states.cycle_birth(wc.WilsonCowan(w_ee=1.0)), "do not fold"),
        (lambda: states.ramp_jumps(long_run(MEMORY, 0.0), 0.2), "does not rise and fall"),
        (lambda: triangle(1.0, 0.0, 1.0), "must rise, at a positive pace"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
