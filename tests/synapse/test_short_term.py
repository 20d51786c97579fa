# SPDX-License-Identifier: BSD-3-Clause
"""The exact map of the terminal: its limits, and the two published orders of its steps."""

import numpy as np
import pytest

from neuroscales.synapse.receptors import TsodyksMarkram
from neuroscales.synapse.short_term import releases, resources

TRAIN_ms = np.cumsum(np.random.default_rng(3).exponential(60.0, 30))


@pytest.mark.parametrize("parameters", [(0.5, 800.0, 50.0), (0.15, 50.0, 750.0)])
def test_does_the_other_published_order_release_the_same_and_a_mixture_not(parameters):
    U, tau_rec, tau_facil = parameters
    other, mixed = [], []
    for jump_first, found in ((False, other), (True, mixed)):
        u, R, last = U, 1.0, TRAIN_ms[0]
        for spike_ms in TRAIN_ms:
            u = U + (u - U) * np.exp(-(spike_ms - last) / tau_facil)  # relaxes to U, not to 0
            R = 1 - (1 - R) * np.exp(-(spike_ms - last) / tau_rec)
            raised = u + U * (1 - u)
            used = raised if jump_first else u
            found.append(used * R)
            u, R, last = raised, R - used * R, spike_ms
    released = releases(TsodyksMarkram(*parameters), TRAIN_ms).released
    np.testing.assert_allclose(released, other, rtol=1e-12)  # rounding
    assert mixed[0] == pytest.approx(U * (2 - U))  # wrong from the first spike on
    assert np.abs(released - mixed).max() > 0.05


@pytest.mark.parametrize("rate_Hz", [1.0, 20.0, 100.0])
@pytest.mark.parametrize("parameters", [(0.5, 800.0, 50.0), (0.15, 50.0, 750.0), (0.2, 200.0, 1500.0)])
def test_does_a_long_regular_train_settle_where_the_fixed_point_lies(parameters, rate_Hz):
    U, tau_rec, tau_facil = parameters
    interval_ms = 1000 / rate_Hz
    found = releases(TsodyksMarkram(*parameters), interval_ms * np.arange(2000))
    use = U / (1 - (1 - U) * np.exp(-interval_ms / tau_facil))
    faded = np.exp(-interval_ms / tau_rec)
    available = (1 - faded) / (1 - (1 - use) * faded)
    assert found.use[-1] == pytest.approx(use, rel=1e-12)
    assert found.available[-1] == pytest.approx(available, rel=1e-12)


def test_are_resources_over_time_those_at_the_spikes():
    terminal = TsodyksMarkram(0.4, 300.0, 100.0)
    of = releases(terminal, TRAIN_ms)
    just_before = resources(terminal, TRAIN_ms, TRAIN_ms - 1e-9)
    np.testing.assert_allclose(just_before, of.available, atol=1e-10)  # 1e-9 ms of recovery
    np.testing.assert_allclose(
        resources(terminal, TRAIN_ms, TRAIN_ms), of.available - of.released, rtol=1e-12
    )
    assert resources(terminal, [], [0.0, 5.0]).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("spikes_ms", [[10, 5], [1, 1], [0, np.nan]])
def test_are_spikes_out_of_order_refused(spikes_ms):
    with pytest.raises(ValueError, match="must be finite and increase"):
        releases(TsodyksMarkram(), spikes_ms)


def test_does_no_spike_release_nothing():
    assert releases(TsodyksMarkram(), []).released.shape == (0,)
