# SPDX-License-Identifier: BSD-3-Clause
"""The dendrite's rubric: closed forms of the passive cable, and the same in NEURON for ways and mistakes."""

import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from neuron import n

from autograder.rubric import (
    Number,
    Profile,
    Task,
    driven,
    load_module,
    mistake,
    spiking,
    variant,
)
from autograder.rubric.ways import digits, every, farthest
from neuroscales.cable import (
    BallAndStick,
    CurrentClamp,
    Dendrite,
    PassiveCable,
    simulate_ball_and_stick,
    simulate_cable,
)
from neuroscales.cable import cable_theory as theory
from neuroscales.cable.cable_simulation import finite_difference_impedances_Mohm, neuron_impedances_Mohm
from neuroscales.cable.morphology import read_swc
from neuroscales.cable.passive_tree import PassiveMembrane, TreeSections, impedances_Mohm, simulate_tree
from neuroscales.core.engine import neuron_as_found
from neuroscales.core.units import convert
from neuroscales.membrane import CurrentPulse, HodgkinHuxley, Patch
from neuroscales.membrane.patch import Leak, input_resistance_Mohm

REST_mV = -65.0
LONG_nA = 0.02  # a few mV: what a recording shows well
SOMA_um = 30.0
STEADY_ms = 300.0

PROTOCOL = load_module(Path(__file__).with_name("protocol_model.py"))

# --- the dendrite ----------------------------------------


def cable_of(p, nseg=101, e_mV=REST_mV):
    """The student's dendrite: 1 / (1 kohm cm2) is 1 mS/cm2."""
    return PassiveCable(p["L"], p["diam"], p["Ra"], 1.0, convert(1 / p["rm"], "mS", "S"), e_mV, nseg)


def impedances(cable, end, frequency_Hz, by):
    """Potential at both ends per current into x = 0, complex, in Mohm; in closed form or by one of two engines."""
    if by == "formula":
        start = theory.input_impedance_Mohm(cable, end, frequency_Hz)
        return start, start * complex(theory.ac_profile(cable, 1.0, end, frequency_Hz))
    solve = {"NEURON": neuron_impedances_Mohm, "finite differences": finite_difference_impedances_Mohm}[by]
    found = solve(cable, end, frequency_Hz)
    return complex(found[0]), complex(found[-1])


def steady(cable, *, place=0.0, end="sealed", at_ms=STEADY_ms, dt_ms=0.1, absolute_tolerance=1e-6):
    """Places and potentials some time after a current began, in NEURON."""
    clamp = CurrentClamp(place, 0.0, 1e9, LONG_nA)
    recording = simulate_cable(
        cable,
        [clamp],
        end=end,
        tstop_ms=at_ms,
        places=[0.0],
        dt_ms=dt_ms,
        absolute_tolerance=absolute_tolerance,
    )
    profile = recording.profile("v")
    return profile.place, profile.values[-1]


# --- references ----------------------------------------


def cable(
    p,
    *,
    end="sealed",
    by="formula",
    factor=4.0,
    throughout=False,
    whole_membrane=False,
    rm_scale=1.0,
    at_ms=None,
    nseg=101,
):
    """Time constant, length constant and input resistance."""
    one = cable_of(p | {"rm": rm_scale * p["rm"]}, nseg)
    if whole_membrane:
        area_um2 = np.pi * one.diam_um * one.L_um
        r_in = input_resistance_Mohm(area_um2, one.g_S_cm2)
    elif at_ms:
        r_in = (steady(one, end=end, at_ms=at_ms)[1][0] - REST_mV) / LONG_nA
    else:
        r_in = impedances(one, end, 0.0, by)[0].real
    lam = one.lambda_um * float(np.sqrt(4 / factor))
    if throughout:  # the wrong length constant also stands in the input resistance
        r_in = one.endless_resistance_Mohm * (lam / one.lambda_um) / np.tanh(one.L_um / lam)
    return {"tau": one.tau_ms, "lam": lam, "r_in": float(r_in)}


