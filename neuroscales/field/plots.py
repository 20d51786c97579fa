# SPDX-License-Identifier: BSD-3-Clause
"""Pictures of a field: over space and time, at a moment, from above; and of what theory says of it."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.image import AxesImage

from neuroscales.core.recording import Recording
from neuroscales.core.style import COLORS, INK, LINES
from neuroscales.field.bumps import bump_widths_mm
from neuroscales.field.grid import Grid
from neuroscales.field.kernels import Kernel
from neuroscales.field.simulation import NeuralField, frames
from neuroscales.field.turing import growth_per_ms

_MAP = "cividis"  # rises evenly in brightness, also in gray and for colour-blind eyes


def plot_space_time(recording: Recording, ax: Axes, name: str = "u") -> AxesImage:
    """Draw a line's activity over place (across) and time (upward).

    Args:
        recording: a run on a line, recorded at even distances.
        ax: the axes to draw on.
        name: ``"u"`` or ``"v"``.

    Returns:
        The image, for a color bar.
    """
    signal = recording.profile(name)
    half = (signal.place[1] - signal.place[0]) / 2
    extent = (signal.place[0] - half, signal.place[-1] + half, recording.time[0], recording.time[-1])
    image = ax.imshow(
        signal.values, origin="lower", aspect="auto", extent=extent, cmap=_MAP, interpolation="nearest"
    )
    ax.set(xlabel="place (mm)", ylabel="time (ms)")
    return image


def plot_profile(
    recording: Recording, ax: Axes, t_ms: float, threshold: float | None = None, name: str = "u"
) -> None:
    """Draw a line's activity at the recorded moment nearest to `t_ms`, and the threshold if given."""
    signal = recording.profile(name)
    ax.plot(signal.place, signal.values[_nearest(recording, t_ms)], color=COLORS["excitatory"])
    if threshold is not None:
        _threshold_line(ax, threshold)
    ax.set(xlabel="place (mm)", ylabel=f"activity {name}")


def plot_sheet(recording: Recording, grid: Grid, ax: Axes, t_ms: float, name: str = "u") -> AxesImage:
    """Draw a sheet from above at the recorded moment nearest to `t_ms`.

    Returns:
        The image, for a color bar.

    Raises:
        ValueError: the grid is a line, or not that of the recording.
    """
    if grid.dimensions != 2:
        raise ValueError("a line has no view from above: use plot_profile or plot_space_time")
    sheet = frames(recording, grid, name)[_nearest(recording, t_ms)]
    low, high = grid.x_mm[0] - grid.step_mm / 2, grid.x_mm[-1] + grid.step_mm / 2
    image = ax.imshow(sheet, origin="lower", extent=(low, high, low, high), cmap=_MAP)
    ax.set(xlabel="x (mm)", ylabel="y (mm)")
    return image


def plot_growth(
    field: NeuralField, u0: float, ax: Axes, k_per_mm: np.ndarray, measured: tuple | None = None
) -> None:
    """Draw the dispersion relation of a uniform state, with measured growth rates over it if given.

    Args:
        field: the tissue.
        u0: the uniform state.
        ax: the axes to draw on.
        k_per_mm: wave numbers, shape (n,).
        measured: wave numbers and growth rates in 1/ms, as two arrays of equal shape.
    """
    ax.plot(k_per_mm, growth_per_ms(field, k_per_mm, u0), color=COLORS["excitatory"])
    ax.axhline(0, color=INK, linewidth=0.8)
    if measured is not None:
        ax.plot(*measured, "o", color=INK, markerfacecolor="none")
    ax.set(xlabel="wave number (rad/mm)", ylabel="growth (1/ms)")


def plot_bump_widths(kernel: Kernel, threshold: float, ax: Axes, longest_mm: float) -> None:
    """Draw W(a) with the threshold; where they cross a bump can stand, stably (full) where W falls."""
    a = np.linspace(0, longest_mm, 400)
    ax.plot(a, kernel.integral(a), color=COLORS["excitatory"])
    _threshold_line(ax, threshold)
    widths = bump_widths_mm(kernel, threshold, longest_mm)
    stable = kernel.density(widths) < 0
    for places, fill in ((widths[stable], INK), (widths[~stable], "none")):
        ax.plot(places, np.full(len(places), threshold), "o", color=INK, markerfacecolor=fill)
    ax.set(xlabel="bump width a (mm)", ylabel="W(a)")


def _threshold_line(ax: Axes, threshold: float) -> None:
    ax.axhline(threshold, color=COLORS["reference"], linestyle=LINES["reference"])
    ax.annotate("threshold", (1, threshold), xycoords=("axes fraction", "data"), ha="right", va="bottom")


def _nearest(recording: Recording, t_ms: float) -> int:
    return int(np.argmin(np.abs(recording.time - t_ms)))
