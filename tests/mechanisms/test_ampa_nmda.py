# SPDX-License-Identifier: BSD-3-Clause
"""The AMPA and NMDA receptors: peaks, block, currents, and what a second run changes."""

import numpy as np
import pytest
from neuron import h

from neuroscales.core import engine
from neuroscales.core.engine import Method
from neuroscales.synapse.accuracy import OPEN, ARRIVALS_ms, STEPS_ms, solved_mV
from neuroscales.synapse.conductance import conductance_uS
from neuroscales.synapse.nmda import simulate_ampa_nmda
from neuroscales.synapse.receptors import AmpaNmda


def test_is_the_peak_of_one_event_its_weight_in_parts_of_gmax():
    for weight in (0.5, 1.0, 3.0):
        run = simulate_ampa_nmda(OPEN, [5.0], weight=weight, tstop_ms=30, dt_ms=0.0125)
        # The recorded point next to the peak is at most half a step off: g'' / g = 1 / (tau_r tau_d) there.
        for place, gmax_uS, near in (("AMPA", 0.001, 6e-5), ("NMDA", 0.0007, 1e-6)):
            assert run.values("g", place).max() == pytest.approx(weight * gmax_uS, rel=near)


@pytest.mark.parametrize("apart", [0.0, 1e-9, 1e-6, 1e-4, 1e-2])
def test_is_the_conductance_right_when_rise_and_decay_are_close(apart):
    near = AmpaNmda(tau_r_AMPA_ms=3.0, tau_d_AMPA_ms=3.0 * (1 + apart), tau_r_NMDA_ms=5.0, tau_d_NMDA_ms=5.0)
    run = simulate_ampa_nmda(near, ARRIVALS_ms, tstop_ms=80, dt_ms=STEPS_ms[0])
    expected = conductance_uS(run.time, near.ampa, ARRIVALS_ms, near.gmax_AMPA_uS)
    # Kept 1e-4 apart around the mean: the shape changes by the square of that, and so do the digits lost.
    np.testing.assert_allclose(run.values("g", "AMPA")[1:], expected[:-1], rtol=0, atol=2e-8 * expected.max())


def test_is_the_whole_cell_under_the_variable_step_what_another_solver_finds():
    receptors, weight = AmpaNmda(gmax_NMDA_uS=0.004), 4.0
    times_ms, expected_mV = solved_mV(receptors, weight)
    run = simulate_ampa_nmda(
        receptors, ARRIVALS_ms, weight=weight, tstop_ms=80, dt_ms=None, absolute_tolerance=1e-9
    )
    # Nothing is late here; what is left is the interpolation between its steps.
    assert np.abs(np.interp(times_ms, run.time, run.values("v")) - expected_mV).max() < 2e-3
    assert expected_mV.max() > -45  # magnesium gave way


@pytest.mark.parametrize("mg_mM", [0.0, 0.1, 0.25, 0.5, 1.0, 2.0])
def test_does_magnesium_block_as_published_at_every_potential(mg_mM):
    section = h.Section(name="held")
    synapse = AmpaNmda(mg_mM=mg_mM).into(section(0.5))
    for v_mV in (-120, -80, -40, 0, 40, 120):
        # Written out anew, from the paper's equation.
        assert synapse.block(v_mV) == pytest.approx(1 / (1 + np.exp(-0.062 * v_mV) * mg_mM / 3.57), rel=1e-14)


def test_is_each_current_its_conductance_times_the_driving_force():
    run = simulate_ampa_nmda(AmpaNmda(e_mV=5.0), [5.0], hold_mV=-30.0, tstop_ms=30)
    v_mV = run.values("v")
    # The clamp's resistance of 1 kohm lets a nanoampere move the potential by a thousandth of a mV.
    np.testing.assert_allclose(v_mV, -30, atol=2e-3)
    for place in ("AMPA", "NMDA", "both"):
        np.testing.assert_allclose(
            run.values("i", place), run.values("g", place) * -35.0, rtol=1e-4, atol=1e-16
        )
    both = run.values("g", "AMPA") + run.values("g", "NMDA")
    np.testing.assert_allclose(run.values("g", "both"), both, rtol=1e-12, atol=1e-18)


