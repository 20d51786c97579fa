# SPDX-License-Identifier: BSD-3-Clause
"""Write a mechanism in a notebook, use it, change it, and use it again, all in one session.

    from mechanisms.workbench import write

    leak = write('''
    NEURON { SUFFIX mine  NONSPECIFIC_CURRENT i  RANGE g, e }
    UNITS { (mV) = (millivolt) (mA) = (milliamp) (S) = (siemens) }
    PARAMETER { g = 0.001 (S/cm2)  e = -70 (mV) }
    ASSIGNED { v (mV)  i (mA/cm2) }
    BREAKPOINT { i = g * (v - e) }
    ''')
    leak.run(experiment, 5.0)

`write` compiles the text, or says which line is wrong; `run` runs a function in a fresh process that has
loaded it, and returns what the function returns. NEURON in the notebook itself never hears of the mechanism,
so that the next version may bear the same name.
"""

import re
import tempfile
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mechanisms import fresh, loader, nmodl

_LONGEST = 200_000  # characters; the longest mechanisms in use have a tenth of that
_EQUATIONS = re.compile(r"^[ \t]*(DERIVATIVE|KINETIC)\s+(\w+)", re.MULTILINE)
_SOLVED = re.compile(r"\bSOLVE\s+(\w+)")


class SourceError(loader.MechanismError):
    """A source does not compile.

    Attributes:
        name: what the mechanism is called, or "this source".
        line: number of the line, from 1; None where none is to blame.
        sentence: what is wrong and what to do.
        words: NEURON's own words; empty where it would have said nothing.
    """

    def __init__(self, source: str, complaint: nmodl.Complaint) -> None:
        self.name = next(iter(nmodl.names_in(source)), "this source")
        self.line, self.sentence, self.words = complaint.line, complaint.sentence, complaint.words
        super().__init__(_shown(self.name, source, complaint))


@dataclass(frozen=True)
class Mechanism:
    """One or several mechanisms that compile. Made by `write`.

    Attributes:
        names: what NEURON calls them.
        sources: their text, in the same order.
        library: the compiled library in the cache.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    library: Path

    def run(self, function: Callable, *args: Any, timeout_s: float = 60.0, **options: Any) -> Any:
        """Run `function(*args, **options)` in a fresh process that has loaded these mechanisms.

        NEURON is as when just started there: no section, no changed global. The process ends with the
        function. What the function prints is printed here.

        Args:
            function: builds the model, runs it, and returns numbers; it may use modules, functions and values
                of the notebook. Sections live in one process: it makes its own.
            *args: its arguments by place.
            timeout_s: after so many seconds the process is ended.
            **options: its arguments by name.

        Returns:
            What the function returns: numbers, strings, arrays, a Recording, or containers of these.

        Raises:
            RunError: the function raised, the process crashed, or the time is up.
            CrossingError: something lives in its process alone, such as a section.
            MechanismError: the mechanisms cannot be loaded, because NEURON has one of that name built in.
            TypeError: `function` cannot be called.
            ValueError: `timeout_s` is not positive.
        """
        if not callable(function):
            raise TypeError(f"run() takes a function and then its arguments, not {function!r}")
        if not timeout_s > 0:
            raise ValueError(f"timeout_s must be positive, in seconds, not {timeout_s}")
        return fresh.call(_files(self.sources), function, args, options, timeout_s)

    def __repr__(self) -> str:
        return f"<{', '.join(self.names)}: compiled>"


def write(*sources: str, check_units: bool = True) -> Mechanism:
    """Compile mechanisms from their text, and load them nowhere.

    Each version is compiled once: the library is kept in the cache of `mechanisms.load`, under a key made of
    the text, NEURON's version and the platform.

    Args:
        *sources: NMODL text, one mechanism in each.
        check_units: whether units that do not fit are refused; NEURON itself would compile them.

    Returns:
        The mechanisms, ready to `run` with.

    Raises:
        SourceError: a source does not compile; it knows the line.
        MechanismError: no compiler, or no cache to write to.
        TypeError: a source is not text.
        ValueError: there is no source, two have one name, or one is too long.
    """
    _check_form(sources)
    for source in sources:
        fault = _unsolved(source) or nmodl.find_fault(source)
        if fault := fault or (check_units and nmodl.find_unit_fault(source)):
            raise SourceError(source, fault)
    names = tuple(nmodl.names_in(source)[0] for source in sources)
    if len(set(names)) < len(names):
        raise ValueError(f"two of the sources have one name ({', '.join(names)}): give each its own")
    return Mechanism(names, sources, _compiled(sources))


def _check_form(sources: tuple[str, ...]) -> None:
    if not sources:
        raise ValueError("write() takes the text of a mechanism")
    for source in sources:
        if not isinstance(source, str):
            raise TypeError(f"write() takes NMODL as text, not {type(source).__name__}")
        if len(source) > _LONGEST:
            raise ValueError(f"a source of {len(source)} characters is too long: {_LONGEST} are allowed")


def _unsolved(source: str) -> nmodl.Complaint | None:
    """Equations that no SOLVE names: NEURON compiles them, and their states stay where they start."""
    text = nmodl.without_comments(source)
    equations = {found[2]: found for found in _EQUATIONS.finditer(text)}
    solved = set(_SOLVED.findall(text))
    forgotten = [name for name in equations if name not in solved]
    if not forgotten or solved - set(equations):  # a SOLVE of a block that is none: NEURON names it
        return None
    found = equations[forgotten[0]]
    method = {"DERIVATIVE": "cnexp", "KINETIC": "sparse"}[found[1]]
    return nmodl.Complaint(
        text.count("\n", 0, found.start()) + 1,
        f"nothing solves the equations of {found[2]}, so their states would stay where they start: write "
        f"SOLVE {found[2]} METHOD {method} in BREAKPOINT",
    )


def _files(sources: tuple[str, ...]) -> dict[str, str]:
    """The sources by the names of their files."""
    return {f"{nmodl.names_in(source)[0]}.mod": source for source in sources}


def _compiled(sources: tuple[str, ...]) -> Path:
    """The library in the cache; what the C++ compiler refuses is told like any other mistake."""
    with tempfile.TemporaryDirectory() as made:
        for name, source in _files(sources).items():
            Path(made, name).write_text(source, encoding="ascii")
        try:
            return loader.build(Path(made))
        except loader.CompilerError as error:
            raise SourceError(*nmodl.compilers_fault(error.output, sources)) from None


def _shown(name: str, source: str, complaint: nmodl.Complaint) -> str:
    """The sentence, the line with its number, and NEURON's own words, narrow enough for a page."""
    place = f"{name}, line {complaint.line}" if complaint.line else name
    shown = [_wrapped(f"{place}: {complaint.sentence}")]
    if complaint.line:
        shown.append(f"  {complaint.line:4} | {source.splitlines()[complaint.line - 1].rstrip()}")
    if complaint.words:
        shown.append(_wrapped(f"  NEURON's words: {complaint.words}"))
    return "\n".join(shown)


def _wrapped(text: str) -> str:
    """Lines of at most 76 letters, those after the first indented."""
    return textwrap.fill(text, 76, subsequent_indent="    ", break_long_words=False)
