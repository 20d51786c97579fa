# SPDX-License-Identifier: BSD-3-Clause
"""Bumps: widths in closed form, what simulations settle on, and how pushes grow or die out."""

import numpy as np
import pytest
from scipy.special import lambertw

from neuroscales.field import (
    Amari,
    Grid,
    Heaviside,
    MexicanHat,
    NeuralField,
    Rippled,
    Sigmoid,
    simulate_field,
)
from neuroscales.field.bumps import (
    bump_widths_mm,
    edge_modes,
    recurrent_input,
    regions_above_mm,
    stationary_edges_mm,
    width_above_mm,
)

THRESHOLDS = [0.15, 0.2, 0.25, 0.3, 0.32]


def _wide_start(kernel, grid, level, width, shift=0.0):
    """A bump's profile raised or lowered so that exactly this width lies above the level."""
    profile = recurrent_input(kernel, grid.x_mm, [shift - width / 2, shift + width / 2])
    return level + profile - kernel.integral(width)


def _width_at_the_end(field, grid, start, tstop_ms=400.0):
    run = simulate_field(field, grid, start, tstop_ms=tstop_ms, dt_ms=0.5, sample_ms=tstop_ms)
    return width_above_mm(grid.x_mm, run.values("u")[-1], field.gain.threshold, grid.length_mm)


@pytest.mark.parametrize("h", THRESHOLDS)
@pytest.mark.parametrize("scale, weight", [(1.0, 1.0), (2.5, 0.7)])
def test_are_the_widths_of_amaris_kernel_those_of_lamberts_function(h, scale, weight):
    expected = [-scale * lambertw(-h, branch).real for branch in (0, -1)]
    found = bump_widths_mm(Amari(weight, scale), h * weight * scale)
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("h, narrow, wide", [(0.2, 0.2592, 2.5426), (0.3, 0.4894, 1.7813)])
def test_are_the_widths_the_published_ones(h, narrow, wide):
    assert bump_widths_mm(Amari(), h) == pytest.approx([narrow, wide], abs=6e-5)  # four digits


def test_is_there_no_bump_above_the_fold():
    assert len(bump_widths_mm(Amari(), np.exp(-1) - 1e-5)) == 2
    assert len(bump_widths_mm(Amari(), np.exp(-1) + 1e-5)) == 0
    near = bump_widths_mm(Amari(), np.exp(-1) - 1e-9)
    assert near == pytest.approx([1, 1], abs=1e-4)  # the root of 2e-9 times e


@pytest.mark.parametrize("h", THRESHOLDS)
def test_are_the_modes_of_a_bump_a_shift_and_a_change_of_width(h):
    kernel, tau = Amari(), 8.0
    for a in bump_widths_mm(kernel, h):
        growth, modes = edge_modes(NeuralField(kernel, Heaviside(h), tau), [-a / 2, a / 2])
        breathe = 2 * kernel.density(a) / (kernel.density(0) - kernel.density(a)) / tau
        assert sorted(growth.real) == pytest.approx(sorted([0, breathe]), abs=1e-14)
        width_mode = modes[int(np.argmax(np.abs(growth)))].real
        assert width_mode[0] == pytest.approx(width_mode[1])  # both edges alike


@pytest.mark.parametrize("h, narrow, wide", [(0.2, 2.670, -0.2164), (0.3, 0.911, -0.2326)])
def test_are_the_growth_rates_the_published_ones(h, narrow, wide):
    field = NeuralField(Amari(), Heaviside(h), tau_ms=1.0)
    for a, expected in zip(bump_widths_mm(Amari(), h), (narrow, wide), strict=True):
        growth = edge_modes(field, [0, a])[0].real
        assert growth[np.argmax(np.abs(growth))] == pytest.approx(expected, rel=3e-4)


@pytest.mark.parametrize(
    "kernel, h",
    [
        (Amari(), 0.2),
        (Amari(), 0.3),
        (MexicanHat(5, 4.6, 1, 2.0), 0.4),
        (MexicanHat(5, 5.2, 1, 2.5), 0.5),
        (MexicanHat(5, 5.4, 1, 2.8), 0.6),
    ],
)
def test_does_a_run_settle_on_the_wide_width_or_on_nothing(kernel, h):
    field, grid = NeuralField(kernel, Heaviside(h)), Grid(1024, 40.0)
    narrow, wide = bump_widths_mm(kernel, h)[:2]
    ends = [_width_at_the_end(field, grid, _wide_start(kernel, grid, h, narrow * f)) for f in (0.95, 1.05)]
    # 40 time constants leave e^-8 of the push; the cusp of Amari's kernel costs 1e-3 on this grid.
    assert ends[0] == 0
    assert ends[1] == pytest.approx(wide, rel=2e-3)


def test_does_the_settled_width_converge_with_the_grid():
    field, wide = NeuralField(Amari(), Heaviside(0.3)), bump_widths_mm(Amari(), 0.3)[1]
    errors = [
        _width_at_the_end(field, grid, _wide_start(Amari(), grid, 0.3, 1.2 * wide), 600.0) / wide - 1
        for grid in (Grid(512, 40.0), Grid(2048, 40.0))
    ]
    # Edges fall differently into cells, so single errors scatter: at least first order over a factor of 4.
    assert np.abs(errors[0]) < 0.006
    assert np.abs(errors[1]) < np.abs(errors[0]) / 4


