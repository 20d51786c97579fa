# SPDX-License-Identifier: BSD-3-Clause
"""Branched trees: read from SWC, and drawn as they are."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Circle

from neuroscales.core import style
from neuroscales.membrane.patch import sphere_area_um2

TREE = Path(__file__).with_name("morphologies") / "tree.swc"
"""The course's own tree: a soma, three basal dendrites, an apical trunk with two side branches and a tuft."""
_SOMA = 1  # SWC's number for that type


@dataclass(frozen=True, eq=False)
class Morphology:
    """Points of a tree, as an SWC file lists them; the first is the soma, a sphere.

    Attributes:
        path: the file.
        number: SWC's number of each point, shape (n_points,).
        kind: SWC's type (1 soma, 2 axon, 3 basal, 4 apical dendrite).
        xyz_um: coordinates, shape (n_points, 3).
        radius_um: shape (n_points,).
        parent: index of the point to which each is connected, -1 for the soma, shape (n_points,).
    """

    path: Path
    number: np.ndarray
    kind: np.ndarray
    xyz_um: np.ndarray
    radius_um: np.ndarray
    parent: np.ndarray

    @cached_property
    def stretches(self) -> np.ndarray:
        """Indices of the points at which a stretch of membrane ends, shape (n_stretches,).

        It begins at their parent. A branch that leaves the soma begins at its own first point, on the soma's
        surface.
        """
        return np.flatnonzero(self.parent > 0)

    @property
    def stems(self) -> np.ndarray:
        """Indices of the first points of the branches that leave the soma: electrically they are the soma."""
        return np.flatnonzero(self.parent == 0)

    @property
    def tips(self) -> np.ndarray:
        """Indices of the points at which the tree ends."""
        return np.setdiff1d(np.arange(1, len(self.number)), self.parent)

    @property
    def forks(self) -> np.ndarray:
        """Indices of the points outside the soma from which more than one branch goes on."""
        children = np.bincount(self.parent[1:], minlength=len(self.number))
        return np.flatnonzero(children[1:] > 1) + 1

    @property
    def branches(self) -> list[list[int]]:
        """Indices of the points along each unbranched part, from the soma or a fork to a fork or a tip."""
        parts = []
        for last in [*self.forks, *self.tips]:
            points = [int(last)]
            while self.parent[points[-1]] > 0 and (len(points) == 1 or points[-1] not in self.forks):
                points.append(int(self.parent[points[-1]]))
            parts.append(points[::-1])
        return parts

    @property
    def lengths_um(self) -> np.ndarray:
        """Length of each stretch, shape (n_stretches,)."""
        ends, starts = self.stretches, self.parent[self.stretches]
        return np.linalg.norm(self.xyz_um[ends] - self.xyz_um[starts], axis=1)

    @property
    def areas_um2(self) -> np.ndarray:
        """Side area of each stretch, a truncated cone: pi (r1 + r2) sqrt(l^2 + (r1 - r2)^2)."""
        first, second = self.radii_um
        return np.pi * (first + second) * np.hypot(self.lengths_um, first - second)

    @property
    def soma_area_um2(self) -> float:
        """Area of the soma, a sphere."""
        return sphere_area_um2(2 * self.radius_um[0])

    @property
    def distance_um(self) -> np.ndarray:
        """Distance of each point from the soma along the tree, shape (n_points,)."""
        distance = np.zeros(len(self.number))
        for end, length in zip(self.stretches, self.lengths_um, strict=True):
            distance[end] = distance[self.parent[end]] + length
        return distance

    def name(self, point: int) -> str:
        """What a point is called: "soma", or "point" and its number in the file."""
        return "soma" if point == 0 else f"point {self.number[point]}"

    @property
    def radii_um(self) -> tuple[np.ndarray, np.ndarray]:
        """Radius of each stretch where it begins and where it ends, both of shape (n_stretches,)."""
        return self.radius_um[self.parent[self.stretches]], self.radius_um[self.stretches]


def read_swc(path: str | Path = TREE) -> Morphology:
    """Read a tree from an SWC file (Cannon and others 1998, https://doi.org/10.1016/S0165-0270(98)00091-0).

    Each line has seven numbers: number of the point, type, x, y, z, radius, number of its parent; a parent
    stands above its children. The course reads trees whose soma is one point, the first.

    Args:
        path: the file; without one, the course's own tree.

    Raises:
        ValueError: no point, a line that is none, a point without its parent above it, a radius that is not
            positive, or a soma that is not one point.
    """
    path = Path(path)
    rows = {
        i: line
        for i, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    }
    if not rows:
        raise ValueError(f"{path.name} holds no point")
    table = np.array([_point(path.name, i, line) for i, line in rows.items()])
    number = table[:, 0].astype(int)
    index = {n: i for i, n in enumerate(number)}
    parent = np.array([index.get(int(n), -1) for n in table[:, 6]])
    _check_tree(path.name, table, parent)
    return Morphology(path, number, table[:, 1].astype(int), table[:, 2:5], table[:, 5], parent)


