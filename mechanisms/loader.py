# SPDX-License-Identifier: BSD-3-Clause
"""Compile NMODL files once into a cache of the user's, and load them into NEURON.

NEURON can load a mechanism but never unload it, refuses a second one of the same name, and takes up a folder
`x86_64` that lies in the working directory. So nothing is compiled beside a notebook: the library goes into a
cache, under a key made of the sources, NEURON's version and the platform.
"""

import hashlib
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from mechanisms import nmodl
from mechanisms.errors import CompilerError, MechanismError, SourceError, shown
from mechanisms.nmodl import names_in
from mechanisms.nmodl_text import in_ascii, read_source
from mechanisms.places import plain_folder, plain_name

FOLDER = Path(__file__).resolve().parent

# Without this NEURON prints a warning about the missing display into the page that imports it first.
os.environ.setdefault("NEURON_MODULE_OPTIONS", "-nogui")

_loaded: dict[Path, str] = {}

#: Mechanisms that NEURON 9 itself brings.
BUILT_IN = frozenset(
    [
        *("capacitance", "extracellular", "fastpas", "hh", "k_ion", "morphology", "na_ion", "pas"),
        *("APCount", "AlphaSynapse", "Exp2Syn", "ExpSyn", "IClamp", "IntFire1", "IntFire2", "IntFire4"),
        *("NetStim", "OClamp", "PatternStim", "PointProcessMark", "SEClamp", "VClamp"),
    ]
)


def load(folder: Path | str = FOLDER, *, advise: bool = True) -> Path:
    """Make the mechanisms of `folder` known to NEURON in this process.

    The first call on a machine compiles them (a few seconds, with a C++ compiler); every later process
    finds the library in the cache and needs no compiler. A second call in the same process does nothing.

    The cache is the first of these that is set: `$NEUROSCALES_CACHE`, `$XDG_CACHE_HOME/neuroscales`,
    `~/.cache/neuroscales`. It may be read-only once the library is in it.

    Args:
        folder: where the `.mod` files lie; by default those of the course.
        advise: whether to print what is probably not meant in them, such as an equation that nothing solves.

    Returns:
        The compiled library in the cache.

    Raises:
        SourceError: a file that does not compile; it knows the line.
        MechanismError: no compiler and no cached library; a file edited after it was loaded; a mechanism of
            the same name already there.
    """
    folder = Path(folder).resolve()
    key = _key(folder)
    if folder in _loaded:
        _require_unchanged(folder, key)
        return _library(key)
    library = build(folder)
    _load_library(folder, library)
    _loaded[folder] = key
    if advise and folder != FOLDER:
        _print_advice(folder)
    return library


def _print_advice(folder: Path) -> None:
    """What is probably not meant in the files of a folder; their units are their authors' business."""
    for path in sorted(folder.glob("*.mod")):
        source = read_source(path)
        for complaint in nmodl.find_advice(source, folder, check_units=False):
            print(shown(f"Advice on {path.name}", source, complaint))


def build(folder: Path) -> Path:
    """Compile the mechanisms of `folder`, unless the cache holds them, and load nothing.

    Returns:
        The compiled library in the cache.

    Raises:
        SourceError: a file that does not compile; it knows the line.
        MechanismError: nothing to compile, nothing to compile with, or nowhere to write to.
    """
    library = _library(_key(folder))
    if not library.exists():
        _compile(folder, library)
    return library


def _library(key: str) -> Path:
    """Where the library of that key lies, or will lie."""
    return cache_folder() / f"{key}.so"


def _sources(folder: Path) -> list[Path]:
    """The files of `folder` that go into the library, in a fixed order."""
    sources = {path for path in folder.glob("*") if path.suffix in {".mod", ".inc"}}
    if not any(path.suffix == ".mod" for path in sources):
        raise MechanismError(f"there is no .mod file in {folder}: give load() the folder that holds them")
    for path in list(sources):
        sources.update(nmodl.includes_of(read_source(path), folder))
    return sorted(sources)


