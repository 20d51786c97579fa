# SPDX-License-Identifier: BSD-3-Clause
"""The Hodgkin-Huxley equations in numpy, beside NEURON, beside scipy, and beside closed forms."""

import numpy as np
import pytest
from neuron import h
from scipy.integrate import solve_ivp

from neuroscales.core import measure
from neuroscales.membrane.hodgkin_huxley import (
    HodgkinHuxley,
    derivatives,
    gate_time_constants_ms,
    rates,
    simulate_hodgkin_huxley,
    steady_gates,
)
from neuroscales.membrane.patch import Patch, charging_mV, simulate_patch
from neuroscales.membrane.protocols import CurrentPulse, Pulse, Ramp

SOMA = Patch()
SEED = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
CLASSIC = HodgkinHuxley(el_mV=-54.387)


@pytest.mark.parametrize("v_mV", [-40.0, -55.0])
@pytest.mark.parametrize("beside_mV", [0.0, 1e-12, -1e-9, 1e-6, -1e-5, 1e-4])
def test_do_the_rates_have_their_limits_where_they_read_zero_by_zero(v_mV, beside_mV):
    alpha, beta = rates(v_mV + beside_mV)
    x = -beside_mV / 10
    series = 1 - x / 2 + x**2 / 12  # of x / (e^x - 1)
    gate, limit = (0, 1.0) if v_mV == -40 else (2, 0.1)
    assert alpha[gate] == pytest.approx(limit * series, rel=1e-9)
    assert np.all(np.isfinite(alpha)) and np.all(np.isfinite(beta))


def test_are_the_rates_those_of_neuron():
    v_mV = np.linspace(-120, 80, 401)
    before = h.usetable_hh, h.celsius
    section = h.Section(name="any")
    section.insert("hh")
    try:
        h.usetable_hh, h.celsius = 0, 16.3
        h.setdata_hh(section(0.5))
        found = []
        for v in v_mV:
            h.rates_hh(v)
            found.append(
                [getattr(section(0.5).hh, f"{gate}{what}") for what in ("inf", "tau") for gate in "mhn"]
            )
    finally:
        h.usetable_hh, h.celsius = before
    steady, tau_ms = np.array(found).T.reshape(2, 3, -1)
    # NEURON takes its limit within 1e-5 mV of the singular points: an error of 1e-6 there.
    assert steady_gates(v_mV) == pytest.approx(steady, rel=1e-6)
    assert gate_time_constants_ms(v_mV, celsius_degC=16.3) == pytest.approx(tau_ms, rel=1e-6)


def test_is_one_cell_among_a_thousand_the_cell_alone():
    amps = np.linspace(0, 20, 1000)
    many = simulate_hodgkin_huxley(stimuli=[Pulse(1, 5, amps)], tstop_ms=10, record=["v", "m"])
    assert many.profile("v").values.shape == (401, 1000)
    for i in (0, 437, 999):
        alone = simulate_hodgkin_huxley(stimuli=[Pulse(1, 5, amps[i])], tstop_ms=10, record=["v", "m"])
        # The same operations in the same order; vector units may round the last place differently.
        assert many.profile("v").values[:, i] == pytest.approx(alone.values("v"), abs=1e-9)
        assert many.profile("m").values[:, i] == pytest.approx(alone.values("m"), abs=1e-12)


def _seed_spikes_in_numpy(dt_ms: float) -> tuple[np.ndarray, float]:
    stimulus = Pulse(10, 50, SOMA.density_uA_cm2(0.1))
    recording = simulate_hodgkin_huxley(SEED, [stimulus], tstop_ms=60, dt_ms=dt_ms)
    return measure.spike_times(recording.time, recording.values("v")), recording.values("v").max()


