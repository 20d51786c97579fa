# SPDX-License-Identifier: BSD-3-Clause
"""The neural field: tissue as a continuum in which every place excites or inhibits the places around it.

    tau du/dt = -u + integral of w(x - y) f(u(y, t - |x - y| / velocity)) dy - b v + I(x, t)
    tau dv/dt = epsilon (u - v)

after Amari (1977, https://doi.org/10.1007/BF00337259); adaptation v after Pinto and Ermentrout (2001,
https://doi.org/10.1137/S0036139900346453) in the form of Folias and Bressloff (2004,
https://doi.org/10.1137/030602629). Without adaptation b is zero; without delay the velocity is infinite.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from neuroscales.core.parameters import check_finite, check_not_negative, check_positive
from neuroscales.core.recording import Recording, Signal
from neuroscales.field.delays import DelayedConvolution
from neuroscales.field.gains import Gain
from neuroscales.field.grid import Convolution, Grid
from neuroscales.field.kernels import Kernel
from neuroscales.field.loader import kernels

Drive = float | np.ndarray | Callable[[float], np.ndarray]
"""Input I: a number, an array of the grid's shape, or a function of the time in ms that gives one of them."""

METHODS = ("euler", "heun")
_MOST_SAMPLES = 400


@dataclass(frozen=True)
class NeuralField:
    """Parameters of the tissue.

    Attributes:
        kernel: the connections w.
        gain: the gain function f.
        tau_ms: time constant of u.
        adaptation: strength b of the adaptation; zero for none.
        adaptation_rate: epsilon, how fast v follows u, in units of 1/tau.
        velocity_mm_per_ms: conduction velocity of the connections (1 mm/ms is 1 m/s).

    Raises:
        ValueError: no kernel or gain, a time constant or velocity that is not positive, an adaptation that is
            negative, one with a strength and no rate, or a value that is not finite (the velocity may be
            infinite).
    """

    kernel: Kernel
    gain: Gain
    tau_ms: float = 10.0
    adaptation: float = 0.0
    adaptation_rate: float = 0.0
    velocity_mm_per_ms: float = np.inf

    def __post_init__(self) -> None:
        if not (isinstance(self.kernel, Kernel) and isinstance(self.gain, Gain)):
            raise ValueError("kernel must be a Kernel and gain a Gain: see neuroscales.field")
        check_finite(self, "kernel", "gain", "velocity_mm_per_ms")
        check_positive("the field", tau_ms=self.tau_ms, velocity_mm_per_ms=self.velocity_mm_per_ms)
        adaptation = {"adaptation": self.adaptation, "adaptation_rate": self.adaptation_rate}
        check_not_negative("the field", **adaptation)
        if self.adaptation and not self.adaptation_rate:
            raise ValueError("adaptation_rate must be positive where adaptation is, or v stays as it is")


def simulate_field(
    field: NeuralField,
    grid: Grid,
    start: float | np.ndarray,
    *,
    tstop_ms: float,
    dt_ms: float = 0.1,
    method: str = "heun",
    sample_ms: float | None = None,
    drive: Drive = 0.0,
    v_start: float | np.ndarray = 0.0,
) -> Recording:
    """Simulate a field on a line or a sheet.

    Args:
        field: the tissue.
        grid: where it lives.
        start: u at the start, a number or an array of the grid's shape. With delays u has been so before.
        tstop_ms: when to end.
        dt_ms: the time step, at most the time constant.
        method: ``"euler"``, or ``"heun"`` of second order. Euler's own error acts like a weaker decay, so it
            makes what grows slowly or breathes too large.
        sample_ms: distance of the recorded moments, a multiple of the step; without one at most 400 are kept.
        drive: the input I.
        v_start: v at the start, like `start`; used where there is adaptation.

    Returns:
        A Recording in ms of u, a pure number, and with adaptation of v. Its places are the positions in mm on
        a line, and on a sheet the numbers of the points, row by row (see `frames`).

    Raises:
        ValueError: a shape that is not the grid's, values that are not finite, or times that do not fit.
    """
    _check_times(field, tstop_ms, dt_ms, method)
    n_steps, every = round(tstop_ms / dt_ms), _steps_between(tstop_ms, dt_ms, sample_ms)
    state = [on_grid(grid, start, "start")]
    if field.adaptation:
        state.append(on_grid(grid, v_start, "v_start"))
    motion = _Motion(field, grid, drive, state[0], dt_ms)
    step = motion.euler if method == "euler" else motion.heun
    kept, times = [state], [0.0]
    for i in range(1, n_steps + 1):
        state = step((i - 1) * dt_ms, state)
        if i % every == 0 or i == n_steps:
            kept.append(state)
            times.append(i * dt_ms)
    return _recording(grid, times, kept)


