# SPDX-License-Identifier: BSD-3-Clause
"""Calcium: what comes in is free, bound or pumped out, and goes where closed forms and other solvers say."""

from dataclasses import replace

import numpy as np
import pytest
from neuron import h

import mechanisms
from mechanisms import workbench
from mechanisms.loader import FOLDER
from neuroscales.cable.dendrite import Dendrite
from neuroscales.cable.numerics import order_of_convergence
from neuroscales.core import engine
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.protocols import CurrentPulse
from neuroscales.synapse.calcium import (
    DYE,
    NONE,
    Buffer,
    CalciumChannel,
    CalciumEntry,
    CalciumPool,
    imbalance_mM,
    influx_mM_um_ms,
    simulate_calcium,
)
from neuroscales.synapse.calcium_shells import integrate_shells, shares
from neuroscales.synapse.calcium_theory import (
    decay_ms,
    effective_diffusion_um2_ms,
    free_mM,
    steady_mM,
    time_constant_ms,
    variance_um2,
)

DYED = CalciumPool(mobile=DYE)
ENTRY = CalciumEntry(delay_ms=10, dur_ms=2, amp_mA_cm2=0.05)
THICK = Dendrite(L_um=10.0, diam_um=2.0, nseg=1)
FAST = Buffer(total_mM=50.0, on_per_mM_ms=1e3, off_per_ms=1e3)
"""A buffer that is never out of equilibrium and never full: its capacity is 50 at any free calcium here."""


@pytest.mark.parametrize("dt_ms", [0.025, None])
def test_is_neuron_afterwards_as_it_was_before(dt_ms):
    def state():
        mechanisms.load()
        cvode = h.CVode()
        here = h.celsius, h.dt, h.t, h.secondorder, cvode.active(), cvode.atol(), cvode.rtol()
        return *here, len(list(h.allsec())), h.List("Vector").count(), h.List("IClamp").count()

    before = state()
    pulse = CurrentPulse(1, 1, 0.1)
    simulate_calcium(DYED, [ENTRY], channel=CalciumChannel(), pulses=[pulse], tstop_ms=20, dt_ms=dt_ms)
    assert state() == before


@pytest.mark.parametrize("dt_ms", [0.1, 0.025, None])
@pytest.mark.parametrize("nseg", [1, 7])
@pytest.mark.parametrize("pool", [CalciumPool(), DYED, CalciumPool(NONE, v_pump_um_ms=0.5)])
def test_is_what_came_in_free_bound_or_pumped_out(pool, nseg, dt_ms):
    dendrite = Dendrite(20.0, 2.0, nseg)
    entries = [ENTRY, CalciumEntry(30, 5, 0.2, place=0.1)]
    pulse = CurrentPulse(50, 1, 0.1)
    run = simulate_calcium(
        pool, entries, dendrite, channel=CalciumChannel(), pulses=[pulse], tstop_ms=80, dt_ms=dt_ms
    )
    assert run.values("entered")[-1] > 0.02 and run.values("pumped")[-1] > 1e-4
    # A fixed step keeps the sum to rounding: half a unit in the last place of 0.1 mM in each step. The
    # variable step keeps it to its tolerance, 1e-9 mM for each number.
    allowed_mM = 5e-9 if dt_ms is None else len(run.time) * 7e-18
    assert np.abs(imbalance_mM(run)).max() < allowed_mM


def test_would_an_imbalance_be_seen():
    run = simulate_calcium(CalciumPool(), [ENTRY], tstop_ms=40)
    pumped = run.signal("pumped")
    lossy = [s for s in run.signals if s.name != "pumped"] + [replace(pumped, values=0.999 * pumped.values)]
    assert np.abs(imbalance_mM(type(run)(run.time, lossy))).max() > 1e-6


