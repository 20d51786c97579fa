# SPDX-License-Identifier: BSD-3-Clause
"""One compartment in NEURON, beside I t / C and the exponentials of a leak."""

import contextlib
import io

import numpy as np
import pytest
from neuron import h

from neuroscales.core import measure
from neuroscales.membrane import patch as library
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Leak, Patch, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse

BILAYER, SOMA = Patch.of_area(100), Patch()
PASSIVE_HH = HodgkinHuxley(gnabar_S_cm2=0, gkbar_S_cm2=0, gl_S_cm2=5e-4, el_mV=-65)
SEED_HH = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
TENTH = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)


def _globals() -> tuple:
    return h.celsius, h.dt, h.t, h.secondorder, h.usetable_hh, h.CVode().active(), h.CVode().atol()


@pytest.mark.parametrize("membrane", [None, Leak(), HodgkinHuxley(celsius_degC=20)])
@pytest.mark.parametrize("dt_ms", [0.05, None])
def test_is_neuron_afterwards_as_it_was_before(membrane, dt_ms):
    before, sections = _globals(), len(list(h.allsec()))
    simulate_patch(SOMA, membrane, [TENTH], tstop_ms=2, dt_ms=dt_ms, rate_table=False)
    assert _globals() == before
    assert len(list(h.allsec())) == sections


def test_does_neuron_compute_the_same_area():
    section = h.Section(name="soma")
    section.L = section.diam = 40
    # Two ways to multiply the same three numbers.
    assert section(0.5).area() == pytest.approx(SOMA.area_um2, rel=1e-12)
    assert library.sphere_area_um2(40) == pytest.approx(SOMA.area_um2, rel=1e-12)
    assert SOMA.capacitance_pF == pytest.approx(16 * np.pi, rel=1e-12)


def test_does_nothing_happen_in_a_bilayer_without_a_current():
    recording = simulate_patch(BILAYER, tstop_ms=20, record=["v", "i_cap"])
    assert np.all(recording.values("v") == -65)
    assert np.all(recording.values("i_cap") == 0)


@pytest.mark.parametrize(
    ("amp_nA", "jump_mV"), [(1, 1000), (0.1, 100), (0.01, 10), (-0.01, -10), (1e9, 1e12)]
)
def test_does_a_millisecond_of_current_charge_the_bilayer_by_i_t_over_c(amp_nA, jump_mV):
    pulse = CurrentPulse(delay_ms=1, dur_ms=1, amp_nA=amp_nA)
    recording = simulate_patch(BILAYER, None, [pulse], tstop_ms=5)
    # Implicit Euler is exact for a constant current: what is left is rounding, at 1e12 mV as at 10.
    assert library.charging_mV(pulse.charge_pC(5), BILAYER.capacitance_pF) == pytest.approx(
        jump_mV, rel=1e-12
    )
    assert recording.values("v")[-1] + 65 == pytest.approx(jump_mV, rel=1e-9)


def test_does_the_soma_of_the_classic_notebook_charge_as_the_formula_says():
    recording = simulate_patch(SOMA, None, [TENTH], tstop_ms=100)
    expected_mV = -65 + library.charging_mV(TENTH.charge_pC(recording.time), SOMA.capacitance_pF)
    # Two-sided, along the whole ramp. A sample at an edge may lie half a step to either side: 0.025 mV.
    assert np.abs(recording.values("v") - expected_mV).max() < 0.026
    assert recording.values("v")[-1] + 65 == pytest.approx(5 / (16 * np.pi) * 1000, rel=1e-9)


@pytest.mark.parametrize(("delay_ms", "dur_ms"), [(1, 0.01), (1, 0.013), (1.01, 0.01), (1, 0.03), (1, 0.1)])
@pytest.mark.parametrize("dt_ms", [0.025, 0.01, 0.005])
def test_how_much_of_a_short_pulse_does_a_step_deliver(delay_ms, dur_ms, dt_ms):
    pulse = CurrentPulse(delay_ms, dur_ms, amp_nA=1)
    jump_mV = simulate_patch(BILAYER, None, [pulse], tstop_ms=2, dt_ms=dt_ms).values("v")[-1] + 65
    # 1 nA charges 1 pF by 1000 mV per ms; whole steps, so nothing between.
    assert jump_mV == pytest.approx(1000 * library.delivered_ms(pulse, dt_ms), abs=1e-6)


