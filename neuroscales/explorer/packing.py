# SPDX-License-Identifier: BSD-3-Clause
"""How precomputed runs travel with a page: quantized, differenced, byte-shuffled, compressed, base64.

Neighboring samples differ little, so differences are small, their high bytes are nearly all zero, and gzip
makes a tenth of them. `script/unpack.js` is the inverse in the browser.
"""

import base64
import gzip
import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

_NOTHING = -1  # the level of NaN: no value here


class Scale(NamedTuple):
    """Lowest and highest value of a channel, and the number of steps between them."""

    low: float
    high: float
    levels: int

    @property
    def half_step(self) -> float:
        """The largest error of a packed value."""
        return 0.5 * (self.high - self.low) / self.levels


def scale_of(values: np.ndarray, levels: int) -> Scale:
    """Scale of a channel over all runs; one that is constant, or has no value, gets a width of one."""
    there = values[np.isfinite(values)]
    low, high = (float(there.min()), float(there.max())) if there.size else (0.0, 1.0)
    return Scale(low, high if high > low else low + 1.0, levels)


def pack_row(channels: Sequence[np.ndarray], scales: Sequence[Scale], sentences: Sequence[str]) -> str:
    """Pack the runs of one row of the grid.

    Args:
        channels: for each channel an array of shape (n_runs, size).
        scales: for each channel its scale; NaN is kept.
        sentences: for each run what happened, in words.

    Returns:
        Base64 of the gzipped low bytes of all differences, their high bytes, and the sentences as JSON.
    """
    steps = [
        np.diff(_quantize(values, scale), axis=1, prepend=0).ravel()
        for values, scale in zip(channels, scales, strict=True)
    ]
    shuffled = np.concatenate(steps).astype("<i2").view(np.uint8).reshape(-1, 2).T.tobytes()
    text = json.dumps(list(sentences), ensure_ascii=False).encode()
    return base64.b64encode(gzip.compress(shuffled + text, compresslevel=9, mtime=0)).decode()


def unpack_row(
    packed: str, sizes: Sequence[int], scales: Sequence[Scale], n_runs: int
) -> tuple[list[np.ndarray], list[str]]:
    """Inverse of `pack_row`, within half a quantization step; `sizes` are those of the channels."""
    raw = gzip.decompress(base64.b64decode(packed))
    n_samples = n_runs * sum(sizes)
    steps = np.frombuffer(raw[: 2 * n_samples], np.uint8).reshape(2, -1).T.copy().view("<i2").ravel()
    channels = []
    for size, scale in zip(sizes, scales, strict=True):
        part, steps = steps[: n_runs * size], steps[n_runs * size :]
        levels = np.cumsum(part.reshape(n_runs, size), axis=1, dtype=np.int64)
        values = scale.low + levels * ((scale.high - scale.low) / scale.levels)
        channels.append(np.where(levels == _NOTHING, np.nan, values))
    return channels, json.loads(raw[2 * n_samples :])


def _quantize(values: np.ndarray, scale: Scale) -> np.ndarray:
    levels = np.round((values - scale.low) / (scale.high - scale.low) * scale.levels)
    return np.where(np.isnan(values), _NOTHING, levels).astype(np.int64)
