# SPDX-License-Identifier: BSD-3-Clause
"""Does the page hold what the model computes?"""

import numpy as np
import pytest

from neuroscales.cable import explorers
from neuroscales.core import Recording, Signal, measure
from neuroscales.explorer import Summary
from neuroscales.explorer.packing import Scale, unpack_row


def _held(payload: dict, row: int, run: int) -> tuple[list[np.ndarray], str]:
    """The channels and the sentence that a page holds for one run of one row."""
    own = [channel for channel in payload["channels"] if "same" not in channel]
    scales = [Scale(channel["low"], channel["high"], channel["levels"]) for channel in own]
    n_runs = int(np.prod([len(control["texts"]) for control in payload["controls"][1:]], dtype=int))
    sizes = [channel["size"] for channel in own]
    unpacked, sentences = unpack_row(payload["rows"][row]["data"], sizes, scales, n_runs)
    found = iter(values[run] for values in unpacked)
    channels: list[np.ndarray] = []
    for channel in payload["channels"]:
        channels.append(channels[channel["same"]] if "same" in channel else next(found))
    return channels, sentences[run]


def _scale(payload: dict, channel: dict) -> Scale:
    """The scale of a channel, or of the one whose numbers it shares."""
    if "same" in channel:
        return _scale(payload, payload["channels"][channel["same"]])
    return Scale(channel["low"], channel["high"], channel["levels"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", ["threshold", "collision", "anode-break", "sodium", "resolution"])
def test_does_a_random_position_of_the_page_equal_a_fresh_run_of_neuron(payloads, name, seed):
    payload, explorer = payloads[name], getattr(explorers, name.replace("-", "_"))()
    rng = np.random.default_rng(seed)
    cell = [int(rng.integers(len(control.values))) for control in explorer.controls]
    fresh = explorer.frame(*(c.values[i] for c, i in zip(explorer.controls, cell, strict=True)))
    held, sentence = _held(payload, cell[0], cell[1] if len(cell) > 1 else 0)
    assert sentence == fresh.sentence
    for channel, values, expected in zip(payload["channels"], held, fresh.channels, strict=True):
        assert np.array_equal(np.isnan(values), np.isnan(expected))
        error = np.nanmax(np.abs(values - expected), initial=0)
        assert error <= _scale(payload, channel).half_step * (1 + 1e-9)


def test_can_each_threshold_be_found_to_about_one_percent():
    explorer = explorers.threshold()
    durations, amplitudes = (control.values for control in explorer.controls)
    for dur_ms in durations:

        def fires(amp_nA, dur_ms=dur_ms):
            recording = explorer.run(dur_ms, amp_nA)
            return len(measure.spike_times(recording.time, recording.values("v", 1.0))) > 0

        exact = measure.bisect(fires, amplitudes[0], amplitudes[-1], relative_tolerance=1e-4)
        above = min(a for a in amplitudes if a >= exact)
        below = max(a for a in amplitudes if a < exact)
        assert (above - below) / exact < 0.013  # one step of the slider


def test_does_the_threshold_explorer_start_well_above_what_is_to_be_found():
    explorer = explorers.threshold()
    start = explorer.controls[1].start
    assert "An action potential" in explorer.frame(0.1, start).sentence
    assert "An action potential" in explorer.frame(0.1, max(a for a in (900, 940) if a < start)).sentence


def test_does_the_grid_run_through_every_combination_and_tell_its_progress(declare):
    told = []
    rows = list(declare().grid(lambda done, total: told.append((done, total))))
    assert [len(row) for row in rows] == [5] * 4
    assert told == [(i + 1, 20) for i in range(20)]
    assert rows[0][4].sentence == declare().frame(1, 20).sentence


def test_does_a_model_that_fails_say_at_which_values(declare):
    def fragile(tau_ms, v0_mV):
        raise ZeroDivisionError("rate is 0/0")

    with pytest.raises(
        RuntimeError,
        match="'decay' cannot be computed at Time constant 1 ms, initial step \N{MINUS SIGN}20 mV",
    ):
        list(
            declare(
                model=lambda **values: declare().run(5, 10) if values["tau_ms"] == 5 else fragile(**values)
            ).grid()
        )


def test_is_a_run_that_ends_early_refused(declare):
    def uneven(tau_ms, v0_mV):
        time_ms = np.linspace(0, 4 * tau_ms, 101)
        return Recording(time_ms, [Signal("v", -65 + 0 * time_ms, "mV", 0.5)])

    with pytest.raises(ValueError, match="this run ends at 4 ms, the one at the start values at 20"):
        declare(model=uneven).frame(1, 10)


def test_does_a_summary_hold_what_is_measured_in_each_run_and_nothing_where_there_is_nothing(declare):
    def end_mV(recording):
        last = float(recording.values("v")[-1])
        return last if last < -64.5 else None

    base = declare()
    view = Summary(end_mV, base.controls[0], "End", "mV", (-70, -60))
    (numbers,) = declare(views=(view,)).frame(2, 20).channels
    ends = [base.run(tau, 20).values("v")[-1] for tau in base.controls[0].values]
    assert np.allclose(numbers[:3], ends[:3])
    assert np.isnan(numbers[3])  # with 10 ms it has not come back


def test_does_a_logarithmic_summary_travel_as_logarithms_and_leave_out_what_has_none(declare):
    def lifted_mV(recording):
        return float(recording.values("v")[-1]) + 65 - 0.01

    base = declare()
    over = base.controls[0]
    view = Summary(lifted_mV, over, "Lifted", "mV", (0.001, 10), logarithmic=True)
    explorer = declare(views=(view,))
    (numbers,) = explorer.frame(2, 20).channels
    lifts = np.array([lifted_mV(base.run(tau, 20)) for tau in over.values])
    assert (lifts < 0).any() and (lifts > 0).any()
    assert np.array_equal(np.isnan(numbers), lifts <= 0)
    assert np.allclose(10 ** numbers[lifts > 0], lifts[lifts > 0])
    (spec,) = explorer.spec()["views"]
    assert np.allclose(spec["x"], np.log10(over.values))
    assert spec["range"] == pytest.approx([-3, 1])


@pytest.mark.parametrize(
    ("explorer", "values", "said"),
    [
        ("collision", (1, 0), "One action potential passes, and reaches the far end"),
        ("collision", (1, 0.98), "One action potential passes"),
        ("collision", (0, 2), "They meet 10.0 mm from the first clamp"),
        ("anode_break", (10, -100), "after the release an action potential crosses 0 mV"),
        ("anode_break", (10, -20), "no action potential follows"),
        ("anode_break", (1, -100), "no action potential follows"),
        ("sodium", (1720, 0.12), "An action potential passes, 103 mV high"),
        ("sodium", (1720, 0.038), "initiation fails"),
        ("sodium", (3500, 0.038), "An action potential passes"),
        ("sodium", (3500, 0.025), "dies out on its way: propagation fails"),
        ("resolution", (1,), "No action potential in the middle"),
        ("resolution", (5,), "later than with 129"),
        ("resolution", (129,), "as with 129 segments"),
    ],
)
def test_does_the_sentence_say_what_happened(explorer, values, said):
    assert said in getattr(explorers, explorer)().frame(*values).sentence


def test_do_two_pulses_at_once_meet_in_the_middle_and_a_later_second_one_nearer_to_its_own_end():
    explorer = explorers.collision()
    sites_mm = [float(explorer.frame(delay, 2).sentence.split()[2]) for delay in (-1, 0, 1)]
    assert sites_mm[1] == pytest.approx(10, abs=0.3)  # one segment is 0.47 mm
    assert sites_mm[0] == pytest.approx(20 - sites_mm[2], abs=0.5)
    assert sites_mm[2] > 12


def test_do_the_slider_steps_bracket_both_limits_of_the_sodium_density_closely():
    explorer = explorers.sodium()
    amplitudes_nA, densities = (control.values for control in explorer.controls)
    lowest = []
    for amp_nA in (amplitudes_nA[0], amplitudes_nA[-1]):
        passes = [g for g in densities if "passes" in explorer.frame(amp_nA, g).sentence]
        lowest.append(passes[0])
        assert passes == [g for g in densities if g >= passes[0]]
    assert lowest == [pytest.approx(0.041), pytest.approx(0.027)]
