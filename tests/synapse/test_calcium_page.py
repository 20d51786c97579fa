# SPDX-License-Identifier: BSD-3-Clause
"""Is what the page on calcium builds by hand the library's, and does it find what its sentences say?"""

from dataclasses import replace

import numpy as np
import pytest

from neuroscales.synapse.calcium import (
    Buffer,
    CalciumEntry,
    CalciumPool,
    imbalance_mM,
    influx_mM_um_ms,
    simulate_calcium,
)
from neuroscales.synapse.calcium_theory import decay_ms, time_constant_ms
from neuroscales.synapse.explorers import calcium
from tests.pages import page_fixture

page = page_fixture("synapse/calcium")


@pytest.mark.parametrize("buffer_mM", [0.0, 0.1, 0.5])
def test_is_the_drop_built_line_by_line_the_librarys(page, buffer_mM):
    stirred = CalciumPool(Buffer(buffer_mM), K_pump_mM=1e3, D_um2_ms=1e4)
    finer, entry = [], CalciumEntry(10, 1, 0.05)
    for dt in (0.01, 0.005):
        t, free, bound, out = page["drop"](1e3 * buffer_mM, tstop_ms=60, dt=dt)
        run = simulate_calcium(stirred, [entry], tstop_ms=60 + dt, dt_ms=dt)
        after = t > 11.5  # both draw the edges of the pulse a step wide
        pairs = (("free", free), ("bound", bound), ("pumped", out))
        apart = [np.abs(1e3 * np.interp(t, run.time, run.values(name)) - by_hand) for name, by_hand in pairs]
        finer.append(max(each[after].max() for each in apart))
    # An explicit and an implicit step of first order, on either side: half the step, half the difference.
    assert finer[1] < 0.02 and finer[0] / finer[1] == pytest.approx(2, rel=0.1)


def test_is_neuron_driven_on_the_page_the_library(page):
    run = simulate_calcium(CalciumPool(), [CalciumEntry(10, 1, 0.05)], tstop_ms=300)
    for name, place in (("membrane", "membrane"), ("center", "center")):
        np.testing.assert_allclose(page["real"][name], 1e3 * run.values("ca", place), rtol=1e-9)
    for name in ("free", "bound", "entered", "pumped"):
        np.testing.assert_allclose(page["real"][name], 1e3 * run.values(name), rtol=1e-9, atol=1e-12)
    # Rounding of 24 uM bound, in 12 000 steps.
    assert 0 < 1e3 * np.abs(imbalance_mM(run)).max() < 1e-10


def test_does_the_page_find_what_its_sentences_say(page):
    assert page["largest"] < 0.01 and page["steps"] == 12_000
    assert page["nearest"] and max(page["nearest"]) < 0.02
    assert 8 < page["meet"] < 14  # many times the fraction of a ms of a dendrite without buffer
    bare = simulate_calcium(
        replace(CalciumPool(), fixed=Buffer(0.0)), [CalciumEntry(10, 1, 0.05)], tstop_ms=20
    )
    membrane, center = (np.interp(12.0, bare.time, bare.values("ca", p)) for p in ("membrane", "center"))
    assert membrane < 1.1 * center
    fixed_um, dyed_um = page["lengths_um"]
    assert fixed_um < 1 < 5 < dyed_um
    # "The factor cancels": no buffer at all leads to the same length.
    none = CalciumPool(Buffer(0.0))
    assert fixed_um == pytest.approx(np.sqrt(0.22 * time_constant_ms(none, 1.0)), rel=1e-9)


