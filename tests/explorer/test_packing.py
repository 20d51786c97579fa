# SPDX-License-Identifier: BSD-3-Clause
"""Do the runs survive the journey to the page?"""

import base64

import numpy as np
import pytest

from neuroscales.explorer.packing import Scale, pack_row, scale_of, unpack_row


@pytest.mark.parametrize("seed", range(20))
def test_does_a_row_come_back_within_half_a_quantization_step(seed):
    rng = np.random.default_rng(seed)
    n_runs, sizes = int(rng.integers(1, 6)), [int(s) for s in rng.integers(1, 300, size=rng.integers(1, 4))]
    channels = [rng.normal(scale=10.0 ** rng.integers(-6, 4), size=(n_runs, size)) for size in sizes]
    scales = [scale_of(values, levels) for values, levels in zip(channels, (255, 511, 2047), strict=False)]
    sentences = [f"run {i}: µ ≥ {rng.normal():.3f} </script>" for i in range(n_runs)]
    back, words = unpack_row(pack_row(channels, scales, sentences), sizes, scales, n_runs)
    assert words == sentences
    for values, unpacked, scale in zip(channels, back, scales, strict=True):
        assert np.abs(values - unpacked).max() <= scale.half_step * (1 + 1e-9)


def test_does_a_sheet_of_a_traveling_wave_come_back_at_a_fraction_of_a_byte_per_sample():
    place, time = np.linspace(0, 20, 41)[:, None], np.linspace(0, 9, 151)
    fronts_mm = np.array([4.0, 5.0, 6.0])[:, None, None] * (time - 1)
    values = -65 + 100 * np.exp(-((place - fronts_mm) ** 2) / 8)
    flat = values.reshape(3, -1)
    scale = scale_of(flat, 511)
    packed = pack_row([flat], [scale], [""] * 3)
    (back,), _ = unpack_row(packed, [41 * 151], [scale], 3)
    assert np.abs(back - flat).max() <= scale.half_step * (1 + 1e-9)
    assert len(packed) < 0.4 * flat.size


def test_does_a_value_that_is_not_there_stay_away():
    values = np.array([[np.nan, 1.0, np.nan, 3.0], [np.nan] * 4])
    scale = scale_of(values, 2047)
    (back,), _ = unpack_row(pack_row([values], [scale], ["", ""]), [4], [scale], 2)
    assert np.array_equal(back, values, equal_nan=True)
    assert scale_of(values[1:], 2047) == Scale(0.0, 1.0, 2047)


def test_does_a_constant_channel_come_back_exactly():
    values = np.full((3, 50), -65.0)
    scales = [scale_of(values, 2047)]
    (back,), _ = unpack_row(pack_row([values], scales, ["", "", ""]), [50], scales, 3)
    assert np.array_equal(back, values)


def test_do_the_extremes_of_the_scale_come_back_exactly():
    values = np.array([[-90.0, 60.0, -90.0, 60.0]])  # the largest differences there can be
    scale = Scale(-90.0, 60.0, 2047)
    (back,), _ = unpack_row(pack_row([values], [scale], [""]), [4], [scale], 1)
    assert np.allclose(back, values, rtol=0, atol=1e-12)


def test_is_a_smooth_trace_packed_to_less_than_a_byte_per_sample():
    time = np.linspace(0, 1, 1000)
    values = np.stack([np.sin(2 * np.pi * (time + shift)) for shift in np.linspace(0, 1, 20)])
    assert len(base64.b64decode(pack_row([values], [scale_of(values, 2047)], [""] * 20))) < values.size


def test_is_packing_reproducible():
    values = np.linspace(0, 1, 40).reshape(2, 20)
    scale = scale_of(values, 511)
    assert pack_row([values], [scale], ["a", "b"]) == pack_row([values], [scale], ["a", "b"])