@pytest.mark.parametrize("diam_um", [0.5, 4.0])
def test_is_what_came_in_the_charge_over_two_faradays(diam_um):
    run = simulate_calcium(DYED, [ENTRY], Dendrite(10.0, diam_um, 1), tstop_ms=30)
    entered, ica = run.values("entered"), run.values("ica")
    # By the recorded current, which is one step late; time is a sum of rounded steps.
    by_current = -np.cumsum(influx_mM_um_ms(ica[1:]) * np.diff(run.time)) * 4 / diam_um
    np.testing.assert_allclose(entered[1:], by_current, rtol=1e-9, atol=1e-15)
    # 0.05 mA/cm2 for 2 ms on 4 / d of surface to volume, by hand; NEURON's Faraday agrees to nine digits.
    expected_mM = 0.05e-3 * 2e-3 / (2 * 96485.33212) * (4 / (diam_um * 1e-4)) * 1e6
    assert entered[-1] == pytest.approx(expected_mM, rel=1e-8)
    assert ENTRY.total_mM(diam_um) == pytest.approx(expected_mM, rel=1e-9)


def test_does_nothing_move_at_rest():
    run = simulate_calcium(DYED, [], Dendrite(20.0, 2.0, 5), tstop_ms=100, place=0.3)
    for name, place in (("ca", "membrane"), ("ca", "center"), ("free", None)):
        np.testing.assert_allclose(run.values(name, place), 5e-5, rtol=1e-12)  # rounding over 4000 steps
    assert run.values("entered")[-1] == 0 and abs(run.values("pumped")[-1]) < 1e-15


@pytest.mark.parametrize(("pool", "coarse"), [(CalciumPool(), 1e-3), (DYED, 1.5e-3)])
def test_are_the_shells_those_of_another_solver_and_the_steps_of_first_order(pool, coarse):
    time_ms = np.linspace(0, 60, 121)
    expected = integrate_shells(pool, [ENTRY], 2.0, tstop_ms=60, time_ms=time_ms)
    steps_ms, errors = (0.1, 0.05, 0.025), []
    for dt_ms in steps_ms:
        run = simulate_calcium(pool, [ENTRY], THICK, tstop_ms=60.2, dt_ms=dt_ms).resample(time_ms)
        errors.append([_largest_difference(run, expected, *what) for what in SIGNALS])
    assert np.max(errors[-1]) < coarse  # as parts of the largest excess: the error of the time step
    for each in np.transpose(errors)[:3]:
        assert order_of_convergence(steps_ms, each) == pytest.approx(
            1, abs=0.15
        )  # lines between samples add 3e-6
    run = simulate_calcium(pool, [ENTRY], THICK, tstop_ms=60.2, dt_ms=None, absolute_tolerance=1e-8)
    exact = [_largest_difference(run.resample(time_ms), expected, *what) for what in SIGNALS]
    assert np.max(exact) < 1e-4  # CVode's tolerance, and lines between its steps


SIGNALS = (("ca", "membrane"), ("ca", "center"), ("free", None), ("bound", None), ("pumped", None))


def _largest_difference(run, expected, name, place):
    late = expected.time > 15  # after the entry, whose edges a fixed step draws a step wide
    difference = run.values(name, place) - expected.values(name, place)
    return np.abs(difference[late]).max() / np.ptp(expected.values(name, place))


def test_do_more_shells_converge():
    """Eight shells, beside as many as it takes: the center to second order, the rest to first or better."""
    time_ms = np.array([0, 15.0, 20.0, 30.0])
    runs = {
        shells: integrate_shells(CalciumPool(), [ENTRY], 2.0, shells=shells, tstop_ms=30, time_ms=time_ms,
                                 relative_tolerance=1e-7)
        for shells in (8, 16, 32)
    }  # fmt: skip
    for (name, place), least, most in ((("ca", "center"), 1.7, 2.5), (("free", None), 0.9, 2)):
        coarse, middle, fine = (runs[n].values(name, place)[1:] for n in runs)
        orders = np.log2(np.abs(middle - coarse) / np.abs(fine - middle))
        assert np.all(orders > least) and np.all(orders < most), (name, orders)
        assert np.abs(coarse / fine - 1).max() < 0.07