def test_do_neuron_and_numpy_agree_on_the_same_spikes():
    pulse = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)
    exact = simulate_patch(
        SOMA, SEED, [pulse], tstop_ms=60, dt_ms=None, absolute_tolerance=1e-9, rate_table=False
    )
    times, peak = measure.spike_times(exact.time, exact.values("v")), exact.values("v").max()
    errors = {}
    for dt_ms in (0.05, 0.025, 0.0125):
        ours, our_peak = _seed_spikes_in_numpy(dt_ms)
        assert len(ours) == len(times) == 2
        errors[dt_ms] = np.abs(ours - times).max()
        assert our_peak == pytest.approx(peak, abs=0.03)  # the highest sample may miss the top by half a step
    # The measured error of the second spike is 0.030 ms at 0.05 ms and falls with the square of the step.
    assert errors[0.05] / errors[0.025] == pytest.approx(4, abs=0.3)
    assert errors[0.025] / errors[0.0125] == pytest.approx(4, abs=0.3)
    assert errors[0.0125] < 0.003


def test_does_neurons_fixed_step_come_down_to_the_same_spikes():
    pulse = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)
    ours, _ = _seed_spikes_in_numpy(0.0125)
    late = []
    for dt_ms in (0.02, 0.01, 0.005):
        recording = simulate_patch(SOMA, SEED, [pulse], tstop_ms=60, dt_ms=dt_ms, rate_table=False)
        late.append(measure.spike_times(recording.time, recording.values("v"))[1] - ours[1])
    # Implicit Euler is of first order: extrapolated to no step at all it meets ours, within ours' 0.002 ms.
    assert 2 * late[2] - late[1] == pytest.approx(0, abs=0.004)
    assert abs(late[0]) > 3 * abs(late[2])


