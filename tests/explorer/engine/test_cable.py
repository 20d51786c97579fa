# SPDX-License-Identifier: BSD-3-Clause
"""Does a page compute what NEURON computes?

The bound for all of it is 1e-9 of a trace's range: both sides do the same operations on the same numbers, but
round exponentials and sums differently, and a spike near threshold amplifies a rounding (1e-16) a lot.
"""

import numpy as np
import pytest

from tests.explorer.engine.cells import differences, section

pytestmark = pytest.mark.browser

BOUND = 1e-9
RUN = {"celsius": 6.3, "dt": 0.025, "v": -65.0, "tstop": 20.0}


def clamp(at, delay=1.0, dur=0.1, amp=1720.0, name="clamp"):
    return {"name": name, "kind": "IClamp", "at": at, "values": {"delay": delay, "dur": dur, "amp": amp}}


def squid(**changes):
    axon = section("axon", L=20_000, diam=100, nseg=43, mechanisms={"hh": {}})
    cell = {
        "sections": [axon],
        "points": [clamp(["axon", 0])],
        "record": [[["axon", x], "v"] for x in (0, 0.5, 1)],
    }
    return RUN | cell | changes


HH_SIGNALS = [
    [["soma", 0.5], "v"], [["soma", 0.5], "ina"], [["soma", 0.5], "ik"], [["soma", 0.5], "i_cap"],
    *([["soma", 0.5], name, "hh"] for name in ("m", "h", "n", "gna", "gk", "il")),
]  # fmt: skip

PATCH = RUN | {
    "sections": [section("soma", L=10, diam=10, mechanisms={"hh": {}})],
    "points": [clamp(["soma", 0.5], dur=10, amp=0.05)],
    "record": HH_SIGNALS,
    "watch": [{"where": ["soma", 0.5], "threshold": 0}],
}

BALL_AND_STICK = RUN | {
    "sections": [
        section("soma", L=20, diam=20, Ra=100, mechanisms={"hh": {"gnabar": 0.1}}),
        section("stick", L=600, diam=[3, 2.5, 2, 1.5, 1.2, 1, 1], nseg=7, Ra=150, cm=[1, 1, 1, 1.5, 2, 2, 2],
                parent=["soma", 1], mechanisms={"pas": {"g": 1e-4, "e": -65}}),
    ],
    "points": [clamp(["stick", 0.9], dur=5, amp=0.8)],
    "record": [*HH_SIGNALS, [["stick", 0.1], "v"], [["stick", 1], "v"], [["stick", 0.5], "i", "pas"]],
    "watch": [{"where": ["soma", 0.5], "threshold": -10}],
}  # fmt: skip


def branched_tree(seed=3, branches=14):
    """A random tree: sections with taper and cylinders, joined at ends, beginnings and middles."""
    rng = np.random.default_rng(seed)
    sections = [section("b0", L=30, diam=20, nseg=3, mechanisms={"hh": {}, "pas": {}})]
    for number in range(1, branches):
        parent = [f"b{rng.integers(number)}", float(rng.choice([0, 0.5, 1, 1, 1]))]
        nseg = int(rng.choice([1, 3, 4, 5]))
        shape = {"nseg": nseg, "Ra": float(rng.uniform(50, 200)), "parent": parent}
        if rng.random() < 0.7:
            steps = rng.uniform(-30, 60, (int(rng.integers(2, 7)), 3)).cumsum(axis=0)
            diameters = np.sort(rng.uniform(0.5, 6, len(steps)))[::-1]
            shape["points"] = np.column_stack([steps, diameters]).tolist()
        densities = np.sort(rng.uniform(1e-5, 1e-3, nseg)).tolist()
        membrane = {"pas": {"g": densities, "e": -68}}
        if rng.random() < 0.5:
            membrane["hh"] = {"gnabar": float(rng.uniform(0.05, 0.15)), "el": -60}
        shape["cm"] = float(rng.uniform(0.8, 2))
        sections.append(section(f"b{number}", L=float(rng.uniform(20, 200)), diam=float(rng.uniform(0.5, 5)),
                                mechanisms=membrane, **shape))  # fmt: skip
    return RUN | {
        "celsius": 16.0,
        "sections": sections,
        "points": [
            clamp(["b3", 0.8], dur=8, amp=2.0),
            clamp(["b0", 0], delay=12, dur=2, amp=3.0, name="other"),
        ],
        "record": [[[f"b{k}", x], "v"] for k in range(branches) for x in (0.5, 1)],
    }


