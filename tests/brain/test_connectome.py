# SPDX-License-Identifier: BSD-3-Clause
"""Connectomes: what is refused, what formats give back, and what the two in the box look like."""

import hashlib
import zipfile
from importlib.resources import files

import numpy as np
import pytest
from scipy.io import savemat

from neuroscales.brain import Connectome, load_connectome, ring, synthetic, vepcon
from neuroscales.brain.modes import laplacian

PAIR = {
    "weights": [[0.0, 1.0], [2.0, 0.0]],
    "lengths_mm": [[0.0, 30.0], [40.0, 0.0]],
    "names": ["a", "b"],
    "positions_mm": [[0.0, 0.0, 0.0], [30.0, 0.0, 0.0]],
}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"weights": [[0.0, 1.0]]}, "square"),
        ({"weights": [[0.0, np.nan], [1.0, 0.0]]}, r"weights\[0, 1\].*finite"),
        ({"weights": [[0.0, -1.0], [1.0, 0.0]]}, r"weights\[0, 1\] = -1.0 is negative"),
        ({"weights": np.zeros((0, 0))}, "square"),
        ({"lengths_mm": [[0.0, -3.0], [1.0, 0.0]]}, "mm is negative"),
        ({"lengths_mm": np.zeros((3, 3))}, "lengths_mm are"),
        ({"names": ["a", "a"]}, "different names"),
        ({"names": ["a"]}, "different names"),
        ({"positions_mm": [[0.0, 0.0], [1.0, 1.0]]}, "positions_mm"),
        ({"positions_mm": [[0.0, 0.0, np.inf], [1.0, 1.0, 0.0]]}, "finite"),
    ],
)
def test_is_what_makes_no_connectome_refused_in_one_sentence(changed, message):
    with pytest.raises(ValueError, match=message):
        Connectome(**PAIR | changed)


def test_are_delays_lengths_over_speed_and_is_a_speed_of_zero_refused():
    brain = Connectome(**PAIR)
    assert brain.delays_ms(10.0) == pytest.approx(np.array([[0.0, 3.0], [4.0, 0.0]]))
    with pytest.raises(ValueError, match="speed_m_s"):
        brain.delays_ms(0.0)


