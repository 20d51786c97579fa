# SPDX-License-Identifier: BSD-3-Clause
"""Who a notebook says it is, and with whose parameters it is therefore judged.

Whose a submission is, is known from where it lies. What was typed as id is read without running anything: as
Python where it is Python, else as the text that was meant (no quotes, typographic quotes).
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder.handin.cells import is_given
from autograder.handin.match import grade_id
from autograder.handin.parameters import normalized

_QUOTES = "\"'`´‘’‚‛“”„‟«»‹›<>"  # noqa: RUF001
_SHOWN_CHARS = 80
_MAX_CHARS = 20_000

#: Grade id of the cell for the id, where tags are lost.
ID_CELL = "student-id"


@dataclass(frozen=True)
class Typed:
    """What stands as id in a notebook: `text` (None leaves it to the hub), and whether it runs as it is.

    `text` is "" for practice; `is_known` is False where only running it would tell, as with `input()`.
    """

    text: str | None = None
    runs: bool = True
    is_known: bool = True


@dataclass(frozen=True)
class Identity:
    """With whose parameters work is judged.

    Attributes:
        acts_as: the id whose parameters count: the owner's own, or a name of the owner's that was typed.
        line: Python to run in place of what was typed; "" to leave that.
        sentence: what the student is told; "" where nothing is unusual.
    """

    acts_as: str
    line: str = ""
    sentence: str = ""


def identify(
    notebook: NotebookNode, owner: str, known: Mapping[str, frozenset[str]], name: str = "student"
) -> Identity:
    """Whose parameters count for a rebuilt notebook.

    Args:
        notebook: as `autograder.handin.cells.rebuild` makes it.
        owner: whose submission it is.
        known: by `squeezed` name, the ids of those who may be called so: id, name, e-mail, number.
        name: the variable that holds the id.
    """
    if id_cell(notebook) is None:
        return Identity(owner)
    typed = _typed(notebook, name)
    said = f"{name} = {owner!r}"
    if not typed.is_known:
        return Identity(owner, said, f"Your id is not written in the notebook as text; your id is {owner}, "
                        f"and your notebook was run with it. Write {said} next time.")  # fmt: skip
    if typed.text is None:
        return Identity(owner)
    text, shown = typed.text, typed.text[:_SHOWN_CHARS]
    if normalized(text) == normalized(owner):
        sentence = "" if typed.runs else f"Your id needs plain quotes: {name} = {owner!r}. It was read so."
        return Identity(owner, "" if typed.runs else said, sentence)
    whose = known.get(squeezed(text), frozenset()) | _exactly(text, known)
    if whose == {owner}:
        sentence = (
            f"You typed {shown}, your id is {owner}: your work was judged with the parameters of {shown}."
        )
        return Identity(text, "" if typed.runs else f"{name} = {text!r}", sentence)
    if whose and owner not in whose:
        sentence = f"You typed {shown}, which is another member of the class; your id is {owner}."
        return Identity(owner, "" if typed.runs else f"{name} = {text!r}", sentence)
    what = f"You typed {shown}" if normalized(text) else "You typed no id"
    return Identity(owner, said, f"{what}, your id is {owner}: your notebook was run with the parameters of "
                    f"{owner}. Write {said} next time.")  # fmt: skip


def squeezed(name: str) -> str:
    """Letters and digits alone, without case: what is left of a name however it is written.

    >>> squeezed(" Lovelace, Ada "), squeezed("ada.lovelace@example.org")
    ('lovelaceada', 'adalovelaceexampleorg')
    """
    return re.sub(r"[\W_]+", "", normalized(name))


def put(notebook: NotebookNode, line: str) -> None:
    """Put an id's line in place of what was typed, also in the student's own cells around it."""
    if not line:
        return
    cell, name = id_cell(notebook), line.partition(" ")[0]
    for one in _before_start(notebook):
        if one is cell or not _parses(one.source):
            one.source = line if one is cell or _assigned(one.source, name) is not None else one.source
        elif _assigned(one.source, name) is not None:
            one.source = f"{one.source}\n{line}"


def id_cell(notebook: NotebookNode) -> NotebookNode | None:
    """The cell in which students type their id, which they get as it is."""
    return next(
        (
            cell
            for cell in notebook.cells
            if cell.cell_type == "code" and (is_given(cell) or grade_id(cell) == ID_CELL)
        ),
        None,
    )


def typed(notebook: NotebookNode, name: str = "student") -> str:
    """What was typed as id; "" for none, or where only running it would tell."""
    found = _typed(notebook, name) if id_cell(notebook) is not None else Typed()
    return (found.text or "") if found.is_known else ""


def advice(notebook: NotebookNode, name: str = "student") -> str:
    """What a student should change in the id before handing in; "" where nothing."""
    if id_cell(notebook) is None:
        return ""
    found = _typed(notebook, name)
    if not found.is_known:
        return (
            f'Write your id itself into the notebook, as {name} = "ada7": nobody types while the grader runs.'
        )
    return "" if found.runs else f'Write your id in plain quotes: {name} = "{found.text}".'


def variable(release: NotebookNode) -> str:
    """The variable that holds the id in the notebook that was given out."""
    cell = id_cell(release)
    found = re.search(r"^\s*([A-Za-z_]\w*)\s*=(?!=)", cell.source if cell is not None else "", re.MULTILINE)
    return found[1] if found else "student"


def _before_start(notebook: NotebookNode) -> list[NotebookNode]:
    """The cells of code up to the locked one that begins the work."""
    cell, kept, seen = id_cell(notebook), [], False
    for one in notebook.cells:
        if one.cell_type != "code":
            continue
        seen = seen or one is cell
        is_locked = grade_id(one) is not None and one is not cell
        if seen and is_locked:
            break
        if not is_locked:
            kept.append(one)
    return kept


def _typed(notebook: NotebookNode, name: str) -> Typed:
    """What the last cell that sets the name gives it."""
    typed = Typed()
    cell = id_cell(notebook)
    for one in _before_start(notebook):
        try:
            found = _assigned(one.source, name)
            if found is None and one is cell and one.source.strip():
                found = _bare(one.source)
        except RecursionError:  # a sum of a thousand parts
            found = Typed(is_known=False)
        typed = found or typed
    return typed


def _parses(source: str) -> bool:
    """Whether it is Python, and short enough to be looked at as such."""
    if len(source) > _MAX_CHARS:
        return False
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _assigned(source: str, name: str) -> Typed | None:
    """What a cell assigns to the name last; None where it does not."""
    if not _parses(source):
        lines = re.findall(
            rf"^[ \t]*{re.escape(name)}[ \t]*[:=]+[ \t]*(.*)$", source, re.MULTILINE | re.IGNORECASE
        )
        return _meant(lines[-1]) if lines else None
    known: dict[str, Typed] = {}
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None) or getattr(node, "annotation", None)  # `student: ada7`
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AnnAssign) and value:
                same = target.id.casefold() == name.casefold()
                typed = _value(value, source, known)
                typed = typed if node.value else Typed(typed.text, False, typed.is_known)
                known[name if same else target.id] = typed if target.id == name else Typed(
                    typed.text, typed.runs and not same, typed.is_known)  # fmt: skip
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Compare):
            left = node.value.left
            if isinstance(left, ast.Name) and left.id == name:
                known[name] = Typed(_value(node.value.comparators[0], source, known).text, runs=False)
    return known.get(name)


def _bare(source: str) -> Typed:
    """An id that stands in the cell without a name in front of it."""
    if not _parses(source):
        return _meant(source.strip().splitlines()[-1])
    last = ast.parse(source).body[-1:]
    if last and isinstance(last[0], ast.Expr):
        typed = _value(last[0].value, source, {})
        return Typed(typed.text, runs=False, is_known=typed.is_known)
    return Typed(is_known=False)


def _meant(text: str) -> Typed:
    """The text that somebody meant who wrote no Python."""
    text = text.partition("#")[0].strip().strip(";,").strip()
    if re.match(r"(?:str\s*\(\s*)?input\s*\(", text):
        return Typed(is_known=False)
    return Typed(text.strip(_QUOTES + "()[]{} "), runs=False)


def _value(node: ast.expr, source: str, known: Mapping[str, Typed]) -> Typed:
    """What an expression is, as far as it can be told without running it."""
    if isinstance(node, ast.Constant):
        if node.value is None:
            return Typed()
        return Typed("", runs=False) if node.value is ... else Typed(str(node.value).strip())
    if isinstance(node, ast.Name):
        return known.get(node.id, Typed(node.id, runs=False))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [_value(part, source, known) for part in (node.left, node.right)]
        if all(part.runs and part.text is not None for part in parts):
            return Typed(
                "".join(
                    _text(part, node_) for part, node_ in zip(parts, (node.left, node.right), strict=True)
                )
            )
    if isinstance(node, ast.Set | ast.List | ast.Tuple) and len(node.elts) == 1:
        inner = _value(node.elts[0], source, known)
        return Typed(inner.text, runs=False, is_known=inner.is_known)
    if isinstance(node, ast.BinOp | ast.Attribute | ast.UnaryOp | ast.Compare | ast.Tuple):
        return _meant(ast.get_source_segment(source, node) or "")
    if isinstance(node, ast.JoinedStr) and all(isinstance(part, ast.Constant) for part in node.values):
        return Typed("".join(str(part.value) for part in node.values).strip())
    return _called(node, source, known)


def _text(part: Typed, node: ast.expr) -> str:
    """The part of a sum, with its own blanks where it is a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else part.text or ""


def _called(node: ast.expr, source: str, known: Mapping[str, Typed]) -> Typed:
    """`str(...)` and the harmless methods of texts; anything else would have to be run."""
    if isinstance(node, ast.Call) and not node.keywords:
        function, args = node.func, node.args
        if isinstance(function, ast.Name) and function.id == "str" and len(args) == 1:
            return _value(args[0], source, known)
        if isinstance(function, ast.Attribute) and not args:
            inner = _value(function.value, source, known)
            if (
                function.attr in ("strip", "lower", "upper", "casefold")
                and inner.text is not None
                and inner.runs
            ):
                return Typed(getattr(inner.text, function.attr)())
    return Typed(is_known=False)


def _exactly(text: str, known: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Those whose very id it is, where squeezing makes several people one."""
    return frozenset(one for ids in known.values() for one in ids if normalized(one) == normalized(text))