def test_are_the_shares_of_the_shells_those_of_the_mechanism():
    run = simulate_calcium(CalciumPool(), [ENTRY], Dendrite(10, 4, 1), tstop_ms=20)
    np.testing.assert_allclose(run.profile("shells").values @ shares(8), run.values("free"), rtol=1e-13)
    assert shares(8).sum() == pytest.approx(1, rel=1e-15)


@pytest.mark.slow
def test_does_neurons_own_reaction_diffusion_find_the_same_along_a_thin_cell():
    """Its rxd knows no depth, so the cell is thin, and no pump: entry, a fixed buffer, and diffusion."""
    found = workbench.write(_renamed("calcium_channel", "CalciumChannel", "Entry")).run(_with_rxd)
    pool = CalciumPool(v_pump_um_ms=0)
    entry = CalciumEntry(1, 2, 0.002, place=0.5)
    run = simulate_calcium(pool, [entry], Dendrite(10.0, 0.2, 21), tstop_ms=30, dt_ms=0.0125)
    free = run.profile("along").values[-1]
    assert free.max() > 1.3 * free.min() > 1.3 * 5e-5
    # Both split a step of 0.0125 ms into moving and binding, in their own ways; the depth takes 0.2 ms.
    np.testing.assert_allclose(found, free, rtol=0.01)


def _renamed(file, name, other):
    """A mechanism of the course under another name."""
    return (FOLDER / f"{file}.mod").read_text().replace(f"SUFFIX {name}", f"SUFFIX {other}")


def _with_rxd():
    """Free calcium in each segment after 30 ms."""
    import numpy as np
    from neuron import h, rxd

    section = h.Section("s")
    section.L, section.diam, section.nseg = 10, 0.2, 21
    section.insert("Entry")
    for segment in section:
        segment.Entry.pbar = 0
    inside = rxd.Region([section], nrn_region="i")
    ca = rxd.Species(inside, d=0.22, name="ca", charge=2, initial=5e-5)
    bound_mM = 0.5 * 5e-5 / (5e-5 + 0.01)
    empty = rxd.Species(inside, name="empty", initial=0.5 - bound_mM)
    bound = rxd.Species(inside, name="bound", initial=bound_mM)
    binding = rxd.Reaction(ca + empty, bound, 100, 1)
    amps, times = h.Vector([0, 0.002, 0]), h.Vector([0, 1, 3])
    amps.play(section(0.5)._ref_entry_Entry, times)
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.dt = 0.0125
    h.finitialize(-65)
    context.psolve(30)
    del binding
    return np.array([node.concentration for node in ca.nodes])


@pytest.mark.slow
def test_does_the_mechanism_with_more_shells_agree_with_the_other_solver():
    source = _renamed("calcium_pool", "CalciumPool", "Deeper")
    assert source.count("DEFINE N 8") == 1
    both = workbench.write(
        source.replace("DEFINE N 8", "DEFINE N 20"), _renamed("calcium_channel", "CalciumChannel", "Entry")
    )
    free = both.run(_with_twenty_shells, 2.0)
    expected = integrate_shells(
        CalciumPool(), [ENTRY], 2.0, shells=20, tstop_ms=40, time_ms=np.array([0, 20.0, 40.0])
    ).profile("shells")
    np.testing.assert_allclose(free, expected.values[1:], rtol=2e-3)  # the error of a step of 0.025 ms


def _with_twenty_shells(diam_um):
    """Free calcium in all shells at 20 and 40 ms."""
    import numpy as np
    from neuron import h

    section = h.Section("s")
    section.L, section.diam = 10, diam_um
    section.insert("Deeper")
    section.insert("Entry")
    section(0.5).Entry.pbar = 0
    amps, times = h.Vector([0, 0.05, 0]), h.Vector([0, 10, 12])
    amps.play(section(0.5)._ref_entry_Entry, times)
    context = h.ParallelContext()
    context.set_maxstep(10)
    h.dt = 0.025
    h.finitialize(-65)
    rows = []
    for t in (20, 40):
        context.psolve(t)
        rows.append([section(0.5).Deeper.ca[j] for j in range(20)])
    return np.array(rows)


