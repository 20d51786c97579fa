# SPDX-License-Identifier: BSD-3-Clause
"""Are SWC files taken as people have them, and refused in one sentence where they are wrong?

The small files in `swc` are one case each; total length, side area and area of the soma are sums by hand, and
NEURON's own reader is the second method.
"""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from neuron import h
from scipy import special

from neuroscales.cable.morphology import Morphology, as_swc, read_swc
from neuroscales.cable.passive_tree import (
    PassiveMembrane,
    TreeSections,
    impedances_Mohm,
    input_impedances_Mohm,
    neuron_impedances_Mohm,
    transfer_impedances_Mohm,
)
from neuroscales.core import engine

SWC = Path(__file__).with_name("swc")
SOMA_UM2, STICK_UM2 = 4 * np.pi * 8**2, 2 * np.pi * 100
CYLINDERS_UM2 = 2 * np.pi * (4 + 8) * np.hypot(6, 4)  # two cones

# total length, side area, area of the soma (um, um2), and what Import3d makes of the resistance at the soma
TAKEN = {
    "three-point-soma": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "soma-of-cylinders": (100, STICK_UM2, CYLINDERS_UM2, None),
    "same-place-twice": (100, np.pi * (100 + 50 + 1.5 * 0.5), SOMA_UM2, 1567.2),
    "axon-apart": (300, 2 * STICK_UM2, SOMA_UM2, 983.39),
    "children-first": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "soma-not-first": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "remark-behind-a-point": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "byte-order-mark": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "latin-1-remark": (100, STICK_UM2, SOMA_UM2, 1399.15),
    "zero-radius-tip": (
        100, np.pi * (1.5 * np.hypot(50, 0.5) + 0.5 * np.hypot(50, 0.5)), SOMA_UM2, 1789.49,
    ),
    "soma-alone": (0, 0, SOMA_UM2, 2486.8),
}  # fmt: skip
REFUSED = {
    "doubled-number": "doubled-number.swc: the number 3 stands in lines 3 and 4",
    "number-with-a-fraction": "line 3: 2.6 is no number of a point",
    "two-cells": "two-cells.swc: two somata, in lines 1 and 4",
    "commas": "line 1: the numbers are separated by commas .*; separate by blanks",
    "semicolons": "line 1: the numbers are separated by semicolons .*; separate by blanks",
    "decimal-commas": "line 1: write a number with a point: 8.0, not 8,0, and separate by blanks",
}


def written(folder: Path, *rows: str) -> Morphology:
    path = folder / "small.swc"
    path.write_bytes("\n".join(rows).encode())
    return read_swc(path)


def imported(path: Path) -> tuple[float, float, float]:
    """Total length, side area outside the soma, and resistance at the soma: the file itself in Import3d."""

    class Cell:
        def __str__(self) -> str:
            return "cell"

    with engine.neuron_as_found():
        h.load_file("import3d.hoc")
        reader, cell = h.Import3d_SWC_read(), Cell()
        reader.quiet = 1
        reader.input(str(path))
        h.Import3d_GUI(reader, False).instantiate(cell)
        for section in cell.all:
            section.Ra, section.nseg = 150, 2 * int(section.L) + 1
            section.insert("pas")
            section.g_pas = 5e-5
        h.finitialize(-65)
        tool = h.Impedance()
        tool.loc(0.5, sec=cell.soma[0])
        tool.compute(0)
        outside = [section for section in cell.all if section not in cell.soma]
        area_um2 = sum(segment.area() for section in outside for segment in section)
        return sum(section.L for section in outside), area_um2, tool.input(0.5, sec=cell.soma[0])


@pytest.mark.parametrize("case", TAKEN)
def test_does_a_file_as_people_have_it_give_the_right_numbers(case):
    tree = read_swc(SWC / f"{case}.swc")
    length_um, side_um2, soma_um2, soma_Mohm = TAKEN[case]
    assert tree.lengths_um.sum() == pytest.approx(length_um, rel=1e-12)
    assert tree.areas_um2.sum() == pytest.approx(side_um2, rel=1e-12)
    assert tree.soma_area_um2 == pytest.approx(soma_um2, rel=1e-12)
    found = input_impedances_Mohm(tree)[0].real
    if soma_Mohm:
        assert found == pytest.approx(soma_Mohm, rel=1e-5)  # written to five digits
    # NEURON's segments, of a tenth of the usual length: an error of 1e-4 of that of the usual, 1e-2.
    assert found == pytest.approx(neuron_impedances_Mohm(tree, d_lambda=0.01)[0].real, rel=1e-5)


