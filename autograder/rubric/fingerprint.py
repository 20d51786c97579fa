# SPDX-License-Identifier: BSD-3-Clause
"""A hash over the code that moves a number, wherever it stands and however it is worded.

It is taken over definitions, not over files: those from which one starts, and those that these name,
throughout the course's own code. Each is written out from its syntax tree, without

- imports: a name of the course's code stands for what it names, whichever module that is in; a name of
  anybody else's has its module before it (``numpy.exp``);
- docstrings, comments and annotations, and the underscore before what is private to a file;
- wording: labels and sentences, what an error says, and functions of the grader that return a `str`.

So nothing changes when a function moves, a file is split or a sentence is bettered; every formula, constant
and rule counts. What a module does when it is loaded counts as well.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COURSE = ("mechanisms", "neuroscales", "autograder")
#: Keywords, fields and lists that hold wording; of `unseen` and `partly` it counts whether they say anything.
_WORDED = ("label", "plot", "over", "how", "sentence", "title", "where", "unseen", "partly")
_WORD_LISTS = ("_LABELS", "_WORDS")
#: Where the words of a rubric take wording without a keyword.
_WORDED_PLACES = {"variant": (), "mistake": (1,), "Way": (1,), "driven": (3, 5), "spiking": (3,)} | {
    called: (2,)
    for called in (
        "Number", "Threshold", "Feature", "Shape", "Guided", "Profile", "Place", "Train", "Oscillation",
        "PhaseLag", "Spectrum", "Field", "Members", "Statistic", "kind",
    )
} | {"oscillating": (3,)}  # fmt: skip
_PATH_STEPS = ("with_name", "joinpath", "resolve", "parent", "parents")
_DEFINED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NO_NUMBER = ("annotation", "returns", "type_comment", "type_params", "ctx", "kind")

Definition = tuple[Path, str]


@dataclass(frozen=True)
class Module:
    """One file, read: what it defines, what it imports, and what it does when it is loaded.

    Attributes:
        path: the file.
        definitions: statements that define each name at the top of the file.
        imports: for each imported name the module, how many folders up, and the name there (or none).
        loose: all other statements.
    """

    path: Path
    definitions: Mapping[str, list[ast.stmt]]
    imports: Mapping[str, tuple[str, int, str]]
    loose: list[ast.stmt]


@dataclass
class Code:
    """Code to be written out.

    Attributes:
        root: the folder of the course's packages.
        inside: a folder that is not left; everything of the course where None.
        wording: whether wording counts.
        without: names of definitions that are not followed.
    """

    root: Path = ROOT
    inside: Path | None = None
    wording: bool = False
    without: frozenset[str] = frozenset()
    words: set[str] = field(default_factory=set)

    def written(self, starts: Iterable[Definition]) -> list[str]:
        """The definitions from which one starts and all that these need, each written out, in order.

        Args:
            starts: file and name; without a name, all that the file defines. `TASKS` is a rubric's.
        """
        found: dict[Definition, str] = {}
        waiting = [one for start in starts for one in self._meant(*start)]
        while waiting:
            if (key := waiting.pop()) in found:
                continue
            path, name = key
            writer = _Writer(self, _module(path))
            found[key] = writer.definition(name)
            self.words |= writer.words
            needed = [*writer.needed, *([(path, "")] if name else [])]
            waiting += [one for one in needed if self._is_followed(one[0])]
        return sorted(line for text in found.values() for line in text.splitlines() if line)

    def digest(self, starts: Iterable[Definition], *more: bytes) -> str:
        """SHA-256 over what is written out, and over other contents."""
        total = hashlib.sha256()
        for content in (*(text.encode() for text in self.written(starts)), *more):
            total.update(hashlib.sha256(content).digest())
        return total.hexdigest()

    def _is_followed(self, path: Path) -> bool:
        return self.inside is None or path.is_relative_to(self.inside)

    def _meant(self, path: Path, name: str) -> Iterator[Definition]:
        if name:
            yield path, name
        else:
            yield from ((path, one) for one in ("", *_module(path).definitions))

    # where a name leads

    def file(self, module: str, up: int, importer: Path) -> Path | None:
        """The file of a module of the course or of this folder; None for anybody else's."""
        if not up and module.partition(".")[0] not in COURSE:
            return None
        base = importer.parents[up - 1] if up else self.root
        path = base.joinpath(*filter(None, module.split(".")))
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.is_file():
                return file
        return None

    def target(self, module: Module, name: str) -> tuple[Path, str] | None:
        """File and definition behind a name in a module; the definition is empty for a module."""
        if name in module.definitions:
            return module.path, name
        if name not in module.imports:
            return None
        source, up, wanted = module.imports[name]
        if not wanted:
            path = self.file(source, up, module.path)
            return (path, "") if path else None
        path = self.file(source, up, module.path)  # a package's own name comes before its file of that name
        if path and path != module.path and (place := self.target(_module(path), wanted)):
            return place
        path = self.file(f"{source}.{wanted}" if source else wanted, up, module.path)
        return (path, "") if path else None