def test_does_the_spike_of_the_page_do_what_its_sentences_say(page):
    spike = page["spike"]
    inward = -spike["ica"]
    top, most = spike["t"][spike["v"].argmax()], spike["t"][inward.argmax()]
    assert 1 < most - top < 2 and spike["v"].max() > 30
    assert inward[spike["t"] > top].sum() > 0.9 * inward.sum()  # "most of the current"
    charge = {ion: (spike[ion][0] - spike[ion]).sum() * 0.025 for ion in ("ina", "ica")}  # nC/cm2
    assert charge["ica"] < 0.1 * charge["ina"]
    # What entered is that charge; at rest a little flows, too.
    entered_uM = 1e3 * influx_mM_um_ms(1e-3 * inward.sum() * 0.025) * 4
    assert spike["entered"][-1] == pytest.approx(entered_uM, rel=1e-6)


def test_do_the_solutions_of_the_exercises_say_what_they_compute(page):
    own = CalciumPool().fixed.capacity(5e-5)
    assert -page["at_zero"] / page["slope"] == pytest.approx(-(1 + own), rel=0.05)
    assert page["at_zero"] == pytest.approx(time_constant_ms(CalciumPool(K_pump_mM=1.0), 1.0), rel=0.05)
    for steady_uM in page["steady_uM"].values():
        assert steady_uM == pytest.approx(page["formula_uM"], rel=1e-3)
    assert np.all(np.diff(page["leaps_uM"]) > 0)
    np.testing.assert_allclose(page["leaps_uM"], 1e3 * np.diff(page["exact"]), rtol=0.01)
    assert page["constant_uM"] < page["leaps_uM"][0]


def test_is_what_the_page_has_in_its_first_table_the_surface_over_the_volume(page):
    calcium_mM = 1e-7 / (2 * 96485.33212) * 4e4 * 1e6
    assert page["rise_mM"] == pytest.approx(calcium_mM, rel=1e-7)


@pytest.mark.parametrize("total_mM", [0.05, 0.5])
@pytest.mark.parametrize("K_uM", [0.2, 5])
def test_do_the_explorers_lines_stay_on_its_axes_and_its_balance_closed(total_mM, K_uM):
    explorer = calcium()
    (_, free), (_, amounts) = [(view.label, view.range) for view in explorer.views]
    for pump, diam_um in ((0, 1), (0.2, 4)):
        run = explorer.model(total_mM=total_mM, K_uM=K_uM, v_pump_um_ms=pump, diam_um=diam_um, train=1)
        assert free[0] < 1e3 * run.values("ca", "membrane").max() < free[1]
        assert amounts[0] < 1e3 * run.values("entered").max() < amounts[1]
        assert np.abs(imbalance_mM(run)).max() < 1e-14
        assert run.time[-1] == 300 and len(run.time) == explorer.samples


def test_does_the_explorers_small_strong_buffer_fill_up():
    run = calcium().model(total_mM=0.05, K_uM=0.2, v_pump_um_ms=0.05, diam_um=1, train=1)
    below = 1e3 * run.values("ca", "membrane")
    leaps = [below[22 + 20 * k] - below[20 + 20 * k] for k in range(5)]
    assert leaps[4] > 1.4 * leaps[0]


def test_is_a_dye_a_buffer_as_the_self_check_says():
    fast = Buffer(50.0, 1e3, 1e3)  # a capacity of 50, never late and never full
    peaks, taus_ms = [], []
    for dye in (Buffer(0.0), Buffer(200.0, 1e3, 1e3)):
        pool = CalciumPool(fast, dye, K_pump_mM=1e3, D_um2_ms=1e3)
        run = simulate_calcium(pool, [CalciumEntry(1, 1, 0.001)], tstop_ms=300, dt_ms=0.1)
        free = run.values("free")
        peaks.append(free.max() - 5e-5)
        taus_ms.append(decay_ms(run.time, free, 5e-5, 10, 300))
    # A hundredth leaves during the entry, and an implicit step of 0.1 ms slows 130 ms by less than that.
    assert peaks[0] / peaks[1] == pytest.approx(251 / 51, rel=0.01)
    assert taus_ms[1] / taus_ms[0] == pytest.approx(251 / 51, rel=0.01)
