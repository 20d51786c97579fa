# SPDX-License-Identifier: BSD-3-Clause
"""A branched tree: its file against sums by hand, its impedances against closed forms and NEURON."""

import runpy
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from neuron import h

from neuroscales.cable.cable_theory import (
    Branch,
    PassiveCable,
    input_impedance_Mohm,
    steady_profile,
    tree_admittance_uS,
)
from neuroscales.cable.morphology import TREE, Morphology, plot_shape, read_swc
from neuroscales.cable.passive_tree import (
    PassiveMembrane,
    TreeSections,
    impedances_Mohm,
    neuron_impedances_Mohm,
    simulate_tree,
)
from neuroscales.core import style
from neuroscales.membrane import CurrentPulse

ROOT = Path(__file__).resolve().parents[2]
FREQUENCIES_Hz = (0.0, 20.0, 200.0)


@pytest.fixture(scope="module")
def tree() -> Morphology:
    return read_swc()


def _written(folder: Path, *rows: str) -> Morphology:
    path = folder / "small.swc"
    path.write_text("# by hand\n" + "\n".join(rows) + "\n")
    return read_swc(path)


def _ends(tree: Morphology) -> np.ndarray:
    """Points that are nodes of NEURON's: the soma, and where sections end."""
    return np.concatenate([[0], tree.forks, tree.tips])


def _globals() -> tuple:
    return h.celsius, h.dt, h.t, h.secondorder, h.usetable_hh, h.CVode().active(), len(list(h.allsec()))


def test_is_the_tree_the_one_that_the_script_grows():
    grown = runpy.run_path(str(ROOT / "tools" / "tree.py"))["grow"]().text()
    assert TREE.read_text(encoding="utf-8") == grown
    assert "SPDX-License-Identifier: CC-BY-4.0" in grown


def test_do_lengths_and_areas_of_a_file_by_hand_add_up(tmp_path):
    small = _written(
        tmp_path,
        "1 1 0 0 0 5 -1",
        "2 3 5 0 0 1 1",
        "3 3 8 4 0 1 2",
        "4 3 8 4 10 0.5 3",
        "5 3 8 16 0 0.25 3",
    )
    assert small.lengths_um.tolist() == pytest.approx([5, 10, 12])  # 3-4-5, straight up, straight on
    sides = [2 * 5, 1.5 * np.hypot(10, 0.5), 1.25 * np.hypot(12, 0.75)]
    assert small.areas_um2 == pytest.approx(np.pi * np.array(sides))
    assert small.soma_area_um2 == pytest.approx(100 * np.pi)
    assert small.distance_um.tolist() == pytest.approx([0, 0, 5, 15, 17])
    assert (small.stems.tolist(), small.forks.tolist(), small.tips.tolist()) == ([1], [2], [3, 4])
    assert small.branches == [[1, 2], [2, 3], [2, 4]]


def test_does_neuron_read_the_same_lengths_and_areas(tree):
    sections = TreeSections(tree)
    dendrites = [*sections.dend, *sections.apic]
    # NEURON keeps coordinates and diameters in single precision.
    assert sum(s.L for s in dendrites) == pytest.approx(tree.lengths_um.sum(), rel=1e-6)
    assert sum(x.area() for s in dendrites for x in s) == pytest.approx(tree.areas_um2.sum(), rel=1e-6)
    assert sections.soma[0](0.5).area() == pytest.approx(tree.soma_area_um2, rel=1e-6)
    assert len(sections.all) == 1 + len(tree.stems) + 2 * len(tree.forks)  # every fork has two branches


def test_do_the_trees_diameters_follow_ralls_rule(tree):
    children = {fork: np.flatnonzero(tree.parent == fork) for fork in tree.forks}
    for fork, daughters in children.items():
        sum_um = (tree.radius_um[daughters] ** 1.5).sum()
        # Radii are written to a nanometer, of about half a micrometer.
        assert sum_um == pytest.approx(tree.radius_um[fork] ** 1.5, rel=4e-3)


