# SPDX-License-Identifier: BSD-3-Clause
"""The leaky integrate-and-fire neuron, beside its closed form and beside a brute-force march."""

import numpy as np
import pytest

from neuroscales.membrane.integrate_and_fire import (
    IntegrateAndFire,
    advance_mV,
    firing_rate_Hz,
    simulate_integrate_and_fire,
)
from neuroscales.membrane.protocols import CurrentPulse

NEURON = IntegrateAndFire()


@pytest.mark.parametrize("amp_nA", [0.1, 0.1499, 0.1501, 0.2, 0.5, 3.0])
@pytest.mark.parametrize("refractory_ms", [0.0, 2.0])
def test_is_the_rate_of_the_simulation_that_of_the_closed_form(amp_nA, refractory_ms):
    neuron = IntegrateAndFire(refractory_ms=refractory_ms)
    step = CurrentPulse(delay_ms=0, dur_ms=1e4, amp_nA=amp_nA)
    _, spikes_ms = simulate_integrate_and_fire(neuron, [step], tstop_ms=400)
    rate_Hz = float(firing_rate_Hz(neuron, amp_nA))
    if amp_nA <= neuron.rheobase_nA:
        assert rate_Hz == 0 and spikes_ms.size == 0
    else:
        # Both are exact; intervals are differences of times of up to 400 ms.
        assert 1e3 / np.diff(spikes_ms) == pytest.approx(rate_Hz, rel=1e-9)
        assert spikes_ms.size >= 3


@pytest.mark.parametrize("dt_ms", [0.01, 0.1, 1.7])
def test_do_the_spikes_not_depend_on_the_sampling(dt_ms):
    pulses = [CurrentPulse(5, 30, 0.2), CurrentPulse(20, 50, 0.12), CurrentPulse(40, 3, -0.4)]
    _, coarse = simulate_integrate_and_fire(NEURON, pulses, dt_ms=dt_ms)
    _, fine = simulate_integrate_and_fire(NEURON, pulses, dt_ms=0.003)
    assert np.array_equal(coarse, fine)


def test_does_a_march_in_tiny_steps_find_the_same_trace():
    pulses = [CurrentPulse(5, 40, 0.2), CurrentPulse(20, 50, 0.12), CurrentPulse(40, 3, -0.4)]
    recording, spikes_ms = simulate_integrate_and_fire(NEURON, pulses, tstop_ms=90, dt_ms=0.01)
    v, free_ms, times, trace = NEURON.v_rest_mV, 0.0, [], []
    dt = 0.001
    for i in range(90_000):
        if i % 10 == 0:
            trace.append(v)
        t = i * dt
        current = sum(p.amp_nA for p in pulses if p.delay_ms <= t + dt / 2 < p.delay_ms + p.dur_ms)
        if t + dt / 2 > free_ms:
            v = advance_mV(v, NEURON.v_rest_mV + NEURON.resistance_Mohm * current, dt, NEURON.tau_ms)
        if v >= NEURON.v_threshold_mV:
            v, free_ms = NEURON.v_reset_mV, t + dt + NEURON.refractory_ms
            times.append(t + dt)
    # Each spike of the march is late by up to one step of 0.001 ms, and the delays add up.
    assert spikes_ms == pytest.approx(times, abs=0.001 * (len(times) + 1))
    assert len(times) == 3
    away = np.min(np.abs(recording.time[:-1, None] - spikes_ms), axis=1) > 0.02
    assert np.abs(recording.values("v")[:-1] - trace)[away].max() < 0.02  # 5 mV/ms times the delays


def test_does_it_stay_at_the_reset_for_the_refractory_time():
    recording, spikes_ms = simulate_integrate_and_fire(NEURON, [CurrentPulse(0, 100, 0.4)], dt_ms=0.01)
    since = recording.time - spikes_ms[0]
    held = (since > 0) & (since < 2)
    assert np.all(recording.values("v")[held] == NEURON.v_reset_mV)
    assert recording.values("v")[np.argmax(since > 2.02)] > NEURON.v_reset_mV
    assert recording.values("v").max() < NEURON.v_threshold_mV


def test_does_a_current_below_the_rheobase_settle_where_ohm_says():
    recording, spikes_ms = simulate_integrate_and_fire(NEURON, [CurrentPulse(0, 500, 0.14)], tstop_ms=300)
    assert spikes_ms.size == 0
    assert recording.values("v")[-1] == pytest.approx(-51, abs=14 * np.exp(-29))


def test_does_its_rate_begin_without_a_jump():
    # Just above the rheobase the climb takes ln(1 / excess) time constants: any low rate can be had.
    just_above = NEURON.rheobase_nA * (1 + np.array([1e-12, 1e-6, 1e-3]))
    assert np.all(np.diff(firing_rate_Hz(NEURON, just_above)) > 0)
    assert 0 < firing_rate_Hz(NEURON, just_above)[0] < 4
    assert firing_rate_Hz(NEURON, 1e6) == pytest.approx(1e3 / NEURON.refractory_ms, rel=1e-4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: IntegrateAndFire(tau_ms=0), "tau_ms of the cell must be positive"),
        (lambda: IntegrateAndFire(refractory_ms=-1), "refractory_ms of the cell cannot be negative"),
        (lambda: IntegrateAndFire(v_reset_mV=-50), "must lie below threshold"),
        (lambda: IntegrateAndFire(v_rest_mV=np.nan), "v_rest_mV must be a finite number"),
        (lambda: simulate_integrate_and_fire(NEURON, v_init_mV=-50), "v_init_mV .-50. must lie below"),
        (lambda: simulate_integrate_and_fire(NEURON, dt_ms=0), "dt_ms must be positive"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
