# SPDX-License-Identifier: BSD-3-Clause
"""The dendrite's optional trees by other means: an equal cylinder, and a sum over short pieces."""

import itertools

import numpy as np
import pytest
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import splu

from tests.acceptance.assignments import SOLUTIONS, load

NAME = "dendrite"


@pytest.fixture(scope="module")
def assignment():
    return load(NAME)


def length_constant_um(own, diam_um):
    """Root of d rm / (4 Ra), with rm in kohm cm2 and Ra in ohm cm."""
    return 1e4 * np.sqrt(1e-4 * diam_um * 1e3 * own["rm"] / (4 * own["Ra"]))


def test_is_rall_s_tree_the_cylinder_that_it_replaces(assignment):
    for own in assignment.students:
        found = assignment.bench.answers(assignment.rubric.tasks["tree"], own)
        constant_um = length_constant_um(own, own["diam"])
        endless_Mohm = 4 * 1e-2 * own["Ra"] * constant_um / (np.pi * own["diam"] ** 2)
        # the stem is half as long as the dendrite, and its daughters are as long again in length constants
        assert found["r_tree"] == pytest.approx(endless_Mohm / np.tanh(own["L"] / constant_um), rel=1e-6)
        assert 2 * found["d_daughter"] ** 1.5 == pytest.approx(own["diam"] ** 1.5, rel=1e-9)
        stem = own["L"] / 2 / constant_um
        assert found["L_daughter"] / length_constant_um(own, found["d_daughter"]) == pytest.approx(
            stem, rel=1e-6
        )
        assert found["r_thick"] < found["r_tree"], "thicker daughters draw more current"


class Pieces:
    """The cell of the file, cut into pieces shorter than 0.5 um, each a resistor with a leak at its ends."""

    def __init__(self, own, longest_um=0.5):
        points = np.loadtxt(SOLUTIONS / NAME / "cell.swc")
        points[:, 2:6] *= own["swell"]
        self.own, self.at, self.links = own, {1: 0}, []
        self.leak_um2, self.distance_um = [4 * np.pi * points[0, 5] ** 2], {1: 0.0}
        where = {int(row[0]): row for row in points}
        for row in points[1:]:
            number, parent = int(row[0]), int(row[6])
            if parent == 1:  # a dendrite begins on the soma's surface, at its own first point
                self.at[number], self.distance_um[number] = 0, 0.0
                continue
            self._add(number, parent, where[parent][2:6], row[2:6], longest_um)

    def _add(self, number, parent, begin, end, longest_um):
        length_um = np.linalg.norm(end[:3] - begin[:3])
        count = int(np.ceil(length_um / longest_um))
        radii = np.linspace(begin[3], end[3], count + 1)
        node, step_um = self.at[parent], length_um / count
        for near, far in itertools.pairwise(radii):
            side_um2 = np.pi * (near + far) * np.hypot(step_um, far - near)
            self.leak_um2[node] += side_um2 / 2
            self.leak_um2.append(side_um2 / 2)
            # a truncated cone's resistance; 1 ohm cm / um is 1e4 ohm
            self.links.append(
                (node, len(self.leak_um2) - 1, np.pi * near * far / (step_um * self.own["Ra"]) * 1e2)
            )
            node = len(self.leak_um2) - 1
        self.at[number], self.distance_um[number] = node, self.distance_um[parent] + length_um

    def heights_Mohm(self, at):
        """Potential everywhere per current at one place: mV / nA."""
        one, other, axial_uS = (np.array(column) for column in zip(*self.links, strict=True))
        total = len(self.leak_um2)
        rows, columns = [*one, *other, *one, *other], [*one, *other, *other, *one]
        values = np.concatenate([axial_uS, axial_uS, -axial_uS, -axial_uS])
        leak_uS = np.array(self.leak_um2) * 1e-8 / (1e3 * self.own["rm"]) * 1e6
        matrix = coo_matrix((values, (rows, columns)), (total, total)).tocsc()
        matrix += coo_matrix((leak_uS, (range(total), range(total))), (total, total)).tocsc()
        current = np.zeros(total)
        current[at] = 1.0
        return splu(matrix).solve(current)


def test_is_the_cell_of_the_file_what_a_sum_over_short_pieces_says(assignment):
    for own in assignment.students[:4]:
        found = assignment.bench.answers(assignment.rubric.tasks["morphology"], own)
        cell = Pieces(own)
        tip = cell.at[own["tip"]]
        from_soma, from_tip = cell.heights_Mohm(0), cell.heights_Mohm(tip)
        assert found["area"] == pytest.approx(sum(cell.leak_um2), rel=1e-6)
        assert found["path"] == pytest.approx(cell.distance_um[own["tip"]], rel=1e-6)
        assert from_soma[tip] == pytest.approx(from_tip[0], rel=1e-9), "the same in both directions"
        # pieces of half a micrometer leave some millionths
        wanted = (from_soma[0], from_tip[tip], from_soma[tip])
        assert [found[name] for name in ("r_soma", "r_tip", "transfer")] == pytest.approx(wanted, rel=2e-5)
