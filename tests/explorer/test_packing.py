# SPDX-License-Identifier: BSD-3-Clause
"""Do the runs survive the journey to the page?"""

import base64

import numpy as np
import pytest

from neuroscales.explorer.packing import LEVELS, pack_row, scale_of, unpack_row


@pytest.mark.parametrize("seed", range(20))
def test_does_a_row_come_back_within_half_a_quantization_step(seed):
    rng = np.random.default_rng(seed)
    n_runs, sizes = int(rng.integers(1, 6)), [int(s) for s in rng.integers(1, 300, size=rng.integers(1, 4))]
    channels = [rng.normal(scale=10.0 ** rng.integers(-6, 4), size=(n_runs, size)) for size in sizes]
    scales = [scale_of(values) for values in channels]
    sentences = [f"run {i}: µ ≥ {rng.normal():.3f} </script>" for i in range(n_runs)]
    back, words = unpack_row(pack_row(channels, scales, sentences), sizes, scales, n_runs)
    assert words == sentences
    for values, unpacked, (low, high) in zip(channels, back, scales, strict=True):
        half_step = 0.5 * (high - low) / LEVELS
        assert np.abs(values - unpacked).max() <= half_step * (1 + 1e-9)


def test_does_a_constant_channel_come_back_exactly():
    values = np.full((3, 50), -65.0)
    scales = [scale_of(values)]
    (back,), _ = unpack_row(pack_row([values], scales, ["", "", ""]), [50], scales, 3)
    assert np.array_equal(back, values)


def test_do_the_extremes_of_the_scale_come_back_exactly():
    values = np.array([[-90.0, 60.0, -90.0, 60.0]])  # the largest differences there can be
    (back,), _ = unpack_row(pack_row([values], [(-90.0, 60.0)], [""]), [4], [(-90.0, 60.0)], 1)
    assert np.allclose(back, values, rtol=0, atol=1e-12)


def test_is_a_smooth_trace_packed_to_less_than_a_byte_per_sample():
    time = np.linspace(0, 1, 1000)
    values = np.stack([np.sin(2 * np.pi * (time + shift)) for shift in np.linspace(0, 1, 20)])
    assert len(base64.b64decode(pack_row([values], [scale_of(values)], [""] * 20))) < values.size


def test_is_packing_reproducible():
    values = np.linspace(0, 1, 40).reshape(2, 20)
    assert pack_row([values], [(0.0, 1.0)], ["a", "b"]) == pack_row([values], [(0.0, 1.0)], ["a", "b"])