def test_does_every_point_lie_where_neuron_reads_it(tree):
    sections = TreeSections(tree, d_lambda=0.01)
    for point in _ends(tree):
        assert sections.segment(point).x in ((0.5,) if point == 0 else (0.0, 1.0))
    for point in range(1, len(tree.number)):
        segment = sections.segment(point)
        # distance() counts from the middle of the soma, whose radius is a wire.
        along_um = h.distance(sections.soma[0](0.5), segment)
        half_um = 0.5 * segment.sec.L / segment.sec.nseg
        assert along_um == pytest.approx(tree.distance_um[point], abs=half_um * (1 + 1e-6))


def test_are_transfer_impedances_the_same_both_ways(tree):
    for frequency_Hz in FREQUENCIES_Hz:
        z = impedances_Mohm(tree, frequency_Hz=frequency_Hz)
        # Rounding, at a condition number of some 1e6.
        np.testing.assert_allclose(z, z.T, rtol=1e-9)
        tip, other = tree.tips[0], tree.tips[-1]
        there = neuron_impedances_Mohm(tree, tip, frequency_Hz=frequency_Hz)[other]
        back = neuron_impedances_Mohm(tree, other, frequency_Hz=frequency_Hz)[tip]
        assert there == pytest.approx(back, rel=1e-9)


def test_does_no_place_answer_more_to_a_distant_current_than_the_place_itself(tree):
    z = impedances_Mohm(tree)
    inputs = np.diag(z).real
    assert np.all(z.real <= np.minimum.outer(inputs, inputs) * (1 + 1e-12))
    assert np.all(z.real > 0)


@pytest.mark.parametrize("frequency_Hz", FREQUENCIES_Hz)
@pytest.mark.parametrize("end", ["soma", "tip"])
def test_does_neuron_find_the_impedances_of_the_matrix(tree, frequency_Hz, end):
    source = 0 if end == "soma" else int(tree.tips[-1])
    exact = impedances_Mohm(tree, frequency_Hz=frequency_Hz)[_ends(tree), source]
    errors = []
    for d_lambda in (0.1, 0.02):
        found = neuron_impedances_Mohm(tree, source, frequency_Hz=frequency_Hz, d_lambda=d_lambda)[
            _ends(tree)
        ]
        errors.append(np.abs(found / exact - 1).max())
    # At 200 Hz the potential goes as e^(-x/lambda) with a complex lambda whose size a segment is a fifth of,
    # and from tip to tip it is about six of them: 6 * 0.2^2 / 24 is 1 %. Five times finer, 25 times less.
    assert errors[0] < 0.02
    assert 15 < errors[0] / errors[1] < 40


def test_is_a_single_dendrite_the_cable_of_the_closed_form(tmp_path):
    line = ["1 1 0 0 0 5 -1", *(f"{i} 3 {5 + 50 * (i - 2)} 0 0 1 {i - 1}" for i in range(2, 13))]
    small, cable = _written(tmp_path, *line), PassiveCable(L_um=500, diam_um=2, Ra_ohm_cm=150, g_S_cm2=5e-5)
    z = impedances_Mohm(small)
    profile = z[1:, 0].real / z[1, 0].real
    # Both are exact: rounding.
    np.testing.assert_allclose(profile, steady_profile(cable, np.linspace(0, 1, 11)), rtol=1e-9)
    for frequency_Hz in FREQUENCIES_Hz:
        soma_uS = 1 / impedances_Mohm(_soma_alone(small), frequency_Hz=frequency_Hz)[0, 0]
        expected = 1 / (soma_uS + 1 / input_impedance_Mohm(cable, frequency_Hz=frequency_Hz))
        found = impedances_Mohm(small, frequency_Hz=frequency_Hz)[0, 0]
        assert found == pytest.approx(expected, rel=1e-9)


def _soma_alone(tree: Morphology) -> Morphology:
    first = slice(0, 1)
    fields = (tree.number, tree.kind, tree.xyz_um, tree.radius_um, tree.parent)
    return Morphology(tree.path, *(values[first] for values in fields))