def _wired(section, receptors, weights=(1.0,)):
    """A synapse with one connection for each weight; events are put in by `_run`."""
    synapse = receptors.into(section(0.5))
    connections = []
    for weight in weights:
        connection = h.NetCon(None, synapse)
        connection.weight[0] = weight
        connections.append(connection)
    return synapse, connections


def _run(events, recorded, tstop_ms=30.0, threads=1):
    """One run with (connection, time) events; what the pointers point at, over time."""
    context = h.ParallelContext()
    with engine.neuron_as_found():
        vectors = [h.Vector().record(pointer) for pointer in recorded]
        handler = h.FInitializeHandler(lambda: [connection.event(time) for connection, time in events])
        context.nthread(threads)
        try:
            engine.run(Method(), tstop_ms, -65.0)
        finally:
            context.nthread(1)
        del handler
        return [np.array(vector) for vector in vectors]


def test_does_a_second_run_repeat_the_first_and_take_up_what_was_changed_between():
    section = h.Section(name="again")
    synapse, (connection,) = _wired(section, AmpaNmda())
    events, pointers = [(connection, 5.0), (connection, 7.0)], [synapse._ref_g_AMPA, synapse._ref_g_NMDA]
    first, second = _run(events, pointers), _run(events, pointers)
    np.testing.assert_array_equal(first, second)  # nothing of the first run is left
    synapse.tau_d_AMPA, synapse.gmax_NMDA, synapse.mg = 5.0, 0.002, 0.0
    fresh_section = h.Section(name="fresh")
    fresh, (other,) = _wired(fresh_section, AmpaNmda(tau_d_AMPA_ms=5.0, gmax_NMDA_uS=0.002, mg_mM=0.0))
    fresh_pointers = [fresh._ref_g_AMPA, fresh._ref_g_NMDA]
    changed = _run([*events, (other, 5.0), (other, 7.0)], pointers + fresh_pointers)
    np.testing.assert_array_equal(changed[:2], changed[2:])


def test_do_several_synapses_and_connections_add_and_not_disturb_each_other():
    section = h.Section(name="many")
    fast, fast_wires = _wired(section, AmpaNmda(mg_mM=0), weights=(1.0, 2.0))
    slow, slow_wires = _wired(section, AmpaNmda(tau_r_AMPA_ms=1, tau_d_AMPA_ms=8, mg_mM=0))
    events = [(fast_wires[0], 5.0), (fast_wires[1], 9.0), (slow_wires[0], 6.0)]
    together = _run(events, [fast._ref_g_AMPA, slow._ref_g_AMPA])
    apart = [_run(events[:2], [fast._ref_g_AMPA])[0], _run(events[2:], [slow._ref_g_AMPA])[0]]
    np.testing.assert_array_equal(together, apart)
    first, second = (_run([event], [fast._ref_g_AMPA])[0] for event in events[:2])
    np.testing.assert_allclose(together[0], first + second, rtol=0, atol=1e-16)  # rounding of 1 nS
    assert second.max() == pytest.approx(2 * first.max(), rel=1e-12)


def test_do_two_threads_give_what_one_gives():
    cells = [h.Section(name=f"cell{k}") for k in range(4)]
    wired = [_wired(cell, AmpaNmda(gmax_AMPA_uS=0.001 * (k + 1))) for k, cell in enumerate(cells)]
    events = [(wires[0], 4.0 + k) for k, (_, wires) in enumerate(wired)]
    pointers = [synapse._ref_g for synapse, _ in wired] + [cell(0.5)._ref_v for cell in cells]
    np.testing.assert_array_equal(_run(events, pointers), _run(events, pointers, threads=2))