@pytest.mark.parametrize("kappa", [0, 50, 200])
def test_do_buffers_slow_the_decay_by_one_plus_their_capacity(kappa):
    """A thin cell, fast buffers, little calcium: Neher and Augustine's single exponential."""
    buffer = replace(FAST, total_mM=float(kappa)) if kappa else NONE
    pool = CalciumPool(buffer, K_pump_mM=1e3, D_um2_ms=1e3)
    assert pool.capacity() == pytest.approx(kappa, rel=2e-4)
    tau_ms = 0.25 / 0.1 * (1 + kappa)
    assert time_constant_ms(pool, 1.0) == pytest.approx(tau_ms, rel=2e-4)
    dt_ms = 1e-3 * tau_ms
    excess_mM = 1e-4
    amp_mA_cm2 = excess_mM * (1 + kappa) / CalciumEntry(dur_ms=10 * dt_ms, amp_mA_cm2=1).total_mM(1.0)
    entry = CalciumEntry(10 * dt_ms, 10 * dt_ms, amp_mA_cm2)
    run = simulate_calcium(pool, [entry], tstop_ms=1.2 * tau_ms, dt_ms=dt_ms)
    free = run.values("free")
    # Implicit steps of tau/1000 decay too slowly by half a step; the buffer fills by a part in a thousand.
    assert decay_ms(run.time, free, 5e-5, 0.1 * tau_ms, 1.1 * tau_ms) == pytest.approx(tau_ms, rel=1.5e-3)
    # The peak comes at the end of the entry, which takes a hundredth of the decay.
    assert free.max() - 5e-5 == pytest.approx(0.995 * excess_mM, rel=2e-3)


def test_is_the_area_under_the_excess_the_same_with_and_without_buffer():
    areas = []
    for buffer, tstop_ms in ((NONE, 100.0), (Buffer(0.2, 100, 1), 600.0)):
        pool = CalciumPool(buffer, K_pump_mM=1e6)
        run = simulate_calcium(pool, [CalciumEntry(amp_mA_cm2=0.01)], tstop_ms=tstop_ms)
        excess = run.values("ca", "membrane") - pool.rest_mM
        areas.append(np.sum(excess[1:] * np.diff(run.time)))
    # Implicit Euler sums v c over its steps to what was pumped; all of the entry, up to e^-10 still inside.
    expected = CalciumEntry(amp_mA_cm2=0.01).total_mM(1.0) / 4 / 0.1
    np.testing.assert_allclose(areas, expected, rtol=2e-3)


@pytest.mark.parametrize("pool", [CalciumPool(v_pump_um_ms=0), CalciumPool(mobile=DYE, v_pump_um_ms=0)])
def test_does_calcium_come_to_equilibrium_with_its_buffers_where_no_pump_is(pool):
    run = simulate_calcium(pool, [replace(ENTRY, amp_mA_cm2=0.5)], tstop_ms=800, dt_ms=0.1)
    total_mM = pool.rest_mM + pool.bound_mM(pool.rest_mM) + run.values("entered")[-1]
    expected_mM = free_mM(pool, total_mM)
    # What is left of the relaxation after 800 ms.
    np.testing.assert_allclose(run.profile("shells").values[-1], expected_mM, rtol=1e-6)
    assert expected_mM > 1.2 * (total_mM - pool.bound_mM(pool.rest_mM)) / (1 + pool.capacity())  # filled up


@pytest.mark.parametrize("amp_mA_cm2", [0.0005, 0.001])
def test_does_the_pump_keep_up_with_a_steady_entry_as_its_formula_says(amp_mA_cm2):
    entry = CalciumEntry(0, 3000, amp_mA_cm2)
    finals = []
    for pool in (CalciumPool(Buffer(0.05)), CalciumPool(Buffer(0.05), mobile=replace(DYE, total_mM=0.01))):
        run = simulate_calcium(pool, [entry], tstop_ms=2500, dt_ms=0.5)
        finals.append(run.values("ca", "membrane")[-1])
        assert np.diff(run.values("pumped"))[-1] == pytest.approx(
            np.diff(run.values("entered"))[-1], rel=1e-6
        )
    # After 2.5 s nothing is left of the approach; buffers make no difference to where it goes.
    np.testing.assert_allclose(finals, steady_mM(CalciumPool(), amp_mA_cm2), rtol=1e-5)


