# SPDX-License-Identifier: BSD-3-Clause
"""Do equations, events and phase planes of the page agree with Python and with closed forms?"""

import numpy as np
import pytest

from neuroscales.membrane.integrate_and_fire import (
    IntegrateAndFire,
    firing_rate_Hz,
    simulate_integrate_and_fire,
)
from neuroscales.membrane.morris_lecar import (
    HOMOCLINIC,
    HOPF,
    SADDLE_NODE,
    fixed_points,
    open_potassium,
    simulate_morris_lecar,
    v_nullcline,
)
from neuroscales.membrane.protocols import CurrentPulse

pytestmark = pytest.mark.browser

LIF = IntegrateAndFire()
LIF_IN_PAGE = {
    "rest": LIF.v_rest_mV, "resistance": LIF.resistance_Mohm, "tau": LIF.tau_ms,
    "threshold": LIF.v_threshold_mV, "reset": LIF.v_reset_mV, "refractory": LIF.refractory_ms,
}  # fmt: skip


def in_page(membrane):
    """The parameters under the page's names."""
    names = {
        "gca": "gca_mS_cm2", "gk": "gk_mS_cm2", "gl": "gl_mS_cm2", "eca": "eca_mV", "ek": "ek_mV",
        "el": "el_mV", "v1": "v1_mV", "v2": "v2_mV", "v3": "v3_mV", "v4": "v4_mV", "phi": "phi_per_ms",
        "cm": "cm_uF_cm2",
    }  # fmt: skip
    return {ours: getattr(membrane, theirs) for ours, theirs in names.items()}


def test_does_runge_and_kutta_s_method_step_as_in_python(page):
    theirs = simulate_morris_lecar(HOPF, 95.0, tstop_ms=200.0, dt_ms=0.1)
    states = np.array(page("morrisLecar", in_page(HOPF), 95.0, [-60.0, theirs.values("w")[0]], 0.1, 2000))
    for ours, name in zip(states.T, ("v", "w"), strict=True):
        assert np.max(np.abs(ours - theirs.values(name))) < 1e-9 * np.ptp(theirs.values(name)) > 0


CURRENTS = [(HOPF, 50.0), (HOPF, 150.0), (SADDLE_NODE, 30.0), (HOMOCLINIC, 36.0)]


@pytest.mark.parametrize(("membrane", "amp"), CURRENTS)
def test_are_fixed_points_where_python_finds_them(page, membrane, amp):
    ours, theirs = page("planeOfMorrisLecar", in_page(membrane), amp)["points"], fixed_points(membrane, amp)
    assert [point["kind"] for point in ours] == [kind for _, _, kind in theirs]
    for point, (v, w, _) in zip(ours, theirs, strict=True):
        assert (point["x"], point["y"]) == pytest.approx((v, w), rel=1e-9)


@pytest.mark.parametrize(("membrane", "amp"), CURRENTS)
def test_do_nullclines_lie_where_their_equations_say(page, membrane, amp):
    plane = page("planeOfMorrisLecar", in_page(membrane), amp)
    v, w = np.array(plane["wNullcline"]).T
    assert len(v) > 100 and np.allclose(w, open_potassium(membrane, v), rtol=0, atol=1e-12)
    v, w = np.array(plane["vNullcline"]).T
    far = np.abs(v - membrane.ek_mV) > 1  # there it goes to infinity
    assert far.sum() > 100 and np.allclose(w[far], v_nullcline(membrane, amp, v[far]), rtol=0, atol=1e-11)


def test_does_a_cell_that_integrates_fire_when_the_closed_form_says(page):
    run = page("integrateAndFire", LIF_IN_PAGE, 0.2, 0.1, 100.0)
    theirs, spikes = simulate_integrate_and_fire(LIF, [CurrentPulse(0.0, 100.0, 0.2)], dt_ms=0.1)
    # Runge and Kutta's error over a step of a hundredth of tau: (dt/tau)^5 / 120 = 1e-12 of the way.
    assert run["events"] == pytest.approx(spikes, abs=1e-7)
    assert np.allclose(run["trace"], theirs.values("v")[1:], rtol=0, atol=1e-7)
    assert np.diff(run["events"]) == pytest.approx(1e3 / firing_rate_Hz(LIF, 0.2), rel=1e-8)


def test_does_it_stay_silent_below_the_rheobase(page):
    assert page("integrateAndFire", LIF_IN_PAGE, 0.149, 0.1, 100.0)["events"] == []


def test_is_a_jumping_run_that_was_saved_and_continued_one_run(page):
    whole = page("integrateAndFire", LIF_IN_PAGE, 0.2, 0.5, 100.0)
    halves = page("integrateAndFire", LIF_IN_PAGE, 0.2, 0.5, 100.0, 14.5)  # 14.5 ms lies in a refractory time
    assert halves["events"] == pytest.approx(whole["events"], rel=1e-12)
    assert halves["trace"] == pytest.approx(whole["trace"], rel=1e-12)
