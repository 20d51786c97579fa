# SPDX-License-Identifier: BSD-3-Clause
"""Branched trees without channels: their impedances from the equations of their cables, and by NEURON.

A stretch between two points of a tree is a cable with an axial resistance R and a membrane admittance G
(conductance and, at a frequency f, capacitance: G = (g + 2 pi i f cm) area). Seen from its two ends it is

    I1 = Yc (V1 coth q - V2 / sinh q),   I2 = Yc (V2 coth q - V1 / sinh q),   q = sqrt(R G),   Yc = sqrt(G/R)

where I1 and I2 flow in. At every point, what an electrode brings in is what the stretches take: one linear
equation for each point. They are solved from the tips to the soma and back (`tree_solver`). For cylinders
nothing is approximated; a cone is cut into pieces, each taken as the cylinder of its area and axial
resistance, so short that the error of the whole is about 1e-6. That steady and sinusoidal potentials can be
followed exactly from branch to branch is due to Rall (1959, https://doi.org/10.1016/0014-4886(59)90046-9).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from neuron import h

from mechanisms.places import plain_folder
from neuroscales.cable import tree_cables
from neuroscales.cable.morphology import Morphology, as_swc
from neuroscales.cable.numerics import d_lambda_nseg, lambda_f_um
from neuroscales.cable.tree_solver import Network
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording
from neuroscales.core.units import convert
from neuroscales.membrane.patch import Leak, clamp, insert_membrane
from neuroscales.membrane.protocols import CurrentPulse


@dataclass(frozen=True)
class PassiveMembrane:
    """What a tree without voltage-gated channels is made of, the same everywhere.

    Attributes:
        g_S_cm2: leak conductance density; the default is 20 kohm cm2.
        e_mV: reversal potential of the leak, from which a simulation starts.
        cm_uF_cm2: specific capacitance.
        Ra_ohm_cm: resistivity of what is inside.

    Raises:
        ValueError: a conductance, a capacitance or a resistivity that is not positive, or a value that is not
            finite.
    """

    g_S_cm2: float = 5e-5
    e_mV: float = -65.0
    cm_uF_cm2: float = 1.0
    Ra_ohm_cm: float = 150.0

    def __post_init__(self) -> None:
        check_fields(self, "the membrane", positive=["g_S_cm2", "cm_uF_cm2", "Ra_ohm_cm"])

    def admittance_uS(self, area_um2: float | np.ndarray, frequency_Hz: float) -> complex | np.ndarray:
        """Admittance of a piece of membrane, (g + 2 pi i f cm) area.

        >>> PassiveMembrane(g_S_cm2=0.001).admittance_uS(100.0, 0.0)
        (0.001+0j)
        """
        per_area_S_cm2 = self.g_S_cm2 + 2j * np.pi * frequency_Hz * convert(self.cm_uF_cm2, "uF", "F")
        return convert(per_area_S_cm2 * convert(area_um2, "um2", "cm2"), "S", "uS")

    def axial_Mohm(
        self, length_um: float | np.ndarray, radius_um: float | np.ndarray, other_um: float | np.ndarray
    ) -> float | np.ndarray:
        """Resistance of the core of a truncated cone, Ra l / (pi r1 r2).

        >>> round(PassiveMembrane().axial_Mohm(100.0, 1.0, 1.0), 2)
        47.75
        """
        per_um = convert(length_um, "um", "cm") / (np.pi * radius_um * other_um * convert(1.0, "um2", "cm2"))
        return convert(self.Ra_ohm_cm * per_um, "ohm", "Mohm")


def impedances_Mohm(
    tree: Morphology, membrane: PassiveMembrane | None = None, frequency_Hz: float = 0.0
) -> np.ndarray:
    """All input and transfer impedances of a tree, from the equations of its cables.

    Entry [i, j] is the complex amplitude of the potential at point i for a current of 1 nA at point j. It is
    the same as [j, i]: a tree without channels is reciprocal. A tree of 4,000 points has 16 million of them
    (256 MB); for those of one place, or for the input impedances alone, see `transfer_impedances_Mohm` and
    `input_impedances_Mohm`.

    Args:
        tree: the points.
        membrane: what the tree is made of.
        frequency_Hz: of the current; 0 for a steady one.

    Returns:
        Impedances in Mohm, complex, shape (n_points, n_points).

    Raises:
        ValueError: a negative frequency.
    """
    network, node = _network(tree, membrane, frequency_Hz)
    attenuation = tree_cables.attenuation(network, node, tree.parent)
    inputs = network.input_Mohm()[node]
    found = np.empty((len(node), len(node)), dtype=complex)
    for i, parent in enumerate(tree.parent):
        found[i, :i] = attenuation[i] * found[parent, :i]  # none of the points before lies behind this one
        found[:i, i] = found[i, :i]
        found[i, i] = inputs[i]
    return found


def input_impedances_Mohm(
    tree: Morphology, membrane: PassiveMembrane | None = None, frequency_Hz: float = 0.0
) -> np.ndarray:
    """Input impedance of each point: the diagonal of `impedances_Mohm`, in a time linear in the points.

    Args and errors: those of `impedances_Mohm`.

    Returns:
        Impedances in Mohm, complex, shape (n_points,).
    """
    network, node = _network(tree, membrane, frequency_Hz)
    return network.input_Mohm()[node]


def transfer_impedances_Mohm(
    tree: Morphology, source: int = 0, membrane: PassiveMembrane | None = None, frequency_Hz: float = 0.0
) -> np.ndarray:
    """Impedance between one point and each: a column of `impedances_Mohm`, in a time linear in the points.

    Args:
        tree: the points.
        source: index of the point into which the current flows; 0 is the soma.
        membrane: what the tree is made of.
        frequency_Hz: of the current; 0 for a steady one.

    Returns:
        Impedances in Mohm, complex, shape (n_points,); entry `source` is the input impedance there.

    Raises:
        ValueError: a negative frequency, or a point that there is not.
    """
    _check_points(tree, [source])
    network, node = _network(tree, membrane, frequency_Hz)
    return network.transfer_Mohm(node[source])[node]


def _network(
    tree: Morphology, membrane: PassiveMembrane | None, frequency_Hz: float
) -> tuple[Network, np.ndarray]:
    _check_frequency(frequency_Hz)
    return tree_cables.network(tree, membrane or PassiveMembrane(), frequency_Hz)


class TreeSections:
    """The tree as NEURON's own reader makes it; its sections live as long as this object.

    What it reads is the tree, not the file that the tree came from.

    Attributes:
        soma, dend, apic: lists of sections by type, as far as the file has them.
        all: all sections.
    """

    def __init__(
        self, tree: Morphology, membrane: PassiveMembrane | None = None, d_lambda: float = 0.1
    ) -> None:
        self._read(tree)
        self._cover(membrane or PassiveMembrane(), d_lambda)
        self._segments = [self._segment(*where) for where in self._places(tree)]

    def __str__(self) -> str:
        return "tree"  # with it begin the names of the sections

    def segment(self, point: int) -> object:
        """The segment around a point of the file, or the node where a section ends."""
        return self._segments[point]

    def _read(self, tree: Morphology) -> None:
        h.load_file("import3d.hoc")
        reader = h.Import3d_SWC_read()
        reader.quiet = 1  # it has remarks on every soma of one point
        with plain_folder() as folder:  # NEURON opens no file beyond ASCII
            path = Path(folder, "tree.swc")
            path.write_text(as_swc(tree), encoding="ascii")
            reader.input(str(path))
        h.Import3d_GUI(reader, False).instantiate(self)

    def _cover(self, membrane: PassiveMembrane, d_lambda: float) -> None:
        for section in self.all:
            section.cm, section.Ra = membrane.cm_uF_cm2, membrane.Ra_ohm_cm
            lambda_um = lambda_f_um(section.diam, 100.0, membrane.Ra_ohm_cm, membrane.cm_uF_cm2)
            section.nseg = d_lambda_nseg(section.L, lambda_um, d_lambda)
            insert_membrane(section, Leak(membrane.g_S_cm2, membrane.e_mV))

    def _places(self, tree: Morphology) -> list[tuple[object, int]]:
        """For each point of the file a section, and the number of the section's own point there."""
        listed: dict[tuple, tuple[object, int]] = {}
        for section in self.all:
            before = None
            for i in range(section.n3d()):
                here = tuple(np.float32((section.x3d(i), section.y3d(i), section.z3d(i))))
                listed[before, here] = section, i
                before = here
        listed[None, None] = self.soma[0], 1  # the middle of the three points that NEURON makes of it
        xyz = [tuple(place) for place in np.float32(tree.xyz_um)]
        begins = set(tree.stems) - set(tree.stretches)
        before = [None if i in begins else xyz[parent] for i, parent in enumerate(tree.parent)]
        return [listed[None, None], *(listed[pair] for pair in zip(before[1:], xyz[1:], strict=True))]

    def _segment(self, section: object, i: int) -> object:
        # The last arc length may miss L by rounding, and would then be read in the last segment.
        at_end = i == section.n3d() - 1
        return section(1.0 if at_end else section.arc3d(i) / section.L)


