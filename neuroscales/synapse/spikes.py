# SPDX-License-Identifier: BSD-3-Clause
"""The spikes of many cells: how often, how regularly, how much together; and their raster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from neuroscales.core import style


@dataclass(frozen=True, eq=False)
class Spikes:
    """When which of a network's cells fired, in the order of time; at one instant in the order of gids.

    Attributes:
        time_ms: times, shape (n_spikes,).
        gid: number of the cell that fired, shape (n_spikes,).
        n_cells: how many cells there are, silent ones included; their gids are 0 to n_cells - 1.
        tstop_ms: how long was listened.

    Raises:
        ValueError: times and gids of unequal number, a gid that no cell has, or a time outside the window.

    >>> spikes = Spikes([7.0, 5.0], [0, 1], n_cells=2, tstop_ms=10.0)
    >>> spikes.time_ms.tolist(), spikes.of(0).tolist()
    ([5.0, 7.0], [7.0])
    """

    time_ms: np.ndarray
    gid: np.ndarray
    n_cells: int
    tstop_ms: float

    def __post_init__(self) -> None:
        time_ms, gid = np.array(self.time_ms, dtype=float), np.array(self.gid, dtype=int)
        if time_ms.shape != gid.shape or time_ms.ndim != 1:
            raise ValueError(
                f"there are {time_ms.size} times and {gid.size} gids: each spike has one of both"
            )
        if gid.size and not 0 <= gid.min() <= gid.max() < self.n_cells:
            raise ValueError(
                f"gids are 0 to {self.n_cells - 1}, not {gid.min()} to {gid.max()}: set n_cells to all cells"
            )
        if gid.size and not 0 <= time_ms.min() <= time_ms.max() <= self.tstop_ms:
            raise ValueError(f"a spike lies outside 0 to {self.tstop_ms} ms")
        order = np.lexsort((gid, time_ms))
        for name, values in (("time_ms", time_ms[order]), ("gid", gid[order])):
            values.flags.writeable = False
            object.__setattr__(self, name, values)

    def of(self, gid: int) -> np.ndarray:
        """Times of one cell's spikes in ms."""
        return self.time_ms[self.gid == gid]

    def counts(self, bin_ms: float, from_ms: float = 0.0) -> np.ndarray:
        """How often each cell fired in each bin of a window, shape (n_cells, n_bins).

        Args:
            bin_ms: width of a bin; a last one that is not whole is left out.
            from_ms: where the first begins.

        Raises:
            ValueError: no whole bin lies in the window.
        """
        # Rounding must not cost the last bin.
        n_bins = int((self.tstop_ms - from_ms) / bin_ms + 1e-9) if bin_ms > 0 else 0
        if n_bins < 1:
            raise ValueError(f"no bin of {bin_ms} ms lies between {from_ms} and {self.tstop_ms} ms")
        edges = from_ms + bin_ms * np.arange(n_bins + 1)
        # All cells at once, and the last bin with its upper edge, as numpy's histogram of each would have it.
        at = np.searchsorted(edges, self.time_ms, side="right") - 1
        at[self.time_ms == edges[-1]] = n_bins - 1
        inside = (at >= 0) & (at < n_bins)
        place = self.gid[inside] * n_bins + at[inside]
        return np.bincount(place, minlength=self.n_cells * n_bins).reshape(self.n_cells, n_bins)


def rates_Hz(spikes: Spikes, from_ms: float = 0.0) -> np.ndarray:
    """Spikes of each cell per second.

    Args:
        spikes: of all cells.
        from_ms: where counting begins, after what only belongs to the start.

    Returns:
        Rates in Hz, shape (n_cells,).

    >>> rates_Hz(Spikes([5.0, 15.0, 18.0], [0, 0, 1], n_cells=3, tstop_ms=20.0), from_ms=10.0).tolist()
    [100.0, 100.0, 0.0]
    """
    return 1e3 * spikes.counts(spikes.tstop_ms - from_ms, from_ms)[:, 0] / (spikes.tstop_ms - from_ms)


def interval_cv(spikes: Spikes, from_ms: float = 0.0) -> np.ndarray:
    """Coefficient of variation of each cell's intervals: their standard deviation per mean.

    0 for a clock, 1 for a long Poisson process.

    Args:
        spikes: of all cells.
        from_ms: where counting begins.

    Returns:
        Shape (n_cells,); NaN for a cell with fewer than three spikes, of which two intervals cannot be had.
    """
    trains = [spikes.of(gid) for gid in range(spikes.n_cells)]
    intervals = [np.diff(train[train >= from_ms]) for train in trains]
    return np.array([each.std() / each.mean() if each.size > 1 else np.nan for each in intervals])


def synchrony(spikes: Spikes, bin_ms: float = 5.0, from_ms: float = 0.0) -> float:
    """How much the cells fire together: variance of their summed count per sum of their variances.

    1 when the cells are independent of each other, n_cells when all do the same, below 1 when they avoid each
    other.

    Args:
        spikes: of all cells.
        bin_ms: what counts as together.
        from_ms: where counting begins.

    Returns:
        A pure number; NaN where no count varies.
    """
    counts = spikes.counts(bin_ms, from_ms)
    each = counts.var(axis=1).sum()
    return float(counts.sum(axis=0).var() / each) if each > 0 else float("nan")


def plot_raster(spikes: Spikes, ax: Axes, groups: Mapping[str, Sequence[int]], **line: Any) -> None:
    """Draw a stroke for every spike, a row for every cell, and each group's name beside its rows.

    Args:
        spikes: of all cells.
        ax: the axes to draw on.
        groups: gids by meaning, a key of `neuroscales.core.style.COLORS`; the meaning is the name.
        **line: passed on to `Axes.vlines`.
    """
    for meaning, gids in groups.items():
        color = style.COLORS[meaning]
        for gid in gids:
            ax.vlines(spikes.of(gid), gid - 0.4, gid + 0.4, color=color, **{"linewidth": 1.2, **line})
        ax.text(1.01, np.mean(gids), meaning, transform=ax.get_yaxis_transform(), va="center", rotation=270)
    ax.set(xlim=(0, spikes.tstop_ms), ylim=(spikes.n_cells - 0.4, -0.6), xlabel="Time (ms)", ylabel="Cell")
