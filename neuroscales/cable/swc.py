# SPDX-License-Identifier: BSD-3-Clause
"""SWC files as people have them: read line by line, checked, and turned so that the tree grows from the soma.

What is merely unusual is taken: remarks behind a point, a byte order mark, letters of another encoding,
points in any order, columns after the seventh, somata of several points, parts that lie apart. What is wrong
is refused in one sentence that names the file, the lines and what to do.
"""

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

SOMA = 1  # SWC's number for that type
_COLUMNS = "number, type, x, y, z, radius, parent"
_LARGEST = 2**53  # up to here every integer is exact in floating point
_ROUNDED = 0.01  # NEURON's own tolerance for a soma of three points: coordinates come with two decimals


def frustum_area_um2(
    length_um: float | np.ndarray, radius_um: float | np.ndarray, other_um: float | np.ndarray
) -> float | np.ndarray:
    """Side area of a truncated cone, pi (r1 + r2) sqrt(l^2 + (r1 - r2)^2).

    >>> round(float(frustum_area_um2(4.0, 3.0, 0.0)) / math.pi, 9)
    15.0
    """
    return np.pi * (radius_um + other_um) * np.hypot(length_um, radius_um - other_um)


@dataclass(frozen=True)
class Row:
    """One point as its line has it.

    Attributes:
        line: number of the line, from 1.
        number: of the point.
        kind: SWC's type.
        xyz_um: coordinates.
        radius_um: radius.
        parent: number of the parent; None at a root.
    """

    line: int
    number: int
    kind: int
    xyz_um: tuple[float, float, float]
    radius_um: float
    parent: int | None


@dataclass(frozen=True)
class Points:
    """A tree in arrays: the soma first, every parent before its children.

    Attributes:
        number, kind, parent: integers, shape (n_points,); `parent` holds indices, -1 for the soma.
        xyz_um: shape (n_points, 3).
        radius_um: shape (n_points,).
        remarks: what the reader had to settle, one sentence each.
    """

    number: np.ndarray
    kind: np.ndarray
    xyz_um: np.ndarray
    radius_um: np.ndarray
    parent: np.ndarray
    remarks: tuple[str, ...]


def read_points(path: Path) -> Points:
    """The points of a file, turned so that the tree grows from the soma.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: it is a folder, holds no point, or holds something that is not one cell.
    """
    rows, remarks = _rows(path)
    by_number = _numbered(path.name, rows)
    _check_rings(path.name, by_number)
    soma = _soma(path.name, by_number)
    tree = _collapsed(by_number, soma)
    if len(soma) > 1:
        remarks.append(
            f"the soma's {len(soma)} points became one, of radius {tree[soma[0]].radius_um:g} um: a sphere "
            "of their area"
        )
    parents, order = _grown_from(soma[0], tree, remarks)
    _check_radii(path.name, tree, parents)
    return _points(tree, parents, order, remarks)


# --- lines --------------------------------------------------------------------------------------------------


def _rows(path: Path) -> tuple[list[Row], list[str]]:
    """The points of a file line by line, and remarks on them."""
    lines = [line.partition("#")[0].strip() for line in re.split(r"\r\n|\r|\n", _text(path))]
    rows = [_row(path.name, i, line) for i, line in enumerate(lines, start=1) if line]
    if not rows:
        raise ValueError(
            f"{path.name} holds no point: an SWC file has a line of seven numbers for each point"
        )
    more = [i for i, line in enumerate(lines, start=1) if len(line.split()) > 7]
    remarks = [f"line {more[0]}: what stands behind the seventh number is not read"] if more else []
    return rows, remarks