def frames(recording: Recording, grid: Grid, name: str = "u") -> np.ndarray:
    """A recorded signal as fields on the grid, shape (n_time, points) or (n_time, points, points).

    Raises:
        ValueError: the recording is from a grid with another number of points.
    """
    values = recording.profile(name).values
    if values.shape[1] != grid.points**grid.dimensions:
        raise ValueError(
            f"the recording has {values.shape[1]} places, the grid {grid.points**grid.dimensions}"
        )
    return values.reshape(-1, *grid.shape)


def on_grid(grid: Grid, values: float | np.ndarray, name: str) -> np.ndarray:
    """A fresh array of the grid's shape from a number or such an array.

    Raises:
        ValueError: another shape, or values that are not finite numbers; the message says `name`.
    """
    array = np.asarray(values, dtype=float)
    if array.shape not in ((), grid.shape):
        raise ValueError(f"{name} has shape {array.shape}: give a number or an array of shape {grid.shape}")
    if not np.all(np.isfinite(array)):
        raise ValueError(f"{name} must be finite everywhere on the grid")
    return np.array(np.broadcast_to(array, grid.shape), order="C")  # flat views are written to


class _Motion:
    """Advances the state, u and with adaptation v, one step at a time; each state is a fresh list."""

    def __init__(self, field: NeuralField, grid: Grid, drive: Drive, start: np.ndarray, dt_ms: float) -> None:
        self.field, self.grid, self.dt_ms = field, grid, dt_ms
        self.ratio = dt_ms / field.tau_ms
        self.drive = drive if callable(drive) else on_grid(grid, drive, "drive")
        self.loops = kernels()
        if np.isfinite(field.velocity_mm_per_ms):
            first = field.gain.over_cells(start, grid.periodic)
            self.convolve = DelayedConvolution(field.kernel, grid, field.velocity_mm_per_ms, dt_ms, first)
            self.remember = self.convolve.remember
        else:
            self.convolve = Convolution(field.kernel, grid)
            self.remember = lambda: None

    def drive_at(self, t_ms: float) -> np.ndarray:
        """The input at a time."""
        if callable(self.drive):
            return on_grid(self.grid, self.drive(t_ms), f"drive at {t_ms:g} ms")
        return self.drive

    def euler(self, t_ms: float, state: list[np.ndarray]) -> list[np.ndarray]:
        """Euler's method."""
        end = self.relaxed(t_ms, state)
        self.remember()
        return end

    def heun(self, t_ms: float, state: list[np.ndarray]) -> list[np.ndarray]:
        """Heun's method: the mean of the state and of where two steps of Euler's lead from it."""
        once = self.euler(t_ms, state)
        twice = self.relaxed(t_ms + self.dt_ms, once)
        for part, end in zip(state, twice, strict=True):
            self.loops.mean(part.ravel(), end.ravel())
        return twice

    def relaxed(self, t_ms: float, state: list[np.ndarray]) -> list[np.ndarray]:
        """The state one step of Euler's later, in fresh arrays."""
        u, v = state[0], state[-1]  # without adaptation v is u, and its strength is zero
        end, drive = self.convolve(self.field.gain.over_cells(u, self.grid.periodic)), self.drive_at(t_ms)
        self.loops.relax(end.ravel(), u.ravel(), self.ratio, drive.ravel(), self.field.adaptation, v.ravel())
        return [end] if len(state) == 1 else [end, v + self.ratio * self.field.adaptation_rate * (u - v)]


def _check_times(field: NeuralField, tstop_ms: float, dt_ms: float, method: str) -> None:
    if not (np.isfinite(tstop_ms) and tstop_ms >= dt_ms > 0):
        raise ValueError(f"dt_ms must be positive and at most tstop_ms, not {dt_ms} and {tstop_ms}")
    if dt_ms > field.tau_ms:
        raise ValueError(f"dt_ms must be at most the time constant, {field.tau_ms} ms, not {dt_ms}")
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")


def _steps_between(tstop_ms: float, dt_ms: float, sample_ms: float | None) -> int:
    """Steps from one recorded moment to the next."""
    if sample_ms is None:
        return -(-round(tstop_ms / dt_ms) // _MOST_SAMPLES)
    every = sample_ms / dt_ms
    if not (every > 0.5 and np.isclose(every, round(every), rtol=1e-6)):
        raise ValueError(f"sample_ms must be a multiple of dt_ms, {dt_ms} ms, not {sample_ms}")
    return round(every)


def _recording(grid: Grid, times: list[float], kept: list[list[np.ndarray]]) -> Recording:
    place = grid.x_mm if grid.dimensions == 1 else np.arange(grid.points**2)
    columns = (np.stack(part).reshape(len(times), -1) for part in zip(*kept, strict=True))
    return Recording(times, [Signal(n, c, "1", place) for n, c in zip("uv", columns, strict=False)])
