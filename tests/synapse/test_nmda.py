# SPDX-License-Identifier: BSD-3-Clause
"""AMPA and NMDA receptors on a cell: the block under clamp, and what pairing does to the charge."""

import numpy as np
import pytest
from neuron import h
from scipy.integrate import solve_ivp

import mechanisms
from neuroscales.membrane import CurrentPulse
from neuroscales.synapse.nmda import SMALL_CELL, block_curve_uS, peaks_uS, simulate_ampa_nmda
from neuroscales.synapse.receptors import AmpaNmda, magnesium_block
from neuroscales.synapse.synapse_simulation import charge_pC

HOLDS_mV = np.arange(-80.0, 41.0, 20.0)
PAIRED = CurrentPulse(delay_ms=30, dur_ms=50, amp_nA=0.15)


@pytest.mark.parametrize("dt_ms", [0.025, None])
@pytest.mark.parametrize("hold_mV", [None, -40.0])
def test_is_neuron_afterwards_as_it_was_before(dt_ms, hold_mV):
    def state():
        cvode = h.CVode()
        return h.celsius, h.dt, h.t, h.secondorder, cvode.active(), cvode.atol(), cvode.rtol(), _count()

    before = state()
    simulate_ampa_nmda(AmpaNmda(), [5.0], hold_mV=hold_mV, pulses=[PAIRED], tstop_ms=20, dt_ms=dt_ms)
    assert state() == before


def _count():
    mechanisms.load()  # before it, NEURON does not know two of the names
    kinds = ("SimpleAMPA_NMDA", "VecStim", "NetCon", "SEClamp", "IClamp", "Vector")
    return len(list(h.allsec())), *(h.List(kind).count() for kind in kinds)


@pytest.mark.parametrize("mg_mM", [0.0, 0.1, 1.0])
def test_is_the_block_curve_under_clamp_the_published_formula(mg_mM):
    receptors = AmpaNmda(mg_mM=mg_mM)
    found = block_curve_uS(receptors, HOLDS_mV) / receptors.gmax_NMDA_uS
    # Half a step off the peak costs 1e-5 of it, and the clamp's 1 kohm less.
    np.testing.assert_allclose(found, magnesium_block(HOLDS_mV, mg_mM), rtol=2e-5)


@pytest.mark.parametrize("rs_Mohm", [0.001, 1.0])
def test_does_a_clamp_of_1_Mohm_let_the_potential_go(rs_Mohm):
    run = simulate_ampa_nmda(AmpaNmda(0.1, 0.0), [5.0], hold_mV=-80.0, clamp_Mohm=rs_Mohm, tstop_ms=20)
    off_mV = np.abs(run.values("v") + 80).max()
    # 100 nS over 80 mV are 8 nA: 8 mV through 1 Mohm, less what the cell's capacitance and the lower
    # driving force take, 8 uV through 1 kohm.
    assert off_mV == pytest.approx(7.3 if rs_Mohm == 1 else 0.008, rel=0.1)


def test_does_each_receptor_alone_leave_the_other_closed():
    for silent, active in (("AMPA", "NMDA"), ("NMDA", "AMPA")):
        run = simulate_ampa_nmda(AmpaNmda(**{f"gmax_{silent}_uS": 0.0}), [5.0], tstop_ms=40)
        assert np.all(run.values("g", silent) == 0)
        np.testing.assert_array_equal(run.values("g", active), run.values("g", "both"))
        assert run.values("v").max() > -69.99


def _charges_pC(mg_mM, **method):
    """Charge through NMDA in 500 ms, alone and paired with a depolarization."""
    receptors = AmpaNmda(mg_mM=mg_mM)
    return [
        charge_pC(simulate_ampa_nmda(receptors, [50.0], pulses=pulses, tstop_ms=500, **method), "NMDA")
        for pulses in ([], [PAIRED])
    ]


def _charges_of_another_solver_pC(mg_mM):
    """The same with scipy: the potential and the charge as states, the conductances in closed form."""
    receptors, patch, leak = AmpaNmda(mg_mM=mg_mM), SMALL_CELL.patch, SMALL_CELL.membrane
    C_nF, g_leak_uS = 1e-3 * patch.capacitance_pF, 1e-2 * leak.g_S_cm2 * patch.area_um2

    def slope(t, state, amp_nA):
        v = state[0]
        i_nmda = receptors.gmax_NMDA_uS * receptors.nmda.course(t - 50) * magnesium_block(v, mg_mM) * v
        i_ampa = receptors.gmax_AMPA_uS * receptors.ampa.course(t - 50) * v
        injected = amp_nA if PAIRED.delay_ms <= t < PAIRED.delay_ms + PAIRED.dur_ms else 0.0
        return [(injected - g_leak_uS * (v - leak.e_mV) - i_nmda - i_ampa) / C_nF, i_nmda]

    charges = []
    for amp_nA in (0.0, PAIRED.amp_nA):
        state = [-70.0, 0.0]
        for window in ((0, 30), (30, 50), (50, 80), (80, 500)):
            state = solve_ivp(slope, window, state, "DOP853", args=(amp_nA,), rtol=1e-10, atol=1e-11).y[:, -1]
        charges.append(state[1])
    return charges


@pytest.mark.parametrize("mg_mM", [0.0, 1.0])
def test_is_the_charge_what_another_solver_finds(mg_mM):
    expected = _charges_of_another_solver_pC(mg_mM)
    # Of first order in dt, to this very value: 8e-5 at 0.025 ms, a quarter of it at a quarter of the step.
    for dt_ms, near in ((0.025, 1e-4), (0.00625, 2.5e-5)):
        np.testing.assert_allclose(_charges_pC(mg_mM, dt_ms=dt_ms), expected, rtol=near)


def test_does_pairing_raise_the_charge_with_magnesium_and_lower_it_without():
    with_mg, without_mg = _charges_pC(1.0), _charges_pC(0.0)
    assert with_mg[1] / with_mg[0] == pytest.approx(2.29, abs=0.02)  # two solvers agree on it, above
    assert without_mg[1] / without_mg[0] == pytest.approx(0.71, abs=0.01)
    assert abs(with_mg[1]) < abs(without_mg[1])  # the block is never lifted for good


def test_are_peaks_found_after_each_event_and_not_beyond_the_recording():
    run = simulate_ampa_nmda(AmpaNmda(mg_mM=0), [5.0, 60.0], tstop_ms=80)
    first, second = peaks_uS(run, [5.0, 60.0])
    assert first == pytest.approx(0.0007, rel=1e-4)
    tail = 0.0007 * float(AmpaNmda().nmda.course(60 + AmpaNmda().nmda.peak_ms - 5))
    assert second == pytest.approx(0.0007 + tail, rel=1e-3)  # what is left of the first, at the second's peak
    with pytest.raises(ValueError, match="ends before 10"):
        peaks_uS(run, [75.0])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"weight": -1}, "weight of an event"),
        ({"arrivals_ms": [-1.0]}, "finite and not negative"),
        ({"hold_mV": np.nan}, "hold_mV must be a finite number"),
        ({"tstop_ms": 0}, "tstop_ms must be longer than a step"),
    ],
)
def test_is_a_bad_protocol_named_in_one_sentence(changes, sentence):
    with pytest.raises(ValueError, match=sentence):
        simulate_ampa_nmda(**{"receptors": AmpaNmda(), "arrivals_ms": [5.0], **changes})