def profile(
    p, *, end="sealed", by="formula", place=0.0, at_ms=STEADY_ms, dt_ms=0.1, nseg=101, e_mV=REST_mV, height_from_mV=REST_mV,
    centers=False, rm=None, absolute_tolerance=1e-6,
):  # fmt: skip
    """The steady potential along the dendrite while a current enters at one end, and how much of it arrives."""
    one = cable_of(p | ({} if rm is None else {"rm": rm}), nseg, e_mV)
    if by == "NEURON":
        x, v = steady(
            one, place=place, end=end, at_ms=at_ms, dt_ms=dt_ms, absolute_tolerance=absolute_tolerance
        )
    else:
        x = np.linspace(0, 1, 21)  # no closer than the centers of the fewest segments that are allowed
        v = e_mV + LONG_nA * theory.input_resistance_Mohm(one, end) * theory.steady_profile(one, x, end)
    ratio = (v[-1] - height_from_mV) / (v[0] - height_from_mV)
    if centers:
        x, v = x[1:-1], v[1:-1]
    return {"x": x, "v": v, "ratio": float(ratio)}


def directions(
    p, *, by="formula", nseg=101, attached=True, soma_leaks=True, at_ms=STEADY_ms, dt_ms=0.1, height_from_mV=REST_mV,
    into="both", soma_um=SOMA_um, **settings,
):  # fmt: skip
    """Steady current into the soma, then into the tip: what arrives at the other one."""
    one = cable_of(p, nseg)
    if by == "formula":
        load_uS = 1 / input_resistance_Mohm(Patch(soma_um, soma_um).area_um2, one.g_S_cm2)
        both = [_there(one, load_uS), _back(one, load_uS)]
    else:
        cell = _cell(p, Leak(one.g_S_cm2, REST_mV) if soma_leaks else None, nseg, attached, soma_um)
        both = [_answers_of(cell, site, at_ms, dt_ms, height_from_mV, **settings) for site in ("soma", 1.0)]
    (soma, tip), (soma_back, tip_back) = both
    return {
        "out": tip / soma,
        "back": float(soma_back / tip_back),
        "transfer": (tip if into == "both" else soma) / LONG_nA,
    }


def _there(one, load_uS):
    """Heights in soma and tip while the current enters the soma, in closed form."""
    soma_mV = LONG_nA / (load_uS + theory.input_admittance_uS(one).real)
    return soma_mV, soma_mV * float(theory.steady_profile(one, 1.0))


def _back(one, load_uS):
    """Heights in soma and tip while the current enters the tip: seen from there, the soma is the load at the end."""
    length = one.electrotonic_length
    relative = load_uS * one.endless_resistance_Mohm
    tip_mV = LONG_nA / theory.input_admittance_uS(one, load_uS).real
    return tip_mV / (np.cosh(length) + relative * np.sinh(length)), tip_mV


def _cell(
    p, soma_membrane, nseg, attached, soma_um, dendrite_membrane=None, celsius_degC=6.3, v_init_mV=REST_mV
):
    """Soma and dendrite; a leak is hh without its channels, the same equation as pas."""
    g_S_cm2 = convert(1 / p["rm"], "mS", "S")
    if soma_membrane is None or isinstance(soma_membrane, Leak):
        soma_membrane = _passive(soma_membrane.g_S_cm2 if soma_membrane else 0.0, REST_mV, celsius_degC)
    return BallAndStick(
        Patch(soma_um, soma_um, v_init_mV=v_init_mV),
        Dendrite(p["L"], p["diam"], nseg, p["Ra"]),
        soma_membrane,
        dendrite_membrane or _passive(g_S_cm2, REST_mV, celsius_degC),
        attached,
    )


def _passive(g_S_cm2, e_mV, celsius_degC):
    return HodgkinHuxley(
        gnabar_S_cm2=0.0, gkbar_S_cm2=0.0, gl_S_cm2=g_S_cm2, el_mV=e_mV, celsius_degC=celsius_degC
    )


def _answers_of(cell, site, at_ms, dt_ms, height_from_mV, **settings):
    """Heights in soma and tip some time after a current into one of them began, in NEURON."""
    recording = simulate_ball_and_stick(
        cell, {site: CurrentPulse(0.0, 1e9, LONG_nA)}, tstop_ms=at_ms, dt_ms=dt_ms, **settings
    )
    return tuple(float(recording.values("v", where)[-1] - height_from_mV) for where in ("soma", 1.0))


