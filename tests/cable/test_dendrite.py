# SPDX-License-Identifier: BSD-3-Clause
"""Ball and stick in NEURON, beside the cable equation in closed form and the soma alone."""

import numpy as np
import pytest
from neuron import h

from neuroscales.cable.cable_theory import PassiveCable, slowness
from neuroscales.cable.dendrite import (
    FIRING,
    PASSIVE,
    BallAndStick,
    Dendrite,
    heights_along,
    simulate_ball_and_stick,
)
from neuroscales.membrane import CurrentPulse, HodgkinHuxley, Patch, simulate_patch

TENTH = CurrentPulse(delay_ms=10, dur_ms=50, amp_nA=0.1)
RA_200 = Dendrite(Ra_ohm_cm=200)


def _globals() -> tuple:
    return h.celsius, h.dt, h.t, h.secondorder, h.usetable_hh, h.CVode().active(), h.CVode().atol()


@pytest.mark.parametrize("attached", [True, False])
@pytest.mark.parametrize("dt_ms", [0.05, None])
def test_is_neuron_afterwards_as_it_was_before(attached, dt_ms):
    before, sections = _globals(), len(list(h.allsec()))
    cell = BallAndStick(attached=attached)
    simulate_ball_and_stick(cell, {"soma": TENTH}, tstop_ms=2, dt_ms=dt_ms, rate_table=False, profile=True)
    assert _globals() == before
    assert len(list(h.allsec())) == sections


def test_is_the_soma_beside_its_dendrite_the_soma_alone():
    apart = simulate_ball_and_stick(BallAndStick(attached=False), {"soma": TENTH}, tstop_ms=60)
    alone = simulate_patch(Patch(), FIRING, [TENTH], tstop_ms=60)
    # The same equations on the same grid, eliminated in another order: rounding, which a spike enlarges.
    np.testing.assert_allclose(apart.values("v", "soma"), alone.values("v"), atol=1e-6)
    assert np.all(apart.values("v", 1.0) == -65)  # nobody disturbs the dendrite


def test_does_the_dendrite_of_the_classic_notebook_silence_its_soma():
    peaks = {
        attached: simulate_ball_and_stick(BallAndStick(attached=attached), {"soma": TENTH}, tstop_ms=100)
        .values("v", "soma")
        .max()
        for attached in (False, True)
    }
    # A second method (variable step, below) finds the same; a spike and a failure lie 100 mV apart.
    assert peaks[False] > 40
    assert peaks[True] < -60
    exact = simulate_ball_and_stick(
        BallAndStick(), {"soma": TENTH}, tstop_ms=100, dt_ms=None, rate_table=False
    )
    assert exact.values("v", "soma").max() == pytest.approx(peaks[True], abs=0.05)


def _steady_heights(dendrite: Dendrite, site: str | float) -> tuple[np.ndarray, np.ndarray]:
    """Steady potential along the dendrite while a small current flows into a cell without channels."""
    cell = BallAndStick(dendrite=dendrite, soma_membrane=PASSIVE)
    # 200 ms are a hundred time constants.
    pulse = CurrentPulse(delay_ms=0, dur_ms=300, amp_nA=0.1)
    recording = simulate_ball_and_stick(cell, {site: pulse}, tstop_ms=200, profile=True)
    return heights_along(recording)


@pytest.mark.parametrize(("Ra_ohm_cm", "end"), [(200, 0.325), (35.4, 0.771)])
def test_is_the_steady_attenuation_that_of_a_cable_with_a_sealed_end(Ra_ohm_cm, end):
    dendrite = Dendrite(Ra_ohm_cm=Ra_ohm_cm, nseg=81)
    places, heights = _steady_heights(dendrite, "soma")
    # lambda = sqrt(d / (4 Ra g)): 2 um, 2000 ohm cm2.
    length = dendrite.L_um / (1e4 * np.sqrt(2e-4 / (4 * Ra_ohm_cm * 5e-4)))
    expected = np.cosh(length * (1 - places)) / np.cosh(length)
    # The error of nseg segments is of order (L / (lambda nseg))^2 / 24 of the ratio, 2e-5 with 81.
    np.testing.assert_allclose(heights / heights[0], expected, atol=1e-4)
    assert expected[-1] == pytest.approx(end, abs=5e-4)


def test_is_the_error_in_space_of_second_order():
    exact = 1 / np.cosh(0.04 / np.sqrt(2e-4 / (4 * 200 * 5e-4)))
    errors = []
    for nseg in (3, 9, 27):
        _, heights = _steady_heights(Dendrite(Ra_ohm_cm=200, nseg=nseg), "soma")
        errors.append(abs(heights[-1] / heights[0] - exact))
    orders = np.log(np.array(errors[:-1]) / errors[1:]) / np.log(3)
    # The next term is smaller by (L / (lambda nseg))^2, a third at 3 segments.
    assert orders == pytest.approx([2, 2], abs=0.15)