@pytest.mark.parametrize(
    ("fixed", "mobile", "by_hand_um2_ms", "after_ms"),
    [
        (NONE, NONE, 0.22, 4.0),
        (FAST, NONE, 0.22 / 51, 40.0),
        (FAST, replace(FAST, D_um2_ms=0.05), (0.22 + 50 * 0.05) / 101, 30.0),
    ],
)
def test_does_calcium_spread_along_the_cell_as_fast_buffers_let_it(fixed, mobile, by_hand_um2_ms, after_ms):
    pool = CalciumPool(fixed, mobile, v_pump_um_ms=0)
    assert effective_diffusion_um2_ms(pool) == pytest.approx(by_hand_um2_ms, rel=2e-4)
    times_ms = after_ms * np.arange(1, 4)
    entry = CalciumEntry(0.1, 0.1, 0.001, place=0.5)
    dt_ms = after_ms / 400
    run = simulate_calcium(pool, [entry], Dendrite(20.0, 0.2, 61), tstop_ms=times_ms[-1] + 1, dt_ms=dt_ms)
    along = run.profile("along")
    rows = [along.values[np.abs(run.time - t).argmin()] - pool.rest_mM for t in times_ms]
    variances = [variance_um2(20.0 * along.place, row) for row in rows]
    # On a grid the variance grows by exactly 2 D, as long as nothing has reached an end and the buffers are
    # as empty as at rest, which they are to a part in a thousand.
    np.testing.assert_allclose(np.diff(variances) / after_ms / 2, by_hand_um2_ms, rtol=2e-3)
    if fixed is NONE:
        gauss = np.exp(-((20 * along.place - 10) ** 2) / (2 * variances[-1]))
        # Twelve hundred implicit steps and a first segment of a third of a um are nearly a Gauss.
        np.testing.assert_allclose(rows[-1] / rows[-1].max(), gauss, atol=0.01)


@pytest.mark.parametrize("nseg", [1, 4])
def test_does_an_entry_at_a_place_come_into_the_segment_around_it(nseg):
    dendrite = Dendrite(20.0, 1.0, nseg)
    for place, index in ((0.0, 0), (0.3, int(0.3 * nseg)), (1.0, nseg - 1)):
        entry = replace(ENTRY, place=place)
        run = simulate_calcium(CalciumPool(D_um2_ms=0), [entry], dendrite, tstop_ms=15, place=place)
        assert int(run.profile("along").values[-1].argmax()) == index
        assert run.values("entered")[-1] == pytest.approx(entry.total_mM(1.0) / nseg, rel=1e-8)
        assert run.values("ica").min() == -0.05  # what is recorded lies at the place, too


@pytest.mark.parametrize("v_mV", [-60.0, -10.0, -1e-4, 0.0, 1e-4, 20.0, 60.0])
def test_is_the_channels_current_goldmans(v_mV):
    found = _held_channel(v_mV)
    F, R, T = 96485.33212, 8.314462618, 273.15 + 20
    x = 2 * F * v_mV * 1e-3 / (R * T)
    inward = x / -np.expm1(-x) if x else 1.0
    outward = x / np.expm1(x) if x else 1.0
    m = 1 / (1 + np.exp(-(v_mV + 10) / 6))
    # cm/s times F times mM: 1e-6 mol/cm3, and mA are 1e-3 A.
    expected = 1e-4 * m**2 * 2 * F * (5e-5 * inward - 2.0 * outward) * 1e-6 * 1e3
    # The clamp holds to a microvolt; the two branches meet to 1e-9.
    assert found == pytest.approx(expected, rel=1e-5)


