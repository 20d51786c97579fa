# SPDX-License-Identifier: BSD-3-Clause
"""How tests are dealt out to several processes: a file at a time, the long ones first.

The tests of a file share what they make, so a file stays in one process. The tests of every assignment take
long and share what their assignment simulated: there the unit is an assignment.
"""

import re

from xdist.scheduler.loadscope import LoadScopeScheduling

#: What takes long begins first, in this order: a long one at the end would leave the other processes idle.
FIRST = (
    "tests/hostile/test_hostile.py",
    "tests/hostile/test_mechanism_files.py",
    "tests/durability",
    "tests/acceptance/action-potential",
    "tests/acceptance",
    "tests/autograder/test_runner.py",
    "tests/book",
    "tests/autograder",
)
_ASSIGNMENT = re.compile(r"^tests/acceptance/test_(?:every_assignment|fairness)\.py::[^\[]*\[([a-z-]+)")


def unit_of(nodeid: str) -> str:
    """The unit that a test belongs to.

    >>> unit_of("tests/core/test_units.py::test_is_it[a/b]")
    'tests/core/test_units.py'
    >>> unit_of("tests/acceptance/test_fairness.py::test_is_it[squid-axon, student 4]")
    'tests/acceptance/squid-axon'
    """
    if found := _ASSIGNMENT.match(nodeid):
        return f"tests/acceptance/{found[1]}"
    return nodeid.partition("::")[0]


def place_of(unit: str) -> int:
    """Where a unit stands in line."""
    return next((place for place, start in enumerate(FIRST) if unit.startswith(start)), len(FIRST))


class Dealing(LoadScopeScheduling):
    """pytest-xdist's scheduling by scope, with units of our own and the long ones first."""

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid)

    def _assign_work_unit(self, node: object) -> None:
        unit = min(self.workqueue, key=place_of)  # of equals the first: the order of collection stays
        self.workqueue.move_to_end(unit, last=False)
        super()._assign_work_unit(node)