def test_do_places_snap_to_nodes_and_lie_where_neuron_reads():
    cell, sites = BallAndStick(dendrite=RA_200), [round(0.1 * i, 1) for i in range(11)]
    recording = simulate_ball_and_stick(cell, {"soma": TENTH}, tstop_ms=15, record=sites, profile=True)
    profile = recording.profile("v")
    for site in sites:
        column = np.flatnonzero(np.isclose(profile.place, cell.dendrite.node(site), atol=1e-12))
        assert np.array_equal(recording.values("v", site), profile.values[:, column[0]])
    # Two readings within one segment are one node; nearest and farthest miss their places by 18 um.
    assert cell.dendrite.node(0.12) == cell.dendrite.node(0.2) == pytest.approx(1.5 / 9)
    assert max(abs(cell.dendrite.node(x) - x) for x in sites) * 400 == pytest.approx(160 / 9)


def test_does_a_spike_lose_more_on_its_way_than_a_steady_potential():
    recording = simulate_ball_and_stick(
        BallAndStick(dendrite=RA_200), {"soma": TENTH}, tstop_ms=40, profile=True
    )
    _, spike = heights_along(recording)
    _, steady = _steady_heights(RA_200, "soma")
    assert spike[0] > 100
    assert np.all(np.diff(spike[:-1]) < 0)
    assert spike[-1] == spike[-2]  # nothing flows through a sealed end
    assert spike[-1] / spike[0] < 0.7 * steady[-1] / steady[0]


def test_does_the_spike_along_the_dendrite_converge():
    heights = [
        heights_along(
            simulate_ball_and_stick(
                BallAndStick(dendrite=Dendrite(Ra_ohm_cm=200, nseg=nseg)),
                {"soma": TENTH},
                tstop_ms=40,
                profile=True,
                dt_ms=dt_ms,
                rate_table=False,
            )
        )[1][-1]
        for nseg, dt_ms in ((9, 0.025), (27, 0.005), (81, None))
    ]
    # The seed's 9 segments and 0.025 ms leave 0.12 mV of 22, the finer 0.03; the bounds are three times that.
    assert heights[0] == pytest.approx(heights[2], abs=0.4)
    assert heights[1] == pytest.approx(heights[2], abs=0.1)


@pytest.mark.parametrize("place", [0.5, 1.0])
def test_is_what_arrives_of_a_spike_what_the_cable_lets_through_of_its_frequencies(place):
    fine = Dendrite(Ra_ohm_cm=200, nseg=81)
    how = {"tstop_ms": 100, "record": [0.0, place], "dt_ms": 0.005, "rate_table": False}
    recording = simulate_ball_and_stick(BallAndStick(dendrite=fine), {"soma": TENTH}, **how)
    begins_mV = recording.values("v", 0.0) + 65
    frequencies_Hz = np.fft.rfftfreq(begins_mV.size, 5e-6)
    cable = PassiveCable(L_um=400, diam_um=2, Ra_ohm_cm=200, g_S_cm2=5e-4)
    q, length = slowness(cable, frequencies_Hz), 400 / cable.lambda_um
    lets_through = np.cosh(q * length * (1 - place)) / np.cosh(q * length)
    arrives_mV = np.fft.irfft(lets_through * np.fft.rfft(begins_mV), begins_mV.size)
    later = recording.time > 10  # before, the end of the record reaches round to its beginning
    # Implicit Euler at 0.005 ms is half a step late, on a flank of up to 37 mV/ms: 0.09 mV.
    np.testing.assert_allclose(arrives_mV[later], recording.values("v", place)[later] + 65, atol=0.12)
    assert arrives_mV[later].max() > 20


def test_is_the_current_recorded_where_the_electrode_is():
    pulses = {"soma": TENTH, 0.5: CurrentPulse(2, 3, -0.05)}
    recording = simulate_ball_and_stick(BallAndStick(), pulses, tstop_ms=15, record=[0.5])
    assert recording.values("i_stim", "soma").max() == 0.1
    assert recording.values("i_stim", 0.5).min() == -0.05
    assert [s.place for s in recording.signals if s.name == "v"] == [0.5]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Dendrite(diam_um=0), "diam_um of the dendrite must be positive"),
        (lambda: Dendrite(nseg=4.5), "nseg of the dendrite is a whole number"),
        (lambda: Dendrite(Ra_ohm_cm=float("nan")), "Ra_ohm_cm must be a finite number"),
        (lambda: BallAndStick(soma_membrane=HodgkinHuxley(celsius_degC=20)), "the dendrite at 6.3"),
        (lambda: BallAndStick(soma=Patch(cm_uF_cm2=2)), "the soma has 2 uF/cm2, its membrane 1.0"),
        (lambda: BallAndStick(soma_membrane=HodgkinHuxley([0.1, 0.2])), "is one cell"),
        (lambda: simulate_ball_and_stick(BallAndStick(), record=["axon"]), "a site is .soma. or a fraction"),
        (lambda: simulate_ball_and_stick(BallAndStick(), {1.2: TENTH}), "from 0 to 1, not 1.2"),
        (lambda: simulate_ball_and_stick(BallAndStick(), tstop_ms=0), "tstop_ms must be longer"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
