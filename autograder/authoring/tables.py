# SPDX-License-Identifier: BSD-3-Clause
"""What an assignment's own files say about it, as tables in Markdown for the instructors' pages.

Nothing is typed twice. Units and ranges come from `spec.json`, tolerances and nearest mistakes from
`acceptance.json`, counts from `fairness.json`, what to teach from `teaching.json`, marking guides from the
notebook.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.authoring import confusion
from autograder.pages import teaching

NONE = "-"


def table(head: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    """A table in Markdown.

    >>> print(table(["a", "b"], [[1, 2]]))
    | a | b |
    | --- | --- |
    | 1 | 2 |
    """
    every = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in every)


def figure(error: Mapping[str, Any] | None, unit: str) -> str:
    """An error of `acceptance.json` with its unit, in per cent where it is relative; a dash for none.

    >>> figure({"error": 0.0123}, "1"), figure({"error": 0.5}, "mV"), figure(None, "mV")
    ('1.2 %', '0.5 mV', '-')
    """
    if error is None or error["error"] is None:
        return NONE
    return f"{100 * error['error']:.2g} %" if unit == "1" else f"{error['error']:.2g} {unit}".rstrip()


def design(folder: str | Path, more: Mapping[str, Sequence[object]]) -> str:
    """What is asked: per task what is handed in with its units, whose parameters, and the nearest mistake.

    Args:
        folder: the solution folder.
        more: by task the names of the parameters that it uses, whether it is core or optional, and the
            minutes that it takes. A written answer belongs to the task that its name begins with.
    """
    spec, derived = (_read(folder, name) for name in ("spec", "acceptance"))
    lines = []
    for name, (used, kind, minutes) in more.items():
        task = derived["tasks"].get(name)
        handed = _items(spec["tasks"][name]["items"]) if task else "two or three sentences"
        own = ", ".join(f"`{one}`" for one in used) or NONE
        lines.append([f"`{name}`", handed, own, _nearest(task) if task else NONE, kind, minutes])
    head = ["task", "handed in", "own parameters", "nearest mistake", "core or optional", "minutes"]
    return table(head, lines)


def parameters(folder: str | Path) -> str:
    """What a student's own parameters are, and the values that they are drawn from."""
    lines = [
        [
            f"`{one['name']}`",
            one["meaning"],
            f"{', '.join(f'{value:g}' for value in one['values'])} {one['unit']}".rstrip(),
            f"{one['practice']:g}",
        ]
        for one in _read(folder, "spec")["parameters"]
    ]
    return table(["parameter", "meaning", "drawn from", "for practice"], lines)


def acceptance(folder: str | Path) -> str:
    """Each comparison: the worst correct way, the tolerance, the nearest mistake, and which these two are."""
    spec, derived = (_read(folder, name) for name in ("spec", "acceptance"))
    lines = [
        [
            spec["tasks"][name]["title"] if first else "",
            f"`{check}`",
            _told(row["worst_correct"], row["unit"], "{way}"),
            figure({"error": row["tolerance"]}, row["unit"]),
            _told(row["nearest_mistake"], row["unit"], "`{way}`"),
        ]
        for name, task in derived["tasks"].items()
        for first, (check, row) in zip([True] + 99 * [False], task["checks"].items(), strict=False)
    ]
    return table(["task", "comparison", "worst correct way", "tolerance", "nearest mistake"], lines)


def counted(folder: str | Path) -> str:
    """The confusion table of `fairness.json`, on students and ways that nothing was derived from."""
    titles = {name: task["title"] for name, task in _read(folder, "spec")["tasks"].items()}
    rows = confusion.rows(_read(folder, "fairness"))
    lines = [
        [
            titles[row.task],
            f"{row.rejected} of {row.correct}",
            f"{100 * row.bound:.1f} %",
            f"{row.closest:.2f}",
            f"{len(row.accepted)} of {row.mistaken}",
            f"{row.named} of {row.judged}",
            row.alone,
        ]
        for row in sorted(rows, key=lambda row: list(titles).index(row.task))
    ]
    head = ["task", "right, rejected", "95 % bound", "closest call", "wrong, full marks"]
    return table([*head, "named right", "by this name alone"], lines)


def untold(folder: str | Path) -> str:
    """Mistakes that a task cannot show, or cannot tell from another one for half of the students or more."""
    spec, derived = (_read(folder, name) for name in ("spec", "acceptance"))
    n, lines = len(derived["students"]), []
    for name, task in derived["tasks"].items():
        title = spec["tasks"][name]["title"]
        lines += [[title, f"`{one}` costs nothing", why] for one, why in task["unseen"].items()]
        for pair in task["together"]:
            if pair["students"] >= n / 2:
                names = " and ".join(f"`{one}`" for one in pair["names"])
                lines.append([title, names, f"told together: not told apart for {pair['students']} of {n}"])
    return table(["task", "mistake", "why"], lines or [[NONE] * 3])


def again(folder: str | Path, book: str | Path) -> str:
    """What to teach again, by mistake, in the order of `teaching.json`, and the pages of `book` that do."""
    mistakes: dict[teaching.Line, list[str]] = {}
    own = {name for line in _read(folder, "teaching")["again"] for name in line["mistakes"]}
    for name, line in teaching.read(Path(folder)).again.items():
        if name in own:
            mistakes.setdefault(line, []).append(f"`{name}`")
    return table(
        ["when you see", "teach again", "page"],
        [[", ".join(names), line.teach, _title(book, line.chapter)] for line, names in mistakes.items()],
    )


def guides(folder: str | Path) -> str:
    """Model answer and marking guide of each written answer."""
    found = teaching.guides(Path(folder))
    return "\n\n".join(f"`{name}`\n\n{guide}" for name, guide in found.items())


def _read(folder: str | Path, name: str) -> dict[str, Any]:
    return json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))


def _items(items: Iterable[Mapping[str, Any]]) -> str:
    """What is handed in, with units; a time base goes without saying."""
    shown = [item for item in items if item["kind"] not in ("time", "places", "frequency")]
    return ", ".join(
        f"`{item['name']}` ({item['unit'] if item.get('unit') not in (None, '', '1') else item['kind']})"
        for item in shown
    )


def _nearest(task: Mapping[str, Any]) -> str:
    """The mistake that comes nearest to its tolerance in any comparison of a task that sees it."""
    found = [
        (row["nearest_mistake"]["error"] / row["tolerance"], check, row)
        for check, row in task["checks"].items()
        if row["nearest_mistake"] and row["nearest_mistake"]["error"] is not None
    ]
    if not found:
        return NONE
    _, check, row = min(found, key=lambda one: one[0])
    error, allowed = (
        figure(one, row["unit"]) for one in (row["nearest_mistake"], {"error": row["tolerance"]})
    )
    return f"`{row['nearest_mistake']['way']}`: {error} in `{check}`, {allowed} allowed"


def _title(book: str | Path, chapter: str) -> str:
    """A page's own title."""
    text = (Path(book) / f"{chapter}.md").read_text(encoding="utf-8")
    return next(line.removeprefix("# ") for line in text.splitlines() if line.startswith("# "))


def _told(error: Mapping[str, Any] | None, unit: str, by: str) -> str:
    """An error with the way that made it."""
    return NONE if error is None else f"{figure(error, unit)} ({by.format(way=error['way'])})"
