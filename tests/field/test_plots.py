# SPDX-License-Identifier: BSD-3-Clause
"""Pictures show the numbers of the recording, at its places and times."""

import numpy as np
import pytest

from neuroscales.core import style
from neuroscales.field import Amari, Grid, Heaviside, MexicanHat, NeuralField, Sigmoid, plots, simulate_field


@pytest.fixture
def ax():
    return style.figure("a field", "a field in colors")[1]


def _run(grid):
    rng = np.random.default_rng(1)
    return simulate_field(
        NeuralField(MexicanHat(), Sigmoid()), grid, rng.normal(size=grid.shape), tstop_ms=5, dt_ms=0.5
    )


def test_does_the_map_show_every_place_at_every_time(ax):
    grid = Grid(32, 8.0)
    run = _run(grid)
    image = plots.plot_space_time(run, ax)
    assert np.array_equal(image.get_array(), run.values("u"))
    assert image.get_extent() == [-4.125, 3.875, 0, 5]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("place (mm)", "time (ms)")


def test_does_the_profile_show_the_nearest_moment(ax):
    run = _run(Grid(32, 8.0))
    plots.plot_profile(run, ax, 2.1, threshold=0.3)
    x, u = ax.lines[0].get_data()
    assert np.array_equal(x, run.profile("u").place)
    assert np.array_equal(u, run.values("u")[4])
    assert ax.lines[1].get_ydata()[0] == 0.3


def test_does_the_sheet_show_its_rows(ax):
    grid = Grid(16, 8.0, dimensions=2)
    run = _run(grid)
    image = plots.plot_sheet(run, grid, ax, 5.0)
    assert np.array_equal(image.get_array(), run.values("u")[-1].reshape(16, 16))
    with pytest.raises(ValueError, match="no view from above"):
        plots.plot_sheet(run, Grid(256, 8.0), ax, 5.0)


def test_do_curve_and_measured_points_share_their_axes(ax):
    field, k = NeuralField(Amari(), Sigmoid(6.0, 0.0)), np.linspace(0, 2, 50)
    plots.plot_growth(field, 0.0, ax, k, measured=(np.array([1.0]), np.array([0.05])))
    assert ax.lines[0].get_ydata().max() == pytest.approx(0.05, abs=1e-3)
    assert ax.lines[2].get_xydata().tolist() == [[1.0, 0.05]]


def test_are_stable_widths_full_and_unstable_ones_empty(ax):
    plots.plot_bump_widths(Amari(), 0.3, ax, 5.0)
    full, empty = ax.lines[-2], ax.lines[-1]
    assert full.get_xdata() == pytest.approx([1.7813], abs=1e-3)
    assert empty.get_xdata() == pytest.approx([0.4894], abs=1e-3)
    assert empty.get_markerfacecolor() == "none"
    assert Heaviside(0.3).threshold == full.get_ydata()[0]