SPIKE_TSTOP_ms, SPIKE_END_ms = 25.0, 24.5


def spike(
    p, *, dt_ms=0.005, rate_table=False, secondorder=0, nseg=101, attached=True, tip=1.0, into="soma", amp_nA=2.0, dur_ms=1.0,
    celsius_degC=6.3, v_init_mV=REST_mV, height_from_mV=REST_mV, active=False, e_mV=REST_mV, rm=None, soma_um=SOMA_um,
    tstop_ms=SPIKE_TSTOP_ms, upside_down=False,
):  # fmt: skip
    """A spike of the soma, and what is left of it at the tip of the dendrite."""
    hh = HodgkinHuxley(celsius_degC=celsius_degC)
    dendritic = hh if active else _passive(convert(1 / (rm or p["rm"]), "mS", "S"), e_mV, celsius_degC)
    cell = _cell(p, hh, nseg, attached, soma_um, dendritic, celsius_degC, v_init_mV)
    recording = simulate_ball_and_stick(
        cell, {into: CurrentPulse(1.0, dur_ms, amp_nA)}, tstop_ms=tstop_ms, record=("soma", tip), dt_ms=dt_ms,
        rate_table=rate_table, secondorder=secondorder,
    )  # fmt: skip
    v_soma, v_tip = recording.values("v", "soma"), recording.values("v", tip)
    ratio = (v_tip.max() - height_from_mV) / (v_soma.max() - height_from_mV)
    return {
        "t": recording.time,
        "v_soma": v_soma,
        "v_tip": v_tip,
        "ratio": float(1 / ratio if upside_down else ratio),
    }


def model(
    p,
    *,
    nseg=101,
    Ra=None,
    g_S_cm2=None,
    e_mV=REST_mV,
    cm_uF_cm2=1.0,
    in_every_segment=True,
    pas=True,
    build=None,
):
    """What the grader's protocol finds on a dendrite that is built in NEURON's own words."""

    def usual(q):
        dendrite = n.Section(name="dendrite")
        dendrite.L, dendrite.diam, dendrite.nseg = q["L"], q["diam"], nseg
        dendrite.Ra, dendrite.cm = q["Ra"] if Ra is None else Ra, cm_uF_cm2
        if pas:
            dendrite.insert("pas")
            for segment in dendrite if in_every_segment else [dendrite(0.5)]:
                segment.pas.g = convert(1 / q["rm"], "mS", "S") if g_S_cm2 is None else g_S_cm2(q)
                segment.pas.e = e_mV
        return dendrite

    with neuron_as_found():
        return {name: np.array(values) for name, values in PROTOCOL.run(build or usual, p).items()}


def frequency(p, *, by="formula", end="sealed", nseg=101, per_Hz=1.0, constant="exact"):
    """Length constant and attenuation under a current that goes up and down."""
    one, f_Hz = cable_of(p, nseg), per_Hz * p["freq"]
    q = complex(theory.slowness(one, f_Hz))
    divide_by = {
        "exact": q.real,
        "absolute value": abs(q),
        "high frequencies": np.sqrt(convert(np.pi * f_Hz * one.tau_ms, "Hz", "kHz")),
    }[constant]
    start, tip = impedances(one, end, f_Hz, by)
    return {"lam_ac": float(one.lambda_um / divide_by), "ratio_ac": abs(tip / start)}


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


def convergence(
    p, *, by="Impedance", coarse=3, fine=9, start_node=True, unit=100.0, base=3.0, part=0.1, f_Hz=100.0, at_ms=STEADY_ms, dt_ms=0.1,
    exact_end="sealed", as_neuron=False, factor=4.0,
):  # fmt: skip
    """Error of the steady ratio on two grids, the order in which it falls, and the number that d_lambda gives."""
    errors = [
        _ratio_error(p, nseg, by, start_node, at_ms, dt_ms, exact_end, factor) for nseg in (coarse, fine)
    ]
    length_um = convert(
        np.sqrt(convert(p["diam"], "um", "cm") / (4 * np.pi * f_Hz * p["Ra"] * 1e-6)), "cm", "um"
    )
    return {
        "error3": unit * errors[0],
        "error9": unit * errors[1],
        "order": float(np.log(errors[0] / errors[1]) / np.log(base)),
        "nseg_rule": _odd(p["L"] / (part * length_um), as_neuron),
    }


