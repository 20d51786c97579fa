# SPDX-License-Identifier: BSD-3-Clause
"""Ball and stick: a soma that fires, and one dendrite that does not.

In the dendrite the potential obeys the cable equation; where it begins it is the soma's, and at its far end
no current leaves:

    cm dv/dt = (d / 4 Ra) d2v/dx2 - gl (v - el)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from neuron import h

from neuroscales.cable.section import Segmented
from neuroscales.core import engine
from neuroscales.core.parameters import check_fields
from neuroscales.core.recording import Recording
from neuroscales.membrane.hodgkin_huxley import HodgkinHuxley
from neuroscales.membrane.patch import Patch, clamp, cylinder_area_um2, insert_membrane, section_of
from neuroscales.membrane.protocols import CurrentPulse

Site = str | float
"""A place in the cell: ``"soma"``, or a fraction of the dendrite's length (0 where it begins)."""

FIRING = HodgkinHuxley(gnabar_S_cm2=0.1, gkbar_S_cm2=0.01, gl_S_cm2=5e-4, el_mV=-65.0)
"""The membrane of the soma."""

PASSIVE = HodgkinHuxley(gnabar_S_cm2=0.0, gkbar_S_cm2=0.0, gl_S_cm2=5e-4, el_mV=-65.0)
"""The membrane of the dendrite: ``hh`` without its channels, so a leak."""


@dataclass(frozen=True)
class Dendrite(Segmented):
    """An unbranched cylinder.

    Attributes:
        L_um: length.
        diam_um: diameter.
        nseg: number of segments.
        Ra_ohm_cm: resistivity of what is inside; the default is NEURON's, which is the squid's.

    Raises:
        ValueError: a value that is not positive or not finite, or nseg that is no whole number.
    """

    L_um: float = 400.0
    diam_um: float = 2.0
    nseg: int = 9
    Ra_ohm_cm: float = 35.4

    def __post_init__(self) -> None:
        check_fields(self, "the dendrite", positive=["L_um", "diam_um", "Ra_ohm_cm", "nseg"], whole=["nseg"])

    @property
    def area_um2(self) -> float:
        """Membrane area of its side."""
        return cylinder_area_um2(self.L_um, self.diam_um)


@dataclass(frozen=True)
class BallAndStick:
    """A soma and one dendrite; the defaults are those of the classic notebook.

    Attributes:
        soma: geometry, capacitance and initial potential of the soma.
        dendrite: geometry and inner resistivity of the dendrite.
        soma_membrane: channels of the soma.
        dendrite_membrane: channels of the dendrite, and its capacitance.
        attached: whether the dendrite begins at the end of the soma, or lies beside it.

    Raises:
        ValueError: two temperatures, two capacitances of the soma, or a membrane with parameters of many
            cells.
    """

    soma: Patch = field(default_factory=Patch)
    dendrite: Dendrite = Dendrite()
    soma_membrane: HodgkinHuxley = FIRING
    dendrite_membrane: HodgkinHuxley = PASSIVE
    attached: bool = True

    def __post_init__(self) -> None:
        soma, dendrite = self.soma_membrane, self.dendrite_membrane
        if soma.n_cells is not None or dendrite.n_cells is not None:
            raise ValueError("a ball and stick is one cell: give its membranes one number for each parameter")
        if soma.celsius_degC != dendrite.celsius_degC:
            raise ValueError(
                f"the soma is at {soma.celsius_degC} degC, the dendrite at {dendrite.celsius_degC}: "
                "make them equal"
            )
        if soma.cm_uF_cm2 != self.soma.cm_uF_cm2:
            raise ValueError(
                f"the soma has {self.soma.cm_uF_cm2} uF/cm2, its membrane {soma.cm_uF_cm2}: make them equal"
            )


