# SPDX-License-Identifier: BSD-3-Clause
"""NEURON cells in a rate population: trains against their mean, and the closed loop."""

import numpy as np
import pytest
from neuron import h

from neuroscales.bridges.hybrid import EXCITATION, INHIBITION, simulate_cell, simulate_hybrid_loop


def test_are_mean_and_sd_of_the_conductance_campbells():
    assert EXCITATION.mean_nS(5.0) == pytest.approx(0.3 * 400 * 0.005 * 2)
    assert EXCITATION.sd_nS(5.0) == pytest.approx(0.3 * np.sqrt(400 * 0.005 * 2 / 2))
    assert INHIBITION.mean_nS(6.0) == pytest.approx(3.6)


def test_does_a_cell_fire_with_trains_and_stay_silent_with_their_mean():
    spikes = simulate_cell(5.0, 6.0, tstop_ms=4000, rng=np.random.default_rng(1))
    rate_Hz = np.sum(spikes > 500) / 3.5
    assert 4 < rate_Hz < 37  # what was found over the rates and weights of the task
    mean_only = simulate_cell(5.0, 6.0, tstop_ms=2000, trains=False)
    assert np.sum(mean_only > 500) == 0


def test_does_the_same_seed_give_the_same_spikes_and_nothing_stay_behind():
    runs = [simulate_cell(6.0, 3.0, tstop_ms=300, rng=np.random.default_rng(2)) for _ in range(2)]
    assert np.array_equal(*runs) and runs[0].size
    assert not [section for section in h.allsec() if section.name() == "soma"]


def test_does_the_loop_of_cells_and_population_settle_where_both_agree():
    run = simulate_hybrid_loop(6, tstop_ms=1500, rng=np.random.default_rng(3))
    r, y = (run.values(name)[500:] for name in ("r", "y"))
    # In the mean the population does what its equation says of what it feels.
    assert r.mean() == pytest.approx(4.0 + 0.1 * y.mean(), abs=0.05)
    assert y.mean() > 2
    alone = simulate_hybrid_loop(6, tstop_ms=1000, gain=0.0, rng=np.random.default_rng(3))
    assert np.all(alone.values("r") == 4.0)
    assert alone.values("y")[500:].mean() < y.mean()


def test_is_a_loop_without_cells_refused():
    with pytest.raises(ValueError, match="n_cells"):
        simulate_hybrid_loop(0, tstop_ms=10, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="rng"):
        simulate_cell(5.0, 5.0, tstop_ms=10)
