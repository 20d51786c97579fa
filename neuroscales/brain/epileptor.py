# SPDX-License-Identifier: BSD-3-Clause
"""The Epileptor: seizures that begin and end by themselves, because a slow variable carries the region along.

After Jirsa et al. 2014, https://doi.org/10.1093/brain/awu133. Its time has no unit; here one unit of it
is written as 1 ms.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.optimize import brentq

from neuroscales.brain.nodes import FirstVariables, Parameter, check_node
from neuroscales.core import measure
from neuroscales.core.recording import Recording


@dataclass(frozen=True, eq=False)
class Epileptor(FirstVariables):
    """A fast pair (x1, y1), a slow variable z, and a second pair (x2, y2) that makes spikes and waves.

        x1' = y1 - f1 - z + I1,        f1 = x1^3 - 3 x1^2 for x1 < 0, else (x2 - 0.6 (z - 4)^2) x1
        y1' = 1 - 5 x1^2 - y1
        z'  = r (4 (x1 - x0) - z - drive),   drive = G sum_j C_ij (x1_j(t - tau_ij) - x1_i)
        x2' = -y2 + x2 - x2^3 + I2 + 2 g - 0.3 (z - 3.5)
        y2' = (f2 - y2) / tau2,        f2 = 0 for x2 < -0.25, else 6 (x2 + 0.25)
        g'  = -0.01 (g - 0.1 x1)

    A neighbor that seizes raises x1_j - x1_i, lowers z and so brings the region closer to a seizure of its
    own (permittivity coupling, Proix et al. 2014, https://doi.org/10.1523/JNEUROSCI.1570-14.2014).

    Attributes:
        x0: excitability; at about -2.06 and above the region seizes by itself.
        r: rate of the slow variable.
        i1: current into the first pair.
        i2: current into the second pair.
        tau2: time constant of y2.

    Raises:
        ValueError: a rate or a time constant that is not positive.
    """

    variables: ClassVar[tuple[str, ...]] = ("x1", "y1", "z", "x2", "y2", "g")
    rest: ClassVar[tuple[float, ...]] = (-1.6, -12.0, 3.0, -0.9, 0.0, -0.1)
    diffusive: ClassVar[bool] = True
    kernel: ClassVar[int | None] = 5

    x0: Parameter = -1.6
    r: Parameter = 3.5e-4
    i1: Parameter = 3.1
    i2: Parameter = 0.45
    tau2: Parameter = 10.0

    def __post_init__(self) -> None:
        check_node(self, "r", "tau2")

    def slope(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        """Rate of change per unit of time."""
        x1, y1, z, x2, y2, g = state
        f1 = np.where(x1 < 0, x1**3 - 3 * x1**2, (x2 - 0.6 * (z - 4) ** 2) * x1)
        f2 = np.where(x2 < -0.25, 0.0, 6 * (x2 + 0.25))
        return np.stack(
            [
                y1 - f1 - z + self.i1,
                1 - 5 * x1**2 - y1,
                self.r * (4 * (x1 - self.x0) - z - drive[0]),
                -y2 + x2 - x2**3 + self.i2 + 2 * g - 0.3 * (z - 3.5),
                (f2 - y2) / self.tau2,
                -0.01 * (g - 0.1 * x1),
            ]
        )


@dataclass(frozen=True)
class Fold:
    """Where the resting state of the fast pair ends, z held still.

    Attributes:
        x1: the state.
        z: the slow variable there.
        x0: the excitability at which z's own equation stands still exactly there.
    """

    x1: float
    z: float
    x0: float


def resting_fold(epileptor: Epileptor = Epileptor()) -> Fold:
    """Where the resting state disappears: the lowest x0 that seizes, in closed form.

    With y1 at rest and x1 < 0, rest needs z = 1 + I1 - 2 x1^2 - x1^3. That is least at x1 = -4/3, where the
    resting state meets a saddle. There z' = 0 needs x0 = -4/3 - z/4.

    >>> fold = resting_fold()
    >>> round(fold.x1, 4), round(fold.z, 4), round(fold.x0, 4)
    (-1.3333, 2.9148, -2.062)
    """
    x1 = -4 / 3
    z = 1 + float(epileptor.i1) - 2 * x1**2 - x1**3
    return Fold(x1, z, x1 - z / 4)


def resting_state(epileptor: Epileptor) -> np.ndarray:
    """The fixed point with x1 < 0 of a region alone, shape (6,).

    z = 4 (x1 - x0) meets the curve of `resting_fold` at one x1. The state may be unstable.

    Raises:
        ValueError: parameters for which there is none with x1 < 0.
    """
    i1, x0, i2 = (float(value) for value in (epileptor.i1, epileptor.x0, epileptor.i2))

    def excess(x1: float) -> float:
        return 1 + i1 - 2 * x1**2 - x1**3 - 4 * (x1 - x0)

    if excess(0.0) > 0:
        raise ValueError(f"at x0 = {x0} there is no resting state with x1 < 0: take a lower x0")
    x1 = brentq(excess, -10.0, 0.0)
    z, g = 4 * (x1 - x0), 0.1 * x1
    x2 = _resting_x2(i2 + 2 * g - 0.3 * (z - 3.5))
    return np.array([x1, 1 - 5 * x1**2, z, x2, max(0.0, 6 * (x2 + 0.25)), g])


def _resting_x2(current: float) -> float:
    """The lowest root of x2 - x2^3 - f2(x2) + current."""
    grid = np.linspace(-3, 3, 6001)

    def excess(x2: float) -> float:
        return x2 - x2**3 - max(0.0, 6 * (x2 + 0.25)) + current

    values = np.array([excess(x2) for x2 in grid])
    k = int(np.flatnonzero((values[:-1] > 0) & (values[1:] <= 0))[0])
    return brentq(excess, grid[k], grid[k + 1], xtol=1e-12)


@dataclass(frozen=True)
class Seizures:
    """Beginnings and ends of the seizures in one trace; ends has one entry fewer if the last one goes on."""

    begin: np.ndarray
    end: np.ndarray

    @property
    def period(self) -> float:
        """Mean distance of two beginnings, the first seizure left out; nan with fewer than three."""
        return float(np.diff(self.begin[1:]).mean()) if self.begin.size > 2 else float("nan")

    @property
    def duration(self) -> float:
        """Mean length, the first seizure left out; nan where there is no other."""
        both = min(self.begin.size, self.end.size)
        return float((self.end[1:both] - self.begin[1:both]).mean()) if both > 1 else float("nan")


def seizures(time: np.ndarray, x1: np.ndarray, pause: float = 60.0) -> Seizures:
    """Find the seizures in a trace of x1.

    A discharge is an upward crossing of 0. A seizure begins with a discharge after at least `pause` below 0,
    and ends with the last downward crossing before such a pause.

    Args:
        time: shape (n_time,).
        x1: shape (n_time,).
        pause: the shortest time between two seizures.
    """
    up, down = (measure.crossings(time, x1, 0.0, direction) for direction in ("up", "down"))
    if not up.size:
        return Seizures(np.empty(0), np.empty(0))
    down_before = np.array([down[down < t][-1] if np.any(down < t) else time[0] for t in up])
    begin = up[up - down_before >= pause]
    after = np.append(up, time[-1])
    up_after = np.array([after[after > t][0] if np.any(after > t) else time[-1] for t in down])
    end = down[(up_after - down >= pause) & (down > (begin[0] if begin.size else time[-1]))]
    return Seizures(begin, end)


def recruitment(recording: Recording) -> np.ndarray:
    """When each region begins its first discharge: the first upward crossing of x1 = 0; nan where none does.

    Args:
        recording: with a profile of x1.

    Returns:
        Times, shape (n_regions,).
    """
    columns = recording.profile("x1").values.T
    found = [measure.crossings(recording.time, column, 0.0, "up") for column in columns]
    return np.array([times[0] if times.size else np.nan for times in found])


def field_potential(recording: Recording) -> np.ndarray:
    """The model's local field potential, x2 - x1, shape (n_time, n_regions)."""
    return recording.profile("x2").values - recording.profile("x1").values