class _Writer:
    """Writes definitions of one module out, and notes which others these need."""

    def __init__(self, code: Code, module: Module) -> None:
        self.code, self.module = code, module
        self.needed: list[Definition] = []
        self.words: set[str] = set()
        self._local: list[set[str]] = []

    def definition(self, name: str) -> str:
        """One definition; without a name, what the module does when it is loaded."""
        if not name:
            return "\n".join(filter(None, map(self.text, self.module.loose)))
        if (name.endswith(_WORD_LISTS) and not self.code.wording) or _bare(name) in self.code.without:
            return ""
        if name == "TASKS":
            return self._tasks(self.module.definitions[name])
        return "\n".join(self.text(one) for one in self.module.definitions[name])

    def _tasks(self, statements: list[ast.stmt]) -> str:
        """The tasks, as if each had been written into the tuple itself."""
        value = getattr(statements[-1], "value", None)
        if not isinstance(value, ast.Tuple | ast.List):
            return "\n".join(map(self.text, statements))
        return "TASKS\n" + "\n".join(map(self._inlined, value.elts))

    def _inlined(self, node: ast.expr) -> str:
        place = self._place(node)
        if not (place and place[1]):
            return self.text(node)
        writer = _Writer(self.code, _module(place[0]))
        (*_, last) = writer.module.definitions[place[1]]
        text = writer.text(last.value if isinstance(last, ast.Assign) else last)
        self.needed += [*writer.needed, (place[0], "")]
        self.words |= writer.words
        return text

    # one node after the other

    def text(self, node: object) -> str:
        """A part of the syntax tree."""
        if isinstance(node, list):
            return "[" + ",".join(filter(None, map(self.text, node))) + "]"
        if not isinstance(node, ast.AST):
            return _bare(node) if isinstance(node, str) else repr(node)
        special = getattr(self, f"_{type(node).__name__}", None)
        return special(node) if special else self._plain(node)

    def _plain(self, node: ast.AST) -> str:
        parts = [
            f"{name}={self.text(value)}" for name, value in ast.iter_fields(node) if name not in _NO_NUMBER
        ]
        return f"{type(node).__name__}({','.join(parts)})"

    def _Import(self, node: ast.stmt) -> str:
        return ""

    _ImportFrom = _Import

    def _FunctionDef(self, node: ast.FunctionDef) -> str:
        if self._is_wording(node):
            return f"words {_bare(node.name)}"
        return self._scoped(node)

    _AsyncFunctionDef = _FunctionDef

    def _is_wording(self, node: ast.FunctionDef) -> bool:
        is_text = isinstance(node.returns, ast.Name) and node.returns.id == "str"
        return (
            not self.code.wording and is_text and (self.code.root / "autograder") in self.module.path.parents
        )

    def _scoped(self, node: ast.AST) -> str:
        bound = {arg.arg for arg in ast.walk(node) if isinstance(arg, ast.arg)}
        bound |= {
            one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
        }
        shared = {name for one in ast.walk(node) if isinstance(one, ast.Global) for name in one.names}
        self._local.append(bound - shared)
        text = self._plain(node)
        self._local.pop()
        return text

    _Lambda = _ListComp = _SetComp = _DictComp = _GeneratorExp = _scoped

    def _Expr(self, node: ast.Expr) -> str:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return "" if is_text else self._plain(node)

    def _AnnAssign(self, node: ast.AnnAssign) -> str:
        if isinstance(node.target, ast.Name) and node.target.id in _WORDED and not self.code.wording:
            return f"words {node.target.id}"
        return self._plain(node)

    def _Raise(self, node: ast.Raise) -> str:
        made = node.exc.func if isinstance(node.exc, ast.Call) and not self.code.wording else node.exc
        return f"Raise({self.text(made)})"

    def _Assert(self, node: ast.Assert) -> str:
        return f"Assert({self.text(node.test)})"

    def _Constant(self, node: ast.Constant) -> str:
        if isinstance(node.value, str):
            if not self.code.wording and _is_prose(node.value):
                return "words"
            self.words.update(re.findall(r"\w+", node.value))
        return repr(node.value)

    def _Name(self, node: ast.Name) -> str:
        if any(node.id in names for names in self._local):
            return f"Name({_bare(node.id)})"
        if place := self._place(node):
            return self._found(place)
        self.words.add(node.id)
        source, up, wanted = self.module.imports.get(node.id, ("", 0, node.id))
        is_ours = up or source.partition(".")[0] in COURSE
        return f"Name({_bare(wanted) if is_ours else '.'.join(filter(None, (source, wanted)))})"

    def _Attribute(self, node: ast.Attribute) -> str:
        if path := self._path(node):
            return path
        if place := self._place(node):
            return self._found(place)
        self.words.add(node.attr)
        if module := self._others(node.value):
            return f"Name({module}.{node.attr})"
        if node.attr == "split" and isinstance(node.value, ast.Constant):
            return f"{node.value.value!r}.split"  # a list of keys, no words
        return f"{self.text(node.value)}.{_bare(node.attr)}"

    def _others(self, node: ast.expr) -> str:
        """The module of somebody else that a name stands for, if it does."""
        if not isinstance(node, ast.Name) or any(node.id in names for names in self._local):
            return ""
        source, up, wanted = self.module.imports.get(node.id, ("", 1, ""))
        return "" if up or wanted or source.partition(".")[0] in COURSE else source

    def _found(self, place: Definition) -> str:
        """A name of the course's code; a whole module where it is passed on as such."""
        path, name = place
        self.needed += self.code._meant(path, name)
        self.words.add(name or path.stem)
        return f"Name({_bare(name)})" if name else "Module"

    def _place(self, node: ast.expr) -> Definition | None:
        """File and definition that a name, or a name in a module, stands for."""
        if isinstance(node, ast.Name) and not any(node.id in names for names in self._local):
            return self.code.target(self.module, node.id)
        if not isinstance(node, ast.Attribute):
            return None
        before = self._place(node.value)
        if before is None or before[1]:
            return None
        module = _module(before[0])
        if place := self.code.target(module, node.attr):
            return place
        for file in (before[0].parent / f"{node.attr}.py", before[0].parent / node.attr / "__init__.py"):
            if before[0].name == "__init__.py" and file.is_file():
                return file, ""
        return None

    def _Call(self, node: ast.Call) -> str:
        if path := self._path(node):
            return path
        function, arguments = self.text(node.func), list(map(self.text, node.args))
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        says = called in _WORDED_PLACES and not self.code.wording
        for place in _WORDED_PLACES[called] if says else ():
            if place < len(arguments):
                arguments[place] = _said(node.args[place])
        for one in node.keywords:
            worded = says and one.arg in _WORDED
            arguments.append(f"{one.arg}={_said(one.value) if worded else self.text(one.value)}")
        return f"Call({function},[{','.join(arguments)}])"

    def _BinOp(self, node: ast.BinOp) -> str:
        return self._path(node) or self._plain(node)

    def _Subscript(self, node: ast.Subscript) -> str:
        return self._path(node) or self._plain(node)

    def _path(self, node: ast.expr) -> str:
        """A file named from where this one lies: its own name alone, for this one may lie elsewhere."""
        if not _is_path(node):
            return ""
        names = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
        names = sorted(name for name in names if isinstance(name, str))
        return f"Path({'/'.join(names)})" if names else "Path()"