def _point(name: str, line_number: int, line: str) -> list[float]:
    """The seven numbers of a line."""
    try:
        numbers = [float(word) for word in line.split()]
    except ValueError:
        numbers = []
    if len(numbers) != 7 or not np.all(np.isfinite(numbers)):
        raise ValueError(
            f"{name}, line {line_number}: a point has seven numbers (number, type, x, y, z, radius, parent), "
            f"not {line.strip()!r}"
        )
    return numbers


def _check_tree(name: str, table: np.ndarray, parent: np.ndarray) -> None:
    for i, row in enumerate(table):
        what = f"{name}, point {int(row[0])}"
        if row[5] <= 0:
            raise ValueError(f"{what}: the radius must be positive, not {row[5]:g} um")
        if i and not 0 <= parent[i] < i:
            raise ValueError(f"{what}: its parent, {int(row[6])}, must stand above it")
    if table[0, 1] != _SOMA or np.any(table[1:, 1] == _SOMA):
        raise ValueError(f"{name}: the soma (type {_SOMA}) must be one point, the first of the file")


def plot_shape(
    tree: Morphology,
    values: np.ndarray,
    ax: Axes,
    label: str,
    limits: tuple[float, float] | None = None,
) -> None:
    """Draw the tree in the plane, each stretch colored by a quantity and thicker where it is thicker.

    Colors run evenly from dark blue to yellow for every eye (cividis, as in the explorers' maps), within a
    line of ink that keeps them apart from the page, light or dark. A bar gives the scale.

    Args:
        tree: the points.
        values: the quantity at each point, shape (n_points,).
        ax: the axes to draw on.
        label: quantity and unit, beside the scale of colors.
        limits: values of the darkest and the brightest color; None for the lowest and the highest value.

    Raises:
        ValueError: a number of values that is not that of the points.
    """
    values = np.asarray(values, dtype=float)
    if values.shape != tree.number.shape:
        raise ValueError(f"the tree has {len(tree.number)} points, not values of shape {values.shape}")
    norm = Normalize(*(limits or (values.min(), values.max())))
    colors = ScalarMappable(norm, colormaps["cividis"].resampled(64))  # more would only make the page heavy
    ends, starts = tree.stretches, tree.parent[tree.stretches]
    thick = 1.6 + 1.8 * tree.radius_um
    outlines = [tree.xyz_um[branch, :2] for branch in tree.branches]
    widths = [thick[branch[-1]] + 1.2 for branch in tree.branches]
    how = {"capstyle": "round", "joinstyle": "round", "clip_on": False}
    ax.add_collection(LineCollection(outlines, colors=style.INK, linewidths=widths, **how))
    lines = np.stack([tree.xyz_um[starts, :2], tree.xyz_um[ends, :2]], axis=1)
    inner = colors.to_rgba((values[starts] + values[ends]) / 2)
    ax.add_collection(LineCollection(list(lines), colors=inner, linewidths=thick[ends], **how))
    soma = {"facecolor": colors.to_rgba(values[0]), "edgecolor": style.INK, "zorder": 3}
    ax.add_patch(Circle(tree.xyz_um[0, :2], tree.radius_um[0], **soma))
    bar = ax.figure.colorbar(colors, ax=ax, location="bottom", shrink=0.8, pad=0.02)
    bar.ax.locator_params(nbins=2)
    bar.set_label(label, color=style.INK)
    bar.outline.set_edgecolor(style.INK)
    bar.ax.tick_params(color=style.INK, labelcolor=style.INK)
    _scale_bar(tree, ax)


def _scale_bar(tree: Morphology, ax: Axes, length_um: float = 100.0) -> None:
    """A bar instead of axes: only distances mean something in a picture of a cell."""
    left, bottom = tree.xyz_um[:, :2].min(axis=0)
    ax.plot([left, left + length_um], [bottom - 25, bottom - 25], color=style.INK, linewidth=2)
    ax.annotate(
        f"{length_um:.0f} µm", (left + length_um / 2, bottom - 25), (0, -4), textcoords="offset points",
        ha="center", va="top",
    )  # fmt: skip
    ax.set_aspect("equal")
    ax.margins(0.08)
    ax.set_axis_off()