def _odd(least, as_neuron):
    """The smallest odd number that is not below `least`; NEURON's own formula lets it be below by 0.1."""
    return int((least + 0.9) / 2) * 2 + 1 if as_neuron else 2 * int(np.ceil((least - 1) / 2)) + 1


def _ratio_error(p, nseg, by, start_node, at_ms, dt_ms, exact_end, factor):
    """How far the steady ratio on a grid is from the closed form, as a fraction of it."""
    one = cable_of(p, nseg)
    exact = cable_of(
        p | {"L": p["L"] * np.sqrt(factor / 4)}, nseg
    )  # a wrong length constant changes L / lambda
    heights = (
        np.abs(neuron_impedances_Mohm(one))
        if by == "Impedance"
        else steady(one, at_ms=at_ms, dt_ms=dt_ms)[1] - REST_mV
    )
    ratio = heights[-1] / heights[0 if start_node else 1]
    return float(abs(ratio / theory.steady_profile(exact, 1.0, exact_end) - 1))


# --- a cell from a file ----------------------------------------

CELL = read_swc(Path(__file__).with_name("cell.swc"))


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


# --- mistakes that several tasks share ----------------------------------------

NEURONS = {"diam": 500.0, "L": 100.0, "Ra": 35.4, "rm": 1.0}  # NEURON's own diameter, length, Ra and pas.g
RA_LEFT = mistake("Ra-left", "Ra is still NEURON's own 35.4 ohm cm", p={"Ra": NEURONS["Ra"]}, credit=0.3)
RM_LEFT = mistake(
    "g-left", "the leak is still that of pas itself, 0.001 S/cm2", p={"rm": NEURONS["rm"]}, credit=0.3
)
RADIUS = mistake(
    "radius-for-diameter",
    "the radius stands where the diameter belongs",
    p=lambda p, own: {"diam": p["diam"] / 2},
    credit=0.3,
)
TWICE = mistake(
    "diameter-twice",
    "the diameter is twice what is asked",
    p=lambda p, own: {"diam": 2 * p["diam"]},
    credit=0.3,
)
GEOMETRY = (RA_LEFT, RM_LEFT, RADIUS, TWICE)

# --- tasks ----------------------------------------

