# SPDX-License-Identifier: BSD-3-Clause
"""Reading connectomes from the files that people have: TVB's zip, CSV, MATLAB, NumPy; and a real one."""

import bz2
import csv
import io
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path, PurePosixPath

import numpy as np
from scipy.io import loadmat

from neuroscales.brain.connectome import Connectome

_VEPCON = "VEPCON (OpenNeuro ds003505), 83 regions, average of 20 adults, CC0"

# What the arrays are called in the wild; the first that a file holds is taken.
_WEIGHTS = ("weights", "SC", "sc", "Cmat", "cmat", "C")
_LENGTHS = ("lengths_mm", "lengths", "tract_lengths", "length_mat", "len", "D", "distances")
_NAMES = ("names", "labels", "region_labels", "ROI_names")
_POSITIONS = ("positions_mm", "positions", "centres", "centers", "coords")


def vepcon() -> Connectome:
    """The real connectome in the box: 83 regions, the average of 20 adults; weights are numbers of fibers.

    Pascucci et al. 2022, https://doi.org/10.1038/s41597-021-01116-1 (OpenNeuro ds003505 v1.1.1, CC0 1.0).

    >>> brain = vepcon()
    >>> brain.n_regions, round(brain.density, 3)
    (83, 0.206)
    """
    folder = files("neuroscales.brain") / "_vendor" / "vepcon"
    texts = {name: (folder / f"{name}.csv").read_text() for name in ("weights_fibre_count", "lengths_mm")}
    weights, lengths_mm = (_numbers(text, f"{name}.csv") for name, text in texts.items())
    regions = list(csv.DictReader(io.StringIO((folder / "regions.csv").read_text())))
    positions_mm = [[float(region[f"{axis}_mm"]) for axis in "xyz"] for region in regions]
    return Connectome(weights, lengths_mm, [region["name"] for region in regions], positions_mm, _VEPCON)


def load_connectome(path: str | Path, source: str | None = None) -> Connectome:
    """Read a connectome; the ending of the path says which format.

    ``.zip`` is TVB's (weights, tract_lengths, centres), ``.mat`` MATLAB's up to v7.2, ``.npz`` NumPy's; a
    folder holds ``weights.csv``, ``lengths_mm.csv`` and, if there are any, ``names.txt`` and
    ``positions_mm.csv``. In ``.mat`` and ``.npz`` the arrays may have any of their usual names (``weights``,
    ``SC``, ``Cmat``; ``lengths``, ``tract_lengths``, ``len``). Entry [i, j] must be the tract from j to i.

    Args:
        path: the file or folder.
        source: what the connectome is called in figures; by default the name of the file.

    Raises:
        ValueError: another ending, a file without weights, or numbers that make no connectome.
        FileNotFoundError: there is no such file.
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no connectome at {path}")
    readers = {".zip": _from_tvb_zip, ".mat": _from_mat, ".npz": _from_npz}
    if path.is_dir():
        arrays = _from_folder(path)
    elif path.suffix in readers:
        arrays = readers[path.suffix](path)
    else:
        raise ValueError(f"{path.name}: a connectome is a .zip, .mat or .npz file, or a folder of .csv files")
    return _build(arrays, source or path.name)


def _build(arrays: Mapping[str, object], source: str) -> Connectome:
    weights = _find(arrays, _WEIGHTS)
    if weights is None:
        raise ValueError(f"{source} holds no weights, but {', '.join(sorted(arrays)) or 'nothing'}")
    weights = np.asarray(weights, dtype=float)
    n = len(weights)
    lengths = _find(arrays, _LENGTHS)
    if lengths is None:
        raise ValueError(f"{source} holds no tract lengths (mm), but {', '.join(sorted(arrays))}")
    names, positions = _find(arrays, _NAMES), _find(arrays, _POSITIONS)
    names = [f"region{k}" for k in range(n)] if names is None else _strings(names)
    positions = np.zeros((n, 3)) if positions is None else positions
    return Connectome(weights, lengths, names, positions, source)


def _find(arrays: Mapping[str, object], names: tuple[str, ...]) -> object | None:
    return next((arrays[name] for name in names if name in arrays), None)


def _strings(values: object) -> list[str]:
    """Names out of whatever a file wraps them in; MATLAB puts each into an array and pads it."""
    flat = np.asarray(values).ravel()
    return [str(np.asarray(value).ravel()[0] if np.asarray(value).size else "").strip() for value in flat]


def _numbers(text: str, name: str) -> np.ndarray:
    """A matrix out of text with commas, semicolons, tabs or spaces between the numbers."""
    rows = [line.replace(",", " ").replace(";", " ").split() for line in text.splitlines() if line.strip()]
    try:
        return np.array([[float(number) for number in row] for row in rows])
    except ValueError as error:
        raise ValueError(f"{name} is not a table of numbers with rows of one length: {error}") from error


def _from_tvb_zip(path: Path) -> dict[str, object]:
    arrays: dict[str, object] = {}
    with zipfile.ZipFile(path) as archive:
        for entry in archive.namelist():
            stem = PurePosixPath(entry).name.split(".")[0]
            if stem not in ("weights", "tract_lengths", "centres", "centers"):
                continue
            data = archive.read(entry)
            text = (bz2.decompress(data) if entry.endswith(".bz2") else data).decode()
            if stem in ("weights", "tract_lengths"):
                arrays[stem] = _numbers(text, entry)
            else:
                rows = [line.split() for line in text.splitlines() if line.strip()]
                arrays["names"] = [row[0] for row in rows]
                arrays["positions"] = [[float(number) for number in row[1:4]] for row in rows]
    return arrays


def _from_mat(path: Path) -> dict[str, object]:
    try:
        return {name: value for name, value in loadmat(path).items() if not name.startswith("__")}
    except NotImplementedError as error:
        raise ValueError(f"{path.name} is a MATLAB v7.3 file: save it again with -v7") from error


def _from_npz(path: Path) -> dict[str, object]:
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def _from_folder(path: Path) -> dict[str, object]:
    arrays: dict[str, object] = {
        file.stem: _numbers(file.read_text(), file.name)
        for file in sorted(path.glob("*.csv"))
        if file.stem in (*_WEIGHTS, *_LENGTHS, *_POSITIONS)
    }
    if (path / "names.txt").exists():
        arrays["names"] = (path / "names.txt").read_text().split()
    return arrays
