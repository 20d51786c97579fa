# SPDX-License-Identifier: BSD-3-Clause
"""Work that is too alike: code, and data. Parameters of one's own stop copied numbers, not copied code.

Code is compared as Moss does it (S. Schleimer, D. Wilkerson, A. Aiken, Winnowing, SIGMOD 2003,
https://doi.org/10.1145/872757.872770), on whole sets of k-grams: the answer cells become tokens in which
names, numbers, strings, comments and layout do not count (names behind a dot, which belong to NEURON and
numpy, do), and every run of `K` tokens is a fingerprint. A mechanism that stands in the code as a text is
compared in the same way, by the words of NMODL. What the release contains, or more than `COMMON`
students share, is what the task asks for, or what was shown in class, and is left out. Two students are alike
who share at least `SHARED` fingerprints and at least `RATIO` of what the one with fewer has left.

Data is compared as it was judged: the very same trace from students whose parameters differ.

What is found is a reason to look, and no proof: a person reads both notebooks.
"""

import io
import itertools
import json
import keyword
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from autograder.handin.cells import grade_id, is_answer
from mechanisms import nmodl

#: Tokens in a fingerprint: about two lines of code, longer than any one call of NEURON's.
K = 15
#: Fingerprints that two must share: some five lines. Fewer are no evidence, however alike.
SHARED = 30
#: Part of the smaller set that two must share. In the sample class two who worked apart share 0.04, and
#: copies with changes 0.92 and more (a test holds both); 0.4 leaves room for what a class learns together,
#: and finds half a copy.
RATIO = 0.4
#: A fingerprint of more students than this is the task's own.
COMMON = 5
_SKIP = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
_MIN_SAMPLES = 20


@dataclass(frozen=True)
class Alike:
    """Two students whose work is alike, and how: `ratio` of shared code, or None for the same data."""

    one: str
    other: str
    shared: int
    ratio: float | None


def alike_code(notebooks: Mapping[str, NotebookNode], release: NotebookNode) -> list[Alike]:
    """Pairs of students whose answer cells are alike, the most alike first."""
    given = fingerprints(cell.source for cell in release.cells if cell.cell_type == "code")
    made = {student: fingerprints(_answers(book)) - given for student, book in notebooks.items()}
    owners: dict[tuple[str, ...], list[str]] = {}
    for student, own in sorted(made.items()):
        for one in own:
            owners.setdefault(one, []).append(student)
    rare = [names for names in owners.values() if len(names) <= COMMON]
    left = Counter(itertools.chain.from_iterable(rare))
    shared = Counter(pair for names in rare for pair in itertools.combinations(names, 2))
    pairs = [
        Alike(one, other, count, count / min(left[one], left[other]))
        for (one, other), count in shared.items()
    ]
    found = [pair for pair in pairs if pair.shared >= SHARED and pair.ratio >= RATIO]
    return sorted(found, key=lambda pair: (-pair.ratio, pair.one, pair.other))


def alike_data(marks: Iterable[Mapping[str, Any]]) -> list[Alike]:
    """Pairs of students with the very same trace for parameters that differ."""
    found: dict[str, list[tuple[str, str]]] = {}
    for mark in marks:
        result = mark["result"] or {"verdicts": [], "parameters": {}}
        own = json.dumps(result["parameters"], sort_keys=True)
        for plot in (plot for verdict in result["verdicts"] for plot in verdict.get("plots", [])):
            trace = plot["student"]
            if len(trace["v"]) >= _MIN_SAMPLES and len(set(trace["v"])) > 2:
                found.setdefault(json.dumps(trace, sort_keys=True), []).append((mark["student"], own))
    pairs = {
        tuple(sorted((one, other)))
        for owners in found.values()
        for (one, mine), (other, theirs) in itertools.combinations(owners, 2)
        if one != other and mine != theirs
    }
    return [Alike(one, other, 1, None) for one, other in sorted(pairs)]


def fingerprints(sources: Iterable[str]) -> set[tuple[str, ...]]:
    r"""Every run of `K` normalized tokens of each source.

    >>> one = fingerprints(["total = 0\nfor x in data: total = total + x * 2  # sum\nprint(total)"])
    >>> one == fingerprints(["s = 9\nfor value in d: s = s + value * 7\nprint(s)"])
    True
    """
    found: set[tuple[str, ...]] = set()
    for source in sources:
        made = tokens(source)
        found |= {tuple(made[start : start + K]) for start in range(len(made) - K + 1)}
    return found


def tokens(source: str) -> list[str]:
    """Tokens of Python with names, numbers and strings made alike; those before an error in the grammar.

    >>> tokens("axon.L = 20_000 * um  # long")
    ['n', '.', 'L', '=', '0', '*', 'n']
    """
    if source.startswith("%%") and nmodl.names_in(source):  # a cell that writes the file
        return mechanism_tokens(source.partition("\n")[2])
    made: list[str] = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.STRING and nmodl.names_in(token.string):
                made += mechanism_tokens(token.string)
            elif token.type not in _SKIP and token.string:
                made.append(_plain(token, after_dot=made[-1:] == ["."]))
    except (tokenize.TokenError, SyntaxError):  # what stands before it is compared
        pass
    return made


def mechanism_tokens(source: str) -> list[str]:
    """Tokens of NMODL with names and numbers made alike; what NMODL itself calls so is written in capitals.

    >>> mechanism_tokens("STATE { h } : inactivation")
    ['STATE', '{', 'n', '}']
    """
    found = re.findall(r"[A-Za-z_]\w*|\d[\d.]*(?:[eE][-+]?\d+)?|\S", nmodl.without_comments(source))
    return [_plain_word(word) for word in found]


def _plain_word(word: str) -> str:
    """One token of NMODL without what is easily changed."""
    if word[0].isdigit():
        return "0"
    is_own = (word[0].isalpha() or word[0] == "_") and not (word.isupper() and len(word) > 1)
    return "n" if is_own else word


def _plain(token: tokenize.TokenInfo, *, after_dot: bool) -> str:
    """One token without what is easily changed."""
    if token.type == tokenize.NAME and not keyword.iskeyword(token.string) and not after_dot:
        return "n"
    return {tokenize.NUMBER: "0", tokenize.STRING: "s"}.get(token.type, token.string)


def _answers(notebook: NotebookNode) -> list[str]:
    """Code of the answer cells."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and is_answer(cell)]
    return [cell.source for cell in cells if grade_id(cell) != "student-id"]
