# SPDX-License-Identifier: BSD-3-Clause
"""The Morris-Lecar membrane and its phase plane; stability by eigenvalues beside what simulations do."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from neuroscales.core import measure
from neuroscales.membrane import morris_lecar as ml
from neuroscales.membrane.morris_lecar import HOMOCLINIC, HOPF, SADDLE_NODE, MorrisLecar
from neuroscales.membrane.stability import classify, eigenvalues, jacobian


def _rates_Hz(
    membrane: MorrisLecar, amps: np.ndarray, v_init_mV: float, tstop_ms: float, w_init: float | None = 0.0
) -> np.ndarray:
    """Rate of late upward crossings of 0 mV, cell by cell; zero where there are none."""
    recording = ml.simulate_morris_lecar(
        membrane, amps, tstop_ms=tstop_ms, dt_ms=0.2, v_init_mV=v_init_mV, w_init=w_init
    )
    found = []
    for column in recording.profile("v").values.T:
        times = measure.crossings(recording.time, column)
        times = times[times > tstop_ms / 2]
        found.append(1e3 / np.diff(times).mean() if len(times) > 1 else 0.0)
    return np.array(found)


def test_is_the_jacobian_that_of_a_model_worked_by_hand():
    membrane, state = HOPF, np.array([-20.0, 0.3])
    v, w = state
    sech2 = 1 - np.tanh((v - membrane.v1_mV) / membrane.v2_mV) ** 2
    calcium = membrane.gca_mS_cm2 * (
        ml.open_calcium(membrane, v) + sech2 / (2 * membrane.v2_mV) * (v - membrane.eca_mV)
    )
    by_hand = -(calcium + membrane.gl_mS_cm2 + membrane.gk_mS_cm2 * w) / membrane.cm_uF_cm2
    found = jacobian(lambda x: ml.derivatives(membrane, 50.0, x), state)
    assert found[0, 0] == pytest.approx(by_hand, rel=1e-13)
    assert found[0, 1] == pytest.approx(-membrane.gk_mS_cm2 * (v - membrane.ek_mV) / membrane.cm_uF_cm2)
    rate = membrane.phi_per_ms * np.cosh((v - membrane.v3_mV) / (2 * membrane.v4_mV))
    assert found[1, 1] == pytest.approx(-rate, rel=1e-13)


def test_do_trace_and_determinant_belong_to_the_eigenvalues():
    states = np.array([[-50.0, -20, 0, 10], [0.01, 0.1, 0.3, 0.4]])
    matrices = jacobian(lambda x: ml.derivatives(SADDLE_NODE, 40.0, x), states)
    values = eigenvalues(lambda x: ml.derivatives(SADDLE_NODE, 40.0, x), states)
    assert values.sum(axis=1).real == pytest.approx(np.trace(matrices), rel=1e-9)
    determinant = matrices[0, 0] * matrices[1, 1] - matrices[0, 1] * matrices[1, 0]
    assert values.prod(axis=1).real == pytest.approx(determinant, rel=1e-9)
    assert np.all(values[:, 0].real >= values[:, 1].real)


@pytest.mark.parametrize("membrane", [HOPF, SADDLE_NODE, HOMOCLINIC])
@pytest.mark.parametrize("amp", [0.0, 38.0, 90.0, 150.0])
def test_do_the_nullclines_cross_at_the_fixed_points(membrane, amp):
    points = ml.fixed_points(membrane, amp)
    assert len(points) in (1, 3)
    for v_mV, w, kind in points:
        assert np.abs(ml.derivatives(membrane, amp, np.array([v_mV, w]))).max() < 1e-9
        assert ml.v_nullcline(membrane, amp, v_mV) == pytest.approx(
            ml.open_potassium(membrane, v_mV), abs=1e-9
        )
        assert kind in ("stable node", "stable focus", "saddle", "unstable node", "unstable focus")


def test_where_does_the_hopf_set_lose_and_regain_its_rest():
    lower, upper = ml.hopf_currents_uA_cm2(HOPF)
    # Known values of this set, to their printed digits.
    assert lower == pytest.approx(93.86, abs=0.01)
    assert upper == pytest.approx(212.02, abs=0.01)
    assert ml.saddle_node_currents_uA_cm2(HOPF).size == 0
    kinds = {amp: ml.fixed_points(HOPF, amp)[0][2] for amp in (93, 94.5, 211, 213)}
    assert kinds == {93: "stable focus", 94.5: "unstable focus", 211: "unstable focus", 213: "stable focus"}


def test_does_a_small_disturbance_grow_on_one_side_of_the_hopf_point_and_fade_on_the_other():
    lower = ml.hopf_currents_uA_cm2(HOPF)[0]
    swing = {}
    for amp in (lower - 3, lower + 3):
        v_mV, w, _ = ml.fixed_points(HOPF, amp)[0]
        growth = eigenvalues(lambda x, amp=amp: ml.derivatives(HOPF, amp, x), np.array([v_mV, w]))[0].real
        recording = ml.simulate_morris_lecar(
            HOPF, amp, tstop_ms=300, dt_ms=0.1, v_init_mV=v_mV + 1e-4, w_init=w
        )
        away = np.abs(recording.values("v") - v_mV)
        early, late = away[: len(away) // 3].max(), away[2 * len(away) // 3 :].max()
        # 200 ms apart, give or take the phase of an oscillation of about 100 ms.
        assert np.log(late / early) == pytest.approx(200 * growth, abs=0.5)
        swing[amp] = late / early
    assert swing[lower - 3] < 0.8 < 1.2 < swing[lower + 3]


def test_where_do_saddle_and_node_meet():
    knee = ml.saddle_node_currents_uA_cm2(SADDLE_NODE)[0]
    assert knee == pytest.approx(39.96, abs=0.01)
    assert [len(ml.fixed_points(SADDLE_NODE, knee + d)) for d in (-0.01, 0.01)] == [3, 1]
    kinds = [kind for _, _, kind in ml.fixed_points(SADDLE_NODE, 35.0)]
    assert kinds == ["stable node", "saddle", "unstable focus"]


def test_does_the_rate_begin_with_a_jump_or_from_zero():
    knee = ml.saddle_node_currents_uA_cm2(SADDLE_NODE)[0]
    excess = np.array([0.03, 0.12, 0.48])
    rates = _rates_Hz(SADDLE_NODE, knee + excess, v_init_mV=-40.0, tstop_ms=4000)
    # Near the knee the rate grows as the square root of what the current exceeds it by: four times, twice.
    assert rates[1:] / rates[:-1] == pytest.approx([2, 2], abs=0.15)
    assert _rates_Hz(SADDLE_NODE, np.array([knee - 0.05]), -40.0, 3000) == 0
    lower = ml.hopf_currents_uA_cm2(HOPF)[0]
    jump = _rates_Hz(HOPF, np.array([lower + 0.5]), v_init_mV=0.0, tstop_ms=2000)[0]
    assert 5 < jump < 15


def test_do_rest_and_firing_live_side_by_side_below_the_hopf_point():
    amps = np.array([80.0, 90.0])
    from_rest = _rates_Hz(HOPF, amps, v_init_mV=-27.0, tstop_ms=1500, w_init=None)
    kicked = _rates_Hz(HOPF, amps, v_init_mV=20.0, tstop_ms=1500)
    assert np.all(from_rest == 0)
    assert kicked[0] == 0  # too far below: there is no cycle yet
    assert 5 < kicked[1] < 15


def test_does_a_solver_of_another_kind_find_the_same_spikes():
    exact = solve_ivp(
        lambda t, y: ml.derivatives(HOPF, 100.0, y),
        (0, 500), [-20.0, 0.1], method="LSODA", rtol=1e-10, atol=1e-12, dense_output=True,
    )  # fmt: skip
    errors = []
    for dt_ms in (0.4, 0.2):
        ours = ml.simulate_morris_lecar(HOPF, 100.0, dt_ms=dt_ms, v_init_mV=-20.0, w_init=0.1)
        errors.append(np.abs(ours.values("v") - exact.sol(ours.time)[0]).max())
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.25)  # fourth order
    assert errors[1] < 2e-4  # mV, of a swing of 70


def test_are_fixed_points_named_by_their_eigenvalues():
    assert classify([1, 2]) == "unstable node"
    assert classify([0.1 + 3j, 0.1 - 3j, -5, -7]) == "unstable focus"


@pytest.mark.parametrize("amp", [0.0, 20.0, 35.0])
def test_does_the_threshold_curve_part_spikes_from_no_spikes(amp):
    v, w = ml.threshold_curve(SADDLE_NODE, amp)
    saddle = next(point for point in ml.fixed_points(SADDLE_NODE, amp) if point[2] == "saddle")
    # It runs through the saddle, and slants: the more potassium channels are open, the higher the threshold.
    assert np.interp(saddle[1], w, v) == pytest.approx(saddle[0], abs=1e-6)
    heights = np.array([0.005, 0.05, 0.1, 0.15])
    on_curve = np.interp(heights, w, v)
    assert np.all(np.diff(on_curve) > 2)
    # Simulations from 0.1 mV to either side end on their own side; the curve is known to about 0.01 mV.
    starts = np.concatenate([on_curve - 0.1, on_curve + 0.1])
    run = ml.simulate_morris_lecar(
        SADDLE_NODE, amp, tstop_ms=200, dt_ms=0.2, v_init_mV=starts, w_init=np.tile(heights, 2)
    )
    fired = run.profile("v").values.max(axis=0) > 15
    assert fired.tolist() == [False] * 4 + [True] * 4


def test_is_there_no_threshold_curve_without_a_saddle():
    with pytest.raises(ValueError, match="no saddle at 45 uA/cm2"):
        ml.threshold_curve(SADDLE_NODE, 45.0)
    with pytest.raises(ValueError, match="no saddle"):
        ml.threshold_curve(HOPF, 0.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MorrisLecar(v2_mV=0), "v2_mV of the membrane must be positive"),
        (lambda: MorrisLecar(gk_mS_cm2=-1), "gk_mS_cm2 of the membrane cannot be negative"),
        (lambda: MorrisLecar(el_mV=np.inf), "el_mV must be a finite number"),
        (lambda: ml.simulate_morris_lecar(HOPF, 0.0, dt_ms=0), "dt_ms must be positive"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
