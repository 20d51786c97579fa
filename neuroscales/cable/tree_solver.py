# SPDX-License-Identifier: BSD-3-Clause
"""Impedances of a tree of cables, in a time that grows with the number of its points alone.

Every node of a tree has one way to the root. So its equations are solved from the tips to the root and back,
without a matrix (Hines 1984, https://doi.org/10.1016/0020-7101(84)90008-4). With b the coupling of a node to
its parent and S what it lets out otherwise (its own membrane, and all that hangs behind it),

    seen by the parent:  b S / (b + S)      attenuation from the parent:  a = b / (b + S)

and from the root outward the input impedances are Z = 1 / (b + S) + a^2 Z_parent. Nothing is subtracted here,
so that nothing is lost where a stretch is short.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True, eq=False)
class Network:
    """Nodes that form a tree; the first is the root, and every parent stands before its children.

    Attributes:
        parent: index of the parent of each node, -1 for the root, shape (n_nodes,).
        coupling_uS: admittance between a node and its parent; that of the root is not used.
        shunt_uS: admittance of each node to the outside.
    """

    parent: np.ndarray
    coupling_uS: np.ndarray
    shunt_uS: np.ndarray

    @cached_property
    def _swept(self) -> tuple[list[complex], list[complex]]:
        """For each node 1 / (b + S) in Mohm, and the attenuation from its parent."""
        parent, coupling, load = self.parent.tolist(), self.coupling_uS.tolist(), self.shunt_uS.tolist()
        own, attenuation = [0j] * len(parent), [0j] * len(parent)
        for i in range(len(parent) - 1, 0, -1):
            own[i] = 1 / (coupling[i] + load[i])
            attenuation[i] = coupling[i] * own[i]
            load[parent[i]] += attenuation[i] * load[i]
        own[0] = 1 / load[0]
        return own, attenuation

    @property
    def attenuation(self) -> np.ndarray:
        """What part of its parent's potential each node gets, for a current elsewhere; shape (n_nodes,)."""
        return np.array(self._swept[1])

    def input_Mohm(self) -> np.ndarray:
        """Input impedance of each node, shape (n_nodes,)."""
        own, attenuation = self._swept
        found = own.copy()
        for i, parent in enumerate(self.parent.tolist()[1:], start=1):
            found[i] += attenuation[i] ** 2 * found[parent]
        return np.array(found)

    def transfer_Mohm(self, source: int) -> np.ndarray:
        """Impedance between one node and each other, shape (n_nodes,)."""
        own, attenuation = self._swept
        parent = self.parent.tolist()
        current = [0j] * len(parent)  # that arrives at a node from behind
        current[source] = 1 + 0j
        while source > 0:
            current[parent[source]] = attenuation[source] * current[source]
            source = parent[source]
        found = [own[0] * current[0]]
        for i in range(1, len(parent)):
            found.append(own[i] * current[i] + attenuation[i] * found[parent[i]])
        return np.array(found)