@pytest.mark.parametrize("frequency_Hz", FREQUENCIES_Hz)
def test_is_a_fork_what_the_recursion_from_the_tips_says(tmp_path, frequency_Hz):
    small = _written(
        tmp_path,
        "1 1 0 0 0 5 -1",
        "2 3 5 0 0 1 1",
        "3 3 205 0 0 1 2",
        "4 3 205 300 0 1 3",
        "5 3 205 -100 0 1 3",
    )
    twigs = tuple(Branch(PassiveCable(L_um=length, diam_um=2)) for length in (300, 100))
    stem_uS = tree_admittance_uS(Branch(PassiveCable(L_um=200, diam_um=2), twigs), frequency_Hz)
    soma_uS = 1 / impedances_Mohm(_soma_alone(small), frequency_Hz=frequency_Hz)[0, 0]
    found = impedances_Mohm(small, frequency_Hz=frequency_Hz)[0, 0]
    assert found == pytest.approx(1 / (soma_uS + stem_uS), rel=1e-9)  # both are exact


def test_does_a_long_current_leave_the_potential_that_the_impedance_says(tree):
    tip = int(tree.tips[-1])
    pulse = CurrentPulse(delay_ms=0, dur_ms=1000, amp_nA=0.01)
    recording = simulate_tree(tree, {tip: pulse}, tstop_ms=300, record=[0, tip], dt_ms=0.1)
    z = neuron_impedances_Mohm(tree, tip)
    for point in (0, tip):
        lifted_mV = recording.values("v", tree.name(point))[-1] + 65
        # 300 ms are 15 time constants: 3e-7 of the way is left, and the grid is the same.
        assert lifted_mV == pytest.approx(0.01 * z[point].real, rel=1e-6)
    assert recording.values("i_stim", tree.name(tip))[-1] == 0.01


def test_is_neuron_afterwards_as_it_was_before(tree):
    before = _globals()
    neuron_impedances_Mohm(tree, 3, frequency_Hz=10)
    simulate_tree(tree, {0: CurrentPulse(1, 1, 0.1)}, tstop_ms=2, record=[0])
    assert _globals() == before


def test_does_the_picture_show_every_stretch_in_its_color(tree):
    figure, ax = style.figure("caption", "words")
    z = impedances_Mohm(tree).real
    plot_shape(tree, z[0], ax, "transfer (Mohm)")
    below, above = ax.collections
    assert len(below.get_segments()) == len(tree.stems) + 2 * len(tree.forks)
    assert len(above.get_segments()) == len(tree.stretches)
    middle = (z[0][tree.stretches] + z[0][tree.parent[tree.stretches]]) / 2
    norm = mpl.colors.Normalize(z[0].min(), z[0].max())
    np.testing.assert_allclose(above.get_colors(), mpl.colormaps["cividis"].resampled(64)(norm(middle)))
    assert figure.to_svg().startswith("<svg")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["1 1 0 0 0 5 -1", "2 3 5 0 0 1"], "line 3: a point has seven numbers"),
        (["1 1 0 0 0 5 -1", "2 3 five 0 0 1 1"], "line 3: a point has seven numbers"),
        (["1 1 0 0 0 5 -1", "2 3 5 0 0 0 1"], "line 3: the radius of point 2 must be positive, not 0 um"),
        ([], "holds no point"),
    ],
)
def test_is_a_bad_file_answered_in_words(tmp_path, rows, message):
    with pytest.raises(ValueError, match=message):
        _written(tmp_path, *rows)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda tree: PassiveMembrane(g_S_cm2=0), "g_S_cm2 of the membrane must be positive"),
        (lambda tree: PassiveMembrane(Ra_ohm_cm=np.inf), "Ra_ohm_cm must be a finite number"),
        (lambda tree: impedances_Mohm(tree, frequency_Hz=-1), "the frequency cannot be negative"),
        (lambda tree: neuron_impedances_Mohm(tree, 999), "no point 999"),
        (lambda tree: simulate_tree(tree, {-1: CurrentPulse()}), "no point -1"),
        (lambda tree: simulate_tree(tree, {}, tstop_ms=0), "tstop_ms must be longer"),
        (lambda tree: plot_shape(tree, np.zeros(3), None, "v"), "not values of shape"),
    ],
)
def test_is_bad_input_answered_in_words(tree, make, message):
    with pytest.raises(ValueError, match=message):
        make(tree)