@pytest.mark.parametrize(
    "case", ["three-point-soma", "same-place-twice", "axon-apart", "remark-behind-a-point", "zero-radius-tip"]
)
def test_does_neurons_own_reader_make_the_same_of_the_file(case):
    tree = read_swc(SWC / f"{case}.swc")
    length_um, side_um2, soma_Mohm = imported(SWC / f"{case}.swc")
    # Single precision of coordinates; segments of half a micrometer.
    assert tree.lengths_um.sum() == pytest.approx(length_um, rel=1e-6)
    assert tree.areas_um2.sum() == pytest.approx(side_um2, rel=1e-6)
    assert input_impedances_Mohm(tree)[0].real == pytest.approx(soma_Mohm, rel=1e-5)


@pytest.mark.parametrize("case", REFUSED)
def test_is_a_wrong_file_refused_in_one_sentence(case):
    with pytest.raises(ValueError, match=REFUSED[case]) as told:
        read_swc(SWC / f"{case}.swc")
    assert f"{case}.swc" in str(told.value) and "\n" not in str(told.value)


SOMA, STEM, TIP = "1 1 0 0 0 8 -1", "2 3 0 8 0 1 1", "3 3 0 108 0 1 2"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([SOMA, STEM, "3 3 0 108 0 1 3"], "line 3: point 3 is its own parent"),
        ([SOMA, "2 3 0 8 0 1 4", "3 3 0 9 0 1 2", "4 3 0 10 0 1 3"], "lines 2 to 4: .*2, 4, 3 lead round"),
        ([SOMA, STEM, "3 3 0 108 0 1 7"], "line 3: the parent of point 3, 7, is not in the file"),
        ([SOMA, STEM, "3 3 0 108 0 1 1.5"], "line 3: 1.5 is no number of a point, so it cannot be a parent"),
        ([SOMA, "2 3.5 0 8 0 1 1"], "line 2: 3.5 is no type of a point"),
        ([SOMA, "-2 3 0 8 0 1 1"], "line 2: -2 is no number of a point"),
        ([SOMA, STEM, "3 3 nan 108 0 1 2"], "line 3: a point has seven numbers .*nan is not a finite number"),
        ([SOMA, STEM, "3 3 0 inf 0 1 2"], "line 3: a point has seven numbers .*inf is not a finite number"),
        ([SOMA, STEM, "3 3 0 1_08 0 1 2"], "line 3: a point has seven numbers"),
        ([SOMA, STEM, "3 3 0 108 0 -1 2"], "line 3: the radius of point 3 must be positive, not -1 um"),
        (
            [SOMA, "2 3 0 8 0 0 1", TIP],
            "line 2: the radius of point 2 must be positive, not 0 um; only the tip",
        ),
        (["1 1 0 0 0 0 -1", STEM, TIP], "line 1: the radius of point 1 must be positive"),
        (["1 3 0 0 0 8 -1", STEM, TIP], "has no soma"),
        ([SOMA, STEM, TIP, "4 1 0 108 0 8 3"], "two somata, in lines 1 and 4"),
        ([SOMA, "2 3 0 8,5 0 1 1"], "line 2: write a number with a point: 8.5, not 8,5"),
        (["1, 1, 0, 0, 0, 8, -1"], "line 1: the numbers|line 1: write a number with a point"),
        (["", "# nothing"], "small.swc holds no point"),
        (["; V. Neurolucida", '("CellBody" (Color Red)'], "line 1: .*separate"),
        (['<?xml version="1.0"?>'], "line 1: a point has seven numbers"),
        (["\0\1\2"], "small.swc is not text, so it is no SWC file"),
    ],
)
def test_is_what_is_wrong_named_with_its_line(tmp_path, rows, message):
    with pytest.raises(ValueError, match=message) as told:
        written(tmp_path, *rows)
    assert "small.swc" in str(told.value) and "\n" not in str(told.value)