def _is_path(node: ast.expr) -> bool:
    """Whether an expression begins with ``Path(__file__)`` and walks on from there."""
    if isinstance(node, ast.Call):
        arguments = node.args[0] if node.args else None
        if isinstance(arguments, ast.Name) and arguments.id == "__file__":
            return True
        return isinstance(node.func, ast.Attribute) and node.func.attr in _PATH_STEPS and _is_path(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr in _PATH_STEPS and _is_path(node.value)
    if isinstance(node, ast.Subscript):
        return _is_path(node.value)
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _is_path(node.left)


def _said(node: ast.expr) -> str:
    """Whether something is said at all."""
    return "''" if isinstance(node, ast.Constant) and not node.value else "words"


def _bare(name: str) -> str:
    """A name without the underscore that makes it private."""
    return name if name.startswith("__") else name.lstrip("_")


def _is_prose(text: str) -> bool:
    """Whether a string reads as words: no key, no number's format, no code of NEURON's."""
    if re.search(r"[\n={};]|\w\(", text):
        return False
    return bool((re.search(r"[a-z]{3}", text) and " " in text.strip()) or re.fullmatch(r"\W+\s", text))


@lru_cache(maxsize=512)
def _read(path: Path, content: str) -> Module:
    tree = ast.parse(content)
    definitions: dict[str, list[ast.stmt]] = {}
    imports, loose = {}, []
    for node in tree.body:
        names = list(_defines(node))
        for name in names:
            definitions.setdefault(name, []).append(node)
        if not names and not _is_main(node):
            loose.append(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                imports[one.asname or one.name] = (node.module or "", node.level, one.name)
        elif isinstance(node, ast.Import):
            for one in node.names:
                head = one.name.partition(".")[0]
                imports[one.asname or head] = (one.name if one.asname else head, 0, "")
    return Module(path, definitions, imports, loose)


def _module(path: Path) -> Module:
    return _read(path, path.read_text(encoding="utf-8"))


def _defines(node: ast.stmt) -> Iterator[str]:
    """The names that a statement at the top of a file defines."""
    if isinstance(node, _DEFINED):
        yield node.name
    for target in getattr(node, "targets", [getattr(node, "target", None)]):
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
            yield from (one.id for one in ast.walk(target) if isinstance(one, ast.Name))


def _is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__main__" in ast.dump(node.test)
