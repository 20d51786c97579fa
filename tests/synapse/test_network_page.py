# SPDX-License-Identifier: BSD-3-Clause
"""Is the network that the page builds by hand the library's, and is what the page says of it so?"""

import numpy as np
import pytest

from neuroscales.synapse.explorers import small_network
from neuroscales.synapse.network import ExcitatoryInhibitory, Ring, simulate_network
from tests.pages import page_fixture

pytestmark = pytest.mark.slow


page = page_fixture("synapse/networks")


def test_are_the_ring_and_the_network_built_line_by_line_equal_to_the_librarys(page):
    for built, network, tstop_ms in (("ring", Ring(), 100), ("spike", ExcitatoryInhibitory(), 300)):
        spikes = simulate_network(network, tstop_ms=tstop_ms).spikes
        times_ms = page["ring_ms" if built == "ring" else "spikes_ms"]
        assert np.array_equal(times_ms, spikes.time_ms)
        assert np.array_equal(page[f"{built}_gids"], spikes.gid)
        assert len(times_ms) > 10


def test_does_the_page_find_what_its_sentences_say(page):
    assert list(page["same"].values()) == [True, True, True, False]
    assert np.allclose(page["round_ms"], 5 * (5 + page["response_ms"]), atol=1e-6)  # times are sums of steps
    without, *falling, settled, last = page["by_strength_Hz"]
    assert without > falling[0] > falling[1] > falling[2] > 20
    assert abs(settled - falling[2]) < 5 > abs(last - falling[2])  # "stays about there"
    fired, rates = page["fired"], page["rates_Hz"](page["fired"], 50)
    assert rates[:32].mean() == pytest.approx(rates[32:].mean(), rel=0.2)
    assert page["synchrony"](fired, 5, 50) > 5
    assert 0.2 < np.nanmean(page["interval_cv"](fired, 50)) < 0.5
    assert page["with_Hz"] > 20 and page["without_Hz"] < 0.5
    inhibitory_Hz = np.sort(page["strong_Hz"][32:])
    assert inhibitory_Hz[-1] > 50 > 10 > inhibitory_Hz[-2]  # "one of the eight wins"
    assert page["won_Hz"][True] < 5 < 40 < page["won_Hz"][False]
    for seed in (2, 3):  # "with the next two seeds nobody wins"
        spikes = simulate_network(ExcitatoryInhibitory(inhibition_uS=0.08, seed=seed)).spikes
        assert page["rates_Hz"](spikes, 50)[32:].max() < 30


def test_do_the_solutions_on_networks_say_what_they_compute(page):
    assert 6 < page["shortest_ms"] < 7.5
    assert page["shared_synchrony"] == pytest.approx(40, rel=1e-9)  # "the forty cells are one"
    weaker, stronger = page["by_seed"].values()
    assert stronger[0] > weaker[0]  # "with the first seed alone"
    assert np.all(stronger[1:] < weaker[1:])


def test_does_the_explorer_stay_in_its_panels_and_say_who_is_silenced():
    explorer = small_network()
    inhibition, background, mutual = explorer.controls
    assert (inhibition.start, background.start, mutual.start) == (10, 1000, 1)
    runs = {values: explorer.run(*values) for values in ((0, 2000, 1), (10, 1000, 1), (40, 1000, 0))}
    for recording in runs.values():
        for view in explorer.views[:3]:
            low, high = view.range
            for line in view.lines:
                shown = recording.values(line.signal, line.place)
                assert low <= shown.min() <= shown.max() < high
        for view in explorer.views[3:]:
            assert view.range[0] <= view.measure(recording) < view.range[1]
    rate, together = (view.measure for view in explorer.views[3:])
    assert rate(runs[40, 1000, 0]) == 0 < rate(runs[10, 1000, 1]) < rate(runs[0, 2000, 1])
    assert together(runs[10, 1000, 1]) > 3 > together(runs[0, 2000, 1])
    active = runs[0, 2000, 1].values("active", "excitatory")
    assert 0 < active.mean() < 1