VOLTAGE_CLAMP = RUN | {
    "sections": [section("soma", L=20, diam=20, mechanisms={"hh": {}})],
    "points": [{"name": "clamp", "kind": "SEClamp", "at": ["soma", 0.5],
                "values": {"rs": 0.01, "dur1": 5, "amp1": -70, "dur2": 8, "amp2": 0, "dur3": 4, "amp3": -5}}],
    "record": [["clamp", "i"], ["clamp", "vc"], *HH_SIGNALS],
}  # fmt: skip

LEVELS = {"dur1": 5, "amp1": -70, "dur2": 8, "amp2": 0, "dur3": 4, "amp3": -5}
TWO_ELECTRODES = VOLTAGE_CLAMP | {
    "points": [{"name": "clamp", "kind": "VClamp", "at": ["soma", 0.5],
                "values": LEVELS | {"gain": 1e4, "rstim": 0.1, "tau1": 0.01, "tau2": 0.002}}],
    "record": [["clamp", "i"], *HH_SIGNALS],
}  # fmt: skip

COLLISION = squid(
    points=[clamp(["axon", 0]), clamp(["axon", 1], name="other")],
    watch=[{"where": ["axon", 0.25], "threshold": 0}, {"where": ["axon", 0.75], "threshold": 0}],
)
ANODE_BREAK = squid(points=[clamp(["axon", 0.5], dur=10, amp=-400)], tstop=30.0)

CASES = {
    "patch": PATCH,
    "squid axon": squid(watch=[{"where": ["axon", x], "threshold": 0} for x in (0.1, 0.9)]),
    "squid axon just below threshold": squid(points=[clamp(["axon", 0], amp=870.0)]),
    "collision": COLLISION,
    "anode break": ANODE_BREAK,
    "ball and stick": BALL_AND_STICK,
    "random tree": branched_tree(),
    "voltage clamp": VOLTAGE_CLAMP,
    "voltage clamp with two electrodes": TWO_ELECTRODES,
    "patch, secondorder 2": PATCH | {"secondorder": 2},
    "ball and stick, secondorder 2": BALL_AND_STICK | {"secondorder": 2},
    "random tree, secondorder 2": branched_tree(seed=5) | {"secondorder": 2},
    "two trees": RUN | {
        "sections": [section("soma", L=10, diam=10, mechanisms={"hh": {}}),
                     section("other", L=500, diam=2, nseg=5, mechanisms={"pas": {}})],
        "points": [clamp(["soma", 0.5], dur=10, amp=0.05),
                   clamp(["other", 0.2], dur=5, amp=0.05, name="second")],
        "record": [[["soma", 0.5], "v"], [["other", 0.5], "v"], [["other", 0], "v"]],
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_does_the_page_compute_what_neuron_computes(page, name):
    assert differences(page, CASES[name]).max() < BOUND


def test_has_a_tapered_tree_the_areas_and_resistances_of_neuron(page):
    from tests.explorer.engine.cells import InNeuron

    cell = branched_tree(seed=8)
    ours, theirs = page("geometry", cell | {"points": []}), InNeuron(cell)
    for (area, diam, left, right), (name, made) in zip(ours, theirs.sections.items(), strict=True):
        assert area == pytest.approx([segment.area() for segment in made], rel=1e-12), name
        assert diam == pytest.approx([segment.diam for segment in made], rel=1e-12), name
        between = np.array([0, *right[:-1]]) + left
        assert between == pytest.approx([segment.ri() for segment in made], rel=1e-12), name
        assert right[-1] == pytest.approx(made(1).ri(), rel=1e-12), name


@pytest.mark.parametrize("name", ["squid axon", "random tree", "ball and stick, secondorder 2"])
def test_is_a_run_that_was_saved_and_continued_one_run(page, name):
    assert page("isOneRun", CASES[name], 7.3)
