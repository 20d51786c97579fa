# SPDX-License-Identifier: BSD-3-Clause
"""A cell from a file."""

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from neuron import n

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable.morphology import read_swc
from neuroscales.cable.passive_tree import PassiveMembrane, TreeSections, impedances_Mohm, simulate_tree
from neuroscales.core.engine import neuron_as_found
from neuroscales.core.units import convert
from neuroscales.membrane import CurrentPulse

from .cell import LONG_nA, REST_mV, STEADY_ms
from .shared import RA_LEFT, RM_LEFT

CELL = read_swc(Path(__file__).parents[1].joinpath("cell.swc"))


def grown(tree, times, radii_times=None):
    """The tree with its coordinates, and its radii, multiplied."""
    return replace(tree, xyz_um=times * tree.xyz_um, radius_um=(radii_times or times) * tree.radius_um)


def morphology(
    p, *, by="matrix", radii=1.0, grown_radii=True, soma=True, wires=False, path="along", from_center=False, last=False,
    longest_um=20.0, steady_ms=STEADY_ms, dt_ms=0.1,
):  # fmt: skip
    """Membrane area, way to a tip, and the resistances of soma and tip, of the tree in the file."""
    tree = grown(CELL, p["swell"], radii * (p["swell"] if grown_radii else 1.0))
    tip = int(np.argmin(np.abs(tree.number - (tree.number[-1] if last else p["tip"]))))
    begin = tip
    while tree.parent[begin] > 0:
        begin = tree.parent[begin]
    way_um = (
        tree.distance_um[tip] if path == "along" else np.linalg.norm(tree.xyz_um[tip] - tree.xyz_um[begin])
    )
    membrane = PassiveMembrane(convert(1 / p["rm"], "mS", "S"), REST_mV, Ra_ohm_cm=p["Ra"])
    ask = {"matrix": _by_matrix, "NEURON": _by_impedance, "run": _by_run}[by]
    r_soma, r_tip, transfer = ask(tree, membrane, tip, longest_um, steady_ms, dt_ms)
    return {
        "area": float(tree.areas_um2.sum() + soma * tree.soma_area_um2 + wires * _wires_um2(tree)),
        "path": float(way_um + from_center * tree.radius_um[0]),
        "r_soma": r_soma,
        "r_tip": r_tip,
        "transfer": transfer,
    }


def _wires_um2(tree):
    """Membrane that there would be between the soma's center and the first points of its dendrites."""
    first = tree.stems
    return 2 * np.pi * np.sum(tree.radius_um[first] * np.linalg.norm(tree.xyz_um[first], axis=1))


def _by_matrix(tree, membrane, tip, *_):
    z = impedances_Mohm(tree, membrane).real
    return float(z[0, 0]), float(z[tip, tip]), float(z[0, tip])


def _by_impedance(tree, membrane, tip, longest_um, *_):
    """The same by NEURON's Impedance, on sections that its own reader makes."""
    with _file(tree) as same, neuron_as_found():
        sections = TreeSections(same, membrane)
        for section in sections.all:
            section.nseg = 1 if longest_um is None else 2 * int(section.L / (2 * longest_um)) + 1
            section.g_pas, section.e_pas = membrane.g_S_cm2, membrane.e_mV
        n.finitialize(REST_mV)
        soma, twig = sections.segment(0), sections.segment(tip)
        found = []
        for here, there in ((soma, soma), (twig, twig), (soma, twig)):
            tool = n.Impedance()
            tool.loc(here.x, sec=here.sec)
            tool.compute(0)
            found.append(tool.transfer(there.x, sec=there.sec))
        return tuple(found)


def _by_run(tree, membrane, tip, _, steady_ms, dt_ms):
    """The same from the steady heights under a current into the soma, and into the tip."""
    found = {}
    with _file(tree) as same:
        for place in (0, tip):
            pulse = CurrentPulse(0.0, 1e9, LONG_nA)
            run = simulate_tree(
                same,
                {place: pulse},
                membrane,
                tstop_ms=steady_ms,
                record=[0, tip],
                dt_ms=dt_ms,
                d_lambda=0.05,
            )
            found[place] = [(run.values("v", same.name(at))[-1] - REST_mV) / LONG_nA for at in (0, tip)]
    return float(found[0][0]), float(found[tip][1]), float(found[0][1])


@contextmanager
def _file(tree):
    """The tree with a file of its own, for NEURON to read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cell.swc"
        parent = np.where(tree.parent < 0, -1, tree.number[tree.parent])
        np.savetxt(
            path, np.column_stack([tree.number, tree.kind, tree.xyz_um, tree.radius_um, parent]), "%.9g"
        )
        yield read_swc(path)


MORPHOLOGY = Task("morphology", morphology,
    checks=(
        Number("area", "area", "Membrane of the cell", "um2", 1, relative=True, finest=0.005),
        Number("path", "path", "Way from the soma to your tip", "um", 1, relative=True, finest=0.005),
        Number("r_soma", "r_soma", "Input resistance at the soma", "Mohm", 1.5, relative=True, finest=0.005),
        Number("r_tip", "r_tip", "Input resistance at your tip", "Mohm", 1.5, relative=True, finest=0.005),
        Number("transfer", "transfer", "Transfer resistance", "Mohm", 1, relative=True, finest=0.005),
    ),
    variants=(
        variant("matrix of cables"),
        variant("three digits", then=digits(3, "area", "path", "r_soma", "r_tip", "transfer")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, segments of 10 um", by="NEURON", longest_um=10.0),
        variant("impedance in NEURON, segments of 5 um", by="NEURON", longest_um=5.0),
        variant("a long run in NEURON", by="run"),
        variant("a run of 150 ms, step 0.025 ms", by="run", steady_ms=150.0, dt_ms=0.025),
    ),
    mistakes=(
        RA_LEFT,
        RM_LEFT,
        mistake("as-in-the-file", "the cell is as small as in the file: nothing was multiplied by swell", p={"swell": 1.0}, credit=0.3),
        mistake("radii-as-in-the-file", "the coordinates are multiplied by swell, and the radii are not", grown_radii=False, credit=0.3),
        mistake("radius-is-diameter", "the sixth number of a line is taken as a diameter, and is a radius", radii=0.5, credit=0.3),
        mistake("another-tip", "the tip is the last point of the file, not yours", last=True, credit=0.5),
        mistake("soma-not-counted", "the area is that of the dendrites alone, without the soma", soma=False, credit=0.5),
        mistake("wires-counted", "the area counts dendrite between the center of the soma and its surface", wires=True, credit=0.5),
        mistake("as-the-crow-flies", "the way is the straight line from the beginning of the dendrite to the tip", path="straight", credit=0.5),
        mistake("from-the-center", "the way is counted from the center of the soma, not from its surface", from_center=True, credit=0.5),
        mistake("one-segment", "every section has one segment", by="NEURON", longest_um=None, credit=0.5),
        mistake("read-after-5-ms", "the heights are read 5 ms after the current began, before they are steady", by="run", steady_ms=5.0, credit=0.5),
        mistake("ratio-for-transfer", "the transfer resistance is a quotient of two heights, not a height per current", then=lambda found: found | {"transfer": found["transfer"] / found["r_soma"]}, credit=0.5),
        mistake("places-exchanged", "the input resistances of soma and tip stand in each other's place", then=lambda found: found | {"r_soma": found["r_tip"], "r_tip": found["r_soma"]}, credit=0.5),
    ),
)  # fmt: skip