def test_does_a_bump_stay_where_it_is_between_grid_points():
    field, grid = NeuralField(MexicanHat(), Heaviside(0.5)), Grid(512, 40.0)
    wide = bump_widths_mm(field.kernel, 0.5)[1]
    for part in (0.0, 0.25, 0.4):
        shift = part * grid.step_mm
        start = _wide_start(field.kernel, grid, 0.5, wide, shift)
        run = simulate_field(field, grid, start, tstop_ms=300, dt_ms=0.5, sample_ms=300)
        begin, end = regions_above_mm(grid.x_mm, run.values("u")[-1], 0.5)[0]
        # On-or-off points would hold it to a whole number of steps: off by up to half a step in place.
        assert (begin + end) / 2 == pytest.approx(shift, abs=0.1 * grid.step_mm)
        assert end - begin == pytest.approx(wide, abs=0.05 * grid.step_mm)


@pytest.mark.parametrize("h, push", [(0.2, 0.002), (0.25, 0.002), (0.3, 0.002)])
def test_does_a_small_push_of_the_narrow_bump_grow_as_theory_says(h, push):
    kernel, grid = Amari(), Grid(4096, 12.0)
    narrow = bump_widths_mm(kernel, h)[0]
    slope = 1 - kernel.density(narrow)  # of the bump's profile at its edges
    start = recurrent_input(kernel, grid.x_mm, [-narrow / 2, narrow / 2]) + slope * push * narrow / 2
    run = simulate_field(
        NeuralField(kernel, Heaviside(h)), grid, start, tstop_ms=8, dt_ms=0.05, sample_ms=0.2
    )
    widths = np.array([width_above_mm(grid.x_mm, u, h) for u in run.values("u")])
    use = (run.time > 1) & (widths - narrow < 0.02 * narrow)
    growth = np.polyfit(run.time[use], np.log(widths[use] - narrow), 1)[0]
    expected = edge_modes(NeuralField(kernel, Heaviside(h)), [0, narrow])[0].real.max()
    # A push of 0.2 to 2 per cent is not infinitely small: 5 per cent.
    assert growth == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("decay, h, apart", [(0.25, 0.5, 7.0), (0.3, 0.5, 7.0), (0.28, 0.55, 7.0)])
def test_do_two_bumps_stand_side_by_side_in_each_others_ripples(decay, h, apart):
    field = NeuralField(Rippled(decay=decay), Heaviside(h))
    width = bump_widths_mm(field.kernel, h)[1]
    guess = np.array([-apart - width, -apart + width, apart - width, apart + width]) / 2
    edges = stationary_edges_mm(field, guess)
    edges -= edges.mean()
    growth = edge_modes(field, edges)[0].real
    assert growth[0] == pytest.approx(0, abs=1e-9)  # both shifted together
    assert np.all(growth[1:] < -0.01)
    grid = Grid(2048, 80.0)
    start = recurrent_input(field.kernel, grid.x_mm, edges + np.array([-0.2, 0.1, 0.1, 0.3]))
    run = simulate_field(field, grid, start, tstop_ms=500, dt_ms=0.5, sample_ms=500)
    found = regions_above_mm(grid.x_mm, run.values("u")[-1], h)
    assert len(found) == 2
    # Widths and gap return to those of theory; the pair as a whole may stay shifted.
    assert np.diff(found.ravel()) == pytest.approx(np.diff(edges), abs=0.02)


def test_do_two_bumps_of_a_mexican_hat_drive_each_other_apart():
    field, grid = NeuralField(MexicanHat(), Heaviside(0.5)), Grid(512, 60.0)
    width = bump_widths_mm(field.kernel, 0.5)[1]
    edges = np.array([-7 - width, -7 + width, 7 - width, 7 + width]) / 2
    run = simulate_field(
        field, grid, recurrent_input(field.kernel, grid.x_mm, edges), tstop_ms=400, dt_ms=0.5
    )
    middles = [regions_above_mm(grid.x_mm, u, 0.5).mean(axis=1) for u in run.values("u")[[40, 200, 400]]]
    gaps = [float(m[1] - m[0]) for m in middles if len(m) == 2]
    assert len(gaps) == 3
    assert gaps[0] < gaps[1] < gaps[2]


def test_are_regions_found_across_the_seam_of_a_ring():
    x = np.arange(8.0)
    u = np.array([1, 1, 0, 0, 1, 0, 0, 1.0])
    assert regions_above_mm(x, u, 0.5, 8.0).tolist() == [[3.5, 4.5], [6.5, 9.5]]
    assert regions_above_mm(x, u, 0.5).tolist() == [[0, 1.5], [3.5, 4.5], [6.5, 7]]
    assert width_above_mm(x, u, 0.5, 8.0) == 4.0
    assert width_above_mm(x, np.ones(8), 0.5, 8.0) == 8.0
    assert width_above_mm(x, np.zeros(8), 0.5, 8.0) == 0.0


def test_are_questions_about_edges_that_have_no_answer_refused():
    field = NeuralField(Amari(), Heaviside(0.3))
    with pytest.raises(ValueError, match="even in number"):
        edge_modes(field, [0.0, 1.0, 2.0])
    with pytest.raises(ValueError, match="increase"):
        edge_modes(field, [1.0, 0.0])
    with pytest.raises(ValueError, match="step gain"):
        edge_modes(NeuralField(Amari(), Sigmoid()), [0.0, 1.0])
    with pytest.raises(ValueError, match="without delays"):
        edge_modes(NeuralField(Amari(), Heaviside(0.3), velocity_mm_per_ms=1.0), [0.0, 1.0])
    with pytest.raises(ValueError, match="no state stands still"):
        stationary_edges_mm(NeuralField(Amari(), Heaviside(0.5)), [-0.5, 0.5])
    with pytest.raises(ValueError, match="equal, one dimension"):
        regions_above_mm(np.zeros(3), np.zeros(4), 0.0)
    with pytest.raises(ValueError, match="must be finite"):
        bump_widths_mm(Amari(), np.nan)