def test_does_a_solver_of_another_kind_find_the_same_train():
    def slope(t, y):
        return derivatives(CLASSIC, 10.0, y)

    initial = np.concatenate([[-65.0], steady_gates(-65.0)])
    exact = solve_ivp(slope, (0, 60), initial, method="LSODA", rtol=1e-9, atol=1e-10, dense_output=True)
    ours = simulate_hodgkin_huxley(CLASSIC, [Pulse(amp_uA_cm2=10)], tstop_ms=60, dt_ms=0.01)
    fine = np.arange(0, 60, 0.001)
    times = measure.spike_times(fine, exact.sol(fine)[0])
    assert measure.spike_times(ours.time, ours.values("v")) == pytest.approx(times, abs=0.01)
    # Published by an independent computation: first peak 40.26, a later one 30.43 mV, 68.3 Hz.
    v_mV = ours.values("v")
    assert v_mV[: len(v_mV) // 6].max() == pytest.approx(40.26, abs=0.05)
    assert v_mV[len(v_mV) // 2 :].max() == pytest.approx(30.43, abs=0.1)
    assert 1e3 / np.diff(times)[-1] == pytest.approx(68.3, rel=0.005)


def test_do_the_gates_stay_between_zero_and_one_at_any_step():
    recording = simulate_hodgkin_huxley(
        stimuli=[Pulse(amp_uA_cm2=np.array([-50.0, 10, 200]))], tstop_ms=50, dt_ms=0.5, record=["v", *"mhn"]
    )
    for gate in "mhn":
        values = recording.profile(gate).values
        assert 0 <= values.min() < values.max() <= 1
    # Where explicit methods blow up, the potential keeps between the reversal potentials, give or take I / g.
    assert np.abs(recording.profile("v").values).max() < 300


def test_does_a_membrane_without_channels_charge_like_a_bilayer():
    bare = HodgkinHuxley(gnabar_S_cm2=0, gkbar_S_cm2=0, gl_S_cm2=0)
    recording = simulate_hodgkin_huxley(bare, [Pulse(1, 5, 2.0)], tstop_ms=10)
    patch = Patch.of_area(100)
    pulse = CurrentPulse(1, 5, amp_nA=0.002)  # 2 uA/cm2 over 100 um2
    expected_mV = -65 + charging_mV(pulse.charge_pC(recording.time), patch.capacitance_pF)
    assert np.abs(recording.values("v") - expected_mV).max() < 1e-9


@pytest.mark.parametrize("delay_ms", [1.0, 1.004, 1.013, 1.0251])
def test_is_a_pulse_shorter_than_the_step_delivered_whole(delay_ms):
    bare = HodgkinHuxley(gnabar_S_cm2=0, gkbar_S_cm2=0, gl_S_cm2=0)
    recording = simulate_hodgkin_huxley(bare, [Pulse(delay_ms, 0.01, 1000.0)], tstop_ms=2, dt_ms=0.025)
    assert recording.values("v")[-1] + 65 == pytest.approx(10, abs=1e-9)


def test_does_a_ramp_bring_the_current_that_it_says():
    ramp = Ramp(delay_ms=2, dur_ms=10, amp_uA_cm2=-3)
    recording = simulate_hodgkin_huxley(stimuli=[ramp], tstop_ms=20, dt_ms=0.05, record=["i_stim"])
    middles = recording.time[1:] - 0.025
    # The mean over a step of a straight line is its value in the middle.
    assert recording.values("i_stim")[1:] == pytest.approx(-3 * np.clip((middles - 2) / 10, 0, 1), abs=1e-9)


def test_is_the_membrane_ten_degrees_warmer_three_times_as_fast():
    warm = HodgkinHuxley(celsius_degC=16.3)
    assert warm.speed == pytest.approx(3, rel=1e-12)
    clamped = HodgkinHuxley(celsius_degC=np.array([6.3, 16.3]), cm_uF_cm2=1e12)  # too much to move
    gates = steady_gates(-65.0)
    recording = simulate_hodgkin_huxley(clamped, tstop_ms=6, v_init_mV=0.0, gates=gates, record=["n"])
    cold, hot = recording.profile("n").values.T
    assert hot[20:80:10] == pytest.approx(cold[60:240:30], rel=1e-9)
    # At a held potential a gate relaxes exponentially.
    settled, tau_ms = steady_gates(0.0)[2], gate_time_constants_ms(0.0)[2]
    assert cold == pytest.approx(settled + (gates[2] - settled) * np.exp(-recording.time / tau_ms), rel=1e-6)


def test_where_does_the_peak_against_sodium_density_jump():
    densities = np.arange(0.05, 0.2, 0.001)
    membrane = HodgkinHuxley(densities, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
    stimulus = Pulse(10, 50, SOMA.density_uA_cm2(0.1))
    recording = simulate_hodgkin_huxley(membrane, [stimulus], tstop_ms=30)
    peaks_mV = recording.profile("v").values.max(axis=0)
    last_without = int(np.argmax(np.diff(peaks_mV)))
    # "Around 0.08": between 0.077, which does not fire, and 0.078, which reaches 36 mV.
    assert densities[last_without : last_without + 2] == pytest.approx([0.077, 0.078], abs=1e-9)
    assert peaks_mV[last_without] < -50 and 30 < peaks_mV[last_without + 1] < 40
    assert np.all(np.diff(peaks_mV[last_without + 1 :]) > 0)
    for i in (last_without, last_without + 1):
        one = HodgkinHuxley(densities[i], gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65)
        pulse = CurrentPulse(10, 50, 0.1)
        neuron = simulate_patch(SOMA, one, [pulse], tstop_ms=30, dt_ms=0.005, rate_table=False)
        assert neuron.values("v").max() == pytest.approx(peaks_mV[i], abs=0.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: HodgkinHuxley(gnabar_S_cm2=-1), "gnabar_S_cm2 of the membrane cannot be negative"),
        (lambda: HodgkinHuxley(cm_uF_cm2=0), "cm_uF_cm2 of the membrane must be positive"),
        (lambda: HodgkinHuxley(el_mV=np.nan), "el_mV must be a finite number"),
        (lambda: HodgkinHuxley(el_mV="-54"), "el_mV must be a finite number"),
        (lambda: HodgkinHuxley(gnabar_S_cm2=np.ones(2), el_mV=np.ones(3)), "different lengths: .2, 3."),
        (
            lambda: simulate_hodgkin_huxley(stimuli=[Pulse(amp_uA_cm2=np.ones(2))], v_init_mV=np.ones(3)),
            "lengths",
        ),
        (lambda: simulate_hodgkin_huxley(record=["ica"]), "unknown signal 'ica'"),
        (lambda: simulate_hodgkin_huxley(dt_ms=0), "dt_ms must be positive"),
        (lambda: Ramp(dur_ms=0), "the ramp's duration must be positive"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
