# SPDX-License-Identifier: BSD-3-Clause
"""The stretches of a tree as cables between nodes: cones cut into pieces, short enough to be cylinders."""

from typing import Protocol

import numpy as np

from neuroscales.cable.morphology import Morphology, frustum_area_um2
from neuroscales.cable.tree_solver import Network

_CONE_ERROR = 1e-6  # of what a stretch lets through
_MOST_PIECES = 2000


class Membrane(Protocol):
    """What gives pieces of membrane and core their admittance and resistance, as `PassiveMembrane` does."""

    def admittance_uS(self, area_um2: np.ndarray, frequency_Hz: float) -> np.ndarray:
        """Admittance of pieces of membrane."""

    def axial_Mohm(self, length_um: np.ndarray, radius_um: np.ndarray, other_um: np.ndarray) -> np.ndarray:
        """Resistance of the core of truncated cones."""


def network(tree: Morphology, membrane: Membrane, frequency_Hz: float) -> tuple[Network, np.ndarray]:
    """The tree as nodes, each with a cable to its parent, and the node of each point."""
    pieces = _pieces(tree, membrane, frequency_Hz)
    node = _nodes(tree, pieces)
    near, far, length = _cut(tree, pieces)
    # In the pointed tip of a cone V = V_tip (1 + G R / 2) with R = 2 Ra l / (pi r^2): a core as if it ended
    # at half the radius.
    axial_Mohm = membrane.axial_Mohm(length, near, np.where(far > 0, far, near / 2))
    area_um2 = frustum_area_um2(length, near, far)
    own, between = _cable_uS(axial_Mohm, membrane.admittance_uS(area_um2, frequency_Hz))
    parent = np.arange(-1, len(length))
    first = pieces > 0
    parent[(node - pieces + 1)[first]] = node[tree.parent[first]]
    shunt = np.append(_soma_uS(tree, membrane, frequency_Hz), own)
    np.add.at(shunt, parent[1:], own)
    rings_um2 = np.where(tree.lengths_um > 0, 0.0, tree.areas_um2)  # where the radius jumps at one place
    np.add.at(shunt, node[tree.stretches], membrane.admittance_uS(rings_um2, frequency_Hz))
    return Network(parent, np.append(0j, between), shunt), node


def attenuation(made: Network, node: np.ndarray, parent: np.ndarray) -> list[complex]:
    """What part of the potential of its parent each point gets: a product over the nodes between."""
    step, before = made.attenuation.tolist(), made.parent.tolist()
    found = [1 + 0j]
    for end, start in zip(node[1:].tolist(), node[parent[1:]].tolist(), strict=True):
        part = 1 + 0j
        while end != start:
            part, end = part * step[end], before[end]
        found.append(part)
    return found


def _pieces(tree: Morphology, membrane: Membrane, frequency_Hz: float) -> np.ndarray:
    """Into how many pieces the stretch that ends at each point is cut; 0 where a point is its parent's node.

    A cone taken as a cylinder errs by about |R G| times its taper, n pieces of it by 1/n^2 of that.
    """
    near, far = tree.radii_um
    thick = np.maximum(near, far)
    axial_Mohm = membrane.axial_Mohm(tree.lengths_um, thick, thick)
    size = np.abs(axial_Mohm * membrane.admittance_uS(tree.areas_um2, frequency_Hz))
    needed = np.ceil(np.sqrt(size * np.abs(near - far) / thick / _CONE_ERROR))
    pieces = np.zeros(len(tree.number), dtype=int)
    pieces[tree.stretches] = np.where(tree.lengths_um > 0, np.clip(needed, 1, _MOST_PIECES), 0)
    return pieces


def _nodes(tree: Morphology, pieces: np.ndarray) -> np.ndarray:
    """The node of each point: the last of its stretch, or that of its parent where there is no stretch."""
    node = np.cumsum(pieces)
    for i in np.flatnonzero(pieces[1:] == 0) + 1:
        node[i] = node[tree.parent[i]]
    return node


def _cut(tree: Morphology, pieces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Radius near the soma, radius far from it, and length of each piece of all stretches, in order."""
    of = pieces[tree.stretches]
    first, last = (np.repeat(radius, of) for radius in tree.radii_um)
    count = np.repeat(of, of)
    i = np.arange(len(count)) - np.repeat(np.cumsum(of) - of, of)
    near = (first * (count - i) + last * i) / count
    far = (first * (count - i - 1) + last * (i + 1)) / count
    return near, far, np.repeat(tree.lengths_um, of) / count


def _cable_uS(axial_Mohm: np.ndarray, membrane_uS: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a cable lets out at each end, Yc tanh(q/2), and what couples its ends, Yc / sinh q."""
    q, characteristic_uS = np.sqrt(axial_Mohm * membrane_uS), np.sqrt(membrane_uS / axial_Mohm)
    return characteristic_uS * np.tanh(q / 2), 2 * characteristic_uS * np.exp(-q) / -np.expm1(-2 * q)


def _soma_uS(tree: Morphology, membrane: Membrane, frequency_Hz: float) -> complex:
    """The soma as NEURON has it: a cylinder as long as thick, of the sphere's area, met in its middle."""
    radius = tree.radius_um[0]
    half_uS = membrane.admittance_uS(tree.soma_area_um2 / 2, frequency_Hz)
    q = np.sqrt(membrane.axial_Mohm(radius, radius, radius) * half_uS)
    return 2 * half_uS * np.tanh(q) / q