def test_which_step_delivers_the_pulse_of_a_hundredth_of_a_millisecond():
    early, late = CurrentPulse(1, 0.01, 1), CurrentPulse(1.005, 0.01, 1)
    assert [library.delivered_ms(pulse, 0.025) for pulse in (early, late)] == [0.0, 0.025]
    assert [library.delivered_ms(pulse, 0.01) for pulse in (early, late)] == pytest.approx([0.01, 0.01])
    variable = simulate_patch(BILAYER, None, [early], tstop_ms=2, dt_ms=None).values("v")[-1] + 65
    assert variable == pytest.approx(10, abs=1e-3)  # the variable step stops at the edges


@pytest.mark.parametrize("asked_ms", [0.1, 0.05, 0.025, 0.02, 0.0125, 0.01, 0.005, 0.004, 0.001])
@pytest.mark.parametrize("steps_per_ms", [40, 100])
def test_does_run_take_the_step_that_we_say(asked_ms, steps_per_ms):
    h.load_file("stdrun.hoc")
    before = h.dt, h.steps_per_ms, h.tstop
    section = h.Section(name="any")
    try:
        h.dt, h.steps_per_ms, h.tstop = asked_ms, steps_per_ms, 1
        time = h.Vector().record(h._ref_t)
        with contextlib.redirect_stdout(io.StringIO()):
            h.run()
        assert time[1] - time[0] == pytest.approx(library.step_of_run_ms(asked_ms, steps_per_ms), rel=1e-9)
    finally:
        h.dt, h.steps_per_ms, h.tstop = before
        h.nstep_steprun = 1
    assert section is not None


@pytest.mark.parametrize("leak", [Leak(), Leak(5e-4, -65)])
@pytest.mark.parametrize("patch", [BILAYER, SOMA])
def test_does_the_leak_relax_as_the_closed_form_says(leak, patch):
    pulse = CurrentPulse(delay_ms=3, dur_ms=10, amp_nA=1e-4 * patch.area_um2)
    recording = simulate_patch(patch, leak, [pulse], tstop_ms=30, dt_ms=0.025, secondorder=2)
    expected_mV = library.leak_response_mV(recording.time, patch, leak, [pulse])
    # Crank-Nicolson leaves (dt / tau)^2 / 12 of up to 20 mV: below 0.002 mV.
    assert np.abs(recording.values("v") - expected_mV).max() < 0.002
    settled = np.argmin(np.abs(recording.time - 13))
    assert recording.values("v")[settled] == pytest.approx(
        library.steady_state_mV(patch, leak, pulse.amp_nA), abs=20 * np.exp(-10 / 2) + 0.01
    )


def test_is_the_error_of_the_default_method_of_first_order():
    leak, errors = Leak(), []
    for dt_ms in (0.05, 0.025, 0.0125):
        recording = simulate_patch(SOMA, leak, tstop_ms=5, dt_ms=dt_ms)
        exact = library.leak_response_mV(recording.time, SOMA, leak)
        errors.append(np.abs(recording.values("v") - exact).max())
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert orders == pytest.approx([1, 1], abs=0.06)  # the next term is of size dt / tau, 5 % at most


def test_does_the_rest_move_from_where_it_started_to_the_leaks_reversal():
    recording = simulate_patch(SOMA, Leak(), tstop_ms=20)
    assert recording.values("v")[0] == -65
    assert recording.values("v")[-1] == pytest.approx(-70, abs=5 * np.exp(-19))
    at_rest = simulate_patch(Patch(v_init_mV=-70), Leak(), tstop_ms=20)
    assert np.abs(at_rest.values("v") + 70).max() < 1e-12