CABLE = Task(
    "cable",
    cable,
    checks=(
        Number("tau", "tau", "Time constant", "ms", 1.5, relative=True, finest=0.005),
        Number("lam", "lam", "Length constant", "um", 2, relative=True, finest=0.005),
        Number("r_in", "r_in", "Input resistance", "Mohm", 2.5, relative=True, finest=0.005),
    ),
    variants=(
        variant("formulas"),
        variant("three digits", then=digits(3, "tau", "lam", "r_in")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, nseg 27", by="NEURON", nseg=27),
        variant("finite differences", by="finite differences"),
        variant("a long run in NEURON", at_ms=STEADY_ms),
        variant("a run of 150 ms, nseg 51", at_ms=150.0, nseg=51),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("two-for-four", "the length constant has 2 Ra in it where 4 Ra belongs: that is the formula for the radius", factor=2.0, credit=0.5),
        mistake("two-for-four-throughout", "the length constant has 2 Ra in it where 4 Ra belongs, and the input resistance follows from it", factor=2.0, throughout=True, credit=0.7),
        mistake("killed-end", "the input resistance is that of a dendrite whose far end is cut open", end="killed", credit=0.5),
        mistake("no-end", "the input resistance is that of a dendrite without end", end="infinite", credit=0.5),
        mistake("all-at-one-potential", "the input resistance is rm over the whole membrane, as if all of it had one potential", whole_membrane=True, credit=0.5),
        mistake("rm-in-ohm", "rm is taken in ohm cm2", rm_scale=1e-3),
        mistake("read-after-5-ms", "the input resistance is read 5 ms after the current began, before it is steady", at_ms=5.0, credit=0.5),
    ),
)  # fmt: skip

PROFILE = Task(
    "profile",
    profile,
    checks=(
        Profile("v", "v", "Potential along the dendrite", "mV", 4, False, 0.02, time="x", plot="Steady membrane potential"),
        Number("ratio", "ratio", "Part that arrives", "", 2, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("NEURON's defaults", by="NEURON", dt_ms=0.025),
        variant("step 0.1 ms", by="NEURON"),
        variant("variable step", by="NEURON", dt_ms=None),
        variant("nseg 27", by="NEURON", nseg=27),
        variant("nseg 51, centers alone", by="NEURON", nseg=51, centers=True),
        variant("nseg 21, centers alone", by="NEURON", nseg=21, centers=True),
        variant("read after 150 ms", by="NEURON", at_ms=150.0),
        variant("three digits", then=digits(3, "ratio")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("killed-end", "the far end is cut open, not sealed", end="killed"),
        mistake("no-end", "the dendrite goes on without end", end="infinite"),
        mistake("read-after-5-ms", "v is read 5 ms after the current began, before it is steady", by="NEURON", at_ms=5.0, credit=0.5),
        mistake("clamp-in-the-middle", "the current enters at x = 0.5, not at x = 0", by="NEURON", place=0.5),
        mistake("clamp-at-the-far-end", "the current enters at x = 1, not at x = 0", by="NEURON", place=1.0),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", by="NEURON", e_mV=-70.0, height_from_mV=-65.0),
        mistake("one-segment", "nseg is still 1", by="NEURON", nseg=1),
        mistake("ratio-from-0-mV", "the ratio is that of the potentials themselves, not of their heights above rest", height_from_mV=0.0, credit=0.5),
        mistake("ratio-upside-down", "the ratio is upside down", then=lambda found: found | {"ratio": 1 / found["ratio"]}, credit=0.5),
    ),
)  # fmt: skip

DIRECTIONS = Task(
    "directions",
    directions,
    checks=(
        Number("out", "out", "From the soma to the tip", "", 2, relative=True, finest=0.005),
        Number("back", "back", "From the tip to the soma", "", 2, relative=True, finest=0.005),
        Number("transfer", "transfer", "Transfer resistance", "Mohm", 2, relative=True, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("NEURON's defaults", by="NEURON", dt_ms=0.025),
        variant("step 0.1 ms", by="NEURON"),
        variant("variable step", by="NEURON", dt_ms=None),
        variant("nseg 27", by="NEURON", nseg=27),
        variant("nseg 51, 150 ms", by="NEURON", nseg=51, at_ms=150.0),
        variant("three digits", then=digits(3, "out", "back", "transfer")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("not-attached", "the dendrite is not attached to the soma", by="NEURON", attached=False),
        mistake("soma-without-leak", "the soma has no leak", by="NEURON", soma_leaks=False),
        mistake("soma-of-20-um", "the soma is 20 um long and thick, not 30 um", soma_um=20.0),
        mistake("soma-as-NEURON-makes-it", "the soma still has NEURON's own length and diameter", soma_um=223.6068),
        mistake("one-segment", "nseg is still 1", by="NEURON", nseg=1),
        mistake("read-after-5-ms", "the heights are read 5 ms after the current began, before they are steady", by="NEURON", at_ms=5.0, credit=0.5),
        mistake("exchanged", "the two directions are exchanged", then=lambda found: found | {"out": found["back"], "back": found["out"]}, credit=0.5),
        mistake("ratio-from-0-mV", "heights are counted from 0 mV, not from rest", by="NEURON", height_from_mV=0.0, credit=0.5),
        mistake("input-for-transfer", "the resistance is that of the soma itself, its input resistance", into="soma", credit=0.5),
    ),
)  # fmt: skip

SPIKE_HABITS = {"dt_ms": 0.025, "rate_table": True}
SPIKE = Task(
    "spike",
    spike,
    checks=(
        *spiking("v_soma", "t", SPIKE_END_ms, "Membrane potential in the soma", {"count": 0.5, "peak": 1.5, "shape": 1}, ", soma"),
        driven("v_tip", "t", SPIKE_END_ms, "Membrane potential at the tip", 3, "v at the tip", finest=0.1),
        Number("ratio", "ratio", "What is left at the tip", "", 2, finest=0.005),
    ),
    habits=SPIKE_HABITS,
    variants=(
        variant("NEURON's defaults"),
        variant("exact rates", rate_table=False),
        variant("step 0.01 ms", dt_ms=0.01),
        variant("step 0.005 ms, exact rates", dt_ms=0.005, rate_table=False),
        variant("variable step", dt_ms=None),
        variant("nseg 27", nseg=27),
        variant("nseg 51, Crank-Nicolson", nseg=51, secondorder=2),
        variant("longer run", tstop_ms=40.0),
        variant("one sample per 0.1 ms", then=every(0.1, "v_soma", "v_tip")),
        variant("three digits", then=digits(3, "ratio")),
    ),
    mistakes=(
        *GEOMETRY,
        mistake("not-attached", "the dendrite is not attached to the soma", attached=False),
        mistake("recorded-in-the-middle", "the dendrite is read at x = 0.5, not at its tip", tip=0.5, credit=0.5),
        mistake("clamp-at-the-tip", "the pulse enters the tip of the dendrite, not the soma", into=1.0),
        mistake("hh-everywhere", "hh is inserted into the dendrite, too", active=True),
        mistake("e-left", "the leak of the dendrite still reverses at pas' own -70 mV", e_mV=-70.0),
        mistake("soma-of-20-um", "the soma is 20 um long and thick, not 30 um", soma_um=20.0),
        mistake("twenty-degrees", "the temperature is 20 degC, not 6.3 degC", celsius_degC=20.0),
        mistake("v-init", "the simulation starts from -70 mV, not from -65 mV", v_init_mV=-70.0),
        mistake("pulse-of-10-ms", "the pulse lasts 10 ms, not 1 ms", dur_ms=10.0),
        mistake("one-segment", "nseg is still 1", nseg=1),
        mistake("ratio-from-0-mV", "the ratio is that of the potentials themselves, not of their heights above -65 mV", height_from_mV=0.0, credit=0.5),
        mistake("ratio-upside-down", "the ratio is upside down", upside_down=True, credit=0.5),
    ),
)  # fmt: skip

_DENDRITES = {"own": ", your own dendrite", "other": ", another dendrite"}
MODEL = Task(
    "model",
    model,
    checks=tuple(
        check
        for name, where in _DENDRITES.items()
        for check in (
            driven(f"{name}.v_start", f"{name}.t", 59.0, f"A long current, x = 0{where}", 1, f"Response at x = 0{where}"),
            driven(f"{name}.v_tip", f"{name}.t", 59.0, f"A long current, x = 1{where}", 1, f"Response at x = 1{where}"),
            driven(f"{name}.v_short", f"{name}.t", 19.0, f"A short current, x = 1{where}", 1, f"Response to a short current{where}", finest=0.05),
        )
    ),
    protocol="protocol_model.py",
    sets=farthest,
    variants=(
        variant("nseg 101"),
        variant("nseg 21", nseg=21),
        variant("nseg 27", nseg=27),
        variant("nseg 51", nseg=51),
        variant("nseg 81", nseg=81),
        variant("nseg 129", nseg=129),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("g-left", "the leak is still that of pas itself, 0.001 S/cm2", g_S_cm2=lambda q: 0.001),
        mistake("g-in-mS", "g is 1 / rm as it stands, in mS/cm2: a thousand times too much", g_S_cm2=lambda q: 1 / q["rm"]),
        mistake("g-is-rm", "g is rm, not its inverse", g_S_cm2=lambda q: q["rm"]),
        mistake("e-left", "the leak still reverses at pas' own -70 mV", e_mV=-70.0),
        mistake("one-segment", "nseg is still 1", nseg=1),
        mistake("three-segments", "there are 3 segments, too few for a short current", nseg=3),
        mistake("leak-in-the-middle", "the leak is set in the middle segment alone", in_every_segment=False),
        mistake("no-leak", "pas is not inserted", pas=False),
        mistake("practice-values", "build ignores p and makes the dendrite of the practice", p=lambda p, own: {"diam": 1.8, "L": 550, "Ra": 100, "rm": 10}),
        mistake("own-values", "build ignores p and always makes your own dendrite", p=lambda p, own: own),
    ),
)  # fmt: skip

FREQUENCY = Task(
    "frequency",
    frequency,
    checks=(
        Number("lam_ac", "lam_ac", "Length constant at your frequency", "um", 2.5, relative=True, finest=0.005),
        Number("ratio_ac", "ratio_ac", "Part of the amplitude that arrives", "", 2.5, finest=0.005),
    ),
    variants=(
        variant("closed form"),
        variant("three digits", then=digits(3, "lam_ac", "ratio_ac")),
        variant("impedance in NEURON", by="NEURON"),
        variant("impedance in NEURON, nseg 51", by="NEURON", nseg=51),
        variant("impedance in NEURON, nseg 27", by="NEURON", nseg=27),
        variant("finite differences", by="finite differences"),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        TWICE,
        mistake("steady", "these are the values of a steady current", per_Hz=0.0, credit=0.3),
        mistake("no-2-pi", "the frequency in Hz stands where 2 pi f belongs", per_Hz=1 / (2 * np.pi), credit=0.3),
        mistake("high-frequencies", "the length constant is NEURON's, which leaves the leak out: it holds for high frequencies", constant="high frequencies", credit=0.5),
        mistake("absolute-value", "the length constant is divided by the absolute value of q, not by its real part", constant="absolute value", credit=0.5),
        mistake("no-end", "the part that arrives is that of a dendrite without end", end="infinite", credit=0.5),
        mistake("killed-end", "the part that arrives is that of a dendrite whose end is cut open", end="killed", credit=0.5),
    ),
)  # fmt: skip

TREE = Task(
    "tree",
    tree,
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

CONVERGENCE = Task(
    "convergence",
    convergence,
    checks=(
        Number("error3", "error3", "Error with 3 segments", "%", 1.5, relative=True, finest=0.01),
        Number("error9", "error9", "Error with 9 segments", "%", 1.5, relative=True, finest=0.01),
        Number("order", "order", "Order", "", 1, finest=0.02),
        Number("nseg_rule", "nseg_rule", "Segments by the rule", "", 1, finest=0.5, near=1.0),
    ),
    alternatives=({}, {"as_neuron": True}),
    variants=(
        variant("impedance"),
        variant("a run of 300 ms", by="run"),
        variant("a run of 300 ms, NEURON's own step", by="run", dt_ms=0.025),
        variant("a run of 500 ms", by="run", at_ms=500.0),
        variant("the rule as NEURON writes it", as_neuron=True),
        variant("three digits", then=digits(3, "error3", "error9", "order")),
        variant("two decimals of the order", then=lambda found: found | {"order": round(found["order"], 2)}),
    ),
    mistakes=(
        RA_LEFT,
        RADIUS,
        mistake("first-segment",
            "the potential at x = 0 is read in the middle of the first segment, not at the end",
            start_node=False,
            credit=0.3),
        mistake("as-a-fraction", "the errors are given as fractions, not in per cent", unit=1.0, credit=0.5),
        mistake("order-to-base-ten", "the order is the logarithm to base 10 of the errors' quotient: divide by that of 3", base=10.0, credit=0.5),
        mistake("no-end", "the exact ratio is that of a dendrite without end", exact_end="infinite"),
        mistake("two-for-four", "the length constant in the exact ratio has 2 Ra in it where 4 Ra belongs", factor=2.0, credit=0.3),
        mistake("other-grids", "the grids have 1 and 3 segments, not 3 and 9", coarse=1, fine=3, credit=0.3),
        mistake("rule-of-a-third", "the rule is used with 0.3 of the length constant, not with a tenth", part=0.3, credit=0.5),
    ),
)  # fmt: skip

MORPHOLOGY = Task(
    "morphology",
    morphology,
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

TASKS = (CABLE, PROFILE, DIRECTIONS, SPIKE, MODEL, FREQUENCY, TREE, CONVERGENCE, MORPHOLOGY)
