# SPDX-License-Identifier: BSD-3-Clause
"""Of what is a page's result made? The files that its cells can call or read, found without running them.

Modules of ours are followed through their imports, those within functions too. A module brings the data that
lies in its package; a page brings what lies in its folder. Where a cell does more than import (it starts a
program, or loads code by its path), the page is made of everything.
"""

import ast
import contextlib
import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

EVERYTHING = ("neuroscales", "mechanisms", "autograder", "solutions", "book")
PACKAGES = ("neuroscales", "mechanisms", "autograder")
KERNEL = ("requirements.lock", "book/_ext/fresh.py", "book/_ext/explorer.py")
"""What every kernel stands on: the packages, its variables."""

_LOOKS = {"book/_static", "book/_vendor", "book/images", "book/_ext"}  # how a page looks, not what it says
_TEXT = {".md", ".bib", ".yml"}  # Sphinx watches these itself
_BUILT = {"__pycache__", "x86_64", "arm64", ".ipynb_checkpoints"}
_CELL = re.compile(r"^```+\{code-cell\}[^\n]*\n(.*?)^```+\s*$", re.M | re.S)
_OPTION = re.compile(r"\A(?:---\n(?:.*\n)*?---\n|(?::[\w-]+:.*\n)+)")
_LOADS_OR_STARTS = re.compile(
    r"\b(?:subprocess|runpy|importlib|__import__|exec|eval|os\.system|os\.popen)\b|^[%!]", re.M
)
_IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?P<statement>from[ \t]+[\w.]+[ \t]+import[ \t]*(?:\([^)]*\)|(?:[^\n;#\\]|\\\n)+)"
    r"|import[ \t]+(?:[^\n;#\\]|\\\n)+)",
    re.M,
)
_GOES_UP = re.compile(r"\.\.[/'\"]")


def code_of(text: str) -> str:
    """The code cells of a page in MyST's text form, one after the other."""
    return "\n".join(_OPTION.sub("", cell) for cell in _CELL.findall(text))


class Sources:
    """The files below `root` and what they import; each is read once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.digest = functools.cache(self._digest)
        self.imports = functools.cache(self._imports)
        self.files_below = functools.cache(self._files_below)

    def key_of_page(self, page: Path) -> str:
        """SHA-256 over the page's code and all that it is made of."""
        code = code_of(page.read_text("utf-8"))
        return self._hash(self.files_of_page(page) if code else (), code)

    def key_of_extensions(self) -> str:
        """SHA-256 over our extensions and what they import."""
        extensions = self.files_below("book/_ext")
        return self._hash({*extensions, *self.follow(extensions), self.root / "requirements.lock"})

    def files_of_page(self, page: Path) -> set[Path]:
        """All files that the code of a page can call or read."""
        code = code_of(page.read_text("utf-8"))
        kernel = {self.root / name for name in KERNEL}
        if _LOADS_OR_STARTS.search(code) or not _is_python(code):
            return kernel | {file for name in EVERYTHING for file in self.files_below(name)}
        beside = self.files_below(page.parent.relative_to(self.root).as_posix())
        files = {*beside, *self._named(code)}
        start = {*(file for name in _modules(code) for file in self.resolve(name)), *files}
        return kernel | files | self.follow(start)

    def _named(self, code: str) -> Iterator[Path]:
        """What a page adds by naming the grader, or by going up from its folder."""
        if "autograder" in code:
            yield from (*self.files_below("autograder"), *self.files_below("solutions"))
        if _GOES_UP.search(code):
            yield from (*self.files_below("book"), *self.files_below("solutions"))

    def follow(self, start: Iterable[Path]) -> set[Path]:
        """Modules that `start` imports, directly or not, with the data of their packages, and `start`."""
        seen: set[Path] = set()
        waiting = {file for file in start if file.suffix == ".py"}
        while waiting:
            file = waiting.pop()
            seen.add(file)
            waiting |= self.imports(file) - seen
        packages = {file.parent for file in seen if (file.parent / "__init__.py").is_file()}
        return seen.union(*(self._data(package) for package in packages))

    def _data(self, package: Path) -> set[Path]:
        """Files of a package that are not modules, and those in its folders that are no packages."""
        files = self.files_below(package.relative_to(self.root).as_posix())
        return {file for file in files if file.suffix != ".py" and _package_of(file) == package}

    def _imports(self, file: Path) -> set[Path]:
        package = file.parent.relative_to(self.root).as_posix().replace("/", ".")
        names = _modules(file.read_text("utf-8"), package)
        return {found for name in names for found in self.resolve(name)}

    def resolve(self, name: str) -> list[Path]:
        """Files of ours that importing `a.b.c` runs: each package on the way, and the module."""
        parts = name.split(".")
        found = []
        for end in range(1, len(parts) + 1 if parts[0] in PACKAGES else 0):
            path = self.root.joinpath(*parts[:end])
            found += [file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()]
        return found

    def _files_below(self, name: str) -> tuple[Path, ...]:
        """All files below a folder, sorted, without bytecode, text and looks."""
        files = (file for file in (self.root / name).rglob("*") if file.is_file())
        return tuple(sorted(file for file in files if not self._is_left_out(file, name)))

    def _is_left_out(self, file: Path, asked: str) -> bool:
        parts = file.relative_to(self.root).parts
        in_book = parts[0] == "book" and asked != "book/_ext"
        return bool(_BUILT & set(parts)) or (
            in_book and (file.suffix in _TEXT or "/".join(parts[:2]) in _LOOKS)
        )

    def _digest(self, file: Path) -> bytes:
        return hashlib.sha256(file.read_bytes()).digest()

    def _hash(self, files: Iterable[Path], code: str = "") -> str:
        whole = hashlib.sha256(code.encode())
        for file in sorted(files):
            whole.update(file.relative_to(self.root).as_posix().encode() + b"\0" + self.digest(file))
        return whole.hexdigest()


def _package_of(file: Path) -> Path:
    """The nearest folder above that is a package."""
    return next((folder for folder in file.parents if (folder / "__init__.py").is_file()), file.parent)


def _is_python(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


def _modules(code: str, package: str = "") -> set[str]:
    """Dotted names that the code imports, anywhere in it; `from a import b` gives `a.b`, which may be one.

    What looks like an import counts as one, in a docstring too: a page then depends on more, never on less.
    """
    names: set[str] = set()
    for node in _import_statements(code):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names |= {f"{base}.{alias.name}" for alias in node.names}
    return names


def _import_statements(code: str) -> Iterator[ast.stmt]:
    """The statements that import; parsing these alone takes a tenth of the time of parsing all."""
    for found in _IMPORT.finditer(code):
        with contextlib.suppress(SyntaxError):  # a line of prose that begins with "from" or "import"
            yield from ast.parse(found["statement"].replace("\\\n", " ")).body