def test_are_input_resistance_and_time_constant_those_that_one_measures():
    leak = Leak(5e-4, -65)
    step = CurrentPulse(delay_ms=0, dur_ms=1e3, amp_nA=0.1)
    recording = simulate_patch(SOMA, leak, [step], tstop_ms=40, dt_ms=0.001)
    rise_mV = recording.values("v") + 65
    # 20 time constants are enough; the step of 0.001 ms shifts the crossing by half of it at most.
    assert rise_mV[-1] / 0.1 == pytest.approx(library.input_resistance_Mohm(SOMA.area_um2, 5e-4), rel=1e-6)
    tau_ms = measure.crossings(recording.time, rise_mV, rise_mV[-1] * (1 - np.exp(-1)))[0]
    assert tau_ms == pytest.approx(library.time_constant_ms(5e-4), abs=1e-3)
    assert tau_ms == pytest.approx(2, abs=1e-3)


def test_is_hh_without_its_gates_the_same_leak():
    leak = Leak(5e-4, -65)
    one = simulate_patch(SOMA, leak, [TENTH], tstop_ms=80)
    other = simulate_patch(SOMA, PASSIVE_HH, [TENTH], tstop_ms=80)
    assert np.abs(one.values("v") - other.values("v")).max() < 1e-9  # the same equation, the same method
    assert one.values("v").max() > -62


def test_does_the_soma_of_the_classic_notebook_fire_between_its_reversal_potentials():
    recording = simulate_patch(SOMA, SEED_HH, [TENTH], tstop_ms=100)
    v_mV = recording.values("v")
    assert len(measure.spike_times(recording.time, v_mV)) == 2
    # A conductance pulls toward its reversal potential and never past it.
    assert SEED_HH.ek_mV < v_mV.min() < -70
    assert 40 < v_mV.max() < SEED_HH.ena_mV


def _imbalance(dt_ms: float) -> float:
    """Largest sum of all currents while the soma fires, in mA/cm2, between the edges of the stimulus."""
    names = ["v", "ina", "ik", "il", "i_cap", "i_stim"]
    recording = simulate_patch(SOMA, SEED_HH, [TENTH], tstop_ms=30, record=names, dt_ms=dt_ms)
    charging = recording.values("i_cap")[1:]
    # 1 uF/cm2 times mV/ms is 1e-3 mA/cm2: the definition of the current that charges.
    assert charging == pytest.approx(1e-3 * np.diff(recording.values("v")) / dt_ms, rel=1e-6, abs=1e-9)
    ionic = sum(recording.values(name) for name in ("ina", "ik", "il"))
    stimulus = recording.values("i_stim") * 1e-6 / (SOMA.area_um2 * 1e-8)
    return np.abs(ionic + recording.values("i_cap") - stimulus)[recording.time > 11].max()


def test_does_the_current_that_charges_balance_the_others():
    coarse, fine = _imbalance(0.02), _imbalance(0.01)
    # NEURON records the ionic currents one step late, so that what is left of the sum falls with the step;
    # it is a small part of the sodium current of 1 mA/cm2.
    assert 0.4 < fine / coarse < 0.6
    assert fine < 0.05


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Patch(L_um=0), "L_um of the patch must be positive"),
        (lambda: Patch(cm_uF_cm2=float("inf")), "cm_uF_cm2 must be a finite number"),
        (lambda: Leak(g_S_cm2=0), "g_S_cm2 of the leak must be positive"),
        (lambda: CurrentPulse(dur_ms=-1), "duration cannot be negative"),
        (
            lambda: simulate_patch(SOMA, record=["m"]),
            "unknown signal 'm'; this membrane has v, i_cap and i_stim",
        ),
        (lambda: simulate_patch(SOMA, tstop_ms=0), "tstop_ms must be longer than a step"),
        (lambda: simulate_patch(SOMA, HodgkinHuxley(cm_uF_cm2=2)), "make them equal"),
        (lambda: simulate_patch(SOMA, HodgkinHuxley(gnabar_S_cm2=np.array([0.1, 0.2]))), "one cell"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