def neuron_impedances_Mohm(
    tree: Morphology,
    source: int = 0,
    membrane: PassiveMembrane | None = None,
    frequency_Hz: float = 0.0,
    *,
    d_lambda: float = 0.1,
) -> np.ndarray:
    """Input impedance of one point and transfer impedances to all others, computed by NEURON's ``Impedance``.

    Points inside a section are read at the node next to them; where sections end there are nodes.

    Args:
        tree: the points.
        source: index of the point into which the current flows; 0 is the soma.
        membrane: what the tree is made of.
        frequency_Hz: of the current; 0 for a steady one.
        d_lambda: longest segment, as a fraction of the length constant at 100 Hz.

    Returns:
        Impedances in Mohm, complex, shape (n_points,): column `source` of `impedances_Mohm`.

    Raises:
        ValueError: a negative frequency, or a point that there is not.
    """
    _check_frequency(frequency_Hz)
    _check_points(tree, [source])
    membrane = membrane or PassiveMembrane()
    with engine.neuron_as_found():
        sections = TreeSections(tree, membrane, d_lambda)
        h.finitialize(membrane.e_mV)
        tool = h.Impedance()
        here = sections.segment(source)
        tool.loc(here.x, sec=here.sec)
        tool.compute(frequency_Hz)
        found = [_impedance(tool, sections.segment(point)) for point in range(len(tree.number))]
        return np.array(found)


