# SPDX-License-Identifier: BSD-3-Clause
"""Grow the course's branched trees and write them as SWC: run this after changing anything in them.

The trees are invented, not traced. That of the book has a soma, three basal dendrites, an apical trunk with
two side branches and a tuft; that of the assignment is smaller, with two basal dendrites and no tuft. At
every branch point the diameters follow Rall's rule, the sum of the daughters' d^(3/2) is the parent's;
between branch points they do not change.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "neuroscales" / "cable" / "morphologies" / "tree.swc"
FILE_OF_THE_ASSIGNMENT = ROOT / "solutions" / "dendrite" / "cell.swc"
SOMA, BASAL, APICAL = 1, 3, 4
SOMA_RADIUS_um = 7.5
STEP_um = 30.0
HEADER = """\
# A small branched neuron, invented for this course by tools/tree.py: no animal, no tracing.
# SPDX-License-Identifier: CC-BY-4.0
# point type (1 soma, 3 basal, 4 apical) x y z radius (um) parent
"""


@dataclass
class Tree:
    """Points as they will be written: type, x, y, z, radius, parent (1 is the soma, which has none)."""

    points: list[tuple] = field(default_factory=lambda: [(SOMA, 0.0, 0.0, 0.0, SOMA_RADIUS_um, -1)])
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1952))

    def at(self, number: int) -> np.ndarray:
        """Coordinates of a point."""
        return np.array(self.points[number - 1][1:4])

    def branch(self, kind: int, parent: int, angle_deg: float, length_um: float, diam_um: float) -> int:
        """Grow an unbranched stretch from a point, in a direction within the plane; return its last point."""
        direction = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg)), 0.0])
        start = self.at(parent) + (SOMA_RADIUS_um if parent == 1 else 1.0) * direction
        last = self._add(kind, start, diam_um, parent)
        n_steps = max(round(length_um / STEP_um), 1)
        for _ in range(n_steps):
            bent = direction + self.rng.normal(0.0, 0.12, 3)
            start = start + length_um / n_steps * bent / np.linalg.norm(bent)
            last = self._add(kind, start, diam_um, last)
        return last

    def _add(self, kind: int, at: np.ndarray, diam_um: float, parent: int) -> int:
        self.points.append((kind, *np.round(at, 2), round(diam_um / 2, 3), parent))
        return len(self.points)

    def text(self) -> str:
        """The tree as SWC."""
        rows = (
            f"{number} {kind} {x:.2f} {y:.2f} {z:.2f} {radius:.3f} {parent}\n"
            for number, (kind, x, y, z, radius, parent) in enumerate(self.points, start=1)
        )
        return HEADER + "".join(rows)


def daughter_um(parent_um: float, sister_um: float | None = None) -> float:
    """Diameter that Rall's rule leaves to a daughter: beside a given sister, or to each of two equal ones."""
    if sister_um is None:
        return parent_um / 2 ** (2 / 3)
    return (parent_um**1.5 - sister_um**1.5) ** (2 / 3)


def grow() -> Tree:
    """The whole tree."""
    tree = Tree()
    for angle, left_um, right_um in ((205, 140, 100), (265, 110, 160), (335, 90, 140)):
        fork = tree.branch(BASAL, 1, angle, 60, 1.6)
        tree.branch(BASAL, fork, angle - 32, left_um, daughter_um(1.6))
        tree.branch(BASAL, fork, angle + 32, right_um, daughter_um(1.6))
    trunk, diam_um = 1, 3.0
    for length_um, angle in ((100, 160), (100, 25)):
        trunk = tree.branch(APICAL, trunk, 90, length_um, diam_um)
        tree.branch(APICAL, trunk, angle, 150, 1.2)
        diam_um = daughter_um(diam_um, 1.2)
    trunk = tree.branch(APICAL, trunk, 90, 120, diam_um)
    for angle, left_um, right_um in ((115, 100, 140), (65, 120, 90)):
        fork = tree.branch(APICAL, trunk, angle, 80, daughter_um(diam_um))
        tree.branch(APICAL, fork, angle + 25, left_um, daughter_um(daughter_um(diam_um)))
        tree.branch(APICAL, fork, angle - 25, right_um, daughter_um(daughter_um(diam_um)))
    return tree


def grow_for_the_assignment() -> Tree:
    """A smaller tree, whose tips lie at different distances behind twigs of different thickness."""
    tree = Tree(rng=np.random.default_rng(1968))
    for angle, stem_um, left_um, right_um in ((215, 50, 90, 170), (320, 80, 120, 60)):
        fork = tree.branch(BASAL, 1, angle, stem_um, 1.4)
        tree.branch(BASAL, fork, angle - 35, left_um, 0.7)
        tree.branch(BASAL, fork, angle + 35, right_um, daughter_um(1.4, 0.7))
    trunk = tree.branch(APICAL, 1, 90, 120, 2.4)
    tree.branch(APICAL, trunk, 20, 140, 1.0)
    trunk = tree.branch(APICAL, trunk, 95, 130, daughter_um(2.4, 1.0))
    tree.branch(APICAL, trunk, 125, 180, 0.9)
    tree.branch(APICAL, trunk, 65, 230, daughter_um(daughter_um(2.4, 1.0), 0.9))
    return tree


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(grow().text(), encoding="utf-8")
    FILE_OF_THE_ASSIGNMENT.write_text(grow_for_the_assignment().text(), encoding="utf-8")
