# SPDX-License-Identifier: BSD-3-Clause
"""A tree."""

from neuron import n

from autograder.rubric import Number, Task, mistake, variant
from autograder.rubric.ways import digits
from neuroscales.cable import cable_theory as theory
from neuroscales.core.engine import neuron_as_found

from .cell import REST_mV, cable_of
from .shared import RA_LEFT, RADIUS


def tree(p, *, power=1.5, same_length=False, by="formula", thick_length=None, end="sealed", nseg=101):
    """Two daughters that continue the stem's cylinder, and two that are as thick as the stem."""
    stem = cable_of(p | {"L": p["L"] / 2}, nseg)
    thin_um = stem.diam_um / 2 ** (1 / power)
    daughter = cable_of(p | {"diam": thin_um, "L": stem.L_um}, nseg)
    length_um = stem.L_um if same_length else stem.electrotonic_length * daughter.lambda_um
    trees = [
        _tree_resistance(stem, cable_of(p | {"diam": diam, "L": length}, nseg), by)
        for diam, length in ((thin_um, length_um), (stem.diam_um, thick_length or length_um))
    ]
    return {"d_daughter": thin_um, "L_daughter": length_um, "r_tree": trees[0], "r_thick": trees[1]}


def _tree_resistance(stem, daughter, by):
    """Input resistance at the beginning of a stem with two equal daughters."""
    if by == "formula":
        return theory.tree_resistance_Mohm(
            theory.Branch(stem, (theory.Branch(daughter), theory.Branch(daughter)))
        )
    with neuron_as_found():
        sections = [_section(one) for one in (stem, daughter, daughter)]
        for twig in sections[1:]:
            twig.connect(sections[0](1))
        n.finitialize(REST_mV)
        probe = n.Impedance()
        probe.loc(0, sec=sections[0])
        probe.compute(0)
        return probe.input(0, sec=sections[0])


def _section(one):
    """A cable as a section."""
    section = n.Section(name="branch")
    section.L, section.diam, section.nseg, section.Ra = one.L_um, one.diam_um, one.nseg, one.Ra_ohm_cm
    section.insert("pas")
    for segment in section:
        segment.pas.g, segment.pas.e = one.g_S_cm2, one.e_mV
    return section


TREE = Task("tree", tree,
    checks=(
        Number("d_daughter", "d_daughter", "Diameter of a daughter", "um", 1.5, relative=True, finest=0.005),
        Number("L_daughter", "L_daughter", "Length of a daughter", "um", 1.5, relative=True, finest=0.005),
        Number("r_tree", "r_tree", "Input resistance of the tree", "Mohm", 1.5, relative=True, finest=0.005),
        Number("r_thick", "r_thick", "Input resistance with thick daughters", "Mohm", 1.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("three digits", then=digits(3, "d_daughter", "L_daughter", "r_tree", "r_thick")),
        variant("four digits", then=digits(4, "d_daughter", "L_daughter", "r_tree", "r_thick")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, nseg 51", by="NEURON", nseg=51),
        variant("impedance in NEURON, nseg 27", by="NEURON", nseg=27),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        mistake("halves", "the daughters are half as thick as the stem: their circumferences add up, not d to the power 3/2", power=1.0, credit=0.3),
        mistake("cross-sections", "the cross-sections add up, not d to the power 3/2", power=2.0, credit=0.3),
        mistake("volumes", "the third powers add up, not d to the power 3/2", power=3.0, credit=0.3),
        mistake("same-length", "the daughters are as long as the stem in um, not in length constants", same_length=True, credit=0.3),
        mistake("thick-as-alone", "both resistances are those of the tree with thin daughters", then=lambda found: found | {"r_thick": found["r_tree"]}, credit=0.5),
    ),
)  # fmt: skip
