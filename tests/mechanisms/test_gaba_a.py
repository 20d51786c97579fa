# SPDX-License-Identifier: BSD-3-Clause
"""GABA_A: its reversal beside Nernst's equation, its conductance beside the closed form."""

import numpy as np
import pytest
from neuron import h

from neuroscales.core import engine
from neuroscales.core.engine import Method
from neuroscales.synapse.conductance import Exp2Synapse, conductance_uS, nernst_mV
from neuroscales.synapse.receptors import GabaA

STEP_ms = 1 / 32


def held(synapse_of, celsius_degC=37.0, v_mV=-60.0, arrivals_ms=(5.0, 8.0)):
    """Reversal, conductance and current of a synapse over 40 ms in a clamped soma."""
    with engine.neuron_as_found():
        h.celsius = celsius_degC
        section = h.Section(name="soma")
        section.L = section.diam = 20
        synapse, clamp = synapse_of.into(section(0.5)), h.SEClamp(section(0.5))
        clamp.rs, clamp.dur1, clamp.amp1 = 1e-3, 1e9, v_mV
        connection = h.NetCon(None, synapse)
        connection.weight[0] = 1
        handler = h.FInitializeHandler(lambda: [connection.event(time) for time in arrivals_ms])
        vectors = [h.Vector().record(p) for p in (h._ref_t, synapse._ref_e, synapse._ref_g, synapse._ref_i)]
        engine.run(Method(STEP_ms), 40, v_mV)
        del handler
        return [np.array(vector) for vector in vectors]


@pytest.mark.parametrize("celsius_degC", [6.3, 24.0, 37.0])
@pytest.mark.parametrize("cli_mM", [5.0, 7.0, 10.0, 30.0, 130.0])
def test_is_the_reversal_that_of_nernst(celsius_degC, cli_mM):
    _, e_mV, _, _ = held(GabaA(cli_mM=cli_mM), celsius_degC)
    # NEURON's constants and those of the library agree to nine digits.
    np.testing.assert_allclose(e_mV, nernst_mV(130, cli_mM, -1, celsius_degC), rtol=1e-8, atol=1e-10)


def test_are_the_reversals_of_a_mature_and_a_young_cell_the_known_ones():
    for cli_mM, expected_mV in ((7, -78.1), (10, -68.5), (30, -39.2)):
        # Printed to a tenth, with another rounding of the constants.
        assert held(GabaA(cli_mM=cli_mM))[1][0] == pytest.approx(expected_mV, abs=0.1)


@pytest.mark.parametrize(("tau_r_ms", "tau_d_ms"), [(0.5, 10.0), (4.0, 4.0)])
def test_is_the_conductance_the_closed_form_one_step_late(tau_r_ms, tau_d_ms):
    time, _, g_uS, _ = held(GabaA(tau_r_ms=tau_r_ms, tau_d_ms=tau_d_ms))
    expected = conductance_uS(time, Exp2Synapse(tau_r_ms, tau_d_ms), [5.0, 8.0], 0.001)
    # Rounding; where the two times are equal, what keeping them apart costs.
    np.testing.assert_allclose(g_uS[1:], expected[:-1], rtol=0, atol=1e-15 if tau_r_ms < tau_d_ms else 2e-11)


@pytest.mark.parametrize(("cli_mM", "sign"), [(7.0, 1), (30.0, -1)])
def test_does_chloride_decide_whether_gaba_hyperpolarizes(cli_mM, sign):
    _, e_mV, g_uS, i_nA = held(GabaA(cli_mM=cli_mM), v_mV=-60.0)
    np.testing.assert_allclose(
        i_nA, g_uS * (-60.0 - e_mV), rtol=1e-3, atol=1e-12
    )  # the clamp holds to 1e-4 mV
    assert np.sign(i_nA[np.abs(i_nA).argmax()]) == sign  # outward in the mature cell, inward in the young
