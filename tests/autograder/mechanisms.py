# SPDX-License-Identifier: BSD-3-Clause
"""A small assignment that hands in a mechanism, and texts of it: right, wrong, and up to something."""

from autograder.handin import spec

SPEC = {
    "format": 1,
    "assignment": "decay",
    "key": "2026-spring",
    "parameters": [{"name": "tau", "unit": "ms", "values": [2.5, 3, 5, 7], "practice": 1}],
    "tasks": {
        "synapse": {
            "title": "A synapse that decays",
            "items": [
                {"name": "mechanism", "kind": "mechanism", "of": "POINT_PROCESS", "mechanism": "Decay"}
            ],
        }
    },
}
PARSED = spec.parse(SPEC)
TASK = PARSED.tasks["synapse"]
ITEM = TASK.mechanism

RIGHT = """\
TITLE A conductance that decays
COMMENT
No VERBATIM here, and no INCLUDE.
ENDCOMMENT
NEURON {
    POINT_PROCESS Decay
    NONSPECIFIC_CURRENT i
    RANGE g, tau, e
}
UNITS { (mV) = (millivolt) (nA) = (nanoamp) (uS) = (microsiemens) }
PARAMETER { tau = 1 (ms) e = 0 (mV) }
ASSIGNED { v (mV) i (nA) other[2] }
STATE { g (uS) }
INITIAL {
    g = 0
}
BREAKPOINT {
    SOLVE states METHOD cnexp
    i = g * (v - e) : a current
}
DERIVATIVE states { g' = -g / tau }
NET_RECEIVE(weight (uS)) { g = g + weight }
"""

PROTOCOL = """\
from neuron import n

def run(name, p):
    cell = n.Section()
    synapse = getattr(n, name)(cell(0.5))
    synapse.tau = p.tau
    link = n.NetCon(None, synapse)
    link.weight[0] = 1
    t, g = n.Vector().record(n._ref_t), n.Vector().record(synapse._ref_g)
    n.dt = 0.025
    n.finitialize(-65)
    link.event(1)
    context = n.ParallelContext()
    context.set_maxstep(10)
    context.psolve(5)
    return {"t": t, "g": g}
"""


def beginning_with(statements: str) -> str:
    """The right mechanism with more in its INITIAL block."""
    return RIGHT.replace("    g = 0\n", f"    g = 0\n{statements}\n")


def verbatim(program: str) -> str:
    """The right mechanism with a program in its INITIAL block, which `form` would never let pass."""
    return beginning_with(f"VERBATIM\n{program}\nENDVERBATIM")


ENDLESS = beginning_with("    while (other[0] < 1) { other[1] = other[1] + 1 }")
ENDLESS_LATER = RIGHT.replace(
    ": a current", "\n    while (t > 1 && other[0] < 1) { other[1] = other[1] + 1 }"
).replace("DERIVATIVE", "\nDERIVATIVE")
CRASH = beginning_with("    LOCAL far\n    far = 100000000\n    other[far] = 1").replace(
    "INITIAL {\n    g = 0\n    LOCAL far", "INITIAL {\n    LOCAL far\n    g = 0"
)


#: Another language, hidden where it might be taken for a comment, or for nothing.
HIDDEN = {
    "plain": verbatim("int a;"),
    "other case": verbatim("int a;").replace("VERBATIM", "Verbatim"),
    "after a statement": beginning_with("    g = 1 VERBATIM"),
    "after a number": beginning_with("    g = 1VERBATIM"),
    "behind a comment that ends on its line": RIGHT + "COMMENT\nENDCOMMENT VERBATIM\nint a;\nENDVERBATIM\n",
    "behind a comment that never began": RIGHT + "x COMMENT\nVERBATIM\nint a;\nENDVERBATIM\nENDCOMMENT\n",
    "behind a comment that never ends": RIGHT + "COMMENT\nVERBATIM\nint a;\nENDVERBATIM\n",
    "behind a carriage return": RIGHT + ": nothing\rVERBATIM\rint a;\rENDVERBATIM\r",
    "behind a vertical tab": RIGHT + ": nothing\x0bVERBATIM\x0bint a;\x0bENDVERBATIM\n",
    "behind a line separator": RIGHT + ": nothing\u2028VERBATIM\nint a;\nENDVERBATIM\n",
    "behind a zero": RIGHT + "\0VERBATIM\nint a;\nENDVERBATIM\n",
}
