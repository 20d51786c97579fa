# SPDX-License-Identifier: BSD-3-Clause
"""A protocol that asks of a mechanism no more than to run: 5 ms in a cell, and one event if it takes any.

It judges nothing. Practice in the notebook and `autograder check` run it.
"""

from typing import Any

from neuron import n


def run(name: str, p: Any) -> dict[str, Any]:
    """The potential of a small cell with the mechanism in it; an event comes after 1 ms."""
    cell = n.Section()
    cell.L = cell.diam = 20  # um
    _process, links = _place(name, cell)  # it is there as long as somebody holds it
    time, potential = n.Vector().record(n._ref_t), n.Vector().record(cell(0.5)._ref_v)
    n.finitialize(-65)
    for link in links:
        link.event(1)
    context = n.ParallelContext()
    context.set_maxstep(10)
    context.psolve(5)
    return {"t": time, "v": potential}


def _place(name: str, cell: Any) -> tuple[Any, list[Any]]:
    """Put the mechanism into the middle of the cell; the process, if it is one, and what brings it events."""
    points, found = n.MechanismType(1), n.ref("")
    for kind in range(int(points.count())):
        points.select(kind)
        points.selected(found)
        if found[0] == name:
            process = getattr(n, name)(cell(0.5))
            links = [n.NetCon(None, process)] if points.is_netcon_target(kind) else []
            for link in links:
                link.weight[0] = 0.001
            return process, links
    cell.insert(name)
    return None, []
