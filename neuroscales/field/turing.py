# SPDX-License-Identifier: BSD-3-Clause
"""Patterns out of nothing: when the uniform state lets waves grow, which of them, and what became of them.

A small wave cos(kx) on the uniform state u0 grows with (f'(u0) w^(k) - 1) / tau, where w^ is the transform of
the kernel. The peak of w^ says which wave grows fastest; whether any grows at all depends on the slope too.
"""

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from neuroscales.core.recording import Recording
from neuroscales.field.grid import Grid
from neuroscales.field.growth import adapted_growth, check_no_delay
from neuroscales.field.kernels import Kernel, Numbers, check_dimensions
from neuroscales.field.simulation import NeuralField, on_grid


def uniform_states(
    field: NeuralField, drive: float = 0.0, dimensions: int = 1, between: tuple[float, float] | None = None
) -> np.ndarray:
    """The states that are the same everywhere and stay: roots of (1 + b) u = w^(0) f(u) + I.

    Args:
        field: the tissue.
        drive: a constant input.
        dimensions: 1 for a line, 2 for a sheet.
        between: where to look for u; without it, where a gain between 0 and 1 can put it.

    Returns:
        The values of u in rising order, shape (n_states,). The jump of a step gain is no state.

    Raises:
        ValueError: a range that is empty, or an input that is not finite.
    """
    total, decay = float(field.kernel.transform(0.0, dimensions)), 1 + field.adaptation
    reach = (abs(total) + abs(drive) + 1) / decay
    low, high = (-reach, reach) if between is None else between
    if not (np.isfinite(drive) and low < high):
        raise ValueError(f"the drive must be finite and the range of u not empty: {drive}, {low} to {high}")

    def excess(u: Numbers) -> Numbers:
        return total * field.gain.rate(u) + drive - decay * u

    u = np.linspace(low, high, 20_002)  # an even number: zero, a common root, is none of them
    values = excess(u)
    crossed = np.flatnonzero((values[:-1] < 0) != (values[1:] < 0))
    roots = np.array([brentq(lambda x: float(excess(x)), u[i], u[i + 1], xtol=1e-15) for i in crossed])
    return roots[np.abs(excess(roots)) < 1e-9] if roots.size else roots


def modes_per_ms(field: NeuralField, k_per_mm: Numbers, u0: float, dimensions: int = 1) -> np.ndarray:
    """Growth rates of a small wave on a uniform state; complex where it swings while it grows.

    Args:
        field: the tissue, without delays.
        k_per_mm: wave numbers, 2 pi over the wavelength, any shape.
        u0: the uniform state.
        dimensions: 1 for a line, 2 for a sheet.

    Returns:
        Shape (..., 1) without adaptation and (..., 2) with it, the fastest first, in 1/ms.

    Raises:
        ValueError: a field with delays.
    """
    check_no_delay(field)
    return adapted_growth(field, field.gain.slope(u0) * field.kernel.transform(k_per_mm, dimensions))


def growth_per_ms(field: NeuralField, k_per_mm: Numbers, u0: float, dimensions: int = 1) -> np.ndarray:
    """The dispersion relation: how fast a small wave on a uniform state grows; see `modes_per_ms`.

    >>> from neuroscales.field import MexicanHat, Sigmoid
    >>> field = NeuralField(MexicanHat(), Sigmoid(steepness=3.0))  # slope 3/4 at u = 0
    >>> round(float(growth_per_ms(field, 0.9614, 0.0)), 3)
    0.077
    """
    return modes_per_ms(field, k_per_mm, u0, dimensions)[..., 0].real


