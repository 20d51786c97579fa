# SPDX-License-Identifier: BSD-3-Clause
"""The explorer of the chapter on single channels."""

from functools import cache

import numpy as np

from neuroscales.core.recording import Recording, Signal
from neuroscales.explorer import Control, Explorer, Line, Summary, TimeSeries
from neuroscales.membrane.channels import (
    VoltageStep,
    mean_and_variance,
    open_probability,
    potassium,
    simulate_open_channels,
)

_N_SWEEPS = 100
_NUMBER = Control("n_channels", "Channels in the patch", "1", (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000), 1)


def crowd() -> Explorer:
    """Potassium channels under a step of potential, from one to ten thousand: when is the sum smooth?"""
    return Explorer(
        name="crowd",
        title="From one channel to ten thousand",
        model=_step_of_potential,
        controls=(
            _NUMBER,
            Control("v_mV", "Potential of the step", "mV", (-40, -20, 0, 20, 40), start=0),
        ),
        views=(
            TimeSeries(
                (Line("n_open", label="one sweep", meaning="potassium"),
                 Line("mean", label="mean of 100 sweeps", meaning="potassium"),
                 Line("expected", label="n⁴", meaning="reference")),
                "Fraction of the channels open", "1", (0, 1),
            ),
            Summary(
                _relative_fluctuation, _NUMBER, "Fluctuation over mean", "1", (0.002, 5),
                meaning="potassium", logarithmic=True,
            ),
        ),
        describe=_how_smooth,
        caption="A single channel is open or shut. The mean over many sweeps, or the sum over many channels, "
        "follows n⁴; what is left of the jumps falls with one over the root of their number.",
        alt="Two panels for one channel. Above, one sweep of 12 ms jumps between 0 and 1 after the step at "
        "2 ms, while the mean of 100 sweeps follows a smooth dashed curve, n to the fourth, up to about 0.7 "
        "with some jitter. Below, the fluctuation in units of the mean falls along a straight line of slope "
        "minus one half on logarithmic axes, from 0.7 at one channel to 0.007 at 10,000.",
        samples=121,
        engine="numpy",
    )  # fmt: skip


@cache
def _step_of_potential(n_channels: float, v_mV: float) -> Recording:
    steps, n = [VoltageStep(-65.0, 2.0), VoltageStep(v_mV, 10.0)], int(n_channels)
    rng = np.random.default_rng(2)
    sweeps = simulate_open_channels(potassium(), steps, n, rng, n_sweeps=_N_SWEEPS, dt_ms=0.1)
    mean, variance = mean_and_variance(sweeps)
    p = open_probability(potassium(), steps, sweeps.time)
    found = {
        "n_open": sweeps.profile("n_open").values[:, 0] / n,
        "mean": mean / n,
        "expected": p,
        "spread": np.sqrt(variance) / n,
        "expected_spread": np.sqrt(p * (1 - p) / n),
    }
    return Recording(sweeps.time, [Signal(name, values, "1") for name, values in found.items()])


def _relative_fluctuation(recording: Recording) -> float:
    """Standard deviation over mean, both over the sweeps, in the last 4 ms."""
    late = recording.time > recording.time[-1] - 4
    spread = np.sqrt(np.mean(recording.values("spread")[late] ** 2))
    return float(spread / recording.values("mean")[late].mean())


def _how_smooth(recording: Recording) -> str:
    """One sentence: how many are open at the end, and how much that changes from sweep to sweep."""
    expected = recording.values("expected_spread")[-1] / recording.values("expected")[-1]
    found, open_at_end = _relative_fluctuation(recording), recording.values("expected")[-1]
    found_percent, expected_percent = (float(f"{100 * share:.2g}") for share in (found, expected))
    return (
        f"{100 * open_at_end:.0f} % are open at the end, on average. From sweep to sweep the number changes "
        f"by {found_percent:g} % of the mean; the binomial distribution says {expected_percent:g} %."
    )
