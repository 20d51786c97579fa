# SPDX-License-Identifier: BSD-3-Clause
import numpy as np
import pytest
from neuron import h

from neuroscales.cable import CurrentClamp, SquidAxon, simulate_squid_axon
from neuroscales.core import measure

SUPRA = CurrentClamp(amp_nA=1720)


def _globals() -> tuple:
    return h.celsius, h.dt, h.t, h.secondorder, h.usetable_hh, h.CVode().active(), h.CVode().atol()


@pytest.fixture
def unusual():
    """Globals of NEURON that are not its own, for one test."""
    found = {name: getattr(h, name) for name in ("celsius", "dt", "usetable_hh")}
    h.celsius, h.dt, h.usetable_hh = 17.0, 0.0125, 1
    yield
    for name, value in found.items():
        setattr(h, name, value)


@pytest.mark.usefixtures("unusual")
def test_is_neuron_afterwards_as_it_was_before():
    before, sections = _globals(), set(h.allsec())
    for dt_ms in (0.05, None):
        simulate_squid_axon(SquidAxon(celsius_degC=10), [SUPRA], tstop_ms=2, dt_ms=dt_ms, rate_table=False)
        assert _globals() == before
    assert set(h.allsec()) == sections


def test_is_neuron_as_it_was_also_after_an_error(monkeypatch):
    from neuroscales.core import engine

    def fail(*_: object) -> None:
        engine.Method(dt_ms=None).apply()
        raise RuntimeError("planted")

    before = _globals()
    monkeypatch.setattr(engine, "run", fail)
    with pytest.raises(RuntimeError, match="planted"):
        simulate_squid_axon(SquidAxon(celsius_degC=30), [SUPRA])
    assert _globals() == before


def test_is_the_state_of_a_section_of_ones_own_left_alone():
    mine = h.Section(name="mine")
    mine.v = -42.0
    simulate_squid_axon(SquidAxon(), [SUPRA], tstop_ms=1)
    assert mine.v == -42.0


def test_does_the_order_of_calls_matter():
    def run(**how) -> np.ndarray:
        return simulate_squid_axon(SquidAxon(), [SUPRA], tstop_ms=5, **how).values("v")

    first = run()
    run(dt_ms=None)
    run(dt_ms=0.01, secondorder=2, rate_table=False)
    assert np.array_equal(first, run())


def test_are_all_signals_recorded_where_they_were_asked_for():
    names = {
        "v": (0, 0.5, 1),
        "m": (0, 0.5),
        "h": (0.5,),
        "n": (0.5,),
        "gna": (0.5,),
        "gk": (1,),
        "i_stim": (0,),
    }
    recording = simulate_squid_axon(SquidAxon(nseg=5), [SUPRA], tstop_ms=3, record=names, profiles=["v", "m"])
    assert len(recording.signals) == 10 + 2
    assert recording.profile("v").values.shape == (len(recording.time), 7)
    assert recording.profile("m").values.shape == (len(recording.time), 5)
    # The columns of the profile are the nodes that single records read.
    assert np.array_equal(recording.profile("v").values[:, 3], recording.values("v", 0.5))
    assert np.array_equal(recording.profile("m").values[:, 0], recording.values("m", 0))
    assert recording.values("i_stim", 0).max() == 1720


def test_do_the_conductances_follow_from_the_gates():
    # A recorded conductance was evaluated before the states advanced: it lags by one step.
    names = {"m": [0.5], "h": [0.5], "n": [0.5], "gna": [0.5], "gk": [0.5]}
    recording = simulate_squid_axon(SquidAxon(gnabar_S_cm2=0.1), [SUPRA], tstop_ms=8, record=names)
    m, gate_h, n = (recording.values(name) for name in "mhn")
    assert np.allclose(recording.values("gna")[2:], (0.1 * m**3 * gate_h)[1:-1], rtol=1e-12, atol=0)
    assert np.allclose(recording.values("gk")[2:], (0.036 * n**4)[1:-1], rtol=1e-12, atol=0)


