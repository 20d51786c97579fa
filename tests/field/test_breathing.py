# SPDX-License-Identifier: BSD-3-Clause
"""A bump under an input, with adaptation: where it stands, when it begins to breathe, and how fast."""

import numpy as np
import pytest
from scipy.optimize import brentq

from neuroscales.core import measure
from neuroscales.field import Exponential, Grid, Heaviside, NeuralField, Sigmoid, simulate_field
from neuroscales.field.bumps import edge_modes, recurrent_input, stationary_edges_mm, width_above_mm
from neuroscales.field.growth import adapted_growth

LEVEL = 0.25
# Strength of adaptation, height of the input; half-width, critical epsilon, angular frequency times tau.
KNOWN = [
    (2.0, 1.5, 1.8683, 0.5712, 0.9034),
    (2.2, 1.3, 1.6793, 0.6302, 2 * np.pi * 10 / 63.17),
    (1.8, 1.7, 2.0491, 0.5495, 2 * np.pi * 10 / 75.80),
]


class Breather:
    """The tissue of Folias and Bressloff (2004), and its bump."""

    def __init__(self, strength, height):
        self.strength, self.height = strength, height
        self.edges = stationary_edges_mm(self.field(1.0), [-2.0, 2.0], self.drive)

    def field(self, rate):
        return NeuralField(Exponential(), Heaviside(LEVEL), 10.0, self.strength, rate)

    def drive(self, x):
        return self.height * np.exp(-(x**2) / 2)

    def drive_slope(self, x):
        return -x * self.drive(x)

    def fastest(self, rate):
        """Growth and angular frequency of the fastest mode, per ms."""
        return edge_modes(self.field(rate), self.edges, self.drive_slope)[0][0]

    def critical(self):
        return brentq(lambda rate: self.fastest(rate).real, 0.1, self.strength - 0.1, xtol=1e-12)

    def widths(self, rate, tstop_ms, push, grid, dt_ms=0.5):
        """Time and width of a run from a pushed profile."""
        rest = (recurrent_input(Exponential(), grid.x_mm, self.edges) + self.drive(grid.x_mm)) / (
            1 + self.strength
        )
        run = simulate_field(
            self.field(rate),
            grid,
            push * rest,
            tstop_ms=tstop_ms,
            dt_ms=dt_ms,
            sample_ms=1.0,
            drive=self.drive(grid.x_mm),
            v_start=rest,
        )
        widths = [width_above_mm(grid.x_mm, u, LEVEL, grid.length_mm) for u in run.values("u")]
        return run.time, np.array(widths)


def _period(time, widths):
    late = time > time[-1] - 500
    middle = (widths[late].max() + widths[late].min()) / 2
    return np.diff(measure.crossings(time[late], widths[late], middle)).mean()


@pytest.mark.parametrize("strength, height, half_width, critical, omega", KNOWN)
def test_are_width_and_onset_the_published_ones(strength, height, half_width, critical, omega):
    breather = Breather(strength, height)
    assert breather.edges == pytest.approx([-half_width, half_width], abs=6e-5)
    rate = breather.critical()
    assert rate == pytest.approx(critical, abs=6e-5)
    assert breather.fastest(rate).imag * 10 == pytest.approx(omega, rel=2e-4)


@pytest.mark.parametrize("strength, height", [known[:2] for known in KNOWN])
def test_are_width_and_onset_those_of_the_closed_form(strength, height):
    def excess(a):
        return (1 - np.exp(-2 * a)) / 2 + height * np.exp(-(a**2) / 2) - LEVEL * (1 + strength)

    breather, a = Breather(strength, height), brentq(excess, 1.0, 5.0)
    assert breather.edges[1] == pytest.approx(a, abs=1e-9)
    w0, w2a = 0.5, np.exp(-2 * a) / 2
    slope = (w2a - w0 - height * a * np.exp(-(a**2) / 2)) / (1 + strength)
    rate = (w0 + w2a) / np.abs(slope) - 1
    assert breather.critical() == pytest.approx(rate, abs=1e-9)
    assert breather.fastest(rate).imag == pytest.approx(np.sqrt(rate * (strength - rate)) / 10, rel=1e-9)


@pytest.mark.parametrize("strength, height", [known[:2] for known in KNOWN])
@pytest.mark.parametrize("factor, breathes", [(1.15, False), (0.95, True)])
def test_does_it_breathe_below_the_critical_rate_alone(strength, height, factor, breathes):
    breather = Breather(strength, height)
    rate = factor * breather.critical()
    time, widths = breather.widths(rate, 1600, 1.02, Grid(512, 30.0))
    early = np.ptp(widths[(time > 200) & (time < 300)])
    late = np.ptp(widths[time > 1500])
    assert late < early / 10 or breathes
    assert late > 0.1 or not breathes
    # Close to the onset the period is nearly that of the small swing.
    assert not breathes or _period(time, widths) == pytest.approx(
        2 * np.pi / breather.fastest(rate).imag, rel=0.01
    )


@pytest.mark.parametrize(
    "rate, swing, omega",
    [(0.5, 0.40, 0.852), (0.45, 0.75, 0.812)],
)
def test_are_swing_and_frequency_those_of_a_second_program(rate, swing, omega):
    time, widths = Breather(2.0, 1.5).widths(rate, 2000, 1.02, Grid(512, 30.0))
    late = time > 1500
    # Cells of 0.06 mm: the swing is good to a few per cent, the period to much better.
    assert np.ptp(widths[late]) == pytest.approx(swing, rel=0.06)
    assert 2 * np.pi * 10 / _period(time, widths) == pytest.approx(omega, rel=0.005)


def test_does_a_small_swing_decay_as_theory_says():
    breather, rate = Breather(2.0, 1.5), 0.65
    time, widths = breather.widths(rate, 500, 1.005, Grid(2048, 30.0))
    off = widths - 2 * breather.edges[1]
    tops = [i for i in range(1, len(off) - 1) if off[i - 1] < off[i] >= off[i + 1] and off[i] > 1e-3]
    growth = np.polyfit(time[tops], np.log(off[tops]), 1)[0]
    # The push of half a per cent still makes the swing a few per cent of growth too fast or too slow.
    assert growth == pytest.approx(breather.fastest(rate).real, rel=0.05)
    periods = np.diff(measure.crossings(time, off))
    assert np.mean(periods[:5]) == pytest.approx(2 * np.pi / breather.fastest(rate).imag, rel=0.005)


def test_does_no_bump_breathe_on_points_that_are_only_on_or_off():
    class OnOff(Heaviside):
        def over_cells(self, u, periodic=True):
            return self.rate(u)

    breather, grid = Breather(2.0, 1.5), Grid(512, 30.0)
    breather.field = lambda rate: NeuralField(Exponential(), OnOff(LEVEL), 10.0, 2.0, rate)
    time, widths = breather.widths(0.5, 1200, 1.02, grid)
    assert np.ptp(widths[time > 1100]) < 0.02


@pytest.mark.parametrize("feedback", [0.3, 1.2, 2.5])
def test_is_the_growth_with_adaptation_a_root_of_its_equation(feedback):
    field = NeuralField(Exponential(), Sigmoid(), 7.0, 1.4, 0.6)
    for g in adapted_growth(field, feedback):
        assert (7 * g + 1 - feedback) * (7 * g + 0.6) + 1.4 * 0.6 == pytest.approx(0, abs=1e-13)
