# SPDX-License-Identifier: BSD-3-Clause
"""Traces from formulas, and checks of them."""

import numpy as np

from autograder.rubric import Spectrum, Train, oscillating


def train(period_ms, first_ms=5.0, end_ms=100.0, step_ms=0.025):
    """Bumps of 1 ms, one per period, on a rest of -65 mV."""
    time = np.arange(0, end_ms + step_ms / 2, step_ms)
    arrivals = np.arange(first_ms, end_ms - 2, period_ms)
    return {"t": time, "v": -65 + sum(100 * np.exp(-(((time - at) / 0.5) ** 2)) for at in arrivals)}


TRAIN = Train("v.train", "v", "Times of the spikes", "ms", 2, time="t", end=99.0)


def wave(period=20.0, amplitude=3.0, phase=0.0, mean=1.0, step=0.05, end=200.0):
    time = np.arange(0, end + step / 2, step)
    angle = 2 * np.pi * time / period
    return {
        "t": time,
        "e": mean + amplitude * np.sin(angle),
        "i": mean + amplitude * np.sin(angle - 2 * np.pi * phase),
    }


_POINTS = {"period": 1, "amplitude": 1, "mean": 1, "lag": 1, "early": 1}
WAVE = {
    check.name.partition(".")[2]: check
    for check in oscillating("i", "t", (50, 195), "inhibition", _POINTS, unit="Hz", leader="e", early=10.0)
}


def spectrum(width, step=0.5, highest=100.0):
    frequency = np.arange(0, highest + step / 2, step)
    return {"f": frequency, "p": 1 / (1 + (frequency / width) ** 2)}


SPECTRUM = Spectrum("p", "p", "Power spectrum", "mV2/Hz", 3, time="f")
