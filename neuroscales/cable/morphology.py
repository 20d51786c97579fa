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

from neuroscales.cable.swc import frustum_area_um2, read_points
from neuroscales.core import style
from neuroscales.membrane.patch import sphere_area_um2

TREE = Path(__file__).with_name("morphologies") / "tree.swc"
"""The course's own tree: a soma, three basal dendrites, an apical trunk with two side branches and a tuft."""


@dataclass(frozen=True, eq=False)
class Morphology:
    """Points of a tree, as an SWC file lists them; the first is the soma, a sphere.

    A soma that the file gives as several points is one here: the sphere that has their area.

    Attributes:
        path: the file.
        number: SWC's number of each point, shape (n_points,).
        kind: SWC's type (1 soma, 2 axon, 3 basal, 4 apical dendrite).
        xyz_um: coordinates, shape (n_points, 3).
        radius_um: shape (n_points,).
        parent: index of the point to which each is connected, -1 for the soma, shape (n_points,).
        remarks: what the reader had to settle, one sentence each.
    """

    path: Path
    number: np.ndarray
    kind: np.ndarray
    xyz_um: np.ndarray
    radius_um: np.ndarray
    parent: np.ndarray
    remarks: tuple[str, ...] = ()

    @cached_property
    def stretches(self) -> np.ndarray:
        """Indices of the points at which a stretch of membrane ends, shape (n_stretches,).

        It begins at their parent. A branch that leaves the soma begins at its own first point, on the soma's
        surface; one that has no second point is a cylinder from the soma's center to that point.
        """
        is_lone = (self.parent == 0) & (self._children == 0)
        return np.flatnonzero((self.parent > 0) | is_lone)

    @cached_property
    def _children(self) -> np.ndarray:
        """How many points are connected to each, shape (n_points,)."""
        return np.bincount(self.parent[1:], minlength=len(self.number))

    @property
    def stems(self) -> np.ndarray:
        """Indices of the first points of the branches that leave the soma.

        Electrically they are the soma, but for a branch that has no second point.
        """
        return np.flatnonzero(self.parent == 0)

    @property
    def tips(self) -> np.ndarray:
        """Indices of the points at which the tree ends."""
        return np.setdiff1d(np.arange(1, len(self.number)), self.parent)

    @property
    def forks(self) -> np.ndarray:
        """Indices of the points outside the soma from which more than one branch goes on."""
        return np.flatnonzero(self._children[1:] > 1) + 1

    @property
    def branches(self) -> list[list[int]]:
        """Indices of the points along each unbranched part, from the soma or a fork to a fork or a tip."""
        parts, parent, is_fork = [], self.parent.tolist(), self._children > 1
        lone = set(self.stems) & set(self.stretches)
        for last in [*self.forks, *self.tips]:
            points = [int(last)]
            while parent[points[-1]] > 0 and (len(points) == 1 or not is_fork[points[-1]]):
                points.append(parent[points[-1]])
            parts.append([0, *points] if last in lone else points[::-1])
        return parts

    @property
    def lengths_um(self) -> np.ndarray:
        """Length of each stretch, shape (n_stretches,)."""
        ends, starts = self.stretches, self.parent[self.stretches]
        return np.linalg.norm(self.xyz_um[ends] - self.xyz_um[starts], axis=1)

    @property
    def areas_um2(self) -> np.ndarray:
        """Side area of each stretch, a truncated cone."""
        return frustum_area_um2(self.lengths_um, *self.radii_um)

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
        ends, starts = self.stretches, self.parent[self.stretches]
        return self.radius_um[np.where(starts == 0, ends, starts)], self.radius_um[ends]


def read_swc(path: str | Path = TREE) -> Morphology:
    """Read a tree from an SWC file (Cannon and others 1998, https://doi.org/10.1016/S0165-0270(98)00091-0).

    Each line has seven numbers: number of the point, type, x, y, z, radius, number of its parent. Points may
    stand in any order, and a remark may follow a #. A soma of several points (the three of NeuroMorpho.Org, a
    chain of cylinders, an outline) becomes a sphere of the same area. A part that is not connected is
    connected to the soma, as NEURON's own reader does; `Morphology.remarks` tells it.

    Args:
        path: the file; without one, the course's own tree.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: a folder, no point, a line that is none, a number that is there twice, a parent that is
            missing, a ring, a radius that is negative or zero (but at a tip), no soma, or two of them.
    """
    points = read_points(Path(path))
    fields = points.number, points.kind, points.xyz_um, points.radius_um, points.parent
    return Morphology(Path(path), *fields, points.remarks)


def as_swc(tree: Morphology) -> str:
    """The tree as an SWC text that NEURON's own reader takes as it is meant, branch after branch.

    A stem that forks at its first point is written once for each of its branches, which changes nothing: it
    is the soma, electrically. NEURON's reader would or would not give such a point a membrane of its own,
    depending on its place in the file.
    """
    children: list[list[int]] = [[] for _ in tree.number]
    for point, parent in enumerate(tree.parent.tolist()[1:], start=1):
        children[parent].append(point)
    lines = [_line(tree, 1, tree.kind[0], 0, -1)]
    stems = [(stem, 1, [child]) for stem in children[0] for child in children[stem]]
    stems += [(stem, 1, []) for stem in children[0] if not children[stem]]
    waiting = sorted(stems, reverse=True)
    while waiting:
        point, parent, next_ones = waiting.pop()
        kind = tree.kind[next_ones[0]] if parent == 1 and next_ones else tree.kind[point]
        lines.append(_line(tree, len(lines) + 1, kind, point, parent))
        waiting += [(child, len(lines), children[child]) for child in reversed(next_ones)]
    return "\n".join(lines) + "\n"


def _line(tree: Morphology, number: int, kind: int, point: int, parent: int) -> str:
    x, y, z = tree.xyz_um[point].tolist()
    return f"{number} {kind} {x!r} {y!r} {z!r} {tree.radius_um[point].item()!r} {parent}"


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