def _held_channel(v_mV):
    """Current in mA/cm2 through 1e-4 cm/s of channels, at 20 degC."""
    with engine.neuron_as_found():
        h.celsius = 20
        section = h.Section(name="s")
        section.L = section.diam = 10
        CalciumPool(v_pump_um_ms=0, fixed=Buffer(1e4)).into(section)  # as good as clamped
        CalciumChannel().into(section)
        clamp = h.SEClamp(section(0.5))
        clamp.rs, clamp.dur1, clamp.amp1 = 1e-4, 1e9, v_mV
        engine.run(engine.Method(0.025), 0.1, v_mV)
        return section(0.5).ica


def test_does_a_spike_let_in_less_per_volume_where_the_cell_is_thicker():
    """Surface to volume is 4 / d: half of it at twice the diameter."""
    entered = {}
    for diam_um in (2.0, 4.0):
        pulse = CurrentPulse(5, 0.5, 0.02 * diam_um)
        run = simulate_calcium(
            CalciumPool(),
            [],
            Dendrite(20.0, diam_um, 1),
            channel=CalciumChannel(),
            pulses=[pulse],
            tstop_ms=40,
        )
        assert run.values("v").max() > 30
        assert run.values("entered")[0] == 0 and run.values("entered")[200] < 1e-6  # nothing before the spike
        entered[diam_um] = run.values("entered")[-1]
    # The same spike, to the little that calcium itself changes of it.
    assert entered[2.0] / entered[4.0] == pytest.approx(2, rel=1e-3)


def test_do_two_threads_find_the_same():
    def on(threads):
        context = h.ParallelContext()
        context.nthread(threads)
        try:
            return simulate_calcium(DYED, [replace(ENTRY, place=0.1)], Dendrite(20, 1, 7), tstop_ms=30)
        finally:
            context.nthread(1)

    one, two = on(1), on(2)
    np.testing.assert_array_equal(one.profile("along").values, two.profile("along").values)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Buffer(total_mM=-1), "total_mM of the buffer cannot be negative"),
        (lambda: Buffer(on_per_mM_ms=0), "on_per_mM_ms of the buffer must be positive"),
        (lambda: Buffer(off_per_ms=float("nan")), "off_per_ms must be a finite number"),
        (lambda: CalciumPool(fixed=DYE), "fixed buffer of the pool cannot diffuse"),
        (lambda: CalciumPool(K_pump_mM=0), "K_pump_mM of the pool must be positive"),
        (lambda: CalciumPool(v_pump_um_ms=-1), "v_pump_um_ms of the pool cannot be negative"),
        (lambda: CalciumEntry(place=1.5), "place of the entry is a fraction"),
        (lambda: CalciumEntry(dur_ms=-1), "dur_ms of the entry cannot be negative"),
        (lambda: CalciumChannel(k_mV=0), "k_mV of the calcium channel must be positive"),
        (lambda: simulate_calcium(CalciumPool(), place=2), "place is a fraction of the length"),
        (lambda: simulate_calcium(CalciumPool(), tstop_ms=0), "tstop_ms must be longer than a step"),
        (
            lambda: simulate_calcium(CalciumPool(), membrane=HodgkinHuxley(gnabar_S_cm2=[0.1, 0.2])),
            "the dendrite is one cell",
        ),
        (lambda: steady_mM(CalciumPool(), 1.0), "there is no steady state"),
        (
            lambda: time_constant_ms(CalciumPool(v_pump_um_ms=0), 1.0),
            "v_pump_um_ms of the pool must be positive",
        ),
        (lambda: free_mM(CalciumPool(), -1.0), "total_mM of the calcium cannot be negative"),
        (lambda: decay_ms(np.arange(5.0), np.zeros(5), 1.0, 0, 4), "there is no decay"),
        (lambda: variance_um2([0, 1], np.zeros(2)), "no excess"),
        (lambda: integrate_shells(CalciumPool(), [], -1.0), "diam_um of the cylinder must be positive"),
    ],
)
def test_is_bad_input_named_in_one_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()