def test_is_a_folder_or_a_missing_file_named(tmp_path):
    with pytest.raises(ValueError, match="is a folder: give the path of an SWC file in it"):
        read_swc(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"missing\.swc"):
        read_swc(tmp_path / "missing.swc")


@pytest.mark.parametrize(
    "content",
    [
        f"{SOMA}\r\n{STEM}\r\n{TIP}\r\n\x1a".encode(),
        f"{SOMA}\r{STEM}\r{TIP}".encode(),
        f"# \N{DEGREE SIGN}\n{SOMA}\n{STEM}\n{TIP}\n".encode("utf-16"),
        b"# cut \x85 here\n" + f"{SOMA}\n{STEM}\n{TIP}\n".encode(),  # an ellipsis in Windows
        f"{SOMA} 0 0\n{STEM} first\n{TIP} 7.5 1 2\n".encode(),  # as NEURON, only seven are read
        f"\t1.0 1.0 0 0 0 8.0e0 -1.0\n  {STEM}\n\n{TIP}  ".encode(),
        f"{SOMA[:-2]}0\n{STEM}\n{TIP}\n".encode(),  # 0 for no parent
        f"{TIP}\n{SOMA}\n{STEM}".encode(),
        b"7 3 0 108 0 1 -1\n5 3 0 8 0 1 7\n2 1 0 0 0 8 5\n",  # written from the tip
    ],
    ids=["dos", "mac", "utf-16", "cp1252", "columns", "blanks", "parent 0", "unsorted", "from the tip"],
)
def test_does_the_same_cell_in_another_hand_read_the_same(tmp_path, content):
    path = tmp_path / "small.swc"
    path.write_bytes(content)
    tree = read_swc(path)
    assert tree.parent.tolist() == [-1, 0, 1]
    assert tree.xyz_um[:, 1].tolist() == [0, 8, 108]
    assert tree.kind.tolist() == [1, 3, 3]


def test_is_what_the_reader_settled_told():
    (remark,) = read_swc(SWC / "axon-apart.swc").remarks
    assert remark.startswith("line 5: point 4 begins a part that is not connected")
    (remark,) = read_swc(SWC / "three-point-soma.swc").remarks
    assert remark == "the soma's 3 points became one, of radius 8 um: a sphere of their area"
    assert read_swc(SWC / "children-first.swc").remarks == ()


@pytest.mark.parametrize(
    ("soma", "area_um2"),
    [
        (["1 1 0 0 0 8 -1", "2 1 0 10 0 8 1"], 2 * np.pi * 8 * 10),  # one cylinder
        (["1 1 0 0 0 8 -1", "2 1 0 0 0 8 1"], SOMA_UM2),  # one place twice
        (["1 1 0 0 0 8 -1", "2 1 0 -7.96 0 8 1", "3 1 0 7.96 0 8 1"], SOMA_UM2),  # rounded, a sphere still
        (["1 1 0 0 0 5 -1", "2 1 9 0 0 5 1", "3 1 -9 0 0 5 1", "4 1 0 9 0 5 1"], 3 * 2 * np.pi * 5 * 9),
        ([f"{1 + i} 1 {8 * np.cos(i * np.pi / 6):.9f} {8 * np.sin(i * np.pi / 6):.9f} 0 0.1 {i or -1}"
          for i in range(12)], SOMA_UM2),  # drawn around
    ],
    ids=["cylinder", "point twice", "rounded", "star", "outline"],
)  # fmt: skip
def test_does_a_soma_of_many_points_have_their_area(tmp_path, soma, area_um2):
    tree = written(tmp_path, *soma, "20 3 0 8 0 1 2", "21 3 0 108 0 1 20")
    assert tree.soma_area_um2 == pytest.approx(area_um2, rel=1e-8)
    assert (tree.parent.tolist(), tree.lengths_um.sum()) == ([-1, 0, 1], 100)