class BallAndStickSections:
    """The cell as NEURON knows it; its two sections live as long as this object.

    Attributes:
        soma: section of one segment.
        dendrite: section that begins at ``soma(1)`` when it is attached.
    """

    def __init__(self, cell: BallAndStick) -> None:
        self.soma = section_of(cell.soma, cell.soma_membrane)
        self.dendrite = h.Section(name="dendrite")
        self.dendrite.L, self.dendrite.diam = cell.dendrite.L_um, cell.dendrite.diam_um
        self.dendrite.nseg, self.dendrite.Ra = int(cell.dendrite.nseg), cell.dendrite.Ra_ohm_cm
        self.dendrite.cm = cell.dendrite_membrane.cm_uF_cm2
        insert_membrane(self.dendrite, cell.dendrite_membrane)
        if cell.attached:
            self.dendrite.connect(self.soma(1))

    def segment(self, site: Site) -> object:
        """The segment around a site, or the node at an end of the dendrite.

        Raises:
            ValueError: a site that is neither ``"soma"`` nor a fraction from 0 to 1.
        """
        if site == "soma":
            return self.soma(0.5)
        if isinstance(site, str) or not 0 <= site <= 1:
            raise ValueError(f'a site is "soma" or a fraction of the dendrite from 0 to 1, not {site!r}')
        return self.dendrite(site)


def simulate_ball_and_stick(
    cell: BallAndStick,
    pulses: Mapping[Site, CurrentPulse] | None = None,
    *,
    tstop_ms: float = 40.0,
    record: Sequence[Site] = ("soma", 1.0),
    profile: bool = False,
    dt_ms: float | None = 0.025,
    secondorder: int = 0,
    absolute_tolerance: float = 1e-6,
    rate_table: bool = True,
) -> Recording:
    """Simulate a ball and stick with NEURON and return the potential.

    NEURON's global state is afterwards as it was before.

    Args:
        cell: the parameters.
        pulses: for each site with an electrode the pulse that it delivers.
        tstop_ms: when the simulation ends.
        record: sites at which the potential is recorded. A place snaps to a node: see `Dendrite.node`.
        profile: whether the potential is recorded at every node of the dendrite, too.
        dt_ms: fixed time step; None for a variable step.
        secondorder: see `neuroscales.core.engine.Method`, as for the two that follow.
        absolute_tolerance: of the variable step.
        rate_table: rates from NEURON 9's 1 mV table, or computed exactly.

    Returns:
        A Recording on the time base in ms with v (mV) at the sites as they were asked for, i_stim (nA) at
        those with an electrode and, when asked for, the profile of v, shape (n_time, nseg + 2), by fractions
        of the dendrite's length.

    Raises:
        ValueError: a site that there is not, or a time that is not positive.
    """
    method = engine.Method(dt_ms, secondorder, absolute_tolerance, rate_table)
    if not tstop_ms > (dt_ms or 0):
        raise ValueError(f"tstop_ms must be longer than a step, not {tstop_ms}")
    with engine.neuron_as_found():
        sections = BallAndStickSections(cell)
        points = {site: clamp(sections.segment(site), pulse) for site, pulse in (pulses or {}).items()}
        tapes = _tapes(sections, points, record)
        if profile:
            places = cell.dendrite.nodes()
            tapes.record_profile("v", "mV", places, [sections.segment(x)._ref_v for x in places])
        engine.run(method, tstop_ms, cell.soma.v_init_mV)
        return tapes.recording()


def _tapes(
    sections: BallAndStickSections, points: Mapping[Site, object], record: Sequence[Site]
) -> engine.Tapes:
    """What NEURON is to record while it runs."""
    tapes = engine.Tapes()
    for site in record:
        tapes.record("v", "mV", site, sections.segment(site)._ref_v)
    for site, point in points.items():
        tapes.record("i_stim", "nA", site, point._ref_i)
    return tapes


def heights_along(recording: Recording, rest_mV: float = -65.0) -> tuple[np.ndarray, np.ndarray]:
    """How high the potential rises above rest at each node of the dendrite.

    Args:
        recording: with the profile of v.
        rest_mV: the potential from which heights are measured.

    Returns:
        Places as fractions of the length and heights in mV, both of shape (nseg + 2,).

    Raises:
        KeyError: the recording has no profile of v.
    """
    profile = recording.profile("v")
    return profile.place, profile.values.max(axis=0) - rest_mV
