# SPDX-License-Identifier: BSD-3-Clause
"""Does the page hold what the model computes?"""

import numpy as np
import pytest

from neuroscales.cable import explorers
from neuroscales.core import Recording, Signal, measure
from neuroscales.explorer.packing import LEVELS, unpack_row


def _cell(payload: dict, first: int, second: int) -> tuple[list[np.ndarray], str]:
    """The channels and the sentence that a page holds for one position of two sliders."""
    sizes = [channel["size"] for channel in payload["channels"]]
    scales = [(channel["low"], channel["high"]) for channel in payload["channels"]]
    n_runs = len(payload["controls"][1]["texts"])
    channels, sentences = unpack_row(payload["rows"][first]["data"], sizes, scales, n_runs)
    return [values[second] for values in channels], sentences[second]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_does_a_random_position_of_the_page_equal_a_fresh_run_of_neuron(payloads, seed):
    payload, explorer = payloads[0], explorers.threshold()
    rng = np.random.default_rng(seed)
    cell = [int(rng.integers(len(control.values))) for control in explorer.controls]
    fresh = explorer.frame(*(c.values[i] for c, i in zip(explorer.controls, cell, strict=True)))
    held, sentence = _cell(payload, *cell)
    assert sentence == fresh.sentence
    for channel, values, expected in zip(payload["channels"], held, fresh.channels, strict=True):
        half_step = 0.5 * (channel["high"] - channel["low"]) / LEVELS
        assert np.abs(values - expected).max() <= half_step * (1 + 1e-9)


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


def test_does_the_explorer_start_just_above_threshold():
    explorer = explorers.threshold()
    control = explorer.controls[1]
    assert "An action potential" in explorer.frame(0.1, control.start).sentence
    assert "No action potential" in explorer.frame(0.1, control.values[control.start_index - 1]).sentence


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
        RuntimeError, match="'decay' cannot be computed at Time constant 1 ms, initial step -20 mV"
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