def test_is_a_dendrite_of_one_point_a_cylinder_from_the_somas_center(tmp_path):
    tree = written(tmp_path, SOMA, "2 3 0 100 0 1 1", "3 2 0 -50 0 0.5 1")
    assert tree.lengths_um.tolist() == [100, 50]
    assert tree.areas_um2 == pytest.approx([STICK_UM2, 50 * np.pi])
    length_um, side_um2, soma_Mohm = imported(tree.path)
    assert (length_um, side_um2) == pytest.approx((150, tree.areas_um2.sum()))
    assert input_impedances_Mohm(tree)[0].real == pytest.approx(soma_Mohm, rel=1e-5)
    assert neuron_impedances_Mohm(tree, 1)[1] == pytest.approx(impedances_Mohm(tree)[1, 1], rel=1e-3)


FORKED = [SOMA, STEM, "3 3 80 80 0 0.6 2", "4 4 -90 70 0 0.7 2", "5 3 0 -8 0 1 1", "6 3 9 -90 0 1 5"]


@pytest.mark.parametrize("order", [FORKED, [SOMA, *FORKED[4:], *FORKED[1:4]]], ids=["first", "last"])
def test_do_equations_and_neuron_agree_where_a_stem_of_one_point_forks(tmp_path, order):
    tree = written(tmp_path, *order)
    assert tree.lengths_um.sum() == pytest.approx(np.hypot(80, 72) + np.hypot(90, 62) + np.hypot(9, 82))
    assert sum(s.L for s in TreeSections(tree).all) == pytest.approx(16 + tree.lengths_um.sum())
    found = neuron_impedances_Mohm(tree, d_lambda=0.005)
    np.testing.assert_allclose(transfer_impedances_Mohm(tree), found, rtol=1e-5)  # short segments


# --- cones --------------------------------------------------------------------------------------------------


def cone_input_uS(length_um, near_um, far_um, frequency_Hz):
    """Closed form, sealed far end: r^2 V'' + 2 r V' = b r V has V = (I1(z), K1(z)) / z, z = 2 sqrt(b r)."""
    membrane = PassiveMembrane()
    k = (far_um - near_um) / length_um
    g_uS_um2 = membrane.admittance_uS(1.0, frequency_Hz)
    core_Mohm_um = membrane.axial_Mohm(1.0, 1.0, 1.0) * np.pi  # of a core of 1 um2 for each um
    b = 2 * np.sqrt(1 + k**2) * core_Mohm_um * g_uS_um2 / k**2
    z, end = 2 * np.sqrt(b * near_um), 2 * np.sqrt(b * far_um)
    # d/dr (I1(z) / z) = 2 b I2(z) / z^2, and with the other sign for K
    p, q = (special.kv(2, end), special.iv(2, end)) if far_um else (1.0, 0.0)
    value = (p * special.iv(1, z) + q * special.kv(1, z)) / z
    slope = 2 * b * (p * special.iv(2, z) - q * special.kv(2, z)) / z**2
    current = -np.pi * near_um**2 / core_Mohm_um * slope * k
    return current / value


@pytest.mark.parametrize("frequency_Hz", [0.0, 100.0])
@pytest.mark.parametrize(
    ("length_um", "near_um", "far_um"),
    [(900, 3, 0.3), (900, 0.3, 3), (50, 1, 0.9), (400, 2, 0), (3000, 4, 1)],
)
def test_is_a_cone_a_cone_and_no_cylinder(tmp_path, length_um, near_um, far_um, frequency_Hz):
    tree = written(tmp_path, SOMA, f"2 3 0 8 0 {near_um} 1", f"3 3 0 {8 + length_um} 0 {far_um} 2")
    alone = written(tmp_path, SOMA)
    expected_uS = 1 / input_impedances_Mohm(alone, frequency_Hz=frequency_Hz)[0] + cone_input_uS(
        length_um, near_um, far_um, frequency_Hz
    )
    # The pieces are chosen for 1e-6 of what a stretch lets through.
    found = transfer_impedances_Mohm(tree, 0, frequency_Hz=frequency_Hz)
    assert found[0] == pytest.approx(1 / expected_uS, rel=1e-5)
    neurons = neuron_impedances_Mohm(tree, frequency_Hz=frequency_Hz, d_lambda=0.004)
    # NEURON takes each segment as one point, which costs most where a cone ends in nothing.
    np.testing.assert_allclose(found, neurons, rtol=3e-4 if far_um else 1e-3)


# --- large trees --------------------------------------------------------------------------------------------