def _impedance(tool: object, segment: object) -> complex:
    size, angle = tool.transfer(segment.x, sec=segment.sec), tool.transfer_phase(segment.x, sec=segment.sec)
    return size * np.exp(1j * angle)


def simulate_tree(
    tree: Morphology,
    pulses: Mapping[int, CurrentPulse],
    membrane: PassiveMembrane | None = None,
    *,
    tstop_ms: float = 50.0,
    record: Sequence[int] | None = None,
    dt_ms: float | None = 0.025,
    d_lambda: float = 0.1,
) -> Recording:
    """Simulate a tree without channels with NEURON and return the potential.

    NEURON's global state is afterwards as it was before.

    Args:
        tree: the points.
        pulses: for each point with an electrode (its index; 0 is the soma) the pulse that it delivers.
        membrane: what the tree is made of; it starts from its rest.
        tstop_ms: when the simulation ends.
        record: indices of the points at which the potential is recorded; None for all of them.
        dt_ms: fixed time step; None for a variable step.
        d_lambda: longest segment, as a fraction of the length constant at 100 Hz.

    Returns:
        A Recording on the time base in ms with v (mV) at the points, whose places are `Morphology.name`, and
        i_stim (nA) at those with an electrode.

    Raises:
        ValueError: a point that there is not, or a time that is not positive.
    """
    method = engine.Method(dt_ms)
    points = list(range(len(tree.number)) if record is None else record)
    _check_points(tree, [*points, *pulses])
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    membrane = membrane or PassiveMembrane()
    with engine.neuron_as_found():
        sections = TreeSections(tree, membrane, d_lambda)
        clamps = {point: clamp(sections.segment(point), pulse) for point, pulse in pulses.items()}
        tapes = engine.Tapes()
        for point in points:
            tapes.record("v", "mV", tree.name(point), sections.segment(point)._ref_v)
        for point, electrode in clamps.items():
            tapes.record("i_stim", "nA", tree.name(point), electrode._ref_i)
        engine.run(method, tstop_ms, membrane.e_mV)
        return tapes.recording()


def _check_frequency(frequency_Hz: float) -> None:
    if not frequency_Hz >= 0:
        raise ValueError(f"the frequency cannot be negative ({frequency_Hz} Hz)")


def _check_points(tree: Morphology, points: Iterable[int]) -> None:
    for point in points:
        if not 0 <= point < len(tree.number):
            raise ValueError(f"the tree has points 0 to {len(tree.number) - 1}, and no point {point}")