def preferred_wave_number_per_mm(kernel: Kernel, dimensions: int = 1) -> float:
    """The wave number at which the transform of a kernel is highest; 0 where the uniform change is preferred.

    Raises:
        ValueError: the transform is flat, as that of a purely local kernel: no wave is preferred.
    """
    check_dimensions(dimensions)
    k = np.linspace(0, 1000 / max(kernel.extent_mm, 1e-9), 4001)
    values = kernel.transform(k, dimensions)
    if np.ptp(values) <= 1e-9 * np.abs(values).max():
        raise ValueError("the transform of this kernel is flat: all waves grow alike, and none is preferred")
    i = int(np.argmax(values))
    if i in (0, len(k) - 1):
        return float(k[i])
    found = minimize_scalar(
        lambda q: -float(kernel.transform(q, dimensions)),
        bounds=(k[i - 1], k[i + 1]),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(found.x)


def wave_amplitudes(recording: Recording, name: str = "u") -> np.ndarray:
    """Amplitude of each wave that fits the ring, at each recorded moment of a line.

    Returns:
        Shape (n_time, n_points // 2 + 1); column m belongs to m wavelengths per ring, column 0 is the mean.
    """
    values = recording.profile(name).values
    amplitudes = np.abs(np.fft.rfft(values, axis=1)) * 2 / values.shape[1]
    amplitudes[:, 0] /= 2
    if values.shape[1] % 2 == 0:
        amplitudes[:, -1] /= 2
    return amplitudes


def fitted_growth_per_ms(
    time_ms: np.ndarray, amplitudes: np.ndarray, from_ms: float, to_ms: float
) -> np.ndarray:
    """Slope of the logarithm of amplitudes within a window, by least squares.

    Args:
        time_ms: shape (n_time,).
        amplitudes: shape (n_time,) or (n_time, n_waves), positive in the window.
        from_ms: beginning of the window.
        to_ms: its end.

    Returns:
        A number in 1/ms, or one for each wave.

    Raises:
        ValueError: fewer than two moments in the window, or amplitudes in it that are not positive.
    """
    time = np.asarray(time_ms, dtype=float)
    inside = (time >= from_ms) & (time <= to_ms)
    values = np.asarray(amplitudes, dtype=float)[inside]
    if inside.sum() < 2 or not np.all(values > 0):
        raise ValueError("a growth rate needs two moments in the window, and amplitudes above zero there")
    return np.polyfit(time[inside], np.log(values), 1)[0]


def count_waves(u: np.ndarray) -> int:
    """How often a profile on a ring rises through its own mean; small ripples do not count.

    >>> count_waves(np.cos(np.linspace(0, 6 * np.pi, 60, endpoint=False)))
    3
    """
    above = np.asarray(u) > np.mean(u)
    return int(np.sum(above & ~np.roll(above, 1)))


def mean_wave_number_per_mm(u: np.ndarray, grid: Grid) -> float:
    """Mean size of the wave number of a pattern, weighted with the power of each wave.

    Args:
        u: a field of the grid's shape, on a periodic grid.
        grid: the grid.

    Raises:
        ValueError: another shape, or a field that is the same everywhere.
    """
    power, components = _power(u, grid)
    return float((power * np.sqrt(sum(k**2 for k in components))).sum() / power.sum())


def alignment(u: np.ndarray, grid: Grid) -> float:
    """How far the waves of a sheet run in one direction: 1 for straight stripes, near 0 for spots or a maze.

    The size of the mean of exp(2 i angle) over the waves, weighted with their power; twice the angle, since a
    stripe looks the same from both sides.

    Raises:
        ValueError: a line, another shape, or a field that is the same everywhere.
    """
    if grid.dimensions != 2:
        raise ValueError("alignment is for a sheet: on a line there is only one direction")
    power, (ky, kx) = _power(u, grid)
    return float(np.abs((power * np.exp(2j * np.arctan2(ky, kx))).sum()) / power.sum())


def skewness(u: np.ndarray) -> float:
    """Third moment of the values in units of the standard deviation; spots are positive, holes negative.

    Raises:
        ValueError: values that are all the same.
    """
    off = np.asarray(u, dtype=float) - np.mean(u)
    if not np.any(off):
        raise ValueError("values that are all the same have no skewness")
    return float(np.mean(off**3) / np.mean(off**2) ** 1.5)


def _power(u: np.ndarray, grid: Grid) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Power of each wave of a field, the mean left out, and the components of the wave numbers."""
    off = on_grid(grid, u, "u")
    off -= off.mean()
    power = np.abs(np.fft.fftn(off)) ** 2
    if not power.sum() > 0:
        raise ValueError("u must vary over the grid: a uniform field has no waves")
    k = 2 * np.pi * np.fft.fftfreq(grid.points, grid.step_mm)
    return power, (k,) if grid.dimensions == 1 else (k[:, None], k[None, :])