def _text(path: Path) -> str:
    """The text of a file in whatever encoding it came; only remarks hold letters beyond ASCII."""
    if path.is_dir():
        raise ValueError(f"{path.name or path} is a folder: give the path of an SWC file in it")
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise ValueError(f"{path.name} is not text, so it is no SWC file: is it packed, or a picture?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return text.rstrip("\x1a")  # the end of a file in MS-DOS


def _row(name: str, line: int, text: str) -> Row:
    where = f"{name}, line {line}"
    words = text.split()
    numbers = [_number(word) for word in words[:7]]
    if len(words) < 7 or not all(math.isfinite(number) for number in numbers):
        raise ValueError(f"{where}: {_why_no_point(text)}")
    for value, what in ((numbers[0], "number of a point"), (numbers[1], "type of a point")):
        if not (value.is_integer() and 0 <= value < _LARGEST):
            raise ValueError(f"{where}: {value:g} is no {what}; write a whole number, 0 or more")
    if not (numbers[6].is_integer() and abs(numbers[6]) < _LARGEST):
        raise ValueError(
            f"{where}: {numbers[6]:g} is no number of a point, so it cannot be a parent; write a whole "
            "number, or -1 at the root"
        )
    if numbers[5] < 0:
        raise ValueError(
            f"{where}: the radius of point {int(numbers[0])} must be positive, not {numbers[5]:g} um"
        )
    xyz = (numbers[2], numbers[3], numbers[4])
    parent = None if numbers[6] < 0 else int(numbers[6])
    return Row(line, int(numbers[0]), int(numbers[1]), xyz, numbers[5], parent)


def _number(word: str) -> float:
    """The number that a word is, or NaN; Python alone would read 1_0 too."""
    try:
        return float(word) if "_" not in word else math.nan
    except ValueError:
        return math.nan


def _why_no_point(text: str) -> str:
    """What is wrong with a line that is not seven numbers."""
    shown = repr(text if len(text) <= 60 else text[:57] + "...")
    words = text.split()
    for sign, called in ((";", "semicolons"), (",", "commas")):
        parts = [part for part in text.split(sign) if part.strip()]
        if len(words) < 7 <= len(parts) and not any(math.isnan(_number(part.strip())) for part in parts[:7]):
            return f"the numbers are separated by {called} ({shown}); separate by blanks"
    decimal = next((word for word in words if re.fullmatch(r"[-+]?\d+,\d+", word)), None)
    if decimal or ";" in text or "," in text:
        example = f": {decimal.replace(',', '.')}, not {decimal}" if decimal else ""
        return f"write a number with a point{example}, and separate by blanks, not {shown}"
    found = next((word for word in words[:7] if _number(word) in (math.inf, -math.inf)), None)
    found = found or next((word for word in words[:7] if word.lower().lstrip("+-") == "nan"), None)
    if found and len(words) >= 7:
        return f"a point has seven numbers ({_COLUMNS}), and {found} is not a finite number"
    return f"a point has seven numbers ({_COLUMNS}), separated by blanks, not {shown}"


# --- the tree -----------------------------------------------------------------------------------------------


def _numbered(name: str, rows: list[Row]) -> dict[int, Row]:
    """The points by their numbers, each number once, each parent there."""
    by_number: dict[int, Row] = {}
    for row in rows:
        if other := by_number.get(row.number):
            raise ValueError(
                f"{name}: the number {row.number} stands in lines {other.line} and {row.line}; give each "
                "point a number of its own"
            )
        by_number[row.number] = row
    for row in rows:
        if row.parent == 0 and 0 not in by_number:  # how some programs mark a root
            by_number[row.number] = replace(row, parent=None)
        elif row.parent is not None and row.parent not in by_number:
            raise ValueError(
                f"{name}, line {row.line}: the parent of point {row.number}, {row.parent}, is not in the "
                "file; write the number of a point, or -1 at the root"
            )
    return by_number


def _check_rings(name: str, by_number: dict[int, Row]) -> None:
    """Refuse points whose parents lead back to themselves."""
    good: set[int] = set()
    for start in by_number:
        way: dict[int, None] = {}
        number: int | None = start
        while number is not None and number not in good:
            if number in way:
                ring = list(way)[list(way).index(number) :]
                raise ValueError(f"{name}: {_ring_told([by_number[i] for i in ring])}")
            way[number] = None
            number = by_number[number].parent
        good.update(way)


def _ring_told(ring: list[Row]) -> str:
    if len(ring) == 1:
        return f"line {ring[0].line}: point {ring[0].number} is its own parent; write -1 if it is the root"
    lines = sorted(row.line for row in ring)
    numbers = ", ".join(str(row.number) for row in ring[:6])
    return (
        f"lines {lines[0]} to {lines[-1]}: the parents of the points {numbers}{', ...' * (len(ring) > 6)} "
        "lead round in a ring; one of them must have a parent outside it, or -1"
    )


def _soma(name: str, by_number: dict[int, Row]) -> list[int]:
    """The numbers of the soma's points, the one first from which the others go out."""
    inside = {number for number, row in by_number.items() if row.kind == SOMA}
    if not inside:
        raise ValueError(
            f"{name} has no soma: a cell of the course begins at one; give its point the type {SOMA}"
        )
    first = [number for number in inside if by_number[number].parent not in inside]
    if len(first) > 1:
        lines = sorted(by_number[number].line for number in first)
        raise ValueError(
            f"{name}: two somata, in lines {lines[0]} and {lines[1]} (points of type {SOMA} that are not "
            "connected); keep one cell to a file, or give what is no soma its own type"
        )
    return [first[0], *(number for number in by_number if number in inside and number != first[0])]


def _collapsed(by_number: dict[int, Row], soma: list[int]) -> dict[int, Row]:
    """The points with the soma as one of them, a sphere with the area of all its pieces."""
    rest = {
        number: replace(row, parent=soma[0]) if row.parent in soma else row
        for number, row in by_number.items()
        if number not in soma
    }
    root = by_number[soma[0]]
    if len(soma) > 1:
        center, radius_um = _sphere([by_number[number] for number in soma])
        root = replace(root, xyz_um=tuple(center), radius_um=radius_um)
    return {soma[0]: root, **rest}


def _sphere(soma: list[Row]) -> tuple[np.ndarray, float]:
    """Center and radius of the sphere that stands for a soma of several points."""
    xyz = np.array([row.xyz_um for row in soma])
    radius = np.array([row.radius_um for row in soma])
    place = {row.number: i for i, row in enumerate(soma)}
    parent = np.array([place[row.parent] for row in soma[1:]])
    if _is_neuromorphos(xyz, radius, parent):
        return xyz[0], float(radius[0])
    distance_um = np.linalg.norm(xyz - xyz.mean(axis=0), axis=1)
    if _is_outline(xyz, radius, parent, distance_um):
        return xyz.mean(axis=0), float(distance_um.mean())
    length = np.linalg.norm(xyz[1:] - xyz[parent], axis=1)
    area_um2 = frustum_area_um2(length, radius[parent], radius[1:])
    if not length.any() or not area_um2.any():  # all at one place
        return xyz[0], float(radius.max())
    middle = (xyz[1:] + xyz[parent]) / 2
    return np.average(middle, axis=0, weights=area_um2), float(np.sqrt(area_um2.sum() / (4 * np.pi)))


def _is_neuromorphos(xyz: np.ndarray, radius: np.ndarray, parent: np.ndarray) -> bool:
    """Whether these are the three points with which NeuroMorpho.Org writes a sphere.

    Its cylinder, as long as thick, has the sphere's area (http://neuromorpho.org/SomaFormat.html).
    """
    if parent.tolist() != [0, 0] or np.ptp(radius) or not radius[0]:
        return False
    length_um = np.linalg.norm(xyz[1:] - xyz[0], axis=1).sum()
    return bool(abs(length_um / (2 * radius[0]) - 1) < _ROUNDED)


def _is_outline(xyz: np.ndarray, radius: np.ndarray, parent: np.ndarray, distance_um: np.ndarray) -> bool:
    """Whether the points go once around a soma instead of through it: thin, one after the other, closed."""
    if len(xyz) < 4 or parent.tolist() != list(range(len(parent))):
        return False
    steps_um = np.linalg.norm(np.diff(xyz, axis=0), axis=1)
    gap_um = np.linalg.norm(xyz[-1] - xyz[0])
    return bool(gap_um <= 1.5 * steps_um.max() and radius.max() < distance_um.min() / 2)


def _grown_from(
    soma: int, tree: dict[int, Row], remarks: list[str]
) -> tuple[dict[int, int | None], list[int]]:
    """The parent of each point on its way to the soma, and the points in an order with parents first."""
    neighbors: dict[int, list[int]] = {number: [] for number in tree}
    kept = _root_of(soma, tree)
    for number, row in tree.items():
        other = row.parent
        if other is None and number != kept:
            other = soma
            remarks.append(
                f"line {row.line}: point {number} begins a part that is not connected; it was connected to "
                "the soma, as NEURON's own reader does"
            )
        if other is not None:
            neighbors[number].append(other)
            neighbors[other].append(number)
    parents: dict[int, int | None] = {soma: None}
    order, waiting = [], [soma]
    while waiting:
        order.append(number := waiting.pop())
        new = [other for other in neighbors[number] if other not in parents]
        parents.update(dict.fromkeys(new, number))
        waiting.extend(reversed(sorted(new, key=lambda other: tree[other].line)))
    return parents, _file_order(tree, parents) or order


def _root_of(number: int, tree: dict[int, Row]) -> int:
    while (parent := tree[number].parent) is not None:
        number = parent
    return number


def _file_order(tree: dict[int, Row], parents: dict[int, int | None]) -> list[int] | None:
    """The order of the file, where it has parents first as it is."""
    line = {number: row.line for number, row in tree.items()}
    soma = next(iter(tree))
    for number, parent in parents.items():
        if parent is not None and parent != soma and line[parent] > line[number]:
            return None
    return [soma, *sorted((number for number in tree if number != soma), key=line.get)]


def _check_radii(name: str, tree: dict[int, Row], parents: dict[int, int | None]) -> None:
    """Refuse a radius of zero but at a tip, where a dendrite may taper off."""
    soma, inner = next(iter(tree)), set(parents.values())
    for number, row in tree.items():
        if row.radius_um == 0 and (number in inner or parents[number] in (None, soma)):
            raise ValueError(
                f"{name}, line {row.line}: the radius of point {number} must be positive, not 0 um; only the "
                "tip of a branch may taper to zero"
            )


def _points(
    tree: dict[int, Row], parents: dict[int, int | None], order: list[int], remarks: list[str]
) -> Points:
    index = {number: i for i, number in enumerate(order)}
    rows = [tree[number] for number in order]
    return Points(
        number=np.array(order),
        kind=np.array([row.kind for row in rows]),
        xyz_um=np.array([row.xyz_um for row in rows], dtype=float),
        radius_um=np.array([row.radius_um for row in rows], dtype=float),
        parent=np.array([-1, *(index[parents[number]] for number in order[1:])]),
        remarks=tuple(remarks),
    )
