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

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mechanisms import fresh, loader, nmodl
from mechanisms.errors import SourceError, shown
from mechanisms.nmodl_text import as_source

_LONGEST = 200_000  # characters; the longest mechanisms in use have a tenth of that


@dataclass(frozen=True)
class Mechanism:
    """One or several mechanisms that compile. Made by `write`.

    Attributes:
        names: what NEURON calls them.
        sources: their text, in the same order.
        library: the compiled library in the cache.
        advice: what NEURON takes and you may not have meant, each with its line.
    """

    names: tuple[str, ...]
    sources: tuple[str, ...]
    library: Path
    advice: tuple[str, ...] = ()

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

    What NEURON builds is taken. What it takes though it is probably not meant (units that do not fit, an
    equation that nothing solves, a current that is declared nowhere) is printed as advice, and kept as
    `Mechanism.advice`.

    Each version is compiled once: the library is kept in the cache of `mechanisms.load`, under a key made of
    the text, NEURON's version and the platform.

    Args:
        *sources: NMODL text, one mechanism in each.
        check_units: whether to give advice on units too; NEURON itself never looks at them.

    Returns:
        The mechanisms, ready to `run` with.

    Raises:
        SourceError: a source does not compile; it knows the line.
        MechanismError: no compiler, or no cache to write to.
        TypeError: a source is not text.
        ValueError: there is no source, two have one name, or one is too long.
    """
    _check_form(sources)
    sources = tuple(as_source(source) for source in sources)
    for source in sources:
        if fault := nmodl.find_fault(source):
            raise SourceError(source, fault)
    names = tuple(nmodl.names_in(source)[0] for source in sources)
    if len(set(names)) < len(names):
        raise ValueError(f"two of the sources have one name ({', '.join(names)}): give each its own")
    library = _compiled(sources)
    advice = tuple(_advice(source, check_units) for source in sources)
    told = tuple(line for lines in advice for line in lines)
    for line in told:
        print(line)
    return Mechanism(names, sources, library, told)


def _advice(source: str, check_units: bool) -> list[str]:
    """What is probably not meant in a source, as it is printed."""
    name = nmodl.names_in(source)[0]
    found = nmodl.find_advice(source, check_units=check_units)
    return [shown(f"Advice on {name}", source, complaint) for complaint in found]


def _check_form(sources: tuple[str, ...]) -> None:
    if not sources:
        raise ValueError("write() takes the text of a mechanism")
    for source in sources:
        if not isinstance(source, str):
            raise TypeError(f"write() takes NMODL as text, not {type(source).__name__}")
        if len(source) > _LONGEST:
            raise ValueError(f"a source of {len(source)} characters is too long: {_LONGEST} are allowed")


def _files(sources: tuple[str, ...]) -> dict[str, str]:
    """The sources by the names of their files."""
    return {f"{nmodl.names_in(source)[0]}.mod": source for source in sources}


def _compiled(sources: tuple[str, ...]) -> Path:
    """The library in the cache; what the C++ compiler refuses is told like any other mistake."""
    with tempfile.TemporaryDirectory() as made:
        for name, source in _files(sources).items():
            Path(made, name).write_text(source, encoding="utf-8")
        return loader.build(Path(made))