def test_does_row_normalization_divide_by_what_a_region_receives():
    brain = Connectome(**PAIR | {"weights": [[1.0, 3.0], [2.0, 0.0]]})
    assert brain.row_normalized() == pytest.approx(np.array([[0.25, 0.75], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="'b' receives no tract"):
        Connectome(**PAIR | {"weights": [[0.0, 1.0], [0.0, 0.0]]}).row_normalized()


def test_can_nobody_change_a_connectome_afterwards():
    given = np.array(PAIR["weights"])
    brain = Connectome(**PAIR | {"weights": given})
    given[0, 1] = 7.0
    assert brain.weights[0, 1] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        brain.weights[0, 1] = 7.0


def test_has_the_synthetic_brain_the_distances_meant_and_no_mirror_symmetry():
    brain = synthetic()
    pairs = np.triu_indices(66, 1)
    # The course's figures: mean delay 14.8 ms, longest 27.6 ms at 6 m/s; the axes are round numbers of mm.
    assert brain.delays_ms(6.0)[pairs].mean() == pytest.approx(14.8, abs=0.15)
    assert brain.delays_ms(6.0).max() == pytest.approx(27.6, abs=0.15)
    assert np.array_equal(brain.weights, brain.weights.T)
    assert not brain.weights.diagonal().any()
    twin = np.r_[33:66, 0:33]
    assert np.abs(brain.weights - brain.weights[np.ix_(twin, twin)]).max() > 0.1
    # Shares of single modes mean nothing where two eigenvalues are almost equal.
    assert np.diff(np.linalg.eigvalsh(laplacian(brain.weights))[:11]).min() > 0.01
    assert np.array_equal(brain.weights, synthetic().weights)


def test_is_the_real_brain_the_one_that_was_checked_in():
    folder = files("neuroscales.brain") / "_vendor" / "vepcon"
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert "CC0 1.0" in (folder / "LICENSE").read_text()
    assert "10.1038/s41597-021-01116-1" in (folder / "README.md").read_text()


def test_is_the_real_brain_as_its_source_describes_it():
    brain = vepcon()
    tract = brain.weights > 0
    assert (brain.n_regions, np.count_nonzero(np.triu(tract))) == (83, 700)
    assert np.array_equal(tract, brain.lengths_mm > 0)
    assert brain.lengths_mm[tract].min() == pytest.approx(7.4, abs=0.05)
    assert np.median(brain.lengths_mm[tract]) == pytest.approx(37, abs=0.5)
    assert np.array_equal(brain.weights, brain.weights.T)
    assert "CC0" in brain.source
    right, left = (
        np.array([any(side in name for side in sides) for name in brain.names])
        for sides in (("rh-", "right-"), ("lh-", "left-"))
    )
    assert np.all(brain.positions_mm[right, 0] > 0) and np.all(brain.positions_mm[left, 0] < 0)
    assert (right.sum(), left.sum()) == (41, 41)  # and the brainstem


def test_is_a_ring_what_its_name_says():
    brain = ring(20)
    assert brain.weights.sum(axis=1) == pytest.approx(np.full(20, 2.0))
    assert brain.weights[0, [1, 19]] == pytest.approx([1.0, 1.0])
    with pytest.raises(ValueError, match="3 regions"):
        ring(2)


def _written(kind, path):
    """The pair above in one of the formats."""
    weights, lengths = np.array(PAIR["weights"]), np.array(PAIR["lengths_mm"])
    if kind == "npz":
        np.savez(path / "pair.npz", SC=weights, lengths=lengths, labels=np.array(PAIR["names"]))
        return path / "pair.npz"
    if kind == "mat":
        labels = np.array([["a"], ["b"]], dtype=object)
        savemat(path / "pair.mat", {"Cmat": weights, "length_mat": lengths, "labels": labels})
        return path / "pair.mat"
    if kind == "tvb":
        with zipfile.ZipFile(path / "pair.zip", "w") as archive:
            archive.writestr("weights.txt", "0 1\n2 0\n")
            archive.writestr("tract_lengths.txt", "0.0 30.0\n40.0 0.0\n")
            archive.writestr("centres.txt", "a 0 0 0\nb 30 0 0\n")
        return path / "pair.zip"
    np.savetxt(path / "weights.csv", weights, delimiter=",")
    np.savetxt(path / "lengths_mm.csv", lengths, delimiter=",")
    (path / "names.txt").write_text("a\nb\n")
    return path


@pytest.mark.parametrize("kind", ["npz", "mat", "tvb", "csv"])
def test_does_every_format_give_back_the_same_brain(kind, tmp_path):
    brain = load_connectome(_written(kind, tmp_path), source="the pair")
    assert np.array_equal(brain.weights, PAIR["weights"])
    assert np.array_equal(brain.lengths_mm, PAIR["lengths_mm"])
    assert brain.names == ("a", "b")
    assert brain.source == "the pair"


def test_is_a_file_without_what_is_needed_refused_by_name(tmp_path):
    np.savez(tmp_path / "none.npz", something=np.eye(2))
    with pytest.raises(ValueError, match="no weights, but something"):
        load_connectome(tmp_path / "none.npz")
    np.savez(tmp_path / "short.npz", weights=np.eye(2))
    with pytest.raises(ValueError, match="no tract lengths"):
        load_connectome(tmp_path / "short.npz")
    (tmp_path / "brain.h5").write_text("")
    with pytest.raises(ValueError, match=r"is a \.zip"):
        load_connectome(tmp_path / "brain.h5")
    with pytest.raises(FileNotFoundError, match="missing"):
        load_connectome(tmp_path / "missing.npz")
    (tmp_path / "weights.csv").write_text("0,1\n2\n")
    with pytest.raises(ValueError, match=r"weights\.csv is not a table"):
        load_connectome(tmp_path)