def _key(folder: Path) -> str:
    """A short hash that changes with the sources, NEURON's version and the platform."""
    parts = [importlib.metadata.version("neuron"), sys.platform, platform.machine()]
    digest = hashlib.sha256("\0".join(parts).encode())
    for path in _sources(folder):
        digest.update(b"\0" + path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def cache_folder() -> Path:
    """The folder of compiled libraries."""
    if chosen := os.environ.get("NEUROSCALES_CACHE"):
        root = Path(chosen)
    else:
        root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neuroscales"
    return root.absolute() / "mechanisms"


def _require_unchanged(folder: Path, key: str) -> None:
    """Say that NEURON keeps the old mechanisms until it is started again."""
    if _loaded[folder] != key:
        raise MechanismError(
            f"a file in {folder} has changed since it was loaded, and NEURON keeps the old one as long as "
            "it runs: restart the kernel"
        )


def _compiler() -> str:
    """The C++ compiler, once everything that compiling needs is known to be here."""
    candidates = [os.environ["CXX"].split()[0]] if os.environ.get("CXX") else ["g++", "c++", "clang++"]
    compiler = next(filter(shutil.which, candidates), None)
    missing = [] if compiler else [candidates[0]]
    missing += [tool for tool in ("make", "perl") if not shutil.which(tool)]
    if missing:
        raise MechanismError(
            f"NEURON cannot compile the course's mechanisms without {', '.join(missing)}: install a C++ "
            "compiler and make (Debian, Ubuntu: sudo apt install g++ make; macOS: xcode-select --install)"
        )
    return os.environ.get("CXX") or compiler


def _compile(folder: Path, library: Path) -> None:
    """Compile in a folder of its own with a plain path, then put the result into its place in one step.

    Several processes may do so at once: each puts a whole library there, and they are all the same.
    """
    compiler = _compiler()
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        beside = tempfile.TemporaryDirectory(dir=library.parent, prefix=".compiling-")
    except OSError as error:
        raise MechanismError(
            f"cannot write to {library.parent} ({error.strerror}): set NEUROSCALES_CACHE to a folder of "
            "your own"
        ) from error
    with beside, plain_folder() as made:
        for source in _sources(folder):
            copy = Path(made) / _plain_file(source.relative_to(folder))
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(in_ascii(read_source(source)), encoding="ascii")
        try:
            _run_nrnivmodl(Path(made), compiler)
        except CompilerError as error:
            raise _explained(folder, error) from None
        built = next(Path(made).glob("*/libnrnmech.*"))
        whole = Path(beside.name, "library")
        shutil.copyfile(built, whole)
        whole.replace(library)


def _plain_file(path: Path) -> Path:
    """The name under which a file is built: that of a `.mod` file becomes a part of a name in C++."""
    if path.suffix != ".mod" or re.fullmatch(r"\w+", path.stem, re.ASCII):
        return path
    plain = re.sub(r"\W", "_", path.stem, flags=re.ASCII)
    return path.with_name(f"{plain}_{hashlib.sha256(path.stem.encode()).hexdigest()[:8]}.mod")


def _explained(folder: Path, error: CompilerError) -> MechanismError:
    """The sentence for what the compiler refuses, with file and line."""
    files = {path.name: read_source(path) for path in _sources(folder) if path.suffix == ".mod"}
    for file, source in files.items():
        if fault := nmodl.find_fault(source, folder):
            return SourceError(source, fault, file)
    source, fault = nmodl.compilers_fault(error.output, list(files.values()))
    return SourceError(source, fault, next(file for file, text in files.items() if text == source))


def _run_nrnivmodl(work: Path, compiler: str) -> None:
    """Run NEURON's compiler script in `work`; its talk is shown only where it fails."""
    script = Path(sysconfig.get_path("scripts")) / "nrnivmodl"
    if not script.exists():
        script = shutil.which("nrnivmodl")
    if not script:
        raise MechanismError("NEURON's nrnivmodl is not beside this Python: install NEURON into it anew")
    environment = {**os.environ, "CXX": compiler}
    with plain_folder() as tools:
        _link_tools(Path(tools), Path(script), environment)
        command = [sys.executable, str(Path(tools, "nrnivmodl")), "."]
        run = subprocess.run(
            command, cwd=work, env=environment, capture_output=True, text=True, errors="replace"
        )
    if run.returncode:
        raise CompilerError(run.stdout + run.stderr)


def _link_tools(tools: Path, script: Path, environment: dict[str, str]) -> None:
    """Give NEURON's script and what it builds with plain paths: `make` can take no others."""
    neuron = Path(importlib.util.find_spec("neuron").origin).parent
    (tools / "nrnivmodl").symlink_to(script.absolute())
    (tools / "neuron").symlink_to(neuron.absolute())
    (tools / "python").symlink_to(Path(sys.executable).absolute())
    paths = [str(tools), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(paths)
    # The script asks for Python's shared library, which a Debian Python lacks and no NMODL file uses.
    environment.setdefault("NMODL_PYLIB", str(tools / "python"))


def _load_library(folder: Path, library: Path) -> None:
    """Load `library`, unless a mechanism of one of its names is there already."""
    from neuron import h

    names = {name for path in _sources(folder) for name in names_in(read_source(path))}
    require_own_names(names)
    if doubled := sorted(names & known_names(h)):
        raise MechanismError(
            f"NEURON already has a mechanism named {', '.join(doubled)} from elsewhere (from a folder x86_64 "
            "or arm64 in the working directory?): remove that folder and restart the kernel"
        )
    with plain_name(library) as name:
        if not h.nrn_load_dll(str(name)):
            raise MechanismError(f"NEURON cannot load {library}: delete that file and try again")


def require_own_names(names: set[str]) -> None:
    """Refuse names that NEURON itself gives to its mechanisms."""
    if taken := sorted(names & BUILT_IN):
        raise MechanismError(
            f"NEURON has a mechanism named {', '.join(taken)} of its own: give yours another name"
        )


def known_names(h: object) -> set[str]:
    """Names of all density mechanisms and point processes that NEURON has now."""
    names, name = set(), h.ref("")
    for kind in (0, 1):
        table = h.MechanismType(kind)
        for index in range(int(table.count())):
            table.select(index)
            table.selected(name)
            names.add(name[0])
    return names
