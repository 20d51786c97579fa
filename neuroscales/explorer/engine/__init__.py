# SPDX-License-Identifier: BSD-3-Clause
"""The page engine: NEURON's numbers in a browser, from the same mechanisms, in small modules of JavaScript.

`python -m neuroscales.explorer.engine` writes the page modules of the mechanisms from their `.mod` files.
"""

import re
from importlib.resources import files
from pathlib import Path

from mechanisms.loader import FOLDER as MECHANISMS
from neuroscales.explorer.engine.nmodl.source import NEURONS_OWN

FOLDER = Path(__file__).parent

_OF_NEURON = ("hh", "passive", "expsyn", "exp2syn")
_BY_HAND = {"vecstim"}

_IMPORT = re.compile(r'^import \{[^}]*\} from "([^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=const|let|function|class)", re.MULTILINE)


def sources() -> dict[str, Path]:
    """The `.mod` files that page modules are made from, by the name of the module."""
    own = {path.stem: path for path in sorted(MECHANISMS.glob("*.mod")) if path.stem not in _BY_HAND}
    own["slow_potassium"] = FOLDER.parents[1] / "synapse" / "slow_potassium.mod"
    return {name: NEURONS_OWN / f"{name}.mod" for name in _OF_NEURON} | own


def joined(*entries: str) -> str:
    """Modules and all that they import, in one script: each once, what is imported first.

    Args:
        entries: Names of modules below this folder, such as `"cable.js"`; without any, the whole engine.

    Returns:
        A script without imports and exports. All its top-level names share one scope.
    """
    order: list[str] = []
    for entry in entries or all_modules():
        _collect(entry, order)
    return "\n".join(_EXPORT.sub("", _IMPORT.sub("", _text(name))) for name in order)


def all_modules() -> list[str]:
    """The names of all modules, the engine's own and the mechanisms'."""
    return sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.js"))


def _collect(name: str, order: list[str]) -> None:
    """Put what `name` imports into `order`, then `name`."""
    if name in order:
        return
    folder = FOLDER / name
    for imported in _IMPORT.findall(_text(name)):
        _collect((folder.parent / imported).resolve().relative_to(FOLDER.resolve()).as_posix(), order)
    order.append(name)


def _text(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")