def test_is_an_axon_without_a_stimulus_at_rest():
    recording = simulate_squid_axon(SquidAxon(), tstop_ms=20)
    # Its own rest lies within 0.5 mV of the -65 mV from which it starts.
    assert np.abs(recording.values("v") + 65).max() < 0.5


def test_do_the_places_snap_to_the_nodes_that_neuron_reads():
    axon = SquidAxon()
    assert axon.node(0.25) == pytest.approx(10.5 / 43, abs=1e-15)
    assert axon.node(0.5) == 0.5
    assert (axon.node(0), axon.node(1)) == (0, 1)
    section = h.Section(name="axon")
    section.nseg = 43
    for segment in section:
        segment.v = segment.x
    for place in np.linspace(0.001, 0.999, 57):
        assert section(place).v == pytest.approx(axon.node(place), abs=1e-12), "NEURON reads another node"


def _velocity(axon: SquidAxon, **how) -> float:
    recording = simulate_squid_axon(
        axon, [SUPRA], tstop_ms=9, record={"v": [0.25, 0.75]}, rate_table=False, **how
    )
    v = [recording.values("v", x) for x in (0.25, 0.75)]
    return measure.velocity(recording.time, *v, axon.L_um * (axon.node(0.75) - axon.node(0.25)))


def test_is_the_velocity_of_the_fine_axon_the_published_one():
    # An independent finite-difference solution gives 5.63 m/s; what is left of nseg = 387 and dt = 0.005 ms
    # is well below 1 %, while nseg = 43 (5.5) lies 2 % away.
    assert _velocity(SquidAxon(nseg=387), dt_ms=0.005) == pytest.approx(5.63, rel=0.01)


def test_do_fixed_and_variable_step_agree_on_the_spike():
    fixed = simulate_squid_axon(SquidAxon(), [SUPRA], dt_ms=0.0025, rate_table=False, tstop_ms=10)
    variable = simulate_squid_axon(SquidAxon(), [SUPRA], dt_ms=None, rate_table=False, tstop_ms=10)
    arrival = [measure.spike_times(r.time, r.values("v"))[0] for r in (fixed, variable)]
    # Implicit Euler is of first order: 0.0025 ms leaves a few times 0.0025 ms.
    assert arrival[0] == pytest.approx(arrival[1], abs=0.02)
    assert fixed.values("v").max() == pytest.approx(variable.values("v").max(), abs=0.2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SquidAxon(diam_um=0), "diam_um of the axon must be positive"),
        (lambda: SquidAxon(nseg=4.5), "nseg of the axon is a whole number"),
        (lambda: SquidAxon(gnabar_S_cm2=-1), "cannot be negative"),
        (lambda: SquidAxon(L_um=float("nan")), "L_um must be a finite number"),
        (lambda: SquidAxon(diam_um="100"), "diam_um must be a finite number, not '100'"),
        (lambda: CurrentClamp(place=1.2), "fraction of the length from 0 to 1"),
        (lambda: CurrentClamp(dur_ms=-1), "duration cannot be negative"),
        (lambda: simulate_squid_axon(SquidAxon(), record={"ica": [0.5]}), "unknown signal 'ica'"),
        (lambda: simulate_squid_axon(SquidAxon(), record={"v": [2]}), "v is recorded at a fraction"),
        (lambda: simulate_squid_axon(SquidAxon(), record={"i_stim": [0]}), "number of a clamp"),
        (lambda: simulate_squid_axon(SquidAxon(), tstop_ms=0), "tstop_ms must be longer"),
        (lambda: simulate_squid_axon(SquidAxon(), dt_ms=-1), "dt_ms must be positive"),
        (lambda: simulate_squid_axon(SquidAxon(), secondorder=3), "secondorder is 0, 1 or 2"),
    ],
)
def test_is_bad_input_answered_in_words(make, message):
    with pytest.raises(ValueError, match=message):
        make()