def grown(n_points: int, rng: np.random.Generator) -> str:
    """A tree with that many points, which wanders and forks."""
    places, rows = [np.zeros(3)], [SOMA]
    for number in range(2, n_points + 1):
        parent = 1 if number < 7 else number - 1 if rng.random() < 0.96 else int(rng.integers(2, number))
        step = rng.normal(size=3)
        places.append(places[parent - 1] + (8 if parent == 1 else 5) * step / np.linalg.norm(step))
        x, y, z = places[-1]
        rows.append(f"{number} 3 {x:.3f} {y:.3f} {z:.3f} {0.2 + rng.random():.3f} {parent}")
    return "\n".join(rows)


@pytest.fixture
def large(tmp_path):
    return written(tmp_path, grown(4000, np.random.default_rng(13)))


def peak_MB(work):
    tracemalloc.start()
    try:
        result = work()
        return tracemalloc.get_traced_memory()[1] / 1e6, result
    finally:
        tracemalloc.stop()


def test_does_a_large_tree_take_memory_by_its_points_and_not_by_their_square(tmp_path, large):
    small = written(tmp_path, grown(1000, np.random.default_rng(13)))
    few_MB, _ = peak_MB(lambda: (input_impedances_Mohm(small), transfer_impedances_Mohm(small, 500)))
    many_MB, _ = peak_MB(lambda: (input_impedances_Mohm(large), transfer_impedances_Mohm(large, 500)))
    assert many_MB < 6 * few_MB  # four times the points; their square would be 16 times
    assert many_MB < 16  # one complex matrix of 4,000 x 4,000 would be 256


def test_are_all_impedances_of_a_large_tree_those_of_the_two_ways(large):
    matrix_MB, z = peak_MB(lambda: impedances_Mohm(large, frequency_Hz=50))
    assert matrix_MB < 1.1 * z.nbytes / 1e6 + 16  # the answer itself, and nothing of its size beside it
    # The same equations in another order: rounding.
    np.testing.assert_allclose(np.diag(z), input_impedances_Mohm(large, frequency_Hz=50), rtol=1e-10)
    for source in (0, 5, 3999):
        np.testing.assert_allclose(
            z[source], transfer_impedances_Mohm(large, source, frequency_Hz=50), rtol=1e-10
        )


def test_does_neuron_find_the_same_in_a_large_tree(large):
    places = [0, *large.tips[:50]]
    found = neuron_impedances_Mohm(large, d_lambda=0.02)[places]
    # Segments of up to a fiftieth of the length constant at 100 Hz, which is a ninth of the steady one's.
    np.testing.assert_allclose(transfer_impedances_Mohm(large)[places], found, rtol=3e-3)


def test_does_a_point_of_a_crossing_lie_on_its_own_branch(tmp_path):
    tree = written(
        tmp_path, SOMA, STEM, "3 3 50 50 0 1 2", "4 3 90 90 0 1 3",
        "5 3 8 0 0 1 1", "6 3 50 50 0 1 5", "7 3 60 99 0 1 6",
    )  # fmt: skip
    sections = TreeSections(tree)
    assert sections.segment(3).sec == sections.segment(2).sec != sections.segment(5).sec
    assert sections.segment(6).sec == sections.segment(5).sec


def test_is_the_text_for_neuron_the_tree(tmp_path):
    tree = written(tmp_path, *FORKED)
    rows = [line.split() for line in as_swc(tree).splitlines()]
    assert [int(row[0]) for row in rows] == list(range(1, 8))  # the forked stem stands there twice
    assert [int(row[6]) for row in rows] == [-1, 1, 2, 1, 4, 1, 6]
    assert [int(row[1]) for row in rows] == [1, 3, 3, 4, 4, 3, 3]


@pytest.mark.parametrize(
    "folder", ["two words", "caf\N{LATIN SMALL LETTER E WITH ACUTE}", "\N{CJK UNIFIED IDEOGRAPH-4E2D}"]
)
def test_is_a_file_read_wherever_it_lies(tmp_path, monkeypatch, folder):
    (tmp_path / folder).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / folder))
    tree = written(tmp_path / folder, SOMA, STEM, TIP)
    assert neuron_impedances_Mohm(tree)[0].real == pytest.approx(
        input_impedances_Mohm(tree)[0].real, rel=1e-3
    )
